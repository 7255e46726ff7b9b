"""The title page: keys and their lines before the first blank line, read and written.

Source: fountain.io/syntax, Title Page; a full-width colon works as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mstation.screenplay.emphasis import marked_text, plain_text
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.marks import TITLE_PAGE_NOTE
from mstation.screenplay.page import Page
from mstation.screenplay.script import TitleField

_KNOWN = frozenset(lexicon("mstation.screenplay", "words")["title_page"]["keys"])
MAX_KEY = 40  # characters
_KEY = re.compile(rf"([^\s:：][^:：\n]{{0,{MAX_KEY - 1}}})[:：](.*)", re.DOTALL)
_NAMED_TITLE = re.compile(r"[#*\s]*《([^《》]{1,60})》\s*(?:剧本|电影剧本|微电影剧本|短剧)?[#*\s]*")
_HAN = re.compile(r"[\u3400-\u9fff]")


def read_title_page(page: Page) -> tuple[tuple[TitleField, ...], int]:
    """Return the title page and the index of the first line after it."""
    lines = page.lines
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines):
        return (), start
    named = _NAMED_TITLE.fullmatch(lines[start][:200])
    if named is not None:
        below = next((i for i in range(start + 1, len(lines)) if lines[i].strip()), start + 1)
        fields, end = _read_fields(page, below)
        return (TitleField("标题", (named[1].strip(),)), *fields), end if fields else start + 1
    return _read_fields(page, start)


def opens_title_page(line: str) -> bool:
    """Whether a script that begins with this line begins with a title page."""
    return _NAMED_TITLE.fullmatch(line[:200]) is not None or _key_of(line) in _KNOWN


def write_title_page(fields: Iterable[TitleField]) -> Iterator[str]:
    """Yield the lines of a title page; values of several lines stand below their key."""
    for index, entry in enumerate(fields):
        colon = "：" if _HAN.search(entry.key) else ":"
        key = marked_text(entry.key) + colon
        opens = index or opens_title_page(key)
        note = "" if opens else f" [[{TITLE_PAGE_NOTE}]]"
        values = [_guarded(marked_text(line)) for line in entry.lines]
        if len(values) == 1:
            yield f"{key}{' ' if colon == ':' else ''}{values[0]}{note}"
            continue
        yield key + note
        yield from (f"    {value}" for value in values)


def _read_fields(page: Page, start: int) -> tuple[tuple[TitleField, ...], int]:
    lines = page.lines
    if start >= len(lines) or not (
        _key_of(lines[start]) in _KNOWN or _is_said_to_open(page, start)
    ):
        return (), start
    indent = len(lines[start]) - len(lines[start].lstrip())
    fields: list[tuple[str, list[str]]] = []
    end = start
    while end < len(lines) and lines[end].strip():
        text = lines[end].strip()
        is_indented = lines[end][: indent + 1].isspace()
        key = None if is_indented and fields else _KEY.fullmatch(text)
        if key is not None:
            value = key[2].strip()
            fields.append((key[1].strip(), [value] if value else []))
        elif is_indented and fields:
            fields[-1][1].append(text)
        else:
            break
        end += 1
    return tuple(
        TitleField(plain_text(key)[0], tuple(plain_text(_unguarded(v))[0] for v in values))
        for key, values in fields
    ), end


def _key_of(line: str) -> str:
    """Return the key that a line has, in lower case, or ''."""
    key = _KEY.fullmatch(line.strip())
    return "" if key is None else key[1].strip().lower()


def _is_said_to_open(page: Page, start: int) -> bool:
    return TITLE_PAGE_NOTE in page.notes.get(start, ()) and _key_of(page.lines[start]) != ""


def _guarded(value: str) -> str:
    """An empty line of a value is a backslash, for a blank line would end the page."""
    return value if value.strip("\\") else f"\\{value}"


def _unguarded(value: str) -> str:
    return value if value.strip("\\") else value[1:]
