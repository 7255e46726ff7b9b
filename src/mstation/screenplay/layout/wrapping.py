"""Text to lines: how wide characters are, and where a line may end.

Source: Unicode Standard Annex 11, East Asian Width; W3C, Requirements for Chinese Text Layout,
3.1 (marks that never open or close a line; words of Latin letters are kept whole).
"""

from __future__ import annotations

import re
import unicodedata

from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language

_BREAKING = lexicon("mstation.screenplay.layout", "printed")["breaking"]
_NEVER_FIRST = frozenset(_BREAKING["never_first"])
_NEVER_LAST = frozenset(_BREAKING["never_last"])
# what is neither one column nor certainly so: everything from the combining marks on, but dashes,
# quotation marks and the ellipsis, and the soft hyphen and its like below
_MAY_BE_WIDE = re.compile("[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u1fff\u200b-\u200f\u2028-\u202f"
                          "\u2060-\U0010ffff]")  # fmt: skip
# what Chinese is mostly written with, every character two columns wide
_ALL_WIDE = re.compile(
    "[\u2014\u2018\u2019\u201c\u201d\u2026\u25b3\u3000-\u3029\u3041-\u3096\u309b-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff60]+"
)
# wide in Chinese, but not inside a word: don’t
_IN_A_WORD = re.compile("(?<=[A-Za-z0-9])[\u2010-\u2013\u2019\u00b7](?=[A-Za-z0-9])")
_MOST_MARKS = 4  # that a line gives up, at most, so that none stands where it must not


class _Widths(dict[str, int]):
    """Columns of a character, found once."""

    def __init__(self, wide: str) -> None:
        super().__init__()
        self.wide = wide

    def __missing__(self, character: str) -> int:
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            width = 0
        else:
            width = 2 if unicodedata.east_asian_width(character) in self.wide else 1
        self[character] = width
        return width


_WIDTHS: dict[Language, _Widths] = {"en": _Widths("WF"), "zh": _Widths("WFA")}


def is_narrow(text: str, language: Language) -> bool:
    """Whether every character is one column wide."""
    return text.isascii() or (language == "en" and _MAY_BE_WIDE.search(text) is None)


def is_wide(text: str, language: Language) -> bool:
    """Whether every character is two columns wide, as in most lines of a Chinese script."""
    return language == "zh" and _ALL_WIDE.fullmatch(text) is not None


def columns_of(text: str, language: Language) -> int:
    """Return how many columns a text takes."""
    if is_narrow(text, language):
        return len(text)
    return 2 * len(text) if is_wide(text, language) else sum(cells(text, language))


def cells(text: str, language: Language) -> list[int]:
    """Return the columns of each character: 0 for marks that stand on another, 1, or 2.

    Characters of ambiguous width are wide in a Chinese script and narrow in any other.
    """
    widths = _WIDTHS[language]
    if language == "zh" and not text.isascii():
        text = _IN_A_WORD.sub("'", text)
    return [widths[character] for character in text]


def wrap(
    text: str, width: int, *, language: Language, indent: int = 0, hang: int = 0
) -> list[tuple[int, int]]:
    r"""Return the stretches of a text that its lines are, half-open in characters.

    The first line has `width - indent` columns and every other `width - hang`. A line break in
    the text begins a new line; spaces where a line ends belong to none.
    """
    lines: list[tuple[int, int]] = []
    narrow = is_narrow(text, language)
    rooms = (width - indent, width - hang)
    start = 0
    while True:
        end = text.find("\n", start)
        stop = len(text) if end < 0 else end
        room = rooms[1] if lines else rooms[0]
        if narrow and stop - start <= room:
            lines.append((start, stop))
        elif narrow:
            _wrap_narrow(text, start, stop, (room, rooms[1]), lines)
        else:
            _wrap_wide(text, start, stop, (room, rooms[1]), language, lines)
        if end < 0:
            return lines
        start = end + 1


def _wrap_narrow(
    text: str, start: int, end: int, rooms: tuple[int, int], lines: list[tuple[int, int]]
) -> None:
    """Break at spaces and after hyphens; a longer word breaks where the line is full."""
    room, next_room = rooms
    while end - start > room:
        limit = start + room
        cut = text.rfind(" ", start, limit + 1)
        hyphen = text.rfind("-", start + 1, limit)
        if hyphen >= cut and text[hyphen - 1].isalnum() and text[hyphen + 1].isalnum():
            cut = hyphen + 1
        stop = cut
        while stop > start and text[stop - 1] == " ":
            stop -= 1
        if stop <= start:
            cut = stop = limit
        lines.append((start, stop))
        start = cut
        while start < end and text[start] == " ":
            start += 1
        room = next_room
        if start == end:
            return
    lines.append((start, end))


def _wrap_wide(
    text: str,
    start: int,
    end: int,
    rooms: tuple[int, int],
    language: Language,
    lines: list[tuple[int, int]],
) -> None:
    room, next_room = rooms
    first = start
    if is_wide(text[start:end], language):
        widths = [2] * (end - start)
        while end - start > room // 2 > 0:
            cut = _cut_before(text, start, start + room // 2, widths, first)
            lines.append((start, cut))
            start, room = cut, next_room
        lines.append((start, end))
        return
    widths = cells(text[start:end], language)
    at, used = start, 0
    while at < end:
        used += widths[at - first]
        if used <= room or (text[at] == " " and at > start):
            at += 1
            continue
        cut = _cut_before(text, start, at, widths, first)
        stop = cut
        while stop > start and text[stop - 1] == " ":
            stop -= 1
        lines.append((start, stop))
        while cut < end and text[cut] == " ":
            cut += 1
        start = at = cut
        used, room = 0, next_room
    if start < end or first == end:
        lines.append((start, max(start, first + len(text[first:end].rstrip(" ")))))


def _cut_before(text: str, start: int, full: int, widths: list[int], first: int) -> int:
    """Return where a line that is full before [full] ends: the last place that allows it."""
    marks = 0
    for cut in range(full, start, -1):
        if _is_word(text, cut, widths, first):
            continue
        if _may_part(text, cut) and text[start:cut].strip():
            return cut
        marks += 1
        if marks > _MOST_MARKS:
            break
    return max(full, start + 1)


def _may_part(text: str, cut: int) -> bool:
    before, after = text[cut - 1], text[cut]
    if before == " ":
        before = text[:cut].rstrip(" ")[-1:]
    return after != " " and after not in _NEVER_FIRST and before not in _NEVER_LAST


def _is_word(text: str, cut: int, widths: list[int], first: int) -> bool:
    """Whether a cut would part a word, or a mark from the letter that it stands on."""
    before, after = widths[cut - 1 - first], widths[cut - first]
    if after == 0:
        return True
    if before > 1 or after > 1:
        return False
    return text[cut - 1] != "-" and text[cut - 1] != " "
