"""A voice as it was spoken in, as it comes to the ear out: down a telephone, from nowhere, near."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from mstation.breakdown.scene import Presence
from mstation.timebase import SAMPLE_RATE
from mstation.voices.filtering import Response, filtered
from mstation.voices.loudness import levelled, loudness

Sound = NDArray[np.float32]

# Source: ITU-T G.712, the telephone's voice channel.
_PHONE_HZ = (300.0, 3400.0)
_DRIVE = 3.0  # how far the loudest moment goes into the earpiece's bend
_CEILING_DB = -3.0
# Damping of a fourth-order Butterworth filter's two halves. Source: 2 cos(π/8), 2 cos(3π/8).
_BUTTERWORTH = (2 * math.cos(math.pi / 8), 2 * math.cos(3 * math.pi / 8))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A gentle lift or fall above a pitch (or below it, where `is_low`)."""

    turn_hz: float
    gain_db: float
    is_low: bool = False


# A voice that tells the story was spoken close to the microphone: its chest is nearer, its
# consonants clearer. One from outside the picture turns a corner, and corners take the highs.
_SHELVES = {
    Presence.VOICE_OVER: (_Shelf(190.0, 2.5, is_low=True), _Shelf(4500.0, 1.5)),
    Presence.OFF_SCREEN: (_Shelf(2600.0, -7.0), _Shelf(160.0, -2.0, is_low=True)),
}


def treated(samples: Sound, presence: Presence) -> Sound:
    """Return a line's sound (n,) at 48 kHz as its presence makes it heard, just as loud.

    On screen, and where it runs ahead of its picture, it stays as it is. A telephone passes 300 to
    3,400 Hz and bends the loud moments; a voice-over is close and dry; an off-screen voice is
    slightly dulled.
    """
    if presence in (Presence.ON, Presence.PRE_LAP) or not samples.any():
        return samples
    if presence is Presence.PHONE:
        changed = _telephoned(samples)
    else:
        changed = filtered(samples, SAMPLE_RATE, partial(_shelved, presence))
    target = loudness(samples, SAMPLE_RATE)
    return levelled(changed, SAMPLE_RATE, target_lufs=target, ceiling_db=_CEILING_DB)


def _telephoned(samples: Sound) -> Sound:
    """Return the sound through the line, bent by a small earpiece, and through the line again."""
    thin = filtered(samples, SAMPLE_RATE, _telephone)
    loudest = max(float(np.abs(thin).max()), 1e-9)
    bent = np.tanh(thin * np.float32(_DRIVE / loudest)) * np.float32(loudest)
    return filtered(bent.astype(np.float32), SAMPLE_RATE, _telephone)


@cache
def _telephone(rate: int, size: int) -> Response:
    low, high = _PHONE_HZ
    pitch = np.maximum(np.fft.rfftfreq(size, 1 / rate), 1e-3)
    response: Response = _lets_through_below(1j * pitch / high) * _lets_through_below(
        low / (1j * pitch)
    )
    return response


def _lets_through_below(s: NDArray[np.complex128]) -> NDArray[np.complex128]:
    first, second = _BUTTERWORTH
    return 1 / ((s * s + first * s + 1) * (s * s + second * s + 1))


@cache
def _shelved(presence: Presence, rate: int, size: int) -> Response:
    pitch = np.fft.rfftfreq(size, 1 / rate)
    response = np.ones(len(pitch), np.complex128)
    for shelf in _SHELVES[presence]:
        gain = 10 ** (shelf.gain_db / 20)
        s = 1j * pitch / shelf.turn_hz
        response *= (s + gain) / (s + 1) if shelf.is_low else (gain * s + 1) / (s + 1)
    return response
