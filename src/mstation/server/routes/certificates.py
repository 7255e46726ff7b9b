"""Certificates of licences, on paper and as JSON; and the certificates that sign them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.ranges import answer_blob
from mstation.station.blobs import Blob
from mstation.station.change import Change, find, find_where
from mstation.station.exchange import authority
from mstation.station.exchange.authority import Certificate, signer_of
from mstation.station.exchange.certificates import (
    LicenceCertificate,
    facts_of,
    issued_before,
    licence_for,
    note_certificate,
    require_issuable,
    write_papers,
)
from mstation.station.parties import acting_for_house
from mstation.station.schema import now

router = APIRouter(prefix="/api", tags=["exchange"])


class Paper(StrEnum):
    """What a certificate is written as."""

    PDF = "pdf"
    JSON = "json"


_READ, _ADD = "licence_certificates.read", "licence_certificates.add"
_TYPES = {Paper.PDF: "application/pdf", Paper.JSON: "application/json"}
_SIGNED = {
    "type": "object",
    "required": ["certificate", "jws"],
    "properties": {"certificate": {"type": "object"}, "jws": {"type": "string"}},
}
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The certificate, PDF or JSON",
        "content": {
            _TYPES[Paper.PDF]: {"schema": {"type": "string", "format": "binary"}},
            _TYPES[Paper.JSON]: {"schema": _SIGNED},
        },
    },
    206: {"description": "The range", "content": {"application/octet-stream": {}}},
    304: {"description": "Nothing new"},
}


class NewCertificate(BaseModel):
    """How a certificate is wanted."""

    shows_price: bool = False


@router.post(
    "/licences/{licence_id}/certificates", status_code=201, response_model=LicenceCertificate
)
def issue_certificate(
    licence_id: str, body: NewCertificate, request: Request, making: MakingHere
) -> Response:
    """Issue a licence's certificate, signed; one that was issued alike is told again."""
    station, actor = making.station, making.actor
    with station.reading() as connection:
        licence = licence_for(connection, actor, licence_id, _ADD)
        require_issuable(licence)
        before = issued_before(connection, licence, shows_price=body.shows_price)
        facts = facts_of(connection, licence, shows_price=body.shows_price, at=now())
    if before is not None:
        return making.once(lambda _: before)
    settings = request.app.state.settings
    signer = signer_of(station, settings.signing)
    address = settings.address or str(request.base_url)
    papers = write_papers(station, facts, signer, address)

    def make(change: Change) -> LicenceCertificate:
        again = licence_for(change.connection, actor, licence_id, _ADD)
        return note_certificate(change, again, papers, shows_price=body.shows_price)

    return making.once(make)


@router.get("/licences/{licence_id}/certificates")
def list_certificates(
    licence_id: str, station: StationHere, actor: ActorHere
) -> list[LicenceCertificate]:
    """List a licence's certificates."""
    with station.reading() as connection:
        licence = licence_for(connection, actor, licence_id, _READ)
        return find_where(connection, LicenceCertificate, licence_id=licence.id)


@router.get(
    "/licence-certificates/{certificate_id}/{paper}", response_class=Response, responses=_BYTES
)
def read_certificate(
    certificate_id: str,
    paper: Paper,
    request: Request,
    station: StationHere,
    actor: ActorHere,
) -> Response:
    """Read a certificate as it was issued: PDF, or JSON."""
    with station.reading() as connection:
        certificate = find(connection, LicenceCertificate, certificate_id)
        licence_for(connection, actor, certificate.licence_id, _READ)
    digest = certificate.pdf_digest if paper is Paper.PDF else certificate.json_digest
    return answer_blob(
        request, station.blobs, Blob(digest, station.blobs.size(digest)),
        media_type=_TYPES[paper], name=f"{certificate.number}.{paper}",
    )  # fmt: skip


@router.get("/certificates")
def list_signing_certificates(station: StationHere) -> list[Certificate]:
    """List the certificates by which this station signs or signed: anybody may check by them."""
    with station.reading() as connection:
        return find_where(connection, Certificate)


@router.get("/certificates/{certificate_id}", response_model=Certificate)
def read_signing_certificate(certificate_id: str, station: StationHere) -> Response:
    """Read a certificate by which this station signs or signed."""
    with station.reading() as connection:
        return told(find(connection, Certificate, certificate_id))


@router.post("/certificates/{certificate_id}/distrust", response_model=Certificate)
def distrust_certificate(
    certificate_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Believe nothing any more that hangs on a certificate: its key was lost or stolen."""
    with station.change(actor) as change:
        acting_for_house(change.connection, actor, "certificates.distrust")
        certificate = find(change.connection, Certificate, certificate_id)
        require_revision(certificate, seen)
        certificate = authority.distrust(change, certificate)
    return told(certificate)
