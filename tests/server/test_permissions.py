"""The table of permissions, cell by cell, as the server answers."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from mstation.server.app import show
from mstation.station.change import STATION, find_where
from mstation.station.jobs import cancel, submit
from mstation.station.parties import Party, PartyKind, named_party, organisation_party
from mstation.station.permissions import Reach, Role, permissions, reach_of
from mstation.station.production.cuts import add_script_cut
from mstation.station.production.rendering import RENDER_JOB
from mstation.station.production.screenings import add_screening
from mstation.station.production.script import read_shots
from mstation.station.schema import now
from mstation.station.station import Station, open_station
from mstation.station.talent.credits import add_credit
from mstation.station.talent.people import add_person
from tests.server.asks import work_orders
from tests.station.crew import Crew, another_film, bring, hire
from tests.station.databases import NewDatabase
from tests.station.exchange.shop import lantern

Ask = Callable[[TestClient, Crew, str, int], int]
"""Asks for an action as somebody, with the shot or task at a place of the crew; the status."""


def _get(path: str) -> Ask:
    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        return client.get(_filled(path, crew, place), headers=crew.signed(who)).status_code

    return ask


def _post(path: str, **body: object) -> Ask:
    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        told = {name: _filled(value, crew, place) if isinstance(value, str) else value
                for name, value in body.items()}  # fmt: skip
        url = _filled(path, crew, place)
        return client.post(url, json=told, headers=crew.signed(who)).status_code

    return ask


def _patch(path: str, **body: object) -> Ask:
    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        url = _filled(path, crew, place)
        told = {name: _filled(value, crew, place) if isinstance(value, str) else value
                for name, value in body.items()}  # fmt: skip
        return client.patch(url, json=told, headers=_seen(client, crew, url, who)).status_code

    return ask


def _of_a_job(method: str, path: str) -> Ask:
    """Ask about a job that the station itself asked for, and that was stopped where it says so."""

    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        with client.app.state.station.change(STATION) as change:  # type: ignore[attr-defined]
            job = submit(change, crew.project, kind="film.build", parameters={})
            if path.endswith("/retry"):
                cancel(change, job.id)
        return client.request(method, path.format(job=job.id), headers=crew.signed(who)).status_code

    return ask


def _attesting(client: TestClient, crew: Crew, who: str, place: int) -> int:
    """Ask to attest a credit that somebody asks the organisation to attest."""
    with client.app.state.station.change(STATION) as change:  # type: ignore[attr-defined]
        found = find_where(change.connection, Party, organisation_id=crew.organisation.id)
        party = found[0] if found else organisation_party(change, crew.organisation, country="CN")
        person = add_person(change, party, family_name="Ruiz")
        told = {"role_code": "gaffer", "work_title": crew.project.name, "year_from": 2026}
        credit = add_credit(change, person, **told, asked_id=party.id)
    path = f"/api/projects/{crew.project.id}/attestations"
    body = {"credit_id": credit.id, "digest": credit.digest}
    return client.post(path, json=body, headers=crew.signed(who)).status_code


def _delete(path: str) -> Ask:
    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        url = _filled(path, crew, place)
        return client.delete(url, headers=_seen(client, crew, url, who)).status_code

    return ask


def _delete_new(path: str, made_at: str, **body: object) -> Ask:
    """Let the owner make one, and ask to remove it."""

    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        told = {name: _filled(value, crew, place) if isinstance(value, str) else value
                for name, value in body.items()}  # fmt: skip
        url = _filled(made_at, crew, place)
        made = client.post(url, json=told, headers=crew.signed("owner"))
        header = {**crew.signed(who), "If-Match": made.headers["etag"]}
        return client.delete(f"{path}/{made.json()['id']}", headers=header).status_code

    return ask


def _of_a_webhook(make: Callable[[str], Ask]) -> Ask:
    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        url = _filled(f"{IN}/webhooks", crew, place)
        body = {"url": "https://example.org/hook"}
        made = client.post(url, json=body, headers=crew.signed("owner"))
        return make(f"/api/webhooks/{made.json()['id']}")(client, crew, who, place)

    return ask


def _seen(client: TestClient, crew: Crew, url: str, who: str) -> dict[str, str]:
    tag = client.get(url, headers=crew.signed("owner")).headers["etag"]
    return {**crew.signed(who), "If-Match": tag}


def _filled(text: str, crew: Crew, place: int) -> str:
    return text.format(
        project=crew.project.id, organisation=crew.organisation.id,
        shot=crew.shots[place].id, task=crew.tasks[place].id,
        type=crew.tasks[0].type_id, status=crew.tasks[0].status_id,
        stranger=crew.people["stranger"].id,
    )  # fmt: skip


A_MATCH: dict[str, object] = {
    "requirements": [{"id": "n", "role": "gaffer", "starts_at": "2027-06-01T00:00Z",
                      "ends_at": "2027-06-02T00:00Z"}],
    "candidates": [],
}  # fmt: skip
NO_SHOTS = {"schema": "mstation.shots/2", "rate": "24", "scenes": [], "clips": []}


def _with_file(ask: str) -> Ask:
    """Ask for a file that belongs to the task at a place."""

    def asked(client: TestClient, crew: Crew, who: str, place: int) -> int:
        station: Station = client.app.state.station  # type: ignore[attr-defined]
        file = bring(station, crew.project, b"a plate", task_id=crew.tasks[place].id)
        header = {**crew.signed(who), "If-Match": '"1"'}
        return client.request(ask, f"/api/files/{file.id}", headers=header).status_code

    return asked


def _upload(client: TestClient, crew: Crew, who: str, place: int) -> int:
    task = base64.b64encode(crew.tasks[place].id.encode()).decode()
    told = {"Tus-Resumable": "1.0.0", "Upload-Length": "3", "Upload-Metadata": f"task {task}"}
    header = {**crew.signed(who), **told}
    return client.post(f"/api/projects/{crew.project.id}/uploads", headers=header).status_code


AUTHORS = ("artist", "vendor", "owner")  # by place: who made what is asked about


def _send(path: str, content: bytes) -> Ask:
    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        url = _filled(path, crew, place)
        return client.post(url, content=content, headers=crew.signed(who)).status_code

    return ask


def _of_made(path: str, body: dict[str, object], then: Callable[[str], Ask], by: str = "") -> Ask:
    """Ask about something that somebody made before."""

    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        url, author = _filled(path, crew, place), by or AUTHORS[place]
        made = client.post(url, json=body, headers=crew.signed(author))
        assert made.status_code == 201, made.text
        return then(made.json()["id"])(client, crew, who, place)

    return ask


def _of_version(then: Callable[[str], Ask]) -> Ask:
    """Ask about a version with a file of its author's."""

    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        station: Station = client.app.state.station  # type: ignore[attr-defined]
        author = crew.people[AUTHORS[place]].id
        file = bring(station, crew.project, f"by {author}".encode(), account_id=author)
        body: dict[str, object] = {"files": [{"name": "a.mov", "digest": file.digest}]}
        return _of_made("/api/tasks/{task}/versions", body, then)(client, crew, who, place)

    return ask


