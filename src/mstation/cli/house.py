"""`mstation house`: which organisation keeps the exchange, and what it takes of a sale."""

from __future__ import annotations

from pathlib import Path

import typer
from sqlalchemy import Connection

from mstation.cli.backup import station_there
from mstation.cli.words import words
from mstation.errors import InvalidInput, NotFound
from mstation.station.change import STATION, find_where
from mstation.station.organisations import Organisation
from mstation.station.parties import Party, open_house, organisation_party


def open_house_and_tell(
    organisation: str, data: Path, database: str | None, store: str | None,
    *, country: str, fee: str,
) -> None:  # fmt: skip
    """Make an organisation the house of the exchange, or change what it takes.

    Raises:
        NotFound: when there is no such station or organisation.
        InvalidInput: when the fee is no share of a sale, or the name is that of several.
        Conflict: when another organisation is the house.
    """
    fee_bp = _basis_points(fee)
    station = station_there(data, database, store)
    try:
        with station.change(STATION) as change:
            named = _organisation(change.connection, organisation)
            found = find_where(change.connection, Party, organisation_id=named.id)
            party = found[0] if found else organisation_party(change, named, country=country)
            house = open_house(change, party, fee_bp=fee_bp)
    finally:
        station.close()
    typer.echo(words()["house_kept"].format(name=party.name, percent=house.fee_bp / 100))


def _organisation(connection: Connection, told: str) -> Organisation:
    """Return the organisation of an id, or of a name that only one has."""
    found = find_where(connection, Organisation, id=told) or find_where(
        connection, Organisation, name=told
    )
    if not found:
        raise NotFound(f"there is no organisation `{told}`", zh=f"找不到组织 `{told}`")
    if len(found) > 1:
        ids = ", ".join(each.id for each in found)
        raise InvalidInput(
            f"{len(found)} organisations are called `{told}`; give the id of one: {ids}",
            zh=f"有 {len(found)} 个组织名为 `{told}`，请改用其 id：{ids}",
        )
    return found[0]


def _basis_points(told: str) -> int:
    """Return a share like `7.5%` in basis points."""
    digits = told.strip().removesuffix("%")
    whole, _, rest = digits.partition(".")
    if whole.isdecimal() and len(whole) <= 2 and len(rest) <= 2 and (not rest or rest.isdecimal()):
        return int(whole) * 100 + int(rest.ljust(2, "0"))
    raise InvalidInput(
        f"`{told[:20]}` is no share of a sale: 0% to 99.99%, in steps of 0.01",
        zh=f"`{told[:20]}` 不是有效的费率：0% 至 99.99%，精确到 0.01",
    )
