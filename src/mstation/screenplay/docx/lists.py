"""Numbered lists: the numbers that Word counts and does not write into the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from mstation.screenplay.docx.package import Package, local
from mstation.screenplay.docx.styles import attribute

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_HAN = "零一二三四五六七八九"
_HAN_FORMATS = frozenset(
    ("chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting",
     "taiwaneseCounting", "taiwaneseCountingThousand", "ideographTraditional")
)  # fmt: skip
_SIGNS = "△▲▶▷►"
_MOST = 99_999


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts."""

    text: str = "%1."
    counts_in: str = "decimal"
    start: int = 1


@dataclass(slots=True)
class Lists:
    """The lists of a document and how far each has counted."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # by abstract list
    uses: dict[str, str] = field(default_factory=dict)  # list id → abstract list
    counts: dict[str, list[int]] = field(default_factory=dict)  # by abstract list

    def label(self, list_id: str | None, level: int) -> str:
        """Return what Word writes before the next paragraph of a list, e.g. `3.` or `第三场`."""
        abstract = self.uses.get(list_id or "")
        if abstract is None or not 0 <= level < _LEVELS:
            return ""
        rows = self.levels.get(abstract, {})
        counts = self.counts.setdefault(
            abstract, [rows.get(index, Level()).start - 1 for index in range(_LEVELS)]
        )
        counts[level] += 1
        for deeper in range(level + 1, _LEVELS):
            counts[deeper] = rows.get(deeper, Level()).start - 1
        row = rows.get(level, Level())
        if row.counts_in in ("bullet", "none"):
            return row.text if row.text and row.text in _SIGNS else ""
        return _PLACE.sub(lambda match: self._number(rows, counts, int(match[1]) - 1), row.text)

    @staticmethod
    def _number(rows: dict[int, Level], counts: list[int], level: int) -> str:
        first = rows.get(level, Level())
        number = max(counts[level], first.start)
        return counted(number, first.counts_in)


def counted(number: int, counts_in: str) -> str:
    """Return a number as a list writes it."""
    if counts_in in _HAN_FORMATS and 0 < number < 100:
        tens, ones = divmod(number, 10)
        ten = "" if tens == 0 else "十" if tens == 1 else _HAN[tens] + "十"
        return ten + (_HAN[ones] if ones else "")
    if counts_in in ("upperLetter", "lowerLetter") and 0 < number <= 26:
        letter = chr(ord("A") + number - 1)
        return letter if counts_in == "upperLetter" else letter.lower()
    return f"{number:02d}" if counts_in == "decimalZero" else str(number)


def read_lists(package: Package) -> Lists:
    """Return the lists of a document."""
    lists = Lists()
    for item in package.items(package.beside("numbering.xml"), "numbering"):
        if local(item.tag) == "abstractNum":
            lists.levels[attribute(item, "abstractNumId")] = dict(_levels(item))
        elif local(item.tag) == "num":
            for child in item:
                if local(child.tag) == "abstractNumId":
                    lists.uses[attribute(item, "numId")] = attribute(child, "val")
    return lists


def _levels(item: Element) -> Iterator[tuple[int, Level]]:
    for child in item:
        if local(child.tag) != "lvl":
            continue
        values = {local(part.tag): attribute(part, "val") for part in child}
        start = values.get("start", "1")
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
        level = attribute(child, "ilvl")
        if level.isascii() and level.isdigit() and len(level) == 1:
            text = values.get("lvlText", "")[:40]
            yield int(level), Level(text, values.get("numFmt", "decimal"), min(number, _MOST))
