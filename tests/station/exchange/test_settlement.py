"""Payments: asked for, paid by one way or another, told twice, late, forged; nothing is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from mstation.errors import Conflict, Forbidden, InvalidInput, MStationError
from mstation.money import Money
from mstation.station.change import STATION, Change, find
from mstation.station.exchange.bank import (
    bank_accounts_of,
    bank_instructions,
    confirm_transfer,
    keep_bank_account,
)
from mstation.station.exchange.ledger import About, AccountKind, held_for, party_balance
from mstation.station.exchange.sandbox import (
    TOLERANCE_S,
    paid_in_sandbox,
    sandbox_instructions,
    sandbox_secret,
    signature,
    take_call,
)
from mstation.station.exchange.settlement import (
    ON_PAID,
    Outcome,
    Payment,
    PaymentState,
    Receipt,
    ask_payment,
    creditor_reference,
    payments_about,
    withdraw_payment,
)
from mstation.station.parties import Party
from mstation.station.station import Station
from tests.station.market import Market

SCORE = About("scores", "0" * 20)
PRICE = Money(12_345, "CNY")


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What was told of scores that are paid."""
    seen: list[str] = []

    def note(_change: Change, payment: Payment) -> None:
        seen.append(payment.about_id)

    ON_PAID["scores"] = note
    yield seen
    del ON_PAID["scores"]


def asked(station: Station, market: Market) -> Payment:
    with station.change(STATION) as change:
        return ask_payment(
            change, payer=market.buyer.id, amount=PRICE, about_noun=SCORE.noun, about_id=SCORE.id
        )


def call(payment: Payment, **other: object) -> bytes:
    told = {
        "event_id": "evt_1", "kind": "payment.succeeded", "reference": payment.reference,
        "amount": payment.amount, "currency": payment.currency,
    }  # fmt: skip
    return json.dumps({**told, **other}).encode()


def taken(station: Station, body: bytes, at_s: float | None = None, signed: str = "") -> Receipt:
    secret = sandbox_secret(station.data)
    header = signed or signature(secret, body, int(time.time() if at_s is None else at_s))
    with station.change(STATION) as change:
        return take_call(change, secret, body, header)


def owed(station: Station, market: Market, currency: str = "CNY") -> int:
    with station.reading() as connection:
        return party_balance(connection, AccountKind.PAYABLE, market.buyer.id, currency)


def test_what_is_paid_lies_in_escrow_and_is_told_once(
    station: Station, market: Market, told: list[str]
) -> None:
    payment = asked(station, market)
    first, again = taken(station, call(payment)), taken(station, call(payment))
    assert first == again
    assert first.outcome is Outcome.PAID
    assert told == [SCORE.id]
    with station.reading() as connection:
        assert held_for(connection, SCORE, "CNY") == PRICE.amount
        assert payments_about(connection, SCORE)[0].state is PaymentState.PAID
    assert owed(station, market) == 0


def test_what_comes_twice_late_or_in_another_sum_is_owed_to_the_payer(
    station: Station, market: Market, told: list[str]
) -> None:
    payment = asked(station, market)
    assert taken(station, call(payment)).outcome is Outcome.PAID
    assert taken(station, call(payment, event_id="evt_2")).outcome is Outcome.CREDITED
    assert owed(station, market) == PRICE.amount
    late = asked(station, market)
    with station.change(STATION) as change:
        withdraw_payment(change, late)
    assert taken(station, call(late, event_id="evt_3")).outcome is Outcome.CREDITED
    assert owed(station, market) == 2 * PRICE.amount
    short = asked(station, market)
    with station.change(STATION) as change:
        confirm_transfer(change, short, reference="bank 1", came=Money(12_000, "CNY"))
        confirm_transfer(change, short, reference="bank 2", came=Money(900, "EUR"))
        assert find(change.connection, Payment, short.id).state is PaymentState.ASKED
    assert owed(station, market) == 2 * PRICE.amount + 12_000
    assert owed(station, market, "EUR") == 900
    assert told == [SCORE.id]


@pytest.mark.parametrize(
    ("other", "error", "why"),
    [
        ({"amount": 12_344}, InvalidInput, "asks for"),
        ({"currency": "EUR"}, InvalidInput, "asks for"),
        ({"reference": "RF00"}, InvalidInput, "no payment"),
        ({"amount": "12345"}, InvalidInput, "amount"),
        ({"amount": -1}, InvalidInput, "amount"),
        ({"kind": "payment.failed"}, InvalidInput, "kind"),
        ({"event_id": "<b>"}, InvalidInput, "event_id"),
        ({"more": 1}, InvalidInput, "more"),
    ],
)
def test_a_call_of_something_else_is_refused_with_why(
    station: Station, market: Market, other: dict[str, object], error: type[MStationError], why: str
) -> None:
    payment = asked(station, market)
    with pytest.raises(error, match=why):
        taken(station, call(payment, **other))
    with station.reading() as connection:
        assert find(connection, Payment, payment.id).state is PaymentState.ASKED


