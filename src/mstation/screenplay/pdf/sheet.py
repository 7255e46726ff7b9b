"""The nouns of a printed script: sheets of lines, lines of words, where each was printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mstation.screenplay.script import Emphasis, Run

_ORDER = tuple(Emphasis)


@dataclass(frozen=True, slots=True)
class Word:
    """Letters that stand together in one style; lengths are points from the left edge."""

    text: str
    left: float
    right: float
    emphasis: tuple[Emphasis, ...] = ()
    is_glued: bool = False  # to the word before it


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline; `top` is how far that is below the sheet's upper edge."""

    words: tuple[Word, ...]
    top: float
    size: float
    pitch: float  # width of a letter where all are as wide, else 0

    @property
    def left(self) -> float:
        """Where the first word begins."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Where the last word ends."""
        return self.words[-1].right

    @property
    def text(self) -> str:
        """The words, with the spaces that part them."""
        return set_words(self)[0]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed page."""

    number: int  # counts from 1
    width: float
    height: float
    lines: tuple[Line, ...]
    is_unread: bool = False  # it is a picture, or damaged


def set_words(line: Line) -> tuple[str, tuple[Run, ...]]:
    """Return a line's text and how stretches of it are written."""
    pieces: list[str] = []
    runs: list[Run] = []
    at = 0
    before: Word | None = None
    for word in line.words:
        space = " " * _spaces(before, word, line)
        pieces += [space, word.text]
        start = at + len(space)
        at = start + len(word.text)
        if word.emphasis:
            is_on = bool(runs) and before is not None and before.emphasis == word.emphasis
            runs[-1:] = (
                [Run(runs[-1].start, at, word.emphasis)]
                if is_on
                else [*runs[-1:], Run(start, at, word.emphasis)]
            )
        before = word
    return "".join(pieces), tuple(runs)


def _spaces(before: Word | None, word: Word, line: Line) -> int:
    if before is None or word.is_glued:
        return 0
    gap = word.left - before.right
    width = line.pitch or 0.0
    wide = 3 * line.size
    if width:
        return max(1, round(gap / width))
    return 1 if gap < wide else 3


def in_order(emphasis: Iterable[Emphasis]) -> tuple[Emphasis, ...]:
    """Return emphasis in its usual order."""
    wanted = frozenset(emphasis)
    return tuple(style for style in _ORDER if style in wanted)
