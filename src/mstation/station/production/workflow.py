"""What is done with shots and assets, and how far it is: task types and statuses, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint

from mstation.station.change import Change
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.production.entities import Kind
from mstation.station.schema import keep, metadata, own_columns, project_columns


class Phase(StrEnum):
    """What a status means to the station; its name and colour are the project's own."""

    WAITING = "waiting"
    WORKING = "working"
    REVIEW = "review"
    RETAKE = "retake"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Status:
    """How far a task is."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    name: str
    phase: Phase
    position: int
    colour: str  # #rrggbb


@dataclass(frozen=True, slots=True)
class TaskType:
    """A kind of work on a kind of entity: animation of shots, modelling of assets."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    name: str
    department: str
    of: Kind
    position: int
    colour: str  # #rrggbb


statuses = keep(
    Status,
    Table(
        "statuses",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("name", String(200), nullable=False),
        Column("phase", String(16), nullable=False),
        Column("position", Integer, nullable=False),
        Column("colour", String(7), nullable=False),
        UniqueConstraint("project_id", "name"),
    ),
)
task_types = keep(
    TaskType,
    Table(
        "task_types",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("name", String(200), nullable=False),
        Column("department", String(200), nullable=False),
        Column("of", String(16), nullable=False),
        Column("position", Integer, nullable=False),
        Column("colour", String(7), nullable=False),
        UniqueConstraint("project_id", "of", "name"),
    ),
)


def add_workflow(change: Change, project: Project, language: str) -> None:
    """Give a new project the field's usual statuses and task types, in its people's language."""
    text = files("mstation.station.production").joinpath("workflow.toml").read_text("utf-8")
    table = tomllib.loads(text)
    own = (project.organisation_id, project.id)
    tongue = "zh" if language.startswith("zh") else "en"
    for place, row in enumerate(table["status"]):
        change.add(
            Status(new_id(), 1, *own, row[tongue], Phase(row["phase"]), place, row["colour"])
        )
    for place, row in enumerate(table["task_type"]):
        department = row["department"][tongue]
        kind, colour = Kind(row["of"]), row["colour"]
        change.add(TaskType(new_id(), 1, *own, row[tongue], department, kind, place, colour))