def test_a_forged_or_old_call_is_refused(station: Station, market: Market) -> None:
    payment = asked(station, market)
    body = call(payment)
    for forged in (
        "t=1",
        "v1=0",
        f"t={int(time.time())},v1={'0' * 64}",
        "t=é,v1=x",
        "x",
        "t=1,v1=",
    ):
        with pytest.raises(Forbidden, match="not signed"):
            taken(station, body, signed=forged)
    with pytest.raises(Forbidden, match="not signed"):
        taken(station, body + b" ", signed=signature(b"another", body, int(time.time())))
    with pytest.raises(Forbidden, match="sign it again"):
        taken(station, body, at_s=time.time() - TOLERANCE_S - 5)


def test_an_event_of_one_payment_pays_no_other(station: Station, market: Market) -> None:
    first, second = asked(station, market), asked(station, market)
    taken(station, call(first))
    with pytest.raises(Conflict, match="another payment"):
        taken(station, call(second))
    with station.change(STATION) as change:
        confirm_transfer(change, second, reference="bank 1", came=PRICE)
        with pytest.raises(Conflict, match="another payment"):
            confirm_transfer(change, second, reference="bank 1", came=Money(1, "CNY"))


def test_what_is_paid_is_not_withdrawn_and_nothing_is_asked_for_nothing(
    station: Station, market: Market
) -> None:
    payment = asked(station, market)
    with station.change(STATION) as change:
        paid_in_sandbox(change, sandbox_secret(station.data), payment)
        with pytest.raises(Conflict, match="refund"):
            withdraw_payment(change, payment)
        with pytest.raises(InvalidInput, match="nothing to pay"):
            ask_payment(
                change, payer=market.buyer.id, amount=Money(0, "CNY"),
                about_noun=SCORE.noun, about_id=SCORE.id,
            )  # fmt: skip


def test_a_transfer_says_whom_to_pay_in_both_languages(station: Station, market: Market) -> None:
    payment = asked(station, market)
    with station.change(STATION) as change:
        with pytest.raises(Conflict, match="no bank account"):
            bank_instructions(change.connection, payment)
        keeper = find(change.connection, Party, market.house.party_id)
        for number in ("6222 0202 0001", "NL91-ABNA-0417-1643-00"):
            keep_bank_account(
                change, keeper, currency="CNY", holder="The Film Park", bank="Bank of the River",
                number=number, bic="abnanl2a",
            )  # fmt: skip
        assert len(bank_accounts_of(change.connection, keeper.id)) == 1
        told = bank_instructions(change.connection, payment)
        tried = sandbox_instructions(change.connection, payment)
    assert told.text.splitlines() == [
        "Pay to: The Film Park", "Bank: Bank of the River ABNANL2A",
        "Account: NL91ABNA0417164300", "Amount: CNY 123.45", f"Reference: {payment.reference}",
    ]  # fmt: skip
    assert "金额：CNY 123.45" in told.text_zh
    assert payment.reference in tried.text
    assert payment.reference in tried.text_zh


def test_a_reference_tells_of_misprints() -> None:
    assert _is_reference("RF18 5390 0754 7034")  # Source: ISO 11649, example
    assert not _is_reference("RF18 5390 0754 7043")
    made = [creditor_reference() for _ in range(50)]
    assert all(_is_reference(each) for each in made)
    for digit in range(4, 19):
        other = str((int(made[0][digit]) + 1) % 10)
        assert not _is_reference(made[0][:digit] + other + made[0][digit + 1 :])


def test_the_sandboxs_key_is_made_once_and_read_by_its_owner_alone(station: Station) -> None:
    key = sandbox_secret(station.data)
    assert sandbox_secret(station.data) == key
    (path,) = (station.data / "settlement").iterdir()
    assert path.stat().st_mode & 0o077 == 0


def _is_reference(written: str) -> bool:
    """Whether the check digits of a creditor reference fit (ISO 11649)."""
    told = written.replace(" ", "")
    return int("".join(str(int(sign, 36)) for sign in told[4:] + told[:4])) % 97 == 1
