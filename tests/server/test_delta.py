"""Lists asked again: only what changed, what is gone, and only the fields that are wanted."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from mstation.station.change import STATION, find
from mstation.station.production.entities import Entity, Kind, add_entity
from mstation.station.production.tasks import Task, edit_task
from mstation.station.station import Station
from tests.station.crew import Crew


def _list(client: TestClient, crew: Crew, who: str, what: str, **asked: object) -> Any:
    url = f"/api/projects/{crew.project.id}/{what}"
    told = client.get(url, params=asked, headers=crew.signed(who))
    assert told.status_code == 200, told.text
    return told.json()


def test_a_list_and_its_differences_are_the_list_of_later(
    station: Station, client: TestClient, crew: Crew
) -> None:
    first = _list(client, crew, "artist", "entities")
    held = {row["id"]: row for row in first["rows"]}
    with station.change(STATION) as change:
        change.edit(crew.shots[0], frames=48)
        change.remove(crew.tasks[2])
        change.remove(crew.shots[2])
        for number in range(5):
            add_entity(change, crew.project, kind=Kind.ASSET, label=f"lamp {number}")
    after: str | None = ""
    while after is not None:
        asked = {"since": first["number"], "most": 2, "after": after}
        page = _list(client, crew, "artist", "entities", **asked)
        held.update({row["id"]: row for row in page["rows"]})
        for gone in page["removed"]:
            held.pop(gone, None)
        after = page["next"]
    whole = _list(client, crew, "artist", "entities")
    assert sorted(held.values(), key=lambda row: str(row["id"])) == whole["rows"]
    none = _list(client, crew, "artist", "entities", since=whole["number"])
    assert (none["rows"], none["removed"]) == ([], [])


def test_what_comes_into_a_vendors_sight_and_leaves_it_is_a_difference(
    station: Station, client: TestClient, crew: Crew
) -> None:
    since = _list(client, crew, "vendor", "tasks")["number"]
    vendor = crew.people["vendor"].id
    with station.change(STATION) as change:
        taken = find(change.connection, Task, crew.tasks[1].id)
        edit_task(change, crew.project, taken, assignee_ids=())
        given = find(change.connection, Task, crew.tasks[2].id)
        edit_task(change, crew.project, given, assignee_ids=(vendor,))
        change.edit(find(change.connection, Entity, crew.shots[0].id), frames=9)
    for what, rows in (("tasks", crew.tasks), ("entities", crew.shots)):
        told = _list(client, crew, "vendor", what, since=since)
        assert [row["id"] for row in told["rows"]] == [rows[2].id]
        assert told["removed"] == [rows[1].id]


def test_a_difference_that_cannot_be_known_is_refused(
    station: Station, client: TestClient, crew: Crew
) -> None:
    url = f"/api/projects/{crew.project.id}/tasks"
    number = _list(client, crew, "artist", "tasks")["number"]
    late = client.get(url, params={"since": number + 1}, headers=crew.signed("artist"))
    assert late.status_code == 409
    first = client.get(url, params={"since": 1}, headers=crew.signed("artist"))
    assert first.status_code == 409  # before they were in the project
    header = crew.signed("artist")
    inside = f"/api/projects/{crew.project.id}/entities"
    asked = {"since": number, "parent": crew.shots[0].id}
    assert client.get(inside, params=asked, headers=header).status_code == 422


def test_only_the_fields_that_are_asked_for_are_told(client: TestClient, crew: Crew) -> None:
    page = _list(client, crew, "artist", "entities", fields="id,label")
    assert page["rows"] == [{"id": shot.id, "label": shot.label} for shot in crew.shots]
    assert page["number"] > 0
    statuses = _list(client, crew, "artist", "statuses", fields="name")
    assert all(row.keys() == {"name"} for row in statuses)
    url, header = f"/api/tasks/{crew.tasks[0].id}", crew.signed("artist")
    one = client.get(url, params={"fields": "status_id"}, headers=header)
    assert one.json() == {"status_id": crew.tasks[0].status_id}
    assert one.headers["etag"] == '"1"'
    wrong = client.get(url, params={"fields": "status_id,pasword"}, headers=header)
    assert wrong.status_code == 422
    assert "pasword" in wrong.json()["detail"]


def test_lists_about_people_tell_only_the_fields_that_are_asked_for(
    client: TestClient, crew: Crew
) -> None:
    header = crew.signed("owner")
    organisation = f"/api/organisations/{crew.organisation.id}"
    for path, name, values in (
        ("/api/organisations", "name", {"Lantern Pictures"}),
        (f"{organisation}/members", "role", {"owner", "producer"}),
        ("/api/tokens", "name", {"tests"}),
    ):
        rows = client.get(path, params={"fields": name}, headers=header).json()
        assert {each.pop(name) for each in rows} == values
        assert not any(rows)
        secret = client.get(path, params={"fields": "key_digest"}, headers=header)
        assert secret.status_code == 422
