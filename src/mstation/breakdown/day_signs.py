"""What headings, captions, transitions and notes say of the day on which a scene plays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mstation.breakdown.elements.marked import marks_of
from mstation.breakdown.paging import ScenePages
from mstation.breakdown.scene import Scene, TimeOfDay
from mstation.screenplay.chinese.words import caption_of
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.numerals import NUMERAL, number_of
from mstation.screenplay.script import Element, ElementKind

_DAYS = lexicon("mstation.breakdown", "days")
_TAGS = frozenset(
    f"tag {name}".casefold()
    for name in lexicon("mstation.breakdown", "sheets")["final_draft"]["script_day"]
)

Span = tuple[int, int]  # earliest and latest hour of a time of day, in the order of a day
Family = Literal["flashback", "montage"]
TurnKind = Literal["begin", "mark", "end", "back"]
FAMILIES: tuple[Family, Family] = ("flashback", "montage")


@dataclass(frozen=True, slots=True)
class DaySigns:
    """What one scene says of its day."""

    counted: int | None  # the script counts the day itself
    is_next: bool  # NEXT DAY, 三天后
    is_dated: bool  # a caption gives another date than the one before
    is_same: bool  # CONTINUOUS, THAT NIGHT
    span: Span | None  # its time of day


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the script leaves the story's own time, or comes back to it.

    `begin` stands between scenes, `mark` in a heading; `back` ends only what was begun nearby.
    """

    kind: TurnKind
    scene: int  # index of the first scene that it is about
    is_tight: bool = True  # nothing is played between it and that scene
    is_shown: bool = False  # a heading or a caption says it, not a transition


_UNITS = sorted((*_DAYS["units"]["en"], *_DAYS["units"]["zh"]), key=len, reverse=True)
_N = "|".join((*sorted(_DAYS["numbers"]["en"], key=len, reverse=True), r"\d[\d,]*", NUMERAL))
_N_ZH = "|".join((*sorted(_DAYS["numbers"]["zh"], key=len, reverse=True), NUMERAL))
_SPANS: dict[str, Span] = {
    word: (row["span"][0], row["span"][1])
    for row in _DAYS["times"].values()
    for word in (*row["en"], *row["zh"])
}
_TIME = "|".join(sorted(_SPANS, key=len, reverse=True))
_BY_LIGHT: dict[TimeOfDay, str] = {light: light.value for light in TimeOfDay}


def _whole(patterns: Iterable[str], before: str = "") -> re.Pattern[str]:
    text = "|".join(f"(?:{pattern})" for pattern in patterns)
    text = text.replace("{unit}", f"(?:{'|'.join(_UNITS)})").replace("{time}", f"(?:{_TIME})")
    return re.compile(f"{before}(?:{text})".replace("{n}", f"(?:{_N}|{_N_ZH})"))


_NEXT = _whole((*_DAYS["next_day"]["en"], *_DAYS["next_day"]["zh"]), "(?:EARLY |LATE |LATER )?")
_EARLIER = _whole((*_DAYS["earlier"]["en"], *_DAYS["earlier"]["zh"]))
_SAME = frozenset((*_DAYS["keeps"]["en"], *_DAYS["keeps"]["zh"]))
_TURNS: dict[Family, dict[str, re.Pattern[str]]] = {
    family: {kind: _whole(patterns) for kind, patterns in _DAYS[family].items() if patterns}
    for family in FAMILIES
}
_PRESENT = _whole(_DAYS["flashback"]["back"])
_COUNTED_EN = re.compile(_DAYS["counted"]["en"])
_COUNTED_ZH = re.compile(_DAYS["counted"]["zh"].replace("{n}", NUMERAL))
_NOTED = re.compile(_DAYS["counted"]["note"])
_NUMBER_WORDS = {word: value for value, word in enumerate(_DAYS["counted"]["words"], start=1)}

_NUMBERS_ZH = r"[\d〇零一二三四五六七八九十]"
_DATE = re.compile(
    rf"\b(?:1\d{{3}}|20\d{{2}})\b(?!年)|{_NUMBERS_ZH}{{2,4}}年|{_NUMBERS_ZH}{{1,3}}[月号日]"
    rf"|\b(?:\d{{1,2}}(?:ST|ND|RD|TH)? )?(?:{'|'.join(_DAYS['dates']['en'])})\b(?: \d{{1,2}}\b)?"
    rf"|{'|'.join(_DAYS['dates']['zh'])}|{_DAYS['counted']['zh'].replace('{n}', NUMERAL)}"
    rf"|\b{_DAYS['counted']['en']}\b"
)

