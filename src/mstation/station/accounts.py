"""People's accounts, their sessions in a browser and their tokens for programs."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    bindparam,
    func,
    select,
)

from mstation.errors import Conflict, Forbidden, InvalidInput, NotSignedIn
from mstation.station import passwords
from mstation.station.change import Actor, Change, find, find_where
from mstation.station.database import is_sqlite
from mstation.station.ids import new_id
from mstation.station.schema import Id, Moment, keep, metadata, noun_of, now, own_columns

SESSION_LASTS = timedelta(days=30)
_FIRST_LOCK = 0x6D736661  # PostgreSQL's, for those who would be first: "msfa"
TOKEN_MARK = "ms_"  # so that people and programs know one where it does not belong
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
_NAME_SIGNS = 200
_AGENT_SIGNS = 200


@dataclass(frozen=True, slots=True)
class Browser:
    """From where somebody asks, as they are shown it among their sessions."""

    address: str = ""  # of the network
    agent: str = ""  # what the browser says it is


@dataclass(frozen=True, slots=True)
class Account:
    """A person; `email` is how they sign in, in small letters.

    password_hash: empty for who signs in by a provider only.
    is_email_proven: somebody other than the account's maker has shown that the address is theirs;
        only then a provider's word for the same address opens the account.
    """

    id: str
    revision: int
    email: str
    name: str
    password_hash: str = field(default="", metadata={"secret": True}, repr=False)
    language: str = "en"
    is_email_proven: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in; the database keeps only a digest of its key."""

    id: str
    revision: int
    account_id: str
    key_digest: str = field(metadata={"secret": True}, repr=False)
    ends_at: datetime
    started_at: datetime
    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A program's right to act for an account, within scopes; only a digest of its key is kept."""

    id: str
    revision: int
    account_id: str
    name: str
    key_digest: str = field(metadata={"secret": True}, repr=False)
    scopes: tuple[str, ...]  # nouns with a verb: `tasks.change`; empty: whatever the account may
    ends_at: datetime | None


accounts = keep(
    Account,
    Table(
        "accounts",
        metadata,
        *own_columns(),
        Column("email", String(254), nullable=False, unique=True),
        Column("name", String(_NAME_SIGNS), nullable=False),
        Column("password_hash", String(200), nullable=False),
        Column("language", String(8), nullable=False),
        Column("is_email_proven", Boolean, nullable=False),
    ),
)
sessions = keep(
    Session,
    Table(
        "sessions",
        metadata,
        *own_columns(),
        Column("account_id", Id, ForeignKey("accounts.id"), nullable=False, index=True),
        Column("key_digest", String(64), nullable=False, unique=True),
        Column("ends_at", Moment, nullable=False),
        Column("started_at", Moment, nullable=False),
        Column("address", String(64), nullable=False),
        Column("agent", String(_AGENT_SIGNS), nullable=False),
    ),
)
tokens = keep(
    Token,
    Table(
        "tokens",
        metadata,
        *own_columns(),
        Column("account_id", Id, ForeignKey("accounts.id"), nullable=False, index=True),
        Column("name", String(_NAME_SIGNS), nullable=False),
        Column("key_digest", String(64), nullable=False, unique=True),
        Column("scopes", JSON, nullable=False),
        Column("ends_at", Moment),
    ),
)


# Built once: they are asked with every request.
_TOKEN_OF = select(tokens).where(tokens.c.key_digest == bindparam("digest"))
_SESSION_OF = select(sessions.c.account_id).where(
    sessions.c.key_digest == bindparam("digest"), sessions.c.ends_at > bindparam("now")
)


def has_accounts(connection: Connection) -> bool:
    """Return whether anybody ever made an account here."""
    return bool(connection.execute(select(func.count()).select_from(accounts)).scalar())


def add_first_account(
    change: Change, *, email: str, name: str, password: str, language: str = "en"
) -> Account:
    """Make the first account of a new station: of those who ask at once, one.

    Raises:
        InvalidInput: when the address, the name or the password cannot be used.
        Forbidden: when somebody was first.
    """
    if not is_sqlite(change.connection):  # there, whoever writes is alone anyway
        change.connection.execute(select(func.pg_advisory_xact_lock(_FIRST_LOCK)))
    if has_accounts(change.connection):
        raise Forbidden(
            "the station has its first account already; sign in", zh="本站已有账号，请登录"
        )
    told = {"email": email, "name": name, "password": password, "language": language}
    return add_account(change, **told, is_email_proven=True)


