"""Elements to blocks as US pages set them.

Source: the usual US layout, as Final Draft's screenplay template and C. Riley, The Hollywood
Standard, have it; columns are tenths of an inch from the sheet's left edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mstation.screenplay.layout.block import (
    SPEECH_KINDS,
    UNPRINTED,
    Align,
    Block,
    Part,
    beside,
    block_of,
    moved,
    part_of,
    rows_of,
)
from mstation.screenplay.layout.printed import PageFormat
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Element, ElementKind, Emphasis, Run

_WORDS = lexicon("mstation.screenplay.layout", "printed")["en"]
_AGAIN_WORDS = frozenset(_WORDS["again_words"])
_OPENING = tuple(_WORDS["opening_transitions"])
_LEFT, _COLUMNS = 15, 60
# lines before; two before a heading, as Final Draft's template has it
_BEFORE = {ElementKind.SCENE_HEADING: 2, ElementKind.EPISODE: 2}
_HEADS = frozenset((ElementKind.SCENE_HEADING, ElementKind.EPISODE))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the lines of a speech stand: (column, width)."""

    cue: tuple[int, int]
    parenthetical: tuple[int, int]
    words: tuple[int, int]


_ALONE = _Columns(cue=(37, 38), parenthetical=(31, 25), words=(25, 35))
_LEFT_OF_TWO = _Columns(cue=(23, 20), parenthetical=(18, 24), words=(15, 28))
_RIGHT_OF_TWO = _Columns(cue=(55, 20), parenthetical=(50, 24), words=(47, 28))


def english_blocks(
    elements: Sequence[Element], form: PageFormat, *, continued: bool
) -> list[Block]:
    """Return the blocks of a script in order."""
    return _Setter(elements, form, continued=continued).set()


