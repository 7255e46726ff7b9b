"""Bank transfers: whom to pay, under which reference, and what the house finds has come."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Connection, ForeignKey, String, Table, UniqueConstraint

from mstation.errors import Conflict, InvalidInput
from mstation.money import Money
from mstation.station.accounts import written
from mstation.station.change import Change, find, find_where
from mstation.station.exchange.settlement import (
    MOST_EVENT_ID,
    Arrival,
    Instructions,
    Payment,
    Receipt,
    Way,
    arrived,
)
from mstation.station.ids import new_id
from mstation.station.parties import Party, the_house
from mstation.station.schema import Id, keep, metadata, own_columns


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where a party is paid in a currency."""

    id: str
    revision: int
    party_id: str
    currency: str
    holder: str
    bank: str
    number: str  # as the bank writes it: an IBAN, or the digits
    bic: str = ""


bank_accounts = keep(
    BankAccount,
    Table(
        "bank_accounts",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("currency", String(3), nullable=False),
        Column("holder", String(200), nullable=False),
        Column("bank", String(200), nullable=False),
        Column("number", String(40), nullable=False),
        Column("bic", String(11), nullable=False),
        UniqueConstraint("party_id", "currency"),
    ),
)


def keep_bank_account(
    change: Change, party: Party, *, currency: str, holder: str, bank: str, number: str,
    bic: str = "",
) -> BankAccount:  # fmt: skip
    """Say where a party is paid in a currency; said again it takes the old one's place.

    Raises:
        InvalidInput: when the currency or the number is none.
    """
    told = {
        "holder": written(holder), "bank": written(bank), "bic": bic.upper(),
        "number": _number(number),
    }  # fmt: skip
    for known in bank_accounts_of(change.connection, party.id, currency):
        return change.edit(known, **told)
    return change.add(BankAccount(new_id(), 1, party.id, _currency(currency), **told))


def bank_accounts_of(
    connection: Connection, party_id: str, currency: str | None = None
) -> list[BankAccount]:
    """Return where a party is paid, in one currency or in all."""
    wanted = {} if currency is None else {"currency": currency}
    return find_where(connection, BankAccount, party_id=party_id, **wanted)


def bank_instructions(connection: Connection, payment: Payment) -> Instructions:
    """Tell whom to pay, where, how much and under which reference.

    Raises:
        Conflict: when the house has said of no account in this currency.
    """
    house = find(connection, Party, the_house(connection).party_id)
    for account in bank_accounts_of(connection, house.id, payment.currency):
        rows = (
            ("Pay to", "收款人", account.holder),
            ("Bank", "开户行", f"{account.bank} {account.bic}".strip()),
            ("Account", "账号", account.number),
            ("Amount", "金额", str(payment.money)),
            ("Reference", "附言（必填）", payment.reference),
        )
        return Instructions(
            Way.BANK, payment.reference, payment.amount, payment.currency,
            "\n".join(f"{english}: {told}" for english, _, told in rows),
            "\n".join(f"{chinese}：{told}" for _, chinese, told in rows),
        )  # fmt: skip
    raise Conflict(
        f"the house has no bank account for {payment.currency} yet; it says so with "
        "`PUT /api/parties/ID/bank-accounts`",
        zh=f"交易中心尚未登记 {payment.currency} 收款账户，请其先登记",
    )


def confirm_transfer(change: Change, payment: Payment, *, reference: str, came: Money) -> Receipt:
    """Note as the house that money came; reference: the bank's own, which is good for once.

    Raises:
        InvalidInput: when the bank's reference is none, or nothing came.
        Conflict: when the same bank reference was told of something else.
    """
    reference = bank_reference(reference)
    if came.amount < 1:
        raise InvalidInput("say how much came", zh="请填写到账金额")
    return arrived(change, payment, Arrival(Way.BANK, reference, came))


def bank_reference(written_: str) -> str:
    """Return a bank's own reference of a transfer.

    Raises:
        InvalidInput: when it is none.
    """
    told = written_.strip()
    if not told or len(told) > MOST_EVENT_ID or not told.isprintable():
        raise InvalidInput(
            f"give the bank's reference of the transfer, {MOST_EVENT_ID} signs at most",
            zh=f"请填写银行流水号，最多 {MOST_EVENT_ID} 个字符",
        )
    return told


def _currency(code: str) -> str:
    try:
        return Money(0, code).currency
    except ValueError as error:
        raise InvalidInput(
            f"`{code[:10]}` is no currency that is known; give its ISO 4217 code: CNY, EUR",
            zh=f"未知货币 `{code[:10]}`；请使用 ISO 4217 代码，例如 CNY、EUR",
        ) from error


def _number(told: str) -> str:
    number = told.replace(" ", "").replace("-", "").upper()
    if not (5 <= len(number) <= 34 and number.isascii() and number.isalnum()):
        raise InvalidInput(
            "an account's number has 5 to 34 letters and digits", zh="账号应为 5 至 34 位字母或数字"
        )
    return number
