"""Whatever stands in a request of the exchange: it is refused, or kept so that it can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from itertools import product
from typing import Any

from starlette.testclient import TestClient

from tests.server.test_exchange_attacks import addresses, told
from tests.station.places import MONDAY
from tests.station.story import Story

__all__ = ["told"]

HOSTILE: tuple[Any, ...] = (
    "0001-01-01T00:00:00+14:00",  # before the first moment that can be counted
    "9999-12-31T23:59:59-14:00",
    "2027-01-01T00:00:00",  # of which place?
    "9999-12-31",
    "0001-01-01",
    10**15 + 1,
    10**30,
    0,
    -1,
    1.5,
    float("nan"),
    "a\0b",
    "\ud800",
    "=HYPERLINK(\"http://169.254.169.254/\")",
    "http://169.254.169.254/latest/meta-data",
    "<script>alert(1)</script>",
    "9" * 5_000,
    "灯" * 70_000,
    [],
    {"a": {"b": [None]}},
    None,
)  # fmt: skip
APART = 7  # in a place stands every seventh value
TERMS = {"starts_at": "2027-01-01T00:00:00Z", "ends_at": "2028-01-01T00:00:00Z",
         "territories": ["NL"], "media": ["svod"], "seats": 1, "print_run": 1}  # fmt: skip
TIME = {"starts_at": "2027-06-01T00:00Z", "ends_at": "2027-06-02T00:00Z"}
PRICES = {"base": 100, "territories": {"001": "1"}, "media": {"*": "4/3"}, "exclusive": "1",
          "term_days": [{"up_to": None, "factor": "1"}]}  # fmt: skip
POLICY = {"permission": [{"action": ["theatrical"]}]}
NEED = {"id": "g", "role": "gaffer", **TIME, "count": 1, "skills": {"rigging": 2}}
CANDIDATE = {"id": "a", "roles": ["gaffer"], "day_rate": 1, "busy": [TIME]}

Asked = tuple[str, str, str, Any]  # who, method, address, a body that is taken


def asked(story: Story) -> list[Asked]:
    """Return requests that are well, by who may make them."""
    market, shop = story.market, story.shop
    seller, asset = f"/api/parties/{market.seller.id}", f"/api/assets/{shop.asset.id}"
    film = f"/api/projects/{story.crew.project.id}"
    stage = f"/api/resources/{story.lot.stage.id}"
    person = f"/api/people/{story.person.id}"
    start = MONDAY.isoformat()
    consent = {"purpose": "directory", "field_group": "profile", "kind": "general",
               "expires_at": "2030-01-01T00:00:00Z", "language": "en",
               "text_digest": "0" * 64}  # fmt: skip
    slot = {
        "resource_id": story.lot.desks.id,
        "starts_at": start,
        "ends_at": (MONDAY + timedelta(hours=2)).isoformat(),
        "quantity": 1,
    }
    package = {"title": "Score", "currency": "EUR", "description": "x", "terms": "x",
               "items": [{"label": "cue", "unit": "cue", "quantity": 1, "frames": 1}],
               "bids_due_at": "2027-01-01T00:00:00Z", "due_on": "2027-01-01",
               "specification": {"rate": "24", "width": 1, "loudness_lufs": -23.0,
                                 "naming": "{label}"}, "rounds_most": 1}  # fmt: skip
    return [
        ("seller", "POST", f"{seller}/assets", {"kind": "image", "title": "x", "description": "x"}),
        ("seller", "POST", f"{asset}/holdings", {"terms": TERMS, "percent_bp": 1}),
        ("seller", "POST", f"{asset}/releases", {"kind": "model", "words": "x", **TIME}),
        ("seller", "POST", f"{asset}/offers", {"template": "rights_managed", "terms": TERMS,
         "price_rule": PRICES, "currency": "CNY", "credit": "x"}),
        ("seller", "POST", f"{asset}/offers", {"template": "own", "terms": TERMS,
         "price_rule": PRICES, "currency": "CNY", "policy": POLICY}),
        ("seller", "POST", f"{asset}/shares", {"parts": [{"party_id": "x", "bp": 1}]}),
        ("seller", "POST", f"{seller}/identifiers", {"scheme": "isni", "value": "x"}),
        ("seller", "PUT", f"{seller}/bank-accounts/EUR",
         {"holder": "x", "bank": "x", "number": "12345", "bic": ""}),
        ("seller", "POST", f"{seller}/facilities", {"name": "Lot", "country": "CN",
         "time_zone": "Asia/Shanghai", "currency": "CNY", "day_hours": 10, "option_hours": 72,
         "opening": [{"weekday": 0, "opens_min": 1, "closes_min": 2}],
         "cancelling": [{"hours_before": 1, "charge_bp": 1}]}),
        ("seller", "POST", f"/api/facilities/{story.lot.facility.id}/resources",
         {"kind": "stage", "name": "x", "capacity": 1, "set_up_min": 0, "strike_min": 0,
          "prices": [{"unit": "hour", "amount": 1}]}),
        ("seller", "POST", f"/api/facilities/{story.lot.facility.id}/blackouts",
         {**TIME, "reason": "x"}),
        ("seller", "PATCH", stage, {"capacity": 2, "set_up_min": 60, "name": "x"}),
        ("seller", "POST", f"{seller}/calendar-feeds", {"of": "bookings", "label": "x"}),
        ("seller", "POST", f"{seller}/availability", {"kind": "busy", **TIME, "note": "x"}),
        ("seller", "POST", f"{seller}/people", {"family_name": "x", "showreel_url": "https://x.org",
         "languages": [{"code": "zh", "level": "native"}], "biography": "x",
         "phone": "+86 571 5555 0199"}),
        ("seller", "POST", f"{seller}/bookings", {"title": "x", "wanted": [slot],
         "is_option": True, "option_hours": 1}),
        ("seller", "POST", f"{seller}/bookings/offer", {"title": "x", "wanted": [slot]}),
        ("buyer", "POST", f"/api/offers/{_offer(story)}/quotes",
         {"buyer_id": market.buyer.id, "terms": TERMS}),
        ("buyer", "POST", f"/api/licences/{_licence(story)}/decision",
         {"action": "display", **TIME, "territories": ["NL"], "media": ["svod"], "seats": 1}),
        ("buyer", "POST", f"/api/parties/{market.buyer.id}/orders", {"quote_ids": ["x"]}),
        ("house", "PUT", "/api/house/tax-rates/FR", {"bp": 1}),
        ("freelancer", "PATCH", f"{person}/profile", {"city": "x", "role_codes": ["gaffer"],
         "showreel_url": "https://x.org", "needs": "x", "aliases": ["x"]}),
        ("freelancer", "POST", f"{person}/consents", consent),
        ("freelancer", "POST", f"{person}/credits",
         {"role_code": "gaffer", "work_title": "x", "year_from": 2000, "year_to": 2001}),
        ("freelancer", "POST", f"{person}/rates",
         {"unit": "day", "amount": 1, "currency": "CNY", "minimum_hours": 1}),
        ("freelancer", "POST", f"{person}/skills",
         {"skill": "rigging", "level": 1, "evidence": "x"}),
        ("film", "POST", f"{film}/work-packages", package),
        ("film", "PATCH", f"/api/work-packages/{story.sealed.id}",
         {"bids_due_at": "2028-01-01T00:00:00Z"}),
        ("film", "POST", f"{film}/match-runs", {"requirements": [NEED], "candidates": [CANDIDATE],
         "budget": 1, "travel": {"per_km": 1}}),
        ("film", "POST", f"{film}/crew-needs", {"schema": "mstation.breakdown/1",
         "cast": [{"id": "l", "age": 12}], "scenes": [{"id": "s", "interior": "EXT",
         "time": "night", "present": ["l"]}], "sheets": [{"scene_id": "s", "number": "1",
         "eighths": 2, "elements": [{"category": "stunts"}]}]}),
        ("film", "PUT", f"{film}/shooting-days",
         [{"number": 1, "day": "2027-01-01", "unit": "main", "set_name": "x"}]),
        ("film", "POST", f"{film}/uses", {"asset_version_id": shop.version.id, "comment": "x"}),
        ("film", "POST", f"/api/contracts/{story.contract.id}/change-orders",
         {"reason": "x", "rounds_more": 1, "added": [{"title": "x", "amount": 1}]}),
        ("seller", "POST", f"{seller}/tenders/{story.sealed.id}/bid",
         {"lines": [{"label": "001-001", "amount": 1}], "done_on": "2027-01-01", "word": "x",
          "assumptions": "x"}),
        ("seller", "POST", f"{seller}/tenders/{story.sealed.id}/questions", {"text": "x"}),
    ]  # fmt: skip


def _offer(story: Story) -> str:
    with story.station.reading() as connection:
        return str(connection.exec_driver_sql("SELECT id FROM offers").scalar())


def _licence(story: Story) -> str:
    with story.station.reading() as connection:
        return str(connection.exec_driver_sql("SELECT id FROM licences").scalar())


def spoilt(body: Any, first: int) -> Iterator[Any]:
    """Return a body with some of the hostile values in each place, others in the next.

    first: which are in its first place, so that small bodies do not all have the same.
    """
    for at, path in enumerate(_leaves(body, ()), first):
        for value in HOSTILE[at % APART :: APART]:
            made = deepcopy(body)
            place = made
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            yield made


def _leaves(body: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(body, dict | list):
        for name, value in body.items() if isinstance(body, dict) else enumerate(body):
            yield from _leaves(value, (*path, name))


def test_no_value_breaks_the_server_or_what_it_keeps(told: tuple[TestClient, Story]) -> None:
    client, story = told
    signed = {who: story.market.signed(f"{who}-owner") for who in ("seller", "buyer", "house")} | {
        "freelancer": story.market.signed("freelancer"),
        "film": story.crew.signed("owner"),
    }
    broken: dict[str, str] = {}
    for number, (who, method, url, body) in enumerate(asked(story)):
        taken = _ask(client, signed[who], method, url, body)
        for each in spoilt(body, number):
            answer = _ask(client, signed[who], method, url, each)
            if answer.status_code >= 500:
                broken.setdefault(f"{method} {url}", json.dumps(each)[:300])
        assert taken.status_code != 405, url
    assert broken == {}
    for _, url in addresses(client, story.station):  # nothing was kept that cannot be read
        for header in (signed["seller"], signed["film"]):
            assert client.get(url, headers=header).status_code < 500, url


IN_ADDRESSES = ("a%00b", "%FF", "9" * 300, "-1", "0001-01-01", "9999-12-31T00:00:00Z")


def test_no_address_breaks_the_server(told: tuple[TestClient, Story]) -> None:
    client, story = told
    first = dict(reversed([*addresses(client, story.station)]))
    signed = (story.market.signed("seller-owner"), story.crew.signed("owner"))
    described = client.get("/api/openapi.json").json()["paths"]
    for path, url in first.items():
        names = [
            each["name"]
            for each in described[path]["get"].get("parameters", ())
            if each["in"] == "query"
        ]
        for name, value in product(names, IN_ADDRESSES):
            for who in signed:
                answer = client.get(f"{url}&{name}={value}", headers=who)
                assert answer.status_code < 500, (url, name, value)


def test_a_time_without_a_zone_and_half_a_sign_are_refused_in_words(
    told: tuple[TestClient, Story],
) -> None:
    client, story = told
    header = story.market.signed("buyer-owner")
    decision = f"/api/licences/{_licence(story)}/decision"
    for body in (
        {"action": "display", "starts_at": "2027-01-01T00:00:00"},
        {"action": "\ud800"},
    ):
        answer = _ask(client, header, "POST", decision, body)
        assert (answer.status_code, bool(answer.json()["detail"])) == (422, True)
    busy = {"kind": "busy", "starts_at": "9999-12-31T00:00:00Z", "ends_at": "9999-12-31T01:00:00Z"}
    url = f"/api/parties/{story.market.buyer.id}/availability"
    answer = _ask(client, header, "POST", url, busy)
    assert "a year from 1000 to 8999" in answer.text


def _ask(client: TestClient, header: dict[str, str], method: str, url: str, body: Any) -> Any:
    tag = {}
    if method == "PATCH":
        tag = {"If-Match": client.get(url, headers=header).headers["etag"]}
    told_ = json.dumps(body).encode()
    more = {"Content-Type": "application/json", **tag, **header}
    return client.request(method, url, content=told_, headers=more)
