"""A blob in, an answer with the bytes that were asked for out. Source: RFC 9110, 13 and 14."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from mstation.server.problems import language_of, problem
from mstation.station.blobs import Blob, Blobs, damaged

# What a browser may show by itself; everything else it saves. Never HTML, SVG, XML or PDF.
_SHOWN = {
    "image/png", "image/jpeg", "image/gif", "image/webp",
    "video/mp4", "video/webm", "video/quicktime",
    "audio/wav", "audio/mpeg", "audio/mp4", "audio/flac", "audio/ogg",
    "application/json",
}  # fmt: skip
_HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-cache",  # to be asked again: rights may have changed
    "Content-Encoding": "identity",  # ranges count the bytes of the file itself
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def answer_blob(
    request: Request,
    blobs: Blobs,
    blob: Blob,
    *,
    media_type: str,
    name: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a blob, or the range of it that was asked for; its ETag is its digest.

    206: a range; 304: the asker has it; 416: it has no such bytes.
    """
    tag = f'"{blob.digest}"'
    told = {
        **_HEADERS,
        **(headers or {}),
        "ETag": tag,
        "Content-Disposition": disposition(name, is_shown=media_type in _SHOWN),
    }
    if _matches(request.headers.get("if-none-match", ""), tag):
        return Response(None, 304, told)
    asked = request.headers.get("range", "")
    if request.headers.get("if-range", tag) != tag or request.method != "GET":
        asked = ""
    span = span_of(asked, blob.size)
    if span is None:
        return _not_there(request, blob.size)
    start, end, is_part = span
    told["Content-Length"] = str(end - start)
    if is_part:
        told["Content-Range"] = f"bytes {start}-{end - 1}/{blob.size}"
    if request.method == "HEAD":
        return Response(None, 200, told, media_type=media_type)
    pieces = blobs.pieces(blob.digest, start, end) if is_part else checked(blobs, blob)
    first = next(pieces, b"")  # what is not there, or damaged, is said before the answer starts
    body = chain((first,), pieces)
    return StreamingResponse(body, 206 if is_part else 200, told, media_type=media_type)


def span_of(asked: str, size: int) -> tuple[int, int, bool] | None:
    """Return the first byte, the one after the last, and whether it is a range that was asked for.

    None: there is no such byte. What is no single range of bytes asks for everything.
    """
    found = _RANGE.fullmatch(asked)
    if found is None or found.groups() == ("", ""):
        return 0, size, False
    first, last = found.groups()
    if not first:  # the last so many
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return 0, size, False
    return (start, end, True) if start < end else None


def checked(blobs: Blobs, blob: Blob) -> Iterator[bytes]:
    """Return a whole blob in pieces; the last comes only when all of it is what its name says.

    Raises:
        StoreFailed: when it is damaged: the line breaks, and nobody takes it for whole.
    """
    found = hashlib.sha256()
    held = b""
    for piece in blobs.pieces(blob.digest):
        found.update(piece)
        if held:
            yield held
        held = piece
    if found.hexdigest() != blob.digest:
        raise damaged(blob.digest)
    yield held


def disposition(name: str, *, is_shown: bool) -> str:
    """Return how a file is named to who saves it. Sources: RFC 6266, RFC 8187."""
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", name)
    kind = "inline" if is_shown else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _matches(told: str, tag: str) -> bool:
    tags = (each.strip().removeprefix("W/") for each in told.split(","))
    return any(each in ("*", tag) for each in tags)


def _not_there(request: Request, size: int) -> Response:
    detail = f"the file has {size} bytes and no such range"
    if language_of(request) == "zh":
        detail = f"文件共 {size} 字节，没有所请求的范围"
    answer = problem(416, detail)
    answer.headers["Content-Range"] = f"bytes */{size}"
    return answer
