"""Crewing from the station's people: by what they agreed to show for it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from mstation.station.change import STATION, find, find_where
from mstation.station.intervals import Interval
from mstation.station.parties import Party, organisation_party, person_party
from mstation.station.station import Station
from mstation.station.talent.availability import AvailabilityKind, add_availability
from mstation.station.talent.consents import FieldGroup, Purpose, withdraw_consent
from mstation.station.talent.erasing import erase_person
from mstation.station.talent.match_runs import MatchRun
from mstation.station.talent.people import Person, Visible, add_person
from mstation.station.talent.rates import RateUnit, add_rate
from mstation.station.talent.showing import Disclosure
from mstation.station.talent.skills import set_skill
from tests.station.crew import Crew
from tests.station.places import DAY, MONDAY
from tests.station.talent.cast import OPEN, agree, somebody

NEED: dict[str, Any] = {
    "id": "light", "role": "灯光师", "starts_at": MONDAY.isoformat(),
    "ends_at": (MONDAY + DAY).isoformat(), "skills": {"Rigging": 2},
}  # fmt: skip
ALL = (FieldGroup.PROFILE, FieldGroup.RATES, FieldGroup.AVAILABILITY)


@dataclass(frozen=True)
class Troupe:
    """Gaffers: each of another consent, rate or time."""

    ana: Person  # shows all; busy on the day
    bo: Person  # shows no times, though busy; dearer
    chen: Person  # asks in another currency
    dora: Person  # shows no rates
    eve: Person  # agreed to be found, not to be matched
    lin: Person  # shows all, and keeps it herself as the stranger's account


@pytest.fixture
def troupe(station: Station, crew: Crew) -> Troupe:
    made: dict[str, Person] = {}
    with station.change(STATION) as change:
        for name in ("ana", "bo", "chen", "dora", "eve"):
            made[name] = somebody(change, family_name=name.title(), role_codes=["gaffer", "grip"])
        party = person_party(change, crew.people["stranger"], country="CN")
        told = {"family_name": "Lin", "role_codes": ["gaffer"], "visible": Visible.EVERYBODY}
        made["lin"] = add_person(change, party, **told)
        shows = {**dict.fromkeys(made, ALL), "bo": ALL[:2], "dora": ALL[:1], "eve": ()}
        asks = {
            "ana": (RateUnit.DAY, 500_00, "CNY"), "bo": (RateUnit.HOUR, 90_00, "CNY"),
            "chen": (RateUnit.DAY, 1, "EUR"), "dora": (RateUnit.DAY, 1, "CNY"),
            "eve": (RateUnit.DAY, 1, "CNY"), "lin": (RateUnit.WEEK, 4_000_01, "CNY"),
        }  # fmt: skip
        for name, person in made.items():
            for group in shows[name]:
                agree(change, person, *OPEN, group=group, purpose=Purpose.CREWING)
            set_skill(change, person, skill="rigging", level=3)
            unit, amount, currency = asks[name]
            add_rate(
                change, person, unit=unit, amount=amount, currency=currency,
                role_code="gaffer", visible=Visible.EVERYBODY,
            )  # fmt: skip
        for name in ("ana", "bo"):
            own = find(change.connection, Party, made[name].party_id)
            busy = Interval(MONDAY, MONDAY + DAY)
            add_availability(change, own, kind=AvailabilityKind.BUSY, interval=busy)
    return Troupe(**made)


def run_of(client: TestClient, crew: Crew, **body: object) -> Any:
    told = {"requirements": [NEED], "from_talent": True, "currency": "CNY", **body}
    path = f"/api/projects/{crew.project.id}/match-runs"
    return client.post(path, json=told, headers=crew.signed("producer"))


def test_who_agreed_is_weighed_by_what_they_show_and_each_is_told(
    client: TestClient, crew: Crew, station: Station, troupe: Troupe
) -> None:
    run = run_of(client, crew).json()
    assert [(each["candidate_id"], each["cost"]) for each in run["result"]["chosen"]] == [
        (troupe.lin.id, 800_01)  # a fifth of the week, rounded up
    ]
    why = {each["candidate_id"]: each["reason"] for each in run["result"]["passed"]}
    assert why[troupe.ana.id]["why"] == "free"
    assert why[troupe.bo.id] == {"why": "dearer", "detail": "9999"}  # their times are not known
    assert len(why) == 2
    shown = {each["person_id"]: each for each in run["people"]}
    assert {id_: each["lack"] for id_, each in shown.items()} == {
        troupe.ana.id: "", troupe.bo.id: "", troupe.lin.id: "",
        troupe.chen.id: "other_currency", troupe.dora.id: "rate_hidden",
    }  # fmt: skip
    assert shown[troupe.bo.id]["field_groups"] == ["profile", "rates"]
    assert troupe.eve.id not in str(run)
    path = f"/api/match-runs/{run['id']}"
    assert client.get(path, headers=crew.signed("owner")).json() == run
    with station.reading() as connection:
        (line,) = find_where(connection, Disclosure, person_id=troupe.bo.id)
    assert (line.account_id, line.purpose) == (crew.people["producer"].id, "crewing")
    assert line.field_groups == ("profile", "rates")


def test_what_an_organisations_people_may_not_read_is_in_no_run(
    client: TestClient, crew: Crew, station: Station, troupe: Troupe
) -> None:
    with station.change(STATION) as change:
        mine = organisation_party(change, crew.organisation, country="CN")
        own = add_person(change, mine, family_name="Own", role_codes=["gaffer"])
        add_rate(change, own, unit=RateUnit.DAY, amount=1, currency="CNY")
        self = person_party(change, crew.people["producer"], country="CN")
        private = add_person(change, self, family_name="Private", role_codes=["gaffer"])
        add_rate(change, private, unit=RateUnit.DAY, amount=1, currency="CNY")
    run = run_of(client, crew, requirements=[{**NEED, "skills": {}}]).json()
    assert [each["candidate_id"] for each in run["result"]["chosen"]] == [own.id]
    assert private.id not in str(run)  # their own profile, shown to nobody
    with station.reading() as connection:
        assert find_where(connection, Disclosure, person_id=own.id) == []


def test_who_withdraws_is_weighed_no_more_and_who_is_erased_is_an_id(
    client: TestClient, crew: Crew, station: Station, troupe: Troupe
) -> None:
    before = run_of(client, crew).json()
    with station.change(STATION) as change:
        withdraw_consent(change, troupe.lin)
        erase_person(change, troupe.ana)
    assert [each["candidate_id"] for each in run_of(client, crew).json()["result"]["chosen"]] == [
        troupe.bo.id
    ]
    with station.reading() as connection:
        run = find(connection, MatchRun, before["id"])
    left = [each for each in run.plan["candidates"] if each["id"] == troupe.ana.id]
    assert left == [{"id": troupe.ana.id}]
    assert MONDAY.strftime("%Y-%m-%dT%H:%MZ") not in str(run.result)  # when she was busy


def test_what_cannot_be_sought_is_refused(client: TestClient, crew: Crew, troupe: Troupe) -> None:
    for body in ({"currency": ""}, {"requirements": [{**NEED, "role": "wizard"}]},
                 {"requirements": [{**NEED, "skills": {"telepathy": 1}}]},
                 {"among": {"words": "!?"}}):  # fmt: skip
        assert run_of(client, crew, **body).status_code == 422, body
    assert run_of(client, crew, among={"country": "FR"}).json()["result"]["chosen"] == []
