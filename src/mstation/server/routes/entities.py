"""Parts of the film and assets: lists, one, new ones, changes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.errors import InvalidInput
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.pages import (
    After,
    Fields,
    Most,
    Page,
    Since,
    answer_only,
    only_page,
    page_since,
)
from mstation.station.access import access_to, found
from mstation.station.change import Change
from mstation.station.production.entities import (
    Entity,
    Kind,
    add_entity,
    edit_entity,
    entities,
)
from mstation.station.wording import MOST_SIGNS

router = APIRouter(prefix="/api", tags=["production"])

Label = Annotated[str, Field(min_length=1, max_length=200)]
Reference = Annotated[str, Field(max_length=20)]
Frames = Annotated[int, Field(ge=0, le=100_000_000)]
Position = Annotated[int, Field(ge=0, le=1_000_000_000)]


class NewEntity(BaseModel):
    """What an entity is made of."""

    kind: Kind
    label: Label
    parent_id: Reference | None = None
    script_id: Annotated[str, Field(max_length=64)] | None = None
    description: Annotated[str, Field(max_length=MOST_SIGNS)] = ""
    position: Position = 0
    first_frame: Frames | None = None
    frames: Frames | None = None
    fields: dict[str, Any] = {}


class EntityChanges(BaseModel):
    """What of an entity may be changed; what is left out stays."""

    label: Label = ""
    parent_id: Reference | None = None
    description: Annotated[str, Field(max_length=MOST_SIGNS)] = ""
    position: Position = 0
    first_frame: Frames | None = None
    frames: Frames | None = None
    fields: dict[str, Any] = {}


@router.get("/projects/{project_id}/entities", response_model=Page[Entity])
def list_entities(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    kind: Annotated[Kind | None, Query()] = None,
    parent: Annotated[str | None, Query(max_length=20)] = None,
    since: Since = None,
    after: After = "",
    most: Most = 200,
    fields: Fields = None,
) -> Any:
    """List parts of the film and assets, in pages; all, or those that changed since an event."""
    if since is not None and parent is not None:
        raise InvalidInput(
            "`since` does not go with `parent`: what moved elsewhere would not be told",
            zh="since 不能与 parent 同用：移到别处的内容无法告知",
        )
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = (
            entities.select()
            .where(entities.c.project_id == project_id)
            .where(access.visible("entities"))
        )
        if kind is not None:
            query = query.where(entities.c.kind == kind)
        if parent is not None:
            query = query.where(entities.c.parent_id == parent)
        page = page_since(
            connection, access, Entity, entities, query, since=since, after=after, most=most
        )
    return only_page(Entity, page, fields)


@router.get("/projects/{project_id}/board", response_class=Response)
def read_board(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    kind: Annotated[Kind, Query()] = Kind.SHOT,
) -> Response:
    """Read all entities of a kind in the film's order, each with its tasks: the board."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        body = station.boards.read(connection, access, kind)
    return Response(body, media_type="application/json")


@router.post("/projects/{project_id}/entities", status_code=201, response_model=Entity)
def make_entity(project_id: str, body: NewEntity, making: MakingHere) -> Response:
    """Make a part of the film or an asset."""

    def make(change: Change) -> Entity:
        access = access_to(change.connection, making.actor, project_id)
        access.require("entities.add")
        return add_entity(change, access.project, **body.model_dump())

    return making.once(make)


@router.get("/entities/{entity_id}", response_model=Entity)
def read_entity(
    entity_id: str,
    response: Response,
    station: StationHere,
    actor: ActorHere,
    fields: Fields = None,
) -> Any:
    """Read one."""
    with station.reading() as connection:
        entity, _ = found(connection, actor, Entity, entity_id, "entities.read")
    return answer_only(entity, response, fields)


@router.patch("/entities/{entity_id}", response_model=Entity)
def change_entity(
    entity_id: str,
    body: EntityChanges,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Change one."""
    changes = body.model_dump(exclude_unset=True)
    with station.change(actor) as change:
        entity, access = found(change.connection, actor, Entity, entity_id, "entities.change")
        require_revision(entity, seen)
        entity = edit_entity(change, access.project, entity, **changes)
    return told(entity)


@router.delete("/entities/{entity_id}", status_code=204)
def remove_entity(
    entity_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> None:
    """Remove one that nothing refers to."""
    with station.change(actor) as change:
        entity, _ = found(change.connection, actor, Entity, entity_id, "entities.remove")
        require_revision(entity, seen)
        change.remove(entity)
