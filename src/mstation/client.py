"""The station's client for programs: one page, nothing but Python's own library.

It can be copied into Blender, a farm or a plug-in. Answers are plain dictionaries, as the
station's description at `/api/openapi.json` has them.

Example:
    >>> station = Client("http://127.0.0.1:8600", "ms_…")
    >>> for project in station.projects():  # doctest: +SKIP
    ...     print(project["name"])
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
)
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast
from urllib.parse import quote, urlencode, urlsplit

Row = dict[str, Any]
Tell = Callable[[str, int], None]  # what is on its way, and how many of its bytes are there
_WAIT_S = 60.0
_TRIES = 6  # in a row that bring nothing
_FIRST_WAIT_S = 0.25  # before the second; then twice as long each time
_AGAIN = (408, 409, 423, 429, 460, 500, 502, 503, 504)  # what may go better the next time
_TUS = {"Tus-Resumable": "1.0.0"}
CHUNK_BYTES = 8 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024


class Refused(Exception):
    """The station said no: with what number, and why in its own words."""

    def __init__(self, status: int, detail: str, faults: list[str]) -> None:
        self.status = status
        self.faults = faults
        super().__init__("; ".join([detail, *faults]))


class Unreachable(Exception):
    """No station answers at this address."""


class Damaged(Exception):
    """What came is not what was sent; nothing of it is kept."""


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
        """Give every row of a list that comes in pages; what is asked as "" is not asked."""
        query = {name: value for name, value in query.items() if value}
        after: str | None = ""
        while after is not None:
            page = self.ask("GET", path, query={"most": "500", **query, "after": after})
            yield from page["rows"]
            after = page["next"]

    def add(self, path: str, body: Row) -> Row:
        """Make something, once: asked again after a dropped line, it is not made twice."""
        return cast(Row, self.ask("POST", path, body, key=uuid.uuid4().hex))

    def change(self, path: str, revision: int, body: Row) -> Row:
        """Change something that nobody else changed since it was read at that revision."""
        return cast(Row, self.ask("PATCH", path, body, revision=revision))

    def upload(
        self,
        path: str | Path,
        project_id: str,
        task_id: str | None = None,
        name: str | None = None,
        *,
        where: str = "",
        tell: Tell | None = None,
    ) -> Row:
        """Send a file and return its row; what is there with that name already is not sent again.

        Each chunk is checked as it arrives, and after a dropped line it goes on where it was.
        `tell` hears the upload's address: given as `where`, another run goes on there.

        Raises:
            Damaged: when the file changed while it was sent.
        """
        path = Path(path)
        name = name or path.name
        with path.open("rb") as file:
            digest = digest_of(file)
            size = file.tell()
            for row in self.files(project_id, [digest]):
                if (row["name"], row["task_id"]) == (name, task_id):
                    return row
            known: int | None = None  # how many bytes are there; None: to be asked
            if not (where and self._goes_on(where, size)):
                where, known = self._start_upload(project_id, task_id, name, size), 0

            def send() -> int:
                nonlocal known
                offset, known = self._offset(where) if known is None else known, None
                known = self._send(file, where, offset, tell) if offset < size else size
                return known

            _persist(send, 0, size)
        row = self._file_of(where)
        if row["digest"] != digest:
            raise _changed(path)
        return row

    def download(
        self, project_id: str, digest: str, path: str | Path, *, tell: Tell | None = None
    ) -> None:
        """Write the content with that SHA-256 to a path: whole, or not at all.

        What has come stands in `NAME.part`, from which another run goes on.

        Raises:
            Damaged: when the station's bytes are not those of the digest.
        """
        found = self.files(project_id, [digest])
        if not found:
            told = f"no file of the project that you may read has the content {digest}"
            raise Refused(404, told, [])
        file_id, size = str(found[0]["id"]), int(found[0]["size"])
        heard = None if tell is None else partial(tell, file_id)
        self.take(f"/api/files/{quote(file_id)}/content", digest, size, path, tell=heard)

    def take(
        self,
        where: str,
        digest: str,
        size: int,
        path: str | Path,
        *,
        tell: Callable[[int], None] | None = None,
    ) -> None:
        """Write what an address of the station holds to a path, as `download` does.

        Raises:
            Damaged: when the station's bytes are not those of the digest.
        """
        path = Path(path)
        part = path.with_name(f"{path.name}.part")
        with part.open("a+b") as out:
            if out.tell() > size:
                out.seek(out.truncate(0))
            reached = out.tell()
            _persist(lambda: self._receive(where, digest, size, out, tell), reached, size)
            out.flush()
            os.fsync(out.fileno())
            is_whole = digest_of(out) == digest
        if not is_whole:
            part.unlink()
            raise Damaged(f"what came for {path} is not what the station says it is")
        part.replace(path)

    def files(self, project_id: str, digests: Iterable[str]) -> list[Row]:
        """Return the files of a project, of those that one may read, with these SHA-256."""
        path, wanted = f"/api/projects/{quote(project_id)}/files", set(digests)
        return [row for each in sorted(wanted) for row in self.rows(path, digest=each)]

    def versions(
        self, project_id: str, *, entity_id: str = "", type_id: str = "", review: str = ""
    ) -> Iterator[Row]:
        """Give versions: of a project, or of one entity, kind of work or review alone."""
        path = f"/api/projects/{quote(project_id)}/versions"
        return self.rows(path, entity=entity_id, task_type=type_id, review=review)

    def add_version(
        self,
        of: Literal["entities", "tasks"],
        id_: str,
        files: Iterable[Row],
        *,
        comment: str = "",
        frames: int | None = None,
        head_frames: int = 0,
    ) -> Row:
        """Make the next version of an entity as a whole, or of what a task makes.

        head_frames: how many of its frames lie before the shot's first.
        """
        body: Row = {"files": [{"name": f["name"], "digest": f["digest"]} for f in files]}
        body |= {"comment": comment, "frames": frames}
        body |= {"head_frames": head_frames} if head_frames else {}
        return self.add(f"/api/{of}/{quote(id_)}/versions", body)

    def publish_version(self, version_id: str, comment: str = "") -> Row:
        """Tell the others to work with a version from now on."""
        return self.add(f"/api/versions/{quote(version_id)}/publishes", {"comment": comment})

    def note(
        self,
        on: Literal["versions", "tasks", "entities"],
        id_: str,
        text: str,
        *,
        first_frame: int | None = None,
        end_frame: int | None = None,
    ) -> Row:
        """Write a note; its frames from the first to before the end, counted from 0."""
        body = {"text": text, "first_frame": first_frame, "end_frame": end_frame}
        return self.add(f"/api/{on}/{quote(id_)}/notes", body)

    def ask(
        self,
        method: str,
        path: str,
        body: Row | None = None,
        *,
        query: Mapping[str, str] | None = None,
        revision: int | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Ask for anything that the station's description names; a key is tried twice.

        Raises:
            Refused: when the station says no.
            Unreachable: when none answers.
        """
        told = dict(headers or {})
        if revision is not None:
            told["If-Match"] = f'"{revision}"'
        if key is not None:
            told["Idempotency-Key"] = key
        if query:
            path = f"{path}?{urlencode(query)}"
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            told["Content-Type"] = "application/json"
        try:
            return self._asked(method, path, data, told)
        except Unreachable:
            if not key and method != "GET":
                raise
        return self._asked(method, path, data, told)  # what is not done twice may be asked twice

    def _goes_on(self, where: str, size: int) -> bool:
        """Return whether an upload of that size still waits at an address that was kept."""
        try:
            upload = self.ask("GET", where)
            return upload["size"] == size and not upload["file_id"]
        except Refused as error:
            if error.status in (404, 410):
                return False
            raise

    def _start_upload(self, project_id: str, task_id: str | None, name: str, size: int) -> str:
        told = {"filename": name} | ({"task": task_id} if task_id else {})
        pairs = (f"{key} {_base64(value.encode())}" for key, value in told.items())
        headers = {**_TUS, "Upload-Length": str(size), "Upload-Metadata": ",".join(pairs)}
        path = f"/api/projects/{quote(project_id)}/uploads"
        made = self.ask("POST", path, key=uuid.uuid4().hex, headers=headers)
        return f"/api/uploads/{quote(made['id'])}"

    def _offset(self, where: str) -> int:
        """Return how many bytes of an upload the station has."""
        with self.answered("HEAD", where, headers=_TUS) as answer:
            return int(answer.headers["Upload-Offset"])

    def _send(self, file: BinaryIO, where: str, offset: int, tell: Tell | None) -> int:
        """Send the next chunk of an upload, and return how many bytes the station has then."""
        if tell:
            tell(where, offset)
        file.seek(offset)
        if not (chunk := file.read(CHUNK_BYTES)):
            raise _changed(Path(file.name))
        headers = {
            **_TUS,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {_base64(hashlib.sha256(chunk).digest())}",
        }
        with self.answered("PATCH", where, chunk, headers) as answer:
            offset = int(answer.headers["Upload-Offset"])
        if tell:
            tell(where, offset)
        return offset

    def _file_of(self, where: str) -> Row:
        """Return the file that a whole upload became, or becomes in a moment."""
        file_id = ""

        def look() -> bool:
            nonlocal file_id
            file_id = self.ask("GET", where)["file_id"] or ""
            return bool(file_id)

        _persist(look, False, True)
        return cast(Row, self.ask("GET", f"/api/files/{quote(file_id)}"))

    def _receive(
        self,
        where: str,
        digest: str,
        size: int,
        out: BinaryIO,
        tell: Callable[[int], None] | None,
    ) -> int:
        """Append what is not there yet, as far as the line holds; return how much there is then."""
        out.seek(0, os.SEEK_END)
        for start, piece in self._content(where, digest, out.tell()):
            if start != out.tell():
                out.seek(out.truncate(start))  # it begins anew: the station knows no ranges of it
            out.write(piece)
            if tell:
                tell(out.tell())
            if out.tell() > size:
                break
        return out.tell()

    def _content(self, where: str, digest: str, start: int) -> Iterator[tuple[int, bytes]]:
        """Give content's bytes and where they stand, from `start` on until the line drops."""
        told = {"Range": f"bytes={start}-", "If-Range": f'"{digest}"', "Accept": "*/*"}
        with self.answered("GET", where, headers=told if start else {"Accept": "*/*"}) as answer:
            start = start if answer.status == 206 else 0
            try:
                while piece := answer.read(_PIECE_BYTES):
                    yield start, piece
                    start += len(piece)
            except (OSError, HTTPException):
                return

    def _asked(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Any:
        with self.answered(method, path, data, headers) as answer:
            text = answer.read()
        try:
            return json.loads(text) if text else None
        except ValueError as error:
            raise Unreachable(f"what answers at {self.address} is no station") from error

    @contextmanager
    def answered(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[HTTPResponse]:
        """Ask, and give the answer to read, its header first.

        Raises:
            Refused: when the station says no.
            Unreachable: when none answers, or the line drops.
        """
        kind = HTTPSConnection if self._secure else HTTPConnection
        try:
            with closing(kind(self._host, timeout=_WAIT_S)) as connection:
                connection.request(method, path, data, {**self._headers, **(headers or {})})
                with connection.getresponse() as answer:
                    if answer.length is None and not answer.chunked:
                        raise IncompleteRead(b"")  # a header that broke off reads as a short one
                    if answer.status >= 400:
                        raise _refusal(answer)
                    yield answer
        except (OSError, HTTPException) as error:
            raise Unreachable(f"no station answers at {self.address}: {error}") from error


def digest_of(file: BinaryIO) -> str:
    """Return the SHA-256 of a file that is open, in hexadecimal, and leave it at its end."""
    file.seek(0)
    found = hashlib.sha256()
    while piece := file.read(_PIECE_BYTES):
        found.update(piece)
    return found.hexdigest()


def _persist(step: Callable[[], int], reached: int, end: int) -> None:
    """Do steps until one reaches the end; those that bring nothing are tried again, ever later."""
    tries = 0
    while reached < end:
        fault: Exception = Unreachable("the line drops again and again; try later")
        before = reached
        try:
            reached = step()
        except Unreachable as error:
            fault = error
        except Refused as error:
            if error.status not in _AGAIN:
                raise
            fault = error
        tries = 0 if reached > before else tries + 1
        if tries == _TRIES:
            raise fault
        if tries:
            time.sleep(_FIRST_WAIT_S * 2 ** (tries - 1))


def _changed(path: Path) -> Damaged:
    return Damaged(f"{path} changed while it was sent; send it again")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _refusal(answer: HTTPResponse) -> Refused:
    text = answer.read()
    try:
        told = json.loads(text)
        return Refused(answer.status, str(told["detail"]), [str(f) for f in told["faults"]])
    except (ValueError, KeyError, TypeError):
        return Refused(answer.status, f"{answer.status} {answer.reason}", [])
