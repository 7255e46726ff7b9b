"""All that the station holds of somebody: their profile's rows, their party, account and log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from mstation.station.accounts import Account, Session, Token, accounts, sessions, tokens
from mstation.station.authenticators import Authenticator
from mstation.station.change import find, find_where
from mstation.station.events import Event, events
from mstation.station.identities import Identity
from mstation.station.parties import Party, parties
from mstation.station.schema import Noun, kept_nouns, table_of
from mstation.station.talent.people import Person, people

OF_PARTIES = ("attestations", "availabilities")
OF_ACCOUNTS = (Session, Token, Authenticator, Identity)


def parts_of(connection: Connection, person: Person) -> Iterator[tuple[Table, list[Noun]]]:
    """Yield the rows of each table that belong to a profile.

    Whichever part of the station keeps them: those with a `person_id`, and some of their party.
    """
    for noun in kept_nouns():
        table = table_of(noun)
        if "person_id" in table.c:
            yield table, find_where(connection, noun, person_id=person.id)
        elif table.name in OF_PARTIES:
            yield table, find_where(connection, noun, party_id=person.party_id)


def account_of_person(connection: Connection, person: Person) -> Account | None:
    """Return the account of somebody; none: they are only named."""
    party = find(connection, Party, person.party_id)
    return None if party.account_id is None else find(connection, Account, party.account_id)


def parts_of_account(connection: Connection, account: Account | None) -> list[Noun]:
    """Return by what somebody signs in."""
    if account is None:
        return []
    return [
        row for noun in OF_ACCOUNTS for row in find_where(connection, noun, account_id=account.id)
    ]


def log_of(
    connection: Connection, person: Person, account: Account | None, signed: Sequence[Noun]
) -> list[Event]:
    """Return every event that is about somebody and their account, in order.

    signed: by what they sign in, or did: `parts_of_account`.
    """
    conditions = [events.c.party_id == person.party_id]
    conditions += [(events.c.noun == people.name) & (events.c.noun_id == person.id)]
    conditions += [(events.c.noun == parties.name) & (events.c.noun_id == person.party_id)]
    if account is not None:
        conditions += [(events.c.noun == accounts.name) & (events.c.noun_id == account.id)]
        conditions += [events.c.noun_id.in_([each.id for each in signed])]
        conditions += [_of_account(account.id)]
    query = select(events).where(or_(*conditions)).order_by(events.c.number)
    return [Event(**row) for row in connection.execute(query).mappings()]


def _of_account(account_id: str) -> Any:
    """Return the condition for what they did to how they sign in, also what is gone since."""
    named = [sessions.name, tokens.name, *(table_of(each).name for each in OF_ACCOUNTS[2:])]
    return (events.c.actor_id == account_id) & events.c.noun.in_(named)
