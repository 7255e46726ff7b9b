"""A thing in its sentence in, whether it is there out: no place, part, amount or somebody named."""

from __future__ import annotations

from mstation.breakdown.element import Category
from mstation.breakdown.elements.handling_en import PARTS_ARE, verb_of_hand
from mstation.breakdown.elements.sentence_en import BREAKS, ENDS, SENTENCE, Words
from mstation.breakdown.elements.words_en import Entry, entries_of, entry_of, word_set

_DETERMINERS = word_set("determiners")
_PREPOSITIONS = word_set("prepositions")
_STOPS = word_set("stops")
_DOUBTFUL = word_set("doubtful")
_SHAPES = word_set("shapes")
_PLACES = word_set("places")
_RELATIONS = word_set("relations")
_AMOUNTS = word_set("amounts")
_COLORS = word_set("colors")
_FASTENINGS = word_set("fastenings")
_ELSEWHERE = word_set("elsewhere")
_HEARD = word_set("heard")
_WALLS = word_set("walls")
_TOYS = word_set("toys")
_VAGUE = frozenset(("the", "a", "an", "no", "this", "that"))
_POSSESSIVES = frozenset(("his", "her", "their", "my", "your", "our"))
_CAR_PARTS = frozenset(("bonnet", "boot", "hood", "trunk"))


def is_there(words: Words, first: int, index: int, entry: Entry) -> bool:
    """Whether a thing is in the scene: not compared with, and no word for a place or an amount."""
    return not (
        words.hidden[index] or _is_a_place(words, index, entry) or _says_how(words, first, index)
    )


def _says_how(words: Words, first: int, index: int) -> bool:
    """Whether a noun only tells the colour, amount or fastening of something else."""
    word, after = words.low[index], words.at(index + 1)
    if after == "of" and (word in _AMOUNTS or word.removesuffix("s") in _AMOUNTS):
        return True
    if word in _COLORS and after[0].isalpha() and after not in _STOPS:
        return not after.endswith("s") or bool(entries_of(after))
    tied = words.at(first - 2) == "on" and words.at(first - 1) in _DETERMINERS
    return tied and word in _FASTENINGS


def _is_a_place(words: Words, index: int, entry: Entry) -> bool:
    """Whether the thing only says which place or part: a gun shop, the nurses' station."""
    after = words.at(index + 1)
    if entry.category is Category.VEHICLES:
        return after in _PLACES and after not in ("door", "doors", "window", "windows", "seat")
    if entry.is_plural and after != "'":
        return False
    owns = after == "'" or (entry.category is Category.BACKGROUND and after in _PLACES)
    return owns or after in _PLACES


def is_content(words: Words, first: int, category: Category) -> bool:
    """Whether a thing is what is in another: the corn of a tin of corn."""
    if category is not Category.PROPS or words.at(first - 1) != "of":
        return False
    holder = entry_of(words.at(first - 2))
    return holder is not None and holder.category is Category.PROPS and holder.is_sure


def is_doubtful(words: Words, first: int, index: int, entry: Entry) -> bool:
    """Whether a word that often means something else stands here without any sign of a thing."""
    before = words.at(first - 1)
    if entry.category not in PARTS_ARE:
        return before == "its" and entry.category is Category.SOUND
    owner = entry_of(before[:-2]) if before.endswith("'s") else None
    if before == "its" or (owner is not None and owner.category is not Category.BACKGROUND):
        return True  # its mirrors, the ledger's ribbon
    if before == "the" and words.at(first - 2) == "by" and verb_of_hand(words, first - 2):
        return True  # holds the mule by the strap
    if words.low[index] not in _DOUBTFUL or entry.before:
        return words.at(first - 2) in ("in", "into") and words.low[index] in _SHAPES
    is_counted = entry.is_plural and before in _DETERMINERS - _VAGUE
    is_owned = is_counted or before in _POSSESSIVES or before.endswith(("'s", "s'"))
    is_told = words.told[index] and entry.category is Category.WARDROBE
    return not (is_owned or first < index or is_told)


