"""Resumable uploads: tus 1.0.0 with creation, checksum, termination and expiration.

Source: tus resumable upload protocol 1.0.0 (tus.io).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from email.utils import format_datetime
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Header, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mstation.errors import Forbidden, InvalidInput
from mstation.server.asking import ActorHere, Making, MakingHere, StationHere
from mstation.server.problems import language_of
from mstation.station import uploads
from mstation.station.access import Access, access_to
from mstation.station.change import Actor, Change, find, missing
from mstation.station.exchange.catalogue import own_asset
from mstation.station.parties import acting_for
from mstation.station.permissions import Reach
from mstation.station.production.tasks import Task
from mstation.station.station import Station
from mstation.station.uploads import MOST_BYTES, MOST_SIGNS, Busy, Receiving, Upload

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination,expiration"
_ALGORITHMS = ("sha1", "sha256")
_CHUNK = "application/offset+octet-stream"
_BUFFER_BYTES = 1024 * 1024
_CHUNK_BODY = {
    "requestBody": {"content": {_CHUNK: {"schema": {"type": "string", "format": "binary"}}}}
}

router = APIRouter(prefix="/api", tags=["media"])


class Resumable:
    """ASGI in, ASGI out: every answer about uploads says which protocol it speaks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; add the header where an answer about uploads starts."""
        if scope["type"] != "http" or "uploads" not in scope["path"].split("/"):
            await self.app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Tus-Resumable"] = VERSION
            await send(message)

        await self.app(scope, receive, told)


def refused(request: Request, status: int, detail: str, zh: str, **headers: str) -> HTTPException:
    """Return the error with a number that the protocol asks for."""
    told = zh if language_of(request) == "zh" else detail
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HTTPException(status, told, named)


def require_version(
    request: Request,
    version: Annotated[str, Header(alias="Tus-Resumable", description="1.0.0")] = "",
) -> None:
    """Refuse another version of the protocol than ours."""
    if version != VERSION:
        raise refused(
            request, 412, f"send `Tus-Resumable: {VERSION}`", f"请发送 `Tus-Resumable: {VERSION}`",
            Tus_Version=VERSION,
        )  # fmt: skip


SPEAKS = [Depends(require_version)]


def whole_number(request: Request, name: str) -> int:
    """Return a header that counts bytes."""
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise refused(request, 400, f"send {name}, a number of bytes", f"请发送 {name}（字节数）")
    return int(text)


def told_of(request: Request) -> dict[str, str]:
    """Return what `Upload-Metadata` tells: names and what they stand for.

    Raises:
        InvalidInput: when it is not made as the protocol says.
    """
    text = request.headers.get("upload-metadata", "")
    told = {}
    try:
        for pair in filter(None, (each.strip() for each in text.split(","))):
            name, _, value = pair.partition(" ")
            told[name] = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except ValueError as error:
        raise _no_metadata() from error
    if len(text) > MOST_SIGNS:
        raise _no_metadata()
    return told


def _no_metadata() -> InvalidInput:
    return InvalidInput(
        "Upload-Metadata is pairs of a name and a value in base64 of UTF-8, with commas "
        f"between them, at most {MOST_SIGNS} characters",
        zh=f"Upload-Metadata 应为以逗号分隔的“名称 base64 值”，最多 {MOST_SIGNS} 个字符",
    )


@router.options("/projects/{project_id}/uploads", status_code=204, include_in_schema=False)
@router.options("/uploads/{upload_id}", status_code=204, include_in_schema=False)
def tell_protocol(response: Response) -> None:
    """Say which protocol this is."""
    response.headers.update(
        {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(MOST_BYTES),
            "Tus-Checksum-Algorithm": ",".join(_ALGORITHMS),
        }
    )


@router.post(
    "/projects/{project_id}/uploads", status_code=201, response_model=Upload, dependencies=SPEAKS
)
def start_upload(
    project_id: str,
    request: Request,
    making: MakingHere,
    length: Annotated[str, Header(alias="Upload-Length", description="bytes")] = "",
    metadata: Annotated[
        str, Header(alias="Upload-Metadata", description="`filename` and `task`, in base64")
    ] = "",
) -> Response:
    """Start an upload; `Location` says where its bytes go."""
    task_id = told_of(request).get("task")

    def start(change: Change, name: str, size: int) -> Upload:
        access = access_to(change.connection, making.actor, project_id)
        require_may_add(change, access, task_id)
        account_id = making.actor.account_id or ""
        return uploads.start_upload(
            change, access.project, account_id=account_id, name=name, size=size, told=metadata,
            task_id=task_id,
        )  # fmt: skip

    return _started(request, making, f"{length} {metadata}", start)


@router.post(
    "/assets/{asset_id}/uploads", status_code=201, response_model=Upload, dependencies=SPEAKS
)
def start_asset_upload(
    asset_id: str,
    request: Request,
    making: MakingHere,
    length: Annotated[str, Header(alias="Upload-Length", description="bytes")] = "",
    metadata: Annotated[
        str, Header(alias="Upload-Metadata", description="`filename`, in base64")
    ] = "",
) -> Response:
    """Start the upload of an asset's next version; `Location` says where its bytes go."""

    def start(change: Change, name: str, size: int) -> Upload:
        asset = own_asset(change.connection, making.actor, asset_id, "assets.change")
        account_id = making.actor.account_id or ""
        return uploads.start_asset_upload(
            change, asset, account_id=account_id, name=name, size=size, told=metadata
        )

    return _started(request, making, f"{length} {metadata}", start)


