"""What a production is made of: film, episodes, sequences, scenes, shots, and its assets."""

from __future__ import annotations

from dataclasses import dataclass, field
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
from mstation.station.change import Change, find, find_where
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.production.fields import CustomField, check_choices, check_fields
from mstation.station.production.kinds import HOLDS as HOLDS
from mstation.station.production.kinds import Kind as Kind
from mstation.station.schema import Id, keep, metadata, own_columns, project_columns
from mstation.station.wording import MOST_SIGNS, prose


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
        *project_columns(),
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
        InvalidInput: when its words cannot be shown, its parent cannot hold it, or the project has
            no such fields.
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
            prose(description, "description", "描述"),
            position,
            first_frame,
            frames,
            check_fields(change.connection, project.id, kind, fields or {}),
        )
    )


def edit_entity(change: Change, project: Project, entity: Entity, **changes: Any) -> Entity:
    """Change an entity.

    Raises:
        InvalidInput: when its words cannot be shown, its parent cannot hold it, or the project has
            no such fields.
        Conflict: when another of its kind has the label.
        Stale: when somebody else changed it since it was read.
    """
    if "label" in changes:
        changes["label"] = written(changes["label"], "label", "标签")
    if "description" in changes:
        changes["description"] = prose(changes["description"], "description", "描述")
    if "parent_id" in changes:
        check_parent(change, project, entity.kind, changes["parent_id"], entity.id)
    if "fields" in changes:
        known = (change.connection, project.id, entity.kind)
        changes["fields"] = check_fields(*known, changes["fields"])
    return change.edit(entity, **changes)


def check_parent(
    change: Change, project: Project, kind: Kind, parent_id: str | None, child_id: str = ""
) -> None:
    """Refuse a parent of another project, one that cannot hold the kind, and its own offspring."""
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
    while child_id:
        if parent.id == child_id:
            raise InvalidInput(
                f"`{parent_id}` stands under it already", zh=f"`{parent_id}` 已在其之下"
            )
        if parent.parent_id is None:
            return
        parent = find(change.connection, Entity, parent.parent_id)


def edit_field(change: Change, field: CustomField, **changes: Any) -> CustomField:
    """Change the choices of a field, or where it stands.

    Raises:
        InvalidInput: when a choice that is used would be gone.
        Stale: when somebody else changed it since it was read.
    """
    if "choices" in changes:
        used = {each.fields[field.name] for each in _using(change, field)}
        changes["choices"] = check_choices(field, changes["choices"], used)
    return change.edit(field, **changes)


def remove_field(change: Change, field: CustomField) -> None:
    """Remove a field; what it said of entities goes with it and stays in their events."""
    for entity in _using(change, field):
        kept = {name: value for name, value in entity.fields.items() if name != field.name}
        change.edit(entity, fields=kept)
    change.remove(field)


def _using(change: Change, field: CustomField) -> list[Entity]:
    """Return the entities of which a field says something."""
    found = find_where(change.connection, Entity, project_id=field.project_id, kind=field.of)
    return [each for each in found if field.name in each.fields]
