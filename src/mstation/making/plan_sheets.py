"""The step from a board to everything that is printed from it: its sheets, its cost, its budget."""

from __future__ import annotations

import json
from typing import Any

from mstation import document
from mstation.graph.step import Inputs, Outputs
from mstation.making.planned import Terms, fault_told, film_of, given_board, terms_of
from mstation.schedule import board as boards
from mstation.schedule.board import Board
from mstation.schedule.budget.actuals import Spent, read_spent, standings
from mstation.schedule.budget.budget import SCHEMA as BUDGET_SCHEMA
from mstation.schedule.budget.budget import Budget
from mstation.schedule.budget.compare import compare
from mstation.schedule.budget.estimate import budget_of, count_plan
from mstation.schedule.budget.paid import paid_days
from mstation.schedule.budget.printing import print_budget
from mstation.schedule.budget.tables import budget_files
from mstation.schedule.checking import check_board
from mstation.schedule.cost import PlanCost, cost_of
from mstation.schedule.faults import Fault
from mstation.schedule.plan import Plan, plan_of
from mstation.schedule.reports.wording import USUAL_PAPER, StripColours, usual_colours
from mstation.schedule.reports.writing import write_reports
from mstation.schedule.strip import Strips
from mstation.screenplay import script as scripts


def sheets(inputs: Inputs) -> Outputs:
    """Return everything that is printed from a board: its sheets, its cost, its budget."""
    film, terms = film_of(inputs), terms_of(inputs)
    board = document.read(inputs.blobs["board"].read(), Board, boards.SCHEMA)
    script = document.read(inputs.blobs["script"].read(), scripts.Script, scripts.SCHEMA)
    paper = USUAL_PAPER[film.language]
    found = plan_of(film, board, terms.production)
    budget = _budget(found, terms)
    entries = _spent(inputs, terms.production.currency)
    other, _ = given_board(inputs, "against", film)
    changed = compare(budget, _budget(_fitted(other, film, terms), terms)) if other else ()
    cost = cost_of(film, board, terms.production)
    faults = check_board(film, board, terms.production)
    return {
        **write_reports(found, script=script, paper=paper, colours=_colours(terms)),
        "budget.json": document.write(budget, BUDGET_SCHEMA, indent=1),
        "budget.pdf": print_budget(budget, paper),
        **budget_files(budget, standings(budget, entries) if entries else (), changed, paper),
        "cost.json": json.dumps(_cost(cost, faults), ensure_ascii=False, indent=1).encode(),
    }


def _colours(terms: Terms) -> StripColours:
    """Return the colours of strips: the field's, and people's own in their place."""
    own = {(where, light): colour for where, light, colour in terms.production.colours}
    return {**usual_colours(), **own}


def _fitted(board: Board, film: Strips, terms: Terms) -> Plan:
    """Return the plan by another board, which may be of another draft: what is new is put on it."""
    from mstation.schedule.solve import plan  # compiled: only for who compares

    solved = plan(film, terms.production, board=board, keep=True, as_it_is=True)
    return plan_of(film, solved.board, terms.production)


def _budget(found: Plan, terms: Terms) -> Budget:
    paid = paid_days(found.strips, found.days, terms.production)
    counted = count_plan(found.strips, found.days, paid)
    return budget_of(found.strips, counted, terms.prices, terms.production, found.board.name)


def _cost(cost: PlanCost, faults: tuple[Fault, ...]) -> dict[str, Any]:
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
        "faults": [fault_told(fault) for fault in faults],
    }


def _spent(inputs: Inputs, currency: str) -> tuple[Spent, ...]:
    """Return what was spent, where a ledger was given."""
    if "spent" not in inputs.blobs:
        return ()
    return read_spent(inputs.blobs["spent"].read(), path="--spent", currency=currency)
