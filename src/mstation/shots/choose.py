"""Placed setups in, the chosen shots out: exact dynamic programming over cut points.

A state is "a shot with this camera begins at this cut point". Its cost is what the best way
here costs: every shot before it (what it shows, its rhythm) and every cut (the grammar). Hard
rules weigh more than everything soft together, so they only give way where nothing else is
left, the least of them first; what gave way is handed out with the shot.

All that does not hang on prices is worked out once; the board is then searched again and again
while `targets` moves the prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.cuts import Joint, cut_costs
from mstation.shots.film import Film
from mstation.shots.glimpses import Glimpse
from mstation.shots.grammar import SIZES
from mstation.shots.orders import Orders, obey
from mstation.shots.setup import Setup
from mstation.shots.showing import Runs, runs_of
from mstation.shots.taken import HARD, INSERT_STEP, PLACE, weight_of
from mstation.space import Array

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen shot: a placed setup from one cut point to another, and the rules it breaks."""

    row: int
    first_segment: int
    end_segment: int
    broken: int

    @property
    def column(self) -> int:
        """Where its length stands in tables of runs: how many stretches follow its first."""
        return self.end_segment - self.first_segment - 1


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What a shot costs or earns beside what it shows, by what it adds to the whole.

    cut       # (points,) a shot that begins there
    sizes     # (sizes,) a shot of each size
    reaction  # a shot of somebody who listens
    aside     # an insert, or a picture from the line itself
    face_s    # a second of speech with its speaker's face
    over      # a cut over a voice where the speakers change, against one in the pause
    """

    cut: Array
    sizes: Array
    reaction: float = 0.0
    aside: float = 0.0
    face_s: float = 0.0
    over: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """The scene laid out for the search.

    fixed  # (n, most) what each run costs with its faults, infinite where it may not be
    ends   # for each cut point but the first: the setups that may end there, and their columns
    cuts   # for each of those: (old, new) cost and bits
    """

    film: Film
    orders: Orders
    runs: Runs
    fixed: Array
    by_point: list[Index]
    ends: list[tuple[Index, Index]]
    cuts: list[tuple[Array, Index]]


def lay_out(
    film: Film,
    setups: list[Setup],
    orders: Orders,
    horizon_s: tuple[float, ...],
    *,
    is_last_resort: bool = False,
) -> Board:
    """Return the board of a scene: all that the search needs beside the prices.

    Cameras that break a hard rule where they stand are thought of as a last resort only, or
    where there is no other, or where the director asks for them.
    """
    count = len(film.segments)
    sound = (film.taken.broken & HARD) == 0
    sound |= np.array([setup.wished > 0 for setup in setups], dtype=bool)
    by_point = [
        own if is_last_resort or not sound[own].any() else own[sound[own]]
        for own in (np.flatnonzero(film.rows.point == point) for point in range(count))
    ]
    runs = runs_of(film, by_point, horizon_s)
    if 0 in orders.wishes:  # a close first shot that is asked for reveals the place late
        late = by_point[0][np.array([setups[row].wished > 0 for row in by_point[0]], dtype=bool)]
        runs.broken[late] &= ~PLACE
    fixed = runs.cost + weight_of(runs.broken)
    obey(fixed, orders, setups, film.segments)
    ends, cuts = [], []
    for point in range(1, count + 1):
        live = runs.live[point - 1]
        column = point - 1 - film.rows.point[live]
        kept = np.flatnonzero(np.isfinite(fixed[live, column]))
        ends.append((live[kept], column[kept]))
        if point < count:
            cuts.append(_cut_at(point, kept, film, runs, orders))
    return Board(film, orders, runs, fixed, by_point, ends, cuts)


def _cut_at(point: int, kept: Index, film: Film, runs: Runs, orders: Orders) -> tuple[Array, Index]:
    left = runs.left[point - 1][kept]
    joint = joint_at(point, film, runs, orders, runs.last[point - 1].pick(kept), left)
    cost, broken = cut_costs(joint, film.rows, film.taken, film.ground)
    return cost + weight_of(broken), broken


def joint_at(
    point: int, film: Film, runs: Runs, orders: Orders, old: Glimpse, left: Index
) -> Joint:
    """Return a cut point between some pictures before it and all that may begin there.

    `left` has the sides of lines that those pictures leave, (old, all pairs).
    """
    frame = film.segments[point].first_frame
    called = film.ground.called
    return Joint(
        old=old,
        new=runs.first[point],
        pairs=film.pairs(frame - 1, begins=False),
        all_pairs=film.all_pairs,
        left=left,
        epoch=film.epochs[point],
        over_line=point in orders.over_line,
        came_or_went=bool((called[:, frame] != called[:, frame - 1]).any()),
    )


def search(board: Board, prices: Prices) -> list[Choice]:
    """Return the cheapest run of shots that covers all segments, in order."""
    rows, runs = board.film.rows, board.runs
    inserts = rows.step == INSERT_STEP
    turns = {"": 0.0, "on": prices.over / 2, "over": -prices.over / 2}
    cut = prices.cut + np.array([turns[segment.turn] for segment in board.film.segments])
    each = cut[rows.point] + np.where(inserts, prices.aside, 0.0)
    each += np.where(inserts, 0.0, prices.sizes[np.minimum(rows.step, len(SIZES) - 1)])
    priced = board.fixed + each[:, None] - prices.face_s * runs.face_s
    priced -= prices.reaction * runs.reaction
    best = np.full(len(rows.point), np.inf)
    before = np.full(len(rows.point), -1)
    cut_broken = np.zeros(len(rows.point), np.intp)
    best[board.by_point[0]] = 0.0
    for point, (cost, broken) in enumerate(board.cuts, start=1):
        ending, column = board.ends[point - 1]
        total = (best[ending] + priced[ending, column])[:, None] + cost
        new = board.by_point[point]
        cheapest = total.argmin(axis=0)
        columns = np.arange(len(new))
        best[new] = total[cheapest, columns]
        before[new] = ending[cheapest]
        cut_broken[new] = broken[cheapest, columns]
    ending, column = board.ends[-1]
    last = int(ending[int((best[ending] + priced[ending, column]).argmin())])
    return _way_back(board, last, before, cut_broken)


def _way_back(board: Board, last: int, before: Index, cut_broken: Index) -> list[Choice]:
    row, end = last, len(board.film.segments)
    choices: list[Choice] = []
    while row >= 0:
        start = int(board.film.rows.point[row])
        broken = int(board.runs.broken[row, end - start - 1]) | int(cut_broken[row])
        choices.append(Choice(row, start, end, broken))
        row, end = int(before[row]), start
    return choices[::-1]


def faults_of(choices: list[Choice]) -> int:
    """Return how many of the chosen shots break a hard rule."""
    return sum(bool(choice.broken & HARD) for choice in choices)
