"""How a thing looks where a scene names it, and what the words around it say happens to it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from mstation.breakdown.element import Category, SceneElement
from mstation.breakdown.elements.naming import singular
from mstation.breakdown.names import is_chinese
from mstation.breakdown.paging import ScenePages
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import ElementKind

_WORDS = lexicon("mstation.breakdown", "continuity")


def _any_of(words: Sequence[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _phrases(section: str) -> tuple[str, ...]:
    return (*_WORDS[section]["en"], *_WORDS[section]["zh"])


_CHANGES, _PUTS_ON, _TAKES_OFF = map(_phrases, ("changes", "puts_on", "takes_off"))
_PASSES_EN, _PASSES_ZH = frozenset(_WORDS["passes"]["en"]), tuple(_WORDS["passes"]["zh"])
_COMMON = frozenset((*_WORDS["common"]["en"], *_WORDS["common"]["zh"]))
_OWN_EN, _THE_EN = frozenset(_WORDS["own"]["en"]), frozenset(_WORDS["the"]["en"])
_OWN_ZH = re.compile(rf"{_any_of(_WORDS['own']['zh'])}|[一两几数二三四五六七八九十\d]")
_TOLD = frozenset((ElementKind.ACTION, ElementKind.PARENTHETICAL, ElementKind.CENTERED))
_PARTED_ZH = re.compile(r"[，,、；;。和与]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_BEFORE_EN, _AROUND_EN, _BEFORE_ZH, _AROUND_ZH = 4, 6, 6, 6  # words, characters


def _rows(section: str) -> dict[str, str]:
    """Map each word to the first of its row."""
    table = _WORDS[section]
    return {word: row[0] for row in (*table["en"], *table["zh"]) for word in row}


_COLOURS, _SIDES, _SLOTS = _rows("colours"), _rows("sides"), _rows("slots")
_COLOUR_ZH = re.compile(_any_of([word for row in _WORDS["colours"]["zh"] for word in row]))
_SIDE_ZH = re.compile(_any_of([word for row in _WORDS["sides"]["zh"] for word in row]))
_SLOT_ZH = sorted((w for row in _WORDS["slots"]["zh"] for w in row), key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Seen:
    """A garment, a wound or a thing as a scene showed it."""

    id: str
    category: Category
    name: str
    told: str  # with the colour or side that the words around it give
    kind: str  # what else it could be confused with: coat, 外套
    qualities: frozenset[str]
    holder_id: str
    scene: str  # number of the first scene of this day that says so
    last_scene: str
    turn: int  # of the day, when it was mentioned last


def contradicts(before: Seen, now: Seen) -> bool:
    """Whether two looks at one person cannot both be: a red coat, then a blue one."""
    return (
        before.category is now.category
        and before.kind == now.kind
        and before.scene != now.last_scene
        and bool(before.qualities and now.qualities)
        and before.qualities.isdisjoint(now.qualities)
    )


def is_same_thing(seen: Seen, element: SceneElement) -> bool:
    """Whether a scene's element speaks of what was seen before."""
    if seen.category is not element.category:
        return False
    return seen.id == element.id or (
        seen.category is not Category.PROPS and seen.kind == _kind_of(element.name)
    )


