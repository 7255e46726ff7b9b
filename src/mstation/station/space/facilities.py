"""Facilities and what they let: stages, suites, machines, with their hours and prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    or_,
)

from mstation.errors import InvalidInput
from mstation.money import CURRENCIES
from mstation.station.accounts import written
from mstation.station.change import Change, find_where, hold
from mstation.station.ids import new_id
from mstation.station.intervals import Interval
from mstation.station.parties import WHOLE_BP, Party
from mstation.station.schema import Id, Moment, keep, metadata, noun_of, own_columns
from mstation.station.space.opening import DAY_MIN, Hours, checked_hours, zone_of
from mstation.station.space.pricing import Price, checked_prices
from mstation.station.space.resource_kinds import resource_kind
from mstation.station.wording import MOST_SIGNS, prose

MOST_CAPACITY = 10_000
MOST_OPTION_HOURS = 24 * 60
_MOST_TIERS = 10


@dataclass(frozen=True, slots=True)
class Tier:
    """What cancelling costs when less than these hours are left: basis points of the price."""

    hours_before: int
    charge_bp: int


@dataclass(frozen=True, slots=True)
class Facility:
    """A place that lets stages, suites or machines; party_id is who owns it.

    opening: none: always open. day_hours: how long the day is that a day's price is for.
    option_hours: how long an option stands at most. is_listed: others may see and book it.
    """

    id: str
    revision: int
    party_id: str
    name: str
    name_zh: str
    country: str
    city: str
    address: str
    time_zone: str  # IANA
    currency: str
    opening: tuple[Hours, ...] = ()
    day_hours: int = 10
    option_hours: int = 72
    cancelling: tuple[Tier, ...] = ()
    is_listed: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that a facility lets, or several alike; it is set up before and struck after."""

    id: str
    revision: int
    party_id: str
    facility_id: str
    kind: str  # of resource_kinds.toml
    name: str
    name_zh: str
    description: str
    capacity: int = 1  # how many there are at a time
    set_up_min: int = 0
    strike_min: int = 0
    prices: tuple[Price, ...] = ()
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Blackout:
    """When a facility, or one thing of it, is not to be had; source: the calendar that said so."""

    id: str
    revision: int
    party_id: str
    facility_id: str
    starts_at: datetime
    ends_at: datetime
    resource_id: str | None = None  # none: all of the facility
    reason: str = ""
    source: str = ""  # empty: written by hand


