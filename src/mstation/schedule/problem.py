"""Strips, a production and the board so far in, numbers for the solver out.

A slot is a date on which somebody could shoot; the solver gives each strip a slot of the main unit.
What other units shoot, what is locked and what lies in the boneyard stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from mstation.schedule.board import MAIN_UNIT, Board
from mstation.schedule.calendar import dates_of, is_worked, working_days
from mstation.schedule.check_people import age_of, is_free
from mstation.schedule.checking import scene_strips
from mstation.schedule.days import CALL_STEP_MINUTES, DRESSED_MINUTES, needs_day, needs_night
from mstation.schedule.employment import rate_of
from mstation.schedule.production import Production, Weekday
from mstation.schedule.rules import (
    RuleKind,
    minor_rule,
    most_drops,
    rules_of,
    strictest,
    weekly_rest_minutes,
)
from mstation.schedule.strip import Player, Strip, Strips

_MOST_SLOTS = 260  # a year of work
_ROOM = 1.5  # slots for each day's worth of strips: the calendar has to leave a choice
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_Key = TypeVar("_Key")


class Facts(NamedTuple):
    """What the kernels know. Strips are `s`, players `p`, slots `d`, places `l`, sets `k`."""

    minutes: Ints  # (s,)
    eighths: Ints
    place: Ints
    set: Ints
    script_day: Ints
    night: Ints  # 1: shot at night only
    light: Ints  # 1: by day only
    cast_from: Ints  # (s + 1,) where a strip's players begin in `cast`
    cast: Ints
    bad: Ints  # (s, d) how many cannot: players away, a place closed
    home: Ints  # (s,) the slot where it should stay; -1: anywhere
    rate: Ints  # (p,)
    journey: Ints  # days of travel there and back
    drop_after: Ints
    may_hold: Ints
    minor_minutes: Ints  # work a day; 0: a grown-up
    minor_day: Ints  # minutes after the first setup until they have to be gone, by day
    minor_night: Ints
    minor_there: Ints  # minutes from their first setup until they have to be gone
    young: Ints  # (s,) 1: a minor is in it
    elsewhere: Ints  # (p, d) 1: works with another unit
    ordinal: Ints  # (d,)
    worked: Ints  # 1: a day of work of the calendar
    banner: Ints  # minutes of banners
    fee: Ints  # (l,) with what opening costs
    before: Ints  # (pairs, 2)
    rests: Ints  # weekly rests, minutes
    rules: Ints  # see below


# places in `rules`
(DAY_COST, MOVE_COST, SCRIPT_COST, DAY_CALL, NIGHT_CALL, PREPARE, WRAP, MEAL, MEAL_AFTER, LENGTH,
 MOVE_MINUTES, SET_MINUTES, MOST_EIGHTHS, REST, ONE_DROP, FAULT_COST,
 MOVED_COST) = range(17)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What is solved, and what its numbers stand for."""

    facts: Facts
    strips: tuple[Strip, ...]  # in the order of their numbers
    dates: tuple[date, ...]  # of slots
    start: Ints  # (s,) the slot where each strip stands; -1: not on the board yet
    free: Ints  # strips that may be moved
    open: Ints  # slots that they may be moved to


def problem_of(
    strips: Strips, production: Production, board: Board | None, *, keep: bool, most_days: int = 0
) -> Problem:
    """Return the numbers of a plan that is to be made.

    keep: strips should stay where the board has them. most_days: slots at most; 0: as many as the
    calendar needs to leave a choice.
    """
    board = board or Board("", ())
    on_dates = dates_of(board, production)
    main = [
        (day, on) for day, on in zip(board.days, on_dates, strict=True) if day.unit == MAIN_UNIT
    ]
    away = {
        item: (day, on)
        for day, on in zip(board.days, on_dates, strict=True)
        if day.unit != MAIN_UNIT
        for item in day.items
    }
    own = tuple(
        strip for strip in strips.strips if strip.id not in away and strip.id not in board.boneyard
    )
    dates = _slots(own, strips, production, [on for _, on in main], most_days)
    slot = {on: place for place, on in enumerate(dates)}
    stands = {item: slot[on] for day, on in main for item in day.items}
    start = np.array([stands.get(strip.id, -1) for strip in own], np.int64)
    ids = {strip.id for strip in strips.strips}
    shut = {slot[on] for day, on in main if day.is_locked or not ids.intersection(day.items)}
    fixed = {item for day, _ in main if day.is_locked for item in day.items} | set(board.locked)
    first = production.unit(MAIN_UNIT).first or production.first_day
    pinned = {on for _, on in main}
    usable = [
        place
        for place, on in enumerate(dates)
        if place not in shut and (on in pinned or (on >= first and is_worked(production, on)))
    ]
    elsewhere = np.zeros((len(strips.cast), len(dates)), np.int64)
    for item, (_, on) in away.items():
        strip = next((each for each in strips.strips if each.id == item), None)
        for number, player in enumerate(strips.cast):
            if strip is not None and player.id in strip.cast and on in slot:
                elsewhere[number, slot[on]] = 1
    banner = np.zeros(len(dates), np.int64)
    minutes = {each.id: each.minutes for each in board.banners}
    for day, on in main:
        banner[slot[on]] += sum(minutes.get(item, 0) for item in day.items)
    free = [s for s, strip in enumerate(own) if strip.id not in fixed or start[s] < 0]
    home = start.copy() if keep else np.full(len(own), -1, np.int64)
    facts = _facts(own, strips, production, dates, elsewhere, banner, home)
    if keep:  # a strip that moves costs more than an order of days could save, less than a fault
        facts.rules[MOVED_COST] = facts.rules[FAULT_COST]
        facts.rules[FAULT_COST] *= len(own) + 1
    as_ints = (np.array(each, np.int64) for each in (free, usable))
    return Problem(facts, own, dates, start, *as_ints)


