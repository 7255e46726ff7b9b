"""Typed pages: paragraphs that say by their place what they are, to elements."""

from mstation.screenplay.typed.columns import (
    LETTER,
    NUMBER,
    Columns,
    is_cue_like,
    is_heading,
    is_near,
    is_transition,
    learn_columns,
)
from mstation.screenplay.typed.cover import cover_of, leading_cover
from mstation.screenplay.typed.paragraph import Align, Paragraph, Piece, glue, run_on, trimmed
from mstation.screenplay.typed.plain import text_of
from mstation.screenplay.typed.reading import elements_of, with_kinds

__all__ = [
    "LETTER",
    "NUMBER",
    "Align",
    "Columns",
    "Paragraph",
    "Piece",
    "cover_of",
    "elements_of",
    "glue",
    "is_cue_like",
    "is_heading",
    "is_near",
    "is_transition",
    "leading_cover",
    "learn_columns",
    "run_on",
    "text_of",
    "trimmed",
    "with_kinds",
]
