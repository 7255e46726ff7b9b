"""Versions, notes, playlists, time logs, own fields and bulk edits, as the server answers."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from mstation.station.change import find_where
from mstation.station.events import events_after, last_number
from mstation.station.production.entities import Entity
from mstation.station.production.tasks import Task
from mstation.station.production.workflow import Status
from mstation.station.station import Station
from tests.station.crew import Crew, bring


class Desk:
    """Somebody's requests."""

    def __init__(self, client: TestClient, crew: Crew, who: str = "owner") -> None:
        self.client, self.headers = client, crew.signed(who)

    def get(self, path: str, expect: int = 200) -> Any:
        return self._told(self.client.get(f"/api{path}", headers=self.headers), expect)

    def post(self, path: str, expect: int = 201, **body: object) -> Any:
        return self._told(self.client.post(f"/api{path}", json=body, headers=self.headers), expect)

    def patch(self, path: str, revision: int, expect: int = 200, **body: object) -> Any:
        headers = {**self.headers, "If-Match": f'"{revision}"'}
        return self._told(self.client.patch(f"/api{path}", json=body, headers=headers), expect)

    def delete(self, path: str, revision: int, expect: int = 204) -> Any:
        headers = {**self.headers, "If-Match": f'"{revision}"'}
        return self._told(self.client.delete(f"/api{path}", headers=headers), expect)

    @staticmethod
    def _told(answer: Any, expect: int) -> Any:
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None


def test_versions_are_numbered_within_the_kind_of_work_and_say_where_they_came_from(
    client: TestClient, crew: Crew, station: Station
) -> None:
    desk, task, shot = Desk(client, crew, "artist"), crew.tasks[0], crew.shots[0]
    file = {"name": "shot.mov", "digest": bring(station, crew.project, b"a shot").digest}
    one = desk.post(f"/tasks/{task.id}/versions", files=[file], build="b1", comment="first")
    two = desk.post(f"/tasks/{task.id}/versions", frames=48)
    whole = desk.post(f"/entities/{shot.id}/versions")
    assert [each["number"] for each in (one, two, whole)] == [1, 2, 1]
    assert (one["type_id"], whole["type_id"]) == (task.type_id, None)
    assert one["account_id"] == crew.people["artist"].id
    assert (one["build"], one["files"]) == ("b1", [file])
    listed = desk.get(f"/projects/{crew.project.id}/versions?task_type={task.type_id}")
    assert [each["id"] for each in listed["rows"]] == [one["id"], two["id"]]


def test_only_the_review_of_a_version_ever_changes(client: TestClient, crew: Crew) -> None:
    desk = Desk(client, crew)
    made = desk.post(f"/entities/{crew.shots[0].id}/versions", comment="as shot")
    path = f"/versions/{made['id']}"
    after = desk.patch(path, 1, review="approved", comment="another", number=9)
    assert after == {**made, "review": "approved", "revision": 2}
    desk.patch(path, 1, 412, review="retake")
    assert client.delete(f"/api{path}", headers=desk.headers).status_code == 405


def test_what_has_no_file_cannot_be_published(
    client: TestClient, crew: Crew, station: Station
) -> None:
    desk, shot = Desk(client, crew), crew.shots[0]
    file = {"name": "a.exr", "digest": bring(station, crew.project, b"a picture").digest}
    bare = desk.post(f"/entities/{shot.id}/versions")
    told = desk.post(f"/versions/{bare['id']}/publishes", 422)
    assert "no file" in told["detail"]
    full = desk.post(f"/entities/{shot.id}/versions", files=[file])
    made = desk.post(f"/versions/{full['id']}/publishes", comment="for lighting")
    (listed,) = desk.get(f"/projects/{crew.project.id}/publishes?entity={shot.id}")["rows"]
    assert listed == made
    assert made["version_id"] == full["id"]


