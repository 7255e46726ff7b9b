"""Who may see and do what with money: what has two sides is theirs, and its books the house's."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from mstation.errors import NotFound
from mstation.station.access import forbidden
from mstation.station.change import Actor, find, find_where
from mstation.station.exchange.disputes import Dispute
from mstation.station.exchange.orders import Order, OrderLine
from mstation.station.exchange.payouts import Payout
from mstation.station.exchange.settlement import Payment
from mstation.station.parties import House, Party, may_act_for, role_for
from mstation.station.schema import N

AUDIT = "books.read"  # the house's: whoever reads the books sees what they are about


def order_for(connection: Connection, actor: Actor, id_: str, action: str) -> Order:
    """Return an order of a buyer for whom somebody may do this; the house's auditors read it.

    Raises:
        NotFound: when there is none, or nothing of it is theirs to see.
        Forbidden: when they may not.
    """
    order = find(connection, Order, id_)
    _require(connection, actor, [order.party_id], action, order)
    return order


def bought_line(connection: Connection, actor: Actor, id_: str, action: str) -> OrderLine:
    """Return a line of an order, for its buyer: as `order_for`."""
    line = find(connection, OrderLine, id_)
    _require(connection, actor, [line.buyer_id], action, line)
    return line


def sold_line(connection: Connection, actor: Actor, id_: str, action: str) -> OrderLine:
    """Return a line of an order, for its seller: as `order_for`."""
    line = find(connection, OrderLine, id_)
    _require(connection, actor, [line.party_id], action, line)
    return line


def line_side(connection: Connection, actor: Actor, id_: str, action: str) -> tuple[OrderLine, str]:
    """Return a line of an order and the party, its buyer or its seller, for whom somebody acts.

    Raises:
        NotFound: when there is none, or nothing of it is theirs to see.
        Forbidden: when they may not.
    """
    line = find(connection, OrderLine, id_)
    whose = _require(connection, actor, [line.buyer_id, line.party_id], action, line)
    return line, whose


def payment_for(connection: Connection, actor: Actor, id_: str) -> Payment:
    """Return a payment, for who is to pay it: as `order_for`."""
    payment = find(connection, Payment, id_)
    _require(connection, actor, [payment.party_id], "payments.read", payment)
    return payment


def payout_for(connection: Connection, actor: Actor, id_: str) -> Payout:
    """Return a payout, for who gets it: as `order_for`."""
    payout = find(connection, Payout, id_)
    _require(connection, actor, [payout.party_id], "payouts.read", payout)
    return payout


def dispute_for(connection: Connection, actor: Actor, id_: str) -> Dispute:
    """Return a dispute, for both sides of it: as `order_for`."""
    dispute = find(connection, Dispute, id_)
    _require(connection, actor, [dispute.party_id, dispute.against_id], "disputes.read", dispute)
    return dispute


def _require(
    connection: Connection, actor: Actor, party_ids: Iterable[str], action: str, noun: N
) -> str:
    """Return the first of these parties for which somebody may do this; auditors may read."""
    theirs = list(party_ids)
    known = False
    for party_id in theirs:
        if may_act_for(connection, actor, party_id, action):
            return party_id
        known |= role_for(connection, actor, find(connection, Party, party_id)) is not None
    if action.endswith(".read") and _audits(connection, actor):
        return theirs[0]
    if known:
        raise forbidden(action)
    kind = type(noun).__name__
    raise NotFound(f"there is no {kind.lower()} `{noun.id}`", zh=f"找不到 `{noun.id}`（{kind}）")


def _audits(connection: Connection, actor: Actor) -> bool:
    return any(
        may_act_for(connection, actor, house.party_id, AUDIT)
        for house in find_where(connection, House)
    )
