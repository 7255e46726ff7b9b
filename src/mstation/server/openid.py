"""OpenID Connect by Authlib: the way to a provider, and what it says about who comes back.

The code flow with PKCE (RFC 7636), a state and a nonce; the id_token's signature and claims are
checked. Source: OpenID Connect Core 1.0, section 3.1; Discovery 1.0; RFC 9700 (best practice).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mstation.errors import InvalidInput, NotSignedIn
from mstation.station.accounts import checked_address
from mstation.station.identities import Visit, Vouched
from mstation.station.settings import Provider, is_safe

_SCOPE = "openid email profile"
_WAIT_S = 10.0
_CLOCKS_DIFFER_S = 60
# Signed by a key that only the provider has: neither `none` nor a shared secret.
_ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519",
)  # fmt: skip
_SUBJECT_SIGNS = 255


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider does what, as it says itself."""

    authorization: str
    token: str
    keys: str
    userinfo: str | None
    tells_issuer: bool  # in its answers: RFC 9207


@dataclass(frozen=True, slots=True)
class ComingBack:
    """What a browser brings back from a provider."""

    code: str
    state: str
    issuer: str | None


def address_of_visit(provider: Provider, visit: Visit, *, state: str, back: str) -> str:
    """Return the address at which a provider asks who somebody is.

    back: where it sends them afterwards, as it was registered there.

    Raises:
        NotSignedIn: when the provider does not answer as it should.
    """
    with _asked(provider), _client(provider, back) as client:
        url, _ = client.create_authorization_url(
            _endpoints(client, provider).authorization,
            state=state,
            nonce=visit.nonce,
            code_verifier=visit.verifier,
        )
    return str(url)


def vouched(provider: Provider, visit: Visit, coming: ComingBack, *, back: str) -> Vouched:
    """Return what a provider says about who comes back from it.

    Raises:
        NotSignedIn: when the provider refuses, or what it says is not sound.
    """
    with _asked(provider), _client(provider, back) as client:
        endpoints = _endpoints(client, provider)
        if coming.issuer != provider.issuer and (coming.issuer or endpoints.tells_issuer):
            raise ValueError("the answer comes from another issuer")
        token = client.fetch_token(
            endpoints.token,
            grant_type="authorization_code",
            code=coming.code,
            code_verifier=visit.verifier,
        )
        claims = _claims(client, provider, endpoints, visit, token)
        return _told(provider, claims)


@contextmanager
def _asked(provider: Provider) -> Iterator[None]:
    """Say in a person's words that a provider failed."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL, AuthlibBaseError, JoseError, ValueError) as error:
        reason = str(error)[:200] or type(error).__name__
        raise NotSignedIn(
            f"{provider.label} did not say who you are ({reason}); try again, or sign in another "
            "way",
            zh=f"{provider.label} 未能确认您的身份（{reason}）；请重试，或用其他方式登录",
        ) from error


def _client(provider: Provider, back: str) -> Any:
    return OAuth2Client(
        provider.client_id,
        provider.client_secret or None,
        scope=_SCOPE,
        redirect_uri=back,
        code_challenge_method="S256",
        timeout=_WAIT_S,
    )


def _endpoints(client: Any, provider: Provider) -> Endpoints:
    where = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    told = _json(client.request("GET", where, withhold_token=True))
    if told.get("issuer") != provider.issuer:
        raise ValueError("its configuration names another issuer")
    userinfo = told.get("userinfo_endpoint")
    return Endpoints(
        _safe(told.get("authorization_endpoint")),
        _safe(told.get("token_endpoint")),
        _safe(told.get("jwks_uri")),
        None if userinfo is None else _safe(userinfo),
        told.get("authorization_response_iss_parameter_supported") is True,
    )


def _safe(address: object) -> str:
    if not isinstance(address, str) or not is_safe(address):
        raise ValueError("its configuration names an address that is not safe")
    return address


def _json(answer: httpx2.Response) -> dict[str, Any]:
    answer.raise_for_status()
    told = answer.json()
    if not isinstance(told, dict):
        raise ValueError("it answers with something else than an object")  # noqa: TRY004
    return told


def _claims(
    client: Any, provider: Provider, endpoints: Endpoints, visit: Visit, token: dict[str, Any]
) -> dict[str, Any]:
    """Return the claims of the id_token, checked; those of the userinfo where it has no address."""
    keys = KeySet.import_key_set(_json(client.request("GET", endpoints.keys, withhold_token=True)))  # type: ignore[arg-type]
    signed = jwt.decode(str(token.get("id_token")), keys, algorithms=_ALGORITHMS)
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }
    asked = {
        "nonce": visit.nonce,
        "client_id": provider.client_id,
        "access_token": token.get("access_token"),
    }
    checked = CodeIDToken(signed.claims, signed.header, options, asked)
    checked.validate(leeway=_CLOCKS_DIFFER_S)
    claims = dict(checked)
    if "email" not in claims and endpoints.userinfo is not None:
        more = _json(client.get(endpoints.userinfo))
        if more.get("sub") != claims["sub"]:
            raise ValueError("its userinfo is about somebody else")
        claims = {**more, **claims}
    return claims


def _told(provider: Provider, claims: dict[str, Any]) -> Vouched:
    subject = str(claims["sub"])
    if not 0 < len(subject) <= _SUBJECT_SIGNS or not subject.isprintable():
        raise ValueError("its name for you is too long, or none")
    try:
        email = checked_address(str(claims.get("email") or ""))
    except InvalidInput:
        email = ""
    is_verified = email != "" and claims.get("email_verified") is True
    return Vouched(provider.issuer, subject, str(claims.get("name") or ""), email, is_verified)
