from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.previs.facades import OVERHANG_M
from mstation.previs.pieces import BUILDERS, builder_of, piece_mesh
from mstation.previs.primitives import ball, box, cylinder, placed, prism, tube, turned
from mstation.stage.layout import Piece
from tests.previs.mesh_checks import assert_sound, same, volume_m3

BROWN = (0.25, 0.14, 0.07)
OVER = {"building": OVERHANG_M}  # awnings and balconies hang over the street
RISING = {"altar", "tea_table", "kang_bed"}  # with things that stand on them
USUAL = {
    "rug": (2.6, 0.015, 1.9), "building": (7.0, 6.5, 5.0), "tree": (3.4, 5.6, 3.4),
    "car": (1.8, 1.45, 4.3), "tv": (1.1, 0.65, 0.08), "lighthouse": (4.0, 14.0, 4.0),
    "bookcase": (1.2, 2.1, 0.35), "window_curtain": (0.35, 2.3, 0.12), "fence": (3.0, 1.0, 0.1),
}  # fmt: skip


def piece(kind: str, size: tuple[float, float, float] | None = None, yaw: float = 0.0) -> Piece:
    return Piece("one", kind, (0.0, 0.0, 0.0), size or USUAL.get(kind, (0.9, 0.9, 0.8)), yaw, BROWN)


@pytest.mark.parametrize("kind", sorted(BUILDERS))
def test_a_piece_is_sound_and_stays_inside_its_box(kind: str) -> None:
    thing = piece(kind)
    mesh = piece_mesh(thing, set_key="kitchen")
    assert_sound(mesh)
    width, height, depth = thing.size
    assert np.abs(mesh.points[:, 0]).max() <= width / 2 + 1e-4
    assert mesh.points[:, 2].max() <= depth / 2 + OVER.get(kind, 0.0) + 1e-4
    if kind in OVER:
        low = mesh.points[mesh.points[:, 1] < 2.0]
        assert np.abs(low[:, 2]).max() <= depth / 2 + 0.2  # a sill, a step
    assert -mesh.points[:, 2].min() <= depth / 2 + OVER.get(kind, 0.0) + 1e-4
    assert mesh.points[:, 1].min() >= -0.06
    assert mesh.points[:, 1].max() <= height + (0.5 if kind in RISING else 1e-4)
    assert len(mesh.triangles) <= 1400


@pytest.mark.parametrize("kind", sorted(BUILDERS))
def test_a_piece_has_more_than_one_tone(kind: str) -> None:
    if kind != "railing":
        assert len(np.unique(np.round(piece_mesh(piece(kind)).colours, 4), axis=0)) >= 2


@given(
    kind=st.sampled_from(sorted(BUILDERS)),
    width=st.floats(0.05, 12),
    height=st.floats(0.003, 12),
    depth=st.floats(0.02, 12),
)
def test_any_size_can_be_built(kind: str, width: float, height: float, depth: float) -> None:
    mesh = piece_mesh(piece(kind, (width, height, depth)))
    assert np.isfinite(mesh.points).all()
    assert np.abs(mesh.points[:, 0]).max() <= width / 2 + 1e-3
    assert np.abs(mesh.points[:, 2]).max() <= depth / 2 + OVER.get(kind, 0.0) + 1e-3


def test_an_unknown_kind_is_a_crate_and_other_words_find_their_kind() -> None:
    assert builder_of("gramophone of doom") is BUILDERS["crate"]
    assert builder_of("couch") is BUILDERS["sofa"]
    assert builder_of("屏风") is BUILDERS["screen_folding"]


def test_the_same_piece_gives_the_same_bytes_and_another_name_throws_other_dice() -> None:
    shelf = piece("bookcase")
    assert same(piece_mesh(shelf, set_key="study"), piece_mesh(shelf, set_key="study"))
    assert not same(piece_mesh(shelf, set_key="study"), piece_mesh(shelf, set_key="attic"))


def test_a_chair_turned_by_yaw_turns_its_back() -> None:
    chair = piece_mesh(piece("chair"))
    turned_round = piece_mesh(piece("chair", yaw=math.pi))
    high = chair.points[:, 1] > 0.6
    assert chair.points[high, 2].mean() > 0.1  # the front looks to −Z, so the back is at +Z
    assert turned_round.points[high, 2].mean() < -0.1


def test_lamps_shine_only_when_they_are_lit() -> None:
    lamp = piece("lamp", (0.4, 1.6, 0.4))
    assert piece_mesh(lamp, is_lit=True).glow.max() > 0.5
    assert piece_mesh(lamp, is_lit=False).glow.max() == 0


def test_solids_look_outwards() -> None:
    square = [(-1.0, 0.0), (1.0, 0.0), (1.0, 1.0), (-1.0, 1.0)]
    hole = [(-0.5, 0.2), (0.5, 0.2), (0.0, 0.8)]
    at = (0.0, 0.0, 0.0)
    assert volume_m3(box(at, (1, 2, 3), BROWN)) == pytest.approx(6)
    assert volume_m3(cylinder(at, 1, 1, BROWN, sides=200)) == pytest.approx(math.pi, rel=0.01)
    assert volume_m3(ball(at, (1, 2, 1), BROWN, sides=80, rings=60)) == pytest.approx(
        8 * math.pi / 3, rel=0.01
    )
    assert volume_m3(prism(square, 1, -1, BROWN)) == pytest.approx(4)
    assert volume_m3(prism(square, 1, -1, BROWN, holes=[hole])) == pytest.approx(4 - 0.6)
    assert volume_m3(tube([(0, 0, 0), (0, 1, 0), (1, 1, 0)], 0.1, BROWN)) > 0
    assert volume_m3(turned(at, [(1, 0), (0.5, 1)], BROWN)) > 0


@given(yaw=st.floats(-4, 4), x=st.floats(-5, 5))
def test_placing_keeps_shape(yaw: float, x: float) -> None:
    first = box((0, 0, 0), (1, 2, 3), BROWN)
    second = placed(first, at=(x, 0, 1), yaw_rad=yaw)
    assert volume_m3(second) == pytest.approx(6, rel=1e-3)
