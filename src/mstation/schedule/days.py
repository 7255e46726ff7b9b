"""A board in, its days on the clock out: when each strip is shot, who comes when, where it is.

Minutes count from midnight of the day's date; a night's go on past 1440.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from mstation.schedule.board import Banner, Board, BoardDay
from mstation.schedule.calendar import Sun, dates_of, sun_of
from mstation.schedule.production import Hours, Production
from mstation.schedule.strip import Strip, Strips

SCHEMA = "mstation.shooting_days/1"
DRESSED_MINUTES = 15  # on set before the first rehearsal of the strip
CALL_STEP_MINUTES = 5  # nobody is called for 00:22


class DayKind(StrEnum):
    """What light a day is planned for."""

    DAY = "day"
    NIGHT = "night"


class SlotKind(StrEnum):
    """What a stretch of a day is spent on."""

    PREPARE = "prepare"  # from the crew's call to the first setup
    STRIP = "strip"
    BANNER = "banner"
    SET_CHANGE = "set_change"
    MOVE = "move"  # to another location
    MEAL = "meal"
    WRAP = "wrap"


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of a day: `item` is the id of its strip or banner, or the key of where one goes."""

    kind: SlotKind
    item: str
    first_minute: int
    minutes: int

    @property
    def end_minute(self) -> int:
        """When it is over."""
        return self.first_minute + self.minutes


@dataclass(frozen=True, slots=True)
class Call:
    """When somebody of the cast comes, in minutes of the day."""

    character_id: str
    pickup: int
    makeup: int
    on_set: int
    done: int  # after their last strip


@dataclass(frozen=True, slots=True)
class ShootingDay:
    """One day of a unit on the clock; numbers count a unit's days from 1."""

    number: int
    unit: str
    date: date
    kind: DayKind
    slots: tuple[Slot, ...]
    calls: tuple[Call, ...]  # in the order of the cast's numbers
    locations: tuple[str, ...]  # keys, in order
    eighths: int
    screen_s: float
    sun: Sun | None
    note: str = ""

    @property
    def crew_call(self) -> int:
        """When the crew is called, in minutes of the day."""
        return self.slots[0].first_minute

    @property
    def wrap(self) -> int:
        """When the day is over."""
        return self.slots[-1].end_minute

    @property
    def strips(self) -> tuple[str, ...]:
        """The ids of its strips, in order."""
        return tuple(slot.item for slot in self.slots if slot.kind is SlotKind.STRIP)


def plan_days(strips: Strips, board: Board, production: Production) -> tuple[ShootingDay, ...]:
    """Return a board's days on the clock, in the board's order.

    Raises:
        ValueError: when the board names a strip or a banner that is not there.
    """
    known = {strip.id: strip for strip in strips.strips}
    banners = {banner.id: banner for banner in board.banners}
    numbers: dict[str, int] = {}
    found = []
    for day, on in zip(board.days, dates_of(board, production), strict=True):
        numbers[day.unit] = numbers.get(day.unit, 0) + 1
        found.append(_day(day, on, numbers[day.unit], strips, known, banners, production))
    return tuple(found)


def _day(
    day: BoardDay,
    on: date,
    number: int,
    strips: Strips,
    known: Mapping[str, Strip],
    banners: Mapping[str, Banner],
    production: Production,
) -> ShootingDay:
    items: list[Strip | Banner] = []
    for item in day.items:
        if item not in known and item not in banners:
            raise ValueError(f"day {number} names `{item}`, which is neither strip nor banner")
        items.append(known.get(item) or banners[item])
    shot = [item for item in items if isinstance(item, Strip)]
    kind = kind_of(shot, production)
    usual = production.hours.night_call if kind is DayKind.NIGHT else production.hours.day_call
    slots = _slots(items, _minute_of(day.call or usual), production.hours)
    locations = tuple(dict.fromkeys(strip.location for strip in shot))
    place = production.location(locations[0]).place if locations else None
    place = place or production.place
    return ShootingDay(
        number=number,
        unit=day.unit,
        date=on,
        kind=kind,
        slots=tuple(slots),
        calls=_calls(slots, known, strips, production),
        locations=locations,
        eighths=sum(strip.eighths for strip in shot),
        screen_s=sum(strip.screen_s for strip in shot),
        sun=sun_of(place, on) if place and production.is_dated else None,
        note=day.note,
    )


