"""The board: every shot in order, with its tasks and nobody else's."""

from __future__ import annotations

from starlette.testclient import TestClient

from tests.station.crew import Crew


def test_the_board_tells_each_shot_with_its_tasks(client: TestClient, crew: Crew) -> None:
    url = f"/api/projects/{crew.project.id}/board"
    told = client.get(url, headers=crew.signed("producer")).json()
    shots = [dict(zip(told["columns"]["entity"], row, strict=True)) for row in told["rows"]]
    assert [shot["id"] for shot in shots] == [shot.id for shot in crew.shots]
    assert [shot["fields"] for shot in shots] == [{}] * len(shots)
    for shot, task in zip(shots, crew.tasks, strict=True):
        (row,) = shot["tasks"]
        named = dict(zip(told["columns"]["task"], row, strict=True))
        assert named["id"] == task.id
        assert named["assignee_ids"] == list(task.assignee_ids)
    assert (
        client.get(url, params={"kind": "asset"}, headers=crew.signed("producer")).json()["rows"]
        == []
    )
