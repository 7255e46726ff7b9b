"""An address book as CSV: in, out, and the faults of it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.errors import Faulty, InvalidInput, MStationError
from mstation.station.change import STATION, find_where
from mstation.station.parties import Party
from mstation.station.production.faults import Faults
from mstation.station.production.sheet_files import write_csv
from mstation.station.station import Station
from mstation.station.talent.book import _read, book_rows, take_in_book
from mstation.station.talent.people import Person
from mstation.station.talent.skills import PersonSkill
from tests.station.market import Market

BOOK = """\
Family name,Given name,中文姓名,Roles,Skills,Languages,E-mail
Ruiz,Ana,,gaffer; 跟焦员,dmx:3; LED 灯具:2,es:native; en:c1,ana@example.org
,,林可,场记,,zh,
""".encode()


def test_a_book_taken_in_and_out_and_in_again_changes_nothing(
    station: Station, market: Market
) -> None:
    with station.change(STATION) as change:
        done = take_in_book(change, market.seller, BOOK)
        assert (done.added, done.changed, done.unchanged) == (2, 0, 0)
        for tongue in ("en", "zh"):
            out = write_csv(book_rows(change.connection, market.seller, tongue))  # type: ignore[arg-type]
            again = take_in_book(change, market.seller, out)
            assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
        ana, lin = sorted(
            find_where(change.connection, Person, keeper_id=market.seller.id),
            key=lambda each: each.name_zh,
        )
        skills = find_where(change.connection, PersonSkill, person_id=ana.id)
        (party,) = find_where(change.connection, Party, id=lin.party_id)
    assert ana.role_codes == ("gaffer", "first_assistant_camera")
    assert {each.skill_code: each.level for each in skills} == {"dmx": 3, "led_fixtures": 2}
    assert (party.account_id, party.organisation_id) == (None, None)


def test_rows_with_an_id_change_who_is_there(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        take_in_book(change, market.seller, BOOK)
        lin = find_where(change.connection, Person, name_zh="林可")[0]
        done = take_in_book(change, market.seller, f"ID,City\n{lin.id},成都\n".encode())
        assert (done.added, done.changed) == (0, 1)
        assert find_where(change.connection, Person, id=lin.id)[0].city == "成都"
        with pytest.raises(Faulty):
            take_in_book(change, market.buyer, f"ID,City\n{lin.id},成都\n".encode())


def test_every_fault_is_told_by_row_and_column_and_nobody_is_taken_in(
    station: Station, market: Market
) -> None:
    data = (
        b"Family name,Roles,Skills,Languages,Country,E-mail\n"
        b"Ruiz,wizard,nuke:9,spanish:c1,Spain,nobody\n"
        b",gaffer,,,ES,\n"
        b"Good,gaffer,,,ES,,more\n"
    )
    with station.change(STATION) as change, pytest.raises(Faulty) as refused:
        take_in_book(change, market.seller, data)
    told = refused.value.faults_told("en")
    places = ("Roles", "Skills", "Languages", "Country", "E-mail")
    for line, place in zip(told, places, strict=False):
        assert line.startswith(f"row 2, {place}: ")
    assert [line.partition(":")[0] for line in told[5:]] == ["row 3", "row 4"]
    assert refused.value.faults_told("zh")[0].startswith("第 2 行「Roles」：")
    with station.reading() as connection:
        assert find_where(connection, Person) == []


@pytest.mark.parametrize("head", ["Name,Salary", "City", "Family name,Family name", ""])
def test_headings_that_nobody_knows_are_refused(
    station: Station, market: Market, head: str
) -> None:
    with station.change(STATION) as change, pytest.raises(Faulty):
        take_in_book(change, market.seller, f"{head}\nA,B\n".encode())


def test_a_person_keeps_no_address_book(station: Station, market: Market) -> None:
    with station.change(STATION) as change, pytest.raises(InvalidInput):
        take_in_book(change, market.freelancer, BOOK)


def test_a_cell_that_a_spreadsheet_would_run_comes_out_spared(
    station: Station, market: Market
) -> None:
    with station.change(STATION) as change:
        take_in_book(change, market.seller, b"Family name\n'=1+1\n")
        (made,) = find_where(change.connection, Person)
        out = write_csv(book_rows(change.connection, market.seller, "en")).decode()
    assert made.family_name == "=1+1"
    assert "'=1+1" in out


@settings(max_examples=100)
@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_no_file_breaks_the_reading(data: bytes) -> None:
    faults = Faults()
    with suppress(MStationError):
        for _, told in _read(b"Family name,Skills,Languages,Roles\n" + data, faults):
            assert told
