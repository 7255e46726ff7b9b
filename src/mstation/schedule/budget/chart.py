"""The chart of accounts and the house's lines, read from their tables."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from mstation.money import decimals
from mstation.schedule.budget.budget import Told

Per = Literal[
    "once", "shoot_days", "background_days", "stunt_days", "effects_days", "vehicle_days",
    "animal_days", "visual_effects_scenes", "screen_minutes",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChartAccount:
    """An account: its number, the section that it stands in, its name."""

    number: int
    section: str
    name: Told


@dataclass(frozen=True, slots=True)
class UsualLine:
    """A line as it is reckoned before the plan is known; rates in minor units by currency."""

    key: str
    account: int
    name: Told
    per: Per = "once"
    count: int = 1
    prep: int = 0
    fringe: str = ""
    rate: Mapping[str, int] = field(default_factory=dict)
    share_bp: int = 0  # hundredths of a percent of the sections that `of` names
    of: tuple[str, ...] = ()


@cache
def _tables(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def sections() -> dict[str, Told]:
    """Return the sections of a top sheet by key, in order."""
    rows = _tables("accounts")["section"]
    return {row["key"]: Told(row["en"], row["zh"]) for row in rows}


@cache
def accounts() -> dict[int, ChartAccount]:
    """Return the accounts by number, in order."""
    rows = sorted(_tables("accounts")["account"], key=lambda row: row["number"])
    return {
        row["number"]: ChartAccount(row["number"], row["section"], Told(row["en"], row["zh"]))
        for row in rows
    }


@cache
def usual_lines() -> tuple[UsualLine, ...]:
    """Return the house's lines, in the order of their table."""
    found = []
    for row in _tables("lines")["line"]:
        given = {key: value for key, value in row.items() if key not in ("en", "zh", "rate", "of")}
        rates = {
            currency: units * 10 ** decimals(currency)
            for currency, units in row.get("rate", {}).items()
        }
        name = Told(row["en"], row["zh"])
        found.append(UsualLine(**given, name=name, rate=rates, of=tuple(row.get("of", ()))))
    return tuple(found)


def fringes_bp(currency: str) -> dict[str, int]:
    """Return what is added to a wage, in hundredths of a percent, by who earns it.

    A currency that the house knows no figures of has none: people say them.
    """
    found: dict[str, int] = _tables("lines")["fringes_bp"].get(currency, {"cast": 0, "crew": 0})
    return found
