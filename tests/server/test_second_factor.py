"""Signing in by a code beside the password."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pyotp
from starlette.testclient import TestClient

from mstation.station.authenticators import Authenticator, require_code
from mstation.station.change import STATION, find_where
from mstation.station.station import Station
from tests.station.crew import PASSWORD, Crew

WHO = {"email": "artist@example.org", "password": PASSWORD}
OWN = {"password": PASSWORD}
ME = "/api/me/authenticator"


def _set_up(client: TestClient) -> tuple[pyotp.TOTP, list[str]]:
    """Sign the artist in and give them an authenticator; the app, and recovery codes."""
    assert client.post("/api/session", json=WHO).status_code == 201
    made = client.post(ME, json=OWN)
    assert made.status_code == 201
    app = pyotp.parse_uri(made.json()["address"])
    assert isinstance(app, pyotp.TOTP)
    assert app.secret == made.json()["secret"]
    confirmed = client.post(f"{ME}/confirmation", json={"code": app.now()})
    client.delete("/api/session")
    return app, confirmed.json()["recovery_codes"]


def _next(app: pyotp.TOTP) -> str:
    return app.at(time.time(), counter_offset=1)


def test_with_an_authenticator_the_password_alone_is_not_enough(
    client: TestClient, crew: Crew
) -> None:
    app, _ = _set_up(client)
    refused = client.post("/api/session", json=WHO)
    assert refused.status_code == 401
    assert refused.json()["type"] == "urn:mstation:needs-code"
    assert "code is needed" in refused.json()["detail"]
    chinese = client.post("/api/session", json=WHO, headers={"Accept-Language": "zh"})
    assert "需要验证码" in chinese.json()["detail"]
    for code in ("000000", "not a code", "１２３４５６"):
        wrong = client.post("/api/session", json={**WHO, "code": code})
        assert (wrong.status_code, wrong.json()["type"]) == (401, "about:blank")
    assert client.post("/api/session", json={**WHO, "code": _next(app)}).status_code == 201
    assert client.get(ME).json() == {"is_on": True, "recovery_codes": 10}


def test_a_wrong_password_does_not_tell_that_a_code_is_needed(
    client: TestClient, crew: Crew
) -> None:
    app, _ = _set_up(client)
    body = {"email": WHO["email"], "password": "not this one", "code": _next(app)}
    assert client.post("/api/session", json=body).json()["type"] == "about:blank"


def test_no_code_is_used_twice(client: TestClient, crew: Crew) -> None:
    app, _ = _set_up(client)
    used = {**WHO, "code": app.now()}  # it confirmed the authenticator
    assert client.post("/api/session", json=used).status_code == 401
    fresh = {**WHO, "code": _next(app)}
    told = [client.post("/api/session", json=fresh).status_code for _ in range(2)]
    assert told == [201, 401]


def test_of_two_with_the_same_code_at_once_one_is_in(
    station: Station, client: TestClient, crew: Crew
) -> None:
    app, _ = _set_up(client)
    code, who = _next(app), crew.people["artist"].id

    def show(_: int) -> bool:
        with station.change(STATION) as change:
            require_code(change, who, code)
        return True

    with ThreadPoolExecutor(4) as pool:
        told = [pool.submit(show, n) for n in range(4)]
    assert sum(each.exception() is None for each in told) == 1


def test_a_recovery_code_is_good_for_once_and_not_kept_in_the_open(
    station: Station, client: TestClient, crew: Crew
) -> None:
    _, codes = _set_up(client)
    assert len(set(codes)) == 10
    typed = codes[3].upper().replace("-", " ")
    told = [client.post("/api/session", json={**WHO, "code": typed}).status_code for _ in "12"]
    assert told == [201, 401]
    assert client.get(ME).json()["recovery_codes"] == 9
    with station.reading() as connection:
        (kept,) = find_where(connection, Authenticator)
    assert not any(code.replace("-", "") in repr(kept.recovery_digests) for code in codes)
    renewed = client.post(f"{ME}/recovery-codes", json=OWN).json()["recovery_codes"]
    assert not set(renewed) & set(codes)
    client.delete("/api/session")
    assert client.post("/api/session", json={**WHO, "code": codes[4]}).status_code == 401


def test_it_is_set_up_and_removed_by_the_password_only(client: TestClient, crew: Crew) -> None:
    app, _ = _set_up(client)
    client.post("/api/session", json={**WHO, "code": _next(app)})
    assert client.post(ME, json=OWN).status_code == 409
    wrong = {"password": "not this one"}
    assert client.post(f"{ME}/removal", json=wrong).status_code == 403
    assert client.post(f"{ME}/removal", json=OWN).status_code == 204
    assert client.post(ME, json=wrong).status_code == 403
    assert client.post(f"{ME}/confirmation", json={"code": "123456"}).status_code == 404
    client.delete("/api/session")
    assert client.post("/api/session", json=WHO).status_code == 201


def test_what_was_never_confirmed_locks_nobody_out(client: TestClient, crew: Crew) -> None:
    client.post("/api/session", json=WHO)
    client.post(ME, json=OWN)
    assert client.post(f"{ME}/confirmation", json={"code": "000000"}).status_code == 422
    client.delete("/api/session")
    assert client.post("/api/session", json=WHO).status_code == 201
