"""One's own second factor: an authenticator app, and recovery codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from mstation.server.asking import ActorHere, BrowserHere, StationHere, own_account
from mstation.station import authenticators
from mstation.station.signing_in import require_password

router = APIRouter(prefix="/api/me", tags=["accounts"])


class Password(BaseModel):
    """The asker's password, once more."""

    password: Annotated[str, Field(max_length=600)]


class Code(BaseModel):
    """A code of the authenticator app."""

    code: Annotated[str, Field(max_length=80)]


@dataclass(frozen=True, slots=True)
class ShownAuthenticator:
    """Whether signing in needs a code, and how many recovery codes are left."""

    is_on: bool
    recovery_codes: int


@dataclass(frozen=True, slots=True)
class NewAuthenticator:
    """What an authenticator app is told, now and never again."""

    secret: str  # base 32
    address: str  # otpauth://totp/…, as a QR code holds it


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Codes for when the app is lost, each good for once; told now and never again."""

    recovery_codes: list[str]


@router.get("/authenticator")
def read_authenticator(station: StationHere, actor: ActorHere) -> ShownAuthenticator:
    """Tell whether signing in needs a code."""
    with station.reading() as connection:
        found = authenticators.authenticator_of(connection, own_account(actor))
    return ShownAuthenticator(found is not None, len(found.recovery_digests) if found else 0)


@router.post("/authenticator", status_code=201)
def set_up_authenticator(
    body: Password, station: StationHere, actor: ActorHere, browser: BrowserHere
) -> NewAuthenticator:
    """Begin with an authenticator: put its secret into an app, then confirm by a code."""
    account = require_password(station, own_account(actor), body.password, browser)
    with station.change(actor) as change:
        return NewAuthenticator(*authenticators.set_up(change, account))


@router.post("/authenticator/confirmation")
def confirm_authenticator(body: Code, station: StationHere, actor: ActorHere) -> RecoveryCodes:
    """Show a first code: from now on signing in needs one."""
    with station.change(actor) as change:
        return RecoveryCodes(authenticators.confirm(change, own_account(actor), body.code))


@router.post("/authenticator/removal", status_code=204)
def remove_authenticator(
    body: Password, station: StationHere, actor: ActorHere, browser: BrowserHere
) -> None:
    """Let the password alone be enough again."""
    account = require_password(station, own_account(actor), body.password, browser)
    with station.change(actor) as change:
        authenticators.remove(change, account.id)


@router.post("/authenticator/recovery-codes")
def renew_recovery_codes(
    body: Password, station: StationHere, actor: ActorHere, browser: BrowserHere
) -> RecoveryCodes:
    """Replace the recovery codes."""
    account = require_password(station, own_account(actor), body.password, browser)
    with station.change(actor) as change:
        return RecoveryCodes(authenticators.renew_recovery_codes(change, account.id))
