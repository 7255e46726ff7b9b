"""Payments and payouts: what is to be paid and how, what came, what goes out, and to which bank."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response
from pydantic import BaseModel, Field

from mstation.errors import InvalidInput
from mstation.money import CURRENCIES, MOST_MINOR, Money
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    StationHere,
    request_body,
    told,
)
from mstation.server.pages import After, Most, Page, page_of
from mstation.station.change import STATION, Change, find
from mstation.station.exchange import payouts as paying_out
from mstation.station.exchange.bank import (
    BankAccount,
    bank_accounts_of,
    confirm_transfer,
    keep_bank_account,
)
from mstation.station.exchange.money_sight import payment_for, payout_for
from mstation.station.exchange.payouts import Payout, payouts
from mstation.station.exchange.sandbox import MOST_BYTES, paid_in_sandbox, sandbox_secret, take_call
from mstation.station.exchange.settlement import (
    MOST_EVENT_ID,
    Instructions,
    Payment,
    Receipt,
    Way,
    payments,
    receipts,
)
from mstation.station.exchange.ways import WAYS
from mstation.station.parties import acting_for, acting_for_house

router = APIRouter(prefix="/api", tags=["exchange"])

Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
BankReference = Annotated[str, Field(min_length=1, max_length=MOST_EVENT_ID)]


class NewBankAccount(BaseModel):
    """Where a party is paid."""

    holder: Name
    bank: Name
    number: Annotated[str, Field(min_length=5, max_length=40)]
    bic: Annotated[str, Field(pattern="^([A-Za-z0-9]{8}|[A-Za-z0-9]{11})?$")] = ""


class Transfer(BaseModel):
    """What the house finds on its account: the bank's own reference, and how much came."""

    reference: BankReference
    amount: Annotated[int, Field(strict=True, ge=1, le=MOST_MINOR)]
    currency: Currency


class NewPayout(BaseModel):
    """What a party wants of what it is owed: all of one currency."""

    currency: Currency
    way: Way = Way.BANK


class Sent(BaseModel):
    """The bank's own reference of what was sent."""

    reference: BankReference


@router.get("/parties/{party_id}/payments")
def list_payments(
    party_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Payment]:
    """List what a party is, or was, asked to pay, in pages."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "payments.read")
        query = payments.select().where(payments.c.party_id == party_id)
        return Page(**page_of(connection, Payment, payments, query, after, most))


@router.get("/payments/{payment_id}", response_model=Payment)
def read_payment(payment_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read what is to be paid."""
    with station.reading() as connection:
        return told(payment_for(connection, actor, payment_id))


@router.get("/payments/{payment_id}/instructions")
def read_instructions(
    payment_id: str, station: StationHere, actor: ActorHere, way: Way = Way.BANK
) -> Instructions:
    """Read how to pay: whom, where, how much, under which reference, in both languages."""
    with station.reading() as connection:
        payment = payment_for(connection, actor, payment_id)
        return WAYS[way](connection, payment)


@router.get("/payments/{payment_id}/receipts")
def list_receipts(
    payment_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Receipt]:
    """List what came for a payment, and what became of it."""
    with station.reading() as connection:
        payment = payment_for(connection, actor, payment_id)
        query = receipts.select().where(receipts.c.payment_id == payment.id)
        return Page(**page_of(connection, Receipt, receipts, query, after, most))


@router.post("/payments/{payment_id}/transfers", status_code=201, response_model=Receipt)
def confirm_payment(payment_id: str, body: Transfer, making: MakingHere) -> Response:
    """Note as the house that a transfer came; each reference of the bank is good for once."""

    def make(change: Change) -> Receipt:
        acting_for_house(change.connection, making.actor, "payments.confirm")
        payment = find(change.connection, Payment, payment_id)
        came = Money(body.amount, _known(body.currency))
        return confirm_transfer(change, payment, reference=body.reference, came=came)

    return making.once(make)


