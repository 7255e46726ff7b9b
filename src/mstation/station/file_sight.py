"""Which files are somebody's: they brought them, or read what names them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select, tuple_

from mstation.station.files import files
from mstation.station.json_lists import texts_in, values_in
from mstation.station.production.notes import notes
from mstation.station.production.tasks import own_tasks, tasks
from mstation.station.production.versions import versions


def own_files(account_id: str) -> ColumnElement[bool]:
    """Return the condition under which a row of `files` is theirs: brought, or of their tasks."""
    mine = select(tasks.c.id).where(own_tasks(account_id))
    return or_(files.c.account_id == account_id, files.c.task_id.in_(mine))


def named_by(seen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition under which versions of its project name a file's content.

    seen: which versions count, a condition on `versions`.
    """
    named = select(versions.c.project_id, values_in(versions.c.files, "digest"))
    of_seen = named.select_from(versions).where(seen)
    return tuple_(files.c.project_id, files.c.digest).in_(of_seen)


def attached_to(seen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition under which a file is attached to notes of its project.

    seen: which notes count, a condition on `notes`.
    """
    attached = select(notes.c.project_id, texts_in(notes.c.attachment_ids))
    to_seen = attached.select_from(notes).where(seen)
    return tuple_(files.c.project_id, files.c.id).in_(to_seen)
