"""What stands under a cue in, what is said and how it is played out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mstation.breakdown.scene import Turn
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Element, ElementKind

SPOKEN = frozenset((ElementKind.DIALOGUE, ElementKind.LYRIC))
_ASIDES = lexicon("mstation.breakdown", "playing")["asides"]
_PLAYED = frozenset((*_ASIDES["en"], *_ASIDES["zh"]))
_BRACKETS = re.compile(r"[(（]([^()（）\n]{1,30})[)）]")


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of a speech, its parentheticals, and where they stand if one is amid the words."""

    text: str
    manners: tuple[str, ...]
    turns: tuple[Turn, ...]


def read_speech(block: Iterable[Element]) -> Speech:
    """Return what is said under a cue, without what is only played.

    A bracket amid the words is played when it holds nothing but a word of playing: (beat),
    （停顿）. Any other is spoken: "my brother (the older one) knows".
    """
    text = ""
    turns: list[Turn] = []
    for part, is_said in _parts(block):
        if is_said:
            text += _gap(text, part) + part
        else:
            turns.append(Turn(len(text), part))
    # A part begins with its first letter, behind the space that joins it to the one before.
    turns = [Turn(_to_letter(text, turn.at), turn.manner) for turn in turns]
    is_amid = any(0 < turn.at < len(text) for turn in turns)
    manners = tuple(turn.manner for turn in turns)
    return Speech(text, manners, tuple(turns) if is_amid else ())


def _parts(block: Iterable[Element]) -> Iterator[tuple[str, bool]]:
    """Return the pieces in order, and whether each is said."""
    for element in block:
        if element.kind is ElementKind.PARENTHETICAL and element.text:
            yield element.text, False
        elif element.kind in SPOKEN:
            for line in element.text.split("\n"):
                yield from ((part, is_said) for part, is_said in _pieces(line) if part)


def _pieces(line: str) -> Iterator[tuple[str, bool]]:
    at = 0
    for bracket in _BRACKETS.finditer(line):
        aside = bracket[1].strip().rstrip(".。")
        if aside.casefold() in _PLAYED:
            yield line[at : bracket.start()].strip(), True
            yield aside, False
            at = bracket.end()
    yield line[at:].strip(), True


def _gap(before: str, after: str) -> str:
    """A space between Latin words, none between Han."""
    return "" if not before or (_is_wide(before[-1]) and _is_wide(after[0])) else " "


def _is_wide(character: str) -> bool:
    return character >= "\u2e80"


def _to_letter(text: str, at: int) -> int:
    return at + 1 if text[at : at + 1] == " " else at
