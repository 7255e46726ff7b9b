"""A copy is brought: its job opens a case, and it goes live when the house has decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from mstation.errors import Conflict
from mstation.station.change import STATION, find
from mstation.station.exchange.assets import (
    Asset,
    AssetKind,
    AssetState,
    add_asset,
)
from mstation.station.exchange.cases import CaseState, decide, open_cases
from mstation.station.exchange.offering import judge_asset, offer_asset
from mstation.station.exchange.preparing import bring_version
from mstation.station.parties import Identification, Party
from mstation.station.station import Station
from mstation.work.assets import prepare
from mstation.work.kinds import AssetPrepare
from tests.media.scenes import Pixels, cropped, mirrored, scene
from tests.station.market import Market
from tests.work.desks import desk_of


def _brought(station: Station, owner: Party, pixels: Pixels, path: Path, asset_id: str = "") -> str:
    """Bring a picture, as an asset or as the next version of one, and prepare it."""
    Image.fromarray(pixels).save(path)
    with station.change(STATION) as change:
        if asset_id:
            asset = find(change.connection, Asset, asset_id)
        else:
            asset = add_asset(change, owner, kind=AssetKind.IMAGE, title="Harbour")
        blob = station.blobs.put(path.read_bytes())
        version = bring_version(change, asset, blob, name="a.png", media_type="image/png")
    prepare(AssetPrepare(version.id), desk_of(station))
    return asset.id


def test_a_copy_waits_for_the_house(station: Station, market: Market, tmp_path: Path) -> None:
    pixels = scene(1, 320, 240)
    _brought(station, market.buyer, pixels, tmp_path / "a.png")
    copy = _brought(station, market.seller, mirrored(cropped(pixels)), tmp_path / "b.png")
    with station.change(STATION) as change:
        offered = offer_asset(change, find(change.connection, Asset, copy))
        assert offered.state is AssetState.REVIEW
        (case,) = open_cases(change.connection, offered.version_id or "")
        with pytest.raises(Conflict, match="looks at it first"), change.apart():
            judge_asset(change, offered, approves=True)
        decide(
            change, case, state=CaseState.UNRELATED, note="two harbours",
            decided_by=market.people["house-owner"].id,
        )  # fmt: skip
        assert judge_asset(change, offered, approves=True).state is AssetState.LIVE


def test_what_is_live_is_looked_at_again_when_its_new_version_is_a_copy(
    station: Station, market: Market, tmp_path: Path
) -> None:
    with station.change(STATION) as change:
        change.edit(market.seller, identification=Identification.VERIFIED)
    _brought(station, market.buyer, scene(1, 320, 240), tmp_path / "a.png")
    own = _brought(station, market.seller, scene(2, 320, 240), tmp_path / "b.png")
    with station.change(STATION) as change:
        live = offer_asset(change, find(change.connection, Asset, own))
        assert live.state is AssetState.LIVE
    _brought(station, market.seller, scene(1, 320, 240), tmp_path / "c.png", own)
    with station.reading() as connection:
        assert find(connection, Asset, own).state is AssetState.REVIEW
