"""Accounts: the first one, signing in and out, who I am, tokens for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from mstation.errors import Forbidden, InvalidInput
from mstation.server.asking import (
    COOKIE,
    ActorHere,
    BrowserHere,
    MakingHere,
    StationHere,
    own_account,
    refuse_other_sites,
)
from mstation.server.cookies import Person, keep_session, person_of
from mstation.server.moments import Instant
from mstation.server.pages import Fields, only
from mstation.station import accounts, signing_in
from mstation.station.accounts import TOKEN_MARK, Account, Token
from mstation.station.change import STATION, Change, find, find_where
from mstation.station.permissions import party_permissions, permissions

router = APIRouter(prefix="/api", tags=["accounts"])

Text = Annotated[str, Field(max_length=600)]


class NewAccount(BaseModel):
    """What an account is made of."""

    email: Text
    name: Text
    password: Text
    language: Annotated[str, Field(pattern="^(en|zh)$")] = "en"


class Credentials(BaseModel):
    """What somebody signs in with; the code where they have an authenticator."""

    email: Text
    password: Text
    code: Annotated[str | None, Field(max_length=80)] = None


class NewToken(BaseModel):
    """What a token is made of; without scopes it may whatever the account may."""

    name: Text
    scopes: list[str] = []
    ends_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class ShownToken:
    """A token as it may be shown; its key is told once, when it is made."""

    id: str
    revision: int
    name: str
    scopes: tuple[str, ...]
    ends_at: datetime | None
    key: str | None = None


@router.get("/first-account")
def is_first(station: StationHere) -> dict[str, bool]:
    """Tell whether the station waits for its first account."""
    with station.reading() as connection:
        return {"waiting": not accounts.has_accounts(connection)}


@router.post("/first-account", status_code=201)
def make_first(
    body: NewAccount,
    request: Request,
    response: Response,
    station: StationHere,
    browser: BrowserHere,
) -> Person:
    """Make the first account of a new station, and sign it in."""
    refuse_other_sites(request)
    with station.change(STATION) as change:
        account = accounts.add_first_account(change, **body.model_dump())
        key = accounts.start_session(change, account, browser)
    keep_session(request, response, key)
    return person_of(account)


@router.post("/session", status_code=201)
def sign_in(
    body: Credentials,
    request: Request,
    response: Response,
    station: StationHere,
    browser: BrowserHere,
) -> Person:
    """Sign in: the answer sets the cookie of the session.

    401 with the type `urn:mstation:needs-code`: ask for a code and send all of it again.
    """
    refuse_other_sites(request)
    account, key = signing_in.sign_in(station, **body.model_dump(), browser=browser)
    keep_session(request, response, key)
    return person_of(account)


@router.delete("/session", status_code=204)
def sign_out(request: Request, response: Response, station: StationHere, actor: ActorHere) -> None:
    """Sign out."""
    with station.change(actor) as change:
        accounts.sign_out(change, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE)


@router.get("/me")
def me(station: StationHere, actor: ActorHere) -> Person:
    """Tell who asks."""
    with station.reading() as connection:
        return person_of(accounts.account_of(connection, actor))


@router.get("/tokens", response_model=list[ShownToken])
def list_tokens(station: StationHere, actor: ActorHere, fields: Fields = None) -> Any:
    """List the asker's tokens, without their keys."""
    with station.reading() as connection:
        found = find_where(connection, Token, account_id=own_account(actor))
    return only(ShownToken, [_shown(token) for token in found], fields)


@router.post("/tokens", status_code=201, response_model=ShownToken)
def make_token(body: NewToken, making: MakingHere) -> Response:
    """Make a token; its key is told now and never again."""
    known = {action for action, _ in (*permissions(), *party_permissions())}
    if unknown := sorted(set(body.scopes) - known):
        raise InvalidInput(f"unknown scopes: {', '.join(unknown)}", zh=f"未知权限：{unknown}")
    account_id = own_account(making.actor)

    def make(change: Change, key: str) -> Token:
        account = find(change.connection, Account, account_id)
        return accounts.add_token(
            change, account, name=body.name, key=key, scopes=tuple(body.scopes),
            ends_at=body.ends_at,
        )  # fmt: skip

    return making.once_with_key(make, shown=_shown, mark=TOKEN_MARK)


@router.delete("/tokens/{token_id}", status_code=204)
def remove_token(token_id: str, station: StationHere, actor: ActorHere) -> None:
    """Take a token's right away."""
    with station.change(actor) as change:
        token = find(change.connection, Token, token_id)
        if token.account_id != own_account(actor):
            raise Forbidden("this token is somebody else's", zh="这是他人的令牌")
        change.remove(token)


@router.get("/people", tags=["organisations"])
def find_person(email: str, station: StationHere, actor: ActorHere) -> list[Person]:
    """Find somebody by their whole address, to give them a role."""
    own_account(actor)
    email = accounts.checked_address(email)
    table: Any = accounts.accounts
    with station.reading() as connection:
        query = select(table.c.id).where(table.c.email == email)
        ids = connection.execute(query).scalars().all()
        return [person_of(find(connection, Account, each)) for each in ids]


def _shown(token: Token) -> ShownToken:
    return ShownToken(token.id, token.revision, token.name, token.scopes, token.ends_at)
