"""A thing in its sentence in, the verb out by which somebody handles or wears it."""

from __future__ import annotations

from mstation.breakdown.element import Category
from mstation.breakdown.elements.common_nouns import common_thing
from mstation.breakdown.elements.nouns_en import is_person
from mstation.breakdown.elements.sentence_en import BREAKS, Words
from mstation.breakdown.elements.words_en import Entry, entries_of, entry_of, verbs, word_set

DRESSED = "dressed"  # the verb that `in` stands for: a girl in sequins
HANDS = verbs("hands")
CARRIES = verbs("carries")
WEARS = word_set("wears")
PARTS_ARE = (
    Category.PROPS, Category.SET_DRESSING, Category.WARDROBE, Category.ANIMALS, Category.VEHICLES
)  # fmt: skip
_DETERMINERS = word_set("determiners")
_PREPOSITIONS = word_set("prepositions")
_PARTICLES = word_set("particles")
_BEARERS = word_set("bearers")
_POSSESSIVES = frozenset(("his", "her", "their", "my", "your", "our"))
_PUTS = frozenset(("put", "puts", "putting", "pull", "pulls", "pulling", "slip", "slips"))
_GIVES = frozenset(("give", "gives", "gave", "giving"))
_WHOM = frozenset(("it", "him", "her", "them", "himself", "herself"))
_TAKES = frozenset(("take", "takes", "taking", "took", "taken"))
_WINDOW = 6  # words between a verb of the hand and its thing


def verb_of(words: Words, first: int, index: int) -> str:
    """Return the verb of hand or dress whose object the thing is, or an empty string."""
    verb = _verb_before(words, first)
    if verb or words.at(index + 1) not in _PREPOSITIONS | _PARTICLES:
        return verb
    is_borne = words.at(index + 2) in _POSSESSIVES and words.at(index + 3) in _BEARERS
    return "hold" if is_borne else ""  # a plank under his arm


def _verb_before(words: Words, first: int) -> str:
    if first == 1 and words.low[0] == "into":
        return "hold"  # the wryly of who speaks into a telephone
    for at in range(first - 1, max(-1, first - 1 - _WINDOW), -1):
        word = words.low[at]
        if word in HANDS or word in WEARS:
            is_noun = bool(entries_of(word)) and words.at(at - 1) in _DETERMINERS
            if word in _TAKES and words.at(at + 1) in ("out", "up", "down"):
                return "carry"
            return "" if is_noun or words.at(at - 1) in _TAKES else word
        if word in BREAKS or (word == "and" and words.at(at + 1) in _DETERMINERS):
            return _verb_of_list(words, at)
        if word in _PREPOSITIONS and word not in ("of", "holding", "carrying", "wearing"):
            if word == "with" and at == _start_of_phrase(words, first):
                return "hold" if at and is_person(words, at - 1) else verb_of_hand(words, at)
            if word == "in" and at == _start_of_phrase(words, first) and _is_dressed(words, at):
                return DRESSED
            near = words.at(at - 1)
            return near if near in _PUTS or (word == "off" and near in HANDS) else ""
    return ""


def _verb_of_list(words: Words, index: int) -> str:
    """Return the verb of a list before its comma or `and`: carries a torch, a map and a rope."""
    before = index - 1
    if words.at(before) == ",":
        before -= 1
    if words.low[index] not in (",", "and") or words.at(index + 1) not in _DETERMINERS:
        return ""
    entry = entry_of(words.at(before))
    if entry is None or entry.category not in PARTS_ARE or not 0 < before < len(words.low):
        return ""
    start = _start_of_phrase(words, before)
    return _verb_before(words, max(start + 1, before - 2)) if start >= 0 else ""


def _is_dressed(words: Words, index: int) -> bool:
    """Whether `in` says what somebody wears: a girl in sequins."""
    before = index - 1
    if before > 0 and words.low[before] in (",", ")"):
        return True
    return before >= 0 and is_person(words, before) and words.low[before] not in ("him", "her")


def _start_of_phrase(words: Words, first: int) -> int:
    """Return the place before the articles and qualities of a noun."""
    at = first - 1
    while at >= first - 4 and words.at(at) not in _PREPOSITIONS and words.at(at) not in BREAKS:
        at -= 1
    return at


def verb_of_hand(words: Words, index: int) -> str:
    """Return what is done with a thing: wipes the counter with a cloth."""
    for at in range(index - 1, max(-1, index - 7), -1):
        word = words.low[at]
        if word in BREAKS:
            return ""
        if word in HANDS and words.at(at - 1) not in _DETERMINERS:
            return word
    return ""


def as_worn(words: Words, index: int, entry: Entry, verb: str) -> Entry:
    """Return what a word names where clothes are told of: trunks, sequins."""
    thing = common_thing(words.low[index])
    is_clothes = thing is not None and thing.category is Category.WARDROBE
    is_trim = entry.theme == "common" and entry.category is Category.SET_DRESSING
    if (words.told[index] and is_clothes) or (verb == DRESSED and is_trim):
        return entry._replace(category=Category.WARDROBE, is_sure=True)
    if entry.theme == "common" and not entry.is_sure and verb in HANDS and not words.told[index]:
        is_garment = entry.category is Category.WARDROBE and words.at(index - 1) not in _POSSESSIVES
        return entry._replace(category=Category.PROPS) if is_garment else entry
    return entry


def is_given(words: Words, first: int) -> bool:
    """Whether it is what somebody does to something: gives it a tug."""
    is_one = words.at(first - 1) in ("a", "another")
    return is_one and words.at(first - 2) in _WHOM and words.at(first - 3) in _GIVES
