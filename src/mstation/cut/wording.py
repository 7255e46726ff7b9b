"""A text in, what is read at once out: cards of a line or two, parted where a reader would pause.

A line's length is counted in columns: a Han character, or anything else as wide, takes two and a
Latin letter one, so that 16 characters of Chinese are 32 columns and a Latin letter among them is
half a character. A letter and the marks on it are one.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path

LINES = 2
_STOPS = ".!?…。！？"
_PAUSES = ",;:—–，、；："
_CLOSING = "”’\"')]）】》」』〉"
_OPENING = "“‘([（【《「『〈"
_HAN_TONGUES = ("zh", "ja", "ko", "yue")
_JOINER = "\u200d"
# What parting a text costs, where a card of its own costs 1: nothing after a sentence, and more
# than any number of cards inside a word.
_CARD, _SECOND_LINE, _EVEN, _UNLIKE, _TORN = 1.0, 0.1, 0.5, 0.4, 1.0
_AT_PAUSE, _AT_PHRASE, _PLAIN, _CLINGING, _IN_NAME, _IN_WORD, _IN_LETTER = (
    0.15, 0.35, 0.6, 1.2, 2.5, 8.0, 400.0,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of a language is read at once, and how fast, in columns."""

    columns: int  # of a line
    columns_a_second: int
    is_han: bool

    @property
    def most(self) -> int:
        """The characters a second that can be read."""
        return self.columns_a_second // (2 if self.is_han else 1)


_LATIN = Reading(42, 17, is_han=False)
_HAN = Reading(32, 18, is_han=True)


def reading_of(tongue: str) -> Reading:
    """Return what readers of a language can read, by its tag: `en`, `zh-Hant`, `fr`."""
    return _HAN if tongue.lower().split("-")[0] in _HAN_TONGUES else _LATIN


def clean(text: str) -> str:
    """Return a text without what no reader sees: control characters, runs of white space."""
    text = " ".join(text.split())
    kept = ("\ufffd" if unicodedata.category(c) == "Cs" else c for c in text)
    return " ".join("".join(c for c in kept if unicodedata.category(c) != "Cc").split())


def width(text: str, reading: Reading) -> int:
    """Return the columns that a text takes."""
    return sum(_column(character, reading) for character in text)


