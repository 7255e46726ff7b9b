"""A plan that cannot be in, the reasons out, in words: who is free on too few days, and for what.

Counting finds most of it: strips that no day can hold, people and places with fewer days than their
strips need. What only comes of several things together is asked of CP-SAT: which of them suffice to
leave no plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import numpy as np

from mstation.errors import Tongue
from mstation.schedule.board import Board
from mstation.schedule.check_people import is_free
from mstation.schedule.clash import clashing
from mstation.schedule.days import needs_day, needs_night
from mstation.schedule.problem import Problem, is_open, minor_day, most_minutes, problem_of
from mstation.schedule.production import Production
from mstation.schedule.strip import Strip, Strips


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no plan, and what it is about: ids of strips, characters, locations."""

    items: tuple[str, ...]
    en: str
    zh: str

    def told(self, language: Tongue) -> str:
        """Return it in the person's language."""
        return self.zh if language == "zh" else self.en


def why_no_plan(
    strips: Strips, production: Production, *, board: Board | None = None, most_days: int = 0
) -> tuple[Reason, ...]:
    """Return why nothing fits, the plainest reasons first; none where nothing forbids a plan.

    board: what is locked on it has to stay. most_days: days of the calendar that may be shot on.
    """
    problem = problem_of(strips, production, board, keep=False, most_days=most_days)
    found = [
        *_strip_reasons(problem, strips, production),
        *_order_reasons(production),
        *_player_reasons(problem, strips, production),
        *_place_reasons(problem, production),
        *_calendar_reasons(problem, production),
    ]
    if not found:
        found = [
            Reason(
                tuple(each.item for each in together),
                "together these leave no plan: " + "; ".join(each.en for each in together),
                "以下各项合在一起无法排期：" + "；".join(each.zh for each in together),
            )
            for together in clashing(problem, strips, production)
        ]
    return tuple(found)


def _strip_reasons(problem: Problem, strips: Strips, production: Production) -> Iterator[Reason]:
    """Yield strips that no day can hold, whatever the others do."""
    most = most_minutes(production)
    for s in problem.free:
        strip = problem.strips[s]
        number = strip.number
        if strip.minutes > most:
            yield Reason(
                (strip.id,),
                f"scene {number} takes {strip.minutes} minutes; a day has {most} to shoot in",
                f"第 {number} 场需 {strip.minutes} 分钟，一天只有 {most} 分钟可拍",
            )
        if needs_night(strip, production) and needs_day(strip, production):
            name = production.location(strip.location).name
            yield Reason(
                (strip.id, strip.location),
                f"scene {number} and the hours of {name} want different light",
                f"第 {number} 场所需光线与{name}的开放时间相矛盾",
            )
        yield from _minor_reasons(strip, strips, production)
        if not np.any(problem.facts.bad[s, problem.open] == 0):
            yield _nobody_free(problem, strip, strips, production)


def _minor_reasons(strip: Strip, strips: Strips, production: Production) -> Iterator[Reason]:
    """Yield minors whose hours do not hold a strip."""
    is_night = needs_night(strip, production)
    for player in strips.cast:
        limit = minor_day(player, production) if player.id in strip.cast else None
        if limit is None:
            continue
        until = limit.until_at_night if is_night else limit.until_by_day
        most = min(limit.work, limit.there, until)
        if strip.minutes > most:
            yield Reason(
                (strip.id, player.id),
                f"scene {strip.number} takes {strip.minutes} minutes; {player.name}, a minor, may "
                f"work {most} of such a day",
                f"第 {strip.number} 场需 {strip.minutes} 分钟；{player.name}未成年，"
                f"当天至多可工作 {most} 分钟",
            )


