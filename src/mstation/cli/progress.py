"""What a person sees while a film is made: stages, shots, frames a second, time left."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType

from mstation.building import Watcher
from mstation.engines.local import LocalEngine
from mstation.graph.step import Made
from mstation.steps import RENDERERS

_REFRESH_S = 0.2
_LATE = ("pass", "passes")  # they have labels, and come when the film is rendered
_RENDERS = {step.name for step in RENDERERS.values()}


class Shown(Watcher):
    """Shows a line a stage on the terminal, by Rich."""

    def __init__(self, words: dict[str, str], engine: LocalEngine) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._words = words
        self._engine = engine
        self._frames: dict[str, int] = {}
        self._reused_frames = 0
        self._shots_done = 0
        self._started = time.perf_counter()
        self._progress = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(40),
            TextColumn("{task.fields[detail]:<34}"),
            TimeRemainingColumn(compact=True),
            console=Console(stderr=True),
        )
        self._plan = self._progress.add_task(words["planning"], total=None, detail="")
        self._render = self._progress.add_task(
            words["rendering"], total=None, detail="", start=False
        )
        self._finish = self._progress.add_task(
            words["finishing"], total=None, detail="", start=False
        )

    def __enter__(self) -> Shown:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._look()
            for task in (self._plan, self._render, self._finish):
                self._progress.update(task, total=1, completed=1)
        self._progress.stop()

    def made(self, made: Made) -> None:
        """Count a shot, or name the step that is there."""
        if made.step in _RENDERS:
            self._shots_done += 1
            if not made.was_made:
                self._reused_frames += self._frames.get(made.label, 0)
            return
        is_late = made.label == "" or made.step in _LATE
        task = self._finish if self._frames and is_late else self._plan
        self._progress.update(task, detail=f"{made.step} {made.label}"[:34])

    def shots(self, frames: dict[str, int]) -> None:
        """Add a scene's frames to what is to be rendered."""
        if not self._frames:
            self._progress.start_task(self._render)
            self._started = time.perf_counter()
        self._frames |= frames

    async def watch(self) -> None:
        """Look at the workers' frame counter until cancelled."""
        while True:
            await asyncio.sleep(_REFRESH_S)
            self._look()

    def _look(self) -> None:
        if not self._frames:
            return
        rendered = self._engine.ticks
        rate = rendered / max(time.perf_counter() - self._started, 1e-6)
        detail = f"{self._shots_done}/{len(self._frames)}  {rate:.0f} fps"
        done = min(rendered + self._reused_frames, sum(self._frames.values()))
        self._progress.update(
            self._render, total=sum(self._frames.values()), completed=done, detail=detail
        )
