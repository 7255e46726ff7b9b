"""Bytes to script: the format is told by how the bytes begin, then its reader reads."""

from __future__ import annotations

import re
from typing import Literal, assert_never

from mstation.screenplay.chinese.heading import find_heading
from mstation.screenplay.chinese.reading import read_chinese
from mstation.screenplay.chinese.speech import find_speech
from mstation.screenplay.decode import decode
from mstation.screenplay.fountain.reading import read_fountain
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
    """Return the script that a file of any known format holds; prose never fails.

    Raises:
        InvalidInput: when the bytes are no script of any format, or hostile.
        Unsupported: when they are of a format that only its own program opens.
    """
    match format_of(data):
        case "fdx":
            from mstation.screenplay import fdx

            return fdx.read(data, path=path, language=language)
        case "docx":
            from mstation.screenplay import docx

            return docx.read(data, path=path, language=language)
        case "pdf":
            from mstation.screenplay import pdf

            return pdf.read(data, path=path, language=language)
        case "text":
            return read_text(decode(data, path=path), language=language)
        case other:
            assert_never(other)


def format_of(data: bytes) -> Literal["fdx", "docx", "pdf", "text"]:
    """Return the format of a screenplay's file by how it begins, whatever it is called."""
    start = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith(b"PK\x03\x04"):
        return "docx"
    return "fdx" if start.startswith(b"<") and b"<FinalDraft" in start else "text"


def read_text(text: str, *, language: Literal["auto", "en", "zh"] = "auto") -> Script:
    r"""Return the script of a text whose line breaks are `\n`: Fountain or a Chinese script."""
    spoken: Language = language_of(text) if language == "auto" else language
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


def language_of(text: str) -> Language:
    """Return the language that most of a text is written in."""
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
