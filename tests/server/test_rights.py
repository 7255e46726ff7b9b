"""From a paper to a licence to a film's export, by the interface; and what it refuses."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from mstation.conform import read_cut
from mstation.station.canonical import digest_of
from mstation.station.change import STATION, find
from mstation.station.exchange.documents import add_document
from mstation.station.exchange.holdings import add_holding
from mstation.station.exchange.licences import Licence, activate, reserve
from mstation.station.exchange.offers import add_offer
from mstation.station.exchange.quotes import Quote, quote
from mstation.station.exchange.templates import Template
from mstation.station.organisations import Organisation
from mstation.station.parties import PartyKind, named_party, organisation_party
from mstation.station.station import Station
from tests.server.editing import Edit
from tests.station.crew import Crew
from tests.station.exchange.shop import ALL, PRICE, Shop, lantern, open_shop
from tests.station.market import Market
from tests.station.test_script import shot_list

FILM = shot_list(("sc-a", [("sh-1", 12), ("sh-2", 10)]))
RUN = "medium=exhibition&territory=NL&starts_at=2027-05-01T00:00:00Z&ends_at=2027-08-01T00:00:00Z"
OFFER: dict[str, Any] = {
    "template": "rights_managed", "currency": "CNY", "credit": "Lantern Archive",
    "terms": {"starts_at": "2026-01-01T00:00:00Z"},
    "price_rule": {
        "base": 100_00, "territories": {"001": "4", "155": "1.5"}, "media": {"*": "1"},
        "term_days": [{"up_to": 365, "factor": "1"}, {"up_to": None, "factor": "2"}],
    },
}  # fmt: skip
NL = {"territories": ["NL"], "media": ["svod"], "starts_at": "2027-01-01T00:00:00Z",
      "ends_at": "2027-06-01T00:00:00Z"}  # fmt: skip


@pytest.fixture
def shop(station: Station, market: Market) -> Shop:
    return open_shop(station, market, holding=None)


class Trade:
    """Who asks, and is answered as expected."""

    def __init__(self, client: TestClient, market: Market) -> None:
        self.client, self.market = client, market

    def ask(
        self, who: str, method: str, path: str, status: int, /, headers: Any = None, **told: Any
    ) -> Any:
        header = {**self.market.signed(who), **(headers or {})}
        answer = self.client.request(method, f"/api{path}", headers=header, **told)
        assert answer.status_code == status, answer.text
        return (
            answer.json()
            if answer.content and "json" in answer.headers["content-type"]
            else (answer)
        )


def test_a_paper_a_right_an_offer_a_price_a_licence(client: TestClient, shop: Shop) -> None:
    market, asset = shop.market, shop.asset
    ask = Trade(client, market).ask
    kind = {"Content-Type": "application/octet-stream"}
    paper = ask("seller-owner", "POST", f"/parties/{market.seller.id}/documents?name=deed.pdf", 201,
                content=b"deed", headers=kind)  # fmt: skip
    assert paper["digest"] == hashlib.sha256(b"deed").hexdigest()
    ask("seller-owner", "POST", f"/assets/{asset.id}/offers", 409, json=OFFER)
    held = ask("seller-owner", "POST", f"/assets/{asset.id}/holdings", 201, json={
        "terms": {"starts_at": "2020-01-01T00:00:00Z", "is_exclusive": True},
        "document_id": paper["id"], "source_id": market.museum.id,
    })  # fmt: skip
    assert (held["state"], held["terms"]["territories"]) == ("evidenced", ["001"])
    read = ask("house-owner", "GET", f"/documents/{paper['id']}/content", 200)
    assert read.content == b"deed"
    ask("buyer-owner", "GET", f"/documents/{paper['id']}", 404)
    ask("stranger", "GET", f"/assets/{asset.id}/holdings", 404)
    judged = ask("house-owner", "POST", f"/holdings/{held['id']}/judgement", 200,
                 json={"state": "verified"})  # fmt: skip
    assert judged["state"] == "verified"
    offer = ask("seller-owner", "POST", f"/assets/{asset.id}/offers", 201, json=OFFER)
    listed = ask("stranger", "GET", f"/offers?asset={asset.id}", 200)["rows"]
    assert [each["id"] for each in listed] == [offer["id"]]

    body = {"buyer_id": market.buyer.id, "terms": NL}
    quote = ask("buyer-producer", "POST", f"/offers/{offer['id']}/quotes", 201, json=body)
    assert quote["total"] == 150_00 == sum(each["amount"] for each in quote["lines"])
    ask("seller-coordinator", "GET", f"/quotes/{quote['id']}", 200)
    ask("freelancer", "GET", f"/quotes/{quote['id']}", 404)
    mine = ask("buyer-owner", "GET", f"/parties/{market.buyer.id}/quotes", 200)["rows"]
    assert [each["id"] for each in mine] == [quote["id"]]

    with shop.station.change(STATION) as change:
        made = reserve(change, find(change.connection, Quote, quote["id"]), order_id=None)
        activate(change, made)
    licence = ask("buyer-artist", "GET", f"/licences/{made.id}", 200)
    assert digest_of(licence["policy"]) == licence["policy_digest"]
    asked = {"action": "stream", "territories": ["NL", "DE"], "media": ["svod"],
             "starts_at": "2027-02-01T00:00:00Z", "ends_at": "2027-03-01T00:00:00Z"}  # fmt: skip
    told = ask("buyer-artist", "POST", f"/licences/{made.id}/decision", 200, json=asked)
    assert told["verdict"] == "deny"
    failed = [each for each in told["findings"] if each["state"] == "failed"]
    assert [(each["left"], each["failing"]) for each in failed] == [("spatial", ["DE"])]
    for who in ("freelancer", "house-owner"):
        ask(who, "GET", f"/licences/{made.id}", 404)

    ask("buyer-owner", "POST", f"/licences/{made.id}/revocation", 403, json={"reason": "x"})
    ended = ask("seller-owner", "POST", f"/licences/{made.id}/revocation", 200,
                json={"reason": "the credit is missing"})  # fmt: skip
    assert (ended["state"], ended["reason"]) == ("revoked", "the credit is missing")
    ask("house-owner", "POST", f"/house/licences/{made.id}/revocation", 409, json={"reason": "x"})


def test_lists_of_licences_come_as_csv(
    client: TestClient, station: Station, market: Market
) -> None:
    shop = open_shop(station, market)
    licences = [
        shop.reserve(shop.quote(shop.offer(), territories=[place])) for place in ("NL", "CN")
    ]
    ask = Trade(client, market).ask
    for who, path in (
        ("buyer-owner", f"/parties/{market.buyer.id}/licences?side=licensee&format=csv"),
        ("seller-owner", f"/parties/{market.seller.id}/licences?side=seller&format=csv"),
        ("house-owner", "/house/licences?format=csv"),
    ):
        rows = list(csv.DictReader(io.StringIO(ask(who, "GET", path, 200).text.lstrip("\ufeff"))))
        assert [row["Number"] for row in rows] == [each.number for each in licences]
        assert [row["Territories"] for row in rows] == ["NL", "CN"]
    rows = ask("buyer-owner", "GET", f"/parties/{market.buyer.id}/licences?side=seller", 200)
    assert rows["rows"] == []


def test_an_offer_is_withdrawn_by_who_saw_it(
    client: TestClient, station: Station, market: Market
) -> None:
    offer = open_shop(station, market).offer()
    ask = Trade(client, market).ask
    gone = {"state": "withdrawn"}
    where = f"/offers/{offer.id}"
    ask("seller-owner", "PATCH", where, 412, json=gone, headers={"If-Match": '"9"'})
    ask("seller-owner", "PATCH", where, 422, json={"state": "live"}, headers={"If-Match": '"1"'})
    ask("seller-owner", "PATCH", where, 200, json=gone, headers={"If-Match": '"1"'})
    ask("buyer-owner", "GET", where, 404)
    ask("buyer-owner", "POST", f"{where}/quotes", 404, json={"buyer_id": market.buyer.id})


def test_a_quote_is_asked_for_once(client: TestClient, station: Station, market: Market) -> None:
    offer = open_shop(station, market).offer()
    ask = Trade(client, market).ask
    body, key = {"buyer_id": market.freelancer.id}, {"Idempotency-Key": "k1"}
    one, two = (
        ask("freelancer", "POST", f"/offers/{offer.id}/quotes", 201, json=body, headers=key)
        for _ in range(2)
    )
    assert one == two


def test_the_profile_and_the_templates_are_there_to_read(
    client: TestClient, market: Market
) -> None:
    answer = client.get("/api/exchange/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.json()["@context"]["odrl"] == "http://www.w3.org/ns/odrl/2/"
    listed = Trade(client, market).ask("stranger", "GET", "/exchange/templates", 200)
    assert {"cc_by_4", "heritage", "own"} <= {each["template"] for each in listed}


# --- uses of a film ------------------------------------------------------------------------------


@pytest.fixture
def edit(client: TestClient, crew: Crew) -> Edit:
    """A film's cut, whose owner is a party too."""
    edit = Edit(client, crew)
    edit.publish(FILM)
    edit.cut(FILM, build="b1")
    for clip in edit.playing():
        label, frames = clip["clip"]["label"], clip["clip"]["end_frame"]
        edit.version(label, f"{label}.mp4", frames, build="b1")
    return edit


