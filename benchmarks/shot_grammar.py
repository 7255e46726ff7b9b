"""Sets the designer beside three baselines on the same scenes, checked by the same checker.

    .venv/bin/python -m benchmarks.shot_grammar                   # 200 generated scenes, a table
    .venv/bin/python -m benchmarks.shot_grammar --scenes 1000 --out docs/shot-numbers.md
    .venv/bin/python -m benchmarks.shot_grammar --film films/the-last-reel   # and its cuts as seen

Films are the two examples, the corpus scripts (where they stand beside the project) and generated
scenes, twenty a film. Each is staged once, shot by each designer, written as USD and OTIO, and
read back by the checker; no pictures, no voices. Design is timed on a feature of 120 pages.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from benchmarks import shot_cuts, shot_speed
from benchmarks.shot_baselines import fixed_coverage, one_camera_a_speaker, random_shots
from benchmarks.shot_cuts import cuts_found
from benchmarks.shot_films import (
    Designer,
    Filmed,
    Picture,
    Staged,
    film_in_memory,
    read_breakdown,
    shoot,
    stage,
    staged_scenes,
    write_files,
)
from benchmarks.shot_pooling import Pooled, pool
from benchmarks.shot_speed import PAGES, paces
from tests.shots.generated import PICTURES, generated_scene

from mstation.breakdown.scene import Character
from mstation.check.finding import Fault, Row
from mstation.check.reading import read_film
from mstation.check.run import check
from mstation.check.timeline import read_plan
from mstation.errors import InvalidInput
from mstation.shots.design import design_shots

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
CORPUS = ROOT.parent / "shared" / "corpus"
SCRIPTS = ("*.fountain", "*.fdx")
SCENES_A_FILM = 20
CORES = 2
_MOST_KINDS, _MOST_PLACES = 8, 4
_INTRODUCTION = (
    "Each film is staged once and shot by each designer; the checker reads every version from its",
    "USD and OTIO files alone. Counts are over all films, shares over all that was tested; what",
    "misses its bar is bold. A generated scene's number is its seed.",
    "",
)
_TIMED = (
    "Generated scenes as one English screenplay, staged first; the designer alone is timed, in",
    f"{CORES} processes. Processor seconds are the sum of both.",
    "",
)
_SEEN = (
    "PySceneDetect's two detectors at their defaults on the finished movies; a cut is right when",
    "it lies within a frame of the timeline's.",
    "",
)
DESIGNERS: dict[str, Designer] = {
    "designer": design_shots,
    "random shots": random_shots,
    "one camera a speaker": one_camera_a_speaker,
    "fixed coverage": fixed_coverage,
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A film to be made: a script, or generated scenes by their seeds, at a picture's size."""

    name: str
    script: Path | None
    seeds: tuple[int, ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Checked:
    """One film by one designer as the checker found it."""

    unit: str
    designer: str
    scenes: int
    shots: int
    seconds: float
    rows: tuple[Row, ...]


def main() -> None:
    """Measure and print; write the table where asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenes", type=int, default=200, help="generated scenes")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--designer", action="append", choices=list(DESIGNERS))
    parser.add_argument("--in-memory", action="store_true", help="check without writing files")
    parser.add_argument("--speed", action="store_true", help="time a feature of 120 pages too")
    parser.add_argument("--film", type=Path, action="append", default=[], help="a built film")
    parser.add_argument("--out", type=Path, help="write the table there, as Markdown")
    arguments = parser.parse_args()
    names = tuple(arguments.designer or DESIGNERS)
    units = [*scripts(), *generated(arguments.first, arguments.scenes)]
    started = time.perf_counter()
    checked = run(units, names, in_memory=arguments.in_memory)
    took = time.perf_counter() - started
    print(f"{took:.0f} s on {machine()}\n")
    pooled = {name: pool(each.rows for each in checked if each.designer == name) for name in names}
    told = page(pooled, checked, speed=arguments.speed, films=arguments.film)
    print(told)
    if arguments.out:
        arguments.out.write_text(told, encoding="utf-8")


def scripts() -> list[Unit]:
    """Return the examples and the corpus; says so when the corpus is not there."""
    paths = sorted(EXAMPLES.glob("*.fountain"))
    if CORPUS.is_dir():
        paths += sorted(path for pattern in SCRIPTS for path in CORPUS.rglob(pattern))
    else:
        print(f"the corpus is left out: {CORPUS} is not there", file=sys.stderr)
    units = []
    for path in paths:
        try:
            read_breakdown(path)
        except InvalidInput:
            continue  # most files of a parser's tests hold no scene
        units.append(Unit(path.name, path, (), *PICTURES[0]))
    return units


def generated(first: int, count: int) -> Iterator[Unit]:
    """Return films of generated scenes, those of one picture together."""
    by_picture: dict[tuple[int, int], list[int]] = {picture: [] for picture in PICTURES}
    for seed in range(first, first + count):
        made = generated_scene(seed)
        by_picture[made.width, made.height].append(seed)
    for (width, height), seeds in by_picture.items():
        for at in range(0, len(seeds), SCENES_A_FILM):
            part = tuple(seeds[at : at + SCENES_A_FILM])
            name = f"seeds {part[0]} to {part[-1]} at {width}x{height}"
            yield Unit(name, None, part, width, height)


def run(units: Iterable[Unit], names: tuple[str, ...], *, in_memory: bool) -> list[Checked]:
    """Return every film by every designer, as the checker found it."""
    found: list[Checked] = []
    with ProcessPoolExecutor(CORES) as pool_of_two:
        jobs = [pool_of_two.submit(check_unit, unit, names, in_memory=in_memory) for unit in units]
        for done, job in enumerate(jobs, start=1):
            found += job.result()
            print(f"\r{done} of {len(jobs)} films", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found


def check_unit(unit: Unit, names: tuple[str, ...], *, in_memory: bool) -> list[Checked]:
    """Return one film by each designer; its scenes are staged once."""
    picture = Picture.of(unit.width, unit.height)
    cast, scenes = played(unit)
    staged = list(scenes)
    return [_checked(unit, name, cast, staged, picture, in_memory=in_memory) for name in names]


def played(unit: Unit) -> tuple[tuple[Character, ...], Iterator[Staged]]:
    """Return a film's cast and its scenes as they are played."""
    if unit.script is not None:
        breakdown = read_breakdown(unit.script)
        return breakdown.cast, staged_scenes(breakdown)
    made = [generated_scene(seed) for seed in unit.seeds]
    cast = tuple(person for one in made for person in one.cast)
    return cast, (stage(one.scene, one.bodies) for one in made)


def _checked(
    unit: Unit,
    name: str,
    cast: tuple[Character, ...],
    staged: list[Staged],
    picture: Picture,
    *,
    in_memory: bool,
) -> Checked:
    filmed: list[Filmed] = []
    for index, each in enumerate(staged):
        ends = {"opening": index == 0, "closing": index == len(staged) - 1}
        filmed.append(shoot(each, picture, designer=DESIGNERS[name], **ends))
    if in_memory:
        film = film_in_memory(filmed, cast, picture, title=unit.name)
    else:
        with tempfile.TemporaryDirectory() as folder:
            write_files(filmed, cast, picture, Path(folder), title=unit.name)
            film = read_film(Path(folder))
    found = tuple(replace(row, faults=_placed(unit, row.faults)) for row in check(film))
    shots = sum(len(scene.shots) for scene in film.scenes)
    seconds = film.rate.seconds(film.frames)
    return Checked(unit.name, name, len(film.scenes), shots, seconds, found)


def _placed(unit: Unit, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Return faults whose scenes are told apart over all films: by their seeds, or their script."""
    where = unit.script.stem if unit.script else "seed"
    return tuple(replace(fault, scene=f"{where} {fault.scene}", mends=()) for fault in faults)


def table_of(pooled: dict[str, tuple[Pooled, ...]]) -> Iterator[str]:
    """Yield a Markdown table: a row a check, a column a designer; what misses its bar is bold."""
    yield "| # | check | bar | " + " | ".join(pooled) + " |"
    yield "|---|---|---|" + "---|" * len(pooled)
    columns = [{row.check: row for row in rows_of_one} for rows_of_one in pooled.values()]
    for name, row in columns[0].items():
        if not row.films:
            continue  # without pictures and voices there is nothing to look at or listen to
        cells = []
        for column in columns:
            told = column[name].told
            cells.append(f"**{told}**" if column[name].meets is False else told)
        yield f"| {row.number or ''} | {row.title} | {row.bar} | {' | '.join(cells)} |"


def faults_of(pooled: dict[str, tuple[Pooled, ...]]) -> Iterator[str]:
    """Yield a Markdown table: the commonest faults of each designer, with a scene to look at."""
    yield "| designer | fault | how often | in scenes |"
    yield "|---|---|---|---|"
    for name, rows in pooled.items():
        places: dict[str, list[str]] = {}
        for row in (row for row in rows if row.meets is False):
            for fault in row.faults:
                places.setdefault(f"{row.check}: {fault.kind}", []).append(fault.scene)
        ranked = sorted(places.items(), key=lambda item: (-len(item[1]), item[0]))
        for kind, scenes in ranked[:_MOST_KINDS]:
            shown = ", ".join(list(dict.fromkeys(scenes))[:_MOST_PLACES])
            yield f"| {name} | {kind.replace('_', ' ')} | {len(scenes)} | {shown} |"


def counted(checked: list[Checked], name: str) -> str:
    """Return how much was looked at, in words."""
    own = [each for each in checked if each.designer == name]
    scenes, shots = sum(each.scenes for each in own), sum(each.shots for each in own)
    hours = sum(each.seconds for each in own) / 3600
    made = sum(each.scenes for each in own if each.unit.startswith("seeds "))
    return (
        f"{len(own)} films, {scenes} scenes ({made} of them generated), {shots} shots, "
        f"{hours:.1f} hours"
    )


def page(
    pooled: dict[str, tuple[Pooled, ...]],
    checked: list[Checked],
    *,
    speed: bool,
    films: list[Path],
) -> str:
    """Return the page of numbers."""
    lines = [
        "# Shot numbers",
        "",
        f"Measured on {date.today()} by `benchmarks/shot_grammar.py` on {machine()}:",
        f"{counted(checked, next(iter(pooled)))}.",
        "",
        *_INTRODUCTION,
        *table_of(pooled),
        "",
        "## What is found most",
        "",
        *faults_of(pooled),
    ]
    if speed:
        lines += ["", "## How long it takes", "", *_TIMED, *shot_speed.told(paces(PAGES))]
    if films:
        found = {read_plan(folder).title: cuts_found(folder) for folder in films}
        lines += ["", "## Cuts as another program sees them", "", *_SEEN, *shot_cuts.told(found)]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """Return what the numbers were measured on."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines
                  if line.startswith("model name")), platform.machine())  # fmt: skip
    return f"{model}, {CORES} processes, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
