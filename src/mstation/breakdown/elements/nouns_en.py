"""A word in its place in, noun or verb out: he watches, his watch."""

from __future__ import annotations

from mstation.breakdown.element import Category
from mstation.breakdown.elements.common_nouns import (
    is_also_verb,
    is_known_noun,
    is_known_word,
    is_mostly_verb,
    is_somebody,
    verb_stems,
)
from mstation.breakdown.elements.naming import singular
from mstation.breakdown.elements.sentence_en import BREAKS, ENDS, Words
from mstation.breakdown.elements.words_en import Entry, entries_of, entry_of, verbs, word_set

_DETERMINERS = word_set("determiners")
_PREPOSITIONS = word_set("prepositions")
_SUBJECTS = word_set("subjects")
_MODALS = word_set("modals")
_OBJECTS = word_set("objects")
_PARTICLES = word_set("particles")
_STOPS = word_set("stops")
_NOT_THINGS = word_set("not_things")
_MOSTLY_VERBS = word_set("mostly_verbs")
_KINDS = word_set("kinds")
_PARTICIPLES = word_set("participles")
_GOES_ON = word_set("goes_on")
_STANDS = word_set("stands")
_LANDMARKS = word_set("landmarks")
_PATIENTS = frozenset(("him", "it", "them", "us", "me"))
_UNCOUNTED = (Category.SPECIAL_EFFECTS, Category.MAKEUP)
_SOMEBODY = frozenset(("he", "she", "him", "her", "they", "them", "one", "somebody", "someone"))
_PERSONS = word_set("persons")
_HANDS = verbs("hands")
_SOUNDS = verbs("sounds")


def is_noun(words: Words, index: int, entry: Entry) -> bool:
    """Whether a word that may be a verb names a thing here."""
    before, after = words.at(index - 1), words.at(index + 1)
    is_plural = entry.is_plural
    if index and (before in _SUBJECTS or before in _MODALS - {"to"} or _is_doer(words, index - 1)):
        return before in _DETERMINERS and not is_plural
    if before == "to" and not is_plural:
        return False
    if is_plural and index and (before == "that" or _is_name(words, index - 1)):
        return False
    if entry.is_also_verb and (after in _PATIENTS or _is_done_by(words, index, entry)):
        return False
    if _goes_on(words, index, entry):
        return False
    if not entry.is_also_verb:
        return True
    if before in _DETERMINERS:
        return not (before in ("each", "all") and is_plural and after in _OBJECTS)
    if before in _PREPOSITIONS or before == "to":
        return True
    return _is_noun_by_place(words, index, entry)


def _is_doer(words: Words, index: int) -> bool:
    """Whether a name stands before as who does it, no owner: Mara drinks; Mara's drink."""
    return words.named[index] and not words.low[index].endswith(("'s", "s'"))


def _is_done_by(words: Words, index: int, entry: Entry) -> bool:
    """Whether the word before is one thing that does it: the wagon rocks."""
    before = words.at(index - 1)
    if not entry.is_plural or before.endswith("s") or before in _KINDS:
        return False
    doer = entry_of(before)
    is_verb = is_also_verb(entry.lemma) or is_mostly_verb(entry.lemma)
    is_thing = doer is not None or is_somebody(before)
    return is_verb and is_thing and _has_determiner(words, index - 1)


def _is_name(words: Words, index: int) -> bool:
    """Whether a word is written as a name is, though it is no cue of the script."""
    start, end = words.spans[index]
    word = words.text[start:end]
    is_opening = index == 0 or words.low[index - 1] in ENDS
    is_common = word.lower() in _DETERMINERS or is_known_word(word.lower())
    is_name = word[0].isupper() and not (is_opening and is_common)
    return is_name and len(word) > 2 and entry_of(word.lower()) is None


