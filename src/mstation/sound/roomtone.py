"""Scenes in, the sound of their silence out: no place is digitally dead.

Production sound is never without the tone of the place; a cut from speech to nothing is heard as a
fault. Indoors it is a low, still hush; outdoors it is more open and moves like air. A fuller bed of
ambience belongs to effects; this is only the floor under the voices.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mstation.timebase import SAMPLE_RATE

_LOOP_S = 20
_FADE_S = 0.15
_INDOORS_DB, _OUTDOORS_DB = -64.0, -59.0  # under full scale, before the mix's gain
_INDOORS_HZ, _OUTDOORS_HZ = (60.0, 260.0), (90.0, 900.0)  # where it begins, where it falls
_GUST_DB = 3.0


def room_tone(
    first_sample: int, samples: int, *, is_interior: bool, seed: int
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield a place's tone as pieces (first sample, (n,) float32), faded at both ends.

    Pieces follow each other without a seam and are never longer than twenty seconds, so that a
    long scene needs no more memory than a short one.
    """
    loop = _loop(is_interior=is_interior, seed=seed)
    fade = min(round(_FADE_S * SAMPLE_RATE), samples // 2)
    for start in range(0, samples, len(loop)):
        piece = loop[: samples - start].copy()
        at = start + np.arange(len(piece))
        edge = np.minimum(at + 1, samples - at) / max(fade, 1)
        piece *= np.minimum(edge, 1.0).astype(np.float32)
        yield first_sample + start, piece


def _loop(*, is_interior: bool, seed: int) -> NDArray[np.float32]:
    """Return noise that closes on itself: made in the spectrum, it has no seam."""
    length = _LOOP_S * SAMPLE_RATE
    dice = np.random.default_rng(seed)
    frequency = np.fft.rfftfreq(length, 1 / SAMPLE_RATE)
    low, high = _INDOORS_HZ if is_interior else _OUTDOORS_HZ
    shape = (frequency / low) ** 2 / (1 + (frequency / low) ** 2) / (1 + (frequency / high) ** 2)
    phase = dice.uniform(0, 2 * np.pi, len(frequency))
    sound = np.fft.irfft(shape * np.exp(1j * phase), length)
    if not is_interior:
        sound *= 10 ** (_GUST_DB / 20 * _gusts(length, dice))
    level = _INDOORS_DB if is_interior else _OUTDOORS_DB
    sound *= 10 ** (level / 20) / np.sqrt(np.mean(sound**2))
    return sound.astype(np.float32)


def _gusts(length: int, dice: np.random.Generator) -> NDArray[np.float64]:
    """Return a slow swell between −1 and 1 that closes on itself too."""
    time = np.linspace(0, 2 * np.pi, length, endpoint=False)
    turns = (1, 2, 3, 5)
    waves = [np.sin(n * time + dice.uniform(0, 2 * np.pi)) / n for n in turns]
    return np.asarray(sum(waves) / sum(1 / n for n in turns))
