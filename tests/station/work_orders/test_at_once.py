"""Two at once: one award, one opening, one release, whoever is faster."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from mstation.errors import Conflict
from mstation.station.change import find, find_where
from mstation.station.exchange.ledger import AccountKind, party_balance
from mstation.station.station import Station
from mstation.station.work_orders.acceptance import accept
from mstation.station.work_orders.awarding import award
from mstation.station.work_orders.bids import Bid, open_bids
from mstation.station.work_orders.contracts import Contract, Milestone, MilestoneState
from mstation.station.work_orders.packages import WorkPackage
from mstation.station.work_orders.releasing import release, release_silent
from tests.station.crew import Crew
from tests.station.market import Market
from tests.station.work_orders.test_contracts import let_time_pass
from tests.station.work_orders.working import Yard, open_yard, pass_deadline

AT_ONCE = 6


@pytest.fixture
def yard(station: Station, crew: Crew, market: Market) -> Yard:
    return open_yard(station, crew, market)


def at_once(*do: Callable[[], object]) -> int:
    """Do all of these at the same moment; return how many were not refused."""
    gate = Barrier(len(do))

    def one(each: Callable[[], object]) -> bool:
        gate.wait()
        try:
            each()
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(len(do)) as pool:
        return sum(pool.map(one, do))


def test_of_many_awards_at_once_one_is_made(yard: Yard) -> None:
    package = yard.package()
    yard.bid(package, yard.vendor, 100)
    yard.bid(package, yard.market.freelancer, 90, "freelancer")
    pass_deadline(yard.station, package)

    def opened() -> list[Bid]:
        with yard.station.change(yard.producer) as change:
            return open_bids(change, yard.key, package)

    assert at_once(*[opened] * AT_ONCE) == AT_ONCE  # the first opens, the others see
    found = opened()

    def awarded(bid: Bid) -> None:
        with yard.station.change(yard.producer) as change:
            award(change, find(change.connection, WorkPackage, package.id), bid)

    assert at_once(*[lambda bid=bid: awarded(bid) for bid in found * (AT_ONCE // 2)]) == 1
    with yard.station.reading() as connection:
        assert len(find_where(connection, Contract, package_id=package.id)) == 1


def test_acceptance_and_silence_at_once_release_once(yard: Yard) -> None:
    milestone = yard.milestone(yard.contract())
    yard.pay_in(milestone)
    yard.approve(yard.deliver(milestone))
    let_time_pass(yard, milestone)

    def accepted() -> None:
        with yard.station.change(yard.producer) as change:
            accept(change, milestone.id)
            release(change, milestone.id)

    at_once(accepted, lambda: release_silent(yard.station), accepted)
    with yard.station.reading() as connection:
        assert find(connection, Milestone, milestone.id).state is MilestoneState.RELEASED
        owed = party_balance(connection, AccountKind.PAYABLE, yard.vendor.id, "CNY")
    assert owed == 90_000
