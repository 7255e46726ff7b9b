"""Chinese paragraph in, doings out: stunts of people, things that break, what a body shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from mstation.breakdown.element import Category
from mstation.breakdown.elements.finds import Find
from mstation.breakdown.elements.words_zh import GRAMMAR, any_of

_ACTS = GRAMMAR["acts"]
_FLIES = any_of(_ACTS["thrown"].split())
_TO = any_of(_ACTS["complements"].split())
_STUNT = re.compile(
    rf"(?:(?:{_FLIES})了?(?:{_TO})|[摔跌坠滚栽扑](?:了个|出|进(?![^，。]{{0,5}}怀)|入|下|过|落)|(?:{any_of(_ACTS['jumps'].split())})"
    rf"|(?:{any_of(_ACTS['whole'].split())}))"
    r"(?:了(?=[下上出进过起开]))?(?:[下上出进过起开][来去])?[\u3400-\u9fff]{0,4}"
)
_END = re.compile(rf"[{GRAMMAR['stops']}]")
_CLAUSE = re.compile(r"[^，。！？；：、—…（）()【】]+")
_PEOPLE = re.compile(rf"[他她我你]们?|人|{any_of(_ACTS['people'].split())}")
_BREAKS = re.compile(
    rf"(?:{any_of(_ACTS['breaks'].split())})(?:了|成|开|一地|一片|粉碎|[下出][来去])*"
)
_BODY = f"(?:{any_of(GRAMMAR['body'].split())})(?!{any_of(GRAMMAR['not_body'].split())})"
_STATE = re.compile(
    rf"(?:{_BODY})(?:上|里|子|角|尖|边)?[^，。！？；：、]{{0,5}}?"
    rf"(?:{any_of(GRAMMAR['states'].split())})(?:了)?(?:一层|一大?块|一道|一片)?皮?"
)
_COVERED = re.compile(
    rf"(?:(?:{_BODY})(?:上|里|间)?[^，。！？；：]{{0,4}}?"
    r"(?:全是|都是|沾满|沾着|糊满|糊着|挂满|挂着|布满|结了|结着|结满|落满|蒙着|蒙了|抹着|涂着|凝着|满是)"
    r"|(?:满|一)(?:脸|头|身|手|嘴)(?:的|都?是|全是)?)"
    rf"((?:[一两几]?(?:层|道|块|片|点))?[\u3400-\u9fff]{{0,2}}[{GRAMMAR['smears']}])(?![白绿黑红灰蓝色])"
)
_SMEARED = re.compile(
    rf"([\u3400-\u9fff]?[{GRAMMAR['smears']}])(?:糊|溅|沾|蹭|抹|喷|泼|蒙|洒)了?"
    r"[^，。！？；：]{0,6}?(?:[一满](?:脸|身|头|手))"
)

_INKED = re.compile(r"[纹刺文](?:着|了)[^，。！？；]{1,8}")
_OBJECTS = frozenset(
    (
        Category.PROPS,
        Category.SET_DRESSING,
        Category.VEHICLES,
        Category.ANIMALS,
        Category.WARDROBE,
    )
)
_BEFORE_OBJECT = frozenset("朝向往把被从在对给与和着将用拿了")
_NOT_QUITE = re.compile(r"(?:差点|险些|差一点|几乎|想要?|没|不|别|要)[^，。]{0,3}$")
_FALLS_HIMSELF = re.compile(r"(?:[他她人们手脚]|直接|一起|跟着|失足|整个人|同时)$")
_TURNS = re.compile(r"(?:一脚)?(?:撞|掀|踹|踢|推|砸|打|碰|带)(?:翻|倒|开|破|上)了?")
_DOOR = re.compile("[^，。]{0,3}[门窗]")
_CLOSE = 4  # characters between a thing and what it does or what is done to it
_NEAR = 12  # characters between two parts of one stunt


def doings(plain: str, names: list[tuple[int, int]], things: list[Find]) -> list[Find]:
    """Return the stunts, the breakages and the states of bodies that a paragraph tells."""
    if _STUNT.search(plain) is None and _BREAKS.search(plain) is None:
        return bodies(plain)
    finds: list[Find] = []
    told = [match.start() for match in _PEOPLE.finditer(plain)]
    people: list[int] = []
    is_person = False
    for clause in _CLAUSE.finditer(plain):
        start, end = clause.span()
        here = [span[0] for span in names if start <= span[0] < end]
        here += [at for at in told if start <= at < end]
        inside = [find for find in things if start <= find.start < end]
        here += [find.start for find in inside if find.category is Category.BACKGROUND]
        objects = [find for find in inside if find.category in _OBJECTS]
        people += here
        is_person = bool(here) or (is_person and not _is_thing(plain, objects))
        finds += _stunts(plain, start, end, is_person=is_person, objects=objects, here=here)
        finds += _breakages(plain, start, end, objects)
    stunts = [find for find in finds if find.category is Category.STUNTS]
    rest = [find for find in finds if find.category is not Category.STUNTS]
    return _as_gags(plain, stunts, people) + rest + bodies(plain)


def _as_gags(plain: str, stunts: list[Find], people: list[int]) -> list[Find]:
    """One fall told in two clauses is one stunt: 扑了出去，一头栽在车上."""
    gags: list[Find] = []
    for find in stunts:
        last = gags[-1] if gags else None
        gap = plain[last.end : find.start] if last is not None else ""
        is_other = last is None or any(last.end <= at < find.start for at in people)
        is_one = not is_other and len(gap) <= _NEAR and not re.search("[。！？；—…]", gap)
        if last is not None and is_one:
            gags[-1] = replace(last, end=find.end, name=plain[last.start : find.end])
        else:
            gags.append(find)
    return gags


def _is_thing(plain: str, objects: list[Find]) -> bool:
    """Whether a thing does it, not a person: it comes first in the clause."""
    return any(
        not find.is_held
        and find.category is not Category.WARDROBE
        and plain[max(0, find.start - 1) : find.start] not in _BEFORE_OBJECT
        for find in objects
    )


def _stunts(
    plain: str, start: int, end: int, *, is_person: bool, objects: list[Find], here: list[int]
) -> Iterator[Find]:
    for match in _STUNT.finditer(plain, start, end):
        first = match.start()
        earlier = [find for find in objects if find.end <= first]
        later = [find.start for find in objects if find.start > first]
        if _NOT_QUITE.search(plain, start, first) or _is_aside(plain, first, end, later):
            continue
        if not _is_done_by_one(plain, earlier, first, is_person=is_person, here=here):
            continue
        if plain[first] == "掉" and not (
            _FALLS_HIMSELF.search(plain, start, first) or any(first - at <= 4 for at in here)
        ):
            continue
        stop = _END.search(plain, first + 2, match.end())
        last = stop.start() if stop is not None and stop.start() > first + 1 else match.end()
        yield Find(Category.STUNTS, first, last, name=plain[first:last])


def _is_aside(plain: str, verb: int, end: int, things: list[int]) -> bool:
    """Whether only a thing falls or opens: 掀翻桌子, 撞开铁门."""
    match = _TURNS.match(plain, verb, end)
    if match is None:
        return False
    return any(at - match.end() <= _CLOSE for at in things) or bool(
        _DOOR.match(plain, match.end(), end)
    )


def _is_done_by_one(
    plain: str, earlier: list[Find], verb: int, *, is_person: bool, here: list[int]
) -> bool:
    """Whether a person or a vehicle does it; a thing or an animal does not count."""
    last = earlier[-1] if earlier else None
    if last is None:
        return is_person
    before = plain[max(0, last.start - 1) : last.start]
    first = earlier[0]
    is_animal = first.category is Category.ANIMALS and not any(at < first.start for at in here)
    if before in ("把", "将") or is_animal:
        return False
    if last.category is Category.WARDROBE:
        return is_person and (verb - last.end > _CLOSE or before in _BEFORE_OBJECT)
    if any(at < verb for at in here) or before in _BEFORE_OBJECT:
        return is_person
    return last.category is Category.VEHICLES


def _breakages(plain: str, start: int, end: int, objects: list[Find]) -> Iterator[Find]:
    """绳子断了, 酒坛子碎了一片: what breaks is made to break."""
    for match in _BREAKS.finditer(plain, start, end):
        broken = [
            find
            for find in objects
            if find.category in (Category.PROPS, Category.SET_DRESSING, Category.VEHICLES)
            and (0 <= match.start() - find.end <= 6 or 0 <= find.start - match.end() <= 2)
            and not (find.is_held and find.end <= match.start())
        ]
        if broken:
            thing = broken[-1]
            first, last = min(thing.start, match.start()), max(thing.end, match.end())
            yield Find(Category.SPECIAL_EFFECTS, first, last, name=plain[first:last])


def bodies(plain: str) -> list[Find]:
    """Return what make-up has to show on a body: 鼻子磕破, 眉毛上全是霜."""
    finds = [
        Find(Category.MAKEUP, *match.span(), name=match[0]) for match in _STATE.finditer(plain)
    ]
    finds += [
        Find(Category.MAKEUP, *match.span(), name=match[0]) for match in _INKED.finditer(plain)
    ]
    for pattern in (_COVERED, _SMEARED):
        finds += [
            Find(Category.MAKEUP, *match.span(1), name=match[1])
            for match in pattern.finditer(plain)
        ]
    return finds
