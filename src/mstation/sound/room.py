"""Rooms that answer sound, the same every time: the scoring stage, and the places of a film."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.sound.acoustics import OCTAVES_HZ, Acoustics
from mstation.sound.noises import quick_size
from mstation.space import Array
from mstation.timebase import SAMPLE_RATE

_DECAY_S = 1.8  # to −60 dB at mid frequencies
_PRE_DELAY_S = 0.022
_BANDS_HZ = (0.0, 250.0, 2000.0, 6000.0)
_BAND_DECAY = (1.1, 1.0, 0.7, 0.4)  # walls swallow the highs first

_SOUND_M_S = 343.0  # Source: dry air at 20 °C
_HIGHS = 0.7  # of the decay at 4 kHz: how long the octave above it rings
_DEEPEST = 4  # reflections from wall to wall that are told apart; more are the tail
_MOUTH, _EAR = (0.37, 0.52, 0.41), (0.62, 0.55, 0.70)  # of width, height, depth: off the middle
_GROUND_M, _GROUND_DB = 1.4, -14.0  # of the open: the mouth's mirror in the floor
_WALL_HZ = 2500.0  # above it walls in the open throw little back


def impulse_response() -> NDArray[np.float64]:
    """Return the scoring stage as (samples, 2): one unit of energy an ear, ears uncorrelated."""
    samples = round(_DECAY_S * SAMPLE_RATE)
    noise = np.random.Generator(np.random.PCG64(1)).standard_normal((samples, 2))
    spectrum = np.fft.rfft(noise, axis=0)
    pitches = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE)
    time = np.arange(samples) / SAMPLE_RATE
    room = np.zeros((samples, 2))
    for low, high, decay in zip(_BANDS_HZ, (*_BANDS_HZ[1:], np.inf), _BAND_DECAY, strict=True):
        inside = (pitches >= low) & (pitches < high)
        band = np.fft.irfft(spectrum * inside[:, None], samples, axis=0)
        room += band * 10 ** (-3 * time / (_DECAY_S * decay))[:, None]
    onset = np.minimum(1.0, time / 0.012)[:, None]
    room *= onset * (1 - time / _DECAY_S)[:, None]
    room /= np.sqrt((room**2).sum(axis=0))
    return np.concatenate([np.zeros((round(_PRE_DELAY_S * SAMPLE_RATE), 2)), room])


def response_of(acoustics: Acoustics) -> NDArray[np.float32]:
    """Return how a place answers, (samples, 2), against a voice of 1.0 a metre from the ear.

    The voice itself is not in it. A room has its first reflections, each from its side, and a
    diffuse tail that falls in each octave as Sabine has it; the open has its walls' slaps.
    """
    if acoustics.is_open:
        return _slaps(acoustics).astype(np.float32)
    room = _tail(acoustics)
    early = _reflections(acoustics)
    room[: len(early)] += early[: len(room)]
    return room.astype(np.float32)


def _tail(acoustics: Acoustics) -> Array:
    """Return the diffuse field of a room (samples, 2): noise an octave, falling by 60 dB.

    Source: Kuttruff, Room Acoustics, chapter 5: the field's energy is 16π / A of the voice's at
    a metre, and falls by 13.8 nepers in the time of reverberation.
    """
    longest = max(acoustics.decay_s)
    samples = round(1.1 * longest * SAMPLE_RATE)
    size = 1 << (samples - 1).bit_length()
    noise = np.random.Generator(np.random.PCG64(2)).standard_normal((size, 2))
    spectrum = np.fft.rfft(noise, axis=0)
    pitches = np.maximum(np.fft.rfftfreq(size, 1 / SAMPLE_RATE), 1.0)
    place = np.log2(pitches / OCTAVES_HZ[0])  # 0 at 125 Hz, 1 an octave up …
    time = np.arange(samples) / SAMPLE_RATE
    decays = (*acoustics.decay_s, max(0.05, _HIGHS * acoustics.decay_s[-1]))
    absorbed = (*acoustics.absorption_m2, acoustics.absorption_m2[-1] / _HIGHS)
    room = np.zeros((samples, 2))
    for octave, (decay_s, square_m) in enumerate(zip(decays, absorbed, strict=True)):
        share = _octave(place, octave, len(decays) - 1)
        band = np.fft.irfft(spectrum * share[:, None], size, axis=0)[:samples]
        per_sample = 16 * np.pi / square_m * 13.8 / decay_s / SAMPLE_RATE
        room += band * (np.sqrt(per_sample) * 10 ** (-3 * time / decay_s))[:, None]
    # Before reflections are dense there is no tail. Source: Polack, √V milliseconds.
    dense_s = max(0.004, np.sqrt(acoustics.volume_m3) / 1000)
    room *= np.clip((time / dense_s - 0.3) / 0.7, 0.0, 1.0)[:, None] ** 2
    room *= np.clip((samples - np.arange(samples)) / (0.1 * samples), 0.0, 1.0)[:, None]
    return room


def _octave(place: Array, octave: int, last: int) -> Array:
    """Return the share of each pitch in an octave; the squares of all octaves add up to one."""
    away = np.abs(place - octave)
    if octave == 0:
        away = np.where(place < 0, 0.0, away)
    elif octave == last:
        away = np.where(place > octave, 0.0, away)
    return np.asarray(np.where(away < 1, np.cos(np.pi / 2 * np.minimum(away, 1.0)), 0.0))


def _reflections(acoustics: Acoustics) -> Array:
    """Return a shoebox's first reflections (samples, 2), each from where it comes.

    Source: J. B. Allen and D. A. Berkley, Image method for efficiently simulating small-room
    acoustics, JASA 65 (1979).
    """
    size = np.array(acoustics.size_m)
    width, height, depth = acoustics.size_m
    surface = 2 * (width * height + width * depth + height * depth)
    swallowed = min(0.9, acoustics.absorption_m2[3] / surface)
    mouth, ear = size * _MOUTH, size * _EAR
    dense_s = 2 * np.sqrt(acoustics.volume_m3) / 1000
    out = np.zeros((round(max(dense_s, 0.012) * SAMPLE_RATE) + 2, 2))
    for cell in itertools.product(range(-2, 3), repeat=3):
        bounces = sum(map(abs, cell))
        if not 0 < bounces <= _DEEPEST:
            continue
        whole = np.array(cell)
        image = whole * size + np.where(whole % 2 == 0, mouth, size - mouth)
        way = image - ear
        length = float(np.linalg.norm(way))
        at = round(length / _SOUND_M_S * SAMPLE_RATE)
        if at >= len(out):
            continue
        strength = (1 - swallowed) ** (bounces / 2) / max(length, 0.5)
        side = way[0] / length
        out[at] += strength * np.array([np.sqrt(0.5 - 0.45 * side), np.sqrt(0.5 + 0.45 * side)])
    fades = np.clip((len(out) - np.arange(len(out))) / (0.4 * len(out)), 0.0, 1.0)
    return out * fades[:, None]


def _slaps(acoustics: Acoustics) -> Array:
    """Return what ground and walls throw back under the open sky, (samples, 2)."""
    farthest = max(acoustics.walls_m, default=0.0)
    samples = round((2 * farthest / _SOUND_M_S + 0.08) * SAMPLE_RATE)
    size = 1 << (samples - 1).bit_length()
    out = np.zeros((size, 2))
    ground = round(_GROUND_M / _SOUND_M_S * SAMPLE_RATE)
    out[ground] += 10 ** (_GROUND_DB / 20)
    dice = np.random.Generator(np.random.PCG64(3))
    for index, wall_m in enumerate(acoustics.walls_m):
        at = round(2 * wall_m / _SOUND_M_S * SAMPLE_RATE)
        strength = 10 ** (acoustics.back_db / 20) / np.sqrt(1 + 2 * wall_m)
        blur = round(0.018 * SAMPLE_RATE)  # a front is not flat: windows, doors, ledges
        grains = dice.standard_normal((blur, 2)) * np.exp(-np.arange(blur) / (0.3 * blur))[:, None]
        grains *= strength / np.sqrt((grains**2).sum(axis=0).mean())
        lean = 0.75 * (-1) ** index
        out[at : at + blur] += grains * [np.sqrt(1 - lean), np.sqrt(1 + lean)]
    pitches = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    dull = 1 / np.sqrt(1 + (pitches / _WALL_HZ) ** 2)
    thin = (pitches / 120) ** 2 / (1 + (pitches / 120) ** 2)
    return np.asarray(
        np.fft.irfft(np.fft.rfft(out, axis=0) * (dull * thin)[:, None], size, axis=0)[:samples]
    )


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """A response made ready to answer much: its spectrum, and how long a block of it is."""

    response: NDArray[np.float32]  # (samples, 2)
    size: int
    transfer: NDArray[np.complex64]  # (2, size / 2 + 1)

    @property
    def energy_db(self) -> float:
        """How loud it is against what a voice of 1.0 sends to an ear a metre away."""
        power = float((self.response**2).sum(axis=0).mean())
        return float(10 * np.log10(max(power, 1e-12)))


def room_of(response: NDArray[np.float32]) -> Room:
    """Return a response ready to answer."""
    size = max(1 << 14, 2 * quick_size(len(response)))
    transfer = np.fft.rfft(np.ascontiguousarray(response.T), size, axis=1)
    return Room(response, size, np.asarray(transfer, np.complex64))


def answered(send: NDArray[np.float32], room: Room) -> NDArray[np.float32]:
    """Return what a place answers to a mono `send`, (samples, 2), as long as it can be heard."""
    reach = len(room.response) - 1
    out = np.zeros((2, len(send) + reach), np.float32)
    step = room.size - reach
    for start in range(0, len(send), step):
        block = send[start : start + step]
        if block.any():
            answer = np.fft.irfft(np.fft.rfft(block, room.size) * room.transfer, room.size, axis=1)
            out[:, start : start + len(block) + reach] += answer[:, : len(block) + reach]
    return out.T


def reverberate(send: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Add what the scoring stage answers to a mono `send` into `out` (samples, 2)."""
    answer = answered(send, room_of(impulse_response().astype(np.float32)))
    out += answer[: len(out)]
