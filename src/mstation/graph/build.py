"""A build in progress: asks the store first, has the engine make what is missing.

`await build.make(step, label, params, inputs)` returns at once when the store holds the result.
The key holds the digests of the inputs' content, so a step remade to the same bytes stops the
rebuild there (early cut-off).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Any, Protocol

from mstation.graph.keys import key_of, key_parts, why_changed
from mstation.graph.step import Made, Output, Record, Step, Task
from mstation.graph.store import Store

_LAST_KEYS = "last-keys.json"


class Engine(Protocol):
    """Whatever runs tasks: local processes, a cluster."""

    def submit(self, task: Task) -> Future[Record]:
        """Start a task, or queue it; its record is in the store when the future is done."""


class Build:
    """One run over the graph; remembers what was made and why."""

    def __init__(
        self, store: Store, engine: Engine, *, on_made: Callable[[Made], None] | None = None
    ) -> None:
        self.store = store
        self.made: list[Made] = []
        self._engine = engine
        self._on_made = on_made
        self._outputs: dict[str, Output] = {}
        self._running: dict[str, asyncio.Future[Record]] = {}
        self._parts: dict[str, Any] = {}
        self._last: dict[str, Any] = json.loads(store.note(_LAST_KEYS) or b"{}")

    def put(self, data: bytes) -> str:
        """Store an input that no step made, and return its digest."""
        output = self.store.put(data)
        self._outputs[output.digest] = output
        return output.digest

    async def make(
        self,
        step: Step,
        label: str = "",
        *,
        params: Mapping[str, Any] | None = None,
        inputs: Mapping[str, str] | None = None,
    ) -> Made:
        """Return a step's outputs, made now or found in the store.

        `label` tells steps of one kind apart for people; `inputs` are digests that this build
        has put or made.

        Raises:
            StepFailed: when the step broke.
            MStationError: what the step itself raised for the person to mend.
        """
        params, inputs = params or {}, inputs or {}
        name = f"{step.name} {label}".strip()
        parts = key_parts(step, params, inputs)
        key = key_of(parts)
        self._parts[name] = parts
        record = self.store.record(key)
        was_made = record is None and key not in self._running
        why = self._why(name, parts) if was_made else ""
        if record is None:
            task = Task(step, label, key, params, {n: self._outputs[d] for n, d in inputs.items()})
            record = await self._run(task)
        for output in record.outputs.values():
            self._outputs[output.digest] = output
        made = Made(step.name, label, key, record.outputs, record.seconds, was_made, why)
        self.made.append(made)
        if self._on_made:
            self._on_made(made)
        return made

    async def _run(self, task: Task) -> Record:
        if task.key not in self._running:
            self._running[task.key] = asyncio.wrap_future(self._engine.submit(task))
        return await asyncio.shield(self._running[task.key])

    def _why(self, name: str, parts: dict[str, Any]) -> str:
        before = self._last.get(name)
        if before is None:
            return "never made"
        if before == parts:
            return "its blobs were gone"
        return why_changed(before, parts)

    def remember(self) -> None:
        """Keep this build's keys, so that the next one can say why it makes a step again."""
        data = json.dumps(self._parts, sort_keys=True, ensure_ascii=False).encode()
        if data != self.store.note(_LAST_KEYS):
            self.store.write_note(_LAST_KEYS, data)

    def read(self, digest: str) -> bytes:
        """Return the bytes of something put or made."""
        return self.store.read(digest)

    def json(self, digest: str) -> Any:
        """Return a JSON blob, plain: no noun is imported for it."""
        return json.loads(self.read(digest))


async def gather(work: Iterable[Awaitable[Any]]) -> list[Any]:
    """Return what all of it gives, in order, made side by side."""
    return list(await asyncio.gather(*work))