def test_a_note_and_its_status_are_one_change(
    client: TestClient, crew: Crew, station: Station
) -> None:
    desk, task = Desk(client, crew, "artist"), crew.tasks[0]
    with station.reading() as connection:
        seen = last_number(connection)
        (review,) = find_where(connection, Status, project_id=crew.project.id, phase="review")
    note = desk.post(f"/tasks/{task.id}/notes", text="Ready.", status_id=review.id, task_revision=1)
    with station.reading() as connection:
        events = events_after(connection, seen)
        (after,) = find_where(connection, Task, id=task.id)
    assert after.status_id == note["status_id"] == review.id
    assert [(each.verb, each.noun) for each in events] == [("added", "notes"), ("changed", "tasks")]
    assert len({each.at for each in events}) == 1
    # somebody else was faster: neither the note nor the status is kept
    desk.post(f"/tasks/{task.id}/notes", 412, text="No.", status_id=task.status_id, task_revision=1)
    elsewhere = crew.tasks[2]  # somebody else's: may be read and spoken of, not reported
    desk.post(f"/tasks/{elsewhere.id}/notes", 403, text="Done.", status_id=review.id)
    desk.post(f"/tasks/{elsewhere.id}/notes", text="Looks good.")
    listed = desk.get(f"/projects/{crew.project.id}/notes")["rows"]
    assert [each["text"] for each in listed] == ["Ready.", "Looks good."]


def test_notes_are_about_exact_frames_of_what_there_is(client: TestClient, crew: Crew) -> None:
    desk = Desk(client, crew)
    version = desk.post(f"/entities/{crew.shots[0].id}/versions", frames=48)
    path = f"/versions/{version['id']}/notes"
    one = desk.post(path, text="this one", first_frame=47)
    assert (one["first_frame"], one["end_frame"]) == (47, 48)
    desk.post(path, text="all", first_frame=0, end_frame=48)
    for wrong in (
        {"first_frame": 47, "end_frame": 49},
        {"first_frame": 5, "end_frame": 5},
        {"first_frame": 1.0},
        {"end_frame": 3},
        {"first_frame": -1},
    ):
        desk.post(path, 422, text="none", **wrong)


def test_replies_mentions_drawings_and_attachments_of_a_note(
    client: TestClient, crew: Crew, station: Station
) -> None:
    plate = bring(station, crew.project, b"a plate")
    desk, shot = Desk(client, crew), crew.shots[0]
    artist, path = crew.people["artist"].id, f"/entities/{shot.id}/notes"
    drawing = {"strokes": [[0.25, 0.5], [0.75, 0.5]], "colour": "#ff0000"}
    note = desk.post(
        path, text="Here.\r\n看这里", drawing=drawing, mention_ids=[artist, artist],
        attachment_ids=[plate.id],
    )  # fmt: skip
    assert note["text"] == "Here.\n看这里"
    assert (note["drawing"], note["mention_ids"]) == (drawing, [artist])
    assert note["attachment_ids"] == [plate.id]
    reply = desk.post(path, text="Done.", reply_to_id=note["id"])
    asked = desk.get(f"/projects/{crew.project.id}/notes?mentions={artist}")["rows"]
    assert [each["id"] for each in asked] == [note["id"]]
    other = f"/entities/{crew.shots[1].id}/notes"
    assert "something else" in desk.post(other, 422, text="x", reply_to_id=note["id"])["detail"]
    desk.post(path, 422, text="x", mention_ids=[crew.people["stranger"].id])
    desk.post(path, 422, text="x", drawing={"d": "x" * 70_000})
    desk.post(path, 422, text="x", drawing={"number": 2**70})
    desk.post(path, 422, text="a\x00b")
    desk.post(path, 422, text="x", mention_ids=["\x00"])
    desk.delete(f"/notes/{note['id']}", 1, 409)
    desk.delete(f"/notes/{reply['id']}", 1)
    gone = desk.patch(f"/notes/{note['id']}", 1, mention_ids=[], text="Nobody.")
    assert gone["mention_ids"] == []
    assert not desk.get(f"/projects/{crew.project.id}/notes?mentions={artist}")["rows"]


