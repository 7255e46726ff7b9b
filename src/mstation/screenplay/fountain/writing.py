"""Script to Fountain text, as a person would type it: a sign stands only where it is needed.

Whether it is needed, the reader's own questions tell. For the few things that Fountain has no
sign for, such as words that nobody speaks, a note names the kind: `[[element: dialogue]]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from mstation.screenplay.emphasis import marked_text
from mstation.screenplay.fountain.cue import Cue, caseless_name, read_capital_cue, written_cue
from mstation.screenplay.fountain.lines import (
    LONGEST_LISTED,
    breaks_action,
    chinese_line,
    is_cast_section,
    is_forced_heading,
    is_heading,
    is_transition,
    may_be_name,
)
from mstation.screenplay.fountain.normal import ASIDES, SPOKEN, normal
from mstation.screenplay.marks import guarded_note, note_naming, note_of
from mstation.screenplay.page import marked_boneyard, marked_note
from mstation.screenplay.script import Element, ElementKind, Script
from mstation.screenplay.title_page import opens_title_page, write_title_page

_HAN = re.compile(r"[\u3400-\u9fff]")
_SIGNS = frozenset("=#>~!@＠")
_PART_OF_SPEECH = SPOKEN - {ElementKind.CHARACTER}
_SINGING = ElementKind.LYRIC


def write(script: Script) -> bytes:
    """Return the Fountain file of a script, in UTF-8.

    It reads back as the same script, but for what `normal` says.
    """
    script = normal(script)
    writer = _Writer(list(write_title_page(script.title_page)))
    kinds = [element.kind for element in script.elements]
    said: list[ElementKind | None] = [None]  # what is said or done next, whatever is noted before
    for kind in reversed(kinds):
        said.append(said[-1] if kind in ASIDES else kind)
    for index, element in enumerate(script.elements):
        following = kinds[index + 1] if index + 1 < len(kinds) else None
        writer.write(element, following=following, said_next=said[len(kinds) - index - 1])
    return "\n".join([*writer.lines, ""]).encode() if writer.lines else b""


class _Writer:
    """Writes one element after the other, and knows what the reader would know at each place."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.opens = not lines  # the first line could be taken for a title page
        self.spoken: ElementKind | None = None  # the last part of the speech that is still open
        self.before: ElementKind | None = None
        self.follows_aside = False
        self.is_in_cast = False  # 人物小传 stands above, and no scene yet
        self.seen_heading = False

    def write(
        self, element: Element, *, following: ElementKind | None, said_next: ElementKind | None
    ) -> None:
        """Write the lines of an element below those that are there."""
        kind = element.kind
        if kind in ASIDES:
            self._aside(element, said_next)
            return
        if kind is ElementKind.CHARACTER:
            self._cue(element, is_heard=following in _PART_OF_SPEECH)
        elif kind in _PART_OF_SPEECH:
            self._part_of_speech(element)
        else:
            self.spoken = None
            _WAYS[kind](self, element)
        self.before, self.follows_aside, self.opens = kind, False, False

    def _paragraph(self, lines: Iterable[str]) -> None:
        if self.lines:
            self.lines.append("")
        self.lines.extend(lines)

    def _one_line(self, line: str, element: Element) -> None:
        self._paragraph([line + _beside(element)])

    def _by_name(self, element: Element) -> None:
        """Write what Fountain has no sign for: as action, with a note that names its kind."""
        lines = [f"!{line}" for line in _marked(element).split("\n")]
        lines[-1] += f" {marked_note(note_naming(element.kind))}{_beside(element)}"
        self._paragraph(lines)
        self.spoken = None

    def _may_stand_bare(self, line: str) -> bool:
        """Whether a line has no sign, or what would be taken for one, at its start."""
        text = line.strip()
        if not text or text[0] in _SIGNS or is_forced_heading(text):
            return False
        return not (self.opens and opens_title_page(line))

    # notes and boneyards

    def _aside(self, element: Element, said_next: ElementKind | None) -> None:
        is_note = element.kind is ElementKind.NOTE
        aside = marked_note(element.text) if is_note else marked_boneyard(element.text)
        parts = not is_note and "\n\n" in element.text
        is_within = self._goes_on(said_next) and not (parts and self.follows_aside)
        if is_within and parts:
            self.lines[-1] += f" {aside}"
        elif is_within:
            self.lines.append(aside)
            self.follows_aside = True
        else:
            self.spoken = None
            self._paragraph([aside])

    def _goes_on(self, kind: ElementKind | None) -> bool:
        """Whether the open speech goes on with this: a song after a song is another one."""
        is_part = kind in _PART_OF_SPEECH and self.spoken is not None
        return is_part and not (kind is _SINGING and self.spoken is _SINGING)

    # speeches

    def _cue(self, element: Element, *, is_heard: bool) -> None:
        cue = Cue(_marked(element), element.extensions, element.is_dual)
        line = written_cue(cue)
        is_bare = is_heard and self._may_stand_bare(line) and self._is_name(line, cue)
        self._one_line(line if is_bare else f"@{line}", element)
        self.spoken = ElementKind.CHARACTER

    def _is_name(self, line: str, cue: Cue) -> bool:
        if self.is_in_cast or not may_be_name(line) or _HAN.search(line):
            return False
        if is_heading(line) or is_transition(line) or cue.name[-1:] in (*".!?:-…", ""):
            return False
        return read_capital_cue(line) == cue

    def _part_of_speech(self, element: Element) -> None:
        if element.kind is _SINGING and not self._goes_on(_SINGING):
            self.spoken = None
            self._paragraph(_sung(element))
            return
        if self.spoken is None:
            self._by_name(element)
            return
        match element.kind:
            case ElementKind.DIALOGUE:
                again = self.spoken is ElementKind.DIALOGUE
                self.lines.extend(_said(element, begins_again=again))
            case ElementKind.PARENTHETICAL:
                self.lines.append(_in_parentheses(_marked(element)) + _beside(element))
            case _:
                self.lines.extend(_sung(element))
        self.spoken = element.kind

    # what is no speech

    def _heading(self, element: Element) -> None:
        line, number = _marked(element), marked_text(element.scene_number)
        if number:
            line += f" #{number}#"
        elif line.endswith("\\#") or (line.endswith("#") and line.count("#") > 1):
            line = f"{line[:-1]}\\#"
        if not (self._may_stand_bare(line) and is_heading(line)):
            line = f".{line}" if line[:1].isalnum() else f".\\{line}"
        self._one_line(line, element)
        self.is_in_cast, self.seen_heading = False, True

    def _action(self, element: Element) -> None:
        lines = _marked(element).split("\n")
        if self.before is ElementKind.ACTION:
            while len(lines) > 1 and not lines[0]:
                self.lines.append("")
                del lines[0]
        first, *more = lines
        is_bare = self._may_stand_bare(first) and self._is_action(first.strip(), bool(more))
        written = [first if is_bare else f"!{first}", *map(_under_action, more)]
        written[-1] += _beside(element)
        self._paragraph(written)

    def _is_action(self, text: str, has_more: bool) -> bool:
        if self.is_in_cast or is_heading(text) or is_transition(text):
            return False
        if not text.isascii() and chinese_line(text) is not None:
            return False
        is_name = has_more and (read_capital_cue(text) is not None or caseless_name(text))
        return not is_name

    def _transition(self, element: Element) -> None:
        line = _marked(element)
        if not self._may_stand_bare(line) or is_heading(line) or not is_transition(line):
            if line.endswith("<"):
                line = f"{line[:-1]}\\<"
            elif not line.strip("\\"):
                line = f"\\{line}"
            line = f"> {line}"
        self._one_line(line, element)

    def _section(self, element: Element) -> None:
        title = _marked(element)
        bare = title.lstrip("\\")
        if not bare or bare[0] == "《":
            title = f"\\{title}"
        self.is_in_cast = is_cast_section(title) and not self.seen_heading
        self._one_line(f"{'#' * element.depth} {title}", element)

    def _synopsis(self, element: Element) -> None:
        self._one_line(f"= {_marked(element)}".rstrip(), element)

    def _centered(self, element: Element) -> None:
        self._one_line(f"> {_marked(element)} <", element)

    def _page_break(self, element: Element) -> None:
        self._one_line("===", element)

    def _list(self, element: Element) -> None:
        """Write a list of a Chinese script as it stands there, if it is read as one."""
        line = _marked(element)
        is_bare = "\n" not in line and line == line.strip() and self._may_stand_bare(line)
        if not is_bare or is_heading(line) or is_transition(line):
            self._by_name(element)
            return
        found = chinese_line(line)
        is_other = found is not None and found.speech is None
        if found is not None and (found.kind, found.text) == (element.kind, line):
            self.is_in_cast = found.opens_cast and not self.seen_heading
            self._one_line(line, element)
        elif element.kind is ElementKind.CAST_LIST and not is_other and self._lists(line):
            self._one_line(line, element)
        else:
            self._by_name(element)

    def _lists(self, line: str) -> bool:
        return self.is_in_cast and len(line) <= LONGEST_LISTED


