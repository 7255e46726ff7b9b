"""The books: what is posted balances and stays, and nobody is paid what is not there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, update
from sqlalchemy.exc import IntegrityError

from mstation.errors import Conflict
from mstation.station.backup import restore_backup, write_backup
from mstation.station.change import STATION, Change
from mstation.station.exchange.ledger import (
    OF_A_PARTY,
    About,
    AccountKind,
    Entry,
    Posting,
    Transaction,
    TransactionKind,
    balance_of,
    balances,
    held_for,
    ledger_account,
    ledger_accounts,
    ledger_transactions,
    party_balance,
    post,
    postings,
    postings_of,
)
from mstation.station.guards import unguarded
from mstation.station.ids import new_id
from mstation.station.schema import now
from mstation.station.station import Station, open_station
from mstation.station.verify import faults_of
from tests.station.databases import NewDatabase
from tests.station.market import Market

FILM = About("orders", "0" * 20)


def pay_in(change: Change, amount: int, about: About = FILM, key: str = "in") -> Transaction:
    clearing = ledger_account(change, AccountKind.CLEARING, "CNY")
    escrow = ledger_account(change, AccountKind.ESCROW, "CNY")
    entries = [Entry(clearing, amount), Entry(escrow, -amount)]
    return post(change, kind=TransactionKind.PAID, about=about, entries=entries, key=key)


def release(change: Change, market: Market, amount: int, key: str) -> Transaction:
    escrow = ledger_account(change, AccountKind.ESCROW, "CNY")
    payable = ledger_account(change, AccountKind.PAYABLE, "CNY", market.seller.id)
    entries = [Entry(escrow, amount), Entry(payable, -amount)]
    return post(change, kind=TransactionKind.RELEASED, about=FILM, entries=entries, key=key)


def book(
    station: Station, *lines: tuple[AccountKind, str, int], party_id: str | None = None
) -> None:
    with station.change(STATION) as change:
        entries = [
            Entry(ledger_account(change, kind, code, party_id if kind in OF_A_PARTY else None), n)
            for kind, code, n in lines
        ]
        post(change, kind=TransactionKind.PAID, about=FILM, entries=entries, key=new_id())


def sums(connection: Connection) -> dict[str, int]:
    told: dict[str, int] = {}
    for each in balances(connection):
        sign = 1 if each.account.kind in ("clearing", "receivable") else -1
        told[each.account.currency] = told.get(each.account.currency, 0) + sign * each.amount
    return told


def test_what_is_posted_sums_to_zero_and_is_read_back(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        paid = pay_in(change, 12_345)
        release(change, market, 12_000, "out")
        assert [each.amount for each in postings_of(change.connection, paid)] == [12_345, -12_345]
        assert held_for(change.connection, FILM, "CNY") == 345
        owed = party_balance(change.connection, AccountKind.PAYABLE, market.seller.id, "CNY")
        assert owed == 12_000
        assert sums(change.connection) == {"CNY": 0}


@pytest.mark.parametrize("amounts", [(5, -4), (5,), (), (0, 0), (7, -3, -3)])
def test_a_transaction_that_does_not_balance_is_refused(
    station: Station, market: Market, amounts: tuple[int, ...]
) -> None:
    with pytest.raises(Conflict, match="sum to zero"):
        book(station, *((AccountKind.CLEARING, "CNY", amount) for amount in amounts))
    with station.reading() as connection:
        assert connection.execute(ledger_transactions.select()).all() == []


def test_each_currency_balances_by_itself(station: Station, market: Market) -> None:
    with pytest.raises(Conflict, match="sum to zero"):
        book(station, (AccountKind.CLEARING, "CNY", 5), (AccountKind.ESCROW, "EUR", -5))


def test_what_is_posted_stays_whoever_writes(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        paid = pay_in(change, 100)
        account = ledger_account(change, AccountKind.CLEARING, "CNY")
    late = Posting(new_id(), 1, None, paid.id, account.id, 1, *FILM)
    opened = Transaction(new_id(), 1, paid.kind, *FILM, "posted", paid.at, posted=True)
    with pytest.raises(Conflict, match="stays as it is"), station.change(STATION) as change:
        change.add(late)
    with pytest.raises(Conflict, match="stays as it is"), station.change(STATION) as change:
        change.add(opened)
    with pytest.raises(Conflict, match="stays as it is"), station.change(STATION) as change:
        change.edit(paid, kind=TransactionKind.REFUNDED)
    for statement in (
        update(postings).values(amount=1),
        delete(postings),
        update(ledger_transactions).values(posted=False),
        update(ledger_transactions).values(about_id="1" * 20),
        delete(ledger_transactions),
        update(ledger_accounts).values(currency="EUR"),
        delete(ledger_accounts),
    ):
        with (
            pytest.raises(IntegrityError, match="guard:books_closed"),
            station.change(STATION) as change,
        ):
            change.connection.execute(statement)


def test_no_transaction_is_left_open(station: Station, market: Market) -> None:
    opened = Transaction(new_id(), 1, TransactionKind.PAID, *FILM, "open", now())
    if station.engine.dialect.name == "postgresql":
        with (
            pytest.raises(IntegrityError, match="guard:books_unbalanced"),
            station.change(STATION) as change,
        ):
            change.add(opened)
        return
    with station.change(STATION) as change:  # SQLite has no laws of a change's end: verify finds it
        change.add(opened)
    assert any("books" in each and opened.id in each for each in wrong_with(station))


def test_what_is_refused_leaves_nothing_though_the_change_goes_on(
    station: Station, market: Market
) -> None:
    with station.change(STATION) as change:
        pay_in(change, 100)
        with pytest.raises(Conflict, match="not that much"):
            release(change, market, 101, "too much")
        release(change, market, 99, "enough")
    assert wrong_with(station) == []
    with station.reading() as connection:
        assert held_for(connection, FILM, "CNY") == 1
        assert len(connection.execute(ledger_transactions.select()).all()) == 2


def test_the_same_key_posts_once_and_nothing_else(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        assert pay_in(change, 100) == pay_in(change, 100)
        with pytest.raises(Conflict, match="something else"):
            pay_in(change, 101)
        assert held_for(change.connection, FILM, "CNY") == 100


def test_escrow_and_what_is_owed_are_never_overdrawn(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        pay_in(change, 100)
        pay_in(change, 900, About("orders", "1" * 20), "another")  # lies there for something else
    with pytest.raises(Conflict, match="not that much"), station.change(STATION) as change:
        release(change, market, 101, "too much")
    with pytest.raises(Conflict, match="not that much"):
        book(
            station, (AccountKind.PAYABLE, "CNY", 1), (AccountKind.CLEARING, "CNY", -1),
            party_id=market.seller.id,
        )  # fmt: skip


def test_of_many_who_release_the_same_money_at_once_one_does(
    station: Station, market: Market
) -> None:
    with station.change(STATION) as change:
        pay_in(change, 100)

    def try_it(number: int) -> bool:
        try:
            with station.change(STATION) as change:
                release(change, market, 100, f"out {number}")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(try_it, range(8))) == [False] * 7 + [True]
    with station.reading() as connection:
        assert held_for(connection, FILM, "CNY") == 0


def test_restored_books_balance_and_are_guarded_again(
    station: Station, market: Market, new_database: NewDatabase, tmp_path: Path
) -> None:
    with station.change(STATION) as change:
        pay_in(change, 700)
        release(change, market, 300, "out")
    write_backup(station, tmp_path / "books.zip")
    copy = new_database()
    if copy.startswith("sqlite"):
        copy = f"sqlite:///{tmp_path / 'empty.db'}"
    restore_backup(tmp_path / "books.zip", copy, tmp_path / "data")
    restored = open_station(copy, folder=tmp_path / "data")
    with restored.reading() as connection:
        assert sums(connection) == {"CNY": 0}
        assert held_for(connection, FILM, "CNY") == 400
    assert wrong_with(restored) == []
    with pytest.raises(IntegrityError, match="guard:"), restored.change(STATION) as change:
        change.connection.execute(delete(postings))
    restored.close()


def test_verify_says_when_the_books_do_not_balance(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        paid = pay_in(change, 700)
    with station.engine.begin() as connection, unguarded(connection):
        wrong = postings.c.amount > 0
        connection.execute(update(postings).where(wrong).values(amount=701))
    assert [each for each in wrong_with(station) if paid.id in each and "books" in each]


@given(st.lists(st.integers(-(10**15), 10**15).filter(bool), min_size=1, max_size=6))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_entries_are_posted_when_they_sum_to_zero_and_only_then(
    station: Station, market: Market, amounts: list[int]
) -> None:
    with station.change(STATION) as change:
        revenue = ledger_account(change, AccountKind.REVENUE, "CNY")
        before = balance_of(change.connection, revenue)
    try:
        with station.change(STATION) as change:
            post(
                change, kind=TransactionKind.PAID, about=FILM, key=new_id(),
                entries=[Entry(revenue, amount) for amount in amounts],
            )  # fmt: skip
    except Conflict:
        assert sum(amounts) != 0
    else:
        assert sum(amounts) == 0
    with station.reading() as connection:
        assert balance_of(connection, revenue) == before


def wrong_with(station: Station) -> list[str]:
    with station.reading() as connection:
        return [fault.told("en") for fault in faults_of(connection, station.blobs)]
