"""Steps from a film's shots to the plan of its shooting: strips, board, sheets and budget."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from mstation import document
from mstation.breakdown.scene import SCHEMA as BREAKDOWN_SCHEMA
from mstation.breakdown.scene import Breakdown
from mstation.errors import InvalidInput
from mstation.graph.step import Inputs, Outputs
from mstation.making.directing import told
from mstation.schedule import board as boards
from mstation.schedule import strip as nouns
from mstation.schedule.board import Board
from mstation.schedule.budget.actuals import Spent, read_spent, standings
from mstation.schedule.budget.budget import SCHEMA as BUDGET_SCHEMA
from mstation.schedule.budget.budget import Budget
from mstation.schedule.budget.compare import compare
from mstation.schedule.budget.estimate import Prices, budget_of, count_plan
from mstation.schedule.budget.paid import paid_days
from mstation.schedule.budget.printing import print_budget
from mstation.schedule.budget.tables import budget_files
from mstation.schedule.checking import check_board
from mstation.schedule.cost import cost_of
from mstation.schedule.faults import Fault
from mstation.schedule.infeasible import Reason, why_no_plan
from mstation.schedule.plan import Plan, plan_of
from mstation.schedule.production import Production
from mstation.schedule.production_file import Known, location_of_sets
from mstation.schedule.production_file import read as read_production
from mstation.schedule.reports.wording import USUAL_PAPER
from mstation.schedule.reports.writing import write_reports
from mstation.schedule.solve import USUAL_MOVES, Solved, plan
from mstation.schedule.strip import Strips
from mstation.schedule.strips import strips_of
from mstation.schedule.uss import board_of
from mstation.schedule.uss import read as read_uss
from mstation.screenplay import script as scripts
from mstation.screenplay.script import ReadingNote
from mstation.shots import shot as shots
from mstation.timebase import FrameRate

TERMS_SCHEMA = "mstation.terms/1"
_USS, _HEAD = b"universalScheduleStandard", 4000  # the root of such a file, near its beginning
FILE, BOARD = "production.toml", "board.json"


@dataclass(frozen=True, slots=True)
class Terms:
    """What people said of a production, and what things cost in it."""

    production: Production
    prices: Prices


def strips(inputs: Inputs) -> Outputs:
    """Return a film's strips, the terms that they are scheduled under, and doubts about those."""
    breakdown = document.read(inputs.blobs["breakdown"].read(), Breakdown, BREAKDOWN_SCHEMA)
    said = inputs.blobs["production"].read() if "production" in inputs.blobs else b""
    read = read_production(said, path=FILE, language=breakdown.language, known=_known(breakdown))
    listed = [
        document.read(blob.read(), shots.ShotList, shots.SCHEMA)
        for _, blob in sorted(inputs.group("shots").items())
    ]
    found = strips_of(
        breakdown,
        {each.scene_id: each for each in listed},
        rate=FrameRate.parse(inputs.params["rate"]),
        pace=read.pace,
        locations=location_of_sets(read.production),
        most_minutes=read.production.hours.shooting_minutes,
    )
    return {
        "strips": document.write(found, nouns.SCHEMA, indent=1),
        "terms": document.write(Terms(read.production, read.prices), TERMS_SCHEMA),
        "doubts": told(read.doubts),
    }


def schedule(inputs: Inputs) -> Outputs:
    """Return the board that the strips are shot by, what it costs, and what it breaks.

    A board that people made is kept as it is, whatever it breaks; where strips are new or gone, and
    where it is asked to mend what is broken, as few of the others move as can.
    """
    film, terms = _film(inputs), _terms(inputs)
    params = inputs.params
    given, doubts = _board(inputs, "given", film)
    solved = plan(
        film,
        terms.production,
        board=given,
        moves=params["moves"] or USUAL_MOVES,
        seed=params["seed"],
        keep=given is not None,
        as_it_is=given is not None and not params["mends"],
    )
    facts = {
        "days": sum(bool(day.items) for day in solved.board.days),
        "strips": len(film.strips),
        "cost": solved.cost.total,
        "currency": terms.production.currency,
        "moved": list(solved.moved),
        "faults": [_told(fault) for fault in solved.faults],
        "why_not": [
            {"en": each.en, "zh": each.zh} for each in _reasons(solved, film, terms, given)
        ],
    }
    return {
        "doubts": told(doubts),
        "board": document.write(solved.board, boards.SCHEMA, indent=1),
        "facts": json.dumps(facts, ensure_ascii=False).encode(),
    }


