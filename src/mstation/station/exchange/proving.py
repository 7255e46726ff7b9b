"""A file in, what it proves by itself out: of no station, on no network.

Whether a licence still holds, only the station knows that gave it: see `verification`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from mstation.errors import InvalidInput
from mstation.media import apart
from mstation.media.ai_labels import Label
from mstation.media.credentials import Trust
from mstation.media.kinds import Limits
from mstation.media.sniff import HEAD_BYTES, media_type_of
from mstation.station.exchange.certificate_facts import document_of
from mstation.station.exchange.certificate_json import MOST_BYTES, read_json
from mstation.station.exchange.chains import chain_in
from mstation.station.exchange.signatures import Signature, Signed

MOST_SIDECAR_BYTES = 32 * 2**20
_WORKER = "mstation.station.exchange.paper_worker"
_LIMITS = Limits(30, 1024, 1)
_END = "-----END CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Proved:
    """What a file proves.

    kind: a signed PDF, a certificate as JSON, or any other file with its credentials and labels.
    reasons: the specification's words for what is wrong. number: of the licence on paper; facts:
    what a certificate says. Neither is repeated unless it is intact.
    """

    kind: Literal["certificate_pdf", "certificate_json", "media"]
    trust: Trust
    reasons: tuple[str, ...] = ()
    signer: str = ""
    signed_at: datetime | None = None
    number: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    source_types: tuple[str, ...] = ()
    training: str = ""
    licence: dict[str, str] = field(default_factory=dict)
    ingredients: tuple[tuple[str, str], ...] = ()
    labels: tuple[Label, ...] = ()
    label_fault: str = ""


def prove(path: Path, anchors: str, sidecar: bytes | None = None) -> Proved:
    """Return what a file proves; anchors: the certificates in PEM whose signatures are believed.

    sidecar: the credentials that lie beside it, where it cannot hold them.

    Raises:
        InvalidInput: when it is damaged.
    """
    with path.open("rb") as file:
        media_type = media_type_of(file.read(HEAD_BYTES))
    certificate = None
    if sidecar is None and media_type == "text/plain" and path.stat().st_size <= MOST_BYTES:
        certificate = _of_json(path.read_bytes(), anchors)
    if sidecar is None and media_type == "application/pdf":
        certificate = _of_pdf(path, anchors)
    return certificate or _of_media(path, media_type, anchors, sidecar)


def read_pdf(path: Path, anchors: str) -> tuple[str, Signed]:
    """Return the number that a PDF names and what its signature is worth, read apart.

    Raises:
        InvalidInput: when it cannot be read.
    """
    numbers = (_LIMITS.seconds, _LIMITS.megabytes, _LIMITS.out_megabytes)
    said = apart.run(_WORKER, [str(path), *map(str, numbers)], anchors.encode(), _LIMITS)
    if "fault" in said:
        raise InvalidInput(said["fault"], zh=said["zh"])
    subject = said.pop("subject")
    return subject, TypeAdapter(Signed).validate_python(said)


def _of_json(data: bytes, anchors: str) -> Proved | None:
    """Return what a certificate proves; None: it is some other text."""

    def read(believed: str) -> Signed:
        return read_json(data, chain_in(believed.encode()))[1]

    try:
        facts, _ = read_json(data, ())
    except InvalidInput:
        return None
    signed, trust = _worth(read, anchors)
    told = (_reasons(signed, trust), signed.signer, signed.at)
    if trust not in (Trust.TRUSTED, Trust.VALID):
        return Proved("certificate_json", trust, *told)
    return Proved("certificate_json", trust, *told, facts.number, document_of(facts))


def _of_pdf(path: Path, anchors: str) -> Proved | None:
    """Return what a signed PDF proves; None: nobody signed it as papers are signed."""
    number = ""

    def read(believed: str) -> Signed:
        nonlocal number
        number, signed = read_pdf(path, believed)
        return signed

    signed, trust = _worth(read, anchors)
    if trust is Trust.NONE:
        return None
    told = (_reasons(signed, trust), signed.signer, signed.at)
    is_intact = trust in (Trust.TRUSTED, Trust.VALID)
    return Proved("certificate_pdf", trust, *told, number if is_intact else "")


def _of_media(path: Path, media_type: str, anchors: str, sidecar: bytes | None) -> Proved:
    proof = apart.proof(path, media_type, anchors, sidecar)
    return Proved(
        "media", Trust(proof.trust), proof.reasons, proof.signer,
        source_types=proof.source_types, training=proof.training, licence=proof.licence,
        ingredients=proof.ingredients, labels=proof.labels, label_fault=proof.label_fault,
    )  # fmt: skip


def _worth(read: Callable[[str], Signed], anchors: str) -> tuple[Signed, Trust]:
    """Return a signature and what it is worth.

    Of one whom nobody here believes it is asked whether it fits by its own certificates.
    """
    signed = read(anchors)
    match signed.signature:
        case Signature.INTACT:
            return signed, Trust.TRUSTED
        case Signature.NONE:
            return signed, Trust.NONE
        case Signature.ALTERED:
            return signed, Trust.INVALID
        case Signature.FORGED:
            again = read(_top(signed.chain))
            is_intact = again.signature is Signature.INTACT
            return again, Trust.VALID if is_intact else Trust.INVALID


def _top(chain: str) -> str:
    """Return the last certificate of a chain in PEM."""
    pieces = chain.split(_END)
    return pieces[-2] + _END if len(pieces) > 1 else ""


def _reasons(signed: Signed, trust: Trust) -> tuple[str, ...]:
    return (f"signature.{signed.signature}",) if trust is Trust.INVALID else ()
