"""Setups in, cameras out: each in the best of its ways that breaks no rule on this set.

A setup knows several ways to be taken, the best first: how far off the look, how long the lens.
They are tried in rounds, all setups at once. A setup and its reverse are taken the same way.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mstation.shots.axis import Epoch
from mstation.shots.coverage import Family, Setup
from mstation.shots.details import INSERT_WAYS, PLACE_WAYS, take_inserts, take_places
from mstation.shots.groups import GROUP_WAYS, take_groups
from mstation.shots.singles import OVER_WAYS, SINGLE_WAYS, take_over_shoulders, take_singles
from mstation.shots.taken import Ground, Taken, empty_taken, weight_of

Way = tuple[float, float]
Index = NDArray[np.intp]
Taker = Callable[[list[Setup], list[Epoch], Ground, Way, Index], Taken]

# Each family's ways, how many of them make a round, and who takes them. A round is tried
# whole and its best is kept; further rounds are for setups that still break a rule.
_FAMILIES: tuple[tuple[Family, tuple[Way, ...], int, Taker], ...] = (
    ("single", SINGLE_WAYS, 3, take_singles),
    ("ots", OVER_WAYS, 6, take_over_shoulders),
    ("group", GROUP_WAYS, 9, take_groups),
    ("insert", INSERT_WAYS, 3, take_inserts),
    ("place", PLACE_WAYS, 3, take_places),
)


def place_all(setups: list[Setup], epochs: list[Epoch], ground: Ground) -> Taken:
    """Return every setup taken in its best way, in the order of the setups."""
    placed = empty_taken(len(setups))
    least = np.full(len(setups), np.inf)
    settled = np.zeros(len(setups), bool)
    for family, ways, per_round, take in _FAMILIES:
        own = np.array([i for i, s in enumerate(setups) if s.family == family], dtype=np.intp)
        for first in range(0, len(ways), per_round):
            rows = own[~settled[own]]
            if not len(rows):
                break
            for way in ways[first : first + per_round]:
                whole = _try(setups, epochs, ground, take, way, rows, least, placed)
                settled[whole] = True
    return placed


def _try(
    setups: list[Setup], epochs: list[Epoch], ground: Ground, take: Taker, way: Way, rows: Index,
    least: NDArray[np.float64], placed: Taken,
) -> Index:  # fmt: skip
    """Take these rows one way, keep what is better, return the rows that break no rule."""
    place = {int(row): k for k, row in enumerate(rows)}
    mates = np.array([place.get(setups[row].mate, -1) for row in rows], dtype=np.intp)
    taken = take([setups[row] for row in rows], epochs, ground, way, mates)
    total = weight_of(taken.broken) + taken.cost
    broken = taken.broken != 0
    coupled = mates >= 0
    total = np.where(coupled, total + total[mates], total)
    broken = broken | (coupled & broken[mates])
    better = np.flatnonzero(total < least[rows] - 1e-9)
    placed.put(rows[better], taken, better)
    least[rows[better]] = total[better]
    return np.asarray(rows[~broken])
