"""Taxes: which part of a price is tax, by the buyer's country; the house says the rates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table

from mstation.errors import InvalidInput
from mstation.station.change import Change, find_where
from mstation.station.ids import new_id
from mstation.station.parties import WHOLE_BP, the_house
from mstation.station.schema import Id, keep, metadata, own_columns

_COUNTRY = re.compile("[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class TaxRate:
    """The tax on sales to buyers of a country; prices include it."""

    id: str
    revision: int
    party_id: str  # the house
    country: str  # ISO 3166-1, two letters
    bp: int  # basis points of the price without it


tax_rates = keep(
    TaxRate,
    Table(
        "tax_rates",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("country", String(2), nullable=False, unique=True),
        Column("bp", Integer, nullable=False),
    ),
)


def set_tax_rate(change: Change, country: str, bp: int) -> TaxRate:
    """Say which tax is in the price of what is sold to a country from now on.

    Raises:
        InvalidInput: when the country is no code of one, or the rate none.
    """
    if not _COUNTRY.fullmatch(country) or not 0 <= bp < WHOLE_BP:
        raise InvalidInput(
            "a rate is of a country (ISO 3166-1, two capitals), 0 to 9999 basis points",
            zh="税率须注明国家（ISO 3166-1 两位大写字母），为 0 至 9999 个基点",
        )
    for known in find_where(change.connection, TaxRate, country=country):
        return change.edit(known, bp=bp)
    house = the_house(change.connection)
    return change.add(TaxRate(new_id(), 1, house.party_id, country, bp))


def tax_bp(connection: Connection, country: str) -> int:
    """Return the tax on sales to a country, in basis points; none where the house said nothing."""
    return sum(each.bp for each in find_where(connection, TaxRate, country=country))


def included_tax(gross: int, bp: int) -> int:
    """Return which part of a price is tax, rounded to the nearest unit, halves up."""
    whole = WHOLE_BP + bp
    return (2 * gross * bp + whole) // (2 * whole)
