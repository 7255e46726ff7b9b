"""Versions of shots and assets, their reviews, and what is published of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from mstation.server.asking import (
    ActorHere,
    Making,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.pages import After, Most, Page, page_of
from mstation.station.access import Access, access_to, found
from mstation.station.change import Change, find
from mstation.station.naming import require_contents
from mstation.station.production.entities import Entity
from mstation.station.production.laying import head_frames_of, measure
from mstation.station.production.rendering import screen_again
from mstation.station.production.tasks import Task
from mstation.station.production.versions import (
    Publish,
    Review,
    Version,
    VersionFile,
    add_publish,
    add_version,
    publishes,
    review_version,
    versions,
)
from mstation.station.wording import MOST_SIGNS
from mstation.timebase import FrameRate

router = APIRouter(prefix="/api", tags=["production"])

Comment = Annotated[str, Field(max_length=MOST_SIGNS)]
MOST_FILES = 10_000  # an image sequence of some minutes
OfWhat = Annotated[str | None, Query(max_length=20)]


class NewFile(BaseModel):
    """A file of a version, by the SHA-256 of its bytes."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class NewVersion(BaseModel):
    """What a version is made of."""

    comment: Comment = ""
    build: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    files: Annotated[tuple[NewFile, ...], Field(max_length=MOST_FILES)] = ()
    frames: Annotated[int, Field(strict=True, ge=1, le=100_000_000)] | None = None
    head_frames: Annotated[
        int | None,
        Field(
            strict=True,
            ge=0,
            le=100_000_000,
            description="of these before the shot's first; null: as the media's timecode, numbers "
            "or length say",
        ),
    ] = 0

    def make(self, change: Change, access: Access, entity: Entity, type_id: str | None) -> Version:
        """Make the version.

        Raises:
            InvalidInput: when a file is none of the project that who asks may read.
        """
        require_contents(change.connection, access, [file.digest for file in self.files])
        return add_version(
            change,
            entity,
            type_id=type_id,
            comment=self.comment,
            build=self.build,
            files=tuple(VersionFile(file.name, file.digest) for file in self.files),
            frames=self.frames,
            head_frames=self.head_frames or 0,
        )

    def laid(
        self, making: Making, find_entity: Callable[[Connection], tuple[Entity, Access]]
    ) -> NewVersion:
        """Return the same with frames and handle as the media say, where that is asked for.

        Raises:
            InvalidInput: when a file is none of the project that who asks may read, or its media
                do not say where they lie.
        """
        if self.head_frames is not None:
            return self
        files = tuple(VersionFile(file.name, file.digest) for file in self.files)
        with making.station.reading() as connection:
            entity, access = find_entity(connection)
            require_contents(connection, access, [file.digest for file in files])
        media = measure(making.station, access.project, files)
        rate = FrameRate.parse(access.project.rate)
        head_frames = head_frames_of(media, rate, entity.frames)
        return self.model_copy(update={"frames": media.frames, "head_frames": head_frames})


class Reviewed(BaseModel):
    """How a review went."""

    review: Review


class Commented(BaseModel):
    """A comment."""

    comment: Comment = ""


@router.get("/projects/{project_id}/versions")
def list_versions(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    entity: OfWhat = None,
    task_type: OfWhat = None,
    review: Annotated[Review | None, Query()] = None,
    after: After = "",
    most: Most = 200,
) -> Page[Version]:
    """List versions, in pages."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = versions.select().where(
            versions.c.project_id == project_id, access.visible("versions")
        )
        wanted = {"entity_id": entity, "type_id": task_type, "review": review}
        told = {name: value for name, value in wanted.items() if value is not None}
        return Page(**page_of(connection, Version, versions, query.filter_by(**told), after, most))


@router.post("/entities/{entity_id}/versions", status_code=201, response_model=Version)
def make_version(entity_id: str, body: NewVersion, making: MakingHere) -> Response:
    """Make the next version of an entity as a whole; of a build: by who may apply a script."""

    def entity_of(connection: Connection) -> tuple[Entity, Access]:
        return found(connection, making.actor, Entity, entity_id, "versions.add")

    laid = body.laid(making, entity_of)

    def make(change: Change) -> Version:
        entity, access = found(change.connection, making.actor, Entity, entity_id, "versions.add")
        version = laid.make(change, access, entity, None)
        if version.build is not None:  # it plays without a review
            access.require("script.apply")
            screen_again(change, access.project)
        return version

    return making.once(make)


@router.post("/tasks/{task_id}/versions", status_code=201, response_model=Version)
def make_version_of_task(task_id: str, body: NewVersion, making: MakingHere) -> Response:
    """Make the next version of what a task makes."""

    def entity_of(connection: Connection) -> tuple[Entity, Access]:
        task, access = found(connection, making.actor, Task, task_id, "versions.add")
        return find(connection, Entity, task.entity_id), access

    laid = body.laid(making, entity_of)

    def make(change: Change) -> Version:
        task, access = found(change.connection, making.actor, Task, task_id, "versions.add")
        entity = find(change.connection, Entity, task.entity_id)
        return laid.make(change, access, entity, task.type_id)

    return making.once(make)


@router.get("/versions/{version_id}", response_model=Version)
def read_version(version_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a version."""
    with station.reading() as connection:
        version, _ = found(connection, actor, Version, version_id, "versions.read")
    return told(version)


@router.patch("/versions/{version_id}", response_model=Version)
def change_version(
    version_id: str,
    body: Reviewed,
    station: StationHere,
    actor: ActorHere,
    seen: SeenRevision,
) -> Response:
    """Say how the review of a version went; nothing else of it ever changes."""
    with station.change(actor) as change:
        version, access = found(change.connection, actor, Version, version_id, "versions.review")
        require_revision(version, seen)
        version = review_version(change, version, body.review)
        screen_again(change, access.project)
    return told(version)


@router.get("/projects/{project_id}/publishes")
def list_publishes(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    entity: OfWhat = None,
    after: After = "",
    most: Most = 200,
) -> Page[Publish]:
    """List what was published, in pages."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = publishes.select().where(
            publishes.c.project_id == project_id, access.visible("publishes")
        )
        if entity is not None:
            query = query.where(publishes.c.entity_id == entity)
        return Page(**page_of(connection, Publish, publishes, query, after, most))


@router.get("/publishes/{publish_id}", response_model=Publish)
def read_publish(publish_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read what was published."""
    with station.reading() as connection:
        publish, _ = found(connection, actor, Publish, publish_id, "publishes.read")
    return told(publish)


@router.post("/versions/{version_id}/publishes", status_code=201, response_model=Publish)
def make_publish(version_id: str, body: Commented, making: MakingHere) -> Response:
    """Tell the others to work with a version from now on."""

    def make(change: Change) -> Publish:
        version, _ = found(change.connection, making.actor, Version, version_id, "publishes.add")
        return add_publish(change, version, comment=body.comment)

    return making.once(make)
