"""Chinese paragraph in, what is to be heard out: noises, what rings and roars, tunes."""

from __future__ import annotations

import re

from mstation.breakdown.element import Category
from mstation.breakdown.elements.finds import Find
from mstation.breakdown.elements.words_zh import GRAMMAR, VOCABULARY, any_of

_ONE = GRAMMAR["onomatopoeia"]
_NOISE = re.compile(
    rf"[“「\"]([{_ONE}]{{1,6}})[”」\"]|(?<![\u3400-\u9fff])([{_ONE}]{{1,6}})(?=[！!。，—…])"
    rf"|([{_ONE}]{{1,6}})(?=(?:地|的)?[一两几]声)|([{_ONE}]{{2,8}})"
)
_RINGS = re.compile(
    rf"((?:{any_of(GRAMMAR['ringing'].split())})(?:声|音)?)"
    r"(?=[^，。！？；、]{0,5}(?:响|鸣(?![枪金])|叫|嘶|作))"
)
_TITLE = re.compile(r"[《〈]([^《》〈〉]{1,20})[》〉]")
_PLAYS = re.compile(any_of(GRAMMAR["plays"].split()))
_TUNE_OF = re.compile(r"([\u3400-\u9fff]{2,6}的(?:音乐|乐曲|曲子|旋律|歌声|歌))(?![手词])")
_NEAR = 8  # characters between what rings and how
_SUNG = re.compile(r"(?:唱|哼|吟唱)(?:着|起|出|了)?[：:]?[“「\"]([^“”「」\"]{2,12})")


def heard(plain: str, cast_off: bytearray) -> list[Find]:
    """Return noises and tunes; `cast_off` is marked where a name or what is not there stands."""
    finds = []
    for match in _NOISE.finditer(plain):
        group = match.lastindex or 0
        if group == 4 and (any(cast_off[match.start() : match.end()]) or _is_talk(match[4])):
            continue
        finds.append(Find(Category.SOUND, *match.span(group), name=match[group]))
    noises = [find.start for find in finds]
    for match in _RINGS.finditer(plain):
        is_told = any(0 <= at - match.end() <= _NEAR for at in noises)
        if not is_told and not any(cast_off[match.start() : match.end()]):
            finds.append(Find(Category.SOUND, *match.span(1), name=match[1]))
    for match in _TITLE.finditer(plain):
        near = plain[max(0, match.start() - 12) : match.start()] + plain[match.end() :][:6]
        if _PLAYS.search(near):
            finds.append(Find(Category.MUSIC, *match.span(1), name=match[1]))
    for match in _SUNG.finditer(plain):
        finds.append(Find(Category.MUSIC, *match.span(1), name=match[1]))
    for match in _TUNE_OF.finditer(plain):
        name = match[1].rpartition("了")[2].rpartition("起")[2].rpartition("着")[2]
        if not any(cast_off[match.start() : match.end()]) and not name.startswith("的"):
            start = match.end() - len(name)
            finds.append(Find(Category.MUSIC, start, match.end(), name=name))
    return finds


def _is_talk(noise: str) -> bool:
    """哈哈 is a laugh and the actor's; 通通 is a word."""
    word = VOCABULARY.get(noise)
    is_word = word is not None and word.category is None
    return is_word or all(character in GRAMMAR["voiced"] for character in noise)