_BETWEEN = re.compile(r"\s[-–—]+\s|--+|[–—()（）\[\]【】,，、;；/|｜·•.。:：!！\n\"“”]+")
_BETWEEN_ZH = re.compile(r"[\s\-]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.]\d\d)? ?([AP])\.?M\b")
_LONGEST_LINE = 60  # characters of a caption or a turn that stands as a paragraph of its own
_OPENING = 3  # paragraphs under a heading in which a caption is the scene's own


def parts_of(text: str) -> list[str]:
    """Return the parts of a heading, caption or transition, in capitals."""
    parts = []
    for part in _BETWEEN.split(text.upper().replace("’", "'")):
        pieces = _BETWEEN_ZH.split(part) if _HAN.search(part) else [part]
        parts += [stripped for piece in pieces if (stripped := " ".join(piece.split()).strip("- "))]
    return parts


def read_days(pages: Sequence[ScenePages], scenes: Sequence[Scene]) -> list[DaySigns]:
    """Return what each scene's heading, opening captions and marks say of its day."""
    signs = []
    date = ""
    later = (False, False)  # what the scene before says of this one at its end
    for page, scene in zip(pages, scenes, strict=True):
        parts = parts_of(page.heading.text)
        counted, is_next_counted = _counted(parts, page)
        is_next = later[0] or is_next_counted or any(map(_NEXT.fullmatch, parts))
        is_dated = later[1]
        later = (
            any(any(map(_NEXT.fullmatch, parts_of(turn))) for at, turn in page.turns if at),
            False,
        )
        for at, words in _captions(page):
            before, date = date, (_date_of(words) or date)
            said = any(map(_NEXT.fullmatch, words)), bool(before) and date != before
            if _is_opening(page, at):
                is_next, is_dated = is_next or said[0], is_dated or said[1]
            else:
                later = later[0] or said[0], later[1] or said[1]
        is_same = not _SAME.isdisjoint(parts)
        signs.append(DaySigns(counted, is_next, is_dated, is_same, _span_of(scene, parts)))
    return signs


def read_turns(pages: Sequence[ScenePages], family: Family) -> list[Turn]:
    """Return where flashbacks or montages begin and end, in the order of the script."""
    turns: list[Turn] = []
    if pages and (turn := _turn_of(pages[0].transition_in, family, 0, is_tight=True)):
        turns.append(turn)
    date = ""
    for index, page in enumerate(pages):
        kind = _kind_of(parts_of(page.heading.text), family, "mark")
        if kind is not None:
            turns.append(Turn(kind, index, is_shown=True))
        within = _transitions(page, family, index)
        for at, words in _captions(page):
            before, date = date, (_date_of(words) or date)
            # the first date may leave the story's time; before its first scene it is its time
            is_dated = bool(date and index) and not before
            turn = _turn_of_caption(page, at, words, family, index, is_dated=is_dated)
            if turn is not None:
                within.append((at, turn))
        turns += [turn for _, turn in sorted(within, key=lambda pair: pair[0])]
    return turns


def _transitions(page: ScenePages, family: Family, index: int) -> list[tuple[int, Turn]]:
    last = len(page.elements)
    found = []
    for at, text in page.turns:
        is_own = at == 0 < last  # right under the heading
        turn = _turn_of(text, family, index + (not is_own), is_tight=at in (0, last))
        if turn is not None:
            found.append((at, turn))
    return found


def _turn_of(text: str, family: Family, scene: int, *, is_tight: bool) -> Turn | None:
    parts = parts_of(text) if text else []
    kind = _kind_of(parts, family, "begin")
    if kind is not None:
        return Turn(kind, scene, is_tight=is_tight)
    if family == "flashback" and any(map(_EARLIER.fullmatch, parts)):
        return Turn("begin", scene, is_shown=True)
    return None


def _turn_of_caption(
    page: ScenePages, at: int, words: list[str], family: Family, index: int, *, is_dated: bool
) -> Turn | None:
    is_opening = _is_opening(page, at)
    kind = _kind_of(words, family, "begin")
    if kind is not None:
        is_caption = kind != "begin"
        is_tight = at in (0, len(page.elements) - 1)
        return Turn(kind, index + (at > 0), is_tight=is_tight, is_shown=is_caption)
    if family == "flashback" and (is_dated or any(map(_EARLIER.fullmatch, words))):
        return Turn("begin", index + (not is_opening), is_shown=True)
    return None


