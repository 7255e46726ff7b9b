"""A day of a plan in, the form of its production report out: what was due, and room for what was.

Source: the fields of the Directors Guild of America's "Daily Production Report".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mstation.breakdown.paging import pages_text
from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.wording import clock_text as screen_text
from mstation.schedule.days import ShootingDay, SlotKind
from mstation.schedule.plan import Plan
from mstation.schedule.reports.bars import headings, section, told
from mstation.schedule.reports.dood import codes_on
from mstation.schedule.reports.grid import Cell, Part, Row, print_parts
from mstation.schedule.reports.wording import (
    clock_text,
    date_text,
    dated_text,
    set_text,
    words_of,
)
from mstation.schedule.reports.wording import day_text as numbered_text
from mstation.schedule.strip import Strip

_HOURS = (0.0, 100.0, 100.0)
_COUNTS = (0.0, 84.0, 84.0, 84.0, 84.0)
_SCENES = (34.0, 0.0, 44.0, 44.0, 44.0, 120.0, 120.0)
_CAST = (24.0, 0.0, 40.0, 58.0, 58.0, 58.0, 58.0, 58.0, 58.0)
_ROOM, _SIGN_ROOM = 56.0, 30.0  # for a pencil
_PENCIL_HEIGHT = 17.0


def print_progress(day: ShootingDay, plan: Plan, paper: Paper) -> bytes:
    """Return the day's production report as PDF, to be filled in at wrap.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    words = words_of(plan.language)
    rows = (
        *_head(day, plan),
        *_hours(day, plan),
        *_counts(day, plan),
        *_scenes(day, plan),
        *_cast(day, plan),
        *_foot(plan),
    )
    return print_parts(
        [Part(dated_text(day, plan), rows)],
        title=plan.strips.title,
        kind=words["papers"]["progress"],
        language=plan.language,
        paper=paper,
    )


def _head(day: ShootingDay, plan: Plan) -> Iterator[Row]:
    words = words_of(plan.language)
    yield Row(
        (
            Cell(plan.production.company, 0, words["call"]["company"], 10, lines=2),
            Cell(words["papers"]["progress"], size=13, is_strong=True, align="middle"),
            Cell(
                date_text(day.date, plan),
                0,
                numbered_text(day, plan, is_of_all=True),
                10,
                is_strong=True,
                lines=2,
            ),
        )
    )


def _hours(day: ShootingDay, plan: Plan) -> Iterator[Row]:
    words = words_of(plan.language)
    progress, call = words["progress"], words["call"]
    first = {slot.kind: slot for slot in reversed(day.slots)}
    last = {slot.kind: slot for slot in day.slots}
    meal = first.get(SlotKind.MEAL)
    strip, ended = first.get(SlotKind.STRIP), last.get(SlotKind.STRIP)
    after = next(
        (slot for slot in day.slots
         if meal and slot.kind is SlotKind.STRIP and slot.first_minute >= meal.end_minute),
        None,
    )  # fmt: skip
    yield section(progress["hours"])
    yield headings([progress[key] for key in ("what", "scheduled", "actual")], _HOURS)
    for label, when in (
        (call["crew_call"], day.crew_call),
        (call["first_shot"], strip.first_minute if strip else None),
        (call["meal"], meal.first_minute if meal else None),
        (progress["first_shot_after"], after.first_minute if after else None),
        (progress["last_shot"], ended.end_minute if ended else None),
        (call["wrap"], day.wrap),
        (progress["left"], None),
    ):
        yield told((label, clock_text(when, plan.language) if when is not None else "", ""), _HOURS)


def _counts(day: ShootingDay, plan: Plan) -> Iterator[Row]:
    """Yield what the unit's schedule counts: all of it, before the day, on it, after it."""
    progress = words_of(plan.language)["progress"]
    days = plan.days_of(day.unit)
    shot = {each.number: plan.shot_on(each) for each in days}
    before = [strip for number in shot if number < day.number for strip in shot[number]]
    after = [strip for number in shot if number > day.number for strip in shot[number]]
    today = shot[day.number]
    keys = ("what", "scenes", "pages", "minutes", "setups")
    yield section(progress["counts"])
    yield headings([progress[key] for key in keys], _COUNTS)
    for key, strips in (("whole", (*before, *today, *after)), ("before", before),
                        ("today", today), ("remaining", after)):  # fmt: skip
        yield told((progress[key], *_counted(strips)), _COUNTS)
    for key in ("today_done", "to_date"):
        yield Row(
            tuple(Cell(text, width) for text, width in zip(
                (progress[key], "", "", "", ""), _COUNTS, strict=True)),
            least_height=_PENCIL_HEIGHT,
        )  # fmt: skip


def _counted(strips: Sequence[Strip]) -> tuple[str, str, str, str]:
    return (
        str(len({strip.scene_id for strip in strips})),
        pages_text(sum(strip.eighths for strip in strips)),
        screen_text(sum(strip.screen_s for strip in strips)),
        str(sum(len(strip.setups) for strip in strips)),
    )


def _scenes(day: ShootingDay, plan: Plan) -> Iterator[Row]:
    progress = words_of(plan.language)["progress"]
    keys = ("scene", "set", "pages", "minutes", "setups", "done", "remarks")
    yield section(progress["scene_list"])
    yield headings([progress[key] for key in keys], _SCENES)
    for strip in plan.shot_on(day):
        _, pages, screen, setups = _counted([strip])
        texts = (strip.number, set_text(strip, plan.language), pages, screen, setups, "", "")
        yield told(texts, _SCENES, lines=1)


def _cast(day: ShootingDay, plan: Plan) -> Iterator[Row]:
    words = words_of(plan.language)
    progress, call = words["progress"], words["call"]
    codes = codes_on(plan, day.date)
    labels = (
        call["number"], call["character"], call["status"], progress["called"],
        *(progress[key] for key in ("arrived", "meal_out", "meal_in", "dismissed", "signature")),
    )  # fmt: skip
    yield section(progress["cast"])
    yield headings(labels, _CAST)
    for each in day.calls:
        player = plan.player[each.character_id]
        called = clock_text(each.makeup, plan.language)
        texts = (str(player.number), player.name, codes[player.id].value, called, *[""] * 5)
        yield told(texts, _CAST, lines=1)


def _foot(plan: Plan) -> Iterator[Row]:
    progress = words_of(plan.language)["progress"]
    yield section(progress["other"])
    keys = ("background", "crew", "cards")
    yield Row(tuple(Cell("", 0, progress[key]) for key in keys), least_height=_ROOM)
    yield section(progress["notes"])
    yield Row((Cell(""),), least_height=_ROOM)
    signs = tuple(Cell("", 0, progress[key]) for key in ("signed_first_ad", "signed_pm"))
    yield Row(signs, least_height=_SIGN_ROOM)
