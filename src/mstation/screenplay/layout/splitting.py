"""A block that does not fit to two: cut at a sentence, never so that a line stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from mstation.screenplay.layout.block import (
    Block,
    Part,
    Row,
    joined,
    kind_at,
    part_of,
    rest_of,
    rows_of,
    start_of,
)
from mstation.screenplay.layout.printed import Added
from mstation.screenplay.layout.wrapping import wrap
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import ElementKind, Language

FEWEST = 2  # lines of a paragraph or a speech on either page
_LONG_ACTION, _LONG_SPEECH = 8, 14  # lines; what is longer may break inside a sentence
_ABBREVIATIONS = frozenset(lexicon("mstation.screenplay.layout", "printed")["en"]["abbreviations"])
_ENDS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|(?:--|—)(?=\s)|[。！？]+[”’」』）》\"]*|\n"),
    "zh": re.compile(r"[。！？…；]+[”’」』）》\"]*|[.!?]+[\"']*(?=\s)|\n"),
}
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
_KEPT = frozenset((ElementKind.CHARACTER, ElementKind.PARENTHETICAL))  # with what follows

Cut = tuple[int, int]  # (part, character): where the next page begins


def split(
    block: Block, room: int, language: Language, *, must: bool = False
) -> tuple[tuple[Row, ...], Block] | None:
    """Return the rows that fill this page and the block for the next, or None.

    With `must` it is cut anywhere rather than not at all.
    """
    room = min(room - bool(block.more), len(block.rows))
    is_long = len(block.rows) > (_LONG_SPEECH if block.again else _LONG_ACTION)
    ways = [(False, FEWEST), (True, FEWEST), (True, 1)] if must else [(False, FEWEST)]
    if is_long and not must:
        ways.append((True, FEWEST))
    for at_lines, fewest in ways:
        for cut in _cuts(block, room, language, at_lines=at_lines):
            found = _parted(block, cut, room, fewest, language)
            if found is not None:
                return found
    return None


def _cuts(block: Block, room: int, language: Language, *, at_lines: bool) -> Iterator[Cut]:
    """Yield where the block may be cut so that what precedes has room, the last place first."""
    first = 1 if block.has_cue else 0
    starts = [0]
    for part in block.parts:
        starts.append(starts[-1] + len(rows_of(part, language)))
    for index in range(len(block.parts) - 1, first - 1, -1):
        part = block.parts[index]
        if starts[index] > room:
            continue
        if at_lines or part.kind is not ElementKind.PARENTHETICAL:
            for at in _places(part, room - starts[index], language, at_lines=at_lines):
                yield index, at
        if index > first and (at_lines or block.parts[index - 1].kind not in _KEPT):
            yield index, 0


def _places(part: Part, room: int, language: Language, *, at_lines: bool) -> list[int]:
    """Return the ends of sentences, or of lines, within the part's first lines, last first."""
    if room < 1:
        return []
    lines = wrap(part.text, part.width, language=language, indent=part.indent, hang=part.hang)
    if at_lines:
        return [end for _, end in reversed(lines[:room]) if 0 < end < len(part.text)]
    limit = lines[min(room, len(lines)) - 1][1]
    last = len(part.text.rstrip())
    ends = [
        match.end()
        for match in _ENDS[language].finditer(part.text, 0, min(limit + 1, len(part.text)))
        if match.end() < last and not _is_abbreviated(part.text, match)
    ]
    return [end for end in reversed(ends) if kind_at(part, end - 1) not in _KEPT]


def _is_abbreviated(text: str, match: re.Match[str]) -> bool:
    """Whether the point belongs to `Mr.` or an initial and ends no sentence."""
    if match[0] != ".":
        return False
    word = _LAST_WORD.search(text, max(0, match.start() - 12), match.start())
    return word is not None and (
        word[0] in _ABBREVIATIONS or (len(word[0]) == 1 and word[0].isupper() and word[0] != "I")
    )


def _parted(
    block: Block, cut: Cut, room: int, fewest: int, language: Language
) -> tuple[tuple[Row, ...], Block] | None:
    index, at = cut
    parts = block.parts
    top = parts[:index] + ((start_of(parts[index], at),) if at else ())
    rows = tuple(row for part in top for row in rows_of(part, language))
    if len(rows) > room or len(rows) - block.has_cue < fewest:
        return None
    rest = (rest_of(parts[index], at), *parts[index + 1 :])
    if not rest[0].text:
        return None
    rest_rows = tuple(row for part in rest for row in rows_of(part, language))
    if len(rest_rows) < fewest:
        return None
    if block.more:
        rows += rows_of(_added(block, block.more, Added.MORE), language)
    if block.again:
        again = _added(block, block.again, Added.CUE_AGAIN)
        rest = (again, *rest) if block.has_cue else (joined(again, rest[0]), *rest[1:])
        rest_rows = tuple(row for part in rest for row in rows_of(part, language))
    return rows, replace(block, parts=rest, rows=rest_rows, before=0, starts_page=False)


def _added(block: Block, text: str, kind: Added) -> Part:
    """Return what the page break adds, set where the cue of the speech is."""
    cue = block.parts[0]
    return part_of(text, kind, -1, column=cue.column, width=cue.width, hang=cue.hang)
