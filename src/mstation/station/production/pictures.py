"""Pictures of a build: a version of a shot for each, where it looks different from the last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from mstation.film_shots import Picture, Seen, last_seen, new_pictures
from mstation.station.blobs import Blob
from mstation.station.change import Change, find, find_where, hold
from mstation.station.files import File, add_file, file_name
from mstation.station.organisations import Project, projects
from mstation.station.production.entities import Entity, Kind
from mstation.station.production.script import Plan
from mstation.station.production.versions import VersionFile, add_version, versions

MOVIE_TYPE, SOUND_TYPE = "video/mp4", "audio/mp4"


def seen_pictures(
    connection: Connection, project_id: str, entity_ids: Iterable[str] | None = None
) -> dict[str, str]:
    """Return the digest of the last version of a build of each shot: of a project, or of some."""
    query = select(versions.c.entity_id, versions.c.number, versions.c.files).where(
        versions.c.project_id == project_id,
        versions.c.type_id.is_(None),
        versions.c.build.is_not(None),
    )
    if entity_ids is not None:
        query = query.where(versions.c.entity_id.in_(list(entity_ids)))
    rows = connection.execute(query)
    return last_seen(Seen(id_, number, files[0]["digest"]) for id_, number, files in rows if files)


def tracked_shots(plan: Plan) -> dict[str, str]:
    """Return which tracked shot each shot of the script is, as far as there is one."""
    return {
        step.script_id: step.entity_id
        for step in plan.steps
        if step.kind is Kind.SHOT and step.entity_id is not None
    }


def add_pictures(
    change: Change,
    project: Project,
    pictures: Iterable[tuple[Picture, Blob]],
    entities: Mapping[str, str],
    build: str,
) -> int:
    """Make a version of each shot whose picture is new, and return how many.

    entities: the tracked shots' ids, by their ids in the script; others are left out.
    """
    hold(change.connection, projects, project.id)  # who else publishes looks after this is done
    known = {each.script_id: (each, blob) for each, blob in pictures if each.script_id in entities}
    digests = {id_: blob.digest for id_, (_, blob) in known.items()}
    ids = {id_: entities[id_] for id_ in known}
    seen = seen_pictures(change.connection, project.id, ids.values())
    new = new_pictures(digests, ids, seen)
    for id_ in new:
        picture, blob = known[id_]
        file = kept_file(change, project, blob, name=picture.name, media_type=MOVIE_TYPE)
        add_version(
            change, find(change.connection, Entity, ids[id_]), build=build,
            files=(VersionFile(file.name, file.digest),), frames=picture.frames,
        )  # fmt: skip
    return len(new)


def kept_file(change: Change, project: Project, blob: Blob, *, name: str, media_type: str) -> File:
    """Return the project's file with this name and content, made where there is none."""
    name = file_name(name)
    same = find_where(change.connection, File, project_id=project.id, digest=blob.digest)
    for file in same:
        if file.name == name:
            return file
    return add_file(
        change, project, blob, name=name, media_type=media_type,
        account_id=change.actor.account_id,
    )  # fmt: skip