@router.post("/payments/{payment_id}/sandbox", status_code=201, response_model=Receipt)
def pay_in_sandbox(payment_id: str, making: MakingHere) -> Response:
    """Pay in the sandbox, as the house: no money moves."""

    def make(change: Change) -> Receipt:
        acting_for_house(change.connection, making.actor, "payments.confirm")
        payment = find(change.connection, Payment, payment_id)
        return paid_in_sandbox(change, sandbox_secret(making.station.data), payment)

    return making.once(make)


@router.post("/settlement/sandbox", response_model=Receipt)
def take_sandbox_call(
    station: StationHere,
    body: Annotated[bytes, Depends(request_body)],
    signature: Annotated[str, Header(alias="Mstation-Signature", max_length=200)],
) -> Response:
    """Take a signed call of the sandbox; told again it is answered alike and does nothing more."""
    if len(body) > MOST_BYTES:
        raise InvalidInput(
            f"a call has at most {MOST_BYTES} bytes", zh=f"通知最多 {MOST_BYTES} 字节"
        )
    with station.change(STATION) as change:
        receipt = take_call(change, sandbox_secret(station.data), body, signature)
    return told(receipt)


@router.get("/parties/{party_id}/bank-accounts")
def list_bank_accounts(party_id: str, station: StationHere, actor: ActorHere) -> list[BankAccount]:
    """List where a party is paid."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "bank_accounts.read")
        return bank_accounts_of(connection, party_id)


@router.put("/parties/{party_id}/bank-accounts/{currency}", response_model=BankAccount)
def set_bank_account(
    party_id: str, currency: str, body: NewBankAccount, station: StationHere, actor: ActorHere
) -> Response:
    """Say where a party is paid in a currency."""
    with station.change(actor) as change:
        party = acting_for(change.connection, actor, party_id, "bank_accounts.change")
        account = keep_bank_account(change, party, currency=currency, **body.model_dump())
    return told(account)


@router.post("/parties/{party_id}/payouts", status_code=201, response_model=Payout)
def ask_payout(party_id: str, body: NewPayout, making: MakingHere) -> Response:
    """Ask for all that a party is owed in a currency, less what it owes."""

    def make(change: Change) -> Payout:
        party = acting_for(change.connection, making.actor, party_id, "payouts.ask")
        currency = _known(body.currency)
        return paying_out.ask_payout(change, party, currency=currency, way=body.way)

    return making.once(make)


@router.get("/parties/{party_id}/payouts")
def list_payouts(
    party_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Page[Payout]:
    """List what was sent to a party, or is on its way, in pages."""
    with station.reading() as connection:
        acting_for(connection, actor, party_id, "payouts.read")
        query = payouts.select().where(payouts.c.party_id == party_id)
        return Page(**page_of(connection, Payout, payouts, query, after, most))


@router.get("/payouts/{payout_id}", response_model=Payout)
def read_payout(payout_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read a payout."""
    with station.reading() as connection:
        return told(payout_for(connection, actor, payout_id))


@router.post("/payouts/{payout_id}/transfer", response_model=Payout)
def send_payout(payout_id: str, body: Sent, station: StationHere, actor: ActorHere) -> Any:
    """Note as the house that a payout was sent."""
    with station.change(actor) as change:
        acting_for_house(change.connection, actor, "payouts.confirm")
        payout = find(change.connection, Payout, payout_id)
        payout = paying_out.sent(change, payout, reference=body.reference)
    return told(payout)


@router.post("/payouts/{payout_id}/return", response_model=Payout)
def return_payout(payout_id: str, station: StationHere, actor: ActorHere) -> Any:
    """Note as the house that a payout cannot be sent: it is owed again."""
    with station.change(actor) as change:
        acting_for_house(change.connection, actor, "payouts.confirm")
        payout = find(change.connection, Payout, payout_id)
        payout = paying_out.returned(change, payout)
    return told(payout)


def _known(currency: str) -> str:
    if currency not in CURRENCIES:
        raise InvalidInput(
            f"`{currency}` is no currency that is known; give its ISO 4217 code: CNY, EUR",
            zh=f"未知货币 `{currency}`；请使用 ISO 4217 代码，例如 CNY、EUR",
        )
    return currency
