"""Random orders, splits, refunds, disputes and payouts: after each step the books are whole."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection

from mstation.errors import Conflict, InvalidInput
from mstation.money import Money, split
from mstation.station.change import STATION, Change, find, find_where
from mstation.station.exchange.disputes import (
    Dispute,
    Ruling,
    open_dispute,
    rule,
    withdraw_dispute,
)
from mstation.station.exchange.ledger import (
    WE_HAVE,
    About,
    AccountKind,
    TransactionKind,
    balances,
    held_for,
    overdrawn_accounts,
    wrong_transactions,
)
from mstation.station.exchange.licences import Licence, LicenceState
from mstation.station.exchange.offers import Offer
from mstation.station.exchange.order_sweep import sweep_orders
from mstation.station.exchange.orders import (
    LineState,
    Order,
    OrderLine,
    cancel_order,
    place_order,
    refund_line,
    release_line,
)
from mstation.station.exchange.payouts import Payout, PayoutState, ask_payout, returned, sent
from mstation.station.exchange.pricing import PriceRule
from mstation.station.exchange.quotes import quote
from mstation.station.exchange.refunds import refunded
from mstation.station.exchange.settlement import Arrival, Payment, Receipt, Way, arrived
from mstation.station.exchange.shares import Part, agree_shares
from mstation.station.exchange.statements import statement
from mstation.station.exchange.taxes import set_tax_rate
from mstation.station.schema import now
from mstation.station.station import Station
from mstation.station.verify import faults_of
from tests.station.exchange.shop import ALL, Shop, exclusively, open_shop
from tests.station.market import Market

STEPS = 90  # a walk
MONEY = {
    "disputes", "ledger_accounts", "ledger_transactions", "order_lines", "orders", "payments",
    "payouts", "postings", "receipts", "refunds", "split_shares", "splits", "tax_rates",
}  # fmt: skip
LIVE = (LicenceState.PENDING, LicenceState.ACTIVE, LicenceState.SUSPENDED)
N = TypeVar("N", bound=Any)


@dataclass
class Walk:
    """A market in which things happen by chance, and time passes."""

    market: Market
    shops: list[Shop]
    offers: list[tuple[Shop, Offer]]
    chance: random.Random
    at: datetime = field(default_factory=now)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def station(self) -> Station:
        return self.shops[0].station

    @contextmanager
    def change(self) -> Any:
        with self.station.change(STATION) as change:
            change.at = self.at
            yield change

    def step(self) -> None:
        """Do something, or be refused."""
        moves: list[Callable[[], None]] = [
            self.order, self.order, self.pay, self.pay, self.cancel, self.accept, self.refund,
            self.dispute, self.rule, self.withdraw, self.ask_payout, self.send, self.share,
            self.pass_time,
        ]  # fmt: skip
        move = self.chance.choice(moves)
        try:
            move()
        except (Conflict, InvalidInput):
            return
        self.done[move.__name__] += 1

    def any_of(self, change: Change, noun: type[N]) -> N:
        """Return any row, the newest sooner; refused where there is none."""
        found = find_where(change.connection, noun)
        if not found:
            raise Conflict("there is none")
        return self.chance.choice(found[-6:])

    def order(self) -> None:
        buyer = self.chance.choice([self.market.buyer, self.market.freelancer])
        with self.change() as change:
            wanted = self.chance.choices(self.offers, k=self.chance.randint(1, 3))
            asked = [quote(change, offer, shop.version, buyer, {}) for shop, offer in wanted]
        with self.change() as change:
            place_order(change, buyer, [each.id for each in asked])

    def pay(self) -> None:
        with self.change() as change:
            payment = self.any_of(change, Payment)
            told = self.chance.choice([0, 0, 0, 0, -1, 5])
            came = Money(payment.amount + told, payment.currency)
            event = self.chance.choice([payment.id, f"{payment.id}-{self.chance.random()}"])
            arrived(change, payment, Arrival(Way.BANK, event, came))

    def cancel(self) -> None:
        with self.change() as change:
            cancel_order(change, self.any_of(change, Order))

    def accept(self) -> None:
        with self.change() as change:
            release_line(change, self.any_of(change, OrderLine))

    def refund(self) -> None:
        with self.change() as change:
            line = self.any_of(change, OrderLine)
            part = self.chance.choice([line.amount, self.chance.randint(0, line.amount)])
            refund_line(change, line, part, "why not")

    def dispute(self) -> None:
        with self.change() as change:
            line = self.any_of(change, OrderLine)
            open_dispute(
                change, party_id=line.buyer_id, against_id=line.party_id, about=line.about,
                reason="why not",
            )  # fmt: skip

    def rule(self) -> None:
        with self.change() as change:
            part = self.chance.randint(1, 9_999)
            ruling = self.chance.choice(list(Ruling))
            told = {"refund_bp": part} if ruling is Ruling.SPLIT else {}
            rule(change, self.any_of(change, Dispute), ruling, reason="so", **told)

    def withdraw(self) -> None:
        with self.change() as change:
            withdraw_dispute(change, self.any_of(change, Dispute))

    def ask_payout(self) -> None:
        whose = self.chance.choice(
            [self.market.seller, self.market.buyer, self.market.freelancer, self.market.museum]
        )
        with self.change() as change:
            ask_payout(change, whose, currency="CNY", way=Way.SANDBOX)

    def send(self) -> None:
        with self.change() as change:
            payout = self.any_of(change, Payout)
            if self.chance.random() < 0.3:
                returned(change, payout)
            else:
                sent(change, payout, reference=payout.id)

    def share(self) -> None:
        whose = [self.market.seller.id, self.market.museum.id, self.market.freelancer.id]
        weights = split(10_000, [self.chance.randint(1, 50) for _ in whose])
        parts = [Part(who, bp) for who, bp in zip(whose, weights, strict=True)]
        shop = self.chance.choice(self.shops)
        with self.change() as change:
            agree_shares(change, self.market.seller, About("assets", shop.asset.id), parts)

    def pass_time(self) -> None:
        self.at += timedelta(days=self.chance.choice([1, 1, 2, 5]))
        sweep_orders(self.station, self.at)


def require_whole(connection: Connection) -> None:
    """Fail where the books are not what they must be at any moment."""
    held = {each.account.name: each for each in balances(connection)}
    signed = [
        each.amount if each.account.kind in WE_HAVE else -each.amount for each in held.values()
    ]
    assert sum(signed) == 0
    assert list(wrong_transactions(connection)) == []
    assert list(overdrawn_accounts(connection)) == []
    came = sum(each.amount for each in find_where(connection, Receipt))
    went = [each.amount for each in find_where(connection, Payout, state=PayoutState.SENT)]
    if "clearing/CNY" in held:
        assert held["clearing/CNY"].amount == came - sum(went)
    require_lines(connection)
    require_rights(connection)


def require_lines(connection: Connection) -> None:
    """Fail where what was paid for a line is not what is held, released and refunded of it."""
    moved: Counter[tuple[str, str]] = Counter()
    for each in statement(connection):
        if each.account_kind is AccountKind.ESCROW and each.about_noun == "order_lines":
            moved[each.about_id, each.kind] += each.amount
    for line in find_where(connection, OrderLine):
        held = held_for(connection, line.about, line.currency)
        released = moved[line.id, TransactionKind.RELEASED]
        from_escrow = moved[line.id, TransactionKind.REFUNDED]
        from_escrow += moved[line.id, TransactionKind.CLAWED_BACK]
        paid = -moved[line.id, TransactionKind.ALLOCATED]
        assert paid == released + from_escrow + held
        assert paid == (0 if line.state in (LineState.RESERVED, LineState.VOID) else line.amount)
        assert from_escrow <= refunded(connection, line.about) <= paid
        if line.state in (LineState.RELEASED, LineState.REFUNDED):
            assert held == 0


def require_rights(connection: Connection) -> None:
    """Fail where an exclusive licence is not alone on its asset."""
    live = [each for each in find_where(connection, Licence) if each.state in LIVE]
    for licence in live:
        others = [each for each in live if each.asset_id == licence.asset_id]
        assert len(others) == 1 or not licence.terms.is_exclusive
    for line in find_where(connection, OrderLine):
        state = find(connection, Licence, line.licence_id).state
        assert (state is LicenceState.REVOKED) is (line.state is LineState.REFUNDED)
        assert (state is LicenceState.PENDING) is (line.state is LineState.RESERVED)


@pytest.mark.parametrize("seed", [7, 20_261_123])
def test_the_books_are_whole_whatever_happens(station: Station, market: Market, seed: int) -> None:
    shops = [open_shop(station, market) for _ in range(2)]
    odd = PriceRule(33_33, {"001": "1"}, {"*": "1"})
    anybody = exclusively(ALL, False)
    offers = [
        (shops[0], shops[0].offer()),
        (shops[0], shops[0].offer(terms=anybody)),
        (shops[1], shops[1].offer(terms=anybody, price_rule=odd)),
    ]
    with station.change(STATION) as change:
        set_tax_rate(change, "NL", 2_100)
    walk = Walk(market, shops, offers, random.Random(seed))
    for _ in range(STEPS):
        walk.step()
        with station.reading() as connection:
            require_whole(connection)
    with station.reading() as connection:
        wrong = [each.where.split()[0] for each in faults_of(connection, station.blobs)]
        assert MONEY.isdisjoint(wrong)
    assert len(walk.done) >= 11, walk.done  # it went somewhere
