"""Typed paragraphs without columns to plain text, as Fountain and Chinese scripts are written."""

from __future__ import annotations

from collections.abc import Sequence

from mstation.screenplay.emphasis import marked_text, normal_runs
from mstation.screenplay.fountain.cue import is_parenthetical
from mstation.screenplay.heading import starts_as_heading
from mstation.screenplay.marks import guarded_note, note_of
from mstation.screenplay.script import ElementKind, Language
from mstation.screenplay.typed.columns import LETTER, is_cue_like
from mstation.screenplay.typed.paragraph import Paragraph

_APART = (ElementKind.CHARACTER, ElementKind.SCENE_HEADING, ElementKind.PAGE_BREAK)
_MOST_INDENT = 20  # letters; what is set in further says nothing more by it


def text_of(paragraphs: Sequence[Paragraph], *, language: Language, margin: float = 0.0) -> str:
    """Return the text that the readers of text take.

    Where no empty line parts anything, as Word sets space by style, names and what is said
    below them stay together and everything else is parted.
    """
    is_parted = any(paragraph.blanks for paragraph in paragraphs[1:])
    lines: list[str] = []
    is_in_cue = False
    for paragraph in paragraphs:
        blanks = paragraph.blanks if is_parted else 0 if is_in_cue else 1
        if paragraph.kind in _APART:
            blanks = max(1, blanks)
        lines.extend([""] * blanks if lines else ())
        lines.append(_line(paragraph, language, margin))
        text = paragraph.text.strip()
        is_in_cue = is_cue_like(text) or (is_in_cue and is_parenthetical(text))
    return "\n".join(lines) + "\n"


def _line(paragraph: Paragraph, language: Language, margin: float) -> str:
    text, number = paragraph.text, paragraph.scene_number
    if paragraph.kind is ElementKind.PAGE_BREAK:
        return "==="
    if paragraph.kind is ElementKind.CHARACTER:
        return f"@{text} ^" if paragraph.is_dual else f"@{text}"
    if paragraph.kind is ElementKind.SCENE_HEADING and number:
        if language == "zh":
            return f"第{number}场 {text}"
        return f"{text} #{number}#" if starts_as_heading(text) else f".{text} #{number}#"
    text = _marked(paragraph, language) + _asides(paragraph)
    if language == "zh" or paragraph.kind is not None:
        return text
    indent = round((paragraph.left - margin) / LETTER)
    return " " * min(max(0, indent), _MOST_INDENT) + text


def _marked(paragraph: Paragraph, language: Language) -> str:
    """Return the text with marks of emphasis, but none on a whole line or on a name."""
    text, runs = paragraph.text, paragraph.runs
    colon = max(text.find("："), text.find(":")) if language == "zh" else -1
    said = [run for run in normal_runs(text, runs) if run.start > colon]
    is_whole = sum(run.end - run.start for run in said) >= len(text.replace("\n", ""))
    return text if is_whole or not said else marked_text(text, tuple(said))


def _asides(paragraph: Paragraph) -> str:
    """Return notes and marks as they are written behind a line."""
    notes = [guarded_note(note) for note in paragraph.notes]
    notes += [note_of(mark) for mark in paragraph.marks]
    return "".join(f" [[{note.replace(']]', '] ]')}]]" for note in notes)
