r"""Marked text to plain text and styled runs, and back: `*italic*`, `**bold**`, `_underlined_`.

A backslash makes a mark text: `\*`. An even number of them before a mark stands for half as many,
so that a backslash can stand before a mark. `__` underlines within a word, where `_` does not.
What would open a note or a boneyard is parted by a backslash: `[\[`, `/\*`, and `\/*` where the
star is a mark.
Source: fountain.io/syntax, Emphasis; marks do not reach over a line break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mstation.screenplay.script import Emphasis, Run

_Span = tuple[Emphasis, int, int]  # a style, where it begins and where it ends

_MARK = re.compile(
    r"(?<!\\)\\(?:\\\\)*[*_]"  # an odd number of backslashes: the mark is text
    r"|(?<!\\)(?:\\\\)+(?:\*+|_+)"  # an even number: half of them are text
    r"|\*+|_+"
    r"|\\(?=/\*)|(?<=\[)\\(?=\\*\[)"
)
_BARE_MARK = re.compile(r"([*_])\1*")  # the same where no backslash stands, found sooner
_STYLES = {
    "*": (Emphasis.ITALIC,),
    "**": (Emphasis.BOLD,),
    "***": (Emphasis.BOLD, Emphasis.ITALIC),
    "_": (Emphasis.UNDERLINE,),
    "__": (Emphasis.UNDERLINE,),
}
_STARS = {styles: mark for mark, styles in _STYLES.items() if "*" in mark}
_WIDTH = {Emphasis.ITALIC: 1, Emphasis.BOLD: 2, Emphasis.UNDERLINE: 1}
_ORDER = tuple(Emphasis)
_SIGN = re.compile(r"(\\*)([*_])")
_BRACKETS = re.compile(r"\[(\\*)(?=\[)")
_LAST_BACKSLASHES = re.compile(r"(?<!\\)(\\+)$")


def plain_text(marked: str) -> tuple[str, tuple[Run, ...]]:
    """Return the text without its marks, and the runs that they styled."""
    if "*" not in marked and "_" not in marked and "\\" not in marked:
        return marked, ()
    if "\n" not in marked:
        plain, styled = _plain_line(marked)
        return plain, tuple(styled)
    lines: list[str] = []
    runs: list[Run] = []
    at = 0
    for line in marked.split("\n"):
        plain, styled = _plain_line(line)
        runs.extend(Run(at + run.start, at + run.end, run.emphasis) for run in styled)
        lines.append(plain)
        at += len(plain) + 1
    return "\n".join(lines), tuple(runs)


def marked_text(text: str, runs: tuple[Run, ...] = ()) -> str:
    """Return the text with the marks from which the reader gets it and its runs.

    The runs are normal ones.
    """
    if not runs and not any(sign in text for sign in "*_\\["):
        return text
    lines: list[str] = []
    at = 0
    left = list(reversed(runs))
    for line in text.split("\n"):
        here: list[Run] = []
        while left and left[-1].end <= at + len(line):
            run = left.pop()
            here.append(Run(run.start - at, run.end - at, run.emphasis))
        lines.append(_marked_line(line, here))
        at += len(line) + 1
    return "\n".join(lines)


def normal_runs(text: str, runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return runs as marks can style them: in order, none over another.

    No style reaches over a line break, or begins or ends with a space.
    """
    last = len(text)
    spans = [(style, r.start, min(r.end, last)) for r in runs for style in r.emphasis]
    return tuple(_runs(text, spans))


# reading


def _plain_line(line: str) -> tuple[str, list[Run]]:
    if "*" not in line and "_" not in line and "\\" not in line:
        return line, []
    marks = list((_MARK if "\\" in line else _BARE_MARK).finditer(line))
    if not marks:
        return line, []
    used, spans = _pair_up(line, marks)
    pieces: list[str] = []
    moved: dict[int, tuple[int, int]] = {}  # where what is left of a mark starts and ends
    at = length = 0
    for index, mark in enumerate(marks):
        backslashes, signs = _parted(mark[0])
        before = line[at : mark.start()] + backslashes
        literal = signs[used[index] :]
        pieces += [before, literal]
        moved[index] = (length + len(before), length + len(before) + len(literal))
        length = moved[index][1]
        at = mark.end()
    pieces.append(line[at:])
    plain = "".join(pieces)
    return plain, _runs(plain, [(s, moved[first][1], moved[last][0]) for s, first, last in spans])


