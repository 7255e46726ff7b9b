"""A film's time in hops of 10 ms, counted anew from each scene's first sample.

So a scene that others push back in the film has the same hops as before. The last hop of a scene
is as long as what is left of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.sound.metering import FINE_HOP, Powers
from mstation.timebase import SAMPLE_RATE

_Samples = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Hops:
    """Where the hops of a film begin and end.

    edges   # (hops + 1,), film samples
    scenes  # the first hop of each scene
    """

    edges: _Samples
    scenes: tuple[int, ...]

    @property
    def middles(self) -> _Samples:
        """The sample in the middle of each hop."""
        return np.asarray((self.edges[:-1] + self.edges[1:]) // 2)

    @property
    def seconds(self) -> _Samples:
        """The second of the film that each hop lies in."""
        return np.asarray(self.middles // SAMPLE_RATE)

    def of(self, sounds: Iterable[tuple[int, Powers]]) -> Powers:
        """Return the powers of sounds together, each given from its first sample in the film."""
        out = np.zeros(len(self.edges) - 1)
        for first, powers in sounds:
            energy = np.concatenate([[0.0], np.cumsum(powers * FINE_HOP)])
            end = first + FINE_HOP * len(powers)
            low = max(0, int(np.searchsorted(self.edges, first, "right")) - 1)
            high = int(np.searchsorted(self.edges, end))
            edges = self.edges[low : high + 1]
            if len(edges) > 1:
                known = np.arange(len(energy)) * FINE_HOP
                out[low : low + len(edges) - 1] += np.diff(
                    np.interp(edges - first, known, energy)
                ) / np.diff(edges)
        return out

    def evenly(self, powers: Powers, hop: int) -> Powers:
        """Return powers of these hops over the film's own time, a value every `hop` samples."""
        energy = np.concatenate([[0.0], np.cumsum(powers * np.diff(self.edges))])
        count = -(-int(self.edges[-1]) // hop)
        even = np.interp(np.arange(count + 1) * hop, self.edges, energy)
        return np.asarray(np.maximum(0.0, np.diff(even)) / hop)


def hops_of(starts: Sequence[int], samples: int) -> Hops:
    """Return the hops of a film whose scenes start at these samples, the first at 0."""
    edges, scenes, count = [], [], 0
    for start, end in zip(starts, [*starts[1:], samples], strict=True):
        edges.append(np.arange(start, end, FINE_HOP, dtype=np.int64))
        scenes.append(count)
        count += len(edges[-1])
    return Hops(np.concatenate([*edges, [samples]]).astype(np.int64), tuple(scenes))
