"""People of an address book."""

from __future__ import annotations

from starlette.testclient import TestClient

from tests.server.asks.asking import Ask, get, post
from tests.station.market import Market


def _of_a_person(method: str, path: str, **body: object) -> Ask:
    """Let the owner note somebody in the address book, and ask to do something with them."""

    def ask(client: TestClient, market: Market, who: str) -> int:
        book, owner = f"/api/parties/{market.seller.id}/people", market.signed("seller-owner")
        made = client.post(book, json={"family_name": "Ruiz"}, headers=owner)
        header = {**market.signed(who), "If-Match": made.headers["etag"]}
        told = {"json": body} if body else {}
        url = path.format(person=made.json()["id"])
        return client.request(method, url, headers=header, **told).status_code  # type: ignore[arg-type]

    return ask


ASKS: dict[str, Ask] = {
    "people.read": get("/api/parties/{seller}/people"),
    "people.add": post("/api/parties/{seller}/people", family_name="Ruiz", given_name="Ana"),
    "people.change": _of_a_person("PATCH", "/api/people/{person}/profile", city="Sevilla"),
    "people.export": _of_a_person("GET", "/api/people/{person}/export"),
    "people.erase": _of_a_person("DELETE", "/api/people/{person}"),
}
