"""Somebody who edits a film through the interface: publishes, cuts, brings media, reviews."""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.testclient import TestClient

from mstation.station.change import STATION, find_where
from mstation.station.files import add_file
from mstation.station.jobs import Job
from mstation.station.production.rendering import RENDER_JOB
from mstation.station.station import Station
from tests.station.crew import Crew


class Edit:
    """An owner at work in a project that has no shots yet."""

    def __init__(self, client: TestClient, crew: Crew) -> None:
        self.client, self.crew, self.header = client, crew, crew.signed("stranger")
        self.project = crew.elsewhere
        self.inside = f"/api/projects/{self.project.id}"
        self.station: Station = client.app.state.station  # type: ignore[attr-defined]

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(path, headers=self.header)
        assert answer.status_code == status, answer.text
        return answer.json()

    def read(self, path: str) -> bytes:
        answer = self.client.get(path, headers=self.header)
        assert answer.status_code == 200, answer.text
        return answer.content

    def post(self, path: str, body: dict[str, Any], status: int = 201) -> Any:
        answer = self.client.post(path, json=body, headers=self.header)
        assert answer.status_code == status, answer.text
        return answer.json()

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        seen = self.client.get(path, headers=self.header).headers["etag"]
        answer = self.client.patch(path, json=body, headers={**self.header, "If-Match": seen})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def publish(self, shots: dict[str, Any]) -> None:
        plan = self.post(f"{self.inside}/script/plan", {"shots": shots}, 200)
        self.post(f"{self.inside}/script", {"shots": shots, "plan": plan["digest"]}, 200)

    def cut(self, shots: dict[str, Any], **told: Any) -> Any:
        return self.post(f"{self.inside}/cuts", {"shots": shots, **told})

    def shots(self) -> dict[str, str]:
        """The ids of the script's shots, by label."""
        rows = self.get(f"{self.inside}/entities?kind=shot")["rows"]
        return {each["label"]: each["id"] for each in rows if each["script_id"]}

    def file(self, content: bytes, name: str, media_type: str) -> Any:
        """A file of the project, as an upload would have left it."""
        with self.station.change(STATION) as change:
            blob = self.station.blobs.put(content)
            return add_file(change, self.project, blob, name=name, media_type=media_type)

    def version(self, label: str, name: str, frames: int, **told: Any) -> Any:
        """A version of a shot, of one movie."""
        content = f"{label} {name} {frames}".encode()
        self.file(content, name, "video/quicktime")
        digest = hashlib.sha256(content).hexdigest()
        body = {"files": [{"name": name, "digest": digest}], "frames": frames, **told}
        return self.post(f"/api/entities/{self.shots()[label]}/versions", body)

    def approve(self, version: Any, review: str = "approved") -> None:
        self.patch(f"/api/versions/{version['id']}", {"review": review})

    def playing(self) -> list[Any]:
        return list(self.get(f"{self.inside}/cut")["clips"])

    def renders(self) -> list[Job]:
        """The jobs that render the cut, the oldest first."""
        with self.station.reading() as connection:
            return find_where(connection, Job, project_id=self.project.id, kind=RENDER_JOB)
