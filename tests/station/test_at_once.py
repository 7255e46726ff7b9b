"""Two at once at what can be done once: one is refused in words, and the books are sound."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from mstation.errors import Conflict, InvalidInput, Stale
from mstation.station.change import STATION, Change, find, find_where
from mstation.station.exchange.cases import Case, CaseState, decide
from mstation.station.exchange.disputes import open_dispute
from mstation.station.exchange.ledger import About
from mstation.station.exchange.licences import Licence, LicenceState, activate, release, revoke
from mstation.station.exchange.orders import (
    LineState,
    Order,
    OrderLine,
    OrderState,
    cancel_order,
    lines_of,
    place_order,
    refund_line,
    release_line,
)
from mstation.station.exchange.payouts import Payout, PayoutState, ask_payout, returned, sent
from mstation.station.exchange.settlement import Arrival, Way, arrived, payments_about
from mstation.station.space.bookings import Booking, BookingState
from mstation.station.space.reserving import book, cancel, confirm
from mstation.station.station import Station
from tests.station.exchange.paying import banked
from tests.station.exchange.shop import Shop, of_all, open_shop
from tests.station.likenesses import open_case
from tests.station.market import Market
from tests.station.places import at, open_lot
from tests.station.test_backup import wrong_with

AT_ONCE = 4


def at_once(station: Station, *verbs: Callable[[Change], object]) -> int:
    """Do all of these at the same moment, each a change; return how many were not refused."""
    gate = Barrier(len(verbs))

    def one(verb: Callable[[Change], object]) -> bool:
        gate.wait()
        try:
            with station.change(STATION) as change:
                verb(change)
        except (Conflict, InvalidInput, Stale):  # and no deadlock
            return False
        return True

    with ThreadPoolExecutor(len(verbs)) as pool:
        done = sum(pool.map(one, verbs))
    assert wrong_with(station) == []
    return done


def ordered(shop: Shop, *, is_paid: bool = True) -> tuple[Order, OrderLine]:
    """Let an order be placed, and paid for."""
    quote = shop.quote(shop.offer(terms=of_all(is_exclusive=False)))
    with shop.station.change(STATION) as change:
        order = place_order(change, shop.market.buyer, [quote.id])
        (line,) = lines_of(change.connection, order.id)
    if is_paid:
        with shop.station.change(STATION) as change:
            _pay(change, order)
    return order, line


def _pay(change: Change, order: Order) -> None:
    (payment,) = payments_about(change.connection, About("orders", order.id))
    arrived(change, payment, Arrival(Way.BANK, f"for {order.id}", payment.money))


def _line(change: Change, line: OrderLine) -> OrderLine:
    return find(change.connection, OrderLine, line.id)


def test_an_order_is_paid_or_cancelled_and_money_that_came_is_not_lost(
    station: Station, market: Market
) -> None:
    order, line = ordered(open_shop(station, market), is_paid=False)
    at_once(
        station,
        lambda change: cancel_order(change, find(change.connection, Order, order.id)),
        lambda change: _pay(change, order),
    )
    with station.reading() as connection:
        found = find(connection, Order, order.id).state
        licence = find(connection, Licence, line.licence_id).state
    states = {OrderState.PAID: LicenceState.ACTIVE, OrderState.CANCELLED: LicenceState.VOID}
    assert states[found] is licence


def test_a_line_is_released_refunded_or_disputed_and_no_fen_goes_twice(
    station: Station, market: Market
) -> None:
    _, line = ordered(open_shop(station, market))

    def back(change: Change) -> None:
        refund_line(change, _line(change, line), line.amount, "not as shown")

    def objected(change: Change) -> None:
        open_dispute(
            change, party_id=market.buyer.id, against_id=market.seller.id, about=line.about,
            reason="no",
        )  # fmt: skip

    def released(change: Change) -> None:
        release_line(change, _line(change, line))

    at_once(station, *[back, objected, released] * 2)
    with station.reading() as connection:
        state = find(connection, OrderLine, line.id).state
    assert state in (LineState.HELD, LineState.RELEASED, LineState.REFUNDED)


def test_a_payout_is_asked_for_once_and_is_sent_or_comes_back(
    station: Station, market: Market
) -> None:
    _, line = ordered(open_shop(station, market))
    banked(station, market.seller)
    with station.change(STATION) as change:
        release_line(change, line)
    verbs = [lambda change: ask_payout(change, market.seller, currency="CNY")] * AT_ONCE
    assert at_once(station, *verbs) == 1
    with station.reading() as connection:
        (payout,) = find_where(connection, Payout)
    assert (
        at_once(
            station,
            lambda change: sent(change, payout, reference="out 1"),
            lambda change: returned(change, payout),
        )
        == 1
    )
    with station.reading() as connection:
        state = find(connection, Payout, payout.id).state
    assert state in (PayoutState.SENT, PayoutState.RETURNED)


def test_a_licence_is_activated_or_released_and_revoked_once(
    station: Station, market: Market
) -> None:
    shop = open_shop(station, market)
    licence = shop.reserve(shop.quote(shop.offer()))

    def now(change: Change) -> Licence:
        return find(change.connection, Licence, licence.id)

    assert (
        at_once(
            station,
            lambda change: activate(change, now(change)),
            lambda change: release(change, now(change)),
        )
        == 1
    )
    at_once(station, *[lambda change: revoke(change, now(change), "stolen")] * AT_ONCE)
    with station.reading() as connection:
        state = find(connection, Licence, licence.id).state
    assert state in (LicenceState.VOID, LicenceState.REVOKED)


def test_a_case_is_decided_once(station: Station, market: Market) -> None:
    case, who = open_case(station, market), market.people["house-owner"].id

    def decided(state: CaseState) -> Callable[[Change], object]:
        return lambda change: decide(
            change, find(change.connection, Case, case.id), state=state, note="seen",
            decided_by=who,
        )  # fmt: skip

    assert at_once(station, decided(CaseState.SAME), decided(CaseState.UNRELATED)) >= 1
    with station.reading() as connection:
        assert find(connection, Case, case.id).state in (CaseState.SAME, CaseState.UNRELATED)


def test_an_option_is_confirmed_or_cancelled(station: Station, market: Market) -> None:
    lot = open_lot(station, market)
    with station.change(STATION) as change:
        option = book(change, market.buyer, [at(10, of=lot.stage)], title="x", is_option=True)

    def found(change: Change) -> Booking:
        return find(change.connection, Booking, option.id)

    at_once(
        station,
        lambda change: confirm(change, found(change)),
        lambda change: cancel(change, found(change)),
        lambda change: book(change, market.freelancer, [at(10, of=lot.stage)], title="y"),
    )
    with station.reading() as connection:
        held = [each.state for each in find_where(connection, Booking)]
    assert held.count(BookingState.CONFIRMED) <= 1
