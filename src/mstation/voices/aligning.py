"""A line spoken twice, and when each thing is said the first time, in; when it is the second, out.

The two are warped onto each other along what is heard: log-mel cepstra, each voice's own colour
and level taken out. Nothing is learnt, so that any language that can be spoken can be aligned.

Source: Sakoe and Chiba 1978, dynamic time warping; Davis and Mermelstein 1980, mel cepstra.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mstation.timebase import SAMPLE_RATE
from mstation.voices.resample import resampled
from mstation.voices.utterance import Phone, Sound, Utterance

Floats = NDArray[np.float64]

_RATE = 16_000
_HOP = 160  # 10 ms, unless a line is so long that the table of all pairs would not fit
_WINDOW = 400
_SIZE = 512
_BANDS, _LOWEST_HZ, _HIGHEST_HZ = 26, 100.0, 7000.0
_CEPSTRA = 13
_FLOOR_DB = -38.0  # under the loud parts: what lies lower is the room, not the voice
_ENERGY_WEIGHT = 1.0
_DELTA_WEIGHT = 0.7
_MOST_PAIRS = 16_000_000  # 40 seconds against 40
_DIAGONAL = 1.6  # what a step along both costs, against one along either alone

_STEP_S = 0.005
_QUIET_DB = -32.0  # under the loud parts, this is heard as a pause
_OVER_ROOM_DB = 8.0
_PAUSE_S = 0.09
_SNAP_S = 0.07


@dataclass(frozen=True, slots=True)
class Warp:
    """When what is heard at `first_s` of one sound is heard in the other; both ascend."""

    first_s: Floats
    second_s: Floats

    def __call__(self, time_s: float) -> float:
        """Return the other sound's time."""
        return float(np.interp(time_s, self.first_s, self.second_s))


def warp_between(one: Sound, other: Sound, *, highest_hz: float = _HIGHEST_HZ) -> Warp:
    """Return how time runs in one sound against another, both mono at 48 kHz, ends on ends.

    highest_hz: of what is listened to, where one of them holds nothing above.
    """
    low, high = (resampled(sound, SAMPLE_RATE, _RATE) for sound in (one, other))
    hop = _HOP
    while (len(low) // hop + 1) * (len(high) // hop + 1) > _MOST_PAIRS:
        hop += _HOP // 2
    top_hz = min(highest_hz, _HIGHEST_HZ)
    path = _path(_unlike(_features(low, hop, top_hz), _features(high, hop, top_hz)))
    return _smooth(path, hop / _RATE, len(one) / SAMPLE_RATE, len(other) / SAMPLE_RATE)


def aligned(said: Utterance, take: Sound, *, highest_hz: float = _HIGHEST_HZ) -> Utterance:
    """Return a take as an utterance: words and phones of the line as `said`, at the take's times.

    said, take: at 48 kHz, without silence at their ends.
    """
    if said.is_silent or len(take) == 0:
        return Utterance(take, SAMPLE_RATE, (), _one_vowel(take))
    warp = warp_between(said.samples, take, highest_hz=highest_hz)
    end_s = len(take) / SAMPLE_RATE
    pauses = pauses_of(take)
    starts = [warp(word.start_s) for word in said.words]
    ends = [warp(word.end_s) for word in said.words]
    _snap(starts, ends, pauses, end_s)
    words = tuple(
        replace(word, start_s=start, end_s=max(start, end))
        for word, start, end in zip(said.words, starts, ends, strict=True)
    )
    # What moved a word's edge moves the phones inside with it.
    known = sorted({(0.0, 0.0), (said.duration_s, end_s), *zip(
        [time for word in said.words for time in (word.start_s, word.end_s)],
        [time for word in words for time in (word.start_s, word.end_s)],
        strict=True,
    )})  # fmt: skip
    phones = tuple(_moved(phone, warp, known) for phone in said.phones)
    return Utterance(take, SAMPLE_RATE, words, phones)


def pauses_of(sound: Sound) -> list[tuple[float, float]]:
    """Return where nobody speaks for a while, in seconds: from and until."""
    hop = round(_STEP_S * SAMPLE_RATE)
    count = len(sound) // hop
    power = np.square(sound[: count * hop], dtype=np.float64).reshape(-1, hop).mean(axis=1)
    if not count or not power.any():
        return []
    power = np.convolve(np.pad(power, 1, mode="edge"), np.full(3, 1 / 3), mode="valid")
    loud, room = np.percentile(power, 90), np.percentile(power, 5)
    # A room's own noise lies under every pause; a line without pauses has none to measure.
    quiet = max(loud * 10 ** (_QUIET_DB / 10), room * 10 ** (_OVER_ROOM_DB / 10))
    quiet = min(quiet, loud * 10 ** (-18 / 10))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (power < quiet).astype(int), [0]])))
    runs = edges.reshape(-1, 2) * _STEP_S
    return [(float(a), float(b)) for a, b in runs if b - a >= _PAUSE_S]


def _one_vowel(take: Sound) -> tuple[Phone, ...]:
    """Return what the mouth does where nobody knows what is said: it opens as it is loud."""
    return (Phone("a", 0.0, len(take) / SAMPLE_RATE),) if len(take) else ()


