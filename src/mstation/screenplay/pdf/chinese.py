"""Printed lines of a Chinese script to paragraphs: a line that is full goes on below.

Source: W3C, Requirements for Chinese Text Layout, 3.1.2, for marks that open or close no line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mstation.screenplay.chinese.heading import find_heading
from mstation.screenplay.chinese.speech import find_speech
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.numerals import NUMERAL
from mstation.screenplay.pdf.lines import TypedLine
from mstation.screenplay.script import ElementKind
from mstation.screenplay.typed import Paragraph, Piece, glue, is_transition, run_on, trimmed

_LABELS = lexicon("mstation.screenplay", "words")["labels"]
_AGAIN_WORDS = lexicon("mstation.screenplay.typed", "words")["pages"]["continued"]
_LABEL = re.compile(
    "(?:"
    + "|".join(
        sorted(
            (
                name
                for key in ("cast", "props", "caption", "place", "time", "interior")
                for name in _LABELS[key]
            ),
            key=len,
            reverse=True,
        )
    )
    + r")\s*[:：]"
)
_AGAIN = re.compile(
    r"(?P<name>[^\s:：（(]{1,20})\s*[（(](?:" + "|".join(_AGAIN_WORDS) + r")[)）]\s*[:：]\s*"
)
_PART = re.compile(rf"[【\[]?第\s*{NUMERAL}\s*[集场場幕回章]")
_SHIFT = 0.7  # of a letter; what is set in by more is meant to be
_FEW = 30  # lines
_SIGNS = "△▲▶▷►【"
_ENDS = "。！？!?…”」』）)】—："
_CLOSING = re.compile(r"[，。、．；：？！）》〉」』】〕｝”’…—,.;:?!)\]}%％]+")
_OPENING = "“‘（《〈「『【〔([{"


def chinese_paragraphs(lines: Sequence[TypedLine], width: float) -> list[Paragraph]:
    """Return the paragraphs that the lines of a Chinese script are, on sheets so wide."""
    setting = _setting(lines, width)
    blocks: list[list[Piece]] = []
    above: list[TypedLine] = []  # the first and the last line of the last paragraph
    for line in lines:
        here = line.paragraph
        if above and line.opens_sheet:
            here = _without_cue_again(here, blocks[-1][0][1])
        is_same = here is line.paragraph
        if above and (not is_same or _goes_on(above, line, setting)):
            blocks[-1].append((glue(blocks[-1][-1][1].text, here.text), here))
            above = [above[0], line]
        else:
            blocks.append([("", here)])
            above = [line]
    return [run_on(block) for block in blocks]


def _limit(lines: Sequence[TypedLine], width: float) -> float:
    """Return where full lines end on the right; few lines show it less than the left margin."""
    rights = sorted(line.right for line in lines)
    if len(rights) < _FEW:
        margin = min((line.paragraph.left for line in lines), default=0.0)
        return max([*rights, width - margin - 12.0])
    return rights[int(0.98 * (len(rights) - 1))]


@dataclass(frozen=True, slots=True)
class _Setting:
    """How paragraphs are set: where lines end, and whose first or other lines are set in."""

    limit: float
    is_first_set_in: bool
    hung: frozenset[str]  # the manners whose second line is set in


def _setting(lines: Sequence[TypedLine], width: float) -> _Setting:
    """Learn from the script how its paragraphs are set."""
    limit = _limit(lines, width)
    turns: Counter[int] = Counter()
    hung: Counter[tuple[str, bool]] = Counter()
    for above, line in pairwise(lines):
        here = line.paragraph
        if here.blanks or not _is_full(above, line, limit) or _begins(here.text):
            continue
        shift = (here.left - above.paragraph.left) / line.size
        turns[-1 if shift < -_SHIFT else 1 if shift > _SHIFT else 0] += 1
        if shift > -_SHIFT:
            hung[_manner(above.paragraph.text), shift > _SHIFT] += 1
    is_first = turns[-1] > turns[1] and turns[-1] >= 0.2 * sum(turns.values())
    manners = {manner for manner, _ in hung}
    return _Setting(
        limit, is_first, frozenset(m for m in manners if hung[m, True] > hung[m, False])
    )


def _manner(text: str) -> str:
    if text[0] in _SIGNS:
        return "sign"
    return "speech" if find_speech(text) is not None else "other"


def _goes_on(above: Sequence[TypedLine], line: TypedLine, setting: _Setting) -> bool:
    """Whether a line goes on a paragraph of which these are the first and the last line."""
    here, first, last = line.paragraph, above[0].paragraph, above[-1]
    if here.kind is not None or first.kind is not None:
        return False
    if (here.blanks and not line.opens_sheet) or not _is_full(last, line, setting.limit):
        return False
    if _begins(here.text) or find_heading(first.text) is not None or is_transition(first.text):
        return False
    shift = (here.left - last.paragraph.left) / line.size
    first_shift = (here.left - first.left) / line.size
    if setting.is_first_set_in:
        return first_shift < -_SHIFT or (len(above) > 1 and abs(shift) < _SHIFT)
    if abs(first_shift) > _SHIFT:
        return first_shift > 0
    if _manner(first.text) in setting.hung:
        return False
    is_speech = find_speech(here.text) is not None or _LABEL.match(here.text) is not None
    return not (is_speech and last.paragraph.text[-1] in _ENDS)


def _begins(text: str) -> bool:
    """Whether a line can only be the first of its paragraph."""
    if text[0] in _SIGNS or _PART.match(text) is not None:
        return True
    return find_heading(text) is not None or is_transition(text)


def _is_full(above: TypedLine, line: TypedLine, limit: float) -> bool:
    """Whether what a line begins with would not have fitted on the one above it."""
    text = line.paragraph.text
    if text[0].isascii() and text[0].isalnum():
        return above.right + line.first_word > limit + 1
    start = 1 if text[0] not in _OPENING else 2
    closing = _CLOSING.match(text, start)
    letters = start + (len(closing[0]) if closing is not None else 0)
    return above.right + letters * line.size > limit + 0.1 * line.size


def _without_cue_again(here: Paragraph, first: Paragraph) -> Paragraph:
    """Take the cue off a speech that goes on overleaf: 林晚（续）：…."""
    match = _AGAIN.match(here.text)
    if match is None or here.kind is ElementKind.SCENE_HEADING:
        return here
    speech = find_speech(first.text)
    if speech is None or speech.name != match["name"]:
        return here
    text, runs = trimmed(here.text, here.runs, match.end(), len(here.text))
    return replace(here, text=text, runs=runs) if text else here
