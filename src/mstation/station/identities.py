"""People as providers of OpenID Connect know them, and the way there and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
)

from mstation.errors import Conflict, NotFound, NotSignedIn
from mstation.station.accounts import Account, add_account, address_of, digest
from mstation.station.change import Change, find, find_where
from mstation.station.ids import new_id
from mstation.station.schema import Id, Moment, keep, metadata, own_columns

VISIT_LASTS = timedelta(minutes=10)
_SUBJECT_SIGNS = 255  # OpenID Connect Core 1.0, section 2


@dataclass(frozen=True, slots=True)
class Identity:
    """An account as a provider knows it: issuer and subject are its name there, for ever."""

    id: str
    revision: int
    account_id: str
    issuer: str
    subject: str
    email: str  # as it was when it was connected


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a provider says about somebody."""

    issuer: str
    subject: str
    name: str
    email: str
    is_email_verified: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that was sent to a provider and is expected back, once."""

    provider: str
    nonce: str
    verifier: str
    account_id: str | None  # who wants to connect; None: who signs in


identities = keep(
    Identity,
    Table(
        "identities",
        metadata,
        *own_columns(),
        Column("account_id", Id, ForeignKey("accounts.id"), nullable=False, index=True),
        Column("issuer", String(500), nullable=False),
        Column("subject", String(_SUBJECT_SIGNS), nullable=False),
        Column("email", String(254), nullable=False),
        UniqueConstraint("issuer", "subject"),
    ),
)
visits = Table(
    "visits",
    metadata,
    Column("state_digest", String(64), primary_key=True),
    Column("provider", String(40), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("account_id", Id, ForeignKey("accounts.id")),
    Column("ends_at", Moment, nullable=False, index=True),
)


def begin_visit(connection: Connection, state: str, visit: Visit, at: datetime) -> None:
    """Keep what a browser must show when it comes back; forget who never did."""
    connection.execute(delete(visits).where(visits.c.ends_at < at))
    row = {
        "state_digest": digest(state), "provider": visit.provider, "nonce": visit.nonce,
        "verifier": visit.verifier, "account_id": visit.account_id, "ends_at": at + VISIT_LASTS,
    }  # fmt: skip
    connection.execute(insert(visits).values(row))


def end_visit(connection: Connection, state: str, at: datetime) -> Visit:
    """Return the visit that a browser comes back from; it cannot come back twice.

    Raises:
        NotSignedIn: when there is no such visit, or it took too long.
    """
    mine = (visits.c.state_digest == digest(state)) & (visits.c.ends_at > at)
    told = (visits.c.provider, visits.c.nonce, visits.c.verifier, visits.c.account_id)
    row = connection.execute(delete(visits).where(mine).returning(*told)).first()
    if row is None:
        raise NotSignedIn(
            "this way back was used or took too long; sign in again",
            zh="登录已超时或链接已使用，请重新登录",
        )
    return Visit(*row)


def account_of_vouched(change: Change, vouched: Vouched, *, makes_accounts: bool) -> Account:
    """Return whose account it is that a provider vouches for, by issuer and subject.

    The same e-mail address opens an account only when both sides have shown that it is theirs:
    the provider says so, and the account's maker did not just write it down.

    Raises:
        NotSignedIn: when it is nobody's, and none may be made.
    """
    known = _identity(change.connection, vouched)
    if known is not None:
        return find(change.connection, Account, known.account_id)
    if not vouched.is_email_verified:
        raise _nobody(vouched)
    found = find_where(change.connection, Account, email=address_of(vouched.email))
    if found and not found[0].is_email_proven:
        raise NotSignedIn(
            f"{vouched.email} has an account with a password; sign in by that once, and connect "
            "the provider there",
            zh=f"{vouched.email} 已有使用密码的账号；请先用密码登录，再在账号中关联此身份提供方",
        )
    if not found and not makes_accounts:
        raise _nobody(vouched)
    account = found[0] if found else _new_account(change, vouched)
    _add_identity(change, account.id, vouched)
    return account


def connect(change: Change, account_id: str, vouched: Vouched) -> Account:
    """Let a provider vouch for an account from now on; who is signed in to it asks for that.

    Raises:
        Conflict: when it vouches for another account by that identity.
    """
    account = find(change.connection, Account, account_id)
    known = _identity(change.connection, vouched)
    if known is None:
        _add_identity(change, account.id, vouched)
    elif known.account_id != account.id:
        raise Conflict(
            "this identity is connected to another account", zh="此身份已关联到另一个账号"
        )
    if vouched.is_email_verified and address_of(vouched.email) == account.email:
        account = change.edit(account, is_email_proven=True)
    return account


def disconnect(change: Change, account_id: str, identity_id: str) -> None:
    """Let a provider vouch for an account no longer.

    Raises:
        NotFound: when the account has no such identity.
        Conflict: when nothing would be left to sign in by.
    """
    mine = find_where(change.connection, Identity, account_id=account_id)
    found = [identity for identity in mine if identity.id == identity_id]
    if not found:
        raise NotFound(
            f"you have no identity `{identity_id[:40]}`", zh=f"您没有身份 `{identity_id[:40]}`"
        )
    if len(mine) == 1 and not find(change.connection, Account, account_id).password_hash:
        raise Conflict(
            "it is the only way to sign in to your account",
            zh="这是登录您账号的唯一方式，无法移除",
        )
    change.remove(found[0])


def _identity(connection: Connection, vouched: Vouched) -> Identity | None:
    found = find_where(connection, Identity, issuer=vouched.issuer, subject=vouched.subject)
    return found[0] if found else None


def _add_identity(change: Change, account_id: str, vouched: Vouched) -> None:
    own = (vouched.issuer, vouched.subject, vouched.email)
    change.add(Identity(new_id(), 1, account_id, *own))


def _new_account(change: Change, vouched: Vouched) -> Account:
    name = "".join(sign for sign in vouched.name if sign.isprintable()).strip()[:200]
    return add_account(
        change, email=vouched.email, name=name or vouched.email, password=None,
        is_email_proven=True,
    )  # fmt: skip


def _nobody(vouched: Vouched) -> NotSignedIn:
    who = vouched.email or vouched.subject
    return NotSignedIn(
        f"{who} has no account here; ask a producer for an invitation",
        zh=f"{who} 在本站没有账号；请向制片索取邀请",
    )
