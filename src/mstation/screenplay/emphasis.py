"""Marked text to plain text and styled runs: `*italic*`, `**bold**`, `_underlined_`, escapes.

Source: fountain.io/syntax, Emphasis; marks do not reach over a line break.
"""

from __future__ import annotations

import re

from mstation.screenplay.script import Emphasis, Run

_MARK = re.compile(r"\\[*_]|\*+|_")
_STYLES = {
    "*": (Emphasis.ITALIC,),
    "**": (Emphasis.BOLD,),
    "***": (Emphasis.BOLD, Emphasis.ITALIC),
    "_": (Emphasis.UNDERLINE,),
}
_WIDTH = {Emphasis.ITALIC: 1, Emphasis.BOLD: 2, Emphasis.UNDERLINE: 1}
_ORDER = tuple(Emphasis)


def plain_text(marked: str) -> tuple[str, tuple[Run, ...]]:
    """Return the text without its marks, and the runs that they styled."""
    if "*" not in marked and "_" not in marked:
        return marked, ()
    lines: list[str] = []
    runs: list[Run] = []
    at = 0
    for line in marked.split("\n"):
        plain, styled = _plain_line(line)
        runs.extend(Run(at + run.start, at + run.end, run.emphasis) for run in styled)
        lines.append(plain)
        at += len(plain) + 1
    return "\n".join(lines), tuple(runs)


def _plain_line(line: str) -> tuple[str, list[Run]]:
    if "*" not in line and "_" not in line:
        return line, []
    marks = list(_MARK.finditer(line))
    used, spans = _pair_up(line, marks)
    pieces: list[str] = []
    moved: dict[int, tuple[int, int]] = {}  # where what is left of a mark starts and ends
    at = length = 0
    for index, mark in enumerate(marks):
        kept = line[at : mark.start()]
        literal = mark[0][1:] if mark[0][0] == "\\" else mark[0][used[index] :]
        pieces += [kept, literal]
        moved[index] = (length + len(kept), length + len(kept) + len(literal))
        length = moved[index][1]
        at = mark.end()
    pieces.append(line[at:])
    return "".join(pieces), _runs(spans, moved)


def _pair_up(
    line: str, marks: list[re.Match[str]]
) -> tuple[list[int], list[tuple[Emphasis, int, int]]]:
    """Return how many characters of each mark style something, and (style, first, last mark)."""
    used = [0] * len(marks)
    spans: list[tuple[Emphasis, int, int]] = []
    opened: dict[Emphasis, int] = {}
    for index, mark in enumerate(marks):
        styles = _STYLES.get(mark[0])
        if styles is None:
            continue
        can_open, can_close = _flanks(line, mark)
        closing = [style for style in styles if style in opened] if can_close else []
        for style in closing:
            first = opened.pop(style)
            spans.append((style, first, index))
            used[first] += _WIDTH[style]
            used[index] += _WIDTH[style]
        if not closing and can_open:
            opened.update(dict.fromkeys(styles, index))
    return used, spans


def _flanks(line: str, mark: re.Match[str]) -> tuple[bool, bool]:
    """A mark opens before a letter and closes after one; `_` inside a word does neither."""
    before = line[mark.start() - 1 : mark.start()] if mark.start() else ""
    after = line[mark.end() : mark.end() + 1]
    can_open = bool(after) and not after.isspace()
    can_close = bool(before) and not before.isspace()
    if mark[0] == "_":
        can_open = can_open and not _is_word(before)
        can_close = can_close and not _is_word(after)
    return can_open, can_close


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _runs(spans: list[tuple[Emphasis, int, int]], moved: dict[int, tuple[int, int]]) -> list[Run]:
    """Cut overlapping spans into runs that each have one set of styles."""
    events: dict[int, list[tuple[Emphasis, int]]] = {}
    for style, first, last in spans:
        events.setdefault(moved[first][1], []).append((style, 1))
        events.setdefault(moved[last][0], []).append((style, -1))
    depth = dict.fromkeys(_ORDER, 0)
    runs: list[Run] = []
    before = 0
    for place in sorted(events):
        styles = tuple(style for style in _ORDER if depth[style])
        if styles and place > before:
            runs.append(Run(before, place, styles))
        for style, step in events[place]:
            depth[style] += step
        before = place
    return runs
