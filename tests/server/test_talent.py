"""People over HTTP: profiles, consents, looking, credits, erasing."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.station.market import Market

ALL = ("general", "third_party", "cross_border")


@pytest.fixture
def own(client: TestClient, market: Market) -> dict[str, Any]:
    """The freelancer's profile, as she began it."""
    body = {
        "family_name": "Lin", "given_name": "Ke", "name_zh": "林可", "role_codes": ["灯光师"],
        "languages": [{"code": "zh", "level": "native"}], "visible": "everybody",
        "email": "ke@example.org",
    }  # fmt: skip
    path = f"/api/parties/{market.freelancer.id}/people"
    made = client.post(path, json=body, headers=market.signed("freelancer"))
    assert made.status_code == 201, made.text
    told: dict[str, Any] = made.json()
    return told


def consent(
    client: TestClient, market: Market, person: dict[str, Any], group: str, **more: str
) -> list[int]:
    """Read each text and agree to it; return the statuses."""
    header = market.signed("freelancer")
    statuses = []
    for kind in ALL:
        asked = {
            "purpose": "directory", "field_group": group, "kind": kind, "language": "zh",
            "recipient_contact": "privacy@example.org", **more,
        }  # fmt: skip
        text = client.get("/api/consent-text", params=asked, headers=header).json()
        body = {**asked, "text_digest": text["digest"]}
        path = f"/api/people/{person['id']}/consents"
        statuses.append(client.post(path, json=body, headers=header).status_code)
    return statuses


def names(client: TestClient, market: Market, who: str, **asked: Any) -> list[str]:
    answer = client.get("/api/talent", params=asked, headers=market.signed(who))
    assert answer.status_code == 200, answer.text
    return [row["name_zh"] or row["family_name"] for row in answer.json()["rows"]]


def test_somebody_is_found_and_seen_after_they_consent_and_no_longer_than_that(
    client: TestClient, market: Market, own: dict[str, Any]
) -> None:
    url, buyer = f"/api/people/{own['id']}", market.signed("buyer-owner")
    assert names(client, market, "buyer-owner", words="灯光") == []
    assert client.get(url, headers=buyer).status_code == 404
    assert consent(client, market, own, "profile") == [201, 201, 201]
    assert names(client, market, "buyer-owner", words="灯光", role="gaffer") == ["林可"]
    seen = client.get(url, headers=buyer).json()
    assert (seen["shown"], seen["name_zh"], seen["email"]) == (["profile"], "林可", "")
    header = market.signed("freelancer")
    (line,) = client.get(f"{url}/disclosures", headers=header).json()
    assert line["account_id"] == market.people["buyer-owner"].id
    withdrawn = client.delete(f"{url}/consents", headers=header).json()["lines"]
    assert [each["is_given"] for each in withdrawn] == [False] * 3
    assert client.get(url, headers=buyer).status_code == 404
    assert names(client, market, "buyer-owner", words="灯光") == []
    assert len(client.get(f"{url}/consents", headers=header).json()) == 6


def test_others_neither_read_nor_change_nor_consent_for_somebody(
    client: TestClient, market: Market, own: dict[str, Any]
) -> None:
    url = f"/api/people/{own['id']}"
    for who in ("seller-owner", "house-owner", "stranger"):
        header = {**market.signed(who), "If-Match": '"1"'}
        for method, path in (
            ("GET", "/profile"), ("PATCH", "/profile"), ("GET", "/consents"), ("DELETE", ""),
            ("GET", "/export"), ("DELETE", "/consents"), ("GET", "/credits"), ("GET", "/skills"),
            ("GET", "/rates"), ("GET", "/disclosures"), ("GET", "/attestations"),
        ):  # fmt: skip
            body = {"json": {}} if method == "PATCH" else {}
            answer = client.request(method, url + path, headers=header, **body)  # type: ignore[arg-type]
            assert answer.status_code == 404, (who, method, path)


def test_a_keeper_notes_people_but_never_consents_for_them(
    client: TestClient, market: Market
) -> None:
    header = market.signed("seller-owner")
    book = f"/api/parties/{market.seller.id}/people"
    told = b"Family name,Roles\nRuiz,gaffer\n"
    done = client.post(f"{book}/imports", content=told, headers=header)
    assert (done.status_code, done.json()) == (201, {"added": 1, "changed": 0, "unchanged": 0})
    (row,) = client.get(book, headers=header).json()["rows"]
    assert "Ruiz" in client.get(f"{book}.csv", headers=header).text
    assert names(client, market, "seller-owner") == ["Ruiz"]
    assert names(client, market, "buyer-owner") == []
    url = f"/api/people/{row['id']}"
    assert client.get(url, headers=market.signed("buyer-owner")).status_code == 404
    body = {
        "purpose": "directory", "field_group": "profile", "kind": "general", "language": "en",
        "text_digest": "0" * 64,
    }  # fmt: skip
    assert client.post(f"{url}/consents", json=body, headers=header).status_code == 403
    bad = client.post(f"{book}/imports", content=b"Family name,Roles\nA,wizard\n", headers=header)
    assert bad.status_code == 422
    assert bad.json()["faults"][0].startswith("row 2, Roles:")