def _kind_of(
    parts: Sequence[str], family: Family, opening: Literal["begin", "mark"]
) -> TurnKind | None:
    kinds: tuple[TurnKind, ...] = ("end", opening, "back")
    for kind in kinds:
        pattern = _TURNS[family].get(kind)
        if pattern is not None and any(map(pattern.fullmatch, parts)):
            return kind
    return None


def _captions(page: ScenePages) -> Iterator[tuple[int, list[str]]]:
    """Return what stands on the screen or alone on a line, and which paragraph it is."""
    for at, element in enumerate(page.elements):
        text = element.text
        if element.kind not in (ElementKind.ACTION, ElementKind.CENTERED) or not text:
            continue
        if len(text) > 2 * _LONGEST_LINE:
            continue
        caption = caption_of(text) if ":" in text[:24] or "：" in text[:24] else ""
        if caption:
            yield at, parts_of(caption)
        elif len(text) <= _LONGEST_LINE and _may_stand_alone(element):
            parts = parts_of(text)
            if len(parts) == 1:
                yield at, parts


def _date_of(words: Iterable[str]) -> str:
    """Return the date or counted day that a caption shows, or ''."""
    text = " ".join(words)
    if any(map(_PRESENT.fullmatch, words)):
        return "PRESENT"
    return " ".join(match[0] for match in _DATE.finditer(text))


def _may_stand_alone(element: Element) -> bool:
    text = element.text
    is_chinese = _HAN.search(text) is not None
    return element.kind is ElementKind.CENTERED or (
        len(text) < 14 if is_chinese else text.isupper()
    )


def _is_opening(page: ScenePages, at: int) -> bool:
    """Whether a caption is this scene's; one that stands last is the next scene's."""
    if at >= _OPENING or (at == len(page.elements) - 1 and at > 1):
        return False
    return all(each.kind is not ElementKind.CHARACTER for each in page.elements[:at])


def _counted(parts: Sequence[str], page: ScenePages) -> tuple[int | None, bool]:
    """Return the day that the heading or a note counts; 第二天 may only say that it is the next."""
    noted = _noted_day(page)
    if noted is not None:
        return noted, False
    for part in parts:
        english = _COUNTED_EN.fullmatch(part)
        if english is not None:
            word = english[1]
            return _NUMBER_WORDS.get(word) or int(word), False
        chinese = _COUNTED_ZH.fullmatch(part)
        value = number_of(chinese[1]) if chinese is not None else None
        if value == 2:
            return None, True
        if value:
            return value, False
    return None, False


def _noted_day(page: ScenePages) -> int | None:
    """Return the day of a mark or note at the heading: [[day: 3]], a tag of Final Draft."""
    asides = [note for note in page.notes if note.line >= page.heading.line]
    for element in (page.heading, *asides):
        for mark in marks_of(element):
            digits = re.search(r"\d{1,3}", mark.value)
            if mark.key.casefold() in _TAGS and digits is not None:
                return int(digits[0])
        words = (element.text,) if element.kind is ElementKind.NOTE else element.notes
        for note in words:
            match = _NOTED.fullmatch(" ".join(note.upper().split()))
            if match is not None:
                return int(match[1] or match[2])
    return None


def _span_of(scene: Scene, parts: Sequence[str]) -> Span | None:
    words = scene.time_text.upper()
    if not words or words in _SAME:
        return None
    for part in (words, *words.replace("/", " ").replace("-", " - ").split()):
        if part in _SPANS:
            return _SPANS[part]
    clock = _CLOCK.search(words)
    if clock is not None:
        return _span_of_hour(int(clock[1]) % 12 + (12 if clock[2] == "P" else 0))
    if _SAME.isdisjoint(parts) and "LATER" not in words and "后" not in words:
        row = _DAYS["times"][_BY_LIGHT[scene.time]]["span"]
        return row[0], row[1]
    return None


def _span_of_hour(hour: int) -> Span:
    names = ("small_hours", "dawn", "morning", "noon", "afternoon", "dusk", "night")
    ends = (5, 7, 12, 13, 18, 20, 24)
    name = next(name for name, end in zip(names, ends, strict=True) if hour < end)
    row = _DAYS["times"][name]["span"]
    return row[0], row[1]
