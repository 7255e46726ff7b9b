"""Strips and a production in, a board that can be shot and costs little out.

The same strips, production, board, moves and seed give the same board on any machine: the budget
is a number of moves, not of seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from mstation.errors import InvalidInput
from mstation.schedule.anneal import State, anneal, state_of, total_of
from mstation.schedule.board import MAIN_UNIT, Board, BoardDay
from mstation.schedule.calendar import dates_of, working_days
from mstation.schedule.checking import check_board
from mstation.schedule.cost import PlanCost, cost_of
from mstation.schedule.day_order import in_better_days
from mstation.schedule.employment import rate_of
from mstation.schedule.faults import Fault
from mstation.schedule.in_day import in_order
from mstation.schedule.light import called_by_light
from mstation.schedule.problem import Ints, Problem, most_minutes, problem_of
from mstation.schedule.production import Production
from mstation.schedule.strip import Strip, Strips

USUAL_MOVES = 400_000
_MOVES_A_STRIP, _LEAST_MOVES = 10_000, 20_000
_SOONER = 10  # days on which a plan that is found is tried to begin
_CHUNKS = 40  # how often a run tells how far it is
_WARM, _COLD = 1 / 80, 1 / 4000  # of what the plan costs at least
_POLISH, _POLISH_WARM = 6, 1 / 800  # the last sixth begins colder, from days in the best order
_KEEP_WARM = 1 / 400  # of a board that is to be kept: what stands well is not melted


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is."""

    moves_done: int
    moves: int
    cost: int  # of the best so far
    is_feasible: bool
    bound: int  # no plan costs less


@dataclass(frozen=True, slots=True)
class Solved:
    """A plan, what it costs, what is wrong with it, and which strips changed their day."""

    board: Board
    cost: PlanCost
    faults: tuple[Fault, ...]
    moved: tuple[str, ...]
    bound: int  # no plan of these strips costs less

    @property
    def is_feasible(self) -> bool:
        """Whether it breaks nothing that must not be broken."""
        return not any(fault.is_hard for fault in self.faults)


OnProgress = Callable[[Progress], None]


def plan(
    strips: Strips,
    production: Production,
    *,
    board: Board | None = None,
    moves: int = USUAL_MOVES,
    runs: int = 1,
    seed: int = 1,
    keep: bool = False,
    as_it_is: bool = False,
    most_days: int = 0,
    on_progress: OnProgress | None = None,
) -> Solved:
    """Return a board for a film: never one that is worse than the board it was given.

    board: what is locked on it stays; what lies in its boneyard stays there; strips of other units
    stay with them. keep: strips stay on the days where they are, as many of them as can. as_it_is:
    a board that holds every strip once comes back unchanged, whatever it breaks. most_days: days
    of the calendar that may be shot on; 0: as many as it takes.

    Where nothing fits, the least broken board comes back, with its faults.

    Raises:
        InvalidInput: when there are no strips, or no day to put them on.
        ValueError: when no move, or no run, is asked for.
    """
    if moves < 1 or runs < 1:
        raise ValueError(f"{runs} runs of {moves} moves")
    if not strips.strips:
        raise InvalidInput(
            "there is nothing to schedule: the film has no scenes",
            zh="没有可排期的内容：影片没有场次",
        )
    if as_it_is and board is not None and _is_whole(strips, board):
        bound = least_cost(strips.strips, strips, production)
        return _solved(board, strips, production, board, bound)
    problem = problem_of(strips, production, board, keep=keep, most_days=most_days)
    bound = least_cost(problem.strips, strips, production)
    slots = list(_candidates(problem, bound, moves, runs, seed, keep, on_progress))
    if not keep and slots:
        slots += _sooner(problem, slots[-1])
    found = [_board(problem, each, strips, production, board) for each in slots]
    if board is not None and _is_whole(strips, board):
        found.append(board)
    solved = [_solved(each, strips, production, board, bound) for each in found]
    best = min(solved, key=lambda each: _rank(each, keep, production))
    if best.board is board:
        return best
    lit = called_by_light(best.board, strips, production, given=board)
    return _solved(lit, strips, production, board, bound)


def usual_moves(strips: Strips) -> int:
    """Return how many moves a film of this size is searched for."""
    return max(_LEAST_MOVES, _MOVES_A_STRIP * len(strips.strips))


def _rank(solved: Solved, keep: bool, production: Production) -> tuple[int, int, int, int]:
    """Return what makes one plan better than another.

    What is broken, what moved, what it costs; of equal ones the sooner: a week is not begun on its
    Thursday because that costs no more.
    """
    hard = sum(fault.is_hard for fault in solved.faults)
    late = sum(on.toordinal() for on in dates_of(solved.board, production))
    return hard, len(solved.moved) if keep else 0, solved.cost.total, late


