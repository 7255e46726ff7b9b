from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mstation.previs.defocus import SHARP, Lens, blur, soft_room
from mstation.previs.focus import focus_of
from mstation.previs.look import Look
from mstation.previs.picture import Picture, canvas_of
from mstation.previs.render import paint_frames
from mstation.shots.shot import Take
from mstation.stage.performance import Prop
from tests.previs.golden_images import assert_golden
from tests.previs.picture_set import DAY, SIZE, picture, player, room, take

EYE, TARGET = (-0.4, 1.5, 4.2), (0.0, 1.2, -0.6)
LOOK = Look(depth_of_field=True)


def insert_of_a_cup(frames: int, focal_mm: float = 65) -> Take:
    """A long lens on a cup 3 m away: who passes before it and behind it is soft."""
    shown = take([EYE] * frames, TARGET, focal_mm, SIZE)
    cup = Prop("cup", "cup", (-0.2, 1.2, 1.2), 0.0, (0.1, 0.1, 0.1), "b1")
    return replace(shown, sheet=replace(shown.sheet, props=(cup,)))


def passed_by(shown: Take) -> Picture:
    """A room in which somebody passes before the cup and somebody behind it."""
    frames = len(shown.focal_length_mm)
    before = player((0.05, 0.14, 0.4), [(-0.72 + 0.05 * i, 2.6, 0.4) for i in range(frames)])
    behind = player((0.5, 0.12, 0.05), [(0.5 - 0.05 * i, -1.4, -0.3) for i in range(frames)])
    return picture(room(), DAY, (before, behind), shown, look=LOOK, is_shallow=True)


def frames_of(shown: Take, *, keeps_set: bool) -> list[np.ndarray]:
    made = passed_by(shown)
    return [
        np.moveaxis(made.canvas.final, 0, 2).copy()
        for _ in paint_frames(made, shown, keeps_set=keeps_set)
    ]


def test_a_locked_camera_blurs_what_a_moving_one_would():
    shown = insert_of_a_cup(5)
    assert focus_of(shown) is not None
    kept, whole = (frames_of(shown, keeps_set=keeps) for keeps in (True, False))
    np.testing.assert_array_equal(kept, whole)
    assert np.any(kept[0] != kept[-1])


def test_the_golden_blur_is_as_it_was(tmp_path):
    assert_golden("defocus", frames_of(insert_of_a_cup(1), keeps_set=False)[0], tmp_path)


def test_what_is_out_of_focus_has_no_hard_edges():
    deep = insert_of_a_cup(1, 30)
    assert focus_of(deep) is None
    soft, sharp = (
        frames_of(shown, keeps_set=False)[0].astype(int)
        for shown in (insert_of_a_cup(1), take([EYE], TARGET, 65, SIZE))
    )
    steps_soft, steps_sharp = (np.abs(np.diff(p, axis=1)).max(axis=-1) for p in (soft, sharp))
    assert (steps_soft > 40).mean() < 0.7 * (steps_sharp > 40).mean()


@pytest.fixture
def edge():
    """Return a canvas whose left half is white and near, its right half black and far."""
    canvas = canvas_of(128, 64)
    canvas.ids[:] = 0
    canvas.depth[:, :64], canvas.depth[:, 64:] = 1 / 2, 1 / 8
    canvas.raw[:, :, :64] = 250
    return canvas


def test_nothing_is_blurred_by_a_sharp_lens(edge):
    room = soft_room(128, 64)
    shown = blur(edge, SHARP, room, np.ones(room.tops.shape[:2], np.bool_))
    assert shown.all()
    np.testing.assert_array_equal(room.raw, edge.raw)


def test_a_sharp_thing_does_not_bleed_into_the_blur_behind_it(edge):
    room = soft_room(128, 64)
    lens = Lens(*(np.float32(value) for value in (30.0, 2.0, 0.1, 40.0)))
    blur(edge, lens, room, np.ones(room.tops.shape[:2], np.bool_))
    np.testing.assert_array_equal(room.raw[:, :, :60], 250)
    assert room.raw[:, :, 66:].max() < 20