def _started(
    request: Request, making: Making, headers: str, start: Callable[[Change, str, int], Upload]
) -> Response:
    """Return the answer to who starts an upload, once; headers: what it was asked with."""
    size = whole_number(request, "upload-length")
    if size > MOST_BYTES:
        raise refused(
            request, 413, f"a file has at most {MOST_BYTES >> 30} GiB; send it in parts",
            f"文件最大 {MOST_BYTES >> 30} GiB，请分开上传",
        )  # fmt: skip
    told = told_of(request)
    name = told.get("filename") or told.get("name") or "file"
    making.request = hashlib.sha256(f"{making.request} {headers}".encode()).hexdigest()
    swept: list[str] = []

    def make(change: Change) -> Upload:
        upload = start(change, name, size)
        swept.extend(uploads.sweep(change))
        return upload

    response = making.once(make)
    uploads.forget_bytes(making.station.uploads, swept)
    upload = own_upload(making.station, making.actor, orjson.loads(response.body)["id"])
    if size == 0:
        upload, _ = state_of(making.station, making.actor, upload)
    response.headers["Location"] = f"/api/uploads/{upload.id}"
    response.headers["Upload-Expires"] = _expires(upload)
    return response


def require_may_add(change: Change, access: Access, task_id: str | None) -> None:
    """Refuse files of who may not bring them; a vendor says for which of its tasks."""
    reach = access.require("files.add")
    if task_id is None:
        if reach is Reach.OWN:
            raise Forbidden(
                "name one of your tasks as `task` in Upload-Metadata",
                zh="请在 Upload-Metadata 中用 `task` 指明您的任务",
            )
        return
    task = find(change.connection, Task, task_id)
    if task.project_id != access.project_id:
        raise InvalidInput(
            f"`{task.id}` belongs to another project", zh=f"`{task.id}` 属于另一个项目"
        )
    access.require_of(change.connection, "files.add", task)


def own_upload(station: Station, actor: Actor, upload_id: str) -> Upload:
    """Return an upload of who asks; of others nobody learns.

    Raises:
        NotFound: when there is none, or it is not theirs.
        Forbidden: when they may not bring files any more.
    """
    with station.reading() as connection:
        upload = find(connection, Upload, upload_id)
        if upload.account_id != actor.account_id:
            raise missing(Upload, upload_id)
        if upload.party_id is not None:
            acting_for(connection, actor, upload.party_id, "assets.change")
        else:
            access_to(connection, actor, upload.project_id).require("files.add")
    return upload


def state_of(station: Station, actor: Actor, upload: Upload) -> tuple[Upload, int]:
    """Return an upload and how much of it has come.

    One of which all has come, and that a killed server left, becomes a file now.
    """
    with station.reading() as connection:
        offset = uploads.received_bytes(connection, upload)
    if offset == upload.size and not upload.is_kept:
        try:
            with uploads.receiving(station, upload):
                upload = uploads.finish(station, actor, upload)
        except Busy:
            pass  # who writes it makes it a file
    return upload, offset


