"""One voice's envelopes in, another voice's sound out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hibari import dsp
from numpy.typing import NDArray

Envelope = NDArray[np.float32]  # (601 bins of 20 Hz, frames), natural log of magnitude

NATURAL_HZ = 195.0  # the bundled voice's own middle pitch
# The voice creaks at the ends of sentences, down to a third of its pitch; bent, that crackles.
_MELODY = (0.6, 2.0)
_VOICED_HZ = 40.0
# A tilt stops where a voice has nothing more to tell, so that no rumble and no hiss is lifted.
_TILTED_HZ = (120.0, 7000.0)
_TILT_PIVOT_HZ = 600.0
_NEPERS_A_DB = np.log(10) / 20
_BIN_HZ = dsp.SR / dsp.N_FFT
_FRAMES_A_SECOND = dsp.SR / dsp.HOP


@dataclass(frozen=True, slots=True)
class Bend:
    """How the bundled voice is bent for one line: the voice and the manner together."""

    pitch: float = 1.0
    formants: float = 1.0
    range: float = 1.0
    rate: float = 1.0
    breath: float = 0.0  # 0 all voice … 1 all whisper
    tremor: float = 0.0
    roughness: float = 0.0
    tilt_db: float = 0.0  # dB an octave: under 0 dark and soft, over 0 bright and pressed


def bent(
    harmonic: Envelope,
    turn: Envelope,
    breathy: Envelope,
    free: Envelope,
    phase: Envelope,
    pitch_hz: Envelope,
    *,
    bend: Bend,
    noise: np.random.Generator,
) -> NDArray[np.float32]:
    """Return the sound (n,) float32 at 24 kHz of the model's envelopes under a bend.

    The harmonic envelope is only meant at the natural voice's own harmonics; between them it
    holds anything. So it is read there and drawn anew before the pitch moves.
    """
    voiced = pitch_hz > _VOICED_HZ
    harmonic, turn = _between_harmonics(harmonic, turn, pitch_hz, voiced)
    harmonic, breathy, free = (
        _warped(envelope, bend.formants) for envelope in (harmonic, breathy, free)
    )
    if bend.tilt_db:
        tilt = tilt_of(_bins_hz(harmonic), bend.tilt_db) * voiced
        harmonic, breathy, free = harmonic + tilt, breathy + tilt, free + tilt
    if bend.breath > 0:
        whispered = _whispered(harmonic[:, voiced], breathy[:, voiced], bend.breath)
        harmonic[:, voiced], breathy[:, voiced] = whispered
    curve = _pitch_curve(pitch_hz, voiced, bend, noise)
    sound: NDArray[np.float32] = dsp.synth(harmonic, turn, breathy, free, phase, curve, noise)
    return sound


def _between_harmonics(
    harmonic: Envelope, turn: Envelope, pitch_hz: Envelope, voiced: NDArray[np.bool_]
) -> tuple[Envelope, Envelope]:
    """Return magnitude and phase drawn straight from each harmonic to the next."""
    bins = np.arange(harmonic.shape[0])
    smooth, held = harmonic.copy(), turn.copy()
    for frame in np.flatnonzero(voiced):
        spacing = float(pitch_hz[frame]) / _BIN_HZ
        at = np.arange(1, int(bins[-1] / spacing) + 1) * spacing
        peaks = np.interp(at, bins, harmonic[:, frame])
        smooth[:, frame] = np.interp(bins, at, peaks)
        nearest = np.clip(np.rint(bins / spacing), 1, len(at)) * spacing
        held[:, frame] = turn[np.minimum(np.rint(nearest).astype(int), bins[-1]), frame]
    return smooth, held


def _warped(envelope: Envelope, formants: float) -> Envelope:
    """Return the envelope stretched along frequency: over 1 a smaller head, under 1 a larger."""
    if formants == 1.0:
        return envelope
    at = np.arange(envelope.shape[0]) / formants
    low = np.minimum(at.astype(int), envelope.shape[0] - 2)
    share = np.clip(at - low, 0.0, 1.0)[:, None]
    result: Envelope = envelope[low] * (1 - share) + envelope[low + 1] * share
    return result.astype(np.float32)


def tilt_of(frequency_hz: NDArray[np.float64], tilt_db: float) -> Envelope:
    """Return by how much (natural log of magnitude) a tilt lifts each frequency, 0 at 600 Hz."""
    octaves = np.log2(np.clip(frequency_hz, *_TILTED_HZ) / _TILT_PIVOT_HZ)
    lift: Envelope = (tilt_db * _NEPERS_A_DB * octaves).astype(np.float32)
    return lift


def _bins_hz(envelope: Envelope) -> NDArray[np.float64]:
    bins_hz: NDArray[np.float64] = np.arange(envelope.shape[0])[:, None] * _BIN_HZ
    return bins_hz


def _whispered(harmonic: Envelope, breathy: Envelope, breath: float) -> tuple[Envelope, Envelope]:
    """Return the envelopes with a share of the voice made breath, its bass taken off."""
    bins = np.arange(harmonic.shape[0])[:, None] * _BIN_HZ
    # A whisper has no push below about 500 Hz and falls less steeply above.
    tilt = 0.5 * np.log((bins**2 + 60.0**2) / (bins**2 + 700.0**2)) + 0.35 * np.log1p(bins / 1500)
    air = np.logaddexp(breathy, harmonic + tilt + np.log(breath))
    return (harmonic + np.log1p(-breath)).astype(np.float32), air.astype(np.float32)


def _pitch_curve(
    pitch_hz: Envelope, voiced: NDArray[np.bool_], bend: Bend, noise: np.random.Generator
) -> Envelope:
    curve = pitch_hz.astype(np.float64)
    melody = np.clip(curve[voiced] / NATURAL_HZ, *_MELODY) ** bend.range
    target = NATURAL_HZ * bend.pitch * melody
    time_s = np.flatnonzero(voiced) / _FRAMES_A_SECOND
    if bend.tremor > 0:
        start = noise.uniform(0, 2 * np.pi)
        target *= 1 + bend.tremor * np.sin(2 * np.pi * 5.6 * time_s + start)
    if bend.roughness > 0:
        target *= 1 + bend.roughness * noise.standard_normal(len(target))
    curve[voiced] = np.clip(target, 55.0, 600.0)
    return curve.astype(np.float32)
