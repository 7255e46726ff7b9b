from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mstation.previs.defocus import SHARP
from mstation.previs.light import NOTHING, tone_table
from mstation.previs.mesh import join
from mstation.previs.picture import (
    Picture,
    all_tiles,
    camera_of,
    keep_still,
    picture_of,
    scenery_of,
    touched_tiles,
)
from mstation.previs.primitives import panel
from mstation.previs.render import frames_seen, paint_frames, video_of
from mstation.previs.tiles import mark
from mstation.previs.video_planes import to_video
from mstation.shots.shot import Take
from tests.previs.picture_set import DAY, NIGHT, OUTSIDE, player, room, street, take

SIZE = (320, 180)
EYE, TARGET = (-0.4, 1.65, 4.2), (0.0, 1.0, -0.6)
LOW, HIGH = np.array([-3.5, -0.4, -3.0]), np.array([3.5, 3.5, 3.0])


def picture(mesh, lighting, players, shown: Take) -> Picture:
    scenery = scenery_of(mesh, mesh, lighting, LOW, HIGH)
    return picture_of(scenery, players, frames_seen(shown), width=SIZE[0], height=SIZE[1])


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
        alone = tuple(
            replace(
                one,
                places=one.places[frame : frame + 1],
                face=one.face[frame : frame + 1],
                present=one.present[frame : frame + 1],
                occluders=one.occluders[frame : frame + 1],
            )
            for one in walkers(count)
        )
        canvas = picture(room(), lighting, walkers(count), locked)
        object.__setattr__(canvas, "players", alone)
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


def test_the_same_take_gives_the_same_bytes():
    moving = take([(-0.4 + 0.1 * i, 1.65, 4.2) for i in range(3)], TARGET, 24, SIZE)
    one = frames(room(), DAY, walkers(3), moving)
    other = frames(room(), DAY, walkers(3), moving)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


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


def test_fog_swallows_what_is_far():
    outside = take([(1.5, 1.6, 3.6)], (0, 1.1, -1), 28, SIZE)
    clear = frames(street(), replace(OUTSIDE, fog_m=0.0), (), outside)[0]
    thick = frames(street(), replace(OUTSIDE, fog_m=3.0), (), outside)[0]
    assert thick[:, 40:80].std() < 0.5 * clear[:, 40:80].std()


def test_flush_parts_have_no_line_between_them_and_a_corner_has_one():
    white = (0.5, 0.5, 0.5)
    left = panel([(-9, -9, -4), (0, -9, -4), (0, 9, -4), (-9, 9, -4)], white)
    right = panel([(0, -9, -4), (9, -9, -4), (9, 9, -4), (0, 9, -4)], white)
    bent = panel([(0, -9, -4), (9, -9, 5), (9, 9, 5), (0, 9, -4)], white)
    ahead = take([(0, 0, 0)], (0, 0, -1), 24, SIZE)
    for other, has_line in ((right, False), (bent, True)):
        parted = replace(other, parts=np.ones(2, np.int32))
        shown = frames(join([left, parted]), DAY, (), ahead)[0].astype(int).sum(axis=0)
        seam, sides = shown[90, 157:163].min(), shown[90, 150]
        assert (seam < 0.95 * min(sides, shown[90, 170])) == has_line


def test_a_slanted_edge_is_smooth():
    white = (0.9, 0.9, 0.9)
    half = panel([(-9, -9, -4), (9, -9, -4), (9, 0.9, -4), (-9, -0.9, -4)], white)
    dark = replace(DAY, backdrop_top=(0, 0, 0), backdrop_horizon=(0, 0, 0))
    shown = frames(half, dark, (), take([(0, 0, 0)], (0, 0, -1), 24, SIZE))[0][1].astype(int)
    tones = np.unique(shown[60:120, 60:260])
    assert len(tones) > 8


def test_white_black_and_grey_are_broadcast_levels():
    for value, luma in ((0, 16), (255, 235), (128, 126)):
        final = np.full((3, 4, 4), value, np.uint8)
        planes = np.zeros((4, 4), np.uint8), np.zeros((2, 2), np.uint8), np.zeros((2, 2), np.uint8)
        to_video(final, 256, *planes)
        assert set(planes[0].ravel()) == {luma}
        assert set(planes[1].ravel()) | set(planes[2].ravel()) == {128}


def test_fades_begin_and_end_in_black():
    shown = take([EYE] * 5, TARGET, 24, SIZE)
    shown = replace(shown, sheet=replace(shown.sheet, fade_in_frames=2, fade_out_frames=2))
    canvas = picture(room(), DAY, (), shown)
    buffers = [video_of(canvas, shown, frame) for frame in paint_frames(canvas, shown)]
    brightness = [buffer[: SIZE[1]].mean() for buffer in buffers]
    assert brightness[0] == brightness[-1] == 16
    assert brightness[0] < brightness[1] < brightness[2] > brightness[3] > brightness[4]


def test_the_tone_curve_only_rises_and_never_clips_hard():
    table = tone_table(1.0).astype(int)
    assert (np.diff(table) >= 0).all()
    assert np.diff(table).max() <= 2
    assert table[-1] < 255
