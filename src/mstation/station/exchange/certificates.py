"""Certificates of licences: issued by the station on paper and as JSON, signed, and looked up.

A certificate is a row and two files. Whether what it says still holds is not on the paper: the
licence is asked for that, each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
)

from mstation.errors import Conflict, NotFound
from mstation.station.change import Actor, Change, find, find_where, hold, missing
from mstation.station.exchange.assets import Asset, AssetVersion
from mstation.station.exchange.certificate_facts import CertificateFacts
from mstation.station.exchange.chains import Signer
from mstation.station.exchange.licences import Licence, LicenceState, licences
from mstation.station.exchange.numbers import is_number
from mstation.station.exchange.quotes import Quote
from mstation.station.ids import new_id
from mstation.station.parties import House, Party, acting_for
from mstation.station.schema import Id, Moment, keep, metadata, own_columns
from mstation.station.station import Station

PAGE = "verify"  # of the public address, before a number


class Standing(StrEnum):
    """Whether a licence holds, at a moment."""

    ACTIVE = "active"
    NOT_YET = "not_yet"  # its time has not begun
    EXPIRED = "expired"
    PENDING = "pending"  # not paid
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class LicenceCertificate:
    """A licence's certificate, as it was issued; party_id is the licensee."""

    id: str
    revision: int
    party_id: str
    licence_id: str
    number: str
    shows_price: bool
    pdf_digest: str
    json_digest: str
    issued_at: datetime


licence_certificates = keep(
    LicenceCertificate,
    Table(
        "licence_certificates",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("licence_id", Id, ForeignKey("licences.id"), nullable=False),
        Column("number", String(20), nullable=False, index=True),
        Column("shows_price", Boolean, nullable=False),
        Column("pdf_digest", String(64), nullable=False, index=True),
        Column("json_digest", String(64), nullable=False),
        Column("issued_at", Moment, nullable=False),
        UniqueConstraint("licence_id", "shows_price"),
    ),
)


@dataclass(frozen=True, slots=True)
class Papers:
    """A certificate that is signed and stored, and not yet noted."""

    facts: CertificateFacts
    pdf_digest: str
    json_digest: str


def licence_for(connection: Connection, actor: Actor, licence_id: str, action: str) -> Licence:
    """Return a licence in whose licensee's or seller's name an actor may do something.

    Raises:
        NotFound: when there is none, or it is none of theirs.
        Forbidden: when they may not.
    """
    licence = find(connection, Licence, licence_id)
    try:
        acting_for(connection, actor, licence.party_id, action)
    except NotFound:
        try:
            acting_for(connection, actor, licence.seller_id, action)
        except NotFound as error:
            raise missing(Licence, licence_id) from error
    return licence


def facts_of(
    connection: Connection, licence: Licence, *, shows_price: bool, at: datetime
) -> CertificateFacts:
    """Return what a certificate of a licence says."""
    asset = find(connection, Asset, licence.asset_id)
    version = find(connection, AssetVersion, licence.asset_version_id)
    seller, licensee = (
        find(connection, Party, id_) for id_ in (licence.seller_id, licence.party_id)
    )
    houses = find_where(connection, House)
    issuer = find(connection, Party, houses[0].party_id).name if houses else "M-Station"
    terms = licence.terms
    price = str(find(connection, Quote, licence.quote_id).sum) if shows_price else ""
    return CertificateFacts(
        licence.number, licence.id, issuer, seller.name, seller.name_zh, licensee.name,
        licensee.name_zh, asset.title, asset.title_zh, asset.id, version.number, version.digest,
        licence.template, licence.right_kind, terms.territories, terms.media, licence.starts_at,
        licence.ends_at, terms.is_exclusive, terms.seats, terms.print_run, terms.project or "",
        price, licence.policy_digest, at,
    )  # fmt: skip


def write_papers(station: Station, facts: CertificateFacts, signer: Signer, address: str) -> Papers:
    """Sign a certificate on paper and as JSON, and store both; address: of the station.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    # Writers of PDFs take long to load, for what is needed now and then.
    from mstation.station.exchange.certificate_json import write_json
    from mstation.station.exchange.certificate_pdf import draw_certificate
    from mstation.station.exchange.pades import sign_paper

    drawn = draw_certificate(facts, f"{address.rstrip('/')}/{PAGE}/{facts.number}")
    paper = sign_paper(drawn, signer, name=facts.issuer, reason=f"Licence {facts.number}")
    told = (station.blobs.put(paper), station.blobs.put(write_json(facts, signer)))
    return Papers(facts, *(each.digest for each in told))


def note_certificate(
    change: Change, licence: Licence, papers: Papers, *, shows_price: bool
) -> LicenceCertificate:
    """Note a certificate that was signed; the one that there is already stays the only one.

    Raises:
        Conflict: when the licence holds no more, or does not yet.
    """
    require_issuable(licence)
    hold(change.connection, licences, licence.id)  # one certificate, also of two at once
    before = issued_before(change.connection, licence, shows_price=shows_price)
    if before is not None:
        return before
    return change.add(LicenceCertificate(
        new_id(), 1, licence.party_id, licence.id, licence.number, shows_price,
        papers.pdf_digest, papers.json_digest, papers.facts.issued_at,
    ))  # fmt: skip


def issued_before(
    connection: Connection, licence: Licence, *, shows_price: bool
) -> LicenceCertificate | None:
    """Return a licence's certificate, with its price or without; None: there is none yet."""
    told = {"licence_id": licence.id, "shows_price": shows_price}
    return next(iter(find_where(connection, LicenceCertificate, **told)), None)


def require_issuable(licence: Licence) -> None:
    """Refuse to certify what does not hold.

    Raises:
        Conflict: when the licence is not active.
    """
    if licence.state is not LicenceState.ACTIVE:
        raise Conflict(
            f"the licence {licence.number} is {licence.state}; a certificate is issued for one "
            "that is active",
            zh=f"许可 {licence.number} 当前状态为 {licence.state}，仅有效的许可可签发证书",
        )


def licence_of(connection: Connection, number: str) -> Licence:
    """Return the licence with a number.

    Raises:
        NotFound: when there is none.
    """
    if is_number(number):
        for licence in find_where(connection, Licence, number=number):
            return licence
    raise NotFound(
        f"there is no licence `{number[:40]}`; compare the number with the certificate's",
        zh=f"没有编号为 `{number[:40]}` 的许可；请与证书上的编号核对",
    )


def standing_of(licence: Licence, at: datetime) -> Standing:
    """Return whether a licence holds at a moment."""
    if licence.state is not LicenceState.ACTIVE:
        return Standing(licence.state)
    if at < licence.starts_at:
        return Standing.NOT_YET
    if licence.ends_at is not None and at >= licence.ends_at:
        return Standing.EXPIRED
    return Standing.ACTIVE
