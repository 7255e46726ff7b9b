"""`mstation plan`: from a screenplay's path to a folder with the plan of its shooting."""

from __future__ import annotations

import asyncio
import json
import sys
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mstation.cli.files import (
    check_language,
    read_board,
    read_directions,
    read_film_notes,
    read_production,
    read_source,
)
from mstation.cli.make import open_store
from mstation.cli.words import interface_language, words
from mstation.engines.local import LocalEngine, worker_died
from mstation.errors import InvalidInput
from mstation.film import FilmSettings, Written
from mstation.film_plan import ShootingPlan
from mstation.graph.build import Build
from mstation.graph.store import Store
from mstation.money import Money
from mstation.pipeline import plan_film
from mstation.publish import publish

RECORD = "published-plan.json"
_MOST_FAULTS = 12


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """The command's arguments as given."""

    script: Path
    out: Path | None
    production: Path | None
    board: Path | None
    film: Path | None
    direction: Path | None
    style: str
    spent: Path | None
    against: Path | None
    mend: bool
    moves: int
    seed: int
    lang: str
    jobs: int
    quiet: bool
    as_json: bool


def plan_and_tell(request: PlanRequest) -> None:
    """Plan the shooting of a film, write the plan's files and say what it comes to.

    Raises:
        MStationError: with one line for the person; nothing made earlier is damaged.
    """
    check_language(request.lang)
    for name, value, least in (("--jobs", request.jobs, 1), ("--moves", request.moves, 0)):
        if value < least:
            raise InvalidInput(f"{name} must be {least} or more", zh=f"{name} 至少为 {least}")
    out = request.out or Path("films") / request.script.stem
    written = Written(
        read_source(request.script),
        read_film_notes(request.film, request.script),
        read_directions(request.direction, request.script),
        beside=request.script.resolve().parent,
        production=read_production(request.production, request.script),
        board=read_board(request.board, out),
        spent=read_source(request.spent) if request.spent else b"",
        against=read_source(request.against) if request.against else b"",
    )
    settings = FilmSettings(
        request.script.name, language=request.lang, seed=request.seed, style=request.style,
        plan_mends=request.mend, plan_moves=request.moves,
    )  # fmt: skip
    store = open_store(out)
    found = _planned(written, settings, store, LocalEngine(store, request.jobs))
    publish(found.files, out, store, record=RECORD)
    if request.as_json:
        sys.stdout.write(json.dumps(found.facts, ensure_ascii=False, indent=1) + "\n")
    elif not request.quiet:
        sys.stdout.write("\n".join(tell_plan(found.facts, found.doubts)) + f"\n{out}\n")


def _planned(
    written: Written, settings: FilmSettings, store: Store, engine: LocalEngine
) -> ShootingPlan:
    build = Build(store, engine)
    try:
        found = asyncio.run(plan_film(build, written, settings))
        build.remember()
    except BrokenProcessPool as error:
        raise worker_died(error) from error
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.stderr.write(words()["stopped"] + "\n")
        raise SystemExit(130) from None
    finally:
        engine.close(kill=True)
    return found


def tell_plan(facts: dict[str, Any], doubts: list[dict[str, Any]]) -> list[str]:
    """Return what a plan comes to, in lines: days, cost, what it breaks and why."""
    say, language = words(), interface_language()
    cost = str(Money(facts["cost"], facts["currency"]))
    lines = [say["planned"].format(strips=facts["strips"], days=facts["days"], cost=cost)]
    if facts["moved"]:
        lines.append(say["plan_moved"].format(count=len(facts["moved"])))
    for severity in ("hard", "soft"):
        faults = [fault for fault in facts["faults"] if fault["severity"] == severity]
        if faults:
            lines.append(say[f"plan_{severity}"].format(count=len(faults)))
        lines += [f"  {fault[language]}" for fault in faults[:_MOST_FAULTS]]
        if len(faults) > _MOST_FAULTS:
            lines.append("  …")
    return [*lines, *(f"{doubt['file']}: {doubt[language]}" for doubt in doubts)]
