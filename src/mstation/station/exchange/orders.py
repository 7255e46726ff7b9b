"""Orders: what a buyer takes of whom. Quotes in, licences reserved, paid for and released out.

An order reserves the licences of its lines; paid, each line's sum lies in escrow for it, and goes
to the seller when the buyer accepts it or says nothing for a fortnight. What is not paid in time is
given back: `order_sweep` does so before somebody orders, and with all that is due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    UniqueConstraint,
    select,
)

from mstation.errors import Conflict, InvalidInput
from mstation.money import Money, split
from mstation.station.change import Change, find, find_where, hold, missing
from mstation.station.exchange.assets import AssetVersion
from mstation.station.exchange.disputes import ON_RULED, Dispute, disputes
from mstation.station.exchange.ledger import (
    About,
    AccountKind,
    Entry,
    TransactionKind,
    held_for,
    ledger_account,
    post,
)
from mstation.station.exchange.licences import (
    Licence,
    LicenceState,
    activate,
    release,
    reserve,
    revoke,
)
from mstation.station.exchange.quotes import Quote
from mstation.station.exchange.refunds import Refund, refund, refunded
from mstation.station.exchange.settlement import (
    ON_PAID,
    Payment,
    PaymentState,
    ask_payment,
    payments,
    payments_about,
    withdraw_payment,
)
from mstation.station.exchange.shares import pay_out_shares, shares_of
from mstation.station.exchange.taxes import included_tax, tax_bp
from mstation.station.ids import new_id
from mstation.station.parties import Party
from mstation.station.schema import Id, Moment, keep, metadata, own_columns

RESERVED_FOR = timedelta(days=3)  # until it must be paid
ACCEPTED_AFTER = timedelta(days=14)  # without a word of the buyer
MOST_LINES = 100


class OrderState(StrEnum):
    """How far an order is."""

    PLACED = "placed"  # its licences are reserved, it is to be paid
    PAID = "paid"  # its licences hold, its money lies in escrow
    FULFILLED = "fulfilled"  # every line is released or refunded
    CANCELLED = "cancelled"  # by the buyer, before it was paid
    EXPIRED = "expired"  # not paid in time


class LineState(StrEnum):
    """How far a line of an order is."""

    RESERVED = "reserved"
    HELD = "held"  # in escrow
    RELEASED = "released"  # to who shares in it, all that was not refunded
    REFUNDED = "refunded"  # all of it
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Order:
    """What a party (party_id) buys at once."""

    id: str
    revision: int
    party_id: str
    total: int  # minor units, the tax in it
    currency: str
    placed_at: datetime
    expires_at: datetime  # if it is not paid by then
    state: OrderState = OrderState.PLACED
    paid_at: datetime | None = None
    fulfilled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One licence of an order; party_id: who sells it."""

    id: str
    revision: int
    party_id: str
    buyer_id: str
    order_id: str
    quote_id: str
    asset_id: str
    licence_id: str
    amount: int  # minor units
    tax: int  # in the amount
    currency: str
    state: LineState = LineState.RESERVED
    released_at: datetime | None = None

    @property
    def about(self) -> About:
        """Return under what its money stands in the books."""
        return About("order_lines", self.id)


