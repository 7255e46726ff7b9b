"""`mstation make`: from a screenplay's path to a folder with a film."""

from __future__ import annotations

import asyncio
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from mstation.cli.progress import Quiet, Shown, Watcher
from mstation.cli.words import words
from mstation.engines.local import LocalEngine, worker_died
from mstation.errors import InvalidInput, NotFound, refusal_zh
from mstation.graph.build import Build
from mstation.graph.step import Made
from mstation.graph.store import Store
from mstation.pipeline import Film, FilmSettings, make_film
from mstation.publish import publish, write_whole
from mstation.report import write_report
from mstation.timebase import FrameRate, timecode

MAX_SCRIPT_BYTES = 8_000_000
_MIN_SIDE, _MAX_SIDE = 64, 7680
_STORE = ".mstation"


@dataclass(frozen=True, slots=True)
class FilmRequest:
    """The command's arguments as given."""

    script: Path
    out: Path | None
    size: str
    fps: str
    lang: str
    seed: int
    jobs: int
    quiet: bool
    as_json: bool


def make_and_tell(request: FilmRequest) -> None:
    """Make the film, publish its files and say what was done.

    Raises:
        MStationError: with one line for the person; nothing made earlier is damaged.
    """
    started = time.perf_counter()
    settings = read_settings(request)
    source = read_source(request.script)
    out = request.out or Path("films") / request.script.stem
    store = open_store(out)
    engine = LocalEngine(store, request.jobs)
    shown = not (request.quiet or request.as_json)
    watcher: Watcher = Shown(words(), engine) if shown and sys.stderr.isatty() else Quiet()
    build = Build(store, engine, on_made=watcher.made)
    try:
        with watcher:
            film = _run(build, source, settings, watcher)
        publish(film.files, out, store)
        build.remember()
    except (KeyboardInterrupt, asyncio.CancelledError):
        engine.close(kill=True)
        sys.stderr.write(words()["stopped"] + "\n")
        raise SystemExit(130) from None
    except BrokenProcessPool as error:
        raise worker_died(error) from error
    finally:
        engine.close(kill=True)
    seconds = time.perf_counter() - started
    report = write_report(film, build.made, settings, seconds)
    write_whole(out / "report.json", report)
    if request.as_json:
        sys.stdout.write(report.decode())
    elif not request.quiet:
        _print_summary(film, build.made, settings, seconds, out)


def _run(build: Build, source: bytes, settings: FilmSettings, watcher: Watcher) -> Film:
    async def run() -> Film:
        # A second failure beside the first one adds nothing to what the person must know.
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        watching = asyncio.ensure_future(watcher.watch())
        try:
            return await make_film(build, source, settings, on_shots=watcher.shots)
        finally:
            watching.cancel()

    return asyncio.run(run())


def read_source(path: Path) -> bytes:
    """Return a screenplay's bytes.

    Raises:
        NotFound: no such file.
        InvalidInput: a folder, unreadable, or far too large to be a screenplay.
    """
    if path.is_dir():
        raise InvalidInput(
            "is a folder; name the screenplay file in it",
            path=str(path),
            zh="这是文件夹；请指定其中的剧本文件",
        )
    try:
        if path.stat().st_size > MAX_SCRIPT_BYTES:
            limit = f"{MAX_SCRIPT_BYTES // 1_000_000} MB"
            raise InvalidInput(
                f"larger than {limit}, which no screenplay is; is it the right file?",
                path=str(path),
                zh=f"超过 {limit}，剧本不会这么大；请看看是否选错了文件",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound(
            f"{path}: no such file; check the name",
            zh=f"{path}：没有这个文件；请检查文件名",
        ) from None
    except OSError as error:
        raise InvalidInput(
            f"cannot be read: {error.strerror}",
            path=str(path),
            zh=f"无法读取：{refusal_zh(error)}",
        ) from error


def read_settings(request: FilmRequest) -> FilmSettings:
    """Return what was asked for, checked.

    Raises:
        InvalidInput: an argument that cannot be meant.
    """
    if request.lang not in ("auto", "en", "zh"):
        raise InvalidInput(
            f"--lang is auto, en or zh, not `{request.lang}`",
            zh=f"--lang 只能是 auto、en 或 zh，没有 `{request.lang}`",
        )
    if request.jobs < 1:
        raise InvalidInput("--jobs must be 1 or more", zh="--jobs 至少为 1")
    width, height = _read_size(request.size)
    rate = FrameRate.parse(request.fps)
    return FilmSettings(request.script.name, width, height, rate, request.lang, request.seed)


def _read_size(text: str) -> tuple[int, int]:
    parts = text.lower().replace("×", "x").split("x")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        raise InvalidInput(
            f"--size is WIDTHxHEIGHT, such as 1280x720, not `{text}`",
            zh=f"--size 要写成 宽x高，如 1280x720；`{text}` 无法识别",
        )
    width, height = int(parts[0]), int(parts[1])
    if not all(_MIN_SIDE <= side <= _MAX_SIDE and side % 2 == 0 for side in (width, height)):
        raise InvalidInput(
            f"--size {text}: sides must be even, from {_MIN_SIDE} to {_MAX_SIDE} pixels",
            zh=f"--size {text}：宽和高须为偶数，且在 {_MIN_SIDE} 到 {_MAX_SIDE} 像素之间",
        )
    return width, height


def open_store(out: Path) -> Store:
    """Return the store of a film's folder, made if need be.

    Raises:
        InvalidInput: `out` is a file.
        StoreFailed: the folder cannot be made or written.
    """
    if out.exists() and not out.is_dir():
        raise InvalidInput(
            "is a file; --out names a folder",
            path=str(out),
            zh="这是文件；--out 要指定一个目录",
        )
    return Store(out / _STORE)


def _print_summary(
    film: Film, made: list[Made], settings: FilmSettings, seconds: float, out: Path
) -> None:
    say, running_s = words(), settings.rate.seconds(film.frames)
    fields = {
        "title": film.facts["title"] or say["untitled"],
        "running": timecode(film.frames, settings.rate),
        "shots": film.facts["shots"],
        "seconds": seconds,
        "speed": running_s / seconds,
        "made": sum(step.was_made for step in made),
        "reused": sum(not step.was_made for step in made),
    }
    told = ("done", "made") if fields["made"] else ("unchanged",)
    lines = [
        *(say[key].format(**fields) for key in told),
        *(f"{say['stood_in']}: {text}" for text in film.facts["stood_in"]),
        f"{say['movie']}: {out / 'film.mp4'}",
        f"{say['report']}: {out / 'report.json'}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
