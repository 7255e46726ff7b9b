"""Lines to PostgreSQL: one that was closed is opened anew; one that asked can also write."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from mstation.errors import Conflict, NotSignedIn
from mstation.station.accounts import actor_of_token
from mstation.station.change import STATION
from mstation.station.database import is_sqlite
from mstation.station.ids import new_id
from mstation.station.organisations import Organisation
from mstation.station.station import Station


def test_a_line_that_the_database_closed_is_opened_anew(station: Station) -> None:
    with station.reading() as one, station.reading() as other:
        if is_sqlite(one):
            pytest.skip("a file has no lines")
        closed = one.execute(text("SELECT pg_backend_pid()")).scalar()
        kept = other.execute(text("SELECT pg_backend_pid()")).scalar()
    with station.engine.connect() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        victim = kept if pid == closed else closed
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": victim})
        connection.commit()
    with station.reading() as one, station.reading() as other:
        pids = {each.execute(text("SELECT pg_backend_pid()")).scalar() for each in (one, other)}
    assert len(pids) == 2
    assert victim not in pids


def test_after_a_single_question_the_line_keeps_changes_together(station: Station) -> None:
    with station.asking() as connection, pytest.raises(NotSignedIn):
        actor_of_token(connection, "ms_nobody")
    with pytest.raises(Conflict):
        _make_twice(station)
    with station.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM organisations")).scalar() == 0


def _make_twice(station: Station) -> None:
    organisation = Organisation(new_id(), 1, "Lantern")
    with station.change(STATION) as change:
        change.add(organisation)
        change.add(organisation)
