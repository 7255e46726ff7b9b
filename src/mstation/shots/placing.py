"""Setups in, cameras out: each in the best of its ways that breaks no rule on this set.

A setup knows several ways to be taken, the best first: how far off the look, how long the lens,
how high. They are tried in rounds, all setups and all ways of a round at once. A setup and its
reverse are taken the same way. While people keep their places a camera serves again: it is
placed once and looked at again at every cut point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.asked import Asked
from mstation.shots.aspects import is_upright
from mstation.shots.axis import Epoch
from mstation.shots.details import (
    INSERT_ROUNDS,
    PLACE_ROUNDS,
    aim_inserts,
    aim_places,
    judge_inserts,
    judge_places,
)
from mstation.shots.framing import Aimed
from mstation.shots.glimpses import MOST_WIDE_STEP, stature_shares, step_of_share
from mstation.shots.groups import (
    GROUP_ROUNDS,
    UPRIGHT_GROUP_ROUNDS,
    aim_groups,
    judge_groups,
)
from mstation.shots.landmarks import Figures
from mstation.shots.pov import VIEW_ROUNDS, aim_views, judge_views
from mstation.shots.setup import Family, Setup
from mstation.shots.shot import Role
from mstation.shots.shoulders import (
    OVER_ROUNDS,
    aim_over_shoulders,
    judge_over_shoulders,
)
from mstation.shots.singles import SINGLE_ROUNDS, aim_singles, judge_singles
from mstation.shots.taken import AXIS, EYELINE, PLACE, Ground, Taken, empty_taken, weight_of
from mstation.space import Array

# How far eyes and crown may be from where a camera found them, in metres across and upwards,
# and how far a face may have turned, for it to be asked whether it serves again. Groups are seen
# from further off.
_ACROSS_M, _UPWARDS_M, _TURNED = 0.10, 0.03, 0.5
_GROUP_LOOSE = 2.5
_SHORT = 1  # rounds, from nought, that a setup has whose kind was tried in all ways before
_DEARER = 0.25  # a camera that has become this much the worse does not serve again
_AGAIN = 2  # times that cameras are shared out anew among setups that the first did not serve

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Ways:
    """A family's ways by rounds; who aims its cameras, and who looks through them.

    `is_near` says that its cameras may be nearer to things and people than others.
    """

    rounds: tuple[Array, ...]
    aim: Callable[[Asked, Ground, Array, Index], Aimed]
    judge: Callable[[Asked, Aimed, Ground], Taken]
    is_near: bool = False
    upright_rounds: tuple[Array, ...] = ()  # where an upright picture is taken in other ways


# A round is tried whole and its best is kept; further rounds are for setups that still break a
# rule.
_FAMILIES: dict[Family, _Ways] = {
    "single": _Ways(SINGLE_ROUNDS, aim_singles, judge_singles),
    "ots": _Ways(OVER_ROUNDS, aim_over_shoulders, judge_over_shoulders),
    "group": _Ways(GROUP_ROUNDS, aim_groups, judge_groups, upright_rounds=UPRIGHT_GROUP_ROUNDS),
    "insert": _Ways(INSERT_ROUNDS, aim_inserts, judge_inserts, is_near=True),
    "place": _Ways(PLACE_ROUNDS, aim_places, judge_places),
    "pov": _Ways(VIEW_ROUNDS, aim_views, judge_views, is_near=True),
}


def place_all(
    setups: list[Setup], epochs: list[Epoch], lasts: Sequence[int], ground: Ground
) -> Taken:
    """Return every setup taken in its best way, in the order of the setups.

    `lasts` has the last frame of the stretch that begins at each cut point.
    """
    asked = Asked.of(setups, epochs, ground.figures, lasts)
    mates = np.array([setup.mate for setup in setups], dtype=np.intp)
    floor = _Floor(asked, mates, ground, empty_taken(len(setups)), np.zeros(len(setups)),
                   _first_of_kind(setups, epochs))  # fmt: skip
    stillness = _Stillness(ground.figures)
    for family, ways in _FAMILIES.items():
        left = np.array([i for i, s in enumerate(setups) if s.family == family], dtype=np.intp)
        for turn in range(_AGAIN + 1):
            first = left if turn == _AGAIN else _firsts(left, setups, epochs, stillness)
            own = first == left
            floor.place(left[own], ways)
            left = floor.serve(left[~own], first[~own], ways)
    _with_people_first(setups, epochs, floor.placed, ground)
    return floor.placed


def _with_people_first(
    setups: list[Setup], epochs: list[Epoch], placed: Taken, ground: Ground
) -> None:
    """Say of views of a place alone that they do not do where it can be shown with its people."""
    wide = [row for row, s in enumerate(setups) if s.role is Role.ESTABLISHING and s.group]
    shown = {setups[row].point for row in wide
             if not placed.broken[row]
             and not _is_near(setups[row], placed, row, ground)}  # fmt: skip
    for row, setup in enumerate(setups):
        alone = setup.family == "place" and not setup.wished
        if alone and setup.point in shown and epochs[setup.point].people:
            placed.broken[row] |= PLACE


def _is_near(setup: Setup, placed: Taken, row: int, ground: Ground) -> bool:
    """Return whether a view of a place has one of its people larger than a wide view does."""
    people, cameras = list(setup.group), placed.cameras.rows(np.array([row]))
    eyes = ground.figures.eyes[None, people, setup.frame]
    depth = cameras.project(eyes, ground.sensor)[..., 2]
    shares = stature_shares(depth, cameras, ground.figures.statures[people], ground.sensor)
    return bool((step_of_share(shares) > MOST_WIDE_STEP).any())


def _firsts(rows: Index, setups: list[Setup], epochs: list[Epoch], stillness: _Stillness) -> Index:
    """Return for each row the first one whose camera may serve it too."""
    found: dict[tuple[object, ...], int] = {}
    first = rows.copy()
    for place, row in enumerate(rows.tolist()):
        setup = setups[row]
        if setup.follow or setup.family in ("insert", "pov"):
            continue
        people = setup.group or tuple(sorted((setup.principal, setup.partner)))
        slack = _GROUP_LOOSE if setup.group else 1.0
        since = stillness.since(people, setup.frame, slack)
        first[place] = found.setdefault((*_kind(setup, epochs), since), row)
    return first


def _kind(setup: Setup, epochs: list[Epoch]) -> tuple[object, ...]:
    """Return what makes two setups the same but for where their people are."""
    return (setup.family, setup.role, setup.size, setup.angle, setup.lens_mm, setup.world,
            setup.principal, setup.partner, setup.group, setup.over, setup.swing, setup.lines,
            setup.follow, id(epochs[setup.point]))  # fmt: skip


def _first_of_kind(setups: list[Setup], epochs: list[Epoch]) -> NDArray[np.bool_]:
    """Return which setups are the first of their kind, or are wished: all ways are for those."""
    known: set[tuple[object, ...]] = set()
    first = np.zeros(len(setups), bool)
    for row, setup in enumerate(setups):
        kind = _kind(setup, epochs)
        first[row] = kind not in known or setup.wished > 0 or setup.prop >= 0
        known.add(kind)
    return first


class _Stillness:
    """Since when people have kept their places, asked in the order of frames."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._since: dict[tuple[int, ...], dict[int, int]] = {}
        scale = np.array([_ACROSS_M, _UPWARDS_M, _ACROSS_M])
        turned = figures.gazes[..., [0, 2]] / _TURNED
        self._pose = np.concatenate([figures.eyes / scale, figures.tops / scale, turned], axis=-1)

    def since(self, people: tuple[int, ...], frame: int, slack: float) -> int:
        """Return the frame at which these people took the places that they have at a frame."""
        known = self._since.setdefault((*people, int(slack)), {})
        if frame not in known:
            there = [person for person in people if person >= 0]
            last = next(reversed(known.values()), frame)
            moved = np.abs(self._pose[there, frame] - self._pose[there, last])
            known[frame] = last if moved.max(initial=0.0) <= slack else frame
        return known[frame]


