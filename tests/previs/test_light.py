import math
from dataclasses import replace

import numpy as np
import pytest

from mstation.previs.beauty import Beauty
from mstation.previs.light import toned
from mstation.previs.mesh import join
from mstation.previs.meter import metered
from mstation.previs.picture import Picture
from mstation.previs.primitives import panel
from mstation.previs.render import paint_frames
from mstation.stage.layout import Lighting
from tests.previs.picture_set import DAY, EYE, NIGHT, SIZE, picture, player, room, take

CEILING = [(-3, 2.8, -2.5), (3, 2.8, -2.5), (3, 2.8, 2.5), (-3, 2.8, 2.5)]
ONE = player((0.3, 0.1, 0.1), [(0, 0, 0)])


def seen(canvas: Picture, shown) -> np.ndarray:
    """(3, rows, columns) of the first frame."""
    return next(canvas.canvas.final.copy().astype(int) for _ in paint_frames(canvas, shown))


def close_up(lighting: Lighting):
    """A face from a metre and a half, and the light that the meter gives it."""
    shown = take([(0.0, 1.6, -1.6)], (0.0, 1.58, 0.0), 50, SIZE)
    return metered(picture(room(), lighting, (ONE,), shown), shown), shown


def test_the_sun_falls_through_a_window_and_nowhere_else():
    shown = take([EYE], (0.0, 0.6, -0.6), 24, SIZE)
    roofed = join([room(), panel(CEILING, (0.5, 0.5, 0.5))])
    lit = replace(DAY, patch=3.0)
    without = seen(picture(room(), replace(lit, patch=0.0), (), shown), shown)
    patched = seen(picture(room(), lit, (), shown, walls=roofed), shown)
    brighter = (patched - without).min(axis=0) > 12
    assert 0.01 < brighter.mean() < 0.35
    assert ((patched < without - 3).any(axis=0)).mean() < 0.01


def test_a_soft_light_has_wider_edges_than_a_hard_one():
    outside = take([(1.5, 3.6, 3.6)], (0, 0.1, -0.5), 28, SIZE)

    def half_lit(softness: float) -> float:
        lit = replace(DAY, softness=softness)
        canvas = picture(room(), lit, (player((0.5, 0.1, 0.1), [(0.9, 0.9, 0)]),), outside)
        dark = seen(canvas, outside).sum(axis=0)
        is_set = canvas.canvas.ids < canvas.spans[0].first_face
        free = seen(picture(room(), lit, (), outside), outside).sum(axis=0)
        share = (dark / np.maximum(free, 1))[is_set]
        return float(((share > 0.75) & (share < 0.93)).mean())

    assert half_lit(0.12) > 1.3 * half_lit(0.001)


@pytest.mark.parametrize("lighting", [DAY, NIGHT], ids=["day", "night"])
def test_a_close_face_is_metered_to_where_it_can_be_read(lighting):
    canvas, shown = close_up(lighting)
    luma = np.tensordot((0.2126, 0.7152, 0.0722), seen(canvas, shown), axes=1) / 255
    face = np.median(luma[75:100, 150:170])
    assert 0.35 < face < 0.75


def test_a_locked_camera_keeps_a_room_whose_window_and_faces_are_lit():
    count = 5
    eye, target = (-0.6, 1.6, 2.2), (0.3, 1.2, -0.6)
    locked = take([eye] * count, target, 28, SIZE)
    walk = [(-0.7 + 0.11 * i, 0.2 - 0.03 * i, math.pi - 0.2) for i in range(count)]
    people = (
        player((0.5, 0.12, 0.05), walk),
        player((0.05, 0.14, 0.4), [(0.8, -0.3, 2.9)] * count),
    )
    roofed = join([room(), panel(CEILING, (0.5, 0.5, 0.5))])
    lit = replace(NIGHT, patch=2.0, sun_colour=(0.5, 0.5, 0.45))
    canvas = metered(picture(room(), lit, people, locked, walls=roofed), locked)
    assert max(beauty.face for beauty in canvas.beauties) > 0

    def painted(*, keeps_set: bool) -> list[np.ndarray]:
        frames = paint_frames(canvas, locked, keeps_set=keeps_set)
        return [canvas.canvas.final.copy() for _ in frames]

    for kept, whole in zip(painted(keeps_set=True), painted(keeps_set=False), strict=True):
        np.testing.assert_array_equal(kept, whole)


def test_what_is_far_from_the_lens_gets_no_face_light():
    shown = take([(0.0, 1.6, -60.0)], (0.0, 1.0, 0.0), 24, SIZE)
    far = metered(picture(room(), DAY, (ONE,), shown), shown)
    assert far.beauties == (Beauty(),)


def test_metering_leaves_the_picture_it_was_given_as_it_was():
    shown = take([(0.0, 1.6, -1.6)], (0.0, 1.58, 0.0), 50, SIZE)
    given = picture(room(), NIGHT, (ONE,), shown)
    colours = given.surfaces.colours.copy()
    metered(given, shown)
    assert given.beauties == (Beauty(),)
    np.testing.assert_array_equal(given.surfaces.colours, colours)


def test_the_tone_curve_keeps_middle_grey_and_never_clips():
    assert toned(np.array([0.18]))[0] == pytest.approx(1.055 * 0.18 ** (1 / 2.4) - 0.055)
    assert toned(np.array([math.e, 1e6])).max() < 1.0 + 1e-9
