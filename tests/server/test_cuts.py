"""Cuts: what a build or an editor makes of the tracked shots, and which of them plays."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from mstation.station.change import STATION
from mstation.station.jobs import cancel
from mstation.station.production.screenings import add_screening
from tests.server.editing import Edit
from tests.station.crew import Crew
from tests.station.test_script import shot_list

FILM = shot_list(("sc-a", [("sh-1", 48), ("sh-2", 24)]), ("sc-b", [("sh-3", 72)]))
EDITED = """TITLE: reel 1
FCM: NON-DROP FRAME

001  001-001  V  C  01:00:00:00 01:00:01:12 01:00:00:00 01:00:01:12
* FROM CLIP NAME: 001-001
002  TITLE    V  C  01:00:00:00 01:00:01:00 01:00:01:12 01:00:02:12
* FROM CLIP NAME: TITLE
003  002-001  V  C  01:00:00:00 01:00:03:00 01:00:02:12 01:00:05:12
* FROM CLIP NAME: 002-001
"""
OF_THE_FILM = """TITLE: reel 1
FCM: NON-DROP FRAME

001  FILM  V  C  01:00:01:00 01:00:02:12 01:00:00:00 01:00:01:12
* FROM CLIP NAME: film.mp4
"""
FROM_ZERO = """TITLE: reel 1
FCM: NON-DROP FRAME

001  001-001  V  C  00:00:00:10 00:00:02:16 01:00:00:00 01:00:02:06
* FROM CLIP NAME: 001-001
"""
WHOLE = """TITLE: reel 1
FCM: NON-DROP FRAME

