from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mstation.station.station import Station, open_station
from tests.station.crew import Crew, hire
from tests.station.databases import KINDS, Databases, NewDatabase, forget
from tests.station.market import Market, open_market


@pytest.fixture(scope="session", params=KINDS)
def new_database(request: pytest.FixtureRequest, databases: Databases) -> NewDatabase:
    return databases(request.param)


@pytest.fixture
def station(new_database: NewDatabase, tmp_path: Path) -> Iterator[Station]:
    address = new_database()
    station = open_station(address, folder=tmp_path)
    yield station
    station.close()
    forget(address)


@pytest.fixture
def crew(station: Station) -> Crew:
    return hire(station)


@pytest.fixture
def market(station: Station) -> Market:
    return open_market(station)
