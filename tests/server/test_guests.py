"""Guests see what their link opens, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from PIL import Image
from starlette.testclient import TestClient

from mstation.errors import Forbidden, NotFound
from mstation.server.app import make_app
from mstation.server.asking import GUEST_COOKIE
from mstation.station.access import access_to
from mstation.station.change import STATION, Actor, find
from mstation.station.files import File, add_file
from mstation.station.guesses import HERE
from mstation.station.guests import GuestLink, actor_of_guest
from mstation.station.permissions import Reach
from mstation.station.production.notes import Note, add_note
from mstation.station.production.playlists import Playlist, add_playlist
from mstation.station.production.versions import Version, VersionFile, add_version
from mstation.station.schema import now
from mstation.station.station import Station
from tests.server.test_permissions import ASKS
from tests.station.crew import Crew

SECRET = "tell nobody about the dog"


def _link(client: TestClient, crew: Crew, place: int = 0, **more: object) -> dict:
    body = {"subject_noun": "entities", "subject_id": crew.shots[place].id, "label": "For Otto"}
    url = f"/api/projects/{crew.project.id}/guest-links"
    made = client.post(url, json={**body, **more}, headers=crew.signed("supervisor"))
    assert made.status_code == 201, made.text
    return made.json()


def _come_in(station: Station, link: dict, **more: object) -> TestClient:
    browser = TestClient(make_app(station), base_url="http://station.test")
    told = browser.post("/api/guest", json={"key": link["key"], "name": "Otto 奥托", **more})
    assert told.status_code == 201, told.text
    return browser


def test_a_guest_sees_the_one_shot_and_nothing_else(
    station: Station, client: TestClient, crew: Crew
) -> None:
    guest = _come_in(station, _link(client, crew))
    assert guest.get("/api/guest").json()["subject_id"] == crew.shots[0].id
    assert guest.get(f"/api/entities/{crew.shots[0].id}").status_code == 200
    assert guest.get(f"/api/entities/{crew.shots[1].id}").status_code == 404
    listed = guest.get(f"/api/projects/{crew.project.id}/entities").json()["rows"]
    assert [each["id"] for each in listed] == [crew.shots[0].id]
    assert guest.get(f"/api/projects/{crew.elsewhere.id}/entities").status_code == 404
    for path in (
        "/api/me",
        "/api/tokens",
        "/api/sessions",
        "/api/people?email=a@b",
        "/api/projects",
    ):
        assert guest.get(path).status_code in (401, 403), path


class _WithGuest(Crew):
    """The crew, and a guest, who has no token: the browser's cookie says who asks."""

    def signed(self, who: str) -> dict[str, str]:
        return {} if who == "guest" else super().signed(who)


@pytest.mark.parametrize("noun", ["entities", "playlists"])
def test_a_guest_may_do_nothing_of_what_the_table_of_permissions_knows(
    station: Station, client: TestClient, crew: Crew, noun: str
) -> None:
    opened = {} if noun == "entities" else _dailies(station, crew).opened()
    guest = _come_in(station, _link(client, crew, may_comment=True, **opened))
    crew = _WithGuest(**vars(crew))
    told = {action: ask(guest, crew, "guest", 0) for action, ask in ASKS.items()}
    if noun == "entities":
        assert told.pop("entities.read") == 200
        assert told.pop("notes.add") == 201  # of what the link opens
    assert {action: status for action, status in told.items() if status not in (403, 404)} == {}


@dataclass(frozen=True)
class _Dailies:
    """A playlist of one version, what belongs to it, and the same of a version beside it."""

    playlist: Playlist
    other_playlist: Playlist
    versions: tuple[Version, Version]
    files: tuple[File, File]
    notes: dict[str, Note]

    def opened(self) -> dict[str, object]:
        """Return what a link to it is made of."""
        return {"subject_noun": "playlists", "subject_id": self.playlist.id}

    def cells(self, may_comment: bool) -> Iterator[tuple[str, int]]:
        """Return what may be read of it, and what may not."""
        shown, hidden = self.versions
        yield f"/api/playlists/{self.playlist.id}", 200
        yield f"/api/playlists/{self.other_playlist.id}", 404
        yield f"/api/versions/{shown.id}", 200
        yield f"/api/versions/{hidden.id}", 404
        yield f"/api/entities/{shown.entity_id}", 404
        for part in ("", "/content", "/thumbnail"):
            yield f"/api/files/{self.files[0].id}{part}", 200
            yield f"/api/files/{self.files[1].id}{part}", 404
        yield f"/api/files/{self.files[0].id}/proxy", 404  # not made yet
        yield f"/api/notes/{self.notes['for clients'].id}", 200 if may_comment else 404
        yield f"/api/notes/{self.notes['among us'].id}", 404
        yield f"/api/notes/{self.notes['elsewhere'].id}", 404


