"""`mstation make`: from a screenplay's path to a folder with a film."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from mstation import document
from mstation.building import Built, Quiet, Watcher, build_film
from mstation.cli.files import (
    check_language,
    read_board,
    read_directions,
    read_film_notes,
    read_production,
    read_score_wishes,
    read_source,
)
from mstation.cli.loudness import read_loudness, tell_loudness, tell_score
from mstation.cli.passes import read_passes
from mstation.cli.picture import read_figures, read_look, read_picture
from mstation.cli.progress import Shown
from mstation.cli.recordings import find_recordings
from mstation.cli.titles import read_titles
from mstation.cli.words import interface_language, words
from mstation.engines.local import LocalEngine
from mstation.errors import InvalidInput, NotFound
from mstation.film import FilmSettings, Written
from mstation.graph.store import Store
from mstation.handoff import FinalWish
from mstation.timebase import FrameRate, timecode

ASKED, ASKED_SCHEMA = "asked.json", "mstation.asked/1"  # a note in the film's store
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
    loudness: str = "web"
    subtitles: str = "files"
    translation: Path | None = None
    voices: Path | None = None
    production: Path | None = None
    board: Path | None = None

    @property
    def lasting(self) -> FilmRequest:
        """The same request, meaning the same in whichever folder it is read again."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        paths: dict[str, Any] = {
            name: value.absolute() for name, value in told.items() if isinstance(value, Path)
        }
        return replace(self, **paths)


def make_and_tell(request: FilmRequest) -> None:
    """Make the film, publish its files and say what was done.

    Raises:
        MStationError: with one line for the person; nothing made earlier is damaged.
    """
    try:
        make_once(request)
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.stderr.write(words()["stopped"] + "\n")
        raise SystemExit(130) from None


def folder_of(request: FilmRequest) -> Path:
    """Return the film's folder."""
    return request.out or Path("films") / request.script.stem


def make_once(
    request: FilmRequest, engine: LocalEngine | None = None, *, keeps_engine: bool = False
) -> LocalEngine:
    """Make the film, say what was done, and return the engine that did it.

    A kept engine's workers are there for the next time.

    Raises:
        MStationError: as `make_and_tell` does.
    """
    settings, out = read_settings(request), folder_of(request)
    written = read_written(request, out)
    store = open_store(out) if engine is None else engine.store
    engine = engine or LocalEngine(store, request.jobs)
    store.write_note(ASKED, document.write(request.lasting, ASKED_SCHEMA))
    shown = not (request.quiet or request.as_json)
    watcher: Watcher = Shown(words(), engine) if shown and sys.stderr.isatty() else Quiet()
    built = build_film(
        written, settings, out, store=store, engine=engine, watcher=watcher,
        keeps_engine=keeps_engine,
    )  # fmt: skip
    if request.as_json:
        sys.stdout.write(built.report.decode())
    elif not request.quiet:
        _print_summary(built, settings, out)
    return engine


def read_written(request: FilmRequest, out: Path) -> Written:
    """Return what people wrote: the screenplay, and the files beside it and in the film's folder.

    Raises:
        NotFound: a file that was named is not there.
        InvalidInput: one that cannot be read.
    """
    return Written(
        read_source(request.script),
        read_film_notes(request.film, request.script),
        read_directions(request.direction, request.script),
        read_score_wishes(out),
        find_recordings(request.voices, out),
        request.script.resolve().parent,
        read_production(request.production, request.script),
        read_board(request.board, out),
    )


def asked_before(folder: Path) -> FilmRequest:
    """Return what the film in a folder was asked for.

    Raises:
        NotFound: when no film was made there.
    """
    data = Store(folder / _STORE).note(ASKED) if (folder / _STORE).is_dir() else None
    if data is None:
        raise NotFound(
            f"{folder}: no film was made here; run `mstation make SCRIPT --out {folder}` first",
            zh=f"{folder}：这里没有做过影片；请先运行 `mstation make 剧本 --out {folder}`",
        )
    return document.read(data, FilmRequest, ASKED_SCHEMA)


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
        loudness=read_loudness(request.loudness),
        titles=read_titles(request.subtitles, request.translation),
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


def _print_summary(built: Built, settings: FilmSettings, out: Path) -> None:
    film, made, seconds = built.film, built.made, built.seconds
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
        *tell_loudness(film.facts["loudness"]),
        *tell_score(film.facts["score"]),
        *(f"{doubt['file']}: {doubt[language]}" for doubt in film.facts["doubts"]),
        *(
            say["remark"].format(**each, told=each[_TOLD[language]])
            for each in film.facts["remarks"]
        ),
        f"{say['movie']}: {out / 'film.mp4'}",
        f"{say['report']}: {out / 'report.json'}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
