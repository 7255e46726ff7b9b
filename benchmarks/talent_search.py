"""Measures searches among 100,000 people in two languages, on SQLite and on PostgreSQL.

Usage: python benchmarks/talent_search.py [PEOPLE] [sqlite|postgresql]… [cpu]

`cpu` counts the processor's time instead of the wall's: on PostgreSQL (here, on Linux) also
that of its process for us. It tells more where others use the machine.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert
from tests.station.databases import KINDS, new_databases
from tests.station.market import open_market

from mstation.station.change import STATION, Actor
from mstation.station.database import is_sqlite
from mstation.station.ids import new_id
from mstation.station.intervals import days
from mstation.station.parties import Party, PartyKind, parties
from mstation.station.schema import row_of
from mstation.station.search import _postgresql_terms, _sqlite_terms, _terms_of
from mstation.station.station import Station, open_station
from mstation.station.talent.availability import (
    Availability,
    AvailabilityKind,
    availabilities,
)
from mstation.station.talent.consents import FieldGroup, Purpose
from mstation.station.talent.finding import Wanted, by_words, find_people, texts_of
from mstation.station.talent.people import (
    Fluency,
    Language,
    Person,
    Visible,
    checked_person,
    people,
)
from mstation.station.talent.rates import RateCard, RateUnit, rate_cards
from mstation.station.talent.showing import FOR_EVER, sights, viewer_of
from mstation.station.talent.skills import PersonSkill, person_skills
from mstation.station.talent.vocabulary import roles, skills

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁"
_GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂玉萍红志文华建国雪梅青云海山可"
_LATIN = ("Ana", "Bo", "Carla", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas")
_FAMILY = ("Ruiz", "Öberg", "Novák", "Smith", "Rossi", "Dubois", "Haddad", "Kim", "Ito", "Weber")
_CITIES = (("CN", "成都"), ("CN", "上海"), ("CN", "横店"), ("FR", "Paris"), ("NL", "Rotterdam"))
_WORDS = [
    "夜外景",
    "青铜面具",
    "古装",
    "航拍",
    "特效化妆",
    "纪录片",
    "Night",
    "exteriors",
    "practical",
    "light",
    "period",
    "drama",
]
_BATCH = 5_000

BY_CPU = "cpu" in sys.argv

FREE = days(date(2026, 12, 1), date(2026, 12, 4))
ASKED = {
    "a rare Chinese name": Wanted(words="萧桂英"),
    "a common surname": Wanted(words="王"),
    "two signs of a biography": Wanted(words="面具"),
    "a role's label": Wanted(words="灯光师"),
    "letters of a name": Wanted(words="wang wei"),
    "one letter": Wanted(words="a"),
    "two common words": Wanted(words="夜外景 light"),
    "a common and a rare word": Wanted(words="Night 萧桂英"),
    "a role": Wanted(role="gaffer"),
    "a role, a language, a city": Wanted(role="gaffer", language="zh", city="成都"),
    "a skill at 4, a country": Wanted(skill_levels=(("nuke", 4),), country="CN"),
    "three skills": Wanted(skill_levels=(("nuke", 1), ("maya", 1), ("houdini", 1))),
    "a language, a low day rate": Wanted(language="zh", day_rate=60_000, currency="CNY"),
    "a role, free for three days": Wanted(role="gaffer", free=FREE),
    "a language, free for three days": Wanted(language="zh", free=FREE),
    "everybody": Wanted(),
    "nobody": Wanted(words="qqqq"),
}


def main(count: int, kinds: list[str]) -> None:
    """Fill a station with people, and ask for some."""
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder, new_databases(kind, Path(folder)) as new:
            station = open_station(new(), folder=Path(folder))
            started = time.perf_counter()
            asker = fill(station, count)
            print(f"{kind}: {count} people in {time.perf_counter() - started:.0f} s")
            every = []
            for name, wanted in ASKED.items():
                times, shown = ask(station, asker, wanted)
                every += times
                told = f"p50 {times[len(times) // 2]:6.1f} ms, p95 {times[-2]:6.1f} ms"
                print(f"  {told}  {shown:3} shown: {name}")
            every.sort()
            print(f"  of all: p50 {every[len(every) // 2]:.1f} ms, "
                  f"p95 {every[int(len(every) * 0.95)]:.1f} ms")  # fmt: skip
            station.close()


def ask(station: Station, asker: Actor, wanted: Wanted) -> tuple[list[float], int]:
    """Return how long a page of 50 took, in ms, sorted, and how many stood on it."""
    times, page = [], []
    for _ in range(30):
        with station.reading() as connection:
            backend = _backend(connection)
            started = _clock(backend)
            viewer = viewer_of(connection, asker)
            page, _ = find_people(connection, viewer, wanted, datetime.now(UTC), after="", most=50)
            times.append(1000 * (_clock(backend) - started))
    return sorted(times), len(page)


def _backend(connection: Connection) -> int | None:
    """Return the number of PostgreSQL's process that works for us; SQLite has none."""
    if is_sqlite(connection):
        return None
    return connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()  # type: ignore[no-any-return]


