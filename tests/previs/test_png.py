from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mstation.previs.encode import encode_segment
from mstation.previs.png import planes_of
from mstation.timebase import FrameRate


@pytest.mark.parametrize(
    "colour", [(255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 0, 255), (40, 90, 20)]
)
def test_a_picture_becomes_planes_by_bt709(colour: tuple[int, int, int], tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    Image.new("RGB", (64, 36), colour).save(path)
    planes = planes_of(path)
    assert planes.shape == (54, 64)
    red, green, blue = np.array(colour) / 255
    # Source: ITU-R BT.709, luma; limited range.
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert abs(planes[:36].mean() - (16 + 219 * luma)) < 1.5
    cb = planes[36:45].mean()
    assert abs(cb - (128 + 224 * (blue - luma) / 1.8556)) < 1.5


def test_pictures_become_a_movie(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    Image.new("RGB", (64, 36), (90, 120, 60)).save(path)
    pictures = (planes_of(path) for _ in range(3))
    rate = FrameRate(24)
    made = encode_segment(pictures, tmp_path / "final.mp4", width=64, height=36, rate=rate)
    assert made == 3
