"""`mstation make --watch`: the film made again whenever what people wrote changes."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mstation.cli.files import BOARD, DIRECTIONS, FILM_NOTES, PRODUCTION, SCORE_WISHES
from mstation.cli.make import FilmRequest, folder_of, make_once
from mstation.cli.words import words
from mstation.engines.local import LocalEngine
from mstation.errors import MStationError

_LOOK_S = 0.2  # between two looks
_VOICES = "voices"

Stamps = dict[Path, tuple[int, int]]


def make_and_watch(request: FilmRequest, tell: Callable[[MStationError], int]) -> None:
    """Make the film, and again after every change, until interrupted.

    What is wrong with a change is told by `tell`; the film stays as it was, and the next change is
    waited for. The workers stay, so that a build pays for what changed and for no start.
    """
    engine: LocalEngine | None = None
    try:
        while True:
            seen = _stamps(request)
            try:
                engine = make_once(request, engine, keeps_engine=True)
            except MStationError as error:
                engine = None  # the build has closed it
                tell(error)
            if not request.quiet:
                sys.stderr.write(words()["watching"].format(name=request.script) + "\n")
            _wait(request, seen)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return
    finally:
        if engine is not None:
            engine.close(kill=True)


def _wait(request: FilmRequest, seen: Stamps) -> None:
    """Return once something else stands there than was seen, and is written to its end."""
    while _stamps(request) == seen:
        time.sleep(_LOOK_S)
    now = _stamps(request)
    while True:
        time.sleep(_LOOK_S)
        before, now = now, _stamps(request)
        if now == before:
            return


def _stamps(request: FilmRequest) -> Stamps:
    """Return when each file was written, and how long it is; what is not there is left out."""
    found: Stamps = {}
    for path in _watched(request):
        try:
            stat = path.stat()
        except OSError:
            continue
        found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


def _watched(request: FilmRequest) -> Iterator[Path]:
    """Yield the files that a film is made of: those that were named, those that would be found."""
    beside, out = request.script.parent, folder_of(request)
    yield request.script
    for named, name in (
        (request.film, FILM_NOTES),
        (request.direction, DIRECTIONS),
        (request.production, PRODUCTION),
    ):
        yield named or beside / name
    yield request.board or out / BOARD
    yield out / SCORE_WISHES
    if request.translation is not None:
        yield request.translation
    voices = request.voices or out / _VOICES
    if voices.is_dir():
        yield from sorted(path for path in voices.iterdir() if path.suffix.lower() == ".wav")
