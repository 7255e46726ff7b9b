"""A written line as a voice must see it: its script, its words, its readings place by place."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby, pairwise

from mstation.voices.chinese_text import as_said
from mstation.voices.rewriting import Readable, as_written

MANDARIN = "cmn"
_JAPANESE = "ja"
_INSERTED = 3  # words of Latin script that a Chinese voice says itself
_MEANINGFUL_SYMBOLS = frozenset("%‰+=&@#$¥￥€£°℃℉×÷~")
_MARKS_OF_FORMAT = frozenset("*_#\\/[]\0")


@dataclass(frozen=True, slots=True)
class Written:
    """A written word's place in the line: one Han character, or a run of other letters."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Scripts:
    voices: dict[str, str]
    readings: dict[str, str]
    sounds: dict[str, str]
    coloured_er: re.Pattern[str]


def is_han(letter: str) -> bool:
    """Whether a letter is a Han character."""
    return letter == "〇" or unicodedata.name(letter[:1] or " ", "").startswith("CJK UNIFIED")


def language_of(text: str) -> str | None:
    """Return the espeak-ng voice for the commonest script that is not Latin, None without one."""
    names = (unicodedata.name(letter, "") for letter in text if letter.isalpha())
    firsts = Counter(name.split(" ", 1)[0] for name in names)
    voices = _scripts().voices
    counts: Counter[str] = Counter()
    for first, count in firsts.items():
        if first in voices:
            counts[voices[first]] += count
    if _JAPANESE in counts:  # kana make the Han characters beside them Japanese
        counts[_JAPANESE] += counts.pop(MANDARIN, 0)
    return min(counts, key=lambda voice: (-counts[voice], voice)) if counts else None


def latin_or(language: str) -> str | None:
    """Return a language that is not written in Latin script, else None, as `language_of` does."""
    language = "cmn" if language in ("zh", "yue") else language
    return language if language in _scripts().voices.values() else None


def script_runs(text: str) -> list[str]:
    """Return the text as runs that one voice can say, in order; together they are the text.

    A word or two of Latin script inside Chinese stay in the mouth of the Chinese voice, which
    knows English words and letters: 我是FBI的. A run of four words or more is English of its
    own, and so is everything around a few Chinese characters in an English line.
    """
    if language_of(text) != MANDARIN:
        return [text]
    words = written_words(text)
    latin = sum(1 for word in words if _is_latin(word.text))
    longest = 0 if latin > sum(1 for word in words if is_han(word.text)) else _INSERTED
    runs: list[tuple[bool, int]] = []  # whether it is English, and its first letter
    for is_latin, group in groupby(
        (word for word in words if not word.text[0].isdigit()), lambda word: _is_latin(word.text)
    ):
        run = list(group)
        is_english = is_latin and len(run) > longest
        if not runs or runs[-1][0] != is_english:
            runs.append((is_english, run[0].start))
    edges = [0, *(start for _, start in runs[1:]), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


def _is_latin(word: str) -> bool:
    return any("LATIN" in unicodedata.name(letter, "") for letter in word)


def readable(text: str, language: str) -> Readable:
    """Return the text as espeak-ng reads it right.

    Marks that it would read out by name become spaces. In Mandarin, numbers, dates, units and
    initials are written as people say them; the 儿 that only colours the syllable before it is
    left out, and characters that the library spells in English are given by their sounds.
    """
    said = as_written(text)
    scripts = _scripts()
    if language == MANDARIN:
        for written, read in scripts.readings.items():
            text = text.replace(written, read)
        said = as_said(as_written(scripts.coloured_er.sub(" ", text)))
    kept = "".join(letter if _is_read(letter, language) else " " for letter in said.text)
    if language != MANDARIN:
        return Readable(kept, said.places)
    pieces = [scripts.sounds.get(letter, letter) for letter in kept]
    pairs = zip(said.places, pieces, strict=True)
    return Readable("".join(pieces), tuple(place for place, piece in pairs for _ in piece))


def written_words(text: str) -> list[Written]:
    """Return the words of a line: one a Han character, else runs such as 5G, don't, 3.14."""
    words: list[Written] = []
    start = 0
    for index, letter in enumerate(text + " "):
        if is_han(letter) or not _goes_on(text, index):
            if start < index:
                words.append(Written(start, index, text[start:index]))
            if is_han(letter):
                words.append(Written(index, index + 1, letter))
            start = index + 1
    return words


def _is_read(letter: str, language: str) -> bool:
    if letter in _MEANINGFUL_SYMBOLS or letter.isspace():
        return True
    if language == _JAPANESE and is_han(letter):
        return False  # the library says only "Chinese letter" for these
    return letter not in _MARKS_OF_FORMAT and unicodedata.category(letter)[0] in "LNMP"


def _goes_on(text: str, index: int) -> bool:
    """Whether the letter belongs to a word begun before it or with it."""
    letter = text[index : index + 1]
    if letter.isalnum() or (letter and unicodedata.category(letter).startswith("M")):
        return True
    before, after = text[max(index - 1, 0) : index], text[index + 1 : index + 2]
    joins_letters = letter in ("'", "’") and before.isalnum() and after.isalnum()
    return joins_letters or (letter in (".", ",", ":") and before.isdigit() and after.isdigit())


@cache
def _scripts() -> _Scripts:
    """Return the table of scripts and readings; read once, never changed."""
    text = resources.files("mstation.voices").joinpath("scripts.toml").read_text("utf-8")
    table = tomllib.loads(text)
    before, after = table["er"]["own_syllable_after"], table["er"]["own_syllable_before"]
    coloured = re.compile(rf"(?<=[㐀-鿿])(?<![{before}])儿(?![{after}])")
    sounds = {
        letter: f"[[{sound}]] " for sound, letters in table["sounds"].items() for letter in letters
    }
    return _Scripts(table["voices"], table["readings"], sounds, coloured)
