"""What every renderer must do; the GPU's runs on EGL, by Mesa's llvmpipe where there is no GPU."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from mstation.breakdown.scene import Interior, Mood, TimeOfDay
from mstation.previs.mesh import join
from mstation.previs.primitives import ball, box, panel
from mstation.stage.sets import design_set
from tests.previs.both_renderers import (
    DARK,
    WHITE,
    by_numba,
    glowing,
    inside_out,
    lumas,
    pictures,
    psnr,
)
from tests.previs.picture_set import (
    DAY,
    EYE,
    HEIGHT,
    NIGHT,
    OUTSIDE,
    SIZE,
    TARGET,
    player,
    room,
    street,
    take,
)

DIM = replace(DAY, towards_sun=(0.0, 1.0, 0.25), sun_colour=(0.25, 0.25, 0.25))


@pytest.fixture
def both(by_gpu):
    def frames(*scene, **shadows):
        return tuple(lumas(one, *scene, **shadows) for one in (by_numba, by_gpu))

    return frames


def away_from_edges(shape: np.ndarray, pixels: int = 1) -> np.ndarray:
    """(rows, columns) where a shape and its surroundings are all alike."""
    alike = np.ones_like(shape)
    for dy in range(-pixels, pixels + 1):
        for dx in range(-pixels, pixels + 1):
            alike &= np.roll(shape, (dy, dx), (0, 1)) == shape
    return alike


SCENES = {
    "day": (room, DAY, EYE, TARGET),
    "night": (room, NIGHT, EYE, TARGET),
    "outside": (street, OUTSIDE, (1.5, 1.6, 3.6), (0.0, 1.1, -1.0)),
    "fog": (street, replace(OUTSIDE, fog_m=6.0), (1.5, 1.6, 3.6), (0.0, 1.1, -1.0)),
}


@pytest.mark.parametrize("scene", SCENES)
def test_both_show_the_same_picture(both, scene):
    mesh, lighting, eye, target = SCENES[scene]
    people = (player((0.5, 0.1, 0.1), [(0.6, -0.4, 0.8)]), player(WHITE, [(-0.9, 0.2, -0.6)]))
    one, other = (
        frames[0] for frames in both(mesh(), lighting, people, take([eye], target, 24, SIZE))
    )
    assert psnr(one, other) >= 35
    assert abs(one.mean() - other.mean()) < 0.5


def test_both_show_the_same_shapes(both):
    shapes = [
        ball((-0.8, 1.0, 0.0), (0.5, 0.6, 0.5), WHITE, sides=24, rings=14),
        box((0.9, 0.4, -0.5), (0.7, 1.1, 0.3), WHITE),
    ]
    people = (player(WHITE, [(0.1, -0.3, 0.8)]),)
    people = (
        replace(people[0], figure=replace(people[0].figure, mesh=glowing(people[0].figure.mesh))),
    )
    shown = take([EYE], TARGET, 24, SIZE)
    one, other = (frames[0] > 125 for frames in both(glowing(join(shapes)), DARK, people, shown))
    assert 0.05 < one.mean() < 0.6
    clear = away_from_edges(one)
    assert (one == other)[clear].mean() >= 0.995
    assert (one == other).mean() >= 0.99


def test_both_cast_a_shadow_on_the_same_ground(both):
    shown = take([(1.5, 1.6, 3.6)], (0, 1.1, -1), 28, SIZE)
    empty = both(street(), OUTSIDE, (), shown)
    people = both(street(), OUTSIDE, (player((0.5, 0.1, 0.1), [(0, -1, 0)]),), shown)
    one, other = (
        without[0] - with_them[0] > 15 for without, with_them in zip(empty, people, strict=True)
    )
    assert one[110:].mean() > 0.02
    clear = away_from_edges(one)
    assert (one == other)[clear].mean() >= 0.995


def test_a_floor_under_the_camera_is_cut_at_the_near_plane(draw):
    floor = glowing(panel([(-50, 0, 50), (50, 0, 50), (50, 0, -50), (-50, 0, -50)], WHITE))
    shown = take([(0, 1.5, 0)], (0, 1.5, -5), 24, SIZE)
    seen = lumas(draw, floor, DARK, (), shown)[0]
    assert (seen[HEIGHT // 2 + 12 :] > 125).all()
    assert (seen[: HEIGHT // 2 - 2] < 40).all()


def test_what_is_nearer_than_the_near_plane_is_not_seen(draw):
    for distance, is_seen in ((0.06, False), (0.1, True)):
        pane = glowing(panel([(-9, -9, -1), (9, -9, -1), (9, 9, -1), (-9, 9, -1)], WHITE))
        seen = lumas(draw, pane, DARK, (), take([(0, 0, distance - 1)], (0, 0, -9), 24, SIZE))[0]
        assert (seen.mean() > 125) == is_seen


def test_a_wall_is_not_seen_from_behind(draw):
    wall = glowing(panel([(-9, -9, -4), (-9, 9, -4), (9, 9, -4), (9, -9, -4)], WHITE))
    assert lumas(draw, wall, DARK, (), take([(0, 0, 0)], (0, 0, -1), 24, SIZE))[0].max() < 40


@pytest.mark.parametrize("roll", [0.0, 0.37, 1.1])
def test_no_background_shines_through_the_seams_of_a_fan(draw, roll):
    angles = np.arange(17) / 17 * 2 * np.pi + roll
    ring = [(200 * math.cos(a), 200 * math.sin(a), -7.0) for a in angles]
    fan = [
        panel([ring[i], ring[(i + 1) % 17], (0.7 * math.sin(roll), -0.3, -7.0)], WHITE)
        for i in range(17)
    ]
    seen = lumas(draw, glowing(join(fan)), DARK, (), take([(0, 0, 0)], (0, 0, -1), 24, SIZE))[0]
    assert seen.min() == seen.max() > 200


@pytest.mark.parametrize("yaw", [0.2, 1.9, 4.4])
def test_a_camera_in_the_corner_of_a_room_sees_walls_everywhere(draw, yaw):
    # Walls and ceiling begin behind the lens and are cut by the near plane, out of sight.
    walls = glowing(inside_out(box((0, 0, 0), (4, 2.5, 4), WHITE)))
    eye = (-1.86, 2.36, 1.86)
    ahead = (eye[0] + math.sin(yaw), eye[1] - 0.3, eye[2] + math.cos(yaw))
    seen = lumas(draw, walls, DARK, (), take([eye], ahead, 18, SIZE))[0]
    assert seen.min() > 60  # there are lines in the corners


def test_a_camera_in_a_box_sees_through_it(draw):
    pieces = [box((0, 0, 0), (1, 1, 1), WHITE), box((3, 0, -9), (2, 3, 2), WHITE)]
    ahead = take([(0, 0.5, 0)], (0, 0.5, -5), 24, SIZE)
    within, alone = (
        lumas(draw, glowing(mesh), DARK, (), ahead)[0] for mesh in (join(pieces), pieces[1])
    )
    np.testing.assert_array_equal(within, alone)
    assert 0.005 < (within > 125).mean() < 0.5


def test_a_camera_that_looks_along_a_table_it_leans_on_sees_it_cut_straight(draw):
    # The top lies a hand below the lens and reaches behind it, so that every side is cut.
    top = glowing(box((0, 0, 0), (9, 0.9, 60), WHITE))
    seen = lumas(draw, top, DARK, (), take([(0.1, 1.0, 0)], (0.4, 0.97, -1), 24, SIZE))[0] > 125
    assert 0.3 < seen.mean() < 0.7
    for column in seen.T:
        assert (np.diff(column.astype(int)) >= 0).all()


def test_no_background_shines_through_the_seams_of_a_ball(draw):
    shell = glowing(inside_out(ball((0.3, 0.2, -0.4), (2.0, 1.4, 1.7), WHITE, sides=61, rings=37)))
    for target in ((0.0, 0.1, -1.0), (0.4, 0.9, 0.1)):
        seen = lumas(draw, shell, DARK, (), take([(0, 0, 0)], target, 20, SIZE))[0]
        assert seen.min() > 200


def test_a_lampshade_glows_in_the_dark(draw):
    seen = lumas(draw, room(), replace(NIGHT, lamps=()), (), take([EYE], TARGET, 24, SIZE))[0]
    assert seen.max() > 200 > 3 * np.median(seen)


def hall():
    """A floor, and a roof over all of it with a window two metres wide."""
    floor = panel([(-8, 0, 8), (8, 0, 8), (8, 0, -8), (-8, 0, -8)], (0.4, 0.4, 0.4))
    return floor, join([box((x, 3, 0), (7, 0.2, 16), WHITE) for x in (-4.5, 4.5)])


def test_sun_comes_through_a_window_as_strongly_as_it_is_told(draw):
    floor, roof = hall()
    shown = take([(0, 2.5, 4)], (0, 0, 0.5), 18, SIZE)
    none, some, more = (
        lumas(draw, floor, replace(DIM, patch=patch), (), shown, casters=floor, walls=roof)[0]
        for patch in (0.0, 0.5, 1.5)
    )
    assert ((more - none)[100:, 150:170] > 25).all()
    assert ((more - none)[100:, [0, 1, 2, -3, -2, -1]] == 0).all()
    assert (none + 8 < some)[100:, 150:170].all()
    assert (some + 8 < more)[100:, 150:170].all()


def test_both_let_the_sun_through_the_same_window(both):
    floor, roof = hall()
    shown = take([(0, 2.5, 4)], (0, 0, 0.5), 18, SIZE)
    light = replace(DIM, patch=1.5)
    one, other = both(floor, light, (), shown, casters=floor, walls=roof)
    assert one[0][100:].std() > 10
    assert psnr(one[0], other[0]) >= 40


def softness_px(draw, softness, height_m):
    """How many pixels the edge of a board's shadow is wide."""
    floor = panel([(-3, 0, 3), (3, 0, 3), (3, 0, -3), (-3, 0, -3)], (0.4, 0.4, 0.4))
    board = box((-5.05, height_m, 0), (10, 0.1, 9), WHITE)
    light = replace(DAY, towards_sun=(0.0, 1.0, 0.0), softness=softness)
    shown = take([(0, 0.9, 0.6)], (0, 0, 0), 24, SIZE)
    row = lumas(draw, floor, light, (), shown, casters=board)[0][90]
    low, high = row.min(), row.max()
    assert high - low > 40
    return int(((row > low + 0.1 * (high - low)) & (row < high - 0.1 * (high - low))).sum())


