"""Refunds: what is in escrow goes back; what was released is claimed back of who shared it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    select,
)

from mstation.errors import Conflict, InvalidInput
from mstation.money import Money, split
from mstation.station.change import Change, find_where, hold
from mstation.station.exchange.ledger import (
    About,
    AccountKind,
    Entry,
    Transaction,
    TransactionKind,
    held_for,
    ledger_account,
    ledger_accounts,
    ledger_transactions,
    post,
    postings,
)
from mstation.station.ids import new_id
from mstation.station.schema import Id, Moment, keep, metadata, own_columns
from mstation.station.wording import MOST_SIGNS, prose


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that goes back to who paid: owed to them from now on, and sent by a payout."""

    id: str
    revision: int
    party_id: str  # who gets it
    about_noun: str
    about_id: str
    amount: int  # minor units
    clawed_back: int  # of them: what had been released
    currency: str
    reason: str
    at: datetime
    transaction_id: str


refunds = keep(
    Refund,
    Table(
        "refunds",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("about_noun", String(40), nullable=False),
        Column("about_id", Id, nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("clawed_back", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("reason", String(MOST_SIGNS), nullable=False),
        Column("at", Moment, nullable=False),
        Column("transaction_id", Id, ForeignKey("ledger_transactions.id"), nullable=False),
        CheckConstraint("amount > 0 AND clawed_back BETWEEN 0 AND amount", name="a_part"),
        Index("ix_refunds_about", "about_id"),
    ),
)


def refund(change: Change, *, about: About, payer: str, amount: Money, reason: str) -> Refund:
    """Give back a part, or all, of what was paid for something: first what is still in escrow.

    What is released already is owed by those who shared in it, the house and the tax too, as they
    shared, to the last unit.

    Raises:
        InvalidInput: when it is nothing, or no reason is given.
        Conflict: when more is asked for than was paid and is not refunded yet, or it is disputed.
    """
    told = prose(reason, "reason", "理由")
    if amount.amount < 1 or not told:
        raise InvalidInput(
            "a refund has a sum of one unit at least, and a reason", zh="退款须有金额与理由"
        )
    for released in _releases(change.connection, about):
        hold(change.connection, ledger_transactions, released.id)  # one refund after another
    held = min(held_for(change.connection, about, amount.currency), amount.amount)
    rest = amount.amount - held
    id_ = new_id()
    entries = [Entry(ledger_account(change, AccountKind.ESCROW, amount.currency), held)]
    entries += _clawed_back(change, about, Money(rest, amount.currency))
    payable = ledger_account(change, AccountKind.PAYABLE, amount.currency, payer)
    transaction = post(
        change,
        kind=TransactionKind.CLAWED_BACK if rest else TransactionKind.REFUNDED,
        about=about,
        entries=[*entries, Entry(payable, -amount.amount)],
        key=f"refund/{id_}",
    )
    sums = (amount.amount, rest, amount.currency)
    return change.add(
        Refund(id_, 1, payer, about.noun, about.id, *sums, told, change.at, transaction.id)
    )


def refunded(connection: Connection, about: About) -> int:
    """Return what went back of something, in minor units."""
    found = find_where(connection, Refund, about_noun=about.noun, about_id=about.id)
    return sum(each.amount for each in found)


def _releases(connection: Connection, about: About) -> list[Transaction]:
    return find_where(
        connection, Transaction, kind=TransactionKind.RELEASED, about_noun=about.noun,
        about_id=about.id,
    )  # fmt: skip


def _clawed_back(change: Change, about: About, amount: Money) -> list[Entry]:
    """Return from whom how much comes of what was released: as much of each as they have left."""
    if not amount.amount:
        return []
    left = _still_released(change.connection, about, amount.currency)
    if sum(left.values()) < amount.amount:
        raise Conflict(
            f"only {Money(sum(left.values()), amount.currency)} of it is left to be refunded "
            "of what was released; ask for less",
            zh=f"已放行款项中仅余 {Money(sum(left.values()), amount.currency)} 可退，请减少金额",
        )
    whose = sorted(left)
    made = []
    for (kind, party_id), sum_ in zip(
        whose, split(amount.amount, [left[each] for each in whose]), strict=True
    ):
        account = ledger_account(change, AccountKind(kind), amount.currency, party_id or None)
        made.append(Entry(account, sum_))
    return made


def _still_released(
    connection: Connection, about: About, currency: str
) -> dict[tuple[str, str], int]:
    """Return what each has of what was released for something, less what was claimed back."""
    query = (
        select(
            ledger_transactions.c.kind.label("what"), ledger_accounts.c.kind,
            ledger_accounts.c.party_id, postings.c.amount,
        )
        .join(ledger_transactions, ledger_transactions.c.id == postings.c.transaction_id)
        .join(ledger_accounts, ledger_accounts.c.id == postings.c.account_id)
        .where(
            postings.c.about_noun == about.noun,
            postings.c.about_id == about.id,
            ledger_accounts.c.currency == currency,
            ledger_accounts.c.kind != AccountKind.ESCROW,
        )
    )  # fmt: skip
    left: dict[tuple[str, str], int] = {}
    for what, kind, party_id, amount in connection.execute(query):
        taken = what == TransactionKind.CLAWED_BACK and amount > 0
        if what == TransactionKind.RELEASED or taken:
            to = AccountKind.RECEIVABLE if kind == AccountKind.PAYABLE else AccountKind(kind)
            whose = (to.value, party_id or "")
            left[whose] = left.get(whose, 0) - amount
    return left
