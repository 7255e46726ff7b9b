"""One breakdown in, all of its files out."""

from __future__ import annotations

from mstation.breakdown.reports.csv_tables import write_csv
from mstation.breakdown.reports.dossier import Eighths, Paper, dossier_of
from mstation.breakdown.reports.lists import cast_list, element_list, scene_list
from mstation.breakdown.reports.printing import print_sheets
from mstation.breakdown.reports.workbook import write_workbook
from mstation.breakdown.scene import Breakdown
from mstation.screenplay.script import Language

_USUAL_PAPER: dict[Language, Paper] = {"en": "letter", "zh": "a4"}


def write_reports(
    breakdown: Breakdown,
    *,
    language: Language,
    eighths: Eighths = "standard",
    paper: Paper | None = None,
) -> dict[str, bytes]:
    """Return every report of a breakdown by file name; the same breakdown gives the same bytes.

    `language` is that of the labels, whatever the script's is; the paper is by it what is usual.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
        ValueError: when the breakdown lacks the sheet of a scene.
    """
    dossier = dossier_of(breakdown, language, eighths)
    chosen = paper or _USUAL_PAPER[language]
    return {
        "breakdown-sheets.pdf": print_sheets(dossier, chosen),
        "scenes.csv": write_csv(scene_list(dossier)),
        "cast.csv": write_csv(cast_list(dossier)),
        "elements.csv": write_csv(element_list(dossier)),
        "breakdown.xlsx": write_workbook(dossier, chosen),
    }
