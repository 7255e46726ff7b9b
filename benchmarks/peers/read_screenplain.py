"""Screenplain: paragraphs of rich strings."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import Any

from reader import Answer, Entry, Reader, as_file, between, styled
from screenplain.parsers.fountain import parse
from screenplain.types import Action, Dialog, DualDialog, PageBreak, Section, Slug, Transition


def reader() -> Reader:
    """Return what is called; files are decoded as its command does it."""
    decode = partial(as_file, encoding="utf-8-sig")
    return Reader(lambda text: parse(io.StringIO(text)), texts, entries, decode)


def texts(play: Any) -> Iterator[str]:
    """Every text."""
    for paragraph in play.paragraphs:
        match paragraph:
            case DualDialog():
                yield from spoken_texts(paragraph.left)
                yield from spoken_texts(paragraph.right)
            case Dialog():
                yield from spoken_texts(paragraph)
            case Section():
                yield str(paragraph.text)
            case Slug() | Action() | Transition():
                yield from map(str, paragraph.lines)


def spoken_texts(dialog: Any) -> Iterator[str]:
    """Every text of a speech."""
    yield str(dialog.character)
    yield from (str(line) for _, line in dialog.blocks)


def entries(play: Any) -> Answer:
    """Return what was read; it drops all notes."""
    found: list[Entry] = [
        ["title_field", "\n".join(lines), {"key": key}] for key, lines in play.title_page.items()
    ]
    for paragraph in play.paragraphs:
        found += paragraph_entries(paragraph)
        if getattr(paragraph, "synopsis", None):
            found.append(["synopsis", paragraph.synopsis, {}])
    return found, None


def paragraph_entries(paragraph: Any) -> list[Entry]:
    """Return one paragraph."""
    match paragraph:
        case Slug():
            number = str(paragraph.scene_number) if paragraph.scene_number else ""
            return [styled("scene_heading", rich(paragraph.line), scene_number=number)]
        case Section():
            return [styled("section", rich(paragraph.text), depth=paragraph.level)]
        case Dialog():
            return speech(paragraph, dual=False)
        case DualDialog():
            return [*speech(paragraph.left, dual=False), *speech(paragraph.right, dual=True)]
        case PageBreak():
            return [["page_break", "", {}]]
        case Transition():
            return [styled("transition", rich(paragraph.line))]
        case _:
            kind = "centered" if paragraph.centered else "action"
            return [styled(kind, "\n".join(map(rich, paragraph.lines)))]


def speech(dialog: Any, *, dual: bool) -> list[Entry]:
    """Return a name and what is said; it takes extensions for a part of the name."""
    said = [
        styled("parenthetical" if is_parenthetical else "dialogue", rich(line))
        for is_parenthetical, line in dialog.blocks
    ]
    return [styled("character", rich(dialog.character), dual=dual), *said]


def rich(string: Any) -> str:
    """Return a rich string with marks around its styles."""
    marked = []
    for segment in string.segments:
        text = segment.text
        for style in segment.styles:
            text = between(style.name(), text)
        marked.append(text)
    return "".join(marked)
