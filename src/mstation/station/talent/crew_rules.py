"""Who may do what: rules, each answered yes or no with its reason; nobody is scored.

Rules know what somebody does, can do, speaks, asks and is free for. Age, sex, looks and origin are
nowhere in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from math import asin, ceil, cos, radians, sin, sqrt

from mstation.errors import Tongue
from mstation.station.intervals import Interval

EARTH_KM = 6371.0088  # mean radius. Source: IUGG
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is or somebody lives: coordinates in degrees where they are known."""

    country: str = ""  # ISO 3166-1
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """So many people of a role, for a stretch of time; most_rate: a day, minor units.

    skills: the least level of each. is_remote: it need not be done on the spot.
    """

    id: str
    role: str
    interval: Interval  # ends
    count: int = 1
    skills: Mapping[str, int] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    spot: Spot | None = None
    is_remote: bool = False
    most_rate: int | None = None

    @property
    def days(self) -> int:
        """How many days are paid: those of 24 hours that are begun."""
        assert self.interval.end is not None
        return ceil((self.interval.end - self.interval.start) / _A_DAY)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be asked; day_rate in minor units; role_rates: where a role has its own."""

    id: str
    roles: frozenset[str]
    day_rate: int
    skills: Mapping[str, int] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    busy: tuple[Interval, ...] = ()
    spot: Spot = Spot()
    only_remote: bool = False
    role_rates: Mapping[str, int] = field(default_factory=dict)

    def rate_as(self, role: str) -> int:
        """Return what they ask a day in a role."""
        return self.role_rates.get(role, self.day_rate)


@dataclass(frozen=True, slots=True)
class Travel:
    """What a journey there and back costs, in minor units.

    per_km: where both places have coordinates; else at_home is another city of the same country,
    abroad any other.
    """

    per_km: int = 0
    at_home: int = 0
    abroad: int = 0


class Rule(StrEnum):
    """What somebody must meet, in the order in which it is looked at."""

    ROLE = "role"
    SKILL = "skill"
    LANGUAGE = "language"
    PLACE = "place"
    FREE = "free"
    RATE = "rate"


class Fate(StrEnum):
    """Why somebody who meets every rule was not chosen."""

    ELSEWHERE = "elsewhere"  # another need of the same time has them
    DEARER = "dearer"  # free, but costs more than those chosen
    NOT_NEEDED = "not_needed"  # costs no more; the order of aims chose others
    OVER_BUDGET = "over_budget"  # free, but the budget has not that much left


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is not chosen: a rule or a fate, and what exactly."""

    why: Rule | Fate
    detail: str = ""

    def told(self, tongue: Tongue) -> str:
        """Return it in a person's language."""
        en, zh = _WORDS[self.why]
        return (zh if tongue == "zh" else en).format(self.detail)


_WORDS: dict[Rule | Fate, tuple[str, str]] = {
    Rule.ROLE: ("does not work as {}", "不担任{}"),
    Rule.SKILL: ("lacks {}", "技能不足：{}"),
    Rule.LANGUAGE: ("does not speak {}", "不会语言：{}"),
    Rule.PLACE: ("works only remotely", "仅接受远程工作"),
    Rule.FREE: ("is busy from {}", "自 {} 起没有档期"),
    Rule.RATE: ("asks more a day, by {}", "日薪超出上限 {}"),
    Fate.ELSEWHERE: ("works on {} then", "该时段已安排于 {}"),
    Fate.DEARER: ("is free, but dearer by {}", "有档期，但费用高出 {}"),
    Fate.NOT_NEEDED: (
        "is free; the aims chose others at no more cost",
        "有档期；按目标顺序选择了他人",
    ),
    Fate.OVER_BUDGET: ("is free, but the budget lacks {}", "有档期，但预算不足 {}"),
}


def failures(requirement: Requirement, candidate: Candidate) -> Iterator[Reason]:
    """Yield the rules that somebody does not meet, in order; none: they may be chosen."""
    if requirement.role not in candidate.roles:
        yield Reason(Rule.ROLE, requirement.role)
    for skill, level in sorted(requirement.skills.items()):
        has = candidate.skills.get(skill, 0)
        if has < level:
            yield Reason(Rule.SKILL, f"{skill} {has}/{level}")
    for language in sorted(requirement.languages - candidate.languages):
        yield Reason(Rule.LANGUAGE, language)
    if candidate.only_remote and not requirement.is_remote:
        yield Reason(Rule.PLACE)
    for busy in sorted(candidate.busy):
        if busy.overlaps(requirement.interval):
            yield Reason(Rule.FREE, busy.start.strftime("%Y-%m-%dT%H:%MZ"))
    rate = candidate.rate_as(requirement.role)
    if requirement.most_rate is not None and rate > requirement.most_rate:
        yield Reason(Rule.RATE, str(rate - requirement.most_rate))


def cost_of(requirement: Requirement, candidate: Candidate, travel: Travel) -> int:
    """Return what somebody costs: days at their rate, and the journey; minor units."""
    journey = 0
    if requirement.spot is not None and not requirement.is_remote:
        journey = _journey(candidate.spot, requirement.spot, travel)
    return requirement.days * candidate.rate_as(requirement.role) + journey


def surplus_of(requirement: Requirement, candidate: Candidate) -> int:
    """Return by how many levels somebody's skills are above what is wanted."""
    return sum(
        candidate.skills.get(skill, 0) - level for skill, level in requirement.skills.items()
    )


def distance_km(one: Spot, other: Spot) -> float | None:
    """Return the way between two places over the globe; none where one has no coordinates.

    Source: haversine formula.
    """
    if one.latitude is None or one.longitude is None:
        return None
    if other.latitude is None or other.longitude is None:
        return None
    up_one, up_other = radians(one.latitude), radians(other.latitude)
    half_up = sin((up_other - up_one) / 2) ** 2
    half_along = sin(radians(other.longitude - one.longitude) / 2) ** 2
    chord = half_up + cos(up_one) * cos(up_other) * half_along
    return 2 * EARTH_KM * asin(sqrt(min(1.0, chord)))


def _journey(home: Spot, there: Spot, travel: Travel) -> int:
    km = distance_km(home, there)
    if km is not None:
        return round(2 * km) * travel.per_km
    if home.country != there.country:
        return travel.abroad
    return 0 if home.city.casefold() == there.city.casefold() else travel.at_home
