"""Credits and who attests them; skills and rates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mstation.errors import Conflict, InvalidInput, NotFound, Stale
from mstation.station.change import STATION, Change, find, find_where
from mstation.station.events import events_after
from mstation.station.parties import Party, organisation_party, person_party
from mstation.station.production.time_logs import add_time_log
from mstation.station.station import Station
from mstation.station.talent.credits import (
    Attestation,
    AttestationState,
    Attested,
    Credit,
    add_credit,
    asked_of,
    attest,
    attestations_of,
    credit_from_work,
    edit_credit,
    remove_credit,
    withdraw_attestation,
)
from mstation.station.talent.people import Person, Visible, add_person
from mstation.station.talent.rates import RateCard, RateUnit, add_rate, edit_rate, remove_rate
from mstation.station.talent.skills import PersonSkill, remove_skill, set_skill
from tests.station.crew import Crew
from tests.station.talent.cast import acting

TOLD = {"role_code": "gaffer", "work_title": "The Last Reel", "year_from": 2024}


@pytest.fixture
def person(station: Station, crew: Crew) -> Person:
    with station.change(STATION) as change:
        party = person_party(change, crew.people["artist"], country="CN")
        return add_person(change, party, name_zh="林可")


def _standing(change: Change, credit: Credit) -> list[Attestation]:
    state = AttestationState.STANDS
    return find_where(change.connection, Attestation, credit_id=credit.id, state=state)


def test_a_production_attests_what_it_read(station: Station, crew: Crew, person: Person) -> None:
    with station.change(acting(crew.people["producer"])) as change:
        credit = add_credit(change, person, **TOLD)
        with pytest.raises(Stale), change.apart():
            attest(change, crew.project, credit, digest="0" * 64)
        given_ = attest(change, crew.project, credit, digest=credit.digest)
        with pytest.raises(Conflict), change.apart():
            attest(change, crew.project, credit, digest=credit.digest)
        kept = find(change.connection, Credit, credit.id)
    assert (kept.attestation, given_.made_by) == ("producer", crew.people["producer"].id)
    with station.reading() as connection:
        told = events_after(connection, 0, party_id=person.party_id)
    (event,) = [each for each in told if each.noun == "attestations"]
    assert event.after is not None
    assert event.after["content_digest"] == credit.digest
    assert (event.project_id, event.actor_id) == (crew.project.id, crew.people["producer"].id)


def test_an_attestation_is_void_when_the_credit_changes(
    station: Station, crew: Crew, person: Person
) -> None:
    with station.change(STATION) as change:
        credit = add_credit(change, person, **TOLD)
        attest(change, crew.project, credit, digest=credit.digest)
        credit = find(change.connection, Credit, credit.id)
        credit = edit_credit(change, credit, role_title="Chief lighting technician")
        (line,) = attestations_of(change.connection, [credit.id])
    assert (credit.attestation, line.state) == (Attested.SELF, AttestationState.VOID)


def test_a_withdrawn_attestation_stays_to_be_seen_with_its_reason(
    station: Station, crew: Crew, person: Person
) -> None:
    with station.change(STATION) as change:
        credit = add_credit(change, person, **TOLD)
        given_ = attest(change, crew.project, credit, digest=credit.digest)
        with pytest.raises(InvalidInput):
            withdraw_attestation(change, given_, reason=" ")
        gone = withdraw_attestation(change, given_, reason="He was the best boy.")
        with pytest.raises(Conflict):
            withdraw_attestation(change, gone, reason="Again.")
        assert attestations_of(change.connection, [credit.id]) == [gone]
        assert find(change.connection, Credit, credit.id).attestation is Attested.SELF
    assert (gone.state, gone.reason) == ("withdrawn", "He was the best boy.")


def test_the_log_of_work_attests_by_itself(station: Station, crew: Crew, person: Person) -> None:
    artist = crew.people["artist"].id
    with station.change(STATION) as change:
        told = {"role_code": "compositor"}
        with pytest.raises(NotFound):
            credit_from_work(change, person, artist, crew.project, **told)
        for day in (date(2025, 12, 30), date(2026, 1, 2)):
            add_time_log(change, crew.tasks[0], artist, day=day, minutes=60)
        credit = credit_from_work(change, person, artist, crew.project, **told)
    assert (credit.year_from, credit.year_to) == (2025, 2026)
    assert (credit.work_title, credit.attestation) == (crew.project.name, Attested.WORK_LOG)


def test_an_organisation_is_asked_and_no_person(
    station: Station, crew: Crew, person: Person
) -> None:
    with station.change(STATION) as change:
        party: Party = organisation_party(change, crew.organisation, country="CN")
        credit = add_credit(change, person, **TOLD, asked_id=party.id)
        assert asked_of(change.connection, crew.organisation.id) == [credit]
        with pytest.raises(InvalidInput):
            add_credit(change, person, **TOLD, asked_id=person.party_id)


@pytest.mark.parametrize(
    "told",
    [
        {"role_code": "wizard"},
        {"work_title": " \n"},
        {"work_title": ""},
        {"year_from": 1700},
        {"year_to": 2023},
    ],
)
def test_what_is_no_credit_is_refused(
    station: Station, person: Person, told: dict[str, object]
) -> None:
    with station.change(STATION) as change, pytest.raises(InvalidInput):
        add_credit(change, person, **{**TOLD, **told})  # type: ignore[arg-type]


def test_nobody_writes_that_they_are_attested(station: Station, person: Person) -> None:
    with station.change(STATION) as change, pytest.raises(ValueError, match="attests"):
        add_credit(change, person, attestation=Attested.PRODUCER, **TOLD)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(["attest", "retitle", "same", "ask", "withdraw"]), max_size=8))
def test_a_credit_shows_as_attested_exactly_while_a_word_for_its_content_stands(
    station: Station, crew: Crew, person: Person, steps: list[str]
) -> None:
    with station.change(STATION) as change:
        credit = add_credit(change, person, **TOLD)
        for place, step in enumerate(steps):
            standing = _standing(change, credit)
            if step == "attest" and not standing:
                attest(change, crew.project, credit, digest=credit.digest)
            elif step == "withdraw" and standing:
                withdraw_attestation(change, standing[0], reason="Mistaken.")
            elif step == "retitle":
                edit_credit(change, credit, work_title=f"Reel {place}")
            elif step == "same":
                edit_credit(change, credit, work_title=credit.work_title)
            credit = find(change.connection, Credit, credit.id)
            standing = _standing(change, credit)
            assert (credit.attestation is Attested.PRODUCER) is bool(standing)
            assert all(each.content_digest == credit.digest for each in standing)
        remove_credit(change, credit)
        assert _standing(change, credit) == []


def test_a_skill_is_said_once_and_its_level_changed(station: Station, person: Person) -> None:
    with station.change(STATION) as change:
        first = set_skill(change, person, skill="Nuke", level=2)
        again = set_skill(change, person, skill="nuke", level=4, evidence="The Last Reel")
        assert (again.id, again.level) == (first.id, 4)
        for told in ({"skill": "nuke", "level": 6}, {"skill": "telepathy", "level": 1}):
            with pytest.raises(InvalidInput):
                set_skill(change, person, **told)  # type: ignore[arg-type]
        remove_skill(change, person, again)
        assert find_where(change.connection, PersonSkill, person_id=person.id) == []


def test_a_rate_is_whole_minor_units_of_a_known_currency(station: Station, person: Person) -> None:
    told = {"role_code": "灯光师", "unit": RateUnit.DAY, "amount": 120_000, "currency": "CNY"}
    with station.change(STATION) as change:
        rate = add_rate(change, person, **told, visible=Visible.HOUSE)
        assert (rate.role_code, rate.visible) == ("gaffer", "house")
        rate = edit_rate(change, person, rate, minimum_hours=10)
        for wrong in ({"currency": "XXX"}, {"amount": -1}, {"minimum_hours": 25}):
            with pytest.raises(InvalidInput):
                edit_rate(change, person, rate, **wrong)
        remove_rate(change, person, rate)
        assert find_where(change.connection, RateCard, person_id=person.id) == []
