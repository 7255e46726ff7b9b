"""English paragraph in, finds out: the things, sounds and stunts that its words show."""

from __future__ import annotations

import re

from mstation.breakdown.common_nouns import is_known_noun
from mstation.breakdown.doings_en import THROWS, VERBS_OF_DOING, doing, throwing
from mstation.breakdown.element import Category, FoundBy
from mstation.breakdown.finds import Find, Span
from mstation.breakdown.nouns_en import is_noun, says_kind
from mstation.breakdown.sentence_en import BREAKS, ENDS, SENTENCE, Words, read_words
from mstation.breakdown.words_en import Entry, entries_of, entry_of, verbs, word_set

_QUOTED = re.compile(r"[\"“]([^\"“”]{2,60})[\"”]")
_DOER = re.compile(r"(?:[aeiou]?[^aeiou]er|or|ist|ian|man|woman|men|women|ee)s?$")
_DETERMINERS = word_set("determiners")
_PREPOSITIONS = word_set("prepositions")
_PARTICLES = word_set("particles")
_STOPS = word_set("stops")
_NOT_THINGS = word_set("not_things")
_KINDS = word_set("kinds")
_PLACES = word_set("places")
_RELATIONS = word_set("relations")
_WEARS = word_set("wears")
_PLAYS = word_set("plays")
_CAPITALS = word_set("capital_words")
_AMOUNTS = word_set("amounts")
_COLORS = word_set("colors")
_FASTENINGS = word_set("fastenings")
_ELSEWHERE = word_set("elsewhere")
_HEARD = word_set("heard")
_WALLS = word_set("walls")
_TOYS = word_set("toys")
_HANDS = verbs("hands")
_CARRIES = verbs("carries")
_SURE = verbs("sure")
_POSSESSIVES = frozenset(("his", "her", "their", "my", "your", "our"))
_PUTS = frozenset(("put", "puts", "putting", "pull", "pulls", "pulling", "slip", "slips"))
_TAKES = frozenset(("take", "takes", "taking", "took", "taken"))
_HEARD_THINGS = frozenset(("whistle", "bell", "horn", "siren", "alarm", "bells", "foghorn"))
_HEARD_VERBS = frozenset(("rings", "ringing", "goes", "off", "blares", "buzzes", "wails", "tolls"))
_SHOT_WORDS = frozenset(("shot", "up", "down", "in", "out", "view"))
_WINDOW = 6  # words between a verb of the hand and its thing
_HEARD_FROM_FAR = (Category.VEHICLES, Category.ANIMALS)
_SEEN = (*_HEARD_FROM_FAR, Category.PROPS, Category.SET_DRESSING)


def english_finds(text: str, names: list[Span]) -> list[Find]:
    """Return what a paragraph of action shows, in order; `names` is where the cast is named."""
    words = read_words(text, names)
    finds = _titles(words)
    for index in range(len(words.low) - 1, -1, -1):
        if words.taken[index]:
            continue
        entry = _entry_at(words, index)
        if entry is not None:
            finds += _thing(words, index, entry)
        if not words.taken[index] and words.low[index] in THROWS:
            finds += throwing(words, index)
        if not words.taken[index] and words.low[index] in VERBS_OF_DOING:
            finds += doing(words, index)
    finds += _unknown(words)
    return sorted(finds, key=lambda find: (find.start, find.end))


def _entry_at(words: Words, index: int) -> Entry | None:
    """Return the longest name of the lexicon that ends with a word."""
    for entry in entries_of(words.low[index]):
        size = len(entry.before)
        if size <= index and tuple(words.low[index - size : index]) == entry.before:
            return entry
    return None


