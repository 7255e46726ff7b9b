"""Buying and being paid by the HTTP interface: the whole way, and every wrong turn of it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from mstation.station.events import events_after
from mstation.station.exchange.sandbox import sandbox_secret, signature
from mstation.station.station import Station
from tests.server.asks.money import BANK, ordered, paid
from tests.station.exchange.shop import ALL, Shop, exclusively, open_shop
from tests.station.market import Market


@pytest.fixture
def shop(station: Station, market: Market) -> Shop:
    return open_shop(station, market)


def call(
    client: TestClient, shop: Shop, payment: dict[str, Any], *, signed: str = "", **other: Any
) -> Any:
    """Make a signed call of the sandbox: nobody is signed in for it."""
    told = {
        "event_id": "evt_1", "kind": "payment.succeeded", "reference": payment["reference"],
        "amount": payment["amount"], "currency": payment["currency"], **other,
    }  # fmt: skip
    body = json.dumps(told).encode()
    header = signed or signature(sandbox_secret(shop.station.data), body, int(time.time()))
    return client.post(
        "/api/settlement/sandbox", content=body, headers={"Mstation-Signature": header}
    )


def payment_of(client: TestClient, shop: Shop, order_id: str) -> dict[str, Any]:
    path = f"/api/parties/{shop.market.buyer.id}/payments"
    rows = client.get(path, headers=shop.market.signed("buyer-owner")).json()["rows"]
    (mine,) = [row for row in rows if row["about_id"] == order_id]
    return dict(mine)


def test_from_a_quote_to_the_sellers_bank(client: TestClient, shop: Shop) -> None:
    market = shop.market
    buyer, seller = market.signed("buyer-owner"), market.signed("seller-owner")
    house = market.signed("house-owner")
    quote = shop.quote(shop.offer(terms=exclusively(ALL, False)))
    rate = client.put("/api/house/tax-rates/NL", json={"bp": 2_100}, headers=house)
    assert rate.status_code == 200
    order = client.post(
        f"/api/parties/{market.buyer.id}/orders", json={"quote_ids": [quote.id]}, headers=buyer
    ).json()
    assert (order["state"], order["total"]) == ("placed", 100_00)
    payment = payment_of(client, shop, order["id"])
    for whose in (market.house.party_id, market.seller.id):
        path = f"/api/parties/{whose}/bank-accounts/CNY"
        signed = house if whose == market.house.party_id else seller
        assert client.put(path, json=BANK, headers=signed).status_code == 200
    told = client.get(f"/api/payments/{payment['id']}/instructions", headers=buyer).json()
    assert "Amount: CNY 100.00" in told["text"]
    assert payment["reference"] in told["text_zh"]
    transfer = {"reference": "bank 1", "amount": 100_00, "currency": "CNY"}
    path = f"/api/payments/{payment['id']}/transfers"
    assert client.post(path, json=transfer, headers=house).json()["outcome"] == "paid"
    assert client.get(f"/api/orders/{order['id']}", headers=buyer).json()["state"] == "paid"
    (line,) = client.get(f"/api/orders/{order['id']}/lines", headers=buyer).json()
    done = client.post(f"/api/order-lines/{line['id']}/acceptance", headers=buyer).json()
    assert (done["state"], done["tax"]) == ("released", 17_36)
    (sale,) = client.get(f"/api/parties/{market.seller.id}/sales", headers=seller).json()["rows"]
    assert sale == done
    sheet = client.get(f"/api/parties/{market.seller.id}/sales?format=csv", headers=seller).text
    heading, row = sheet.lstrip("\ufeff").splitlines()
    assert dict(zip(heading.split(","), row.split(","), strict=True))["Amount"] == "100.00"
    payout = client.post(
        f"/api/parties/{market.seller.id}/payouts", json={"currency": "CNY"}, headers=seller
    ).json()
    assert payout["amount"] == 74_38  # 82.64 without the tax, less a tenth
    path = f"/api/payouts/{payout['id']}/transfer"
    assert client.post(path, json={"reference": "b 2"}, headers=house).json()["state"] == "sent"
    books = {
        each["account"]["name"]: each["amount"]
        for each in client.get("/api/books/balances", headers=house).json()
    }
    assert books["clearing/CNY"] == books["tax/CNY"] + books["revenue/CNY"] == 25_62
    entries = client.get("/api/books", headers=house).json()
    (posting,) = [each for each in entries if each["account"] == "tax/CNY"]
    trail = client.get(f"/api/books/postings/{posting['posting_id']}/trail", headers=house).json()
    assert trail["orders"][0]["id"] == order["id"]
    assert trail["licences"][0]["quote_id"] == quote.id
    assert trail["receipts"][0]["event_id"] == "bank 1"
    assert {each["verb"] for each in trail["events"]} == {"added", "changed"}


def test_wrong_forged_late_and_repeated_calls(client: TestClient, shop: Shop) -> None:
    buyer = shop.market.signed("buyer-owner")
    order = ordered(shop)
    payment = payment_of(client, shop, order.id)
    assert call(client, shop, payment, signed="t=1,v1=00").status_code == 403
    assert call(client, shop, payment, amount=1).status_code == 422
    assert call(client, shop, payment, currency="EUR").status_code == 422
    assert call(client, shop, payment, reference="RF00").status_code == 422
    assert call(client, shop, payment, kind="payout.sent").status_code == 422
    assert call(client, shop, payment, more="x" * 5_000).status_code == 422
    assert client.post("/api/settlement/sandbox", content=b"{}").status_code == 422
    assert payment_of(client, shop, order.id)["state"] == "asked"
    first = call(client, shop, payment)
    assert (first.status_code, first.json()["outcome"]) == (200, "paid")
    assert call(client, shop, payment).json() == first.json()
    other = payment_of(client, shop, ordered(shop).id)
    answer = call(client, shop, other)
    assert answer.status_code == 409
    assert "another payment" in answer.json()["detail"]
    tag = client.get(f"/api/orders/{other['about_id']}", headers=buyer).headers["etag"]
    path = f"/api/orders/{other['about_id']}/cancellation"
    assert client.post(path, headers={**buyer, "If-Match": '"9"'}).status_code == 412
    assert client.post(path, headers={**buyer, "If-Match": tag}).json()["state"] == "cancelled"
    late = call(client, shop, other, event_id="evt_2").json()
    assert late["outcome"] == "credited"
    owed = client.get(f"/api/parties/{shop.market.buyer.id}/balances", headers=buyer).json()
    assert [(each["account"]["kind"], each["amount"]) for each in owed] == [("payable", 100_00)]


def test_a_dispute_freezes_until_the_house_rules(client: TestClient, shop: Shop) -> None:
    market, line = shop.market, paid(shop)
    buyer, seller = market.signed("buyer-owner"), market.signed("seller-owner")
    path = f"/api/order-lines/{line.id}"
    dispute = client.post(f"{path}/disputes", json={"reason": "<b>dark</b>"}, headers=buyer).json()
    assert dispute["against_id"] == market.seller.id
    for asked in (
        client.post(f"{path}/acceptance", headers={**buyer, "Accept-Language": "zh"}),
        client.post(f"{path}/refunds", json={"amount": 1, "reason": "x"}, headers=seller),
        client.post(f"{path}/disputes", json={"reason": "I too"}, headers=seller),
    ):
        assert asked.status_code == 409
    told = f"/api/disputes/{dispute['id']}"
    assert client.get(told, headers=seller).json() == dispute
    tag = {"If-Match": '"1"'}
    assert client.post(f"{told}/withdrawal", headers={**seller, **tag}).status_code == 404
    house = {**market.signed("house-owner"), **tag}
    waiting = client.get("/api/house/disputes", headers=house).json()["rows"]
    assert waiting == [dispute]
    split = {"ruling": "split", "reason": "a fair half"}
    assert client.post(f"{told}/ruling", json=split, headers=house).status_code == 422
    ruled = client.post(f"{told}/ruling", json={**split, "refund_bp": 5_000}, headers=house)
    assert ruled.json()["state"] == "ruled"
    assert client.get(path, headers=buyer).json()["state"] == "released"


def test_what_is_of_two_parties_is_theirs_alone(client: TestClient, shop: Shop) -> None:
    market, line = shop.market, paid(shop)
    payment = payment_of(client, shop, line.order_id)
    paths = [f"orders/{line.order_id}", f"order-lines/{line.id}", f"payments/{payment['id']}"]
    sees = {
        who: [client.get(f"/api/{path}", headers=market.signed(who)).status_code for path in paths]
        for who in ("buyer-owner", "seller-owner", "house-owner", "house-artist", "stranger")
    }
    assert sees == {
        "buyer-owner": [200, 200, 200],
        "seller-owner": [404, 200, 404],
        "house-owner": [200, 200, 200],
        "house-artist": [404, 404, 404],
        "stranger": [404, 404, 404],
    }


def test_each_sees_their_part_in_their_own_log(client: TestClient, shop: Shop) -> None:
    market = shop.market
    paid(shop)
    with shop.station.reading() as connection:
        nouns = {
            who: {each.noun for each in events_after(connection, 0, party_id=party_id)}
            for who, party_id in (("buyer", market.buyer.id), ("seller", market.seller.id))
        }
    assert {"orders", "payments", "receipts", "licences"} <= nouns["buyer"]
    assert "order_lines" in nouns["seller"]
    assert not {"orders", "payments", "receipts"} & nouns["seller"]


def test_an_order_sent_again_is_one_order(client: TestClient, shop: Shop) -> None:
    quote = shop.quote(shop.offer())
    path = f"/api/parties/{shop.market.buyer.id}/orders"
    headers = {**shop.market.signed("buyer-owner"), "Idempotency-Key": "one"}
    first = client.post(path, json={"quote_ids": [quote.id]}, headers=headers)
    again = client.post(path, json={"quote_ids": [quote.id]}, headers=headers)
    assert first.json() == again.json()
    assert len(client.get(path, headers=headers).json()["rows"]) == 1


def test_the_description_tells_of_money(client: TestClient) -> None:
    told = client.get("/api/openapi.json").json()
    for path in ("/api/settlement/sandbox", "/api/books", "/api/orders/{order_id}"):
        assert path in told["paths"]
    assert "Mstation-Signature" in json.dumps(told["paths"]["/api/settlement/sandbox"])
    assert "text/csv" in json.dumps(told["paths"]["/api/books"])