class SceneWords:
    """The paragraphs of a scene, looked up by line."""

    __slots__ = ("_lines", "_lower", "_passes", "_texts")

    def __init__(self, page: ScenePages) -> None:
        told = [each for each in page.elements if each.kind in _TOLD]
        self._lines = [element.line for element in told]
        self._texts = [element.text for element in told]
        self._lower = [text.lower() for text in self._texts]
        self._passes: list[bool] | None = None

    def says_change(self) -> bool:
        """Whether somebody changes clothes."""
        return _says("\n".join(self._lower), _CHANGES)

    def says_put_on(self, element: SceneElement) -> bool:
        """Whether the garment may only now be put on."""
        return _says(self._paragraph(element).lower(), _PUTS_ON)

    def says_taken_off(self, element: SceneElement) -> bool:
        """Whether the garment comes off, or the wound is washed, here."""
        return _says(self._paragraph(element).lower(), _TAKES_OFF)

    def says_pass(self, element: SceneElement, *, whole_scene: bool) -> bool:
        """Whether the thing may come into these hands here, before all eyes."""
        at = self._at(element)
        return any(self._where_passes()[0 if whole_scene else max(0, at) : at + 1])

    def may_pass_on(self, element: SceneElement) -> bool:
        """Whether after it is named the thing may be given away or put down."""
        return any(self._where_passes()[max(0, self._at(element)) :])

    def _where_passes(self) -> list[bool]:
        """Return of each paragraph whether a thing may pass from hand to hand in it."""
        if self._passes is None:
            self._passes = [
                not _PASSES_EN.isdisjoint(_WORD.findall(text))
                or (not text.isascii() and _says(text, _PASSES_ZH))
                for text in self._lower
            ]
        return self._passes

    def means_the_same(self, element: SceneElement) -> bool:
        """Whether the words mean the very thing that was there before, and not one of its kind."""
        text, at = self._place(element)
        if at < 0:
            return False
        name = element.name
        if is_chinese(element.text):
            is_common = name in _COMMON
            return not is_common and _OWN_ZH.search(text[max(0, at - _BEFORE_ZH) : at]) is None
        is_plural = element.text.lower().endswith("s") and not name.endswith("s")
        words = [word.lower() for word in _WORD.findall(text[max(0, at - 40) : at])][-3:]
        near = next((word for word in reversed(words) if word in _THE_EN or word in _OWN_EN), "")
        return name not in _COMMON and not is_plural and near in _THE_EN

    def see(self, element: SceneElement, scene: str, turn: int) -> Seen:
        """Return how the thing looks here."""
        qualities, told = self._look(element)
        return Seen(
            id=element.id,
            category=element.category,
            name=element.name,
            told=told,
            kind=_kind_of(element.name),
            qualities=qualities,
            holder_id=element.holder_id,
            scene=scene,
            last_scene=scene,
            turn=turn,
        )

    def _look(self, element: SceneElement) -> tuple[frozenset[str], str]:
        """Return the colours or the side, and the name with what it leaves out of them."""
        if element.category is Category.PROPS:
            return frozenset(), element.name
        text, at = self._place(element)
        before, after = (text[:at], text[at + len(element.text) :]) if at >= 0 else ("", "")
        is_side = element.category is Category.MAKEUP
        look = _look_zh if is_chinese(element.name) else _look_en
        words, gap = look(element.name, before, after, is_side=is_side)
        told = element.name
        if words and not any(word in element.name for word in words):
            told = gap.join((*dict.fromkeys(words), element.name))
        table = _SIDES if is_side else _COLOURS
        return frozenset(table[word] for word in words), told

    def _at(self, element: SceneElement) -> int:
        return bisect_right(self._lines, element.line) - 1

    def _paragraph(self, element: SceneElement) -> str:
        at = self._at(element)
        return self._texts[at] if at >= 0 else ""

    def _place(self, element: SceneElement) -> tuple[str, int]:
        text = self._paragraph(element)
        return text, text.lower().find(element.text.lower())


def _says(text: str, phrases: Sequence[str]) -> bool:
    return any(phrase in text for phrase in phrases)


def _look_en(name: str, before: str, after: str, *, is_side: bool) -> tuple[list[str], str]:
    """Return the words of colour or side in a name and near it; a comma parts two garments."""
    near = _WORD.findall(before.rpartition(",")[2])[-_BEFORE_EN:]
    near += _WORD.findall(after)[:_AROUND_EN] if is_side else []
    table = _SIDES if is_side else _COLOURS
    words = [word.lower() for word in (*_WORD.findall(name), *near)]
    return [word for word in words if word in table], " "


def _look_zh(name: str, before: str, after: str, *, is_side: bool) -> tuple[list[str], str]:
    if is_side:
        around = before[-_AROUND_ZH:] + after[:_AROUND_ZH]
        return _SIDE_ZH.findall(name) or _SIDE_ZH.findall(around), ""
    around = _PARTED_ZH.split(before[-_BEFORE_ZH:])[-1]
    return _COLOUR_ZH.findall(name) or _COLOUR_ZH.findall(around), ""


def _kind_of(name: str) -> str:
    """Return what a garment is, without what it is like: coat, 外套."""
    if is_chinese(name):
        word = next((word for word in _SLOT_ZH if name.endswith(word)), "")
        return _SLOTS[word] if word else _COLOUR_ZH.sub("", name)
    word = singular(name.split()[-1]) if name.split() else name
    return _SLOTS.get(word, word)
