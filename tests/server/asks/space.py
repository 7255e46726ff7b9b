"""Facilities, bookings, calendars, availability."""

from __future__ import annotations

from datetime import timedelta

from starlette.testclient import TestClient

from mstation.station.schema import now
from tests.server.asks.asking import Ask, filled, get
from tests.station.market import Market

LOT = {"name": "River Lot", "country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}
BUSY = {"kind": "busy", "starts_at": "2027-06-01T00:00Z", "ends_at": "2027-06-02T00:00Z"}
FEED = {"of": "bookings", "label": "All of it"}


def _made(path: str, body: object, then: str, method: str = "GET", **more: object) -> Ask:
    """Let the seller's owner make something, and ask about it as somebody; `{}` is its id."""

    def ask(client: TestClient, market: Market, who: str) -> int:
        owner = market.signed("seller-owner")
        made = client.post(filled(path, market), json=body, headers=owner)
        assert made.status_code == 201, made.text
        header = {**market.signed(who), "If-Match": made.headers["etag"]}
        url = then.format(made.json()["id"])
        return client.request(method, url, json=more or None, headers=header).status_code

    return ask


def _of_booking(then: str, method: str = "GET", *, is_option: bool = False) -> Ask:
    """Let the seller's owner book a thing of the seller's, and ask about the booking."""

    def ask(client: TestClient, market: Market, who: str) -> int:
        owner = market.signed("seller-owner")
        lot = client.post(f"/api/parties/{market.seller.id}/facilities", json=LOT, headers=owner)
        thing = client.post(
            f"/api/facilities/{lot.json()['id']}/resources",
            json={"kind": "stage", "name": "Stage 1"}, headers=owner,
        )  # fmt: skip
        start = now().replace(second=0, microsecond=0) + timedelta(days=2)
        wanted = {"resource_id": thing.json()["id"], "starts_at": start.isoformat(),
                  "ends_at": (start + timedelta(hours=2)).isoformat()}  # fmt: skip
        body: dict[str, object] = {"title": "x", "wanted": [wanted], "is_option": is_option}
        path = f"/api/parties/{market.seller.id}/bookings"
        if method == "BOOK":
            return client.post(path, json=body, headers=market.signed(who)).status_code
        made = client.post(path, json=body, headers=owner)
        assert made.status_code == 201, made.text
        header = {**market.signed(who), "If-Match": made.headers["etag"]}
        return client.request(method, then.format(made.json()["id"]), headers=header).status_code

    return ask


ASKS: dict[str, Ask] = {
    "facilities.read": _made("/api/parties/{seller}/facilities", LOT, "/api/facilities/{}"),
    "facilities.change": _made(
        "/api/parties/{seller}/facilities", LOT, "/api/facilities/{}", "PATCH", city="Suzhou"
    ),
    "party_bookings.read": get("/api/parties/{seller}/bookings"),
    "party_bookings.add": _of_booking("", "BOOK"),
    "booking_slots.read": get("/api/parties/{seller}/booked-slots"),
    "booking_slots.cancel": _of_booking("/api/bookings/{}/call-off", "POST"),
    "calendar_feeds.read": get("/api/parties/{seller}/calendar-feeds"),
    "calendar_feeds.change": _made(
        "/api/parties/{seller}/calendar-feeds", FEED, "/api/calendar-feeds/{}", "DELETE"
    ),
    "availabilities.read": get("/api/parties/{seller}/availability"),
    "availabilities.change": _made(
        "/api/parties/{seller}/availability", BUSY, "/api/availability/{}", "DELETE"
    ),
}
