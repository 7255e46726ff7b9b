"""Bids as who ordered sees them: how many until the deadline, then all, side by side; the award."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from mstation.errors import Conflict, InvalidInput
from mstation.money import MOST_MINOR
from mstation.server.asking import ActorHere, MakingHere, StationHere
from mstation.server.pages import AS_CSV
from mstation.server.routes.work_packages import CSV
from mstation.station.access import access_to, found
from mstation.station.change import Change, find, find_where, missing
from mstation.station.parties import WHOLE_BP
from mstation.station.production.sheet_files import write_csv
from mstation.station.work_orders import awarding, bids
from mstation.station.work_orders.awarding import Limits, Proposal
from mstation.station.work_orders.bids import Bid, BidState
from mstation.station.work_orders.contracts import MOST_MILESTONES, Contract, Planned
from mstation.station.work_orders.packages import MOST_ITEMS, WorkPackage
from mstation.station.work_orders.sealing import sealing_key

router = APIRouter(prefix="/api", tags=["work orders"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Reference = Annotated[str, Field(min_length=1, max_length=20)]
Amount = Annotated[int, Field(strict=True, ge=1, le=MOST_MINOR)]
Share = Annotated[int, Field(ge=0, le=WHOLE_BP)]


class BidsTold(BaseModel):
    """How many bids there are; what they say, once they are opened."""

    count: int
    opened: list[Bid] = []


class PlannedTold(BaseModel):
    """A milestone; amount in minor units."""

    title: Name
    amount: Amount
    labels: Annotated[list[Name], Field(max_length=MOST_ITEMS)] = []
    due_on: date | None = None

    def planned(self) -> Planned:
        """Return it as contracts know it."""
        return Planned(self.title, self.amount, tuple(self.labels), self.due_on)


class NewAward(BaseModel):
    """Which bid wins, why, and in which milestones; none: one, of everything."""

    bid_id: Reference
    reason: Annotated[str, Field(max_length=1000)] = ""
    milestones: Annotated[list[PlannedTold], Field(max_length=MOST_MILESTONES)] = []


class Wanted(BaseModel):
    """Which packages are to be awarded together, and what a proposal keeps to."""

    package_ids: Annotated[list[Reference], Field(min_length=1, max_length=200)]
    budget: Annotated[int, Field(ge=0, le=MOST_MINOR)] | None = None
    capacity_frames: Annotated[
        dict[Reference, Annotated[int, Field(ge=0, le=10**9)]], Field(max_length=500)
    ] = {}
    most_packages: Annotated[int, Field(ge=1, le=200)] | None = None
    least_parties: Annotated[int, Field(ge=1, le=200)] = 1
    least_share_bp: Share = 0
    most_share_bp: Share = WHOLE_BP

    def limits(self) -> Limits:
        """Return what a proposal keeps to."""
        return Limits(**self.model_dump(exclude={"package_ids"}))


@router.get("/work-packages/{package_id}/bids")
def list_bids(package_id: str, station: StationHere, actor: ActorHere) -> BidsTold:
    """Tell how many bids there are, and what they say once they are opened."""
    with station.reading() as connection:
        package, _ = found(connection, actor, WorkPackage, package_id, "bids.read")
        all_ = find_where(connection, Bid, package_id=package.id)
    placed = [bid for bid in all_ if bid.state is not BidState.WITHDRAWN]
    return _told(len(placed), [each for each in placed if each.state is not BidState.SEALED])


@router.post("/work-packages/{package_id}/opening")
def open_bids(package_id: str, station: StationHere, actor: ActorHere) -> BidsTold:
    """Open all bids, once their deadline has passed."""
    key = sealing_key(station.data)
    with station.change(actor) as change:
        package, _ = found(change.connection, actor, WorkPackage, package_id, "bids.read")
        opened = bids.open_bids(change, key, package)
    return _told(len(opened), opened)


@router.get("/work-packages/{package_id}/bids.csv", response_class=Response, responses=AS_CSV)
def compare_bids(package_id: str, station: StationHere, actor: ActorHere) -> Response:
    """Read the opened bids side by side as CSV: prices in minor units."""
    with station.reading() as connection:
        package, _ = found(connection, actor, WorkPackage, package_id, "bids.read")
        opened = find_where(connection, Bid, package_id=package.id)
        body = write_csv(bids.compared(connection, package, opened))
    return Response(body, media_type=CSV)


@router.post("/work-packages/{package_id}/award", status_code=201, response_model=Contract)
def make_award(package_id: str, body: NewAward, making: MakingHere) -> Response:
    """Award a package to a bid: its contract is made, and the vendor's people may begin."""

    def make(change: Change) -> Contract:
        package, access = found(
            change.connection, making.actor, WorkPackage, package_id, "bids.read"
        )
        access.require("contracts.add")
        bid = find(change.connection, Bid, body.bid_id)
        if bid.package_id != package.id or bid.state is BidState.SEALED:
            raise Conflict(
                "that is no opened bid on this package", zh="该投标不属于此任务包或未开标"
            )
        plan = [each.planned() for each in body.milestones]
        return awarding.award(change, package, bid, plan, reason=body.reason)

    return making.once(make)


@router.post("/projects/{project_id}/award-proposals")
def propose_awards(
    project_id: str, body: Wanted, station: StationHere, actor: ActorHere
) -> Proposal:
    """Propose who gets which of several packages, at the least cost within limits."""
    with station.reading() as connection:
        access = access_to(connection, actor, project_id)
        access.require("bids.read")
        wanted = [_of(find(connection, WorkPackage, id_), project_id) for id_ in body.package_ids]
        if len({package.id for package in wanted}) < len(wanted):
            raise InvalidInput("each package stands there once", zh="任务包不能重复")
        opened = {each.id: find_where(connection, Bid, package_id=each.id) for each in wanted}
    return awarding.propose(wanted, opened, body.limits())


def _told(count: int, opened: Iterable[Bid]) -> BidsTold:
    """Return opened bids without the text as it lay sealed: that stays with the station."""
    return BidsTold(count=count, opened=[replace(each, sealed="") for each in opened])


def _of(package: WorkPackage, project_id: str) -> WorkPackage:
    if package.project_id != project_id:
        raise missing(WorkPackage, package.id)
    return package
