"""fountain-py: elements, and pairs of speeches in one element."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import Any

from fountain import FountainParser
from reader import Answer, Entry, Reader, as_file


def reader() -> Reader:
    """Return what is called; files are decoded as its `parse_file` does it."""
    decode = partial(as_file, encoding="utf-8")
    return Reader(lambda text: FountainParser().parse(text), texts, entries, decode)


def flat(elements: Iterable[Any]) -> Iterator[Any]:
    """Every element, the two columns of a pair one after the other."""
    for element in elements:
        if element.type.value == "dual_dialogue":
            for column in element.dual_dialogue_columns():
                yield from column
        else:
            yield element


def texts(document: Any) -> Iterator[str]:
    """Every text."""
    for element in flat(document.elements):
        yield element.text


def entries(document: Any) -> Answer:
    """Return what was read; it drops the notes that stand in a line."""
    found: list[Entry] = [
        ["title_field", text, {"key": key}] for key, text in document.metadata.items()
    ]
    before = None
    for element in flat(document.elements):
        gap = 0  # its line numbers tell how many blank lines part two actions
        if before is not None and element.type.value == before.type.value == "action":
            end = before.line_number + before.text.count("\n")
            gap = max(0, element.line_number - end - 2)
        before = element
        if element.type.value not in ("note", "boneyard"):
            found.append(entry(element, gap))
    return found, None


def entry(element: Any, gap: int) -> Entry:
    """Return one element."""
    kind = {"lyrics": "lyric"}.get(element.type.value, element.type.value)
    text = "" if kind == "page_break" else "\n" * gap + element.text
    attributes = {
        "runs": runs(element),
        "scene_number": element.metadata.get("scene_number", ""),
        "depth": element.metadata.get("level", 0),
        "dual": bool(element.metadata.get("dual_dialogue")),
        "extension": (element.metadata.get("extension") or "").strip("()"),
    }
    return [kind, text, attributes]


def runs(element: Any) -> list[list[str]]:
    """Return the styled stretches that overlapping spans make."""
    styles: list[set[str]] = [set() for _ in element.text]
    for span in element.formatting:
        for at in range(span.start, span.end):
            styles[at].update(span.format_type.split("_"))
    letters = zip((" ".join(sorted(now)) for now in styles), element.text, strict=True)
    stretches = groupby(letters, key=lambda pair: pair[0])
    return [["".join(letter for _, letter in pairs), style] for style, pairs in stretches if style]
