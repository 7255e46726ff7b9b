from __future__ import annotations

from tests.station.conftest import crew, market, new_database, station

__all__ = ["crew", "market", "new_database", "station"]