def _parted(mark: str) -> tuple[str, str]:
    """Return the backslashes that stand for themselves, and the signs behind them."""
    signs = mark.lstrip("\\")
    return "\\" * ((len(mark) - len(signs)) // 2), signs


def _styles_of(mark: str) -> tuple[Emphasis, ...]:
    signs = mark.lstrip("\\")
    is_text = (len(mark) - len(signs)) % 2
    return () if is_text else _STYLES.get(signs, ())


def _pair_up(
    line: str, marks: list[re.Match[str]]
) -> tuple[list[int], list[tuple[Emphasis, int, int]]]:
    """Return how many characters of each mark style something, and (style, first, last mark)."""
    used = [0] * len(marks)
    spans: list[tuple[Emphasis, int, int]] = []
    opened: dict[Emphasis, int] = {}
    for index, mark in enumerate(marks):
        styles = _STYLES.get(mark[0]) or _styles_of(mark[0])
        if not styles:
            continue
        can_open, can_close = _flanks(line, mark)
        for style in styles:
            if can_close and style in opened:
                first = opened.pop(style)
                spans.append((style, first, index))
                used[first] += _WIDTH[style] * _signs_a_style(marks[first][0])
                used[index] += _WIDTH[style] * _signs_a_style(mark[0])
            elif can_open:
                opened[style] = index
    return used, spans


def _signs_a_style(mark: str) -> int:
    return 2 if mark.endswith("__") else 1


def _flanks(line: str, mark: re.Match[str]) -> tuple[bool, bool]:
    """A mark opens before a letter and closes after one; `_` inside a word does neither."""
    start, end = mark.span()
    before = line[start - 1 : start] if start else ""
    after = line[end : end + 1]
    if mark[0][0] == "\\":
        before = "\\"
    can_open = bool(after) and not after.isspace()
    can_close = bool(before) and not before.isspace()
    if mark[0].endswith("_") and not mark[0].endswith("__"):
        can_open = can_open and not _is_word(before)
        can_close = can_close and not _is_word(after)
    return can_open, can_close


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _runs(text: str, spans: list[_Span]) -> list[Run]:
    """Cut overlapping spans into runs that each have one set of styles."""
    seen = list(_seen(text, _united(spans)))
    if len(seen) == 1:
        return [Run(seen[0][1], seen[0][2], (seen[0][0],))]
    turns: dict[int, list[tuple[Emphasis, bool]]] = {}
    for style, start, end in seen:
        turns.setdefault(start, []).append((style, True))
        turns.setdefault(end, []).append((style, False))
    on = dict.fromkeys(_ORDER, False)
    runs: list[Run] = []
    before = 0
    for place in sorted(turns):
        styles = tuple(style for style in _ORDER if on[style])
        if styles:
            runs.append(Run(before, place, styles))
        on.update(turns[place])
        before = place
    return runs


def _united(spans: list[_Span]) -> Iterable[_Span]:
    """Return spans of one style that touch as one."""
    return spans if len(spans) < 2 else _joined(spans)


def _joined(spans: list[_Span]) -> Iterator[_Span]:
    open_: _Span | None = None
    for style, start, end in sorted(spans):
        if open_ is not None and open_[0] is style and start <= open_[2]:
            open_ = (style, open_[1], max(end, open_[2]))
            continue
        if open_ is not None:
            yield open_
        open_ = (style, start, end)
    if open_ is not None:
        yield open_


def _seen(text: str, spans: Iterable[_Span]) -> Iterator[_Span]:
    """Yield what is seen of spans: no line breaks, and no spaces at their ends."""
    for style, start, end in spans:
        words = text[start:end]
        if not words[:1].isspace() and not words[-1:].isspace() and "\n" not in words:
            if words:
                yield style, start, end
            continue
        at = start
        for line in words.split("\n"):
            first = at + len(line) - len(line.lstrip())
            last = at + len(line.rstrip())
            at += len(line) + 1
            if first < last:
                yield style, first, last


# writing


def _marked_line(line: str, runs: list[Run]) -> str:
    if not runs and _is_plain(line):
        return line
    pieces: list[str] = []
    at = 0
    styles: tuple[Emphasis, ...] = ()
    for place, following in _turns(runs):
        text = line[at:place]
        stars_first, stars_last = _stars(styles, following), _stars(following, styles)
        turns_line = (Emphasis.UNDERLINE in styles) != (Emphasis.UNDERLINE in following)
        underline = ""
        if turns_line:
            near = line[place : place + 1] if styles and not stars_last else "*"
            if Emphasis.UNDERLINE in following:
                near = "*" if stars_first else line[place - 1 : place] if place else ""
            underline = "__" if _is_word(near) else "_"
        marks = stars_first + underline + stars_last
        pieces += [_guarded(text, marks), marks]
        at, styles = place, following
    pieces.append(_guarded(line[at:], ""))
    return _BRACKETS.sub(r"[\1\\", "".join(pieces))


def _is_plain(line: str) -> bool:
    """Whether a line without runs reads as it stands."""
    return "/*" not in line and "[[" not in line and _plain_line(line) == (line, [])


def _turns(runs: Iterable[Run]) -> list[tuple[int, tuple[Emphasis, ...]]]:
    """Return each place where the style changes, and the style from there on."""
    turns: dict[int, tuple[Emphasis, ...]] = {}
    for run in runs:
        turns[run.start] = run.emphasis
        turns[run.end] = ()
    return list(turns.items())


def _stars(these: tuple[Emphasis, ...], others: tuple[Emphasis, ...]) -> str:
    """Return the stars for what these styles have and the others have not."""
    only = {style for style in these if style not in others}
    ordered = tuple(s for s in (Emphasis.BOLD, Emphasis.ITALIC) if s in only)
    return _STARS.get(ordered, "")


def _guarded(text: str, marks: str) -> str:
    """Return text whose own signs are no marks, and which leaves the marks behind it marks."""
    text = _SIGN.sub(r"\1\1\\\2", text)
    if not marks:
        return text
    text = _LAST_BACKSLASHES.sub(r"\1\1", text)
    return f"{text[:-1]}\\/" if text.endswith("/") and marks[0] == "*" else text
