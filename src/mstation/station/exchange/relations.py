"""Who stands behind parties: whether the same people act for two of them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from mstation.station.organisations import members
from mstation.station.parties import Party


def people_of(connection: Connection, party: Party) -> frozenset[str]:
    """Return the accounts of those who act for a party; none for one that is only named."""
    if party.account_id is not None:
        return frozenset((party.account_id,))
    if party.organisation_id is None:
        return frozenset()
    query = select(members.c.account_id).where(members.c.organisation_id == party.organisation_id)
    return frozenset(connection.execute(query).scalars())


def are_related(connection: Connection, one: Party, other: Party) -> bool:
    """Return whether two parties are one, or somebody acts for both: who buys from himself."""
    return one.id == other.id or bool(people_of(connection, one) & people_of(connection, other))
