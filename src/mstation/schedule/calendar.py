"""A production's calendar: which dates are worked, and where the sun stands on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import dawn, dusk, sunrise, sunset

from mstation.errors import InvalidInput
from mstation.schedule.board import Board
from mstation.schedule.production import Place, Production, Weekday
from mstation.screenplay.script import Language

_A_DAY = timedelta(days=1)
_MOST_IDLE = 400  # days in a row without work: more is a mistake
_WEEK = tuple(Weekday)
_TONGUES: dict[Language, str] = {"en": "en_US", "zh": "zh_CN"}
_Reckoned = Callable[..., datetime]


@dataclass(frozen=True, slots=True)
class Sun:
    """The sun of one day, by the clock of the place; None where it does not come that far."""

    first_light: datetime | None  # civil dawn
    rise: datetime | None
    set: datetime | None
    last_light: datetime | None  # civil dusk


def is_worked(production: Production, day: date) -> bool:
    """Tell whether a date is one of the production's days of work."""
    if day in production.on:
        return True
    if any(span.holds(day) for span in production.off) or holiday(production, day):
        return False
    return _WEEK[day.weekday()] in production.week


def holiday(production: Production, day: date, language: Language = "en") -> str:
    """Return the name of the public holiday that a date is; else nothing."""
    if not production.country or not production.is_dated:
        return ""
    return str(_holidays(production.country, day.year, language).get(day, ""))


@cache
def _holidays(country: str, year: int, language: Language) -> dict[date, str]:
    from holidays import country_holidays  # takes long to load: only for who has a country

    try:
        found = country_holidays(country, years=year, language=_TONGUES[language])
    except NotImplementedError as error:
        raise InvalidInput(
            f"no public holidays of `{country}` are known; use an ISO 3166 code: CN, US, or leave "
            "`country` out and list the days under `off`",
            zh=f"没有 `{country}` 的公共假日数据；请用 ISO 3166 代码（如 CN、US），"
            "或省去 `country`，把日子写在 `off` 里",
        ) from error
    return dict(found)


def working_days(production: Production, first: date | None = None) -> Iterator[date]:
    """Return the dates that are worked, from the first on, without end.

    Raises:
        InvalidInput: when none comes for more than a year.
    """
    day, idle = first or production.first_day, 0
    while True:
        if is_worked(production, day):
            idle = 0
            yield day
        else:
            idle += 1
        if idle > _MOST_IDLE:
            raise InvalidInput(
                f"no day is worked in the {_MOST_IDLE} days before {day}: look at `week` and `off`",
                zh=f"{day} 之前连续 {_MOST_IDLE} 天都不工作：请检查 `week` 与 `off`",
            )
        day += _A_DAY


def dates_of(board: Board, production: Production) -> tuple[date, ...]:
    """Return the date of each of a board's days; each unit goes through the calendar on its own.

    A day that people pinned to a date keeps it; the others take the next worked date after the
    one before them. Two units may share a date, two days of a unit never.
    """
    found: list[date] = [production.first_day] * len(board.days)
    for unit in board.units:
        after = (production.unit(unit).first or production.first_day) - _A_DAY
        for place, day in board.days_of(unit):
            after = day.day or next(working_days(production, after + _A_DAY))
            found[place] = after
    return tuple(found)


@cache
def sun_of(place: Place, day: date) -> Sun:
    """Return where the sun stands on a day, by the clock of the place.

    Source: astral 3, which follows NOAA's solar calculator.
    """
    observer, zone = Observer(place.latitude, place.longitude), ZoneInfo(place.zone)

    def told(when: _Reckoned) -> datetime | None:
        try:
            return when(observer, day, tzinfo=zone)
        except ValueError:  # near the poles the sun does not always come that far
            return None

    return Sun(told(dawn), told(sunrise), told(sunset), told(dusk))
