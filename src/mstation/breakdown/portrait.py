"""What a script says of a person: sex, age, a description; guesses say that they are guesses."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from mstation.breakdown.names import is_chinese, words_of
from mstation.breakdown.roster import Person
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.numerals import number_of

Sex = Literal["female", "male", "unknown"]
DEFAULT_AGE = 35

_PEOPLE = lexicon("mstation.breakdown", "people")
_SEXES: tuple[Literal["female", "male"], ...] = ("female", "male")
_NOUNS = {sex: frozenset((*_PEOPLE["nouns"][sex], *_PEOPLE["titles"][sex])) for sex in _SEXES}
_GIVEN = {sex: frozenset(_PEOPLE["given"][sex]) for sex in _SEXES}
_ZH = {sex: tuple(_PEOPLE["zh"][sex]) for sex in _SEXES}
_ZH_GIVEN = {sex: frozenset(_PEOPLE["zh"][f"{sex}_given"]) for sex in _SEXES}
_PRONOUN = re.compile(
    r"\b(?:(she|her|hers|herself)|(he|him|his|himself))\b|(她)|(他)(?!们)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DECADE = re.compile(r"\b(early|mid|late)?[\s-]*(\d0)['’]?s\b", re.IGNORECASE)
_DECADE_WORDS = {
    word: 10 * (index + 2)
    for index, word in enumerate(
        ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties")
    )
}
_YEARS = re.compile(r"(?<![\d:.$])(\d{1,3})(?![\d:.%]|\s*(?:feet|pounds|km|th\b))")
_YEARS_ZH = re.compile(r"([\d零一二三四五六七八九十两]{1,4})\s*(多|来|几)?岁(出头|左右|上下)?")
_SHIFT = {"early": 2, "mid": 5, "late": 8, "": 5}
_OLDEST = 120


def pronoun_of(text: str) -> Sex:
    """Return the sex that the first pronoun of a text names."""
    match = _PRONOUN.search(text)
    if match is None:
        return "unknown"
    return "female" if match[1] or match[3] else "male"


def pronoun_votes(text: str) -> Counter[str]:
    """Count the pronouns of a text by sex."""
    votes: Counter[str] = Counter()
    for match in _PRONOUN.finditer(text):
        votes["female" if match[1] or match[3] else "male"] += 1
    return votes


def sex_of(person: Person, votes: Counter[str]) -> Sex:
    """Return the sex by name and description first, pronouns next, given names last."""
    said = " ".join(introduction.words for introduction in person.introductions)
    for source in (_sex_of_names(person), _sex_of_description(said)):
        if source != "unknown":
            return source
    if votes["female"] != votes["male"]:
        return "female" if votes["female"] > votes["male"] else "male"
    return _sex_of_given_name(person)


def _sex_of_names(person: Person) -> Sex:
    scores: Counter[str] = Counter()
    for key in person.keys:
        for sex in _SEXES:
            if is_chinese(key):
                longest = max(
                    (len(w) for w in _ZH[sex] if w in key[-3:] or key.startswith(w)), default=0
                )
                scores[sex] = max(scores[sex], longest)
            elif "'S" not in " ".join(words_of(key)[-1:]):
                scores[sex] += any(
                    word in _NOUNS[sex] for word in words_of(key)[:1] + words_of(key)[-1:]
                )
    return _winner(scores)


def _sex_of_description(words: str) -> Sex:
    scores: Counter[str] = Counter(pronoun_votes(words))
    upper = {word.upper() for word in _WORD.findall(words)}
    fields = re.split(r"[,，、;；。\s]+", words)
    for sex in _SEXES:
        scores[sex] += 2 * len(upper & _NOUNS[sex])
        mark = "女" if sex == "female" else "男"
        scores[sex] += 9 * any(field.startswith(mark) for field in fields)
        scores[sex] += is_chinese(words) and any(w in words for w in _ZH[sex] if len(w) > 1)
    return _winner(scores)


def _sex_of_given_name(person: Person) -> Sex:
    scores: Counter[str] = Counter()
    for key in person.keys:
        given = key[1:] if len(key) > 1 else key
        for sex in _SEXES:
            if is_chinese(key):
                scores[sex] += sum(character in _ZH_GIVEN[sex] for character in given)
            else:
                scores[sex] += any(word in _GIVEN[sex] for word in words_of(key)[:1])
    return _winner(scores)


def _winner(scores: Counter[str]) -> Sex:
    female, male = scores["female"], scores["male"]
    return "unknown" if female == male else "female" if female > male else "male"


def age_of(person: Person) -> tuple[int, bool]:
    """Return the age in years and whether it is a guess."""
    for introduction in person.introductions:
        said = _age_said(introduction.words)
        if said is not None:
            return said, False
    words = " ".join(introduction.words for introduction in person.introductions)
    for key in person.keys:
        guess = _age_guessed(key, words)
        if guess is not None:
            return guess, True
    return DEFAULT_AGE, True


def _age_said(words: str) -> int | None:
    chinese = _YEARS_ZH.search(words)
    if chinese is not None:
        years = number_of(chinese[1]) or 0
        if chinese[2]:
            years += 5
        return min(_OLDEST, years + (2 if chinese[3] == "出头" else 0))
    decade = _DECADE.search(words)
    if decade is not None:
        return int(decade[2]) + _SHIFT[(decade[1] or "").lower()]
    for word in words.lower().replace("-", " ").split()[:6]:
        if word.strip(",.;") in _DECADE_WORDS:
            shift = next((s for w, s in _SHIFT.items() if w and w in words.lower()[:40]), 5)
            return _DECADE_WORDS[word.strip(",.;")] + shift
    years_match = _YEARS.search(words[:40])
    if years_match is not None and int(years_match[1]) <= _OLDEST:
        return int(years_match[1])
    return None


def _age_guessed(key: str, words: str) -> int | None:
    if is_chinese(key) or is_chinese(words):
        ages: dict[str, int] = _PEOPLE["ages"]["zh"]
        both = f"{key} {words}"
        known = [(len(word), years) for word, years in ages.items() if word in both]
        if known:
            return max(known)[1]
        prefix = {"老": 62, "小": 22, "阿": 30}
        return prefix.get(key[0]) if len(key) == 2 else None
    table: dict[str, int] = _PEOPLE["ages"]["en"]
    pieces = [*words_of(key), *(word.upper() for word in _WORD.findall(words)[:12])]
    return next((table[piece] for piece in pieces if piece in table), None)


def description_of(person: Person) -> str:
    """Return the words that introduce the person."""
    return next((found.words for found in person.introductions if found.words), "")