def _goes_on(words: Words, index: int, entry: Entry) -> bool:
    """Whether a word says what is done: stops knitting, a rosary wound round a fist."""
    word, before = words.low[index], words.at(index - 1)
    if word in _PARTICIPLES:
        return entry_of(before) is not None
    if not word.endswith("ing"):
        return False
    is_of_noun = entry.theme == "common" and entry_of(before) is not None  # his umbrella dripping
    return is_of_noun or before in _GOES_ON or before.partition("'")[0] in _SUBJECTS


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
        is_next_verb = is_mostly_verb(entry.lemma) and after in BREAKS
        if is_plural and (does or is_next_verb) and before in ("and", "then", "but"):
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
    one, entry = singular(after), entry_of(after)
    if not (is_known_noun(one) or entry is not None):
        is_stuff = words.low[index] in _KINDS  # a lace agbada
        return is_stuff and not is_known_word(after) and words.at(index + 2) in _STOPS | BREAKS
    may_do = (entry is not None and entry.is_also_verb) or any(
        is_also_verb(stem) or is_mostly_verb(stem) for stem in verb_stems(after)
    )
    is_many = words.low[index].endswith("s") and not words.low[index].endswith("ss")
    if is_many and (entry is None or not entry.is_sure):
        return False
    if not may_do:
        return True
    if (one != after) == is_many:
        return not is_many  # wagons rock; a wagon box
    if _is_uncounted(words.low[index]):
        return False  # rain blows in
    return not is_many and not _has_determiner(words, index)


def _is_uncounted(word: str) -> bool:
    entry = entry_of(word)
    return entry is not None and entry.category in _UNCOUNTED


def _may_follow(word: str) -> bool:
    return (
        word[0].isalpha()
        and word not in _STOPS
        and word not in _PREPOSITIONS
        and word not in _DETERMINERS
        and word not in _PARTICLES
        and word not in _MODALS
        and word not in _PARTICIPLES
        and not word.endswith(("ly", "ing", "ed", "'s", "s'"))
    )


def _has_determiner(words: Words, index: int) -> bool:
    for at in range(index - 1, max(-1, index - 4), -1):
        if words.low[at] in _DETERMINERS or words.low[at].endswith("'s"):
            return True
        if words.low[at] in BREAKS or words.low[at] in _PREPOSITIONS:
            return False
    return False


def stands(words: Words, index: int) -> bool:
    """Whether a sentence only tells what is there, and nobody is in it who could touch it."""
    start = end = index
    while start and words.low[start - 1] not in ENDS:
        start -= 1
    while end < len(words.low) and words.low[end] not in ENDS:
        end += 1
    if words.is_caps(index) or end == len(words.low):  # a wryly
        return False
    if _is_landmark(words, index):
        return True
    is_short = end - start < 4  # `Cuffs on.` is done
    return not is_short and not any(_is_life(words, at) for at in range(start, end))


def _is_landmark(words: Words, index: int) -> bool:
    """Whether a thing only tells where something else is: between the cabbages."""
    for at in range(index - 1, max(-1, index - 5), -1):
        word = words.low[at]
        if word in _LANDMARKS or (word in _PREPOSITIONS and words.at(at - 1) in ENDS):
            return True
        if word in BREAKS or word in _PREPOSITIONS or word in _PERSONS:
            return False
    return False


def is_person(words: Words, index: int) -> bool:
    """Whether a word is somebody: a name, a pronoun, or what somebody is."""
    word = words.at(index)
    if word in BREAKS:
        return False
    entry = entry_of(word)
    return (
        words.named[index]
        or word in _SOMEBODY
        or (entry is not None and entry.category is Category.BACKGROUND)
        or is_somebody(singular(word))
    )


def _is_life(words: Words, index: int) -> bool:
    """Whether a word is somebody, or says that something goes on."""
    word = words.low[index]
    if words.named[index] or word in _PERSONS:
        return True
    if is_person(words, index):
        return True
    entry, one = entry_of(word), singular(word)
    if index and says_kind(words, index - 1):
        return False
    if word in _STANDS or word.endswith(("ing", "ed")):
        return False
    if words.at(index - 1) in _DETERMINERS:
        return words.at(index - 1) == "one" and word != one
    if entry is not None and (word == one) and not words.at(index - 1).endswith("s"):
        return False
    return word in _HANDS or any(is_mostly_verb(stem) for stem in verb_stems(word))
