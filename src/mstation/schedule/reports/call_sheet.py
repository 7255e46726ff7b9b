"""A day of a plan in, its call sheet out: one page or two that the whole crew reads.

Source: the fields of the Directors Guild of America's "Call Sheet" and of Chinese crews' 通告单.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from mstation.breakdown.element import Category
from mstation.breakdown.paging import pages_text
from mstation.breakdown.reports.dossier import CATEGORIES, Paper
from mstation.breakdown.reports.wording import category_colour, day_text, ink_on
from mstation.breakdown.reports.wording import clock_text as screen_text
from mstation.schedule.days import Call, ShootingDay, Slot, SlotKind
from mstation.schedule.plan import Plan, location_name
from mstation.schedule.reports.bars import headings, section, told
from mstation.schedule.reports.dood import Code, codes_on
from mstation.schedule.reports.grid import Cell, Part, Row, print_parts
from mstation.schedule.reports.wording import (
    PALE_GREY,
    StripColours,
    cast_text,
    category_name,
    clock_text,
    date_text,
    dated_text,
    hours_text,
    light_text,
    names_text,
    set_text,
    sun_text,
    usual_colours,
    words_of,
)
from mstation.schedule.reports.wording import day_text as numbered_text
from mstation.schedule.rules import rule_name
from mstation.schedule.strip import Strip

_OF_AGE = 18
_CONTACTS_A_ROW = 3
_EVERY_LINE = 200  # nothing that is needed is left out
_SCENES = (52.0, 30.0, 0.0, 34.0, 30.0, 62.0, 34.0, 42.0, 26.0)
_CAST = (24.0, 0.0, 0.0, 38.0, 56.0, 56.0, 56.0, 56.0, 66.0)
_PLACES = (24.0, 0.0, 0.0, 120.0, 120.0)
_NEXT = (30.0, 0.0, 40.0, 80.0, 40.0, 120.0)


def print_call_sheet(
    day: ShootingDay, plan: Plan, paper: Paper, colours: StripColours | None = None
) -> bytes:
    """Return a day's call sheet as PDF; the same plan gives the same bytes.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    rows = (
        *_head(day, plan),
        *_places(day, plan),
        *_schedule(day, plan, colours or usual_colours()),
        *_cast(day, plan),
        *_needs(day, plan),
        *_notes(day, plan),
        *_advance(day, plan),
        *_contacts(plan),
    )
    return print_parts(
        [Part(dated_text(day, plan), rows)],
        title=plan.strips.title,
        kind=words_of(plan.language)["papers"]["call_sheet"],
        language=plan.language,
        paper=paper,
    )


def _head(day: ShootingDay, plan: Plan) -> Iterator[Row]:
    words = words_of(plan.language)
    dated = numbered_text(day, plan, is_of_all=True)
    yield Row(
        (
            Cell(plan.production.company, 0, words["call"]["company"], 10, lines=2),
            Cell(words["call"]["title"], size=17, is_strong=True, align="middle"),
            Cell(date_text(day.date, plan), 0, dated, 10, is_strong=True, lines=2),
        )
    )
    yield _hours(day, plan)
    yield _sky(day, plan)


def _hours(day: ShootingDay, plan: Plan) -> Row:
    """Return the hours that everybody looks for first."""
    call, language = words_of(plan.language)["call"], plan.language
    first = {slot.kind: slot.first_minute for slot in reversed(day.slots)}
    told = (
        ("first_shot", first.get(SlotKind.STRIP)),
        ("meal", first.get(SlotKind.MEAL)),
        ("wrap", day.wrap),
    )
    cells = (
        Cell(clock_text(when, language) if when is not None else "", 0, call[key], 11)
        for key, when in told
    )
    crew = Cell(clock_text(day.crew_call, language), 0, call["crew_call"], 17, is_strong=True)
    return Row((crew, *cells), fill=PALE_GREY)


