"""Pictures that were looked at once and must stay as they are.

After a change that is meant, renew those of a test and look at each that git says has changed:
`MSTATION_RENEW_GOLDEN=1 python -m pytest tests/previs/test_styles.py`.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]  # (height, width, 3) sRGB, or (height, width) grey
_FOLDER = Path(__file__).parent / "golden"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a picture must come to the one kept: other machines round edges otherwise."""

    far: int = 24  # of 255: a pixel with a channel further off than this counts
    far_share: float = 0.01  # of the pixels that may be so
    mean: float = math.inf  # of 255, over all channels
    colours: int = 192  # that a picture is kept in, or 0: all that it has

    def holds(self, one: Picture, other: Picture) -> bool:
        """Whether two pictures of a size are near enough."""
        away = _away(one, other)
        return _share(away > self.far) <= self.far_share and bool(away.mean() <= self.mean)


NEAR = Likeness()


def assert_golden(
    name: str,
    picture: Picture,
    spare: Path,
    likeness: Likeness = NEAR,
    *,
    folder: Path = _FOLDER,
) -> None:
    """Assert that a picture is the one that is kept under this name.

    Where it is not, the picture and the difference are written to the spare folder.
    """
    path = folder / f"{name}.png"
    if os.environ.get("MSTATION_RENEW_GOLDEN"):
        _keep(picture, path, likeness.colours)
        return
    kept = np.asarray(Image.open(path).convert("L" if picture.ndim == 2 else "RGB"))
    assert kept.shape == picture.shape
    if not likeness.holds(kept, picture):
        away = _away(kept, picture)
        now, off = (spare / f"{path.stem}{what}.png" for what in ("", "-off"))
        Image.fromarray(picture).save(now)
        Image.fromarray(np.minimum(255, 4 * away).astype(np.uint8)).save(off)
        share = _share(away > likeness.far)
        raise AssertionError(f"{name}: {away.mean():.2f} off, {share:.1%} far off; see {off}")


def _away(one: Picture, other: Picture) -> NDArray[np.int_]:
    return np.abs(one.astype(int) - other)


def _share(marked: NDArray[np.bool_]) -> float:
    """Return the share of pixels with a channel that is marked."""
    return float(marked.reshape(*marked.shape[:2], -1).any(axis=-1).mean())


def _keep(picture: Picture, path: Path, colours: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(picture)
    if colours:
        image = image.quantize(colours, dither=Image.Dither.NONE)
    image.save(path, optimize=True)