def _dailies(station: Station, crew: Crew) -> _Dailies:
    names = ("shown", "hidden")
    files, versions = [], []
    with station.change(STATION) as change:
        for colour, name in enumerate(names):
            picture = io.BytesIO()
            Image.new("RGB", (64, 36), (colour, 90, 120)).save(picture, "PNG")
            blob = station.blobs.put(picture.getvalue())
            files.append(
                add_file(change, crew.project, blob, name=f"{name}.png", media_type="image/png")
            )
            named = (VersionFile(f"{name}.png", blob.digest),)
            versions.append(add_version(change, crew.shots[0], files=named, comment=name))
        of_project = (change, crew.project)
        playlists = [
            add_playlist(*of_project, name=each.comment, version_ids=(each.id,))
            for each in versions
        ]
        add_file(change, crew.elsewhere, blob, name="same.png", media_type="image/png")
        notes = {
            "for clients": add_note(*of_project, versions[0], text="Good.", for_client=True),
            "among us": add_note(*of_project, versions[0], text="The dog is late again."),
            "elsewhere": add_note(*of_project, versions[1], text="Good.", for_client=True),
        }
    return _Dailies(playlists[0], playlists[1], tuple(versions), tuple(files), notes)


@pytest.mark.parametrize("may_comment", [False, True])
def test_a_guest_of_a_playlist_sees_it_its_versions_and_their_files_and_nothing_else(
    station: Station, client: TestClient, crew: Crew, may_comment: bool
) -> None:
    dailies = _dailies(station, crew)
    guest = _come_in(station, _link(client, crew, may_comment=may_comment, **dailies.opened()))
    cells = dict(dailies.cells(may_comment))
    told = {path: guest.get(path).status_code for path in cells}
    assert told == cells

    def listed(what: str) -> list[str] | int:
        answer = guest.get(f"/api/projects/{crew.project.id}/{what}")
        rows = answer.status_code == 200
        return [each["id"] for each in answer.json()["rows"]] if rows else answer.status_code

    assert listed("playlists") == [dailies.playlist.id]
    assert listed("versions") == [dailies.versions[0].id]
    assert listed("files") == [dailies.files[0].id]
    assert listed("notes") == ([dailies.notes["for clients"].id] if may_comment else 403)
    assert listed("entities") == []
    assert [listed(what) for what in ("tasks", "publishes", "board", "events")] == [403] * 4


def test_a_guest_of_a_playlist_writes_notes_on_its_versions_which_clients_and_guests_read(
    station: Station, client: TestClient, crew: Crew
) -> None:
    dailies = _dailies(station, crew)
    shown, hidden = (f"/api/versions/{each.id}/notes" for each in dailies.versions)
    mute = _come_in(station, _link(client, crew, **dailies.opened()))
    assert mute.post(shown, json={"text": "Mine."}).status_code == 403
    link = _link(client, crew, may_comment=True, **dailies.opened())
    guest, other = _come_in(station, link), _come_in(station, link)
    made = guest.post(shown, json={"text": "Brighter, please."})
    assert (made.status_code, made.json()["for_client"]) == (201, True)
    url = f"/api/notes/{made.json()['id']}"
    assert other.get(url).status_code == 200
    assert client.get(url, headers=crew.signed("client")).status_code == 200
    reply = {"text": "Is it?", "reply_to_id": dailies.notes["among us"].id}
    assert guest.post(shown, json=reply).status_code == 404
    assert guest.post(hidden, json={"text": "And this."}).status_code == 404
    changed = guest.patch(url, json={"text": "Darker."}, headers={"If-Match": '"1"'})
    assert changed.status_code == 403


def test_what_leaves_a_playlist_leaves_the_sight_of_its_guests(
    station: Station, client: TestClient, crew: Crew
) -> None:
    dailies = _dailies(station, crew)
    guest = _come_in(station, _link(client, crew, **dailies.opened()))
    url = f"/api/files/{dailies.files[0].id}/content"
    assert guest.get(url).status_code == 200
    with station.change(Actor("account", "someone")) as change:
        change.edit(dailies.playlist, version_ids=(dailies.versions[1].id,))
    assert guest.get(url).status_code == 404