def _of_asset(then: Callable[[str], Ask]) -> Ask:
    """Ask about an asset of its own that somebody shows."""

    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        station: Station = client.app.state.station  # type: ignore[attr-defined]
        with station.change(STATION) as change:
            owner = named_party(change, kind=PartyKind.PERSON, name="Otto", country="NL")
            _, version = lantern(change, station, owner)
        return then(version.id)(client, crew, who, place)

    return ask


def _of_note(then: Callable[[str], Ask]) -> Ask:
    return _of_made("/api/entities/{shot}/notes", {"text": "Look."}, then)


def _of_log(day: str, then: Callable[[str], Ask]) -> Ask:
    body: dict[str, object] = {"day": day, "minutes": 60}
    return _of_made("/api/tasks/{task}/time-logs", body, then)


def _of_playlist(then: Callable[[str], Ask]) -> Ask:
    return _of_made(f"{IN}/playlists", {"name": "Dailies"}, then, by="owner")


def _of_field(name: str, then: Callable[[str], Ask]) -> Ask:
    body: dict[str, object] = {"of": "shot", "name": name, "type": "flag"}
    return _of_made(f"{IN}/fields", body, then, by="owner")


def _of_cut(then: Callable[[str], Ask]) -> Ask:
    body: dict[str, object] = {"shots": NO_SHOTS}
    return _of_made(f"{IN}/cuts", body, then, by="owner")