@dataclass(frozen=True, slots=True, eq=False)
class _Floor:
    """The studio floor: what is asked for, and the cameras that stand so far.

    way_cost  # (n,) what the way of each standing camera costs
    thorough  # (n,) bool: what is worth all its rounds
    """

    asked: Asked
    mates: Index
    ground: Ground
    placed: Taken
    way_cost: Array
    thorough: NDArray[np.bool_]

    def place(self, rows: Index, ways: _Ways) -> None:
        """Place these rows, each in its best way."""
        least = np.full(len(self.asked), np.inf)
        upright = is_upright(self.ground.sensor) and ways.upright_rounds
        for number, table in enumerate(ways.upright_rounds if upright else ways.rounds):
            if not len(rows):
                return
            tried = _Tried(rows, self.mates, len(table))
            asked = self.asked.rows(np.tile(rows, len(table)))
            aimed = ways.aim(asked, self.ground, np.repeat(table, len(rows), axis=0), tried.mates)
            is_first = number == 0 or ways.is_near
            looked = tried.all if is_first else tried.worth_a_look(aimed, asked, self.ground)
            if not len(looked):
                continue
            taken = ways.judge(asked.rows(looked), aimed.rows(looked), self.ground)
            best, rows_left = tried.best(looked, taken, least)
            self.placed.put(rows[best], taken, tried.where[tried.chosen[best]])
            self.way_cost[rows[best]] = aimed.cost[tried.chosen[best]]
            rows = rows_left[self.thorough[rows_left]] if number >= _SHORT else rows_left

    def serve(self, rows: Index, first: Index, ways: _Ways) -> Index:
        """Give rows the cameras that stand; return those for whom they break more rules."""
        if not len(rows):
            return rows
        standing = Aimed(
            self.placed.cameras.rows(first), self.placed.step[first], self.way_cost[first]
        )
        taken = ways.judge(self.asked.rows(rows), standing, self.ground)
        self.placed.put(rows, taken, np.arange(len(rows)))
        self.way_cost[rows] = standing.cost
        worse = (taken.broken & ~self.placed.broken[first]) != 0
        worse |= taken.cost > self.placed.cost[first] + _DEARER
        own = _places_of(self.mates[rows], rows)
        worse |= (own >= 0) & worse[own]
        return np.asarray(rows[worse])


