"""Notes: what people say about a version, a task or an entity, down to the frames of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    delete,
    insert,
    select,
)

from mstation.errors import InvalidInput
from mstation.station.change import Change, find
from mstation.station.ids import new_id
from mstation.station.organisations import Project, role_in_project
from mstation.station.permissions import Role
from mstation.station.production.entities import Entity
from mstation.station.production.tasks import Task, own_tasks, tasks
from mstation.station.production.versions import Version, versions
from mstation.station.schema import Id, Moment, keep, metadata, own_columns, project_columns
from mstation.station.wording import free_json, prose

MOST_SIGNS = 10_000
MOST_DRAWN_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody said, about one thing; a reply is about what its note is about."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    entity_id: str  # also of the task or the version
    task_id: str | None
    version_id: str | None
    reply_to_id: str | None
    account_id: str | None  # who wrote it; None: the station itself
    made_at: datetime
    text: str
    first_frame: int | None = None  # of the version or the shot, from 0
    end_frame: int | None = None  # the first frame that it is no more about
    drawing: dict[str, Any] | None = None  # over the picture, as the page that drew it has it
    attachment_ids: tuple[str, ...] = ()  # of files
    mention_ids: tuple[str, ...] = ()  # of accounts
    status_id: str | None = None  # which status it gave the task
    for_client: bool = False  # clients may read it


notes = keep(
    Note,
    Table(
        "notes",
        metadata,
        *own_columns(),
        *project_columns(indexed=True),
        Column("entity_id", Id, ForeignKey("entities.id"), nullable=False, index=True),
        Column("task_id", Id, ForeignKey("tasks.id"), index=True),
        Column("version_id", Id, ForeignKey("versions.id"), index=True),
        Column("reply_to_id", Id, ForeignKey("notes.id"), index=True),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("made_at", Moment, nullable=False),
        Column("text", String(MOST_SIGNS), nullable=False),
        Column("first_frame", Integer),
        Column("end_frame", Integer),
        Column("drawing", JSON(none_as_null=True)),
        Column("attachment_ids", JSON, nullable=False),
        Column("mention_ids", JSON, nullable=False),
        Column("status_id", Id, ForeignKey("statuses.id")),
        Column("for_client", Boolean, nullable=False),
    ),
)

# The same as `mention_ids`, a row each, for the question who is asked for.
mentions = Table(
    "mentions",
    metadata,
    Column("note_id", Id, ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), primary_key=True, index=True),
)


def add_note(
    change: Change,
    project: Project,
    about: Entity | Task | Version,
    *,
    text: str,
    role: Role | None = None,
    reply_to_id: str | None = None,
    first_frame: int | None = None,
    end_frame: int | None = None,
    drawing: dict[str, Any] | None = None,
    attachment_ids: tuple[str, ...] = (),
    mention_ids: tuple[str, ...] = (),
    status_id: str | None = None,
    for_client: bool = False,
) -> Note:
    """Write a note.

    role: of who writes it; what a client or a guest writes, clients and guests may read.

    Raises:
        InvalidInput: when it says nothing, its frames are none of the version's, it replies to a
            note about something else, or names people who are not of the project.
    """
    frames = _range(first_frame, end_frame, about)
    note = Note(
        new_id(),
        1,
        project.organisation_id,
        project.id,
        *_targets(about),
        reply_to_id,
        change.actor.account_id,
        change.at,
        _said(text),
        *frames,
        _drawn(drawing),
        tuple(dict.fromkeys(attachment_ids)),
        tuple(dict.fromkeys(mention_ids)),
        status_id,
        for_client or role is Role.CLIENT or change.actor.opens is not None,
    )
    if reply_to_id is not None:
        _check_reply(change.connection, note, reply_to_id)
    note = change.add(note)
    _mention(change, project, note)
    return note


def edit_note(change: Change, project: Project, note: Note, **changes: Any) -> Note:
    """Change the words, the drawing or the mentions of a note.

    Raises:
        InvalidInput: when nothing is left of it, or it names people who are not of the project.
        Stale: when somebody else changed it since it was read.
    """
    if "text" in changes:
        changes["text"] = _said(changes["text"])
    if "drawing" in changes:
        changes["drawing"] = _drawn(changes["drawing"])
    if "mention_ids" in changes:
        changes["mention_ids"] = tuple(dict.fromkeys(changes["mention_ids"]))
    after = change.edit(note, **changes)
    if after.mention_ids != note.mention_ids:
        change.connection.execute(delete(mentions).where(mentions.c.note_id == note.id))
        _mention(change, project, after)
    return after


def own_notes(account_id: str, own: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition under which a note is about somebody's work, or by them.

    own: which versions are theirs, a condition on `versions`.
    """
    given = select(tasks.c.id).where(own_tasks(account_id))
    made = select(versions.c.id).where(own)
    return notes.c.task_id.in_(given) | notes.c.version_id.in_(made) | written_by(account_id)