def _clock(backend: int | None) -> float:
    """Return seconds: of the wall, or those that the processor worked for us."""
    if not BY_CPU:
        return time.perf_counter()
    theirs = 0
    if backend is not None:
        theirs = int(Path(f"/proc/{backend}/schedstat").read_text().split()[0])
    return time.process_time() + theirs / 1e9


def fill(station: Station, count: int) -> Actor:
    """Make people by the thousand, as their verbs would leave them; return who will ask."""
    market = open_market(station)
    chance = random.Random(7)
    for start in range(0, count, _BATCH):
        with station.change(STATION) as change:
            _fill(change.connection, chance, min(_BATCH, count - start))
    if station.engine.dialect.name == "postgresql":
        with station.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.exec_driver_sql("VACUUM ANALYZE")
    asker = market.people["buyer-owner"].id
    return Actor("account", asker, asker)


def _fill(connection: Connection, chance: random.Random, count: int) -> None:
    rows: dict[Any, list[dict[str, Any]]] = {
        table: []
        for table in (
            parties, people, person_skills, rate_cards, availabilities, sights, by_words.table
        )
    }  # fmt: skip
    written = _sqlite_terms if is_sqlite(connection) else _postgresql_terms
    for _ in range(count):
        person = _person(chance)
        party = Party(person.party_id, 1, PartyKind.PERSON, person.name, person.name_zh, "CN")
        rows[parties].append(row_of(party))
        rows[people].append(row_of(person))
        levels = {code: chance.randint(1, 5) for code in chance.sample(sorted(skills()), 4)}
        own = (person.party_id, person.id)
        rows[person_skills] += [
            row_of(PersonSkill(new_id(), 1, *own, code, level)) for code, level in levels.items()
        ]
        asked = (RateUnit.DAY, 10_000 * chance.randint(5, 60), "CNY")
        rate = RateCard(new_id(), 1, *own, "", *asked, visible=Visible.EVERYBODY)
        rows[rate_cards].append(row_of(rate))
        rows[availabilities] += [row_of(each) for each in _times(chance, person.party_id)]
        if chance.random() < 0.9:
            rows[sights] += [
                {"person_id": person.id, "purpose": Purpose.DIRECTORY, "field_group": group,
                 "eye": eye, "until": FOR_EVER}
                for group in (FieldGroup.PROFILE, FieldGroup.RATES, FieldGroup.AVAILABILITY)
                for eye in ("house", "home", "abroad")
            ]  # fmt: skip
        terms = written(_terms_of(texts_of(person, levels)))
        rows[by_words.table].append({"noun_id": person.id, "terms": terms})
    for table, made in rows.items():
        connection.execute(insert(table), made)


def _times(chance: random.Random, party_id: str) -> list[Availability]:
    """Return a fortnight's work and a week's hold, somewhere in half a year."""
    made = []
    for kind, length in ((AvailabilityKind.BUSY, 14), (AvailabilityKind.HOLD, 7)):
        start = FREE.start + timedelta(days=chance.randint(-90, 90))
        end = start + timedelta(days=length)
        made.append(Availability(new_id(), 1, party_id, kind, start, end))
    return made


def _person(chance: random.Random) -> Person:
    country, city = chance.choice(_CITIES)
    name_zh = ""
    told: dict[str, Any] = {}
    if chance.random() < 0.7:
        name_zh = chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.randint(1, 2)))
    else:
        told = {"family_name": chance.choice(_FAMILY), "given_name": chance.choice(_LATIN)}
    checked = checked_person(
        {
            **told, "name_zh": name_zh, "country": country, "city": city,
            "role_codes": chance.sample(sorted(roles()), 2),
            "languages": (Language(chance.choice(["zh", "en", "fr"]), Fluency.C1),),
            "headline": " ".join(chance.choices(_WORDS, k=2)),
            "biography": " ".join(chance.choices(_WORDS, k=12)),
            "visible": Visible.EVERYBODY,
        }
    )  # fmt: skip
    return Person(new_id(), 1, new_id(), None, **checked)


if __name__ == "__main__":
    named = [each for each in sys.argv[1:] if each in KINDS]
    numbers = [int(each) for each in sys.argv[1:] if each.isdecimal()]
    main(numbers[0] if numbers else 100_000, named or list(KINDS))
