"""The title page: keys and their lines before the first blank line.

Source: fountain.io/syntax, Title Page; a full-width colon works as well.
"""

from __future__ import annotations

import re

from mstation.screenplay.emphasis import plain_text
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.page import Page
from mstation.screenplay.script import TitleField

_KNOWN = frozenset(lexicon("mstation.screenplay", "words")["title_page"]["keys"])
_KEY = re.compile(r"([^\s:：][^:：\n]{0,39})[:：](.*)", re.DOTALL)
_NAMED_TITLE = re.compile(r"[#*\s]*《([^《》]{1,60})》\s*(?:剧本|电影剧本|微电影剧本|短剧)?[#*\s]*")


def read_title_page(page: Page) -> tuple[tuple[TitleField, ...], int]:
    """Return the title page and the index of the first line after it."""
    lines = page.lines
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines):
        return (), start
    named = _NAMED_TITLE.fullmatch(lines[start][:200])
    if named is not None:
        fields, end = _read_fields(lines, start + 1)
        return (TitleField("标题", (named[1].strip(),)), *fields), end
    return _read_fields(lines, start)


def _read_fields(lines: list[str], start: int) -> tuple[tuple[TitleField, ...], int]:
    if start >= len(lines) or not _opens(lines[start]):
        return (), start
    indent = len(lines[start]) - len(lines[start].lstrip())
    fields: list[tuple[str, list[str]]] = []
    end = start
    while end < len(lines) and lines[end].strip():
        line = lines[end].expandtabs(4)
        is_indented = line[: indent + 1].isspace() and len(line) > indent
        key = None if is_indented else _KEY.fullmatch(line.strip())
        if key is not None:
            value = key[2].strip()
            fields.append((key[1].strip(), [value] if value else []))
        elif is_indented:
            fields[-1][1].append(line.strip())
        else:
            break
        end += 1
    return tuple(TitleField(key, tuple(plain_text(v)[0] for v in vs)) for key, vs in fields), end


def _opens(line: str) -> bool:
    key = _KEY.fullmatch(line.strip())
    return key is not None and key[1].strip().lower() in _KNOWN
