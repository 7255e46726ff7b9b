"""One sound in, how strong it is over time out: a mix is planned by it before anything is mixed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.sound import columns
from mstation.sound.metering import FINE_HOP, PEAK_HOP, Meter, Powers, Sound
from mstation.sound.wavefile import WavFile


@dataclass(frozen=True, slots=True)
class Trace:
    """How strong a sound is from its first sample on; powers of both channels added up."""

    weighted: Powers  # every 10 ms, K-weighted
    speech: Powers  # every 10 ms, from 300 to 4000 Hz
    peaks: NDArray[np.float32]  # the highest sample of every 64


def trace(wav: WavFile) -> Trace:
    """Return how strong a sound is."""
    meter, peaks = Meter(hop=FINE_HOP, hears_speech=True), [np.zeros(0, np.float32)]
    for _, block in wav.blocks():
        meter.hear(block)
        peaks.append(highest(block, PEAK_HOP))
    levels = meter.levels()
    return Trace(levels.weighted, levels.speech, np.concatenate(peaks))


def highest(block: Sound, hop: int) -> NDArray[np.float32]:
    """Return the highest sample of every hop, of both channels."""
    found = np.zeros(-(-len(block) // hop), np.float32)
    _highest(block, hop, found)
    return found


@kernel
def _highest(block: Sound, hop: int, found: NDArray[np.float32]) -> None:
    for i in range(len(block)):
        level = max(abs(block[i, 0]), abs(block[i, 1]))
        if level > found[i // hop]:
            found[i // hop] = level


def write(traced: Trace) -> bytes:
    """Return a trace as bytes."""
    return columns.write({}, {name: each.astype("<f4") for name, each in asdict(traced).items()})


def read(data: bytes) -> Trace:
    """Return the trace that `write` wrote."""
    found = columns.read(data).columns
    return Trace(
        found["weighted"].astype(np.float64), found["speech"].astype(np.float64), found["peaks"]
    )
