"""The first account: of two who ask at once, one is first."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from mstation.errors import Forbidden
from mstation.station.accounts import Account, add_first_account
from mstation.station.change import STATION, find_where
from mstation.station.station import Station
from tests.station.crew import PASSWORD

WAITS_S = 0.5


def test_of_two_who_ask_at_once_one_is_first(station: Station) -> None:
    asked = threading.Event()

    def ask(name: str) -> Account:
        asked.set()
        with station.change(STATION) as change:
            return add_first_account(
                change, email=f"{name}@example.org", name=name, password=PASSWORD
            )

    second: Future[Account]
    with ThreadPoolExecutor(1) as pool:
        with station.change(STATION) as change:
            add_first_account(change, email="ada@example.org", name="Ada", password=PASSWORD)
            second = pool.submit(ask, "bea")
            asked.wait()
            with pytest.raises(TimeoutError):  # it waits until it is known who was first
                second.result(WAITS_S)
        with pytest.raises(Forbidden):
            second.result()
    with station.reading() as connection:
        (only,) = find_where(connection, Account)
    assert (only.name, only.is_email_proven) == ("Ada", True)