def test_a_guest_comments_only_where_the_link_says_so(
    station: Station, client: TestClient, crew: Crew
) -> None:
    for may_comment in (False, True):
        guest = _come_in(station, _link(client, crew, may_comment=may_comment))
        with station.reading() as connection:
            actor = actor_of_guest(connection, guest.cookies[GUEST_COOKIE])
            assert (actor.kind, actor.account_id) == ("guest", None)
            access = access_to(connection, actor, crew.project.id)
            access.require_of(connection, "entities.read", crew.shots[0])
            assert access.reach("notes.add") is (Reach.OWN if may_comment else Reach.NONE)
            with pytest.raises(NotFound):
                access.require_of(connection, "entities.read", crew.shots[1])
            with pytest.raises(Forbidden):
                access.require_of(connection, "entities.change", crew.shots[0])


def test_a_link_with_a_password_asks_for_it(client: TestClient, crew: Crew) -> None:
    link = _link(client, crew, password=SECRET)
    assert link["has_password"]
    assert "password_hash" not in link
    body = {"key": link["key"], "name": "Otto"}
    asked = client.post("/api/guest", json=body)
    assert (asked.status_code, asked.json()["type"]) == (401, "urn:mstation:needs-password")
    assert (
        "密码"
        in client.post("/api/guest", json=body, headers={"Accept-Language": "zh"}).json()["detail"]
    )
    wrong = {**body, "password": "not this one"}
    told = [client.post("/api/guest", json=wrong).status_code for _ in range(HERE.free + 2)]
    assert told == [401] * (HERE.free + 1) + [429]
    other = TestClient(client.app, base_url="http://station.test", client=("192.0.2.9", 1))
    assert other.post("/api/guest", json={**body, "password": SECRET}).status_code == 201


def test_whoever_came_by_a_link_is_out_when_it_ends(
    station: Station, client: TestClient, crew: Crew
) -> None:
    link, old = _link(client, crew), _link(client, crew)
    guests = [_come_in(station, link), _come_in(station, old)]
    url = f"/api/guest-links/{link['id']}"
    header = crew.signed("supervisor")
    tag = {"If-Match": client.get(url, headers=header).headers["etag"]}
    assert client.delete(url, headers={**crew.signed("artist"), **tag}).status_code == 403
    assert client.delete(url, headers={**header, **tag}).status_code == 204
    with station.change(STATION) as change:
        row = find(change.connection, GuestLink, old["id"])
        change.edit(row, ends_at=now() - timedelta(seconds=1))
    for guest, each in zip(guests, (link, old), strict=True):
        assert guest.get("/api/guest").status_code == 401
        assert guest.get(f"/api/entities/{crew.shots[0].id}").status_code == 401
        again = guest.post("/api/guest", json={"key": each["key"], "name": "Otto"})
        assert again.status_code == 404


def test_a_guest_leaves_and_a_signed_in_person_stays_who_they_are(
    station: Station, client: TestClient, crew: Crew
) -> None:
    guest = _come_in(station, _link(client, crew))
    key = guest.cookies[GUEST_COOKIE]
    assert guest.delete("/api/guest").status_code == 204
    guest.cookies.set(GUEST_COOKIE, key)
    assert guest.get("/api/guest").status_code == 401


def test_a_link_is_changed_by_who_has_seen_it(client: TestClient, crew: Crew) -> None:
    link = _link(client, crew)
    url, header = f"/api/guest-links/{link['id']}", crew.signed("producer")
    tag = {"If-Match": client.get(url, headers=header).headers["etag"]}
    more = {"may_comment": True, "password": SECRET, "days": 30}
    changed = client.patch(url, json=more, headers={**header, **tag})
    assert changed.status_code == 200
    assert (changed.json()["may_comment"], changed.json()["has_password"]) == (True, True)
    assert changed.json()["ends_at"] > link["ends_at"]
    assert client.patch(url, json=more, headers={**header, **tag}).status_code == 412
    listed = client.get(f"/api/projects/{crew.project.id}/guest-links", headers=header).json()
    assert [(each["id"], each["key"]) for each in listed] == [(link["id"], None)]


@pytest.mark.parametrize("noun", ["playlists", "accounts", "entities"])
def test_a_link_opens_only_what_the_project_has(client: TestClient, crew: Crew, noun: str) -> None:
    for subject in ("nothere", "a\x00b", crew.people["artist"].id):
        body = {"subject_noun": noun, "subject_id": subject, "label": "x"}
        url = f"/api/projects/{crew.project.id}/guest-links"
        told = client.post(url, json=body, headers=crew.signed("owner"))
        assert told.status_code == 422
