"""Who was just signed in: the person as they are shown, the cookie that their browser keeps."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request, Response

from mstation.server.asking import COOKIE
from mstation.station.accounts import SESSION_LASTS, Account


@dataclass(frozen=True, slots=True)
class Person:
    """An account as it may be shown."""

    id: str
    revision: int
    email: str
    name: str
    language: str


def person_of(account: Account) -> Person:
    """Return an account as it may be shown."""
    return Person(account.id, account.revision, account.email, account.name, account.language)


def keep_session(request: Request, response: Response, key: str) -> None:
    """Let a browser keep the key of a session."""
    keep_key(request, response, COOKIE, key, int(SESSION_LASTS.total_seconds()))


def keep_key(request: Request, response: Response, name: str, key: str, lasts_s: int) -> None:
    """Let a browser keep a key that its pages cannot read and other sites' forms do not send."""
    response.set_cookie(
        name, key, httponly=True, samesite="lax", secure=request.url.scheme == "https",
        max_age=lasts_s,
    )  # fmt: skip
