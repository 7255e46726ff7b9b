"""Days of a film's schedule in, what is to be booked for them out: "the stage for days 3 to 5"."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from mstation.errors import InvalidInput, NotFound
from mstation.station.change import find
from mstation.station.intervals import Interval, joined
from mstation.station.space.facilities import Facility, Resource
from mstation.station.space.opening import DAY_MIN, wall_clock, zone_of
from mstation.station.space.reserving import Wanted
from mstation.station.space.shooting_days import MAIN_UNIT, ShootingDay, days_of


def wanted_for_days(
    connection: Connection, project_id: str, resource_ids: Sequence[str], first: int, last: int, *,
    unit: str = MAIN_UNIT, starts_min: int = 0, ends_min: int = DAY_MIN, quantity: int = 1,
) -> list[Wanted]:  # fmt: skip
    """Return things for the shooting days of a unit from a first to a last, both included.

    starts_min, ends_min: minutes of each day as the clocks show them where the thing is; whole days
    that follow each other are one stretch.

    Raises:
        NotFound: when the film has one of the days not, or there is no such thing.
        InvalidInput: when a day would end before it starts.
    """
    if not (0 <= starts_min < ends_min <= 2 * DAY_MIN and starts_min < DAY_MIN):
        raise InvalidInput("a day's booking ends after it starts", zh="每日结束时间应晚于开始时间")
    days = _days(connection, project_id, first, last, unit)
    wanted = []
    for id_ in resource_ids:
        facility = find(connection, Facility, find(connection, Resource, id_).facility_id)
        zone = zone_of(facility.time_zone)
        stretches = [
            Interval(wall_clock(each.day, starts_min, zone), wall_clock(each.day, ends_min, zone))
            for each in days
        ]
        for each in joined(stretches):
            assert each.end is not None
            wanted.append(Wanted(id_, each.start, each.end, quantity))
    return wanted


def _days(
    connection: Connection, project_id: str, first: int, last: int, unit: str
) -> list[ShootingDay]:
    numbered = {each.number: each for each in days_of(connection, project_id) if each.unit == unit}
    wanted = range(first, last + 1)
    if not wanted or len(wanted) > len(numbered) or not all(day in numbered for day in wanted):
        known = f"{min(numbered)}-{max(numbered)}" if numbered else "none"
        raise NotFound(
            f"the schedule has not all of days {first} to {last} of unit `{unit[:40]}`; "
            f"it has {known}",
            zh=f"拍摄计划中没有 `{unit[:40]}` 组第 {first} 至 {last} 天；现有：{known}",
        )
    return [numbered[day] for day in wanted]
