"""All that is held of somebody comes out in one file, and goes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from sqlalchemy import inspect

from mstation.errors import Conflict, NotFound
from mstation.station.accounts import Account, Browser, start_session
from mstation.station.change import STATION, find, find_where
from mstation.station.events import events_after
from mstation.station.idempotency import Answer, remember
from mstation.station.ids import new_id
from mstation.station.organisations import Project
from mstation.station.parties import Party, edit_party, person_party
from mstation.station.station import Station
from mstation.station.talent.consents import FieldGroup, Purpose, consents_of
from mstation.station.talent.credits import Attestation, add_credit, attest
from mstation.station.talent.erasing import NOBODY, erase_person
from mstation.station.talent.exporting import export_person
from mstation.station.talent.people import (
    Person,
    Visible,
    add_person,
    edit_person,
    found_person,
)
from mstation.station.talent.rates import RateUnit, add_rate
from mstation.station.talent.showing import disclose, viewer_of
from mstation.station.talent.skills import set_skill
from tests.station.market import Market
from tests.station.talent.cast import OPEN, acting, agree

# Every name that this person has or had, and what only they would write.
TRACES = (
    "Quintessa", "Vanterpool", "Zephyrine", "欧阳靖雯", "ou yang", "Quince", "quintessa@",
    "5550199", "hazelnuts", "Ghent", "zither", "Moonlit", "Wraithmaker", "former-name",
)  # fmt: skip


@pytest.fixture
def person(station: Station, market: Market) -> Person:
    account = market.people["freelancer"]
    with station.change(acting(account)) as change:
        account = find(change.connection, Account, account.id)
        account = change.edit(account, name="Quintessa V", email="quintessa@example.org")
        start_session(change, account, Browser("10.0.0.1", "Quintessa's telephone"))
        party = edit_party(change, market.freelancer, name="Quintessa former-name")
        party = edit_party(change, party, name="Quintessa Vanterpool", name_zh="欧阳靖雯")
        person = add_person(
            change, party, family_name="Vanterpool", given_name="Zephyrine", name_zh="欧阳靖雯",
            aliases=["Quince"], headline="Known as Quince", biography="Plays the zither.",
            city="Ghent", email="quintessa@example.org", phone="+32 5550199",
            needs="No hazelnuts.", visible=Visible.EVERYBODY,
        )  # fmt: skip
        person = edit_person(change, person, given_name="Quintessa")
        agree(change, person, *OPEN)
        set_skill(change, person, skill="nuke", level=3, evidence="Moonlit, reel 3")
        add_rate(change, person, unit=RateUnit.DAY, amount=1, currency="EUR")
        credit = add_credit(
            change, person, role_code="editor", role_title="Wraithmaker", work_title="Moonlit",
            year_from=2020,
        )  # fmt: skip
        project = change.add(Project(new_id(), 1, market.house.organisation_id, "A film"))
        attest(change, project, credit, digest=credit.digest)
        viewer = viewer_of(change.connection, acting(market.people["buyer-owner"]))
        disclose(change, person, viewer, Purpose.DIRECTORY, frozenset({FieldGroup.PROFILE}))
        body = orjson.dumps({"id": person.id, "city": "Ghent"})
        remember(change.connection, account.id, "key", "request", Answer(201, body, 1))
        return person


def written_anywhere(station: Station) -> Iterator[tuple[str, str]]:
    """Yield each value of each row of each table, as text, those of the search's own too."""
    with station.reading() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                for value in row:
                    yield table, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    told = str(value)
    return told.encode().decode("unicode_escape") + told if "\\u" in told else told


def traces(station: Station) -> set[tuple[str, str]]:
    return {
        (table, trace)
        for table, told in written_anywhere(station)
        for trace in TRACES
        if trace.casefold() in told.casefold()
    }


def test_nothing_of_somebody_is_left_anywhere_after_they_are_erased(
    station: Station, market: Market, person: Person
) -> None:
    assert {trace for _, trace in traces(station)} == set(TRACES)
    with station.change(STATION) as change:
        done = erase_person(change, person)
    assert traces(station) == set()
    assert done.removed == {"credits": 1, "person_skills": 1, "rate_cards": 1}
    assert done.kept == {"attestations": 1, "consents": 3, "disclosures": 1}
    with station.reading() as connection:
        with pytest.raises(NotFound):
            found_person(connection, person.id)
        party = find(connection, Party, person.party_id)
        assert (party.name, party.account_id) == (NOBODY, None)
        (attestation,) = find_where(connection, Attestation, party_id=party.id)
        assert (attestation.state, len(attestation.content_digest)) == ("void", 64)
        assert len(consents_of(connection, person.id)) == 3
        told = events_after(connection, 0, party_id=person.party_id)
        digests = [
            e.after["content_digest"]
            for e in told
            if e.noun == "attestations" and e.after and "content_digest" in e.after
        ]
    assert digests == [attestation.content_digest]
    assert {each.noun for each in told} >= {"people", "credits", "consents", "attestations"}


def test_others_stay_as_they_are(station: Station, market: Market, person: Person) -> None:
    def rest() -> list[str]:
        ours = (person.party_id, person.id, market.people["freelancer"].id)
        with station.reading() as connection:
            told = [str(each) for each in events_after(connection, 0)]
        return [each for each in told if not any(id_ in each for id_ in ours)]

    before = rest()
    with station.change(STATION) as change:
        erase_person(change, person)
    assert rest()[: len(before)] == before


def test_the_only_owner_hands_the_organisation_over_first(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        party = person_party(change, market.people["seller-owner"], country="CN")
        owner = add_person(change, party, family_name="Ruiz")
        with pytest.raises(Conflict, match="owner"), change.apart():
            erase_person(change, owner)
        assert found_person(change.connection, owner.id).family_name == "Ruiz"


def test_all_that_is_held_comes_out_in_one_file(station: Station, person: Person) -> None:
    archive = zipfile.ZipFile(io.BytesIO(export_person(station, person)))
    told = "".join(archive.read(name).decode() for name in archive.namelist())
    for trace in TRACES:
        assert trace.casefold() in told.casefold(), trace
    assert set(re.findall('"key_digest": ?"([^"]*)"', told)) <= {"…"}
    assert orjson.loads(archive.read("people.json"))[0]["needs"] == "No hazelnuts."
    rows = list(csv.DictReader(io.StringIO(archive.read("consents.csv").decode("utf-8-sig"))))
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert "credits" in {row["noun"] for row in orjson.loads(archive.read("events.json"))}
