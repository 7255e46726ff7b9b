"""Bytes to script: decoded, laid out, and read as Fountain or as a Chinese script."""

from __future__ import annotations

import re
from typing import Literal

from mstation.screenplay.chinese import read_chinese
from mstation.screenplay.chinese_heading import find_heading
from mstation.screenplay.chinese_speech import find_speech
from mstation.screenplay.decode import decode
from mstation.screenplay.fountain import read_fountain
from mstation.screenplay.heading import starts_as_heading
from mstation.screenplay.page import Page, lay_out
from mstation.screenplay.script import Language, Script
from mstation.screenplay.title_page import read_title_page

MAX_NOTES = 500
_HAN = re.compile(r"[\u3400-\u9fff]+")
_KANA = re.compile(r"[\u3040-\u30ff]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0400-\u04ff]+")
_LETTERS_A_WORD = 4  # a Han character stands for about as much as four letters


def read(data: bytes, *, path: str, language: Literal["auto", "en", "zh"] = "auto") -> Script:
    """Return the script that a file holds; prose never fails, doubts become notes.

    Raises:
        InvalidInput: when the bytes are no text (see `decode`).
    """
    text = decode(data, path=path)
    spoken: Language = _language_of(text) if language == "auto" else language
    page = lay_out(text)
    title_page, start = read_title_page(page)
    is_plain_chinese = spoken == "zh" and not _is_fountain(page, start)
    elements = read_chinese(page, start) if is_plain_chinese else read_fountain(page, start)
    doubts = sorted(page.doubts, key=lambda note: note.line)[:MAX_NOTES]
    return Script(
        language=spoken, title_page=title_page, elements=tuple(elements), notes=tuple(doubts)
    )


def _length(pattern: re.Pattern[str], text: str) -> int:
    return sum(len(run) for run in pattern.findall(text))


def _language_of(text: str) -> Language:
    if text.isascii():
        return "en"
    han = _length(_HAN, text)
    if _length(_KANA, text) > 0.1 * han:
        return "en"
    return "zh" if han * _LETTERS_A_WORD > _length(_LATIN, text) else "en"


def _is_fountain(page: Page, start: int) -> bool:
    """Whether a Chinese script is written in Fountain's syntax: its own lines tell."""
    fountain = plain = 0
    for index in range(start, len(page.lines)):
        line = page.lines[index].strip()
        if not line:
            continue
        if starts_as_heading(line) or (line[0] == "." and line[1:2].isalnum()):
            fountain += 3
        elif line[0] in "@＠":
            fountain += 1
        elif line[0] in "△▲▶":
            plain += 1
        elif len(line) < 200 and find_heading(line) is not None:
            plain += 3
        elif find_speech(line) is not None:
            plain += 1
    return fountain > plain
