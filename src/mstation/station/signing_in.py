"""Who shows who they are: by a password, and a code where there is an authenticator.

Passwords are hashed outside of transactions: it is slow by design, and others want to write.
"""

from __future__ import annotations

from mstation.errors import Forbidden, NotFound, NotSignedIn
from mstation.station import authenticators, passwords
from mstation.station.accounts import (
    Account,
    Browser,
    Session,
    address_of,
    end_sessions,
    start_session,
)
from mstation.station.change import Actor, Change, find, find_where
from mstation.station.guesses import counted
from mstation.station.station import Station


def sign_in(
    station: Station, *, email: str, password: str, code: str | None, browser: Browser
) -> tuple[Account, str]:
    """Start a session and return whose it is and its key, which is told only now.

    Raises:
        NotSignedIn: when address and password do not belong together, or a code is needed.
        TooOften: when it was tried too often from here, or for this account.
    """
    email = address_of(email)
    with counted(station, whom=f"account:{email}", address=browser.address):
        with station.reading() as connection:
            found = find_where(connection, Account, email=email) if email.isprintable() else []
        known = _shown(found[0] if found else None, password)
        with station.change(_self(known)) as change:
            account = _still(change, known)
            authenticators.require_code(change, account.id, code)
            return account, start_session(change, account, browser)


def require_password(station: Station, account_id: str, password: str, browser: Browser) -> Account:
    """Return the account of somebody who is signed in and shows its password once more.

    Raises:
        TooOften: when it was tried too often.
        Forbidden: when it is wrong, or the account has none.
    """
    with station.reading() as connection:
        account = find(connection, Account, account_id)
    if not account.password_hash:
        raise Forbidden(
            "your account has no password: you sign in by a provider",
            zh="您的账号没有密码，请通过身份提供方登录",
        )
    with counted(station, whom=f"account:{account.email}", address=browser.address):
        if not passwords.matches(account.password_hash, password):
            raise Forbidden("this is not your password", zh="密码不正确")
    return account


def change_password(
    station: Station, actor: Actor, *, old: str, new: str, key: str, browser: Browser
) -> None:
    """Change somebody's password and end their sessions, but the one with a key.

    Raises:
        Forbidden: when the old one is wrong.
        InvalidInput: when the new one cannot be used.
        TooOften: when the old one was tried too often.
    """
    known = require_password(station, actor.account_id or "", old, browser)
    kept = passwords.hashed(new)
    with station.change(actor) as change:
        account = change.edit(_still(change, known), password_hash=kept)
        end_sessions(change, account.id, but_key=key)


def end_session(change: Change, account_id: str, session_id: str) -> None:
    """End one of somebody's sessions.

    Raises:
        NotFound: when they have no such session.
    """
    mine = find_where(change.connection, Session, account_id=account_id)
    found = [session for session in mine if session.id == session_id]
    if not found:
        raise NotFound(
            f"you have no session `{session_id[:40]}`", zh=f"您没有会话 `{session_id[:40]}`"
        )
    change.remove(found[0])


def _shown(account: Account | None, password: str) -> Account:
    """Return the account whose password it is; it takes as long to find that it is nobody's."""
    if not passwords.matches(account.password_hash if account else "", password) or account is None:
        raise _unknown()
    return account


def _still(change: Change, known: Account) -> Account:
    """Return the account as it is now, its password still the one that was shown."""
    account = find(change.connection, Account, known.id)
    if account.password_hash != known.password_hash:
        raise _unknown()
    return account


def _self(account: Account) -> Actor:
    return Actor("account", account.id, account.id)


def _unknown() -> NotSignedIn:
    return NotSignedIn(
        "this address and this password do not belong together", zh="邮箱或密码不正确"
    )
