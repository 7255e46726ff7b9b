"""What people ask for their work: whole minor units, an hour, a day, a week or in all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from mstation.errors import InvalidInput
from mstation.money import CURRENCIES, MOST_MINOR
from mstation.station.change import Change
from mstation.station.ids import new_id
from mstation.station.schema import Id, keep, metadata, own_columns
from mstation.station.talent.people import Person, Visible, tell_change
from mstation.station.talent.vocabulary import role_named

MOST_HOURS = 24


class RateUnit(StrEnum):
    """For what a rate is paid."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class RateCard:
    """What somebody asks.

    role_code: for which work; empty: for any. amount: minor units of the currency.
    minimum_hours: paid for a call however short it is; 0: none.
    visible: to whom of those who may see rates at all.
    """

    id: str
    revision: int
    party_id: str
    person_id: str
    role_code: str
    unit: RateUnit
    amount: int
    currency: str
    minimum_hours: int = 0
    visible: Visible = Visible.NOBODY


rate_cards = keep(
    RateCard,
    Table(
        "rate_cards",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("person_id", Id, ForeignKey("people.id"), nullable=False),
        Column("role_code", String(60), nullable=False),
        Column("unit", String(8), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("minimum_hours", Integer, nullable=False),
        Column("visible", String(16), nullable=False),
        Index("ix_rate_cards_asked", "person_id", "unit", "currency", "amount"),
    ),
)


def add_rate(change: Change, person: Person, **told: Any) -> RateCard:
    """Say what somebody asks.

    Raises:
        InvalidInput: when the sum, the currency, the role or the hours cannot be.
    """
    made = change.add(
        RateCard(new_id(), 1, person.party_id, person.id, **_checked({"role_code": "", **told}))
    )
    tell_change(change, person)
    return made


def edit_rate(change: Change, person: Person, rate: RateCard, **told: Any) -> RateCard:
    """Change what somebody asks.

    Raises:
        InvalidInput: when the sum, the currency, the role or the hours cannot be.
        Stale: when it was changed since it was read.
    """
    changed = change.edit(rate, **_checked(told))
    tell_change(change, person)
    return changed


def remove_rate(change: Change, person: Person, rate: RateCard) -> None:
    """Ask it no more.

    Raises:
        Stale: when it was changed since it was read.
    """
    change.remove(rate)
    tell_change(change, person)


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    if told.get("role_code"):
        told["role_code"] = role_named(told["role_code"]).code
    if told.get("currency", "CNY") not in CURRENCIES:
        raise InvalidInput(
            f"`{told['currency'][:10]}` is no currency that is known; give its ISO 4217 code",
            zh=f"未知货币 `{told['currency'][:10]}`；请使用 ISO 4217 代码，例如 CNY、EUR",
        )
    if not 0 <= told.get("amount", 0) <= MOST_MINOR:
        raise InvalidInput("a rate is no negative sum", zh="报价不能为负数或过大")
    if not 0 <= told.get("minimum_hours", 0) <= MOST_HOURS:
        raise InvalidInput(
            f"a minimum call has 0 to {MOST_HOURS} hours", zh=f"最低工时为 0 到 {MOST_HOURS} 小时"
        )
    return told
