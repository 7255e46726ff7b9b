"""Licences: what a licensee may do with a version of an asset, by whose word, under which number.

A licence is reserved with its order, active when that is paid. Its policy never changes: what
was agreed can be read, and replayed from its quote, whatever becomes of the offer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    select,
)

from mstation.errors import Conflict
from mstation.station.accounts import written
from mstation.station.canonical import digest_of
from mstation.station.change import Change, find, hold
from mstation.station.exchange.assets import Asset, assets
from mstation.station.exchange.documents import missing_releases
from mstation.station.exchange.evaluator import Decision, Request, Verdict, decide
from mstation.station.exchange.grants import give_back, grant_cells, require_free
from mstation.station.exchange.numbers import new_number
from mstation.station.exchange.offers import Offer, require_sellable
from mstation.station.exchange.policy import (
    Policy,
    PolicyKind,
    read_policy,
    write_policy,
)
from mstation.station.exchange.quotes import Quote, require_standing
from mstation.station.exchange.templates import (
    Saying,
    Template,
    own_policy,
    rules_of,
    with_terms,
)
from mstation.station.exchange.terms import RightKind, Terms
from mstation.station.guards import guard
from mstation.station.ids import new_id
from mstation.station.schema import Id, Moment, keep, metadata, own_columns


class LicenceState(StrEnum):
    """Whether a licence holds; one that has ended by its time stays active, and allows nothing."""

    PENDING = "pending"  # reserved, not yet paid
    ACTIVE = "active"
    SUSPENDED = "suspended"  # while somebody disputes it
    REVOKED = "revoked"
    VOID = "void"  # was never active


_HOLDING = (LicenceState.PENDING, LicenceState.ACTIVE, LicenceState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Licence:
    """What a licensee (party_id) may do with a version of an asset; a seller's word."""

    id: str
    revision: int
    party_id: str
    seller_id: str
    number: str
    quote_id: str
    order_id: str | None
    asset_id: str
    asset_version_id: str
    template: Template
    right_kind: RightKind
    terms: Terms
    policy: Mapping[str, Any]
    policy_digest: str = field(metadata={"digest_of": "policy"})
    starts_at: datetime
    ends_at: datetime | None
    made_at: datetime
    state: LicenceState = LicenceState.PENDING
    activated_at: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""  # why it was suspended or revoked


