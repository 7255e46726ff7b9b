"""A film of bare shots, and a movie for it: what the checks of pictures and sound look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mstation.check.film import Film, Line, Scene, Shot, Word
from tests.check.exported import RATE, SENSOR


def film_of(
    folder: Path,
    lengths: Sequence[int],
    *,
    lines: Sequence[tuple[int, int]] = (),
    has_movie: bool = True,
) -> Film:
    """Return a film of one scene: shots of these lengths, voices from one frame to another."""
    ends = np.cumsum(lengths).tolist()
    shots = tuple(
        Shot(
            f"001-{number:03d}", "001", "MS", "eye", "static", "single", 40.0, (), (), (),
            end - length, end, SENSOR, np.tile(np.eye(4), (length, 1, 1)), np.full(length, 40.0),
        )
        for number, (length, end) in enumerate(zip(lengths, ends, strict=True), start=1)
    )  # fmt: skip
    voices = tuple(
        Line(f"ln-{n}", "ANN", "ANN", f"line {n}", "on", first, end,
             (Word("line", first, first + 5.0),))
        for n, (first, end) in enumerate(lines)
    )  # fmt: skip
    scene = Scene("001", "", "", 0, ends[-1], {}, shots, voices, (), ())
    movie = folder / "film.mp4" if has_movie else None
    return Film(folder, "Cuts", RATE, ends[-1], "en", "classical", 5.5, (scene,), movie)
