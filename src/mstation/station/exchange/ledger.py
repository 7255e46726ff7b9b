"""The ledger: who owes what to whom, by double entry. What happened with money in, books out.

An entry of more than nothing is a debit, one of less a credit; in each currency the entries of a
transaction sum to zero. The station holds no cash: `clearing` is what lies with banks and payment
services, `escrow` what was paid for something and is not released, by what it was paid for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    func,
    select,
)

from mstation.errors import Conflict
from mstation.money import MOST_MINOR, Money
from mstation.station.change import Change, find_where
from mstation.station.exchange import ledger_laws
from mstation.station.ids import new_id
from mstation.station.schema import Id, Moment, keep, metadata, own_columns

LAWS = (ledger_laws.BALANCED, ledger_laws.OVERDRAWN, ledger_laws.CLOSED)
MOST_KEY = 200  # signs


class AccountKind(StrEnum):
    """What an account counts."""

    CLEARING = "clearing"  # what lies with banks and payment services
    ESCROW = "escrow"  # paid for something, neither released nor refunded
    PAYABLE = "payable"  # owed to a party
    TRANSIT = "transit"  # on its way to a party
    RECEIVABLE = "receivable"  # owed by a party
    REVENUE = "revenue"  # the house's
    TAX = "tax"  # to be handed on


WE_HAVE = frozenset({AccountKind.CLEARING, AccountKind.RECEIVABLE})  # debits make these more
OF_A_PARTY = frozenset({AccountKind.PAYABLE, AccountKind.TRANSIT, AccountKind.RECEIVABLE})


class TransactionKind(StrEnum):
    """What happened."""

    PAID = "paid"  # clearing → escrow
    CREDITED = "credited"  # came late, twice or in another amount: clearing → payable of the payer
    ALLOCATED = "allocated"  # escrow of the whole → escrow of its parts
    RELEASED = "released"  # escrow → payable of those who share, revenue, tax
    REFUNDED = "refunded"  # escrow → payable of the buyer
    CLAWED_BACK = "clawed_back"  # refunded after its release: from those who shared
    NETTED = "netted"  # what a party owes is taken of what it is owed
    PAYOUT_ASKED = "payout_asked"  # payable → transit
    PAYOUT_SENT = "payout_sent"  # transit → clearing
    PAYOUT_RETURNED = "payout_returned"  # transit → payable


class About(NamedTuple):
    """A row that something is about: its table's name and its id."""

    noun: str
    id: str


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """An account of the books: of a party, or of the house; `name` says which, once."""

    id: str
    revision: int
    name: str  # `payable/CNY/PARTY`, `escrow/CNY`
    kind: AccountKind
    currency: str
    party_id: str | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """Something that happened with money; `key` lets it happen once."""

    id: str
    revision: int
    kind: TransactionKind
    about_noun: str
    about_id: str
    key: str
    at: datetime
    posted: bool = False


@dataclass(frozen=True, slots=True)
class Posting:
    """One entry of a transaction, as the books keep it."""

    id: str
    revision: int
    party_id: str | None  # whose account it is
    transaction_id: str
    account_id: str
    amount: int  # minor units; more than zero: debit, less: credit
    about_noun: str
    about_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a transaction that is to be posted; about: where it is another than the whole."""

    account: LedgerAccount
    amount: int  # minor units; more than zero: debit, less: credit; none is left out
    about: About | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """How much is on an account, counted so that it is seldom less than nothing."""

    account: LedgerAccount
    amount: int  # minor units


ledger_accounts = keep(
    LedgerAccount,
    Table(
        "ledger_accounts",
        metadata,
        *own_columns(),
        Column("name", String(60), nullable=False, unique=True),
        Column("kind", String(16), nullable=False),
        Column("currency", String(3), nullable=False),
        Column("party_id", Id, ForeignKey("parties.id"), index=True),
    ),
)
_ACCOUNT_FIELDS = tuple(each.name for each in fields(LedgerAccount))
ledger_transactions = keep(
    Transaction,
    Table(
        "ledger_transactions",
        metadata,
        *own_columns(),
        Column("kind", String(20), nullable=False),
        Column("about_noun", String(40), nullable=False),
        Column("about_id", Id, nullable=False),
        Column("key", String(MOST_KEY), nullable=False, unique=True),
        Column("at", Moment, nullable=False),
        Column("posted", Boolean, nullable=False),
        Index("ix_ledger_transactions_about", "about_id"),
    ),
)
postings = keep(
    Posting,
    Table(
        "postings",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id")),
        Column("transaction_id", Id, ForeignKey("ledger_transactions.id"), nullable=False),
        Column("account_id", Id, ForeignKey("ledger_accounts.id"), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("about_noun", String(40), nullable=False),
        Column("about_id", Id, nullable=False),
        CheckConstraint(
            f"amount <> 0 AND amount BETWEEN -{MOST_MINOR} AND {MOST_MINOR}", name="a_sum"
        ),
        Index("ix_postings_transaction", "transaction_id"),
        Index("ix_postings_account", "account_id", "about_id"),
        Index("ix_postings_about", "about_id"),
    ),
)


def ledger_account(
    change: Change, kind: AccountKind, currency: str, party_id: str | None = None
) -> LedgerAccount:
    """Return the account of a kind in a currency, opened where there was none.

    Raises:
        ValueError: when it is a party's and none is given, or the house's and one is.
    """
    if (party_id is not None) is not (kind in OF_A_PARTY):
        raise ValueError(f"an account `{kind}` is {'' if party_id is None else 'not '}a party's")
    Money(0, currency)  # a currency that is known
    name = f"{kind}/{currency}" + ("" if party_id is None else f"/{party_id}")
    for known in find_where(change.connection, LedgerAccount, name=name):
        return known
    try:
        with change.apart():
            return change.add(LedgerAccount(new_id(), 1, name, kind, currency, party_id))
    except Conflict:  # somebody opened it at the same moment
        return find_where(change.connection, LedgerAccount, name=name)[0]


def post(
    change: Change,
    *,
    kind: TransactionKind,
    about: About,
    entries: Sequence[Entry],
    key: str,
) -> Transaction:
    """Write what happened into the books, once: with the same key again nothing more happens.

    What is refused leaves nothing behind, and the change may go on.

    Raises:
        Conflict: when its entries do not sum to zero in each currency, are none, or draw more than
            there is; or when the key was used for something else.
    """
    lines = [each for each in entries if each.amount]
    for before in find_where(change.connection, Transaction, key=key):
        return _same(change.connection, before, kind, about, lines)
    opened = Transaction(new_id(), 1, kind, about.noun, about.id, key, change.at)
    try:
        with change.apart():
            change.add(opened)
            change.add_all([_posting(opened, each) for each in lines])
            return change.edit(opened, posted=True)
    except Conflict:
        for before in find_where(change.connection, Transaction, key=key):
            return _same(change.connection, before, kind, about, lines)  # at the same moment
        raise


def balance_of(connection: Connection, account: LedgerAccount) -> int:
    """Return how much is on an account, in minor units; of those that we owe, what we owe."""
    query = select(func.sum(postings.c.amount)).where(postings.c.account_id == account.id)
    return _natural(account.kind, int(connection.execute(query).scalar() or 0))


def party_balance(connection: Connection, kind: AccountKind, party_id: str, currency: str) -> int:
    """Return what a party is owed, or owes, in a currency's minor units."""
    name = f"{kind}/{currency}/{party_id}"
    return sum(
        balance_of(connection, each) for each in find_where(connection, LedgerAccount, name=name)
    )


