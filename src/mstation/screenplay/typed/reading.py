"""Typed paragraphs to elements: by their columns, or as plain text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from mstation.screenplay.chinese.heading import find_heading
from mstation.screenplay.fountain.cue import (
    is_parenthetical,
    read_capital_cue,
    read_forced_cue,
)
from mstation.screenplay.script import Element, ElementKind, Emphasis, Run
from mstation.screenplay.typed.asides import marks_lifted
from mstation.screenplay.typed.columns import (
    LETTER,
    NUMBER,
    Columns,
    is_cue_like,
    is_heading,
    is_near,
    is_transition,
)
from mstation.screenplay.typed.paragraph import Paragraph, Piece, run_on, trimmed

_SPEECH = frozenset(
    (ElementKind.CHARACTER, ElementKind.PARENTHETICAL, ElementKind.DIALOGUE, ElementKind.LYRIC)
)
_SET_IN_STYLE = (
    ElementKind.SCENE_HEADING,
    ElementKind.CHARACTER,
    ElementKind.PARENTHETICAL,
    ElementKind.TRANSITION,
)
_NUMBERED = re.compile(
    rf"(?P<number>{NUMBER})[.)、]?\s+(?=(?:INT|EXT|EST|I/E|E/I)\b)", re.IGNORECASE
)


def with_kinds(paragraphs: Sequence[Paragraph], columns: Columns) -> list[Paragraph]:
    """Return the paragraphs with what each is, by where it stands."""
    result: list[Paragraph] = []
    for index, paragraph in enumerate(paragraphs):
        if paragraph.kind is None:
            below = paragraphs[index + 1] if index + 1 < len(paragraphs) else None
            above = result[-1] if result else None
            paragraph = replace(paragraph, kind=_kind(paragraph, above, below, columns))
        result.append(paragraph)
    return result


def _kind(
    here: Paragraph, above: Paragraph | None, below: Paragraph | None, columns: Columns
) -> ElementKind:
    is_in_speech = above is not None and above.kind in _SPEECH
    if _is_cue(here, below, columns):
        return ElementKind.CHARACTER
    is_far = here.left > columns.dialogue + 3 * LETTER or here.align == "right"
    if is_far and is_transition(here.text):
        return ElementKind.TRANSITION
    if is_in_speech and here.blanks == 0 and here.align != "right":
        is_said = here.left > columns.dialogue - LETTER or above is None
        if is_said and here.text[:1] in "(（":
            return ElementKind.PARENTHETICAL
        if is_said:
            return ElementKind.DIALOGUE
    if is_near(here.left, columns.action) and here.align == "left":
        return _kind_of_words(here.text)
    is_at_dialogue = is_near(here.left, columns.dialogue) and here.align == "left"
    if is_at_dialogue and above is not None and above.kind is ElementKind.DIALOGUE:
        return ElementKind.DIALOGUE
    if here.align == "center":
        return ElementKind.TRANSITION if is_transition(here.text) else ElementKind.CENTERED
    if here.align == "right" or is_transition(here.text):
        return ElementKind.TRANSITION
    return _kind_of_words(here.text)


def _is_cue(here: Paragraph, below: Paragraph | None, columns: Columns) -> bool:
    """A cue stands right of the dialogue that follows it at once."""
    if below is None or below.blanks or here.text[:1] in "(（" or "\n" in here.text:
        return False
    if below.left < columns.dialogue - LETTER or here.align == "right":
        return False
    is_right = here.left > columns.dialogue + LETTER
    if here.left <= columns.action + LETTER or is_heading(here.text) or is_transition(here.text):
        return False
    if below.text[:1] in "(（" or is_near(below.left, columns.dialogue):
        return is_right or (here.align == "center" and is_cue_like(here.text))
    return False


def _kind_of_words(text: str) -> ElementKind:
    if is_heading(text) or _NUMBERED.match(text):
        return ElementKind.SCENE_HEADING
    return ElementKind.TRANSITION if is_transition(text) else ElementKind.ACTION


def elements_of(paragraphs: Iterable[Paragraph], *, action_left: float = 0.0) -> list[Element]:
    """Return the elements that paragraphs of known kinds are; their ids are still to be given."""
    elements: list[Element] = []
    for paragraph in _whole_speeches(paragraphs):
        element = _element(paragraph, action_left)
        follows_action = bool(elements) and elements[-1].kind is ElementKind.ACTION
        if element.kind is ElementKind.ACTION and follows_action:
            element = _shifted(element, "\n" * (paragraph.blanks - 1))
        if element.text or element.kind is ElementKind.PAGE_BREAK:
            elements += marks_lifted(element)
    return _without_style(elements)


def _whole_speeches(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Join the paragraphs of one speech: they are one element."""
    said: list[Piece] = []
    for paragraph in paragraphs:
        if paragraph.kind is ElementKind.DIALOGUE:
            said.append(("\n" * (min(paragraph.blanks, 1) + 1), paragraph))
            continue
        if said:
            yield run_on(said)
            said = []
        yield paragraph
    if said:
        yield run_on(said)


