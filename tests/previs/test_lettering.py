from __future__ import annotations

import sysconfig
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.errors import NotFound
from mstation.previs.lettering import find_font, lettering_mesh
from tests.previs.mesh_checks import assert_sound, same

INK = (0.02, 0.02, 0.02)


def area_m2(mesh: object) -> float:
    points, triangles = mesh.points.astype(float), mesh.triangles  # type: ignore[attr-defined]
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()) / 2


@pytest.mark.parametrize(
    ("text", "language"),
    [("LAST SHOW TONIGHT", "en"), ("三号站台，茶还热着。", "zh"), ("Platform 三", "en")],
)
def test_letters_fit_their_box_and_face_the_reader(text: str, language: str) -> None:
    mesh = lettering_mesh(text, width_m=1.0, height_m=0.5, colour=INK, language=language)
    assert_sound(mesh)
    assert np.abs(mesh.points[:, 0]).max() <= 0.52
    assert np.abs(mesh.points[:, 1]).max() <= 0.30
    assert (mesh.points[:, 2] == 0).all()
    a, b, c = (mesh.points[mesh.triangles[:, corner]] for corner in range(3))
    assert (np.cross(b - a, c - a)[:, 2] <= 1e-9).all()


def test_a_reader_at_minus_z_reads_from_left_to_right() -> None:
    wide = lettering_mesh("M.", width_m=1.0, height_m=0.5, colour=INK, language="en")
    x = wide.points[wide.triangles].mean(axis=1)[:, 0]
    y = wide.points[wide.triangles].mean(axis=1)[:, 1]
    assert x[y > 0].mean() > 0  # the M stands at the reader's left, which is +X


def test_a_ring_has_its_hole() -> None:
    ring = lettering_mesh("O", width_m=1, height_m=1, colour=INK, language="en")
    low, high = ring.points.min(axis=0), ring.points.max(axis=0)
    assert area_m2(ring) < 0.6 * float(np.prod((high - low)[:2]))


def test_han_break_anywhere_but_no_line_opens_with_a_comma() -> None:
    mesh = lettering_mesh("茶，茶，茶，茶，", width_m=0.3, height_m=1.0, colour=INK, language="zh")
    assert np.abs(mesh.points[:, 0]).max() <= 0.17


def test_the_same_text_gives_the_same_bytes_and_nothing_gives_nothing() -> None:
    one, two = (
        lettering_mesh("Ida 艾达", width_m=1, height_m=1, colour=INK, language="zh") for _ in "ab"
    )
    assert same(one, two)
    assert len(lettering_mesh("  ", width_m=1, height_m=1, colour=INK, language="en").points) == 0


@settings(max_examples=40, deadline=None)
@given(text=st.text(min_size=1, max_size=40), width=st.floats(0.02, 2), height=st.floats(0.02, 2))
def test_any_text_can_be_lettered(text: str, width: float, height: float) -> None:
    mesh = lettering_mesh(text, width_m=width, height_m=height, colour=INK, language="en")
    assert np.isfinite(mesh.points).all()


def test_a_missing_font_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    with pytest.raises(NotFound, match="make setup"):
        find_font("zh")
