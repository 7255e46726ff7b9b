"""English paragraph in, finds out: the things, sounds and stunts that its words show."""

from __future__ import annotations

import re

from mstation.breakdown.element import Category, FoundBy
from mstation.breakdown.elements.common_nouns import is_known_noun, is_known_word
from mstation.breakdown.elements.doings_en import THROWS, VERBS_OF_DOING, doing, throwing
from mstation.breakdown.elements.finds import Find, Span
from mstation.breakdown.elements.handling_en import (
    CARRIES,
    DRESSED,
    HANDS,
    WEARS,
    as_worn,
    is_given,
    verb_of,
)
from mstation.breakdown.elements.nouns_en import is_noun, is_person, says_kind, stands
from mstation.breakdown.elements.presence_en import (
    is_content,
    is_doubtful,
    is_elsewhere,
    is_extra,
    is_known,
    is_of_vehicle,
    is_on_the_wall,
    is_part,
    is_there,
    is_toy,
)
from mstation.breakdown.elements.sentence_en import BREAKS, Words, read_words
from mstation.breakdown.elements.words_en import (
    Entry,
    entries_of,
    entry_of,
    verbs,
    word_set,
    words_before,
)

_STAYS = frozenset(
    ("on", "in", "against", "lies", "lie", "hangs", "hang", "leans", "stands", "stand")
)
_CARRIED = (Category.PROPS, Category.SET_DRESSING)
_SHAPED = (Category.VEHICLES, Category.ANIMALS, Category.VISUAL_EFFECTS)
_QUOTED = re.compile(r"[\"“]([^\"“”]{2,60})[\"”]")
_DOER = re.compile(r"(?:[aeiou]?[^aeiou]er|or|ist|ian|man|woman|men|women|ee)s?$")
_DETERMINERS = word_set("determiners")
_PREPOSITIONS = word_set("prepositions")
_PARTICLES = word_set("particles")
_STOPS = word_set("stops")
_PARTS = word_set("parts")
_NO_HEADS = word_set("not_things") | _PARTS
_PIECES = word_set("pieces")
_KINDS = word_set("kinds")
_PLACES = word_set("places")
_PLAYS = word_set("plays")
_CAPITALS = word_set("capital_words")
_SURE = verbs("sure")
_HEARD_THINGS = frozenset(("whistle", "bell", "horn", "siren", "alarm", "bells", "foghorn"))
_HEARD_VERBS = frozenset(("rings", "ringing", "goes", "off", "blares", "buzzes", "wails", "tolls"))
_SHOT_WORDS = frozenset(("shot", "up", "down", "in", "out", "view"))
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
    word, before = words.low[index], words.at(index - 1)
    if before not in words_before(word):
        return entry_of(word)
    for entry in entries_of(word):
        if not entry.before:
            return entry
        size = len(entry.before)
        is_near = entry.before[-1] == before and size <= index
        if is_near and tuple(words.low[index - size : index]) == entry.before:
            return entry
    return None


def _thing(words: Words, index: int, entry: Entry) -> list[Find]:
    start = index - len(entry.before)
    if entry.category is None:
        words.take(start, index)
        return []
    is_alone = not entry.before
    piece = index + 1 if words.at(index + 1) in _PIECES and says_kind(words, index) else index
    if (is_alone and not is_noun(words, index, entry)) or (
        piece == index and says_kind(words, index)
    ):
        return []
    if is_alone and words.low[index] in _PIECES and index and _is_kind(words, index - 1):
        return []
    first = start if entry.category is Category.BACKGROUND else _first_of_name(words, start)
    words.take(first, index)
    if (is_alone and words.low[index] in _PARTS) or not is_there(words, first, index, entry):
        return []
    verb = verb_of(words, first, index)
    entry = as_worn(words, index, entry, verb)
    verb = _verb_told(words, first, index, entry, verb)
    if not _is_sure(words, first, index, entry, verb):
        return []
    category = _category(words, first, index, entry, verb)
    if category is None or is_content(words, first, category):
        return []
    return [_find(words, (first, piece), entry, category, verb)]