def add_account(
    change: Change,
    *,
    email: str,
    name: str,
    password: str | None,
    language: str = "en",
    is_email_proven: bool = False,
) -> Account:
    """Make an account.

    password: None for who signs in by a provider only.

    Raises:
        InvalidInput: when the address, the name or the password cannot be used.
        Conflict: when the address has an account.
    """
    email = checked_address(email)
    if find_where(change.connection, Account, email=email):
        raise Conflict(f"{email} has an account already", zh=f"{email} 已有账号")
    kept = "" if password is None else passwords.hashed(password)
    return change.add(Account(new_id(), 1, email, written(name), kept, language, is_email_proven))


def address_of(email: str) -> str:
    """Return an e-mail address as accounts have it."""
    return email.strip().casefold()


def checked_address(email: str) -> str:
    """Return an e-mail address as accounts have it.

    Raises:
        InvalidInput: when it is none.
    """
    email = address_of(email)
    if not _EMAIL.fullmatch(email) or not email.isprintable():
        raise InvalidInput(
            f"`{email[:80]}` is no e-mail address", zh=f"`{email[:80]}` 不是有效的邮箱"
        )
    return email


def written(name: str, what: str = "name", what_zh: str = "名称") -> str:
    """Return a name as it may be shown: trimmed, one line, of a sane length.

    Raises:
        InvalidInput: when nothing is left of it, it is too long or holds control characters.
    """
    name = name.strip()
    if not 1 <= len(name) <= _NAME_SIGNS:
        raise InvalidInput(
            f"a {what} has 1 to {_NAME_SIGNS} characters",
            zh=f"{what_zh}应为 1 到 {_NAME_SIGNS} 个字符",
        )
    if not name.isprintable():
        raise InvalidInput(
            f"a {what} is one line without control characters",
            zh=f"{what_zh}不能含有换行或控制字符",
        )
    return name


def start_session(change: Change, account: Account, browser: Browser) -> str:
    """Start a session of somebody who has shown who they are; return its key.

    Sessions of theirs that are over are cleared away.
    """
    for session in find_where(change.connection, Session, account_id=account.id):
        if session.ends_at <= change.at:
            change.remove(session)
    key = new_key()
    change.add(
        Session(
            new_id(),
            1,
            account.id,
            digest(key),
            change.at + SESSION_LASTS,
            change.at,
            browser.address[:64],
            browser.agent[:_AGENT_SIGNS],
        )
    )
    return key


def sessions_of(connection: Connection, account_id: str) -> list[Session]:
    """Return somebody's sessions that are not over, the oldest first."""
    found = find_where(connection, Session, account_id=account_id)
    return [session for session in found if session.ends_at > now()]


def end_sessions(change: Change, account_id: str, *, but_key: str) -> None:
    """End somebody's sessions, but the one with a key."""
    for session in find_where(change.connection, Session, account_id=account_id):
        if session.key_digest != digest(but_key):
            change.remove(session)


def sign_out(change: Change, key: str) -> None:
    """End a session; nothing happens where there is none."""
    for session in find_where(change.connection, Session, key_digest=digest(key)):
        change.remove(session)


def add_token(
    change: Change,
    account: Account,
    *,
    name: str,
    key: str,
    scopes: tuple[str, ...] = (),
    ends_at: datetime | None = None,
) -> Token:
    """Make a token; its key, which begins with `TOKEN_MARK`, is told only now."""
    token = Token(new_id(), 1, account.id, written(name), digest(key), scopes, ends_at)
    return change.add(token)


def actor_of_session(connection: Connection, key: str) -> Actor:
    """Return who acts in a browser.

    Raises:
        NotSignedIn: when the session is unknown or over.
    """
    row = connection.execute(_SESSION_OF, {"digest": digest(key), "now": now()}).first()
    if row is None:
        raise over()
    return Actor("account", row[0], row[0])


def actor_of_token(connection: Connection, key: str) -> Actor:
    """Return who acts by a token.

    Raises:
        NotSignedIn: when the token is unknown or over.
    """
    row = connection.execute(_TOKEN_OF, {"digest": digest(key)}).mappings().first()
    token = noun_of(Token, dict(row)) if row is not None else None
    if token is None or (token.ends_at is not None and token.ends_at <= now()):
        raise over()
    return Actor("token", token.id, token.account_id, frozenset(token.scopes) or None)


def account_of(connection: Connection, actor: Actor) -> Account:
    """Return whose rights an actor has.

    Raises:
        NotSignedIn: when it is nobody's.
    """
    if actor.account_id is None:
        raise over()
    return find(connection, Account, actor.account_id)


def new_key() -> str:
    """Return a key that nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """Return what the database keeps of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def over() -> NotSignedIn:
    """Return the error of one who is not, or no longer, signed in."""
    return NotSignedIn("sign in first", zh="请先登录")
