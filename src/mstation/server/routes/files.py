"""Files of a project, their bytes, and what can be derived of them to look at."""

from __future__ import annotations

from typing import Annotated, Any

import anyio
import anyio.to_thread
import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from mstation.errors import NotFound
from mstation.media.kinds import Kind
from mstation.server.asking import ActorHere, SeenRevision, StationHere, require_revision, told
from mstation.server.pages import After, Most, Page, page_of
from mstation.server.ranges import answer_blob
from mstation.station import derived
from mstation.station.access import access_to, found
from mstation.station.blobs import Blob
from mstation.station.change import find
from mstation.station.files import File, files
from mstation.station.proxies import PROXY_JOB, job_for
from mstation.station.station import Station
from mstation.station.uploads import remove_file

router = APIRouter(prefix="/api", tags=["media"])

Digest = Annotated[
    str | None, Query(pattern="^[0-9a-f]{64}$", description="SHA-256 of the content")
]
_AGAIN_S = 5  # before one asks again for what is being made
_AT_ONCE = 2  # processes that open files for those who ask, in one server
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The bytes", "content": {"application/octet-stream": {}}},
    206: {"description": "The range", "content": {"application/octet-stream": {}}},
    304: {"description": "Nothing new"},
}
_MADE: dict[int | str, dict[str, Any]] = {
    **_BYTES,
    202: {"description": "A job makes it: `Location` is its address"},
}


def file_here(file_id: str, station: StationHere, actor: ActorHere) -> File:
    """Return a file that the asker may read.

    Raises:
        NotFound: when there is none, or not for them.
    """
    with station.reading() as connection:
        file = find(connection, File, file_id)
        access_to(connection, actor, file.project_id).require_of(connection, "files.read", file)
    return file


FileHere = Annotated[File, Depends(file_here)]


@router.get("/projects/{project_id}/files")
def list_files(
    project_id: str,
    station: StationHere,
    actor: ActorHere,
    digest: Digest = None,
    after: After = "",
    most: Most = 200,
) -> Page[File]:
    """List a project's files, in pages; or those with one content."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        query = files.select().where(files.c.project_id == project_id, access.visible("files"))
        if digest is not None:
            query = query.where(files.c.digest == digest)
        return Page(**page_of(connection, File, files, query, after, most))


@router.get("/files/{file_id}", response_model=File)
def read_file(file: FileHere) -> Response:
    """Read what is known of a file."""
    return told(file)


@router.delete("/files/{file_id}", status_code=204)
def remove(file_id: str, station: StationHere, actor: ActorHere, seen: SeenRevision) -> None:
    """Remove a file."""
    with station.change(actor) as change:
        file, _ = found(change.connection, actor, File, file_id, "files.remove")
        require_revision(file, seen)
        remove_file(change, file)


@router.get("/files/{file_id}/content", response_class=Response, responses=_BYTES)
def read_content(file: FileHere, request: Request, station: StationHere) -> Response:
    """Read a file's bytes, or a range of them."""
    return _content(file, request, station)


@router.head("/files/{file_id}/content", response_class=Response, include_in_schema=False)
def tell_content(file: FileHere, request: Request, station: StationHere) -> Response:
    """Say how long a file is and what it is."""
    return _content(file, request, station)


def _content(file: File, request: Request, station: Station) -> Response:
    return answer_blob(
        request,
        station.blobs,
        Blob(file.digest, file.size),
        media_type=file.media_type,
        name=file.name,
    )


@router.get("/files/{file_id}/{kind}", response_class=Response, responses=_MADE)
async def read_derived(
    file: FileHere, kind: Kind, request: Request, station: StationHere
) -> Response:
    """Read what is derived of a file: made when it is first asked for; a proxy is made by a job.

    `X-Details` says in JSON what one must know to use it. While a job makes it the answer is 202.
    """
    found = await anyio.to_thread.run_sync(derived.kept, station, file.digest, kind)
    if found is None:
        if kind not in derived.ON_DEMAND:
            return await anyio.to_thread.run_sync(_on_its_way, station, file)
        found = await anyio.to_thread.run_sync(
            derived.derive, station, file.digest, kind, limiter=_limiter(request)
        )
    return answer_blob(
        request,
        station.blobs,
        Blob(found.digest, found.size),
        media_type=found.media_type,
        name=f"{file.name}.{kind}",
        headers={"X-Details": orjson.dumps(found.details).decode("ascii")},
    )


def _on_its_way(station: Station, file: File) -> Response:
    """Return the answer while a job makes a file's proxy.

    Raises:
        NotFound: when none does.
    """
    with station.reading() as connection:
        job = job_for(connection, file)
    if job is None:
        raise NotFound(
            f"the proxy of `{file.id}` is not made yet; ask for it: POST /api/projects/"
            f'{file.project_id}/jobs with {{"kind": "{PROXY_JOB}", "parameters": '
            f'{{"file_id": "{file.id}"}}}}',
            zh=f"`{file.id}` 的代理文件尚未生成；可用 POST /api/projects/{file.project_id}/jobs "
            f"新建 {PROXY_JOB} 任务",
        )
    told = {"job_id": job.id, "state": job.state, "progress": job.progress}
    headers = {"Location": f"/api/jobs/{job.id}", "Retry-After": str(_AGAIN_S)}
    return Response(orjson.dumps(told), 202, headers, "application/json")


def _limiter(request: Request) -> anyio.CapacityLimiter:
    """Return what lets only some open files at once: the others wait, and hold up nobody."""
    state = request.app.state
    if not hasattr(state, "opening"):
        state.opening = anyio.CapacityLimiter(_AT_ONCE)
    limiter: anyio.CapacityLimiter = state.opening
    return limiter