def _column(character: str, reading: Reading) -> int:
    kind = unicodedata.category(character)
    if kind in ("Mn", "Me", "Cf"):
        return 0
    space = unicodedata.east_asian_width(character)
    return 2 if space in ("W", "F") or (reading.is_han and space == "A" and kind[0] == "P") else 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text that is read at once: `text[first:end]`, on so many lines."""

    first: int
    end: int
    lines: tuple[str, ...]


def pieces(
    text: str,
    reading: Reading,
    *,
    lines: int = LINES,
    names: Iterable[str] = (),
    widest: int | None = None,
) -> tuple[Piece, ...]:
    """Return a clean text in pieces, none of it lost but the spaces between them.

    names: what is not to be parted though it could be.
    widest: columns of a piece, where it is to hold less than its lines do.
    """
    if not text:
        return ()
    laid = _Laid(text, reading, lines, tuple(names), widest)
    return tuple(laid.pieces())


class _Laid:
    """A text with its widths and the places where it may be parted."""

    def __init__(
        self, text: str, reading: Reading, lines: int, names: Sequence[str], widest: int | None
    ) -> None:
        self.text, self.reading, self.lines = text, reading, lines
        self.sums = list(accumulate((_column(c, reading) for c in text), initial=0))
        self.widest = min(widest or lines * reading.columns, lines * reading.columns)
        self.places = _places(text, names, self.sums, min(reading.columns, self.widest))
        self.cuts = sorted(self.places)

    def pieces(self) -> Iterator[Piece]:
        """Give the pieces that cost least together."""
        ends = [*self.cuts, len(self.text)]
        best: dict[int, tuple[float, int]] = {len(self.text): (0.0, len(self.text))}
        for at in range(len(ends) - 2, -2, -1):
            first = ends[at] if at >= 0 else 0
            tried: list[tuple[float, int]] = []
            for end in ends[at + 1 :]:
                if tried and self.columns(first, end) > self.widest:
                    break
                cost, _ = self.split(first, end)
                own = _CARD + _EVEN * (self.columns(first, end) / (2 * self.reading.columns)) ** 2
                after = self.places.get(end, 0.0)
                own += _TORN / 2 if after > _AT_PAUSE and self.has_stop(first, end) else 0.0
                tried.append((cost + own + after + best[end][0], end))
            best[first] = min(tried)
        first = 0
        while first < len(self.text):
            end = best[first][1]
            cut = self.split(first, end)[1]
            rows = (self.text[first:cut], self.text[cut:end]) if cut else (self.text[first:end],)
            yield Piece(first, end, tuple(row.strip() for row in rows))
            first = end

    def split(self, first: int, end: int) -> tuple[float, int]:
        """Return what laying a stretch on lines costs, and where its second begins, if any."""
        if self.columns(first, end) <= self.reading.columns:
            return 0.0, 0
        if self.lines == 1:
            return _IN_LETTER * 10, 0
        tried = []
        inner = range(bisect_right(self.cuts, first), bisect_left(self.cuts, end))
        for cut in (self.cuts[each] for each in inner):
            one, two = self.columns(first, cut), self.columns(cut, end)
            if max(one, two) <= self.reading.columns:
                cost = _SECOND_LINE + _UNLIKE * abs(one - two) / (one + two)
                is_torn = self.places[cut] > _AT_PAUSE and self.has_stop(first, end)
                tried.append((cost + self.places[cut] + (_TORN if is_torn else 0.0), cut))
        return min(tried, default=(_IN_LETTER * 10, 0))

    def has_stop(self, first: int, end: int) -> bool:
        """Whether a sentence ends within a stretch."""
        inner = self.text[first:end].strip().rstrip(_STOPS + _CLOSING)
        return any(stop in inner for stop in _STOPS)

    def columns(self, first: int, end: int) -> int:
        """Return the columns of a stretch, without the spaces around it."""
        text = self.text
        while first < end and text[first] == " ":
            first += 1
        while first < end and text[end - 1] == " ":
            end -= 1
        return self.sums[end] - self.sums[first]


def _places(text: str, names: Sequence[str], sums: list[int], most: int) -> dict[int, float]:
    """Return where a text may be parted, each place with what it costs."""
    held = set(_inside(text, names))
    places = {
        cut: _cost(text, cut) + (_IN_NAME if cut in held else 0.0)
        for cut in range(1, len(text))
        if _is_natural(text, cut)
    }
    ends = [0, *places, len(text)]
    for first, end in pairwise(ends):
        if sums[end] - sums[first] > most:  # a word longer than a line
            places |= _forced(text, first, end, sums, most)
    return places


def _forced(text: str, first: int, end: int, sums: list[int], most: int) -> dict[int, float]:
    """Return where a word that is longer than a line is parted: late, between letters."""
    places: dict[int, float] = {}
    while sums[end] - sums[first] > most:
        fitting = bisect_right(sums, sums[first] + most, first + 1, end) - 1
        whole = (cut for cut in range(fitting, first, -1) if not _is_joined(text, cut))
        cut = next(whole, max(fitting, first + 1))
        places[cut] = _IN_LETTER if _is_joined(text, cut) else _IN_WORD
        first = cut
    return places


def _inside(text: str, names: Sequence[str]) -> Iterator[int]:
    """Give the places within a name."""
    for name in filter(None, names):
        for found in re.finditer(re.escape(name), text, re.IGNORECASE):
            yield from range(found.start() + 1, found.end())


def _is_natural(text: str, cut: int) -> bool:
    """Whether a reader may pause: at a space, between Han characters, after a dash."""
    before, after = text[cut - 1], text[cut]
    if after in _STOPS + _PAUSES + _CLOSING + " " or before in _OPENING or _is_joined(text, cut):
        return False
    if before == " ":
        return cut < 2 or text[cut - 2] not in _OPENING
    if before in "—–-" and cut > 1 and text[cut - 2] != " ":
        return before != "-" or (text[cut - 2].isalpha() and after.isalpha())
    return before != after and (_is_wide(before) or _is_wide(after))


def _is_joined(text: str, cut: int) -> bool:
    """Whether two characters are one letter to a reader.

    Source: what of UAX #29 matters to a line: marks, joiners, skin tones, flags.
    """
    before, after = text[cut - 1], text[cut]
    if unicodedata.category(after) in ("Mn", "Me", "Mc", "Cf") or before == _JOINER:
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    run = 0
    while run < cut and "\U0001f1e6" <= text[cut - 1 - run] <= "\U0001f1ff":
        run += 1
    return run % 2 == 1 and "\U0001f1e6" <= after <= "\U0001f1ff"


def _cost(text: str, cut: int) -> float:
    """Return what parting a text costs at a natural place."""
    head = text[:cut].rstrip().rstrip(_CLOSING)
    last = head[-1:] or " "
    before = head.rpartition(" ")[2].lower()
    if last in _STOPS and before not in _words()["en", "clings"]:
        return 0.0
    if last in _PAUSES:
        return _AT_PAUSE
    if _is_wide(last) or _is_wide(text[cut]):
        return _han_cost(head, text[cut:])
    word = re.split(r"[\s,.;:!?…]", text[cut:], maxsplit=1)[0]
    if before in _words()["en", "clings"] or last.isdigit() or (_is_name(before, head, word)):
        return _CLINGING
    return _AT_PHRASE if word.lower() in _words()["en", "opens"] else _PLAIN


def _is_name(before: str, head: str, word: str) -> bool:
    """Whether the last word and the next are written large: New York, Mara Lind."""
    last = head.rpartition(" ")[2]
    return bool(before) and last[:1].isupper() and word[:1].isupper() and word != "I"


def _han_cost(head: str, tail: str) -> float:
    if head[-1:].isdigit() or tail.startswith(_starts("begins_never")):
        return _CLINGING
    if head.endswith(_starts("clings")):
        return _CLINGING
    return _AT_PHRASE if tail.startswith(_starts("opens")) else _PLAIN


def _starts(kind: str) -> tuple[str, ...]:
    return tuple(_words()["zh", kind])


@cache
def _words() -> dict[tuple[str, str], frozenset[str]]:
    tables = tomllib.loads((Path(__file__).parent / "breaking.toml").read_text(encoding="utf-8"))
    return {
        (language, kind): frozenset(words)
        for language, kinds in tables.items()
        for kind, words in kinds.items()
    }


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")
