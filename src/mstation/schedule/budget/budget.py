"""The nouns of a budget: lines in accounts, accounts in sections, and what they add up to.

Sums are whole minor units; every total is the sum of what stands under it, to the last cent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mstation.screenplay.script import Language

SCHEMA = "mstation.budget/1"
Origin = Literal["plan", "house", "person"]


@dataclass(frozen=True, slots=True)
class Told:
    """Words in both languages."""

    en: str
    zh: str

    def told(self, language: Language) -> str:
        """Return them in one."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """Something that is paid for: how many of what, at which rate, and its fringes.

    origin: what the plan counts and people priced, what the house guesses, what people wrote.
    """

    key: str
    account: int
    name: Told
    quantity: int  # days, pieces, minutes of film: as `unit` says
    unit: str  # a word of `words.toml`
    rate: int
    amount: int
    fringe: int = 0  # of the amount, on top of it
    origin: Origin = "house"

    @property
    def total(self) -> int:
        """What it costs with its fringes."""
        return self.amount + self.fringe


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the chart, and its lines."""

    number: int
    section: str
    name: Told
    lines: tuple[BudgetLine, ...]

    @property
    def total(self) -> int:
        """What its lines cost."""
        return total(self.lines)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the top sheet."""

    key: str
    name: Told
    accounts: tuple[Account, ...]

    @property
    def total(self) -> int:
        """What its accounts cost."""
        return sum(account.total for account in self.accounts)


@dataclass(frozen=True, slots=True)
class Budget:
    """What a plan of a film costs."""

    title: str
    language: Language
    currency: str
    board: str  # the name of the board that it is the cost of
    shooting_days: int
    sections: tuple[Section, ...]

    @property
    def total(self) -> int:
        """What the film costs."""
        return sum(section.total for section in self.sections)

    @property
    def accounts(self) -> tuple[Account, ...]:
        """All accounts, in order."""
        return tuple(account for section in self.sections for account in section.accounts)


def total(lines: Iterable[BudgetLine]) -> int:
    """Return what lines cost, with their fringes."""
    return sum(line.total for line in lines)