def _screening(client: TestClient, crew: Crew, who: str, place: int) -> int:
    """Ask for a movie of a cut that the station itself rendered."""
    station: Station = client.app.state.station  # type: ignore[attr-defined]
    with station.change(STATION) as change:
        cut = add_script_cut(change, crew.project, read_shots(NO_SHOTS))
        job = submit(change, crew.project, kind=RENDER_JOB, parameters={})
        movie = station.blobs.put(b"a movie")
        made = add_screening(
            change, cut_id=cut.id, job_id=job.id, digest=movie.digest, size=movie.size, frames=0
        )
    url = f"/api/screenings/{made.id}/content"
    return client.get(url, headers=crew.signed(who)).status_code


def _book(client: TestClient, crew: Crew, who: str) -> int:
    """Book for the film, as a party for oneself, what is one's own; a guest is no party."""
    header = crew.signed(who)
    known = client.get("/api/parties", headers=header)
    party, thing = ("x", "x") if known.status_code == 401 else _own_stage(client, header, known)
    day = now().date() + timedelta(days=2)
    wanted = {"resource_id": thing, "starts_at": f"{day}T00:00Z", "ends_at": f"{day}T02:00Z"}
    body = {"title": "x", "wanted": [wanted], "project_id": crew.project.id}
    return client.post(f"/api/parties/{party}/bookings", json=body, headers=header).status_code


def _own_stage(client: TestClient, header: dict[str, str], known: Response) -> tuple[str, str]:
    """Return somebody's party, and a stage of its own."""
    mine = known.json()
    if not mine:
        mine = [client.post("/api/parties", json={"country": "FR"}, headers=header).json()]
    party: str = mine[0]["id"]
    lot = {"name": "Lot", "country": "FR", "time_zone": "Europe/Paris", "currency": "EUR"}
    made = client.post(f"/api/parties/{party}/facilities", json=lot, headers=header).json()
    stage = client.post(
        f"/api/facilities/{made['id']}/resources",
        json={"kind": "stage", "name": "Stage 1"}, headers=header,
    )  # fmt: skip
    return party, stage.json()["id"]


def _put(path: str, body: dict[str, object]) -> Ask:
    def ask(client: TestClient, crew: Crew, who: str, place: int) -> int:
        url = _filled(path, crew, place)
        return client.put(url, json=body, headers=_seen(client, crew, url, who)).status_code

    return ask


UNAIDED: dict[str, object] = {"involvement": "none"}


def _of_declared(then: Callable[[str], Ask]) -> Ask:
    """Ask about what was declared of a version."""
    return _of_version(lambda made: _of_made(f"/api/versions/{made}/ai-declaration", UNAIDED, then))


