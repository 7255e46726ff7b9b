from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from mstation.server.app import make_app, show
from mstation.station.station import Station, open_station
from tests.station.conftest import crew, market, new_database, station

__all__ = ["crew", "market", "new_database", "station"]


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """The app, built once: that takes longer than most tests; each puts its own station in."""
    return make_app(open_station("sqlite://"))


@pytest.fixture
def client(app: FastAPI, station: Station) -> Iterator[TestClient]:
    show(app, station)
    with TestClient(app, base_url="http://station.test") as client:
        yield client
