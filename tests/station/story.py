"""A whole story of the exchange: a row, at least, of every noun that one is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mstation.media.ai_labels import Involvement
from mstation.station.accounts import new_key
from mstation.station.ai_declarations import Saying, Subject, declare
from mstation.station.change import STATION, find
from mstation.station.check_digits import Scheme
from mstation.station.exchange.asset_sheets import take_in_assets
from mstation.station.exchange.assets import AssetState
from mstation.station.exchange.authority import signer_of
from mstation.station.exchange.certificates import (
    facts_of,
    note_certificate,
    write_papers,
)
from mstation.station.exchange.disputes import Dispute, Ruling, open_dispute, rule
from mstation.station.exchange.entitlements import begin_download
from mstation.station.exchange.identifiers import add_identifier
from mstation.station.exchange.ledger import About
from mstation.station.exchange.licences import Licence
from mstation.station.exchange.marking import Marked, note_credential, source_of_declaration
from mstation.station.exchange.offers import Offer
from mstation.station.exchange.orders import (
    Order,
    OrderLine,
    lines_of,
    place_order,
    refund_line,
)
from mstation.station.exchange.payouts import ask_payout
from mstation.station.exchange.preparing import Made, RenditionKind, keep_previews
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.settlement import Arrival, Way, arrived, payments_about
from mstation.station.exchange.shares import Part, agree_shares
from mstation.station.exchange.taxes import set_tax_rate
from mstation.station.exchange.uses import add_use
from mstation.station.intervals import Interval
from mstation.station.schema import now
from mstation.station.space.blackouts import add_blackout
from mstation.station.space.feeds import FeedOf, add_feed
from mstation.station.space.reserving import book
from mstation.station.space.shooting_days import DayRow, set_days
from mstation.station.station import Station
from mstation.station.talent.availability import AvailabilityKind, add_availability
from mstation.station.talent.candidates import Looked
from mstation.station.talent.consents import FieldGroup, Purpose
from mstation.station.talent.credits import add_credit, attest
from mstation.station.talent.crew_holds import place_hold
from mstation.station.talent.crew_rules import Candidate, Requirement
from mstation.station.talent.crewing import Plan, match_crew
from mstation.station.talent.match_runs import add_match_run, decide
from mstation.station.talent.people import Person, Visible, add_person
from mstation.station.talent.rates import RateUnit, add_rate
from mstation.station.talent.showing import disclose, viewer_of
from mstation.station.talent.skills import set_skill
from mstation.station.work_orders.acceptance import Wanted, ask_changes
from mstation.station.work_orders.change_orders import Side, propose_change
from mstation.station.work_orders.contracts import Contract, Planned
from mstation.station.work_orders.disputes import dispute
from mstation.station.work_orders.packages import WorkPackage
from mstation.station.work_orders.tenders import accept_terms, ask_question, invite
from tests.station.crew import Crew
from tests.station.exchange.paying import banked
from tests.station.exchange.shop import END, START, Shop, open_shop
from tests.station.likenesses import open_case
from tests.station.market import Market
from tests.station.places import MONDAY, Lot, at, open_lot
from tests.station.talent.cast import OPEN, acting, agree
from tests.station.work_orders.working import Yard, actor, open_yard

BID_EACH = 73_219_47  # fen a shot: found wherever it leaks
SHEET = b"Kind,Title\nimage,River at night\n"


@dataclass(frozen=True)
class Story:
    """What happened, to be asked about.

    sealed: a package whose bid nobody may know yet. feed_key: of a calendar.
    """

    station: Station
    crew: Crew
    market: Market
    shop: Shop
    yard: Yard
    lot: Lot
    person: Person
    order: Order  # over; another is disputed
    contract: Contract
    sealed: WorkPackage
    feed_key: str
    digests: dict[str, str]  # of contents that rows name: what it is → its digest


def tell_story(station: Station, crew: Crew, market: Market) -> Story:
    """Let the market trade, the crew's film give work out, people tell of themselves."""
    shop, yard = open_shop(station, market), open_yard(station, crew, market)
    digests = {"asset_version": shop.version.digest, "document": station.blobs.put(b"deed").digest}
    order = _bought(shop)
    digests |= _papers(shop, order) | _shown(shop)
    _declared(shop, digests)
    with station.change(actor(crew.people["producer"])) as change:
        add_use(change, crew.project, shop.version.id, comment="on the desk")
    person = _told_of_herself(station, crew, market)
    lot, feed_key = _lot(station, crew, market)
    contract = _work(yard)
    sealed = yard.package(shots=1, terms="Tell nobody.")
    with station.change(yard.producer) as change:
        invite(change, sealed, yard.vendor)
    with station.change(yard.bidder()) as change:
        accept_terms(change, sealed, yard.vendor, sealed.terms_digest)
    yard.bid(sealed, yard.vendor, BID_EACH)
    open_case(station, market)
    _crewed(station, crew, person)
    return Story(
        station, crew, market, shop, yard, lot, person, order, contract, sealed, feed_key, digests
    )


