"""Tables to paragraphs: headers of scenes, shot lists, speeches side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from mstation.screenplay.docx.package import local
from mstation.screenplay.docx.styles import attribute
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import ElementKind
from mstation.screenplay.typed import Paragraph, is_cue_like

_LABELS = lexicon("mstation.screenplay", "words")["labels"]
_NAMED = frozenset(
    name for key in ("cast", "props", "place", "time", "interior") for name in _LABELS[key]
)
_SHORT = 40  # characters; cells that are no longer are fields of one line

Reader = Callable[[Iterable[Element]], Iterator[Paragraph]]


def paragraphs_of_table(table: Element, read: Reader) -> Iterator[Paragraph]:
    """Return the paragraphs of a table, row by row."""
    for row in _named(table, "tr"):
        cells = [list(read(cell)) for cell in _named(row, "tc") if not _is_merged(cell)]
        yield from _row([cell for cell in cells if cell])


def _named(parent: Element, name: str) -> Iterator[Element]:
    """Find rows or cells, also where a content control or an insertion holds them."""
    for child in parent:
        found = local(child.tag)
        if found == name:
            if not _is_deleted(child):
                yield child
        elif found in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _named(child, name)


def _is_deleted(row: Element) -> bool:
    return any(
        local(mark.tag) in ("del", "cellDel")
        for child in row
        if local(child.tag) in ("trPr", "tcPr")
        for mark in child
    )


def _is_merged(cell: Element) -> bool:
    """Whether a cell only carries on the one above it."""
    for child in cell:
        if local(child.tag) == "tcPr":
            for mark in child:
                if local(mark.tag) == "vMerge":
                    return attribute(mark, "val") != "restart"
    return False


def _row(cells: Sequence[list[Paragraph]]) -> Iterator[Paragraph]:
    if _is_dual(cells):
        yield from _speeches(cells)
    elif len(cells) > 1 and all(len(cell) == 1 for cell in cells):
        yield from _fields([cell[0] for cell in cells])
    else:
        for cell in cells:
            yield from cell


def _is_dual(cells: Sequence[list[Paragraph]]) -> bool:
    return len(cells) == 2 and all(
        len(cell) > 1
        and (
            cell[0].kind is ElementKind.CHARACTER
            or (cell[0].kind is None and is_cue_like(cell[0].text))
        )
        for cell in cells
    )


def _speeches(cells: Sequence[list[Paragraph]]) -> Iterator[Paragraph]:
    for cell, is_dual in zip(cells, (False, True), strict=True):
        cue, *rest = cell
        yield replace(cue, kind=ElementKind.CHARACTER, is_dual=is_dual, blanks=1)
        for paragraph in rest:
            is_aside = paragraph.text[:1] in "(（"
            kind = ElementKind.PARENTHETICAL if is_aside else ElementKind.DIALOGUE
            yield replace(paragraph, kind=paragraph.kind or kind, blanks=0)


def _fields(cells: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Read 人物 | 甲、乙 as 人物：甲、乙, and short cells as the fields of one heading."""
    rest = list(cells)
    while len(rest) > 1 and rest[0].text.strip(" :：") in _NAMED:
        label, value, *rest = rest
        yield replace(label, text=f"{label.text.strip(' :：')}：{value.text}", runs=())
    if rest and all(len(cell.text) <= _SHORT and "\n" not in cell.text for cell in rest):
        yield replace(rest[0], text=" ".join(cell.text for cell in rest), runs=())
    else:
        yield from rest
