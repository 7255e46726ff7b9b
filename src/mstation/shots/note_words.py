"""What a note's words mean, in either language: text in, tokens out."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from importlib.resources import files
from math import log
from typing import Any, TypeVar

from mstation.screenplay.numerals import NUMERAL, number_of
from mstation.shots.direction import Way
from mstation.shots.shot import Angle, Move, Size
from mstation.space import PRIME_KIT_MM

_DASHES = re.compile(r"[-‐‑‒–—_]+")
_INITIALS = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]\.){2,}")
_POINT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_QUOTES = str.maketrans("’‘`´", "''''")
_OUTSIDE = '\\s"“”「」『』《》<>()\\[\\]:!?~*#'
_GAP = re.compile(f"[{_OUTSIDE}]+")
_STRETCH = re.compile(f"[^{_OUTSIDE}\u3400-\u9fff]+|.", re.DOTALL)
_HAN = re.compile("[\u3400-\u9fff]")
_HALF = "半"
_LENS = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)\s*(?:mm|毫米)(?![a-z])")
_SECONDS = re.compile(
    rf"(\d{{1,5}}(?:\.\d{{1,3}})?|{_HALF}|{NUMERAL})\s*(?:seconds?|secs?|s|秒钟?)(?![a-z])"
)
_NEAR = 0.65  # how alike a word must be to one of ours to be taken for a slip of it
_SMALL_WORDS = ("between", "way", "shoulder")
UNREAD = "unread"
_Noun = TypeVar("_Noun", Size, Angle, Move)


@dataclass(frozen=True, slots=True)
class Token:
    """Some words of a note, and what they are read as."""

    kind: str  # a table of notes.toml; or name, thing, mm, seconds, unread
    value: str
    way: Way = ""
    text: str = ""


@cache
def vocabulary() -> dict[str, Token]:
    """Return what each word or phrase means, by its plain writing in lower case."""
    text = files("mstation.shots").joinpath("notes.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    one_way = table.pop("moves_one_way")
    return {
        **{
            lowered(plain(word)): Token(kind, value)
            for kind, rows in table.items()
            for value, words in rows.items()
            for word in words
        },
        **{
            word: Token("move", row["move"], row["way"]) for row in one_way for word in row["words"]
        },
    }


def plain(text: str) -> str:
    """Return words without width, dashes and points: `C.U.` is `CU`, `close-up` `close up`."""
    flat = _DASHES.sub(" ", unicodedata.normalize("NFKC", text).translate(_QUOTES))
    flat = _INITIALS.sub(lambda found: found[0].replace(".", ""), flat)
    return " ".join(_POINT.sub(" ", flat).split())


def lowered(text: str) -> str:
    """Return words in lower case, each letter where it was."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def meaning(noun: type[_Noun], word: str) -> _Noun | None:
    """Return the size, the angle or the move that a word of either language means, or None."""
    key = lowered(plain(word))
    token = vocabulary().get(key)
    if token is not None and token.kind == noun.__name__.lower():
        return noun(token.value)
    return next((each for each in noun if lowered(plain(each.value)) == key), None)


def words_of(noun: type[_Noun]) -> list[str]:
    """Return the words of both languages that mean a size, an angle or a move."""
    kind = noun.__name__.lower()
    return [word for word, token in vocabulary().items() if token.kind == kind]


def near_word(word: str) -> tuple[str, float]:
    """Return the word of ours that another may be a slip of, and how alike they are."""
    key = lowered(plain(word))[:60]
    known = [word for word, token in vocabulary().items() if token.kind not in _SMALL_WORDS]
    near = get_close_matches(key, [word for word in known if len(word) > 1], n=1, cutoff=_NEAR)
    return (near[0], SequenceMatcher(None, key, near[0]).ratio()) if near else ("", 0.0)


def tokens_of(text: str, named: Mapping[str, Token], spelled: frozenset[str]) -> list[Token]:
    """Return the tokens of one part of a note.

    `named` holds who and what may be named, by plain words in lower case; `spelled` their names
    as the script writes them: where a name is also a word, only that writing is the name.
    """
    text = plain(text)
    low, names = lowered(text), pattern_of(named)
    found: list[tuple[int, Token]] = []
    at = 0
    while at < len(text):
        gap = _GAP.match(text, at)
        if gap is None:
            token, end = _measure(low, at) or _word(text, low, at, names, named, spelled)
            found.append((at, replace(token, text=text[at:end])))
            at = end
        else:
            at = gap.end()
    return _joined(_without_shreds(found), text)


def pattern_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return what finds phrases, the longest first; Latin words whole, Han characters anywhere."""
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    bounded = [
        ("(?<![a-z0-9])" if phrase[0].isascii() and phrase[0].isalnum() else "")
        + re.escape(phrase)
        + ("(?![a-z0-9])" if phrase[-1].isascii() and phrase[-1].isalnum() else "")
        for phrase in ordered
        if phrase
    ]
    return re.compile("|".join(bounded) or r"(?!)")


@cache
def _known_words() -> re.Pattern[str]:
    return pattern_of(vocabulary())


def _measure(low: str, at: int) -> tuple[Token, int] | None:
    lens = _LENS.match(low, at)
    if lens is not None:
        return Token("mm", lens[1]), lens.end()
    seconds = _SECONDS.match(low, at)
    if seconds is None:
        return None
    written = seconds[1]
    value = "0.5" if written == _HALF else str(number_of(written) or written)
    return Token("seconds", value), seconds.end()


def _word(
    text: str,
    low: str,
    at: int,
    names: re.Pattern[str],
    named: Mapping[str, Token],
    spelled: frozenset[str],
) -> tuple[Token, int]:
    """Return the longest name or word that stands here, or what cannot be read."""
    name, word = names.match(low, at), _known_words().match(low, at)
    is_spelled = name is not None and text[at : name.end()] in spelled
    if name is not None and (
        word is None or word.end() < name.end() or (word.end() == name.end() and is_spelled)
    ):
        return named[name[0]], name.end()
    if word is not None:
        return vocabulary()[word[0]], word.end()
    stretch = _STRETCH.match(text, at)
    assert stretch is not None, "something stands here"
    return Token(UNREAD, stretch[0]), stretch.end()


def _without_shreds(found: list[tuple[int, Token]]) -> list[tuple[int, Token]]:
    """A word of one Han character is none where it touches Han that cannot be read: 李升."""
    result = list(found)
    for index, (at, token) in enumerate(found):
        is_shred = len(token.text) == 1 and _HAN.match(token.text) and token.kind != "name"
        if is_shred and any(
            other.kind == UNREAD and _HAN.match(other.text) and place in (at - 1, at + 1)
            for place, other in found
        ):
            result[index] = (at, replace(token, kind=UNREAD))
    return result


def _joined(found: list[tuple[int, Token]], text: str) -> list[Token]:
    """Join what stands side by side and cannot be read."""
    tokens: list[Token] = []
    starts: list[int] = []
    for at, token in found:
        if tokens and token.kind == tokens[-1].kind == UNREAD:
            tokens[-1] = replace(token, text=text[starts[-1] : at + len(token.text)])
        else:
            tokens.append(token)
            starts.append(at)
    return tokens


def nearest_prime(lens_mm: float) -> float:
    """Return the prime of the kit that shows most nearly what a lens shows."""
    return min(PRIME_KIT_MM, key=lambda prime: abs(log(prime / lens_mm)))