def _bought(shop: Shop) -> Order:
    """Let a licence be bought, paid for, disputed, ruled on, released, and the seller be paid."""
    market, station = shop.market, shop.station
    banked(station, market.seller)
    with station.change(STATION) as change:
        set_tax_rate(change, "NL", 2_100)
        parts = [Part(market.seller.id, 9_000), Part(market.museum.id, 1_000)]
        agree_shares(change, market.seller, About("assets", shop.asset.id), parts)
        add_identifier(change, market.seller, scheme=Scheme.ISNI, value="000000012150090X")
        take_in_assets(change, market.seller, SHEET)
    wanted: dict[str, Any] = {"media": [Medium.SVOD], "territories": ["NL", "FR"],
                              "starts_at": START, "ends_at": END}  # fmt: skip
    offer = shop.offer()
    order, line, case = _disputed(shop, offer, wanted)
    _disputed(shop, offer, {**wanted, "territories": ["DE"]})
    with station.change(STATION) as change:
        rule(change, case, Ruling.RELEASE, reason="It was shown lit.")
        begin_download(
            change, find(change.connection, Licence, line.licence_id),
            market.people["buyer-owner"].id,
        )  # fmt: skip
        ask_payout(change, market.seller, currency="CNY")
        return find(change.connection, Order, order.id)


def _disputed(shop: Shop, offer: Offer, wanted: dict[str, Any]) -> tuple[Order, OrderLine, Dispute]:
    market, quote = shop.market, shop.quote(offer, **wanted)
    with shop.station.change(STATION) as change:
        order = place_order(change, market.buyer, [quote.id])
        (payment,) = payments_about(change.connection, About("orders", order.id))
        arrived(change, payment, Arrival(Way.BANK, f"for {order.id}", payment.money))
        (line,) = lines_of(change.connection, order.id)
        refund_line(change, line, 1, "a fen too much")
        case = open_dispute(
            change, party_id=market.buyer.id, against_id=market.seller.id, about=line.about,
            reason="The lantern is lit.",
        )  # fmt: skip
    return order, line, case


def _licence_of(shop: Shop, order: Order) -> Licence:
    with shop.station.reading() as connection:
        (line,) = lines_of(connection, order.id)
        return find(connection, Licence, line.licence_id)


def _papers(shop: Shop, order: Order) -> dict[str, str]:
    station, licence = shop.station, _licence_of(shop, order)
    with station.reading() as connection:
        facts = facts_of(connection, licence, shows_price=False, at=now())
    papers = write_papers(station, facts, signer_of(station), "https://station.example.org")
    with station.change(STATION) as change:
        made = note_certificate(change, licence, papers, shows_price=False)
    return {"certificate_pdf": made.pdf_digest, "certificate_json": made.json_digest}


def _shown(shop: Shop) -> dict[str, str]:
    preview = shop.station.blobs.put(b"a small lantern")
    made = Made(RenditionKind.WATERMARKED, preview, "image/jpeg", {})
    with shop.station.change(STATION) as change:
        asset = keep_previews(change, shop.version, {"width": 640}, [made])
        change.edit(asset, state=AssetState.LIVE)
    return {"rendition": preview.digest}