def _verb_told(words: Words, first: int, index: int, entry: Entry, verb: str) -> str:
    """Return what the introduction of somebody says of a thing: it is worn or carried."""
    is_clothes = entry.category is Category.WARDROBE
    if verb == DRESSED:
        return "wears" if is_clothes else ""
    if verb or not words.told[index]:
        return verb
    if is_clothes:
        return "wears"
    at = first - 2 if words.at(first - 1) in _DETERMINERS else first - 1
    is_listed = words.at(at) in (",", "(")
    return "hold" if is_listed and entry.category in _CARRIED else ""


def _is_sure(words: Words, first: int, index: int, entry: Entry, verb: str) -> bool:
    """Whether a word that may mean something else means a thing here."""
    if entry.is_also_verb and is_given(words, first):
        return False
    is_held = verb in HANDS or verb in WEARS
    return is_held or (entry.is_sure and not is_doubtful(words, first, index, entry))


def _find(words: Words, at: Span, entry: Entry, category: Category, verb: str) -> Find:
    first, last = at
    found_by = FoundBy.CAPS if words.is_caps(last) else FoundBy.LEXICON
    extra = _HEARD_VERBS if category is Category.SOUND else _PREPOSITIONS | _SHOT_WORDS
    while last > first and words.low[last] in extra and entry.before:
        last -= 1
    span = (words.spans[first][0], words.spans[last][1])
    is_held = verb in HANDS or verb in WEARS
    is_prop = category is entry.category is Category.PROPS
    is_standing = is_prop and not is_held and stands(words, first)
    is_again = is_known(words, first)
    return Find(category, *span, "", found_by, is_held, is_standing, is_again)


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
    word = words.low[index]
    entry = entry_of(word)
    is_thing = entry is not None and entry.category not in (None, Category.MAKEUP)
    if not (is_thing or is_known_noun(word)):
        return False
    may_do = word.endswith("s") or word in HANDS or word in VERBS_OF_DOING
    is_verb = may_do and words.at(index - 1) not in _DETERMINERS
    return not is_verb and says_kind(words, index)


def _category(words: Words, first: int, index: int, entry: Entry, verb: str) -> Category | None:
    """Return the department that a thing is of here, None where it is of none."""
    category = entry.category
    if category in _SEEN and is_elsewhere(words, first):
        return Category.SOUND if category in _HEARD_FROM_FAR else None
    if category is Category.BACKGROUND:
        return category if is_extra(words, first, index, entry) else None
    if category in _SHAPED and is_toy(words, first, index):
        return Category.PROPS
    if category is Category.WARDROBE:
        return _worn_or_carried(words, first, index, entry, verb)
    if category is Category.PROPS and verb not in HANDS:
        if is_on_the_wall(words, first, index):
            return Category.SET_DRESSING
        return None if is_part(words, first, index, entry) else category
    is_instrument = category is Category.MUSIC and entry.theme == "instruments"
    if is_instrument and words.at(index + 1) in _STAYS and stands(words, first):
        return Category.SET_DRESSING
    is_carried = verb in CARRIES and (
        category is Category.SET_DRESSING
        or is_instrument
        or (category is Category.SOUND and words.low[index] in _HEARD_THINGS)
    )
    return Category.PROPS if is_carried else category


def _worn_or_carried(
    words: Words, first: int, index: int, entry: Entry, verb: str
) -> Category | None:
    if is_of_vehicle(words, first, index):
        return None
    is_watch = entry.lemma.endswith("watch") and verb not in WEARS
    if is_watch and words.at(first - 2) != "off":
        return Category.PROPS
    is_carried = entry.theme == "worn" and verb in CARRIES
    return Category.PROPS if is_carried else Category.WARDROBE


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
    if any(words.taken[at] for at in range(index + 1, end)) or head in _NO_HEADS:
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
    is_worn = words.at(at) in WEARS or (words.at(at) == "in" and words.at(at - 1) in WEARS)
    if words.at(at) == "in" and is_person(words, at - 1) and not is_known_word(head):
        is_worn = True
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
            if words.at(start - 1).endswith(("'s", "s'")):
                continue  # a place that is called by it
            finds.append(Find(Category.VEHICLES, words.spans[start][0], words.spans[index][1]))
    return finds