def _sky(day: ShootingDay, plan: Plan) -> Row:
    """Return the sun, room for the weather, and how much there is to shoot."""
    call, sun = words_of(plan.language)["call"], day.sun
    told = (
        ("first_light", sun_text(sun.first_light) if sun else ""),
        ("sunrise", sun_text(sun.rise) if sun else ""),
        ("sunset", sun_text(sun.set) if sun else ""),
        ("last_light", sun_text(sun.last_light) if sun else ""),
        ("weather", ""),
        ("temperature", ""),
        ("scenes", str(len(day.strips))),
        ("pages", pages_text(day.eighths)),
        ("screen_time", screen_text(day.screen_s)),
    )
    return Row(tuple(Cell(text, 0, call[key], 9) for key, text in told))


def _places(day: ShootingDay, plan: Plan) -> Iterator[Row]:
    call = words_of(plan.language)["call"]
    yield section(call["locations"])
    keys = ("number", "location", "address", "parking", "hospital")
    yield headings([call[key] for key in keys], _PLACES)
    for number, key in enumerate(day.locations, start=1):
        place = plan.production.location(key)
        texts = (place.address, place.parking, place.hospital)
        yield told((str(number), location_name(key, plan), *texts), _PLACES)


def _schedule(day: ShootingDay, plan: Plan, colours: StripColours) -> Iterator[Row]:
    call = words_of(plan.language)["call"]
    keys = (
        "time", "scene", "set", "light", "script_day", "cast_numbers", "pages", "minutes", "loc",
    )  # fmt: skip
    yield section(call["schedule"])
    yield headings([call[key] for key in keys], _SCENES)
    for slot in day.slots:
        if slot.kind is SlotKind.STRIP:
            yield _scene(plan.strip[slot.item], slot, day, plan, colours)
        elif slot.kind is not SlotKind.PREPARE or slot.minutes:
            yield _between(slot, plan)


def _scene(strip: Strip, slot: Slot, day: ShootingDay, plan: Plan, colours: StripColours) -> Row:
    language = plan.language
    texts = (
        clock_text(slot.first_minute, language),
        strip.number,
        f"{set_text(strip, language)}\n{strip.synopsis}",
        light_text(strip, language),
        day_text(strip.script_day),
        cast_text(strip.cast, plan),
        pages_text(strip.eighths),
        hours_text(strip.minutes, language),
        str(day.locations.index(strip.location) + 1),
    )
    cells = tuple(
        Cell(text, width, is_strong=place in (0, 1), lines=2)
        for place, (text, width) in enumerate(zip(texts, _SCENES, strict=True))
    )
    return Row(cells, fill=colours[strip.interior, strip.time])


def _between(slot: Slot, plan: Plan) -> Row:
    """Return the row of what is no strip: a meal, a move, a banner."""
    if slot.kind is SlotKind.BANNER:
        text = plan.banner[slot.item].text
    else:
        where = _set_or_place(slot, plan)
        text = str(words_of(plan.language)["slots"][slot.kind.value]).format(where=where)
    clock = clock_text(slot.first_minute, plan.language)
    length = hours_text(slot.minutes, plan.language) if slot.minutes else ""
    return Row(
        (Cell(clock, _SCENES[0]), Cell(text, is_strong=True), Cell(length, 68.0)), fill=PALE_GREY
    )


def _set_or_place(slot: Slot, plan: Plan) -> str:
    return location_name(slot.item, plan) if slot.item else ""


def _cast(day: ShootingDay, plan: Plan) -> Iterator[Row]:
    words = words_of(plan.language)["call"]
    keys = (
        "number", "character", "actor", "status", "pickup", "makeup", "on_set", "done", "remarks",
    )  # fmt: skip
    yield section(words["cast"])
    yield headings([words[key] for key in keys], _CAST)
    calls = {call.character_id: call for call in day.calls}
    codes = codes_on(plan, day.date)
    called = [player.id for player in plan.strips.cast if player.id in calls]
    # who works for another unit on that date is on that unit's sheet
    others = [id_ for id_, code in codes.items() if id_ not in calls and not code.is_work]
    for id_ in (*called, *others):
        yield _person(id_, calls.get(id_), codes.get(id_), plan)
    if not called and not others:
        yield Row((Cell(words["nobody"]),))
    seen = set(called)
    voices = {voice for strip in plan.shot_on(day) for voice in strip.voices} - seen
    if voices:
        yield Row((Cell(words["voices"].format(names=names_text(voices, plan)), size=7),))


