"""Trails: where a cent came from. An entry in; its transaction, order or contract, events out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from mstation.station.change import find, find_where
from mstation.station.events import Event, events
from mstation.station.exchange.ledger import (
    LedgerAccount,
    Posting,
    Transaction,
    postings_of,
)
from mstation.station.exchange.licences import Licence
from mstation.station.exchange.orders import Order, OrderLine, lines_of
from mstation.station.exchange.payouts import Payout
from mstation.station.exchange.settlement import Payment, Receipt
from mstation.station.work_orders.contracts import Contract, Milestone, contracts, milestones


@dataclass(frozen=True, slots=True)
class Trail:
    """All that one entry of the books hangs on; events tell who did it, and when."""

    posting: Posting
    account: LedgerAccount
    transaction: Transaction
    entries: list[Posting]  # of the whole transaction: they sum to zero
    receipts: list[Receipt]
    payments: list[Payment]
    payouts: list[Payout]
    orders: list[Order]
    lines: list[OrderLine]
    licences: list[Licence]
    milestones: list[Milestone]
    contracts: list[Contract]
    events: list[Event]


def trail_of(connection: Connection, posting_id: str) -> Trail:
    """Follow one entry of the books to where it came from.

    Raises:
        NotFound: when there is no such entry.
    """
    posting = find(connection, Posting, posting_id)
    transaction = find(connection, Transaction, posting.transaction_id)
    entries = postings_of(connection, transaction)
    about = {(transaction.about_noun, transaction.about_id)}
    about |= {(each.about_noun, each.about_id) for each in entries}
    lines = [find(connection, OrderLine, id_) for id_ in _ids(about, "order_lines")]
    ordered = sorted({*_ids(about, "orders"), *(line.order_id for line in lines)})
    if not lines:
        lines = [line for id_ in ordered for line in lines_of(connection, id_)]
    worked = [find(connection, Milestone, id_) for id_ in _ids(about, milestones.name)]
    agreed = sorted({each.contract_id for each in worked})
    payments = [find(connection, Payment, id_) for id_ in _ids(about, "payments")]
    payments += _paid_for(connection, "orders", ordered)
    payments += _paid_for(connection, milestones.name, [each.id for each in worked])
    receipts = [
        receipt
        for payment in payments
        for receipt in find_where(connection, Receipt, payment_id=payment.id)
    ]
    rows = {("ledger_transactions", transaction.id), *about}
    return Trail(
        posting,
        find(connection, LedgerAccount, posting.account_id),
        transaction,
        entries,
        receipts,
        payments,
        [find(connection, Payout, id_) for id_ in _ids(about, "payouts")],
        [find(connection, Order, id_) for id_ in ordered],
        lines,
        [find(connection, Licence, line.licence_id) for line in lines],
        worked,
        [find(connection, Contract, id_) for id_ in agreed],
        _events_of(connection, rows | {(contracts.name, id_) for id_ in agreed}),
    )


def _ids(about: set[tuple[str, str]], noun: str) -> list[str]:
    """Return the ids of what is of a noun, in order."""
    return sorted(id_ for named, id_ in about if named == noun)


def _paid_for(connection: Connection, noun: str, ids: list[str]) -> list[Payment]:
    """Return what was asked for these things."""
    told = {"about_noun": noun}
    return [each for id_ in ids for each in find_where(connection, Payment, **told, about_id=id_)]


def _events_of(connection: Connection, rows: set[tuple[str, str]]) -> list[Event]:
    theirs = or_(*((events.c.noun == noun) & (events.c.noun_id == id_) for noun, id_ in rows))
    found = connection.execute(select(events).where(theirs).order_by(events.c.number)).mappings()
    return [Event(**row) for row in found]
