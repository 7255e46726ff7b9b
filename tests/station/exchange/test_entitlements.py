"""Downloads of originals: as often as a licence says, while it holds, each written down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from mstation.errors import Forbidden, MStationError
from mstation.station.change import STATION, Change, find
from mstation.station.exchange.entitlements import (
    MOST_DOWNLOADS,
    ONE_DOWNLOAD,
    begin_download,
    downloads_of,
    entitlement_of,
    require_holding,
)
from mstation.station.exchange.licences import (
    Licence,
    LicenceState,
    activate,
    resume,
    revoke,
    suspend,
)
from mstation.station.station import Station
from tests.station.exchange.shop import END, START, of_all, open_shop
from tests.station.market import Market


def bought(station: Station, market: Market, *, pays: bool = True) -> Licence:
    """Return the buyer's licence of a picture, until 2030."""
    shop = open_shop(station, market)
    offer = shop.offer(terms=of_all(ends_at=END))
    licence = shop.reserve(shop.quote(offer))
    if not pays:
        return licence
    with station.change(STATION) as change:
        return activate(change, licence)


def test_a_download_goes_on_for_a_day_and_counts_once(station: Station, market: Market) -> None:
    licence, who = bought(station, market), market.people["buyer-artist"].id
    with station.change(STATION) as change:
        first = begin_download(change, licence, who)
        assert begin_download(change, licence, who) == first
        other = begin_download(change, licence, market.people["buyer-owner"].id)
        change.at += ONE_DOWNLOAD + timedelta(seconds=1)
        again = begin_download(change, licence, who)
        told = [(each.id, each.account_id) for each in downloads_of(change.connection, licence)]
        assert [id_ for id_, _ in told] == [first.id, other.id, again.id]
        assert entitlement_of(change.connection, licence).downloads == 3


def test_a_licence_that_does_not_hold_opens_nothing(station: Station, market: Market) -> None:
    licence, who = bought(station, market, pays=False), market.people["buyer-artist"].id
    told = {}
    with station.change(STATION) as change:
        told["pending"] = refused(change, licence, who)
        licence = activate(change, licence)
        begin_download(change, licence, who)
        licence = suspend(change, licence, "disputed")
        told["suspended"] = refused(change, licence, who)
        licence = revoke(change, resume(change, licence), "no credit given")
        told["revoked"] = refused(change, licence, who)
    for state, words in told.items():
        assert state in words
    with pytest.raises(Forbidden, match="begins"):
        require_holding(replace(activated(licence), starts_at=START), START - timedelta(seconds=1))
    with pytest.raises(Forbidden, match="ended 2030-01-01"):
        require_holding(replace(activated(licence), ends_at=END), END)


def activated(licence: Licence) -> Licence:
    return replace(licence, state=LicenceState.ACTIVE)


def refused(change: Change, licence: Licence, who: str) -> str:
    with pytest.raises(Forbidden) as error:
        begin_download(change, licence, who)
    assert licence.number in error.value.told("zh")
    return str(error.value)


def test_no_more_downloads_than_were_given_even_at_once(station: Station, market: Market) -> None:
    licence = bought(station, market)
    people = [market.people[f"{who}-{role}"].id for who in ("buyer", "seller", "house")
              for role in ("owner", "producer", "coordinator", "supervisor", "artist", "vendor",
                           "client")]  # fmt: skip
    people += [market.people["freelancer"].id, market.people["stranger"].id]

    def fetch(who: str) -> bool:
        try:
            with station.change(STATION) as change:
                begin_download(change, find(change.connection, Licence, licence.id), who)
        except Forbidden:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(fetch, people))
    assert sum(done) == MOST_DOWNLOADS < len(people)
    with station.reading() as connection:
        assert len(downloads_of(connection, licence)) == MOST_DOWNLOADS
        assert entitlement_of(connection, licence).downloads == MOST_DOWNLOADS


def test_every_refusal_is_told_in_both_languages(station: Station, market: Market) -> None:
    licence = bought(station, market, pays=False)
    with pytest.raises(MStationError) as error, station.change(STATION) as change:
        begin_download(change, licence, market.people["buyer-artist"].id)
    assert "无法下载" in error.value.told("zh")
