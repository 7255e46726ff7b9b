"""Fountain text to elements: one pass over the lines, and never back.

Source: fountain.io/syntax (version 1.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from mstation.screenplay.decode import decode
from mstation.screenplay.draft import Draft, script_of
from mstation.screenplay.emphasis import plain_text
from mstation.screenplay.fountain.cue import (
    Cue,
    caseless_cues,
    caseless_name,
    is_parenthetical,
    read_capital_cue,
    read_forced_cue,
)
from mstation.screenplay.fountain.lines import (
    HEADING_STARTS,
    LONGEST_LISTED,
    ChineseLine,
    breaks_action,
    chinese_line,
    is_cast_section,
    is_forced_heading,
    is_heading,
    is_transition,
    may_be_name,
)
from mstation.screenplay.heading import starts_as_heading
from mstation.screenplay.language import language_of
from mstation.screenplay.marks import kind_named
from mstation.screenplay.page import Page, lay_out
from mstation.screenplay.script import Element, ElementKind, Language, Script
from mstation.screenplay.title_page import read_title_page

_PAGE_BREAK = re.compile(r"={3,}")
_GUARDED_SPEECH = re.compile(r"\A\\(?=\\*(?:[~(（]|$))")
_GUARDED_SECTION = re.compile(r"\A\\(?=\\*(?:《|$))")
# after these a heading or a cue needs no blank line
_LOOSE = frozenset(
    (
        None,  # nothing yet
        ElementKind.SCENE_HEADING,
        ElementKind.TRANSITION,
        ElementKind.SECTION,
        ElementKind.SYNOPSIS,
        ElementKind.PAGE_BREAK,
        ElementKind.CENTERED,
        ElementKind.NOTE,
        ElementKind.BONEYARD,
        ElementKind.CAST_LIST,
        ElementKind.PROPS_LIST,
        ElementKind.EPISODE,
    )
)
_ASIDES = frozenset((ElementKind.NOTE, ElementKind.BONEYARD))
_SPOKEN = frozenset(
    (ElementKind.DIALOGUE, ElementKind.PARENTHETICAL, ElementKind.LYRIC, ElementKind.CHARACTER)
)
_MAX_PARENTHETICAL_LINES = 4


def read(data: bytes, *, path: str, language: Literal["auto", "en", "zh"] = "auto") -> Script:
    """Return the script that the bytes of a Fountain file hold; prose never fails.

    Raises:
        InvalidInput: when the bytes are no text, or hostile.
    """
    text = decode(data, path=path)
    spoken: Language = language_of(text) if language == "auto" else language
    page = lay_out(text)
    title_page, start = read_title_page(page)
    return script_of(page, title_page, read_fountain(page, start), language=spoken)


def read_fountain(page: Page, start: int) -> list[Element]:
    """Return the elements of a page from line [start] on."""
    reader = _Reader(page, start)
    reader.read()
    reader.draft.flush_asides(len(page.lines))
    return reader.draft.elements


class _Reader:
    """Stands at a line and reads one block at a time."""

    def __init__(self, page: Page, start: int) -> None:
        self.page = page
        self.lines = page.lines
        self.texts = [line.strip() for line in page.lines]
        self.texts.append("")  # below the last line nothing stands
        self.end = len(page.lines)
        self.at = start
        self.blanks = 1
        self.stands_open = False  # what follows needs no blank line above it
        self.draft = Draft(page)
        self.is_chinese = page.may_hold_han
        self.caseless = caseless_cues(self.texts, start) if self.is_chinese else frozenset()
        self.is_in_cast = False  # 人物小传, with the people on the lines below
        self.seen_heading = False

    def read(self) -> None:
        """Read block after block; blank lines are counted on the way."""
        texts = self.texts
        while self.at < self.end:
            text = texts[self.at]
            if not text:
                self.blanks += 1
                self.at += 1
                self.is_in_cast = self.is_in_cast and not self.seen_heading
                continue
            read = _MARKED.get(text[0])
            if read is None or not read(self, text):
                self._unmarked(text)
            self.blanks = 1 if self.stands_open else 0
            self.stands_open = False

    def _unmarked(self, text: str) -> None:
        if not ((self.blanks or self.draft.last in _LOOSE) and self._starts_block(text)):
            self._action(forced=False)

    def _starts_block(self, text: str) -> bool:
        """Read what needs a blank line above it, or nothing."""
        if text[0] in HEADING_STARTS and is_heading(text):
            self._heading(text, forced=False)
            return True
        below = self.texts[self.at + 1]
        may_turn = not below or starts_as_heading(below) or is_forced_heading(below)
        if may_turn and self._transition(text):
            return True
        if self.is_chinese and self._chinese(text):
            return True
        cue = self._cue(text) if below else None
        if cue is not None:
            self._speech(cue)
        return cue is not None

    def _one(self, kind: ElementKind, text: str, *, forced: bool = False, depth: int = 0) -> bool:
        self.draft.add(kind, text, self.at, self.at + 1, forced=forced, depth=depth)
        self.at += 1
        return True

    # marked lines: each returns False when the mark turns out to be text

    def _page_break_or_synopsis(self, text: str) -> bool:
        if _PAGE_BREAK.fullmatch(text):
            return self._one(ElementKind.PAGE_BREAK, "")
        return self._one(ElementKind.SYNOPSIS, text[1:].strip())

    def _section(self, text: str) -> bool:
        title = text.lstrip("#")
        if not title.strip():
            return False
        depth = min(6, len(text) - len(title))
        title = _GUARDED_SECTION.sub("", title.strip())
        self.is_in_cast = is_cast_section(title)
        return self._one(ElementKind.SECTION, title, depth=depth)

    def _angle(self, text: str) -> bool:
        if text[-1] == "<" and len(text) > 1 and text[-2] != "\\":
            return self._one(ElementKind.CENTERED, text[1:-1].strip())
        words = text[1:].strip()
        if not words:
            return False
        if words.endswith("\\<"):
            words = words[:-2] + "<"
        elif not words.strip("\\"):
            words = words[1:]
        return self._one(ElementKind.TRANSITION, words, forced=True)

    def _lyric(self, text: str) -> bool:
        first, texts = self.at, self.texts
        words: list[str] = []
        while texts[self.at][:1] == "~":
            words.append(texts[self.at][1:].strip())
            self.at += 1
        self.draft.add(ElementKind.LYRIC, "\n".join(words), first, self.at, forced=True)
        return True

    def _forced_action(self, text: str) -> bool:
        self._action(forced=True)
        return True

    def _forced_heading(self, text: str) -> bool:
        if not is_forced_heading(text):
            return False
        self._heading(text[2:] if text[1] == "\\" else text[1:], forced=True)
        return True

    def _forced_cue(self, text: str) -> bool:
        if not text[1:].strip():
            return False
        self._speech(read_forced_cue(text))
        return True

    def _heading(self, text: str, *, forced: bool) -> None:
        self._scene(*_part_number(text), forced=forced)

    def _scene(self, text: str, number: str, *, forced: bool) -> None:
        self.draft.add(
            ElementKind.SCENE_HEADING,
            text,
            self.at,
            self.at + 1,
            forced=forced,
            scene_number=number,
        )
        self.at += 1
        self.is_in_cast, self.seen_heading = False, True

    # unmarked lines

    def _transition(self, text: str) -> bool:
        if not is_transition(text) or (text[-3:] == "TO:" and self.lines[self.at][-1] in " \t"):
            return False
        return self._one(ElementKind.TRANSITION, text)

    def _cue(self, text: str) -> Cue | None:
        if not may_be_name(text):
            return None
        cue = read_capital_cue(text)
        if cue is None:
            is_name = bool(self.caseless) and caseless_name(text) in self.caseless
            return read_forced_cue(text) if is_name else None
        if cue.name.endswith((".", "…", "!", "?", ":", "-")) and len(cue.name) > 6:
            self.page.doubt(
                self.page.numbers[self.at],
                f"`{cue.name[:60]}` is read as a name; put `!` before it if it is action",
                f"“{cue.name[:60]}”读作人名；若是动作，请在前面加上 `!`",
            )
        return cue

    def _speech(self, cue: Cue) -> None:
        self.draft.add(
            ElementKind.CHARACTER,
            cue.name,
            self.at,
            self.at + 1,
            forced=cue.is_forced,
            extensions=cue.extensions,
            is_dual=cue.is_dual and self._follows_speech(),
        )
        self.at += 1
        while (text := self.texts[self.at]) or self._continues_speech(self.at):
            self._speech_piece(text)

    def _follows_speech(self) -> bool:
        said = (kind for kind in self.draft.kinds_back() if kind not in _ASIDES)
        return next(said, None) in _SPOKEN

    def _continues_speech(self, at: int) -> bool:
        """Lines of two spaces or more keep a speech open, if words follow them."""
        texts, lines = self.texts, self.lines
        while at < self.end and not texts[at]:
            if len(lines[at]) < 2:
                return False
            at += 1
        return at < self.end

    def _speech_piece(self, text: str) -> None:
        first = text[:1]
        if first == "~":
            self._lyric(text)
            return
        end = self._parenthetical_end() if first in ("(", "（") else self.at
        if end == self.at:
            self._said(text)
            return
        words = " ".join(self.texts[self.at : end])
        self.draft.add(ElementKind.PARENTHETICAL, words[1:-1].strip(), self.at, end)
        self.at = end

    def _said(self, text: str) -> None:
        first, texts = self.at, self.texts
        words = [_unguarded(text)]
        self.at += 1
        while True:
            text = texts[self.at]
            if not text:
                if self.at == self.end or len(self.lines[self.at]) < 2:
                    break
                if not self._continues_speech(self.at):
                    break
            elif text[0] in "~(（\\":
                if text[0] == "~" or self._parenthetical_end() > self.at:
                    break
                text = _unguarded(text)
            if self.page.notes and self._named_kind(self.at) is ElementKind.DIALOGUE:
                break
            words.append(text)
            self.at += 1
        said = words[0] if len(words) == 1 else "\n".join(words).strip("\n")
        self.draft.add(ElementKind.DIALOGUE, said, first, self.at)

    def _parenthetical_end(self) -> int:
        """Return the line after the parenthetical that starts here, or this line if none does."""
        text = self.texts[self.at]
        if is_parenthetical(text):
            return self.at + 1
        if text[0] not in "(（" or ")" in text or "）" in text:
            return self.at
        for index in range(self.at + 1, min(self.at + _MAX_PARENTHETICAL_LINES, len(self.lines))):
            text = self.texts[index]
            if not text or text[0] in "(（":
                return self.at
            if text[-1] in ")）":
                return index + 1
        return self.at

    def _action(self, *, forced: bool) -> None:
        first, texts, lines = self.at, self.texts, self.lines
        words = _action_line(lines[first], texts[first])
        self.at += 1
        if texts[self.at]:
            more = [words]
            while (text := texts[self.at]) and not self._breaks_action(text):
                more.append(_action_line(lines[self.at], text))
                self.at += 1
            words = "\n".join(more)
        if self.blanks > 1 and self.draft.last is ElementKind.ACTION:
            words = "\n" * (self.blanks - 1) + words
        named = self._named_kind(self.at - 1) if forced and self.page.notes else None
        self.draft.add(named or ElementKind.ACTION, words, first, self.at, forced=forced)

    def _named_kind(self, index: int) -> ElementKind | None:
        """Return the kind that a note in this line names, for what Fountain has no sign for."""
        named = (kind_named(note) for note in self.page.notes.get(index, ()))
        return next((kind for kind in named if kind is not None), None)

    def _breaks_action(self, text: str) -> bool:
        if text[0] in HEADING_STARTS:
            is_bare = not self.texts[self.at + 1] and text == text.upper()
            if not (is_bare and starts_as_heading(text)):
                return False
            self.page.doubt(
                self.page.numbers[self.at],
                "read as a scene heading, though no blank line stands before it",
                "读作场景标题，但它前面没有空行",
            )
        elif not breaks_action(text):
            return False
        self.stands_open = True
        return True

    # lines as Chinese scripts have them

    def _chinese(self, text: str) -> bool:
        line = None if text.isascii() else chinese_line(text)
        if line is None:
            if not self.is_in_cast or len(text) > LONGEST_LISTED:
                return False
            self.stands_open = True
            return self._one(ElementKind.CAST_LIST, text)
        if line.speech is not None and self.is_in_cast:
            self.stands_open = True
            return self._one(ElementKind.CAST_LIST, text)
        if line.speech is not None:
            self._chinese_speech(line)
        elif line.heading is not None:
            self._chinese_heading(line)
        elif line.text:
            self.is_in_cast = line.opens_cast
            self._one(line.kind, line.text)
        else:
            self.at += 1
        self.stands_open = True
        return True

    def _chinese_heading(self, line: ChineseLine) -> None:
        heading, at = line.heading, self.at
        assert heading is not None
        self._scene(heading.text, heading.number, forced=False)
        if heading.cast:
            self.draft.add(ElementKind.CAST_LIST, heading.cast, at, at)

    def _chinese_speech(self, line: ChineseLine) -> None:
        speech, at, add = line.speech, self.at, self.draft.add
        assert speech is not None
        add(ElementKind.CHARACTER, speech.name, at, at + 1, extensions=speech.extensions)
        if speech.manner:
            add(ElementKind.PARENTHETICAL, speech.manner, at, at)
        for kind, piece in speech.pieces(speech.text):
            add(kind, piece, at, at)
        self.at += 1


_MARKED: dict[str, Callable[[_Reader, str], bool]] = {
    "=": _Reader._page_break_or_synopsis,
    "#": _Reader._section,
    ">": _Reader._angle,
    "~": _Reader._lyric,
    "!": _Reader._forced_action,
    ".": _Reader._forced_heading,
    "@": _Reader._forced_cue,
    "＠": _Reader._forced_cue,
}


def _part_number(text: str) -> tuple[str, str]:
    r"""Part a heading from the scene number between `#` signs at its end; `\#` is a word's."""
    text = text.strip()
    if text.endswith("#"):
        if text.endswith("\\#"):
            return text[:-2] + "#", ""
        start = text.rfind("#", 0, -1)
        if 0 <= start < len(text) - 2:
            return text[:start].strip(), plain_text(text[start + 1 : -1].strip())[0]
    return text, ""


def _unguarded(text: str) -> str:
    """A backslash at the start of a line of a speech makes `(` or `~` a word's."""
    return _GUARDED_SPEECH.sub("", text) if text[:1] == "\\" else text


def _action_line(line: str, text: str) -> str:
    """Keep the indent of a line; a leading `!` is only a mark."""
    if line is not text:
        line = line.rstrip()
    return line.replace("!", "", 1) if text[0] == "!" else line