def _licensed(edit: Edit) -> Licence:
    """Give the film's organisation a licence of Western Europe until June."""
    station = edit.station
    with station.change(STATION) as change:
        company = find(change.connection, Organisation, edit.project.organisation_id)
        buyer = organisation_party(change, company, country="NL")
        seller = named_party(change, kind=PartyKind.ORGANISATION, name="Archive", country="CN")
        asset, version = lantern(change, station, seller)
        paper = add_document(change, seller, station.blobs.put(b"deed"), name="deed.pdf")
        add_holding(change, asset, ALL, document_id=paper.id)
        told: Any = {"price_rule": PRICE, "currency": "CNY", "credit": "Archive"}
        offer = add_offer(change, asset, Template.RIGHTS_MANAGED, ALL, **told)
        until = datetime(2027, 6, 1, tzinfo=UTC)
        asked = quote(change, offer, version, buyer, {"territories": ["155"], "ends_at": until})
        return activate(change, reserve(change, asked, order_id=None))


def test_a_cut_goes_out_with_what_its_licences_do_not_cover(edit: Edit) -> None:
    licence, label = _licensed(edit), "001-002"
    body = {"asset_version_id": licence.asset_version_id, "licence_id": licence.id}
    use = edit.post(f"{edit.inside}/uses", {**body, "entity_id": edit.shots()[label]})
    said = (
        f"clip 001-002 uses lantern.exr: licence {licence.number} ends 2027-06-01, before the end "
        "of the exhibition run in NL from 2027-05-01 to 2027-08-01"
    )
    (told,) = edit.get(f"{edit.inside}/uses/findings?{RUN}")
    assert (told["en"], told["use_id"]) == (said, use["id"])
    table = edit.read(f"{edit.inside}/uses/findings?{RUN}&format=csv").decode("utf-8-sig")
    assert [row["Finding"] for row in csv.DictReader(io.StringIO(table))] == [said]
    cut = f"{edit.inside}/cut"
    assert [each["en"] for each in edit.get(f"{cut}?{RUN}")["findings"]] == [said]
    assert edit.get(cut)["findings"] is None
    rows = {each["name"]: each["findings"] for each in edit.get(f"{cut}/pulls?{RUN}")}
    assert {name: [each["en"] for each in told] for name, told in rows.items()} == {
        "001-001": [], "001-002": [said],
    }  # fmt: skip
    table = edit.read(f"{cut}/pulls?{RUN}&format=csv").decode("utf-8-sig")
    assert [row["Uses"] for row in csv.DictReader(io.StringIO(table))] == ["", said]
    assert "Uses" not in edit.read(f"{cut}/pulls?format=csv").decode("utf-8-sig")
    otio = orjson.loads(edit.read(f"{cut}/otio?{RUN}"))
    assert [each["en"] for each in otio["metadata"]["mstation"]["uses"]] == [said]
    assert len(read_cut(edit.read(f"{cut}/otio?{RUN}"), "cut.otio").clips) == 2
    answer = edit.client.get(f"{cut}/edl?{RUN}", headers=edit.header)
    assert answer.headers["x-uses-findings"] == "1"


