"""Glass: what is behind it shows through, what is before it hides it, the set stays as it is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from pxr import Usd, UsdShade

from mstation.breakdown.scene import Interior, Mood, TimeOfDay
from mstation.previs.canvas import Canvas
from mstation.previs.glass import Glazing, Sheets, draw_glass, glazing_of, set_glass
from mstation.previs.glass_blend import GLEAM, STRAIGHT, Mirrored
from mstation.previs.gltf_file import GltfFile
from mstation.previs.gltf_mesh import add_glass, add_materials
from mstation.previs.light import toned
from mstation.previs.look import Look
from mstation.previs.meter import camera_at
from mstation.previs.picture import canvas_of
from mstation.previs.primitives import panel
from mstation.previs.props import prop_glass, prop_mesh
from mstation.previs.render import paint_frames, set_up, shown
from mstation.previs.sets import set_and_casters
from mstation.previs.usd_mesh import PANE_OPACITY, define_glass, define_looks
from mstation.previs.vantage import pose_of, wide_views
from mstation.shots.shot import Take
from mstation.stage.layout import Layout
from mstation.stage.performance import Prop
from mstation.stage.props import kind_of_thing
from mstation.stage.sets import design_set
from tests.previs.picture_set import take

SIZE = (320, 180)
EYE = (0.0, 1.5, 3.0)
AHEAD = take([EYE, EYE], (0.0, 1.5, -3.0), 24, SIZE)
CAMERA = camera_at(AHEAD, 0, *SIZE)
TUMBLER = Prop("glass", "glass", (0.0, 1.4, 1.5), 0.0, (0.2, 0.3, 0.2), "bt-1")


def pane(z: float = 0.0, half: float = 1.0, *, turned: bool = False) -> Sheets:
    """A pane across the view, its front to the lens."""
    corners = [(-half, 0.5, z), (half, 0.5, z), (half, 2.5, z), (-half, 2.5, z)]
    mesh = panel(corners[::-1] if turned else corners, (0.2, 0.6, 0.3))
    still = np.eye(4, dtype=np.float32)[None, :3]
    return Sheets(mesh, 0.3, True, still, np.ones(1, np.bool_))


def glazing(*sheets: Sheets, mirrors: float = 90.0) -> Glazing:
    colour = np.full(3, mirrors, np.float32)
    return Glazing(tuple(sheets), Mirrored(colour, colour, colour, colour), np.ones(3))


def grey() -> tuple[Canvas, NDArray[np.uint8]]:
    return canvas_of(*SIZE), np.full((3, SIZE[1], SIZE[0]), 120, np.uint8)


def mixed(opacity: float, gleam: float) -> NDArray[np.float64]:
    """What a pane of the colour above makes of 120, looked at straight, where 90 is mirrored."""
    tint = 255 * toned(np.array([0.2, 0.6, 0.3]))
    mirror = 2 * STRAIGHT / (1 + STRAIGHT) * (1 - gleam)
    own = opacity * (1 - mirror - gleam)
    return (1 - own - mirror - gleam) * 120 + own * tint + (mirror + gleam) * 90


@cache
def kitchen() -> Layout:
    return design_set(
        "glass", "kitchen", Interior.INT, TimeOfDay.DAY, people=1, mood=Mood.CALM
    )  # fmt: skip


@cache
def to_the_window() -> Take:
    layout = kitchen()
    poses = np.stack([pose_of(view) for view in wide_views(layout)])
    focal = np.full(2, 17.0, np.float32)
    return replace(AHEAD, world_from_camera=poses, focal_length_mm=focal)


def test_a_pane_shows_what_is_behind_it_mixed_by_its_opacity() -> None:
    canvas, picture = grey()
    draw_glass(glazing(pane()), canvas, CAMERA, 0, picture)
    middle = picture[:, 90, 160].astype(float)
    plain, bright = mixed(0.3, 0.0), mixed(0.3, float(GLEAM))
    low, high = np.minimum(plain, bright) - 2, np.maximum(plain, bright) + 2
    assert ((middle >= low) & (middle <= high)).all(), (middle, plain, bright)
    assert (picture[:, 2, 2] == 120).all(), "beside the pane nothing changes"


def test_two_triangles_of_a_pane_leave_no_seam() -> None:
    canvas, picture = grey()
    clear = replace(pane(), opacity=0.5)
    draw_glass(glazing(clear, mirrors=120.0), canvas, CAMERA, 0, picture)
    changed = (picture != 120).any(axis=0)
    rows, columns = np.nonzero(changed)
    inside = picture[:, rows.min() + 2 : rows.max() - 1, columns.min() + 2 : columns.max() - 1]
    assert np.ptp(inside.astype(int), axis=(1, 2)).max() <= 14


def test_what_is_nearer_hides_glass() -> None:
    canvas, picture = grey()
    canvas.depth[:, :160] = 1 / 2.0
    draw_glass(glazing(pane()), canvas, CAMERA, 0, picture)
    assert (picture[:, :, :160] == 120).all()
    assert (picture[:, :, 160:] != 120).any()


def test_the_pane_of_a_wall_is_seen_from_inside_only() -> None:
    canvas, picture = grey()
    draw_glass(glazing(pane(turned=True)), canvas, CAMERA, 0, picture)
    assert (picture == 120).all()


def test_a_pane_that_reaches_behind_the_lens_is_drawn_to_its_edge() -> None:
    floor = panel([(-3, 1.0, 6.0), (3, 1.0, 6.0), (3, 1.0, -9.0), (-3, 1.0, -9.0)], (0.2, 0.6, 0.3))
    canvas, picture = grey()
    draw_glass(glazing(replace(pane(), mesh=floor)), canvas, CAMERA, 0, picture)
    assert (picture[:, -3, 20:300] != 120).any(axis=0).all()
    assert (picture[:, :80] == 120).all()


def test_a_tumbler_goes_with_whoever_holds_it() -> None:
    clear = prop_glass(TUMBLER)
    assert clear is not None
    places = np.tile(np.eye(4, dtype=np.float32)[:3], (2, 1, 1))
    places[:, :, 3] = (-0.3, 1.4, 1.5), (0.3, 1.4, 1.5)
    made = glazing(Sheets(*clear, False, places, np.array([True, True])))
    middles = []
    for frame in (0, 1):
        canvas, picture = grey()
        draw_glass(made, canvas, CAMERA, frame, picture)
        middles.append(np.nonzero((picture != 120).any(axis=0))[1].mean())
    assert middles[0] < 140 < 180 < middles[1]
    gone = glazing(Sheets(*clear, False, places, np.array([True, False])))
    canvas, picture = grey()
    draw_glass(gone, canvas, CAMERA, 1, picture)
    assert (picture == 120).all()


def test_a_tumbler_without_its_glass_is_what_is_in_it() -> None:
    whole, inside = prop_mesh(TUMBLER), prop_mesh(TUMBLER, has_glass=False)
    assert 0 < len(inside.triangles) < len(whole.triangles)
    letter = replace(TUMBLER, kind="letter")
    assert prop_glass(letter) is None
    assert len(prop_mesh(letter).points) == len(prop_mesh(letter, has_glass=False).points)


def test_panes_keep_out_neither_the_sun_nor_a_look() -> None:
    panes, _ = set_glass(kitchen())
    assert len(panes.triangles)
    corner = panes.points[panes.triangles[0]]
    for mesh in set_and_casters(kitchen()):
        found = (np.abs(mesh.points[:, None] - corner).max(axis=2) < 1e-4).any(axis=0)
        assert not found.all()


def test_a_room_shows_its_panes_and_its_own_frame_stays_as_it_was() -> None:
    made = set_up(kitchen(), to_the_window(), *SIZE)
    changed = 0
    for frame in paint_frames(made, to_the_window()):
        kept = made.canvas.final.copy()
        over = shown(made, to_the_window(), frame)
        changed += int((over != kept).any(axis=0).sum())
        np.testing.assert_array_equal(made.canvas.final, kept)
    assert changed > 100


@pytest.mark.parametrize("style", ["clay", "pencil"])
def test_clay_and_pencil_have_no_glass(style: str) -> None:
    look = Look(style="clay" if style == "clay" else "pencil")
    made = set_up(kitchen(), to_the_window(), *SIZE, look)
    assert made.glazing is None
    assert made.over is None


def test_a_set_without_windows_costs_nothing() -> None:
    forest = design_set(
        "glass", "forest", Interior.EXT, TimeOfDay.DAY, people=1, mood=Mood.CALM
    )  # fmt: skip
    assert glazing_of(forest, ()) is None


def test_panes_are_handed_off_clear() -> None:
    panes, _ = set_glass(kitchen())
    stage = Usd.Stage.CreateInMemory()
    define_looks(stage, "/looks")
    prim = define_glass(stage, "/set/glass", panes, looks="/looks")
    assert list(prim.GetDisplayOpacityPrimvar().Get()) == [pytest.approx(PANE_OPACITY)]
    bound, _ = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()
    surface = UsdShade.Shader(stage.GetPrimAtPath(f"{bound.GetPath()}/surface"))
    assert surface.GetInput("opacity").Get() == pytest.approx(PANE_OPACITY)
    file = GltfFile()
    add_materials(file)
    number = add_glass(file, "glass", panes)
    mesh = file.said["meshes"][number]
    material = file.said["materials"][mesh["primitives"][0]["material"]]
    assert material["alphaMode"] == "BLEND"
    assert material["pbrMetallicRoughness"]["baseColorFactor"][3] == pytest.approx(PANE_OPACITY)


@pytest.mark.parametrize("name", ["glass", "WINE GLASS", "酒杯", "玻璃杯"])
def test_a_drinking_glass_of_the_script_is_of_glass(name: str) -> None:
    assert kind_of_thing(name) == "glass"
    assert kind_of_thing("茶杯") == kind_of_thing("cup") == "cup"