IN = "/api/projects/{project}"
ASKS: dict[str, Ask] = {
    "projects.read": _get(IN),
    "projects.change": _patch(IN, name="A New Name"),
    "members.read": _get(f"{IN}/members"),
    "members.add": _post(f"{IN}/members", account_id="{stranger}", role="artist"),
    "entities.read": _get("/api/entities/{shot}"),
    "entities.add": _post(f"{IN}/entities", kind="shot", label="099-001"),
    "entities.change": _patch("/api/entities/{shot}", description="another"),
    "script.apply": _post(f"{IN}/script/plan", shots=NO_SHOTS),
    "ai_declarations.read": _of_declared(lambda made: _get(f"/api/ai-declarations/{made}")),
    "ai_declarations.add": _of_version(
        lambda made: _post(f"/api/versions/{made}/ai-declaration", involvement="none")
    ),
    "ai_declarations.change": _of_declared(
        lambda made: _put(f"/api/ai-declarations/{made}", UNAIDED)
    ),
    "credentials.read": _of_declared(lambda made: _get(f"/api/ai-declarations/{made}/credentials")),
    "credentials.add": _of_declared(lambda made: _post(f"/api/ai-declarations/{made}/credentials")),
    "statuses.read": _get(f"{IN}/statuses"),
    "statuses.add": _post(
        f"{IN}/statuses", name="On hold", phase="waiting", position=9, colour="#888888"
    ),
    "task_types.read": _get(f"{IN}/task-types"),
    "task_types.add": _post(
        f"{IN}/task-types", name="Matte", department="Art", of="shot", position=9, colour="#888888"
    ),
    "tasks.read": _get("/api/tasks/{task}"),
    "tasks.change": _patch("/api/tasks/{task}", priority=5),
    "tasks.report": _patch("/api/tasks/{task}", status_id="{status}"),
    "tasks.remove": _delete("/api/tasks/{task}"),
    "jobs.read": _of_a_job("GET", "/api/jobs/{job}"),
    "jobs.add": _post(f"{IN}/jobs", kind="film.build", parameters={"script": "INT. ROOM - DAY"}),
    "jobs.cancel": _of_a_job("POST", "/api/jobs/{job}/cancel"),
    "jobs.retry": _of_a_job("POST", "/api/jobs/{job}/retry"),
    "webhooks.read": _of_a_webhook(_get),
    "webhooks.add": _post(f"{IN}/webhooks", url="https://example.org/hook"),
    "webhooks.change": _of_a_webhook(lambda url: _patch(url, is_on=False)),
    "webhooks.remove": _of_a_webhook(_delete),
    "files.read": _with_file("GET"),
    "files.add": _upload,
    "files.remove": _with_file("DELETE"),
    "events.read": _get(f"{IN}/events"),
    "invitations.read": _get(f"{IN}/invitations"),
    "invitations.add": _post(f"{IN}/invitations", role="artist"),
    "invitations.remove": _delete_new("/api/invitations", f"{IN}/invitations", role="artist"),
    "guest_links.read": _get(f"{IN}/guest-links"),
    "guest_links.add": _post(
        f"{IN}/guest-links", subject_noun="entities", subject_id="{shot}", label="For Otto"
    ),
    "guest_links.remove": _delete_new(
        "/api/guest-links",
        f"{IN}/guest-links",
        subject_noun="entities",
        subject_id="{shot}",
        label="For Otto",
    ),
    "versions.read": _of_version(lambda made: _get(f"/api/versions/{made}")),
    "versions.add": _post("/api/tasks/{task}/versions"),
    "versions.review": _of_version(lambda made: _patch(f"/api/versions/{made}", review="retake")),
    "publishes.read": _of_version(
        lambda made: _of_made(
            f"/api/versions/{made}/publishes", {}, lambda told: _get(f"/api/publishes/{told}")
        )
    ),
    "publishes.add": _of_version(lambda made: _post(f"/api/versions/{made}/publishes")),
    "notes.read": _of_note(lambda made: _get(f"/api/notes/{made}")),
    "notes.add": _post("/api/entities/{shot}/notes", text="Look."),
    "notes.change": _of_note(lambda made: _patch(f"/api/notes/{made}", text="Look here.")),
    "notes.remove": _of_note(lambda made: _delete(f"/api/notes/{made}")),
    "playlists.read": _of_playlist(lambda made: _get(f"/api/playlists/{made}")),
    "playlists.add": _post(f"{IN}/playlists", name="Dailies"),
    "playlists.change": _of_playlist(lambda made: _patch(f"/api/playlists/{made}", name="Rushes")),
    "playlists.remove": _of_playlist(lambda made: _delete(f"/api/playlists/{made}")),
    "credits.read": _get(f"{IN}/asked-credits"),
    "credits.attest": _attesting,
    "cuts.read": _of_cut(lambda made: _get(f"/api/cuts/{made}")),
    "cuts.add": _post(f"{IN}/cuts", shots=NO_SHOTS),
    "cuts.choose": _of_cut(lambda made: _patch(f"/api/cuts/{made}", plays=True)),
    "screenings.read": _screening,
    "time_logs.read": _of_log("2026-05-28", lambda made: _get(f"/api/time-logs/{made}")),
    "time_logs.add": _post("/api/tasks/{task}/time-logs", day="2026-05-31", minutes=60),
    "time_logs.change": _of_log(
        "2026-05-29", lambda made: _patch(f"/api/time-logs/{made}", minutes=30)
    ),
    "time_logs.remove": _of_log("2026-05-30", lambda made: _delete(f"/api/time-logs/{made}")),
    "fields.read": _get(f"{IN}/fields"),
    "fields.add": _post(f"{IN}/fields", of="shot", name="Crane", type="flag"),
    "fields.change": _of_field("Drone", lambda made: _patch(f"/api/fields/{made}", position=3)),
    "fields.remove": _of_field("Boat", lambda made: _delete(f"/api/fields/{made}")),
    "uses.read": _get(f"{IN}/uses"),
    "uses.add": _of_asset(lambda version: _post(f"{IN}/uses", asset_version_id=version)),
    "uses.remove": _of_asset(
        lambda version: _of_made(
            f"{IN}/uses",
            {"asset_version_id": version},
            lambda made: _delete(f"/api/uses/{made}"),
            by="owner",
        )
    ),
    "bookings.read": _get(f"{IN}/bookings"),
    "bookings.add": lambda client, crew, who, place: _book(client, crew, who),
    "shooting_days.read": _get(f"{IN}/shooting-days"),
    "shooting_days.change": lambda client, crew, who, place: (
        client.put(
            f"/api/projects/{crew.project.id}/shooting-days",
            json=[{"number": 1, "day": "2026-05-31"}],
            headers=crew.signed(who),
        ).status_code
    ),
    "match_runs.read": _get(f"{IN}/match-runs"),
    "match_runs.add": _post(f"{IN}/match-runs", **A_MATCH),
    "match_runs.decide": _of_made(
        f"{IN}/match-runs",
        A_MATCH,
        lambda made: _post(f"/api/match-runs/{made}/decisions", requirement_id="n"),
        by="owner",
    ),
    "imports.read": _get(f"{IN}/imports"),
    "imports.add": _send(f"{IN}/sheets/assets/imports", b"Label\nlamp\n"),
    **work_orders.OF_PROJECTS,
}
OWN_PLACE = {"artist": 0, "vendor": 1}
OTHERS_PLACE = 2
OF_THE_PROJECT = ("projects.read", "events.read")  # theirs by being in it; rows are chosen


