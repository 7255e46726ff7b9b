"""Bodies of sheets to typed lines: how far apart, how far in, with which scene number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mstation.screenplay.pdf.beside import Beside, find_beside
from mstation.screenplay.pdf.furniture import Body
from mstation.screenplay.pdf.sheet import Line, Word, set_words
from mstation.screenplay.script import ElementKind, Mark
from mstation.screenplay.typed import LETTER, NUMBER, Paragraph, is_heading

_NUMBER = re.compile(NUMBER + r"\.?")
_MANY_LINES = 30  # a script of so many lines shows how far apart its lines are
_HAN = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A printed line as a paragraph, with what tells whether it wraps; lengths are points."""

    paragraph: Paragraph
    right: float
    first_word: float  # how wide
    space: float  # how wide
    size: float  # of the letters
    opens_sheet: bool = False
    goes_on: bool = False  # the last sheet's foot cut this speech


def typed_lines(bodies: Sequence[Body]) -> list[TypedLine]:
    """Return the lines of a script in reading order."""
    height = _line_height(bodies)
    result: list[TypedLine] = []
    number = 1
    for body in bodies:
        found = find_beside(body.lines, height)
        for index, blanks, item in _items(body, found, height):
            marks = _revision(body, range(index, index + _extent(item)))
            if isinstance(item, Beside):
                typed = [_beside_line(p, number, blanks, marks) for p in item.paragraphs]
                typed[1:] = [
                    replace(line, paragraph=replace(line.paragraph, blanks=0)) for line in typed[1:]
                ]
            else:
                opens = index == 0
                typed = [_typed(item, number, blanks, marks, opens, opens and body.goes_on)]
            result.extend(typed)
            number += _extent(item)
    return result


def _items(
    body: Body, found: dict[int, Beside], height: float
) -> Iterator[tuple[int, int, Line | Beside]]:
    """Return what stands on a sheet from the top down: lines, and speeches side by side."""
    index = 0
    while index < len(body.lines):
        blanks = 0 if index == 0 and body.goes_on else 1
        if index:
            blanks = _blanks(body.lines[index].top - body.lines[index - 1].top, height)
        item: Line | Beside = found.get(index, body.lines[index])
        yield index, blanks, item
        index += _extent(item)


def _extent(item: Line | Beside) -> int:
    return item.extent if isinstance(item, Beside) else 1


def _blanks(gap: float, height: float) -> int:
    return max(0, round(gap / height) - 1)


def _line_height(bodies: Sequence[Body]) -> float:
    """Return how far apart lines of one paragraph stand."""
    gaps: Counter[float] = Counter()
    sizes: Counter[float] = Counter()
    for body in bodies:
        sizes.update(line.size for line in body.lines)
        for above, line in pairwise(body.lines):
            gaps[round(line.top - above.top)] += 1
    if not gaps:
        return 12.0
    size = sizes.most_common(1)[0][0]
    count = sum(gaps.values())
    usual = [gap for gap, times in gaps.items() if times >= 0.05 * count and gap >= 0.8 * size]
    height = min(usual or gaps)
    if height > 1.75 * size and count < _MANY_LINES:
        return 1.2 * size
    return max(height, 1.0)


def _revision(body: Body, lines: range) -> tuple[Mark, ...]:
    if body.color and any(index in body.revised for index in lines):
        return (Mark("revision", body.color),)
    return ()


def _beside_line(
    paragraph: Paragraph, number: int, blanks: int, marks: tuple[Mark, ...]
) -> TypedLine:
    placed = replace(paragraph, line=number, blanks=blanks, marks=marks)
    return TypedLine(placed, right=0.0, first_word=0.0, space=LETTER, size=12.0)


def _typed(
    line: Line, number: int, blanks: int, marks: tuple[Mark, ...], opens: bool, goes_on: bool
) -> TypedLine:
    words, scene_number, kind = _without_numbers(line)
    line = replace(line, words=words)
    text, runs = set_words(line)
    paragraph = Paragraph(
        text=text,
        line=number,
        left=line.left,
        blanks=blanks,
        runs=runs,
        marks=marks,
        kind=kind,
        scene_number=scene_number,
    )
    return TypedLine(
        paragraph=paragraph,
        right=line.right,
        first_word=_first_width(line),
        space=line.pitch or 0.3 * line.size,
        size=line.size,
        opens_sheet=opens,
        goes_on=goes_on,
    )


def _without_numbers(line: Line) -> tuple[tuple[Word, ...], str, ElementKind | None]:
    """Part a heading from the scene numbers in its margins."""
    words = line.words
    far = 1.8 * (line.pitch or 0.5 * line.size)
    if len(words) < 2 or not _NUMBER.fullmatch(words[0].text):
        return words, "", None
    if words[1].left - words[0].right < far:
        return words, "", None
    number = words[0].text.rstrip(".")
    is_closed = (
        words[-1].text.rstrip(".") == number
        and len(words) > 2
        and words[-1].left - words[-2].right > far
    )
    inner = words[1:-1] if is_closed else words[1:]
    if is_closed or is_heading(set_words(replace(line, words=inner))[0]):
        return inner, number, ElementKind.SCENE_HEADING
    return words, "", None


def _first_width(line: Line) -> float:
    """Return the width of what would have to fit on the line above."""
    first = line.words[0]
    if _HAN.match(first.text):
        return line.size
    right = first.right
    for word in line.words[1:]:
        if not word.is_glued:
            break
        right = word.right
    return right - first.left
