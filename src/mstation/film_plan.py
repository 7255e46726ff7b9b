"""The plan of a film's shooting as steps: strips, then a board, then what is printed from it."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.film import FilmSettings, Json, Scene, Script, Written
from mstation.graph.build import Build
from mstation.steps import PLAN_SHEETS, SCHEDULE, STRIPS

FOLDER = "plan"


@dataclass(frozen=True, slots=True)
class ShootingPlan:
    """The files of a plan by name, what is to be said of it, and what fits nothing in the film."""

    files: dict[str, str]
    facts: Json
    doubts: list[Json]


async def make_plan(
    build: Build, script: Script, scenes: list[Scene], written: Written, settings: FilmSettings
) -> ShootingPlan:
    """Return the plan by which a film is shot; a board that people made is kept.

    Raises:
        MStationError: what is wrong with `production.toml` or the board.
    """
    inputs = {"breakdown": script.broken["breakdown"]}
    inputs |= {f"shots/{index:04d}": each.designed["shots"] for index, each in enumerate(scenes)}
    if written.production:
        inputs["production"] = build.put(written.production)
    strips = await build.make(STRIPS, params={"rate": str(settings.rate)}, inputs=inputs)
    agreed = {"strips": strips["strips"], "terms": strips["terms"]}
    given = {"given": build.put(written.board)} if written.board else {}
    beside = {"spent": written.spent, "against": written.against}
    board = await build.make(
        SCHEDULE,
        params={
            "moves": settings.plan_moves,
            "seed": settings.seed,
            "mends": settings.plan_mends,
        },
        inputs={**agreed, **given},
    )
    printed = await build.make(
        PLAN_SHEETS,
        inputs={
            **agreed,
            "board": board["board"],
            "script": script.digest,
            **{name: build.put(data) for name, data in beside.items() if data},
        },
    )
    files = {"strips.json": strips["strips"], "terms.json": strips["terms"]}
    files["board.json"] = board["board"]
    files |= {name: output.digest for name, output in printed.outputs.items()}
    told = {"production.toml": strips, "board.json": board}
    doubts = [
        {"file": name, **doubt}
        for name, made in told.items()
        for doubt in build.json(made["doubts"])
    ]
    return ShootingPlan(
        {f"{FOLDER}/{name}": digest for name, digest in files.items()},
        build.json(board["facts"]),
        doubts,
    )
