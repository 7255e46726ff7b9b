"""A day's strips in, the order in which they are shot out: places, sets, light, who waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np

from mstation.compiled import kernel
from mstation.schedule.calendar import sun_of
from mstation.schedule.checking import scene_strips
from mstation.schedule.days import DayKind, kind_of
from mstation.schedule.problem import Ints, minor_day
from mstation.schedule.production import Production
from mstation.schedule.strip import Strip, Strips

_DAY = 24 * 60
_NEVER = 10 * _DAY
# What is weighed before what: each outweighs a whole day of the next.
# Of _CHILD, _DARK and _BY_LIGHT each minute counts.
_BEFORE, _MOVE, _CHILD, _SET, _DARK, _CLOTHES = 10**14, 10**13, 10**10, 10**9, 10**5, 10**6
_BY_LIGHT = 10  # late in the day, where nobody knows the sun


class DayFacts(NamedTuple):
    """What the kernel knows of a day's strips."""

    minutes: Ints
    place: Ints
    set: Ints
    script_day: Ints
    begins: Ints  # not before this minute is its light there
    ends: Ints  # and not after this one
    cast: Ints  # (strips, players) 1: is in it
    until: Ints  # (players,) minors have to be gone
    there: Ints  # (players,) and so long after their first setup
    came: Ints  # (players,) room for when they came
    before: Ints  # (strips, strips) 1: the first has to come earlier
    clock: Ints  # first setup, latest meal, meal, move, set change


def in_order(
    strips: Sequence[Strip], on: date, film: Strips, production: Production
) -> tuple[Strip, ...]:
    """Return a day's strips in the order in which they are best shot.

    What has to be shot before what; as few moves as there are places; minors while they may work;
    as few changes of set; exteriors in their light; as few changes of wardrobe; then whoever waits
    longest between their first and last strip. Runs of strips are moved as long as that helps.
    """
    if len(strips) < 2:
        return tuple(strips)
    first = sorted(
        strips, key=lambda s: (s.location, s.set_key, s.script_day, film.strips.index(s))
    )
    order = np.arange(len(first), dtype=np.int64)
    _improve(_day_facts(first, on, film, production), order, order.copy())
    return tuple(first[at] for at in order)


def _day_facts(strips: Sequence[Strip], on: date, film: Strips, production: Production) -> DayFacts:
    hours = production.hours
    is_night = kind_of(strips, production) is DayKind.NIGHT
    call = hours.night_call if is_night else hours.day_call
    at = call.hour * 60 + call.minute
    setup = at + hours.prepare_minutes
    players = [p for p in film.cast if any(p.id in strip.cast for strip in strips)]
    limits = [minor_day(player, production) for player in players]
    until = [
        setup + (each.until_at_night if is_night else each.until_by_day) if each else _NEVER
        for each in limits
    ]
    scenes = scene_strips(film)
    pairs = {
        (a, b)
        for pair in production.before
        for a in scenes.get(pair.scene, ())
        for b in scenes.get(pair.earlier_than, ())
    }
    lights = [_light(strip, on, production) for strip in strips]

    def numbered(keys: Sequence[object]) -> Ints:
        known = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        return np.array([known[key] for key in keys], np.int64)

    def ints(values: object) -> Ints:
        return np.array(values, np.int64)

    return DayFacts(
        ints([strip.minutes for strip in strips]),
        numbered([strip.location for strip in strips]),
        numbered([(strip.location, strip.set_key) for strip in strips]),
        numbered([strip.script_day for strip in strips]),
        ints([light[0] for light in lights]),
        ints([light[1] for light in lights]),
        ints([[p.id in strip.cast for p in players] for strip in strips]).reshape(len(strips), -1),
        ints(until),
        ints([each.there if each else _NEVER for each in limits]),
        ints([0] * len(players)),
        ints([[(a.id, b.id) in pairs for b in strips] for a in strips]),
        ints([setup, at + hours.meal_after_minutes, hours.meal_minutes,
              hours.move_minutes, hours.set_change_minutes]),
    )  # fmt: skip


