"""Elements in order to the paragraphs of an FDX file: what stands in one, what beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mstation.screenplay.script import Element, ElementKind

_SPOKEN = frozenset((ElementKind.PARENTHETICAL, ElementKind.DIALOGUE, ElementKind.LYRIC))
_BESIDE = frozenset((ElementKind.NOTE, ElementKind.BONEYARD))


@dataclass(frozen=True, slots=True)
class Block:
    """What one paragraph of the script holds; numbers are those of elements."""

    elements: range  # more than one: two speeches side by side
    synopses: range = range(0)  # that a heading carries
    starts_page: bool = False
    notes: tuple[int, ...] = ()  # notes and boneyards that stand before it

    @property
    def is_dual(self) -> bool:
        """Whether two speeches stand side by side in it."""
        return len(self.elements) > 1


def blocks_of(elements: Sequence[Element], plain: frozenset[int]) -> Iterator[Block]:
    """Return the paragraphs of a script; the last may hold only what stands after all of them.

    A page break that is `plain` (it has nothing but its kind) is told by the paragraph below.
    """
    at = 0
    notes: list[int] = []
    while at < len(elements):
        if elements[at].kind in _BESIDE:
            notes.append(at)
            at += 1
            continue
        starts_page = at in plain and _breaks_page(elements, at)
        at += starts_page
        end = _dual_end(elements, at)
        synopses = _synopses(elements, at, end)
        yield Block(range(at, end), synopses, starts_page, tuple(notes))
        notes = []
        at = max(end, synopses.stop)
    if notes:
        yield Block(range(0), notes=tuple(notes))


def _breaks_page(elements: Sequence[Element], at: int) -> bool:
    """Whether a page break stands right above what a paragraph will hold."""
    if elements[at].kind is not ElementKind.PAGE_BREAK or at + 1 == len(elements):
        return False
    below = elements[at + 1].kind
    return below not in _BESIDE and below is not ElementKind.PAGE_BREAK


def _synopses(elements: Sequence[Element], at: int, end: int) -> range:
    if elements[at].kind is not ElementKind.SCENE_HEADING:
        return range(0)
    while end < len(elements) and elements[end].kind is ElementKind.SYNOPSIS:
        end += 1
    return range(at + 1, end)


def _dual_end(elements: Sequence[Element], at: int) -> int:
    """Return the end of the two speeches that start here, or of this element alone."""
    if elements[at].kind is not ElementKind.CHARACTER or elements[at].is_dual:
        return at + 1
    right = _speech_end(elements, at)
    if right == len(elements) or not elements[right].is_dual:
        return at + 1
    return _speech_end(elements, right) if elements[right].kind is ElementKind.CHARACTER else at + 1


def _speech_end(elements: Sequence[Element], at: int) -> int:
    at += 1
    while at < len(elements) and elements[at].kind in _SPOKEN:
        at += 1
    return at
