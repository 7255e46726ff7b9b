"""An English sentence in, the same sentence with what its reader would mistake written out.

The reader knows years, dates, money, units, clock times, titles and Roman numerals; this adds
telephones, addresses, feet and inches, rooms, mixed fractions, shouted capitals and stammers.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from mstation.voices.rewriting import Readable, Say, as_written, rewritten, rewritten_by

IsWord = Callable[[str], bool]
_DIGITS = ("oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MARKS = str.maketrans("，。；：？！、（）“”‘’—", ",.;:?!,()\"\"''—")
_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
_PARTS = {"2": "half", "3": "third", "4": "quarter", "5": "fifth", "8": "eighth"}
_NOT_IN = r"(?<![\w.,/-])"
_CAPITALS = re.compile(r"(?<![\w'’.-])[A-Z][A-Z'’]+(?![\w.-]*\w)(?!\.[A-Z])")


def as_said(sentence: str, is_word: IsWord) -> Readable:
    """Return a sentence with its odd places written out; `is_word` knows the dictionary."""
    read = rewritten_by(as_written(sentence.translate(_MARKS)), _rules())
    shouted = _shouted(read.text)
    return rewritten(read, _CAPITALS, lambda match: _spoken_loud(match, is_word, shouted))


def sound_of(word: str) -> str:
    """Return the sound that a word such as Shh! stands for, in the model's letters, or none."""
    bare = re.sub(r"[^a-z]", "", word.casefold())
    for pattern, sound in _table()["sounds"].items():
        if re.fullmatch(pattern, bare):
            return str(sound)
    return ""


