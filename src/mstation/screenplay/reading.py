"""Bytes to script: the format is told by how the bytes begin, then its reader reads."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, assert_never

from mstation.screenplay.chinese.heading import find_heading
from mstation.screenplay.chinese.reading import read_chinese
from mstation.screenplay.chinese.speech import find_speech
from mstation.screenplay.decode import decode
from mstation.screenplay.draft import script_of
from mstation.screenplay.fountain.lines import is_forced_heading
from mstation.screenplay.fountain.reading import read_fountain
from mstation.screenplay.heading import starts_as_heading
from mstation.screenplay.language import language_of
from mstation.screenplay.page import Page, lay_out
from mstation.screenplay.script import Language, Script
from mstation.screenplay.title_page import read_title_page

__all__ = ["format_of", "language_of", "read", "read_text"]

_SURE = 60  # when one side leads by this, the rest of the script is not asked


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
    return script_of(page, title_page, elements, language=spoken)


def _is_fountain(page: Page, start: int) -> bool:
    """Whether a Chinese script is written in Fountain's syntax: its own lines tell."""
    lead = 0
    above = ""
    texts = [*(line.strip() for line in page.lines[start:]), ""]
    for text, below in pairwise(texts):
        if text:
            lead += 2 if not above and below and _is_capital(text) else _leaning(text)
            if abs(lead) > _SURE:
                break
        above = text
    return lead > 0


def _is_capital(text: str) -> bool:
    """Whether a line over others may be a name as Fountain has them."""
    return text.isascii() and text.isupper() and not starts_as_heading(text)


def _leaning(text: str) -> int:
    """Return how much a line speaks for Fountain, or, below nought, against it."""
    if text[0] in "@＠" or starts_as_heading(text) or is_forced_heading(text):
        return 3
    if text[0] in "△▲▶":
        return -1
    if len(text) < 200 and find_heading(text) is not None:
        return -3
    return -1 if find_speech(text) is not None else 0
