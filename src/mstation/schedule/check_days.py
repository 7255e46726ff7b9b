"""Days on the clock in, what does not fit into them out: hours, pages, light, places, meals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mstation.schedule.days import ShootingDay, SlotKind, needs_day, needs_night
from mstation.schedule.faults import Fault, FaultKind
from mstation.schedule.planned import DAY_MINUTES, Planned, clock, hours
from mstation.schedule.rules import RuleKind, rules_of


def day_faults(plan: Planned) -> Iterator[Fault]:
    """Yield what is wrong within each day that shoots."""
    for place, day in enumerate(plan.days):
        if day.strips:
            yield from _length_faults(plan, place, day)
            yield from _light_faults(plan, place)
            yield from _location_faults(plan, place, day)
            yield from _meal_faults(plan, place, day)
            yield from _daylight_faults(plan, place, day)


def _length_faults(plan: Planned, place: int, day: ShootingDay) -> Iterator[Fault]:
    limit = plan.production.hours
    en, zh = plan.words(place)
    taken = day.wrap - day.crew_call
    if taken > limit.length_minutes:
        yield Fault(
            FaultKind.LENGTH, "hard", place, day.strips,
            f"{en} takes {hours(taken)}, {taken - limit.length_minutes} minutes more than the "
            f"{hours(limit.length_minutes)} of a day",
            f"{zh}需 {hours(taken)}，超出每日 {hours(limit.length_minutes)} 共 "
            f"{taken - limit.length_minutes} 分钟",
        )  # fmt: skip
    if day.eighths > limit.most_eighths:
        yield Fault(
            FaultKind.EIGHTHS, "hard", place, day.strips,
            f"{en} holds {day.eighths} eighths of a page, {limit.most_eighths} at most",
            f"{zh}共 {day.eighths}/8 页，至多 {limit.most_eighths}/8 页",
        )  # fmt: skip


def _light_faults(plan: Planned, place: int) -> Iterator[Fault]:
    """Yield a day whose strips want both light and dark: it is lit, and called, for one of them."""
    own = plan.strips_of(place)
    dark = [strip for strip in own if needs_night(strip, plan.production)]
    light = [strip for strip in own if needs_day(strip, plan.production)]
    if dark and light:
        en, zh = plan.words(place)
        one, other = dark[0].number, light[0].number
        yield Fault(
            FaultKind.LIGHT, "hard", place, tuple(strip.id for strip in (*dark, *light)),
            f"{en} shoots scene {one} at night and scene {other} by day: split it",
            f"{zh}的第 {one} 场须夜间拍摄，第 {other} 场须日间拍摄：请拆分这一天",
        )  # fmt: skip


def _location_faults(plan: Planned, place: int, day: ShootingDay) -> Iterator[Fault]:
    en, zh = plan.words(place)
    for key in day.locations:
        location = plan.production.location(key)
        there = tuple(strip.id for strip in plan.strips_of(place) if strip.location == key)
        is_open = not location.open or any(span.holds(day.date) for span in location.open)
        if not is_open or any(span.holds(day.date) for span in location.closed):
            yield Fault(
                FaultKind.CLOSED, "hard", place, (key, *there),
                f"{location.name} is closed on {en}", f"{location.name}在{zh}不开放",
            )  # fmt: skip
        if location.access != "any" and location.access != day.kind.value:
            when = {"day": ("by day", "日间"), "night": ("at night", "夜间")}[location.access]
            yield Fault(
                FaultKind.ACCESS, "hard", place, (key, *there),
                f"{location.name} is open {when[0]} only, and {en} is a {day.kind}",
                f"{location.name}只在{when[1]}开放，而{zh}是"
                f"{'夜班' if day.kind == 'night' else '日班'}",
            )  # fmt: skip


def _meal_faults(plan: Planned, place: int, day: ShootingDay) -> Iterator[Fault]:
    """Yield a day that works on past the hour of the meal, as a strip of many hours makes it."""
    meals = [slot.first_minute for slot in day.slots if slot.kind is SlotKind.MEAL]
    first = meals[0] if meals else day.slots[-1].first_minute
    for rule in rules_of(plan.production, RuleKind.MEAL):
        if first - day.crew_call > rule.minutes:
            en, zh = plan.words(place)
            yield Fault(
                FaultKind.MEAL, "hard" if rule.is_hard else "soft", place, (),
                f"{en}: no meal until {clock(first)}: {rule.en}",
                f"{zh}：直到 {clock(first)} 才用餐：{rule.zh}", rule.id, rule.source,
            )  # fmt: skip


def _daylight_faults(plan: Planned, place: int, day: ShootingDay) -> Iterator[Fault]:
    """Yield exteriors that the sun does not stand for, where it is known where the film is shot."""
    sun = day.sun
    if sun is None or sun.first_light is None or sun.last_light is None:
        return
    dawn, dusk = (_minute(day, when) for when in (sun.first_light, sun.last_light))
    en, zh = plan.words(place)
    for slot in day.slots:
        strip = plan.known.get(slot.item)
        if slot.kind is not SlotKind.STRIP or strip is None:
            continue
        if strip.is_light and not dawn <= slot.first_minute <= slot.end_minute <= dusk:
            yield Fault(
                FaultKind.DAYLIGHT, "soft", place, (strip.id,),
                f"{en}: scene {strip.number} is shot from {clock(slot.first_minute)} to "
                f"{clock(slot.end_minute)}; it is light from {clock(dawn)} to {clock(dusk)}",
                f"{zh}：第 {strip.number} 场拍摄于 {clock(slot.first_minute)} 至 "
                f"{clock(slot.end_minute)}；日照时间为 {clock(dawn)} 至 {clock(dusk)}",
            )  # fmt: skip
        elif strip.is_dark and (slot.first_minute < dusk or slot.end_minute > dawn + DAY_MINUTES):
            yield Fault(
                FaultKind.DAYLIGHT, "soft", place, (strip.id,),
                f"{en}: scene {strip.number} is shot from {clock(slot.first_minute)} to "
                f"{clock(slot.end_minute)}; it is dark from {clock(dusk)} to {clock(dawn)}",
                f"{zh}：第 {strip.number} 场拍摄于 {clock(slot.first_minute)} 至 "
                f"{clock(slot.end_minute)}；天黑时间为 {clock(dusk)} 至 {clock(dawn)}",
            )  # fmt: skip


def _minute(day: ShootingDay, when: datetime) -> int:
    return (when.date() - day.date).days * DAY_MINUTES + when.hour * 60 + when.minute
