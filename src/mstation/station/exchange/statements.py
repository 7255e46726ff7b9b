"""Statements: the books as people and programs read them: CSV, and text for Beancount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from mstation.money import decimals
from mstation.station.exchange.ledger import (
    WE_HAVE,
    AccountKind,
    TransactionKind,
    ledger_accounts,
    ledger_transactions,
    postings,
)
from mstation.station.parties import parties

COLUMNS = (
    "Date", "Transaction", "What", "About", "About ID", "Account", "Party", "Debit", "Credit",
    "Balance", "Currency",
)  # fmt: skip
# Source: the five roots of Beancount's accounts; ours by what they count.
_BEANCOUNT = {
    AccountKind.CLEARING: "Assets:Clearing",
    AccountKind.RECEIVABLE: "Assets:Receivable",
    AccountKind.ESCROW: "Liabilities:Escrow",
    AccountKind.PAYABLE: "Liabilities:Payable",
    AccountKind.TRANSIT: "Liabilities:Transit",
    AccountKind.TAX: "Liabilities:Tax",
    AccountKind.REVENUE: "Income:Revenue",
}


@dataclass(frozen=True, slots=True)
class StatementLine:
    """An entry of the books in words; balance: of its account after it, of what we owe positive."""

    posting_id: str
    transaction_id: str
    at: datetime
    kind: TransactionKind
    about_noun: str
    about_id: str
    account: str
    account_kind: AccountKind
    party_id: str | None
    party: str
    amount: int  # minor units; more than zero: debit
    balance: int  # minor units
    currency: str


def statement(
    connection: Connection,
    *,
    party_id: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Iterator[StatementLine]:
    """Return the entries of a party's accounts, or of all, in order, with running balances.

    first, last: days in UTC, both included; balances count what was before as well.
    """
    query = (
        select(
            postings.c.id, postings.c.transaction_id, postings.c.amount, postings.c.about_noun,
            postings.c.about_id, postings.c.account_id, ledger_transactions.c.at,
            ledger_transactions.c.kind.label("what"), ledger_accounts.c.name.label("account"),
            ledger_accounts.c.kind, ledger_accounts.c.currency, ledger_accounts.c.party_id,
            parties.c.name.label("party"),
        )
        .join(ledger_transactions, ledger_transactions.c.id == postings.c.transaction_id)
        .join(ledger_accounts, ledger_accounts.c.id == postings.c.account_id)
        .outerjoin(parties, parties.c.id == ledger_accounts.c.party_id)
        .order_by(ledger_transactions.c.at, postings.c.transaction_id, postings.c.id)
    )  # fmt: skip
    if party_id is not None:
        query = query.where(ledger_accounts.c.party_id == party_id)
    running: dict[str, int] = {}
    for row in connection.execution_options(yield_per=1000).execute(query):
        kind = AccountKind(row.kind)
        moved = row.amount if kind in WE_HAVE else -row.amount
        running[row.account_id] = running.get(row.account_id, 0) + moved
        day = _day(row.at)
        if (first is None or day >= first) and (last is None or day <= last):
            yield _line(row, kind, running[row.account_id])


def rows_of(lines: Iterable[StatementLine]) -> Iterator[tuple[str | Decimal, ...]]:
    """Return a statement as the rows of a sheet, under headings."""
    yield COLUMNS
    for line in lines:
        debit = decimal(line.amount, line.currency) if line.amount > 0 else ""
        credit = decimal(-line.amount, line.currency) if line.amount < 0 else ""
        yield (
            line.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), line.transaction_id,
            line.kind.value, line.about_noun, line.about_id, line.account, line.party, debit,
            credit, decimal(line.balance, line.currency), line.currency,
        )  # fmt: skip


def beancount(lines: Iterable[StatementLine]) -> Iterator[str]:
    """Return the books as Beancount's text: accounts opened, then each transaction.

    Source: Beancount language syntax, version 3: directives `open` and `txn`, metadata.
    """
    told = list(lines)
    currencies = sorted({line.currency for line in told})
    yield 'option "title" "M-Station"\n'
    for currency in currencies:
        yield f'option "operating_currency" "{currency}"\n'
    opened: dict[str, tuple[date, set[str]]] = {}
    for line in told:
        day, known = opened.setdefault(account_name(line), (_day(line.at), set()))
        opened[account_name(line)] = (min(day, _day(line.at)), known | {line.currency})
    for name in sorted(opened):
        day, known = opened[name]
        yield f"{day} open {name} {','.join(sorted(known))}\n"
    seen = ""
    for line in told:
        if line.transaction_id != seen:
            seen = line.transaction_id
            what = line.kind.replace("_", " ")
            yield f'\n{_day(line.at)} * "{what}" ^{seen}\n'
        yield f"  {account_name(line)}  {decimal(line.amount, line.currency)} {line.currency}\n"
        yield f'    {line.about_noun.replace("_", "-")}: "{line.about_id}"\n'


def account_name(line: StatementLine) -> str:
    """Return an account as Beancount names it; a party's ends with its id, in capitals."""
    root = _BEANCOUNT[line.account_kind]
    return root if line.party_id is None else f"{root}:P{line.party_id.upper()}"


def decimal(amount: int, currency: str) -> Decimal:
    """Return a sum of minor units with its decimals, exactly: 123450 fen are 1234.50."""
    return Decimal(amount).scaleb(-decimals(currency))


def _line(row: Any, kind: AccountKind, balance: int) -> StatementLine:
    return StatementLine(
        row.id, row.transaction_id, row.at, TransactionKind(row.what), row.about_noun,
        row.about_id, row.account, kind, row.party_id, row.party or "", row.amount, balance,
        row.currency,
    )  # fmt: skip


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
