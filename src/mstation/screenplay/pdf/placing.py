"""How typed lines are aligned: in the middle of the measure, at its right end, or at the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mstation.screenplay.pdf.joining import Measure
from mstation.screenplay.pdf.lines import TypedLine
from mstation.screenplay.typed import LETTER, Align, Columns, is_near


def placed(
    lines: Sequence[TypedLine], columns: Columns, measure: Measure, width: float
) -> list[TypedLine]:
    """Return the lines with how each is aligned."""
    middles = (width / 2, (columns.action + measure.action) / 2)
    return [_placed(line, columns, measure, middles) for line in lines]


def _placed(
    line: TypedLine, columns: Columns, measure: Measure, middles: tuple[float, float]
) -> TypedLine:
    left = line.paragraph.left
    align: Align = "left"
    if line.paragraph.kind is None and left > columns.action + 3 * LETTER:
        middle = (left + line.right) / 2
        if any(abs(middle - at) < LETTER for at in middles) and not is_near(left, columns.dialogue):
            align = "center"
        elif line.right > measure.action - 2 * LETTER and left > columns.dialogue + LETTER:
            align = "right"
    return replace(line, paragraph=replace(line.paragraph, align=align))
