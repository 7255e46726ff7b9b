"""Holds over HTTP: whoever is chosen is asked, sees it in their calendar, and answers."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from mstation.station.change import STATION, find, find_where
from mstation.station.events import events
from mstation.station.parties import organisation_party
from mstation.station.station import Station
from mstation.station.talent.availability import Availability, AvailabilityKind
from mstation.station.talent.consents import withdraw_consent
from mstation.station.talent.crew_holds import CrewHold, HoldState, lapse_holds, refuse_hold
from mstation.station.talent.erasing import erase_person
from mstation.station.talent.people import add_person
from mstation.station.talent.rates import RateUnit, add_rate
from mstation.station.talent.skills import set_skill
from tests.server.test_crewing_from_talent import Troupe, run_of, troupe
from tests.station.crew import Crew
from tests.station.places import DAY, MONDAY

__all__ = ["troupe"]


def choose(client: TestClient, crew: Crew, run: Any, person_id: str, **more: object) -> int:
    body = {"requirement_id": "light", "candidate_id": person_id, **more}
    path = f"/api/match-runs/{run['id']}/decisions"
    return client.post(path, json=body, headers=crew.signed("producer")).status_code


def holds_of(client: TestClient, crew: Crew, person_id: str) -> list[Any]:
    path = f"/api/people/{person_id}/crew-holds"
    told: list[Any] = client.get(path, headers=crew.signed("stranger")).json()
    return told


def answer(client: TestClient, crew: Crew, held: Any, who: str = "stranger", **body: object) -> Any:
    header = {**crew.signed(who), "If-Match": f'"{held["revision"]}"'}
    return client.post(f"/api/crew-holds/{held['id']}/answer", json=body, headers=header)


def test_who_is_chosen_is_held_answers_and_the_next_option_moves_up(
    client: TestClient, crew: Crew, station: Station, troupe: Troupe
) -> None:
    lin, run = troupe.lin.id, run_of(client, crew).json()
    assert choose(client, crew, run, lin) == 201
    assert choose(client, crew, run, lin, hold_until=(MONDAY - 2 * DAY).isoformat()) == 422
    assert choose(client, crew, run, lin) == 201
    first, second = holds_of(client, crew, lin)
    assert [first["rank"], second["rank"], first["title"]] == [1, 2, crew.project.name]
    calendar = f"/api/parties/{troupe.lin.party_id}/availability"
    times = client.get(calendar, headers=crew.signed("stranger")).json()
    assert [(each["kind"], each["expires_at"]) for each in times] == [
        ("hold", first["expires_at"]),
        ("hold", second["expires_at"]),
    ]
    again = run_of(client, crew).json()  # held: not free any more
    assert [each["candidate_id"] for each in again["result"]["chosen"]] == [troupe.bo.id]
    for who in ("producer", "artist"):  # nobody answers for somebody else
        assert answer(client, crew, first, who, confirms=True).status_code == 404
    refused = answer(client, crew, first, confirms=False, reason="A wedding.").json()
    assert (refused["state"], refused["reason"]) == ("refused", "A wedding.")
    assert answer(client, crew, refused, confirms=True).status_code == 409
    second = holds_of(client, crew, lin)[1]
    assert second["rank"] == 1
    confirmed = answer(client, crew, second, confirms=True).json()
    assert (confirmed["state"], confirmed["rank"]) == ("confirmed", 0)
    (time,) = client.get(calendar, headers=crew.signed("stranger")).json()
    assert (time["kind"], time["expires_at"]) == ("busy", None)
    listed = client.get(
        f"/api/projects/{crew.project.id}/crew-holds", headers=crew.signed("coordinator")
    ).json()["rows"]
    assert [each["state"] for each in listed] == ["refused", "confirmed"]
    told = client.get(
        f"/api/projects/{crew.project.id}/events", headers=crew.signed("producer")
    ).json()
    said = [each["after"] for each in told if each["noun"] == "crew_holds"]
    assert [each["state"] for each in said if "state" in each] == [
        "held", "held", "refused", "confirmed",
    ]  # fmt: skip
    with station.reading() as connection:
        mine = events.c.party_id == troupe.lin.party_id
        logged = connection.execute(events.select().where(mine)).mappings().all()
    assert "crew_holds" in {each["noun"] for each in logged}


def test_who_confirms_one_loses_the_others_and_the_production_takes_back_what_is_unanswered(
    client: TestClient, crew: Crew, station: Station, troupe: Troupe
) -> None:
    lin, run = troupe.lin.id, run_of(client, crew).json()
    for _ in range(3):
        assert choose(client, crew, run, lin) == 201
    first = holds_of(client, crew, lin)[0]
    url = f"/api/crew-holds/{first['id']}/release"
    for who, status in (("vendor", 404), ("coordinator", 403), ("producer", 200)):
        header = {**crew.signed(who), "If-Match": '"1"'}
        assert client.post(url, headers=header).status_code == status, who
    _, second, third = holds_of(client, crew, lin)
    assert (second["rank"], third["rank"]) == (1, 2)
    assert answer(client, crew, third, confirms=True).status_code == 200
    states = [each["state"] for each in holds_of(client, crew, lin)]
    assert states == ["released", "lost", "confirmed"]
    assert choose(client, crew, run, lin) == 201
    last = holds_of(client, crew, lin)[-1]
    assert answer(client, crew, last, confirms=True).status_code == 409  # twice at once


def test_a_hold_that_nobody_answers_lapses_and_who_withdrew_is_not_held(
    client: TestClient, crew: Crew, station: Station, troupe: Troupe
) -> None:
    run = run_of(client, crew).json()
    assert choose(client, crew, run, troupe.bo.id) == 201
    with station.change(STATION) as change:
        (held,) = find_where(change.connection, CrewHold, person_id=troupe.bo.id)
        change.at = held.expires_at
        assert lapse_holds(change) == 1
        assert lapse_holds(change) == 0
    with station.change(STATION) as change:
        assert find(change.connection, CrewHold, held.id).state is HoldState.LAPSED
        times = find_where(change.connection, Availability, party_id=troupe.bo.party_id)
        assert [each.kind for each in times] == [AvailabilityKind.BUSY]  # their own word stays
        withdraw_consent(change, troupe.bo)
    assert choose(client, crew, run, troupe.bo.id) == 404


def test_what_somebody_answered_is_erased_with_them(
    client: TestClient, crew: Crew, station: Station, troupe: Troupe
) -> None:
    assert choose(client, crew, run_of(client, crew).json(), troupe.bo.id) == 201
    with station.change(STATION) as change:
        (held,) = find_where(change.connection, CrewHold, person_id=troupe.bo.id)
        refuse_hold(change, held, "A wedding.")
        erase_person(change, troupe.bo)
    with station.reading() as connection:
        assert find_where(connection, CrewHold, person_id=troupe.bo.id) == []
        assert "wedding" not in str(connection.execute(events.select()).all())


def test_for_somebody_of_an_address_book_its_keeper_answers(
    client: TestClient, crew: Crew, station: Station
) -> None:
    with station.change(STATION) as change:
        mine = organisation_party(change, crew.organisation, country="CN")
        noted = add_person(change, mine, family_name="Ruiz", role_codes=["gaffer"])
        add_rate(change, noted, unit=RateUnit.DAY, amount=1, currency="CNY")
        set_skill(change, noted, skill="rigging", level=2)
    assert choose(client, crew, run_of(client, crew).json(), noted.id) == 201
    url = f"/api/people/{noted.id}/crew-holds"
    assert client.get(url, headers=crew.signed("stranger")).status_code == 404
    (held,) = client.get(url, headers=crew.signed("owner")).json()
    assert answer(client, crew, held, confirms=True).status_code == 404
    assert answer(client, crew, held, "owner", confirms=True).json()["state"] == "confirmed"
