"""What a line of Fountain is where no sign says it: a heading, a transition, a Chinese line.

A Fountain script may hold lines as Chinese scripts have them: 第3场 内 客厅 夜, 人物：甲、乙,
老周（低声）：走。 They are read as they are there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mstation.screenplay.chinese.heading import ChineseHeading, bare, find_heading
from mstation.screenplay.chinese.speech import Speech, find_speech
from mstation.screenplay.chinese.words import find_transition
from mstation.screenplay.heading import starts_as_heading
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.numerals import NUMERAL
from mstation.screenplay.script import ElementKind

_WORDS = lexicon("mstation.screenplay", "words")
_LABELS = _WORDS["labels"]
_TRANSITIONS = frozenset(_WORDS["transitions"]["en"])
_TRANSITION_STARTS = tuple(_WORDS["transitions"]["en_starts"])
_NO_NAMES = _TRANSITIONS | frozenset(_LABELS["caption_en"])
HEADING_STARTS = frozenset("IiEe*_")
_MAX_TRANSITION = 80  # characters
_MAX_HEADING = 80
LONGEST_LISTED = 400  # characters of a person in a cast list
SIGNS = "△▲▶▷►"  # of action in Chinese scripts


def _any_of(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_CAST = re.compile(rf"(?:{_any_of(_LABELS['cast'])})\s*[:：]|[$＄]\s*[:：]?(?=[\u3400-\u9fff])")
_PROPS = re.compile(rf"(?:{_any_of(_LABELS['props'])})\s*[:：]")
_CAST_SECTION = frozenset((*_LABELS["cast_section"], *_LABELS["cast"]))
_EPISODE = re.compile(rf"第\s*{NUMERAL}\s*集(?:[\s:：·—-]+.*)?")
_HAN = re.compile(r"[\u3400-\u9fff]")
# how a heading of a Chinese script begins, where it has a number or says inside or outside first
_HEADING_OPENS = re.compile(r"[#*\s【\[]*(?:第|场[景次号]|[内外室屋户日夜]|\d{1,4}[-–—－、.．\s])")


@dataclass(frozen=True, slots=True)
class ChineseLine:
    """A line as Chinese scripts have it, and what it holds."""

    kind: ElementKind
    text: str
    heading: ChineseHeading | None = None
    speech: Speech | None = None
    opens_cast: bool = False  # the names stand on the lines below


def is_heading(text: str) -> bool:
    """Whether a line opens as Fountain's headings do, with marks of style before it or not."""
    return starts_as_heading(text if text[0] in "IiEe" else text.lstrip("*_"))


def is_forced_heading(text: str) -> bool:
    """Whether a point at the start of a line forces a heading: three points do not."""
    if text[0] != ".":
        return False
    following = text[1:2]
    return following.isalnum() or (following == "\\" and not text[2:3].isalnum())


def is_transition(text: str) -> bool:
    """Whether a line with blank lines around it is a transition by its words."""
    if len(text) > _MAX_TRANSITION or (text.isascii() and not text.isupper()):
        return False
    words = text.strip("*_ ")
    if words.endswith("TO:"):
        return words == words.upper()
    words = words.rstrip(".:。：")
    is_known = words in _TRANSITIONS or (words.isupper() and words.startswith(_TRANSITION_STARTS))
    return is_known or (not text.isascii() and find_transition(text))


def may_be_name(text: str) -> bool:
    """Whether a line in capitals over others is a name, and not FADE IN: or SUPER:."""
    return text.rstrip(":：") not in _NO_NAMES


def breaks_action(text: str) -> bool:
    """Whether a line that stands directly under a line of action is none itself."""
    if text[0] in "#=>~":
        return len(text) > 1
    if text.isascii() or _HAN.search(text) is None:
        return False
    return text[0] in SIGNS or _said_on_one_line(text) is not None


def is_cast_section(title: str) -> bool:
    """Whether people are listed below these words: 人物小传, 人物表."""
    return title in _CAST_SECTION


def chinese_line(text: str) -> ChineseLine | None:
    """Return what a line is as Chinese scripts have it, or None where it is plain action."""
    if _HAN.search(text) is None:
        return None
    if text[0] in SIGNS:
        return ChineseLine(ElementKind.ACTION, text.lstrip(SIGNS + " \u3000"))
    inner = bare(text) if len(text) < 200 else text
    may_be_heading = len(text) <= _MAX_HEADING and _HEADING_OPENS.match(text) is not None
    heading = find_heading(text) if may_be_heading else None
    if heading is not None:
        return ChineseLine(ElementKind.SCENE_HEADING, heading.text, heading=heading)
    if _EPISODE.fullmatch(inner):
        return ChineseLine(ElementKind.EPISODE, inner)
    return _list_or_speech(text, inner)


def _list_or_speech(text: str, inner: str) -> ChineseLine | None:
    cast = _CAST.match(text)
    if cast is not None or inner in _CAST_SECTION:
        opens = cast is None or not text[cast.end() :].strip()
        return ChineseLine(ElementKind.CAST_LIST, text, opens_cast=opens)
    if _PROPS.match(text):
        return ChineseLine(ElementKind.PROPS_LIST, text)
    speech = _said_on_one_line(text)
    return (
        None if speech is None else ChineseLine(ElementKind.CHARACTER, speech.name, speech=speech)
    )


def _said_on_one_line(text: str) -> Speech | None:
    """Return the speech 老周（低声）：走。 with its words, or None."""
    if ":" not in text[:160] and "：" not in text[:160]:
        return None
    speech = find_speech(text.strip("*"))
    return speech if speech is not None and speech.text else None