def _nobody_free(problem: Problem, strip: Strip, strips: Strips, production: Production) -> Reason:
    """Return why a strip has no day: who is never free, or who never are together."""
    days = [problem.dates[d] for d in problem.open]
    who = [(p.id, p.name, [d for d in days if is_free(production.terms(p.id), d)])
           for p in strips.cast if p.id in strip.cast]  # fmt: skip
    place = production.location(strip.location)
    who.append((place.key, place.name, [d for d in days if is_open(strip, d, production)]))
    never = [each for each in who if not each[2]] or [e for e in who if len(e[2]) < len(days)]
    said = ", ".join(f"{name} ({len(free)} days)" for _, name, free in never)
    said_zh = "、".join(f"{name}（{len(free)} 天）" for _, name, free in never)
    return Reason(
        (strip.id, *(key for key, _, _ in never)),
        f"scene {strip.number} has no day: of {len(days)} days, free are {said}, "
        "none of them for all that it needs",
        f"第 {strip.number} 场无日可拍：共 {len(days)} 天，可用者为{said_zh}，没有一天能凑齐",
    )


def _order_reasons(production: Production) -> Iterator[Reason]:
    graph: dict[str, set[str]] = {}
    for pair in production.before:
        graph.setdefault(pair.earlier_than, set()).add(pair.scene)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring = error.args[1]
        yield Reason(
            tuple(ring),
            f"scenes {', '.join(ring)}: each has to be shot before the next, in a ring",
            f"第 {'、'.join(ring)} 场互为先后，形成循环",
        )


def _need(own: Sequence[Strip], production: Production, work: int | None = None) -> int:
    """Return how many days strips need at least.

    Those of day and those of night share none, nor do two that take more than half a day each.
    work: minutes that may be worked a day, where that is less than what a day holds.
    """
    most = max(1, min(work or most_minutes(production), most_minutes(production)))

    def days(among: Sequence[Strip]) -> int:
        minutes = [strip.minutes for strip in among]
        return max(-(-sum(minutes) // most), sum(2 * each > most for each in minutes))

    night = [strip for strip in own if needs_night(strip, production)]
    day = [strip for strip in own if needs_day(strip, production)]
    return max(days(own), days(night) + days(day))


def _usable_days(problem: Problem, rows: Sequence[int]) -> int:
    """Return on how many open days at least one of the strips can be shot."""
    fits = problem.facts.bad[list(rows)][:, problem.open] == 0
    return int(fits.any(axis=0).sum())


def _numbers(own: Sequence[Strip]) -> str:
    return ", ".join(strip.number for strip in own)


def _player_reasons(problem: Problem, strips: Strips, production: Production) -> Iterator[Reason]:
    for player in strips.cast:
        rows = [int(s) for s in problem.free if player.id in problem.strips[s].cast]
        own = [problem.strips[s] for s in rows]
        limit = minor_day(player, production)
        need = _need(own, production, limit.work if limit else None)
        if own and need > (days := _usable_days(problem, rows)):
            yield Reason(
                (player.id, *(strip.id for strip in own)),
                f"{player.name} is free on {days} days; their scenes need {need}: {_numbers(own)}",
                f"{player.name}只有 {days} 天档期，其场次需要 {need} 天：{_numbers(own)}",
            )


def _place_reasons(problem: Problem, production: Production) -> Iterator[Reason]:
    for key in dict.fromkeys(strip.location for strip in problem.strips):
        rows = [int(s) for s in problem.free if problem.strips[s].location == key]
        own = [problem.strips[s] for s in rows]
        if own and (need := _need(own, production)) > (days := _usable_days(problem, rows)):
            name = production.location(key).name
            yield Reason(
                (key, *(strip.id for strip in own)),
                f"{name} can be shot in on {days} days; its scenes need {need}: {_numbers(own)}",
                f"{name}只有 {days} 天可拍，其场次需要 {need} 天：{_numbers(own)}",
            )


def _calendar_reasons(problem: Problem, production: Production) -> Iterator[Reason]:
    own = [problem.strips[s] for s in problem.free]
    need, days = _need(own, production), len(problem.open)
    if need > days:
        yield Reason(
            (),
            f"the calendar has {days} days; the scenes need {need} at least",
            f"日历只有 {days} 天，全部场次至少需要 {need} 天",
        )
