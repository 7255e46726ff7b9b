"""How loud a sound is by FFmpeg's meter: the mix is made by ours, and proved by this.

Source: ITU-R BS.1770-5 for loudness and true peak; EBU R 128 for gating.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.filter import Graph

from mstation.sound.wavefile import open_wav
from mstation.timebase import SAMPLE_RATE

SILENCE_LUFS = -70.0  # the meter's gate: nothing is quieter
SILENCE_DBTP = -120.0


@dataclass(frozen=True, slots=True)
class Loudness:
    """How loud a piece of sound is as a whole, and its highest peak."""

    integrated_lufs: float
    true_peak_dbtp: float


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