facilities = keep(
    Facility,
    Table(
        "facilities",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
        Column("name", String(200), nullable=False),
        Column("name_zh", String(200), nullable=False),
        Column("country", String(2), nullable=False),
        Column("city", String(200), nullable=False),
        Column("address", String(MOST_SIGNS), nullable=False),
        Column("time_zone", String(60), nullable=False),
        Column("currency", String(3), nullable=False),
        Column("opening", JSON, nullable=False),
        Column("day_hours", Integer, nullable=False),
        Column("option_hours", Integer, nullable=False),
        Column("cancelling", JSON, nullable=False),
        Column("is_listed", Boolean, nullable=False),
    ),
)
resources = keep(
    Resource,
    Table(
        "resources",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("facility_id", Id, ForeignKey("facilities.id"), nullable=False, index=True),
        Column("kind", String(40), nullable=False),
        Column("name", String(200), nullable=False),
        Column("name_zh", String(200), nullable=False),
        Column("description", String(MOST_SIGNS), nullable=False),
        Column("capacity", Integer, nullable=False),
        Column("set_up_min", Integer, nullable=False),
        Column("strike_min", Integer, nullable=False),
        Column("prices", JSON, nullable=False),
        Column("is_retired", Boolean, nullable=False),
        CheckConstraint("capacity >= 1", name="there_is_one"),
    ),
)
blackouts = keep(
    Blackout,
    Table(
        "blackouts",
        metadata,
        *own_columns(),
        Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
        Column("facility_id", Id, ForeignKey("facilities.id"), nullable=False, index=True),
        Column("starts_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False),
        Column("resource_id", Id, ForeignKey("resources.id")),
        Column("reason", String(200), nullable=False),
        Column("source", String(40), nullable=False),
        CheckConstraint("starts_at < ends_at", name="ends_after"),
    ),
)


def add_facility(change: Change, owner: Party, **told: Any) -> Facility:
    """Begin a facility: nobody else sees it before it is listed.

    Raises:
        InvalidInput: when its zone, currency, hours or tiers are none.
    """
    return change.add(Facility(new_id(), 1, owner.id, **_checked(_FACILITY, told)))


def edit_facility(change: Change, facility: Facility, **changes: Any) -> Facility:
    """Change a facility; what is booked stays booked, at its price.

    Raises:
        InvalidInput: as when it is begun.
        Stale: when somebody else changed it since it was read.
    """
    return change.edit(facility, **_checked(_FACILITY, changes))


def add_resource(change: Change, facility: Facility, **told: Any) -> Resource:
    """Let a facility have something more to let.

    Raises:
        InvalidInput: when its kind, capacity or prices are none.
    """
    own = (facility.party_id, facility.id)
    return change.add(Resource(new_id(), 1, *own, **_checked(_RESOURCE, told)))


def edit_resource(change: Change, resource: Resource, **changes: Any) -> Resource:
    """Change what is let; what is booked stays booked, at its price.

    Raises:
        InvalidInput: as when it was added.
        Conflict: when more are booked at a time than would be there.
        Stale: when somebody else changed it since it was read.
    """
    hold(change.connection, resources, resource.id)
    return change.edit(resource, **_checked(_RESOURCE, changes))


def resources_of(connection: Connection, facility_id: str) -> list[Resource]:
    """Return what a facility lets, by id."""
    return find_where(connection, Resource, facility_id=facility_id)


def blackouts_of(connection: Connection, resource: Resource, window: Interval) -> list[Blackout]:
    """Return the blackouts of something, or of all its facility, that meet a window, in order."""
    query = blackouts.select().where(
        blackouts.c.facility_id == resource.facility_id,
        or_(blackouts.c.resource_id.is_(None), blackouts.c.resource_id == resource.id),
        blackouts.c.ends_at > window.start,
        blackouts.c.starts_at < window.end,
    )
    rows = connection.execute(query.order_by(blackouts.c.starts_at, blackouts.c.id)).mappings()
    return [noun_of(Blackout, dict(row)) for row in rows]


def cancelling_bp(tiers: Sequence[Tier], left: timedelta) -> int:
    """Return what cancelling costs when so much time is left: the narrowest tier that holds."""
    for tier in sorted(tiers, key=lambda each: each.hours_before):
        if left < timedelta(hours=tier.hours_before):
            return tier.charge_bp
    return 0


def _tiers(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    made = tuple(sorted(tiers, key=lambda each: each.hours_before))
    charges = [each.charge_bp for each in made]
    hours = [each.hours_before for each in made]
    are_sound = len(set(hours)) == len(made) <= _MOST_TIERS and all(
        0 < hour <= MOST_OPTION_HOURS and 0 <= charge <= WHOLE_BP
        for hour, charge in zip(hours, charges, strict=True)
    )
    if not are_sound or charges != sorted(charges, reverse=True):
        raise InvalidInput(
            "tiers of cancelling have hours and 0 to 10000 basis points; later costs no less",
            zh="取消档位由小时数与 0 至 10000 基点组成，且越晚取消费用不得更低",
        )
    return made


def _within(least: int, most: int, what: str, what_zh: str) -> Callable[[int], int]:
    def check(value: int) -> int:
        if not least <= value <= most:
            raise InvalidInput(
                f"{what}: {least} to {most}, not {value}",
                zh=f"{what_zh}应为 {least} 至 {most}，而不是 {value}",
            )
        return value

    return check


def _zone(name: str) -> str:
    return zone_of(name).key


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise InvalidInput(
            f"`{code[:10]}` is no currency that is known; give its ISO 4217 code: CNY, EUR",
            zh=f"未知货币 `{code[:10]}`；请使用 ISO 4217 代码，例如 CNY、EUR",
        )
    return code


def _kind(id_: str) -> str:
    return resource_kind(id_).id


def _described(text: str) -> str:
    return prose(text, "description", "说明")


def _checked(checks: dict[str, Callable[[Any], Any]], told: dict[str, Any]) -> dict[str, Any]:
    return {name: checks[name](value) if name in checks else value for name, value in told.items()}


_FACILITY: dict[str, Callable[[Any], Any]] = {
    "name": written,
    "address": lambda text: prose(text, "address", "地址"),
    "time_zone": _zone,
    "currency": _currency,
    "opening": checked_hours,
    "day_hours": _within(1, 24, "hours of a day's price", "日租小时数"),
    "option_hours": _within(1, MOST_OPTION_HOURS, "hours of an option", "预留小时数"),
    "cancelling": _tiers,
}
_RESOURCE: dict[str, Callable[[Any], Any]] = {
    "name": written,
    "description": _described,
    "kind": _kind,
    "capacity": _within(1, MOST_CAPACITY, "capacity", "容量"),
    "set_up_min": _within(0, 7 * DAY_MIN, "minutes to set up", "搭建分钟数"),
    "strike_min": _within(0, 7 * DAY_MIN, "minutes to strike", "拆除分钟数"),
    "prices": checked_prices,
}