@cache
def _table() -> dict[str, Any]:
    text = resources.files("mstation.voices").joinpath("english_text.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Say], ...]:
    table = _table()
    said = "|".join(map(re.escape, table["said"]))
    words_too = "|".join(table["words_too"]["words"])
    rows: tuple[tuple[str, Say], ...] = (
        (r"(?<=[A-Za-z\"'][,;:!?])(?=[A-Za-z])", lambda m: " "),
        (r"(?:https?://)?([\w.-]+)@([\w-]+(?:\.[\w-]+)+)", _address),
        (rf"{_NOT_IN}(?:https?://|(?=www\.))[\w./-]+\w", lambda m: _dotted(m[0])),
        (r"(?<![\w.@-])[A-Za-z][\w-]*\.(?:com|org|net|edu|gov|io)(?:/[\w/-]*\w)?\b",
         lambda m: _dotted(m[0])),
        (rf"{_NOT_IN}(?:(\+?1)[ .-]?)?\(?([0-9]{{3}})\)?[ .-]([0-9]{{3}})[ .-]([0-9]{{4}})(?!\w)",
         _telephone),
        (rf"{_NOT_IN}([0-9]{{3}})-([0-9]{{4}})(?!\w)", _telephone),
        (rf"(?<!\w)(?:{said})(?!\w)(?!%)", _replaced),
        (r"(?<![\w.])([0-9])['’′]([0-9]{1,2})(?:\"|”|″|'')?(?!\w)",
         lambda m: f"{m[1]} foot {m[2]}"),
        (r"(?<![\w.])([0-9]+)\s?([½¼¾⅓⅔])", lambda m: _mixed(m[1], *_FRACTIONS[m[2]].split("/"))),
        (r"(?<![\w./-])([0-9]+) ([1-9])/([23458])(?![\w/]|\.\d)", lambda m: _mixed(*m.groups())),
        (r"(?<![\w.,-])([1-9])([0-9]{2})(?![\w,.:/-]*\d)", _in_a_pair),
        (r"(?<![\w.,-])0([0-9]+)(?![\w.,:/-]*\d)", lambda m: _each("0" + m[1])),
        (r"(?<![\w.,])([0-9]+(?:\.[0-9]+)?)\s?mm(?= [a-z])", lambda m: f"{m[1]} millimeter"),
        (r"(?<=[0-9])\s?[x×]\s?(?=[0-9])", lambda m: " by "),
        (r"\bf/([0-9.]*[0-9])", lambda m: f"f {m[1]}"),
        (r"\b(?:([bcdfghjklmnpqrstvwxyz]{1,3})-)+(?=\1)", _stammer),
        (r"(?i)\b([bcdfghjklmnpqrstvwxyz]{1,2})-(?=\1)", _stammer),
        (rf"\b(?:{words_too})\.(?=\s*(?:$|[\"'”’)]|\s[A-Z]))", lambda m: f"{m[0][:-1]} ."),
        (r"(?<=[0-9])\.(?=\s|$|[\"'”’)])", lambda m: " ."),
    )  # fmt: skip
    return tuple((re.compile(pattern), say) for pattern, say in rows)


def _replaced(match: re.Match[str]) -> str:
    said: str = _table()["said"][match[0]]
    return said


def _address(match: re.Match[str]) -> str:
    return f"{_dotted(match[1])} at {_dotted(match[2])}"


def _dotted(text: str) -> str:
    """Return an address as it is told: W W W dot example dot org slash reel."""
    text = re.sub(r"^https?://", "", text).replace("www", "W W W")
    for mark, name in ((".", "dot"), ("/", "slash"), ("-", "dash"), ("_", "underscore")):
        text = text.replace(mark, f" {name} ")
    return " ".join(text.split())


def _telephone(match: re.Match[str]) -> str:
    return ", ".join(_each(part.lstrip("+")) for part in match.groups() if part)


def _each(number: str) -> str:
    return " ".join(_DIGITS[int(digit)] for digit in number)


def _mixed(whole: str, over: str, under: str) -> str:
    part = _PARTS.get(under, under)
    if over == "1":
        return f"{whole} and {'an' if part == 'eighth' else 'a'} {part}"
    return f"{whole} and {_DIGITS[int(over)]} {'halves' if part == 'half' else part + 's'}"


def _in_a_pair(match: re.Match[str]) -> str | None:
    """Return room 237 as two thirty-seven and 101 as one oh one; other numbers are counted."""
    named = "|".join(_table()["paired"]["words"])
    if not re.search(rf"(?i)\b(?:{named})(?: number)?\.? #?$", match.string[: match.start()]):
        return None
    first, rest = match.groups()
    if rest == "00":
        return None
    return f"{first} oh {rest[1]}" if rest[0] == "0" else f"{first} {rest}"


def _stammer(match: re.Match[str]) -> str:
    """Return w-w-what as wuh wuh what: a stammerer says no letters."""
    return "".join(f"{part.lower()}uh " for part in match[0].split("-") if part)


def _shouted(text: str) -> frozenset[int]:
    """Return where the capitals stand that have capitals beside them, or nothing but."""
    words = list(re.finditer(r"[A-Za-z'’]+", text))
    is_loud = [word[0].isupper() and len(word[0]) > 1 for word in words]
    loud = {
        each.start()
        for (one, is_one), (other, is_other) in pairwise(zip(words, is_loud, strict=True))
        for each in (one, other)
        if (is_one or one[0] == "I") and (is_other or other[0] == "I")
    }
    if len(words) == 1 and is_loud[0]:
        loud.add(words[0].start())
    return frozenset(loud)


def _spoken_loud(match: re.Match[str], is_word: IsWord, shouted: frozenset[int]) -> str | None:
    """Return a shouted word in small letters, so that it is not spelled; initials stay."""
    word, table = match[0], _table()["capitals"]
    if word in table["always"]:
        return None
    is_shouted = match.start() in shouted
    if word in table["among_small"] and not is_shouted:
        return None
    if is_word(word.lower()):
        return word.lower()
    has_vowel = any(letter in "AEIOUY" for letter in word)
    return word.capitalize() if has_vowel and len(word) > 3 else None
