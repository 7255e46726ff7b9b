"""Who owns, sells, buys and works; and the laws that the database keeps by itself."""

from __future__ import annotations

import pytest

from mstation.errors import Conflict, InvalidInput
from mstation.station.change import STATION, Actor, find
from mstation.station.events import events_after
from mstation.station.guards import unguarded
from mstation.station.organisations import Organisation
from mstation.station.parties import (
    Identification,
    Party,
    edit_party,
    open_house,
    organisation_party,
    parties_of,
    person_party,
)
from mstation.station.station import Station
from tests.station.market import Market

LAW = """
CREATE TRIGGER no_fees BEFORE UPDATE ON houses WHEN NEW.fee_bp > 2000
BEGIN SELECT RAISE(ABORT, 'guard:no_fees'); END
"""


def test_an_organisation_or_a_person_is_one_party(station: Station, market: Market) -> None:
    with station.change(STATION) as change, pytest.raises(Conflict):
        person_party(change, market.people["freelancer"], country="FR")
    assert market.freelancer.name_zh == "林可"
    assert market.museum.account_id is market.museum.organisation_id is None


def test_somebody_acts_for_themselves_and_for_their_organisations(
    station: Station, market: Market
) -> None:
    with station.reading() as connection:
        assert parties_of(connection, market.people["freelancer"].id) == [market.freelancer]
        assert parties_of(connection, market.people["seller-artist"].id) == [market.seller]
        assert parties_of(connection, market.people["stranger"].id) == []


def test_what_is_said_of_a_party_stands_in_its_log(station: Station, market: Market) -> None:
    actor = Actor("account", market.people["seller-owner"].id, market.people["seller-owner"].id)
    with station.change(actor) as change:
        edit_party(change, market.seller, name_zh="灯笼资料馆")
    with station.reading() as connection:
        told = events_after(connection, 0, party_id=market.seller.id)
    assert [(each.noun, each.verb) for each in told] == [
        ("parties", "added"),
        ("parties", "changed"),
    ]
    assert told[-1].after == {"name_zh": "灯笼资料馆", "revision": 2}


def test_who_takes_another_name_is_verified_no_more(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        proven = change.edit(market.seller, identification=Identification.VERIFIED)
        same = edit_party(change, proven, name=proven.name)
        assert same.identification is Identification.VERIFIED
        renamed = edit_party(change, same, name="Lantern Archive International")
    assert renamed.identification is Identification.CLAIMED


@pytest.mark.parametrize("code", ["91350100M000100Y43", ""])
def test_a_credit_code_that_checks_is_kept(station: Station, market: Market, code: str) -> None:
    with station.change(STATION) as change:
        assert edit_party(change, market.seller, uscc=code).uscc == code


@pytest.mark.parametrize(
    "told", [{"uscc": "91350100M000100Y44"}, {"uscc": "91"}, {"country": "cn"}, {"country": "中国"}]
)
def test_what_is_no_code_is_refused(station: Station, market: Market, told: dict[str, str]) -> None:
    with station.change(STATION) as change, pytest.raises(InvalidInput):
        edit_party(change, market.seller, **told)


def test_there_is_one_house_and_it_is_an_organisation(station: Station, market: Market) -> None:
    with station.change(STATION) as change:
        with pytest.raises(Conflict):
            open_house(change, market.seller)
        with pytest.raises(InvalidInput):
            open_house(change, market.freelancer)
        keeper = find(change.connection, Party, market.house.party_id)
        assert open_house(change, keeper, fee_bp=500).fee_bp == 500
        kept = find(change.connection, Organisation, market.house.organisation_id)
        with pytest.raises(Conflict), change.apart():
            organisation_party(change, kept, country="CN")


def test_guards_rest_while_a_backup_comes_back_and_then_stand_again(
    station: Station, market: Market
) -> None:
    if station.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's triggers are put to rest by themselves: the ledger's tests")
    with station.engine.begin() as connection:
        connection.exec_driver_sql(LAW)
        raised = "UPDATE houses SET fee_bp = 3000"
        with unguarded(connection):
            connection.exec_driver_sql(raised)
        with pytest.raises(Exception, match="guard:no_fees"):
            connection.exec_driver_sql(raised)
