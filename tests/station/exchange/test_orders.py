"""An order from its quotes to the seller's balance, and every way in which it ends otherwise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from mstation.errors import Conflict, InvalidInput, NotFound
from mstation.station.change import STATION, find, find_where
from mstation.station.exchange.disputes import Ruling, open_dispute, rule
from mstation.station.exchange.ledger import About, AccountKind, held_for
from mstation.station.exchange.licences import Licence, LicenceState
from mstation.station.exchange.offers import Offer
from mstation.station.exchange.order_sweep import sweep_orders
from mstation.station.exchange.orders import (
    ACCEPTED_AFTER,
    RESERVED_FOR,
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
from mstation.station.exchange.pricing import PriceRule
from mstation.station.exchange.sandbox import paid_in_sandbox, sandbox_secret
from mstation.station.exchange.settlement import Outcome, Payment, PaymentState, payments_about
from mstation.station.exchange.shares import Part, agree_shares
from mstation.station.exchange.taxes import set_tax_rate
from mstation.station.parties import Party
from mstation.station.schema import now
from mstation.station.station import Station
from tests.station.exchange.paying import owed, told
from tests.station.exchange.shop import ALL, Shop, exclusively, open_shop
from tests.station.market import Market

FREE = PriceRule(0, {"001": "1"}, {"*": "1"})
ANYBODY = exclusively(ALL, False)


@pytest.fixture
def shop(station: Station, market: Market) -> Shop:
    return open_shop(station, market)


def ordered(
    shop: Shop, offer: Offer | None = None, lines: int = 1, buyer: Party | None = None
) -> Order:
    buyer = buyer or shop.market.buyer
    offer = offer or shop.offer(terms=ANYBODY)
    quotes = [shop.quote(offer, buyer).id for _ in range(lines)]
    with shop.station.change(STATION) as change:
        return place_order(change, buyer, quotes)


def payment_of(shop: Shop, order: Order) -> Payment:
    with shop.station.reading() as connection:
        return payments_about(connection, About("orders", order.id))[-1]


def pay(shop: Shop, order: Order) -> Outcome:
    payment = payment_of(shop, order)
    with shop.station.change(STATION) as change:
        return paid_in_sandbox(change, sandbox_secret(shop.station.data), payment).outcome


def now_is(shop: Shop, order: Order) -> tuple[OrderState, list[LineState]]:
    with shop.station.reading() as connection:
        states = [line.state for line in lines_of(connection, order.id)]
        return find(connection, Order, order.id).state, states


def licences_of(shop: Shop, order: Order) -> list[LicenceState]:
    with shop.station.reading() as connection:
        return [each.state for each in find_where(connection, Licence, order_id=order.id)]


def line_of(shop: Shop, order: Order) -> OrderLine:
    with shop.station.reading() as connection:
        return lines_of(connection, order.id)[0]


def test_an_order_is_paid_accepted_and_shared(shop: Shop) -> None:
    market = shop.market
    with shop.station.change(STATION) as change:
        set_tax_rate(change, "NL", 2_100)
        parts = [Part(market.seller.id, 7_500), Part(market.museum.id, 2_500)]
        agree_shares(change, market.seller, About("assets", shop.asset.id), parts)
    order = ordered(shop)
    assert now_is(shop, order) == (OrderState.PLACED, [LineState.RESERVED])
    assert licences_of(shop, order) == [LicenceState.PENDING]
    assert pay(shop, order) is Outcome.PAID
    assert now_is(shop, order) == (OrderState.PAID, [LineState.HELD])
    assert licences_of(shop, order) == [LicenceState.ACTIVE]
    assert told(shop.station)["escrow/CNY"] == order.total == 100_00
    with shop.station.change(STATION) as change:
        release_line(change, line_of(shop, order))
    assert now_is(shop, order) == (OrderState.FULFILLED, [LineState.RELEASED])
    books = told(shop.station)
    assert (books["tax/CNY"], books["revenue/CNY"]) == (17_36, 8_26)  # 8264 without the tax
    assert (owed(shop.station, market.seller), owed(shop.station, market.museum)) == (55_79, 18_59)


def test_what_costs_nothing_is_had_at_once(shop: Shop) -> None:
    order = ordered(shop, shop.offer(terms=ANYBODY, price_rule=FREE))
    assert now_is(shop, order) == (OrderState.FULFILLED, [LineState.RELEASED])
    assert licences_of(shop, order) == [LicenceState.ACTIVE]
    assert told(shop.station) == {}


def test_what_is_given_up_or_not_paid_in_time_is_given_back(shop: Shop) -> None:
    exclusive = shop.offer()
    first = ordered(shop, exclusive)
    with pytest.raises(Conflict):
        ordered(shop, exclusive, buyer=shop.market.freelancer)
    with shop.station.change(STATION) as change:
        cancel_order(change, first)
        with pytest.raises(Conflict, match="cancelled"):
            cancel_order(change, first)
    assert licences_of(shop, first) == [LicenceState.VOID]
    second = ordered(shop, exclusive)
    assert sweep_orders(shop.station, second.expires_at - timedelta(seconds=1)) == 0
    assert sweep_orders(shop.station, second.expires_at) == 1
    assert now_is(shop, second) == (OrderState.EXPIRED, [LineState.VOID])
    third = ordered(shop, exclusive, buyer=shop.market.freelancer)
    assert pay(shop, second) is Outcome.CREDITED  # late: it is owed to who paid
    assert owed(shop.station, shop.market.buyer) == second.total
    assert pay(shop, third) is Outcome.PAID
    assert payment_of(shop, second).state is PaymentState.WITHDRAWN
    with shop.station.change(STATION) as change, pytest.raises(Conflict, match="paid"):
        cancel_order(change, third)


def test_what_nobody_objects_to_is_released_after_a_fortnight(shop: Shop) -> None:
    order, disputed = ordered(shop), ordered(shop)
    pay(shop, order)
    pay(shop, disputed)
    line = line_of(shop, disputed)
    with shop.station.change(STATION) as change:
        dispute = open_dispute(
            change, party_id=line.buyer_id, against_id=line.party_id, about=line.about,
            reason="it is no lantern",
        )  # fmt: skip
    assert sweep_orders(shop.station) == 0
    assert sweep_orders(shop.station, now() + ACCEPTED_AFTER) == 1
    assert now_is(shop, order)[0] is OrderState.FULFILLED
    assert now_is(shop, disputed)[0] is OrderState.PAID
    with pytest.raises(Conflict, match="disputed"), shop.station.change(STATION) as change:
        release_line(change, line)
    with shop.station.change(STATION) as change:
        rule(change, dispute, Ruling.SPLIT, reason="both are right", refund_bp=2_500)
        assert held_for(change.connection, line.about, "CNY") == 0
    assert owed(shop.station, shop.market.buyer) == 25_00
    assert now_is(shop, disputed) == (OrderState.FULFILLED, [LineState.RELEASED])


@pytest.mark.parametrize("released", [False, True])
def test_what_is_refunded_whole_ends_its_licence(shop: Shop, released: bool) -> None:
    order = ordered(shop)
    with shop.station.change(STATION) as change, pytest.raises(Conflict, match="reserved"):
        refund_line(change, line_of(shop, order), 1, "too early")
    pay(shop, order)
    line = line_of(shop, order)
    with shop.station.change(STATION) as change:
        if released:
            line = release_line(change, line)
        refund_line(change, line, 40_00, "half used")
    assert licences_of(shop, order) == [LicenceState.ACTIVE]
    with pytest.raises(Conflict, match="left"), shop.station.change(STATION) as change:
        refund_line(change, line, 60_01, "more than is left")
    with shop.station.change(STATION) as change:
        refund_line(change, line, 60_00, "not used at all")
    assert now_is(shop, order) == (OrderState.FULFILLED, [LineState.REFUNDED])
    assert licences_of(shop, order) == [LicenceState.REVOKED]
    assert owed(shop.station, shop.market.buyer) == 100_00
    owes = owed(shop.station, shop.market.seller, AccountKind.RECEIVABLE)
    assert owes == (90_00 if released else 0)


def test_a_part_refunded_before_the_release_is_not_released(shop: Shop) -> None:
    with shop.station.change(STATION) as change:
        set_tax_rate(change, "NL", 2_500)
    order = ordered(shop)
    pay(shop, order)
    with shop.station.change(STATION) as change:
        refund_line(change, line_of(shop, order), 50_00, "half used")
        release_line(change, line_of(shop, order))
    books = told(shop.station)
    assert (books["tax/CNY"], books["revenue/CNY"]) == (10_00, 4_00)
    assert owed(shop.station, shop.market.seller) == 36_00


def test_only_whole_orders_of_ones_own_quotes_are_placed(shop: Shop) -> None:
    offer = shop.offer(terms=ANYBODY)
    mine, euro = shop.quote(offer), shop.quote(shop.offer(terms=ANYBODY, currency="EUR"))
    with shop.station.change(STATION) as change:
        for wrong in ([], [mine.id, mine.id], ["0" * 20] * 101, [mine.id, euro.id]):
            with pytest.raises(InvalidInput):
                place_order(change, shop.market.buyer, wrong)
        with pytest.raises(NotFound):
            place_order(change, shop.market.freelancer, [mine.id])
        assert find_where(change.connection, Order) == []


def test_of_fifty_who_order_one_exclusive_licence_one_gets_it(shop: Shop) -> None:
    offer = shop.offer()
    buyers = (shop.market.buyer, shop.market.freelancer)
    quotes = [(buyers[n % 2], shop.quote(offer, buyers[n % 2]).id) for n in range(50)]

    def try_it(wanted: tuple[Party, str]) -> bool:
        try:
            with shop.station.change(STATION) as change:
                place_order(change, wanted[0], [wanted[1]])
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_it, quotes)) == 1
    with shop.station.reading() as connection:
        assert len(find_where(connection, Order)) == len(find_where(connection, Payment)) == 1


def test_who_pays_while_it_expires_has_paid_or_is_owed_it(shop: Shop) -> None:
    orders = [ordered(shop) for _ in range(6)]

    def expire(_order: Order) -> None:
        sweep_orders(shop.station, now() + RESERVED_FOR)

    with ThreadPoolExecutor(4) as pool:
        paying = [pool.submit(pay, shop, order) for order in orders]
        ending = [pool.submit(expire, order) for order in orders]
        outcomes = [each.result() for each in paying]
        assert all(each.result() is None for each in ending)
    for order, outcome in zip(orders, outcomes, strict=True):
        state, _ = now_is(shop, order)
        assert state is (OrderState.PAID if outcome is Outcome.PAID else OrderState.EXPIRED)
