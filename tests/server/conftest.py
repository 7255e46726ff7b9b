from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from mstation.server.app import make_app
from mstation.station.station import Station
from tests.station.conftest import crew, new_database, station

__all__ = ["crew", "new_database", "station"]


@pytest.fixture
def client(station: Station) -> Iterator[TestClient]:
    with TestClient(make_app(station), base_url="http://station.test") as client:
        yield client
