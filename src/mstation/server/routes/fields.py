"""The fields that a project adds to its entities."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.station.access import access_to
from mstation.station.change import Change, find, find_where
from mstation.station.production.entities import edit_field, remove_field
from mstation.station.production.fields import (
    MOST_CHOICES,
    CustomField,
    FieldType,
    add_field,
)
from mstation.station.production.kinds import Kind

router = APIRouter(prefix="/api", tags=["production"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Choices = Annotated[tuple[Name, ...], Field(max_length=MOST_CHOICES)]
Position = Annotated[int, Field(ge=0, le=1_000_000)]


class NewField(BaseModel):
    """What a field is made of."""

    of: Kind
    name: Name
    type: FieldType
    choices: Choices = ()
    position: Position = 0


class FieldChanges(BaseModel):
    """What of a field may be changed; what is left out stays."""

    choices: Choices = ()
    position: Position = 0


@router.get("/projects/{project_id}/fields")
def list_fields(project_id: str, station: StationHere, actor: ActorHere) -> list[CustomField]:
    """List a project's own fields."""
    with station.reading() as connection:
        access_to(connection, actor, project_id).require("fields.read")
        found = find_where(connection, CustomField, project_id=project_id)
    return sorted(found, key=lambda each: (each.of, each.position, each.id))


@router.post("/projects/{project_id}/fields", status_code=201, response_model=CustomField)
def make_field(project_id: str, body: NewField, making: MakingHere) -> Response:
    """Give the entities of a kind one more field."""

    def make(change: Change) -> CustomField:
        access = access_to(change.connection, making.actor, project_id)
        access.require("fields.add")
        told = body.model_dump()
        return add_field(change, access.project, type_=told.pop("type"), **told)

    return making.once(make)


@router.get("/fields/{field_id}", response_model=CustomField)
def read_field(field_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a field."""
    with station.reading() as connection:
        field = find(connection, CustomField, field_id)
        access_to(connection, actor, field.project_id).require("fields.read")
    return told(field)


@router.patch("/fields/{field_id}", response_model=CustomField)
def change_field(
    field_id: str,
    body: FieldChanges,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Change the choices of a field, or where it stands."""
    with station.change(actor) as change:
        field = find(change.connection, CustomField, field_id)
        access_to(change.connection, actor, field.project_id).require("fields.change")
        require_revision(field, seen)
        field = edit_field(change, field, **body.model_dump(exclude_unset=True))
    return told(field)


@router.delete("/fields/{field_id}", status_code=204)
def drop_field(field_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision) -> None:
    """Remove a field, with what it says of each entity."""
    with station.change(actor) as change:
        field = find(change.connection, CustomField, field_id)
        access_to(change.connection, actor, field.project_id).require("fields.remove")
        require_revision(field, seen)
        remove_field(change, field)