licences = keep(
    Licence,
    Table(
        "licences",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("seller_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("number", String(20), nullable=False),
        Column("quote_id", Id, ForeignKey("quotes.id"), nullable=False),
        Column("order_id", Id, index=True),
        Column("asset_id", Id, ForeignKey("assets.id"), nullable=False, index=True),
        Column("asset_version_id", Id, ForeignKey("asset_versions.id"), nullable=False),
        Column("template", String(20), nullable=False),
        Column("right_kind", String(16), nullable=False),
        Column("terms", JSON, nullable=False),
        Column("policy", JSON, nullable=False),
        Column("policy_digest", String(64), nullable=False),
        Column("starts_at", Moment, nullable=False),
        Column("ends_at", Moment),
        Column("made_at", Moment, nullable=False),
        Column("state", String(16), nullable=False),
        Column("activated_at", Moment),
        Column("revoked_at", Moment),
        Column("reason", String(200), nullable=False),
        UniqueConstraint("number"),
    ),
)
_HOLDS = licences.c.state.in_([str(each) for each in _HOLDING])
Index(
    "uq_licences_of_quote",
    licences.c.quote_id,
    unique=True,
    sqlite_where=_HOLDS,
    postgresql_where=_HOLDS,
)
_AGREED = ("party_id", "seller_id", "number", "quote_id", "asset_version_id", "policy_digest")
_ALTERED = "\n  OR ".join(f"NEW.{name} <> OLD.{name}" for name in _AGREED)

guard(
    "licences_stand",
    "what a licence says never changes; revoke it and make another",
    "许可内容不可更改；请撤销后另行授权",
    sqlite=[
        f"""
CREATE TRIGGER licences_stand BEFORE UPDATE ON licences WHEN {_ALTERED}
BEGIN SELECT RAISE(ABORT, 'guard:licences_stand'); END
"""
    ],
    postgresql=[
        """
CREATE FUNCTION licences_stand() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'guard:licences_stand' USING ERRCODE = 'check_violation';
END $$ LANGUAGE plpgsql
""",
        f"""
CREATE TRIGGER licences_stand BEFORE UPDATE ON licences
FOR EACH ROW WHEN ({_ALTERED}) EXECUTE FUNCTION licences_stand()
""",
    ],
)


def reserve(change: Change, quote: Quote, *, order_id: str | None) -> Licence:
    """Give a quote's terms to its buyer until the order is paid, or given up.

    Whoever reserves several takes those of one asset after another in the order of their assets'
    ids, so that two who want the same wait for one another and not for ever.

    Raises:
        Conflict: when the quote has expired or is taken up, somebody else has what is exclusive,
            or the seller no longer holds it.
    """
    require_standing(change, quote)
    offer = find(change.connection, Offer, quote.offer_id)
    asset = find(change.connection, Asset, offer.asset_id)
    hold(change.connection, assets, asset.id)
    _require_open(change.connection, quote)
    require_sellable(change.connection, asset, offer.template, quote.request)
    require_free(change.connection, asset, quote.request)
    licence = change.add(_agreed(change, quote, offer, asset, order_id))
    grant_cells(change, asset, licence.id, quote.request)
    return licence


def activate(change: Change, licence: Licence) -> Licence:
    """Let a reserved licence hold: it is paid.

    Raises:
        Conflict: when it is not waiting for that.
    """
    _require_state(licence, LicenceState.PENDING)
    return change.edit(licence, state=LicenceState.ACTIVE, activated_at=change.at)


def release(change: Change, licence: Licence) -> Licence:
    """Give a reservation back: others may have what it held.

    Raises:
        Conflict: when it is active already.
    """
    _require_state(licence, LicenceState.PENDING)
    give_back(change, licence.id)
    return change.edit(licence, state=LicenceState.VOID)


def suspend(change: Change, licence: Licence, reason: str) -> Licence:
    """Let a licence allow nothing while it is disputed; nobody else gets what it holds.

    Raises:
        Conflict: when it is not active.
    """
    _require_state(licence, LicenceState.ACTIVE)
    return change.edit(licence, state=LicenceState.SUSPENDED, reason=_reason(reason))


def resume(change: Change, licence: Licence) -> Licence:
    """Let a suspended licence hold again.

    Raises:
        Conflict: when it is not suspended.
    """
    _require_state(licence, LicenceState.SUSPENDED)
    return change.edit(licence, state=LicenceState.ACTIVE, reason="")


def revoke(change: Change, licence: Licence, reason: str) -> Licence:
    """End a licence for good; others may have what it held.

    Raises:
        Conflict: when it does not hold.
    """
    _require_state(licence, LicenceState.ACTIVE, LicenceState.SUSPENDED)
    told = _reason(reason)
    give_back(change, licence.id)
    return change.edit(licence, state=LicenceState.REVOKED, revoked_at=change.at, reason=told)


@dataclass(frozen=True, slots=True)
class Standing:
    """A licence as it stands now, with what the station knows itself of its asset."""

    licence: Licence
    policy: Policy
    release_status: str  # of those who are shown: complete, incomplete

    def decide(self, request: Request) -> Decision:
        """Return whether it allows a request, and why.

        An active licence is paid. One that is not active allows nothing, whatever its policy says.
        """
        is_active = self.licence.state is LicenceState.ACTIVE
        if is_active:
            request = replace(request, fulfilled=(*request.fulfilled, "compensate"))
        if request.release_status is None:
            request = replace(request, release_status=self.release_status)
        decision = decide((self.policy,), request)
        return decision if is_active else replace(decision, verdict=Verdict.DENY)


def standing(connection: Connection, licence: Licence) -> Standing:
    """Return how a licence stands now; it may be asked many things."""
    licence = find(connection, Licence, licence.id)
    asset = find(connection, Asset, licence.asset_id)
    lacks = missing_releases(connection, asset, licence.terms)
    return Standing(licence, read_policy(licence.policy), "incomplete" if lacks else "complete")


def allows(connection: Connection, licence: Licence, request: Request) -> Decision:
    """Return whether a licence, as it stands now, allows a request, and why.

    Raises:
        InvalidInput: when the request is of no action, territory or time that is known.
    """
    return standing(connection, licence).decide(request)


def compiled(quote: Quote, offer: Offer, asset: Asset, licence_id: str) -> Policy:
    """Return the policy that a licence of a quote says: the same whenever it is asked for."""
    price = str(quote.sum) if quote.total else ""
    if offer.template is Template.OWN:
        rules = own_policy(offer.policy)
    else:
        rules = rules_of(offer.template, Saying(offer.credit, offer.approver, price))
    return replace(
        with_terms(rules, quote.request),
        uid=f"urn:mstation:licence:{licence_id}",
        kind=PolicyKind.AGREEMENT,
        target=f"urn:mstation:asset-version:{quote.asset_version_id}",
        assigner=f"urn:mstation:party:{asset.party_id}",
        assignee=f"urn:mstation:party:{quote.buyer_id}",
    )


def _agreed(
    change: Change, quote: Quote, offer: Offer, asset: Asset, order_id: str | None
) -> Licence:
    licence_id, terms = new_id(), quote.request
    document = write_policy(compiled(quote, offer, asset, licence_id))
    return Licence(
        licence_id, 1, quote.buyer_id, quote.party_id, _free_number(change), quote.id, order_id,
        asset.id, quote.asset_version_id, offer.template, terms.right_kind, terms, document,
        digest_of(document), terms.starts_at, terms.ends_at, change.at,
    )  # fmt: skip


def _free_number(change: Change) -> str:
    while True:
        number = new_number(change.at.year)
        query = select(licences.c.id).where(licences.c.number == number)
        if change.connection.execute(query).first() is None:
            return number


def _require_open(connection: Connection, quote: Quote) -> None:
    query = select(licences.c.number).where(licences.c.quote_id == quote.id, _HOLDS)
    number = connection.execute(query).scalar()
    if number is not None:
        raise Conflict(
            f"the quote is taken up already by the licence {number}; ask for a new one",
            zh=f"该报价已用于许可 {number}；请重新询价",
        )


def _require_state(licence: Licence, *states: LicenceState) -> None:
    if licence.state in states:
        return
    told = " or ".join(states)
    raise Conflict(
        f"the licence {licence.number} is {licence.state}; that is for one that is {told}",
        zh=f"许可 {licence.number} 当前状态为 {licence.state}，此操作要求状态为 {told}",
    )


def _reason(told: str) -> str:
    return written(told, "reason", "原因")
