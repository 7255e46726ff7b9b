"""What of somebody is shown to whom: decided by the consent ledger alone, and written down."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import JSON, Column, ColumnElement, Connection, ForeignKey, String, Table, select

from mstation.station.change import Actor, Change, find_where
from mstation.station.ids import new_id
from mstation.station.parties import House, Party, may_act_for, parties_of
from mstation.station.schema import Id, Moment, keep, metadata, own_columns
from mstation.station.talent.consents import (
    EVERYBODY,
    HOUSE,
    SENSITIVE,
    Consent,
    ConsentKind,
    FieldGroup,
    Purpose,
    consents_of,
    standing,
)
from mstation.station.talent.people import Person, Visible, on_change, people
from mstation.station.talent.rates import RateCard

HOME, ABROAD = "home", "abroad"
FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
FIELDS_OF: dict[FieldGroup, tuple[str, ...]] = {
    FieldGroup.PROFILE: (
        "family_name", "given_name", "name_order", "name_zh", "pinyin", "aliases", "headline",
        "biography", "country", "city", "languages", "role_codes", "showreel_url",
        "showreel_version_id",
    ),
    FieldGroup.CONTACT: ("email", "phone"),
    FieldGroup.NEEDS: ("needs",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks.

    eyes: as what they look, as `sights` has it. own_ids: the parties that they act for.
    """

    account_id: str
    own_ids: frozenset[str]
    eyes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """That somebody's data was shown: what of it, to whom, for what, when."""

    id: str
    revision: int
    party_id: str  # whose data it is
    person_id: str
    account_id: str  # who saw it
    purpose: Purpose
    field_groups: tuple[FieldGroup, ...]
    made_at: datetime


disclosures = keep(
    Disclosure,
    Table(
        "disclosures",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
        Column("account_id", Id, nullable=False),
        Column("purpose", String(16), nullable=False),
        Column("field_groups", JSON, nullable=False),
        Column("made_at", Moment, nullable=False),
    ),
)
# Derived of the ledgers, so that a search finds only who may be seen.
sights = Table(
    "sights",
    metadata,
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("purpose", String(16), primary_key=True),
    Column("field_group", String(16), primary_key=True),
    Column("eye", String(30), primary_key=True),
    Column("until", Moment, nullable=False),
)

Sights = dict[tuple[Purpose, FieldGroup, str], datetime]
"""Until when what may be seen for what, and as what one must look."""


def viewer_of(connection: Connection, actor: Actor, organisation_id: str | None = None) -> Viewer:
    """Return as what an actor looks at people; who is of no party known, looks from abroad.

    organisation_id: who looks is only of this organisation, whose people will read it too.
    """
    account_id = actor.account_id or ""
    own = [
        party
        for party in (parties_of(connection, account_id) if account_id else [])
        if organisation_id in (None, party.organisation_id)
        and may_act_for(connection, actor, party.id, "people.read")
    ]
    houses = find_where(connection, House)
    home = _country_of(connection, houses)
    eyes = {ABROAD} if not own else set()
    for party in own:
        scope = HOME if party.country == home else ABROAD
        eyes |= {scope, f"{scope}:{party.id}"}
    if any(house.party_id == party.id for house in houses for party in own):
        eyes.add(HOUSE)
    return Viewer(account_id, frozenset(each.id for each in own), frozenset(eyes))


def shown_to(
    connection: Connection, person: Person, viewer: Viewer, purpose: Purpose, at: datetime
) -> frozenset[FieldGroup]:
    """Return what of somebody a viewer may see for a purpose: one's own, all of it."""
    if person.erased_at is not None:
        return frozenset()
    if viewer.own_ids & {person.party_id, person.keeper_id}:
        return frozenset(FieldGroup)
    seen = sights_of(consents_of(connection, person.id), person.visible, at)
    return frozenset(group for meant, group, eye in seen if meant == purpose and eye in viewer.eyes)


def all_shown_to(
    connection: Connection, persons: Collection[Person], viewer: Viewer, purpose: Purpose,
    at: datetime,
) -> dict[str, frozenset[FieldGroup]]:  # fmt: skip
    """Return what of each of some people a viewer may see for a purpose, by their ids."""
    seen = sights.c
    query = (
        select(seen.person_id, seen.field_group)
        .where(seen.person_id.in_([each.id for each in persons]), seen.purpose == purpose)
        .where(seen.eye.in_(sorted(viewer.eyes)), seen.until > at)
    )
    shown: dict[str, set[FieldGroup]] = {each.id: set() for each in persons}
    for person_id, group in connection.execute(query):
        shown[person_id].add(FieldGroup(group))
    for each in persons:
        if viewer.own_ids & {each.party_id, each.keeper_id}:
            shown[each.id] = set(FieldGroup)
        if each.erased_at is not None:
            shown[each.id] = set()
    return {id_: frozenset(groups) for id_, groups in shown.items()}


