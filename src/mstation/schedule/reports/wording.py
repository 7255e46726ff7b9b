"""The words of the production office, and how days, dates, hours and strips are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from mstation.breakdown.paging import pages_text
from mstation.breakdown.reports import wording as breakdown_wording
from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.schedule.board import MAIN_UNIT
from mstation.schedule.days import ShootingDay
from mstation.schedule.plan import Plan
from mstation.schedule.strip import Strip
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language

Words = Mapping[str, Any]
StripColours = Mapping[tuple[Interior, TimeOfDay], str]

USUAL_PAPER: dict[Language, Paper] = {"en": "letter", "zh": "a4"}
BLACK, WHITE, GREY, PALE_GREY = "#222222", "#FFFFFF", "#D9D9D9", "#EFEFEF"
_A_DAY = 24 * 60


def words_of(language: Language) -> Words:
    """Return what the papers say in a language, by key."""
    chosen: Words = lexicon("mstation.schedule.reports", "words")[language]
    return chosen


def usual_colours() -> StripColours:
    """Return the colours of strips as most boards have them, `#RRGGBB`."""
    return {
        (interior, time): breakdown_wording.light_colour(interior, time)
        for interior in Interior
        for time in TimeOfDay
    }


def category_name(category: str, language: Language) -> str:
    """Return what a category of a day-out-of-days is called."""
    own = words_of(language)["categories"]
    return str(own.get(category) or breakdown_wording.words_of(language)["categories"][category])


def clock_text(minute: int, language: Language) -> str:
    """Return a minute of the day as the clock shows it: `07:00`; `02:30 (+1)` after midnight."""
    days, rest = divmod(minute, _A_DAY)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    if not days:
        return clock
    return str(words_of(language)["next_day" if days > 0 else "day_before"].format(clock=clock))


def hours_text(minutes: int, language: Language) -> str:
    """Return how long something takes, in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    return str(words_of(language)["hours"].format(hours=hours, minutes=rest))


def sun_text(when: datetime | None) -> str:
    """Return when the sun stands somewhere; nothing where that is not known."""
    return when.strftime("%H:%M") if when else ""


def weekday_text(day: date, language: Language) -> str:
    """Return the name of a weekday."""
    return str(words_of(language)["weekdays"][str(day.weekday())])


def date_text(day: date, plan: Plan) -> str:
    """Return a date with its weekday; the weekday alone where nobody said when it all begins."""
    words = words_of(plan.language)
    weekday = weekday_text(day, plan.language)
    if not plan.production.is_dated:
        return weekday
    month = words["months"][str(day.month)]
    return str(words["date"].format(weekday=weekday, day=day.day, month=month, year=day.year))


def short_date(day: date, plan: Plan) -> str:
    """Return a date without its year; the weekday and the day's number where there is no date."""
    if not plan.production.is_dated:
        numbers = plan.numbers_on(day)
        weekday = weekday_text(day, plan.language)
        return f"{weekday} {numbers[0]}" if numbers else weekday
    words = words_of(plan.language)
    return str(words["date_short"].format(day=day.day, month=words["months"][str(day.month)]))


def day_text(day: ShootingDay, plan: Plan, *, is_of_all: bool = False) -> str:
    """Return a day by its number, with its unit where that is not the main one."""
    words = words_of(plan.language)
    count = len(plan.days_of(day.unit))
    told = words["day_of" if is_of_all else "day"].format(number=day.number, count=count)
    return str(told if day.unit == MAIN_UNIT else words["unit"].format(unit=day.unit, text=told))


def dated_text(day: ShootingDay, plan: Plan) -> str:
    """Return a day by its number and its date: `Day 3 · Wed 3 Mar 2027`."""
    dot = words_of(plan.language)["dot"]
    return f"{day_text(day, plan)}{dot}{date_text(day.date, plan)}"


def interior_text(strip: Strip, language: Language) -> str:
    """Return whether a strip is played inside."""
    return str(breakdown_wording.words_of(language)["interiors"][strip.interior.value])


def light_text(strip: Strip, language: Language) -> str:
    """Return the light that a strip is played in."""
    return str(breakdown_wording.words_of(language)["times"][strip.time.value])


def set_text(strip: Strip, language: Language) -> str:
    """Return inside or outside and the set: `INT KITCHEN`."""
    return f"{interior_text(strip, language)} {strip.set_name}"


def cast_text(cast: Iterable[str], plan: Plan) -> str:
    """Return people of the cast by their numbers: `1, 2, 5`."""
    return ", ".join(str(number) for number in sorted(plan.player[each].number for each in cast))


def names_text(cast: Iterable[str], plan: Plan) -> str:
    """Return people of the cast by number and name."""
    players = sorted((plan.player[each] for each in cast), key=lambda each: each.number)
    comma = str(words_of(plan.language)["comma"])
    return comma.join(f"{player.number} {player.name}" for player in players)


def length_text(eighths: int, language: Language) -> str:
    """Return a length in pages."""
    return str(words_of(language)["pages"].format(pages=pages_text(eighths)))