_WAYS: dict[ElementKind, Callable[[_Writer, Element], None]] = {
    ElementKind.SCENE_HEADING: _Writer._heading,
    ElementKind.ACTION: _Writer._action,
    ElementKind.TRANSITION: _Writer._transition,
    ElementKind.CENTERED: _Writer._centered,
    ElementKind.SECTION: _Writer._section,
    ElementKind.SYNOPSIS: _Writer._synopsis,
    ElementKind.PAGE_BREAK: _Writer._page_break,
    ElementKind.CAST_LIST: _Writer._list,
    ElementKind.PROPS_LIST: _Writer._list,
    ElementKind.EPISODE: _Writer._list,
}


def _marked(element: Element) -> str:
    return marked_text(element.text, element.runs)


def _beside(element: Element) -> str:
    """Return the notes and marks of an element as they stand behind its last word."""
    notes = [*map(guarded_note, element.notes), *map(note_of, element.marks)]
    return "".join(f" {marked_note(note)}" for note in notes)


def _said(element: Element, *, begins_again: bool) -> list[str]:
    """Return the lines of words said; a blank one among them is two spaces."""
    lines = [_guarded(line) for line in _marked(element).split("\n")]
    lines = lines if len(lines) == 1 else [line if line != "\\" else "  " for line in lines]
    if begins_again:
        lines[0] += f" {marked_note(note_naming(ElementKind.DIALOGUE))}"
    lines[-1] += _beside(element)
    return lines


def _guarded(line: str) -> str:
    """Return a line of a speech that is read as words, whatever it begins with."""
    bare = line.lstrip("\\")
    return f"\\{line}" if not bare or bare[0] in "~(（" else line


def _in_parentheses(words: str) -> str:
    return f"（{words}）" if _HAN.search(words) else f"({words})"


def _sung(element: Element) -> list[str]:
    lines = [f"~{line}" for line in _marked(element).split("\n")]
    lines[-1] += _beside(element)
    return lines


def _under_action(line: str) -> str:
    """Return a further line of action; `!` keeps it one, and keeps a blank line in its place."""
    text = line.strip()
    if not text or text[0] in "!" or breaks_action(text) or text[0] in "=#>~" or is_heading(text):
        return f"!{line}"
    return line