class _Tried:
    """Setups in all the ways of a round: column by column, a way after the other."""

    def __init__(self, rows: Index, mates: Index, ways: int) -> None:
        own = _places_of(mates[rows], rows)
        offsets = np.repeat(np.arange(ways) * len(rows), len(rows))
        self.rows = rows
        self.mates = np.where(np.tile(own, ways) >= 0, np.tile(own, ways) + offsets, -1)
        self.all = np.arange(ways * len(rows))
        self.where = np.full(len(self.all), -1)
        self.chosen = self.all[: len(rows)]

    def worth_a_look(self, aimed: Aimed, asked: Asked, ground: Ground) -> Index:
        """Return which cameras are clear of the set, their mates' too."""
        free = ground.around.has_room(aimed.cameras.position, asked.frame)
        return np.flatnonzero(free & np.where(self.mates >= 0, free[self.mates], True))

    def best(self, looked: Index, taken: Taken, least: Array) -> tuple[Index, Index]:
        """Return where rows found a better way than before, and which rows still break a rule.

        `chosen` then says which camera each row has chosen, `where` which row of `taken` it is.
        """
        many, paired = len(self.rows), self.mates >= 0
        total, broken = np.full(len(self.all), np.inf), np.ones(len(self.all), bool)
        lost = np.zeros(len(self.all), bool)
        total[looked] = weight_of(taken.broken) + taken.cost
        broken[looked] = taken.broken != 0
        # No way round mends a face that looks elsewhere, nor a line that runs through the frame.
        lost[looked] = taken.broken & (AXIS | EYELINE) != 0
        self.where[looked] = np.arange(len(looked))
        total = np.where(paired, total + total[self.mates], total)
        broken |= paired & broken[self.mates]
        lost |= paired & lost[self.mates]
        self.chosen = total.reshape(-1, many).argmin(axis=0) * many + np.arange(many)
        better = np.flatnonzero(total[self.chosen] < least[self.rows] - 1e-9)
        least[self.rows[better]] = total[self.chosen[better]]
        return better, self.rows[broken[self.chosen] & ~lost[self.chosen]]


def _places_of(wanted: Index, rows: Index) -> Index:
    """Return where each wanted row is among sorted rows, −1 for one that is not."""
    at = np.minimum(np.searchsorted(rows, wanted), len(rows) - 1)
    return np.where((wanted >= 0) & (rows[at] == wanted), at, -1).astype(np.intp)
