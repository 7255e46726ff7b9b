"""The paragraphs of a title page to its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.numerals import NUMERAL
from mstation.screenplay.script import ElementKind, Language, TitleField
from mstation.screenplay.typed.columns import is_heading, is_transition
from mstation.screenplay.typed.paragraph import Align, Paragraph

_COVER = lexicon("mstation.screenplay.typed", "words")["cover"]
_CREDITS = tuple(sorted(_COVER["credit"], key=len, reverse=True))
_AUTHORS = frozenset(("Author", *(credit for credit in _CREDITS if not credit.isascii())))
_STARTS: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (key, tuple(words)) for key, words in _COVER["starts"].items()
)
_KEYS = frozenset(lexicon("mstation.screenplay", "words")["title_page"]["keys"])
_KEYED = re.compile(r"([^\s:：][^:：\n]{0,23}?)\s*[:：]\s*(\S.*)")
_DATE = re.compile(
    r"\D{0,12}\d{1,4}\s*[./年-]\s*\d{1,2}(?:\s*[./月-]\s*\d{1,4}\s*日?)?\D{0,12}"
    r"|.{0,12}\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s+(?:\d{1,2},?\s+)?"
    r"\d{4}.{0,6}|(?:spring|summer|autumn|fall|winter)\s+\d{4}",
    re.IGNORECASE,
)
# the usual order; what is not here, and every author, stands after the title
_RANKS = {"Title": 0, "Source": 2, "Draft date": 3, "Contact": 4, "Copyright": 5, "Notes": 6}
_KEYS_ZH: dict[str, str] = _COVER["keys_zh"]
_MOST_LINES = 60
_SCRIPT = frozenset((ElementKind.SCENE_HEADING, ElementKind.ACTION, ElementKind.CHARACTER))
_PART = re.compile(rf"第\s*{NUMERAL}\s*[集场幕]|(?:act|episode)\b", re.IGNORECASE)
_NAMED = re.compile(r"《([^《》]{1,60})》.{0,8}")


@dataclass(slots=True)
class _Cover:
    """The fields found so far."""

    fields: list[tuple[str, list[str]]] = field(default_factory=list)

    def add(self, key: str, lines: list[str], *, is_new: bool = False) -> None:
        for name, values in self.fields:
            if name == key and not is_new:
                values.extend(lines)
                return
        self.fields.append((key, lines))

    def has(self, key: str) -> bool:
        return any(name == key for name, _ in self.fields)


def cover_of(paragraphs: Sequence[Paragraph], language: Language) -> tuple[TitleField, ...]:
    """Return what a title page says: title, credit, author, source, draft date, contact."""
    cover = _Cover()
    for align, block in _blocks(paragraphs):
        _read_block(cover, align, block)
    fields = sorted(cover.fields, key=lambda entry: _RANKS.get(entry[0], 1))
    return tuple(
        TitleField(_KEYS_ZH.get(key, key) if language == "zh" else key, tuple(lines))
        for key, lines in fields
        if lines
    )


def _blocks(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[Align, list[str]]]:
    """Part paragraphs where an empty line or another alignment parts them."""
    block: list[str] = []
    align: Align = "center"
    for paragraph in paragraphs:
        if block and (paragraph.blanks or paragraph.align != align):
            yield align, block
            block = []
        align = paragraph.align
        block.extend(line.strip() for line in paragraph.text.split("\n") if line.strip())
    if block:
        yield align, block


def _read_block(cover: _Cover, align: Align, block: list[str]) -> None:
    rest: list[str] = []
    key = ""
    for line in block:
        keyed = _KEYED.fullmatch(line)
        credit, name = _credit(line)
        start = _start_key(line)
        if keyed is not None and keyed[1].strip().lower() in _KEYS:
            _place(cover, align, rest)
            rest = []
            cover.add(keyed[1].strip(), [keyed[2].strip()])
        elif credit and cover.has("Title") | bool(rest) and align == "center":
            _place(cover, align, rest)
            rest = []
            if credit.isascii():
                cover.add("Credit", [credit], is_new=True)
            author = "Author" if credit.isascii() else credit
            cover.add(author, [name] if name else [], is_new=True)
            key = "Author"
        elif start and (cover.has("Title") or align != "center"):
            cover.add(start, [line])
            key = start if start in ("Source", "Copyright") and align == "center" else ""
        elif key:
            cover.fields[-1][1].append(line)
        else:
            rest.append(line)
    _place(cover, align, rest)


def _place(cover: _Cover, align: Align, lines: list[str]) -> None:
    """Put lines that say nothing of themselves where their place says."""
    if not lines:
        return
    named = _NAMED.fullmatch(lines[0])
    if not cover.has("Title") and (align == "center" or named):
        cover.add("Title", [named[1]] if named else lines)
        lines = lines[1:] if named else []
    if not lines:
        return
    last = cover.fields[-1] if cover.fields else None
    if last is not None and last[0] in _AUTHORS and not last[1]:
        last[1].extend(lines)
    elif align != "center":
        cover.add("Contact", lines)
    elif not any(name in _AUTHORS for name, _ in cover.fields):
        cover.add("Author", lines)
    else:
        cover.add("Notes", lines)


def _credit(line: str) -> tuple[str, str]:
    """Part `written by Ida Adler` into the credit and the name that may follow it."""
    plain = line.casefold().rstrip(":： ")
    for credit in _CREDITS:
        if plain == credit:
            return line.rstrip(":： "), ""
        if credit.endswith(" by") and plain.startswith(credit + " "):
            return line[: len(credit)], line[len(credit) :].strip()
    return "", ""


def _start_key(line: str) -> str:
    plain = line.casefold()
    if _DATE.fullmatch(line):
        return "Draft date"
    for key, words in _STARTS:
        if plain.startswith(words) and not (plain[:1].isalpha() and _runs_on(plain, words)):
            return key
    return ""


def _runs_on(plain: str, words: tuple[str, ...]) -> bool:
    """Whether every word that the line begins with goes on: `blueberry` is no `blue`."""
    return all(
        plain[len(word) : len(word) + 1].isalpha() and plain[len(word) : len(word) + 1].isascii()
        for word in words
        if plain.startswith(word)
    )


def leading_cover(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """Part a document into its title page and the script.

    A title page ends with its page; without one it is what stands in the middle at the very
    beginning.
    """
    first = next((i for i, p in enumerate(paragraphs) if p.text), len(paragraphs))
    if first == len(paragraphs) or not _is_title(paragraphs[first]):
        return [], list(paragraphs)
    end = first
    for index in range(first, min(first + _MOST_LINES, len(paragraphs))):
        paragraph = paragraphs[index]
        if paragraph.kind is ElementKind.PAGE_BREAK:
            return list(paragraphs[first:index]), list(paragraphs[index + 1 :])
        if is_heading(paragraph.text) or paragraph.kind in _SCRIPT:
            break
        if _is_title(paragraph) and end == index:
            end = index + 1
    return list(paragraphs[first:end]), list(paragraphs[end:])


def _is_title(paragraph: Paragraph) -> bool:
    if paragraph.align != "center" or paragraph.kind is not None:
        return False
    text = paragraph.text
    is_of_script = is_heading(text) or is_transition(text) or _PART.match(text) is not None
    return bool(text) and not is_of_script
