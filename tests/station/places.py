"""A small studio lot to book: a stage, a wall, and workstations, of the market's seller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mstation.station.change import STATION
from mstation.station.schema import now
from mstation.station.space.facilities import (
    Facility,
    Resource,
    Tier,
    add_facility,
    add_resource,
)
from mstation.station.space.pricing import Price, Unit
from mstation.station.space.reserving import Wanted
from mstation.station.station import Station
from tests.station.market import Market

# A Monday, some weeks from now, at eight by the clocks of Shanghai, which has no summer time.
MONDAY = (now() + timedelta(days=30)).astimezone(UTC).replace(
    hour=0, minute=0, second=0, microsecond=0
)  # fmt: skip
MONDAY += timedelta(days=-MONDAY.weekday() % 7)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Lot:
    """What the seller lets: set-up and strike of the stage take an hour each."""

    facility: Facility
    stage: Resource
    wall: Resource
    desks: Resource  # four of them


def open_lot(station: Station, market: Market) -> Lot:
    """Fill a market's station with a lot that is always open and listed."""
    with station.change(STATION) as change:
        facility = add_facility(
            change, market.seller, name="River Lot", name_zh="江边影棚", country="CN",
            city="Shanghai", address="", time_zone="Asia/Shanghai", currency="CNY",
            cancelling=(Tier(24, 10_000), Tier(24 * 7, 5_000)), is_listed=True,
        )  # fmt: skip
        prices = (Price(Unit.HOUR, 100_00), Price(Unit.HALF_DAY, 400_00), Price(Unit.DAY, 700_00))
        stage = add_resource(
            change, facility, kind="stage", name="Stage 1", name_zh="一号棚", description="",
            set_up_min=60, strike_min=60, prices=prices,
        )  # fmt: skip
        wall = add_resource(
            change, facility, kind="led_wall", name="Wall", name_zh="", description=""
        )
        desks = add_resource(
            change, facility, kind="workstation", name="Desks", name_zh="", description="",
            capacity=4,
        )  # fmt: skip
    return Lot(facility, stage, wall, desks)


def at(hours: float, length: float = 1, *, of: Resource, quantity: int = 1) -> Wanted:
    """Return a thing wanted so many hours after that Monday's start, for so many hours."""
    start: datetime = MONDAY + hours * HOUR
    return Wanted(of.id, start, start + length * HOUR, quantity)
