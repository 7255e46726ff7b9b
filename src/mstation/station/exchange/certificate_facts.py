"""What a licence's certificate says: the same facts on paper, in JSON and on the public page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from mstation.errors import InvalidInput

SCHEMA = "mstation.licence-certificate/1"
_PUBLIC = ("price", "licensee", "licensee_zh", "project")  # what the public page leaves out


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Who may do what with which asset, where, in which media, how long.

    ends_at, seats, print_run: None: without an end, without a limit. price: as `CNY 100.00`, or ""
    where it is not to be told.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=False)

    number: str
    licence_id: str
    issuer: str
    seller: str
    seller_zh: str
    licensee: str
    licensee_zh: str
    asset: str
    asset_zh: str
    asset_id: str
    version: int
    digest: str  # SHA-256 of the asset's version
    template: str
    right_kind: str
    territories: tuple[str, ...]
    media: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    is_exclusive: bool
    seats: int | None
    print_run: int | None
    project: str
    price: str
    policy_digest: str
    issued_at: datetime


@cache
def _reader() -> TypeAdapter[CertificateFacts]:
    return TypeAdapter(CertificateFacts)


def document_of(facts: CertificateFacts) -> dict[str, Any]:
    """Return the facts as JSON has them."""
    told: dict[str, Any] = _reader().dump_python(facts, mode="json")
    return {"schema": SCHEMA, **told}


def facts_in(document: Mapping[str, Any]) -> CertificateFacts:
    """Return the facts of a document.

    Raises:
        InvalidInput: when it is no certificate.
    """
    told = dict(document)
    if told.pop("schema", None) != SCHEMA:
        raise no_certificate()
    try:
        return _reader().validate_python(told)
    except ValidationError as error:
        raise no_certificate() from error


def public_of(facts: CertificateFacts) -> dict[str, Any]:
    """Return what anybody may know: neither the price nor who bought it for which project."""
    return {name: each for name, each in document_of(facts).items() if name not in _PUBLIC}


def no_certificate() -> InvalidInput:
    """Return the error of what is no certificate of a licence."""
    return InvalidInput(
        "this is no certificate of a licence; give the PDF or JSON as it was issued",
        zh="这不是授权证书；请提供签发时的 PDF 或 JSON 原件",
    )
