"""A request in; who asks, what they may, and which revision they have seen, out."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit

import orjson
from fastapi import Depends, Header, Request, Response
from fastapi.security import APIKeyCookie, HTTPBearer
from pydantic import TypeAdapter

from mstation.errors import Forbidden, InvalidInput, NotSignedIn
from mstation.station import accounts, guests, idempotency
from mstation.station.accounts import Browser
from mstation.station.change import Actor, Change, stale
from mstation.station.schema import N, Noun, reader_of, table_of
from mstation.station.station import Station

COOKIE = "mstation_session"
GUEST_COOKIE = "mstation_guest"
_SAFE = ("GET", "HEAD", "OPTIONS")
_SAME_SITE = ("same-origin", "none")  # `none`: typed into the address bar

_cookie = APIKeyCookie(name=COOKIE, auto_error=False)
_bearer = HTTPBearer(auto_error=False)


# Questions that wait for nothing are `async`: each that is not costs a walk to another thread.
async def station_of(request: Request) -> Station:
    """Return the station that this server shows."""
    station: Station = request.app.state.station
    return station


StationHere = Annotated[Station, Depends(station_of)]


def actor_of(request: Request, station: StationHere) -> Actor:
    """Return who asks: by a token in `Authorization`, by the cookie of a session, or as a guest.

    Raises:
        NotSignedIn: when it is nobody, or nobody known.
        Forbidden: when a page of another site asks by the cookie.
    """
    header = request.headers.get("authorization", "")
    if header:
        scheme, _, key = header.partition(" ")
        if scheme.casefold() != "bearer":
            raise NotSignedIn("give a token as `Authorization: Bearer …`", zh="请使用 Bearer 令牌")
        with station.asking() as connection:
            return accounts.actor_of_token(connection, key.strip())
    refuse_other_sites(request)
    guest_key = request.cookies.get(GUEST_COOKIE)
    with station.asking() as connection:
        try:
            return accounts.actor_of_session(connection, request.cookies.get(COOKIE, ""))
        except NotSignedIn:
            if guest_key is None:
                raise
        return guests.actor_of_guest(connection, guest_key)


def own_account(actor: Actor) -> str:
    """Return the account of one who may act for it as a whole: signed in, or by a full token.

    Raises:
        Forbidden: when it is a guest, or a token with scopes.
    """
    if actor.account_id is None or actor.scopes is not None:
        raise Forbidden(
            "sign in yourself for this; a token with scopes may not", zh="此操作需本人登录"
        )
    return actor.account_id


def browser_of(request: Request) -> Browser:
    """Return from where somebody asks."""
    address = request.client.host if request.client is not None else ""
    return Browser(address, request.headers.get("user-agent", ""))


def refuse_other_sites(request: Request) -> None:
    """Refuse what a page of another site makes a browser do in its user's name.

    Source: OWASP, Cross-Site Request Forgery Prevention, Fetch Metadata.

    Raises:
        Forbidden: when the browser says that another site asks for a change.
    """
    if request.method in _SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        is_ours = site in _SAME_SITE
    else:
        is_ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not is_ours:
        raise Forbidden(
            "a page of another site asked for this; open the station itself",
            zh="请求来自其他网站，已拒绝；请直接打开本站",
        )


BrowserHere = Annotated[Browser, Depends(browser_of)]
ActorHere = Annotated[Actor, Depends(actor_of)]
# For the description of the API: `actor_of` reads both by itself.
SIGNED_IN = [Depends(_cookie), Depends(_bearer)]


async def seen_revision(if_match: Annotated[str, Header(alias="If-Match")]) -> int:
    """Return the revision that the asker has seen, from `If-Match`.

    Raises:
        InvalidInput: when it is not an ETag of ours.
    """
    tag = if_match.strip().removeprefix("W/").strip('"')
    if not tag.isascii() or not tag.isdecimal() or len(tag) > 9:
        raise InvalidInput(
            "If-Match holds the ETag that reading it gave", zh="If-Match 应为读取时得到的 ETag"
        )
    return int(tag)


SeenRevision = Annotated[int, Depends(seen_revision)]


def require_revision(noun: Noun, seen: int) -> None:
    """Refuse to change what somebody else changed meanwhile.

    Raises:
        Stale: when the row's revision is another.
    """
    if noun.revision != seen:
        raise stale(table_of(type(noun)).name, noun.id)


def answer(noun: Noun, response: Response) -> Any:
    """Return a noun as a body, its revision as the ETag."""
    response.headers["ETag"] = f'"{noun.revision}"'
    return noun


async def request_body(request: Request) -> bytes:
    """Return the whole body, before it is read as anything."""
    return await request.body()


class Making:
    """A request that makes something, once: with an `Idempotency-Key` it may be sent again."""

    def __init__(
        self,
        station: Station,
        actor: Actor,
        key: str | None,
        request: str,
        *,
        credential: str,
        address: str,
    ) -> None:
        self.station, self.actor, self.key = station, actor, key
        self.request = request  # a digest of method, path and body
        self.credential, self.address = credential, address

    def keep_to_oneself(self) -> None:
        """Let the database know what was asked by a digest that only who asked can make."""
        told = f"{self.request}\n{self.key}".encode()
        self.request = hmac.digest(self.credential.encode(), told, "sha256").hex()

    def once(
        self,
        make: Callable[[Change], N],
        status: int = 201,
        *,
        shown: Callable[[N], Noun] | None = None,
    ) -> Response:
        """Make a noun and return it as a response; say the same when it was made before.

        shown: what is told of it, a dataclass; the noun without its secrets where it is left out.
        """
        with self.station.change(self.actor) as change:
            if self.key is not None:
                before = idempotency.answered(
                    change.connection, self.actor.id, self.key, self.request
                )
                if before is not None:
                    return _made(before)
            noun = make(change)
            kept = _written(noun if shown is None else shown(noun), status, noun.revision)
            if self.key is not None:
                idempotency.remember(change.connection, self.actor.id, self.key, self.request, kept)
        return _made(kept)

    def once_with_key(
        self,
        make: Callable[[Change, str], N],
        page: str = "",
        *,
        shown: Callable[[N], Noun],
        mark: str = "",
    ) -> Response:
        """Make a noun with a key of its own; tell the key, and the link of a page with it.

        page: none where the key is shown to programs.
        mark: what the key begins with.

        The database keeps only the key's digest. Where the request is sent again, by the same
        browser or program, the key is told again: it is made of their own key, which the
        database does not know either.
        """
        told = f"{self.request}\n{self.key}".encode()
        mixed = hmac.digest(self.credential.encode(), told, "sha256")
        if self.key is None:
            key = mark + accounts.new_key()
        else:
            key = mark + urlsafe_b64encode(mixed).decode().rstrip("=")
            self.request = hashlib.sha256(mixed).hexdigest()
        made = self.once(lambda change: make(change, key), shown=shown)
        body = {**orjson.loads(made.body), "key": key}
        if page:
            body["link"] = f"{self.address}{page}#{key}"
        headers = {"ETag": made.headers["ETag"]}
        return Response(
            orjson.dumps(body), made.status_code, headers, media_type="application/json"
        )


async def making_of(
    request: Request,
    station: StationHere,
    actor: ActorHere,
    body: Annotated[bytes, Depends(request_body)],
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)
    ] = None,
) -> Making:
    """Return the making of something, as it was asked for."""
    told = f"{request.method} {request.url.path}\n".encode() + body
    credential = request.headers.get("authorization") or request.cookies.get(COOKIE, "")
    return Making(
        station, actor, key, hashlib.sha256(told).hexdigest(),
        credential=credential, address=str(request.base_url),
    )  # fmt: skip


MakingHere = Annotated[Making, Depends(making_of)]


def told(noun: Noun) -> Response:
    """Return a noun as a response, its revision as the ETag."""
    return _made(_written(noun, 200, noun.revision))


def _written(noun: Noun, status: int, revision: int) -> idempotency.Answer:
    adapter: TypeAdapter[Any] = reader_of(type(noun))
    body = adapter.dump_json(noun, exclude=_secrets(type(noun)))
    return idempotency.Answer(status, body, revision)


def _made(kept: idempotency.Answer) -> Response:
    headers = {"ETag": f'"{kept.revision}"'}
    return Response(kept.body, kept.status, headers, media_type="application/json")


@cache
def _secrets(kind: type[Any]) -> set[str]:
    return {field.name for field in fields(kind) if field.metadata.get("secret")}
