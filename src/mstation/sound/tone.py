"""A zone of a soundfont and a note in, its sound out: pitch, loop, envelope, brightness.

Source: SoundFont Technical Specification 2.04, sections 8.1 (generators) and 8.4 (default
modulators: velocity to attenuation and to filter cutoff). Modulation envelopes and vibrato are
left out: a temp score lives without them.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.sound import soundfont as sf
from mstation.sound.noises import quick_size
from mstation.sound.soundfont import SoundFont, Zone
from mstation.timebase import SAMPLE_RATE

_LONGEST_RELEASE_S = 3.0
_SOFTEN_CENTS = 2400.0  # how much lower the filter opens for the softest stroke
_OPEN_CENTS = 13_500  # a filter open to here is no filter
_ATTENUATION_SHARE = 0.4  # fonts are written for players that took 0.4 of the written value
_NEPERS = -math.log(10) / 20  # in a decibel of loss
# A filter is heard before and after for so many turns of its edge, and for a while in any case,
# since it ends at half the rate with a corner: 100 dB down from there.
_RING_TURNS, _LEAST_RING = 3.5, 1024
_BLOCK = 1 << 14  # samples: a spectrum that a processor's cache holds
_CLICK_S = 0.004  # no note starts or stops faster


def sound_note(
    font: SoundFont, program: int, is_drum: bool, pitch: int, velocity: int, held_s: float
) -> NDArray[np.float32]:
    """Return one note, mono float32 at 48 kHz, from its stroke until it has died away."""
    out = np.zeros(0, np.float32)
    for zone in font.zones(program, is_drum, pitch, velocity):
        tone = _tone(font, zone, pitch, velocity, held_s)
        if len(tone) > len(out):
            out = np.pad(out, (0, len(tone) - len(out)))
        out[: len(tone)] += tone
    return out


def _tone(
    font: SoundFont, zone: Zone, pitch: int, velocity: int, held_s: float
) -> NDArray[np.float32]:
    envelope = _envelope(zone, pitch, held_s)
    wave = _wave(font, zone, pitch, len(envelope))
    wave *= envelope[: len(wave)]
    wave = _filtered(wave, zone, velocity)
    attenuation_db = _ATTENUATION_SHARE * zone.of(sf.ATTENUATION) / 10
    gain = (velocity / 127) ** 2 * 10 ** (-attenuation_db / 20)
    edge = min(len(wave), round(_CLICK_S * SAMPLE_RATE))
    wave[len(wave) - edge :] *= np.linspace(1, 0, edge, dtype=np.float32)
    wave *= np.float32(gain)
    return wave


def _wave(font: SoundFont, zone: Zone, pitch: int, length: int) -> NDArray[np.float32]:
    """Return the recording played at a pitch, looped if it loops, for at most `length` samples."""
    samples = font.samples(zone.recording)
    first = zone.of(sf.START) + 32_768 * zone.of(sf.START_COARSE)
    end = len(samples) + zone.of(sf.END) + 32_768 * zone.of(sf.END_COARSE)
    loop_start = zone.recording.loop_start + zone.of(sf.LOOP_START)
    loop_end = zone.recording.loop_end + zone.of(sf.LOOP_END)
    loop_start += 32_768 * zone.of(sf.LOOP_START_COARSE)
    loop_end = min(loop_end + 32_768 * zone.of(sf.LOOP_END_COARSE), len(samples))
    period, step = loop_end - loop_start, _step(zone, pitch)
    if zone.of(sf.LOOP_MODE) in (1, 3) and period > 8:
        # The loop's first samples after its last let the interpolation pass the seam.
        ring = np.arange(4) % period + loop_start
        source = np.concatenate([samples[:loop_end], samples[ring]])
    else:
        source = np.pad(samples[:end], (0, 4))
        length, period = min(length, max(0, math.ceil((end - first) / step))), 0
    wave = np.empty(length, np.float32)
    _interpolate(source.astype(np.float32, copy=False), first, step, loop_end, period, wave)
    return wave


def _step(zone: Zone, pitch: int) -> float:
    """Return how many samples of the recording pass in one of ours."""
    root = zone.of(sf.ROOT_KEY)
    root = zone.recording.root_key if root < 0 else root
    cents = (pitch - root) * zone.of(sf.SCALE_TUNING)
    cents += 100 * zone.of(sf.COARSE_TUNE) + zone.of(sf.FINE_TUNE)
    cents += zone.recording.correction_cents
    return float(2 ** (cents / 1200) * zone.recording.rate / SAMPLE_RATE)


@kernel
def _interpolate(
    source: NDArray[np.float32],
    first: int,
    step: float,
    loop_end: int,
    period: int,
    wave: NDArray[np.float32],
) -> None:
    """Write a recording between its samples, by Catmull-Rom cubics; looped where it has a period.

    Source: E. Catmull and R. Rom, A class of local interpolating splines (1974).
    """
    last, gone_round = len(source) - 1, 0.0
    for i in range(len(wave)):
        at = first + i * step - gone_round
        while period and at >= loop_end:
            gone_round += period
            at -= period
        whole = int(at)
        part = np.float32(at - whole)
        before, here = source[min(last, max(0, whole - 1))], source[min(last, whole)]
        after, beyond = source[min(last, whole + 1)], source[min(last, whole + 2)]
        bend = np.float32(1.5) * (here - after) + np.float32(0.5) * (beyond - before)
        curve = before - np.float32(2.5) * here + np.float32(2) * after - np.float32(0.5) * beyond
        slope = np.float32(0.5) * (after - before)
        wave[i] = ((bend * part + curve) * part + slope) * part + here


def _envelope(zone: Zone, pitch: int, held_s: float) -> NDArray[np.float32]:
    """Return the volume of a note held for so long: attack, hold, decay, sustain, release."""
    attack = max(_CLICK_S, _seconds(zone, sf.DELAY) + _seconds(zone, sf.ATTACK))
    hold, decay = _seconds(zone, sf.HOLD), max(_CLICK_S, _seconds(zone, sf.DECAY))
    sustain_db = min(100.0, max(0.0, zone.of(sf.SUSTAIN) / 10))
    release = min(_LONGEST_RELEASE_S, max(10 * _CLICK_S, _seconds(zone, sf.RELEASE)))
    held = max(held_s, attack)
    time = np.arange(round((held + release) * SAMPLE_RATE), dtype=np.float32)
    time /= np.float32(SAMPLE_RATE)
    fallen_db = np.clip((time - np.float32(attack + hold)) * (100 / decay), 0.0, sustain_db)
    # 60 dB over the release time, so that the end of the array is the end of the sound.
    fallen_db += np.maximum(0, time - np.float32(held)) * np.float32(60 / release)
    level = np.minimum(1, time / np.float32(attack)) * np.exp(fallen_db * np.float32(_NEPERS))
    return np.asarray(level, np.float32)


def _seconds(zone: Zone, generator: int) -> float:
    return float(2 ** (max(-12_000, zone.of(generator)) / 1200))


def _filtered(wave: NDArray[np.float32], zone: Zone, velocity: int) -> NDArray[np.float32]:
    """Return the sound through its low-pass: soft strokes are darker."""
    cents = zone.of(sf.FILTER_CUTOFF) - _SOFTEN_CENTS * (127 - velocity) / 127
    if cents >= _OPEN_CENTS or not len(wave):
        return wave
    cutoff_hz = 8.176 * 2 ** (cents / 1200)
    ring = max(_LEAST_RING, math.ceil(_RING_TURNS * SAMPLE_RATE / cutoff_hz))
    size = max(_BLOCK, 1 << (4 * ring - 1).bit_length())
    size = min(size, quick_size(len(wave) + 2 * ring))
    pitches = np.fft.rfftfreq(size, 1 / SAMPLE_RATE).astype(np.float32)
    response = 1 / np.sqrt(1 + (pitches / np.float32(cutoff_hz)) ** 4)
    step = size - 2 * ring
    padded = np.pad(wave, (ring, -len(wave) % step + ring))
    blocks = np.lib.stride_tricks.sliding_window_view(padded, size)[::step]
    clean = np.fft.irfft(np.fft.rfft(blocks, axis=1) * response, size, axis=1)
    return np.asarray(clean[:, ring : ring + step], np.float32).reshape(-1)[: len(wave)]
