"""Find what is like a picture, a sound or a movie: send it, and see which assets are near."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Request

from mstation.errors import InvalidInput
from mstation.media.kinds import ASKING_LIMITS
from mstation.media.sniff import HEAD_BYTES, media_type_of
from mstation.server.asking import ActorHere, StationHere, request_body
from mstation.station.change import Actor
from mstation.station.exchange.alike import Alike, assets_like
from mstation.station.exchange.fingerprints import fingerprints_of
from mstation.station.parties import acting_for
from mstation.station.station import Station

if TYPE_CHECKING:  # it brings numpy: only who searches loads it
    from mstation.station.exchange.gallery import Gallery

router = APIRouter(prefix="/api", tags=["exchange"])

_AT_ONCE = 2  # files that are opened: one a core
_BODY = {
    "requestBody": {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    }
}


@router.post("/parties/{party_id}/likeness", openapi_extra=_BODY)
async def find_alike(
    party_id: str,
    request: Request,
    station: StationHere,
    actor: ActorHere,
    content: Annotated[bytes, Depends(request_body)],
) -> list[Alike]:
    """Find the assets that are like a file, of those that a party may see; nothing is kept."""
    await anyio.to_thread.run_sync(_require_may, station, actor, party_id)
    gallery = _gallery(request, station)
    return await anyio.to_thread.run_sync(
        _found, station, gallery, party_id, content, limiter=_limiter(request)
    )


def _require_may(station: Station, actor: Actor, party_id: str) -> None:
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "likeness.search")


def _found(station: Station, gallery: Gallery, party_id: str, content: bytes) -> list[Alike]:
    with tempfile.TemporaryDirectory(dir=station.uploads, prefix="alike-") as folder:
        file = Path(folder) / "asked"
        file.write_bytes(content)
        prints = fingerprints_of(file, media_type_of(content[:HEAD_BYTES]), limits=ASKING_LIMITS)
    if not prints.prints:
        raise InvalidInput(
            "there is nothing to see or to hear in it; send a picture, a movie or a sound",
            zh="文件中没有可识别的画面或声音；请发送图片、影片或声音文件",
        )
    with station.reading() as connection:
        return assets_like(connection, gallery, prints, party_id)


def _gallery(request: Request, station: Station) -> Gallery:
    """Return what this process holds of a station in memory."""
    from mstation.station.exchange.gallery import Gallery

    held: Any = getattr(request.app.state, "gallery", None)
    if held is None or held[0] is not station:
        held = (station, Gallery())
        request.app.state.gallery = held
    gallery: Gallery = held[1]
    return gallery


def _limiter(request: Request) -> anyio.CapacityLimiter:
    """Return what lets only some files be opened at once: the others wait, and hold up nobody."""
    state = request.app.state
    if not hasattr(state, "looking"):
        state.looking = anyio.CapacityLimiter(_AT_ONCE)
    limiter: anyio.CapacityLimiter = state.looking
    return limiter
