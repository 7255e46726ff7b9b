"""What time does to orders: what is not paid is given back, what nobody objects to is released."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from mstation.errors import MStationError
from mstation.station.change import STATION, Change
from mstation.station.exchange.orders import (
    expire,
    release_unanswered,
    unanswered_lines,
    unpaid_orders,
)
from mstation.station.schema import now
from mstation.station.station import Station

_Finds = Callable[[Connection, datetime], list[str]]
_Does = Callable[[Change, str], bool]

_log = logging.getLogger(__name__)


def sweep_orders(station: Station, at: datetime | None = None) -> int:
    """Do what is due by a moment, now where it is left out; return how many orders and lines.

    Each is a change of its own: what somebody else holds just now, or is refused, is left for the
    next time, and holds no other up.
    """
    moment = at or now()
    given_back = _each(station, moment, unpaid_orders, expire)
    return given_back + _each(station, moment, unanswered_lines, release_unanswered)


def _each(station: Station, at: datetime, finds: _Finds, does: _Does) -> int:
    with station.reading() as connection:
        found = finds(connection, at)
    done = 0
    for id_ in found:
        try:
            with station.change(STATION) as change:
                change.at = at
                done += does(change, id_)
        except MStationError as error:
            _log.warning("what is due of `%s` waits: %s", id_, error)
    return done
