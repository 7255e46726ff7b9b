"""`mstation make`: from a screenplay's path to a folder with a film."""

from __future__ import annotations

import asyncio
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from mstation.cli.files import check_language, read_directions, read_film_notes, read_source
from mstation.cli.passes import read_passes
from mstation.cli.picture import read_figures, read_look, read_picture
from mstation.cli.progress import Quiet, Shown, Watcher
from mstation.cli.words import interface_language, words
from mstation.engines.local import LocalEngine, worker_died
from mstation.errors import InvalidInput
from mstation.film import Film, FilmSettings
from mstation.graph.build import Build
from mstation.graph.step import Made
from mstation.graph.store import Store
from mstation.handoff import FinalWish
from mstation.pipeline import make_film
from mstation.publish import publish, write_whole
from mstation.report import write_report
from mstation.timebase import FrameRate, timecode

_STORE = ".mstation"
_TOLD = {"en": "text", "zh": "zh"}  # a remark's field in each language


@dataclass(frozen=True, slots=True)
class FilmRequest:
    """The command's arguments as given."""

    script: Path
    out: Path | None
    size: str | None
    fps: str
    lang: str
    seed: int
    jobs: int
    quiet: bool
    as_json: bool
    film: Path | None = None
    aspect: str | None = None
    style: str = ""
    direction: Path | None = None
    passes: str = ""
    shots: str = ""
    exr: str = "ends"
    norm: str = "shot"
    final: FinalWish = FinalWish()  # noqa: RUF009 - frozen, shared safely
    renderer: str = "numba"
    look: str = "toon"
    figures: str = "people"
    slate: bool = False
    depth_of_field: bool = True


def make_and_tell(request: FilmRequest) -> None:
    """Make the film, publish its files and say what was done.

    Raises:
        MStationError: with one line for the person; nothing made earlier is damaged.
    """
    started = time.perf_counter()
    settings = read_settings(request)
    source = read_source(request.script)
    written = Written(
        source,
        read_film_notes(request.film, request.script),
        read_directions(request.direction, request.script),
    )
    out = request.out or Path("films") / request.script.stem
    store = open_store(out)
    engine = LocalEngine(store, request.jobs)
    shown = not (request.quiet or request.as_json)
    watcher: Watcher = Shown(words(), engine) if shown and sys.stderr.isatty() else Quiet()
    build = Build(store, engine, on_made=watcher.made)
    try:
        with watcher:
            film = _run(build, written, settings, watcher)
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


@dataclass(frozen=True, slots=True)
class Written:
    """What people wrote: the screenplay, and the files beside it."""

    screenplay: bytes
    film_notes: bytes
    directions: bytes


def _run(build: Build, written: Written, settings: FilmSettings, watcher: Watcher) -> Film:
    async def run() -> Film:
        # A second failure beside the first one adds nothing to what the person must know.
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        watching = asyncio.ensure_future(watcher.watch())
        try:
            return await make_film(
                build,
                written.screenplay,
                settings,
                film_notes=written.film_notes,
                directions=written.directions,
                on_shots=watcher.shots,
            )
        finally:
            watching.cancel()

    return asyncio.run(run())


def read_settings(request: FilmRequest) -> FilmSettings:
    """Return what was asked for, checked.

    Raises:
        InvalidInput: an argument that cannot be meant.
    """
    check_language(request.lang)
    if request.jobs < 1:
        raise InvalidInput("--jobs must be 1 or more", zh="--jobs 至少为 1")
    width, height = read_picture(request.size, request.aspect)
    rate = FrameRate.parse(request.fps)
    passes = read_passes(request.passes, request.shots, request.exr, request.norm)
    if request.shots and not (passes.names or request.final.renderer):
        raise InvalidInput(
            "--shots says which shots --passes or --final make; add --passes all or --final cycles",
            zh="--shots 指定 --passes 或 --final 所用的镜头；请加上 --passes all 或 --final cycles",
        )
    return FilmSettings(
        request.script.name,
        width,
        height,
        rate,
        request.lang,
        request.seed,
        style=request.style,
        passes=passes,
        final=request.final,
        renderer=request.renderer,
        look=read_look(request.look),
        figures=read_figures(request.figures),
        depth_of_field=request.depth_of_field,
        slate=request.slate,
    )


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
    say, language = words(), interface_language()
    running_s = settings.rate.seconds(film.frames)
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
        *(f"{doubt['file']}: {doubt[language]}" for doubt in film.facts["doubts"]),
        *(
            say["remark"].format(**each, told=each[_TOLD[language]])
            for each in film.facts["remarks"]
        ),
        f"{say['movie']}: {out / 'film.mp4'}",
        f"{say['report']}: {out / 'report.json'}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
