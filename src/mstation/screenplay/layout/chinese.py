"""Elements to blocks as Chinese scripts are printed.

A heading with its number on one line, a blank line before it and none elsewhere; below it the
lists of people and props; △ before what is seen; a speech as 林晚：（低声）… on one line, its
further lines under its first word, so that an actor finds the names at the left edge. This is
how the scripts of Chinese television and most of its films look; centred names are a
translation of the American page and cost a third more paper. A speech that goes on overleaf
names its speaker again, 林晚（续）：, and has no (MORE).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mstation.screenplay.chinese.words import caption_of
from mstation.screenplay.layout.block import (
    SPEECH_KINDS,
    UNPRINTED,
    Block,
    Part,
    Span,
    beside,
    block_of,
    moved,
    part_of,
    rows_of,
)
from mstation.screenplay.layout.printed import PageFormat, PrintedKind
from mstation.screenplay.layout.wrapping import columns_of
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.numerals import NUMERAL
from mstation.screenplay.script import Element, ElementKind, Emphasis, Run

_WORDS = lexicon("mstation.screenplay.layout", "printed")["zh"]
_LABELS = lexicon("mstation.screenplay", "words")["labels"]
_LABEL = re.compile(r"[^：:]{1,8}[：:]")
_CAST_LABELS = frozenset((*_LABELS["cast"], *_LABELS["cast_section"]))
_PLAIN_NUMBER = re.compile(rf"{NUMERAL}[A-Za-z]*")
_SIGN = _WORDS["action_sign"]
_SIGNS = "△▲▶▷►"
_OPENS_BY_ITSELF = "【[（(<《"  # such a line is a caption or a stage mark, not an action
_NO_BRACKETS = "：:。.！!】]）)"
_SIGN_COLUMNS = 2
_MOST_HANG = 12  # columns: five characters of a name and its colon
_LISTS = frozenset((ElementKind.CAST_LIST, ElementKind.PROPS_LIST))
_GAP = 4  # columns between two speeches side by side


def chinese_blocks(elements: Sequence[Element], form: PageFormat) -> list[Block]:
    """Return the blocks of a script in order."""
    return _Setter(elements, form).set()


class _Setter:
    """Goes through the elements once; knows whether the first scene has begun."""

    def __init__(self, elements: Sequence[Element], form: PageFormat) -> None:
        self.elements = elements
        self.form = form
        self.blocks: list[Block] = []
        self.at = 0
        self.in_scene = False
        self.breaks = False  # a page break stands before the next block

    def set(self) -> list[Block]:
        while self.at < len(self.elements):
            element = self.elements[self.at]
            if element.kind is ElementKind.CHARACTER or element.kind in SPEECH_KINDS:
                self._speech()
                continue
            if element.kind is ElementKind.PAGE_BREAK:
                self.breaks = bool(self.blocks)
            elif element.kind not in UNPRINTED and element.text.strip():
                self._single(element)
            self.at += 1
        return self.blocks

    def _add(self, block: Block) -> None:
        if self.breaks:
            block = replace(block, starts_page=True)
            self.breaks = False
        self.blocks.append(block)

    def _single(self, element: Element) -> None:
        match element.kind:
            case ElementKind.SCENE_HEADING:
                self._heading(element)
            case ElementKind.EPISODE:
                self.breaks = self.breaks or bool(self.blocks)
                self._line(element.text, element, centred=True, before=2, is_head=True)
            case ElementKind.CAST_LIST | ElementKind.PROPS_LIST:
                self._list(element)
            case ElementKind.TRANSITION:
                words = element.text.strip()
                closes = words[-1] in _NO_BRACKETS or words[0] in _OPENS_BY_ITSELF
                self._line(words if closes else f"【{words}】", element, is_tail=True)
            case ElementKind.CENTERED:
                self._line(element.text, element, centred=True)
            case _:
                self._action(element)

    def _line(
        self,
        text: str,
        element: Element,
        *,
        added: int = 0,
        hang: int = 0,
        before: int = 0,
        centred: bool = False,
        is_head: bool = False,
        is_tail: bool = False,
    ) -> None:
        """Set one element over the whole measure; `added` characters stand before its words."""
        added = added or max(0, text.find(element.text))
        part = part_of(
            text,
            element.kind,
            self.at,
            column=self.form.left,
            width=self.form.columns,
            runs=tuple(moved(run, added) for run in element.runs),
            hang=hang,
            align="centre" if centred else "left",
        )
        self._add(block_of((part,), "zh", before=before, is_head=is_head, is_tail=is_tail))

    def _heading(self, element: Element) -> None:
        self.in_scene = True
        number = element.scene_number
        if _PLAIN_NUMBER.fullmatch(number):
            number = _WORDS["scene"].format(number=number)
        label = f"{number}　" if number else ""
        hang = min(columns_of(label, "zh"), _MOST_HANG)
        self._line(
            label + element.text, element, added=len(label), hang=hang, before=1, is_head=True
        )

    def _list(self, element: Element) -> None:
        """Set a list of people or props; those right below a heading stay with it."""
        text = element.text
        below = bool(self.blocks) and not self.breaks and self.blocks[-1].is_head
        label = _LABEL.match(text)
        if below and element.kind is ElementKind.CAST_LIST and not _is_cast_label(label):
            text = _WORDS["cast"] + text
            label = _LABEL.match(text)
        hang = 0 if label is None else min(columns_of(label[0], "zh"), _MOST_HANG)
        self._line(text, element, hang=hang, is_head=below and len(text) < self.form.columns)

    def _action(self, element: Element) -> None:
        text = element.text.strip("\n")
        before = len(element.text) - len(element.text.lstrip("\n"))
        runs = tuple(moved(run, -before) for run in element.runs)
        signed = text.lstrip()[:1] in _SIGNS
        bare = not self.in_scene or text.lstrip()[:1] in _OPENS_BY_ITSELF or bool(caption_of(text))
        if not signed and not bare:
            text = _SIGN + text
            runs = tuple(moved(run, 1) for run in runs)
        part = part_of(
            text,
            element.kind,
            self.at,
            column=self.form.left,
            width=self.form.columns,
            runs=runs,
            hang=0 if bare else _SIGN_COLUMNS,
        )
        self._add(block_of((part,), "zh", before=before))

    def _speech(self) -> None:
        """Set a speech, and beside it the one that is spoken at the same time."""
        start, end = self.at, self._end_of_speech(self.at)
        self.at = end
        left, width = self.form.left, self.form.columns
        if self._is_dual(end) and not self.elements[start].is_dual:
            other_end = self._end_of_speech(end)
            half = (width - _GAP) // 2
            one = self._block_of_speech(start, end, left, half)
            two = self._block_of_speech(end, other_end, left + half + _GAP, half)
            rows = beside(one.rows, two.rows)
            if len(rows) <= self.form.rows - 4:
                self._add(Block(parts=(), rows=rows, before=0))
                self.at = other_end
                return
        block = self._block_of_speech(start, end, left, width)
        if block.rows:
            self._add(block)

    def _end_of_speech(self, start: int) -> int:
        end = start + 1
        while end < len(self.elements) and (
            self.elements[end].kind in SPEECH_KINDS or self.elements[end].kind in UNPRINTED
        ):
            end += 1
        return end

    def _is_dual(self, at: int) -> bool:
        if at == len(self.elements):
            return False
        return self.elements[at].kind is ElementKind.CHARACTER and self.elements[at].is_dual

    def _block_of_speech(self, start: int, end: int, column: int, width: int) -> Block:
        line = _Line()
        first = self.elements[start]
        has_cue = first.kind is ElementKind.CHARACTER
        if has_cue:
            line.add(_cue(first), ElementKind.CHARACTER, start, runs=first.runs)
        for index in range(start + has_cue, end):
            element = self.elements[index]
            if element.kind is ElementKind.PARENTHETICAL:
                line.add(f"（{element.text}）", element.kind, index, runs=element.runs, added=1)
            elif element.kind in SPEECH_KINDS:
                italic = (Run(0, len(element.text), (Emphasis.ITALIC,)),)
                runs = element.runs + (italic if element.kind is ElementKind.LYRIC else ())
                line.add(element.text, element.kind, index, runs=runs)
        hang = min(columns_of(f"{first.text}：", "zh"), _MOST_HANG) if has_cue else 0
        part = line.part(column, width, hang)
        if part is None:
            return Block((), (), 0)
        again = f"{first.text}（{_WORDS['again']}）：" if has_cue else ""
        return Block((part,), rows_of(part, "zh"), before=0, again=again)


class _Line:
    """Words of several elements that run on in one text."""

    def __init__(self) -> None:
        self.text = ""
        self.spans: list[Span] = []
        self.runs: list[Run] = []

    def add(
        self,
        text: str,
        kind: PrintedKind,
        element: int,
        *,
        runs: tuple[Run, ...] = (),
        added: int = 0,
    ) -> None:
        if not text:
            return
        self.runs += [moved(run, len(self.text) + added) for run in runs]
        self.text += text
        self.spans.append(Span(len(self.text), kind, element))

    def part(self, column: int, width: int, hang: int) -> Part | None:
        """Return the part of these words; None where there are none."""
        if not self.spans:
            return None
        return Part(self.text, tuple(self.spans), tuple(self.runs), column, width, hang=hang)


def _cue(element: Element) -> str:
    extensions = "".join(f"（{extension}）" for extension in element.extensions)
    return f"{element.text}{extensions}："


def _is_cast_label(label: re.Match[str] | None) -> bool:
    return label is not None and label[0][:-1].strip() in _CAST_LABELS
