"""screenplay-tools and fountain-tools: one library under two names."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from reader import MARKS, Answer, Entry, Reader, as_file, styled

_KINDS = {"HEADING": "scene_heading", "PAGEBREAK": "page_break"}
_TAGS = {"i": "italic", "b": "bold", "u": "underline"}
_MODULES = {
    "screenplay-tools": (
        "screenplay_tools.fountain.parser",
        "screenplay_tools.fountain.format_helper",
    ),
    "fountain-tools": ("fountain_tools.parser", "fountain_tools.format_helper"),
}


def reader(name: str) -> Reader:
    """Return what is called; emphasis is interpreted by the library's format helper."""
    parser, helper = map(importlib.import_module, _MODULES[name])
    to_html = helper.fountain_to_html

    def parse(text: str) -> Any:
        reading = parser.Parser()
        reading.add_text(text)
        return reading.script

    # it takes text, so the file is opened by who calls it
    decode = partial(as_file, encoding="utf-8-sig")
    return Reader(parse, partial(texts, to_html), partial(entries, to_html), decode)


def texts(to_html: Callable[[str], str], script: Any) -> Iterator[str]:
    """Every text."""
    for element in script.elements:
        yield element.name if element.type.value == "CHARACTER" else to_html(element.text)


def entries(to_html: Callable[[str], str], script: Any) -> Answer:
    """Return what was read."""
    found: list[Entry] = [["title_field", e.text, {"key": e.key}] for e in script.titleEntries]
    found += [entry(to_html, element) for element in script.elements]
    return found, [note.text for note in script.notes]


def entry(to_html: Callable[[str], str], element: Any) -> Entry:
    """Return one element."""
    kind = _KINDS.get(element.type.value, element.type.value.lower())
    if kind == "character":
        extended = {"extension": element.extension or "", "dual": element.is_dual_dialogue}
        return [kind, element.name, extended]
    kind = "centered" if getattr(element, "centered", False) else kind
    marked = to_html(element.text)
    for tag, style in _TAGS.items():
        start, end = MARKS[style]
        marked = marked.replace(f"<{tag}>", start).replace(f"</{tag}>", end)
    if kind == "section":
        return styled(kind, marked, depth=element.level)
    if kind == "scene_heading":
        return styled(kind, marked, scene_number=element.scene_number or "")
    return styled(kind, marked)
