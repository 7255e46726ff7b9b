"""Assets that are like each other, to test with."""

from __future__ import annotations

import io
import tempfile
from functools import lru_cache
from pathlib import Path

from PIL import Image

from mstation.media.prints import Prints
from mstation.station.change import STATION
from mstation.station.exchange.assets import (
    AssetKind,
    AssetState,
    AssetVersion,
    add_asset,
    add_asset_version,
)
from mstation.station.exchange.cases import Case, take_fingerprints
from mstation.station.exchange.fingerprints import fingerprints_of
from mstation.station.exchange.gallery import Gallery
from mstation.station.parties import Party
from mstation.station.station import Station
from tests.media.scenes import Pixels, cropped, scene
from tests.station.market import Market


def png(pixels: Pixels | None = None) -> bytes:
    """Return a picture as a file."""
    kept = io.BytesIO()
    Image.fromarray(scene(1, 320, 240) if pixels is None else pixels).save(kept, "png")
    return kept.getvalue()


def bring_asset(
    station: Station, owner: Party, content: bytes, *, title: str = "Harbour", is_live: bool = True,
    media_type: str = "image/png", kind: AssetKind = AssetKind.IMAGE,
) -> AssetVersion:  # fmt: skip
    """Bring an asset; nothing is known of its content yet."""
    with station.change(STATION) as change:
        asset = add_asset(change, owner, kind=kind, title=title)
        if is_live:
            asset = change.edit(asset, state=AssetState.LIVE)
        blob = station.blobs.put(content)
        return add_asset_version(change, asset, blob, name="a", media_type=media_type)


@lru_cache(maxsize=32)
def prints_of(content: bytes, media_type: str = "image/png") -> Prints:
    """Return what a content is known by."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a"
        file.write_bytes(content)
        return fingerprints_of(file, media_type)


def look(
    station: Station, version: AssetVersion, content: bytes, gallery: Gallery | None = None
) -> list[Case]:
    """Let a version be known, and return the cases that it opens."""
    prints = prints_of(content, version.media_type)
    with station.change(STATION) as change:
        return take_fingerprints(change, gallery or Gallery(), version, prints)


def open_case(station: Station, market: Market) -> Case:
    """Let the seller bring a crop of what the buyer brought before."""
    pixels = scene(4, 320, 240)
    for owner, content in ((market.buyer, png(pixels)), (market.seller, png(cropped(pixels)))):
        made = look(station, bring_asset(station, owner, content), content)
    return made[0]