def _light(strip: Strip, on: date, production: Production) -> tuple[int, int]:
    """Return from which minute to which a strip has its light; all day where it needs none."""
    place = production.location(strip.location).place or production.place
    sun = sun_of(place, on) if place and production.is_dated else None
    if sun is None or sun.first_light is None or sun.last_light is None:
        return (-1, -1) if strip.is_light else (0, _NEVER)
    dawn, dusk = (_minute(on, when) for when in (sun.first_light, sun.last_light))
    if strip.is_light:
        return dawn, dusk
    return (dusk, dawn + _DAY) if strip.is_dark else (0, _NEVER)


def _minute(on: date, when: datetime) -> int:
    return (when.date() - on).days * _DAY + when.hour * 60 + when.minute


@kernel
def _weight(facts: DayFacts, order: Ints) -> Any:
    """Return how bad an order is."""
    clock = facts.clock
    now, weight, has_eaten = clock[0], 0, False
    facts.came[:] = -1
    for at in range(len(order)):
        s = order[at]
        if at:
            way = _way_minutes(facts, order[at - 1], s)
            weight += _way_weight(facts, order[at - 1], s)
            if not has_eaten and now + way + facts.minutes[s] > clock[1]:
                now += clock[2]
                has_eaten = True
            now += way
        begin, now = now, now + facts.minutes[s]
        weight += _light_weight(facts, s, begin - clock[0], begin, now)
        for later in range(at + 1, len(order)):
            weight += _BEFORE * facts.before[order[later], s]
        for p in range(len(facts.until)):
            if facts.cast[s, p]:
                facts.came[p] = begin if facts.came[p] < 0 else facts.came[p]
                late = now - min(facts.until[p], facts.came[p] + facts.there[p])
                weight += _CHILD * max(0, late)
    for p in range(len(facts.until)):
        weight += _waited_minutes(facts, order, p)
    return weight


@kernel
def _way_minutes(facts: DayFacts, before: int, s: int) -> Any:
    if facts.place[before] != facts.place[s]:
        return facts.clock[3]
    return facts.clock[4] if facts.set[before] != facts.set[s] else 0


@kernel
def _way_weight(facts: DayFacts, before: int, s: int) -> Any:
    weight = _CLOTHES * (facts.script_day[before] != facts.script_day[s])
    if facts.place[before] != facts.place[s]:
        return weight + _MOVE
    return weight + _SET * (facts.set[before] != facts.set[s])


@kernel
def _light_weight(facts: DayFacts, s: int, since: int, begin: int, end: int) -> Any:
    if facts.begins[s] < 0:  # an exterior by day, the sun unknown: the earlier the better
        return _BY_LIGHT * since
    return _DARK * (max(0, facts.begins[s] - begin) + max(0, end - facts.ends[s]))


@kernel
def _waited_minutes(facts: DayFacts, order: Ints, p: int) -> Any:
    """Return how long a player waits between their first strip and their last."""
    first, last, waited = -1, -1, 0
    for at in range(len(order)):
        if facts.cast[order[at], p]:
            first = at if first < 0 else first
            last = at
    for at in range(first + 1, last):
        if not facts.cast[order[at], p]:
            waited += facts.minutes[order[at]]
    return waited


@kernel
def _improve(facts: DayFacts, order: Ints, tried: Ints) -> None:
    """Move runs of strips within the order as long as one of them makes it better."""
    count = len(order)
    least = _weight(facts, order)
    found = True
    while found:
        found = False
        for first in range(count):
            for end in range(first + 1, count + 1):
                size = end - first
                for to in range(count - size + 1):
                    if to == first:
                        continue
                    _moved(order, tried, first, size, to)
                    weight = _weight(facts, tried)
                    if weight < least:
                        order[:] = tried
                        least = weight
                        found = True


@kernel
def _moved(order: Ints, tried: Ints, first: int, size: int, to: int) -> None:
    """Write the order into `tried` with a run of it somewhere else."""
    at = 0
    for place in range(len(order)):
        if to <= place < to + size:
            tried[place] = order[first + place - to]
        else:
            while first <= at < first + size:
                at += 1
            tried[place] = order[at]
            at += 1
