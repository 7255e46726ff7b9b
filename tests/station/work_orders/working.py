"""A small film with work to give out: who orders, who bids, and how far a contract goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mstation.station.accounts import Account
from mstation.station.change import STATION, Actor, find, find_where
from mstation.station.exchange.settlement import Arrival, Payment, Way, arrived
from mstation.station.guards import unguarded
from mstation.station.ids import new_id
from mstation.station.jobs import clock
from mstation.station.organisations import Organisation
from mstation.station.parties import House, Party, open_house, organisation_party, person_party
from mstation.station.production.versions import (
    Review,
    Version,
    VersionFile,
    add_version,
    review_version,
)
from mstation.station.schema import Noun, table_of
from mstation.station.station import Station
from mstation.station.work_orders.awarding import award
from mstation.station.work_orders.bids import BidLine, Offer, open_bids, place_bid
from mstation.station.work_orders.contracts import Contract, Milestone, Planned, milestones_of
from mstation.station.work_orders.deliveries import Delivery, Sent, deliver, note_quality
from mstation.station.work_orders.packages import PackageItem, WorkPackage, add_package, publish
from mstation.station.work_orders.releasing import fund
from mstation.station.work_orders.sealing import sealing_key
from tests.station.crew import Crew, bring
from tests.station.market import FEE_BP, Market

CLEAN: dict[str, Any] = {"findings": []}
FAULTY: dict[str, Any] = {"findings": [{"code": "black"}]}


@dataclass(frozen=True)
class Yard:
    """A film (crew) whose organisation is a party, and who works on it."""

    station: Station
    crew: Crew
    buyer: Party  # of the crew's organisation
    vendor: Party
    worker: Account  # who acts for the vendor
    others: Market | None = None

    @property
    def market(self) -> Market:
        """Return those who bid besides."""
        assert self.others is not None
        return self.others

    @property
    def key(self) -> bytes:
        """What seals bids here."""
        return sealing_key(self.station.data)

    @property
    def producer(self) -> Actor:
        """Who orders."""
        return actor(self.crew.people["producer"])

    def bidder(self, who: str = "") -> Actor:
        """Who bids: the vendor's worker, or somebody else of the market."""
        return actor(self.market.people[who] if who else self.worker)

    def package(self, *, shots: int = 2, **more: Any) -> WorkPackage:
        """Publish a package of the film's first shots, open to bids for an hour."""
        items = [PackageItem(s.label, s.id, 48) for s in self.crew.shots[:shots]]
        told = {"items": items, "type_id": self.crew.tasks[0].type_id, "currency": "CNY", **more}
        with self.station.change(self.producer) as change:
            told.setdefault("bids_due_at", clock(change.connection) + timedelta(hours=1))
            made = add_package(change, self.crew.project, title="Rotoscoping", **told)
            return publish(change, made)

    def bid(self, package: WorkPackage, party: Party, each: int, who: str = "") -> str:
        """Bid so much for each item, in a party's name; return the bid's id."""
        offer = Offer(tuple(BidLine(item.label, each) for item in package.items))
        with self.station.change(self.bidder(who)) as change:
            return place_bid(change, self.key, package, party, offer).id

    def contract(
        self, *, each: int = 50_000, plan: Sequence[Planned] = (), **more: Any
    ) -> Contract:
        """Let the vendor win a package and be ready to work."""
        package = self.package(**more)
        bid_id = self.bid(package, self.vendor, each)
        pass_deadline(self.station, package)
        with self.station.change(self.producer) as change:
            opened = open_bids(change, self.key, package)
            (bid,) = (bid for bid in opened if bid.id == bid_id)
            return award(change, package, bid, plan, reason="the only bid")

    def milestone(self, contract: Contract) -> Milestone:
        """Return the first milestone as it is now."""
        with self.station.reading() as connection:
            return milestones_of(connection, contract.id)[0]

    def pay_in(self, milestone: Milestone) -> Payment:
        """Let a milestone be paid in, by a bank's transfer."""
        with self.station.change(self.producer) as change:
            payment = fund(change, milestone.id)
        with self.station.change(STATION) as change:
            came = Arrival(Way.BANK, f"bank-{payment.id}", payment.money)
            arrived(change, payment, came)
        return payment

    def versions(self, milestone: Milestone) -> list[Sent]:
        """Make a version of each shot of a milestone, by the vendor."""
        account = self.worker
        data = f"{milestone.id} {clock_of(self.station)}".encode()
        file = bring(self.station, self.crew.project, data, account_id=account.id)
        sent = []
        with self.station.change(actor(account)) as change:
            for shot in self.crew.shots:
                if shot.label in milestone.labels:
                    version = add_version(
                        change, shot, type_id=self.crew.tasks[0].type_id,
                        files=(VersionFile(file.name, file.digest),), frames=48,
                    )  # fmt: skip
                    sent.append(Sent(shot.label, version.id))
        return sent

    def deliver(self, milestone: Milestone, report: dict[str, Any] | None = CLEAN) -> Delivery:
        """Deliver a milestone and let the check say so; None: it is not checked yet."""
        sent = self.versions(milestone)
        with self.station.change(self.bidder()) as change:
            made = deliver(change, milestone.id, sent)
        if report is None:
            return made
        with self.station.change(STATION) as change:
            return note_quality(change, made.id, report)

    def approve(self, delivery: Delivery) -> None:
        """Approve every version of a delivery in its review."""
        with self.station.change(self.producer) as change:
            for line in delivery.manifest:
                assert line.version_id is not None
                version = find(change.connection, Version, line.version_id)
                review_version(change, version, Review.APPROVED)


def open_yard(station: Station, crew: Crew, market: Market) -> Yard:
    """Let the crew's organisation give work out to the market's parties; the seller does it."""
    worker = market.people["seller-owner"]
    return Yard(station, crew, _buyer(station, crew), market.seller, worker, market)


def open_small_yard(station: Station, crew: Crew) -> Yard:
    """Let the crew's organisation give work out to somebody new; there is a house."""
    with station.change(STATION) as change:
        if not find_where(change.connection, House):
            keeper = change.add(Organisation(new_id(), 1, "The Film Park"))
            open_house(change, organisation_party(change, keeper, country="CN"), fee_bp=FEE_BP)
        email = f"{new_id()}@vendor.example.org"
        worker = change.add(Account(new_id(), 1, email, "Roto House", ""))
        vendor = person_party(change, worker, country="FR")
    return Yard(station, crew, _buyer(station, crew), vendor, worker)


def _buyer(station: Station, crew: Crew) -> Party:
    with station.change(STATION) as change:
        for party in find_where(change.connection, Party, organisation_id=crew.organisation.id):
            return party
        return organisation_party(change, crew.organisation, country="NL")


def actor(account: Account) -> Actor:
    return Actor("account", account.id, account.id)


def clock_of(station: Station) -> float:
    with station.reading() as connection:
        return clock(connection).timestamp()


def shift(station: Station, noun: Noun, **moments: Any) -> None:
    """Write moments of a row as if time had passed: past every law."""
    table = table_of(type(noun))
    with station.change(STATION) as change, unguarded(change.connection):
        change.connection.execute(table.update().where(table.c.id == noun.id).values(**moments))


def pass_deadline(station: Station, package: WorkPackage) -> None:
    """Let a package's deadline have passed a second ago."""
    with station.reading() as connection:
        at = clock(connection) - timedelta(seconds=1)
    shift(station, package, bids_due_at=at)
