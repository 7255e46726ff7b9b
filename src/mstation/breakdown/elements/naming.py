"""The name under which a thing is listed, whoever wrote of it and however."""

from __future__ import annotations

import re
import unicodedata

from mstation.breakdown.element import Category
from mstation.identity import opaque_id
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language

_NAMING = lexicon("mstation.breakdown.elements", "naming")
_EN, _ZH = _NAMING["en"], _NAMING["zh"]
_DETERMINERS = frozenset(_EN["determiners"])
_NUMBERS = frozenset(_EN["numbers"])
_AMOUNTS = frozenset(_EN["amounts"])
_PREPOSITIONS = frozenset(_EN["prepositions"])
_PLURAL_ONLY = frozenset(_EN["plural_only"])
_COUNTED = frozenset(_EN["counted"])
_SAME = frozenset(_EN["same"])
_WITH_IE = frozenset(_EN["ie"])
_IRREGULAR: dict[str, str] = _EN["irregular"]
_KINDS = frozenset(_ZH["kinds"])


def _any_of(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_LONGEST = 120  # characters; what is longer is a text and no thing
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]")
_LATIN_WORD = re.compile(r"[a-z]{2,}", re.IGNORECASE)
_NOTE = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】")
_EDGES = " \t\n\r\"'“”‘’「」『』《》〈〉.,;:!?…。，、；：！？-–—*_()（）[]【】△▲▶"
_TIMES = re.compile(r"\s*[x×*]\s*\d+$|^\d+\s*[x×*]\s*(?=\D)", re.IGNORECASE)
_DIGITS = re.compile(r"\d[\d,.]*")
# 一盏盏 says the measure twice
_MEASURE_ZH = "|".join(f"{word}{word}?" for word in sorted(_ZH["measures"], key=len, reverse=True))
_COUNT_ZH = (
    rf"(?<!第)(?!{_any_of(_ZH['whole'])})"
    rf"[{_ZH['numerals']}]{{1,4}}[{_ZH['sizes']}]?(?:{_MEASURE_ZH})"
)
_BEFORE_ZH = re.compile(
    rf"(?:{_any_of(_ZH['amounts'])})的?"
    rf"|(?:{_any_of(_ZH['demonstratives'])})(?:{_COUNT_ZH}|{_MEASURE_ZH})?"
    rf"|{_COUNT_ZH}的?"
    rf"|(?:{_any_of(_ZH['owners'])})"
)
_AFTER_ZH = re.compile(rf"(?:{_COUNT_ZH}|{_any_of(_ZH['plurals'])})$")


def element_name(text: str, language: Language) -> str:
    """Return the name that a thing is listed by: `the two old LANTERNS` is `old lantern`.

    Articles, owners and quantities go, adjectives stay, the head becomes singular: `一把铜钥匙`
    is 铜钥匙, `林晚的信` is 信. A text in both scripts is read by the script's language.
    """
    bare = _NOTE.sub(" ", text)
    bare = bare if bare.strip(_EDGES) else text  # what is all in brackets is no remark
    flat = " ".join(unicodedata.normalize("NFKC", bare).split())[:_LONGEST]
    flat = flat.replace("’", "'")
    flat = _TIMES.sub("", flat.strip(_EDGES)).strip(_EDGES)
    has_latin = _LATIN_WORD.search(flat) is not None
    if _HAN.search(flat) and (language == "zh" or not has_latin):
        return _chinese_name(flat)
    return _english_name(flat)


def element_id(category: Category, name: str) -> str:
    """Return the id of a thing: the same in every scene that needs it."""
    return opaque_id("th", (category.value, name))


def _english_name(flat: str) -> str:
    words = flat.split()
    start, is_counted = _first_own_word(words)
    own = [word.strip(_EDGES).lower() for word in words[start:]]
    own = [word for word in own if word]
    if not own:
        return flat.lower()
    head = next(
        (index - 1 for index, word in enumerate(own) if index and word in _PREPOSITIONS),
        len(own) - 1,
    )
    is_one = own[head] in _COUNTED and is_counted
    own[head] = _stem(own[head]) if is_one else singular(own[head])
    return " ".join(own)


def _first_own_word(words: list[str]) -> tuple[int, bool]:
    """Return where the name begins after articles, owners and quantities, and if it is counted."""
    at, is_counted = 0, False
    while at < len(words) - 1:
        word = words[at].lower().strip(_EDGES)
        if word in _NUMBERS or _DIGITS.fullmatch(word):
            is_counted = True
        elif word in _AMOUNTS and words[at + 1].lower() == "of":
            at += 1
        elif word not in _DETERMINERS and not _is_owner(words[at]):
            break
        at += 1
    return min(at, len(words) - 1), is_counted


def _is_owner(word: str) -> bool:
    """`Mara's` lantern is hers; a chef's whites are a kind."""
    return word[0].isupper() and word.lower().endswith(("'s", "s'"))


def singular(word: str) -> str:
    """Return one of what an English plural names; what is no plural comes back as it is."""
    before, dash, last = word.rpartition("-")
    if dash and word not in _IRREGULAR:
        return before + dash + singular(last)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word in _PLURAL_ONLY or word in _SAME:
        return f"{word[:-3]}man" if word.endswith("men") and len(word) > 5 else word
    return _stem(word)


def _stem(word: str) -> str:
    if word.endswith("ies"):
        return word[:-1] if word[:-1] in _WITH_IE else word[:-3] + "y"
    if word.endswith(("ss", "us", "is", "'s")):
        return word
    if word.endswith(("ches", "shes", "xes", "sses", "oes", "zzes")):
        return word[:-2]
    return word[:-1]


def _chinese_name(flat: str) -> str:
    name = _without_counts(flat)
    *told, head = [piece.strip(_EDGES) for piece in name.split("的")]
    if not head and told:
        return name
    kinds = [piece for piece in map(_without_counts, told) if piece in _KINDS]
    return "".join((*kinds, _without_counts(head)))


def _without_counts(name: str) -> str:
    """Take `那两把` from before a name, and `两把` or 们 from behind it, if a name is left."""
    before = _BEFORE_ZH.match(name)
    while before is not None and before.end() < len(name):
        name = name[before.end() :].lstrip(_EDGES)
        before = _BEFORE_ZH.match(name)
    after = _AFTER_ZH.search(name)
    if after is not None and after.start() > 0:
        name = name[: after.start()].rstrip(_EDGES)
    return name
