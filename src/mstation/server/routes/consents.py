"""The consent ledger: reading what one agrees to, agreeing, and taking it back in one step."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.errors import Forbidden, Tongue
from mstation.server.asking import ActorHere, MakingHere, StationHere
from mstation.server.moments import Instant
from mstation.station.accounts import account_of
from mstation.station.change import Actor, Change
from mstation.station.talent import consents
from mstation.station.talent.consents import (
    EVERYBODY,
    Consent,
    ConsentKind,
    ConsentText,
    FieldGroup,
    Purpose,
    Wording,
    consents_of,
)
from mstation.station.talent.people import Person, is_own, kept_by

router = APIRouter(prefix="/api", tags=["talent"])

Recipient = Annotated[str, Field(min_length=1, max_length=20)]


class ConsentGiven(BaseModel):
    """To what somebody agrees; `text_digest`: of the text that they read, in `language`.

    guardian: who agrees for somebody under 18, and read it.
    """

    purpose: Purpose
    field_group: FieldGroup
    kind: ConsentKind
    recipient: Recipient = EVERYBODY
    recipient_contact: Annotated[str, Field(max_length=200)] = ""
    expires_at: Instant | None = None
    guardian: Annotated[str, Field(max_length=200)] = ""
    language: Tongue
    text_digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Withdrawn(BaseModel):
    """The lines by which a consent was taken back."""

    lines: list[Consent]


@router.get("/consent-text")
def read_consent_text(
    station: StationHere,
    actor: ActorHere,
    purpose: Purpose,
    field_group: FieldGroup,
    kind: ConsentKind,
    language: Tongue,
    recipient: Annotated[str, Query(min_length=1, max_length=20)] = EVERYBODY,
    recipient_contact: Annotated[str, Query(max_length=200)] = "",
    expires_at: Instant | None = None,
    guardian: Annotated[str, Query(max_length=200)] = "",
) -> ConsentText:
    """Read the text of a consent before it is given, with its digest."""
    wording = Wording(
        purpose, field_group, kind, recipient, recipient_contact, expires_at, guardian
    )
    with station.reading() as connection:
        account_of(connection, actor)
        return consents.consent_text(connection, wording, language)


@router.get("/people/{person_id}/consents")
def list_consents(person_id: str, station: StationHere, actor: ActorHere) -> list[Consent]:
    """List somebody's whole ledger, the first line first."""
    with station.reading() as connection:
        kept_by(connection, actor, person_id, "people.read")
        return consents_of(connection, person_id)


@router.post("/people/{person_id}/consents", status_code=201, response_model=Consent)
def give_consent(person_id: str, body: ConsentGiven, making: MakingHere) -> Response:
    """Agree to a text that was read: only they themselves can."""

    def make(change: Change) -> Consent:
        person = _themselves(change, making.actor, person_id)
        wording = Wording(
            body.purpose, body.field_group, body.kind, body.recipient, body.recipient_contact,
            body.expires_at, body.guardian,
        )  # fmt: skip
        return consents.give_consent(
            change, person, wording, tongue=body.language, text_digest=body.text_digest
        )

    return making.once(make)


@router.delete("/people/{person_id}/consents")
def withdraw_consent(
    person_id: str,
    station: StationHere,
    actor: ActorHere,
    purpose: Purpose | None = None,
    field_group: FieldGroup | None = None,
    kind: ConsentKind | None = None,
    recipient: Annotated[str | None, Query(max_length=20)] = None,
) -> Withdrawn:
    """Take consents back, at once: all of them, or what is named."""
    with station.change(actor) as change:
        person = _themselves(change, actor, person_id)
        lines = consents.withdraw_consent(
            change, person, purpose=purpose, field_group=field_group, kind=kind,
            recipient=recipient,
        )  # fmt: skip
    return Withdrawn(lines=lines)


def _themselves(change: Change, actor: Actor, person_id: str) -> Person:
    person = kept_by(change.connection, actor, person_id, "people.change")
    if not is_own(change.connection, actor, person):
        raise Forbidden(
            "nobody consents for somebody else; they do it themselves, signed in",
            zh="不得代他人同意，须由本人登录后操作",
        )
    return person