def _thing(words: Words, index: int, entry: Entry) -> list[Find]:
    start = index - len(entry.before)
    if entry.category is None:
        for at in range(start, index + 1):
            words.taken[at] = True
        return []
    if not entry.before and not is_noun(words, index, entry):
        return []
    if says_kind(words, index):
        return []
    first = start if entry.category is Category.BACKGROUND else _first_of_name(words, start)
    for at in range(first, index + 1):
        words.taken[at] = True
    if words.hidden[index] or _is_a_place(words, index, entry) or _says_how(words, first, index):
        return []
    verb = _verb_before(words, first)
    if not entry.is_sure and not (verb in _HANDS or verb in _WEARS):
        return []
    category = _category(words, first, index, entry, verb)
    if category is None:
        return []
    found_by = FoundBy.CAPS if words.is_caps(index) else FoundBy.LEXICON
    is_held = verb in _HANDS or verb in _WEARS
    last = index
    extra = _HEARD_VERBS if category is Category.SOUND else _PREPOSITIONS | _SHOT_WORDS
    while last > first and words.low[last] in extra and entry.before:
        last -= 1
    span = (words.spans[first][0], words.spans[last][1])
    return [Find(category, *span, found_by=found_by, is_held=is_held)]


def _says_how(words: Words, first: int, index: int) -> bool:
    """Whether a noun only tells the colour, amount or fastening of something else."""
    word, after = words.low[index], words.at(index + 1)
    if after == "of" and (word in _AMOUNTS or word.removesuffix("s") in _AMOUNTS):
        return True
    if word in _COLORS and after[0].isalpha() and after not in _STOPS:
        return not after.endswith("s") or bool(entries_of(after))
    tied = words.at(first - 2) == "on" and words.at(first - 1) in _DETERMINERS
    return tied and word in _FASTENINGS


def _is_elsewhere(words: Words, index: int) -> bool:
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


def _first_of_name(words: Words, start: int) -> int:
    """Return where the name begins: nouns before the head say which kind it is."""
    first = start
    while first and not words.taken[first - 1] and first > start - 2:
        before = words.low[first - 1]
        if before not in _KINDS and not _is_kind(words, first - 1):
            break
        first -= 1
    return first


def _is_kind(words: Words, index: int) -> bool:
    entry = entry_of(words.low[index])
    is_thing = entry is not None and entry.category not in (None, Category.MAKEUP)
    is_noun_here = is_thing or is_known_noun(words.low[index])
    is_verb_here = (
        words.low[index] in _HANDS or words.low[index] in VERBS_OF_DOING
    ) and words.at(index - 1) not in _DETERMINERS
    return is_noun_here and not is_verb_here and says_kind(words, index)


def _is_a_place(words: Words, index: int, entry: Entry) -> bool:
    """Whether the thing only says which place or part: a gun shop, the nurses' station."""
    after = words.at(index + 1)
    if entry.category is Category.VEHICLES:
        return after in _PLACES and after not in ("door", "doors", "window", "windows", "seat")
    if entry.is_plural and after != "'":
        return False
    owns = after == "'" or (entry.category is Category.BACKGROUND and after in _PLACES)
    return owns or after in _PLACES


def _verb_before(words: Words, first: int) -> str:
    """Return the verb of hand or dress whose object the thing is, or an empty string."""
    for at in range(first - 1, max(-1, first - 1 - _WINDOW), -1):
        word = words.low[at]
        if word in _HANDS or word in _WEARS:
            is_noun = bool(entries_of(word)) and words.at(at - 1) in _DETERMINERS
            return "" if is_noun or words.at(at - 1) in _TAKES else word
        if word in BREAKS:
            return ""
        if word in _PREPOSITIONS and word not in ("of", "holding", "carrying", "wearing"):
            near = words.at(at - 1)
            return near if near in _PUTS or (word == "off" and near in _HANDS) else ""
    return ""


def _category(words: Words, first: int, index: int, entry: Entry, verb: str) -> Category | None:
    """Return the department that a thing is of here, None where it is of none."""
    category = entry.category
    if category in _SEEN and _is_elsewhere(words, first):
        return Category.SOUND if category in _HEARD_FROM_FAR else None
    is_handled = verb in _HANDS
    match category:
        case Category.VEHICLES | Category.ANIMALS if _is_toy(words, first, index):
            return Category.PROPS
        case Category.PROPS if not is_handled and _is_on_the_wall(words, first, index):
            return Category.SET_DRESSING
        case Category.PROPS if not is_handled and _is_part(words, first, index, entry):
            return None
        case Category.SET_DRESSING if verb in _CARRIES:
            return Category.PROPS
        case Category.MUSIC if entry.theme == "instruments" and verb in _CARRIES:
            return Category.PROPS
        case Category.WARDROBE if entry.theme == "worn" and verb in _CARRIES:
            return Category.PROPS
        case Category.BACKGROUND:
            return category if _is_extra(words, first, index, entry) else None
        case Category.SOUND if words.low[index] in _HEARD_THINGS and verb in _CARRIES:
            return Category.PROPS
        case _:
            return category


