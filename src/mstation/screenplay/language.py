"""Text to the language that most of it is written in."""

from __future__ import annotations

import re
from string import ascii_letters

from mstation.screenplay.script import Language

# A script is long, so its characters are counted by their first bytes in UTF-8.
_HAN_LEADS = bytes(range(0xE4, 0xEA))  # U+4000 to U+9FFF
_HAN_BELOW = re.compile(rb"\xe3[\x90-\xbf]")  # U+3400 to U+3FFF
_KANA = re.compile(rb"\xe3[\x81-\x83]")  # U+3040 to U+30FF
# A to Z, U+00C0 to U+023F, U+0400 to U+04FF
_LETTER_LEADS = ascii_letters.encode() + bytes(range(0xC3, 0xC9)) + bytes(range(0xD0, 0xD4))
_LETTERS_A_WORD = 4  # a Han character stands for about as much as four letters


def language_of(text: str) -> Language:
    """Return the language that most of a text is written in."""
    if text.isascii():
        return "en"
    raw = text.encode("utf-8", "surrogatepass")
    han = _count(raw, _HAN_LEADS) + len(_HAN_BELOW.findall(raw))
    if not han or len(_KANA.findall(raw)) > 0.1 * han:
        return "en"
    return "zh" if han * _LETTERS_A_WORD > _count(raw, _LETTER_LEADS) else "en"


def _count(raw: bytes, leads: bytes) -> int:
    return len(raw) - len(raw.translate(None, leads))
