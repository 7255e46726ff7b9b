"""What may be done in the name of a party and of the house, cell by cell, as the server answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from mstation.server.app import show
from mstation.station.permissions import Reach, Role, house_permissions, party_permissions
from mstation.station.station import Station, open_station
from tests.server.asks import (
    catalogue,
    likeness,
    money,
    provenance,
    rights,
    space,
    talent,
    work_orders,
)
from tests.server.asks.asking import Ask, get, patch, post
from tests.station.databases import NewDatabase
from tests.station.market import Market, open_market

ASKS: dict[str, Ask] = {
    "parties.read": get("/api/parties/{seller}"),
    "parties.change": patch("/api/parties/{seller}", name_zh="灯笼资料馆"),
    "party_events.read": get("/api/parties/{seller}/events"),
    "parties.verify": post("/api/parties/{seller}/identification", identification="verified"),
    **catalogue.ASKS,
    **likeness.ASKS,
    **money.ASKS,
    **provenance.ASKS,
    **rights.ASKS,
    **space.ASKS,
    **talent.ASKS,
    **work_orders.OF_PARTIES,
}
OF_THE_HOUSE = {action for action, _ in house_permissions()}


@pytest.fixture(scope="module")
def exchange(
    app: FastAPI, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Station, Market]]:
    """One station for all cells."""
    station = open_station(new_database(), folder=tmp_path_factory.mktemp("exchange"))
    show(app, station)
    with TestClient(app, base_url="http://station.test") as client:
        yield client, station, open_market(station)
    station.close()


@pytest.mark.parametrize("action", sorted(ASKS))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_do_in_a_partys_name_what_its_cell_says(
    exchange: tuple[TestClient, Station, Market], role: Role, action: str
) -> None:
    client, _, market = exchange
    who = f"house-{role}" if action in OF_THE_HOUSE else f"seller-{role}"
    answer = ASKS[action](client, market, who)
    allowed = party_permissions()[action, role] is Reach.ALL
    assert (answer < 300) is allowed, answer
    if not allowed:
        assert answer == 403


@pytest.mark.parametrize("action", sorted(ASKS))
@pytest.mark.parametrize("who", ["buyer-owner", "stranger"])
def test_nobody_acts_for_a_party_that_is_not_theirs(
    exchange: tuple[TestClient, Station, Market], who: str, action: str
) -> None:
    client, _, market = exchange
    assert ASKS[action](client, market, who) == (403 if action in OF_THE_HOUSE else 404)


def test_every_cell_of_the_parties_is_filled_and_asked_for() -> None:
    actions = {action for action, _ in party_permissions()}
    assert set(party_permissions()) == {(action, role) for action in actions for role in Role}
    assert set(party_permissions().values()) <= {Reach.ALL, Reach.NONE}
    assert set(ASKS) == actions
