"""Fountain text to elements.

Source: fountain.io/syntax (version 1.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mstation.screenplay.chinese.heading import find_heading
from mstation.screenplay.chinese.words import find_transition
from mstation.screenplay.draft import Draft
from mstation.screenplay.fountain.cue import (
    Cue,
    caseless_cues,
    caseless_name,
    is_parenthetical,
    read_capital_cue,
    read_forced_cue,
)
from mstation.screenplay.heading import starts_as_heading
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.page import Page
from mstation.screenplay.script import Element, ElementKind

_WORDS = lexicon("mstation.screenplay", "words")
_TRANSITIONS = frozenset(_WORDS["transitions"]["en"])
_TRANSITION_STARTS = tuple(_WORDS["transitions"]["en_starts"])
_SILENT = _TRANSITIONS | frozenset(_WORDS["labels"]["caption_en"])
_PAGE_BREAK = re.compile(r"={3,}")
# after these a heading or a cue needs no blank line
_LOOSE = frozenset(
    (
        ElementKind.SCENE_HEADING,
        ElementKind.TRANSITION,
        ElementKind.SECTION,
        ElementKind.SYNOPSIS,
        ElementKind.PAGE_BREAK,
        ElementKind.CENTERED,
        ElementKind.NOTE,
        ElementKind.BONEYARD,
    )
)
_DIALOGUE_KINDS = frozenset(
    (ElementKind.DIALOGUE, ElementKind.PARENTHETICAL, ElementKind.LYRIC, ElementKind.CHARACTER)
)
_MAX_PARENTHETICAL_LINES = 4


def read_fountain(page: Page, start: int) -> list[Element]:
    """Return the elements of a page from line [start] on."""
    reader = _Reader(page, start)
    while reader.at < len(page.lines):
        reader.read_block()
    reader.draft.flush_asides(len(page.lines))
    return reader.draft.elements


class _Reader:
    """Stands at a line and reads one block at a time; never goes back."""

    def __init__(self, page: Page, start: int) -> None:
        self.page = page
        self.lines = page.lines
        self.at = start
        self.blanks = 1
        self.heading_follows = False  # a heading that no blank line parts from the action above
        self.draft = Draft(page)
        self.caseless = caseless_cues(page.lines, start)

    def read_block(self) -> None:
        line = self.lines[self.at]
        text = line.strip()
        if not text:
            self.blanks += 1
            self.at += 1
            return
        read = _MARKED.get(text[0])
        if read is None or not read(self, text):
            self._read_unmarked(line, text)
        self.blanks = 1 if self.heading_follows else 0
        self.heading_follows = False

    def _read_unmarked(self, line: str, text: str) -> None:
        is_open = self.blanks > 0 or self._follows_loose()
        if is_open and _is_heading(text):
            self._heading(text, forced=False)
        elif is_open and self._is_transition(line, text):
            self._one(ElementKind.TRANSITION, text)
        elif is_open and self._is_cue(text):
            self._speech(self._cue(text))
        else:
            self._action(forced=False)

    def _follows_loose(self) -> bool:
        elements = self.draft.elements
        return not elements or elements[-1].kind in _LOOSE

    def _has_text(self, index: int) -> bool:
        return index < len(self.lines) and bool(self.lines[index].strip())

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
        return self._one(ElementKind.SECTION, title.strip(), depth=min(6, len(text) - len(title)))

    def _angle(self, text: str) -> bool:
        if text.endswith("<") and len(text) > 1:
            return self._one(ElementKind.CENTERED, text[1:-1].strip())
        if not text[1:].strip():
            return False
        return self._one(ElementKind.TRANSITION, text[1:].strip(), forced=True)

    def _lyric(self, text: str) -> bool:
        end = self.at
        while end < len(self.lines) and self.lines[end].lstrip().startswith("~"):
            end += 1
        words = [line.strip()[1:].strip() for line in self.lines[self.at : end]]
        self.draft.add(ElementKind.LYRIC, "\n".join(words), self.at, end, forced=True)
        self.at = end
        return True

    def _forced_action(self, text: str) -> bool:
        self._action(forced=True)
        return True

    def _forced_heading(self, text: str) -> bool:
        if not text[1:2].isalnum():
            return False
        self._heading(text[1:], forced=True)
        return True

    def _forced_cue(self, text: str) -> bool:
        if not text[1:].strip() or not self._has_text(self.at + 1):
            return False
        self._speech(read_forced_cue(text))
        return True

    def _heading(self, text: str, *, forced: bool) -> None:
        text, number = _part_number(text)
        self.draft.add(
            ElementKind.SCENE_HEADING,
            text,
            self.at,
            self.at + 1,
            forced=forced,
            scene_number=number,
        )
        self.at += 1

    # unmarked lines

    def _is_transition(self, line: str, text: str) -> bool:
        if len(text) > 80 or (self._has_text(self.at + 1) and not self._heading_comes()):
            return False
        bare = text.strip("*_ ")
        if bare.endswith("TO:") and not line.endswith((" ", "\t")):
            return bare == bare.upper()
        bare = bare.rstrip(".:。：")
        is_known = bare in _TRANSITIONS or (bare.isupper() and bare.startswith(_TRANSITION_STARTS))
        return is_known or find_transition(text)

    def _heading_comes(self) -> bool:
        text = self.lines[self.at + 1].strip()
        return starts_as_heading(text) or (text[0] == "." and text[1:2].isalnum())

    def _is_cue(self, text: str) -> bool:
        if not self._has_text(self.at + 1) or text.rstrip(":：") in _SILENT:
            return False
        return read_capital_cue(text) is not None or caseless_name(text) in self.caseless

    def _cue(self, text: str) -> Cue:
        cue = read_capital_cue(text)
        if cue is None:
            return read_forced_cue(text)
        if cue.name.endswith((".", "…", "!", "?", ":", "-")) and len(cue.name) > 6:
            self.page.doubt(
                self.page.numbers[self.at],
                f"`{cue.name[:60]}` is read as a name; put `!` before it if it is action",
            )
        return cue

    def _speech(self, cue: Cue) -> None:
        is_dual = cue.is_dual and any(
            element.kind in _DIALOGUE_KINDS for element in self.draft.elements[-1:]
        )
        self.draft.add(
            ElementKind.CHARACTER,
            cue.name,
            self.at,
            self.at + 1,
            forced=cue.is_forced,
            extensions=cue.extensions,
            is_dual=is_dual,
        )
        self.at += 1
        while self.at < len(self.lines) and self._continues_speech():
            self._speech_piece()

    def _continues_speech(self) -> bool:
        """A line of two spaces or more keeps a speech open, if words follow it."""
        line = self.lines[self.at]
        return bool(line.strip()) or (len(line) >= 2 and self._has_text(self.at + 1))

    def _speech_piece(self) -> None:
        text = self.lines[self.at].strip()
        if text.startswith("~"):
            self._lyric(text)
            return
        end = self._parenthetical_end()
        if end > self.at:
            words = " ".join(line.strip() for line in self.lines[self.at : end])
            self.draft.add(ElementKind.PARENTHETICAL, words[1:-1].strip(), self.at, end)
            self.at = end
            return
        first = self.at
        words_of: list[str] = []
        while self.at < len(self.lines) and self._continues_speech():
            text = self.lines[self.at].strip()
            if words_of and (text.startswith("~") or self._parenthetical_end() > self.at):
                break
            words_of.append(text)
            self.at += 1
        self.draft.add(ElementKind.DIALOGUE, "\n".join(words_of).strip("\n"), first, self.at)

    def _parenthetical_end(self) -> int:
        """Return the line after the parenthetical that starts here, or this line if none does."""
        text = self.lines[self.at].strip()
        if is_parenthetical(text):
            return self.at + 1
        if text[:1] not in ("(", "（") or ")" in text or "）" in text:
            return self.at
        for index in range(self.at + 1, min(self.at + _MAX_PARENTHETICAL_LINES, len(self.lines))):
            text = self.lines[index].strip()
            if not text or text[0] in "(（":
                return self.at
            if text[-1] in ")）":
                return index + 1
        return self.at

    def _action(self, *, forced: bool) -> None:
        first = self.at
        lines = [_action_line(self.lines[first])]
        self.at += 1
        while self._has_text(self.at) and not self._breaks_action(self.lines[self.at].strip()):
            lines.append(_action_line(self.lines[self.at]))
            self.at += 1
        after_action = bool(self.draft.elements) and (
            self.draft.elements[-1].kind is ElementKind.ACTION
        )
        space = "\n" * (self.blanks - 1) if after_action else ""
        self.draft.add(ElementKind.ACTION, space + "\n".join(lines), first, self.at, forced=forced)

    def _breaks_action(self, text: str) -> bool:
        if text[0] in "#=>~":
            return len(text) > 1
        if not starts_as_heading(text) or text != text.upper() or self._has_text(self.at + 1):
            return False
        self.page.doubt(
            self.page.numbers[self.at],
            "read as a scene heading, though no blank line stands before it",
        )
        self.heading_follows = True
        return True


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


def _is_heading(text: str) -> bool:
    if starts_as_heading(text.lstrip("*_")):
        return True
    if text[0] not in "内外":
        return False
    found = find_heading(text)
    return found is not None and found.strength == "none"


def _part_number(text: str) -> tuple[str, str]:
    """Part a heading from the scene number between `#` signs at its end."""
    text = text.strip()
    if text.endswith("#"):
        start = text.rfind("#", 0, -1)
        if 0 < start < len(text) - 2:
            return text[:start].strip(), text[start + 1 : -1].strip()
    return text, ""


def _action_line(line: str) -> str:
    """Keep the indent of a line, tabs as four spaces; a leading `!` is only a mark."""
    line = line.rstrip()
    if line.lstrip().startswith("!"):
        line = line.replace("!", "", 1)
    return line.expandtabs(4)
