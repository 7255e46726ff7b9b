"""The station's client for programs: one page, nothing but Python's own library.

It can be copied into Blender, a farm or a plug-in. Answers are plain dictionaries, as the
station's description at `/api/openapi.json` has them.

Example:
    >>> station = Client("http://127.0.0.1:8600", "ms_…")
    >>> for project in station.projects():  # doctest: +SKIP
    ...     print(project["name"])
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

Row = dict[str, Any]
_WAIT_S = 60.0


class Refused(Exception):
    """The station said no: with what number, and why in its own words."""

    def __init__(self, status: int, detail: str, faults: list[str]) -> None:
        self.status = status
        self.faults = faults
        super().__init__("; ".join([detail, *faults]))


class Unreachable(Exception):
    """No station answers at this address."""


class Client:
    """One who asks a station."""

    def __init__(self, address: str, token: str = "", *, language: str = "en") -> None:
        parts = urlsplit(address if "//" in address else f"http://{address}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"`{address}` is no address of a station: http://HOST:PORT")
        self.address = f"{parts.scheme}://{parts.netloc}"
        self._secure = parts.scheme == "https"
        self._host = parts.netloc
        self._headers = {"Accept-Language": language, "Accept": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def sign_in(self, email: str, password: str, *, name: str) -> str:
        """Sign in once to take a token of that name, and return its key.

        Raises:
            Refused: when address and password do not belong together.
        """
        connection = self._connection()
        body = json.dumps({"email": email, "password": password}).encode()
        told = {"Content-Type": "application/json"}
        try:
            with (
                closing(connection),
                self._sent(connection, "POST", "/api/session", body, told) as answer,
            ):
                cookie = answer.headers["Set-Cookie"].split(";")[0]
            made = self._asked(
                "POST", "/api/tokens", json.dumps({"name": name}).encode(),
                {**told, "Cookie": cookie},
            )  # fmt: skip
            self._asked("DELETE", "/api/session", None, {"Cookie": cookie})
        except (OSError, HTTPException) as error:
            raise Unreachable(f"no station answers at {self.address}: {error}") from error
        return str(made["key"])

    def me(self) -> Row:
        """Return who asks."""
        return cast(Row, self.ask("GET", "/api/me"))

    def projects(self) -> list[Row]:
        """Return the projects that one has a role in."""
        return cast(list[Row], self.ask("GET", "/api/projects"))

    def statuses(self, project_id: str) -> list[Row]:
        """Return a project's statuses, in order."""
        return cast(list[Row], self.ask("GET", f"/api/projects/{quote(project_id)}/statuses"))

    def board(self, project_id: str, kind: str = "shot") -> list[Row]:
        """Return every shot (or asset …) in the film's order, its `tasks` with it."""
        told = self.ask("GET", f"/api/projects/{quote(project_id)}/board", query={"kind": kind})
        names, work = told["columns"]["entity"], told["columns"]["task"]
        rows = [dict(zip(names, row, strict=True)) for row in told["rows"]]
        for row in rows:
            row["tasks"] = [dict(zip(work, task, strict=True)) for task in row["tasks"]]
        return rows

    def rows(self, path: str, **query: str) -> Iterator[Row]:
        """Give every row of a list that comes in pages."""
        after: str | None = ""
        while after is not None:
            page = self.ask("GET", path, query={**query, "after": after, "most": "500"})
            yield from page["rows"]
            after = page["next"]

    def add(self, path: str, body: Row) -> Row:
        """Make something, once: asked again after a dropped line, it is not made twice."""
        return cast(Row, self.ask("POST", path, body, key=uuid.uuid4().hex))

    def change(self, path: str, revision: int, body: Row) -> Row:
        """Change something that nobody else changed since it was read at that revision."""
        return cast(Row, self.ask("PATCH", path, body, revision=revision))

    def plan_script(self, project_id: str, shots: Row) -> Row:
        """Return what a build's `shots.json` would change in a project."""
        path = f"/api/projects/{quote(project_id)}/script/plan"
        return cast(Row, self.ask("POST", path, {"shots": shots}))

    def apply_script(self, project_id: str, shots: Row, plan: Row) -> Row:
        """Do what the plan says."""
        path = f"/api/projects/{quote(project_id)}/script"
        return cast(Row, self.ask("POST", path, {"shots": shots, "plan": plan["digest"]}))

    def follow(self, project_id: str, after: int | None = None) -> Iterator[Row]:
        """Give what happens, as it happens; after a dropped line it goes on where it was."""
        while True:
            path = f"/api/projects/{quote(project_id)}/events/live"
            if after is not None:
                path += f"?{urlencode({'after': after})}"
            connection = self._connection()
            try:
                with closing(connection), self._sent(connection, "GET", path) as answer:
                    for event in _events(answer):
                        after = event["number"]
                        yield event
            except (OSError, HTTPException):
                continue

    def ask(
        self,
        method: str,
        path: str,
        body: Row | None = None,
        *,
        query: Mapping[str, str] | None = None,
        revision: int | None = None,
        key: str | None = None,
    ) -> Any:
        """Ask for anything that the station's description names; a key is tried twice.

        Raises:
            Refused: when the station says no.
            Unreachable: when none answers.
        """
        headers = {} if revision is None else {"If-Match": f'"{revision}"'}
        if key is not None:
            headers["Idempotency-Key"] = key
        if query:
            path = f"{path}?{urlencode(query)}"
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        try:
            return self._asked(method, path, data, headers)
        except (OSError, HTTPException) as error:
            if not key and method != "GET":
                raise Unreachable(f"no station answers at {self.address}: {error}") from error
        try:  # what is not done twice may be asked twice
            return self._asked(method, path, data, headers)
        except (OSError, HTTPException) as error:
            raise Unreachable(f"no station answers at {self.address}: {error}") from error

    def _asked(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Any:
        connection = self._connection()
        with closing(connection), self._sent(connection, method, path, data, headers) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def _connection(self) -> HTTPConnection:
        kind = HTTPSConnection if self._secure else HTTPConnection
        return kind(self._host, timeout=_WAIT_S)

    def _sent(
        self,
        connection: HTTPConnection,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HTTPResponse:
        connection.request(method, path, data, {**self._headers, **(headers or {})})
        answer = connection.getresponse()
        if answer.status >= 400:
            raise _refusal(answer)
        return answer


def _refusal(answer: HTTPResponse) -> Refused:
    text = answer.read()
    try:
        told = json.loads(text)
        return Refused(answer.status, str(told["detail"]), [str(f) for f in told["faults"]])
    except (ValueError, KeyError, TypeError):
        return Refused(answer.status, f"{answer.status} {answer.reason}", [])


def _events(answer: HTTPResponse) -> Iterator[Row]:
    for line in answer:
        if line.startswith(b"data:"):
            yield json.loads(line.removeprefix(b"data:"))
