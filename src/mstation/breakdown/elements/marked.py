"""What people marked in the script itself: tags, notes of production, lists of props."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mstation.breakdown.element import Category, FoundBy, SceneElement
from mstation.breakdown.elements.naming import element_id, element_name
from mstation.breakdown.paging import ScenePages
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.marks import CATEGORIES, mark_of
from mstation.screenplay.script import Element, ElementKind, Language, Mark

_FINAL_DRAFT = lexicon("mstation.breakdown", "sheets")["final_draft"]
_CATEGORIES: dict[str, Category] = {key: Category(key) for key in CATEGORIES} | {
    f"tag {name}".casefold(): Category(key)
    for key, names in _FINAL_DRAFT.items()
    if key in CATEGORIES
    for name in names
}
_LABEL = re.compile(r"^[^:：]{1,12}[:：]")
_TOKENS = re.compile(r"[(（]|[)）]|[、,，;；\n]+|\s+")
_NOTHING = frozenset(("", "无", "無", "none", "n/a", "-"))


def marked_elements(page: ScenePages, language: Language) -> tuple[SceneElement, ...]:
    """Return what the tags and the props lists of a scene name, each thing once, as they stand."""
    found: dict[tuple[Category, str], SceneElement] = {}
    for category, text, line, found_by in _tagged(page):
        for piece in _pieces(text, found_by):
            name = element_name(piece, language)
            if name.casefold() in _NOTHING:
                continue
            known = found.get((category, name))
            if known is not None and known.found_by is FoundBy.TAG:
                continue
            if known is None or found_by is FoundBy.TAG:
                found[category, name] = SceneElement(
                    id=element_id(category, name),
                    category=category,
                    name=name,
                    text=piece,
                    line=line,
                    found_by=found_by,
                )
    return tuple(sorted(found.values(), key=lambda element: element.line))


def marks_of(element: Element) -> tuple[Mark, ...]:
    """Return the marks that stand in an element, or the one that a note is."""
    if element.kind is ElementKind.NOTE:
        mark = mark_of(element.text)
        return element.marks if mark is None else (*element.marks, mark)
    return element.marks


def _tagged(page: ScenePages) -> Iterator[tuple[Category, str, int, FoundBy]]:
    for element in (page.heading, *page.elements, *page.notes):
        if element.kind is ElementKind.PROPS_LIST:
            yield Category.PROPS, _LABEL.sub("", element.text), element.line, FoundBy.LIST
        if element.marks or element.kind is ElementKind.NOTE:
            for mark in marks_of(element):
                category = _CATEGORIES.get(mark.key) or _CATEGORIES.get(mark.key.casefold())
                if category is not None:
                    yield category, mark.value, element.line, FoundBy.TAG


def _pieces(text: str, found_by: FoundBy) -> list[str]:
    """Part `灯笼、信（三封，旧）` where no bracket is open; spaces part a Chinese list only."""
    at_spaces = found_by is FoundBy.LIST and not text.isascii()
    pieces: list[str] = []
    start = depth = 0
    for token in _TOKENS.finditer(text):
        if token[0] in "(（":
            depth += 1
        elif token[0] in ")）":
            depth = max(0, depth - 1)
        elif not depth and (at_spaces or not token[0].isspace() or "\n" in token[0]):
            pieces.append(text[start : token.start()])
            start = token.end()
    pieces.append(text[start:])
    return [piece for part in pieces if (piece := part.strip(" 。.\t"))]
