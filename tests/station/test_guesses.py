"""Who guesses waits, longer and longer; who is right does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from mstation.errors import NotSignedIn, TooOften
from mstation.station.change import STATION
from mstation.station.guesses import ADDRESS, ANYWHERE, HERE, counted, guesses
from mstation.station.station import Station

MARA = "account:mara@example.org"
HOME, CAFE = "192.0.2.1", "198.51.100.7"


def _guess(station: Station, address: str, whom: str = MARA) -> int:
    """Guess wrong; the seconds to wait, 0 where the guess was made."""
    try:
        with counted(station, whom=whom, address=address):
            _refuse()
    except TooOften as error:
        return error.wait_s
    except NotSignedIn:
        return 0


def _refuse() -> None:
    raise NotSignedIn("wrong")


def _succeed(station: Station, address: str, whom: str = MARA) -> None:
    with counted(station, whom=whom, address=address):
        pass


def _pass(station: Station, passed: timedelta) -> None:
    """Let time pass: what was written was written earlier."""
    times = (guesses.c.at, guesses.c.waits_until, guesses.c.forget_at)
    with station.change(STATION) as change:
        for row in change.connection.execute(select(guesses)).mappings().all():
            earlier = {each.name: row[each.name] - passed for each in times}
            mine = guesses.c.key == row["key"]
            change.connection.execute(update(guesses).where(mine).values(**earlier))


def test_the_wait_grows_and_has_an_end() -> None:
    waits = [HERE.wait_s(n) for n in range(25)]
    assert waits[: HERE.free + 1] == [0] * (HERE.free + 1)
    assert waits[HERE.free + 1 : HERE.free + 5] == [1, 2, 4, 8]
    assert max(waits) == HERE.longest_s == 900


def test_after_free_tries_one_waits_and_a_refused_try_costs_nothing(station: Station) -> None:
    assert [_guess(station, HOME) for _ in range(HERE.free + 1)] == [0] * (HERE.free + 1)
    assert [_guess(station, HOME) for _ in range(3)] == [1, 1, 1]
    _pass(station, timedelta(seconds=1.1))
    assert _guess(station, HOME) == 0
    assert _guess(station, HOME) == 2


def test_guesses_at_once_are_all_counted(station: Station) -> None:
    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(lambda _: _guess(station, HOME), range(24)))
    assert told.count(0) == HERE.free + 1


def test_a_stranger_elsewhere_locks_nobody_out_for_long(station: Station) -> None:
    _succeed(station, HOME)
    for n in range(ANYWHERE.free + 8):
        _guess(station, f"203.0.113.{n}")
    assert 0 < _guess(station, CAFE) <= ANYWHERE.longest_s  # a person's new address waits a little
    _succeed(station, HOME)  # an address from which they signed in before does not wait
    _pass(station, timedelta(seconds=ANYWHERE.longest_s + 1))
    _succeed(station, CAFE)


def test_one_address_that_tries_many_accounts_waits(station: Station) -> None:
    told = [_guess(station, HOME, f"account:{n}@example.org") for n in range(ADDRESS.free + 2)]
    assert told[:-1] == [0] * (ADDRESS.free + 1)
    assert told[-1] == 1
    assert _guess(station, CAFE, "account:1@example.org") == 0


def test_one_customers_ipv6_network_is_one_address(station: Station) -> None:
    told = [_guess(station, f"2001:db8:0:1::{n:x}") for n in range(1, HERE.free + 3)]
    assert told[-1] == 1
    assert _guess(station, "2001:db8:0:2::1") == 0
    assert _guess(station, "::ffff:192.0.2.1") == 0


def test_being_right_starts_anew_and_time_forgets(station: Station) -> None:
    for _ in range(HERE.free):
        _guess(station, HOME)
    _succeed(station, HOME)
    assert [_guess(station, HOME) for _ in range(HERE.free + 1)] == [0] * (HERE.free + 1)
    _pass(station, timedelta(seconds=HERE.one_forgotten_after_s * (HERE.free + 1)))
    assert [_guess(station, HOME) for _ in range(HERE.free + 1)] == [0] * (HERE.free + 1)


def test_what_was_right_so_far_is_no_failure(station: Station) -> None:
    for _ in range(3 * HERE.free):
        with pytest.raises(NotSignedIn), counted(station, whom=MARA, address=HOME):
            raise NotSignedIn("a code is needed", needs="code")


def test_old_rows_are_cleared_away(station: Station) -> None:
    for n in range(5):
        _guess(station, HOME, f"account:{n}@example.org")
    _succeed(station, CAFE)
    _pass(station, timedelta(days=2))
    _guess(station, HOME)
    with station.reading() as connection:
        keys = connection.execute(select(guesses.c.key)).scalars().all()
    assert len(keys) == 4  # this guess's three, and the café, known for longer


def test_it_is_told_in_both_languages(station: Station) -> None:
    while not _guess(station, HOME):
        pass
    with pytest.raises(TooOften) as told, counted(station, whom=MARA, address=HOME):
        pass
    assert "wait 1 s" in str(told.value)
    assert "1 秒后" in told.value.told("zh")
