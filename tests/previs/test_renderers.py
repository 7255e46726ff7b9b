"""What every renderer must do; the GPU's runs on EGL, by Mesa's llvmpipe where there is no GPU."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from mstation.breakdown.scene import Interior, Mood, TimeOfDay
from mstation.errors import Unsupported
from mstation.previs.mesh import join
from mstation.previs.picture import Picture, picture_of, scenery_of
from mstation.previs.primitives import ball, box, panel
from mstation.previs.render import frames_seen, paint_frames, video_of
from mstation.shots.shot import Take
from mstation.stage.layout import Lighting
from mstation.stage.sets import design_set
from tests.previs.picture_set import DAY, NIGHT, OUTSIDE, player, room, street, take

SIZE = WIDTH, HEIGHT = 320, 180
EYE, TARGET = (-0.4, 1.65, 4.2), (0.0, 1.0, -0.6)
LOW, HIGH = np.array([-3.5, -0.4, -3.0]), np.array([3.5, 3.5, 3.0])
WHITE = (0.9, 0.9, 0.9)
DARK = Lighting(
    towards_sun=(0.0, 1.0, 0.0),
    sun_colour=(0.0, 0.0, 0.0),
    sky_colour=(0.0, 0.0, 0.0),
    ground_colour=(0.0, 0.0, 0.0),
    backdrop_top=(0.0, 0.0, 0.0),
    backdrop_horizon=(0.0, 0.0, 0.0),
)
Draw = Callable[[Picture, Take], list[np.ndarray]]


def by_numba(picture: Picture, shown: Take) -> list[np.ndarray]:
    return [video_of(picture, shown, frame) for frame in paint_frames(picture, shown)]


@pytest.fixture(scope="module")
def by_gpu() -> Draw:
    gpu = pytest.importorskip("mstation.previs.gpu", reason="the extra `gpu` is not installed")
    try:
        gpu.open_context().release()
    except Unsupported as missing:
        pytest.skip(str(missing))
    return lambda picture, shown: [frame.copy() for frame in gpu.draw_frames(picture, shown)]


@pytest.fixture(params=["numba", "gpu"])
def draw(request) -> Draw:
    return by_numba if request.param == "numba" else request.getfixturevalue("by_gpu")


@pytest.fixture
def both(by_gpu):
    def frames(mesh, lighting, players, shown):
        return tuple(lumas(one, mesh, lighting, players, shown) for one in (by_numba, by_gpu))

    return frames


def pictures(draw: Draw, mesh, lighting, players, shown: Take) -> list[np.ndarray]:
    scenery = scenery_of(mesh, mesh, lighting, LOW, HIGH)
    made = picture_of(scenery, players, frames_seen(shown), width=WIDTH, height=HEIGHT)
    return draw(made, shown)


def lumas(draw: Draw, mesh, lighting, players, shown: Take) -> list[np.ndarray]:
    return [each[:HEIGHT].astype(int) for each in pictures(draw, mesh, lighting, players, shown)]


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    error = np.mean((one.astype(float) - other) ** 2)
    return 10 * math.log10(255**2 / max(error, 1e-9))


def glowing(mesh):
    return replace(mesh, glow=np.ones(len(mesh.triangles), np.float32))


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
    assert psnr(one, other) >= 30
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


def test_a_lampshade_glows_in_the_dark(draw):
    seen = lumas(draw, room(), replace(NIGHT, lamps=()), (), take([EYE], TARGET, 24, SIZE))[0]
    assert seen.max() > 200 > 3 * np.median(seen)


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
    assert len(np.unique(seen[60:120, 60:260])) >= 5


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


def test_a_machine_without_egl_is_told_so_in_both_languages():
    pytest.importorskip("mstation.previs.gpu", reason="the extra `gpu` is not installed")
    without = {
        **os.environ,
        "__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent",
        "EGL_PLATFORM": "none",
    }
    asked = """
from mstation.errors import Unsupported
from mstation.previs.gpu import open_context
try:
    open_context()
except Unsupported as missing:
    print(missing.told("en"), missing.told("zh"))
"""
    told = subprocess.run(
        [sys.executable, "-c", asked], env=without, capture_output=True, text=True
    )
    assert "needs EGL with OpenGL 4.3" in told.stdout, told.stderr
    assert "需要支持 OpenGL 4.3 的 EGL" in told.stdout


@pytest.mark.parametrize("module", ["render", "gpu"])
def test_odd_sizes_are_refused(module):
    renderer = pytest.importorskip(f"mstation.previs.{module}", reason="no extra `gpu`")
    flat = design_set("flat", "flat", Interior.INT, TimeOfDay.DAY, people=1, mood=Mood.CALM)
    with pytest.raises(ValueError, match="even"):
        next(renderer.render_take(flat, take([EYE], TARGET, 24, SIZE), width=97, height=54))
