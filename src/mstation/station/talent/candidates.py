"""People of the station in, candidates for a film's needs out: as far as they agreed to it.

Who shows a profile for the purpose `crewing` is weighed, by what they show for it and nothing else.
Who cannot be weighed is told with what is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Connection, Table

from mstation.errors import InvalidInput
from mstation.station.intervals import Interval
from mstation.station.schema import noun_of
from mstation.station.talent.availability import not_free
from mstation.station.talent.consents import FieldGroup, Purpose
from mstation.station.talent.crew_rules import Candidate, Requirement, Spot
from mstation.station.talent.finding import Wanted, find_people
from mstation.station.talent.people import Person, people
from mstation.station.talent.rates import RateCard, RateUnit, rate_cards
from mstation.station.talent.showing import Viewer, all_shown_to, open_to
from mstation.station.talent.skills import PersonSkill, person_skills

MOST_PEOPLE = 2_000
USED = (FieldGroup.PROFILE, FieldGroup.RATES, FieldGroup.AVAILABILITY)
_PAGE = 500


class Lack(StrEnum):
    """Why somebody who does the work is not weighed."""

    RATE_HIDDEN = "rate_hidden"  # they do not show what they ask
    NO_RATE = "no_rate"  # they ask nothing by the day, the week or the hour
    OTHER_CURRENCY = "other_currency"  # sums are not converted


@dataclass(frozen=True, slots=True)
class Pool:
    """Among whom is looked; currency: of all sums; a week's and an hour's rate count by the day."""

    currency: str
    words: str = ""
    language: str = ""
    country: str = ""
    city: str = ""
    hours_a_day: int = 10
    days_a_week: int = 5


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody who was looked at: by what they showed, and why they could not be weighed.

    unpriced: roles that they do, but for which they ask nothing that counts.
    """

    person: Person
    groups: frozenset[FieldGroup]
    lack: Lack | None
    unpriced: tuple[str, ...] = ()


def candidates_for(
    connection: Connection, viewer: Viewer, needs: Sequence[Requirement], pool: Pool, at: datetime
) -> tuple[list[Candidate], list[Looked]]:
    """Return who may be asked for some needs, and everybody who was looked at, by their ids.

    Raises:
        InvalidInput: when more are found than are weighed, or what is sought cannot be understood.
    """
    persons = _found(connection, viewer, {each.role for each in needs}, pool, at)
    shown = all_shown_to(connection, persons, viewer, Purpose.CREWING, at)
    known = _parts(connection, person_skills, PersonSkill, persons)
    cards = _parts(connection, rate_cards, RateCard, persons)
    busy = _busy(connection, persons, shown, needs, at)
    candidates, looked = [], []
    for person in persons:
        wanted = [role for role in person.role_codes if any(each.role == role for each in needs)]
        rates, lack = _rates(person, wanted, cards[person.id], shown[person.id], viewer, pool)
        unpriced = tuple(role for role in wanted if role not in rates)
        looked.append(Looked(person, shown[person.id] & set(USED), lack, unpriced))
        if lack is None:
            levels = {each.skill_code: each.level for each in known[person.id]}
            spoken = frozenset(each.code for each in person.languages)
            candidates.append(
                Candidate(
                    person.id, frozenset(rates), min(rates.values()), levels, spoken,
                    busy.get(person.party_id, ()), Spot(person.country, person.city),
                    role_rates=rates,
                )
            )  # fmt: skip
    return candidates, looked


def _found(
    connection: Connection, viewer: Viewer, wanted: Collection[str], pool: Pool, at: datetime
) -> list[Person]:
    """Return all who do one of some roles and may be seen, by their ids."""
    ids = set[str]()
    for role in sorted(wanted):
        sought = Wanted(
            pool.words, role, language=pool.language, country=pool.country, city=pool.city,
            purpose=Purpose.CREWING,
        )  # fmt: skip
        after: str | None = ""
        while after is not None:
            page, after = find_people(connection, viewer, sought, at, after=after, most=_PAGE)
            ids |= {each.id for each in page}
            if len(ids) > MOST_PEOPLE:
                raise InvalidInput(
                    f"more than {MOST_PEOPLE} people do what is needed; nobody is left out by "
                    "chance: narrow it by a place, a language or words",
                    zh=f"符合岗位的人员超过 {MOST_PEOPLE} 名；为不随意遗漏，"
                    "请按地点、语言或关键词缩小范围",
                )
    query = people.select().where(people.c.id.in_(sorted(ids))).order_by(people.c.id)
    return [noun_of(Person, dict(row)) for row in connection.execute(query).mappings()]


P = TypeVar("P", PersonSkill, RateCard)


def _parts(
    connection: Connection, table: Table, kind: type[P], persons: Sequence[Person]
) -> dict[str, list[P]]:
    found: dict[str, list[P]] = {each.id: [] for each in persons}
    query = table.select().where(table.c.person_id.in_(list(found))).order_by(table.c.id)
    for row in connection.execute(query).mappings():
        part = noun_of(kind, dict(row))
        found[part.person_id].append(part)
    return found


def _busy(
    connection: Connection, persons: Sequence[Person],
    shown: dict[str, frozenset[FieldGroup]], needs: Sequence[Requirement], at: datetime,
) -> dict[str, tuple[Interval, ...]]:  # fmt: skip
    """Return the times of those who show them, by their parties."""
    ends = [each.interval.end for each in needs if each.interval.end is not None]
    theirs = [each.party_id for each in persons if FieldGroup.AVAILABILITY in shown[each.id]]
    if not ends or not theirs:
        return {}
    window = Interval(min(each.interval.start for each in needs), max(ends))
    return not_free(connection, theirs, window, at)


def _rates(
    person: Person, wanted: Sequence[str], cards: Sequence[RateCard],
    groups: frozenset[FieldGroup], viewer: Viewer, pool: Pool,
) -> tuple[dict[str, int], Lack | None]:  # fmt: skip
    """Return what somebody asks a day in each role that is wanted, or why that is not known."""
    if FieldGroup.RATES not in groups:
        return {}, Lack.RATE_HIDDEN
    is_own = viewer.own_ids & {person.party_id, person.keeper_id}
    seen = [each for each in cards if is_own or each.visible in open_to(viewer)]
    daily = [each for each in seen if each.unit is not RateUnit.FIXED]
    mine = [each for each in daily if each.currency == pool.currency]
    rates = {}
    for role in wanted:
        for told in (role, ""):  # a role's own first
            asked = [each for each in mine if each.role_code == told]
            if asked:
                rates[role] = min(_a_day(each, pool) for each in asked)
                break
    if rates:
        return rates, None
    return {}, Lack.OTHER_CURRENCY if daily and not mine else Lack.NO_RATE


def _a_day(card: RateCard, pool: Pool) -> int:
    """Return a rate by the day, in minor units, rounded up."""
    match card.unit:
        case RateUnit.WEEK:
            return -(-card.amount // pool.days_a_week)
        case RateUnit.HOUR:
            return card.amount * max(pool.hours_a_day, card.minimum_hours)
    return card.amount