@pytest.fixture(scope="module")
def studio(
    app: FastAPI, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Station, Crew]]:
    """One station for all cells; each asks about a film of its own."""
    station = open_station(new_database(), folder=tmp_path_factory.mktemp("studio"))
    show(app, station)
    with TestClient(app, base_url="http://station.test") as client:
        yield client, station, hire(station)
    station.close()


@pytest.fixture
def client(studio: tuple[TestClient, Station, Crew]) -> TestClient:
    return studio[0]


@pytest.fixture
def crew(studio: tuple[TestClient, Station, Crew]) -> Crew:
    """The people of the studio, with a film that nobody touched."""
    return another_film(studio[1], studio[2])


@pytest.mark.parametrize("action", sorted(ASKS))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_do_what_its_cell_says(
    client: TestClient, crew: Crew, role: Role, action: str
) -> None:
    reach = reach_of(role, action)
    others = ASKS[action](client, crew, role, OTHERS_PLACE)
    allowed = reach is Reach.ALL or (reach is Reach.OWN and action in OF_THE_PROJECT)
    assert (others < 300) is allowed, others
    if not allowed:
        assert others in (403, 404)
    if reach is Reach.OWN and role in OWN_PLACE:
        own = ASKS[action](client, crew, role, OWN_PLACE[role])
        assert own < 300


@pytest.mark.parametrize("action", sorted(ASKS))
def test_strangers_do_not_even_learn_what_is_there(
    client: TestClient, crew: Crew, action: str
) -> None:
    assert ASKS[action](client, crew, "stranger", 0) == 404


def test_every_cell_of_the_table_is_filled() -> None:
    actions = {action for action, _ in permissions()}
    assert set(permissions()) == {(action, role) for action in actions for role in Role}
    assert set(ASKS) <= actions


def test_a_vendor_sees_its_tasks_and_nothing_else(client: TestClient, crew: Crew) -> None:
    inside = f"/api/projects/{crew.project.id}"
    header = crew.signed("vendor")
    tasks = client.get(f"{inside}/tasks", headers=header).json()["rows"]
    shots = client.get(f"{inside}/entities", headers=header).json()["rows"]
    board = client.get(f"{inside}/board", headers=header).json()["rows"]
    assert [each["id"] for each in tasks] == [crew.tasks[1].id]
    assert [each["id"] for each in shots] == [crew.shots[1].id]
    assert [(row[0], len(row[-1])) for row in board] == [(crew.shots[1].id, 1)]
    told = client.get(f"{inside}/events", headers=header).json()
    own = {crew.tasks[1].id, crew.shots[1].id}
    assert {each["noun_id"] for each in told if each["noun"] in ("tasks", "entities")} == own
    assert {each["noun"] for each in told} == {"tasks", "entities", "statuses", "task_types"}
    assert client.get(f"{inside}/members", headers=header).status_code == 403
