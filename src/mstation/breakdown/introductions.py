"""Introductions in action lines: BENNO (60s), a projectionist; 林晚（32岁，放映员）走来."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mstation.breakdown.names import NOUNS, is_chinese
from mstation.screenplay.lexicon import lexicon

_SURNAMES = frozenset(lexicon("mstation.breakdown", "people")["zh"]["surnames"])
_AGE = (
    r"(?:(?:age[ds]?|in (?:his|her|their)|early|mid|late|about|around|approx\.?)[\s-]*){0,3}"
    r"(?:\d{1,3}(?:'?s|’s)?|teens|twenties|thirties|forties|fifties|sixties|seventies|eighties)"
)
_PAREN_EN = re.compile(rf"\s*\(((?:{_AGE})\b[^()]{{0,120}})\)", re.IGNORECASE)
_COMMA_EN = re.compile(rf"\s*,\s*((?:{_AGE}))\b(?!:)(?=\s*[,.;—–-]|\s*$)", re.IGNORECASE)
_CAPS_WORD = (
    r"(?:(?:MR|MRS|MS|DR|ST|SGT|LT|CAPT|PROF|DET)\.|[^\W\d_a-z][^\W_a-z]*(?:['’.-][^\W_a-z]+)*)"
)
_CAPS = re.compile(rf"\b{_CAPS_WORD}(?:[ \t]+(?:{_CAPS_WORD}|#?\d{{1,2}}\b))*")
_PAREN_AT = re.compile(r"\(")
_TITLED = re.compile(r"(?:[A-Z][\w'’-]*\s){0,3}[A-Z][\w'’-]*$")
_PAREN_ZH = re.compile(r"[（(]([^（）()]{0,60})[)）]")
_SAYS_AGE_ZH = re.compile(
    r"\d{1,3}\s*[岁多]|[一二三四五六七八九十两]{1,4}[多]?岁|^\s*\d{1,3}\s*(?:$|[,，、])|^[男女](?:$|[,，、])|[,，、]\s*[男女](?:$|[,，、])|中年|青年|老年|出头"
)
_HAN_TAIL = re.compile(r"[\u3400-\u9fff·]{1,12}$")
_ARTICLES = frozenset(("A", "AN", "THE", "OUR", "HIS", "HER", "TWO", "THREE", "ANOTHER"))
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)|[。！？]")
_BEFORE_THINGS = tuple(f" {word}" for word in ("A", "AN", "THE", "OF", "HIS", "HER", "MY"))
_GIVEN = frozenset(
    name for names in lexicon("mstation.breakdown", "people")["given"].values() for name in names
)
_IS_SOMEBODY = re.compile(r",\s+(?:an?|the|our)\s+((?:[\w'’-]+\s?){1,6})", re.IGNORECASE)
_DOES_SOMETHING = re.compile(r"\s+[a-z]+s\b|\s+and\s|\s*$")
_MAX_WORDS = 4
_MAX_DESCRIPTION = 160


@dataclass(frozen=True, slots=True)
class Introduction:
    """A name and the words that introduce it; the age, if said, stands first in them."""

    name: str
    words: str


def introductions(text: str) -> list[Introduction]:
    """Return the people whom a paragraph of action introduces, in order."""
    found: list[tuple[int, Introduction]] = []
    if not text.isascii() and is_chinese(text):
        found += _chinese(text)
    found += _in_capitals(text)
    found += _in_small_letters(text)
    seen: set[str] = set()
    result = []
    for _, introduction in sorted(found, key=lambda pair: pair[0]):
        if introduction.name.upper() not in seen:
            seen.add(introduction.name.upper())
            result.append(introduction)
    return result


def capital_runs(text: str) -> list[tuple[int, int, str]]:
    """Return where words in capitals stand, and the words without a leading article."""
    runs = []
    for match in _CAPS.finditer(text):
        words = match[0].split()
        start = match.start()
        while words and words[0] in _ARTICLES:
            start = text.index(words[0], start) + len(words[0])
            words = words[1:]
        name = " ".join(words)
        if sum(character.isalpha() for character in name) > 1:
            runs.append((start, match.end(), name))
    return runs


def _in_capitals(text: str) -> list[tuple[int, Introduction]]:
    """BENNO (60s), MARA VOSS, 34, and A WAITER are people, and OTTO, a cook; A LETTER is none.

    `A GIRL in a red coat, AGNES (8)` is one person: the noun describes the name.
    """
    found: list[tuple[int, Introduction]] = []
    noun = ""  # `GIRL in a red coat`, while its sentence runs
    noun_start = 0
    for start, end, name in capital_runs(text):
        words = name.split()
        if len(words) > _MAX_WORDS:
            continue
        age = _PAREN_EN.match(text, end) or _COMMA_EN.match(text, end)
        if age is not None:
            between = text[noun_start:start].strip() if noun else ""
            described = between.removesuffix(",").strip() if between.endswith(",") else ""
            if described and _end_of_sentence(text, noun_start) > start:
                found.pop()
            else:
                described = _relation_before(text, start)
            found.append((start, Introduction(name, _words_after(text, age, described))))
            noun = ""
        elif words[-1] in NOUNS:
            found.append((start, Introduction(name, _apposition(text, end))))
            noun, noun_start = name, start
        elif _is_a_name(text, start, end, words):
            found.append((start, Introduction(name, _apposition(text, end))))
    return found


def _is_a_name(text: str, start: int, end: int, words: list[str]) -> bool:
    """A name says who it is right after it (`DEX, a thin boy`), or is a common given name."""
    if text[:start].rstrip().upper().endswith(_BEFORE_THINGS) or text == text.upper():
        return False
    described = _IS_SOMEBODY.match(text, end)
    if described is not None:
        return any(word.upper() in NOUNS for word in described[1].split()[-4:])
    return words[0] in _GIVEN and len(words) <= 2 and _DOES_SOMETHING.match(text, end) is not None


def _relation_before(text: str, start: int) -> str:
    """In `her son TOBY (12)` the word before the name tells who he is."""
    before = text[max(0, start - 24) : start].split()[-1:]
    return before[0] if before and before[0].strip(",").upper() in NOUNS else ""


def _apposition(text: str, end: int) -> str:
    """What stands after a noun describes it when it starts as a description does."""
    rest = " ".join(text[end : _end_of_sentence(text, end)].split())
    starts = (",", "in ", "with ", "of ", "wearing ", "who ", "(")
    return rest.strip(" ,.;:")[:_MAX_DESCRIPTION] if rest.startswith(starts) else ""


def _in_small_letters(text: str) -> list[tuple[int, Introduction]]:
    """Mara Voss (34): a name in small letters needs the age in parentheses."""
    found = []
    for opening in _PAREN_AT.finditer(text):
        age = _PAREN_EN.match(text, opening.start())
        if age is None:
            continue
        before = text[max(0, opening.start() - 60) : opening.start()].rstrip()
        name = _TITLED.search(before)
        if name is None or name[0].isupper():
            continue
        words = [word for word in name[0].split() if word.upper() not in _ARTICLES]
        if words:
            found.append((opening.start(), Introduction(" ".join(words), _words_after(text, age))))
    return found


def _words_after(text: str, age: re.Match[str], described: str = "") -> str:
    """The age and what follows it in the sentence describe the person."""
    rest = text[age.end() : _end_of_sentence(text, age.end())].strip(" ,;:\n")
    words = ", ".join(filter(None, (age[1].strip(), described, rest)))
    return " ".join(words.split())[:_MAX_DESCRIPTION].strip()


def _end_of_sentence(text: str, start: int) -> int:
    match = _SENTENCE_END.search(text, start, start + _MAX_DESCRIPTION)
    return match.start() if match is not None else min(len(text), start + _MAX_DESCRIPTION)


def _chinese(text: str) -> list[tuple[int, Introduction]]:
    found = []
    for match in _PAREN_ZH.finditer(text):
        if not _SAYS_AGE_ZH.search(match[1]):
            continue
        run = _HAN_TAIL.search(text[max(0, match.start() - 12) : match.start()])
        name = _name_at_end(run[0]) if run is not None else ""
        if name:
            found.append((match.start(), Introduction(name, match[1].strip())))
    return found


def _name_at_end(run: str) -> str:
    """放映员林晚 ends in the name 林晚: the last two or three characters from a surname on."""
    if len(run) <= 4:
        return run
    for size in (3, 2):
        if run[-size] in _SURNAMES:
            return run[-size:]
    return run[-4:] if run[-4] in _SURNAMES else ""
