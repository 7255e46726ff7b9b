"""The nouns of what only people know of a production: who is free, what is open, what it costs.

Everything has a default, so a plan comes out of a script alone. `production.toml` says the rest
(`production_file.py`). Sums are whole minor units of one currency: cents, fen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Literal

from mstation.breakdown.scene import Interior, TimeOfDay

Access = Literal["any", "day", "night"]
StripColour = tuple[Interior, TimeOfDay, str]
"""Where, in which light, `#RRGGBB`."""
NOMINAL_MONDAY = date(2001, 1, 1)  # of productions that nobody gave a date; never printed


class Weekday(StrEnum):
    """The days of a week, as ISO 8601 orders them."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


@dataclass(frozen=True, slots=True)
class Dates:
    """A stretch of days: both ends are in it."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Tell whether a day is in it."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the earth: degrees, and the zone whose clock the call sheet reads."""

    latitude: float
    longitude: float
    zone: str  # IANA: "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class CastTerms:
    """What is agreed with whoever plays somebody."""

    character_id: str
    actor: str = ""  # the player's own name
    rate: int = 0  # a day, worked or held
    away: tuple[Dates, ...] = ()
    first: date | None = None  # not before
    last: date | None = None  # the stop date: not after
    may_hold: bool = True  # idle days between two of work are paid
    drop_after: int = 0  # calendar days away after which they are dropped and picked up; 0: never
    travel_before: int = 0  # days of travel before the first of work
    travel_after: int = 0
    fittings: tuple[date, ...] = ()
    rehearsals: tuple[date, ...] = ()
    age: int | None = None  # the player's; where it is not said, the character's
    pickup_minutes: int = 45  # from home to the set
    makeup_minutes: int = 45  # with wardrobe


@dataclass(frozen=True, slots=True)
class Location:
    """Where sets are shot."""

    key: str
    name: str
    sets: tuple[str, ...]  # keys of the sets that are shot there
    address: str = ""
    place: Place | None = None  # where it is not the production's own
    open: tuple[Dates, ...] = ()  # the permit's; none: always
    closed: tuple[Dates, ...] = ()
    access: Access = "any"
    fee: int = 0  # a day of shooting
    hospital: str = ""
    parking: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A crew that shoots on its own."""

    name: str
    first: date | None = None  # where it does not begin with the production


@dataclass(frozen=True, slots=True)
class Hours:
    """A day of shooting, on the clock. Minutes are whole."""

    day_call: time = time(7)
    night_call: time = time(18)
    length_minutes: int = 720  # from crew call to wrap, the meal in it
    meal_minutes: int = 60
    meal_after_minutes: int = 360  # at the latest after the call
    prepare_minutes: int = 45  # from the call to the first setup
    wrap_minutes: int = 30  # after the last take
    set_change_minutes: int = 20  # to another set of the same location
    move_minutes: int = 60  # to another location, and everything with it
    most_eighths: int = 64  # of a day: eight pages

    @property
    def shooting_minutes(self) -> int:
        """What is left for strips and the ways between them."""
        return self.length_minutes - self.meal_minutes - self.prepare_minutes - self.wrap_minutes


@dataclass(frozen=True, slots=True)
class Costs:
    """What a day costs beside cast and places; what a plan pays for its ways. Minor units."""

    day: int  # crew, gear, catering: of every day that shoots
    move: int  # of every change of location within a day
    location_day: int  # of every location that is opened on a day, beside its fee
    cast_day: int  # of a player whose rate nobody says, of number 1; the others less
    script_day: int = 0  # of every change of the script's day within a day: wardrobe, make-up


@dataclass(frozen=True, slots=True)
class Before:
    """One scene has to be shot before another: a beard, a wall that is torn down."""

    scene: str  # numbers
    earlier_than: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Production:
    """Everything that people said of a production, the rest by default."""

    currency: str
    costs: Costs
    first_day: date = NOMINAL_MONDAY
    is_dated: bool = False  # whether people said when it begins; else only weekdays are meant
    place: Place | None = None  # where nobody says, no sun is reckoned
    company: str = ""
    country: str = ""  # ISO 3166-1 whose public holidays are off; empty: none
    week: tuple[Weekday, ...] = tuple(Weekday)[:5]  # days that are worked
    off: tuple[Dates, ...] = ()
    on: tuple[date, ...] = ()  # worked although the week or a holiday says no
    rules: tuple[str, ...] = ("own",)  # sets of `rules.toml` that bind
    hours: Hours = Hours()
    cast: tuple[CastTerms, ...] = ()
    locations: tuple[Location, ...] = ()
    units: tuple[Unit, ...] = ()
    before: tuple[Before, ...] = ()
    colours: tuple[StripColour, ...] = ()  # of strips, where they are not the field's
    contacts: tuple[tuple[str, str], ...] = ()  # what the call sheet tells of whom to ring

    def terms(self, character_id: str) -> CastTerms:
        """Return what is agreed for a character; nothing where nobody said."""
        found = (each for each in self.cast if each.character_id == character_id)
        return next(found, CastTerms(character_id))

    def location(self, key: str) -> Location:
        """Return a location; a set of which nobody said where it is shot is one of its own."""
        found = (each for each in self.locations if each.key == key)
        return next(found, Location(key, key, (key,)))

    def unit(self, name: str) -> Unit:
        """Return a unit."""
        return next((each for each in self.units if each.name == name), Unit(name))
