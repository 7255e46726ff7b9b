"""Assets: from a draft to what everybody sees, and what content may come."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from mstation.errors import Conflict, InvalidInput
from mstation.station.backup import restore_backup, write_backup
from mstation.station.change import STATION, Change, find
from mstation.station.exchange.assets import (
    Asset,
    AssetKind,
    AssetState,
    AssetVersion,
    add_asset,
    assets,
    by_words,
    edit_asset,
    withdraw_asset,
)
from mstation.station.exchange.catalogue import Sought, live_assets
from mstation.station.exchange.offering import judge_asset, offer_asset
from mstation.station.exchange.preparing import (
    Made,
    RenditionKind,
    bring_version,
    keep_previews,
    preparation_of,
    renditions_of,
    require_content,
)
from mstation.station.jobs import JobState
from mstation.station.parties import Identification, Party
from mstation.station.station import Station, open_station
from tests.station.databases import NewDatabase
from tests.station.market import Market


def shown(
    change: Change, station: Station, owner: Party, title: str = "Mask", **media: object
) -> Asset:
    """Return an asset whose first version has its previews."""
    asset = add_asset(change, owner, kind=AssetKind.IMAGE, title=title)
    content, small = station.blobs.put(title.encode()), station.blobs.put(b"small")
    version = bring_version(change, asset, content, name="a.png", media_type="image/png")
    made = Made(RenditionKind.THUMBNAIL, small, "image/jpeg", {})
    return keep_previews(change, version, media, [made])


def test_what_is_offered_waits_for_the_house_unless_its_owner_is_verified(
    station: Station, market: Market
) -> None:
    with station.change(STATION) as change:
        asset = offer_asset(change, shown(change, station, market.seller))
        assert asset.state is AssetState.REVIEW
        back = judge_asset(change, asset, approves=False, finding="no such mask")
        assert (back.state, back.finding) == (AssetState.DRAFT, "no such mask")
        live = judge_asset(change, offer_asset(change, back), approves=True)
        assert (live.state, live.finding) == (AssetState.LIVE, None)
        known = change.edit(market.freelancer, identification=Identification.VERIFIED)
        assert offer_asset(change, shown(change, station, known)).state is AssetState.LIVE


def test_the_house_looks_again_at_what_is_changed_while_it_is_live(
    station: Station, market: Market
) -> None:
    with station.change(STATION) as change:
        asset = offer_asset(change, shown(change, station, market.seller))
        asset = judge_asset(change, asset, approves=True)
        assert edit_asset(change, asset, title=asset.title) == asset
        asset = edit_asset(change, asset, title="Golden mask")
        assert asset.state is AssetState.REVIEW
        asset = judge_asset(change, asset, approves=True)
        content, small = station.blobs.put(b"two"), station.blobs.put(b"small 2")
        version = bring_version(change, asset, content, name="b.png", media_type="image/png")
        assert find(change.connection, Asset, asset.id).state is AssetState.LIVE
        made = Made(RenditionKind.THUMBNAIL, small, "image/jpeg", {})
        asset = keep_previews(change, version, {}, [made])
        assert (asset.state, asset.version_id) == (AssetState.REVIEW, version.id)


def test_what_makes_no_sense_is_refused(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        bare = add_asset(change, market.seller, kind=AssetKind.IMAGE, title_zh="面具", title="")
        with pytest.raises(Conflict, match="previews"):
            offer_asset(change, bare)
        with pytest.raises(Conflict):
            withdraw_asset(change, bare)
        with pytest.raises(Conflict):
            judge_asset(change, bare, approves=True)
        with pytest.raises(InvalidInput):
            edit_asset(change, bare, title_zh=" ")
        with pytest.raises(InvalidInput):
            add_asset(change, market.seller, kind=AssetKind.IMAGE, title=" ")
        ready = shown(change, station, market.seller)
        with pytest.raises(Conflict, match="content"):
            edit_asset(change, ready, kind=AssetKind.AUDIO)
        waiting = offer_asset(change, ready)
        with pytest.raises(Conflict):
            offer_asset(change, waiting)
        with pytest.raises(InvalidInput, match="why"):
            judge_asset(change, waiting, approves=False)


@pytest.mark.parametrize(
    ("kind", "name", "media_type", "told"),
    [
        (AssetKind.IMAGE, "mask.jpg", "application/zip", "application/zip"),
        (AssetKind.IMAGE, "mask.png", "image/jpeg", "not what its name says"),
        (AssetKind.IMAGE, "mask", "text/html", "text/html"),
        (AssetKind.AUDIO, "mask.png", "image/png", "image/png"),
        (AssetKind.MODEL, "mask.glb", "application/octet-stream", "octet-stream"),
        (AssetKind.SCRIPT, "script.pdf", "text/html", "text/html"),
    ],
)
def test_content_that_is_not_what_it_says_is_refused_by_name(
    kind: AssetKind, name: str, media_type: str, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told) as refused:
        require_content(kind, name, media_type)
    assert f"`{name}`" in str(refused.value)
    assert f"`{name}`" in refused.value.told("zh")


def test_previews_are_asked_for_and_kept_once(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        asset = add_asset(change, market.seller, kind=AssetKind.IMAGE, title="Mask")
        content = station.blobs.put(b"one")
        version = bring_version(change, asset, content, name="a.png", media_type="image/png")
        assert preparation_of(change.connection, version).state is JobState.WAITING
        made = Made(RenditionKind.THUMBNAIL, content, "image/jpeg", {"width": 4})
        asset = keep_previews(change, version, {"width": 8}, [made])
        assert keep_previews(change, version, {"width": 9}, [made]) == asset
        assert len(renditions_of(change.connection, version.id)) == 1
        assert find(change.connection, AssetVersion, version.id).media == {"width": 8}


def test_the_catalogue_is_filtered_by_what_the_files_say(station: Station, market: Market) -> None:
    sizes: dict[str, dict[str, object]] = {
        "small": {"width": 640, "height": 480},
        "large": {"width": 4096, "height": 2160, "duration_s": 12.5},
        "light": {"triangles": 900},
        "heavy": {"triangles": 2_000_000},
    }
    with station.change(STATION) as change:
        known = change.edit(market.seller, identification=Identification.VERIFIED)
        for title, media in sizes.items():
            offer_asset(change, shown(change, station, known, title, **media))
        shown(change, station, known, "small draft", width=4096)

    def found(sought: Sought) -> set[str]:
        with station.reading() as connection:
            rows = connection.execute(live_assets(connection, sought)).mappings()
            return {row["title"] for row in rows}

    assert found(Sought()) == set(sizes)
    assert found(Sought(least_width=1000, least_height=2000)) == {"large"}
    assert found(Sought(most_s=20.0)) == {"large"}
    assert found(Sought(least_s=20.0)) == set()
    assert found(Sought(most_triangles=1000)) == {"light"}
    assert found(Sought(words="smal", kind=AssetKind.IMAGE)) == {"small"}
    assert found(Sought(party_id=market.buyer.id)) == set()
    assert found(Sought(media_type="image/png", words="heavy")) == {"heavy"}


def test_a_restored_station_finds_its_assets(
    station: Station,
    market: Market,
    new_database: NewDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with station.change(STATION) as change:
        shown(change, station, market.seller, "青铜面具")
    folder = tmp_path_factory.mktemp("restored")
    write_backup(station, folder / "b.zip")
    address = new_database()
    restore_backup(folder / "b.zip", address, folder / "data")
    restored = open_station(address, folder=folder / "data")
    with restored.reading() as connection:
        query = select(assets.c.title).where(by_words.finds(connection, "面具"))
        assert connection.execute(query).scalars().all() == ["青铜面具"]
    restored.close()


def test_what_the_owner_changes_is_found_by_its_new_words(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        asset = add_asset(change, market.seller, kind=AssetKind.IMAGE, title="Mask")
        asset = edit_asset(change, asset, title="Drum", title_zh="鼓")
        for sought, expected in (("mask", 0), ("drum", 1), ("鼓", 1)):
            query = select(assets.c.id).where(by_words.finds(change.connection, sought))
            assert len(change.connection.execute(query).all()) == expected
        assert replace(asset, revision=1).title == "Drum"
