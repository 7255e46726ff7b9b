"""The noun that shots are chosen from: a scene cut into stretches, with every camera placed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.axis import Epoch
from mstation.shots.cutting import Segment
from mstation.shots.exchanges import Exchange, Pair, before_talk, pairs_at
from mstation.shots.glimpses import Glimpse, first_shown
from mstation.shots.rows import Rows
from mstation.shots.taken import Ground, Taken
from mstation.space import Array
from mstation.timebase import FrameRate

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """What setups are judged against: the scene's stretches, its lines, its epochs, its ground."""

    segments: tuple[Segment, ...]
    epochs: list[Epoch]
    exchanges: tuple[Exchange, ...]
    rows: Rows
    taken: Taken
    ground: Ground
    rate: FrameRate
    opens_place: bool
    all_pairs: tuple[Pair, ...]  # between whom a line runs at some time

    def held(self, shown: Flags, seen: Glimpse) -> Flags:
        """Return, of the pairs that pictures show, the one whose line holds; any before talk."""
        return shown if before_talk(self.exchanges, seen.frame) else first_shown(shown)

    def lines_last(self, s: int) -> Flags:
        """Return, for all pairs, whether their lines hold from a stretch to the next."""
        before, now = self.epochs[s], self.epochs[min(s + 1, len(self.epochs) - 1)]
        return np.array([before.chain == now.chain and before.sides.get(p) == now.sides.get(p)
                         for p in self.all_pairs], dtype=bool)  # fmt: skip

    def bearings(self, frame: int, pairs: tuple[Pair, ...]) -> Array:
        """Return (pairs,): which way each line points over the floor at a frame, radians."""
        eyes = self.ground.figures.eyes[:, frame]
        ways = np.array([eyes[b] - eyes[a] for a, b in pairs]).reshape(-1, 3)
        return np.asarray(np.arctan2(ways[:, 0], ways[:, 2]))

    def pairs(self, frame: int, *, begins: bool) -> tuple[Pair, ...]:
        """Return the pairs whose line may hold at a frame."""
        return pairs_at(
            self.exchanges, self.ground.figures, self.ground.called, frame, begins=begins
        )
