"""The step from strips to the board that they are shot by."""

from __future__ import annotations

import json

from mstation import document
from mstation.graph.step import Inputs, Outputs
from mstation.making.directing import told
from mstation.making.planned import Terms, fault_told, film_of, given_board, terms_of
from mstation.schedule import board as boards
from mstation.schedule.board import Board
from mstation.schedule.solve import Solved, plan, usual_moves
from mstation.schedule.strip import Strips


def schedule(inputs: Inputs) -> Outputs:
    """Return the board that the strips are shot by, what it costs, and what it breaks.

    A board that people made is kept as it is, whatever it breaks; where strips are new or gone, and
    where it is asked to mend what is broken, as few of the others move as can.
    """
    film, terms = film_of(inputs), terms_of(inputs)
    params = inputs.params
    given, doubts = given_board(inputs, "given", film)
    solved = plan(
        film,
        terms.production,
        board=given,
        moves=params["moves"] or usual_moves(film),
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
        "faults": [fault_told(fault) for fault in solved.faults],
        "why_not": _reasons(solved, film, terms, given),
    }
    return {
        "doubts": told(doubts),
        "board": document.write(solved.board, boards.SCHEMA, indent=1),
        "facts": json.dumps(facts, ensure_ascii=False).encode(),
    }


def _reasons(
    solved: Solved, film: Strips, terms: Terms, given: Board | None
) -> list[dict[str, str]]:
    """Return why there is no plan, where there is none and nobody made the board by hand."""
    if solved.is_feasible or given is not None:
        return []
    from mstation.schedule.infeasible import why_no_plan  # CP-SAT takes long to load

    return [{"en": each.en, "zh": each.zh} for each in why_no_plan(film, terms.production)]
