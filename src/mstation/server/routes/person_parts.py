"""What stands in a profile beside its words: skills and rates; and the vocabulary of both."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.errors import NotFound
from mstation.money import MOST_MINOR
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.station.accounts import account_of
from mstation.station.change import Change, find, find_where, missing
from mstation.station.talent import vocabulary
from mstation.station.talent.people import Person, Visible, kept_by
from mstation.station.talent.rates import RateCard, RateUnit, add_rate, edit_rate, remove_rate
from mstation.station.talent.skills import PersonSkill, remove_skill, set_skill
from mstation.station.talent.vocabulary import Term, terms_with

router = APIRouter(prefix="/api", tags=["talent"])


class Words(StrEnum):
    """What the vocabulary has words for."""

    DEPARTMENTS = "departments"
    ROLES = "roles"
    SKILL_KINDS = "skill_kinds"
    SKILLS = "skills"


class SkillTold(BaseModel):
    """What somebody can do: a code or a label of the vocabulary, and how well."""

    skill: Annotated[str, Field(min_length=1, max_length=200)]
    level: Annotated[int, Field(strict=True, ge=1, le=5)]
    evidence: Annotated[str, Field(max_length=1000)] = ""


class RateTold(BaseModel):
    """What somebody asks: whole minor units."""

    unit: RateUnit
    amount: Annotated[int, Field(strict=True, ge=0, le=MOST_MINOR)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    role_code: Annotated[str, Field(max_length=200)] = ""
    minimum_hours: Annotated[int, Field(strict=True, ge=0, le=24)] = 0
    visible: Visible = Visible.NOBODY


class RateChanges(BaseModel):
    """What of a rate may be changed; what is left out stays."""

    unit: RateUnit = RateUnit.DAY
    amount: Annotated[int, Field(strict=True, ge=0, le=MOST_MINOR)] = 0
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "CNY"
    role_code: Annotated[str, Field(max_length=200)] = ""
    minimum_hours: Annotated[int, Field(strict=True, ge=0, le=24)] = 0
    visible: Visible = Visible.NOBODY


@router.get("/vocabulary/{words}")
def read_vocabulary(
    words: Words,
    station: StationHere,
    actor: ActorHere,
    q: Annotated[str, Query(max_length=100)] = "",
) -> list[Term]:
    """Read the words for what people do and can do, in both languages."""
    with station.reading() as connection:
        account_of(connection, actor)
    terms: dict[str, Term] = getattr(vocabulary, words)()
    return list(terms_with(terms, q))


@router.get("/people/{person_id}/skills")
def list_skills(person_id: str, station: StationHere, actor: ActorHere) -> list[PersonSkill]:
    """List the skills of a profile that the asker keeps."""
    with station.reading() as connection:
        kept_by(connection, actor, person_id, "people.read")
        return find_where(connection, PersonSkill, person_id=person_id)


@router.post("/people/{person_id}/skills", status_code=201, response_model=PersonSkill)
def tell_skill(person_id: str, body: SkillTold, making: MakingHere) -> Response:
    """Say how well somebody can do something; said again, it is changed."""

    def make(change: Change) -> PersonSkill:
        person = kept_by(change.connection, making.actor, person_id, "people.change")
        return set_skill(change, person, **body.model_dump())

    return making.once(make)


@router.delete("/person-skills/{skill_id}", status_code=204)
def take_skill_back(
    skill_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Say it no more."""
    with station.change(actor) as change:
        skill = find(change.connection, PersonSkill, skill_id)
        person = kept_by(change.connection, actor, skill.person_id, "people.change")
        require_revision(skill, seen)
        remove_skill(change, person, skill)


@router.get("/people/{person_id}/rates")
def list_rates(person_id: str, station: StationHere, actor: ActorHere) -> list[RateCard]:
    """List the rates of a profile that the asker keeps."""
    with station.reading() as connection:
        kept_by(connection, actor, person_id, "people.read")
        return find_where(connection, RateCard, person_id=person_id)


@router.post("/people/{person_id}/rates", status_code=201, response_model=RateCard)
def tell_rate(person_id: str, body: RateTold, making: MakingHere) -> Response:
    """Say what somebody asks."""

    def make(change: Change) -> RateCard:
        person = kept_by(change.connection, making.actor, person_id, "people.change")
        return add_rate(change, person, **body.model_dump())

    return making.once(make)


@router.patch("/rates/{rate_id}", response_model=RateCard)
def change_rate(
    rate_id: str, body: RateChanges, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Change what somebody asks."""
    with station.change(actor) as change:
        person, rate = _kept_rate(change, actor, rate_id)
        require_revision(rate, seen)
        rate = edit_rate(change, person, rate, **body.model_dump(exclude_unset=True))
    return told(rate)


@router.delete("/rates/{rate_id}", status_code=204)
def take_rate_back(
    rate_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Ask it no more."""
    with station.change(actor) as change:
        person, rate = _kept_rate(change, actor, rate_id)
        require_revision(rate, seen)
        remove_rate(change, person, rate)


def _kept_rate(change: Change, actor: ActorHere, rate_id: str) -> tuple[Person, RateCard]:
    rate = find(change.connection, RateCard, rate_id)
    try:
        return kept_by(change.connection, actor, rate.person_id, "people.change"), rate
    except NotFound as error:
        raise missing(RateCard, rate_id) from error
