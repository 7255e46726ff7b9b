"""What was delivered and accepted stands in the credits of who made it, where they agreed."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from mstation.station.change import STATION, Change, find, find_where
from mstation.station.parties import person_party
from mstation.station.production.workflow import TaskType
from mstation.station.station import Station
from mstation.station.talent.consents import FieldGroup
from mstation.station.talent.credits import (
    Attestation,
    AttestationState,
    Attested,
    Credit,
    remove_credit,
    withdraw_attestation,
)
from mstation.station.talent.people import Person, Visible, add_person
from mstation.station.talent.skills import PersonSkill, set_skill
from mstation.station.talent.vocabulary import roles, skills
from mstation.station.talent.work_credits import work_kinds
from mstation.station.work_orders.acceptance import accept
from mstation.station.work_orders.contracts import Contract, Milestone
from mstation.station.work_orders.deliveries import note_quality
from mstation.station.work_orders.packages import Security, WorkPackage
from mstation.station.work_orders.releasing import release, release_silent
from tests.station.crew import Crew
from tests.station.market import Market
from tests.station.talent.cast import OPEN, agree
from tests.station.work_orders.test_contracts import let_time_pass
from tests.station.work_orders.working import CLEAN, Yard, open_yard


@pytest.fixture
def yard(station: Station, crew: Crew, market: Market) -> Yard:
    made = open_yard(station, crew, market)
    with station.change(STATION) as change:
        kind = find(change.connection, TaskType, crew.tasks[0].type_id)
        change.edit(kind, name="Rotoscoping")
    return made


def artist(yard: Yard, *groups: FieldGroup) -> Person:
    """Let who works for the vendor have a profile, and agree that these are seen."""
    with yard.station.change(STATION) as change:
        party = person_party(change, yard.worker, country="CN")
        person = add_person(change, party, name_zh="林可", visible=Visible.EVERYBODY)
        set_skill(change, person, skill="rotoscoping", level=3)
        for group in groups:
            agree(change, person, *OPEN, group=group)
        return person


def delivered(yard: Yard, **more: object) -> Milestone:
    """Let a milestone be delivered, and accepted in its review."""
    milestone = yard.milestone(yard.contract(shots=1, **more))
    yard.pay_in(milestone)
    yard.approve(yard.deliver(milestone))
    return milestone


def accepted(yard: Yard, **more: object) -> None:
    milestone = delivered(yard, **more)
    with yard.station.change(yard.producer) as change:
        accept(change, milestone.id)
        release(change, milestone.id)


def credits_in(yard: Yard, person: Person) -> list[Credit]:
    with yard.station.reading() as connection:
        return find_where(connection, Credit, person_id=person.id)


def evidence_of(yard: Yard, person: Person) -> int:
    with yard.station.reading() as connection:
        (skill,) = find_where(connection, PersonSkill, person_id=person.id)
    return skill.deliveries


def test_accepted_work_is_a_credit_by_the_stations_log_that_others_see(
    yard: Yard, client: TestClient
) -> None:
    person = artist(yard, FieldGroup.PROFILE, FieldGroup.CREDITS)
    milestone = delivered(yard)
    assert credits_in(yard, person) == []
    answer = client.post(
        f"/api/milestones/{milestone.id}/accept", headers=yard.crew.signed("producer")
    )
    assert answer.status_code == 200
    shown = client.get(f"/api/people/{person.id}", headers=yard.market.signed("buyer-owner"))
    (credit,) = shown.json()["credits"]
    assert (credit["role_code"], credit["work_title"], credit["attestation"]) == (
        "rotoscope_artist", yard.crew.project.name, "work_log",
    )  # fmt: skip
    (skill,) = shown.json()["skills"]
    assert (skill["skill_code"], skill["deliveries"]) == ("rotoscoping", 1)
    accepted(yard)  # more of the same is the same credit
    assert [each.id for each in credits_in(yard, person)] == [credit["id"]]
    assert evidence_of(yard, person) == 2


def test_paid_for_silence_it_is_a_credit_too(yard: Yard) -> None:
    person = artist(yard, FieldGroup.CREDITS)
    milestone = yard.milestone(yard.contract(shots=1))
    yard.pay_in(milestone)
    made = yard.deliver(milestone, None)
    with yard.station.change(STATION) as change:
        note_quality(change, made.id, CLEAN)
    let_time_pass(yard, milestone)
    assert release_silent(yard.station) == 1
    (credit,) = credits_in(yard, person)
    assert credit.attestation is Attested.WORK_LOG


@pytest.mark.parametrize(
    ("groups", "security"),
    [((FieldGroup.PROFILE,), Security.PUBLIC), ((FieldGroup.CREDITS,), Security.NDA)],
)
def test_without_consent_or_under_terms_of_secrecy_nothing_is_written(
    yard: Yard, groups: tuple[FieldGroup, ...], security: Security
) -> None:
    person = artist(yard, *groups)
    milestone = delivered(yard)
    with yard.station.change(yard.producer) as change:
        secret(change, milestone, security)
        accept(change, milestone.id)
    assert (credits_in(yard, person), evidence_of(yard, person)) == ([], 0)


def secret(change: Change, milestone: Milestone, security: Security) -> None:
    """Let the package of a milestone have been given out so."""
    contract = find(change.connection, Contract, milestone.contract_id)
    package = find(change.connection, WorkPackage, contract.package_id)
    change.edit(package, security=security)


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_a_credit_that_was_taken_away_does_not_come_back(yard: Yard, is_withdrawn: bool) -> None:
    person = artist(yard, FieldGroup.CREDITS)
    accepted(yard)
    (credit,) = credits_in(yard, person)
    with yard.station.change(STATION) as change:
        if is_withdrawn:
            (word,) = find_where(change.connection, Attestation, credit_id=credit.id)
            withdraw_attestation(change, word, reason="Made by somebody else.")
        else:
            remove_credit(change, credit)
    accepted(yard)
    with yard.station.reading() as connection:
        standing = {"party_id": person.party_id, "state": AttestationState.STANDS}
        assert find_where(connection, Attestation, **standing) == []
    assert len(credits_in(yard, person)) == is_withdrawn


def test_every_kind_of_work_names_a_role_and_a_skill_of_the_vocabulary() -> None:
    for kind in work_kinds().values():
        assert kind.role in roles()
        assert not kind.skill or kind.skill in skills()
