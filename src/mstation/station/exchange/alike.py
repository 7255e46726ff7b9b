"""A file in; the assets that are like it, of those that a party may see, out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mstation.media.prints import SAME, Algorithm, Prints
from mstation.station.change import find, find_where
from mstation.station.exchange.assets import Asset, AssetState
from mstation.station.exchange.cases import versions_by_id
from mstation.station.parties import House

if TYPE_CHECKING:  # it brings numpy: only who searches loads it
    from mstation.station.exchange.gallery import Gallery


@dataclass(frozen=True, slots=True)
class Alike:
    """An asset that is like what was asked for."""

    asset_id: str
    asset_version_id: str
    party_id: str
    title: str
    title_zh: str
    algorithm: Algorithm
    distance: int  # bits of 256 that differ
    share_bp: int  # how much of the shorter one is alike, basis points
    is_same: bool  # as near as copies are


def assets_like(
    connection: Connection, gallery: Gallery, prints: Prints, party_id: str
) -> list[Alike]:
    """Return the assets that are like a file, the nearest first; each once.

    A party sees what is live and what is its own; the house sees all.
    """
    sees_all = bool(find_where(connection, House, party_id=party_id))
    matches = gallery.find(connection, prints)
    versions = versions_by_id(connection, sorted({each.asset_version_id for each in matches}))
    found: dict[str, Alike] = {}
    for match in matches:
        version = versions.get(match.asset_version_id)
        if version is None or version.asset_id in found:
            continue
        asset = find(connection, Asset, version.asset_id)
        if sees_all or asset.state is AssetState.LIVE or asset.party_id == party_id:
            found[asset.id] = Alike(
                asset.id, version.id, asset.party_id, asset.title, asset.title_zh,
                match.algorithm, match.distance, match.share_bp, match.distance <= SAME,
            )  # fmt: skip
    return list(found.values())
