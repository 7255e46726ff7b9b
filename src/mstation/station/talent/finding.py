"""Finding people: by words in both languages and by plain conditions, in the order of their names.

Nobody is ranked. Only who may be seen by the asker is found. What is sought by words and what many
have (a role, a language, a place, a skill's level) stands in one index of words; where that leaves
few, they are put in order; where it leaves many, people are looked through in order until a page is
full: both are quick.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, false, select, true, tuple_

from mstation.errors import InvalidInput
from mstation.station.change import Change, find_where
from mstation.station.database import is_sqlite
from mstation.station.intervals import Interval
from mstation.station.search import search_index, terms_of
from mstation.station.talent.availability import is_free
from mstation.station.talent.consents import FieldGroup, Purpose
from mstation.station.talent.naming import spellings_of
from mstation.station.talent.people import Person, on_change, people
from mstation.station.talent.rates import RateUnit, rate_cards
from mstation.station.talent.showing import Viewer, may_see, open_to
from mstation.station.talent.skills import LEVELS, PersonSkill
from mstation.station.talent.vocabulary import role_named, roles, skill_named, skills

FEW = 2000  # rows that are put in order faster than people are looked through
STRIDE = 500  # people who are looked through at first; each time after twice as many
FAR = 5  # times, after which all who have the words are put in order instead


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is sought; empty or none: whoever it is.

    words: in names, labels of roles and skills, headline, biography, place; all of them.
    skill_levels: at least, by the skill's code. day_rate: at most, minor units of the currency.
    free: neither busy nor held within, as far as they told; who shows no times is not found.
    """

    words: str = ""
    role: str = ""
    skill_levels: tuple[tuple[str, int], ...] = ()
    language: str = ""
    country: str = ""
    city: str = ""
    day_rate: int | None = None
    currency: str = ""
    free: Interval | None = None
    purpose: Purpose = Purpose.DIRECTORY


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody in a list: who they are, and how to look at more."""

    id: str
    party_id: str
    family_name: str
    given_name: str
    name_order: str
    name_zh: str
    headline: str
    role_codes: tuple[str, ...]
    country: str
    city: str


_SHOWN = tuple(people.c[name] for name in FoundPerson.__dataclass_fields__)


def _texts_of(connection: Connection, person: Person) -> list[str]:
    if person.erased_at is not None:
        return []
    known = find_where(connection, PersonSkill, person_id=person.id)
    return texts_of(person, {each.skill_code: each.level for each in known})


def texts_of(person: Person, levels: dict[str, int]) -> list[str]:
    """Return what somebody is found by; levels: of their skills, by code."""
    names = (person.family_name, person.given_name, person.name_zh, *person.aliases)
    sounded = (person.name_zh, *person.aliases)
    works = [roles()[code] for code in person.role_codes if code in roles()]
    can = [skills()[code] for code in levels if code in skills()]
    return [
        person.name,
        *names,
        *(spelling for name in sounded for spelling in spellings_of(name)),
        *(label for term in (*works, *can) for label in (term.en, term.zh)),
        person.headline,
        person.biography,
        person.city,
        *(_mark("r", code) for code in person.role_codes),
        *(_mark("l", spoken.code) for spoken in person.languages),
        *(
            _mark("s", code, str(level))
            for code, most in levels.items()
            for level in LEVELS
            if level <= most
        ),
        _mark("c", person.country),
        _mark("t", _place(person.city)),
    ]


by_words = search_index("people_terms", Person, _texts_of)


@on_change
def _write_words(change: Change, person: Person) -> None:
    by_words.write(change.connection, person)


def forget_words(connection: Connection, person_id: str) -> None:
    """Let no word of somebody be left, in what SQLite keeps of its index neither."""
    by_words.forget(connection, person_id)
    if is_sqlite(connection):
        name = f"{by_words.table.name}_fts"
        connection.exec_driver_sql(f"INSERT INTO {name} ({name}) VALUES ('optimize')")


def find_people(
    connection: Connection, viewer: Viewer, wanted: Wanted, at: datetime, *, after: str, most: int
) -> tuple[list[FoundPerson], str | None]:
    """Return a page of those who are sought and may be seen, and the cursor of the page after.

    Raises:
        InvalidInput: when the words, a role, a skill or the cursor cannot be understood.
    """
    conditions = _conditions(viewer, wanted, at)
    start = _read(after) if after else None
    found = _in_order(connection, conditions, _sought(wanted), start, most + 1)
    last = found[most - 1] if len(found) > most else None
    shown = select(*_SHOWN).where(people.c.id.in_([id_ for _, id_ in found[:most]]))
    rows = connection.execute(shown.order_by(*_ORDER)).mappings()
    page = [FoundPerson(**{name: _plain(row[name]) for name in _NAMES}) for row in rows]
    return page, None if last is None else _written(*last)


Place = tuple[str, str]
"""Where somebody stands in the order: their name in letters, and their id."""
_ORDER = (people.c.sort_name, people.c.id)
_NAMES = tuple(FoundPerson.__dataclass_fields__)
Conditions = tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]
"""What must hold beside the words: before them what few pass, and after them what most do."""


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _in_order(
    connection: Connection, conditions: Conditions, sought: str, after: Place | None, most: int
) -> list[Place]:
    """Return the next places of those who are sought, the quick way."""
    first, last = conditions
    query = select(*_ORDER).order_by(*_ORDER).limit(most)
    if not sought:
        return _places(connection, query.where(_between(after, None), *first, *last))
    if by_words.count(connection, sought, most=FEW + 1) > FEW:
        found = _looked_through(connection, conditions, sought, after, most)
        if found is not None:
            return found
    holds = by_words.finds(connection, sought)
    return _places(connection, query.where(_between(after, None), holds, *first, *last))


def _looked_through(
    connection: Connection, conditions: Conditions, sought: str, after: Place | None, most: int
) -> list[Place] | None:
    """Return the next places of those who are sought, one after another; none: they are far."""
    terms = by_words.table.c
    reads = by_words.reads(connection, sought)
    says = select(reads).where(terms.noun_id == people.c.id).scalar_subquery()
    first, last = conditions
    has = _in_turn(*first, says, *last)
    query = select(*_ORDER).where(has).order_by(*_ORDER).limit(most)
    found: list[Place] = []
    for time in range(FAR):
        end = _nth_after(connection, after, STRIDE << time)
        found += _places(connection, query.where(_between(after, end)))
        if len(found) >= most or end is None:
            return found[:most]
        looked, all_times = (2 << time) - 1, (1 << FAR) - 1
        if time and len(found) * all_times < most * looked:
            return None
        after = end
    return None


def _in_turn(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether all hold, asked one after the other: PostgreSQL would choose what first."""
    *before, has = conditions
    for each in reversed(before):
        has = case((each, has), else_=false())
    return has


