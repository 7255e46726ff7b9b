"""Chinese paragraph in, finds out: the longest words of the lexicon, read from left to right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from mstation.breakdown.element import Category
from mstation.breakdown.finds import Find, Span
from mstation.breakdown.words_zh import BY_FIRST, GRAMMAR, SUFFIXES, Word, any_of
from mstation.screenplay.characters import simplified

_MEASURES = GRAMMAR["measures"]
_COUNT = rf"[{GRAMMAR['numerals']}]+[大小整满长]?[{_MEASURES}]"
_DESCRIBED = rf"(?:[{GRAMMAR['adjectives']}]{{0,3}}的?)"
_COUNTED = re.compile(rf"{_COUNT}{_DESCRIBED}$")
_BETWEEN = (
    r"(?:着|了|起|出|过|住|来|好|上|下|开|回|紧|满)*"
    rf"(?:他|她|自己的?|{_COUNT})?的?{_DESCRIBED}"
)
_HANDS = re.compile(rf"(?:{any_of(GRAMMAR['hands'].split())}){_BETWEEN}$")
_CARRIES = re.compile(rf"(?:{any_of(GRAMMAR['carries'].split())}){_BETWEEN}$")
_WEARS = re.compile(rf"(?:{any_of(GRAMMAR['wears'].split())}){_BETWEEN}$")
_TAKEN = re.compile(r"(?:把|将)(?:那|这|手里的|手中的|他的|她的)?[^，。；！？]{0,3}$")
_LIKE = any_of(GRAMMAR["similes"].split())
_LIKENESS = re.compile(rf"(?:{_LIKE}|如(?![今果何此下同]))[^，。！？；—…]*")
_MISSING = re.compile(rf"(?:{any_of(GRAMMAR['negations'].split())})[^，。！？；—…]{{0,5}}")
_TALK = re.compile(r"[“「\"]([^“”「」\"]*)[”」\"]")
_TITLE = re.compile(r"《([^《》]{1,20})》")
_PLAYS = re.compile(f"[{''.join(GRAMMAR['plays'].split())}]")
_ONE = GRAMMAR["onomatopoeia"]
_ONE_SOUND = re.compile(
    rf"[“「\"]([{_ONE}]{{1,4}})[”」\"]|(?<![\u3400-\u9fff])([{_ONE}]{{1,4}})(?=[！!。—])"
    rf"|([{_ONE}]{{1,3}})(?=(?:地|的)?一声)"
)
_PICTURED = re.compile(rf"(?:{any_of(GRAMMAR['pictures'].split())})[^。！？]*")
_SOUND_OF = re.compile(r"的?[^，。！？的一]{0,2}(?:声音?|轰鸣)(?!称|明)")
_HAND_CHARACTERS = frozenset(word for word in GRAMMAR["hands"].split() if len(word) == 1)
_GRIPS = frozenset(GRAMMAR["grips"])
_AGE = re.compile(r"[（(][^（）()]*岁[^（）()]*[）)]")
_BESIDE = frozenset("上下前边旁沿")
_TOYS = tuple(GRAMMAR["toys"].split())
_IN_HAND = re.compile(
    rf"(?:{any_of(GRAMMAR['hands'].split())})(?:着|出|起|过|了|来)*[一两几半][{_MEASURES}]"
    r"(?:[^，。！？；、的]{0,6}的)?([㐀-鿿]{2,4})(?=[，。！？；、])"
)
_KINDS = frozenset((Category.PROPS, Category.WARDROBE))
_NOT_THINGS = frozenset(GRAMMAR["not_things"])
_AFTER_VERB = frozenset(GRAMMAR["after_verb"])
_BOUNDARIES = frozenset(GRAMMAR["boundaries"])
_HAN = re.compile(r"[\u3400-\u9fff]")
_TOLD_OF, _NOT_THERE = 1, 2
_LONGEST_NAME = 3  # characters that may stand before the last one of a compound
_BACK = 12  # characters that are looked at before a thing
_BULK = re.compile(
    r"^众|(?:们|若干|(?:数|多|几|[一二三四五六七八九十两\d]+)(?:名|人|位|个)|等)+人?$"
)
_LISTED_NAME = re.compile(r"(?<=[:：、，,])\s*[^:：、，,。\s（）()]+")


def chinese_finds(text: str, names: list[Span]) -> list[Find]:
    """Return what a paragraph of action shows, in order; `names` is where the cast is named."""
    plain = simplified(text)
    hidden = _hidden(plain)
    finds = _titles(plain) + _one_sounds(plain)
    for find in _lexicon_finds(plain, names):
        if hidden[find.start] == _NOT_THERE:
            continue
        if hidden[find.start] == _TOLD_OF and find.category is Category.BACKGROUND:
            continue
        finds.append(find)
    taken = bytearray(hidden)
    for start, end in (*names, *((find.start, find.end) for find in finds)):
        taken[start:end] = bytes([_NOT_THERE]) * (end - start)
    finds += _in_hand(plain, taken)
    finds = [
        replace(find, name=text[find.start : find.end]) if find.name else find for find in finds
    ]
    return _joined(sorted(finds, key=lambda find: (find.start, find.end)))


def _hidden(plain: str) -> bytearray:
    """Return for each character whether what it names is there; 0 where it is."""
    hidden = bytearray(len(plain))
    for match in _AGE.finditer(plain):
        hidden[match.start() : match.end()] = bytes([_TOLD_OF]) * len(match[0])
    for pattern in (_LIKENESS, _MISSING, _TITLE, _TALK, _PICTURED):
        for match in pattern.finditer(plain):
            hidden[match.start() : match.end()] = bytes([_NOT_THERE]) * len(match[0])
    return hidden


def _lexicon_finds(plain: str, names: list[Span]) -> Iterator[Find]:
    ends = dict(names)
    at = read = 0  # `read` is where the last whole word ended
    while at < len(plain):
        if at in ends:
            at = read = max(ends[at], at + 1)
            continue
        word = _word_at(plain, at)
        if word is None:
            find, size = _compound(plain, at, read), 1
        else:
            find = _find(plain, at, word, read)
            size = max(len(word[0]), find.end - at if find is not None else 0)
            read = at + size
        if find is not None:
            yield find
        at += size


def _in_hand(plain: str, taken: bytearray) -> list[Find]:
    """What is counted and in a hand is a thing, though no list has 请假条."""
    return [
        Find(Category.PROPS, *match.span(1), is_held=True)
        for match in _IN_HAND.finditer(plain)
        if match[1][-1] not in _NOT_THINGS and not any(taken[match.start(1) : match.end(1)])
    ]


def _joined(finds: list[Find]) -> list[Find]:
    """One thing right before another says its kind: 钻石 + 耳钉."""
    joined: list[Find] = []
    for find in finds:
        last = joined[-1] if joined else None
        is_kind = last is not None and last.end == find.start and not last.name
        if last is not None and is_kind and last.category in _KINDS and find.category in _KINDS:
            joined[-1] = replace(find, start=last.start)
        else:
            joined.append(find)
    return joined


def _word_at(plain: str, at: int) -> Word | None:
    found = _longest(plain, at)
    if found is None or found[0][0] not in _AFTER_VERB or not plain[max(0, at - 1) : at]:
        return found
    later = _longest(plain, at + 1) if at + 1 < len(plain) else None
    belongs = later is not None and len(later[0]) > 1 and plain[at - 1] in _HAND_CHARACTERS
    return None if belongs else found


def _longest(plain: str, at: int) -> Word | None:
    for word in BY_FIRST.get(plain[at], ()):
        if plain.startswith(word[0], at):
            return word
    return None


def _find(plain: str, at: int, word: Word, read: int) -> Find | None:
    written, category, theme = word
    end = at + len(written)
    if category is None or plain[end : end + 1] == "般":
        return None
    if len(written) > 1:
        category, end = _with_suffix(plain, end, category)
    elif written in SUFFIXES and not _is_shown(plain, at):
        compound = _compound(plain, at, read)
        if compound is not None:
            return compound
    if len(written) == 1 and not _is_single_thing(plain, at, category):
        return None
    if category is Category.BACKGROUND and plain[end : end + 1] == "的" and len(written) < 3:
        return None
    before = plain[max(0, at - _BACK) : at]
    category, end = _by_place(plain, end, before, category)
    is_held = category is Category.WARDROBE or _is_handled(before) is not None
    name = plain[at:end] if theme == "verbs" or category is Category.SOUND else ""
    return Find(category, at, end, name, is_held=is_held)


def _with_suffix(plain: str, end: int, category: Category) -> tuple[Category, int]:
    """Return what a word is with one more character: 漫画 + 书."""
    last = plain[end : end + 1]
    if last not in SUFFIXES:
        return category, end
    longer = _longest(plain, end)
    if longer is not None and len(longer[0]) > 1:
        return category, end
    is_music = category is Category.MUSIC and last == "声"
    return (category if is_music else SUFFIXES[last]), end + 1


def _by_place(plain: str, end: int, before: str, category: Category) -> tuple[Category, int]:
    """Return what a thing is here: carried, only heard, or a plaything."""
    if category is Category.SET_DRESSING and _CARRIES.search(before) is not None:
        return Category.PROPS, end
    if category in (Category.VEHICLES, Category.ANIMALS):
        heard = _SOUND_OF.match(plain, end)
        if heard is not None:
            return Category.SOUND, heard.end()
        return (Category.PROPS if before.endswith(_TOYS) else category), end
    return category, end


def _is_handled(before: str) -> re.Match[str] | None:
    return _HANDS.search(before) or _WEARS.search(before) or _TAKEN.search(before)


def _is_single_thing(plain: str, at: int, category: Category) -> bool:
    """Whether one character is a word of its own here: counted, handled, or alone."""
    before, after = plain[max(0, at - _BACK) : at], plain[at + 1 : at + 2]
    if category in (Category.SPECIAL_EFFECTS, Category.MAKEUP, Category.ANIMALS):
        return True
    if before[-1:] in _GRIPS or (plain[at] in "桌床" and after in _BESIDE):
        return True
    if _HAN.match(after) and after not in _BOUNDARIES:
        return False
    if _COUNTED.search(before) or _is_handled(before):
        return True
    return before.endswith("的") and not _HAN.match(after)


def _is_shown(plain: str, at: int) -> bool:
    before = plain[max(0, at - _BACK) : at]
    return _COUNTED.search(before) is not None or _is_handled(before) is not None


def _compound(plain: str, at: int, read: int) -> Find | None:
    """A word that the lists lack is what its last character says: 审讯椅 is a chair.

    It begins after `read`: what stands before is part of another word.
    """
    category = SUFFIXES.get(plain[at])
    if category is None:
        return None
    after = plain[at + 1 : at + 2]
    if _HAN.match(after) and after not in _BOUNDARIES:
        return None
    start = at
    while start > read and at - start < _LONGEST_NAME and _HAN.match(plain[start - 1]):
        if plain[start - 1] in _BOUNDARIES:
            break
        start -= 1
    if start == at:
        return None
    before = plain[max(0, start - _BACK) : start]
    if category is Category.SET_DRESSING and _CARRIES.search(before):
        category = Category.PROPS
    return Find(category, start, at + 1, is_held=_is_handled(before) is not None)


def _titles(plain: str) -> list[Find]:
    """《…》 is music where somebody sings or plays it."""
    finds = []
    for match in _TITLE.finditer(plain):
        near = plain[max(0, match.start() - 10) : match.start()] + plain[match.end() :][:4]
        if _PLAYS.search(near):
            finds.append(Find(Category.MUSIC, *match.span(1)))
    return finds


def _one_sounds(plain: str) -> list[Find]:
    finds = []
    for match in _ONE_SOUND.finditer(plain):
        group = match.lastindex or 0
        finds.append(Find(Category.SOUND, *match.span(group)))
    return finds


def listed_extras(text: str) -> list[Find]:
    """Return the extras of a cast list: those who are counted in bulk, or are a crowd by name."""
    finds = []
    for match in _LISTED_NAME.finditer(simplified(text)):
        name = _BULK.sub("", match[0])
        word = _word_at(name, 0) if name else None
        is_crowd = word is not None and word[1] is Category.BACKGROUND and word[0] == name
        if name and (len(name) < len(match[0]) or is_crowd):
            finds.append(Find(Category.BACKGROUND, match.start(), match.start() + len(name)))
    return finds


def is_extra(name: str) -> bool:
    """Whether a name is only what somebody is: 保安, 村民甲."""
    word = _word_at(simplified(name), 0)
    return word is not None and word[1] is Category.BACKGROUND and len(name) - len(word[0]) < 2