def needs_night(strip: Strip, production: Production) -> bool:
    """Tell whether a strip is shot at night: for its light, or because its place is open then."""
    return strip.is_dark or production.location(strip.location).access == "night"


def needs_day(strip: Strip, production: Production) -> bool:
    """Tell whether a strip is shot by day: for its light, or because its place is open then."""
    return strip.is_light or production.location(strip.location).access == "day"


def kind_of(strips: Sequence[Strip], production: Production) -> DayKind:
    """Return what light strips are planned for: night if any of them can be shot at no other time.

    Interiors are shot at any hour; where a day holds nothing else, it is a day.
    """
    return DayKind.NIGHT if any(needs_night(s, production) for s in strips) else DayKind.DAY


def way_minutes(before: Strip | None, strip: Strip, hours: Hours) -> int:
    """Return how long it takes to get from one strip to the next."""
    if before is None or (before.location, before.set_key) == (strip.location, strip.set_key):
        return 0
    return hours.move_minutes if before.location != strip.location else hours.set_change_minutes


def _slots(items: Sequence[Strip | Banner], call: int, hours: Hours) -> list[Slot]:
    """Return a day's stretches, one after the other; the meal comes before it is too late."""
    now = call
    latest_meal = now + hours.meal_after_minutes
    slots: list[Slot] = []

    def spend(what: SlotKind, item: str, minutes: int) -> None:
        nonlocal now
        slots.append(Slot(what, item, now, minutes))
        now += minutes

    spend(SlotKind.PREPARE, "", hours.prepare_minutes)
    before: Strip | None = None
    for item in items:
        if isinstance(item, Banner):
            spend(SlotKind.BANNER, item.id, item.minutes)
            continue
        way = way_minutes(before, item, hours)
        has_eaten = any(slot.kind is SlotKind.MEAL for slot in slots)
        if before is not None and not has_eaten and now + way + item.minutes > latest_meal:
            spend(SlotKind.MEAL, "", hours.meal_minutes)
        if before is not None and way:
            is_move = before.location != item.location
            spend(SlotKind.MOVE if is_move else SlotKind.SET_CHANGE, item.location, way)
        spend(SlotKind.STRIP, item.id, item.minutes)
        before = item
    if now > latest_meal and not any(slot.kind is SlotKind.MEAL for slot in slots):
        spend(SlotKind.MEAL, "", hours.meal_minutes)  # one strip of many hours: it breaks for it
    spend(SlotKind.WRAP, "", hours.wrap_minutes)
    return slots


def _calls(
    slots: Sequence[Slot], known: Mapping[str, Strip], strips: Strips, production: Production
) -> tuple[Call, ...]:
    """Return when the cast comes, reckoned back from the first strip that each is in."""
    shot = [slot for slot in slots if slot.kind is SlotKind.STRIP]
    calls = []
    for player in strips.cast:
        own = [slot for slot in shot if player.id in known[slot.item].cast]
        if own:
            terms = production.terms(player.id)
            on_set = own[0].first_minute - DRESSED_MINUTES
            on_set -= on_set % CALL_STEP_MINUTES
            makeup = on_set - terms.makeup_minutes
            pickup = makeup - terms.pickup_minutes
            calls.append(Call(player.id, pickup, makeup, on_set, own[-1].end_minute))
    return tuple(calls)


def _minute_of(clock: time) -> int:
    return clock.hour * 60 + clock.minute