def _declared(shop: Shop, digests: dict[str, str]) -> None:
    """Let a version be declared, and a file of it be passed on with what proves it beside it."""
    station, market = shop.station, shop.market
    out, sidecar = station.blobs.put(b"passed on"), station.blobs.put(b"its proof")
    subject = Subject(party_id=market.seller.id, asset_version_id=shop.version.id)
    with station.change(STATION) as change:
        declared = declare(change, subject, Saying(Involvement.ASSISTED, ("denoiser",)), None)
        source = source_of_declaration(change.connection, declared)
        marked = Marked(out.digest, out.size, "image/x-exr", sidecar.digest, False, ())
        note_credential(change, declared, source, marked)
    digests |= {"credential": out.digest, "sidecar": sidecar.digest}


def _told_of_herself(station: Station, crew: Crew, market: Market) -> Person:
    """Let a freelancer tell what she does, and the film attest it."""
    with station.change(acting(market.people["freelancer"])) as change:
        person = add_person(
            change, market.freelancer, name_zh="林可", visible=Visible.EVERYBODY,
            phone="+86 10 5550 0123",
        )  # fmt: skip
        agree(change, person, *OPEN)
        credit = add_credit(
            change, person, role_code="gaffer", work_title="The Last Reel", year_from=2024
        )
        set_skill(change, person, skill="rigging", level=3)
        add_rate(change, person, role_code="", unit=RateUnit.DAY, amount=800_00, currency="CNY")
        busy = Interval(MONDAY, MONDAY + timedelta(days=1))
        add_availability(change, market.freelancer, kind=AvailabilityKind.BUSY, interval=busy)
    with station.change(acting(crew.people["producer"])) as change:
        attest(change, crew.project, credit, digest=credit.digest)
        viewer = viewer_of(change.connection, acting(market.people["buyer-owner"]))
        disclose(change, person, viewer, Purpose.DIRECTORY, frozenset({FieldGroup.PROFILE}))
        return find(change.connection, Person, person.id)


def _lot(station: Station, crew: Crew, market: Market) -> tuple[Lot, str]:
    lot, key = open_lot(station, market), new_key()
    with station.change(STATION) as change:
        add_blackout(
            change, lot.facility, Interval(MONDAY - timedelta(days=2), MONDAY - timedelta(days=1))
        )
        wanted = [at(10, of=lot.stage)]
        book(change, market.buyer, wanted, title="The Last Reel", project=None)
        add_feed(change, market.seller, of=FeedOf.BOOKINGS, label="All", key=key, resource_id=None)
        set_days(change, crew.project, [DayRow(1, MONDAY.date())])
    return lot, key


def _work(yard: Yard) -> Contract:
    """Let work be given out, delivered, sent back, changed and disputed."""
    plan = [Planned(f"shot {n}", 50_000, (f"001-{n:03}",)) for n in (1, 2)]
    contract = yard.contract(shots=2, plan=plan)
    milestone = yard.milestone(contract)
    yard.pay_in(milestone)
    yard.deliver(milestone)
    with yard.station.change(yard.producer) as change:
        ask_changes(change, milestone.id, [Wanted("001-001", "The edge boils.")])
        propose_change(change, contract, Side.BUYER, reason="More", rounds_more=1)
        dispute(change, milestone.id, yard.buyer.id, "Nothing moves.")
    other = yard.package(shots=1)
    with yard.station.change(yard.bidder()) as change:
        ask_question(change, other, yard.vendor, "Is there grain?")
    return contract


def _crewed(station: Station, crew: Crew, person: Person) -> None:
    """Let somebody of the station be weighed for a film, chosen and held."""
    need = Requirement("gaffer", "gaffer", Interval(MONDAY, MONDAY + timedelta(days=1)))
    plan = Plan((need,), (Candidate(person.id, frozenset({"gaffer"}), 500_00),))
    producer = acting(crew.people["producer"])
    with station.change(producer) as change:
        viewer = viewer_of(change.connection, producer, crew.organisation.id)
        run = add_match_run(
            change, crew.project, plan, match_crew(plan),
            looked=[Looked(person, frozenset(), None)], viewer=viewer,
        )  # fmt: skip
        chosen = decide(
            change, run, account_id=crew.people["producer"].id, requirement_id="gaffer",
            candidate_id=person.id, reason="knows the house",
        )  # fmt: skip
        place_hold(change, run, chosen, person)
