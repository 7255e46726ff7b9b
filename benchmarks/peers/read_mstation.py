"""M-Station's own reader; it takes bytes."""

from __future__ import annotations

from collections.abc import Iterator

from reader import Answer, Entry, Reader

from mstation.screenplay import read
from mstation.screenplay.script import Element, ElementKind, Script


def reader() -> Reader:
    """Return what is called."""
    return Reader(lambda data: read(data, path="feature.fountain"), texts, entries, bytes)


def texts(script: Script) -> Iterator[str]:
    """Every text."""
    for element in script.elements:
        yield element.text


def entries(script: Script) -> Answer:
    """Return what was read."""
    found: list[Entry] = [
        ["title_field", "\n".join(field.lines), {"key": field.key}] for field in script.title_page
    ]
    notes: list[str] = []
    for element in script.elements:
        notes += [element.text] if element.kind is ElementKind.NOTE else element.notes
        if element.kind not in (ElementKind.NOTE, ElementKind.BONEYARD):
            found.append(entry(element))
    return found, notes


def entry(element: Element) -> Entry:
    """Return one element."""
    attributes = {
        "runs": [
            [element.text[r.start : r.end], " ".join(sorted(r.emphasis))] for r in element.runs
        ],
        "scene_number": element.scene_number,
        "extension": " ".join(element.extensions),
        "dual": element.is_dual,
        "depth": element.depth,
    }
    return [element.kind.value, element.text, attributes]
