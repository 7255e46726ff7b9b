"""Credits: what people say they worked on, and what productions say of that."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from mstation.errors import NotFound
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.station.access import Access, access_to
from mstation.station.accounts import account_of
from mstation.station.change import Change, find, find_where, missing
from mstation.station.organisations import Project
from mstation.station.talent import credits
from mstation.station.talent.credits import (
    FIRST_YEAR,
    LAST_YEAR,
    Attestation,
    Credit,
    add_credit,
    asked_of,
    attestations_of,
    edit_credit,
    remove_credit,
)
from mstation.station.talent.people import is_own, kept_by

router = APIRouter(prefix="/api", tags=["talent"])

Title = Annotated[str, Field(max_length=200)]
Year = Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=LAST_YEAR)]
SomeId = Annotated[str, Field(max_length=20)]


class CreditTold(BaseModel):
    """What somebody did on a work; `asked_id`: the party that is asked to attest it."""

    role_code: Annotated[str, Field(min_length=1, max_length=200)]
    role_title: Title = ""
    work_title: Title = ""
    work_title_zh: Title = ""
    year_from: Year
    year_to: Year | None = None
    asked_id: SomeId | None = None


class CreditChanges(BaseModel):
    """What of a credit may be changed; what is left out stays."""

    role_code: Annotated[str, Field(min_length=1, max_length=200)] = ""
    role_title: Title = ""
    work_title: Title = ""
    work_title_zh: Title = ""
    year_from: Year = FIRST_YEAR
    year_to: Year | None = None
    asked_id: SomeId | None = None


class WorkTold(BaseModel):
    """As what somebody worked on a project of this station."""

    project_id: SomeId
    role_code: Annotated[str, Field(min_length=1, max_length=200)]


class Word(BaseModel):
    """A production's word for a credit; `digest`: of the content that was read."""

    credit_id: SomeId
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Retraction(BaseModel):
    """Why a production takes its word back."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


class AskedCredit(BaseModel):
    """A credit that a production is asked to attest, with the digest of what it says."""

    credit: Credit
    digest: str


@router.get("/people/{person_id}/credits")
def list_credits(person_id: str, station: StationHere, actor: ActorHere) -> list[Credit]:
    """List the credits of a profile that the asker keeps."""
    with station.reading() as connection:
        kept_by(connection, actor, person_id, "people.read")
        return find_where(connection, Credit, person_id=person_id)


@router.post("/people/{person_id}/credits", status_code=201, response_model=Credit)
def make_credit(person_id: str, body: CreditTold, making: MakingHere) -> Response:
    """Say what somebody worked on; nobody attests it by that."""

    def make(change: Change) -> Credit:
        person = kept_by(change.connection, making.actor, person_id, "people.change")
        return add_credit(change, person, **body.model_dump())

    return making.once(make)


@router.post("/people/{person_id}/credits-from-work", status_code=201, response_model=Credit)
def make_credit_from_work(person_id: str, body: WorkTold, making: MakingHere) -> Response:
    """Take one's own credit from the logs of work of a project here, which attest it."""

    def make(change: Change) -> Credit:
        person = kept_by(change.connection, making.actor, person_id, "people.change")
        if not is_own(change.connection, making.actor, person):
            raise NotFound("this is no profile of yours", zh="这不是您本人的档案")
        account = account_of(change.connection, making.actor)
        project = find(change.connection, Project, body.project_id)
        role = body.role_code
        return credits.credit_from_work(change, person, account.id, project, role_code=role)

    return making.once(make)


@router.patch("/credits/{credit_id}", response_model=Credit)
def change_credit(
    credit_id: str,
    body: CreditChanges,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Change what a credit says; an attestation of what it said before is void."""
    with station.change(actor) as change:
        credit = _kept(change, actor, credit_id)
        require_revision(credit, seen)
        credit = edit_credit(change, credit, **body.model_dump(exclude_unset=True))
    return told(credit)


@router.delete("/credits/{credit_id}", status_code=204)
def take_credit_back(
    credit_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Take a credit back."""
    with station.change(actor) as change:
        credit = _kept(change, actor, credit_id)
        require_revision(credit, seen)
        remove_credit(change, credit)


@router.get("/people/{person_id}/attestations")
def list_attestations(person_id: str, station: StationHere, actor: ActorHere) -> list[Attestation]:
    """List what productions said of a profile's credits, also what they took back, and why."""
    with station.reading() as connection:
        kept_by(connection, actor, person_id, "people.read")
        own = find_where(connection, Credit, person_id=person_id)
        return attestations_of(connection, [each.id for each in own])


@router.get("/projects/{project_id}/asked-credits")
def list_asked_credits(
    project_id: str, station: StationHere, actor: ActorHere
) -> list[AskedCredit]:
    """List the credits that people ask the project's organisation to attest."""
    with station.reading() as connection:
        access = _attesting(access_to(connection, actor, project_id), "credits.read")
        asked = asked_of(connection, access.project.organisation_id)
        return [AskedCredit(credit=each, digest=each.digest) for each in asked]


@router.post("/projects/{project_id}/attestations", status_code=201, response_model=Attestation)
def attest_credit(project_id: str, body: Word, making: MakingHere) -> Response:
    """Attest for a production what somebody asked it to attest, as it was read."""

    def make(change: Change) -> Attestation:
        access = _attesting(
            access_to(change.connection, making.actor, project_id), "credits.attest"
        )
        asked = asked_of(change.connection, access.project.organisation_id)
        for credit in asked:
            if credit.id == body.credit_id:
                return credits.attest(change, access.project, credit, digest=body.digest)
        raise _no_credit(body.credit_id)

    return making.once(make)


@router.post("/attestations/{attestation_id}/withdrawal", response_model=Attestation)
def withdraw_attestation(
    attestation_id: str, body: Retraction, station: StationHere, actor: ActorHere
) -> Response:
    """Take a production's word back; that it was given, and why it was taken back, stays."""
    with station.change(actor) as change:
        attestation = find(change.connection, Attestation, attestation_id)
        _attesting(access_to(change.connection, actor, attestation.project_id), "credits.attest")
        attestation = credits.withdraw_attestation(change, attestation, reason=body.reason)
    return told(attestation)


def _attesting(access: Access, action: str) -> Access:
    access.require(action)
    return access


def _kept(change: Change, actor: ActorHere, credit_id: str) -> Credit:
    credit = find(change.connection, Credit, credit_id)
    try:
        kept_by(change.connection, actor, credit.person_id, "people.change")
    except NotFound as error:
        raise _no_credit(credit_id) from error
    return credit


def _no_credit(credit_id: str) -> NotFound:
    return missing(Credit, credit_id)
