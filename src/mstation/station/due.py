"""What is due by time alone, in one place: a worker does it again and again, and so does a sweep.

An order that was not paid in time gives back what it reserved; a line that nobody objected to and
a milestone that nobody answered are released; an option on a thing or a person that nobody
confirmed lapses. A quote that expired holds nothing: it is refused when somebody orders by it, and
needs nothing done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from mstation.errors import MStationError
from mstation.station.change import STATION
from mstation.station.exchange.order_sweep import sweep_orders
from mstation.station.schema import now
from mstation.station.space.bookings import expired_options
from mstation.station.space.reserving import lapse_options
from mstation.station.station import Station
from mstation.station.talent.crew_holds import expired_holds, lapse_holds
from mstation.station.work_orders.releasing import release_silent

Act = Callable[[Station, datetime | None], int]
"""Do what is due by a moment, now where there is none, and return of how many."""

_log = logging.getLogger(__name__)


def _lapse(station: Station, at: datetime | None) -> int:
    with station.reading() as connection:
        if not expired_options(connection, at or now()):
            return 0
    with station.change(STATION) as change:
        change.at = at or change.at
        return lapse_options(change)


def _lapse_crew(station: Station, at: datetime | None) -> int:
    with station.reading() as connection:
        if not expired_holds(connection, at or now()):
            return 0
    with station.change(STATION) as change:
        change.at = at or change.at
        return lapse_holds(change)


DUE: dict[str, Act] = {
    "bookings": _lapse,
    "crew": _lapse_crew,
    "milestones": release_silent,
    "orders": sweep_orders,
}


def do_due(station: Station, at: datetime | None = None) -> int:
    """Do all that is due by a moment, now where it is left out; return how many things.

    What fails waits for the next time, and holds nothing else up.
    """
    done = 0
    for name, act in DUE.items():
        try:
            done += act(station, at)
        except MStationError as error:  # no database: the next time may find it
            _log.warning("what is due of %s waits: %s", name, error)
    return done
