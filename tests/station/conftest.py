from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mstation.station.station import Station, open_station
from tests.station.crew import Crew, hire
from tests.station.databases import KINDS, NewDatabase, new_databases


@pytest.fixture(scope="session", params=KINDS)
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NewDatabase]:
    with new_databases(request.param, tmp_path_factory.mktemp(request.param)) as new:
        yield new


@pytest.fixture
def station(new_database: NewDatabase, tmp_path: Path) -> Iterator[Station]:
    station = open_station(new_database(), folder=tmp_path)
    yield station
    station.close()


@pytest.fixture
def crew(station: Station) -> Crew:
    return hire(station)
