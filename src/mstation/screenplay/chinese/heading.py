"""Which line of a Chinese script is a scene heading, and what it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from mstation.screenplay.chinese.words import LABELS
from mstation.screenplay.heading import (
    HeadingFields,
    field_characters,
    read_chinese_fields,
    without_remarks,
)
from mstation.screenplay.numerals import NUMERAL

MAX_LENGTH = 60  # characters; a longer line is prose

_GAP = r"[\s,，、\-–—·•｜|/:：]*"
_EPISODE = re.compile(rf"第\s*{NUMERAL}\s*集")
_ACT = re.compile(
    rf"第\s*(?P<act>{NUMERAL})\s*(?P<unit>[幕回])(?:{_GAP}第\s*{NUMERAL}\s*节)?(?={_GAP}|$)"
)
_SCENE = re.compile(
    rf"第\s*(?P<a>{NUMERAL})\s*[场場][戏景次]?"
    rf"|场景\s*(?P<b>{NUMERAL})|场次{_GAP}(?P<c>{NUMERAL})|场号{_GAP}(?P<d>{NUMERAL})"
    rf"|(?P<e>{NUMERAL})\s*场(?=[\s:：])|[Ss][Cc]?(?:ene|ENE)?\s?\.?(?P<f>\d{{1,4}})(?=[\s:：.])"
)
_DASHED = re.compile(r"(\d{1,3}\s?[-–—－]\s?\d{1,3}(?:\s?[-–—－]\s?\d{1,3})?[A-Za-z]?)(?![\d.:：])")
_WEAK = re.compile(r"(\d{1,4}[A-Za-z]?)\s*(?:[、.．]|(?=\s))\s*(?!\d)")
_CAST_TAIL = re.compile(
    rf"{_GAP}(?:{'|'.join(sorted(LABELS['cast'], key=len, reverse=True))})[:：]"
)
_PLACE_LABEL = re.compile(rf"^(?:{'|'.join(LABELS['place'])})(?:[:：]\s*|(?=\s))")
_PROSE = re.compile(r"[。！？；“”\"…!?《》](?!$)|[！？；”\"…!?]$|[，,].*[，,].*[，,].*[，,]")
_FIELD_LABEL = re.compile(
    rf"(?:^|(?<=[\s,，、·•｜|/]))"
    rf"(?:{'|'.join((*LABELS['place'], *LABELS['time'], *LABELS['interior']))})\s*[:：]"
)
# a ship or a shop by its name: “望舒”月球基地
_NAMED = re.compile(r"[“「『《\"]([^“”「」『』《》\"，。！？；：]{1,8})[”」』》\"]")
_SPACES = re.compile(r"\s{2,}")
_SEPARATED = re.compile(r"[\s,，、\-–—·•｜|/。]+")

# every heading holds a number, or one of these
_MAY_BE = re.compile(rf"[\d第场場景{''.join(sorted(field_characters()))}]|INT|EXT")
_LETTER = re.compile(r"[\u3400-\u9fffA-Za-z]")

Strength = Literal["strong", "act", "dashed", "weak", "none"]


@dataclass(frozen=True, slots=True)
class ChineseHeading:
    """A heading line taken apart; `cast` is the list that stood in it."""

    number: str
    text: str
    fields: HeadingFields
    strength: Strength
    cast: str = ""


def bare(line: str) -> str:
    """Return a line without the Markdown and brackets that may stand around a heading."""
    line = line.strip().strip("#").strip().strip("*").strip()
    if line[:1] in ("【", "[") and line[-1:] in ("】", "]"):
        line = line[1:-1].strip()
    return line


def find_heading(line: str) -> ChineseHeading | None:
    """Return the heading that this line is, or None when it is anything else."""
    if not line or len(line) > 3 * MAX_LENGTH or _MAY_BE.search(line) is None:
        return None
    line = bare(line)
    tail = _CAST_TAIL.search(line)
    cast = ""
    if tail is not None and tail.start() > 0:
        cast = line[tail.start() :].lstrip(" ,，、-–—·•｜|/　")
        line = line[: tail.start()]
    if not line or len(line) > MAX_LENGTH:
        return None
    number, rest, strength = split_number(line)
    label = _PLACE_LABEL.match(rest)
    if label is not None and strength == "none":
        return None
    rest = rest[label.end() :] if label is not None else rest
    plain = rest if strength == "none" else _fields_alone(rest)
    if _PROSE.search(_without_parted_stops(plain)):
        return None
    fields = read_chinese_fields(plain)
    if not _is_heading(plain.strip(), fields, strength):
        return None
    text = _SPACES.sub(" ", _FIELD_LABEL.sub(" ", rest)).strip().rstrip("。. ") or line
    return ChineseHeading(number=number, text=text, fields=fields, strength=strength, cast=cast)


def _fields_alone(rest: str) -> str:
    """`时间：日　地点：“望舒”基地（内）` without labels, quotation marks and remarks."""
    bare = _NAMED.sub(r"\1", without_remarks(rest))
    return _FIELD_LABEL.sub(" ", bare)


def split_number(line: str) -> tuple[str, str, Strength]:
    """Part a line into its scene number, the rest, and how surely that is a scene number."""
    strength: Strength = "none"
    number = ""
    rest = line
    episode = _EPISODE.match(rest)
    if episode is not None:
        rest = rest[episode.end() :].lstrip(" ,，、-–—·•｜|/:：　")
    act = _ACT.match(rest)
    if act is not None:
        number, strength = act["act"], "act"
        rest = rest[act.end() :].lstrip(" ,，、-–—·•｜|/:：　")
    for pattern, kind in ((_SCENE, "strong"), (_DASHED, "dashed"), (_WEAK, "weak")):
        match = pattern.match(rest)
        if match is None:
            continue
        number = next(group for group in match.groups() if group is not None)
        strength = kind  # type: ignore[assignment]
        after = rest[match.end() :]
        if kind == "strong" and after and after[0] not in " ,，、-–—·•｜|/:：.．。（(　\t":
            strength = "dashed"  # 第3场比赛: the words after it must speak for themselves
        rest = after.lstrip(" ,，、-–—·•｜|/:：.．　\t")
        break
    number = re.sub(r"\s*[-–—－]\s*", "-", number)
    return number, rest, strength


def _without_parted_stops(text: str) -> str:
    """外景。街道。夜 parts its fields with full stops; none of them is prose."""
    return text.replace("。", " ") if all(len(part) <= 8 for part in text.split("。")) else text


def _is_heading(rest: str, fields: HeadingFields, strength: Strength) -> bool:
    tokens = [token for token in _SEPARATED.split(rest) if token]
    says_light = bool(fields.interior or fields.time)
    if strength == "strong":
        return says_light or len(rest) <= 16
    if not rest or len(tokens) > 8:
        return False
    if strength in ("act", "dashed"):
        return says_light and (_is_parted(rest, fields) if fields.place else len(rest) <= 6)
    if not _LETTER.search(fields.place) or len(rest) > 36 or len(fields.place) > 20:
        return False
    if not _is_parted(rest, fields):
        return False
    if strength == "weak":
        return bool(fields.interior) or (bool(fields.time) and len(tokens) == 2)
    both = bool(fields.interior and fields.time)
    return both or rest.startswith(("内景", "外景"))


def _is_parted(rest: str, fields: HeadingFields) -> bool:
    """The fields stand apart from each other: prose that holds 内 or 夜 has no such gaps."""
    if rest.startswith(("内景", "外景")):
        return True
    tokens = [token for token in _SEPARATED.split(rest) if token]
    place_tokens = fields.place.split()
    return len(tokens) > 1 and len(place_tokens) <= 3 and all(len(p) <= 14 for p in place_tokens)
