"""What a production is made of: film, episodes, sequences, scenes, shots, and its assets."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    false,
)

from mstation.errors import InvalidInput
from mstation.station.accounts import written
from mstation.station.change import Change, find
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.schema import Id, keep, metadata, own_columns

MOST_SIGNS = 4000  # of a description


class Kind(StrEnum):
    """What an entity is."""

    FILM = "film"
    EPISODE = "episode"
    SEQUENCE = "sequence"
    SCENE = "scene"
    SHOT = "shot"
    ASSET = "asset"


HOLDS: dict[Kind, tuple[Kind, ...]] = {  # what may stand under what; levels may be left out
    Kind.FILM: (Kind.EPISODE, Kind.SEQUENCE, Kind.SCENE, Kind.SHOT),
    Kind.EPISODE: (Kind.SEQUENCE, Kind.SCENE, Kind.SHOT),
    Kind.SEQUENCE: (Kind.SCENE, Kind.SHOT),
    Kind.SCENE: (Kind.SHOT,),
    Kind.SHOT: (),
    Kind.ASSET: (Kind.ASSET,),
}


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of the film, or an asset of it."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    kind: Kind
    label: str  # what people call it: 012-003, kitchen, BENNO
    parent_id: str | None = None
    script_id: str | None = None  # of the scene or shot in the screenplay's build
    description: str = ""
    position: int = 0  # among its kind, in the order of the film
    first_frame: int | None = None  # of the film, from 0
    frames: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)  # the project's own, by their names
    omitted: bool = False  # no longer in the film; what belongs to it stays


entities = keep(
    Entity,
    Table(
        "entities",
        metadata,
        *own_columns(),
        Column("organisation_id", Id, ForeignKey("organisations.id"), nullable=False),
        Column("project_id", Id, ForeignKey("projects.id"), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("label", String(200), nullable=False),
        Column("parent_id", Id, ForeignKey("entities.id"), index=True),
        Column("script_id", String(64)),
        Column("description", String(MOST_SIGNS), nullable=False),
        Column("position", Integer, nullable=False),
        Column("first_frame", Integer),
        Column("frames", Integer),
        Column("fields", JSON, nullable=False),
        Column("omitted", Boolean, nullable=False, server_default=false()),
        UniqueConstraint("project_id", "kind", "label"),
        Index("ix_entities_order", "project_id", "kind", "position", "id"),
    ),
)


def add_entity(
    change: Change,
    project: Project,
    *,
    kind: Kind,
    label: str,
    parent_id: str | None = None,
    description: str = "",
    position: int = 0,
    first_frame: int | None = None,
    frames: int | None = None,
    script_id: str | None = None,
    fields: dict[str, Any] | None = None,
) -> Entity:
    """Make an entity.

    Raises:
        InvalidInput: when its label cannot be shown, or its parent cannot hold it.
        Conflict: when another of its kind has the label.
    """
    check_parent(change, project, kind, parent_id)
    return change.add(
        Entity(
            new_id(),
            1,
            project.organisation_id,
            project.id,
            kind,
            written(label, "label", "标签"),
            parent_id,
            script_id,
            description,
            position,
            first_frame,
            frames,
            fields or {},
        )
    )


def check_parent(change: Change, project: Project, kind: Kind, parent_id: str | None) -> None:
    """Refuse a parent of another project, or one that cannot hold the kind."""
    if parent_id is None:
        return
    parent = find(change.connection, Entity, parent_id)
    if parent.project_id != project.id:
        raise InvalidInput(
            f"`{parent_id}` belongs to another project", zh=f"`{parent_id}` 属于另一个项目"
        )
    if kind not in HOLDS[parent.kind]:
        raise InvalidInput(
            f"a {parent.kind} holds no {kind}", zh=f"{parent.kind} 之下不能有 {kind}"
        )
