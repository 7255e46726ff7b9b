"""The noises that foley is made of: things struck, rubbed and crumpled; each is a row of a table.

Source: ours, after the models of impacts, friction and crumpling in R. Nordahl, S. Serafin and
L. Turchet, Sound synthesis and evaluation of interactive footsteps (IEEE VR, 2010).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mstation.timebase import SAMPLE_RATE

Sound = NDArray[np.float32]
Dice = np.random.Generator

LONGEST_S = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """One thing that is heard once: when it starts, what it is, and where it lies."""

    first_sample: int  # of the scene
    make: Callable[[], Sound]  # (n,) mono, `LONGEST_S` at most, as loud as two metres away
    place: tuple[float, float, float]  # metres, in the world


def ring(hertz: float, decay_ms: float, seconds: float, *, glide: float = 0.0) -> Sound:
    """Return a struck body's one mode, falling by 60 dB in `decay_ms` times seven.

    `glide` is how far its pitch falls while it dies, as a share.
    """
    time = np.arange(round(seconds * SAMPLE_RATE), dtype=np.float32) / np.float32(SAMPLE_RATE)
    fall = np.float32(decay_ms / 1000)
    dying = np.exp(-time / fall)
    swept = time - np.float32(glide) * fall * (1 - dying) if glide else time
    out: Sound = np.sin(np.float32(2 * np.pi * hertz) * swept) * dying
    rise = min(len(out), round(0.0012 * SAMPLE_RATE))
    out[:rise] *= np.linspace(0.0, 1.0, rise, dtype=np.float32)
    return out


def hiss(low_hz: float, high_hz: float, seconds: float, dice: Dice) -> Sound:
    """Return noise between two pitches, its power 1, gentle at both edges."""
    samples = max(2, round(seconds * SAMPLE_RATE))
    size = quick_size(samples)
    pitch = np.fft.rfftfreq(size, 1 / SAMPLE_RATE).astype(np.float32)
    pitch[0] = 1.0
    shape = 1 / ((1 + (low_hz / pitch) ** 4) * (1 + (pitch / high_hz) ** 4))
    parts = dice.standard_normal((2, len(shape)), dtype=np.float32)
    noise = np.fft.irfft((parts[0] + 1j * parts[1]) * shape, size)
    return np.asarray(noise[:samples] / np.sqrt(np.mean(noise**2)), np.float32)


def swell(samples: int, rise_s: float, fall_s: float) -> Sound:
    """Return an envelope that rises evenly and dies away, reaching nothing at its end."""
    time = np.arange(samples) / SAMPLE_RATE
    rise = np.minimum(1.0, time / max(rise_s, 1e-4))
    fall = np.exp(-np.maximum(0.0, time - rise_s) / max(fall_s, 1e-4))
    left = np.minimum(1.0, (samples - np.arange(samples)) / (0.1 * samples))
    return np.asarray(rise * fall * left, np.float32)


def grains(samples: int, per_s: float, decay_ms: float, dice: Dice) -> Sound:
    """Return an envelope of single grains: crumbs, drops, crackles."""
    starts = np.zeros(samples)
    count = dice.poisson(per_s * samples / SAMPLE_RATE)
    at = dice.integers(0, samples, count)
    np.add.at(starts, at, dice.exponential(1.0, count))
    reach = round(6 * decay_ms / 1000 * SAMPLE_RATE)
    one = np.exp(-np.arange(reach) / (decay_ms / 1000 * SAMPLE_RATE))
    size = 1 << (samples + reach).bit_length()
    whole = np.fft.irfft(np.fft.rfft(starts, size) * np.fft.rfft(one, size), size)
    return np.asarray(np.maximum(whole[:samples], 0.0), np.float32)


def quick_size(least: int) -> int:
    """Return the least size not under `least` whose spectrum is quick: 2^n, 3·2^n or 5·2^n."""
    whole = 1 << (least - 1).bit_length()
    return min(size for size in (whole, 3 * whole // 4, 5 * whole // 8) if size >= least)


def laid(parts: list[tuple[float, Sound]], seconds: float) -> Sound:
    """Return parts, each at its second, as one sound."""
    out = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    for start_s, part in parts:
        first = round(start_s * SAMPLE_RATE)
        end = min(len(out), first + len(part))
        out[first:end] += part[: max(0, end - first)]
    return out


def finished(sound: Sound, level_db: float) -> Sound:
    """Return a sound at a level (of its loudest 50 ms), without rumble, from and to nothing."""
    size = quick_size(len(sound) + SAMPLE_RATE // 20)
    rumble = (np.fft.rfftfreq(size, 1 / SAMPLE_RATE).astype(np.float32) / 35) ** 4
    spectrum = np.fft.rfft(sound.astype(np.float32), size) * (rumble / (1 + rumble))
    clean = np.fft.irfft(spectrum, size)[: len(sound)]
    window = min(len(clean), SAMPLE_RATE // 20)
    running = np.concatenate([[0.0], np.cumsum(clean**2)])
    power = float((running[window:] - running[:-window]).max()) / window
    clean *= 10 ** (level_db / 20) / np.sqrt(max(power, 1e-12))
    edge = min(48, len(clean) // 2)  # a millisecond
    clean[:edge] *= np.linspace(0.0, 1.0, edge, endpoint=False)
    clean[len(clean) - 10 * edge :] *= np.linspace(1.0, 0.0, 10 * edge)
    return clean.astype(np.float32)


def struck(row: dict[str, Any], dice: Dice, *, pitch: float = 1.0, hard: float = 1.0) -> Sound:
    """Return one blow as a row has it: the thud, what rings with it, the click of the contact."""
    pitch *= float(dice.uniform(0.94, 1.06))
    loud, hertz, decay_ms = row.get("thud", (0.0, 80.0, 40.0))
    longest = max([decay_ms, *(mode[2] for mode in row.get("modes", ()))])
    seconds = max(0.12, 7 * longest / 1000)
    out = loud * ring(hertz * pitch, decay_ms, seconds, glide=0.25)
    for hertz, loud, decay_ms in row.get("modes", ()):
        share = loud * float(dice.uniform(0.6, 1.3)) * (0.4 + 0.6 * hard)
        out += share * ring(hertz * pitch * float(dice.uniform(0.97, 1.03)), decay_ms, seconds)
    loud, decay_ms = row.get("click", (0.0, 4.0))
    click = hiss(1800.0, 9000.0, 8 * decay_ms / 1000, dice)
    click *= swell(len(click), 0.0004, decay_ms / 1000)
    out[: len(click)] += 0.5 * hard * loud * click
    return np.asarray(out, np.float32)


def crumpled(row: dict[str, Any], dice: Dice) -> Sound:
    """Return the noise of many small contacts: grit under a sole, paper, cloth, bristles."""
    low, high, loud, long_ms = row["grit"]
    long_s = long_ms / 1000 * float(dice.uniform(0.85, 1.2))
    noise = hiss(low, high, long_s, dice)
    noise *= swell(len(noise), min(0.06, 0.1 * long_s), 0.4 * long_s)
    crumbs = grains(len(noise), 90 + 260 * row["grain"], 2.2, dice)
    crumbs /= max(float(np.sqrt(np.mean(crumbs**2))), 1e-6)
    share = row["grain"]
    envelope = (1 - share) + share * np.minimum(crumbs, 6.0)
    return np.asarray(loud * noise * envelope, np.float32)


def rubbed(rub: tuple[float, float, float], dice: Dice) -> Sound:
    """Return stick and slip: short blows whose pace wanders, through what creaks along."""
    hertz, loud, long_ms = rub
    samples = round(long_ms / 1000 * float(dice.uniform(0.85, 1.15)) * SAMPLE_RATE)
    paces = dice.uniform(0.6, 1.25, 3)
    pace = np.interp(np.arange(samples), [0, 0.4 * samples, samples], paces)
    turns = np.cumsum(0.16 * hertz * pace) / SAMPLE_RATE
    slips = np.diff(np.floor(turns), prepend=0.0)
    one = ring(hertz, 7.0, 0.05) + 0.5 * ring(2.63 * hertz, 4.0, 0.05)
    out = loud * np.convolve(slips, one)[:samples] * swell(samples, 0.08, 0.5)
    return np.asarray(out, np.float32)


def noise(name: str, dice: Dice, *, gain_db: float = 0.0) -> Sound:
    """Return a noise of the table, never twice quite the same."""
    row = noise_table()[name]
    parts: list[tuple[float, Sound]] = []
    for at_s in row.get("at_s", (0.0,)):
        start = at_s * float(dice.uniform(0.9, 1.12))
        if "thud" in row or "modes" in row:
            parts.append((start, float(dice.uniform(0.75, 1.0)) * struck(row, dice)))
        if "grit" in row:
            parts.append((start, crumpled(row, dice)))
        if "rub" in row:
            parts.append((start, rubbed(row["rub"], dice)))
    length = max(start + len(part) / SAMPLE_RATE for start, part in parts)
    return finished(laid(parts, min(length + 0.01, LONGEST_S)), row["level_db"] + gain_db)


def once(
    first_sample: int, name: str, seed: int, place: tuple[float, float, float], gain_db: float = 0.0
) -> Heard:
    """Return a noise of the table as it is heard at a time and a place; made when it is laid."""
    return Heard(
        first_sample, lambda: noise(name, np.random.default_rng(seed), gain_db=gain_db), place
    )


@cache
def noise_table() -> dict[str, Any]:
    """Return the rows of `noises.toml`, which ships with the program."""
    text = (resources.files(__package__) / "noises.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)["noises"]
    return table
