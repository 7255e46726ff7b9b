"""fountain-parser: flat elements; emphasis and notes are left in the text as they are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from fountain_parser import parse
from reader import Answer, Entry, Reader, as_file


def reader() -> Reader:
    """Return what is called; it takes text, so the file is opened by who calls it."""
    return Reader(parse, texts, entries, partial(as_file, encoding="utf-8-sig"))


def texts(play: Any) -> Iterator[str]:
    """Every text."""
    for element in play.elements:
        is_cue = element.element_type.value == "character"
        yield element.name if is_cue else getattr(element, "text", "")


def entries(play: Any) -> Answer:
    """Return what was read."""
    found: list[Entry] = [
        ["title_field", "\n".join(lines), {"key": key}] for key, lines in play.title_page.items()
    ]
    found += [entry(e) for e in play.elements if e.element_type.value != "boneyard"]
    return found, None


def entry(element: Any) -> Entry:
    """Return one element."""
    match element.element_type.value:
        case "character":
            extended = {"extension": " ".join(element.extensions), "dual": element.is_dual}
            return ["character", element.name, extended]
        case "section_heading":
            return ["section", element.text, {"depth": element.level}]
        case "scene_heading":
            return ["scene_heading", element.text, {"scene_number": element.scene_number or ""}]
        case "action" if element.is_centered:
            return ["centered", element.text, {}]
        case kind:
            return [kind, getattr(element, "text", ""), {}]