def test_clients_read_what_is_for_them_and_vendors_what_is_about_their_work(
    client: TestClient, crew: Crew
) -> None:
    desk, shot = Desk(client, crew), crew.shots[1]
    for text, body in (("inside", {}), ("outside", {"for_client": True})):
        desk.post(f"/entities/{shot.id}/notes", text=text, **body)
    desk.post(f"/tasks/{crew.tasks[1].id}/notes", text="to the vendor")
    desk.post(f"/tasks/{crew.tasks[2].id}/notes", text="to somebody else")
    by_client = Desk(client, crew, "client")
    written = by_client.post(f"/entities/{shot.id}/notes", text="We love it.")
    assert written["for_client"]
    by_client.post(f"/tasks/{crew.tasks[1].id}/notes", 404, text="What is this?")

    def seen(who: str) -> set[str]:
        rows = Desk(client, crew, who).get(f"/projects/{crew.project.id}/notes")["rows"]
        return {each["text"] for each in rows}

    assert seen("client") == {"outside", "We love it."}
    assert seen("vendor") == {"to the vendor"}
    assert len(seen("artist")) == 5


def test_a_playlist_keeps_its_order_and_holds_versions_of_its_project(
    client: TestClient, crew: Crew
) -> None:
    desk = Desk(client, crew)
    ids = [desk.post(f"/entities/{shot.id}/versions")["id"] for shot in crew.shots]
    inside = f"/projects/{crew.project.id}/playlists"
    made = desk.post(inside, name="Dailies", version_ids=ids[::-1])
    assert made["version_ids"] == ids[::-1]
    after = desk.patch(f"/playlists/{made['id']}", 1, version_ids=[ids[1], ids[0], ids[1]])
    assert after["version_ids"] == [ids[1], ids[0], ids[1]]
    assert "nothing" in desk.post(inside, 422, name="x", version_ids=["nothing"])["detail"]
    desk.delete(f"/playlists/{made['id']}", 2)
    assert desk.get(inside)["rows"] == []


def test_a_day_has_only_so_many_minutes_to_log(client: TestClient, crew: Crew) -> None:
    desk = Desk(client, crew)
    first, second = (f"/tasks/{task.id}/time-logs" for task in crew.tasks[:2])
    log = desk.post(first, day="2026-05-31", minutes=1000)
    desk.post(first, 409, day="2026-05-31", minutes=5)
    told = desk.post(second, 422, day="2026-05-31", minutes=441)
    assert "440 minutes left" in told["detail"]
    desk.post(second, day="2026-05-31", minutes=440)
    desk.patch(f"/time-logs/{log['id']}", 1, 422, minutes=1001)
    assert desk.patch(f"/time-logs/{log['id']}", 1, minutes=60)["minutes"] == 60
    inside = f"/projects/{crew.project.id}/time-logs"
    assert len(desk.get(f"{inside}?first_day=2026-05-31&last_day=2026-05-31")["rows"]) == 2
    assert Desk(client, crew, "artist").get(inside)["rows"] == []


def test_own_fields_take_what_they_are_for_and_nothing_else(client: TestClient, crew: Crew) -> None:
    desk = Desk(client, crew)
    inside = f"/projects/{crew.project.id}/fields"
    for body in (
        {"name": "Lens", "type": "choice", "choices": ["35 mm", "50 mm"]},
        {"name": "难度", "type": "number"},
        {"name": "Shot on", "type": "date"},
        {"name": "Crane", "type": "flag"},
    ):
        desk.post(inside, of="shot", **body)
    desk.post(inside, 409, of="shot", name="Crane", type="text")
    desk.post(inside, 422, of="shot", name="帧数", type="number")  # heads a column of sheets
    desk.post(inside, 422, of="shot", name="Empty", type="choice")
    shot = f"/entities/{crew.shots[0].id}"
    kept = {"Lens": "35 mm", "难度": 2.5, "Shot on": "2026-05-31", "Crane": True}
    assert desk.patch(shot, 1, fields={**kept})["fields"] == kept
    for wrong in (
        {"Lens": "28 mm"},
        {"难度": "2"},
        {"难度": True},
        {"难度": 10**40},
        {"Shot on": "31.5."},
        {"Crane": 1},
        {"Weather": "rain"},
    ):
        desk.patch(shot, 2, 422, fields=wrong)
    assert desk.patch(shot, 2, fields={"Crane": None, "Lens": "35 mm"})["fields"] == {
        "Lens": "35 mm"
    }
    lens = next(each for each in desk.get(inside) if each["name"] == "Lens")
    desk.patch(f"/fields/{lens['id']}", 1, 422, choices=["50 mm"])
    desk.patch(f"/fields/{lens['id']}", 1, choices=["35 mm", "85 mm"])
    desk.delete(f"/fields/{lens['id']}", 2)
    assert desk.get(shot)["fields"] == {}


