"""Elements to paragraphs of FDX: words in pieces that carry styles, tags and revisions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mstation.screenplay.fdx.legend import Category, Legend, category_of
from mstation.screenplay.fdx.paragraph import Paragraph, hex_color
from mstation.screenplay.fdx.said import NOT_XML
from mstation.screenplay.fdx.wording import Piece
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.marks import REVISION_COLORS, note_of
from mstation.screenplay.script import Element, ElementKind, Emphasis, Mark, Run

_TABLE = lexicon("mstation.screenplay.fdx", "fdx")
_TYPES: dict[str, str] = _TABLE["written"]
_COLORS: dict[str, str] = _TABLE["scene_colors"]
CAPITAL_TYPES = frozenset(
    row["type"].casefold() for row in _TABLE["settings"] if row.get("caps", False)
)
_ORDER = tuple(Emphasis)
_LATIN = re.compile(r"[A-Za-z0-9]")
_LONGEST_TAG = 200  # characters; whatever is longer becomes a note
_MOST_TAGS = 100  # in one paragraph


@dataclass(slots=True)
class Register:
    """Numbers given to tags and revisions, in the order of the script."""

    legend: Legend = field(
        default_factory=lambda: Legend(
            revisions=dict(enumerate(REVISION_COLORS[1:], 1)), capital_types=CAPITAL_TYPES
        )
    )
    tags: dict[tuple[Mark, ...], int] = field(default_factory=dict)
    definitions: dict[Mark, Category] = field(default_factory=dict)
    revisions: dict[str, int] = field(
        default_factory=lambda: {color: id_ for id_, color in enumerate(REVISION_COLORS[1:], 1)}
    )

    def tag_number(self, marks: tuple[Mark, ...]) -> int:
        """Return the number of the tag that these marks are."""
        if marks not in self.tags:
            self.tags[marks] = len(self.tags) + 1
            self.legend.tags[self.tags[marks]] = marks
        return self.tags[marks]

    def revision_number(self, color: str) -> int:
        """Return the number of the revision of that colour."""
        if color not in self.revisions:
            self.revisions[color] = len(self.revisions) + 1
            self.legend.revisions[self.revisions[color]] = color
        return self.revisions[color]


@dataclass(frozen=True, slots=True)
class Shown:
    """An element's paragraph, and the notes that tell what the paragraph cannot show."""

    paragraph: Paragraph
    notes: tuple[str, ...]


def show(element: Element, register: Register) -> Shown:
    """Return an element as Final Draft's own means show it."""
    before, after = _around(element)
    text = NOT_XML.sub("\ufffd", element.text)
    spans: dict[tuple[int, int], list[Mark]] = {}
    revision, color = 0, ""
    left: list[Mark] = []
    for mark in element.marks:
        category = category_of(mark) if mark.value == mark.value.strip() else None
        span = None if category is None else _free_span(text, mark.value, spans)
        if category is not None and span is not None:
            register.definitions[mark] = category
            spans.setdefault(span, []).append(mark)
        elif mark.key == "revision" and not revision and text and _is_revision(mark.value):
            revision = register.revision_number(mark.value)
        elif mark.key == "color" and not color and element.kind is ElementKind.SCENE_HEADING:
            color = _fdx_color(mark.value)
            left += [] if color else [mark]
        else:
            left.append(mark)
    tags = [(*span, register.tag_number(tuple(marks))) for span, marks in sorted(spans.items())]
    pieces = [Piece(before, revision=revision), *_pieces(text, element.runs, tags, revision)]
    pieces.append(Piece(after, revision=revision))
    paragraph = Paragraph(
        type=_type_of(element),
        pieces=tuple(piece for piece in _merged(pieces) if piece.text),
        number=NOT_XML.sub("\ufffd", element.scene_number),
        color=color,
        is_centered=element.kind in (ElementKind.CENTERED, ElementKind.EPISODE),
    )
    return Shown(paragraph, (*element.notes, *(note_of(mark) for mark in left)))


def _type_of(element: Element) -> str:
    if element.kind is ElementKind.SECTION:
        return f"Outline {min(max(element.depth, 1), 4)}"
    return _TYPES[element.kind.value]


def _around(element: Element) -> tuple[str, str]:
    """Return what stands before and after an element's text in its paragraph."""
    if element.kind is ElementKind.PARENTHETICAL:
        return ("(", ")") if element.text.isascii() else ("（", "）")
    if element.kind is ElementKind.CHARACTER:
        told = "".join(f" ({extension})" for extension in element.extensions)
        return "", NOT_XML.sub("\ufffd", told)
    return "", ""


def _is_revision(value: str) -> bool:
    """Whether a revision's name comes back as it was given; white pages are not revised."""
    name = " ".join(value.split())
    if not name or NOT_XML.search(name) or len(name) > _LONGEST_TAG:
        return False
    is_color = name.casefold() in REVISION_COLORS
    return value == (name.casefold() if is_color else name) and value != REVISION_COLORS[0]


def _fdx_color(value: str) -> str:
    """Return a colour as FDX has it, or '' where the value is none that comes back the same."""
    color = _COLORS.get(value, value)
    if hex_color(color) != color:
        return ""
    return "#" + "".join(color[at : at + 2] * 2 for at in (1, 3, 5))


def _free_span(
    text: str, value: str, taken: dict[tuple[int, int], list[Mark]]
) -> tuple[int, int] | None:
    """Return where a tagged thing stands in the text, clear of what others are tagged on."""
    if not value.strip() or len(value) > _LONGEST_TAG or len(taken) >= _MOST_TAGS:
        return None
    # a whole word, or its plural; Han characters have no gaps between words
    before = r"(?<![A-Za-z0-9])" if _LATIN.match(value[0]) else ""
    after = r"(?=(?:e?s)?(?![A-Za-z0-9]))" if _LATIN.match(value[-1]) else ""
    for match in re.finditer(before + re.escape(value) + after, text, re.IGNORECASE):
        span = match.span()
        if span in taken or all(end <= span[0] or span[1] <= start for start, end in taken):
            return span
    return None


def _pieces(
    text: str, runs: Sequence[Run], tags: Sequence[tuple[int, int, int]], revision: int
) -> list[Piece]:
    """Cut the text where a style or a tag begins or ends."""
    depth = dict.fromkeys(_ORDER, 0)
    events: dict[int, list[tuple[Emphasis, int]]] = {}
    for run in runs:
        for style in dict.fromkeys(run.emphasis):
            events.setdefault(run.start, []).append((style, 1))
            events.setdefault(run.end, []).append((style, -1))
    numbers = {start: (number,) for start, _, number in tags}
    ends = {end for _, end, _ in tags}
    pieces: list[Piece] = []
    tag: tuple[int, ...] = ()
    at = 0
    for place in sorted({*events, *numbers, *ends, len(text)}):
        styles = tuple(style for style in _ORDER if depth[style])
        pieces.append(Piece(text[at:place], styles, tag, revision))
        for style, step in events.get(place, ()):
            depth[style] += step
        tag = numbers.get(place, () if place in ends else tag)
        at = place
    return pieces


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Join neighbours that differ in nothing but their words."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        alike = last is not None and (last.styles, last.tags, last.revision) == (
            piece.styles,
            piece.tags,
            piece.revision,
        )
        if last is not None and alike:
            merged[-1] = Piece(last.text + piece.text, last.styles, last.tags, last.revision)
        elif piece.text:
            merged.append(piece)
    return merged
