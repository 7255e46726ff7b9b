"""A room, a person, a letter and two shots: the smallest scene that a USD layer can hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mstation.breakdown.scene import TimeOfDay
from mstation.previs.usd import SceneInFilm, write_film, write_scene
from mstation.shots.shot import (
    Angle,
    CameraKey,
    Move,
    Role,
    Shot,
    ShotList,
    Size,
    Take,
    TakeSheet,
)
from mstation.space import look_at, sensor_for
from mstation.stage.layout import Lamp, Layout, Lighting, Piece
from mstation.stage.performance import JOINTS, Body, Motion, Performance, Prop, Shape
from mstation.stage.skeleton import rest_offsets
from mstation.timebase import FrameRate
from tests.previs.bodies import a_body

FRAMES, CUT = 12, 5  # the second shot starts at CUT
COMES, GOES = 2, 10  # the person is on the set from COMES to GOES
SENSOR = sensor_for(1280, 720)
NAMES = {"ch-lin": "林晚"}
LIN = a_body(character_id="ch-lin", name="林晚", stature_m=1.66, sex="female", hair_style="bob")

_GREY = (0.4, 0.4, 0.4)
LAYOUT = Layout(
    "waiting room", "station", True, TimeOfDay.NIGHT, (-3, -3), (3, 3), _GREY, "plain", 2.6, (),
    (
        Piece("table", "table", (0, 0, -1), (1.2, 0.74, 0.8)),
        Piece("table", "table", (0, 0, -2), (1.2, 0.74, 0.8)),
        Piece("长椅", "chair", (1, 0, 1), (0.46, 0.9, 0.48), 0.5),
    ),
    (), (),
    Lighting(
        (0.0, 0.6, 0.8), (0.2, 0.25, 0.5), _GREY, _GREY, _GREY, _GREY,
        (Lamp("lamp", (0.5, 1.4, -1), (1.0, 0.7, 0.4), 1.5, 6.0),),
    ),
)  # fmt: skip
LETTER = Prop("LETTER", "letter", (0, 0.75, -1), 0.3, (0.21, 0.002, 0.29), "bt-1", "回家吧")
TUMBLER = Prop("glass", "glass", (0.3, 0.74, -1), 0.0, (0.07, 0.1, 0.07), "bt-1")
BOTTLE = Prop("酒瓶", "bottle", (-0.3, 0.74, -1), 0.0, (0.07, 0.3, 0.07), "bt-1")


@dataclass(frozen=True)
class SceneToWrite:
    """All that a scene's layer is written from."""

    shots: ShotList
    performance: Performance
    motion: Motion
    takes: tuple[Take, Take]


def moved(body: Body = LIN) -> Motion:
    """Return a motion in which every joint turns, at rest in the first frame."""
    dice = np.random.default_rng(7)
    offsets = rest_offsets(body)
    rotations = dice.normal(size=(FRAMES, len(JOINTS), 4))
    rotations[0] = (1, 0, 0, 0)
    rotations /= np.linalg.norm(rotations, axis=-1, keepdims=True)
    positions = np.tile(offsets[0], (FRAMES, 1))
    positions[1:] += dice.normal(size=(FRAMES - 1, 3)) * 0.4
    present = np.zeros(FRAMES, np.bool_)
    present[COMES:GOES] = True
    face = dice.uniform(size=(FRAMES, len(Shape))).astype(np.float32)
    return Motion(
        body.character_id,
        positions.astype(np.float32),
        rotations.astype(np.float32),
        offsets,
        face,
        present,
    )


def _shot(label: str, number: int, first: int, end: int, move: Move) -> Shot:
    return Shot(
        f"sh-{number}", f"{label}-{number:03d}", "sc-1", Role.SINGLE, Size.MCU, Angle.LOW, move,
        50.0, ("ch-lin",), (), 1, first, end, ("bt-1",), (),
        (CameraKey(0, (0, 1.6, 2), (0, 1.5, 0), 50.0),),
    )  # fmt: skip


def _take(eyes: list[tuple[float, float, float]], focal_mm: list[float]) -> Take:
    cameras = [look_at(np.array(eye), np.array([0.1, 1.5, 0.0]), 0.02) for eye in eyes]
    sheet = TakeSheet((LIN,), (LETTER,), SENSOR)
    return Take(np.stack(cameras).astype(np.float32), np.array(focal_mm, np.float32), (), sheet)


def scene(label: str = "012") -> SceneToWrite:
    """Return a scene of a locked shot and one that moves and zooms."""
    shots = (_shot(label, 1, 0, CUT, Move.STATIC), _shot(label, 2, CUT, FRAMES, Move.PUSH_IN))
    locked = _take([(1.0, 1.6, 2.0)] * CUT, [35.0] * CUT)
    pushed = _take(
        [(0.5, 1.7, 3.0 - 0.1 * frame) for frame in range(FRAMES - CUT)],
        [50.0 + frame for frame in range(FRAMES - CUT)],
    )
    performance = Performance("sc-1", FRAMES, (LIN,), (), (), (), (LETTER,))
    return SceneToWrite(
        ShotList("sc-1", label, FRAMES, shots), performance, moved(), (locked, pushed)
    )


def write(folder: Path, rate: FrameRate, labels: tuple[str, ...] = ("012",)) -> Path:
    """Write a film of such scenes into a folder, and return its stage's path."""
    (folder / "scenes").mkdir(parents=True)
    placed = []
    for index, label in enumerate(labels):
        each = scene(label)
        write_scene(
            folder / "scenes" / f"{label}.usdc",
            each.shots,
            LAYOUT,
            each.performance,
            [each.motion],
            each.takes,
            names=NAMES,
            language="zh",
            rate=rate,
        )
        placed.append(SceneInFilm(label, index * FRAMES, FRAMES, each.shots.shots))
    write_film(folder / "film.usda", placed, title="三号站台的茶", rate=rate)
    return folder / "film.usda"
