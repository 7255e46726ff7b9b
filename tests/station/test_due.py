"""What is due by time is done in one place, whoever looks, each when its time is over."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from mstation.errors import Conflict
from mstation.station.change import STATION, find_where
from mstation.station.due import do_due
from mstation.station.exchange.orders import place_order
from mstation.station.parties import House
from mstation.station.schema import now
from mstation.station.station import Station
from mstation.station.sweeping import sweep
from tests.station.crew import Crew
from tests.station.market import Market
from tests.station.waiting import DONE, WAITS, let_wait


def test_each_is_done_when_its_time_is_over_and_once(
    station: Station, crew: Crew, market: Market
) -> None:
    waiting = let_wait(station, crew, market)
    assert do_due(station) == 0
    assert waiting.states() == WAITS
    later = now() + timedelta(days=13)
    assert do_due(station, later) == 2
    soon = {name: DONE[name] for name in ("option", "unpaid")}
    assert waiting.states() == WAITS | soon
    assert do_due(station, later + timedelta(days=2)) == 2
    assert waiting.states() == DONE
    assert do_due(station, later + timedelta(days=2)) == 0
    with station.change(STATION) as change:
        change.at = waiting.quote.expires_at  # it holds nothing, and needs nothing done
        with pytest.raises(Conflict, match="expired"), change.apart():
            place_order(change, market.buyer, [waiting.quote.id])


def test_a_sweep_does_what_is_due_and_a_dry_one_nothing(
    station: Station, crew: Crew, market: Market
) -> None:
    waiting = let_wait(station, crew, market)
    waiting.pass_time()
    assert sweep(station, is_told_only=True).due == 0
    assert waiting.states() == WAITS
    assert sweep(station).due == 4
    assert waiting.states() == DONE


def test_what_cannot_be_done_waits_and_holds_nothing_else_up(
    station: Station, crew: Crew, market: Market, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = let_wait(station, crew, market)
    waiting.pass_time()
    with station.change(STATION) as change:
        (house,) = find_where(change.connection, House)
        change.remove(house)  # nobody takes a fee: nothing is paid out
    with caplog.at_level(logging.WARNING):
        assert do_due(station) == 2
    assert waiting.states() == WAITS | {name: DONE[name] for name in ("option", "unpaid")}
    assert {record.message.split()[0] for record in caplog.records} == {"milestone", "what"}
    with station.change(STATION) as change:
        change.add(house)
    assert do_due(station) == 2
    assert waiting.states() == DONE
