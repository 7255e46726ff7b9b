"""Cuts: what a build or an editor makes of the tracked shots, and which of them plays."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.station.crew import Crew
from tests.station.test_script import shot_list

FILM = shot_list(("sc-a", [("sh-1", 48), ("sh-2", 24)]), ("sc-b", [("sh-3", 72)]))
SHORTER = shot_list(("sc-a", [("sh-1", 48), ("sh-2", 20)]), ("sc-b", [("sh-3", 72)]))


class Edit:
    """Somebody at work in a project."""

    def __init__(self, client: TestClient, crew: Crew) -> None:
        self.client, self.crew, self.header = client, crew, crew.signed("stranger")
        self.inside = f"/api/projects/{crew.elsewhere.id}"  # where no shots are yet

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(path, headers=self.header)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any], status: int = 201) -> Any:
        answer = self.client.post(path, json=body, headers=self.header)
        assert answer.status_code == status, answer.text
        return answer.json()

    def publish(self, shots: dict[str, Any]) -> None:
        plan = self.post(f"{self.inside}/script/plan", {"shots": shots}, 200)
        self.post(f"{self.inside}/script", {"shots": shots, "plan": plan["digest"]}, 200)

    def cut(self, shots: dict[str, Any], **told: Any) -> Any:
        return self.post(f"{self.inside}/cuts", {"shots": shots, **told})


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
    shots = edit.get(f"{edit.inside}/entities?kind=shot")["rows"]
    ids = {each["label"]: each["id"] for each in shots if each["script_id"]}
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
    shot = edit.get(f"{edit.inside}/entities?kind=shot")["rows"][0]
    url = f"/api/entities/{shot['id']}/versions"
    assert edit.post(url, {"frames": 64, "head_frames": 8})["head_frames"] == 8
    assert "cannot lie before" in edit.post(url, {"frames": 8, "head_frames": 8}, 422)["detail"]