def test_a_bulk_edit_is_all_or_nothing_and_names_each_faulty_row(
    client: TestClient, crew: Crew, station: Station
) -> None:
    desk = Desk(client, crew)
    path = f"/projects/{crew.project.id}/bulk"
    shots, tasks = crew.shots, crew.tasks

    def row(noun: Entity | Task, revision: int = 1, **changes: object) -> dict[str, object]:
        return {"id": noun.id, "revision": revision, "changes": changes}

    answer = client.patch(
        f"/api{path}",
        json={
            "entities": [
                row(shots[0], description="one"),
                row(shots[1], 7, description="two"),
                row(shots[2], label="001-001"),
            ],
            "tasks": [row(tasks[0], follows_ids=[tasks[0].id]), {**row(tasks[1]), "id": "gone"}],
        },
        headers=desk.headers,
    )
    assert answer.status_code == 422
    told = answer.json()["faults"]
    assert [fault.split(":")[0] for fault in told] == [
        "entities 1", "entities 2", "tasks 0", "tasks 1",
    ]  # fmt: skip
    with station.reading() as connection:
        assert {each.description for each in find_where(connection, Entity)} == {""}
    done = client.patch(
        f"/api{path}",
        json={"entities": [row(each, description="all") for each in shots],
              "tasks": [row(each, priority=3) for each in tasks]},
        headers=desk.headers,
    )  # fmt: skip
    assert done.status_code == 200
    assert {each["description"] for each in done.json()["entities"]} == {"all"}
    assert {each["revision"] for each in done.json()["tasks"]} == {2}
    artist = client.patch(
        f"/api{path}",
        json={"tasks": [row(each, 2, status_id=each.status_id) for each in tasks[::2]]},
        headers=crew.signed("artist"),
    )
    assert [fault.split(":")[0] for fault in artist.json()["faults"]] == ["tasks 1"]


def test_tasks_never_wait_for_each_other_in_a_circle(client: TestClient, crew: Crew) -> None:
    desk = Desk(client, crew)
    one, two, three = (f"/tasks/{task.id}" for task in crew.tasks)
    ids = [task.id for task in crew.tasks]
    desk.patch(two, 1, follows_ids=[ids[0]])
    desk.patch(three, 1, follows_ids=[ids[1], ids[1]])
    told = desk.patch(one, 1, 422, follows_ids=[ids[2]])["detail"]
    assert told.endswith(" → ".join(f"`{each}`" for each in (ids[0], ids[2], ids[1], ids[0])))
    desk.patch(one, 1, 422, follows_ids=["nothing"])
    desk.delete(one, 1, 409)
    desk.patch(two, 2, follows_ids=[])
    desk.delete(one, 1)


def test_an_asset_never_stands_under_itself(client: TestClient, crew: Crew) -> None:
    desk, inside = Desk(client, crew), f"/projects/{crew.project.id}/entities"
    above = desk.post(inside, kind="asset", label="kitchen")
    below = desk.post(inside, kind="asset", label="table", parent_id=above["id"])
    desk.patch(f"/entities/{above['id']}", 1, 422, parent_id=below["id"])
    desk.patch(f"/entities/{above['id']}", 1, 422, parent_id=above["id"])
