"""How golden pictures are compared: what passes, what does not, what is left to look at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.previs.golden_images import Likeness, assert_golden

WHOLE = Likeness(far=24, far_share=0.01, mean=1.0, colours=0)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NDArray[np.uint8]:
    """A picture that is kept in the folder as `hue`."""
    ramp = np.arange(40 * 60 * 3, dtype=np.uint32).reshape(40, 60, 3) * 240 // 7200
    picture = ramp.astype(np.uint8)
    with monkeypatch.context() as here:
        here.setenv("MSTATION_RENEW_GOLDEN", "1")
        assert_golden("hue", picture, tmp_path, WHOLE, folder=tmp_path / "golden")
    monkeypatch.delenv("MSTATION_RENEW_GOLDEN", raising=False)
    return picture


def test_a_picture_is_like_itself(kept: NDArray[np.uint8], tmp_path: Path) -> None:
    assert_golden("hue", kept, tmp_path, WHOLE, folder=tmp_path / "golden")


def test_a_spot_of_another_colour_is_found_and_shown(
    kept: NDArray[np.uint8], tmp_path: Path
) -> None:
    other = kept.copy()
    other[:6, :6, 1] = 255
    with pytest.raises(AssertionError, match="far off"):
        assert_golden("hue", other, tmp_path, WHOLE, folder=tmp_path / "golden")
    assert {path.name for path in tmp_path.glob("*.png")} == {"hue.png", "hue-off.png"}


def test_a_slight_change_of_all_of_it_is_found(kept: NDArray[np.uint8], tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"2\.00 off"):
        assert_golden("hue", kept + np.uint8(2), tmp_path, WHOLE, folder=tmp_path / "golden")