def test_a_use_is_said_listed_and_taken_back(edit: Edit) -> None:
    licence = _licensed(edit)
    body = {"asset_version_id": licence.asset_version_id}
    use = edit.post(f"{edit.inside}/uses", body)
    assert [each["use_id"] for each in edit.get(f"{edit.inside}/uses")] == [use["id"]]
    edit.post(f"{edit.inside}/uses", {"asset_version_id": "0" * 20}, 404)
    edit.post(f"{edit.inside}/uses", {**body, "licence_id": "0" * 20}, 422)
    gone = edit.client.delete(f"/api/uses/{use['id']}", headers={**edit.header, "If-Match": '"1"'})
    assert gone.status_code == 204
    assert edit.get(f"{edit.inside}/uses") == []


@pytest.mark.parametrize(
    "run",
    [
        "", "medium=web", "territory=NL", "medium=web&territory=NL",
        "starts_at=2027-01-01T00:00:00Z",
        "medium=web&territory=ZZ&starts_at=2027-01-01T00:00:00Z",
        "medium=web&territory=NL&starts_at=2027-01-01T00:00:00",
        "medium=web&territory=NL&starts_at=2027-01-02T00:00:00Z&ends_at=2027-01-01T00:00:00Z",
        "medium=radio&territory=NL&starts_at=2027-01-01T00:00:00Z",
    ],
)  # fmt: skip
def test_a_run_that_is_not_wholly_said_is_refused(edit: Edit, run: str) -> None:
    told = edit.get(f"{edit.inside}/uses/findings?{run}", 422)
    assert told["detail"]
