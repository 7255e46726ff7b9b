"""Pictures that were looked at once and must stay as they are.

After a change that is meant, look at the new pictures and renew them:
`MSTATION_RENEW_GOLDEN=1 python -m pytest tests/previs -k golden`.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_FOLDER = Path(__file__).parent / "golden"
_FAR = 24  # of 255: a pixel further off than this counts
_MAY_DIFFER = 0.01  # of the pixels: other machines round edges otherwise


def assert_golden(name: str, picture: NDArray[np.uint8], spare: Path) -> None:
    """Assert that a picture (height, width, 3) is the one that is kept under this name.

    Where it is not, the picture and the difference are written to the spare folder.
    """
    path = _FOLDER / f"{name}.png"
    if os.environ.get("MSTATION_RENEW_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
        return
    kept = np.asarray(Image.open(path).convert("RGB"))
    assert kept.shape == picture.shape
    away = np.abs(kept.astype(int) - picture).max(axis=-1)
    share = float((away > _FAR).mean())
    if share > _MAY_DIFFER:
        Image.fromarray(picture).save(spare / f"{name}.png")
        Image.fromarray(np.clip(away * 4, 0, 255).astype(np.uint8)).save(spare / f"{name}-off.png")
    assert share <= _MAY_DIFFER, f"{share:.1%} of {name} differ; see {spare}"