def _slots(
    own: Sequence[Strip], strips: Strips, production: Production, given: Sequence[date], most: int
) -> tuple[date, ...]:
    """Return the dates that may be shot on: enough for each strip to have a choice.

    What a player or a place cannot be given within a year of work is left to the faults.
    """
    calendar = working_days(production)
    if most:
        return tuple(sorted({*islice(calendar, most), *given}))
    year = list(islice(calendar, _MOST_SLOTS))
    hours = production.hours
    eighths = sum(strip.eighths for strip in own)
    need = max(_days(own, hours.shooting_minutes), -(-eighths // max(1, hours.most_eighths)))
    slots = max(_with_room(need), len(given))
    free, opened = _free_dates(strips, own, production, year)
    wanted = []
    for player in strips.cast:
        limit = minor_day(player, production)
        work = min(limit.work, hours.shooting_minutes) if limit else hours.shooting_minutes
        need = _days([strip for strip in own if player.id in strip.cast], work)
        wanted.append((free[player.id], _with_room(need)))
    for key, dates in opened.items():
        there = [strip for strip in own if strip.location == key]
        wanted.append((dates, _with_room(_days(there, hours.shooting_minutes))))
    wanted += [
        (
            np.logical_and.reduce(
                [opened[strip.location], *(free[p] for p in strip.cast if p in free)]
            ),
            3,
        )
        for strip in own
    ]
    if len(production.week) == len(Weekday):  # one day in seven goes to the long rest
        wanted = [(dates, count + -(-count // 6)) for dates, count in wanted]
        slots += -(-slots // 6)
    for dates, count in wanted:
        places = np.flatnonzero(dates)[:count]
        slots = max(slots, int(places[-1]) + 1 if len(places) else 0)
    return tuple(sorted({*year[:slots], *given}))


def _days(own: Sequence[Strip], work: int) -> int:
    """Return how many days strips fill."""
    return -(-sum(strip.minutes for strip in own) // max(1, work))


def _with_room(days: int) -> int:
    return int(days * _ROOM) + 4 if days else 0


def _free_dates(
    strips: Strips, own: Sequence[Strip], production: Production, dates: Sequence[date]
) -> tuple[dict[str, Bools], dict[str, Bools]]:
    """Return on which dates each of the cast is free, and each place is open."""
    free = {}
    for player in strips.cast:
        terms = production.terms(player.id)
        free[player.id] = np.array([is_free(terms, on) for on in dates], bool)
    opened = {}
    for strip in {strip.location: strip for strip in own}.values():
        is_there = [is_open(strip, on, production) for on in dates]
        opened[strip.location] = np.array(is_there, bool)
    return free, opened


def most_minutes(production: Production) -> int:
    """Return how many minutes of strips a day holds at most; a short one needs no meal."""
    hours = production.hours
    unfed = min(hours.meal_after_minutes, hours.length_minutes - hours.wrap_minutes)
    return max(1, hours.shooting_minutes, unfed - hours.prepare_minutes)


def is_open(strip: Strip, on: date, production: Production) -> bool:
    """Tell whether a strip's place can be shot in on a date."""
    location = production.location(strip.location)
    if any(span.holds(on) for span in location.closed):
        return False
    return not location.open or any(span.holds(on) for span in location.open)


def _facts(
    own: Sequence[Strip], strips: Strips, production: Production, dates: Sequence[date],
    elsewhere: Ints, banner: Ints, home: Ints,
) -> Facts:  # fmt: skip
    numbers = {player.id: number for number, player in enumerate(strips.cast)}
    places = _numbered([strip.location for strip in own])
    sets = _numbered([(strip.location, strip.set_key) for strip in own])
    script_days = _numbered([strip.script_day for strip in own])
    casts = [[numbers[each] for each in strip.cast if each in numbers] for strip in own]
    free, opened = _free_dates(strips, own, production, dates)
    bad = np.zeros((len(own), len(dates)), np.int64)
    for s, strip in enumerate(own):
        bad[s] = ~opened[strip.location]
        bad[s] += sum((~free[each] for each in strip.cast if each in free), bad[s] * 0)
    for s, cast in enumerate(casts):
        for p in cast:
            bad[s] += elsewhere[p]
    opening = [production.location(key).fee + production.costs.location_day for key in places]
    terms = [production.terms(player.id) for player in strips.cast]
    by_scene = scene_strips(strips)
    row = {strip.id: s for s, strip in enumerate(own)}
    before = [
        (row[first], row[then])
        for pair in production.before
        for first in by_scene.get(pair.scene, ())
        for then in by_scene.get(pair.earlier_than, ())
        if first in row and then in row
    ]
    rests = {
        weekly_rest_minutes(rule, production)
        for rule in rules_of(production, RuleKind.WEEKLY_REST)
        if rule.is_hard
    }

    def ints(values: object) -> Ints:
        return np.array(values, np.int64)

    minors = _minors(strips, production)
    rates = [rate_of(player, production) for player in strips.cast]
    return Facts(
        minutes=ints([strip.minutes for strip in own]),
        eighths=ints([strip.eighths for strip in own]),
        place=ints([places[strip.location] for strip in own]),
        set=ints([sets[strip.location, strip.set_key] for strip in own]),
        script_day=ints([script_days[strip.script_day] for strip in own]),
        night=ints([needs_night(strip, production) for strip in own]),
        light=ints([needs_day(strip, production) for strip in own]),
        cast_from=ints([0, *np.cumsum([len(cast) for cast in casts])]),
        cast=ints([p for cast in casts for p in cast]),
        bad=bad,
        home=home,
        rate=ints(rates),
        journey=ints([each.travel_before + each.travel_after for each in terms]),
        drop_after=ints([each.drop_after for each in terms]),
        may_hold=ints([each.may_hold for each in terms]),
        **minors,
        young=ints([any(minors["minor_minutes"][p] for p in cast) for cast in casts]),
        elsewhere=elsewhere,
        ordinal=ints([on.toordinal() for on in dates]),
        worked=ints([is_worked(production, on) for on in dates]),
        banner=banner,
        fee=ints(opening),
        before=ints(before).reshape(-1, 2),
        rests=ints(sorted(rests)),
        rules=ints(_rules(production, rates, opening)),
    )


def _numbered(keys: Sequence[_Key]) -> dict[_Key, int]:
    return {key: number for number, key in enumerate(dict.fromkeys(keys))}


class MinorDay(NamedTuple):
    """What a minor may work in a day; minutes from the first setup, but for the work."""

    work: int
    until_by_day: int
    until_at_night: int
    there: int


def minor_day(player: Player, production: Production) -> MinorDay | None:
    """Return what somebody may work in a day; None of grown-ups, and where no rule says."""
    rules = [rule for rule in rules_of(production, RuleKind.MINOR) if rule.is_hard]
    hours, terms = production.hours, production.terms(player.id)
    rule = minor_rule(age_of(player, terms), rules)
    if rule is None or rule.latest is None:
        return None
    latest = rule.latest.hour * 60 + rule.latest.minute - hours.prepare_minutes
    day, night = (call.hour * 60 + call.minute for call in (hours.day_call, hours.night_call))
    there = (
        round(rule.place_hours * 60) - DRESSED_MINUTES - CALL_STEP_MINUTES - terms.makeup_minutes
    )
    return MinorDay(rule.minutes, max(0, latest - day), max(0, latest - night), max(0, there))


def _minors(strips: Strips, production: Production) -> dict[str, Ints]:
    """Return what each of the cast may work in a day, where they are minors; noughts where not."""
    days = [minor_day(player, production) or (0, 0, 0, 0) for player in strips.cast]
    columns = np.array(days, np.int64).reshape(-1, 4).T.copy()
    names = ("minor_minutes", "minor_day", "minor_night", "minor_there")
    return dict(zip(names, columns, strict=True))


def _rules(production: Production, rates: Sequence[int], opening: Sequence[int]) -> list[int]:
    hours, costs = production.hours, production.costs
    rest = strictest([r for r in rules_of(production, RuleKind.DAILY_REST) if r.is_hard])
    # a fault costs more than anything that a day could save by it
    fault = 2 * (costs.day + costs.move + max(opening, default=0) + 2 * sum(rates)) + 1
    return [
        costs.day, costs.move, costs.script_day,
        hours.day_call.hour * 60 + hours.day_call.minute,
        hours.night_call.hour * 60 + hours.night_call.minute,
        hours.prepare_minutes, hours.wrap_minutes, hours.meal_minutes, hours.meal_after_minutes,
        hours.length_minutes, hours.move_minutes, hours.set_change_minutes, hours.most_eighths,
        rest.minutes if rest else 0, most_drops(production) == 1, fault, 0,
    ]  # fmt: skip
