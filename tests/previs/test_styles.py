from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mstation.previs.clay import moulded_light, moulded_person, moulded_set
from mstation.previs.look import Look
from mstation.previs.mesh import join
from mstation.previs.picture import Picture
from mstation.previs.primitives import panel
from mstation.previs.render import developed, paint_frames
from mstation.previs.slate import Slate, burn, slate_text
from mstation.shots.shot import Take
from mstation.timebase import FrameRate
from tests.previs.golden_images import Likeness, assert_golden
from tests.previs.picture_set import DAY, EYE, SIZE, TARGET, held_at, picture, player, room, take

LOOKS = {style: Look(style) for style in ("toon", "clay", "pencil")}
AS_IT_WAS = Likeness(far_share=0.002, mean=0.5, colours=0)


def people(look: Look, count: int = 1):
    red, blue = (0.5, 0.12, 0.05), (0.05, 0.14, 0.4)
    spots = [(-1.2 + 0.05 * i, -0.2, -1.2) for i in range(count)]
    others = [(1.2, -0.5 + 0.04 * i, 1.4) for i in range(count)]
    return tuple(
        replace(
            made, figure=replace(made.figure, mesh=moulded_person(made.figure.mesh, look, dress))
        )
        for made, dress in ((player(red, spots), red), (player(blue, others), blue))
    )


def styled(look: Look, players, shown: Take) -> Picture:
    lighting = moulded_light(DAY, look)
    return picture(moulded_set(room(), look), lighting, players, shown, look=look)


def pages(look: Look, players, shown: Take) -> list[np.ndarray]:
    made = styled(look, players, shown)
    return [np.moveaxis(developed(made), 0, 2).copy() for _ in paint_frames(made, shown)]


@pytest.mark.parametrize("style", LOOKS)
def test_a_style_looks_as_it_did(style, tmp_path):
    look = LOOKS[style]
    shown = pages(look, people(look), take([EYE], TARGET, 24, SIZE))[0]
    assert_golden(f"style-{style}", shown, tmp_path, AS_IT_WAS)


@pytest.mark.parametrize("style", LOOKS)
def test_a_locked_camera_shows_what_a_moving_one_would(style):
    look, count = LOOKS[style], 3
    locked = take([EYE] * count, TARGET, 24, SIZE)
    kept = pages(look, people(look, count), locked)
    for frame in range(count):
        made = styled(look, people(look, count), locked)
        object.__setattr__(made, "players", held_at(people(look, count), frame))
        for _ in paint_frames(made, take([EYE], TARGET, 24, SIZE)):
            np.testing.assert_array_equal(kept[frame], np.moveaxis(developed(made), 0, 2))


def test_clay_has_no_lines_and_little_colour():
    toon, clay = (
        pages(LOOKS[style], people(LOOKS[style]), take([EYE], TARGET, 24, SIZE))[0].astype(int)
        for style in ("toon", "clay")
    )
    assert np.mean(toon.max(axis=2) < 40) > 2 * np.mean(clay.max(axis=2) < 40)
    assert np.ptp(clay, axis=2).mean() < 0.6 * np.ptp(toon, axis=2).mean()


def test_a_drawing_is_mostly_paper():
    look = LOOKS["pencil"]
    drawn = pages(look, people(look), take([EYE], TARGET, 24, SIZE))[0]
    assert np.median(drawn) > 190
    assert drawn.min() < 110


def test_the_paper_stands_still_under_who_moves():
    look = LOOKS["pencil"]
    one, *_, other = pages(look, people(look, 3), take([EYE] * 3, TARGET, 24, SIZE))
    np.testing.assert_array_equal(one[:20], other[:20])
    assert np.any(one != other)


def coverage(slope: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the rendered and the true share of white along an edge y = slope · x."""
    white = (0.9, 0.9, 0.9)
    edge = [(-9, -9, -4), (9, -9, -4), (9, 9 * slope, -4), (-9, -9 * slope, -4)]
    dark = replace(DAY, backdrop_top=(0, 0, 0), backdrop_horizon=(0, 0, 0))
    shown = take([(0, 0, 0)], (0, 0, -1), 24, SIZE)
    made = picture(panel(edge, white), dark, (), shown, casters=join([]), look=Look("clay"))
    for _ in paint_frames(made, shown):
        row = made.canvas.final[1].astype(float)
    share = row / row[170, 160]
    y, x = np.mgrid[0 : 180 * 8, 0 : 320 * 8]
    below = (90 - (y + 0.5) / 8) < slope * ((x + 0.5) / 8 - 160)
    return share, below.reshape(180, 8, 320, 8).mean(axis=(1, 3))


@pytest.mark.parametrize("slope", [0.07, 0.5, 1.0, -0.93])
def test_an_edge_has_the_coverage_that_it_truly_has(slope):
    shown, true = coverage(slope)
    near = np.s_[40:140, 100:220]
    partial = (true[near] > 0) & (true[near] < 1)
    assert partial.sum() > 80
    assert np.sqrt(np.mean((shown[near] - true[near])[partial] ** 2)) < 0.08


@pytest.mark.parametrize("slope", [0.05, 0.11, -0.07])
def test_a_slanted_edge_has_no_stairs(slope):
    shown, _ = coverage(slope)
    heights = shown[40:140, 60:260].sum(axis=0)  # how high the white stands in each column
    steps = np.diff(heights)
    assert np.abs(steps - slope).max() < 0.12


SLATE = Slate("012-003", "MS", "en", FrameRate(24))


def test_a_slate_counts_the_frames_of_its_own_shot():
    assert slate_text(SLATE, 59, 50.0) == "SC 012  SHOT 003  MS  50mm  00:00:02:11"
    told = slate_text(replace(SLATE, language="zh"), 0, 34.6)
    assert told == "场 012  镜 003  中景  35mm  00:00:00:00"


@pytest.mark.parametrize("size", [(1280, 720), (404, 720), (320, 180)])
def test_a_slate_is_legible_at_the_lower_edge_and_nowhere_else(size):
    width, height = size
    planes = np.full((height * 3 // 2, width), 126, np.uint8)
    burnt = burn(planes, SLATE, 3, 50.0)
    luma = burnt[:height]
    assert luma.max() > 200
    assert luma.min() < 70
    np.testing.assert_array_equal(burnt[: height * 3 // 4], planes[: height * 3 // 4])
    assert np.all(planes == 126)
