"""Chinese paragraph in, finds out: its words, and what compounds of them are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from mstation.breakdown.element import Category
from mstation.breakdown.elements.doings_zh import doings
from mstation.breakdown.elements.finds import Find, Span
from mstation.breakdown.elements.heard_zh import heard
from mstation.breakdown.elements.seen_zh import NOT_THERE, TOLD_OF, hidden_in
from mstation.breakdown.elements.words_zh import (
    BOUNDARIES,
    GRAMMAR,
    SUFFIXES,
    Token,
    any_of,
    longest_word,
    words_of,
)
from mstation.screenplay.characters import simplified

_MEASURES = GRAMMAR["measures"]
_COUNT = rf"[{GRAMMAR['numerals']}]+[大小整满长]?[{_MEASURES}]"
_DESCRIBED = rf"(?:[{GRAMMAR['adjectives']}]{{0,3}}的?)"
_COUNTED = re.compile(rf"{_COUNT}{_DESCRIBED}$")
_BETWEEN = (
    r"(?:着|了|起|出|过|住|来|好|上|下|开|回|紧|满)*"
    rf"(?:他|她|自己的?|那|这|{_COUNT})?的?{_DESCRIBED}"
)
_HANDS = re.compile(rf"(?:{any_of(GRAMMAR['hands'].split())}){_BETWEEN}$")
_CARRIES = re.compile(rf"(?:{any_of(GRAMMAR['carries'].split())}){_BETWEEN}$")
_WEARS = re.compile(rf"(?:{any_of(GRAMMAR['wears'].split())}){_BETWEEN}$")
_TAKEN = re.compile(r"(?:把|将|用|拿)(?:那|这|手里的|手中的|他的|她的)?[^，。；！？]{0,3}$")
_STANDS = re.compile(
    rf"(?:^|[，。；、]|[{GRAMMAR['where']}][^，。！？；]{{0,4}}?)"
    rf"(?P<verb>{any_of(GRAMMAR['stands'].split())})[^，。！？；]{{0,8}}$"
)
_IS_PUT = re.compile(
    r"(?:[都还也就正]|[^，。]{0,2}地)?"
    rf"[码堆摞垒立挂摆竖悬晾](?:得|在|着|成)(?![^，。]{{0,4}}[{GRAMMAR['bodily']}])"
)
_ON_BODY = re.compile(f"[{GRAMMAR['bodily']}]")
_BODY = re.compile(any_of(GRAMMAR["body"].split()))
_BODY_ENDS = (*GRAMMAR["body"].split(), "身子", "脑袋", "屁股", "影子", "身影")
_IS_WHERE = re.compile("上(?!来|去|前)|旁|边")
_HEARD_FROM = re.compile(rf"(?:{any_of(GRAMMAR['hears'].split())})[^。！？；]{{0,14}}$")
_SOUND_OF = re.compile(r"的?[^，。！？的一]{0,2}(?:声音?|轰鸣)(?!称|明)")
_ROARS = re.compile(r"[^，。！？；]{0,5}(?:嘶|吠|尖叫|轰鸣|嘶鸣|鸣笛|长鸣)")
_HAND_CHARACTERS = frozenset(word for word in GRAMMAR["hands"].split() if len(word) == 1)
_TOUCHES = frozenset("".join([*GRAMMAR["hands"].split(), *GRAMMAR["wears"].split(), "把将用"]))
_REACH = 10  # characters between a hand's verb and the thing
_GRIPS = frozenset(GRAMMAR["grips"])
_BESIDE = frozenset("上下前边旁沿")
_TOYS = tuple(GRAMMAR["toys"].split())
_IN_HAND = re.compile(
    rf"(?:{any_of(GRAMMAR['hands'].split())})(?:着|出|起|过|了|来)*[一两几半][{_MEASURES}]"
    r"(?:[^，。！？；、的]{0,6}的)?([㐀-鿿]{2,4})(?=[，。！？；、])"
)
_COOKED = frozenset(GRAMMAR["cooked"])
_CUTS, _ALIVE = frozenset(GRAMMAR["cuts"]), frozenset("上里下一")
_SERVED = re.compile(rf"[{GRAMMAR['numerals']}][{GRAMMAR['servings']}](?:[^，。！？；]{{0,4}}的)?$")
_PLACES = frozenset(GRAMMAR["places"])
_KINDS = frozenset((Category.PROPS, Category.WARDROBE, Category.SET_DRESSING, Category.VEHICLES))
_NO_KINDS = frozenset(Category) - _KINDS - {None}
_ALSO_VERBS, _AFTER_VERB = frozenset(GRAMMAR["also_verbs"]), frozenset("在着了住上起进出过到得")
_SHOPS = frozenset("店铺档摊馆厂站场")
_SOLD = frozenset((Category.PROPS, Category.VEHICLES, Category.ANIMALS, Category.WARDROBE))
_NOT_THINGS = frozenset(GRAMMAR["not_things"])
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST_NAME = 3  # characters that may stand before the last one of a compound
_BACK = 18  # characters that are looked at before a thing
_BULK = re.compile(
    r"^众|(?:们|若干|(?:数|多|几|[一二三四五六七八九十两\d]+)(?:名|人|位|个)|等)+人?$"
)
_LISTED_NAME = re.compile(r"(?<=[:：、，,])\s*[^:：、，,。\s（）()]+")


def chinese_finds(text: str, names: list[Span]) -> list[Find]:
    """Return what a paragraph of action shows, in order; `names` is where the cast is named."""
    plain = simplified(text)
    hidden = hidden_in(plain)
    finds = []
    for find in _thing_finds(plain, words_of(plain, names)):
        seen = hidden[find.start]
        if seen != NOT_THERE and not (seen == TOLD_OF and find.category is Category.BACKGROUND):
            finds.append(find)
    finds = _joined(finds)
    taken = bytearray(hidden)
    for start, end in (*names, *((find.start, find.end) for find in finds)):
        taken[start:end] = bytes([NOT_THERE]) * (end - start)
    finds += _in_hand(plain, taken)
    for start, end in names:
        hidden[start:end] = bytes([NOT_THERE]) * (end - start)
    told = [find for find in doings(plain, names, finds) if hidden[find.start] != NOT_THERE]
    finds = _without_doubles(finds, [*told, *heard(plain, hidden)])
    finds = [
        replace(find, name=text[find.start : find.end]) if find.name else find for find in finds
    ]
    return sorted(finds, key=lambda find: (find.start, find.end))


def _thing_finds(plain: str, tokens: list[Token]) -> Iterator[Find]:
    """Read the words from left to right; a run of nouns is what its last one is."""
    at = 0
    while at < len(tokens):
        if _says_nothing(tokens[at]):
            at += 1
            continue
        last = _end_of_run(plain, tokens, at)
        find = _find(plain, tokens, at, last)
        if find is None and last > at:
            last, find = at, _find(plain, tokens, at, at)
        if find is not None:
            yield find
            while at < len(tokens) and tokens[at].start < find.end:
                at += 1
        else:
            at = last + 1


def _says_nothing(token: Token) -> bool:
    """Whether a word neither names a thing nor can begin the name of one."""
    word = token.word
    is_long = token.end - token.start > 1
    return is_long and word is not None and word.category is None and not word.is_noun


def _end_of_run(plain: str, tokens: list[Token], at: int) -> int:
    """Return the index of the head of the compound that begins with a word: 羊 + 角 + 灯."""
    first = tokens[at]
    if not _can_modify(plain, first) or _is_measure(plain, first):
        return at
    last = at
    for index in range(at + 1, min(at + 5, len(tokens))):
        token = tokens[index]
        if token.start != tokens[index - 1].end or token.start - first.start > _LONGEST_NAME:
            break
        if _is_head(plain, tokens, index, first):
            last = index
        if not _can_modify(plain, token):
            break
    return last


def _can_modify(plain: str, token: Token) -> bool:
    """Whether a word may stand before the last one of a compound."""
    start, end, word = token
    if word is None:
        return plain[start] not in BOUNDARIES and _HAN.match(plain[start]) is not None
    if end - start == 1:
        return plain[start] not in BOUNDARIES
    if not word.is_noun or plain[end - 1] in _PLACES:
        return False
    return word.category not in _NO_KINDS


def _is_measure(plain: str, token: Token) -> bool:
    before = plain[max(0, token.start - 1) : token.start]
    is_one = token.end - token.start == 1 and plain[token.start] in _MEASURES
    return is_one and bool(before) and before in GRAMMAR["numerals"]


def _is_head(plain: str, tokens: list[Token], index: int, first: Token) -> bool:
    """Whether a compound may end with a word: a suffix, or a thing after a thing."""
    start, end, word = tokens[index]
    if end - start == 1:
        after = plain[end : end + 1]
        closed = not _HAN.match(after) or after in BOUNDARIES or _starts_word(tokens, index + 1)
        is_verb = plain[start] in _ALSO_VERBS and after in _AFTER_VERB
        return plain[start] in SUFFIXES and closed and not is_verb
    is_thing = first.word is not None and first.word.category in _KINDS
    return word is not None and word.category in _KINDS and is_thing


def _starts_word(tokens: list[Token], index: int) -> bool:
    return index < len(tokens) and tokens[index].end - tokens[index].start > 1


def _find(plain: str, tokens: list[Token], at: int, last: int) -> Find | None:
    start, end = tokens[at].start, tokens[last].end
    head = tokens[last]
    size = head.end - head.start
    before = plain[max(0, start - _BACK) : start]
    category = head.word.category if head.word is not None else None
    theme = head.word.theme if head.word is not None else ""
    if last > at and size == 1:
        category, theme = SUFFIXES[plain[head.start]], ""
    after = plain[end : end + 1]
    if category is None or after == "般" or (after in _SHOPS and category in _SOLD):
        return None
    if last == at and size == 1 and not _is_single_thing(plain, tokens, at, category):
        return None
    if (theme == "handled" and not _is_shown(before)) or (
        theme == "weak" and not _is_on_body(plain, start)
    ):
        return None
    if category is Category.BACKGROUND and plain[end : end + 1] == "的" and size < 3:
        return None
    category, end = _by_context(plain, start, end, before, category)
    is_held = category is Category.WARDROBE or _is_handled(before)
    if category is Category.PROPS and _is_dressing(plain, end, before, is_held=is_held):
        category, is_held = Category.SET_DRESSING, False
    name = plain[start:end] if theme == "verbs" or category is Category.SOUND else ""
    return Find(category, start, end, name, is_held=is_held)


def _by_context(
    plain: str, start: int, end: int, before: str, category: Category
) -> tuple[Category, int]:
    """Return what a thing is here: carried, only heard, a plaything, or a dish."""
    if category is Category.SET_DRESSING and _CARRIES.search(before[-_REACH:]):
        return Category.PROPS, end
    if category in (Category.VEHICLES, Category.ANIMALS):
        heard_of = _SOUND_OF.match(plain, end)
        if heard_of is not None:
            return Category.SOUND, heard_of.end()
        if before.endswith(_TOYS) or plain.startswith(_TOYS, start):
            return Category.PROPS, end
        roars = _ROARS.match(plain, end)
        if roars is not None and before.endswith(("传来", "是", "听见", "的")):
            return Category.SOUND, roars.end()
        if _HEARD_FROM.search(before):
            return Category.SOUND, end
    if category is Category.ANIMALS:
        cooked = plain[start] in _COOKED or before[-1:] in _COOKED or _SERVED.search(before)
        if plain[end : end + 1] in _CUTS and plain[end + 1 : end + 2] not in _ALIVE:
            return Category.PROPS, end + 1
        return (Category.PROPS if cooked else category), end
    return category, end


def _is_dressing(plain: str, end: int, before: str, *, is_held: bool) -> bool:
    """Whether a thing only stands there: on a table, on a wall, as a place where others are."""
    stands = _STANDS.search(before)
    if stands is not None and not _HAND_CHARACTERS.intersection(before[stands.end("verb") :]):
        return _ON_BODY.search(before, 0, stands.start()) is None
    is_there = _IS_WHERE.match(plain, end) or _IS_PUT.match(plain, end)
    return not is_held and is_there is not None


def _is_on_body(plain: str, start: int) -> bool:
    sentence = plain[max(0, start - 2 * _BACK) : start].rpartition("。")[2]
    return _BODY.search(sentence.rpartition("，")[2]) is not None or (
        sentence.count("，") > 0 and _BODY.search(sentence.split("，")[-2]) is not None
    )


def _is_handled(before: str) -> bool:
    near = before[-_REACH:]
    if _TOUCHES.isdisjoint(near):
        return False
    return any(pattern.search(near) for pattern in (_HANDS, _WEARS, _TAKEN))


def _is_shown(before: str) -> bool:
    return _COUNTED.search(before) is not None or _is_handled(before)


def _is_single_thing(plain: str, tokens: list[Token], index: int, category: Category) -> bool:
    """Whether one character is a word of its own here: counted, handled, or alone."""
    at = tokens[index].start
    before, after = plain[max(0, at - _BACK) : at], plain[at + 1 : at + 2]
    if category in (Category.SPECIAL_EFFECTS, Category.MAKEUP, Category.ANIMALS):
        return True
    is_open = _HAN.match(after) and after not in BOUNDARIES
    if is_open and not _starts_word(tokens, index + 1):
        return before[-1:] in _GRIPS
    if before[-1:] in _GRIPS or (plain[at] in "桌床车船" and after in _BESIDE):
        return True
    if _is_shown(before):
        return True
    is_first = not before or not _HAN.match(before[-1])
    return (is_first or before.endswith("的")) and not _HAN.match(after)


def _in_hand(plain: str, taken: bytearray) -> list[Find]:
    """What is counted and in a hand is a thing, though no list has 请假条."""
    return [
        Find(Category.PROPS, *match.span(1), is_held=True)
        for match in _IN_HAND.finditer(plain)
        if match[1][-1] not in _NOT_THINGS
        and not BOUNDARIES.intersection(match[1])
        and not match[1].endswith(_BODY_ENDS)
        and not any(taken[match.start(1) : match.end(1)])
    ]


def _joined(finds: list[Find]) -> list[Find]:
    """One thing right before another says its kind: 钻石 + 耳钉."""
    joined: list[Find] = []
    for find in finds:
        last = joined[-1] if joined else None
        is_kind = last is not None and last.end == find.start and not last.name
        is_kind = is_kind and find.end - find.start > 1
        if last is not None and is_kind and last.category in _KINDS and find.category in _KINDS:
            joined[-1] = replace(find, start=last.start, is_held=find.is_held or last.is_held)
        elif (
            last is not None
            and last.category is find.category is Category.SOUND
            and find.start == last.end
        ):
            joined[-1] = replace(last, end=find.end, name=f"{last.name}{find.name}")
        else:
            joined.append(find)
    return joined


def _without_doubles(finds: list[Find], told: list[Find]) -> list[Find]:
    """What a longer phrase tells is not listed again by a word of it; what breaks still is."""
    kept: list[Find] = []
    for find in sorted(told, key=lambda find: (find.start - find.end, find.start)):
        if not any(_covers(other, find) for other in kept):
            kept.append(find)
    of_them = [
        find
        for find in finds
        if not any(
            _covers(other, find)
            and (other.category is find.category or _hides(other.category, find.category))
            for other in kept
        )
    ]
    return of_them + [
        find
        for find in kept
        if not any(
            other.category is find.category and other.start < find.end and find.start < other.end
            for other in of_them
        )
    ]


def _covers(one: Find, other: Find) -> bool:
    return one.start <= other.start and other.end <= one.end


def _hides(told: Category, thing: Category) -> bool:
    is_heard = told is Category.SOUND
    return is_heard or (told is Category.MAKEUP and thing is Category.SPECIAL_EFFECTS)


def listed_extras(text: str) -> list[Find]:
    """Return the extras of a cast list: those who are counted in bulk, or are a crowd by name."""
    finds = []
    for match in _LISTED_NAME.finditer(simplified(text)):
        name = _BULK.sub("", match[0])
        found = longest_word(name)
        is_crowd = (
            found is not None and found[1].category is Category.BACKGROUND and found[0] == name
        )
        if name and (len(name) < len(match[0]) or is_crowd):
            finds.append(Find(Category.BACKGROUND, match.start(), match.start() + len(name)))
    return finds


def is_extra(name: str) -> bool:
    """Whether a name is only what somebody is: 保安, 村民甲."""
    found = longest_word(simplified(name))
    return (
        found is not None
        and found[1].category is Category.BACKGROUND
        and len(name) - len(found[0]) < 2
    )
