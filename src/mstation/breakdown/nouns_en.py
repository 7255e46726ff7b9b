"""A word in its place in, noun or verb out: he watches, his watch."""

from __future__ import annotations

from mstation.breakdown.common_nouns import (
    is_also_verb,
    is_known_noun,
    is_mostly_verb,
    verb_stems,
)
from mstation.breakdown.naming import singular
from mstation.breakdown.sentence_en import BREAKS, ENDS, Words
from mstation.breakdown.words_en import Entry, entries_of, entry_of, verbs, word_set

_DETERMINERS = word_set("determiners")
_PREPOSITIONS = word_set("prepositions")
_SUBJECTS = word_set("subjects")
_MODALS = word_set("modals")
_OBJECTS = word_set("objects")
_PARTICLES = word_set("particles")
_STOPS = word_set("stops")
_NOT_THINGS = word_set("not_things")
_MOSTLY_VERBS = word_set("mostly_verbs")
_HANDS = verbs("hands")
_SOUNDS = verbs("sounds")


def is_noun(words: Words, index: int, entry: Entry) -> bool:
    """Whether a word that may be a verb names a thing here."""
    before, after = words.at(index - 1), words.at(index + 1)
    is_plural = entry.is_plural
    if index and (before in _SUBJECTS or before in _MODALS - {"to"} or words.named[index - 1]):
        return before in _DETERMINERS and not is_plural
    if before == "to" and not is_plural:
        return False
    if not entry.is_also_verb:
        return True
    if before in _DETERMINERS:
        return not (before in ("each", "all") and is_plural and after in _OBJECTS)
    if before in _PREPOSITIONS or before == "to":
        return True
    return _is_noun_by_place(words, index, entry)


def _is_noun_by_place(words: Words, index: int, entry: Entry) -> bool:
    before, after = words.at(index - 1), words.at(index + 1)
    is_plural = entry.is_plural
    does = (
        words.low[index] in _SOUNDS
        or entry.lemma in _MOSTLY_VERBS
        or (entry.theme == "common" and is_mostly_verb(entry.lemma))
    )
    takes_object = after in _OBJECTS or after in _PARTICLES
    if before.endswith("ly"):
        return not (is_plural or takes_object)
    if before in BREAKS or before in ("and", "or", "but", "then"):
        if is_plural and before == "," and after in ("up", "down", "on", "off"):
            return words.at(index + 2) in BREAKS
        if is_plural and words.low[index] in _HANDS:
            is_object_next = after[0].isalpha() and after not in _STOPS
            if is_object_next or (before in ENDS and after in ENDS):
                return False
        if is_plural and does and before in ("and", "then"):
            return False
        return not (takes_object and after not in ("in", "on", "with", "over", "from", "at"))
    if before in _HANDS:
        return True
    if is_plural:
        known = bool(entries_of(before)) or before in _NOT_THINGS
        return not ((known and does) or after in _OBJECTS)
    many = entry_of(before) if before.endswith("s") else None
    is_subject = many is not None and many.is_plural
    return not (is_subject and (takes_object or after in BREAKS))


def says_kind(words: Words, index: int) -> bool:
    """Whether a noun only says of what kind the next one is: the bean of bean canes."""
    after = words.at(index + 1)
    if not _may_follow(after) or index + 1 >= len(words.low) or words.named[index + 1]:
        return False
    if words.is_caps(index) and not words.is_caps(index + 1):
        return False
    one = singular(after)
    if not (is_known_noun(one) or entry_of(after) is not None):
        return False
    stems = verb_stems(after)
    may_do = any(is_also_verb(stem) or is_mostly_verb(stem) for stem in stems)
    if not may_do:
        return True
    is_many = singular(words.low[index]) != words.low[index]
    if (one != after) == is_many:
        return not is_many  # wagons rock; a wagon box
    return not is_many and not _has_determiner(words, index)


def _may_follow(word: str) -> bool:
    return (
        word[0].isalpha()
        and word not in _STOPS
        and word not in _PREPOSITIONS
        and word not in _DETERMINERS
        and word not in _PARTICLES
        and word not in _MODALS
        and not word.endswith(("ly", "ing", "ed", "'s", "s'"))
    )


def _has_determiner(words: Words, index: int) -> bool:
    for at in range(index - 1, max(-1, index - 4), -1):
        if words.low[at] in _DETERMINERS or words.low[at].endswith("'s"):
            return True
        if words.low[at] in BREAKS or words.low[at] in _PREPOSITIONS:
            return False
    return False
