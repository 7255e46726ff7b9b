"""Shooting days of a film: as a list, or as CSV."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from mstation.server.asking import ActorHere, StationHere
from mstation.server.pages import AS_CSV
from mstation.server.routes.sheets import FileHere
from mstation.station.access import Access, access_to
from mstation.station.change import Actor
from mstation.station.production.sheet_files import write_csv
from mstation.station.space.shooting_days import (
    MAIN_UNIT,
    MOST_DAYS,
    DayRow,
    ShootingDay,
    day_cells,
    days_of,
    read_days,
    set_days,
)

router = APIRouter(prefix="/api", tags=["space"])


class Day(BaseModel):
    """A shooting day: its number in its unit, its date, and what is shot where."""

    number: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    day: date
    unit: Annotated[str, Field(min_length=1, max_length=40)] = MAIN_UNIT
    set_name: Annotated[str, Field(max_length=200)] = ""
    location: Annotated[str, Field(max_length=200)] = ""


@router.get("/projects/{project_id}/shooting-days")
def list_shooting_days(
    project_id: str, station: StationHere, actor: ActorHere
) -> list[ShootingDay]:
    """List a film's shooting days, by unit and number."""
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("shooting_days.read")
        return days_of(connection, project_id)


@router.get("/projects/{project_id}/shooting-days.csv", response_class=Response, responses=AS_CSV)
def read_day_sheet(project_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a film's shooting days as CSV."""
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("shooting_days.read")
        body = write_csv(list(day_cells(days_of(connection, project_id))))
    headers = {"Content-Disposition": 'attachment; filename="shooting-days.csv"'}
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")


@router.put("/projects/{project_id}/shooting-days")
def set_shooting_days(
    project_id: str,
    body: Annotated[list[Day], Field(max_length=MOST_DAYS)],
    station: StationHere,
    actor: ActorHere,
) -> list[ShootingDay]:
    """Let a film shoot on these days and no others."""
    rows = [DayRow(**each.model_dump()) for each in body]
    with station.change(actor) as change:
        return set_days(change, _changing(change.connection, actor, project_id).project, rows)


@router.put("/projects/{project_id}/shooting-days.csv")
def set_days_of_sheet(
    project_id: str, data: FileHere, station: StationHere, actor: ActorHere
) -> list[ShootingDay]:
    """Let a film shoot on the days of a CSV file and no others; every fault by its row."""
    with station.change(actor) as change:
        project = _changing(change.connection, actor, project_id).project
        return set_days(change, project, read_days(data))


def _changing(connection: Connection, actor: Actor, project_id: str) -> Access:
    access = access_to(connection, actor, project_id)
    access.require("shooting_days.change")
    return access
