"""Voices, effects and music in, the film's sound out: stems laid, music ducked, loudness set.

Everything works on WAVs in blocks, so a film of two hours needs no more memory than a short.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mstation.sound.loudness import Loudness, limit, measure
from mstation.sound.wavefile import BLOCK, StereoWriter, WavFile, open_wav
from mstation.timebase import SAMPLE_RATE
from mstation.voices.speak import LINE_LUFS

TARGET_LUFS = -16.0
CEILING_DBTP = -1.5  # half a decibel under the promise, for what encoding adds
DUCK_DB = -12.0  # the music under a voice, against the music alone

_MUSIC_UNDER_VOICES_LU = 6.0  # the music alone, against the voices
_MOST_GAIN_DB = 40.0
_CLOSE_ENOUGH_LU = 0.3
_PASSES = 3

_HOP = SAMPLE_RATE // 100
_HEARD_DB = -30.0  # a voice counts as heard so far under the voices' loudness
_BRIDGE_S = 0.9  # a pause shorter than this keeps the music down
_AHEAD_S = 0.40  # the music begins to make way so long before the voice
_AFTER_S = 0.55
_TURN_S = 0.70  # how long the music takes to go down or come back


def dialogue_stem(
    lines: Iterable[tuple[int, NDArray[np.float32]]], total_samples: int
) -> NDArray[np.float32]:
    """Return spoken lines laid at their first samples, (total_samples, 2), voices in the middle.

    For whole films, which may not fit in memory, `lay_stem` writes the same to disk.
    """
    stem = np.zeros((total_samples, 2), np.float32)
    for first, sound in lines:
        end = min(total_samples, first + len(sound))
        stem[first:end] += sound[: max(0, end - first), None]
    return stem


def lay_stem(
    pieces: Iterable[tuple[int, NDArray[np.float32]]], total_samples: int, out: Path
) -> None:
    """Write pieces of sound, mono or (samples, 2), at their first samples into one stereo WAV.

    Pieces come in order of their first samples and may overlap: lines of a dual speech, the
    ring of one scene's music over the next. What lies past the end is left out.

    Raises:
        ValueError: when pieces are out of order.
    """
    with StereoWriter(out) as writer:
        ahead = np.zeros((0, 2), np.float32)
        for first, sound in pieces:
            if first < writer.samples:
                raise ValueError(f"a piece at sample {first} comes after {writer.samples}")
            ahead = _advance(writer, ahead, min(first, total_samples))
            stereo = sound if sound.ndim == 2 else np.repeat(sound[:, None], 2, axis=1)
            if len(stereo) > len(ahead):
                ahead = np.concatenate([ahead, np.zeros((len(stereo) - len(ahead), 2), np.float32)])
            ahead[: len(stereo)] += stereo
        _advance(writer, ahead, total_samples)


def _advance(writer: StereoWriter, ahead: NDArray[np.float32], to: int) -> NDArray[np.float32]:
    """Write what is known up to a sample, and return what is left of it."""
    count = to - writer.samples
    writer.write(ahead[:count])
    writer.write_silence(to - writer.samples)
    return ahead[count:]


def mix_film(dialogue: Path, effects: Path, music: Path, out: Path) -> Loudness:
    """Write the film's sound to `out`, and return how loud it is.

    The stems are rewritten in place at the levels they have in the mix, the music ducked:
    sample by sample they add up to the mix before its limiter. The mix lies at −16 LUFS, its
    true peak under −1 dBTP. What has neither voices nor music stays as quiet as it is.
    """
    total = max(open_wav(path).samples for path in (dialogue, effects, music))
    spoken, played = measure(dialogue, peaks=False), measure(music, peaks=False)
    under = 0.0 if spoken.is_silent else _MUSIC_UNDER_VOICES_LU
    duck = _ducking(open_wav(dialogue), spoken, total)
    _write_stem(open_wav(dialogue), total, _gain(TARGET_LUFS, spoken), None)
    _write_stem(open_wav(effects), total, 10 ** ((TARGET_LUFS - LINE_LUFS) / 20), None)
    _write_stem(open_wav(music), total, _gain(TARGET_LUFS - under, played), duck)
    stems = (dialogue, effects, music)
    if spoken.is_silent and played.is_silent:
        _write_sum(stems, total, out)
        return measure(out)
    loud = out.with_name(out.name + ".sum")
    _write_sum(stems, total, loud)
    gain, result = _gain(TARGET_LUFS, measure(loud, peaks=False)), Loudness(0.0, 0.0)
    for _ in range(_PASSES):
        limit(loud, out, gain=gain, ceiling_dbtp=CEILING_DBTP)
        result = measure(out)
        if abs(result.integrated_lufs - TARGET_LUFS) <= _CLOSE_ENOUGH_LU:
            break
        gain *= _gain(TARGET_LUFS, result)
    loud.unlink()
    for path in stems:
        _write_stem(open_wav(path), total, gain, None)
    return result


def _gain(goal_lufs: float, found: Loudness) -> float:
    """Return the factor that brings sound to a loudness; silence is left alone."""
    if found.is_silent:
        return 1.0
    return float(10 ** (min(_MOST_GAIN_DB, goal_lufs - found.integrated_lufs) / 20))


def _ducking(voices: WavFile, spoken: Loudness, total: int) -> NDArray[np.float64]:
    """Return the music's gain, a value every 10 ms: down before a voice is heard."""
    hops = -(-total // _HOP) + 1
    if spoken.is_silent:
        return np.ones(hops)
    threshold = 10 ** ((spoken.integrated_lufs + _HEARD_DB) / 10)
    power = np.zeros(hops)
    for first, block in voices.blocks():
        count = -(-len(block) // _HOP)
        padded = np.zeros((count * _HOP, 2))
        padded[: len(block)] = block
        power[first // _HOP : first // _HOP + count] = (
            (padded**2).reshape(count, _HOP, 2).mean(axis=(1, 2))
        )
    heard = np.flatnonzero(power > threshold)
    depth = np.zeros(hops)
    for first, end in _bridged(heard):
        start = max(0, first - round((_AHEAD_S + _TURN_S / 2) * 100))
        depth[start : end + round((_AFTER_S + _TURN_S / 2) * 100)] = DUCK_DB
    kernel = np.hanning(round(_TURN_S * 100) + 2)[1:-1]
    reach = len(kernel)
    padded_depth = np.pad(depth, (reach // 2, reach - 1 - reach // 2), mode="edge")
    return np.asarray(10 ** (np.convolve(padded_depth, kernel / kernel.sum(), "valid") / 20))


def _bridged(heard: NDArray[np.intp]) -> Iterable[tuple[int, int]]:
    """Return the stretches in which voices are heard, short pauses taken in."""
    if not len(heard):
        return
    turns = np.flatnonzero(np.diff(heard) > round(_BRIDGE_S * 100))
    firsts = heard[np.concatenate([[0], turns + 1])]
    lasts = heard[np.concatenate([turns, [len(heard) - 1]])]
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        yield first, last + 1


def _write_stem(stem: WavFile, total: int, gain: float, curve: NDArray[np.float64] | None) -> None:
    """Rewrite a stem in place at a gain, and under a curve of gain if there is one."""
    written = stem.path.with_name(stem.path.name + ".new")
    with StereoWriter(written) as writer:
        for first, block in stem.blocks(total):
            level = np.full(len(block), gain)
            if curve is not None:
                at = (np.arange(first, first + len(block)) + 0.5) / _HOP - 0.5
                low = max(0, first // _HOP - 1)
                near = curve[low : low + BLOCK // _HOP + 4]
                level *= np.interp(at, np.arange(low, low + len(near)), near)
            writer.write(block * level.astype(np.float32)[:, None])
    written.replace(stem.path)


def _write_sum(stems: Sequence[Path], total: int, out: Path) -> None:
    wavs = [open_wav(path) for path in stems]
    with StereoWriter(out) as writer:
        for first in range(0, total, BLOCK):
            count = min(BLOCK, total - first)
            writer.write(np.sum([wav.read(first, count) for wav in wavs], axis=0, dtype=np.float32))
