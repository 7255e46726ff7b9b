"""People's names: how they are shown, sounded out in letters, and put in order."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from mstation.station.search import terms_of

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_MOST_LETTERS = 200


def pinyin_of(name: str) -> str:
    """Return the syllables of a Chinese name, as surnames sound: 单雪 is `shan xue`.

    What is not Chinese in it is left out.
    """
    return " ".join(_syllables(name))


def spellings_of(name: str) -> tuple[str, ...]:
    """Return what people type for a Chinese name: apart, together, and the first letters alone."""
    told = _syllables(name)
    if not told:
        return ()
    return " ".join(told), "".join(told), "".join(each[0] for each in told)


def letters_of(name: str) -> str:
    """Return a name as it stands in an order: small letters and digits only, the same everywhere.

    Chinese signs stand by their sound, letters without their accents; what has neither, last.
    """
    sounded = _HAN.sub(lambda found: "".join(_syllables(found[0])), name)
    told = "".join(_letter(sign) for sign in unicodedata.normalize("NFKD", sounded).casefold())
    return told[:_MOST_LETTERS]


def _letter(sign: str) -> str:
    if sign.isascii():
        return sign if sign.isalnum() else ""
    return f"zz{ord(sign):06x}" if sign.isalpha() else ""


def _syllables(name: str) -> list[str]:
    runs = [_simplified(run) for run in _HAN.findall(name)]
    if not runs:
        return []
    sound = _sounds()
    return [
        letters
        for place, run in enumerate(runs)
        for each in sound.as_name(run, is_first=place == 0)
        if (letters := "".join(sign for sign in each if sign.isascii() and sign.isalpha()).lower())
    ]


def _simplified(run: str) -> str:
    """Return a run of signs simplified, as a search has it: its terms begin with each in turn."""
    return "".join(term[0] for term in terms_of(run))


class _Sounds:
    """What pypinyin knows: its tables take long to load."""

    def __init__(self) -> None:
        from pypinyin import Style, lazy_pinyin

        self._say: Any = lazy_pinyin
        self._style = Style.NORMAL

    def as_name(self, run: str, *, is_first: bool) -> list[str]:
        """Return the sounds of a run; a name begins with a surname."""
        if is_first:
            for signs in (2, 1):
                surname = _SURNAMES.get(run[:signs])
                if surname is not None and len(run) > signs:
                    return [*surname.split(), *self._say(run[signs:], style=self._style)]
        sounds: list[str] = self._say(run, style=self._style)
        return sounds


# Source: 现代汉语词典 (7th ed.): surnames that sound unlike the same sign elsewhere.
_SURNAMES = {
    "万俟": "mo qi", "尉迟": "yu chi", "单于": "chan yu", "长孙": "zhang sun", "澹台": "tan tai",
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "任": "ren", "区": "ou",
    "朴": "piao", "盖": "ge", "乐": "yue", "翟": "zhai", "尉": "wei", "缪": "miao", "覃": "qin",
    "召": "shao", "折": "she", "洗": "xian", "繁": "po", "黑": "he", "种": "chong", "秘": "bi",
    "逄": "pang", "华": "hua", "宁": "ning", "那": "na", "樊": "fan", "重": "chong",
}  # fmt: skip


@cache
def _sounds() -> _Sounds:
    return _Sounds()