def test_a_shadow_softens_with_its_casters_distance_and_with_the_light(draw):
    sharp, near, far = (softness_px(draw, *each) for each in ((0.0, 2.0), (0.03, 1.4), (0.03, 2.9)))
    assert 2 <= sharp <= near < far
    assert far >= 1.6 * sharp


@pytest.mark.parametrize("softness", [0.0, 0.02, 0.05])
def test_both_soften_a_shadow_alike(by_gpu, softness):
    one, other = (softness_px(draw, softness, 2.0) for draw in (by_numba, by_gpu))
    assert abs(one - other) <= 1


def test_fog_swallows_what_is_far(draw):
    shown = take([(1.5, 1.6, 3.6)], (0, 1.1, -1), 28, SIZE)
    clear = lumas(draw, street(), replace(OUTSIDE, fog_m=0.0), (), shown)[0]
    thick = lumas(draw, street(), replace(OUTSIDE, fog_m=3.0), (), shown)[0]
    assert thick[40:80].std() < 0.5 * clear[40:80].std()


def test_a_figure_stands_where_its_joints_are(draw):
    shown = take([EYE] * 3, TARGET, 24, SIZE)
    walker = player(WHITE, [(-1.2 + 1.0 * i, -0.2, 0.3) for i in range(3)])
    empty = lumas(draw, room(), DAY, (), shown)
    seen = lumas(draw, room(), DAY, (walker,), shown)
    middles = [np.nonzero(np.abs(a - b) > 25)[1].mean() for a, b in zip(empty, seen, strict=True)]
    assert np.all(np.diff(middles) > 20)


