"""Settlement: what somebody is asked to pay, and the money that comes. Receipts in, books out.

The station holds no cash: a bank or a payment service says that money came, and the ledger says
whose it is. What comes late, twice or in another amount is not lost: it is owed to who paid it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
)

from mstation.errors import Conflict, InvalidInput
from mstation.money import MOST_MINOR, Money
from mstation.station.change import Change, find, find_where, hold
from mstation.station.exchange.ledger import (
    About,
    AccountKind,
    Entry,
    Transaction,
    TransactionKind,
    ledger_account,
    post,
)
from mstation.station.ids import new_id
from mstation.station.schema import Id, Moment, keep, metadata, own_columns

MOST_EVENT_ID = 100  # signs of a bank's reference, or of a service's id of an event


class Way(StrEnum):
    """By which way money comes and goes."""

    BANK = "bank"  # a transfer, confirmed by the house
    SANDBOX = "sandbox"  # no money at all: to try things out


class PaymentState(StrEnum):
    """How far a payment is."""

    ASKED = "asked"
    PAID = "paid"
    WITHDRAWN = "withdrawn"  # what it was for is cancelled


class Outcome(StrEnum):
    """What became of money that came."""

    PAID = "paid"  # it paid what was asked for
    CREDITED = "credited"  # it came late, twice or in another amount, and is owed to the payer


@dataclass(frozen=True, slots=True)
class Payment:
    """What a party is asked to pay, and for what; `reference` is what a transfer must name."""

    id: str
    revision: int
    party_id: str  # who is to pay
    about_noun: str
    about_id: str
    amount: int  # minor units
    currency: str
    reference: str  # ISO 11649
    asked_at: datetime
    state: PaymentState = PaymentState.ASKED
    paid_at: datetime | None = None

    @property
    def money(self) -> Money:
        """Return what is to be paid."""
        return Money(self.amount, self.currency)

    @property
    def about(self) -> About:
        """Return what it is for."""
        return About(self.about_noun, self.about_id)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came: told once, whatever is repeated."""

    id: str
    revision: int
    party_id: str  # who paid
    payment_id: str
    way: Way
    event_id: str  # the bank's reference, or the service's id of the event
    amount: int  # minor units
    currency: str
    at: datetime
    outcome: Outcome
    transaction_id: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a bank or a service says: this much came."""

    way: Way
    event_id: str
    money: Money


@dataclass(frozen=True, slots=True)
class Instructions:
    """How to pay: what a person does, or where a program goes; in both languages."""

    way: Way
    reference: str
    amount: int  # minor units
    currency: str
    text: str
    text_zh: str


Settle = Callable[[Connection, Payment], Instructions]
"""Tells how a payment is made by one way; `arrived` takes what comes of it."""

OnPaid = Callable[[Change, Payment], None]

ON_PAID: dict[str, OnPaid] = {}
"""What is done when something is paid, by the table of what it is; in the same transaction."""

payments = keep(
    Payment,
    Table(
        "payments",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("about_noun", String(40), nullable=False),
        Column("about_id", Id, nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("reference", String(25), nullable=False, unique=True),
        Column("asked_at", Moment, nullable=False),
        Column("state", String(16), nullable=False),
        Column("paid_at", Moment),
        CheckConstraint(f"amount BETWEEN 1 AND {MOST_MINOR}", name="a_sum"),
        Index("ix_payments_about", "about_id"),
    ),
)
receipts = keep(
    Receipt,
    Table(
        "receipts",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("payment_id", Id, ForeignKey("payments.id"), nullable=False, index=True),
        Column("way", String(16), nullable=False),
        Column("event_id", String(MOST_EVENT_ID), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("at", Moment, nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("transaction_id", Id, ForeignKey("ledger_transactions.id"), nullable=False),
        UniqueConstraint("way", "event_id"),
    ),
)


def ask_payment(
    change: Change, *, payer: str, amount: Money, about_noun: str, about_id: str
) -> Payment:
    """Ask a party to pay for something; when it is paid, `ON_PAID` of that noun is called.

    Raises:
        InvalidInput: when it is nothing, or less.
    """
    if amount.amount < 1:
        raise InvalidInput(
            f"{amount} is nothing to pay; ask for one minor unit at least",
            zh=f"{amount} 无须支付；金额至少为一个最小货币单位",
        )
    what = (about_noun, about_id, amount.amount, amount.currency)
    return change.add(Payment(new_id(), 1, payer, *what, creditor_reference(), change.at))


def withdraw_payment(change: Change, payment: Payment) -> Payment:
    """Ask for it no more; money that comes for it later is owed to who paid.

    Raises:
        Conflict: when it is paid.
    """
    hold(change.connection, payments, payment.id)
    payment = find(change.connection, Payment, payment.id)
    if payment.state is PaymentState.PAID:
        raise Conflict("it is paid already; refund it instead", zh="该款项已支付；请改为办理退款")
    return change.edit(payment, state=PaymentState.WITHDRAWN)


def arrived(change: Change, payment: Payment, arrival: Arrival) -> Receipt:
    """Take in money that came for a payment; told again, it is the same and nothing more happens.

    What is not what was asked for, or comes late or twice, is credited to the payer.

    Raises:
        Conflict: when the same event or bank reference was told of something else.
    """
    hold(change.connection, payments, payment.id)
    known = _told_before(change.connection, payment, arrival)
    if known is not None:
        return known
    payment = find(change.connection, Payment, payment.id)
    fits = payment.state is PaymentState.ASKED and payment.money == arrival.money
    outcome = Outcome.PAID if fits else Outcome.CREDITED
    transaction = _booked(change, payment, arrival, outcome)
    came = (arrival.way, arrival.event_id, arrival.money.amount, arrival.money.currency, change.at)
    receipt = change.add(
        Receipt(new_id(), 1, payment.party_id, payment.id, *came, outcome, transaction.id)
    )
    if fits:
        paid = change.edit(payment, state=PaymentState.PAID, paid_at=change.at)
        if payment.about_noun in ON_PAID:
            ON_PAID[payment.about_noun](change, paid)
    return receipt


def payments_about(connection: Connection, about: About) -> list[Payment]:
    """Return what was asked for something, the oldest first."""
    return find_where(connection, Payment, about_noun=about.noun, about_id=about.id)


def creditor_reference() -> str:
    """Return a reference for a transfer that nobody had before: its check digits find misprints.

    Source: ISO 11649:2009, RF creditor reference: modulo 97-10 of ISO 7064.
    """
    number = f"{secrets.randbelow(10**15):015}"
    return f"RF{98 - _as_number(f'{number}RF00') % 97:02}{number}"


def _as_number(signs: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in signs))


def _told_before(connection: Connection, payment: Payment, arrival: Arrival) -> Receipt | None:
    for known in find_where(connection, Receipt, way=arrival.way, event_id=arrival.event_id):
        same = (known.payment_id, known.amount, known.currency) == (
            payment.id, arrival.money.amount, arrival.money.currency,
        )  # fmt: skip
        if not same:
            raise Conflict(
                f"`{arrival.event_id}` was told of another payment or amount; check the reference",
                zh=f"`{arrival.event_id}` 已用于另一笔款项或金额；请核对参考号",
            )
        return known
    return None


def _booked(change: Change, payment: Payment, arrival: Arrival, outcome: Outcome) -> Transaction:
    amount, currency = arrival.money.amount, arrival.money.currency
    paid = outcome is Outcome.PAID
    to = (
        ledger_account(change, AccountKind.ESCROW, currency)
        if paid
        else ledger_account(change, AccountKind.PAYABLE, currency, payment.party_id)
    )
    clearing = ledger_account(change, AccountKind.CLEARING, currency)
    return post(
        change,
        kind=TransactionKind.PAID if paid else TransactionKind.CREDITED,
        about=payment.about if paid else About("payments", payment.id),
        entries=[Entry(clearing, amount), Entry(to, -amount)],
        key=f"receipt/{arrival.way}/{arrival.event_id}",
    )
