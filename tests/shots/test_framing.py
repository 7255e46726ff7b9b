from __future__ import annotations

import numpy as np
import pytest

from mstation.shots.framing import Framing, cameras_at, solve_distance
from mstation.shots.grammar import STEP, grammar
from mstation.shots.landmarks import figures_of
from mstation.shots.shot import Size
from mstation.space import look_at, project, sensor_for
from mstation.stage.collision import obstacles
from tests.shots.plays import Person, Play

WIDE = sensor_for(1280, 720)
# Source: the designer's reference sheet, section 2: visible height for 1.75 m, and distance.
SHEET = {Size.FS: (1.96, 4.5), Size.MLS: (1.14, 2.85), Size.MS: (0.82, 2.3),
         Size.MCU: (0.56, 2.0), Size.CU: (0.37, 1.7)}  # fmt: skip


def figure(*, seated: bool = False):
    play = Play([Person("ann", [(0, 0.0, 0.0, 0.0)], 1.75, seated=seated, sways=0.0)])
    _, layout, performance, motions = play.do("ann", "look", 1).staged()
    return figures_of(performance, motions, obstacles(layout))


def framed(size: Size, *, seated: bool = False):
    figures = figure(seated=seated)
    rule = grammar().sizes[size]
    top, cut = figures.tops[:, 0], figures.cuts[:, 0, STEP[size]]
    framing = Framing(
        top=top, cut=cut, anchor=figures.eyes[:, 0], view=np.array([[0.0, 0.0, -1.0]]),
        lens_mm=np.array([rule.lens_mm]), height_m=(top[:, 1] + cut[:, 1]) / 2,
        headroom=np.array([rule.headroom]), screen_x=np.array([0.5]),
    )  # fmt: skip
    distance = solve_distance(framing, WIDE, np.array([2.0]))
    return figures, cameras_at(framing, WIDE, distance), distance[0]


@pytest.mark.parametrize("size", list(SHEET))
def test_sizes_stand_as_far_off_as_the_sheet_says(size: Size) -> None:
    _, _, distance = framed(size)
    visible, ideal = SHEET[size]
    lens = grammar().sizes[size].lens_mm
    assert distance == pytest.approx(visible * lens / WIDE.height_mm, rel=0.06)
    assert distance == pytest.approx(ideal, rel=0.06)


@pytest.mark.parametrize("seated", [False, True])
@pytest.mark.parametrize("size", [Size.MS, Size.MCU, Size.CU])
def test_crown_cut_and_eyes_are_where_the_size_wants_them(size: Size, seated: bool) -> None:
    figures, cameras, _ = framed(size, seated=seated)
    points = np.stack([figures.tops[0, 0], figures.cuts[0, 0, STEP[size]], figures.eyes[0, 0]])
    top, cut, eyes = cameras.project(points[None], WIDE)[0, :, 1]
    rule = grammar().sizes[size]
    assert top == pytest.approx(rule.headroom, abs=1e-3)
    assert cut == pytest.approx(1.0, abs=1e-3)
    assert eyes == pytest.approx(rule.eye_line, abs=0.04)


def test_projection_agrees_with_the_project_of_space() -> None:
    figures, cameras, _ = framed(Size.MS)
    points = figures.joints[0, 0]
    mine = cameras.project(points[None], WIDE)[0]
    matrix = look_at(cameras.position[0], cameras.target[0])
    assert np.allclose(mine, project(points, matrix, float(cameras.lens_mm[0]), WIDE), atol=1e-9)
