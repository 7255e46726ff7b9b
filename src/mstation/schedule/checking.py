"""A board in, everything that is wrong with it out, with the rule that says so.

The checks read the days on the clock, as a call sheet does; they share nothing with the solver.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from mstation.schedule.board import Board
from mstation.schedule.check_days import day_faults
from mstation.schedule.check_people import people_faults
from mstation.schedule.check_rest import rest_faults
from mstation.schedule.faults import Fault, FaultKind
from mstation.schedule.planned import Planned, planned
from mstation.schedule.production import Production
from mstation.schedule.strip import Strips


def check_board(
    strips: Strips, board: Board, production: Production, *, given: Board | None = None
) -> tuple[Fault, ...]:
    """Return what is wrong with a board, hard faults first, then by day.

    given: the board that it was made from, whose locked days and strips have to stand as they did.
    """
    plan = planned(strips, board, production)
    faults = [
        *_presence_faults(plan),
        *day_faults(plan),
        *people_faults(plan),
        *rest_faults(plan),
        *_before_faults(plan),
        *_date_faults(plan),
    ]
    if given is not None:
        faults += _locked_faults(plan, planned(strips, given, production))
    faults.sort(key=lambda fault: (not fault.is_hard, -1 if fault.day is None else fault.day))
    return tuple(faults)


def _presence_faults(plan: Planned) -> Iterator[Fault]:
    """Yield strips that are nowhere, or more than once, and ids that are none of the film's."""
    board = plan.board
    banners = {banner.id for banner in board.banners}
    held = Counter(board.boneyard)
    for place, day in enumerate(board.days):
        for item in day.items:
            held[item] += 1
            if item not in plan.known and item not in banners:
                en, zh = plan.words(place)
                yield Fault(
                    FaultKind.UNKNOWN, "hard", place, (item,),
                    f"{en} names `{item}`, which the film does not have: take it off the board",
                    f"{zh}列有 `{item}`，片中没有：请从大表上取下",
                )  # fmt: skip
    for strip in plan.strips.strips:
        if held[strip.id] == 0:
            yield Fault(
                FaultKind.MISSING, "hard", None, (strip.id,),
                f"scene {strip.number} is neither on a day nor in the boneyard",
                f"第 {strip.number} 场既不在任何一天，也不在待排区",
            )  # fmt: skip
        elif held[strip.id] > 1:
            yield Fault(
                FaultKind.TWICE, "hard", None, (strip.id,),
                f"scene {strip.number} is on the board {held[strip.id]} times",
                f"第 {strip.number} 场在大表上出现了 {held[strip.id]} 次",
            )  # fmt: skip


def _before_faults(plan: Planned) -> Iterator[Fault]:
    """Yield pairs of scenes that are shot in the wrong order."""
    when = {
        slot.item: (plan.clock_minutes(place, slot.first_minute), place)
        for place, day in enumerate(plan.days)
        for slot in day.slots
        if slot.item in plan.known
    }
    scenes = scene_strips(plan.strips)
    for pair in plan.production.before:
        for first in scenes.get(pair.scene, ()):
            for then in scenes.get(pair.earlier_than, ()):
                if first in when and then in when and when[first] > when[then]:
                    why = f": {pair.reason}" if pair.reason else ""
                    why_zh = f"：{pair.reason}" if pair.reason else ""
                    yield Fault(
                        FaultKind.BEFORE, "hard", when[then][1], (first, then),
                        f"scene {plan.known[first].number} has to be shot before scene "
                        f"{plan.known[then].number}{why}",
                        f"第 {plan.known[first].number} 场须先于第 "
                        f"{plan.known[then].number} 场拍摄{why_zh}",
                    )  # fmt: skip


def scene_strips(strips: Strips) -> dict[str, list[str]]:
    """Return the ids of the strips of each scene, by the scene's number without its part's."""
    found: dict[str, list[str]] = {}
    for strip in strips.strips:
        found.setdefault(strip.number.split(" pt ")[0], []).append(strip.id)
    return found


def _date_faults(plan: Planned) -> Iterator[Fault]:
    """Yield days of one unit that stand on one date, or against the calendar's order."""
    for unit in plan.board.units:
        own = [place for place, _ in plan.board.days_of(unit)]
        for before, place in pairwise(own):
            if plan.days[place].date <= plan.days[before].date:
                (en, zh), (en2, zh2) = plan.words(place), plan.words(before)
                yield Fault(
                    FaultKind.DATE, "hard", place, (),
                    f"{en} does not come after {en2}: change the date that one is pinned to",
                    f"{zh}没有排在{zh2}之后：请修改其中一天指定的日期",
                )  # fmt: skip


def _locked_faults(plan: Planned, given: Planned) -> Iterator[Fault]:
    """Yield what was locked and does not stand where it stood."""
    date_of, was = _dates(plan), _dates(given)
    strips = set(given.board.locked)
    for place, day in enumerate(given.board.days):
        if day.is_locked:
            strips.update(item for item in given.days[place].strips)
            now = [day.items for day, on in zip(plan.board.days, plan.days, strict=True)
                   if (on.date, on.unit) == (given.days[place].date, day.unit)]  # fmt: skip
            if now and not set(now[0]) <= set(day.items):
                en, zh = given.words(place)
                added = tuple(item for item in now[0] if item not in day.items)
                yield Fault(
                    FaultKind.LOCKED, "hard", None, added,
                    f"{en} is locked, and something was put on it", f"{zh}已锁定，却加入了内容",
                )  # fmt: skip
    for item in sorted(strips & was.keys()):
        if date_of.get(item) != was[item] and item in plan.known:
            number = plan.known[item].number
            yield Fault(
                FaultKind.LOCKED, "hard", None, (item,),
                f"scene {number} is locked to its day, and was moved",
                f"第 {number} 场已锁定在原日，却被移动",
            )  # fmt: skip


def _dates(plan: Planned) -> dict[str, tuple[object, str]]:
    return {item: (day.date, day.unit) for day in plan.days for item in day.strips}