def sights_of(ledger: Iterable[Consent], visible: Visible, at: datetime) -> Sights:
    """Return what may be seen by others, of a ledger in its order."""
    lines = standing(ledger, at)
    ends: dict[tuple[Purpose, FieldGroup, ConsentKind, str], datetime] = {
        (each.purpose, each.field_group, each.kind, each.recipient): each.expires_at or FOR_EVER
        for each in lines
    }
    seen: Sights = {}
    for purpose, group, recipient in {
        (each.purpose, each.field_group, each.recipient) for each in lines
    } | {(each.purpose, each.field_group, HOUSE) for each in lines if each.recipient == EVERYBODY}:
        for eye, needed in _eyes(recipient, visible):
            kinds = (*needed, ConsentKind.SENSITIVE) if group in SENSITIVE else needed
            until = [_until(ends, purpose, group, kind, recipient) for kind in kinds]
            if all(each > at for each in until):
                seen[purpose, group, eye] = min(until)
    return seen


def _until(
    ends: dict[tuple[Purpose, FieldGroup, ConsentKind, str], datetime],
    purpose: Purpose, group: FieldGroup, kind: ConsentKind, recipient: str,
) -> datetime:  # fmt: skip
    """Return until when it is agreed to, for the recipient or for everybody."""
    never = datetime(1970, 1, 1, tzinfo=UTC)
    return max(ends.get((purpose, group, kind, each), never) for each in (recipient, EVERYBODY))


def _eyes(recipient: str, visible: Visible) -> list[tuple[str, tuple[ConsentKind, ...]]]:
    """Return as what a recipient looks, and what must be agreed to for it."""
    near = (ConsentKind.GENERAL, ConsentKind.THIRD_PARTY)
    far = (*near, ConsentKind.CROSS_BORDER)
    match recipient:
        case "house":
            return [] if visible is Visible.NOBODY else [(HOUSE, (ConsentKind.GENERAL,))]
        case "everybody":
            return [(HOME, near), (ABROAD, far)] if visible is Visible.EVERYBODY else []
    return [(f"{HOME}:{recipient}", near), (f"{ABROAD}:{recipient}", far)]


@on_change
def write_sights(change: Change, person: Person) -> None:
    """Write down anew who may see what, as the ledger says now."""
    forget_sights(change.connection, person.id)
    seen = sights_of(consents_of(change.connection, person.id), person.visible, change.at)
    rows = [
        {"person_id": person.id, "purpose": purpose, "field_group": group, "eye": eye, "until": end}
        for (purpose, group, eye), end in seen.items()
    ]
    if rows:
        change.connection.execute(sights.insert(), rows)


def forget_sights(connection: Connection, person_id: str) -> None:
    """Let nobody else see somebody."""
    connection.execute(sights.delete().where(sights.c.person_id == person_id))


def may_see(
    viewer: Viewer, purpose: Purpose, group: FieldGroup, at: datetime
) -> ColumnElement[bool]:
    """Return the condition under which a viewer may see something of a row of `people`.

    It asks for each row by itself: PostgreSQL would gather everybody's sights for an EXISTS.
    """
    seen = (
        select(sights.c.person_id)
        .where(sights.c.person_id == people.c.id, sights.c.purpose == purpose)
        .where(sights.c.field_group == group, sights.c.eye.in_(sorted(viewer.eyes)))
        .where(sights.c.until > at)
        .limit(1)
        .scalar_subquery()
    )
    own = sorted(viewer.own_ids)
    return people.c.erased_at.is_(None) & (
        seen.is_not(None) | people.c.party_id.in_(own) | people.c.keeper_id.in_(own)
    )


def disclose(
    change: Change, person: Person, viewer: Viewer, purpose: Purpose, groups: frozenset[FieldGroup]
) -> Disclosure | None:
    """Write down what was shown to whom; one's own is no disclosure."""
    if viewer.own_ids & {person.party_id, person.keeper_id} or not groups:
        return None
    own = (person.party_id, person.id, viewer.account_id)
    return change.add(Disclosure(new_id(), 1, *own, purpose, in_order(groups), change.at))


def disclose_all(
    change: Change, shown: Iterable[tuple[Person, frozenset[FieldGroup]]], viewer: Viewer,
    purpose: Purpose,
) -> None:  # fmt: skip
    """Write down of many what was shown to whom; one's own is no disclosure."""
    change.add_all(
        [
            Disclosure(
                new_id(), 1, person.party_id, person.id, viewer.account_id, purpose,
                in_order(groups), change.at,
            )
            for person, groups in shown
            if groups and not viewer.own_ids & {person.party_id, person.keeper_id}
        ]
    )  # fmt: skip


def in_order(groups: Collection[FieldGroup]) -> tuple[FieldGroup, ...]:
    """Return groups of fields in the order in which they are listed."""
    return tuple(each for each in FieldGroup if each in groups)


def _country_of(connection: Connection, houses: list[House]) -> str | None:
    for house in houses:
        return find_where(connection, Party, id=house.party_id)[0].country
    return None


def rates_for(connection: Connection, person: Person, viewer: Viewer) -> list[RateCard]:
    """Return what somebody asks, as far as it is for a viewer who may see rates at all."""
    cards = find_where(connection, RateCard, person_id=person.id)
    if viewer.own_ids & {person.party_id, person.keeper_id}:
        return cards
    return [each for each in cards if each.visible in open_to(viewer)]


def open_to(viewer: Viewer) -> list[Visible]:
    """Return what rate cards must be for, that a viewer sees them."""
    return [Visible.EVERYBODY, *([Visible.HOUSE] if HOUSE in viewer.eyes else [])]
