"""Chinese paragraph in, what of it is there: not the likeness, the missing, the spoken of."""

from __future__ import annotations

import re

from mstation.breakdown.elements.words_zh import GRAMMAR, any_of

TOLD_OF, NOT_THERE = 1, 2

_LIKE = any_of(GRAMMAR["similes"].split())
_HIDING = tuple(
    map(
        re.compile,
        (
            rf"(?:{_LIKE}|(?<![摄图影雕塑佛神偶画录肖群石铜遗音视])像(?![机师头素])|(?<![一例假比])如(?![今果何此下同一]))[^，。！？；—…]*",
            r"[^，。！？；—…]{1,6}(?:一般|一样|似的|般的?)(?=[，。！？；])",
            r"[\u3400-\u9fff]{2,3}(?:似的|般的?|一样的|一般的)",
            rf"(?:{any_of(GRAMMAR['negations'].split())})[^，。！？；—…]{{0,5}}",
            r"[《〈][^《》〈〉]{1,20}[》〉]",
            r"[“「\"『]([^“”「」『』\"]*)[”」\"』]",
            rf"(?:{any_of(GRAMMAR['pictures'].split())})[^。！？]*",
            rf"(?:{any_of(GRAMMAR['thinks'].split())})[^。！？，；]*",
        ),
    )
)
_AGE = re.compile(r"[（(][^（）()]*岁[^（）()]*[）)]")
_VOICE = re.compile(
    rf"^\s*[\u3400-\u9fff]{{0,8}}(?:{any_of(GRAMMAR['voices'].split())})[:：](?P<rest>.*)",
    re.DOTALL,
)
_REMARK = re.compile(r"[（(][^（）()]*[）)]")


def hidden_in(plain: str) -> bytearray:
    """Return for each character whether what it names is there; 0 where it is."""
    hidden = bytearray(len(plain))
    voice = _VOICE.match(plain)
    if voice is not None:
        _hide(hidden, voice.start("rest"), len(plain))
        for match in _REMARK.finditer(plain, voice.start("rest")):
            hidden[match.start() : match.end()] = bytes(len(match[0]))
    for match in _AGE.finditer(plain):
        hidden[match.start() : match.end()] = bytes([TOLD_OF]) * len(match[0])
    for pattern in _HIDING:
        for match in pattern.finditer(plain):
            _hide(hidden, match.start(), match.end())
    return hidden


def _hide(hidden: bytearray, start: int, end: int) -> None:
    hidden[start:end] = bytes([NOT_THERE]) * (end - start)