orders = keep(
    Order,
    Table(
        "orders",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("total", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("placed_at", Moment, nullable=False),
        Column("expires_at", Moment, nullable=False),
        Column("state", String(16), nullable=False),
        Column("paid_at", Moment),
        Column("fulfilled_at", Moment),
        Index("ix_orders_due", "state", "expires_at"),
    ),
)
order_lines = keep(
    OrderLine,
    Table(
        "order_lines",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("buyer_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("order_id", Id, ForeignKey("orders.id"), nullable=False, index=True),
        Column("quote_id", Id, ForeignKey("quotes.id"), nullable=False),
        Column("asset_id", Id, ForeignKey("assets.id"), nullable=False),
        Column("licence_id", Id, ForeignKey("licences.id"), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("tax", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("state", String(16), nullable=False),
        Column("released_at", Moment),
        UniqueConstraint("licence_id"),
        CheckConstraint("tax BETWEEN 0 AND amount", name="tax_in_it"),
    ),
)


def place_order(change: Change, buyer: Party, quote_ids: Sequence[str]) -> Order:
    """Order what was quoted to a buyer: its licences are reserved, and it is to be paid for.

    What costs nothing is paid and fulfilled at once.

    Raises:
        InvalidInput: when nothing is ordered, something twice, or in several currencies.
        NotFound: when a quote is not this buyer's.
        Conflict: when a quote expired or somebody else has what is exclusive.
    """
    if not 1 <= len(quote_ids) <= MOST_LINES or len(set(quote_ids)) < len(quote_ids):
        raise InvalidInput(
            f"an order has 1 to {MOST_LINES} quotes, each once",
            zh=f"订单应含 1 至 {MOST_LINES} 个报价，且不得重复",
        )
    lines = sorted(
        (_quoted(change.connection, buyer, each) for each in quote_ids),
        key=lambda line: (line[1].asset_id, line[0].id),  # those who want the same, in one order
    )
    currencies = sorted({quote.currency for quote, _ in lines})
    if len(currencies) > 1:
        raise InvalidInput(
            f"an order is paid in one currency, these are in {', '.join(currencies)}; order apart",
            zh=f"一张订单只能使用一种货币（现有 {'、'.join(currencies)}），请分别下单",
        )
    total = Money(sum(quote.total for quote, _ in lines), currencies[0])
    due = change.at + RESERVED_FOR
    order = change.add(Order(new_id(), 1, buyer.id, total.amount, total.currency, change.at, due))
    bp = tax_bp(change.connection, buyer.country)
    for quote, version in lines:
        licence = reserve(change, quote, order_id=order.id)
        whose = (quote.party_id, buyer.id, order.id, quote.id, version.asset_id, licence.id)
        sums = (quote.total, included_tax(quote.total, bp), quote.currency)
        change.add(OrderLine(new_id(), 1, *whose, *sums))
    if not total.amount:
        return _hold_lines(change, order)
    ask_payment(change, payer=buyer.id, amount=total, about_noun="orders", about_id=order.id)
    return order


def cancel_order(change: Change, order: Order) -> Order:
    """Give an order up before it is paid: others may have what it reserved.

    Raises:
        Conflict: when it is not waiting to be paid.
    """
    return _given_back(change, order, OrderState.CANCELLED)


def unpaid_orders(connection: Connection, at: datetime) -> list[str]:
    """Return the ids of the orders that were not paid in time, by id."""
    return list(connection.execute(_unpaid(at)).scalars())


def expire(change: Change, order_id: str) -> bool:
    """Give back the reservations of an order that was not paid in time; False: it is not due."""
    query = _unpaid(change.at).where(orders.c.id == order_id)
    # one that is just being paid is not due
    if change.connection.scalar(query.with_for_update(of=payments, skip_locked=True)) is None:
        return False
    _given_back(change, find(change.connection, Order, order_id), OrderState.EXPIRED)
    return True


def unanswered_lines(connection: Connection, at: datetime) -> list[str]:
    """Return the ids of the lines that nobody objected to for a fortnight, by id."""
    return list(connection.execute(_unanswered(at)).scalars())


def release_unanswered(change: Change, line_id: str) -> bool:
    """Release a line that nobody objected to for a fortnight; False: it is not due."""
    query = _unanswered(change.at).where(order_lines.c.id == line_id)
    if change.connection.scalar(query.with_for_update(of=order_lines, skip_locked=True)) is None:
        return False
    release_line(change, find(change.connection, OrderLine, line_id))
    return True


def _unpaid(at: datetime) -> Select[str]:
    return (
        select(orders.c.id)
        .join(payments, payments.c.about_id == orders.c.id)
        .where(
            orders.c.state == OrderState.PLACED,
            orders.c.expires_at <= at,
            payments.c.state == PaymentState.ASKED,
        )
        .order_by(orders.c.id)
    )


def _unanswered(at: datetime) -> Select[str]:
    objected = select(disputes.c.about_id).where(
        disputes.c.about_noun == "order_lines", disputes.c.freezes.is_not(None)
    )
    return (
        select(order_lines.c.id)
        .join(orders, orders.c.id == order_lines.c.order_id)
        .where(
            order_lines.c.state == LineState.HELD,
            orders.c.paid_at <= at - ACCEPTED_AFTER,
            order_lines.c.id.not_in(objected),
        )
        .order_by(order_lines.c.id)
    )


def lines_of(connection: Connection, order_id: str) -> list[OrderLine]:
    """Return the lines of an order, as they were made."""
    return find_where(connection, OrderLine, order_id=order_id)


def release_line(change: Change, line: OrderLine) -> OrderLine:
    """Let what lies in escrow for a line go to those who share in it.

    Raises:
        Conflict: when nothing of it is held, or it is disputed.
    """
    line = _held(change, line)
    held = held_for(change.connection, line.about, line.currency)
    asset = About("assets", line.asset_id)
    pay_out_shares(
        change,
        about=line.about,
        amount=Money(held, line.currency),
        shares=shares_of(change.connection, asset, line.party_id),
        tax=split(line.tax, (held, line.amount - held))[0],
        key=f"release/{line.id}",
    )
    line = change.edit(line, state=LineState.RELEASED, released_at=change.at)
    _fulfil(change, line.order_id)
    return line


def refund_line(change: Change, line: OrderLine, amount: int, reason: str) -> Refund:
    """Give back a part, or all, of what was paid for a line; all of it ends its licence.

    amount: minor units.

    Raises:
        InvalidInput: when it is nothing, or no reason is given.
        Conflict: when it is not paid, more than is left, or disputed.
    """
    hold(change.connection, order_lines, line.id)
    line = find(change.connection, OrderLine, line.id)
    if line.state not in (LineState.HELD, LineState.RELEASED):
        raise Conflict(
            f"this line is {line.state}; there is nothing to refund", zh="此项没有可退的款项"
        )
    made = refund(
        change, about=line.about, payer=line.buyer_id, amount=Money(amount, line.currency),
        reason=reason,
    )  # fmt: skip
    if refunded(change.connection, line.about) == line.amount:
        change.edit(line, state=LineState.REFUNDED)
        licence = find(change.connection, Licence, line.licence_id)
        if licence.state in (LicenceState.ACTIVE, LicenceState.SUSPENDED):
            revoke(change, licence, reason)
        _fulfil(change, line.order_id)
    return made


def _quoted(connection: Connection, buyer: Party, quote_id: str) -> tuple[Quote, AssetVersion]:
    quote = find(connection, Quote, quote_id)
    if quote.buyer_id != buyer.id:
        raise missing(Quote, quote_id)
    return quote, find(connection, AssetVersion, quote.asset_version_id)


def _given_back(change: Change, order: Order, state: OrderState) -> Order:
    for payment in payments_about(change.connection, About("orders", order.id)):
        withdraw_payment(change, payment)  # who pays at the same moment waits, or was first
    hold(change.connection, orders, order.id)
    order = find(change.connection, Order, order.id)
    if order.state is not OrderState.PLACED:
        raise Conflict(f"this order is {order.state} already", zh=f"该订单状态已为 {order.state}")
    for line in lines_of(change.connection, order.id):
        release(change, find(change.connection, Licence, line.licence_id))
        change.edit(line, state=LineState.VOID)
    return change.edit(order, state=state)


def _paid(change: Change, payment: Payment) -> None:
    """Let the licences of an order hold, and what was paid lie in escrow for its lines."""
    order = find(change.connection, Order, payment.about_id)
    lines = lines_of(change.connection, order.id)
    escrow = ledger_account(change, AccountKind.ESCROW, order.currency)
    post(
        change,
        kind=TransactionKind.ALLOCATED,
        about=payment.about,
        entries=[
            Entry(escrow, order.total),
            *(Entry(escrow, -line.amount, line.about) for line in lines),
        ],
        key=f"allocate/{order.id}",
    )
    _hold_lines(change, order)


def _hold_lines(change: Change, order: Order) -> Order:
    order = change.edit(order, state=OrderState.PAID, paid_at=change.at)
    for line in lines_of(change.connection, order.id):
        activate(change, find(change.connection, Licence, line.licence_id))
        free = not line.amount
        change.edit(line, state=LineState.RELEASED if free else LineState.HELD)
    _fulfil(change, order.id)
    return find(change.connection, Order, order.id)


def _fulfil(change: Change, order_id: str) -> None:
    over = (LineState.RELEASED, LineState.REFUNDED)
    hold(change.connection, orders, order_id)  # of two last lines one sees the other
    if all(line.state in over for line in lines_of(change.connection, order_id)):
        order = find(change.connection, Order, order_id)
        if order.state is OrderState.PAID:
            change.edit(order, state=OrderState.FULFILLED, fulfilled_at=change.at)


def _held(change: Change, line: OrderLine) -> OrderLine:
    hold(change.connection, order_lines, line.id)
    line = find(change.connection, OrderLine, line.id)
    if line.state is not LineState.HELD:
        raise Conflict(
            f"this line is {line.state}; nothing of it lies in escrow",
            zh=f"此项状态为 {line.state}，没有托管款项",
        )
    return line


def _ruled(change: Change, dispute: Dispute) -> None:
    """Do with a line's money what the house ruled; what is released already stays so."""
    line = find(change.connection, OrderLine, dispute.about_id)
    held = held_for(change.connection, line.about, line.currency)
    back = dispute.back_of(held)
    if back:
        refund_line(change, line, back, dispute.ruling_reason)
    if back is not None and held - back:
        release_line(change, line)


ON_PAID["orders"] = _paid
ON_RULED["order_lines"] = _ruled
