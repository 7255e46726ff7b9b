"""The layers that a bed of ambience is made of: each a loop that closes on itself.

A row of `ambience.toml` names a maker and what it is told. A maker returns (2^n, 2) float32; what
sounds over the loop's end goes on at its start, so there is no seam to hear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mstation.sound.noises import hiss, ring
from mstation.space import Array
from mstation.timebase import SAMPLE_RATE

Loop = NDArray[np.float32]
Row = dict[str, Any]
Dice = np.random.Generator

_SHORT, _LONG = 1 << 19, 1 << 20  # samples: eleven seconds of hush, twenty-two of events
_STEADY = 1 << 17  # samples: as much of a hush as tells how loud it is
_WIDE = 0.6
_TICK_KINDS = 9  # no two in a row alike, and quick to make
_RUMBLE_HZ = 25.0
# K-weighting as two filters of second order at 48 kHz. Source: ITU-R BS.1770-5, tables 1 and 2.
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285),
          (1.0, -1.69065929318241, 0.73248077421585))  # fmt: skip
_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_OFFSET_LU = -0.691
_VOWELS = ((730.0, 1090.0), (530.0, 1840.0), (390.0, 1990.0), (570.0, 840.0), (440.0, 1020.0))
_CLOSE_HZ = 1700.0  # above it voices across a room are dull


def layer(row: Row, songs: dict[str, Row], dice: Dice) -> Loop:
    """Return a layer's loop at its loudness."""
    loop = _MAKERS[row["make"]](row, songs, dice)
    heard = loop[:_STEADY] if row["make"] in ("noise", "hum") else loop
    gain = 10 ** ((row["lufs"] - loudness(heard)) / 20)
    return (loop * np.float32(gain)).astype(np.float32, copy=False)


def loudness(loop: NDArray[np.float32]) -> float:
    """Return how loud a loop is that is heard for long, in LUFS.

    Source: ITU-R BS.1770-5, without its gates, which are for what is not always there.
    """
    spectrum = np.fft.rfft(np.ascontiguousarray(loop.T), axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).sum(axis=0) * _weights(len(loop))
    mean = 2 * float(power.sum()) / len(loop) ** 2
    return float(_OFFSET_LU + 10 * np.log10(max(mean, 1e-12)))


