"""Jouvence: scenes of paragraphs; a renderer interprets the marks in their texts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from jouvence.document import (
    TYPE_ACTION,
    TYPE_CENTEREDACTION,
    TYPE_CHARACTER,
    TYPE_DIALOG,
    TYPE_LYRICS,
    TYPE_PAGEBREAK,
    TYPE_PARENTHETICAL,
    TYPE_SECTION,
    TYPE_SYNOPSIS,
    TYPE_TRANSITION,
)
from jouvence.parser import JouvenceParser
from jouvence.renderer import BaseTextRenderer
from reader import Answer, Entry, Reader, as_file, between, styled

_KINDS = {
    TYPE_ACTION: "action",
    TYPE_CENTEREDACTION: "centered",
    TYPE_CHARACTER: "character",
    TYPE_DIALOG: "dialogue",
    TYPE_LYRICS: "lyric",
    TYPE_PAGEBREAK: "page_break",
    TYPE_PARENTHETICAL: "parenthetical",
    TYPE_SECTION: "section",
    TYPE_SYNOPSIS: "synopsis",
    TYPE_TRANSITION: "transition",
}


class MarkingRenderer(BaseTextRenderer):  # type: ignore[misc]
    """Turns the marks of a text into ours and keeps its notes apart."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def make_italics(self, text: str) -> str:
        """Return italic text."""
        return between("italic", text)

    def make_bold(self, text: str) -> str:
        """Return bold text."""
        return between("bold", text)

    def make_underline(self, text: str) -> str:
        """Return underlined text."""
        return between("underline", text)

    def make_note(self, text: str) -> str:
        """Return nothing: a note is no part of the text."""
        self.notes.append(text)
        return ""


def reader() -> Reader:
    """Return what is called; files are decoded as its `parse` does it."""
    decode = partial(as_file, encoding="utf-8")
    return Reader(lambda text: JouvenceParser().parseString(text), texts, entries, decode)


def texts(document: Any) -> Iterator[str]:
    """Every text."""
    renderer = MarkingRenderer()
    for scene in document.scenes:
        yield scene.header or ""
        for paragraph in scene.paragraphs:
            yield renderer.render_text(paragraph.text or "")


def entries(document: Any) -> Answer:
    """Return what was read; it takes scene numbers and extensions for a part of the text."""
    renderer = MarkingRenderer()
    found: list[Entry] = [
        ["title_field", text, {"key": key}] for key, text in document.title_values.items()
    ]
    for scene in document.scenes:
        if scene.header is not None:
            found.append(["scene_heading", scene.header, {}])
        for paragraph in scene.paragraphs:
            kind = _KINDS[paragraph.type]
            depth = {"depth": paragraph.depth} if kind == "section" else {}
            found.append(styled(kind, renderer.render_text(paragraph.text or ""), **depth))
    return found, renderer.notes