def test_skills_and_rates_are_told_changed_and_taken_back(
    client: TestClient, market: Market, own: dict[str, Any]
) -> None:
    url, header = f"/api/people/{own['id']}", market.signed("freelancer")
    skill = client.post(f"{url}/skills", json={"skill": "DMX512", "level": 4}, headers=header)
    assert (skill.status_code, skill.json()["skill_code"]) == (201, "dmx")
    rate = client.post(
        f"{url}/rates", json={"unit": "day", "amount": 250_000, "currency": "CNY"}, headers=header
    )
    path = f"/api/rates/{rate.json()['id']}"
    seen = {**header, "If-Match": rate.headers["etag"]}
    changed = client.patch(path, json={"visible": "everybody"}, headers=seen)
    assert changed.json()["visible"] == "everybody"
    assert client.patch(path, json={"amount": 1}, headers=seen).status_code == 412
    for group in ("profile", "rates"):
        consent(client, market, own, group)
    asked = {"day_rate": 250_000, "currency": "CNY", "skill": "dmx:4"}
    assert names(client, market, "buyer-owner", **asked) == ["林可"]
    assert names(client, market, "buyer-owner", **{**asked, "skill": "dmx:5"}) == []
    shown = client.get(url, headers=market.signed("buyer-owner")).json()
    assert [each["amount"] for each in shown["rates"]] == [250_000]
    assert [each["level"] for each in shown["skills"]] == [4]
    gone = {**header, "If-Match": changed.headers["etag"]}
    assert client.delete(path, headers=gone).status_code == 204
    gone = {**header, "If-Match": skill.headers["etag"]}
    assert (
        client.delete(f"/api/person-skills/{skill.json()['id']}", headers=gone).status_code == 204
    )
    assert names(client, market, "buyer-owner", skill="dmx") == []


def test_a_production_attests_what_it_was_asked_and_takes_it_back(
    client: TestClient, market: Market, own: dict[str, Any]
) -> None:
    mine, theirs = market.signed("freelancer"), market.signed("seller-producer")
    organisation = market.seller.organisation_id
    film = client.post(
        f"/api/organisations/{organisation}/projects", json={"name": "Reel"}, headers=theirs
    ).json()
    body = {"role_code": "gaffer", "work_title": "Reel", "year_from": 2026}
    asked = {**body, "asked_id": market.seller.id}
    url = f"/api/people/{own['id']}/credits"
    credit = client.post(url, json=asked, headers=mine).json()
    unasked = client.post(url, json=body, headers=mine).json()
    inside = f"/api/projects/{film['id']}"
    (shown,) = client.get(f"{inside}/asked-credits", headers=theirs).json()
    word = {"credit_id": credit["id"], "digest": shown["digest"]}
    path = f"{inside}/attestations"
    given = client.post(path, json=word, headers=theirs)
    assert given.status_code == 201
    other = {"credit_id": unasked["id"], "digest": shown["digest"]}
    assert client.post(path, json=other, headers=theirs).status_code == 404
    told = client.get(url, headers=mine).json()
    assert [each["attestation"] for each in told] == ["producer", "self"]
    back = f"/api/attestations/{given.json()['id']}/withdrawal"
    assert client.post(back, json={"reason": "No."}, headers=mine).status_code == 404
    gone = client.post(back, json={"reason": "Another gaffer."}, headers=theirs).json()
    assert (gone["state"], gone["reason"]) == ("withdrawn", "Another gaffer.")
    assert client.get(url, headers=mine).json()[0]["attestation"] == "self"
    (line,) = client.get(f"/api/people/{own['id']}/attestations", headers=mine).json()
    assert line["state"] == "withdrawn"


def test_somebody_takes_out_all_that_is_held_and_is_erased(
    client: TestClient, market: Market, own: dict[str, Any]
) -> None:
    url, header = f"/api/people/{own['id']}", market.signed("freelancer")
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{url}/export", headers=header).content))
    assert "林可" in archive.read("people.json").decode()
    stale = client.delete(url, headers={**header, "If-Match": '"9"'})
    assert stale.status_code == 412
    seen = client.get(f"{url}/profile", headers=header).headers["etag"]
    done = client.delete(url, headers={**header, "If-Match": seen})
    assert (done.status_code, done.json()["kept"]) == (200, {})
    assert client.get(f"{url}/profile", headers=header).status_code == 401


def test_the_vocabulary_is_read_in_both_languages(client: TestClient, market: Market) -> None:
    header = market.signed("stranger")
    (found,) = client.get("/api/vocabulary/roles", params={"q": "威亚"}, headers=header).json()
    assert (found["code"], found["en"]) == ("wire_rigger", "Wire rigger")
    assert len(client.get("/api/vocabulary/skills", headers=header).json()) >= 150


@pytest.mark.parametrize(
    "asked",
    [
        {"words": "!?"},
        {"role": "wizard"},
        {"skill": "nuke:6"},
        {"free_from": "2026-01-01T00:00:00Z"},
        {"after": "nothing"},
        {"day_rate": -1},
        {"day_rate": 1},
    ],
)
def test_what_cannot_be_sought_is_refused_with_the_reason(
    client: TestClient, market: Market, asked: dict[str, Any]
) -> None:
    answer = client.get("/api/talent", params=asked, headers=market.signed("stranger"))
    assert answer.status_code == 422
    assert answer.json()["detail"]
