"""A film park as its users go: find work, a person and a texture, deliver, be paid, prove it."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from mstation.server.app import show
from mstation.station.station import open_station
from tests.server.film_park import ROTO_EACH, TODAY, TWO_YEARS, Park, texture, z
from tests.station.databases import NewDatabase

RUN: dict[str, Any] = {
    "medium": "exhibition", "territory": "NL", "starts_at": z(TODAY + TWO_YEARS - timedelta(30)),
    "ends_at": z(TODAY + TWO_YEARS + timedelta(30)),
}  # fmt: skip


@pytest.fixture(scope="module")
def park(
    app: FastAPI, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Park]:
    station = open_station(new_database(), folder=tmp_path_factory.mktemp("park"))
    show(app, station)
    with TestClient(app, base_url="http://station.test") as client:
        park = Park(client, station, tmp_path_factory.mktemp("media"))
        assert park.parties  # everybody has come in
        yield park
    station.close()


def test_a_texture_is_found_in_both_languages_and_seen_marked_before_it_is_paid(
    park: Park,
) -> None:
    asset = park.asset
    for words in ("面具", "mask", "青銅"):
        (found,) = park.get("compositor", "/assets", q=words)["rows"]
        assert found["id"] == asset["id"]
    url = f"/asset-versions/{asset['version_id']}"
    seen = park.get("compositor", f"{url}/previews/watermarked")
    assert seen.content != texture()
    assert seen.headers["content-type"] == "image/jpeg"
    park.ask("compositor", "GET", f"{url}/content", 403)
    park.ask("rival", "GET", f"/assets/{asset['id']}/holdings", 404)


def test_a_licence_that_is_paid_for_is_proved_to_anybody_and_opens_the_original(
    park: Park,
) -> None:
    licence = park.bought.licence
    assert licence["state"] == "active"
    url = f"/licences/{licence['id']}"
    certificate = park.post("compositor", f"{url}/certificates", {})
    for paper in ("pdf", "json"):
        told = park.get("compositor", f"/licence-certificates/{certificate['id']}/{paper}")
        data = orjson.dumps(told) if paper == "json" else told.content
        proved = park.ask("", "POST", "/verify", content=data)
        assert (proved["signature"], proved["standing"]) == ("intact", "active")
        forged = data.replace(b"Harbour Post", b"Harbour Pest") if paper == "json" else data + b" "
        assert park.ask("", "POST", "/verify", content=forged)["signature"] != "intact"
    page = park.client.get(f"/verify/{licence['number']}")
    assert (page.status_code, "青铜面具" in page.text) == (200, True)
    assert "Harbour Post" not in page.text
    told = park.ask("", "GET", f"/verify/{licence['number']}")
    assert told["standing"] == "active"
    assert park.get("compositor", f"{url}/content").content == texture()
    park.ask("producer", "GET", f"{url}/content", 404)


def test_a_payments_call_that_comes_again_does_nothing_more(park: Park) -> None:
    bought = park.bought
    before = park.get("auditor", "/books")
    assert park.call(bought.call)["outcome"] == "paid"
    assert park.get("auditor", "/books") == before
    rows = park.get("compositor", f"/parties/{park.parties['compositor']}/licences")["rows"]
    assert [each["id"] for each in rows] == [bought.licence["id"]]


def test_companies_are_found_by_name_in_both_languages_and_people_are_not(park: Park) -> None:
    parties = park.parties
    for words, found in {
        "港口": ["compositor"],
        "harbour POST": ["compositor"],
        "river": ["curator"],
        "100%": [],
        "林可": [],
        "": ["keeper", "curator", "archivist", "compositor", "rival", "producer"],
    }.items():
        rows = park.get("producer", "/companies", q=words)["rows"]
        assert {each["id"] for each in rows} == {parties[who] for who in found}, words
    park.ask("", "GET", "/companies", 401)
    park.ask("producer", "GET", "/companies", 422, params={"q": "a\0b"})


def test_the_house_notes_who_others_hold_rights_from_and_nobody_acts_for_them(park: Park) -> None:
    heirs = {
        "kind": "person",
        "name": "Heirs of <b>Ruan</b>",
        "name_zh": "阮氏后人",
        "country": "CN",
    }
    park.post("archivist", "/house/parties", heirs, 403)
    park.post("keeper", "/house/parties", {**heirs, "name": " "}, 422)
    named = park.post("keeper", "/house/parties", heirs)
    assert (named["name"], named["account_id"], named["organisation_id"]) == (
        "Heirs of <b>Ruan</b>", None, None,
    )  # fmt: skip
    park.ask("keeper", "GET", f"/parties/{named['id']}", 404)
    terms = {"right_kind": "brand", "starts_at": z(TODAY), "territories": ["CN"]}
    body = {"terms": terms, "source_id": named["id"]}
    held = park.post("archivist", f"/assets/{park.asset['id']}/holdings", body)
    assert (held["state"], held["source_id"]) == ("claimed", named["id"])
    park.ask("archivist", "DELETE", f"/holdings/{held['id']}", 204, headers={"If-Match": '"1"'})


def test_work_is_bid_for_sealed_delivered_checked_accepted_and_released(park: Park) -> None:
    assert [each["state"] for each in park.packages] == ["published", "published"]
    assert park.delivered["released_by"] == "acceptance"
    url = f"/work-packages/{park.packages[0]['id']}/bids.csv"
    rows = list(csv.reader(io.StringIO(park.get("producer", url).text.lstrip("\ufeff"))))
    assert [row[3:] for row in rows if row[0] in ("item", "total")] == [
        ["Harbour Post", "Deep Roto"], ["100002", "120000"],
    ]  # fmt: skip
    clips = park.get("producer", f"/projects/{park.film}/cut")["clips"]
    assert [each["media"] for each in clips] == [
        "001-001_roto.mov", "001-002_roto.mov", "002-001.mov",
    ]  # fmt: skip


def test_a_vendor_sees_its_shots_and_nothing_else(park: Park) -> None:
    contracts, inside = park.contracts, f"/projects/{park.film}"
    shots = park.shots_of(park.film)
    seen = park.get("compositor", f"{inside}/entities", kind="shot")["rows"]
    assert [each["label"] for each in seen] == ["001-001", "001-002"]
    other = park.packages[1]["id"]
    for path in (
        f"/entities/{shots['002-001'][0]}",
        f"/contracts/{contracts['rival']['id']}",
        f"/contracts/{contracts['rival']['id']}/milestones",
        f"/contracts/{contracts['rival']['id']}/shares",
        f"/work-packages/{other}",
        f"/work-packages/{other}/bids",
        f"/parties/{park.parties['rival']}/tenders/{other}/bid",
        f"/parties/{park.parties['producer']}/payments",
        f"/parties/{park.parties['rival']}",
    ):
        park.ask("compositor", "GET", path, 404)
    park.ask("compositor", "GET", f"{inside}/cut", 403)
    park.ask("gaffer", "GET", f"{inside}/entities", 404)
    park.ask("rival", "GET", f"/entities/{shots['001-001'][0]}", 404)


def test_somebody_is_found_by_an_attested_credit_matched_and_decided_on(park: Park) -> None:
    party, film = park.parties["gaffer"], park.film
    person = park.post("gaffer", f"/parties/{party}/people", {
        "family_name": "Lin", "given_name": "Ke", "name_zh": "林可", "role_codes": ["灯光师"],
        "languages": [{"code": "zh", "level": "native"}], "visible": "everybody",
        "country": "NL", "city": "Amsterdam",
    })  # fmt: skip
    url = f"/people/{person['id']}"
    assert park.get("producer", "/talent", words="灯光")["rows"] == []
    for group in ("profile", "credits"):
        for kind in ("general", "third_party", "cross_border"):
            _consent(park, url, group, kind)
    credit = {"role_code": "gaffer", "work_title": "Night Train", "year_from": 2026}
    asked = {**credit, "asked_id": park.parties["producer"]}
    park.post("gaffer", f"{url}/credits", asked)
    (waiting,) = park.get("producer", f"/projects/{film}/asked-credits")
    word = {"credit_id": waiting["credit"]["id"], "digest": waiting["digest"]}
    park.post("producer", f"/projects/{film}/attestations", word)
    (found,) = park.get("producer", "/talent", words="灯光", role="gaffer", language="zh")["rows"]
    assert found["name_zh"] == "林可"
    shown = park.get("producer", url)
    assert [each["attestation"] for each in shown["credits"]] == ["producer"]
    day = TODAY + timedelta(60)
    need = {"id": "gaffer, day 1", "role": "gaffer", "starts_at": z(day), "languages": ["zh"],
            "ends_at": z(day + timedelta(1))}  # fmt: skip
    asked = {"id": found["id"], "roles": ["gaffer"], "day_rate": 400_00, "languages": ["zh"]}
    body = {"requirements": [need], "candidates": [asked]}
    run = park.post("producer", f"/projects/{film}/match-runs", body)
    assert [each["candidate_id"] for each in run["result"]["chosen"]] == [found["id"]]
    chosen = {"requirement_id": need["id"], "candidate_id": found["id"], "reason": "the river film"}
    decided = park.post("producer", f"/match-runs/{run['id']}/decisions", chosen)
    assert decided["account_id"] == park.accounts["producer"]
    (line,) = park.get("gaffer", f"{url}/disclosures")
    assert line["account_id"] == park.accounts["producer"]


def _consent(park: Park, url: str, group: str, kind: str) -> None:
    asked = {"purpose": "directory", "field_group": group, "kind": kind, "language": "zh",
             "recipient_contact": "privacy@park.example.org"}  # fmt: skip
    text = park.get("gaffer", "/consent-text", **asked)
    park.post("gaffer", f"{url}/consents", {**asked, "text_digest": text["digest"]})


def test_the_stage_is_booked_for_days_three_to_five_and_for_nobody_else_then(park: Park) -> None:
    house = park.parties["keeper"]
    lot = park.post("keeper", f"/parties/{house}/facilities", {
        "name": "River Lot", "country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY",
        "is_listed": True,
    })  # fmt: skip
    stage = park.post("keeper", f"/facilities/{lot['id']}/resources", {
        "kind": "stage", "name": "Stage 1", "name_zh": "一号棚", "set_up_min": 60,
        "prices": [{"unit": "day", "amount": 700_00}],
    })  # fmt: skip
    first = (TODAY + timedelta(60)).date()
    days = [{"number": n, "day": str(first + timedelta(n))} for n in range(1, 7)]
    inside = f"/projects/{park.film}"
    park.ask("producer", "PUT", f"{inside}/shooting-days", json=days)
    body = {"party_id": park.parties["producer"], "title": "Days 3 to 5", "first": 3, "last": 5,
            "resource_ids": [stage["id"]]}  # fmt: skip
    booked = park.post("producer", f"{inside}/bookings/from-days", body)
    (slot,) = park.get("producer", f"/bookings/{booked['id']}/slots")
    starts = f"{first + timedelta(2)}T16:00:00Z"  # midnight of day 3 by the clocks of Shanghai
    assert (slot["starts_at"], slot["ends_at"]) == (starts, f"{first + timedelta(5)}T16:00:00Z")
    late = {"title": "Comp", "wanted": [{"resource_id": stage["id"], "starts_at": starts,
            "ends_at": f"{first + timedelta(3)}T16:00:00Z"}]}  # fmt: skip
    refused = park.post("compositor", f"/parties/{park.parties['compositor']}/bookings", late, 409)
    assert f"{first + timedelta(5)}T" in refused["detail"]


def test_a_cut_goes_out_with_what_is_not_licensed_where_it_is_shown(park: Park) -> None:
    inside, shot = f"/projects/{park.film}", park.shots_of(park.film)["001-002"][0]
    used = {"asset_version_id": park.asset["version_id"], "entity_id": shot}
    theirs = {**used, "licence_id": park.bought.licence["id"]}
    park.post("producer", f"{inside}/uses", theirs, 422)  # the post house's, not the film's
    park.post("producer", f"{inside}/uses", used)
    (lacking,) = park.get("producer", f"{inside}/uses/findings", **RUN)
    assert lacking["en"].startswith("clip 001-002 uses mask.png: there is no licence for")
    own = park.buy("producer").licence
    ends = (TODAY + TWO_YEARS).date()
    said = f"clip 001-002 uses mask.png: licence {own['number']} ends {ends}, before the end of the"
    (finding,) = park.get("producer", f"{inside}/cut/otio", **RUN)["metadata"]["mstation"]["uses"]
    assert finding["en"].startswith(said)
    assert own["number"] in finding["zh"]
    before = {**RUN, "ends_at": z(TODAY + TWO_YEARS)}
    assert park.get("producer", f"{inside}/uses/findings", **before) == []


def test_an_auditor_follows_every_cent_to_an_order_or_a_contract(park: Park) -> None:
    payouts, books = park.payouts, park.get("auditor", "/books")
    trails = {
        each["posting_id"]: park.get("auditor", f"/books/postings/{each['posting_id']}/trail")
        for each in books
    }
    for trail in trails.values():
        assert sum(each["amount"] for each in trail["entries"]) == 0
        assert trail["events"]
        asked = {each["about_id"] for each in trail["payments"]}
        assert {each["id"] for each in trail["orders"] + trail["milestones"]} == asked
        assert asked or trail["payouts"]
    for payout in payouts:
        account = f"payable/{payout['currency']}/{payout['party_id']}"
        moved = [each for each in books if each["account"] == account]
        assert sum(each["amount"] for each in moved) == 0
        (went,) = [each for each in moved if each["amount"] > 0]
        (told,) = trails[went["posting_id"]]["payouts"]
        assert (told["id"], went["amount"]) == (payout["id"], payout["amount"])
        (came,) = [each for each in moved if each["amount"] < 0]
        trail = trails[came["posting_id"]]
        assert {each["outcome"] for each in trail["receipts"]} == {"paid"}
        agreed = [each["id"] for each in trail["orders"] + trail["contracts"]]
        wanted = {"CNY": park.bought.order, "EUR": park.contracts["compositor"]}
        assert agreed == [wanted[payout["currency"]]["id"]]


def test_what_is_released_goes_to_tax_fee_and_shares_to_the_last_unit(park: Park) -> None:
    archive, museum, post_house, gaffer = (each["amount"] for each in park.payouts)
    books = park.get("auditor", "/books")
    gone: dict[str, int] = defaultdict(int)
    for each in books:
        if each["kind"] == "released":
            gone[each["account"]] += each["amount"]
    for currency, paid, shares in (("CNY", 300_03, (archive, museum)),
                                   ("EUR", 2 * ROTO_EACH, (post_house, gaffer))):  # fmt: skip
        tax, fee = -gone[f"tax/{currency}"], -gone[f"revenue/{currency}"]
        assert gone[f"escrow/{currency}"] == paid == tax + fee + sum(shares)
        assert abs(fee - (paid - tax) / 10) <= 1
    assert -gone["tax/CNY"] == 52_07  # 21 % of what is without it
    assert (archive, museum) == (148_78, 74_38)  # 66.67 % and 33.33 % of what is left
    assert abs(gaffer - (post_house + gaffer) / 10) <= 1


def test_books_sum_to_zero_in_each_currency_in_csv_as_in_beancount(park: Park) -> None:
    assert park.payouts
    table = park.get("auditor", "/books", format="csv").text.lstrip("\ufeff")
    sums: dict[str, Decimal] = defaultdict(Decimal)
    from_csv: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(table)):
        amount = Decimal(row["Debit"] or 0) - Decimal(row["Credit"] or 0)
        sums[row["Currency"]] += amount
        from_csv[row["Transaction"], row["Currency"]] += abs(amount)
    assert sums == {"CNY": 0, "EUR": 0}
    from_text: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    transaction = ""
    for line in park.get("auditor", "/books", format="beancount").text.splitlines():
        if " ^" in line:
            transaction = line.partition(" ^")[2]
        elif line.startswith("  ") and not line.startswith("    "):
            _, amount, currency = line.split()
            from_text[transaction, currency] += abs(Decimal(amount))
    assert from_text == from_csv
    park.ask("compositor", "GET", "/books", 403)


def test_an_auditor_follows_every_right_to_what_its_seller_holds(park: Park) -> None:
    park.bought  # noqa: B018 - played
    licences = park.get("auditor", "/house/licences")["rows"]
    assert licences
    for licence in licences:
        version = park.get("auditor", f"/asset-versions/{licence['asset_version_id']}")["version"]
        (holding,) = park.get("auditor", f"/assets/{version['asset_id']}/holdings")
        assert (holding["state"], holding["party_id"]) == ("verified", licence["seller_id"])
        assert holding["source_id"] == park.parties["curator"]
        paper = park.get("auditor", f"/documents/{holding['document_id']}/content")
        assert paper.content == b"the museum lends its right"


def test_the_events_of_each_party_tell_what_it_did_and_what_it_got(park: Park) -> None:
    assert park.payouts
    for who, nouns in {
        "archivist": {"assets", "holdings", "offers", "quotes", "order_lines", "payouts"},
        "compositor": {"orders", "payments", "licences", "bids", "contracts", "milestones"},
        "curator": {"split_shares", "payouts"},
        "producer": {"payments"},
    }.items():
        told = park.get(who, f"/parties/{park.parties[who]}/events", most=1000)
        assert nouns <= {each["noun"] for each in told}, who
    work = park.get("producer", f"/projects/{park.film}/events", most=1000)
    assert {"work_packages", "contracts", "milestones"} <= {each["noun"] for each in work}
