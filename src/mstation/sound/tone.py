"""A zone of a soundfont and a note in, its sound out: pitch, loop, envelope, brightness.

Source: SoundFont Technical Specification 2.04, sections 8.1 (generators) and 8.4 (default
modulators: velocity to attenuation and to filter cutoff). Modulation envelopes and vibrato are
left out: a temp score lives without them.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mstation.sound import soundfont as sf
from mstation.sound.soundfont import SoundFont, Zone
from mstation.timebase import SAMPLE_RATE

_LONGEST_RELEASE_S = 3.0
_SOFTEN_CENTS = 2400.0  # how much lower the filter opens for the softest stroke
_OPEN_CENTS = 13_500  # a filter open to here is no filter
_ATTENUATION_SHARE = 0.4  # fonts are written for players that took 0.4 of the written value
_NEPERS = -math.log(10) / 20  # in a decibel of loss
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
    wave[len(wave) - edge :] *= np.linspace(1, 0, edge)
    return (wave * gain).astype(np.float32)


def _wave(font: SoundFont, zone: Zone, pitch: int, length: int) -> NDArray[np.float64]:
    """Return the recording played at a pitch, looped if it loops, for at most `length` samples."""
    samples = font.samples(zone.recording)
    first = zone.of(sf.START) + 32_768 * zone.of(sf.START_COARSE)
    end = len(samples) + zone.of(sf.END) + 32_768 * zone.of(sf.END_COARSE)
    loop_start = zone.recording.loop_start + zone.of(sf.LOOP_START)
    loop_end = zone.recording.loop_end + zone.of(sf.LOOP_END)
    loop_start += 32_768 * zone.of(sf.LOOP_START_COARSE)
    loop_end = min(loop_end + 32_768 * zone.of(sf.LOOP_END_COARSE), len(samples))
    at: NDArray[np.float64] = first + np.arange(length) * np.float64(_step(zone, pitch))
    if zone.of(sf.LOOP_MODE) in (1, 3) and loop_end - loop_start > 8:
        period = loop_end - loop_start
        # The loop's first samples after its last let the interpolation pass the seam.
        ring = np.arange(4) % period + loop_start
        source = np.concatenate([samples[:loop_end], samples[ring]]).astype(np.float64)
        at = np.where(at < loop_end, at, loop_start + (at - loop_start) % period)
    else:
        source = np.pad(samples[:end], (0, 4)).astype(np.float64)
        at = at[at < end]
    return _interpolated(source, at)


def _step(zone: Zone, pitch: int) -> float:
    """Return how many samples of the recording pass in one of ours."""
    root = zone.of(sf.ROOT_KEY)
    root = zone.recording.root_key if root < 0 else root
    cents = (pitch - root) * zone.of(sf.SCALE_TUNING)
    cents += 100 * zone.of(sf.COARSE_TUNE) + zone.of(sf.FINE_TUNE)
    cents += zone.recording.correction_cents
    return float(2 ** (cents / 1200) * zone.recording.rate / SAMPLE_RATE)


def _interpolated(source: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a recording between its samples, by Catmull-Rom cubics."""
    whole = at.astype(np.int64)
    part = (at - whole).astype(np.float32)
    recorded = source.astype(np.float32)
    before, here, after, beyond = (
        np.take(recorded, whole + step, mode="clip") for step in (-1, 0, 1, 2)
    )
    bend = 1.5 * (here - after) + 0.5 * (beyond - before)
    curve = before - 2.5 * here + 2 * after - 0.5 * beyond
    between = ((bend * part + curve) * part + 0.5 * (after - before)) * part + here
    return np.asarray(between, np.float64)


def _envelope(zone: Zone, pitch: int, held_s: float) -> NDArray[np.float64]:
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
    return np.asarray(level, np.float64)


def _seconds(zone: Zone, generator: int) -> float:
    return float(2 ** (max(-12_000, zone.of(generator)) / 1200))


def _filtered(wave: NDArray[np.float64], zone: Zone, velocity: int) -> NDArray[np.float64]:
    """Return the sound through its low-pass: soft strokes are darker."""
    cents = zone.of(sf.FILTER_CUTOFF) - _SOFTEN_CENTS * (127 - velocity) / 127
    if cents >= _OPEN_CENTS or not len(wave):
        return wave
    cutoff_hz = 8.176 * 2 ** (cents / 1200)
    grain = 1 << max(0, len(wave).bit_length() - 4)
    size = -(-len(wave) // grain) * grain  # at most an eighth longer, and quick to transform
    pitches = np.fft.rfftfreq(size, 1 / SAMPLE_RATE).astype(np.float32)
    response = 1 / np.sqrt(1 + (pitches / np.float32(cutoff_hz)) ** 4)
    spectrum = np.fft.rfft(wave.astype(np.float32), size) * response
    return np.asarray(np.fft.irfft(spectrum, size)[: len(wave)], np.float64)
