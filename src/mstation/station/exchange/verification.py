"""A number, or any file, in; whether it is genuine, by whom, and whether the licence holds, out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection

from mstation.errors import NotFound
from mstation.media import apart
from mstation.media.proofs import Proof
from mstation.station.exchange.authority import believed
from mstation.station.exchange.certificate_facts import CertificateFacts, public_of
from mstation.station.exchange.certificate_json import MOST_BYTES, read_json
from mstation.station.exchange.certificates import (
    Standing,
    facts_of,
    licence_of,
    standing_of,
)
from mstation.station.exchange.marking import anchors_of, type_of
from mstation.station.exchange.proving import read_pdf
from mstation.station.exchange.signatures import Signature, Signed
from mstation.station.station import Station


@dataclass(frozen=True, slots=True)
class Held:
    """What anybody may know of a licence by its number: no price, no licensee, no project."""

    number: str
    standing: Standing
    at: datetime
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verified:
    """What a file proves.

    kind: a certificate on paper or as JSON, or any other file. signature: of a certificate.
    standing: of the licence that it names; None: this station has none of that number.
    agrees: whether a certificate says what the station's own record says.
    proof: of any other file, its credentials and labels.
    """

    kind: Literal["certificate_pdf", "certificate_json", "media"]
    at: datetime
    signature: Signature | None = None
    signer: str = ""
    signed_at: datetime | None = None
    number: str = ""
    standing: Standing | None = None
    agrees: bool | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    proof: Proof | None = None


def verify_number(connection: Connection, number: str, at: datetime) -> Held:
    """Return whether the licence with a number holds.

    Raises:
        NotFound: when there is none.
    """
    licence = licence_of(connection, number)
    facts = facts_of(connection, licence, shows_price=False, at=licence.made_at)
    told = {name: each for name, each in public_of(facts).items() if name != "issued_at"}
    return Held(number, standing_of(licence, at), at, told)


def verify_file(station: Station, path: Path, at: datetime) -> Verified:
    """Return what a file proves: a certificate of this station, or media with credentials.

    Raises:
        InvalidInput: when it is damaged, or nothing that could prove anything.
    """
    media_type = type_of(path)
    if media_type == "text/plain" and path.stat().st_size <= MOST_BYTES:
        return _verify_json(station, path.read_bytes(), at)
    if media_type == "application/pdf":
        subject, signed = read_pdf(path, anchors_of(station))
        if signed.signature is not Signature.NONE or _is_ours(station, subject):
            return _certified(station, "certificate_pdf", subject, signed, at, None)
    return Verified("media", at, proof=apart.proof(path, media_type, anchors_of(station)))


def _verify_json(station: Station, data: bytes, at: datetime) -> Verified:
    with station.reading() as connection:
        roots = believed(connection)
    facts, signed = read_json(data, roots)
    return _certified(station, "certificate_json", facts.number, signed, at, facts)


def _is_ours(station: Station, subject: str) -> bool:
    with station.reading() as connection:
        try:
            licence_of(connection, subject)
        except NotFound:
            return False
    return True


def _certified(
    station: Station,
    kind: Literal["certificate_pdf", "certificate_json"],
    number: str,
    signed: Signed,
    at: datetime,
    facts: CertificateFacts | None,
) -> Verified:
    """Return what a certificate proves: nothing of what it says is told unless it is intact."""
    told = (signed.signature, signed.signer, signed.at)
    if signed.signature is not Signature.INTACT:
        return Verified(kind, at, *told)
    with station.reading() as connection:
        try:
            held = verify_number(connection, number, at)
        except NotFound:
            return Verified(kind, at, *told, number)
    agrees = None if facts is None else _agrees(facts, held)
    return Verified(kind, at, *told, number, held.standing, agrees, held.facts)


def _agrees(facts: CertificateFacts, held: Held) -> bool:
    """Return whether a certificate and the station's record name the same licence and terms.

    Names of parties and works may have changed since; what was agreed may not.
    """
    said = public_of(facts)
    names = (
        "licence_id", "asset_id", "version", "digest", "template", "right_kind", "territories",
        "media", "starts_at", "ends_at", "is_exclusive", "seats", "print_run", "policy_digest",
    )  # fmt: skip
    return all(said[name] == held.facts[name] for name in names)
