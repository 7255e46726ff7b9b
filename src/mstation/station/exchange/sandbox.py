"""The sandbox: a payment service that moves no money. Signed calls in, receipts out.

A call is signed as the services of the field sign theirs: HMAC-SHA256 over the moment and the body.
"""

from __future__ import annotations

import hmac
import os
import secrets
import time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection

from mstation.errors import Forbidden, InvalidInput
from mstation.money import MOST_MINOR
from mstation.station.change import Change, find_where
from mstation.station.exchange.settlement import (
    MOST_EVENT_ID,
    Arrival,
    Instructions,
    Payment,
    Receipt,
    Way,
    arrived,
)

TOLERANCE_S = 300  # how old a call may be, or how far ahead its clock
MOST_BYTES = 4096  # of a call
_SECRET_BYTES = 32


class Call(BaseModel):
    """What the sandbox tells: a payment was made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    event_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=MOST_EVENT_ID)]
    kind: Annotated[str, Field(pattern=r"^payment\.succeeded$")]
    reference: Annotated[str, Field(max_length=25)]
    amount: Annotated[int, Field(ge=1, le=MOST_MINOR)]
    currency: Annotated[str, Field(min_length=3, max_length=3)]


def sandbox_instructions(_connection: Connection, payment: Payment) -> Instructions:
    """Tell how a payment is made in the sandbox."""
    return Instructions(
        Way.SANDBOX,
        payment.reference,
        payment.amount,
        payment.currency,
        f"Sandbox: no money moves. A signed call that names {payment.reference} and "
        f"{payment.money} pays it.",
        f"沙箱：不涉及真实资金。写明 {payment.reference} 与 {payment.money} 的签名通知即视为付款。",
    )


def sandbox_secret(data: Path) -> bytes:
    """Return the key by which the sandbox signs, made where there was none."""
    path = data / "settlement" / "sandbox.key"
    path.parent.mkdir(exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{secrets.token_hex(8)}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_hex(_SECRET_BYTES).encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # the first one wins
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_bytes()


def signature(secret: bytes, body: bytes, at_s: int) -> str:
    """Return how a call made at a moment (seconds since 1970) is signed: `t=…,v1=…`."""
    mixed = hmac.new(secret, f"{at_s}.".encode() + body, "sha256").hexdigest()
    return f"t={at_s},v1={mixed}"


def take_call(change: Change, secret: bytes, body: bytes, signed: str) -> Receipt:
    """Take in a call of the sandbox; the same call again is answered alike and does nothing more.

    Raises:
        Forbidden: when it is not signed by the sandbox, or too long ago.
        InvalidInput: when it is none, or tells of no payment of ours, or of another amount.
        Conflict: when the same event was told of something else.
    """
    _require_signed(secret, body, signed)
    try:
        call = Call.model_validate_json(body)
    except ValidationError as error:
        raise InvalidInput(
            f"the call is none: {_first(error)}", zh=f"通知内容无效：{_first(error)}"
        ) from error
    for payment in find_where(change.connection, Payment, reference=call.reference):
        if (call.amount, call.currency) != (payment.amount, payment.currency):
            raise InvalidInput(
                f"{payment.reference} asks for {payment.money}; the call tells of {call.amount} "
                f"minor units of {call.currency}",
                zh=f"{payment.reference} 应付 {payment.money}；通知中为 {call.amount}"
                f"（最小单位）{call.currency}",
            )
        return arrived(change, payment, Arrival(Way.SANDBOX, call.event_id, payment.money))
    raise InvalidInput(
        f"no payment has the reference `{call.reference}`",
        zh=f"没有参考号为 `{call.reference}` 的款项",
    )


def paid_in_sandbox(change: Change, secret: bytes, payment: Payment) -> Receipt:
    """Pay in the sandbox: by a signed call, as a payment service would make it."""
    call = Call(
        event_id=f"sandbox-{payment.id}", kind="payment.succeeded", reference=payment.reference,
        amount=payment.amount, currency=payment.currency,
    )  # fmt: skip
    body = call.model_dump_json().encode()
    return take_call(change, secret, body, signature(secret, body, int(time.time())))


def _require_signed(secret: bytes, body: bytes, signed: str) -> None:
    told = dict(part.partition("=")[::2] for part in signed.strip().split(","))
    moment = told.get("t", "")
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= 12 and signed.isascii()):
        raise _unsigned()
    if not hmac.compare_digest(signature(secret, body, int(moment)), signed.strip()):
        raise _unsigned()
    if abs(time.time() - int(moment)) > TOLERANCE_S:
        raise Forbidden(
            f"the call was signed more than {TOLERANCE_S} s ago; sign it again",
            zh=f"通知的签名已超过 {TOLERANCE_S} 秒，请重新签名",
        )


def _unsigned() -> Forbidden:
    return Forbidden(
        "the call is not signed by the sandbox; `Mstation-Signature: t=SECONDS,v1=HMAC-SHA256`",
        zh="通知未经沙箱签名；请求头应为 `Mstation-Signature: t=秒数,v1=HMAC-SHA256`",
    )


def _first(error: ValidationError) -> str:
    fault = error.errors()[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
