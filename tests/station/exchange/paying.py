"""What money tests share: a sum that lies in escrow, and what the books say."""

from __future__ import annotations

from mstation.station.change import STATION, Change
from mstation.station.exchange.bank import keep_bank_account
from mstation.station.exchange.ledger import (
    About,
    AccountKind,
    Entry,
    TransactionKind,
    balances,
    ledger_account,
    party_balance,
    post,
)
from mstation.station.ids import new_id
from mstation.station.parties import Party
from mstation.station.station import Station

SCORE = About("scores", "0" * 20)


def pay_in(change: Change, amount: int, about: About = SCORE, currency: str = "CNY") -> None:
    """Let an amount lie in escrow for something."""
    clearing = ledger_account(change, AccountKind.CLEARING, currency)
    escrow = ledger_account(change, AccountKind.ESCROW, currency)
    entries = [Entry(clearing, amount), Entry(escrow, -amount)]
    post(change, kind=TransactionKind.PAID, about=about, entries=entries, key=new_id())


def told(station: Station) -> dict[str, int]:
    """Return what is on each account, by name; a party's by its name's first word."""
    with station.reading() as connection:
        return {each.account.name: each.amount for each in balances(connection)}


def owed(station: Station, party: Party, kind: AccountKind = AccountKind.PAYABLE) -> int:
    """Return what a party is owed, in fen."""
    with station.reading() as connection:
        return party_balance(connection, kind, party.id, "CNY")


def banked(station: Station, party: Party) -> None:
    """Let a party say where it is paid."""
    with station.change(STATION) as change:
        keep_bank_account(
            change, party, currency="CNY", holder=party.name, bank="Bank of the River",
            number="622202020001",
        )  # fmt: skip
