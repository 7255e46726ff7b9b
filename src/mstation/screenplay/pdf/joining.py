"""Typed lines to paragraphs: what wraps is joined, over the ends of sheets as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mstation.screenplay.pdf.lines import TypedLine
from mstation.screenplay.typed import (
    LETTER,
    Columns,
    Paragraph,
    Piece,
    glue,
    is_heading,
    is_near,
    is_transition,
    run_on,
)

_FEW = 12  # lines; fewer do not show where the right margin is
_ENDS = (".", "!", "?", "。", "！", "？", "”", '"', "…", "」", ")", "）", ":", "：")
_DIALOGUE_WIDTH = 33 * LETTER
_SHEET_SHARE = 0.82  # of a sheet's width, where action ends on its right at least


@dataclass(frozen=True, slots=True)
class Measure:
    """Where the lines of action and of dialogue end on the right."""

    action: float
    dialogue: float


def measure_of(lines: Sequence[TypedLine], columns: Columns, width: float) -> Measure:
    """Return how far to the right lines go, learnt from the script."""
    said = [line.right for line in lines if is_near(line.paragraph.left, columns.dialogue)]
    told = [
        line.right
        for line in lines
        if line.right and line.paragraph.left < columns.dialogue - LETTER
    ]
    return Measure(
        action=_limit(told, _SHEET_SHARE * width),
        dialogue=_limit(said, columns.dialogue + _DIALOGUE_WIDTH),
    )


def _limit(rights: list[float], at_least: float) -> float:
    if len(rights) < _FEW:
        return max([*rights, at_least])
    return sorted(rights)[int(0.98 * (len(rights) - 1))]


def paragraphs_of(
    lines: Sequence[TypedLine], columns: Columns, measure: Measure
) -> list[Paragraph]:
    """Return the paragraphs that the lines are."""
    blocks: list[list[Piece]] = []
    last: TypedLine | None = None
    for line in lines:
        here = line.paragraph
        between = None
        if last is not None and here.kind is None and last.paragraph.kind is None:
            between = _between(blocks[-1][0][1], last, line, columns, measure)
        if between is None:
            blocks.append([("", here)])
        else:
            indent = max(0, round((here.left - columns.action) / LETTER)) if "\n" in between else 0
            is_told = here.left < columns.dialogue - LETTER
            blocks[-1].append((between + " " * (indent if is_told else 0), here))
        last = line
    return [run_on(block) for block in blocks]


def _between(
    first: Paragraph, last: TypedLine, line: TypedLine, columns: Columns, measure: Measure
) -> str | None:
    """Return what joins a line to the paragraph above it, or None where a new one begins."""
    here, above = line.paragraph, last.paragraph
    if here.blanks and not line.opens_sheet:
        return None
    joint = glue(above.text, here.text)
    if first.text[0] in "(（" and first.left > columns.action + LETTER:
        is_open = not any(mark in above.text for mark in ")）")
        return joint if is_open and abs(here.left - first.left) < 2.5 * LETTER else None
    if is_near(first.left, columns.dialogue) and columns.dialogue > columns.action:
        return _in_dialogue(last, line, columns, measure, joint)
    if first.left > columns.dialogue - LETTER or here.left > columns.dialogue - LETTER:
        return None
    return _in_action(first, last, line, measure, joint)


def _in_dialogue(
    last: TypedLine,
    line: TypedLine,
    columns: Columns,
    measure: Measure,
    joint: str,
) -> str | None:
    here = line.paragraph
    if not is_near(here.left, columns.dialogue) or here.text[0] in "(（":
        return None
    if line.opens_sheet and (line.goes_on or last.paragraph.text[-1] not in _ENDS):
        return joint
    return joint if line.opens_sheet or _wraps(last, line, measure.dialogue) else "\n"


def _in_action(
    first: Paragraph, last: TypedLine, line: TypedLine, measure: Measure, joint: str
) -> str | None:
    here = line.paragraph
    wraps = _wraps(last, line, measure.action)
    if is_heading(here.text) or is_transition(here.text) or is_transition(first.text):
        return None
    if is_heading(first.text):
        is_same = wraps and not line.opens_sheet and here.text == here.text.upper()
        return joint if is_same else None
    if line.opens_sheet:
        is_cut = wraps and (last.paragraph.text[-1] not in _ENDS or here.text[0].islower())
        return joint if is_cut and is_near(here.left, last.paragraph.left) else None
    return joint if wraps and is_near(here.left, last.paragraph.left) else "\n"


def _wraps(last: TypedLine, line: TypedLine, limit: float) -> bool:
    """Whether the first word of a line would not have fitted on the one above."""
    return last.right + last.space + line.first_word > limit + 0.5 * last.space