001  001-001  V  C  01:00:00:00 01:00:01:18 01:00:00:00 01:00:01:18
* FROM CLIP NAME: 001-001
"""
SHORTER = shot_list(("sc-a", [("sh-1", 48), ("sh-2", 20)]), ("sc-b", [("sh-3", 72)]))


@pytest.fixture
def edit(client: TestClient, crew: Crew) -> Edit:
    return Edit(client, crew)


def test_a_build_s_cut_uses_the_tracked_shots_and_plays(edit: Edit) -> None:
    edit.publish(FILM)
    made = edit.cut(FILM, build="b1")
    assert (made["number"], made["origin"], made["build"]) == (1, "script", "b1")
    assert (made["rate"], made["frames"], made["start_frame"]) == ("24", 144, 86400)
    assert made["plays"]
    assert "clips" not in made
    ids = edit.shots()
    clips = edit.get(f"/api/cuts/{made['id']}")["clips"]
    told = [(each["entity_id"], each["record_first_frame"], each["end_frame"]) for each in clips]
    assert told == [(ids["001-001"], 0, 48), (ids["001-002"], 48, 24), (ids["002-001"], 72, 72)]


def test_the_next_build_s_cut_plays_and_the_same_again_is_not_made_twice(edit: Edit) -> None:
    edit.publish(FILM)
    edit.cut(FILM, build="b1")
    edit.publish(SHORTER)
    second = edit.cut(SHORTER, build="b2")
    assert edit.cut(SHORTER, build="b2") == second
    rows = edit.get(f"{edit.inside}/cuts")["rows"]
    assert [(each["number"], each["plays"]) for each in rows] == [(1, False), (2, True)]


def test_a_cut_of_shots_that_are_not_tracked_says_to_publish_first(edit: Edit) -> None:
    told = edit.post(f"{edit.inside}/cuts", {"shots": FILM}, 422)
    assert "publish its script first" in told["detail"]
    assert "001-001" in told["detail"]


def test_a_cut_at_another_rate_than_the_project_s_is_told(edit: Edit) -> None:
    edit.publish(FILM)
    told = edit.post(f"{edit.inside}/cuts", {"shots": {**FILM, "rate": "25"}}, 422)
    assert "25 frames a second, the project at 24" in told["detail"]


def test_a_version_says_how_many_of_its_frames_lie_before_the_shot(edit: Edit) -> None:
    edit.publish(FILM)
    url = f"/api/entities/{edit.shots()['001-001']}/versions"
    assert edit.post(url, {"frames": 64, "head_frames": 8})["head_frames"] == 8
    assert "cannot lie before" in edit.post(url, {"frames": 8, "head_frames": 8}, 422)["detail"]


def test_a_chosen_cut_plays_and_no_other(edit: Edit) -> None:
    edit.publish(FILM)
    first = edit.cut(FILM)
    edit.publish(SHORTER)
    edit.cut(SHORTER)
    assert edit.patch(f"/api/cuts/{first['id']}", {"plays": True})["plays"]
    rows = edit.get(f"{edit.inside}/cuts")["rows"]
    assert [each["plays"] for each in rows] == [True, False]
    assert edit.get(f"{edit.inside}/cut")["cut"]["number"] == 1


def test_an_editor_s_cut_is_told_clip_by_clip_before_it_is_taken_in(edit: Edit) -> None:
    edit.publish(FILM)
    edit.cut(FILM)
    shots = edit.shots()
    plan = edit.post(f"{edit.inside}/cuts/plan", {"text": EDITED, "name": "reel 1.edl"}, 200)
    told = [(each["label"], each["fates"], each["tail_trim_frames"]) for each in plan["clips"]]
    assert told == [
        ("001-001", ["trimmed"], 12), ("TITLE", ["new"], 0), ("002-001", ["kept"], 0),
        ("001-002", ["missing"], 0),
    ]  # fmt: skip
    assert [each["entity_id"] for each in plan["clips"][:2]] == [shots["001-001"], None]
    assert (plan["frames"], plan["frames_before"]) == (132, 144)
    body = {"text": EDITED, "name": "reel 1.edl", "plan": plan["digest"]}
    made = edit.post(f"{edit.inside}/cuts", body)
    assert (made["origin"], made["document"], made["plays"]) == ("editor", "reel 1.edl", True)
    clips = edit.get(f"/api/cuts/{made['id']}")["clips"]
    assert [(each["first_frame"], each["end_frame"]) for each in clips] == [
        (0, 36),
        (0, 24),
        (0, 72),
    ]
    edit.publish(SHORTER)
    assert not edit.cut(SHORTER)["plays"]  # the editor's goes on


def test_who_works_on_shots_that_lose_frames_is_told(edit: Edit) -> None:
    edit.publish(FILM)
    edit.cut(FILM)
    kinds = edit.get(f"{edit.inside}/task-types")
    kind = next(each["id"] for each in kinds if each["of"] == "shot")
    owner = edit.crew.people["stranger"].id
    made = {
        label: edit.post(
            f"{edit.inside}/tasks", {"entity_id": id_, "type_id": kind, "assignee_ids": [owner]}
        )["id"]
        for label, id_ in edit.shots().items()
    }
    plan = edit.post(f"{edit.inside}/cuts/plan", {"text": EDITED, "name": "a.edl"}, 200)
    assert {each["task_id"] for each in plan["tasks"]} == {made["001-001"], made["001-002"]}
    assert plan["people_ids"] == [owner]


def test_nothing_is_taken_in_when_what_plays_changed_meanwhile(edit: Edit) -> None:
    edit.publish(FILM)
    edit.cut(FILM)
    body = {"text": EDITED, "name": "a.edl"}
    plan = edit.post(f"{edit.inside}/cuts/plan", body, 200)
    edit.publish(SHORTER)
    edit.cut(SHORTER)
    edit.post(f"{edit.inside}/cuts", {**body, "plan": plan["digest"]}, 412)
    assert len(edit.get(f"{edit.inside}/cuts")["rows"]) == 2


def test_a_document_of_another_rate_or_of_none_is_told(edit: Edit) -> None:
    edit.publish(FILM)
    edit.cut(FILM)
    url = f"{edit.inside}/cuts/plan"
    told = edit.post(url, {"text": EDITED, "name": "a.edl", "rate": "25"}, 422)
    assert "25 frames a second, the project at 24" in told["detail"]
    assert "a.txt" in edit.post(url, {"text": "Dear editor,", "name": "a.txt"}, 415)["detail"]
    assert "file_id" in edit.post(url, {}, 422)["detail"]


def test_the_film_s_own_movie_is_read_as_the_shots_that_lie_in_it(edit: Edit) -> None:
    edit.publish(FILM)
    edit.cut(FILM)
    plan = edit.post(f"{edit.inside}/cuts/plan", {"text": OF_THE_FILM, "name": "a.edl"}, 200)
    told = [(each["label"], each["fates"], each["head_trim_frames"]) for each in plan["clips"]]
    assert told == [
        ("001-001", ["trimmed"], 24), ("001-002", ["trimmed"], 0), ("002-001", ["missing"], 0)
    ]  # fmt: skip


def test_media_without_timecode_are_laid_by_what_plays(edit: Edit) -> None:
    edit.publish(FILM)
    edit.cut(FILM)
    edit.approve(edit.version("001-001", "a.mov", 64, head_frames=8))
    body = {"text": FROM_ZERO, "name": "a.edl"}
    (step, *_) = edit.post(f"{edit.inside}/cuts/plan", body, 200)["clips"]
    assert (step["fates"], step["head_trim_frames"], step["tail_trim_frames"]) == (
        ["trimmed"], 2, -8
    )  # fmt: skip
    assert (step["lacking_head_frames"], step["lacking_tail_frames"]) == (0, 0)


def test_29_97_is_read_as_the_document_counts_it(edit: Edit) -> None:
    edit.patch(edit.inside, {"rate": "30000/1001"})
    film = {**FILM, "rate": "30000/1001"}
    edit.publish(film)
    edit.cut(film)
    for text in (WHOLE, WHOLE.replace("NON-DROP", "DROP")):
        plan = edit.post(f"{edit.inside}/cuts/plan", {"text": text, "name": "a.edl"}, 200)
        assert plan["counts"] == {"kept": 1, "missing": 2}


def test_numbers_beyond_all_films_are_refused(edit: Edit) -> None:
    edit.publish(FILM)
    edit.cut(FILM)
    far = {"OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": 1e300}
    near = {**far, "value": 24.0}
    clip = {
        "OTIO_SCHEMA": "Clip.2", "name": "001-001",
        "source_range": {"OTIO_SCHEMA": "TimeRange.1", "start_time": far, "duration": near},
    }  # fmt: skip
    track = {"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [clip]}
    stack = {"OTIO_SCHEMA": "Stack.1", "children": [track]}
    text = json.dumps({"OTIO_SCHEMA": "Timeline.1", "name": "far", "tracks": stack})
    edit.post(f"{edit.inside}/cuts/plan", {"text": text, "name": "far.otio"}, 422)


def test_what_is_rendered_is_what_plays_and_only_when_that_changes(edit: Edit) -> None:
    edit.publish(FILM)
    cut = edit.cut(FILM)
    assert edit.renders() == []  # there is nothing to see yet
    edit.version("001-001", "previs.mp4", 48, build="b1")
    pending = edit.version("001-002", "anim.mov", 40, head_frames=8)
    (job,) = edit.renders()
    assert [each["digest"] is None for each in job.parameters["clips"]] == [False, True, True]
    edit.approve(pending)
    (job,) = edit.renders()  # the one that waits shows it now
    clips = job.parameters["clips"]
    assert [(each["name"], each["first"], each["frames"]) for each in clips] == [
        ("001-001", 0, 48), ("001-002", 8, 24), ("002-001", 0, 72)
    ]  # fmt: skip
    assert (job.parameters["cut_id"], job.parameters["rate"]) == (cut["id"], "24")
    assert clips[1]["version_id"] == pending["id"]
    assert job.ready_at > job.made_at
    edit.version("001-002", "anim.mov", 41)  # nobody approved it
    assert [each.parameters for each in edit.renders()] == [job.parameters]


def test_a_screening_tells_what_was_shown_and_the_same_is_not_rendered_again(edit: Edit) -> None:
    edit.publish(FILM)
    cut = edit.cut(FILM)
    first = edit.version("001-001", "previs.mp4", 48, build="b1")
    (job,) = edit.renders()
    movie = edit.station.blobs.put(b"the film as a movie")
    with edit.station.change(STATION) as change:
        told = {"digest": movie.digest, "size": movie.size, "frames": 144}
        add_screening(change, cut_id=cut["id"], job_id=job.id, **told)
        cancel(change, job.id)
    (row,) = edit.get(f"{edit.inside}/screenings")["rows"]
    row = edit.get(f"/api/screenings/{row['id']}")
    assert [(each["version_id"], each["first_frame"]) for each in row["clips"]] == [
        (first["id"], 0), (None, 48), (None, 72)
    ]  # fmt: skip
    content = f"/api/screenings/{row['id']}/content"
    part = edit.client.get(content, headers={**edit.header, "Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"film")
    assert edit.read(f"{edit.inside}/cut/movie") == b"the film as a movie"
    better = edit.version("001-001", "anim.mov", 48)
    edit.approve(better)
    assert [each.state for each in edit.renders()] == ["cancelled", "waiting"]
    edit.approve(better, "retake")  # it is as it was: nothing is to be rendered
    assert [each.state for each in edit.renders()] == ["cancelled", "cancelled"]


def test_only_who_may_apply_a_script_brings_pictures_that_play_unseen(
    edit: Edit, client: TestClient, crew: Crew
) -> None:
    url = f"/api/entities/{crew.shots[0].id}/versions"
    mine = client.post(url, json={"build": "b1"}, headers=crew.signed("artist"))
    assert mine.status_code == 403
    assert client.post(url, json={}, headers=crew.signed("artist")).status_code == 201
    edit.publish(FILM)
    edit.cut(FILM)
    kinds = edit.get(f"{edit.inside}/task-types")
    kind = next(each["id"] for each in kinds if each["of"] == "shot")
    body = {"entity_id": edit.shots()["001-001"], "type_id": kind}
    task = edit.post(f"{edit.inside}/tasks", body)
    made = edit.version("001-001", "anim.mov", 48)
    told = {"files": made["files"], "frames": 48, "build": "b1"}
    edit.post(f"/api/tasks/{task['id']}/versions", told)  # made in it, by somebody
    assert edit.playing()[0]["version_id"] is None


def test_a_project_may_render_nothing_by_itself(edit: Edit) -> None:
    edit.publish(FILM)
    edit.cut(FILM)
    edit.patch(edit.inside, {"renders_cuts": False})
    edit.version("001-001", "previs.mp4", 48, build="b1")
    assert edit.renders() == []
    edit.patch(edit.inside, {"renders_cuts": True})
    assert len(edit.renders()) == 1


def test_an_editor_s_cut_is_heard_with_the_sound_of_the_script_s(edit: Edit) -> None:
    edit.publish(FILM)
    sound = edit.file(b"the mix", "film.m4a", "audio/mp4")
    edit.cut(FILM, sound_file_id=sound.id)
    edit.version("002-001", "previs.mp4", 72, build="b1")
    body = {"text": EDITED, "name": "a.edl"}
    plan = edit.post(f"{edit.inside}/cuts/plan", body, 200)
    edit.post(f"{edit.inside}/cuts", {**body, "plan": plan["digest"]})
    (job,) = edit.renders()
    assert job.parameters["sound"] == sound.digest
    assert [each["sound_first"] for each in job.parameters["clips"]] == [0, None, 72]
