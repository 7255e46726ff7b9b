"""A Chinese line in, the same line out as people say its numbers, dates, units and letters."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Any

from mstation.voices.han_numbers import cardinal, counted, digits
from mstation.voices.rewriting import Readable, Say, rewritten_by

_YAO = "幺"
_N = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
_ALONE, _END = r"(?<![0-9.,])", r"(?![0-9])"  # a number whole, not the tail or head of one
_TO = r"\s?[-–—~～－]\s?"
_HAN = r"[㐀-鿿]"
_MOST_MONTHS, _MOST_DAYS, _MOST_HOURS, _SIXTY = 12, 31, 24, 60


def as_said(read: Readable) -> Readable:
    """Return a Chinese line as it is said: numbers in Han, units by name, initials apart."""
    narrow = "".join(_narrow(letter) for letter in read.text)
    return rewritten_by(Readable(narrow, read.places), _rules())


def _narrow(letter: str) -> str:
    """Return a letter or digit of Chinese width at its Latin width; marks keep theirs."""
    if not "！" <= letter <= "～":
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    return plain if plain.isalnum() or plain in "%+-/@#$&=" else letter


@cache
def _table() -> dict[str, Any]:
    text = resources.files("mstation.voices").joinpath("chinese_text.toml").read_text("utf-8")
    return tomllib.loads(text)


def _any_of(words: Any) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Say], ...]:
    """Return what is read otherwise, the most particular first."""
    rules = (*_addresses(), *_called(), *_days(), *_amounts(), *_sums(), *_counts(), *_latin())
    return tuple((re.compile(pattern), say) for pattern, say in rules)


_Rules = tuple[tuple[str, Say], ...]


def _addresses() -> _Rules:
    name = r"[A-Za-z0-9_-]+"
    return (
        (rf"(?<![A-Za-z0-9])(?:https?://)?({name}(?:\.{name})*)@({name}(?:\.{name})+)", _address),
        (rf"(?<![A-Za-z0-9@])(?:https?://)?(?:www\.)?{name}(?:\.{name})*\.(?:com|cn|net|org)\b",
         lambda m: _dotted(m[0].partition("://")[2] or m[0])),
    )  # fmt: skip


def _address(match: re.Match[str]) -> str:
    return f"{_dotted(match[1])} at {_dotted(match[2])}"


def _dotted(text: str) -> str:
    said = re.sub(r"[0-9]+", lambda m: digits(m[0]), text)
    said = re.sub(r"\b(?![aeiou]|com|net|org)[a-z]{1,3}\b", lambda m: " ".join(m[0]), said)
    return re.sub(r"[._-]", lambda m: {".": "点", "-": "杠"}.get(m[0], " "), said)


def _called() -> _Rules:
    """Numbers that are called rather than counted: telephones, doors, trains."""
    named = _table()["named"]
    rare = set(named["only_after_a_call"])
    always = [number for number in named["called"] if number not in rare]
    spelled = rf"(?:{_any_of(named['spelled'])})(?:号码|号)?(?:[是为]|[:：]|的是)?\s?"
    return (
        (rf"{_ALONE}(?:\+?86[- ]?)?(1[3-9][0-9])[- ]?([0-9]{{4}})[- ]?([0-9]{{4}}){_END}",
         lambda m: " ".join(_spelled(part) for part in m.groups())),
        (rf"{_ALONE}(0[0-9]{{2,3}}|400|800)[- ]([0-9]{{3,4}})[- ]?([0-9]{{3,4}}){_END}",
         lambda m: " ".join(_spelled(part) for part in m.groups())),
        (rf"({spelled})([0-9]{{3,}})(?![0-9.])(?!{_HAN}?[个块元人次])",
         lambda m: m[1] + _spelled(m[2])),
        (rf"{_ALONE}(?:{_any_of(always)})(?![0-9.])", lambda m: _spelled(m[0])),
        (rf"{_ALONE}([0-9]{{3,4}})(?={_any_of(named['doors'])})", lambda m: _spelled(m[1])),
        (rf"(?<![A-Za-z])([A-Z]{{1,2}}) ?-?([0-9]{{3,4}}){_END}(?!{_HAN}?[万亿])",
         lambda m: f"{_letters(m[1])} {_spelled(m[2])}"),
        (r"(?<![0-9.,])9[./·]?11(?=事件|恐袭)", lambda m: "九幺幺"),
    )  # fmt: skip


def _spelled(number: str) -> str:
    return digits(number, one=_YAO)


def _days() -> _Rules:
    return (
        (rf"{_ALONE}([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_END}", _date),
        (rf"{_ALONE}([0-9]{{4}})({_TO})(?=[0-9]{{4}}\s?年)", lambda m: digits(m[1]) + "到"),
        (rf"{_ALONE}([0-9]{{4}})(?=\s?(?:年|级学生|届))", lambda m: digits(m[1])),
        (rf"{_ALONE}([0-9]0)(?=后|年代)",
         lambda m: cardinal(m[1]) if m.string[m.end()] == "年" else digits(m[1])),
        (rf"{_ALONE}([0-9]{{2}})(?=后)", lambda m: digits(m[1])),
        (rf"{_ALONE}([0-9]{{1,2}})[:：]([0-9]{{2}})(?:[:：]([0-9]{{2}}))?(?![0-9:：])", _clock),
        (rf"{_ALONE}([0-9]{{1,2}})点(0[1-9])(?=分|$|[^0-9])",
         lambda m: f"{counted(m[1])}点{digits(m[2])}"),
        (rf"{_ALONE}([0-9]{{1,2}})点(?=[0-9]{{2}}分?)", lambda m: f"{counted(m[1])}点"),
        (rf"{_ALONE}([0-9]{{1,3}})[:：]([0-9]{{1,3}})(?![0-9:：])",
         lambda m: f"{cardinal(m[1])}比{cardinal(m[2])}"),
    )  # fmt: skip


def _date(match: re.Match[str]) -> str | None:
    year, month, day = match.groups()
    if not (1 <= int(month) <= _MOST_MONTHS and 1 <= int(day) <= _MOST_DAYS):
        return None
    return f"{digits(year)}年{cardinal(str(int(month)))}月{cardinal(str(int(day)))}日"


def _clock(match: re.Match[str]) -> str | None:
    hour, minute, second = (int(part or 0) for part in match.groups())
    if hour > _MOST_HOURS or minute >= _SIXTY or second >= _SIXTY:
        return None
    said = f"{counted(str(hour))}点"
    if match[3]:
        return f"{said}{cardinal(str(minute))}分{cardinal(str(second))}秒"
    if minute == 30:
        return f"{said}半"
    return said + ("" if minute == 0 else digits(match[2]) if minute < 10 else cardinal(match[2]))


def _amounts() -> _Rules:
    units, money = _table()["units"], _table()["money"]
    unit = rf"({_any_of(units)})(?![A-Za-z0-9²/])"
    return (
        (rf"{_ALONE}({_N})%?{_TO}({_N})%",
         lambda m: f"百分之{cardinal(m[1])}到百分之{cardinal(m[2])}"),
        (rf"[-−]({_N})%", lambda m: f"负百分之{cardinal(m[1])}"),
        (rf"{_ALONE}({_N})\s?%", lambda m: f"百分之{cardinal(m[1])}"),
        (rf"{_ALONE}({_N})\s?‰", lambda m: f"千分之{cardinal(m[1])}"),
        (rf"([¥￥$€£])\s?({_N})\s?([万亿]?)",
         lambda m: _price(m[2], m[3], money[m[1]])),
        (rf"(?<![0-9A-Za-z])(?:[-−]|零下)({_N})\s?(℃|°C|度)",
         lambda m: f"零下{counted(m[1])}{units.get(m[2], m[2])}"),
        (rf"{_ALONE}({_N}){_TO}({_N})\s?{unit}",
         lambda m: f"{counted(m[1])}到{counted(m[2])}{units[m[3]]}"),
        (rf"{_ALONE}({_N})\s?{unit}", lambda m: f"{counted(m[1])}{units[m[2]]}"),
    )  # fmt: skip


def _price(number: str, large: str, name: str) -> str:
    """￥5.5 is 五块五, ￥19.99 十九块九毛九; ￥3万 三万块."""
    whole, _, rest = number.partition(".")
    if name != "块" or large or not rest or len(rest) > 2:
        return f"{counted(number)}{large}{name}"
    tenths, hundredths = (digits(digit) for digit in rest.ljust(2, "0"))
    said = f"{counted(whole)}块"
    if hundredths == "零":
        return said if tenths == "零" else said + tenths
    return f"{said}零{hundredths}分" if tenths == "零" else f"{said}{tenths}毛{hundredths}"


def _sums() -> _Rules:
    signs = _table()["signs"]
    sign = "[" + re.escape("".join(signs)) + "]"
    return (
        (rf"{_ALONE}({_N}(?:\s?{sign}\s?{_N})+\s?=\s?{_N})",
         lambda m: re.sub(sign, lambda s: signs[s[0]], m[0].replace(" ", ""))),
        (r"(?<=[0-9])\s?([×÷])\s?(?=[0-9])", lambda m: signs[m[1]]),
        (rf"{_ALONE}([0-9]+)/([0-9]+)(?![0-9/])", _fraction),
        (rf"(?<![A-Za-z0-9.])({_N}){_TO}({_N})(?=领先|战平|获胜|大胜|险胜|胜|平)",
         lambda m: f"{cardinal(m[1])}比{cardinal(m[2])}"),
        (rf"(?<![A-Za-z0-9.,-])({_N}){_TO}({_N})(?={_measures()})",
         lambda m: f"{counted(m[1])}到{m[2]}"),
        (rf"(?<![A-Za-z0-9.,-])({_N}){_TO}({_N})(?![-0-9])",
         lambda m: f"{m[1]}到{m[2]}"),
        (rf"(?<![A-Za-z0-9㐀-鿿)）-])[-−](?={_N})", lambda m: "负"),
    )  # fmt: skip


def _fraction(match: re.Match[str]) -> str | None:
    if match.groups() == ("24", "7"):
        return "二十四小时"
    over, under = match.groups()
    return f"{cardinal(under)}分之{cardinal(over)}" if int(under) else None


def _counts() -> _Rules:
    ordered = _any_of(_table()["named"]["ordered"])
    return (
        (r"(?:#|№|[Nn][Oo]\.)\s?([0-9]+)", lambda m: f"{cardinal(m[1])}号"),
        (rf"({ordered})({_N})", lambda m: m[1] + cardinal(m[2])),
        (rf"{_ALONE}([0-9]+(?:\.[0-9]+){{2,}})",
         lambda m: "点".join(cardinal(part) for part in m[1].split("."))),
        (rf"{_ALONE}({_N})\s?(?={_measures()})", lambda m: counted(m[1])),
        (rf"{_ALONE}([0-9]{{6,}})(?![0-9.,])",
         lambda m: cardinal(m[1]) if m[1].endswith("000") else _spelled(m[1])),
        (_N, lambda m: f" {cardinal(m[0])}" if _follows_latin(m) else cardinal(m[0])),
    )  # fmt: skip


def _measures() -> str:
    """Return the pattern of what is counted: before it two is 两."""
    table = _table()["counted"]
    words = rf"{_any_of(table['longer'])}|[{table['words']}多来几]"
    return rf"(?!{_any_of(table['never'])})(?:{words})"


def _follows_latin(match: re.Match[str]) -> bool:
    before = match.string[match.start() - 1 : match.start()]
    return before.isascii() and before.isalpha()


def _latin() -> _Rules:
    """Initials letter by letter; longer capitals are words written loud."""
    return (
        (r"(?<=[A-Za-z])\s?&\s?(?=[A-Za-z])", lambda m: " and "),
        (r"(?<![A-Za-z])(?:[A-Z]\.){2,}", lambda m: _letters(m[0].replace(".", ""))),
        (r"(?<![A-Za-z'’])([A-Z]{2,})(?![A-Za-z'’])", _capitals),
        (r"(?<![A-Za-z'’])A(?![A-Za-z'’])(?= |$|[^ ])", lambda m: _letters("A")),
    )  # fmt: skip


def _capitals(match: re.Match[str]) -> str:
    """Return capitals as letters; a long run is a word written loud."""
    word = match[1]
    if word in _table()["words"]["capitals"] or len(word) > 5:
        return word.lower()
    return _letters(word)


def _letters(word: str) -> str:
    names = _table()["words"]["letters"]
    return " ".join(names.get(letter, letter) for letter in word)
