"""Notes on versions, tasks and entities."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.pages import After, Most, Page, page_of
from mstation.station.access import Access, access_to, found
from mstation.station.change import Change, find, hold, stale
from mstation.station.naming import require_files
from mstation.station.production.entities import Entity
from mstation.station.production.notes import (
    MOST_SIGNS,
    Note,
    add_note,
    edit_note,
    mentioning,
    notes,
)
from mstation.station.production.tasks import Task, edit_task, tasks
from mstation.station.production.versions import Version

router = APIRouter(prefix="/api", tags=["production"])

Reference = Annotated[str, Field(max_length=20)]
FileId = Annotated[str, Field(pattern="^[0-9a-zA-Z_-]{1,64}$")]
Frame = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]
Text = Annotated[str, Field(min_length=1, max_length=MOST_SIGNS)]
People = Annotated[tuple[Reference, ...], Field(max_length=100)]
OfWhat = Annotated[str | None, Query(max_length=20)]


class NewNote(BaseModel):
    """What a note is made of; frames from the first to before the end, counted from 0."""

    text: Text
    reply_to_id: Reference | None = None
    first_frame: Frame | None = None
    end_frame: Frame | None = None
    drawing: dict[str, Any] | None = None
    attachment_ids: Annotated[tuple[FileId, ...], Field(max_length=100)] = ()
    mention_ids: People = ()
    for_client: bool = False


class NewTaskNote(NewNote):
    """A note on a task, which may tell its status too."""

    status_id: Reference | None = None
    task_revision: Annotated[int, Field(ge=1)] | None = Field(
        None, description="the revision of the task that was seen; left out: whatever it is now"
    )


class NoteChanges(BaseModel):
    """What of a note may be changed; what is left out stays."""

    text: Text = ""
    drawing: dict[str, Any] | None = None
    mention_ids: People = ()
    for_client: bool = False


@router.get("/projects/{project_id}/notes")
def list_notes(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    entity: OfWhat = None,
    task: OfWhat = None,
    version: OfWhat = None,
    mentions: Annotated[str | None, Query(max_length=20, description="an account")] = None,
    after: After = "",
    most: Most = 200,
) -> Page[Note]:
    """List notes, in the order of their making, in pages; those of an entity are all about it."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = notes.select().where(notes.c.project_id == project_id, access.visible("notes"))
        wanted = {"entity_id": entity, "task_id": task, "version_id": version}
        told = {name: value for name, value in wanted.items() if value is not None}
        query = query.filter_by(**told)
        if mentions is not None:
            query = query.where(mentioning(mentions))
        return Page(**page_of(connection, Note, notes, query, after, most))


@router.post("/entities/{entity_id}/notes", status_code=201, response_model=Note)
def make_note_on_entity(entity_id: str, body: NewNote, making: MakingHere) -> Response:
    """Write a note on an entity."""
    return making.once(lambda change: _noted(change, Entity, entity_id, body))


@router.post("/versions/{version_id}/notes", status_code=201, response_model=Note)
def make_note_on_version(version_id: str, body: NewNote, making: MakingHere) -> Response:
    """Write a note on a version."""
    return making.once(lambda change: _noted(change, Version, version_id, body))


@router.post("/tasks/{task_id}/notes", status_code=201, response_model=Note)
def make_note_on_task(task_id: str, body: NewTaskNote, making: MakingHere) -> Response:
    """Write a note on a task, and give it another status with it: both or neither."""

    def make(change: Change) -> Note:
        if body.status_id is not None:
            hold(change.connection, tasks, task_id)
        task = find(change.connection, Task, task_id)
        access = access_to(change.connection, change.actor, task.project_id)
        note = _note(change, access, task, body)
        if body.status_id is not None:
            _report(change, access, task, body.status_id, body.task_revision)
        return note

    return making.once(make)


@router.get("/notes/{note_id}", response_model=Note)
def read_note(note_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a note."""
    with station.reading() as connection:
        note = find(connection, Note, note_id)
        access_to(connection, actor, note.project_id).require_of(connection, "notes.read", note)
    return told(note)


@router.patch("/notes/{note_id}", response_model=Note)
def change_note(
    note_id: str,
    body: NoteChanges,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Change a note."""
    with station.change(actor) as change:
        note, access = found(change.connection, actor, Note, note_id, "notes.change")
        require_revision(note, seen)
        note = edit_note(change, access.project, note, **body.model_dump(exclude_unset=True))
    return told(note)


@router.delete("/notes/{note_id}", status_code=204)
def remove_note(note_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision) -> None:
    """Remove a note to which nobody replied."""
    with station.change(actor) as change:
        note, _ = found(change.connection, actor, Note, note_id, "notes.remove")
        require_revision(note, seen)
        change.remove(note)


def _noted(change: Change, kind: type[Entity | Version], id_: str, body: NewNote) -> Note:
    about: Entity | Version = find(change.connection, kind, id_)
    access = access_to(change.connection, change.actor, about.project_id)
    return _note(change, access, about, body)


def _note(change: Change, access: Access, about: Entity | Task | Version, body: NewNote) -> Note:
    access.require_of(change.connection, "notes.add", about)
    if body.reply_to_id is not None:
        found(change.connection, change.actor, Note, body.reply_to_id, "notes.read")
    require_files(change.connection, access, body.attachment_ids)
    told = body.model_dump(exclude={"task_revision"})
    return add_note(change, access.project, about, role=access.role, **told)


def _report(change: Change, access: Access, task: Task, status_id: str, seen: int | None) -> None:
    access.require_of(change.connection, "tasks.report", task)
    if seen is not None and task.revision != seen:
        raise stale("tasks", task.id)
    edit_task(change, access.project, task, status_id=status_id)
