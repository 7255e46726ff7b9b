"""A build's shot list, and what it does to the tracked shots: first told, then done."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from mstation.server.asking import ActorHere, StationHere
from mstation.station.access import access_to
from mstation.station.production.script import Plan, carry_out, plan_of, read_shots

router = APIRouter(prefix="/api", tags=["production"])


class Listed(BaseModel):
    """`shots.json` of a build."""

    shots: dict[str, Any]


class Agreed(Listed):
    """`shots.json` of a build, and the digest of the plan that somebody agreed to."""

    plan: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@router.post("/projects/{project_id}/script/plan")
def plan_script(project_id: str, body: Listed, station: StationHere, actor: ActorHere) -> Plan:
    """Tell what a build would change: shots added, changed, omitted, kept, and whom it touches."""
    shots = read_shots(body.shots)
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        access.require("script.apply")
        return plan_of(connection, access.project, shots)


@router.post("/projects/{project_id}/script")
def apply_script(project_id: str, body: Agreed, station: StationHere, actor: ActorHere) -> Plan:
    """Do what the agreed plan says; nothing when the project changed since."""
    shots = read_shots(body.shots)
    with station.change(actor) as change:
        access = access_to(change.connection, actor, project_id)
        access.require("script.apply")
        return carry_out(change, access.project, shots, body.plan)