def _element(paragraph: Paragraph, action_left: float) -> Element:
    kind = paragraph.kind or ElementKind.ACTION
    element = Element(
        id="",
        kind=kind,
        text=paragraph.text,
        line=paragraph.line,
        scene_number=paragraph.scene_number,
        is_dual=paragraph.is_dual,
        runs=paragraph.runs,
        notes=paragraph.notes,
        marks=paragraph.marks,
    )
    match kind:
        case ElementKind.SCENE_HEADING:
            return _numbered(element)
        case ElementKind.CHARACTER:
            return _cue(element)
        case ElementKind.PARENTHETICAL if is_parenthetical(element.text):
            return _cut(element, 1, len(element.text) - 1)
        case ElementKind.ACTION:
            indent = round((paragraph.left - action_left) / LETTER) if action_left else 0
            return _shifted(element, " " * max(0, indent)) if indent > 0 else element
        case _:
            return element


def _numbered(element: Element) -> Element:
    """Part 12 INT. HOUSE - DAY 12 into the heading and its number."""
    number = element.scene_number
    match = _NUMBERED.match(element.text)
    if match is not None:
        number = number or match["number"]
        element = _cut(element, match.end(), len(element.text))
        if element.text.endswith(number) and element.text[: -len(number)].endswith("  "):
            element = _cut(element, 0, len(element.text) - len(number))
    elif not element.text.isascii() and not number:
        found = find_heading(element.text)
        if found is not None and found.number and found.text in element.text:
            start = element.text.rindex(found.text)
            element, number = _cut(element, start, start + len(found.text)), found.number
    return replace(element, scene_number=number)


def _cue(element: Element) -> Element:
    cue = read_capital_cue(element.text) or read_forced_cue(element.text)
    start = max(0, element.text.find(cue.name))
    return replace(
        _cut(element, start, start + len(cue.name)),
        text=cue.name,
        extensions=cue.extensions,
        is_dual=element.is_dual or cue.is_dual,
    )


def _cut(element: Element, start: int, end: int) -> Element:
    """Keep a stretch of an element's text, without the spaces at its ends."""
    piece = element.text[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    text, runs = trimmed(element.text, element.runs, start, end)
    return replace(element, text=text, runs=runs)


def _shifted(element: Element, before: str) -> Element:
    size = len(before)
    runs = tuple(Run(run.start + size, run.end + size, run.emphasis) for run in element.runs)
    return replace(element, text=before + element.text, runs=runs)


def _without_style(elements: list[Element]) -> list[Element]:
    """Drop what is the script's style: headings that are bold mostly say nothing by it."""
    styles = {kind: _style_of(elements, kind) for kind in _SET_IN_STYLE}
    return [
        _plainer(element, styles[element.kind]) if styles.get(element.kind) else element
        for element in elements
    ]


def _style_of(elements: list[Element], kind: ElementKind) -> frozenset[Emphasis]:
    of_kind = [element for element in elements if element.kind is kind]
    counts = Counter(emphasis for element in of_kind for emphasis in _whole(element))
    return frozenset(style for style, count in counts.items() if 2 * count > len(of_kind))


def _whole(element: Element) -> frozenset[Emphasis]:
    """Return the emphasis in which every letter of an element is set."""
    size = len("".join(element.text.split()))
    lengths: Counter[Emphasis] = Counter()
    for run in element.runs:
        for emphasis in run.emphasis:
            lengths[emphasis] += len("".join(element.text[run.start : run.end].split()))
    return frozenset(emphasis for emphasis, length in lengths.items() if size and length >= size)


def _plainer(element: Element, style: frozenset[Emphasis]) -> Element:
    kept = (
        Run(run.start, run.end, tuple(e for e in run.emphasis if e not in style))
        for run in element.runs
    )
    return replace(element, runs=tuple(run for run in kept if run.emphasis))