def _features(sound: Sound, hop: int, top_hz: float) -> Floats:
    """Return (frames, numbers) how a sound is heard, voice and level taken out."""
    frames = len(sound) // hop + 1
    # (frames, window), each around its own time
    padded = np.pad(sound.astype(np.float64), (_WINDOW // 2, _WINDOW + hop))
    at = np.arange(frames)[:, None] * hop + np.arange(_WINDOW)[None, :]
    power = np.abs(np.fft.rfft(padded[at] * np.hanning(_WINDOW), _SIZE)) ** 2
    mel = power @ _mel_bands(top_hz).T
    total = mel.sum(axis=1)
    loud = float(np.percentile(total, 90)) or 1.0
    floor = loud / _BANDS * 10 ** (_FLOOR_DB / 10)
    log = np.log(mel + floor)
    voiced = total > loud * 10 ** (-30 / 10)
    cosines = np.cos(np.pi / _BANDS * np.outer(np.arange(_CEPSTRA), np.arange(_BANDS) + 0.5))
    cepstra = log @ cosines.T
    heard = cepstra[voiced] if voiced.sum() > 1 else cepstra
    cepstra = (cepstra - heard.mean(axis=0)) / (heard.std(axis=0) + 1e-9)
    cepstra[:, 0] *= _ENERGY_WEIGHT
    padded_cepstra = np.pad(cepstra, ((2, 2), (0, 0)), mode="edge")
    change = (2 * (padded_cepstra[4:] - padded_cepstra[:-4]) + padded_cepstra[3:-1]
              - padded_cepstra[1:-3]) / 5  # fmt: skip
    return np.concatenate([cepstra, _DELTA_WEIGHT * change], axis=1)


def _mel_bands(top_hz: float) -> Floats:
    """Return (bands, bins) triangles evenly spaced by ear."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (_LOWEST_HZ, top_hz))
    edges = 700 * (10 ** (np.linspace(low, high, _BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(_SIZE, 1 / _RATE)
    rise = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    bands: Floats = np.clip(np.minimum(rise, fall), 0.0, None)
    bands /= np.maximum(bands.sum(axis=1, keepdims=True), 1e-9)
    return bands


def _unlike(one: Floats, other: Floats) -> NDArray[np.float32]:
    """Return (frames, frames) how unlike each moment of one is each of the other."""
    apart: Floats = one @ other.T  # the largest table here: worked on in place
    apart *= -2
    apart += (one**2).sum(axis=1)[:, None]
    apart += (other**2).sum(axis=1)[None, :]
    np.maximum(apart, 0.0, out=apart)
    return np.sqrt(apart, out=apart).astype(np.float32)


def _path(unlike: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return (steps, 2) the cheapest way through the table, from corner to corner.

    It is filled diagonal by diagonal: all of one depend on the two before it alone.
    """
    rows, columns = unlike.shape
    came = np.zeros((rows, columns), np.int8)  # 0 along both, 1 along the first, 2 the second
    before = np.full(rows + 1, np.inf, np.float32)
    last = np.full(rows + 1, np.inf, np.float32)
    before[0] = 0.0  # one step before the corner
    for diagonal in range(rows + columns - 1):
        first, end = max(0, diagonal - columns + 1), min(diagonal + 1, rows)
        i = np.arange(first, end)
        cost = unlike[i, diagonal - i]
        ways = np.stack([before[i] + _DIAGONAL * cost, last[i] + cost, last[i + 1] + cost])
        came[i, diagonal - i] = ways.argmin(axis=0)
        now = np.full(rows + 1, np.inf, np.float32)
        now[i + 1] = ways.min(axis=0)
        before, last = last, now
    steps = [(rows - 1, columns - 1)]
    while steps[-1] != (0, 0):
        i, j = steps[-1]
        way = came[i, j]
        steps.append((i - (way != 2), j - (way != 1)))
    return np.array(steps[::-1], np.int64)


def _smooth(path: NDArray[np.int64], hop_s: float, one_s: float, other_s: float) -> Warp:
    """Return the way as a line through the middles of its steps, tied to both ends."""
    firsts, places = np.unique(path[:, 0], return_inverse=True)
    middles = np.bincount(places, path[:, 1]) / np.bincount(places)
    first_s, second_s = firsts * hop_s, middles * hop_s
    inside = (first_s > 0) & (first_s < one_s)
    return Warp(
        np.concatenate([[0.0], first_s[inside], [one_s]]),
        np.maximum.accumulate(
            np.concatenate([[0.0], np.clip(second_s[inside], 0.0, other_s), [other_s]])
        ),
    )


def _snap(
    starts: list[float], ends: list[float], pauses: Sequence[tuple[float, float]], end_s: float
) -> None:
    """Move words' edges that fall in a pause, or stand close by it, to the pause's own edges."""
    for index in range(len(starts)):
        for first, last in pauses:
            if first - _SNAP_S <= starts[index] <= last + _SNAP_S / 2 and last < end_s:
                starts[index] = last
            if first - _SNAP_S / 2 <= ends[index] <= last + _SNAP_S and first > starts[index]:
                ends[index] = first
        if index:  # words that touch in time stay in order
            starts[index] = max(starts[index], starts[index - 1])
            ends[index - 1] = min(ends[index - 1], max(starts[index], starts[index - 1]))


def _moved(phone: Phone, warp: Warp, known: Sequence[tuple[float, float]]) -> Phone:
    """Return a phone at the take's times, inside what is known of the words around it."""
    low = max((second for first, second in known if first <= phone.start_s + 1e-6), default=0.0)
    high = min((second for first, second in known if first >= phone.end_s - 1e-6), default=low)
    start = min(max(warp(phone.start_s), low), max(low, high))
    end = min(max(warp(phone.end_s), start), max(start, high))
    return Phone(phone.symbol, start, end)
