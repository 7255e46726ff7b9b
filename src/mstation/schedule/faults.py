"""The noun of what is wrong with a plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from mstation.errors import Tongue

Severity = Literal["hard", "soft"]


class FaultKind(StrEnum):
    """What is broken."""

    MISSING = "missing"  # a strip that neither a day nor the boneyard holds
    TWICE = "twice"
    UNKNOWN = "unknown"  # the board names what is not there
    LENGTH = "length"
    EIGHTHS = "eighths"
    LIGHT = "light"  # strips of day and of night on one day
    ACCESS = "access"
    CLOSED = "closed"
    AWAY = "away"
    REST = "rest"
    WEEKLY_REST = "weekly_rest"
    MEAL = "meal"
    HOURS = "hours"
    MINOR = "minor"
    APPROVAL = "approval"
    BEFORE = "before"
    DAYLIGHT = "daylight"
    DATE = "date"  # two days of a unit on one date, or not in order
    UNITS = "units"  # somebody with two units on one date
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken constraint: hard where a plan with it is none, soft where it is to be weighed."""

    kind: FaultKind
    severity: Severity
    day: int | None  # place on the board
    items: tuple[str, ...]  # strips, characters, locations that it is about
    en: str
    zh: str
    rule: str = ""  # id in `rules.toml`
    source: str = ""

    @property
    def is_hard(self) -> bool:
        """Whether a plan with it is none."""
        return self.severity == "hard"

    def told(self, language: Tongue) -> str:
        """Return it in the person's language."""
        return self.zh if language == "zh" else self.en


def is_feasible(faults: tuple[Fault, ...]) -> bool:
    """Tell whether none of them is hard."""
    return not any(fault.is_hard for fault in faults)
