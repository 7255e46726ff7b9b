"""Parties: who owns, sells, buys and works. A person, an organisation, or somebody only named.

Whoever signs in acts as a party: for themselves, or for an organisation by their role in it. A
museum that has no account here is a party too: others hold rights from it. The house is the
organisation that keeps the exchange: it proves who parties are, confirms payments, rules on cases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    Select,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
    union_all,
)

from mstation.errors import Conflict, Forbidden, InvalidInput
from mstation.station.access import forbidden
from mstation.station.accounts import Account, written
from mstation.station.change import Actor, Change, find, find_where, missing
from mstation.station.check_digits import Scheme, number_of
from mstation.station.ids import new_id
from mstation.station.organisations import Organisation, members, role_in_organisation
from mstation.station.permissions import Reach, Role, party_permissions
from mstation.station.schema import Id, keep, metadata, noun_of, own_columns

THE_HOUSE = "house"  # the id of its only row
WHOLE_BP = 10_000  # basis points


class PartyKind(StrEnum):
    """What a party is."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Identification(StrEnum):
    """How far the house knows that a party is who it says."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who owns, sells, buys or works.

    account_id, organisation_id: who acts for it; neither: it is only named.
    uscc: China's unified social credit code, where it has one.
    """

    id: str
    revision: int
    kind: PartyKind
    name: str
    name_zh: str
    country: str  # ISO 3166-1, two letters
    account_id: str | None = None
    organisation_id: str | None = None
    uscc: str = ""
    identification: Identification = Identification.CLAIMED

    @property
    def party_id(self) -> str:
        """In whose log its events stand."""
        return self.id


@dataclass(frozen=True, slots=True)
class House:
    """The organisation that keeps the exchange of this station, and what it takes of a sale."""

    id: str
    revision: int
    organisation_id: str
    party_id: str
    fee_bp: int  # basis points of a sale


parties = keep(
    Party,
    Table(
        "parties",
        metadata,
        *own_columns(),
        Column("kind", String(16), nullable=False),
        Column("name", String(200), nullable=False),
        Column("name_zh", String(200), nullable=False),
        Column("country", String(2), nullable=False),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("organisation_id", Id, ForeignKey("organisations.id")),
        Column("uscc", String(18), nullable=False),
        Column("identification", String(16), nullable=False),
        UniqueConstraint("account_id"),
        UniqueConstraint("organisation_id"),
        CheckConstraint("account_id IS NULL OR organisation_id IS NULL", name="one_actor"),
    ),
)
houses = keep(
    House,
    Table(
        "houses",
        metadata,
        *own_columns(),
        Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=False),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("fee_bp", Integer, nullable=False),
    ),
)


def person_party(
    change: Change, account: Account, *, country: str, name: str = "", name_zh: str = ""
) -> Party:
    """Let somebody act as a party for themselves.

    Raises:
        InvalidInput: when the country is no code of one.
        Conflict: when they are one already.
    """
    told = written(name or account.name)
    made = Party(
        new_id(), 1, PartyKind.PERSON, told, name_zh, _country(country), account_id=account.id
    )
    return change.add(made)


def organisation_party(
    change: Change, organisation: Organisation, *, country: str, name_zh: str = "", uscc: str = ""
) -> Party:
    """Let an organisation be a party.

    Raises:
        InvalidInput: when the country is no code of one, or the USCC's check character is wrong.
        Conflict: when it is one already.
    """
    kind, name = PartyKind.ORGANISATION, organisation.name
    made = Party(
        new_id(), 1, kind, name, name_zh, _country(country),
        organisation_id=organisation.id, uscc=_uscc(uscc),
    )  # fmt: skip
    return change.add(made)


def named_party(
    change: Change, *, kind: PartyKind, name: str, country: str, name_zh: str = ""
) -> Party:
    """Note a party that nobody here acts for: a museum, an archive, an heir.

    Raises:
        InvalidInput: when the country is no code of one.
    """
    return change.add(Party(new_id(), 1, kind, written(name), name_zh, _country(country)))


def edit_party(change: Change, party: Party, **changes: Any) -> Party:
    """Change what a party says of itself; who was verified under another name is so no more.

    Raises:
        InvalidInput: when the country is no code of one, or the USCC's check character is wrong.
        Stale: when somebody else changed it since it was read.
    """
    checks: dict[str, Callable[[str], str]] = {
        "name": written, "country": _country, "uscc": _uscc,
    }  # fmt: skip
    told: dict[str, Any] = {
        name: checks[name](value) if name in checks else value for name, value in changes.items()
    }
    if any(getattr(party, name) != value for name, value in told.items()):
        told["identification"] = Identification.CLAIMED
    return change.edit(party, **told)


