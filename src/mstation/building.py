"""A screenplay and settings in; a published folder and its report out.

What `mstation make` and the station's workers both do.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

from mstation.engines.local import LocalEngine, worker_died
from mstation.film import Film, FilmSettings, Written
from mstation.graph.build import Build
from mstation.graph.step import Made
from mstation.graph.store import Store
from mstation.pipeline import make_film
from mstation.publish import publish, write_whole
from mstation.report import write_report

REPORT = "report.json"


class Watcher(AbstractContextManager["Watcher"], Protocol):
    """Somebody who is told how the film comes along."""

    def made(self, made: Made) -> None:
        """A step is there."""

    def shots(self, frames: dict[str, int]) -> None:
        """A scene's shots are known: label → frames."""

    async def watch(self) -> None:
        """Look again and again until cancelled."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop watching: nothing is to be done, if not told otherwise."""
        return None


class Quiet(Watcher):
    """Shows nothing."""

    def made(self, made: Made) -> None:
        """Let it pass."""

    def shots(self, frames: dict[str, int]) -> None:
        """Let it pass."""

    async def watch(self) -> None:
        """Do not look."""


@dataclass(frozen=True, slots=True)
class Built:
    """A film in its folder, and how it came there."""

    film: Film
    made: list[Made]
    seconds: float
    report: bytes


def build_film(
    written: Written,
    settings: FilmSettings,
    folder: Path,
    *,
    store: Store,
    engine: LocalEngine,
    watcher: Watcher,
    keeps_engine: bool = False,
) -> Built:
    """Make a film and publish its files in a folder.

    The engine is closed at the end; kept, its workers are there for the next film, as long as
    nothing went wrong.

    Raises:
        MStationError: nothing made earlier is damaged.
    """
    started = time.perf_counter()
    build = Build(store, engine, on_made=watcher.made)
    is_kept = False
    try:
        with watcher:
            film = _run(build, written, settings, watcher)
        publish(film.files, folder, store)
        build.remember()
        is_kept = keeps_engine
    except BrokenProcessPool as error:
        raise worker_died(error) from error
    finally:
        if not is_kept:
            engine.close(kill=True)
    seconds = time.perf_counter() - started
    report = write_report(film, build.made, settings, seconds)
    write_whole(folder / REPORT, report)
    return Built(film, build.made, seconds, report)


def _run(build: Build, written: Written, settings: FilmSettings, watcher: Watcher) -> Film:
    async def run() -> Film:
        # A second failure beside the first one adds nothing to what the person must know.
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        watching = asyncio.ensure_future(watcher.watch())
        try:
            return await make_film(build, written, settings, on_shots=watcher.shots)
        finally:
            watching.cancel()

    return asyncio.run(run())
