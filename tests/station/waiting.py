"""One of everything that time does something to: an order, a paid one, a milestone, an option."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mstation.station.change import STATION, find, find_where
from mstation.station.exchange.orders import Order, OrderLine, lines_of, place_order
from mstation.station.exchange.quotes import Quote
from mstation.station.exchange.sandbox import paid_in_sandbox, sandbox_secret
from mstation.station.exchange.settlement import Payment
from mstation.station.schema import now
from mstation.station.space.bookings import Booking
from mstation.station.space.reserving import book
from mstation.station.station import Station
from mstation.station.work_orders.contracts import Milestone
from tests.station.crew import Crew
from tests.station.exchange.shop import ALL, Shop, exclusively, open_shop
from tests.station.market import Market
from tests.station.places import at, open_lot
from tests.station.work_orders.working import open_yard, shift

WAITS = {"option": "option", "milestone": "submitted", "unpaid": "placed", "line": "held"}
DONE = {"option": "lapsed", "milestone": "released", "unpaid": "expired", "line": "released"}


@dataclass(frozen=True)
class Waiting:
    """What waits for its time."""

    station: Station
    option: Booking
    milestone: Milestone
    unpaid: Order
    paid: Order
    line: OrderLine
    quote: Quote

    def states(self) -> dict[str, str]:
        """Return how each stands now."""
        with self.station.reading() as connection:
            return {
                "option": find(connection, Booking, self.option.id).state.value,
                "milestone": find(connection, Milestone, self.milestone.id).state.value,
                "unpaid": find(connection, Order, self.unpaid.id).state.value,
                "line": find(connection, OrderLine, self.line.id).state.value,
            }

    def pass_time(self) -> None:
        """Let the time of each be over since a second."""
        past = now() - timedelta(seconds=1)
        shift(self.station, self.option, expires_at=past)
        shift(self.station, self.milestone, answer_due_at=past)
        shift(self.station, self.unpaid, expires_at=past)
        shift(self.station, self.paid, paid_at=past - timedelta(days=14))


def let_wait(station: Station, crew: Crew, market: Market) -> Waiting:
    """Begin one of each."""
    yard, shop = open_yard(station, crew, market), open_shop(station, market)
    lot = open_lot(station, market)
    milestone = yard.milestone(yard.contract())
    yard.pay_in(milestone)
    yard.deliver(milestone)
    unpaid, paid = _order(shop), _order(shop)
    with station.change(STATION) as change:
        (payment,) = find_where(change.connection, Payment, about_id=paid.id)
        paid_in_sandbox(change, sandbox_secret(station.data), payment)
        (line,) = lines_of(change.connection, paid.id)
        option = book(
            change, market.buyer, [at(9, 8, of=lot.stage)], title="Night train", is_option=True
        )
    quote = shop.quote(shop.offer(terms=exclusively(ALL, False)))
    return Waiting(station, option, milestone, unpaid, paid, line, quote)


def _order(shop: Shop) -> Order:
    quote = shop.quote(shop.offer(terms=exclusively(ALL, False)))
    with shop.station.change(STATION) as change:
        return place_order(change, shop.market.buyer, [quote.id])