def _sooner(problem: Problem, slots: Ints) -> list[Ints]:
    """Return the same days in the same order, one after the other from sooner days on."""
    free = slots[problem.free]
    used = np.unique(free)
    found = []
    for first, start in enumerate(problem.open[:_SOONER].tolist()):
        if start <= used[0] and first + len(used) <= len(problem.open):
            each = slots.copy()
            each[problem.free] = problem.open[first + np.searchsorted(used, free)]
            found.append(each)
    return found


def _is_whole(strips: Strips, board: Board) -> bool:
    """Tell whether a board holds every strip once and nothing else: else it cannot be kept."""
    items = [item for day in board.days for item in day.items] + list(board.boneyard)
    banners = {banner.id for banner in board.banners}
    held = sorted(item for item in items if item not in banners)
    return held == sorted(strip.id for strip in strips.strips)


def _candidates(
    problem: Problem, bound: int, moves: int, runs: int, seed: int, keep: bool,
    on_progress: OnProgress | None,
) -> Iterable[Ints]:  # fmt: skip
    """Yield the best slots of each run, better ones last."""
    if not len(problem.free):
        yield problem.start
        return
    if not len(problem.open):
        raise InvalidInput(
            "no day is open to put strips on: unlock a day, or give the plan more days",
            zh="没有可用的拍摄日：请解锁一天，或增加天数",
        )
    least, share = np.iinfo(np.int64).max, moves // runs
    heats = (_KEEP_WARM if keep else _WARM, _COLD), (_POLISH_WARM, _COLD)
    for run in range(runs):
        slots, done = _first_slots(problem), share * run
        polished = 0 if keep else share // _POLISH
        cooling = _Cooling(bound, *heats[0], share - polished, seed * 1000 + run)
        for warmth, count in zip(heats, (share - polished, polished), strict=True):
            cooling = replace(cooling, warm=warmth[0], cold=warmth[1], moves=count)
            for ends, state in _cooled(problem, slots, cooling):
                if on_progress is not None:
                    points, total = total_of(state_of(problem, state.best, 1))
                    on_progress(Progress(done + ends, share * runs, total, points == 0, bound))
                slots = state.best
            done += count
            slots = slots.copy() if keep else in_better_days(problem, slots)
        total = total_of(state_of(problem, slots, 1))[1]
        if total < least:
            least = total
            yield slots
        if keep and _moved(problem, slots) > 1 and (fewer := _repaired(problem)) is not None:
            for _, state in _cooled(problem, fewer, replace(cooling, moves=share)):
                slots = state.best
            yield slots


def _repaired(problem: Problem) -> Ints | None:
    from mstation.schedule.repair import repaired  # CP-SAT takes long to load

    return repaired(problem)


def _moved(problem: Problem, slots: Ints) -> int:
    home = problem.facts.home
    return int(((home >= 0) & (home != slots)).sum())


@dataclass(frozen=True, slots=True)
class _Cooling:
    """How a run cools: from and to which share of the bound, in how many moves."""

    bound: int
    warm: float
    cold: float
    moves: int
    seed: int


