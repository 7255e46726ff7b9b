"""How loud a film is, and a ceiling for its peaks.

Source: ITU-R BS.1770-5 for loudness and true peak; EBU R 128 for gating.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from mstation.sound.wavefile import BLOCK, StereoWriter, WavFile, open_wav
from mstation.timebase import SAMPLE_RATE

SCHEMA = "mstation.loudness/1"
SILENCE_LUFS = -70.0  # the meter's gate: nothing is quieter
SILENCE_DBTP = -120.0

_HOP = 64  # samples between two values of the limiter's gain
_LOOK_HOPS = 8  # it closes over 11 ms before a peak, and opens over 11 ms after it
_OVERSAMPLING = 4
_TAPS = 12  # of the interpolator, an phase
_MARGIN = _TAPS


@dataclass(frozen=True, slots=True)
class Loudness:
    """How loud a piece of sound is as a whole, and its highest peak."""

    integrated_lufs: float
    true_peak_dbtp: float

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to hear."""
        return self.integrated_lufs <= SILENCE_LUFS


def measure(path: Path, *, peaks: bool = True) -> Loudness:
    """Return the loudness of a WAV.

    Finding true peaks takes most of the time; without `peaks` they read as silence.
    """
    wav = open_wav(path)
    graph = Graph()
    graph.threads = 1
    source = graph.add_abuffer(
        sample_rate=SAMPLE_RATE,
        format="flt",
        layout="stereo",
        time_base=Fraction(1, SAMPLE_RATE),
    )
    meter = graph.add("ebur128", f"metadata=1:peak={'true' if peaks else 'none'}")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    found: dict[str, str] = {}
    # Half a second of silence at the end pushes the last short window through the meter.
    for first, block in wav.blocks(wav.samples + SAMPLE_RATE // 2):
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = first
        graph.push(frame)
        found = _drain(graph) or found
    graph.push(None)
    found = _drain(graph) or found
    integrated = float(found.get("lavfi.r128.I", SILENCE_LUFS))
    peak = float(found.get("lavfi.r128.true_peak", 0.0))
    decibels = max(SILENCE_DBTP, 20 * math.log10(peak)) if peak > 0 else SILENCE_DBTP
    return Loudness(round(max(SILENCE_LUFS, integrated), 2), round(decibels, 2))


def _drain(graph: Graph) -> dict[str, str]:
    """Return what the meter says with the last frame that it lets go."""
    last: dict[str, str] = {}
    while True:
        try:
            last = dict(graph.pull().metadata)
        except (av.error.BlockingIOError, av.error.EOFError):
            return last


def limit(source: Path, out: Path, *, gain: float, ceiling_dbtp: float) -> None:
    """Write `source` times `gain` so that its true peak stays under a ceiling."""
    wav = open_wav(source)
    ceiling = 10 ** (ceiling_dbtp / 20)
    needed = np.concatenate(
        [_needed(wav, first, gain, ceiling) for first in range(0, wav.samples, BLOCK)]
        or [np.ones(1, np.float32)]
    )
    curve = _smoothed(needed)
    with StereoWriter(out) as writer:
        for first, block in wav.blocks():
            at = (np.arange(first, first + len(block)) + 0.5) / _HOP - 0.5
            low = max(0, first // _HOP - 1)
            near = curve[low : low + len(block) // _HOP + 4]
            turn = np.interp(at, np.arange(low, low + len(near)), near).astype(np.float32)
            writer.write(block * (turn * np.float32(gain))[:, None])


def _needed(wav: WavFile, first: int, gain: float, ceiling: float) -> NDArray[np.float32]:
    """Return the gain, at most 1, that each hop of one block needs by itself."""
    count = min(BLOCK, wav.samples - first)
    sound = wav.read(first - _MARGIN, count + 2 * _MARGIN) * np.float32(gain)
    hops = -(-count // _HOP)
    peaks = np.zeros(hops * _HOP, np.float32)
    peaks[:count] = np.abs(sound[_MARGIN:-_MARGIN]).max(axis=1)
    # A true peak stands at most a few decibels over its samples: quiet blocks need no closer look.
    if peaks.max() > 0.4 * ceiling:
        peaks[:count] = np.maximum(peaks[:count], _between(sound)[:count])
    highest = peaks.reshape(hops, _HOP).max(axis=1)
    return np.asarray(np.minimum(1.0, ceiling / np.maximum(highest, 1e-9)), np.float32)


def _between(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the highest of the three points between each sample and the next, both channels."""
    highest = np.zeros(len(sound) - 2 * _MARGIN, np.float32)
    steps = np.arange(-_TAPS // 2 + 1, _TAPS // 2 + 1)
    for phase in range(1, _OVERSAMPLING):
        away = steps - phase / _OVERSAMPLING
        taps = np.sinc(away) * np.cos(np.pi * away / (_TAPS + 1)) ** 2
        taps = (taps / taps.sum()).astype(np.float32)
        for channel in (0, 1):
            between = np.abs(np.convolve(sound[:, channel], taps[::-1], "valid"))
            start = _MARGIN + int(steps[0])
            np.maximum(highest, between[start : start + len(highest)], out=highest)
    return highest


def _smoothed(needed: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return a gain that turns smoothly and is nowhere higher than needed."""
    reach = 2 * _LOOK_HOPS + 1
    wide = np.pad(needed, reach, constant_values=1.0)
    windows = np.lib.stride_tricks.sliding_window_view(wide, 2 * reach + 1)
    lowest = np.concatenate(
        [part.min(axis=1) for part in np.array_split(windows, 1 + len(wide) // 65536)]
    )
    kernel = np.hanning(reach + 2)[1:-1]
    padded = np.pad(lowest.astype(np.float64), reach // 2, mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), "valid")