def written_by(account_id: str) -> ColumnElement[bool]:
    """Return the condition under which somebody wrote a note."""
    return notes.c.account_id == account_id


def mentioning(account_id: str) -> ColumnElement[bool]:
    """Return the condition under which a note asks for somebody."""
    asked = select(mentions.c.note_id).where(mentions.c.account_id == account_id)
    return notes.c.id.in_(asked)


def _targets(about: Entity | Task | Version) -> tuple[str, str | None, str | None]:
    """Return the ids of the entity, the task and the version that a note is about."""
    match about:
        case Entity():
            return about.id, None, None
        case Task():
            return about.entity_id, about.id, None
        case Version():
            return about.entity_id, None, about.id


def _said(text: str) -> str:
    text = prose(text, "note", "批注", most=MOST_SIGNS)
    if not text:
        raise InvalidInput("a note says something", zh="批注不能为空")
    return text


def _drawn(drawing: dict[str, Any] | None) -> dict[str, Any] | None:
    if drawing is None:
        return None
    drawn: dict[str, Any] = free_json(drawing, "drawing", "绘图", most_bytes=MOST_DRAWN_BYTES)
    return drawn


def _range(
    first: int | None, end: int | None, about: Entity | Task | Version
) -> tuple[int | None, int | None]:
    """Return the frames that a note is about, half-open; one frame where no end is told."""
    if first is None:
        if end is not None:
            raise InvalidInput("frames end that never began", zh="给出了结束帧，却没有起始帧")
        return None, None
    end = first + 1 if end is None else end
    if end <= first:
        raise InvalidInput(
            f"frames {first} to {end} are none: the end is the frame after the last",
            zh=f"第 {first} 帧到第 {end} 帧之间没有画面：结束帧是最后一帧的下一帧",
        )
    has = None if isinstance(about, Task) else about.frames
    if has is not None and end > has:
        raise InvalidInput(
            f"frames {first} to {end} lie beyond its {has} frames, which count from 0",
            zh=f"第 {first} 至 {end} 帧超出范围：共 {has} 帧，从 0 开始计数",
        )
    return first, end


def _check_reply(connection: Connection, note: Note, reply_to_id: str) -> None:
    before = find(connection, Note, reply_to_id)
    if _about(before) != _about(note):
        raise InvalidInput(
            f"note `{reply_to_id}` is about something else",
            zh=f"批注 `{reply_to_id}` 针对的是其他内容",
        )


def _about(note: Note) -> tuple[str, str | None, str | None]:
    return note.entity_id, note.task_id, note.version_id


def _mention(change: Change, project: Project, note: Note) -> None:
    for account_id in note.mention_ids:
        if role_in_project(change.connection, project, account_id) is None:
            raise InvalidInput(
                f"`{account_id}` has no role in this project and would not see the note",
                zh=f"`{account_id}` 不在此项目中，看不到这条批注",
            )
        row = {"note_id": note.id, "account_id": account_id}
        change.connection.execute(insert(mentions).values(row))
