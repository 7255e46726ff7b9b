"""What a post house does on a station besides its films: licences, people, work, rooms.

Bodies and answers are as the station's description has them; sums are in minor units.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlencode

from mstation.client import Row
from mstation.studio import Studio

_MOST_PEOPLE = "200"  # a page


class Market(Studio):
    """A client that trades in the name of a party."""

    def parties(self) -> list[Row]:
        """Return the parties that one acts for."""
        return cast(list[Row], self.ask("GET", "/api/parties"))

    def assets(self, words: str = "", kind: str = "", template: str = "") -> Iterator[Row]:
        """Give what is offered to everybody."""
        return self.rows("/api/assets", q=words, kind=kind, template=template)

    def offers(self, asset_id: str) -> list[Row]:
        """Return under which licences an asset is offered."""
        return list(self.rows("/api/offers", asset=asset_id))

    def ask_price(self, offer_id: str, buyer_id: str, terms: Row) -> Row:
        """Ask for a price; what the terms leave out is as the offer has it."""
        body = {"buyer_id": buyer_id, "terms": terms}
        return self.add(f"/api/offers/{quote(offer_id)}/quotes", body)

    def quoted(self, quote_id: str) -> Row:
        """Return a price that was asked for."""
        return cast(Row, self.ask("GET", f"/api/quotes/{quote(quote_id)}"))

    def order(self, party_id: str, quote_ids: list[str]) -> Row:
        """Order what was quoted: its licences are reserved until it is paid, or expires."""
        return self.add(f"/api/parties/{quote(party_id)}/orders", {"quote_ids": quote_ids})

    def payment_of(self, party_id: str, order_id: str) -> Row | None:
        """Return what is to be paid for an order; None: nothing is."""
        rows = self.rows(f"/api/parties/{quote(party_id)}/payments")
        return next((row for row in rows if row["about_id"] == order_id), None)

    def payment(self, payment_id: str) -> Row:
        """Return what is to be paid."""
        return cast(Row, self.ask("GET", f"/api/payments/{quote(payment_id)}"))

    def instructions(self, payment_id: str) -> Row:
        """Return how a payment is made by a bank, in both languages."""
        return cast(Row, self.ask("GET", f"/api/payments/{quote(payment_id)}/instructions"))

    def pay_in_sandbox(self, payment_id: str) -> Row:
        """Pay without money, as the house."""
        return self.add(f"/api/payments/{quote(payment_id)}/sandbox", {})

    def licences(self, party_id: str, side: str = "licensee") -> Iterator[Row]:
        """Give the licences that a party has (`licensee`), or gave (`seller`)."""
        return self.rows(f"/api/parties/{quote(party_id)}/licences", side=side)

    def licensed_file(self, licence_id: str) -> tuple[str, str, int]:
        """Return name, SHA-256 and size of the original that a licence opens: no download yet."""
        where = f"/api/licences/{quote(licence_id)}/content"
        with self.answered("HEAD", where) as answer:
            digest = str(answer.headers["ETag"]).strip('"')
            name = answer.headers.get_filename() or licence_id
            return name, digest, int(answer.headers["Content-Length"])

    def take_licensed(self, licence_id: str, digest: str, size: int, path: Path) -> None:
        """Write the original to a path as `download` does; the station writes the download down."""
        self.take(f"/api/licences/{quote(licence_id)}/content", digest, size, path)

    def certificate(self, licence_id: str) -> bytes:
        """Return the licence's certificate without its price, a signed PDF; issued if need be."""
        made = self.add(f"/api/licences/{quote(licence_id)}/certificates", {})
        return self.read(f"/api/licence-certificates/{quote(made['id'])}/pdf")

    def statement(self, party_id: str, first: str = "", last: str = "") -> bytes:
        """Return every entry of a party's accounts as CSV; days are ISO 8601, both included."""
        days = {name: day for name, day in (("first", first), ("last", last)) if day}
        told = urlencode({"format": "csv", **days})
        return self.read(f"/api/parties/{quote(party_id)}/statement?{told}")

    def people(self, **wanted: str) -> Iterator[Row]:
        """Give the people who may be seen and are as wanted, in the order of their names."""
        return self.rows("/api/talent", most=_MOST_PEOPLE, **wanted)

    def tenders(self, party_id: str) -> Iterator[Row]:
        """Give the packages of work that a party may bid on."""
        return self.rows(f"/api/parties/{quote(party_id)}/tenders")

    def tender(self, party_id: str, package_id: str) -> Row:
        """Return a package as a party sees it."""
        return cast(Row, self.ask("GET", _tender(party_id, package_id)))

    def accept_terms(self, party_id: str, package_id: str, terms_digest: str) -> Row:
        """Accept a package's terms, to see more of it."""
        where = f"{_tender(party_id, package_id)}/acceptance"
        return cast(Row, self.ask("POST", where, {"terms_digest": terms_digest}))

    def bid(self, party_id: str, package_id: str, body: Row) -> Row:
        """Bid, sealed until the deadline; a second bid stands in place of the first."""
        return self.add(f"{_tender(party_id, package_id)}/bid", body)

    def bids(self, package_id: str) -> Row:
        """Return how many bids there are on one's package, and what they say once opened."""
        return cast(Row, self.ask("GET", f"/api/work-packages/{quote(package_id)}/bids"))

    def open_bids(self, package_id: str) -> Row:
        """Open all bids, once their deadline has passed."""
        return cast(Row, self.ask("POST", f"/api/work-packages/{quote(package_id)}/opening"))

    def compared_bids(self, package_id: str) -> bytes:
        """Return the opened bids side by side as CSV."""
        return self.read(f"/api/work-packages/{quote(package_id)}/bids.csv")

    def facilities(self) -> Iterator[Row]:
        """Give the places that let something."""
        return self.rows("/api/facilities")

    def resources(self, facility_id: str) -> list[Row]:
        """Return what a place lets."""
        return cast(list[Row], self.ask("GET", f"/api/facilities/{quote(facility_id)}/resources"))

    def free(
        self, resource_id: str, starts_at: str, ends_at: str, *, minutes: int, quantity: int
    ) -> Row:
        """Return when so many of a thing can be had: `times`, and `next`, that is long enough."""
        query = {"starts_at": starts_at, "ends_at": ends_at}
        query |= {"minutes": str(minutes), "quantity": str(quantity)}
        return cast(Row, self.ask("GET", f"/api/resources/{quote(resource_id)}/free", query=query))

    def booking_price(self, party_id: str, body: Row) -> Row:
        """Return what a booking would cost, and why; nothing is booked."""
        return cast(Row, self.ask("POST", f"/api/parties/{quote(party_id)}/bookings/offer", body))

    def book(self, party_id: str, body: Row) -> Row:
        """Book things together, all or none; refused with what is free next."""
        return self.add(f"/api/parties/{quote(party_id)}/bookings", body)

    def read(self, path: str) -> bytes:
        """Return what an address answers, as it is."""
        with self.answered("GET", path, headers={"Accept": "*/*"}) as answer:
            content: Any = answer.read()
        return bytes(content)


def _tender(party_id: str, package_id: str) -> str:
    return f"/api/parties/{quote(party_id)}/tenders/{quote(package_id)}"
