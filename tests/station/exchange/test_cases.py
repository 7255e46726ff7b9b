"""What is like another party's waits for the house; nothing is refused by a machine."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mstation.errors import Conflict, InvalidInput, Stale
from mstation.media.prints import ALIKE, SAME, Algorithm, Print, Prints
from mstation.station.change import STATION, find, find_where
from mstation.station.events import events_after
from mstation.station.exchange.alike import assets_like
from mstation.station.exchange.assets import Asset, AssetVersion
from mstation.station.exchange.cases import (
    Case,
    CaseState,
    Flag,
    decide,
    flags_of,
    open_cases,
    require_free,
    take_fingerprints,
)
from mstation.station.exchange.fingerprints import Fingerprint
from mstation.station.exchange.gallery import Gallery
from mstation.station.exchange.relations import are_related
from mstation.station.ids import new_id
from mstation.station.organisations import Member
from mstation.station.parties import Identification
from mstation.station.permissions import Role
from mstation.station.station import Station
from tests.media import scenes
from tests.media.scenes import Pixels
from tests.station.likenesses import bring_asset, look, open_case, png, prints_of
from tests.station.market import Market

PIXELS = scenes.scene(1, 320, 240)


def _shifted(pixels: Pixels) -> Pixels:
    """Return other bytes that show the same."""
    return np.clip(pixels.astype(np.int16) + 3, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("change", "algorithm"),
    [
        (lambda pixels: pixels, Algorithm.SHA256),
        (_shifted, Algorithm.PDQ),
        (scenes.mirrored, Algorithm.PDQ),
        (scenes.cropped, Algorithm.PDQ_TILE),
    ],
    ids=["the same bytes", "other bytes", "mirrored", "cropped"],
)
def test_what_is_like_anothers_opens_a_case(
    station: Station, market: Market, change: Callable[[Pixels], Pixels], algorithm: Algorithm
) -> None:
    first, second = png(PIXELS), png(change(PIXELS))
    theirs = bring_asset(station, market.buyer, first)
    assert look(station, theirs, first) == []
    mine = bring_asset(station, market.seller, second)
    (case,) = look(station, mine, second)
    assert (case.algorithm, case.match_version_id) == (algorithm, theirs.id)
    assert case.distance <= SAME
    with station.reading() as connection:
        assert open_cases(connection, mine.id) == [case]
        assert open_cases(connection, theirs.id) == []


def test_what_is_unlike_or_ones_own_opens_none(station: Station, market: Market) -> None:
    for owner, pixels in (
        (market.seller, PIXELS),
        (market.seller, scenes.mirrored(PIXELS)),
        (market.buyer, scenes.scene(2, 320, 240)),
        (market.freelancer, np.full((90, 90, 3), 7, np.uint8)),
        (market.buyer, np.full((91, 90, 3), 7, np.uint8)),  # flat: nothing to be known by
    ):
        assert look(station, bring_asset(station, owner, png(pixels)), png(pixels)) == []


def test_a_version_goes_live_when_the_house_has_found_it_free(
    station: Station, market: Market
) -> None:
    case = open_case(station, market)
    who = market.people["house-owner"].id
    with station.change(STATION) as change:
        with pytest.raises(Conflict, match="looks at it first"):
            require_free(change.connection, case.asset_version_id)
        same = decide(change, case, state=CaseState.SAME, note="a crop of it", decided_by=who)
        with pytest.raises(Conflict, match="another party's"):
            require_free(change.connection, case.asset_version_id)
        with pytest.raises(Stale):
            decide(change, case, state=CaseState.UNRELATED, note="…", decided_by=who)
        decide(change, same, state=CaseState.DERIVATIVE, note="they allowed it", decided_by=who)
        require_free(change.connection, case.asset_version_id)
        assert open_cases(change.connection, case.asset_version_id) == []


@pytest.mark.parametrize(
    ("state", "note"), [(CaseState.OPEN, "later"), (CaseState.SAME, " "), (CaseState.SAME, "a\0b")]
)
def test_nothing_is_decided_without_a_finding_and_a_reason(
    station: Station, market: Market, state: CaseState, note: str
) -> None:
    case = open_case(station, market)
    with station.change(STATION) as change, pytest.raises(InvalidInput):
        decide(change, case, state=state, note=note, decided_by=market.people["house-owner"].id)


def test_done_again_it_changes_nothing(station: Station, market: Market) -> None:
    case = open_case(station, market)
    with station.change(STATION) as change:
        kept = find_where(change.connection, Fingerprint)
        version = find(change.connection, AssetVersion, case.asset_version_id)
        assert take_fingerprints(change, Gallery(), version, Prints(())) == [case]
        assert find_where(change.connection, Fingerprint) == kept


def test_of_two_that_come_at_once_one_sees_the_other(station: Station, market: Market) -> None:
    content = png(PIXELS)
    prints = prints_of(content)
    both = [bring_asset(station, owner, content) for owner in (market.seller, market.buyer)]

    def take(version: AssetVersion) -> int:
        with station.change(STATION) as change:
            return len(take_fingerprints(change, Gallery(), version, prints))

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(take, both)) >= 1


def test_the_owner_is_not_told_whose_it_is_like(station: Station, market: Market) -> None:
    case = open_case(station, market)
    with station.reading() as connection:
        told = events_after(connection, 0, party_id=market.seller.id)
    (opened,) = [each.after for each in told if each.noun == "cases"]
    assert opened is not None
    assert opened["match_party_id"] == opened["match_version_id"] == "…"
    values = {each.after["value"] for each in told if each.noun == "fingerprints" and each.after}
    assert values == {"…"}
    assert case.match_party_id == market.buyer.id


def test_the_house_is_told_what_it_should_know(station: Station, market: Market) -> None:
    case = open_case(station, market)
    with station.change(STATION) as change:
        assert flags_of(change.connection, case) == (Flag.LIKELY, Flag.PART)
        change.edit(market.buyer, identification=Identification.VERIFIED)
        both = market.people["seller-owner"].id
        change.add(Member(new_id(), 1, market.buyer.organisation_id or "", both, Role.VENDOR))
        assert flags_of(change.connection, case) == (
            Flag.LIKELY, Flag.PART, Flag.SAME_PEOPLE, Flag.OTHER_IS_VERIFIED,
        )  # fmt: skip
        assert not are_related(change.connection, market.seller, market.freelancer)
        assert not are_related(change.connection, market.museum, market.freelancer)


def test_a_gallery_reads_what_came_since(station: Station, market: Market) -> None:
    gallery, asked = Gallery(), prints_of(png(scenes.cropped(PIXELS)))
    with station.reading() as connection:
        assert gallery.find(connection, asked) == []
    for seed in (1, 2, 3):
        content = png(scenes.scene(seed, 320, 240))
        look(station, bring_asset(station, market.seller, content), content)
        with station.reading() as connection:
            assert len({each.asset_version_id for each in gallery.find(connection, asked)}) == 1
            fresh = Gallery()
            assert fresh.find(connection, asked) == gallery.find(connection, asked)


def test_a_party_finds_what_is_live_and_its_own_and_the_house_all(
    station: Station, market: Market
) -> None:
    content = png(PIXELS)
    draft = bring_asset(station, market.seller, content, is_live=False)
    look(station, draft, content)
    asked, gallery = prints_of(png(scenes.mirrored(PIXELS))), Gallery()
    with station.change(STATION) as change:
        for party_id, sees in (
            (market.seller.id, True), (market.house.party_id, True), (market.buyer.id, False),
        ):  # fmt: skip
            found = assets_like(change.connection, gallery, asked, party_id)
            assert [each.asset_version_id for each in found] == [draft.id] * sees
        assert find(change.connection, Asset, draft.asset_id).state == "draft"


def _movie(frames: list[bytes]) -> Prints:
    kept = Print(Algorithm.FRAME, b"".join(frames).hex())
    return Prints((kept,), (b"".join(frames) * 2).hex())


def test_a_movie_is_alike_by_the_share_of_its_frames(station: Station, market: Market) -> None:
    chance = np.random.default_rng(5)
    frames = [chance.bytes(32) for _ in range(40)]
    others = [chance.bytes(32) for _ in range(40)]
    whole = bring_asset(station, market.buyer, b"whole", media_type="video/mp4")
    gallery = Gallery()
    with station.change(STATION) as change:
        assert take_fingerprints(change, gallery, whole, _movie(frames)) == []
    with station.reading() as connection:
        (part,) = gallery.find(connection, _movie(others[:5] + frames[10:20]))
        assert (part.algorithm, part.distance, part.share_bp) == (Algorithm.FRAME, 0, 6666)
        assert gallery.find(connection, _movie(others[:30] + frames[:2])) == []  # less than a tenth
        assert gallery.find(connection, _movie(others)) == []


@pytest.mark.parametrize("flipped", [SAME, SAME + 1, ALIKE, ALIKE + 1])
def test_up_to_45_bits_open_a_case_and_up_to_31_are_likely(
    station: Station, market: Market, flipped: int
) -> None:
    bits = np.random.default_rng(flipped).integers(0, 2, 256, dtype=np.uint8)
    near = bits.copy()
    near[:flipped] ^= 1
    made: list[Case] = []
    for owner, each in ((market.buyer, bits), (market.seller, near)):
        value = np.packbits(each).tobytes()
        version = bring_asset(station, owner, value)
        with station.change(STATION) as change:
            prints = Prints((Print(Algorithm.PDQ, value.hex()),), value.hex())
            made = take_fingerprints(change, Gallery(), version, prints)
    assert [case.distance for case in made] == [flipped] * (flipped <= ALIKE)
    with station.reading() as connection:
        for case in made:
            assert (Flag.LIKELY in flags_of(connection, case)) is (flipped <= SAME)