def _is_part(words: Words, first: int, index: int, entry: Entry) -> bool:
    """Whether a thing that nobody handles is part of another: a lid, the glass of a window."""
    if entry.theme == "if_handled":
        return True
    is_one = words.at(first - 1) in _DETERMINERS - {"the"} or words.at(index + 1) == "of"
    return words.low[index] == "glass" and not entry.before and not is_one


def _is_toy(words: Words, first: int, index: int) -> bool:
    return any(words.at(at) in _TOYS for at in range(first - 1, index))


def _is_on_the_wall(words: Words, first: int, index: int) -> bool:
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


def _is_extra(words: Words, first: int, index: int, entry: Entry) -> bool:
    """Whether people are there whom nobody names: not his mother, not `Will, a boy`."""
    before, after = words.at(first - 1), words.at(index + 1)
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


def _titles(words: Words) -> list[Find]:
    """A quoted title is music where somebody plays, sings or dances near it."""
    finds = []
    for match in _QUOTED.finditer(words.text):
        near = words.text[max(0, match.start() - 40) : match.start()].lower()
        if any(word.strip(".,") in _PLAYS for word in near.split()) and match[1][0].isupper():
            finds.append(Find(Category.MUSIC, *match.span(1)))
        for index, (start, end) in enumerate(words.spans):
            if match.start() <= start and end <= match.end():
                words.taken[index] = True
    return finds


def _unknown(words: Words) -> list[Find]:
    """Things that the lexicon lacks: in capitals after an article, or surely in a hand."""
    finds: list[Find] = []
    index = 0
    while index < len(words.low):
        if words.low[index] not in _DETERMINERS or words.hidden[index]:
            index += 1
            continue
        end = index + 1
        while end < len(words.low) and end - index <= 3 and _may_name(words, end):
            end += 1
        if end > index + 1:
            find = _unknown_thing(words, index, end)
            finds += [find] if find is not None else []
        index = max(end, index + 1)
    return finds


def _may_name(words: Words, index: int) -> bool:
    word = words.low[index]
    return word[0].isalpha() and word not in _STOPS and word not in _DETERMINERS


def _unknown_thing(words: Words, index: int, end: int) -> Find | None:
    head, after = words.low[end - 1], words.at(end)
    if any(words.taken[at] for at in range(index + 1, end)) or head in _NOT_THINGS:
        return None
    if entries_of(head) or head.endswith(("ly", "ing", "ed", "'s")) or len(head) < 3:
        return None
    span = (words.spans[end - 1][0], words.spans[end - 1][1])
    if all(words.is_caps(at) for at in range(index + 1, end)):
        known = head.upper() in _CAPITALS or head in VERBS_OF_DOING or head.isdigit()
        span = (words.spans[index + 1][0], span[1])
        category = Category.BACKGROUND if _DOER.search(head) else Category.PROPS
        return None if known else Find(category, *span, found_by=FoundBy.CAPS)
    at = index - 1
    while words.at(at) in _PARTICLES:
        at -= 1
    if not (after in BREAKS or after in _STOPS) or words.at(index) in ("this", "that", "each"):
        return None
    if words.at(at) in _SURE:
        return Find(Category.PROPS, *span, is_held=True)
    is_worn = words.at(at) in _WEARS or (words.at(at) == "in" and words.at(at - 1) in _WEARS)
    return Find(Category.WARDROBE, *span, is_held=True) if is_worn else None


def heading_vehicles(text: str) -> list[Find]:
    """Return the vehicles that a heading sets its scene in: INT. CAR - MOVING."""
    words = read_words(text, [])
    finds = []
    for index in range(len(words.low)):
        entry = _entry_at(words, index)
        if entry is None or entry.category is not Category.VEHICLES:
            continue
        if words.at(index + 1) not in _PLACES | {"'"} and not words.taken[index]:
            start = index - len(entry.before)
            finds.append(Find(Category.VEHICLES, words.spans[start][0], words.spans[index][1]))
    return finds
