"""The head of a breakdown sheet: the fields above the boxes.

Source: Entertainment Partners, Movie Magic Scheduling, "Scene Header Information".
"""

from __future__ import annotations

from dataclasses import dataclass

from mstation.breakdown.paging import pages_text
from mstation.breakdown.reports.dossier import Dossier, ScenePaper
from mstation.breakdown.reports.wording import day_text, range_text

_ROW_HEIGHT = 30.0
_LEADING = 1.2  # of the size
_USUAL_SIZE = 10.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a sheet's head."""

    label: str
    value: str
    width: float  # in points; 0 takes what the others leave
    size: float = _USUAL_SIZE
    lines: int = 1
    is_strong: bool = False
    is_prose: bool = False  # stands at the top, with room under it for a pencil


Head = tuple[tuple[Cell, ...], ...]


def head_of(dossier: Dossier, paper: ScenePaper, sheet: int) -> Head:
    """Return the fields of a scene's sheet in their rows; the first row names the scene."""
    words, scene, facts = dossier.words, paper.scene, paper.sheet
    measure = "pages" if dossier.measure == "standard" else "pages_adjusted"
    of = words["sheet_of"].format(sheet=sheet, sheets=len(dossier.papers))
    return (
        (
            Cell(words["scene"], scene.number, 64, 15, is_strong=True),
            Cell(words["interior"], words["interiors"][scene.interior.value], 60, 12),
            Cell(words["set"], scene.place, 0, 12, 2, is_strong=True),
            Cell(words["time"], words["times"][scene.time.value], 66, 12),
            Cell(words["script_day"], day_text(facts.script_day), 62, 12),
        ),
        (
            Cell(words["sheet"], of, 64),
            Cell(words["script_page"], str(facts.page) if facts.page > 0 else "", 60),
            Cell(words[measure], pages_text(paper.eighths), 84, is_strong=True),
            Cell(words["est_time"], range_text(facts.seconds_low, facts.seconds_high), 84),
            Cell(words["heading"], scene.heading, 0),
        ),
        (Cell(words["synopsis"], paper.synopsis, 0, 9, 3, is_prose=True),),
    )


def row_height(row: tuple[Cell, ...]) -> float:
    """Return how high a row of the head is, in points."""
    return _ROW_HEIGHT + max((cell.lines - 1) * cell.size * _LEADING for cell in row)