def is_elsewhere(words: Words, index: int) -> bool:
    """Whether the sentence tells what is only heard: `Outside, a truck`, the chop of a rotor."""
    at = index - 1
    while at >= 0 and words.low[at] in _DETERMINERS:
        at -= 1
    if words.at(at) == "of" and words.at(at - 1) in _HEARD:
        return True
    stop = max(-1, at - SENTENCE)
    while at > stop and words.low[at] not in ENDS:
        at -= 1
    return words.at(at + 1) in _ELSEWHERE and words.at(at + 2) not in ("of", "the")


def is_part(words: Words, first: int, index: int, entry: Entry) -> bool:
    """Whether a thing that nobody handles is part of another: a lid, the glass of a window."""
    if entry.theme == "if_handled":
        return True
    is_one = words.at(first - 1) in _DETERMINERS - {"the"} or words.at(index + 1) == "of"
    return words.low[index] == "glass" and not entry.before and not is_one


def is_of_vehicle(words: Words, first: int, index: int) -> bool:
    """Whether the boot or the bonnet is of a car."""
    if words.low[index] not in _CAR_PARTS or words.at(first - 1) not in ("the", "its", "open"):
        return False
    near = range(max(0, first - SENTENCE), min(len(words.low), index + 8))
    return words.at(first - 2) in ("over", "from", "on", "in", "into", "under", "onto") or any(
        entry is not None and entry.category is Category.VEHICLES
        for entry in (entry_of(words.low[at]) for at in near)
    )


def is_toy(words: Words, first: int, index: int) -> bool:
    """Whether a vehicle or an animal is a plaything or an ornament."""
    return any(words.at(at) in _TOYS for at in range(first - 1, index))


def is_on_the_wall(words: Words, first: int, index: int) -> bool:
    """Whether the sentence tells what hangs on a wall or stands on a shelf."""
    for at in range(index + 1, min(len(words.low), index + 6)):
        if words.low[at] in BREAKS:
            break
        if words.low[at] in _WALLS and words.at(at - 2) in ("on", "from", "against", "along"):
            return True
    for at in range(first - 1, max(-1, first - SENTENCE), -1):
        if words.low[at] in ENDS:
            return False
        if words.low[at] in _WALLS:
            return words.at(at - 2) in (*ENDS, "on", "from") and at < first
    return False


def is_extra(words: Words, first: int, index: int, entry: Entry) -> bool:
    """Whether people are there whom nobody names: not his mother, not `Will, a boy`."""
    before, after = words.at(first - 1), words.at(index + 1)
    if words.told[index] or _is_called_next(words, index):
        return False
    is_many = entry.is_plural or entry.theme == "crowds"
    if before in _POSSESSIVES or before.endswith(("'s", "s'")):
        return is_many and entry.theme == "extras" and words.low[index] not in _RELATIONS
    if is_many:
        vague = words.low[index] in ("people", "men", "women", "folk")
        return not vague or before in _DETERMINERS - {"the", "these", "those", "his", "her"}
    if first and index + 1 < len(words.low) and words.named[index + 1]:
        return False
    if entry.theme == "people":
        return before in ("a", "an") and words.at(first - 2) in ENDS and after not in (",", "who")
    article = before in ("a", "an", "the", "one", "another")
    outer = words.at(first - 2) if article else before
    named = first > 1 and words.named[first - 2]
    if outer in (",", "(", "is", "was", "as") or named or before in ("(", ","):
        return False
    return after not in ("(",) or words.is_caps(index)


def _is_called_next(words: Words, index: int) -> bool:
    """Whether a name follows that says who it is: the driver, SUNDAY; a nun, a real one, AGNES."""
    for at in range(index + 1, min(len(words.low), index + 8)):
        if words.named[at]:
            return words.low[at - 1] == "," or at == index + 1
        if words.low[at] in ENDS:
            return False
    return False


def is_known(words: Words, first: int) -> bool:
    """Whether an article says that a thing was there before: the bird, the blue hen."""
    for at in range(first - 1, max(-1, first - 4), -1):
        word = words.low[at]
        if word == "own":
            return True
        if word in _DETERMINERS or word in BREAKS or word in _PREPOSITIONS:
            return word in ("the", "this", "that", "its")
    return False
