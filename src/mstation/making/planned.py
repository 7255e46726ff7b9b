"""A film's plan as it passes between steps: strips, terms, boards that people gave, faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mstation import document
from mstation.errors import InvalidInput
from mstation.graph.step import Inputs
from mstation.schedule import board as boards
from mstation.schedule import strip as nouns
from mstation.schedule.board import Board
from mstation.schedule.budget.estimate import Prices
from mstation.schedule.faults import Fault
from mstation.schedule.production import Production
from mstation.schedule.strip import Strips
from mstation.schedule.uss.ordering import board_of
from mstation.schedule.uss.reading import read as read_uss
from mstation.screenplay.script import ReadingNote

TERMS_SCHEMA = "mstation.terms/1"
BOARD = "board.json"
_USS, _HEAD = b"universalScheduleStandard", 4000  # the root of such a file, near its beginning


@dataclass(frozen=True, slots=True)
class Terms:
    """What people said of a production, and what things cost in it."""

    production: Production
    prices: Prices


def film_of(inputs: Inputs) -> Strips:
    """Return the film's strips."""
    return document.read(inputs.blobs["strips"].read(), Strips, nouns.SCHEMA)


def terms_of(inputs: Inputs) -> Terms:
    """Return what they are scheduled under."""
    return document.read(inputs.blobs["terms"].read(), Terms, TERMS_SCHEMA)


def given_board(
    inputs: Inputs, name: str, film: Strips
) -> tuple[Board | None, tuple[ReadingNote, ...]]:
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


def fault_told(fault: Fault) -> dict[str, Any]:
    """Return what is broken as plain JSON, in both languages."""
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
