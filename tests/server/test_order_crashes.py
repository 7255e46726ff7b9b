"""A real server that is killed while somebody orders: each order that it acknowledged is whole."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import httpx2

from mstation.station.change import find, find_where
from mstation.station.exchange.ledger import About
from mstation.station.exchange.licences import Licence, LicenceState
from mstation.station.exchange.orders import Order, OrderState, lines_of
from mstation.station.exchange.settlement import payments_about
from mstation.station.station import open_station
from tests.server.running import running
from tests.station.databases import NewDatabase
from tests.station.exchange.shop import ALL, exclusively, open_shop
from tests.station.market import Market, open_market

QUOTES = 30
ENOUGH = 6  # orders before the server is killed


def placing(
    server: Any,
    market: Market,
    quotes: list[str],
    kept: list[dict[str, Any]],
    enough: threading.Event,
) -> None:
    """Order one after another until nobody answers any more."""
    with server.asking(**market.signed("buyer-owner")) as asking:
        for quote_id in quotes:
            path = f"/api/parties/{market.buyer.id}/orders"
            try:
                answer = asking.post(
                    path, json={"quote_ids": [quote_id]}, headers={"Idempotency-Key": quote_id}
                )
            except httpx2.HTTPError:
                return
            assert answer.status_code == 201, answer.text
            kept.append(answer.json())
            if len(kept) >= ENOUGH:
                enough.set()


def test_no_order_that_was_acknowledged_is_lost_when_the_server_is_killed(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    database = new_database()
    station = open_station(database, folder=tmp_path / "station")
    market = open_market(station)
    shop = open_shop(station, market)
    offer = shop.offer(terms=exclusively(ALL, False))
    quotes = [shop.quote(offer).id for _ in range(QUOTES)]
    kept: list[dict[str, Any]] = []
    enough = threading.Event()
    with running("--database", database, cwd=tmp_path) as server:
        threads = [
            threading.Thread(target=placing, args=(server, market, part, kept, enough))
            for part in (quotes[::2], quotes[1::2])
        ]
        for thread in threads:
            thread.start()
        assert enough.wait(60)
        os.kill(server.process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
    assert ENOUGH <= len(kept) < QUOTES  # it was killed in the midst
    with station.reading() as connection:
        for each in kept:
            order = find(connection, Order, each["id"])
            (line,) = lines_of(connection, order.id)
            (payment,) = payments_about(connection, About("orders", order.id))
            assert order.state is OrderState.PLACED
            assert payment.amount == order.total == line.amount == each["total"]
            assert find(connection, Licence, line.licence_id).state is LicenceState.PENDING
        placed = find_where(connection, Order)
        assert len(placed) == len(find_where(connection, Licence))
        assert all(len(lines_of(connection, order.id)) == 1 for order in placed)
    with (
        running("--database", database, cwd=tmp_path) as server,
        server.asking(**market.signed("buyer-owner")) as asking,
    ):
        for quote_id in quotes:  # the same requests once more: nothing is ordered twice
            path = f"/api/parties/{market.buyer.id}/orders"
            again = asking.post(
                path, json={"quote_ids": [quote_id]}, headers={"Idempotency-Key": quote_id}
            )
            assert again.status_code == 201, again.text
    with station.reading() as connection:
        assert len(find_where(connection, Order)) == QUOTES
    station.close()
