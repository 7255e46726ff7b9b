from __future__ import annotations

from tests.station.conftest import crew, new_database, station

__all__ = ["crew", "new_database", "station"]
