"""Signing in by a provider of OpenID Connect, and one's own identities there."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from mstation.errors import NotFound, NotSignedIn
from mstation.server.asking import (
    ActorHere,
    BrowserHere,
    StationHere,
    actor_of,
    own_account,
    refuse_other_sites,
)
from mstation.server.cookies import keep_key, keep_session
from mstation.station import identities
from mstation.station.accounts import new_key, start_session
from mstation.station.change import STATION, Actor, find_where
from mstation.station.identities import VISIT_LASTS, Identity, Visit
from mstation.station.schema import now
from mstation.station.settings import Provider, Settings

router = APIRouter(prefix="/api", tags=["accounts"])

VISIT_COOKIE = "mstation_visit"


class NewVisit(BaseModel):
    """What the visit is for: to sign in, or to connect the provider to one's account."""

    connect: bool = False


@dataclass(frozen=True, slots=True)
class ShownProvider:
    """Who vouches for people."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class VisitAddress:
    """Where the browser goes to say who its person is."""

    address: str


@router.get("/openid")
def list_providers(request: Request) -> list[ShownProvider]:
    """List who vouches for people here."""
    return [ShownProvider(each.name, each.label) for each in _settings(request).providers]


@router.post("/openid/{name}/visits", status_code=201)
def begin_visit(
    name: str, body: NewVisit, request: Request, response: Response, station: StationHere
) -> VisitAddress:
    """Begin to sign in by a provider: the answer says where to go, and sets a cookie."""
    from mstation.server.openid import address_of_visit  # Authlib, only for who has providers

    refuse_other_sites(request)
    provider = _provider(request, name)
    account_id = own_account(actor_of(request, station)) if body.connect else None
    state, visit = new_key(), Visit(provider.name, new_key(), new_key(), account_id)
    address = address_of_visit(provider, visit, state=state, back=_back(request, provider))
    with station.change(STATION) as change:
        identities.begin_visit(change.connection, state, visit, change.at)
    keep_key(request, response, VISIT_COOKIE, state, int(VISIT_LASTS.total_seconds()))
    return VisitAddress(address)


@router.get("/openid/{name}/back", status_code=303, response_class=RedirectResponse)
def come_back(
    name: str,
    request: Request,
    station: StationHere,
    browser: BrowserHere,
    state: Annotated[str, Query(max_length=200)],
    code: Annotated[str, Query(max_length=4000)] = "",
    iss: Annotated[str | None, Query(max_length=2000)] = None,
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Come back from a provider: signed in, and at the station's first page."""
    from mstation.server.openid import ComingBack, vouched  # Authlib, as above

    provider = _provider(request, name)
    visit = _end_visit(request, station, provider, state)
    if error or not code:
        raise NotSignedIn(
            f"{provider.label} says: {error or 'nothing'}; try again, or sign in another way",
            zh=f"{provider.label} 未通过（{error or '无'}）；请重试，或用其他方式登录",
        )
    coming = ComingBack(code, state, iss)
    told = vouched(provider, visit, coming, back=_back(request, provider))
    response = RedirectResponse("/", 303)
    response.delete_cookie(VISIT_COOKIE)
    if visit.account_id is not None:
        who = Actor("account", visit.account_id, visit.account_id)
        with station.change(who) as change:
            identities.connect(change, visit.account_id, told)
        return response
    with station.change(STATION) as change:
        account = identities.account_of_vouched(
            change, told, makes_accounts=provider.makes_accounts
        )
        key = start_session(change, account, browser)
    keep_session(request, response, key)
    return response


@router.get("/me/identities")
def list_identities(station: StationHere, actor: ActorHere) -> list[Identity]:
    """List by whom the asker may sign in."""
    with station.reading() as connection:
        return find_where(connection, Identity, account_id=own_account(actor))


@router.delete("/me/identities/{identity_id}", status_code=204)
def remove_identity(identity_id: str, station: StationHere, actor: ActorHere) -> None:
    """Let a provider vouch for the asker no longer."""
    with station.change(actor) as change:
        identities.disconnect(change, own_account(actor), identity_id)


def _end_visit(request: Request, station: StationHere, provider: Provider, state: str) -> Visit:
    """Return the visit that this browser, and no other, was sent on.

    Raises:
        NotSignedIn: when it was sent on none, on one to another provider, or too long ago.
    """
    kept = request.cookies.get(VISIT_COOKIE, "")
    if not compare_digest(kept.encode(), state.encode()):
        raise NotSignedIn(
            "this browser was not sent there from here; sign in again",
            zh="此登录并非由本浏览器发起，请重新登录",
        )
    with station.change(STATION) as change:
        visit = identities.end_visit(change.connection, state, now())
    if visit.provider != provider.name:
        raise NotSignedIn("this is another provider's way back", zh="返回地址与身份提供方不符")
    return visit


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _provider(request: Request, name: str) -> Provider:
    for provider in _settings(request).providers:
        if provider.name == name:
            return provider
    raise NotFound(f"there is no provider `{name[:40]}`", zh=f"找不到身份提供方 `{name[:40]}`")


def _back(request: Request, provider: Provider) -> str:
    return f"{_settings(request).address.rstrip('/')}/api/openid/{provider.name}/back"
