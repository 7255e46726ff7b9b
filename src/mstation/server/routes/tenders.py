"""Packages as a party sees them that may bid: terms, questions, and its own sealed bid."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from mstation.money import MOST_MINOR
from mstation.server.asking import ActorHere, MakingHere, StationHere, told
from mstation.server.pages import After, Most, page_of
from mstation.station.change import Actor, Change, find
from mstation.station.parties import Party, acting_for
from mstation.station.wording import MOST_SIGNS
from mstation.station.work_orders import bids, references, tenders
from mstation.station.work_orders.bids import Bid, BidLine, Offer
from mstation.station.work_orders.packages import MOST_ITEMS, WorkPackage, work_packages
from mstation.station.work_orders.sealing import sealing_key
from mstation.station.work_orders.tenders import (
    Answered,
    PackageGrant,
    PackageQuestion,
    Tender,
    tender_for,
)

router = APIRouter(prefix="/api", tags=["work orders"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=MOST_SIGNS)]
_OF = "/parties/{party_id}/tenders/{package_id}"


class Accepted(BaseModel):
    """Which terms are accepted, by their SHA-256."""

    terms_digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Asked(BaseModel):
    """A question about a package."""

    text: Annotated[str, Field(min_length=1, max_length=MOST_SIGNS)]


class LineTold(BaseModel):
    """What one item costs, all of it, in minor units."""

    label: Name
    amount: Annotated[int, Field(strict=True, ge=0, le=MOST_MINOR)]


class NewBid(BaseModel):
    """A bid: a price for each item; `word`: the bidder's own secret for the commitment."""

    lines: Annotated[list[LineTold], Field(min_length=1, max_length=MOST_ITEMS)]
    done_on: date | None = None
    assumptions: Text = ""
    exclusions: Text = ""
    word: Annotated[str, Field(max_length=200)] = ""

    def offer(self) -> Offer:
        """Return what the bid says."""
        lines = tuple(BidLine(each.label, each.amount) for each in self.lines)
        return Offer(lines, self.done_on, self.assumptions, self.exclusions)


class Tenders(BaseModel):
    """Packages that are offered to a party, and the cursor of the page after."""

    rows: list[Tender]
    next: str | None


@router.get("/parties/{party_id}/tenders")
def list_tenders(
    party_id: str, station: StationHere, actor: ActorHere, after: After = "", most: Most = 200
) -> Tenders:
    """List what a party may bid on, or could, in pages."""
    with station.reading() as connection:
        party = acting_for(connection, actor, party_id, "tenders.read")
        query = work_packages.select().where(tenders.seen_by(party.id))
        page = page_of(connection, WorkPackage, work_packages, query, after, most)
        rows = [tender_for(connection, package, party.id) for package in page["rows"]]
    return Tenders(rows=rows, next=page["next"])


@router.get(_OF)
def read_tender(party_id: str, package_id: str, station: StationHere, actor: ActorHere) -> Tender:
    """Read a package as a party sees it."""
    with station.reading() as connection:
        party = acting_for(connection, actor, party_id, "tenders.read")
        return tender_for(connection, find(connection, WorkPackage, package_id), party.id)


@router.post(_OF + "/acceptance", response_model=PackageGrant)
def accept_terms(
    party_id: str, package_id: str, body: Accepted, station: StationHere, actor: ActorHere
) -> Response:
    """Accept a package's terms in a party's name, to see more of it."""
    with station.change(actor) as change:
        party, package = _seen(change, actor, party_id, package_id, "tenders.answer")
        return told(tenders.accept_terms(change, package, party, body.terms_digest))


@router.get(_OF + "/questions")
def list_tender_questions(
    party_id: str, package_id: str, station: StationHere, actor: ActorHere
) -> list[Answered]:
    """List what bidders asked about a package, and the answers."""
    with station.reading() as connection:
        party = acting_for(connection, actor, party_id, "tenders.read")
        package = find(connection, WorkPackage, package_id)
        tenders.require_whole(connection, package, party.id)
        return tenders.questions_of(connection, package)


@router.post(_OF + "/questions", status_code=201, response_model=PackageQuestion)
def make_question(party_id: str, package_id: str, body: Asked, making: MakingHere) -> Response:
    """Ask about a package; all bidders read question and answer, not who asked."""

    def make(change: Change) -> PackageQuestion:
        party, package = _seen(change, making.actor, party_id, package_id, "tenders.answer")
        return tenders.ask_question(change, package, party, body.text)

    return making.once(make)


@router.get(
    _OF + "/references/{file_id}",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}},
)
def read_reference(
    party_id: str, package_id: str, file_id: str, station: StationHere, actor: ActorHere
) -> Response:
    """Read a picture of a reference file, marked with whom it is shown to; for the invited."""
    with station.reading() as connection:
        party = acting_for(connection, actor, party_id, "tenders.read")
        package = find(connection, WorkPackage, package_id)
        file, grant = references.reference_for(connection, package, party, file_id)
    shown = references.marked_picture(station, file, party, grant)
    return Response(shown, media_type="image/jpeg", headers={"Cache-Control": "private"})


@router.get(_OF + "/bid", response_model=Bid)
def read_own_bid(
    party_id: str, package_id: str, station: StationHere, actor: ActorHere
) -> Response:
    """Read a party's own bid: until the deadline its commitment, then all of it."""
    with station.reading() as connection:
        party = acting_for(connection, actor, party_id, "tenders.read")
        package = find(connection, WorkPackage, package_id)
        tenders.require_seen(connection, package, party.id)
        return told(bids.require_bid(bids.bid_of(connection, package, party.id)))


@router.post(_OF + "/bid", status_code=201, response_model=Bid)
def make_bid(party_id: str, package_id: str, body: NewBid, making: MakingHere) -> Response:
    """Bid, or put another bid in the place of one's own; the commitment is told at once."""
    key = sealing_key(making.station.data)
    making.keep_to_oneself()  # a digest of few digits would tell the price

    def make(change: Change) -> Bid:
        party, package = _seen(change, making.actor, party_id, package_id, "bids.add")
        return bids.place_bid(change, key, package, party, body.offer(), word=body.word)

    return making.once(make)


@router.delete(_OF + "/bid", response_model=Bid)
def withdraw_bid(
    party_id: str, package_id: str, station: StationHere, actor: ActorHere
) -> Response:
    """Take a bid back before the deadline."""
    with station.change(actor) as change:
        party, package = _seen(change, actor, party_id, package_id, "bids.add")
        bid = bids.require_bid(bids.bid_of(change.connection, package, party.id))
        bid = bids.withdraw_bid(change, package, bid)
    return told(bid)


def _seen(
    change: Change, actor: Actor, party_id: str, package_id: str, action: str
) -> tuple[Party, WorkPackage]:
    """Return a party in whose name this may be done, and a package that is offered to it."""
    party = acting_for(change.connection, actor, party_id, action)
    package = find(change.connection, WorkPackage, package_id)
    tenders.require_seen(change.connection, package, party.id)
    return party, package
