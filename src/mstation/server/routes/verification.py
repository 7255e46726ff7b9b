"""For everybody, without an account: is this licence, certificate or file genuine, and holds it?"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response

from mstation.errors import InvalidInput, NotFound
from mstation.server.asking import BrowserHere, StationHere
from mstation.server.verify_page import PAGE_HEADERS, page_of_nothing, page_of_number
from mstation.station.accounts import Browser
from mstation.station.exchange.verification import Held, Verified, verify_file, verify_number
from mstation.station.guesses import counted
from mstation.station.schema import now
from mstation.station.station import Station

router = APIRouter(tags=["verification"])

MOST_BYTES = 32 * 2**20
_AT_ONCE = 2  # files that are opened at a time, in one server
_A_FILE: dict[str, Any] = {
    "requestBody": {
        "description": "A certificate, PDF or JSON, or a media file with content credentials",
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/verify/{number}", include_in_schema=False)
def show_number(number: str, station: StationHere, browser: BrowserHere) -> Response:
    """Show people whether a licence holds: the page that a certificate's code leads to."""
    try:
        held = _held(station, number, browser)
    except NotFound:
        return Response(page_of_nothing(number), 404, PAGE_HEADERS, "text/html; charset=utf-8")
    return Response(page_of_number(held), 200, PAGE_HEADERS, "text/html; charset=utf-8")


@router.get("/api/verify/{number}")
def read_number(number: str, station: StationHere, browser: BrowserHere) -> Held:
    """Read whether a licence holds, and what it is: no price, no licensee."""
    return _held(station, number, browser)


@router.post("/api/verify", openapi_extra=_A_FILE)
async def verify_upload(request: Request, station: StationHere) -> Verified:
    """Say whether a file is genuine: a certificate of this station, or media with credentials."""
    with tempfile.TemporaryDirectory(dir=station.uploads, prefix="verify-") as folder:
        path = Path(folder) / "file"
        await _receive(request, path)
        return await anyio.to_thread.run_sync(
            verify_file, station, path, now(), limiter=_limiter(request)
        )


async def _receive(request: Request, path: Path) -> None:
    """Write the body to a file.

    Raises:
        InvalidInput: when it is empty, or larger than what is looked at.
    """
    size = 0
    async with await anyio.open_file(path, "wb") as file:
        async for part in request.stream():
            size += len(part)
            if size > MOST_BYTES:
                raise InvalidInput(
                    f"the file is larger than {MOST_BYTES >> 20} MiB; "
                    "sign in and check it where it lies",
                    zh=f"文件超过 {MOST_BYTES >> 20} MiB，请登录后在站内核验",
                )
            await file.write(part)
    if not size:
        raise InvalidInput("the file is empty; send its bytes", zh="文件为空，请发送文件内容")


def _held(station: Station, number: str, browser: Browser) -> Held:
    """Return what is known of a number; who guesses numbers waits longer and longer.

    Raises:
        NotFound: when there is none.
        TooOften: when it must wait.
    """
    with (
        counted(station, whom=f"licence:{number}", address=browser.address),
        station.reading() as connection,
    ):
        return verify_number(connection, number, now())


def _limiter(request: Request) -> anyio.CapacityLimiter:
    """Return what lets only some files be opened at once."""
    state = request.app.state
    if not hasattr(state, "verifying"):
        state.verifying = anyio.CapacityLimiter(_AT_ONCE)
    limiter: anyio.CapacityLimiter = state.verifying
    return limiter