def _nth_after(connection: Connection, after: Place | None, n: int) -> Place | None:
    """Return the n-th place after another, of whomever it is; none: there are fewer."""
    query = select(*_ORDER).where(_between(after, None)).order_by(*_ORDER).limit(1).offset(n - 1)
    places = _places(connection, query)
    return places[0] if places else None


def _between(after: Place | None, upto: Place | None) -> ColumnElement[bool]:
    parts = [tuple_(*_ORDER) > tuple_(*after)] if after is not None else []
    parts += [tuple_(*_ORDER) <= tuple_(*upto)] if upto is not None else []
    return and_(true(), *parts)


def _places(connection: Connection, query: Select[Any]) -> list[Place]:
    return [(row.sort_name, row.id) for row in connection.execute(query)]


def _sought(wanted: Wanted) -> str:
    """Return the words and the marks that somebody must have."""
    marks = [
        _mark("r", role_named(wanted.role).code) if wanted.role else "",
        _mark("l", wanted.language) if wanted.language else "",
        _mark("c", wanted.country) if wanted.country else "",
        _mark("t", _place(wanted.city)) if wanted.city else "",
        *(_mark("s", skill_named(code).code, str(level)) for code, level in wanted.skill_levels),
    ]
    if wanted.words.strip() and not terms_of(wanted.words):
        raise InvalidInput("write a word to search for", zh="请输入要搜索的词")
    return " ".join([wanted.words, *marks]).strip()


def _mark(kind: str, *parts: str) -> str:
    """Return one word that nobody types: what many have, as the index of words has it."""
    told = "0".join("".join(sign for sign in part.casefold() if sign.isalnum()) for part in parts)
    return f"0{kind}0{told}0" if told else ""


def _place(city: str) -> str:
    """Return a city as it is compared: however it is written, one word that begins no other."""
    folded = " ".join(terms_of(city))
    return hashlib.sha256(folded.encode()).hexdigest()[:16] if folded else ""


def _conditions(viewer: Viewer, wanted: Wanted, at: datetime) -> Conditions:
    first: list[ColumnElement[bool]] = []
    seen = [FieldGroup.PROFILE]
    if wanted.day_rate is not None:
        asked = select(rate_cards.c.id).where(
            rate_cards.c.person_id == people.c.id,
            rate_cards.c.unit == RateUnit.DAY,
            rate_cards.c.currency == wanted.currency,
            rate_cards.c.amount <= wanted.day_rate,
            rate_cards.c.visible.in_(open_to(viewer)),
        )
        first.append(asked.limit(1).scalar_subquery().is_not(None))
        seen.append(FieldGroup.RATES)
    if wanted.free is not None:
        seen.append(FieldGroup.AVAILABILITY)
    last = [may_see(viewer, wanted.purpose, group, at) for group in seen]
    free = [] if wanted.free is None else [is_free(people.c.party_id, wanted.free, at)]
    return first, [*free, *last]


def _written(sort_name: str, id_: str) -> str:
    return urlsafe_b64encode(f"{sort_name} {id_}".encode()).decode()


def _read(cursor: str) -> tuple[str, str]:
    try:
        sort_name, _, id_ = urlsafe_b64decode(cursor.encode()).decode().partition(" ")
    except (NoBase64, UnicodeError) as error:
        raise InvalidInput(
            "this is no cursor that a page gave", zh="游标无效，请使用上一页返回的值"
        ) from error
    return sort_name, id_