class _Setter:
    """Goes through the elements once; knows who spoke last in the scene."""

    def __init__(self, elements: Sequence[Element], form: PageFormat, *, continued: bool) -> None:
        self.elements = elements
        self.form = form
        self.language = form.language
        self.continued = continued
        self.blocks: list[Block] = []
        self.at = 0
        self.last_speaker = ""
        self.breaks = False  # a page break stands before the next block

    def set(self) -> list[Block]:
        while self.at < len(self.elements):
            element = self.elements[self.at]
            if element.kind is ElementKind.CHARACTER or element.kind in SPEECH_KINDS:
                self._speech(element)
                continue
            if element.kind is ElementKind.PAGE_BREAK:
                self.breaks = bool(self.blocks)
            elif element.kind not in UNPRINTED:
                self._single(element)
            self.at += 1
        return self.blocks

    def _add(self, block: Block) -> None:
        if self.breaks:
            block = replace(block, starts_page=True)
            self.breaks = False
        self.blocks.append(block)

    def _single(self, element: Element) -> None:
        """Set an element that is a block by itself."""
        kind, text, runs = element.kind, element.text, element.runs
        before = _BEFORE.get(kind, 1)
        if kind is ElementKind.ACTION and text[:1] == "\n":
            before += len(text) - len(text.lstrip("\n"))
            runs = tuple(moved(run, 1 - before) for run in runs)
            text = text.lstrip("\n")
        if not text.strip():
            return
        if kind is ElementKind.SCENE_HEADING:
            text = _capitals(text)
        if kind is not ElementKind.ACTION:
            self.last_speaker = ""
        align = _align(kind, text)
        is_turn = kind is ElementKind.TRANSITION
        part = part_of(text, kind, self.at, column=_LEFT, width=_COLUMNS, runs=runs, align=align)
        self._add(
            block_of(
                (part,),
                self.language,
                before=before,
                is_head=kind in _HEADS or (is_turn and align == "left"),
                is_tail=is_turn and align == "right",
            )
        )

    def _speech(self, element: Element) -> None:
        """Set a speech, and beside it the one that is spoken at the same time."""
        start, end = self.at, self._end_of_speech(self.at)
        self.at = end
        other = self._other_voice(end)
        if other is not None and element.kind is ElementKind.CHARACTER and not element.is_dual:
            other_end = self._end_of_speech(other)
            both = self._both((start, end), (other, other_end))
            if both is not None:
                self._add(both)
                self.at = other_end
                self.last_speaker = ""
                return
        self._add(self._block_of_speech(start, end, _ALONE))
        if element.kind is ElementKind.CHARACTER:
            self.last_speaker = element.text

    def _end_of_speech(self, start: int) -> int:
        end = start + 1
        while end < len(self.elements) and (
            self.elements[end].kind in SPEECH_KINDS or self.elements[end].kind in UNPRINTED
        ):
            end += 1
        return end

    def _other_voice(self, at: int) -> int | None:
        """Return the element where the right-hand speech begins, if one does."""
        if at == len(self.elements):
            return None
        element = self.elements[at]
        return at if element.kind is ElementKind.CHARACTER and element.is_dual else None

    def _both(self, left: tuple[int, int], right: tuple[int, int]) -> Block | None:
        """Return two speeches side by side; None where no page would hold them."""
        one = self._block_of_speech(*left, _LEFT_OF_TWO)
        two = self._block_of_speech(*right, _RIGHT_OF_TWO)
        rows = beside(one.rows, two.rows)
        if len(rows) > self.form.rows - 4:
            return None
        return Block(parts=(), rows=rows, before=1)

    def _block_of_speech(self, start: int, end: int, columns: _Columns) -> Block:
        first = self.elements[start]
        has_cue = first.kind is ElementKind.CHARACTER
        parts: list[Part] = []
        cue = ""
        if has_cue:
            cue = _cue(first)
            shown = cue if not self._goes_on(first) else f"{cue} {_WORDS['again']}"
            parts.append(self._part(shown, start, columns.cue, runs=first.runs))
        for index in range(start + has_cue, end):
            element = self.elements[index]
            if element.kind not in UNPRINTED and element.text.strip():
                parts.append(self._spoken(element, index, columns))
        rows = tuple(row for part in parts for row in rows_of(part, self.language))
        if len(parts) < 2 or not has_cue:
            return Block(tuple(parts), rows, before=1)
        again = cue if _says_again(first) else f"{cue} {_WORDS['again']}"
        return Block(tuple(parts), rows, before=1, has_cue=True, more=_WORDS["more"], again=again)

    def _part(
        self,
        text: str,
        index: int,
        place: tuple[int, int],
        *,
        runs: tuple[Run, ...] = (),
        hang: int = 0,
    ) -> Part:
        kind = self.elements[index].kind
        return part_of(text, kind, index, column=place[0], width=place[1], runs=runs, hang=hang)

    def _spoken(self, element: Element, index: int, columns: _Columns) -> Part:
        if element.kind is ElementKind.PARENTHETICAL:
            runs = tuple(moved(run, 1) for run in element.runs)
            text = f"({element.text})"
            return self._part(text, index, columns.parenthetical, runs=runs, hang=1)
        runs = element.runs
        if element.kind is ElementKind.LYRIC:
            runs = (Run(0, len(element.text), (Emphasis.ITALIC,)), *runs)
        return self._part(element.text, index, columns.words, runs=runs)

    def _goes_on(self, cue: Element) -> bool:
        """Whether the same person goes on speaking after an action."""
        return self.continued and cue.text == self.last_speaker and not _says_again(cue)


def _cue(element: Element) -> str:
    return " ".join((element.text, *(f"({extension})" for extension in element.extensions)))


def _says_again(cue: Element) -> bool:
    return any(extension.upper() in _AGAIN_WORDS for extension in cue.extensions)


def _capitals(text: str) -> str:
    """Return a heading in capitals, as long as it was: its runs stay where they are."""
    capitals = text.upper()
    if len(capitals) == len(text):
        return capitals
    return "".join(c if len(c.upper()) != 1 else c.upper() for c in text)


def _align(kind: ElementKind, text: str) -> Align:
    if kind in (ElementKind.CENTERED, ElementKind.EPISODE):
        return "centre"
    if kind is ElementKind.TRANSITION and not text.upper().startswith(_OPENING):
        return "right"
    return "left"
