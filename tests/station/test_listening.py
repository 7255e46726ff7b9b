"""One thread hears of every change: of this process, of others, after a dropped line."""

from __future__ import annotations

import threading

from sqlalchemy import text

from mstation.station.change import STATION
from mstation.station.listening import Listener, Logs
from mstation.station.production.entities import Kind, add_entity
from mstation.station.station import Station, open_station
from tests.station.crew import Crew

_LISTENING = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
)


def _shoot(station: Station, crew: Crew, label: str) -> None:
    with station.change(STATION) as change:
        add_entity(change, crew.project, kind=Kind.SHOT, label=label)


def test_changes_are_heard_whoever_makes_them_also_after_a_dropped_line(
    station: Station, crew: Crew
) -> None:
    other = open_station(station.engine.url.render_as_string(hide_password=False))
    news, heard = threading.Event(), list[Logs]()

    def hear(logs: Logs) -> None:
        heard.append(logs)
        news.set()

    listener = Listener(station)
    listener.start()
    listener.listen(hear)
    try:
        for number, who in enumerate((station, other)):
            _shoot(who, crew, f"heard-{number}")
            assert news.wait(20.0)
            news.clear()
        if station.engine.dialect.name == "postgresql":
            with station.engine.begin() as connection:
                assert connection.execute(_LISTENING).scalar()
        _shoot(other, crew, "while nobody heard")
        assert news.wait(20.0)
    finally:
        listener.close()
        other.close()
    assert set(heard) == {frozenset({crew.project.id})}
