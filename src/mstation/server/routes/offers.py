"""Offers, and the licences that they may be of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from mstation.errors import NotFound
from mstation.server.asking import (
    ActorHere,
    MakingHere,
    SeenRevision,
    StationHere,
    require_revision,
    told,
)
from mstation.server.moments import Instant
from mstation.server.pages import After, Most, Page, page_of
from mstation.server.routes.holdings import Counted, Media, Territories, WrittenTerms
from mstation.station.accounts import account_of
from mstation.station.change import Change, find, find_where, missing
from mstation.station.exchange.assets import Asset, AssetState, AssetVersion, assets
from mstation.station.exchange.offers import (
    Offer,
    OfferState,
    add_offer,
    offers,
    withdraw_offer,
)
from mstation.station.exchange.pricing import PriceRule
from mstation.station.exchange.profile import context
from mstation.station.exchange.quotes import Quote, quote
from mstation.station.exchange.templates import Template, kept
from mstation.station.exchange.terms import RightKind, make_terms
from mstation.station.parties import acting_for, may_act_for

router = APIRouter(prefix="/api", tags=["exchange"])

Id = Annotated[str, Field(max_length=20)]
Words = Annotated[str, Field(max_length=200)]
_LD = "application/ld+json"


class OfferedTerms(WrittenTerms):
    """The most that an offer offers."""

    seats: Counted | None = None
    print_run: Counted | None = None


class NewOffer(BaseModel):
    """What an offer is made of; with the template `own`, its policy in JSON-LD."""

    template: Template
    terms: OfferedTerms
    price_rule: PriceRule
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    credit: Words = ""
    approver: Words = ""
    policy: dict[str, Any] | None = None


class OfferChanges(BaseModel):
    """What of an offer may be changed: that it is withdrawn."""

    state: Literal[OfferState.WITHDRAWN]


class Wanted(BaseModel):
    """What of an offer is asked for; what is left out is as the offer has it."""

    right_kind: RightKind = RightKind.COPYRIGHT
    territories: Territories = []
    media: Media = []
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    is_exclusive: bool = False
    seats: Counted | None = None
    print_run: Counted | None = None
    project: Annotated[str, Field(max_length=200)] | None = None


class NewQuote(BaseModel):
    """Who asks for a price, of which version (left out: the newest), on which terms."""

    buyer_id: Id
    asset_version_id: Id | None = None
    terms: Wanted = Wanted()


@dataclass(frozen=True, slots=True)
class ListedTemplate:
    """A licence that the field knows."""

    template: Template
    name: str
    name_zh: str
    is_open: bool
    is_commercial: bool
    needs: tuple[str, ...]  # what an offer must say for it


class _LinkedData(JSONResponse):
    media_type = _LD


@router.get("/exchange/context.jsonld", response_class=_LinkedData)
def read_context() -> Any:
    """Read the JSON-LD context of our profile of ODRL: every term of every policy."""
    return context()


@router.get("/exchange/templates")
def list_templates(station: StationHere, actor: ActorHere) -> list[ListedTemplate]:
    """List the licences that an offer may be of."""
    with station.reading() as connection:
        account_of(connection, actor)
    return [
        ListedTemplate(
            each, told_.en, told_.zh, told_.is_open, told_.is_commercial, tuple(sorted(told_.needs))
        )
        for each in Template
        for told_ in [kept(each)]
    ]


@router.get("/offers")
def list_offers(
    station: StationHere,
    actor: ActorHere,
    asset: Annotated[str | None, Query(max_length=20)] = None,
    party: Annotated[str | None, Query(max_length=20)] = None,
    template: Template | None = None,
    after: After = "",
    most: Most = 200,
) -> Page[Offer]:
    """List what is offered now, in pages."""
    with station.reading() as connection:
        account_of(connection, actor)
        query = offers.select().join(assets, assets.c.id == offers.c.asset_id)
        query = query.where(
            offers.c.state == OfferState.LIVE, assets.c.state == AssetState.LIVE
        )  # fmt: skip
        wanted = {"asset_id": asset, "party_id": party, "template": template}
        for name, value in wanted.items():
            if value is not None:
                query = query.where(offers.c[name] == value)
        return Page(**page_of(connection, Offer, offers, query, after, most))


@router.post("/assets/{asset_id}/offers", status_code=201, response_model=Offer)
def make_offer(asset_id: str, body: NewOffer, making: MakingHere) -> Response:
    """Offer an asset under a licence."""

    def make(change: Change) -> Offer:
        asset = find(change.connection, Asset, asset_id)
        acting_for(change.connection, making.actor, asset.party_id, "offers.add")
        return add_offer(
            change, asset, body.template, make_terms(**body.terms.model_dump()),
            price_rule=body.price_rule, currency=body.currency, credit=body.credit,
            approver=body.approver, policy=body.policy,
        )  # fmt: skip

    return making.once(make)


@router.get("/offers/{offer_id}", response_model=Offer)
def read_licence_offer(offer_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read an offer; one that is withdrawn only its seller reads."""
    with station.reading() as connection:
        account_of(connection, actor)
        offer = _shown(connection, actor, offer_id)
    return told(offer)


@router.patch("/offers/{offer_id}", response_model=Offer)
def change_offer(
    offer_id: str, body: OfferChanges, station: StationHere, actor: ActorHere, seen: SeenRevision
) -> Response:
    """Withdraw an offer; quotes that were given hold until they expire."""
    del body
    with station.change(actor) as change:
        offer = find(change.connection, Offer, offer_id)
        acting_for(change.connection, actor, offer.party_id, "offers.change")
        require_revision(offer, seen)
        offer = withdraw_offer(change, offer)
    return told(offer)


@router.post("/offers/{offer_id}/quotes", status_code=201, response_model=Quote)
def make_quote(offer_id: str, body: NewQuote, making: MakingHere) -> Response:
    """Ask for a price, as a buyer."""

    def make(change: Change) -> Quote:
        buyer = acting_for(change.connection, making.actor, body.buyer_id, "quotes.ask")
        offer = _shown(change.connection, making.actor, offer_id)
        wanted = body.terms.model_dump(exclude_unset=True)
        if wanted.get("starts_at", "") is None:
            del wanted["starts_at"]  # as the offer has it: what is licensed starts sometime
        version = _version(change, offer, body.asset_version_id)
        return quote(change, offer, version, buyer, wanted)

    return making.once(make)


def _shown(connection: Any, actor: ActorHere, offer_id: str) -> Offer:
    offer = find(connection, Offer, offer_id)
    asset = find(connection, Asset, offer.asset_id)
    is_live = offer.state is OfferState.LIVE and asset.state is AssetState.LIVE
    if is_live or may_act_for(connection, actor, offer.party_id, "offers.change"):
        return offer
    raise missing(Offer, offer_id)


def _version(change: Change, offer: Offer, id_: str | None) -> AssetVersion:
    """Return the version that is asked for, or the newest of what is offered."""
    if id_ is not None:
        return find(change.connection, AssetVersion, id_)
    known = find_where(change.connection, AssetVersion, asset_id=offer.asset_id)
    if not known:
        raise NotFound("the asset has no version yet", zh="该资产尚无版本")
    return max(known, key=lambda each: each.number)
