"""Chinese numerals to numbers: 第十二场 is scene 12, 三十多岁 is in the thirties."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_UNITS = {"十": 10, "百": 100, "千": 1000}

NUMERAL = "[0-9０-９零〇一二两三四五六七八九十百千]{1,8}"
_ONLY_NUMERAL = re.compile(NUMERAL)


def number_of(numeral: str) -> int | None:
    """Return the value of `12`, `１２`, `十二` or `一百零三`; None when it is no numeral."""
    if not _ONLY_NUMERAL.fullmatch(numeral):
        return None
    numeral = unicodedata.normalize("NFKC", numeral)
    if numeral.isdigit() and numeral.isascii():
        return int(numeral)
    if not any(character in _UNITS for character in numeral):
        digits = "".join(str(_DIGITS.get(character, character)) for character in numeral)
        return int(digits)
    total = current = 0
    for character in numeral:
        unit = _UNITS.get(character)
        if unit is None:
            current = current * 10 + _digit(character)
        else:
            total += max(1, current) * unit
            current = 0
    return total + current


def _digit(character: str) -> int:
    return int(character) if character.isascii() else _DIGITS[character]
