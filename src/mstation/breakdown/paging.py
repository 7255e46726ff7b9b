"""The pages of each scene, and how much of a page a scene takes.

Source: an eighth of a page is 6 printed lines ("standard") or 7 ("adjusted"), 12 points each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from math import ceil

from mstation.screenplay.layout import lay_out_pages, lines_of_scenes, page_format
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Element, ElementKind, Language, Script

STANDARD_LINES, ADJUSTED_LINES = 6, 7
_EIGHTHS_A_PAGE = 8

_OMITTED = "|".join(
    sorted(lexicon("mstation.breakdown", "sheets")["omitted"]["words"], key=len, reverse=True)
)
_IS_OMITTED = re.compile(
    rf"[\W_]*(?:{_OMITTED})[\W_]*(?:$|(?:INT|EXT|I/E|EST)\b.*|(?<=[\W_])\d.*)"
    rf"|.*(?:[(（\[【]|\s[-–—]+\s)\s*(?:{_OMITTED})\s*[)）\]】]?\s*",
    re.IGNORECASE | re.DOTALL,
)
_NOT_PLAYED = frozenset(
    (
        ElementKind.SECTION,
        ElementKind.SYNOPSIS,
        ElementKind.NOTE,
        ElementKind.BONEYARD,
        ElementKind.PAGE_BREAK,
        ElementKind.EPISODE,
    )
)
_ASIDE = _NOT_PLAYED | {ElementKind.TRANSITION}


@dataclass(slots=True)
class ScenePages:
    """The elements between one heading and the next."""

    heading: Element
    elements: list[Element] = field(default_factory=list)  # what is played
    notes: list[Element] = field(default_factory=list)  # notes on lines of their own
    # transitions inside and after it: how many elements stand before each, and its words
    turns: list[tuple[int, str]] = field(default_factory=list)
    # the heading and what stands between elements: how many of them stand before each
    asides: list[tuple[int, Element]] = field(default_factory=list)
    transition_in: str = ""
    transition_out: str = ""

    @property
    def is_omitted(self) -> bool:
        """Whether the scene is cut and only its number stays: OMITTED, 删除."""
        return _IS_OMITTED.fullmatch(self.heading.text) is not None


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a scene stands in the printed script."""

    page: int  # on which it begins, from 1
    lines: int


def part_scenes(elements: Sequence[Element]) -> list[ScenePages]:
    """Return the pages of each scene; a transition belongs to the scenes on both its sides."""
    pages: list[ScenePages] = []
    transition = ""
    for element in elements:
        if pages and element.kind in _ASIDE:
            pages[-1].asides.append((len(pages[-1].elements), element))
        if element.kind is ElementKind.SCENE_HEADING:
            if pages:
                pages[-1].transition_out = transition
            pages.append(ScenePages(element, asides=[(0, element)], transition_in=transition))
            transition = ""
        elif element.kind is ElementKind.TRANSITION:
            transition = element.text
            if pages:
                pages[-1].turns.append((len(pages[-1].elements), element.text))
        elif element.kind is ElementKind.NOTE and pages:
            pages[-1].notes.append(element)
        elif element.kind not in _NOT_PLAYED and pages:
            pages[-1].elements.append(element)
            transition = ""
    if pages:
        pages[-1].transition_out = transition
        pages[0].asides[:0] = _above(elements, pages[0].heading)
    return pages


def _above(elements: Sequence[Element], heading: Element) -> list[tuple[int, Element]]:
    """Return what stands above the first heading, as asides of its scene."""
    return [(0, element) for element in takewhile(lambda each: each is not heading, elements)]


def measure(script: Script) -> tuple[list[Extent], int]:
    """Return where each heading's scene stands in print, in order, and how many pages there are."""
    printed = lay_out_pages(script)
    scenes = lines_of_scenes(printed, script)
    extents = [
        Extent(scenes[index].page, scenes[index].lines)
        for index, element in enumerate(script.elements)
        if element.kind is ElementKind.SCENE_HEADING
    ]
    return extents, len(printed)


def eighths_of_lines(lines: int, *, adjusted: bool = False, language: Language = "en") -> int:
    """Return the eighths of a page that printed lines are, rounded up, never under one.

    An eighth is as high as 6 lines of Courier, or 7; the lines of a Chinese page stand further
    apart, and fewer of them fill it.
    """
    height_pt = (ADJUSTED_LINES if adjusted else STANDARD_LINES) * page_format("en").row_pt
    return max(1, ceil(lines * page_format(language).row_pt / height_pt))


def pages_text(eighths: int) -> str:
    """Return eighths as breakdown sheets write them: `2/8`, `1`, `1 3/8`."""
    whole, rest = divmod(eighths, _EIGHTHS_A_PAGE)
    if not rest:
        return str(whole)
    return f"{whole} {rest}/8" if whole else f"{rest}/8"
