"""Rules of work as data: which sets there are, what each says, and what binds a production."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from mstation.schedule.production import Production
from mstation.screenplay.script import Language

_LATE_CALL = time(6)
_SIX_DAYS = 6


class RuleKind(StrEnum):
    """What the checker asks of a plan."""

    DAILY_REST = "daily_rest"
    WEEKLY_REST = "weekly_rest"
    MEAL = "meal"
    MINOR = "minor"
    DROP = "drop"
    DAY_HOURS = "day_hours"
    WEEK_HOURS = "week_hours"
    MONTH_OVERTIME = "month_overtime"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a set of rules says. Ages count from `from_age` to under `to_age`."""

    id: str
    set: str
    kind: RuleKind
    is_hard: bool
    en: str
    zh: str
    since: str
    source: str
    hours: float = 0
    late_call_hours: float = 0  # of a weekly rest, before a call at six or later
    six_day_hours: float = 0  # of a weekly rest, in weeks of six days
    place_hours: float = 0  # of a minor: from coming to leaving
    count: int = 0
    from_age: int = 0
    to_age: int = 0
    latest: time | None = None

    @property
    def minutes(self) -> int:
        """Its hours in minutes."""
        return round(self.hours * 60)


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("rules.toml").read_text("utf-8"))


def rule_sets() -> tuple[str, ...]:
    """Return the names of the sets of rules that a production may be bound by."""
    return tuple(_tables()["sets"])


def rule_name(name: str, language: Language) -> str:
    """Return what a set of rules is called."""
    return str(_tables()["sets"][name][language])


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule that is known."""
    return tuple(Rule(**{**row, "kind": RuleKind(row["kind"])}) for row in _tables()["rule"])


def rules_of(production: Production, kind: RuleKind) -> tuple[Rule, ...]:
    """Return the rules of a kind that bind a production."""
    return tuple(rule for rule in all_rules() if rule.kind is kind and rule.set in production.rules)


def strictest(rules: Sequence[Rule]) -> Rule | None:
    """Return the rule that asks for the most hours; None of none."""
    return max(rules, key=lambda rule: (rule.hours, rule.is_hard), default=None)


def minor_rule(age: int, rules: Sequence[Rule]) -> Rule | None:
    """Return the rule for somebody of an age; None of grown-ups, and where nothing is said."""
    return next((rule for rule in rules if rule.from_age <= age < rule.to_age), None)


def weekly_rest_minutes(rule: Rule, production: Production) -> int:
    """Return how long a weekly rest is: shorter before late calls, and in weeks of six days."""
    hours = rule.hours
    if rule.six_day_hours and len(production.week) >= _SIX_DAYS:
        hours = rule.six_day_hours
    elif rule.late_call_hours and production.hours.day_call >= _LATE_CALL:
        hours = rule.late_call_hours
    return round(hours * 60)


def most_drops(production: Production) -> int | None:
    """Return how often somebody may be dropped and picked up; None where nobody limits it."""
    counts = [rule.count for rule in rules_of(production, RuleKind.DROP)]
    return min(counts, default=None)