@router.head("/uploads/{upload_id}", dependencies=SPEAKS, include_in_schema=False)
def tell_offset(upload_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Say from where an upload goes on."""
    upload, offset = state_of(station, actor, own_upload(station, actor, upload_id))
    headers = {
        "Upload-Offset": str(offset),
        "Upload-Length": str(upload.size),
        "Upload-Expires": _expires(upload),
        "Cache-Control": "no-store",
    }
    if upload.told:
        headers["Upload-Metadata"] = upload.told
    return Response(None, 200, headers)


@router.get("/uploads/{upload_id}")
def read_upload(upload_id: str, station: StationHere, actor: ActorHere) -> Upload:
    """Read what is known of an upload; `file_id` names the file when it is whole."""
    return state_of(station, actor, own_upload(station, actor, upload_id))[0]


@router.delete("/uploads/{upload_id}", status_code=204, dependencies=SPEAKS)
def end_upload(upload_id: str, station: StationHere, actor: ActorHere) -> None:
    """End an upload and forget what came; the file that it became stays."""
    upload = own_upload(station, actor, upload_id)
    with uploads.receiving(station, upload), station.change(actor) as change:
        change.remove(find(change.connection, Upload, upload_id))
    uploads.forget_bytes(station.uploads, [upload_id])


@router.post(
    "/uploads/{upload_id}",
    dependencies=SPEAKS,
    include_in_schema=False,
    max_body_size=MOST_BYTES,
)
async def overridden(
    upload_id: str, request: Request, station: StationHere, actor: ActorHere
) -> Response:
    """Do what `X-HTTP-Method-Override` says, for those who can only POST."""
    match request.headers.get("x-http-method-override", "").upper():
        case "PATCH":
            return await send_bytes(upload_id, request, station, actor)
        case "DELETE":
            await run_in_threadpool(end_upload, upload_id, station, actor)
            return Response(None, 204)
    raise refused(request, 405, "send PATCH", "请使用 PATCH", Allow="HEAD, GET, PATCH, DELETE")


@router.patch(
    "/uploads/{upload_id}",
    status_code=204,
    dependencies=SPEAKS,
    openapi_extra=_CHUNK_BODY,
    max_body_size=MOST_BYTES,
)
async def send_bytes(
    upload_id: str, request: Request, station: StationHere, actor: ActorHere
) -> Response:
    """Send bytes of an upload, from `Upload-Offset` on; whole, it becomes a file."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _CHUNK:
        raise refused(request, 415, f"send `Content-Type: {_CHUNK}`", f"请使用 {_CHUNK}")
    offset = whole_number(request, "upload-offset")
    wanted = _checksum(request)
    upload = await run_in_threadpool(own_upload, station, actor, upload_id)
    holding = uploads.receiving(station, upload)
    try:
        receiving = await run_in_threadpool(holding.__enter__)
    except Busy as error:
        raise refused(request, 423, str(error), error.told("zh")) from error
    try:
        if receiving.start != offset:
            raise refused(
                request, 409, f"the upload goes on at {receiving.start}; send from there",
                f"上传应从 {receiving.start} 继续", Upload_Offset=str(receiving.start),
            )  # fmt: skip
        _require_fitting(request, receiving)
        await _receive(request, receiving, wanted)
        if receiving.offset == upload.size:
            upload = await run_in_threadpool(uploads.finish, station, actor, upload)
    finally:
        holding.__exit__(None, None, None)  # at once, also when the server stops
    headers = {"Upload-Offset": str(receiving.offset), "Upload-Expires": _expires(upload)}
    if upload.file_id is not None:
        headers["X-File-Id"] = upload.file_id
    if upload.asset_version_id is not None:
        headers["X-Asset-Version-Id"] = upload.asset_version_id
    return Response(None, 204, headers)


def _require_fitting(request: Request, receiving: Receiving) -> None:
    length = request.headers.get("content-length", "0")
    if int(length) + receiving.start > receiving.upload.size:
        raise refused(
            request, 413, "more bytes come than Upload-Length says", "数据超过 Upload-Length"
        )


async def _receive(
    request: Request, receiving: Receiving, wanted: tuple[str, bytes] | None
) -> None:
    """Write the request's bytes; what came before the line broke counts, if nothing is to check."""
    found = hashlib.new(wanted[0], usedforsecurity=False) if wanted else None
    buffer = bytearray()

    def write() -> None:
        if found is not None:
            found.update(buffer)
        receiving.write(bytes(buffer), is_sure=found is None)
        buffer.clear()

    try:
        async for piece in request.stream():
            buffer += piece
            if len(buffer) >= _BUFFER_BYTES:
                await run_in_threadpool(write)
        await run_in_threadpool(write)
    except ClientDisconnect:
        if found is None:
            await run_in_threadpool(write)
            await run_in_threadpool(receiving.keep)
        raise
    if wanted and found and not hmac.compare_digest(found.digest(), wanted[1]):
        raise refused(
            request, 460, "the bytes are not those of Upload-Checksum; send them again",
            "数据与 Upload-Checksum 不符，请重新发送",
        )  # fmt: skip
    await run_in_threadpool(receiving.keep)


def _checksum(request: Request) -> tuple[str, bytes] | None:
    """Return the algorithm and the digest that the bytes of this request must have."""
    text = request.headers.get("upload-checksum")
    if text is None:
        return None
    name, _, value = text.strip().partition(" ")
    try:
        if name in _ALGORITHMS:
            return name, base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        pass
    raise refused(
        request, 400, f"Upload-Checksum is {' or '.join(_ALGORITHMS)} and the digest in base64",
        f"Upload-Checksum 应为 {' 或 '.join(_ALGORITHMS)} 加 base64 摘要",
    )  # fmt: skip


def _expires(upload: Upload) -> str:
    return format_datetime(upload.expires_at, usegmt=True)
