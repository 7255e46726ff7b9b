"""Placed setups in, the chosen shots out: exact dynamic programming over cut points.

A state is "a shot with this camera begins at this cut point". Its cost is what the best way
here costs: every shot before it (what it shows, its rhythm) and every cut (the grammar). Hard
rules weigh more than everything soft together, so they only give way where nothing else is
left, the least of them first; what gave way is handed out with the shot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.axis import Epoch
from mstation.shots.coverage import Setup
from mstation.shots.cuts import cut_costs
from mstation.shots.cutting import Segment
from mstation.shots.rows import Rows
from mstation.shots.showing import Shown, shown_from
from mstation.shots.taken import Ground, Taken
from mstation.space import Array
from mstation.timebase import FrameRate

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen shot: a placed setup from one cut point to another, and the rules it breaks."""

    row: int
    first_segment: int
    end_segment: int
    broken: int


@dataclass(slots=True)
class _Search:
    """The table of the search: the best cost and the way to it, for every placed setup."""

    best: Array
    before: Index
    cut_broken: Index


def choose(
    segments: tuple[Segment, ...],
    setups: list[Setup],
    epochs: list[Epoch],
    taken: Taken,
    ground: Ground,
    rate: FrameRate,
    *,
    opens_place: bool,
) -> list[Choice]:
    """Return the cheapest run of shots that covers all segments, in order."""
    rows = Rows.of(setups, epochs, taken, ground)
    by_point = [np.flatnonzero(rows.point == point) for point in range(len(segments))]
    shown = [
        shown_from(point, by_point[point], segments, rows, taken, ground, rate,
                   opens_place=opens_place)
        for point in range(len(segments))
    ]  # fmt: skip
    count = len(setups)
    search = _Search(np.full(count, np.inf), np.full(count, -1), np.zeros(count, np.intp))
    search.best[by_point[0]] = 0.0
    for point in range(1, len(segments)):
        _arrive(point, search, by_point, shown, rows, segments, taken, ground)
    return _way_back(search, by_point, shown, len(segments))


def _arrive(
    point: int, search: _Search, by_point: list[Index], shown: list[Shown], rows: Rows,
    segments: tuple[Segment, ...], taken: Taken, ground: Ground,
) -> None:  # fmt: skip
    """Fill in what it costs to begin a shot at this cut point."""
    ends, costs = _ending_at(point, search, by_point, shown)
    new = by_point[point]
    frame = segments[point].first_frame
    cut, broken = cut_costs(ends, new, frame, rows, taken, ground)
    total = costs[:, None] + cut
    cheapest = total.argmin(axis=0)
    columns = np.arange(len(new))
    search.best[new] = total[cheapest, columns]
    search.before[new] = ends[cheapest]
    search.cut_broken[new] = broken[cheapest, columns]


def _ending_at(
    point: int, search: _Search, by_point: list[Index], shown: list[Shown]
) -> tuple[Index, Array]:
    """Return every shot that may end at a cut point, and its cost with all before it."""
    ends, costs = [], []
    for start in range(point):
        length = point - start
        if length <= shown[start].cost.shape[0]:
            ends.append(by_point[start])
            costs.append(search.best[by_point[start]] + shown[start].cost[length - 1])
    return np.concatenate(ends), np.concatenate(costs)


def _way_back(
    search: _Search, by_point: list[Index], shown: list[Shown], count: int
) -> list[Choice]:
    ends, costs = _ending_at(count, search, by_point, shown)
    row, end = int(ends[int(costs.argmin())]), count
    place = {int(r): (point, k) for point, rows in enumerate(by_point) for k, r in enumerate(rows)}
    choices: list[Choice] = []
    while row >= 0:
        start, column = place[row]
        broken = int(shown[start].broken[end - start - 1, column]) | int(search.cut_broken[row])
        choices.append(Choice(row, start, end, broken))
        row, end = int(search.before[row]), start
    return choices[::-1]
