"""Sheets without their furniture: page numbers, running headers, (CONTINUED), margin marks."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.marks import REVISION_COLORS
from mstation.screenplay.numerals import NUMERAL
from mstation.screenplay.pdf.sheet import Line, Sheet, Word
from mstation.screenplay.typed import NUMBER, is_cue_like, is_heading, is_transition

_PAGES = lexicon("mstation.screenplay.typed", "words")["pages"]
_EDGE = 0.08  # of a sheet's height, where no line of a script stands
_EDGE_LINES = 3  # of a sheet's top and foot that may be furniture
_NUMBER = re.compile(
    rf"[-–—(（\[]?\s*(?:page|pg\.?|p\.|第)?\s*(?:\d{{1,4}}[A-Za-z]?|[ivxlc]{{1,6}}|{NUMERAL})\s*"
    rf"(?:页|頁)?\s*(?:(?:of|/|／|共)\s*(?:\d{{1,4}}|{NUMERAL})\s*(?:页|頁)?)?\s*[-–—)）\]]?\.?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+|(?<=第)[零〇一二三四五六七八九十百]+(?=页)")
_SCENE_CONTINUED = re.compile(
    rf"(?:{NUMBER}\s+)?[(（]?(?:" + "|".join(map(re.escape, _PAGES["scene_continued"])) + r")[:：]?"
    rf"[)）]?[:：]?(?:\s*[(（]\d+[)）])?(?:\s+{NUMBER})?",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"[(（]\s*(?:" + "|".join(map(re.escape, _PAGES["more"])) + r")\s*[)）]", re.IGNORECASE
)
_AGAIN = re.compile(
    r"[(（]\s*(?:" + "|".join(map(re.escape, _PAGES["continued"])) + r")\.?\s*[)）]\s*[:：]?$",
    re.IGNORECASE,
)
_COLOR = re.compile(r"\b(" + "|".join(REVISION_COLORS) + r")\b", re.IGNORECASE)
_STARS = frozenset(("*", "**", "＊"))


@dataclass(frozen=True, slots=True)
class Body:
    """What a sheet holds of the script; `goes_on` when a speech continues from the last sheet."""

    sheet: Sheet
    lines: tuple[Line, ...]
    revised: frozenset[int]  # indices of lines that the margin marks as revised
    color: str = ""  # of the revision, where the running header names it
    goes_on: bool = False


def bodies_of(sheets: Sequence[Sheet]) -> list[Body]:
    """Return what the sheets hold of the script."""
    running = _running(sheets)
    bodies: list[Body] = []
    was_cut = False
    for sheet in sheets:
        kept, removed = _without_edges(sheet, running)
        lines, cut = _without_more(kept)
        goes_on = was_cut and bool(lines) and _AGAIN.search(lines[0].text.strip()) is not None
        lines = lines[1:] if goes_on else lines
        plain, revised = _without_stars(lines, sheet)
        bodies.append(Body(sheet, tuple(plain), revised, _color(removed), goes_on))
        was_cut = cut
    return bodies


def _edge(sheet: Sheet) -> list[tuple[str, int]]:
    """Return which lines may be furniture: their side and index, outermost first."""
    count = len(sheet.lines)
    tops = [("top", index) for index in range(min(_EDGE_LINES, count))]
    feet = [("foot", index) for index in range(count - 1, max(-1, count - 1 - _EDGE_LINES), -1)]
    return tops + feet


def _template(line: Line) -> str:
    return _DIGITS.sub("#", " ".join(line.text.split())).strip(" *＊")


def _running(sheets: Sequence[Sheet]) -> frozenset[tuple[str, int, str]]:
    """Return the headers and footers that stand at the same place on many sheets."""
    places: Counter[tuple[str, int, str]] = Counter()
    apart: defaultdict[tuple[str, int, str], bool] = defaultdict(bool)
    for sheet in sheets:
        for side, index in _edge(sheet):
            line = sheet.lines[index]
            if not _is_of_script(sheet, index):
                template = _template(line)
                is_apart = _is_at_edge(line, sheet) or _holds_number(template)
                places[side, round(line.top / 4), template] += 1
                apart[side, round(line.top / 4), template] |= is_apart
    least = max(3, 0.4 * len(sheets))
    near: Counter[tuple[str, int, str]] = Counter()
    for (side, row, text), count in places.items():
        for shift in (-1, 0, 1):
            near[side, row + shift, text] += count
    return frozenset(
        (side, row, text)
        for side, row, text in places
        if near[side, row, text] >= (2 if apart[side, row, text] else least)
    )


def _is_at_edge(line: Line, sheet: Sheet) -> bool:
    return line.top < _EDGE * sheet.height or line.top > (1 - _EDGE) * sheet.height


def _is_of_script(sheet: Sheet, index: int) -> bool:
    """A name that opens many sheets is no header: what it says stands right below it."""
    line = sheet.lines[index]
    text = line.text.strip()
    if is_heading(text) or is_transition(text):
        return True
    if _AGAIN.search(text) or _MORE.fullmatch(text) or text[:1] in "(（":
        return True
    below = sheet.lines[index + 1] if index + 1 < len(sheet.lines) else None
    is_near = below is not None and below.top - line.top < 1.6 * line.size
    return is_near and is_cue_like(text)


def _holds_number(template: str) -> bool:
    return "#" in template and len(template) > 1


def _without_edges(
    sheet: Sheet, running: frozenset[tuple[str, int, str]]
) -> tuple[list[Line], list[Line]]:
    """Return the lines that stay and those that are furniture."""
    gone: set[int] = set()
    for side, step in (("top", 1), ("foot", -1)):
        indices = range(len(sheet.lines)) if step > 0 else range(len(sheet.lines) - 1, -1, -1)
        for index in list(indices)[:_EDGE_LINES]:
            if not _is_furniture(sheet, index, side, running):
                break
            gone.add(index)
    kept = [line for index, line in enumerate(sheet.lines) if index not in gone]
    return kept, [sheet.lines[index] for index in sorted(gone)]


def _is_furniture(
    sheet: Sheet, index: int, side: str, running: frozenset[tuple[str, int, str]]
) -> bool:
    line = sheet.lines[index]
    text = " ".join(line.text.split()).strip(" *＊")
    if (side, round(line.top / 4), _template(line)) in running:
        return True
    if _SCENE_CONTINUED.fullmatch(text):
        return True
    at_edge = line.top < 0.12 * sheet.height or line.top > 0.9 * sheet.height
    return at_edge and len(text) < 24 and _NUMBER.fullmatch(text) is not None


def _without_more(lines: list[Line]) -> tuple[list[Line], bool]:
    """Drop the (MORE) at a sheet's foot, and say whether there was one."""
    for index in range(len(lines) - 1, max(-1, len(lines) - 3), -1):
        words = lines[index].words
        if _MORE.fullmatch(lines[index].text.strip()):
            return lines[:index] + lines[index + 1 :], True
        if len(words) > 1 and _MORE.fullmatch(words[-1].text):
            shorter = replace(lines[index], words=words[:-1])
            return [*lines[:index], shorter, *lines[index + 1 :]], True
    return lines, False


def _without_stars(lines: Sequence[Line], sheet: Sheet) -> tuple[list[Line], frozenset[int]]:
    """Lift the asterisks out of the margins, and say beside which lines they stood."""
    kept: list[Line] = []
    revised: set[int] = set()
    for line in lines:
        words = line.words
        starred = _star_ends(words, sheet)
        if starred:
            revised.add(len(kept))
            words = words[: len(words) - starred]
        if words:
            kept.append(replace(line, words=words))
    return kept, frozenset(index for index in revised if index < len(kept))


def _star_ends(words: tuple[Word, ...], sheet: Sheet) -> int:
    if words[-1].text not in _STARS or words[-1].left < 0.8 * sheet.width:
        return 0
    is_apart = len(words) == 1 or words[-1].left - words[-2].right > 10
    return 1 if is_apart else 0


def _color(removed: Sequence[Line]) -> str:
    for line in removed:
        found = _COLOR.search(line.text)
        if found is not None:
            return found[1].lower()
    return ""