def sheets(inputs: Inputs) -> Outputs:
    """Return everything that is printed from a board: its sheets, its cost, its budget."""
    film, terms = _film(inputs), _terms(inputs)
    board = document.read(inputs.blobs["board"].read(), Board, boards.SCHEMA)
    script = document.read(inputs.blobs["script"].read(), scripts.Script, scripts.SCHEMA)
    paper = USUAL_PAPER[film.language]
    found = plan_of(film, board, terms.production)
    budget = _budget(found, terms)
    entries = _spent(inputs, terms.production.currency)
    other, _ = _board(inputs, "against", film)
    if other is not None:  # it may be of another draft
        fitted = plan(film, terms.production, board=other, keep=True, as_it_is=True)
        other = fitted.board
    changed = (
        compare(budget, _budget(plan_of(film, other, terms.production), terms)) if other else ()
    )
    cost = cost_of(film, board, terms.production)
    faults = check_board(film, board, terms.production)
    return {
        **write_reports(found, script=script, paper=paper),
        "budget.json": document.write(budget, BUDGET_SCHEMA, indent=1),
        "budget.pdf": print_budget(budget, paper),
        **budget_files(budget, standings(budget, entries) if entries else (), changed, paper),
        "cost.json": json.dumps(_cost(cost, faults), ensure_ascii=False, indent=1).encode(),
    }


def _budget(found: Plan, terms: Terms) -> Budget:
    paid = paid_days(found.strips, found.days, terms.production)
    counted = count_plan(found.strips, found.days, paid)
    return budget_of(found.strips, counted, terms.prices, terms.production, found.board.name)


def _cost(cost: Any, faults: tuple[Fault, ...]) -> dict[str, Any]:
    """Return what a board costs and breaks, as plain JSON: by day, by strip, line by line."""
    return {
        "schema": "mstation.plan_cost/1",
        "total": cost.total,
        "days": [
            {"day": day, "amount": amount}
            for day, amount in sorted(
                cost.by_day().items(), key=lambda each: -1 if each[0] is None else each[0]
            )
        ],
        "strips": cost.by_strip(),
        "lines": [
            {
                "kind": line.kind.value,
                "day": line.day,
                "item": line.item,
                "amount": line.amount,
                "en": line.en,
                "zh": line.zh,
            }
            for line in cost.lines
        ],
        "faults": [_told(fault) for fault in faults],
    }


def _told(fault: Fault) -> dict[str, Any]:
    return {
        "kind": fault.kind.value,
        "severity": fault.severity,
        "day": fault.day,
        "items": list(fault.items),
        "en": fault.en,
        "zh": fault.zh,
        "rule": fault.rule,
        "source": fault.source,
    }


def _known(breakdown: Breakdown) -> Known:
    """Return what a production may speak of: everybody by every name."""
    characters = {
        name: person.id for person in breakdown.cast for name in (*person.aliases, person.name)
    }
    sets = {name: scene.set_key for scene in breakdown.scenes for name in
            (scene.set_key, scene.place)}  # fmt: skip
    return Known(characters, sets, [scene.number for scene in breakdown.scenes])


def _film(inputs: Inputs) -> Strips:
    return document.read(inputs.blobs["strips"].read(), Strips, nouns.SCHEMA)


def _terms(inputs: Inputs) -> Terms:
    return document.read(inputs.blobs["terms"].read(), Terms, TERMS_SCHEMA)


def _spent(inputs: Inputs, currency: str) -> tuple[Spent, ...]:
    """Return what was spent, where a ledger was given."""
    if "spent" not in inputs.blobs:
        return ()
    return read_spent(inputs.blobs["spent"].read(), path="--spent", currency=currency)


def _reasons(solved: Solved, film: Strips, terms: Terms, given: Board | None) -> tuple[Reason, ...]:
    """Return why there is no plan, where there is none and nobody made the board by hand."""
    if solved.is_feasible or given is not None:
        return ()
    return why_no_plan(film, terms.production)


def _board(inputs: Inputs, name: str, film: Strips) -> tuple[Board | None, tuple[ReadingNote, ...]]:
    """Return a board that people gave, ours or another scheduler's, and what of it does not fit.

    Raises:
        InvalidInput: when it is none.
    """
    if name not in inputs.blobs:
        return None, ()
    data = inputs.blobs[name].read()
    if _USS in data[:_HEAD]:
        return board_of(read_uss(data, path=BOARD), film, path=BOARD)
    try:
        return document.read(data, Board, boards.SCHEMA), ()
    except InvalidInput as error:
        raise InvalidInput(str(error), path=BOARD, zh=error.told("zh")) from None
