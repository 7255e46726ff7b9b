"""What the command and services need of a station besides: signing in, scripts, what happens.

Programs that send and take files need only `mstation.client`, which stands alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from hashlib import sha256
from http.client import HTTPResponse
from typing import cast
from urllib.parse import quote, urlencode

from mstation.client import Client, Row, Unreachable

_WAIT_S = 0.25  # before a dropped line is taken up again


class Studio(Client):
    """A client that does more than bring and take."""

    def sign_in(self, email: str, password: str, *, name: str) -> str:
        """Sign in once to take a token of that name, and return its key.

        Raises:
            Refused: when address and password do not belong together.
        """
        body = json.dumps({"email": email, "password": password}).encode()
        told = {"Content-Type": "application/json"}
        with self.answered("POST", "/api/session", body, told) as answer:
            cookie = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
        made = self.ask("POST", "/api/tokens", {"name": name}, headers=cookie)
        self.ask("DELETE", "/api/session", headers=cookie)
        return str(made["key"])

    def plan_script(self, project_id: str, shots: Row) -> Row:
        """Return what a build's `shots.json` would change in a project."""
        path = f"/api/projects/{quote(project_id)}/script/plan"
        return cast(Row, self.ask("POST", path, {"shots": shots}))

    def apply_script(
        self, project_id: str, shots: Row, plan: Row, *, tell_people: bool = True
    ) -> Row:
        """Do what the plan says; notes tell the people whose work it touches."""
        path = f"/api/projects/{quote(project_id)}/script"
        body = {"shots": shots, "plan": plan["digest"], "tell_people": tell_people}
        return cast(Row, self.ask("POST", path, body))

    def add_picture(self, entity_id: str, file: Row, *, build: str, frames: int, after: int) -> Row:
        """Make the version of a shot that a build brings, once, by whichever run of a program.

        after: the number of the shot's last version.
        """
        body: Row = {"files": [{"name": file["name"], "digest": file["digest"]}]}
        body |= {"build": build, "frames": frames}
        key = sha256(f"{build} {entity_id} {after}".encode()).hexdigest()
        path = f"/api/entities/{quote(entity_id)}/versions"
        return cast(Row, self.ask("POST", path, body, key=key))

    def add_cut(self, project_id: str, shots: Row, *, build: str, sound_file_id: str | None) -> Row:
        """Make the cut that a build came with, where the project has it not yet."""
        body = {"shots": shots, "build": build, "sound_file_id": sound_file_id}
        return self.add(f"/api/projects/{quote(project_id)}/cuts", body)

    def follow(self, project_id: str, after: int | None = None) -> Iterator[Row]:
        """Give what happens, as it happens; after a dropped line it goes on where it was."""
        while True:
            path = f"/api/projects/{quote(project_id)}/events/live"
            if after is not None:
                path += f"?{urlencode({'after': after})}"
            try:
                with self.answered("GET", path) as answer:
                    for event in _events(answer):
                        after = event["number"]
                        yield event
            except Unreachable:
                time.sleep(_WAIT_S)


def _events(answer: HTTPResponse) -> Iterator[Row]:
    for line in answer:
        if line.startswith(b"data:"):
            yield json.loads(line.removeprefix(b"data:"))
