"""`mstation plan`: from a screenplay's path to a folder with the plan of its shooting."""

from __future__ import annotations

import asyncio
import json
import sys
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mstation import document
from mstation.cli.files import read_source
from mstation.cli.make import FilmRequest, asked_before, open_store, read_settings, read_written
from mstation.cli.words import interface_language, words
from mstation.engines.local import LocalEngine, worker_died
from mstation.errors import InvalidInput, NotFound
from mstation.film import FilmSettings, Written
from mstation.film_plan import ShootingPlan
from mstation.graph.build import Build
from mstation.graph.store import Store
from mstation.money import Money
from mstation.pipeline import plan_film
from mstation.publish import publish

ASKED_PLAN, ASKED_SCHEMA = "asked-plan.json", "mstation.asked_plan/1"  # a note in the film's store
_RECORD = "published-plan.json"
_MOST_FAULTS = 12


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """The command's arguments as given; those that `mstation make` has too are the film's."""

    film: FilmRequest
    spent: Path | None = None
    against: Path | None = None
    mend: bool = False
    moves: int = 0

    @property
    def lasting(self) -> PlanRequest:
        """The same request, meaning the same in whichever folder it is read again."""
        spent, against = (each and each.absolute() for each in (self.spent, self.against))
        return replace(self, film=self.film.lasting, spent=spent, against=against)


def plan_and_tell(request: PlanRequest) -> None:
    """Plan the shooting of a film, write the plan's files and say what it comes to.

    Raises:
        MStationError: with one line for the person; nothing made earlier is damaged.
    """
    if request.moves < 0:
        raise InvalidInput("--moves must be 0 or more", zh="--moves 至少为 0")
    out = request.film.out or Path("films") / request.film.script.stem
    asked = _as_the_film(request.film, out)
    settings = replace(read_settings(asked), plan_mends=request.mend, plan_moves=request.moves)
    written = replace(
        read_written(asked, out),
        spent=read_source(request.spent) if request.spent else b"",
        against=read_source(request.against) if request.against else b"",
    )
    store = open_store(out)
    found = _planned(written, settings, store, LocalEngine(store, asked.jobs))
    publish(found.files, out, store, record=_RECORD)
    kept = replace(request, film=asked).lasting
    store.write_note(ASKED_PLAN, document.write(kept, ASKED_SCHEMA))
    if request.film.as_json:
        sys.stdout.write(json.dumps(found.facts, ensure_ascii=False, indent=1) + "\n")
    elif not request.film.quiet:
        sys.stdout.write("\n".join([*tell_plan(found.facts, found.doubts), str(out)]) + "\n")


def planned_before(folder: Path) -> PlanRequest:
    """Return what the plan in a folder was asked for; of a film's folder, what the film was.

    Raises:
        NotFound: when neither was made there.
    """
    store = Store(folder / ".mstation") if (folder / ".mstation").is_dir() else None
    data = store.note(ASKED_PLAN) if store is not None else None
    if data is None:
        return PlanRequest(asked_before(folder))
    return document.read(data, PlanRequest, ASKED_SCHEMA)


def _as_the_film(request: FilmRequest, out: Path) -> FilmRequest:
    """Return the request with the picture and the voices that the folder's film was asked for.

    Another shape of the picture is other shots, and other hours.
    """
    try:
        before = asked_before(out)
    except NotFound:
        return request
    if before.script != request.script.absolute():
        return request
    names = ("film", "style", "direction", "production", "board")
    given = {name: value for name in names if (value := getattr(request, name))}
    own = {name: getattr(request, name) for name in ("out", "jobs", "quiet", "as_json")}
    return replace(before, **given, **own)


def _planned(
    written: Written, settings: FilmSettings, store: Store, engine: LocalEngine
) -> ShootingPlan:
    build = Build(store, engine)
    try:
        found = asyncio.run(plan_film(build, written, settings))
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
    for severity, heading in (("hard", say["plan_hard"]), ("soft", say["plan_soft"])):
        faults = [fault for fault in facts["faults"] if fault["severity"] == severity]
        if faults:
            lines.append(heading.format(count=len(faults)))
        lines += [f"  {fault[language]}" for fault in faults[:_MOST_FAULTS]]
        if len(faults) > _MOST_FAULTS:
            lines.append("  …")
    lines += [f"  {each[language]}" for each in facts["why_not"]]
    return [*lines, *(f"{doubt['file']}: {doubt[language]}" for doubt in doubts)]