def test_who_is_not_there_is_not_seen(draw):
    shown = take([EYE] * 3, TARGET, 24, SIZE)
    walker = player(WHITE, [(0.0, -0.2, 0.3)] * 3)
    walker = replace(walker, present=np.array([True, False, True]))
    empty = pictures(draw, room(), DAY, (), shown)
    seen = pictures(draw, room(), DAY, (walker,), shown)
    assert not np.array_equal(seen[0], empty[0])
    np.testing.assert_array_equal(seen[1], empty[1])
    np.testing.assert_array_equal(seen[2], seen[0])


def test_a_locked_camera_shows_each_frame_as_if_it_were_alone(draw):
    count = 3
    places = [(-1.2 + 0.6 * i, -0.2, 0.3) for i in range(count)]
    kept = pictures(
        draw, room(), DAY, (player(WHITE, places),), take([EYE] * count, TARGET, 24, SIZE)
    )
    for frame in (1, 2):
        # The whole walk is known, so that the shadow map is the same; only this frame is shown.
        alone = take(
            [EYE if at == frame else (0.4, 1.65, 4.2) for at in range(count)], TARGET, 24, SIZE
        )
        shown = pictures(draw, room(), DAY, (player(WHITE, places),), alone)[frame]
        assert psnr(shown, kept[frame]) > 45


