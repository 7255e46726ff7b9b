"""A small real provider of OpenID Connect on loopback: discovery, PKCE, signed tokens.

It asks nobody anything: whoever `who` says is signed in there. `twist` makes it lie.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "the-station", "between-us"

Claims = dict[str, Any]


@dataclass
class FakeProvider:
    """What a test says the provider is to do, and what it was asked."""

    issuer: str = ""
    who: Claims = field(default_factory=dict)
    twist: Callable[[Claims], Claims] = staticmethod(lambda claims: claims)  # noqa: RUF009
    sign_with: str = "RS256"
    names_issuer: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: KeySet = field(
        default_factory=lambda: KeySet(
            [RSAKey.generate_key(2048, {"kid": "rsa"}), ECKey.generate_key("P-256", {"kid": "ec"})]
        )
    )
    stranger: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "rsa"}))

    def token(self, asked: dict[str, str]) -> str:
        """Return the id_token of a visit."""
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], **self.who,
        }  # fmt: skip
        key, header = self._key()
        return jwt.encode(header, self.twist(claims), key, algorithms=[header["alg"]])

    def _key(self) -> tuple[Any, dict[str, str]]:
        match self.sign_with:
            case "HS256":  # with what everybody may read: the public key
                public = self.keys.keys[0].as_pem(private=False)
                return OctKey.import_key(public), {"alg": "HS256", "kid": "rsa"}
            case "ES256":
                return self.keys, {"alg": "ES256", "kid": "ec"}
            case "stranger":
                return self.stranger, {"alg": "RS256", "kid": "rsa"}
        return self.keys, {"alg": self.sign_with, "kid": "rsa"}


@contextmanager
def providing() -> Iterator[FakeProvider]:
    """Run a provider on any free port."""
    provider = FakeProvider()
    listener = socket.create_server(("127.0.0.1", 0))
    provider.issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(_app(provider), log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _app(provider: FakeProvider) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def configuration() -> dict[str, Any]:
        own = provider.issuer
        return {
            "issuer": own, "authorization_endpoint": f"{own}/authorize",
            "token_endpoint": f"{own}/token", "jwks_uri": f"{own}/keys",
            "authorization_response_iss_parameter_supported": True,
        }  # fmt: skip

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return dict(provider.keys.as_dict(private=False))

    @app.get("/authorize")
    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        provider.asked.append(asked)
        assert (asked["client_id"], asked["response_type"]) == (CLIENT_ID, "code")
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        provider.codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        if provider.names_issuer:
            back["iss"] = provider.issuer
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        asked = provider.codes.pop(form["code"], None)
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        if (
            asked is None
            or request.headers.get("authorization") != f"Basic {basic}"
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        told = {"access_token": "a", "token_type": "Bearer", "id_token": provider.token(asked)}
        return JSONResponse(told)

    return app
