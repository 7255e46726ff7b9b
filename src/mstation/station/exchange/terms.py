"""What is asked for, offered, held or licensed: which right, where, in which media, how long.

Where and how long are said the same way everywhere, so that one may be held against another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from mstation.errors import InvalidInput
from mstation.station.accounts import written
from mstation.station.exchange.profile import Medium
from mstation.station.exchange.territories import WORLD, countries_of, written_shortly
from mstation.station.intervals import Interval

MOST_COUNTED = 10**12  # seats, copies


class RightKind(StrEnum):
    """What kind of right it is. Source: NCHA, guidelines on licensing museum collections, 2019."""

    COPYRIGHT = "copyright"
    NEIGHBOURING = "neighbouring"
    TRADEMARK = "trademark"
    BRAND = "brand"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Terms:
    """Of what a right goes: territories, media and time; and how much of it.

    territories: countries and regions, as few as say it. ends_at, seats, print_run, project, None:
    there is no end, no limit, any project.
    """

    right_kind: RightKind
    territories: tuple[str, ...]
    media: tuple[Medium, ...]
    starts_at: datetime
    ends_at: datetime | None = None
    is_exclusive: bool = False
    seats: int | None = None
    print_run: int | None = None
    project: str | None = None

    @property
    def during(self) -> Interval:
        """When."""
        return Interval(self.starts_at, self.ends_at)

    @property
    def countries(self) -> frozenset[str]:
        """Where, country by country."""
        return countries_of(self.territories)


def make_terms(
    *,
    starts_at: datetime,
    ends_at: datetime | None = None,
    right_kind: RightKind = RightKind.COPYRIGHT,
    territories: Sequence[str] = (WORLD,),
    media: Sequence[Medium] = tuple(Medium),
    is_exclusive: bool = False,
    seats: int | None = None,
    print_run: int | None = None,
    project: str | None = None,
) -> Terms:
    """Return terms, written the one way in which they are kept.

    Raises:
        InvalidInput: when nothing is in them, or what is said is no territory, time or number.
    """
    where = written_shortly(countries_of(territories))
    if not where or not media:
        raise InvalidInput(
            "say where and in which media: at least one territory and one medium",
            zh="请指明地域与媒介：至少一个地域、一种媒介",
        )
    start, end = _moment(starts_at), None if ends_at is None else _moment(ends_at)
    if end is not None and end <= start:
        raise InvalidInput(
            f"it would end ({day(end)}) before it starts ({day(start)})",
            zh=f"结束时间（{day(end)}）早于开始时间（{day(start)}）",
        )
    ordered = tuple(each for each in Medium if each in media)
    for number in (seats, print_run):
        if number is not None and not 1 <= number <= MOST_COUNTED:
            raise InvalidInput(
                f"seats and print runs are 1 to {MOST_COUNTED}, not {number}",
                zh=f"席位数与印数应为 1 至 {MOST_COUNTED}，而非 {number}",
            )
    named = None if project is None else written(project, "project", "项目")
    return Terms(
        right_kind, where, ordered, start, end, is_exclusive, seats, print_run, named
    )  # fmt: skip


def narrowed(terms: Terms, wanted: Mapping[str, Any]) -> Terms:
    """Return terms with some of them said anew.

    Raises:
        InvalidInput: when what is said is no territory, time or number.
    """
    return make_terms(**({name: getattr(terms, name) for name in asdict(terms)} | dict(wanted)))


def beyond(terms: Terms, wanted: Terms) -> list[tuple[str, str]]:
    """Return what of some wanted terms these do not cover, in words, English and Chinese."""
    said: list[tuple[str, str]] = []
    if wanted.right_kind is not terms.right_kind:
        said.append((f"the right {wanted.right_kind}", f"权利种类 {wanted.right_kind}"))
    if where := wanted.countries - terms.countries:
        told = ", ".join(written_shortly(where))
        said.append((f"the territories {told}", f"地域 {told}"))
    if media := [each for each in wanted.media if each not in terms.media]:
        told = ", ".join(media)
        said.append((f"the media {told}", f"媒介 {told}"))
    if not terms.during.covers(wanted.during):
        told, zh = span(wanted.during)
        said.append((f"all of the time {told}", f"全部时间 {zh}"))
    if wanted.is_exclusive and not terms.is_exclusive:
        said.append(("exclusivity", "独占"))
    for name, en, zh in (("seats", "seats", "席位"), ("print_run", "copies", "印数")):
        most, asked = getattr(terms, name), getattr(wanted, name)
        if most is not None and (asked is None or asked > most):
            said.append((f"more than {most} {en}", f"超过 {most} 的{zh}"))
    if terms.project is not None and wanted.project != terms.project:
        said.append(("another project", "其他项目"))
    return said


def span(during: Interval) -> tuple[str, str]:
    """Return a time in words, English and Chinese."""
    start = day(during.start)
    if during.end is None:
        return f"from {start} on", f"自 {start} 起"
    return f"from {start} to {day(during.end)}", f"{start} 至 {day(during.end)}"


def day(moment: datetime) -> str:
    """Return a moment as people read it: the day, and of another hour than midnight that too."""
    told = moment.astimezone(UTC)
    is_midnight = told == told.replace(hour=0, minute=0, second=0, microsecond=0)
    return told.strftime("%Y-%m-%d" if is_midnight else "%Y-%m-%d %H:%M UTC")


def _moment(told: datetime) -> datetime:
    if told.tzinfo is None:
        raise InvalidInput(
            f"`{told.isoformat()}` has no time zone; write it as 2027-01-01T00:00:00Z",
            zh=f"`{told.isoformat()}` 缺少时区；请写作 2027-01-01T00:00:00Z",
        )
    return told.astimezone(UTC)