def test_fades_begin_and_end_in_black(draw):
    shown = take([EYE] * 5, TARGET, 24, SIZE)
    shown = replace(shown, sheet=replace(shown.sheet, fade_in_frames=2, fade_out_frames=2))
    brightness = [each.mean() for each in lumas(draw, room(), DAY, (), shown)]
    assert brightness[0] == brightness[-1] == 16
    assert brightness[0] < brightness[1] < brightness[2] > brightness[3] > brightness[4]


def test_the_same_take_gives_the_same_bytes(draw):
    moving = take([(-0.4 + 0.1 * i, 1.65, 4.2) for i in range(2)], TARGET, 24, SIZE)
    people = (player((0.5, 0.1, 0.1), [(0.6, -0.4, 0.8)] * 2),)
    one, other = (pictures(draw, room(), NIGHT, people, moving) for _ in range(2))
    for before, after in zip(one, other, strict=True):
        np.testing.assert_array_equal(before, after)


def test_a_slanted_edge_shows_no_steps(draw):
    half = glowing(panel([(-9, -9, -4), (9, -9, -4), (9, 0.9, -4), (-9, -0.9, -4)], WHITE))
    seen = lumas(draw, half, DARK, (), take([(0, 0, 0)], (0, 0, -1), 24, SIZE))[0]
    assert len(np.unique(seen[60:120, 60:260])) > 8


def test_ink_parts_a_corner_and_not_flush_boards(draw):
    grey = (0.5, 0.5, 0.5)
    left = panel([(-9, -9, -4), (0, -9, -4), (0, 9, -4), (-9, 9, -4)], grey)
    flush = panel([(0, -9, -4), (9, -9, -4), (9, 9, -4), (0, 9, -4)], grey)
    bent = panel([(0, -9, -4), (9, -9, 5), (9, 9, 5), (0, 9, -4)], grey)
    ahead = take([(0, 0, 0)], (0, 0, -1), 24, SIZE)
    for other, has_line in ((flush, False), (bent, True)):
        parted = replace(other, parts=np.ones(2, np.int32))
        seen = lumas(draw, join([left, parted]), DAY, (), ahead)[0]
        seam, sides = seen[90, 157:163].min(), min(seen[90, 150], seen[90, 170])
        assert (seam < 0.95 * sides) == has_line


@pytest.mark.parametrize("module", ["render", "gpu"])
def test_odd_sizes_are_refused(module):
    renderer = pytest.importorskip(f"mstation.previs.{module}", reason="no extra `gpu`")
    flat = design_set("flat", "flat", Interior.INT, TimeOfDay.DAY, people=1, mood=Mood.CALM)
    with pytest.raises(ValueError, match="even"):
        next(renderer.render_take(flat, take([EYE], TARGET, 24, SIZE), width=97, height=54))
