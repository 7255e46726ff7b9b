"""Verbs in, finds out: what somebody or something does may be a stunt, an effect or a sound."""

from __future__ import annotations

from mstation.breakdown.element import Category, FoundBy
from mstation.breakdown.elements.finds import Find
from mstation.breakdown.elements.nouns_en import is_person
from mstation.breakdown.elements.sentence_en import ENDS, Words
from mstation.breakdown.elements.words_en import entries_of, entry_of, verbs, word_set

_DETERMINERS = word_set("determiners")
_SUBJECTS = word_set("subjects")
_STOPS = word_set("stops")
_FALLS_NOT = word_set("falls_not")
_THROWN_TO = word_set("thrown_to")
THROWS = verbs("throws")
_STUNTS = verbs("stunts")
_EFFECTS = verbs("effects")
_AFTERWARDS = verbs("afterwards")
SOUNDS = verbs("sounds")
_PERSON_WORDS = _SUBJECTS - {"it", "which", "what", "nobody"}
_POSSESSIVES = frozenset(("his", "her", "their", "my", "your", "our"))
VERBS_OF_DOING = {
    **dict.fromkeys(SOUNDS, Category.SOUND),
    **dict.fromkeys(_EFFECTS, Category.SPECIAL_EFFECTS),
    **dict.fromkeys(_AFTERWARDS, Category.VISUAL_EFFECTS),
    **dict.fromkeys(_STUNTS, Category.STUNTS),
}
_LEMMA = {**_STUNTS, **_EFFECTS, **_AFTERWARDS, **SOUNDS}
_JOINS = frozenset((",", "and", "then", "but"))
_MILD = frozenset(("kick", "jump", "roll", "trip", "slam"))  # a stunt only in capitals


def doing(words: Words, index: int) -> list[Find]:
    """A verb may be a stunt, an effect or a sound, by who does it."""
    word = words.low[index]
    category = VERBS_OF_DOING[word]
    before = words.at(index - 1)
    lemma = _LEMMA[word]
    if category is Category.STUNTS and word in SOUNDS and not _is_done_by_person(words, index):
        category = Category.SOUND
    if before in _DETERMINERS and not words.hidden[index]:
        return _noise(words, index) if category is Category.SOUND else []
    if words.hidden[index] or before in ("to", "not", "never"):
        return []
    is_caps = words.is_caps(index)
    by_person = _is_done_by_person(words, index)
    if category is Category.STUNTS:
        is_mild = lemma in _MILD and not is_caps
        if is_mild or not by_person or words.at(index + 1) in _FALLS_NOT:
            return []
    elif category is Category.SOUND and not is_caps:
        if words.at(index + 1) in _POSSESSIVES | {"him", "them", "it"}:
            return []
        thing = entry_of(before)
        are_things = thing is not None and thing.is_plural
        if by_person or word.endswith("ed") or (word == lemma and not are_things):
            return []
    if category is Category.SPECIAL_EFFECTS and by_person:
        return []
    words.taken[index] = True
    found_by = FoundBy.CAPS if is_caps else FoundBy.LEXICON
    return [Find(category, *words.spans[index], lemma, found_by)]


def _noise(words: Words, index: int) -> list[Find]:
    """Return a noise that is named as a thing is: a GROAN of steel."""
    is_caps = words.is_caps(index)
    if not is_caps and words.at(index + 1) != "of":
        return []
    words.taken[index] = True
    found_by = FoundBy.CAPS if is_caps else FoundBy.LEXICON
    return [Find(Category.SOUND, *words.spans[index], _LEMMA[words.low[index]], found_by)]


def throwing(words: Words, index: int) -> list[Find]:
    """Somebody thrown through a window is a stunt."""
    at = index + 1
    while words.at(at) in _DETERMINERS - _POSSESSIVES:
        at += 1
    entry = entry_of(words.at(at))
    is_person = words.at(at) in ("him", "her", "them", "himself", "herself") or (
        at < len(words.low) and words.named[at] and not words.low[at].endswith("'s")
    )
    is_person = is_person or (entry is not None and entry.category is Category.BACKGROUND)
    far = [words.at(to) for to in range(at + 1, at + 3)]
    if words.hidden[index] or not is_person or not any(word in _THROWN_TO for word in far):
        return []
    words.taken[index] = True
    return [Find(Category.STUNTS, *words.spans[index], THROWS[words.low[index]])]


def _is_done_by_person(words: Words, index: int) -> bool:
    """Whether the nearest doer before a verb in its sentence is somebody, no thing."""
    before = words.at(index - 1)
    if before.endswith("s") and not entries_of(before) and before not in _STOPS:
        return index > 0 and words.named[index - 1]
    if before in _JOINS and _opens_with_person(words, index):
        return True
    for at in range(index - 1, max(-1, index - 12), -1):
        word = words.low[at]
        if words.named[at] or word in _PERSON_WORDS:
            return True
        if word in ENDS:
            return index - at == 1
        entry = entry_of(word)
        is_noun = entry is not None and (not entry.is_also_verb or words.at(at - 1) in _DETERMINERS)
        if entry is not None and is_noun and entry.category is not None:
            return entry.category is Category.BACKGROUND
    return index == 0


def _opens_with_person(words: Words, index: int) -> bool:
    """Whether somebody is what the sentence begins with: he drops it and thumps the lever."""
    start = index
    while start and words.low[start - 1] not in ENDS:
        start -= 1
    while words.at(start) in _DETERMINERS and start < index:
        start += 1
    return start < index and is_person(words, start)
