"""Holds on people's time: a production lists and takes them back, the person answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from mstation.server.asking import ActorHere, SeenRevision, StationHere, require_revision, told
from mstation.server.pages import After, Most, Page, page_of
from mstation.station.access import access_to, found
from mstation.station.change import find, find_where
from mstation.station.talent.crew_holds import (
    CrewHold,
    confirm_hold,
    crew_holds,
    refuse_hold,
    release_hold,
)
from mstation.station.talent.match_runs import MatchRun
from mstation.station.talent.people import kept_by
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["talent"])


class HoldAnswer(BaseModel):
    """Yes or no, and why where somebody wants to say it."""

    confirms: bool
    reason: Annotated[str, Field(max_length=MOST_SIGNS)] = ""


@router.get("/projects/{project_id}/crew-holds")
def list_holds_of_project(
    project_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[CrewHold]:
    """List whom a film holds, and how they answered."""
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("match_runs.read")
        query = crew_holds.select().where(crew_holds.c.project_id == project_id)
        return Page(**page_of(connection, CrewHold, crew_holds, query, after, most))


@router.get("/people/{person_id}/crew-holds")
def list_holds_of_person(person_id: str, station: StationHere, actor: ActorHere) -> list[CrewHold]:
    """List who holds somebody's time: for themselves, or who keeps their profile."""
    with station.reading() as connection:
        kept_by(connection, actor, person_id, "availabilities.read")
        return find_where(connection, CrewHold, person_id=person_id)


@router.post("/crew-holds/{hold_id}/answer", response_model=CrewHold)
def answer_hold(
    hold_id: str, body: HoldAnswer, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Confirm or refuse: the person, or who keeps their profile."""
    with station.change(actor) as change:
        held = find(change.connection, CrewHold, hold_id)
        kept_by(change.connection, actor, held.person_id, "availabilities.change")
        require_revision(held, seen)
        if body.confirms:
            return told(confirm_hold(change, held))
        return told(refuse_hold(change, held, body.reason))


@router.post("/crew-holds/{hold_id}/release", response_model=CrewHold)
def take_hold_back(
    hold_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Take a hold back that was not answered, as the production."""
    with station.change(actor) as change:
        held = find(change.connection, CrewHold, hold_id)
        found(change.connection, actor, MatchRun, held.run_id, "match_runs.decide")
        require_revision(held, seen)
        return told(release_hold(change, held))