def open_house(change: Change, party: Party, *, fee_bp: int = 0) -> House:
    """Make an organisation the house of this station's exchange, or change what it takes.

    Raises:
        InvalidInput: when the party is no organisation, or the fee no share of a sale.
        Conflict: when another organisation is the house.
    """
    if party.organisation_id is None or not 0 <= fee_bp < WHOLE_BP:
        raise InvalidInput(
            "the house is an organisation of this station, and takes 0 to 9999 basis points",
            zh="交易中心应为本站的组织，费率为 0 至 9999 个基点",
        )
    for house in find_where(change.connection, House):
        if house.party_id != party.id:
            raise Conflict("this station has a house already", zh="本站已设交易中心")
        return change.edit(house, fee_bp=fee_bp)
    return change.add(House(THE_HOUSE, 1, party.organisation_id, party.id, fee_bp))


def the_house(connection: Connection) -> House:
    """Return the house of this station's exchange.

    Raises:
        Conflict: when there is none yet.
    """
    for house in find_where(connection, House):
        return house
    raise Conflict(
        "this station has no house yet; who runs it makes one with `mstation house`",
        zh="本站尚未设立交易中心，请管理员运行 `mstation house`",
    )


def acting_for(connection: Connection, actor: Actor, party_id: str, action: str) -> Party:
    """Return a party in whose name an actor may do something.

    Raises:
        NotFound: when there is none, or nothing of it may be done by them.
        Forbidden: when this may not.
    """
    party = find(connection, Party, party_id)
    role = role_for(connection, actor, party)
    if role is None:
        raise missing(Party, party_id)
    if not _may(actor, role, action):
        raise forbidden(action)
    return party


def acting_for_house(connection: Connection, actor: Actor, action: str) -> House:
    """Return the house, where an actor may do something in its name.

    Raises:
        Forbidden: when they may not.
        Conflict: when there is no house.
    """
    house = the_house(connection)
    role = role_for(connection, actor, find(connection, Party, house.party_id))
    if role is None or not _may(actor, role, action):
        raise Forbidden(
            f"only the house of the exchange may do `{action}`", zh=f"仅交易中心可执行 `{action}`"
        )
    return house


def may_act_for(connection: Connection, actor: Actor, party_id: str, action: str) -> bool:
    """Return whether an actor may do something in a party's name."""
    role = role_for(connection, actor, find(connection, Party, party_id))
    return role is not None and _may(actor, role, action)


def role_for(connection: Connection, actor: Actor, party: Party) -> Role | None:
    """Return what an actor is in a party: for themselves an owner."""
    if actor.account_id is None:
        return None
    if party.account_id == actor.account_id:
        return Role.OWNER
    if party.organisation_id is None:
        return None
    return role_in_organisation(connection, party.organisation_id, actor.account_id)


def parties_of(connection: Connection, account_id: str) -> list[Party]:
    """Return the parties that somebody acts for, by id."""
    theirs = select(members.c.organisation_id).where(members.c.account_id == account_id)
    mine = (parties.c.account_id == account_id, parties.c.organisation_id.in_(theirs))
    # Asked one after the other: PostgreSQL would look at every party for both at once.
    own = union_all(*(select(parties.c.id).where(each) for each in mine))
    query = parties.select().where(parties.c.id.in_(connection.execute(own).scalars().all()))
    rows = connection.execute(query.order_by(parties.c.id)).mappings()
    return [noun_of(Party, dict(row)) for row in rows]


def companies(words: str) -> Select[Any]:
    """Return what selects the organisations in whose names all of these words stand.

    People are not among them: they are found where they agreed to it.
    """
    query = parties.select().where(parties.c.kind == PartyKind.ORGANISATION)
    names = func.lower(parties.c.name + "\n" + parties.c.name_zh)
    for word in words.lower().split():
        query = query.where(names.contains(word, autoescape=True))
    return query


def _may(actor: Actor, role: Role, action: str) -> bool:
    if actor.scopes is not None and action not in actor.scopes:
        return False
    return party_permissions()[action, role] is Reach.ALL


def _country(code: str) -> str:
    if len(code) != 2 or not code.isascii() or not code.isalpha() or not code.isupper():
        raise InvalidInput(
            f"`{code[:10]}` is no country's code: two capitals of ISO 3166-1, as CN",
            zh=f"`{code[:10]}` 不是国家代码：请用 ISO 3166-1 两位大写字母，如 CN",
        )
    return code


def _uscc(code: str) -> str:
    return number_of(Scheme.USCC, code) if code else code
