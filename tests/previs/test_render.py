from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mstation.previs.defocus import SHARP
from mstation.previs.light import NOTHING, tone_table
from mstation.previs.mesh import join
from mstation.previs.painting import all_tiles, camera_of, keep_still, touched_tiles
from mstation.previs.render import paint_frames
from mstation.previs.tiles import mark
from mstation.previs.video_planes import to_video
from mstation.shots.shot import Take
from tests.previs.picture_set import (
    DAY,
    EYE,
    NIGHT,
    OUTSIDE,
    SIZE,
    TARGET,
    held_at,
    picture,
    player,
    room,
    street,
    take,
)


def frames(mesh, lighting, players, shown: Take) -> list[np.ndarray]:
    canvas = picture(mesh, lighting, players, shown)
    return [canvas.canvas.final.copy() for _ in paint_frames(canvas, shown)]


def walkers(count: int):
    first = player((0.5, 0.12, 0.05), [(-1.2 + 0.05 * i, -0.2, -1.2) for i in range(count)])
    second = player((0.05, 0.14, 0.4), [(1.2, -0.5 + 0.04 * i, 1.4) for i in range(count)])
    return first, replace(second, present=np.arange(count) != 1)


@pytest.mark.parametrize("lighting", [DAY, NIGHT], ids=["day", "night"])
def test_a_locked_camera_shows_what_drawing_everything_shows(lighting):
    count = 4
    locked = take([EYE] * count, TARGET, 24, SIZE)
    kept = frames(room(), lighting, walkers(count), locked)
    for frame in range(count):
        canvas = picture(room(), lighting, walkers(count), locked)
        object.__setattr__(canvas, "players", held_at(walkers(count), frame))
        single = take([EYE], TARGET, 24, SIZE)
        whole = next(canvas.canvas.final.copy() for _ in paint_frames(canvas, single))
        np.testing.assert_array_equal(kept[frame], whole)


def test_what_lies_beside_a_dimmed_tile_is_painted_too():
    """An edge on the rim of a tile shows some of the pixel beyond it."""
    locked = take([EYE] * 2, TARGET, 24, SIZE)
    canvas = picture(room(), DAY, (), locked)
    lens = camera_of(locked.world_from_camera[0], 24.0, locked.sheet.sensor, *SIZE)
    bounds = keep_still(canvas, lens, SHARP)
    body = np.array([[0.5, 0.1, 1.0, 0.1]], np.float32)
    dimmed = all_tiles(canvas, marked=False)
    mark(bounds, canvas.moving_shadow.shadow, body, NOTHING, dimmed)
    painted = touched_tiles(canvas, bounds, np.zeros((0, 4)), body)
    assert 0 < dimmed.sum() < painted.sum() < painted.size
    assert painted[dimmed].all()
    assert painted[1:][dimmed[:-1]].all()
    assert painted[:-1][dimmed[1:]].all()
    assert painted[:, 1:][dimmed[:, :-1]].all()
    assert painted[:, :-1][dimmed[:, 1:]].all()


def test_night_can_be_read():
    shown = frames(room(), NIGHT, walkers(1), take([EYE], TARGET, 24, SIZE))[0]
    assert np.mean(shown) > 25
    assert np.mean(shown.max(axis=0) < 12) < 0.08


def test_a_lamp_lights_the_wall_behind_it_more_than_the_far_one():
    shown = frames(room(), NIGHT, (), take([EYE], TARGET, 24, SIZE))[0].astype(int).sum(axis=0)
    assert shown[30, 45] > 2 * shown[30, 230]


def test_a_camera_outside_a_wall_sees_in():
    west = take([(-9, 1.5, 0)], (0, 1.2, 0), 32, SIZE)
    beyond = frames(room(), DAY, (), west)[0]
    sky = frames(join([]), DAY, (), west)[0]
    assert np.mean(np.any(beyond != sky, axis=0)) > 0.4


def test_a_figure_casts_a_shadow_on_the_ground():
    outside = take([(1.5, 1.6, 3.6)], (0, 1.1, -1), 28, SIZE)
    empty = frames(street(), OUTSIDE, (), outside)[0].astype(int)
    people = frames(street(), OUTSIDE, (player((0.5, 0.1, 0.1), [(0, -1, 0)]),), outside)[0]
    darker = (empty - people.astype(int)).min(axis=0) > 15
    assert darker[110:].mean() > 0.02


def test_white_black_and_grey_are_broadcast_levels():
    for value, luma in ((0, 16), (255, 235), (128, 126)):
        final = np.full((3, 4, 4), value, np.uint8)
        planes = np.zeros((4, 4), np.uint8), np.zeros((2, 2), np.uint8), np.zeros((2, 2), np.uint8)
        to_video(final, 256, *planes)
        assert set(planes[0].ravel()) == {luma}
        assert set(planes[1].ravel()) | set(planes[2].ravel()) == {128}


def test_the_tone_curve_only_rises_and_never_clips_hard():
    table = tone_table(1.0).astype(int)
    assert (np.diff(table) >= 0).all()
    assert np.diff(table).max() <= 2
    assert table[-1] < 255