def _cooled(problem: Problem, slots: Ints, how: _Cooling) -> Iterator[tuple[int, State]]:
    """Yield how many moves are made, and the counters with the best slots so far."""
    is_open = np.zeros(len(problem.dates), np.int64)
    is_open[problem.open] = 1
    state = state_of(problem, slots, how.seed)
    warm, cold = max(1.0, how.bound * how.warm), max(0.5, how.bound * how.cold)
    for chunk in range(_CHUNKS if how.moves else 0):
        first, end = (how.moves * (chunk + step) // _CHUNKS for step in (0, 1))
        anneal(
            problem.facts, state, problem.free, problem.open, is_open, first, end, how.moves,
            warm, cold,
        )  # fmt: skip
        yield end, state


def _first_slots(problem: Problem) -> Ints:
    """Return where strips stand, and for those that stand nowhere a day that is open to them."""
    slots = problem.start.copy()
    lost = problem.free[~np.isin(slots[problem.free], problem.open)]
    slots[lost] = -1  # new ones, and those that share the date of a locked day
    fit = problem.facts.bad[:, problem.open]
    used = np.zeros(len(problem.dates), np.int64)
    for s, slot in enumerate(slots):
        if slot >= 0:
            used[slot] += problem.facts.minutes[s]
    for s in range(len(slots)):
        if slots[s] < 0:
            slots[s] = problem.open[np.lexsort((used[problem.open], fit[s]))[0]]
            used[slots[s]] += problem.facts.minutes[s]
    return slots


def _board(
    problem: Problem, slots: Ints, strips: Strips, production: Production, given: Board | None
) -> Board:
    """Return the board that slots stand for; other units, banners and what is locked stay."""
    given = given or Board("plan", ())
    on_dates = dates_of(given, production)
    was: dict[date, BoardDay] = {}
    for day, on in zip(given.days, on_dates, strict=True):
        if day.unit == MAIN_UNIT:  # two that stand on one date are one day from here on
            first = was.get(on, BoardDay())
            is_locked = first.is_locked or day.is_locked
            was[on] = replace(day, items=first.items + day.items, is_locked=is_locked)
    on_day: dict[date, list[Strip]] = {}
    for strip, slot in zip(problem.strips, slots, strict=True):
        on_day.setdefault(problem.dates[slot], []).append(strip)
    days = []
    for on in sorted(on_day.keys() | {on for on, day in was.items() if _stays(day, problem)}):
        before = was.get(on, BoardDay())
        items = _items(before, on_day.get(on, []), on, strips, production)
        days.append(replace(before, items=items, day=on))
    days = _unpinned(days, was, production)
    others = tuple(day for day in given.days if day.unit != MAIN_UNIT)
    return replace(given, days=(*days, *others))


def _stays(day: BoardDay, problem: Problem) -> bool:
    """Tell whether a day stays although no strip is put on it: locked, or of banners."""
    ids = {strip.id for strip in problem.strips}
    return day.is_locked or any(item not in ids for item in day.items)


def _items(
    day: BoardDay, own: list[Strip], on: date, strips: Strips, production: Production
) -> tuple[str, ...]:
    """Return a day's strips in order with its banners; as they were where they are the same."""
    ids = {strip.id for strip in strips.strips}
    if {strip.id for strip in own} == {item for item in day.items if item in ids}:
        return day.items
    order = [strip.id for strip in in_order(own, on, strips, production)]
    for at, item in enumerate(day.items):
        if item not in ids:  # a banner stays before the strip that followed it, else at the end
            after = next((each for each in day.items[at + 1 :] if each in order), None)
            order.insert(len(order) if after is None else order.index(after), item)
    return tuple(order)


def _unpinned(
    days: list[BoardDay], was: dict[date, BoardDay], production: Production
) -> list[BoardDay]:
    """Return days without the dates that the calendar gives them anyway, and people did not."""
    calendar = working_days(production, production.unit(MAIN_UNIT).first)
    expected = next(calendar)
    found = []
    for day in days:
        on = day.day
        assert on is not None
        is_pinned = on in was and was[on].day == on
        found.append(day if is_pinned or on != expected else replace(day, day=None))
        while expected <= on:
            expected = next(calendar)
    return found


def _solved(
    board: Board, strips: Strips, production: Production, given: Board | None, bound: int
) -> Solved:
    faults = check_board(strips, board, production, given=given)
    cost = cost_of(strips, board, production)
    moved: tuple[str, ...] = ()
    if given is not None:
        was, now = (_where(each, production) for each in (given, board))
        moved = tuple(s.id for s in strips.strips if s.id in was and was[s.id] != now.get(s.id))
    return Solved(board, cost, faults, moved, bound)


def _where(board: Board, production: Production) -> dict[str, tuple[date, str]]:
    """Return the date and the unit of every strip on a board."""
    return {
        item: (on, day.unit)
        for day, on in zip(board.days, dates_of(board, production), strict=True)
        for item in day.items
    }


def least_cost(own: Iterable[Strip], strips: Strips, production: Production) -> int:
    """Return what no plan goes below: days, openings and calls by the minutes that they need.

    Whatever the order, minutes of strips fill so many days of the crew, of a place, of a player.
    """
    strips_there = list(own)
    most, costs = most_minutes(production), production.costs

    def days(among: list[Strip]) -> int:
        return max(-(-sum(strip.minutes for strip in among) // most), 1) if among else 0

    total = costs.day * days(strips_there)
    for key in {strip.location for strip in strips_there}:
        there = [strip for strip in strips_there if strip.location == key]
        total += (production.location(key).fee + costs.location_day) * days(there)
    for player in strips.cast:
        terms = production.terms(player.id)
        own_days = days([strip for strip in strips_there if player.id in strip.cast])
        if own_days:
            paid = own_days + terms.travel_before + terms.travel_after
            total += rate_of(player, production) * paid
    return total
