"""The nouns of a schedule from elsewhere: its scenes, its boards, days as they are grouped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mstation.schedule.board import Banner


@dataclass(frozen=True, slots=True)
class ScheduledScene:
    """What a schedule says of one breakdown sheet; None and empty where it says nothing."""

    number: str  # as written: "12A", "12 pt 2", "12, 13"
    description: str = ""
    interior: str = ""  # in the schedule's own words, as the two below
    set_name: str = ""
    light: str = ""
    eighths: int | None = None
    minutes: int | None = None
    cast: tuple[str, ...] = ()  # names
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class ScheduledDay:
    """A day of a board: ids of breakdowns in order; the rest is told only by our own files."""

    items: tuple[str, ...]
    unit: str
    day: date | None = None
    is_locked: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleBoard:
    """One scenario."""

    name: str
    days: tuple[ScheduledDay, ...]
    boneyard: tuple[str, ...] = ()
    is_divided: bool = True  # whether days are told apart; else all of it is one


@dataclass(frozen=True, slots=True)
class Schedule:
    """A file of the Universal Schedule Standard."""

    project: str
    name: str
    scenes: Mapping[str, ScheduledScene]  # by the id of their breakdown
    banners: Mapping[str, Banner]  # likewise
    boards: tuple[ScheduleBoard, ...]
    first_day: date | None = None  # of the first board's calendar
