"""The second factor: codes of an authenticator app, and recovery codes for when it is lost.

Source: RFC 6238 (TOTP): SHA-1, six digits, a step of 30 s, one step early or late; section 5.2, a
code is accepted once.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from dataclasses import dataclass, field

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import JSON, BigInteger, Boolean, Column, Connection, ForeignKey, String, Table

from mstation.errors import Conflict, InvalidInput, NotFound, NotSignedIn, Stale
from mstation.station.accounts import Account, digest
from mstation.station.change import Change, find_where
from mstation.station.ids import new_id
from mstation.station.schema import Id, keep, metadata, own_columns

ISSUER = "M-Station"
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10  # 80 bits: a digest of it cannot be searched
_DIGITS = 6
_STEPS_OFF = 1


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Somebody's authenticator app; it counts once a code of it was shown."""

    id: str
    revision: int
    account_id: str
    secret: str = field(metadata={"secret": True}, repr=False)  # base 32
    is_confirmed: bool = False
    last_step: int = 0  # of the last code that was accepted
    recovery_digests: tuple[str, ...] = field(default=(), metadata={"secret": True}, repr=False)


authenticators = keep(
    Authenticator,
    Table(
        "authenticators",
        metadata,
        *own_columns(),
        Column("account_id", Id, ForeignKey("accounts.id"), nullable=False, unique=True),
        Column("secret", String(64), nullable=False),
        Column("is_confirmed", Boolean, nullable=False),
        Column("last_step", BigInteger, nullable=False),
        Column("recovery_digests", JSON, nullable=False),
    ),
)


def authenticator_of(connection: Connection, account_id: str) -> Authenticator | None:
    """Return somebody's confirmed authenticator; None: they sign in by the password alone."""
    found = find_where(connection, Authenticator, account_id=account_id, is_confirmed=True)
    return found[0] if found else None


def set_up(change: Change, account: Account) -> tuple[str, str]:
    """Begin with an authenticator; return its secret, told only now, and the address of it.

    The address is what apps read from a QR code: `otpauth://totp/…`.

    Raises:
        Conflict: when there is one already.
    """
    for before in find_where(change.connection, Authenticator, account_id=account.id):
        if before.is_confirmed:
            raise Conflict(
                "you have an authenticator already; remove it first",
                zh="您已启用动态验证码；请先停用",
            )
        change.remove(before)
    secret = pyotp.random_base32()
    change.add(Authenticator(new_id(), 1, account.id, secret))
    address = pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=ISSUER)
    return secret, address


def confirm(change: Change, account_id: str, code: str) -> list[str]:
    """Let an authenticator count, by a code of it; return recovery codes, told only now.

    Raises:
        NotFound: when none waits for that.
        InvalidInput: when the code is wrong.
    """
    found = find_where(change.connection, Authenticator, account_id=account_id, is_confirmed=False)
    if not found:
        raise NotFound(
            "no authenticator waits for its first code; set one up",
            zh="没有待确认的动态验证码；请先设置",
        )
    step = _step_of(change, found[0], code)
    if step is None:
        raise InvalidInput(
            "this code is wrong or over; look at your app again, and at your clock",
            zh="验证码错误或已过期；请重新查看应用，并检查设备时间",
        )
    codes, digests = _recovery_codes()
    change.edit(found[0], is_confirmed=True, last_step=step, recovery_digests=digests)
    return codes


def renew_recovery_codes(change: Change, account_id: str) -> list[str]:
    """Replace somebody's recovery codes; return the new ones, told only now.

    Raises:
        NotFound: when they have no authenticator.
    """
    codes, digests = _recovery_codes()
    change.edit(_required(change.connection, account_id), recovery_digests=digests)
    return codes


def remove(change: Change, account_id: str) -> None:
    """Let the password alone be enough again.

    Raises:
        NotFound: when they have no authenticator.
    """
    change.remove(_required(change.connection, account_id))


def require_code(change: Change, account_id: str, code: str | None) -> None:
    """Accept a code of somebody's authenticator, or a recovery code, once.

    Raises:
        NotSignedIn: when they have an authenticator and the code is missing, wrong or used.
    """
    authenticator = authenticator_of(change.connection, account_id)
    if authenticator is None:
        return
    if code is None or not code.strip():
        raise NotSignedIn(
            "a code is needed: of your authenticator app, or a recovery code",
            needs="code",
            zh="需要验证码：请输入身份验证应用中的验证码，或恢复码",
        )
    try:
        accepted = _accept(change, authenticator, code)
    except Stale:  # the same code came twice at once
        accepted = False
    if not accepted:
        raise NotSignedIn(
            "this code is wrong, over or was used before; wait for the next one",
            zh="验证码错误、已过期或已使用；请等待下一个验证码",
        )


def _accept(change: Change, authenticator: Authenticator, code: str) -> bool:
    step = _step_of(change, authenticator, code)
    if step is not None:
        change.edit(authenticator, last_step=step)
        return True
    kept = _recovery_digest(code)
    if kept not in authenticator.recovery_digests:
        return False
    left = tuple(each for each in authenticator.recovery_digests if each != kept)
    change.edit(authenticator, recovery_digests=left)
    return True


def _step_of(change: Change, authenticator: Authenticator, code: str) -> int | None:
    """Return the step of a code that may still be used; None: there is none."""
    code = "".join(code.split())
    if len(code) != _DIGITS or not (code.isascii() and code.isdecimal()):
        return None
    totp = pyotp.TOTP(authenticator.secret)
    try:
        step = totp.verify_and_get_timecode(code, for_time=change.at, valid_window=_STEPS_OFF)
    except OTPVerificationError:
        return None
    return step if step > authenticator.last_step else None


def _required(connection: Connection, account_id: str) -> Authenticator:
    found = authenticator_of(connection, account_id)
    if found is None:
        raise NotFound("you have no authenticator", zh="您尚未启用动态验证码")
    return found


def _recovery_codes() -> tuple[list[str], tuple[str, ...]]:
    codes = []
    for _ in range(RECOVERY_CODES):
        signs = b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
        codes.append("-".join(signs[place : place + 4] for place in range(0, len(signs), 4)))
    return codes, tuple(_recovery_digest(code) for code in codes)


def _recovery_digest(code: str) -> str:
    return digest("".join(code.split()).replace("-", "").casefold())
