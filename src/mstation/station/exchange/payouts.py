"""Payouts: what is owed to a party goes to its bank. Balances in, transfers out, each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
)

from mstation.errors import Conflict
from mstation.station.change import Change, find, hold
from mstation.station.exchange.bank import bank_accounts_of, bank_reference
from mstation.station.exchange.ledger import (
    About,
    AccountKind,
    Entry,
    TransactionKind,
    ledger_account,
    party_balance,
    post,
)
from mstation.station.exchange.settlement import MOST_EVENT_ID, Way
from mstation.station.ids import new_id
from mstation.station.parties import Party, parties
from mstation.station.schema import Id, Moment, keep, metadata, own_columns


class PayoutState(StrEnum):
    """How far a payout is."""

    ASKED = "asked"
    SENT = "sent"
    RETURNED = "returned"  # the bank sent it back: it is owed again


@dataclass(frozen=True, slots=True)
class Payout:
    """What is sent to a party of what it is owed."""

    id: str
    revision: int
    party_id: str
    way: Way
    amount: int  # minor units
    currency: str
    asked_at: datetime
    state: PayoutState = PayoutState.ASKED
    reference: str | None = None  # the bank's, when it is sent
    sent_at: datetime | None = None


payouts = keep(
    Payout,
    Table(
        "payouts",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("way", String(16), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("asked_at", Moment, nullable=False),
        Column("state", String(16), nullable=False),
        Column("reference", String(MOST_EVENT_ID)),
        Column("sent_at", Moment),
        CheckConstraint("amount > 0", name="a_sum"),
        UniqueConstraint("way", "reference"),
    ),
)


def ask_payout(change: Change, party: Party, *, currency: str, way: Way = Way.BANK) -> Payout:
    """Ask for all that a party is owed in a currency, less what it owes.

    Raises:
        Conflict: when nothing is owed to it, or it has told of no bank account.
    """
    hold(change.connection, parties, party.id)  # one payout after another
    id_ = new_id()
    owed = _netted(change, party.id, currency, id_)
    if owed < 1:
        raise Conflict(
            f"nothing is owed to {party.name} in {currency}",
            zh=f"{party.name} 无 {currency} 应付款",
        )
    if way is Way.BANK and not bank_accounts_of(change.connection, party.id, currency):
        raise Conflict(
            f"{party.name} has told of no bank account for {currency}; say so first",
            zh=f"{party.name} 尚未登记 {currency} 收款账户，请先登记",
        )
    payout = change.add(Payout(id_, 1, party.id, way, owed, currency, change.at))
    _move(change, payout, TransactionKind.PAYOUT_ASKED, AccountKind.PAYABLE, AccountKind.TRANSIT)
    return payout


def sent(change: Change, payout: Payout, *, reference: str) -> Payout:
    """Note as the house that it was sent; reference: the bank's own, which is good for once.

    Told again with the same reference it is the same payout, and nothing more happens.

    Raises:
        InvalidInput: when the reference is none.
        Conflict: when it was sent under another reference, came back, or the reference is taken.
    """
    hold(change.connection, payouts, payout.id)
    payout, reference = find(change.connection, Payout, payout.id), bank_reference(reference)
    if payout.state is PayoutState.SENT and payout.reference == reference:
        return payout
    _require(payout, PayoutState.ASKED)
    _move(change, payout, TransactionKind.PAYOUT_SENT, AccountKind.TRANSIT, AccountKind.CLEARING)
    return change.edit(payout, state=PayoutState.SENT, reference=reference, sent_at=change.at)


def returned(change: Change, payout: Payout) -> Payout:
    """Note as the house that it cannot be sent: what was asked for is owed again.

    Raises:
        Conflict: when it was sent, or came back before.
    """
    hold(change.connection, payouts, payout.id)
    payout = find(change.connection, Payout, payout.id)
    _require(payout, PayoutState.ASKED)
    _move(change, payout, TransactionKind.PAYOUT_RETURNED, AccountKind.TRANSIT, AccountKind.PAYABLE)
    return change.edit(payout, state=PayoutState.RETURNED)


def _netted(change: Change, party_id: str, currency: str, payout_id: str) -> int:
    """Take what a party owes of what it is owed, and return what is left of that."""
    owed = party_balance(change.connection, AccountKind.PAYABLE, party_id, currency)
    owes = party_balance(change.connection, AccountKind.RECEIVABLE, party_id, currency)
    both = min(owed, owes)
    if both > 0:
        payable = ledger_account(change, AccountKind.PAYABLE, currency, party_id)
        receivable = ledger_account(change, AccountKind.RECEIVABLE, currency, party_id)
        post(
            change,
            kind=TransactionKind.NETTED,
            about=About("payouts", payout_id),
            entries=[Entry(payable, both), Entry(receivable, -both)],
            key=f"netted/{payout_id}",
        )
    return owed - max(both, 0)


def _move(
    change: Change, payout: Payout, kind: TransactionKind, out: AccountKind, to: AccountKind
) -> None:
    def of(which: AccountKind) -> str | None:
        return None if which is AccountKind.CLEARING else payout.party_id

    post(
        change,
        kind=kind,
        about=About("payouts", payout.id),
        entries=[
            Entry(ledger_account(change, out, payout.currency, of(out)), payout.amount),
            Entry(ledger_account(change, to, payout.currency, of(to)), -payout.amount),
        ],
        key=f"{kind}/{payout.id}",
    )


def _require(payout: Payout, state: PayoutState) -> None:
    if payout.state is not state:
        raise Conflict(
            f"this payout is {payout.state} already", zh=f"该付款状态已为 {payout.state}"
        )
