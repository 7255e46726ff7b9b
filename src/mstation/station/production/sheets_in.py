"""A sheet of shots, assets or tasks in: what it would add and change, its faults by row; then done.

Nothing is imported by half: a sheet with one fault changes nothing, and all its faults are told.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table

from mstation.station.change import Change
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.production.columns import KIND_OF, Sheet
from mstation.station.production.fields import fields_of
from mstation.station.production.sheet_entities import EntityRows
from mstation.station.production.sheet_reading import read_sheet
from mstation.station.production.sheet_tasks import TaskRows
from mstation.station.schema import Id, Moment, keep, metadata, own_columns, project_columns


@dataclass(frozen=True, slots=True)
class Import:
    """A sheet that was taken in: which file, by whom, and what it did."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    sheet: Sheet
    account_id: str | None
    made_at: datetime
    digest: str  # SHA-256 of the file, hexadecimal
    added: int
    changed: int
    unchanged: int


imports = keep(
    Import,
    Table(
        "imports",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("sheet", String(16), nullable=False),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("made_at", Moment, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("added", Integer, nullable=False),
        Column("changed", Integer, nullable=False),
        Column("unchanged", Integer, nullable=False),
    ),
)


def look_at_sheet(
    connection: Connection, project: Project, sheet: Sheet, data: bytes
) -> EntityRows | TaskRows:
    """Return what a file would do, in `plan`; nothing is written.

    Raises:
        InvalidInput: when the file cannot be read at all.
    """
    kind = KIND_OF.get(sheet)
    own = () if kind is None else fields_of(connection, project.id, kind)
    rows: EntityRows | TaskRows
    if kind is None:
        rows = TaskRows.of(connection, project)
    else:
        rows = EntityRows.of(connection, project, kind)
    for number, values in read_sheet(data, sheet, own, rows.plan.faults):
        rows.plan_row(number, values)
    return rows


def take_in_sheet(change: Change, project: Project, sheet: Sheet, data: bytes) -> Import:
    """Add and change what a file says, all of it.

    Raises:
        Faulty: when any row has a fault: all are told, nothing is changed.
        InvalidInput: when the file cannot be read at all.
        Conflict: when somebody else changed a row, or took a label, at the same moment.
    """
    rows = look_at_sheet(change.connection, project, sheet, data)
    plan = rows.plan
    plan.faults.refuse()
    rows.carry_out(change)
    own = (project.organisation_id, project.id, sheet, change.actor.account_id, change.at)
    digest = hashlib.sha256(data).hexdigest()
    counts = (len(plan.added), len(plan.changed), plan.unchanged)
    return change.add(Import(new_id(), 1, *own, digest, *counts))
