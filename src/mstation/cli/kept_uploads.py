"""Where uploads that were begun go on: kept on disk, so that a command that was killed resumes.

Uploads of at most one chunk are not kept: they would begin anew anyway.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from threading import Event, Lock

from mstation.client import CHUNK_BYTES, Client, Row
from mstation.publish import write_whole

_MOST = 500  # the oldest are forgotten: the station keeps uploads for seven days


class Stopped(Exception):
    """An upload was left where it is, because another could not be sent."""


class KeptUploads:
    """The uploads to one project of one station, by file and task."""

    def __init__(self, address: str, project_id: str) -> None:
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        self._path = Path(home) / "mstation" / "uploads.json"
        self._place = (address, project_id)
        self._writing = Lock()  # several files are sent at a time
        self._is_over = Event()

    def upload(self, client: Client, path: Path, task_id: str | None) -> Row:
        """Send a file, from where it stopped the last time if it is the same file still."""
        self._go_on()
        told = path.stat()
        if told.st_size <= CHUNK_BYTES:
            return client.upload(path, self._place[1], task_id)
        facts = (*self._place, task_id, str(path.resolve()), told.st_size, told.st_mtime_ns)
        key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
        begun = self._begun().get(key, "")

        def tell(where: str, _: int) -> None:
            nonlocal begun
            self._go_on()
            if where != begun:
                begun = where
                self._keep(key, where)

        row = client.upload(path, self._place[1], task_id, where=begun, tell=tell)
        self._keep(key, "")
        return row

    def stop(self) -> None:
        """Let whatever is on its way stop after the chunk that it is at."""
        self._is_over.set()

    def _go_on(self) -> None:
        if self._is_over.is_set():
            raise Stopped

    def _begun(self) -> dict[str, str]:
        """Return where each upload goes on; what cannot be read is as if nothing were begun."""
        try:
            found = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}

    def _keep(self, key: str, where: str) -> None:
        with self._writing:
            others = {k: v for k, v in self._begun().items() if k != key}
            begun = dict([*others.items(), (key, where)][-_MOST:]) if where else others
            write_whole(self._path, json.dumps(begun).encode())