def _weights(samples: int) -> NDArray[np.float32]:
    """Return how much the power of each pitch counts."""
    turn = np.exp(-2j * np.pi * np.linspace(0.0, 0.5, 2049))
    both = np.ones(len(turn))
    for above, below in (_SHELF, _PASS):
        top, bottom = (sum(c * turn**k for k, c in enumerate(row)) for row in (above, below))
        both = both * np.abs(top / np.where(bottom == 0, 1e-9, bottom)) ** 2
    fine = np.interp(np.linspace(0, 2048, samples // 2 + 1), np.arange(2049), both)
    return fine.astype(np.float32)


def _spread(middle: Loop, sides: Loop, wide: float) -> Loop:
    """Return two channels that share a middle and differ by their sides."""
    angle = wide * np.pi / 4
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return np.column_stack([cos * middle + sin * sides, cos * middle - sin * sides])


def _hush(
    samples: int, low_hz: float, high_hz: float, slope_db: float, dice: Dice
) -> NDArray[np.float32]:
    """Return noise that closes on itself: made in the spectrum, it has no seam."""
    pitch = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE)[1:].astype(np.float32)
    ratio = pitch / np.float32(low_hz)
    shape = ratio ** np.float32(2 + slope_db / 6.02) / (1 + ratio**2)
    shape /= np.sqrt(1 + (pitch / np.float32(high_hz)) ** 4)
    shape[pitch < _RUMBLE_HZ] = 0
    spectrum = np.zeros(samples // 2 + 1, np.complex64)
    parts = dice.standard_normal((2, len(shape)), dtype=np.float32)
    spectrum[1:] = (parts[0] + 1j * parts[1]) * shape
    sound = np.fft.irfft(spectrum, samples)
    return np.asarray(sound / np.sqrt(np.mean(sound**2)), np.float32)


def _noise(row: Row, _: dict[str, Row], dice: Dice) -> Loop:
    told = (row["low_hz"], row["high_hz"], row.get("slope_db", -3.0))
    loop = _spread(_hush(_SHORT, *told, dice), _hush(_SHORT, *told, dice), row.get("wide", _WIDE))
    if "gust_db" in row:
        loop *= (10 ** (row["gust_db"] / 20 * _gusts(_SHORT, row["gust_s"], dice)))[:, None]
    return loop


def _gusts(samples: int, every_s: float, dice: Dice) -> NDArray[np.float32]:
    """Return a slow swell between −1 and 1 that closes on itself too."""
    whole_s = samples / SAMPLE_RATE
    time = np.linspace(0, 2 * np.pi, samples // 256, endpoint=False)
    turns = sorted({max(1, round(whole_s / every_s * part)) for part in (0.5, 1.0, 1.7, 3.1)})
    waves = sum(np.sin(n * time + dice.uniform(0, 2 * np.pi)) / n**0.5 for n in turns)
    curve = np.asarray(waves) / sum(1 / n**0.5 for n in turns)
    closed = np.append(curve, curve[0])
    fine = np.interp(np.arange(samples) / 256, np.arange(len(closed)), closed)
    return np.asarray(fine, np.float32)


def _hum(row: Row, _: dict[str, Row], dice: Dice) -> Loop:
    spectrum = np.zeros((2, _SHORT // 2 + 1), np.complex64)
    per_hz = _SHORT / SAMPLE_RATE
    beat = max(1, round(row["beat_hz"] * per_hz))
    for number, loud in enumerate(row["partials"], start=1):
        at = round(row["hertz"] * number * per_hz)
        for away, share in ((0, 1.0), (beat, 0.25), (-beat, 0.2)):
            turns = np.exp(2j * np.pi * dice.uniform(size=2))
            spectrum[:, at + away * number] += loud * share * turns
    middle, sides = np.asarray(np.fft.irfft(spectrum, _SHORT, axis=1), np.float32)
    rms = np.sqrt(np.mean(middle**2))
    air = _hush(_SHORT, row["hertz"], 12 * row["hertz"], -6.0, dice)
    return _spread(middle / rms + 0.12 * air, 0.3 * sides / rms, _WIDE)


def _add(loop: Loop, first: int, sound: Array | Loop, pan: Array | float) -> None:
    """Add a sound into a loop, going on at its start, between the sides by a pan −1 … 1."""
    angle = (np.asarray(pan) + 1) * (np.pi / 4)
    stereo = np.column_stack([sound * np.cos(angle), sound * np.sin(angle)]).astype(np.float32)
    first %= len(loop)
    fits = min(len(stereo), len(loop) - first)
    loop[first : first + fits] += stereo[:fits]
    loop[: len(stereo) - fits] += stereo[fits:]


def _drops(row: Row, _: dict[str, Row], dice: Dice) -> Loop:
    loop = np.zeros((_SHORT, 2), np.float32)
    wide = row.get("wide", _WIDE)
    count = round(row["per_s"] * _SHORT / SAMPLE_RATE)
    pitches = row["low_hz"] * (row["high_hz"] / row["low_hz"]) ** dice.random(count)
    longs, louds = row["decay_ms"] * dice.uniform(0.5, 1.5, count), dice.exponential(1.0, count)
    for hertz, long_ms, loud in zip(pitches, longs, louds, strict=True):
        one = loud * ring(hertz, long_ms, 7 * long_ms / 1000, glide=-0.2)
        _add(loop, int(dice.integers(_SHORT)), one, float(dice.uniform(-wide, wide)))
    return loop


def _ticks(row: Row, _: dict[str, Row], dice: Dice) -> Loop:
    loop = np.zeros((_SHORT, 2), np.float32)
    count = max(1, round(row["per_s"] * _SHORT / SAMPLE_RATE))
    every = _SHORT / count
    middle = float(np.sqrt(row["low_hz"] * row["high_hz"]))
    where = float(dice.uniform(-0.3, 0.3))
    kinds = [_tick(row, middle, dice) for _ in range(min(count, _TICK_KINDS))]
    for number in range(count):
        first = round((number + 0.9 * row["jitter"] * float(dice.uniform(-0.5, 0.5))) * every)
        pan = where if row["jitter"] < 0.5 else float(dice.uniform(-0.7, 0.7))
        one = kinds[int(dice.integers(len(kinds)))] * 10 ** (float(dice.normal(0, 1.2)) / 20)
        _add(loop, first, one, pan)
    return loop


def _tick(row: Row, hertz: float, dice: Dice) -> Array:
    noise = hiss(row["low_hz"], row["high_hz"], 5 * row["decay_ms"] / 1000, dice)
    fall = np.exp(-np.arange(len(noise)) / (row["decay_ms"] / 1000 * SAMPLE_RATE))
    tone = ring(hertz, row["decay_ms"], len(noise) / SAMPLE_RATE)[: len(noise)]
    rise = np.minimum(1.0, np.arange(len(noise)) / 48)
    return np.asarray((0.6 * noise + tone) * fall * rise)


def _passes(row: Row, _: dict[str, Row], dice: Dice) -> Loop:
    loop = np.zeros((_LONG, 2), np.float32)
    hush = _hush(_SHORT, row["low_hz"], row["high_hz"], -3.0, dice)
    count = max(1, round(row["per_min"] * _LONG / SAMPLE_RATE / 60))
    for number in range(count):
        samples = round(row["long_s"] * float(dice.uniform(0.7, 1.3)) * SAMPLE_RATE)
        share = np.linspace(-1.0, 1.0, samples)
        peak = float(dice.uniform(-0.2, 0.1))
        # Near comes sharper than far: the envelope of a source that goes by.
        envelope = (1 - share**2) ** 2 / (1 + ((share - peak) / 0.3) ** 2)
        start = int(dice.integers(_SHORT))
        noise = np.take(hush, np.arange(start, start + samples), mode="wrap")
        way = float(dice.choice([-1.0, 1.0])) * row.get("wide", _WIDE)
        first = round((number + float(dice.uniform(0.1, 0.9))) * _LONG / count)
        loud = 10 ** (float(dice.normal(0.0, 2.5)) / 20)
        _add(loop, first, loud * noise * envelope, 0.9 * way * np.clip(1.6 * share, -1, 1))
    return loop


def _strikes(row: Row, _: dict[str, Row], dice: Dice) -> Loop:
    loop = np.zeros((_LONG, 2), np.float32)
    hush = _hush(_SHORT, 32.0, row["low_hz"], -2.0, dice)
    count = max(1, round(row["per_min"] * _LONG / SAMPLE_RATE / 60))
    for number in range(count):
        samples = round(row["long_s"] * float(dice.uniform(0.8, 1.2)) * SAMPLE_RATE)
        time = np.arange(samples) / SAMPLE_RATE
        envelope = np.zeros(samples)
        for _roll in range(7):
            at = float(dice.uniform(0.0, 0.45)) * row["long_s"]
            fall = float(dice.uniform(0.3, 1.1))
            after = np.maximum(time - at, 0.0)
            envelope += (
                float(dice.uniform(0.3, 1.0))
                * after
                / 0.12
                * np.exp(-after / fall)
                / (1 + after / 0.12)
            )
        envelope *= np.minimum(1.0, (time[-1] - time) / (0.3 * row["long_s"]))
        start = int(dice.integers(_SHORT))
        noise = np.take(hush, np.arange(start, start + samples), mode="wrap")
        first = round((number + float(dice.uniform(0.1, 0.9))) * _LONG / count)
        _add(loop, first, noise * envelope, float(dice.uniform(-0.6, 0.6)))
    return loop


def _calls(row: Row, songs: dict[str, Row], dice: Dice) -> Loop:
    loop = np.zeros((_LONG, 2), np.float32)
    count = max(1, round(row["per_min"] * _LONG / SAMPLE_RATE / 60))
    # A few singers sit where they sit; each has its own voice.
    singers = [
        (float(dice.uniform(-0.85, 0.85)), float(dice.uniform(0.88, 1.14)), dice.uniform(0.25, 1.0))
        for _ in range(1 if row.get("is_steady") else 5)
    ]
    for number in range(count):
        song = songs[row["songs"][number % len(row["songs"])]]
        pan, pitch, near = singers[int(dice.integers(len(singers)))]
        late = 0.0 if row.get("is_steady") else float(dice.uniform(0.0, 0.9))
        first = round((number + late) * _LONG / count)
        for _again in range(int(dice.integers(song["again"][0], song["again"][1] + 1))):
            for note, pause in _notes(song, pitch, dice):
                _add(loop, first, near * note, pan)
                first += len(note) + pause
    return loop


def _notes(song: Row, pitch: float, dice: Dice) -> Iterator[tuple[Array, int]]:
    """Yield a song's notes, each with the samples of silence after it."""
    for begin, end, seconds, pause_s in song["notes"]:
        samples = round(seconds * float(dice.uniform(0.9, 1.1)) * SAMPLE_RATE)
        share = np.arange(samples) / samples
        hertz = pitch * float(dice.uniform(0.985, 1.015)) * (begin + (end - begin) * share)
        phase = 2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE
        partials = song.get("partials", [1.0, 0.06])
        note = sum(loud * np.sin(k * phase) for k, loud in enumerate(partials, start=1))
        note = note * np.sin(np.pi * share) ** 0.7
        if "buzz" in song:
            note *= np.maximum(0.0, np.sin(2 * np.pi * song["buzz"] * share * seconds)) ** 2
        yield np.asarray(note), round(pause_s * float(dice.uniform(0.85, 1.2)) * SAMPLE_RATE)


def _babble(row: Row, _: dict[str, Row], dice: Dice) -> Loop:
    """Return people who talk without words: syllables of vowels, each person's own pitch."""
    loop = np.zeros((_LONG, 2), np.float32)
    for _person in range(row["people"]):
        base = row["low_hz"] * float(dice.choice([0.75, 0.85, 1.3, 1.5]))
        vowels = [_vowel(base, formants, dice) for formants in _VOWELS]
        pan, near = float(dice.uniform(-0.9, 0.9)), float(dice.uniform(0.3, 1.0))
        at, end = int(dice.integers(SAMPLE_RATE)), _LONG
        while at < end:
            for _syllable in range(int(dice.integers(3, 14))):
                samples = round(float(dice.uniform(0.10, 0.24)) * SAMPLE_RATE)
                vowel = vowels[int(dice.integers(len(vowels)))]
                speed = float(dice.uniform(0.9, 1.12))
                one = np.interp(np.arange(samples) * speed, np.arange(len(vowel)), vowel)
                one *= np.sin(np.pi * np.arange(samples) / samples) * float(dice.uniform(0.4, 1.0))
                _add(loop, at, near * one, pan)
                at += round(samples * float(dice.uniform(0.8, 1.1)))
            at += round(float(dice.gamma(2.0, 0.9)) * SAMPLE_RATE)
    spectrum = np.fft.rfft(np.ascontiguousarray(loop.T), axis=1)
    pitch = np.fft.rfftfreq(_LONG, 1 / SAMPLE_RATE).astype(np.float32)
    spectrum /= 1 + (pitch / _CLOSE_HZ) ** 2
    return np.asarray(np.fft.irfft(spectrum, _LONG, axis=1).T, np.float32)


def _vowel(hertz: float, formants: tuple[float, ...], dice: Dice) -> Array:
    """Return a third of a second of a vowel, sung on one note that falls a little."""
    samples = round(0.3 * SAMPLE_RATE)
    share = np.arange(samples) / samples
    phase = 2 * np.pi * np.cumsum(hertz * (1.06 - 0.12 * share)) / SAMPLE_RATE
    out = np.zeros(samples)
    for number in range(1, int(2600 / hertz)):
        at = number * hertz
        loud = sum(1 / (1 + ((at - formant) / 110) ** 2) for formant in formants) + 0.05
        out += loud / number**0.5 * np.sin(number * phase + dice.uniform(0, 0.4))
    return out


_MAKERS: dict[str, Callable[[Row, dict[str, Row], Dice], Loop]] = {
    "noise": _noise,
    "hum": _hum,
    "drops": _drops,
    "calls": _calls,
    "passes": _passes,
    "babble": _babble,
    "ticks": _ticks,
    "strikes": _strikes,
}