def _person(id_: str, call: Call | None, code: Code | None, plan: Plan) -> Row:
    player, terms = plan.player[id_], plan.production.terms(id_)
    age = player.age if terms.age is None else terms.age
    is_minor = age < _OF_AGE
    remark = words_of(plan.language)["yes_minor"].format(age=age) if is_minor else ""
    times = (call.pickup, call.makeup, call.on_set, call.done) if call else ()
    clocks = [clock_text(minute, plan.language) for minute in times] or [""] * 4
    texts = (
        str(player.number), player.name, terms.actor, code.value if code else "", *clocks, remark,
    )  # fmt: skip
    cells = tuple(
        Cell(text, width, is_strong=place in (0, 3), lines=2)
        for place, (text, width) in enumerate(zip(texts, _CAST, strict=True))
    )
    return Row(cells)


def _needs(day: ShootingDay, plan: Plan) -> Iterator[Row]:
    """Yield background first, then what each department brings, with the scenes that need it."""
    words = words_of(plan.language)
    found: dict[Category, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for strip in plan.shot_on(day):
        for need in strip.needs:
            numbers = found[need.category][need.name]
            if strip.number not in numbers:
                numbers.append(strip.number)
    yield section(words["call"]["needs"])
    for category in CATEGORIES:
        if category not in found:
            continue
        things = (
            words["in_scenes"].format(what=name, scenes=", ".join(numbers))
            for name, numbers in found[category].items()
        )
        colour = category_colour(category.value)
        label = category_name(category.value, plan.language)
        yield Row(
            (
                Cell(label, 104.0, fill=colour, colour=ink_on(colour), is_strong=True),
                Cell(str(words["list"]).join(things), lines=_EVERY_LINE),
            )
        )
    if not found:
        yield Row((Cell(words["call"]["nothing"]),))


def _notes(day: ShootingDay, plan: Plan) -> Iterator[Row]:
    words = words_of(plan.language)
    names = words["comma"].join(rule_name(each, plan.language) for each in plan.production.rules)
    notes = [
        day.note,
        words["call"]["no_visitors"],
        words["call"]["rules"].format(rules=names),
    ]
    yield section(words["call"]["notes"])
    yield Row((Cell("\n".join(note for note in notes if note)),))


def _advance(day: ShootingDay, plan: Plan) -> Iterator[Row]:
    words = words_of(plan.language)
    following = plan.next_of(day)
    if following is None:
        yield section(words["call"]["advance_none"])
        return
    clock = clock_text(following.crew_call, plan.language)
    named = f"{dated_text(following, plan)} · {words['call']['crew_call']} {clock}"
    yield section(words["call"]["advance"].format(day=named))
    keys = ("scene", "set", "light", "cast_numbers", "pages", "location")
    yield headings([words["call"][key] for key in keys], _NEXT)
    for strip in plan.shot_on(following):
        yield told(
            (
                strip.number,
                set_text(strip, plan.language),
                light_text(strip, plan.language),
                cast_text(strip.cast, plan),
                pages_text(strip.eighths),
                location_name(strip.location, plan),
            ),
            _NEXT,
            lines=1,
        )


def _contacts(plan: Plan) -> Iterator[Row]:
    contacts = plan.production.contacts
    if not contacts:
        return
    yield section(words_of(plan.language)["call"]["contacts"])
    for first in range(0, len(contacts), _CONTACTS_A_ROW):
        some = [*contacts[first : first + _CONTACTS_A_ROW]]
        some += [("", "")] * (_CONTACTS_A_ROW - len(some))
        yield Row(tuple(Cell(who, 0, role) for role, who in some))
