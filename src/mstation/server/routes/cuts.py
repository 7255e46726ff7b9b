"""Cuts: made of a build's shot list or an editor's document, told, and chosen to play."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from mstation.server.asking import ActorHere, MakingHere, StationHere, answer
from mstation.server.pages import After, Most, Page, page_of
from mstation.station.access import access_to, found
from mstation.station.change import Change
from mstation.station.production.cuts import Cut, add_script_cut, cuts
from mstation.station.production.script import read_shots

router = APIRouter(prefix="/api", tags=["cut"])

_UNSAID = {"clips"}  # thousands in a long film: told where one cut is read


class NewCut(BaseModel):
    """What a cut is made of: `shots.json` of a build, and the film's sound."""

    shots: dict[str, Any]
    build: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    sound_file_id: Annotated[str, Field(max_length=20)] | None = None


@router.post(
    "/projects/{project_id}/cuts",
    status_code=201,
    response_model=Cut,
    response_model_exclude=_UNSAID,
)
def make_cut(project_id: str, body: NewCut, making: MakingHere) -> Response:
    """Make the cut that a build came with; it plays, unless an editor's does."""
    shots = read_shots(body.shots)

    def make(change: Change) -> Cut:
        access = access_to(change.connection, making.actor, project_id)
        access.require("cuts.add")
        return add_script_cut(
            change, access.project, shots, build=body.build, sound_file_id=body.sound_file_id
        )

    return making.once(make)


@router.get("/projects/{project_id}/cuts", response_model_exclude={"rows": {"__all__": _UNSAID}})
def list_cuts(
    project_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Cut]:
    """List a project's cuts, the oldest first, in pages, without their clips."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = cuts.select().where(cuts.c.project_id == project_id, access.visible("cuts"))
        return Page(**page_of(connection, Cut, cuts, query, after, most))


@router.get("/cuts/{cut_id}")
def read_cut(cut_id: str, response: Response, station: StationHere, actor: ActorHere) -> Cut:
    """Read a cut and its clips."""
    with station.reading() as connection:
        cut, _ = found(connection, actor, Cut, cut_id, "cuts.read")
    answer(cut, response)
    return cut
