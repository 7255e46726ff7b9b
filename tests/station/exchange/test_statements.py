"""The books as CSV and as Beancount's text: another reader finds them balanced."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from mstation.errors import NotFound
from mstation.money import Money
from mstation.station.change import STATION
from mstation.station.exchange.ledger import About, balances
from mstation.station.exchange.orders import release_line
from mstation.station.exchange.payouts import ask_payout, sent
from mstation.station.exchange.refunds import refund
from mstation.station.exchange.settlement import Way
from mstation.station.exchange.statements import beancount, decimal, rows_of, statement
from mstation.station.exchange.trails import trail_of
from mstation.station.production.sheet_files import write_csv
from mstation.station.schema import now
from mstation.station.station import Station
from tests.server.asks.money import paid
from tests.station.exchange.paying import pay_in
from tests.station.exchange.shop import open_shop
from tests.station.market import Market

ACCOUNT = r"(?:Assets|Liabilities|Income)(?::[A-Z0-9][A-Za-z0-9-]*)+"
OPEN = re.compile(rf"(\d{{4}}-\d\d-\d\d) open ({ACCOUNT}) ([A-Z]{{3}}(?:,[A-Z]{{3}})*)")
TRANSACTION = re.compile(r'(\d{4}-\d\d-\d\d) \* "([^"]+)" \^([A-Za-z0-9-_/.]+)')
POSTING = re.compile(rf"  ({ACCOUNT})  (-?\d+(?:\.\d+)?) ([A-Z]{{3}})")
METADATA = re.compile(r'    [a-z][a-zA-Z0-9-_]*: "[^"]*"')
OPTION = re.compile(r'option "(?:title|operating_currency)" "[^"]+"')


def read_beancount(text: str) -> dict[tuple[str, str], Decimal]:
    """Return what is on each account in each currency; fail where a line is no Beancount.

    Source: Beancount language syntax, version 3; written apart from what writes it.
    """
    opened: dict[str, tuple[str, set[str]]] = {}
    held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    open_sums: dict[str, Decimal] = {}
    day = ""
    for line in [*text.splitlines(), ""]:
        if found := OPEN.fullmatch(line):
            assert found[2] not in opened
            opened[found[2]] = (found[1], set(found[3].split(",")))
        elif found := TRANSACTION.fullmatch(line):
            day, open_sums = found[1], defaultdict(Decimal)
        elif found := POSTING.fullmatch(line):
            since, currencies = opened[found[1]]
            assert since <= day
            assert found[3] in currencies
            held[found[1], found[3]] += Decimal(found[2])
            open_sums[found[3]] += Decimal(found[2])
        elif line:
            assert METADATA.fullmatch(line) or OPTION.fullmatch(line), line
        else:
            assert not any(open_sums.values())
    return held


def traded(station: Station, market: Market) -> None:
    """Sell, refund, pay out; in yuan and yen."""
    line = paid(open_shop(station, market))
    with station.change(STATION) as change:
        release_line(change, line)
        refund(change, about=line.about, payer=line.buyer_id, amount=Money(1, "CNY"), reason="why")
        payout = ask_payout(change, market.seller, currency="CNY", way=Way.SANDBOX)
        sent(change, payout, reference="s")
        pay_in(change, 7_001, About("scores", "2" * 20), "JPY")


def test_beancount_reads_the_books_and_finds_them_balanced(
    station: Station, market: Market
) -> None:
    traded(station, market)
    with station.reading() as connection:
        held = read_beancount("".join(beancount(statement(connection))))
        ours = balances(connection)
    assert sum(sum_ for (_, currency), sum_ in held.items() if currency == "CNY") == 0
    assert held["Assets:Clearing", "JPY"] == 7_001
    kinds = {name.split(":")[1].lower() for name, _ in held}
    assert kinds == {each.account.kind.value for each in ours} - {"tax"}  # nothing was taxed
    for each in ours:
        names = [name for name in held if name[0].split(":")[1].lower() == each.account.kind]
        mine = [held[name] for name in names if name[1] == each.account.currency]
        if each.account.party_id is None and mine:
            assert abs(sum(mine)) == decimal(each.amount, each.account.currency)


def test_a_statement_tells_each_entry_and_what_was_left(station: Station, market: Market) -> None:
    traded(station, market)
    with station.reading() as connection:
        whole = list(statement(connection))
        mine = list(statement(connection, party_id=market.seller.id))
        today = now().date()
        later = list(statement(connection, first=today + timedelta(days=1)))
        until = list(statement(connection, last=today, first=date(2020, 1, 1)))
    assert later == []
    assert until == whole
    assert {each.party_id for each in mine} == {market.seller.id}
    rows = list(csv.reader(io.StringIO(write_csv(rows_of(mine)).decode("utf-8-sig"))))
    assert rows[0][:4] == ["Date", "Transaction", "What", "About"]
    told = [(row[2], row[7], row[8], row[9]) for row in rows[1:]]
    assert told == [
        ("released", "", "90.00", "90.00"),
        ("clawed_back", "0.01", "", "0.01"),
        ("netted", "0.01", "", "89.99"),
        ("netted", "", "0.01", "0.00"),
        ("payout_asked", "89.99", "", "0.00"),
        ("payout_asked", "", "89.99", "89.99"),
        ("payout_sent", "89.99", "", "0.00"),
    ]


def test_a_cent_is_followed_to_its_order_licence_and_who_paid(
    station: Station, market: Market
) -> None:
    traded(station, market)
    with station.reading() as connection:
        lines = list(statement(connection))
        for line in lines:
            trail = trail_of(connection, line.posting_id)
            assert sum(each.amount for each in trail.entries) == 0
            assert trail.transaction.id in {each.noun_id for each in trail.events}
        (released,) = [
            each for each in lines if each.kind == "released" and each.party_id == market.seller.id
        ]
        trail = trail_of(connection, released.posting_id)
        assert trail.licences[0].seller_id == market.seller.id
        assert trail.orders[0].party_id == market.buyer.id == trail.payments[0].party_id
        assert trail.receipts[0].amount == trail.lines[0].amount == 100_00
        (sent_,) = [each for each in lines if each.kind == "payout_sent" and each.amount < 0]
        assert trail_of(connection, sent_.posting_id).payouts[0].party_id == market.seller.id
        with pytest.raises(NotFound):
            trail_of(connection, "0" * 20)
