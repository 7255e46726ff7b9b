"""Tries at passwords and codes, counted for all processes: who guesses waits longer and longer.

A try is counted three times: of the account from that network address, of the address whatever it
tries, and of the account wherever it is tried. The last one waits a minute at most and does not
bind addresses from which the person signed in before: strangers can slow a person down at a new
place, and never lock them out.

Source: OWASP, Authentication Cheat Sheet, Login Throttling; NIST SP 800-63B-4, 3.2.2.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    String,
    Table,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from mstation.errors import NotSignedIn, TooOften
from mstation.station.change import STATION
from mstation.station.database import is_sqlite
from mstation.station.schema import Moment, metadata
from mstation.station.station import Station

KNOWN_FOR = timedelta(days=90)  # an address from which somebody signed in
_CLEARED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries are free, and how long one waits after more of them."""

    free: int
    longest_s: int
    one_forgotten_after_s: int

    def wait_s(self, failures: float) -> int:
        """Return how long one waits after so many failures: 1, 2, 4 … seconds."""
        beyond = math.ceil(failures) - self.free
        return 0 if beyond <= 0 else min(self.longest_s, 2 ** min(beyond - 1, 30))


HERE = Limit(free=5, longest_s=900, one_forgotten_after_s=900)  # one account from one address
ADDRESS = Limit(free=30, longest_s=900, one_forgotten_after_s=120)  # a studio may share it
ANYWHERE = Limit(free=50, longest_s=60, one_forgotten_after_s=600)  # one account

guesses = Table(
    "guesses",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("failures", Float, nullable=False),
    Column("at", Moment, nullable=False),
    Column("waits_until", Moment, nullable=False),
    Column("is_known", Boolean, nullable=False),
    Column("forget_at", Moment, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class _Keys:
    here: str
    address: str
    anywhere: str

    def limits(self) -> dict[str, Limit]:
        return {self.here: HERE, self.address: ADDRESS, self.anywhere: ANYWHERE}


@contextmanager
def counted(station: Station, *, whom: str, address: str) -> Iterator[None]:
    """Count a try before it is made, and no longer once the block ends well.

    whom: whose secret is tried, `account:MAIL`, whether there is such an account or not.
    address: from which network address.

    Raises:
        TooOften: when it must wait; nothing is tried or counted then.
    """
    keys = _keys(whom, address)
    with station.change(STATION) as change:
        _take(change.connection, keys, change.at)
    try:
        yield
    except NotSignedIn as error:
        if error.needs is not None:  # what was told so far was right
            with station.change(STATION) as change:
                _give_back(change.connection, keys, change.at, is_known=False)
        raise
    with station.change(STATION) as change:
        _give_back(change.connection, keys, change.at, is_known=True)


def _keys(whom: str, address: str) -> _Keys:
    whom, address = _short(whom), _short(_network(address))
    return _Keys(f"here:{_short(whom + address)}", f"address:{address}", f"anywhere:{whom}")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _network(address: str) -> str:
    """Return what one person holds of an address: of IPv6 they have 2**64 (RFC 6177)."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address  # of a socket that has no address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((int(ip), 64), strict=False))
    return str(ip)


def _take(connection: Connection, keys: _Keys, at: datetime) -> None:
    """Count a try as failed, before anybody knows: two at once are two."""
    rows = _locked(connection, keys, at)
    binding = [keys.here, keys.address]
    if not rows[keys.here]["is_known"]:
        binding.append(keys.anywhere)
    wait_s = max((rows[key]["waits_until"] - at).total_seconds() for key in binding)
    if wait_s > 0:
        raise _too_often(math.ceil(wait_s))
    for key, limit in keys.limits().items():
        failures = _left(rows[key], limit, at) + 1
        wait = timedelta(seconds=limit.wait_s(failures))
        _write(connection, rows[key], limit, at, failures=failures, waits_until=at + wait)
    _clear(connection, at)


def _give_back(connection: Connection, keys: _Keys, at: datetime, *, is_known: bool) -> None:
    """Take a counted try back; who was right is known here from now on and starts anew."""
    rows = _locked(connection, keys, at)
    for key, limit in keys.limits().items():
        row = rows[key]
        failures = max(0.0, _left(row, limit, at) - 1)
        known = row["is_known"]
        if key == keys.here and is_known:
            failures, known = 0.0, True
        _write(connection, row, limit, at, failures=failures, waits_until=at, is_known=known)


def _locked(connection: Connection, keys: _Keys, at: datetime) -> dict[str, dict[str, Any]]:
    """Return the rows, made where they are missing, held until the transaction ends.

    They are taken in the order of their keys, so that two who try at once never wait in a circle.
    """
    insert = sqlite.insert if is_sqlite(connection) else postgresql.insert
    names = sorted(keys.limits())
    query = select(guesses).where(guesses.c.key.in_(names)).order_by(guesses.c.key)
    found: dict[str, dict[str, Any]] = {}
    while len(found) < len(names):  # again where another cleared one away meanwhile
        for key in names:
            row = {"key": key, "failures": 0.0, "at": at, "waits_until": at, "is_known": False}
            made = insert(guesses).values(**row, forget_at=at)
            connection.execute(made.on_conflict_do_nothing())
        rows = connection.execute(query.with_for_update()).mappings()
        found = {row["key"]: dict(row) for row in rows}
    return found


def _left(row: dict[str, Any], limit: Limit, at: datetime) -> float:
    """Return the failures that time has not forgotten."""
    passed_s: float = (at - row["at"]).total_seconds()
    return max(0.0, float(row["failures"]) - max(0.0, passed_s) / limit.one_forgotten_after_s)


def _write(
    connection: Connection, row: dict[str, Any], limit: Limit, at: datetime, **values: Any
) -> None:
    after = {**row, **values, "at": at}
    lasts = timedelta(seconds=limit.longest_s + limit.one_forgotten_after_s * after["failures"])
    after["forget_at"] = at + max(lasts, KNOWN_FOR if after["is_known"] else lasts)
    connection.execute(update(guesses).where(guesses.c.key == row["key"]).values(**after))


def _clear(connection: Connection, at: datetime) -> None:
    """Remove rows that say nothing any more; those that somebody holds stay for the next time."""
    old = select(guesses.c.key).where(guesses.c.forget_at < at).limit(_CLEARED_AT_ONCE)
    connection.execute(
        delete(guesses).where(guesses.c.key.in_(old.with_for_update(skip_locked=True)))
    )


def _too_often(wait_s: int) -> TooOften:
    return TooOften(
        f"too many wrong tries; wait {wait_s} s and try again",
        wait_s=wait_s,
        zh=f"尝试次数过多，请 {wait_s} 秒后再试",
    )