def held_for(connection: Connection, about: About, currency: str) -> int:
    """Return what lies in escrow for something, in a currency's minor units."""
    query = (
        select(func.sum(postings.c.amount))
        .join(ledger_accounts, ledger_accounts.c.id == postings.c.account_id)
        .where(
            ledger_accounts.c.kind == AccountKind.ESCROW,
            ledger_accounts.c.currency == currency,
            postings.c.about_noun == about.noun,
            postings.c.about_id == about.id,
        )
    )
    return -int(connection.execute(query).scalar() or 0)


def balances(connection: Connection, *, party_id: str | None = None) -> list[Balance]:
    """Return how much is on every account, or on those of a party, by name."""
    query = (
        select(ledger_accounts, func.coalesce(func.sum(postings.c.amount), 0).label("amount"))
        .outerjoin(postings, postings.c.account_id == ledger_accounts.c.id)
        .group_by(*ledger_accounts.c)
        .order_by(ledger_accounts.c.name)
    )
    if party_id is not None:
        query = query.where(ledger_accounts.c.party_id == party_id)
    made = []
    for row in connection.execute(query).mappings():
        told = {name: row[name] for name in _ACCOUNT_FIELDS}
        account = LedgerAccount(**{**told, "kind": AccountKind(told["kind"])})
        made.append(Balance(account, _natural(account.kind, int(row["amount"]))))
    return made


def postings_of(connection: Connection, transaction: Transaction) -> list[Posting]:
    """Return the entries of a transaction, as they were made."""
    return find_where(connection, Posting, transaction_id=transaction.id)


def wrong_transactions(connection: Connection) -> Iterator[str]:
    """Return the ids of transactions that were left open or do not sum to zero."""
    opened = select(ledger_transactions.c.id).where(~ledger_transactions.c.posted)
    unbalanced = (
        select(postings.c.transaction_id)
        .join(ledger_accounts, ledger_accounts.c.id == postings.c.account_id)
        .group_by(postings.c.transaction_id, ledger_accounts.c.currency)
        .having(func.sum(postings.c.amount) != 0)
    )
    empty = (
        select(ledger_transactions.c.id)
        .outerjoin(postings, postings.c.transaction_id == ledger_transactions.c.id)
        .where(postings.c.id.is_(None))
    )
    found = {id_ for query in (opened, unbalanced, empty) for id_ in connection.scalars(query)}
    yield from sorted(found)


def overdrawn_accounts(connection: Connection) -> Iterator[str]:
    """Return the names of accounts on which there is less than nothing, where that cannot be."""
    for each in balances(connection):
        if each.amount < 0 and each.account.kind in OF_A_PARTY | {AccountKind.ESCROW}:
            yield each.account.name


def _natural(kind: AccountKind, debits: int) -> int:
    return debits if kind in WE_HAVE else -debits


def _posting(transaction: Transaction, entry: Entry) -> Posting:
    about = entry.about or About(transaction.about_noun, transaction.about_id)
    where = (entry.account.party_id, transaction.id, entry.account.id)
    return Posting(new_id(), 1, *where, entry.amount, about.noun, about.id)


def _same(
    connection: Connection,
    before: Transaction,
    kind: TransactionKind,
    about: About,
    lines: Sequence[Entry],
) -> Transaction:
    """Return what was posted under a key before, where it was the same."""
    kept = [(each.account_id, each.amount) for each in postings_of(connection, before)]
    told = [(each.account.id, each.amount) for each in lines]
    subject = (before.kind, before.about_noun, before.about_id)
    if subject != (kind, about.noun, about.id) or sorted(kept) != sorted(told):
        raise Conflict(
            f"the key `{before.key}` stands in the books for something else; use another",
            zh=f"账簿中键 `{before.key}` 已用于另一笔交易；请换一个",
        )
    return before
