"""A scene heading to its fields: inside or outside, the place, the time; both languages.

Source: fountain.io/syntax, Scene Headings; the Chinese forms are those found in scripts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from mstation.screenplay.characters import in_both_scripts
from mstation.screenplay.lexicon import lexicon

Time = Literal["dawn", "day", "dusk", "night", "same", "later", "next_day", ""]

_WORDS = lexicon("mstation.screenplay", "words")
_INTERIOR: dict[str, str] = {
    word: interior
    for interior, words in _WORDS["interior"].items()
    for word in in_both_scripts(words)
}
_TIMES_ZH: dict[str, Time] = {
    w: time for time, ws in _WORDS["time"]["zh"].items() for w in in_both_scripts(ws)
}
_BESIDE = frozenset(_WORDS["time"]["en"]["beside"])
_TIMES_EN: dict[str, Time] = {
    w: time for time, ws in _WORDS["time"]["en"].items() if time != "beside" for w in ws
}
_REMARKS_EN = tuple(_WORDS["remarks"]["en"])
_REMARKS_ZH = frozenset(in_both_scripts(_WORDS["remarks"]["zh"]))
_NO_TIME_ENDINGS = tuple(in_both_scripts(_WORDS["times_that_are_places"]["zh"]))


def _any_of(words: dict[str, str] | dict[str, Time]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_IE, _TIME = _any_of(_INTERIOR), _any_of(_TIMES_ZH)
_PREFIX = re.compile(
    r"(?P<both>I\.?/E|E/I|INT\.?/EXT|EXT\.?/INT)(?=[.。．:：\s-]|$)"
    r"|(?P<one>INT|EXT|EST)(?=[.。．:：\s]|$)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.：]\d\d)?\s*([AP])?\.?(?:M\.?)?", re.IGNORECASE)
_DASHES = re.compile(r"[–—―]+|--+")
_SEPARATORS = re.compile(r"[\s,，、\-–—―·•｜|。．：:；;]+")
# `/` parts fields, but not the two sides of 内/外, 日/夜 or a place with two names
_GLUED = re.compile(rf"(?P<ie>{_IE})?(?P<time>{_TIME})?(?:/(?P<time2>{_TIME}))?(?P<ie2>{_IE})?")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]")
_BRACKETS = re.compile(r"[（(][^（）()]{0,200}[）)]")


@dataclass(frozen=True, slots=True)
class HeadingFields:
    """What a scene heading says. Empty strings where it is silent."""

    interior: Literal["INT", "EXT", "INT/EXT", ""]
    place: str
    time: Time
    time_text: str


def field_characters() -> frozenset[str]:
    """Return the Han characters with which inside, outside and the times begin."""
    return frozenset(word[0] for word in (*_INTERIOR, *_TIMES_ZH) if not word.isascii())


def starts_as_heading(line: str) -> bool:
    """Whether a line opens as Fountain's headings do: INT, EXT, EST, INT/EXT, I/E."""
    return line[:1] in "IiEe" and _PREFIX.match(line) is not None


def read_heading(text: str) -> HeadingFields:
    """Return the fields of a heading without its scene number."""
    text = " ".join(text.split())
    prefix = _PREFIX.match(text)
    interior: Literal["INT", "EXT", "INT/EXT", ""] = ""
    if prefix is not None:
        word = (prefix["one"] or "").upper()
        interior = "INT/EXT" if prefix["both"] else "INT" if word == "INT" else "EXT"
        text = text[prefix.end() :].strip(" .。．:：-–—")
    if _HAN.search(text):
        fields = read_chinese_fields(text)
        return HeadingFields(
            interior or fields.interior, fields.place, fields.time, fields.time_text
        )
    place, time, time_text = _place_and_time(text)
    return HeadingFields(interior, place, time, time_text)


def _place_and_time(text: str) -> tuple[str, Time, str]:
    """Part `HOUSE - KITCHEN - LATE NIGHT` into the place and the time."""
    bare = _BRACKETS.sub(" ", _DASHES.sub(" - ", text))
    parts = [
        part for part in (p.strip(" .,-") for p in " ".join(bare.split()).split(" - ")) if part
    ]
    if len(parts) == 1:
        parts = _split_unparted(parts[0])
    times = [(part, named) for part in parts[1:] if (named := time_of_words(part))]
    alone = time_of_words(parts[0]) if len(parts) == 1 else ""
    if alone not in ("", "same"):
        return "", alone, parts[0]
    known = {part for part, _ in times}
    after = next((i for i, part in enumerate(parts) if part in known), len(parts))
    place = " - ".join(
        part for index, part in enumerate(parts[:after]) if index == 0 or not _is_remark(part)
    )
    absolute = [named for _, named in times if named not in ("same", "later")]
    time: Time = absolute[0] if absolute else times[0][1] if times else ""
    return place, time, " - ".join(part for part, _ in times)


def _is_remark(part: str) -> bool:
    """FLASHBACK and ESTABLISHING are no part of the place."""
    return part.upper().startswith(_REMARKS_EN)


def _split_unparted(text: str) -> list[str]:
    """Part `HOUSE DAY`, `HOUSE, NIGHT` and `HOUSE-NIGHT`, which have no dash between spaces."""
    for separator in (",", "-", ".", " "):
        place, found, last = text.rpartition(separator)
        if found and place.strip() and time_of_words(last) and last.strip().upper() != "SAME":
            return [place.strip(" .,-"), last.strip()]
    return [text]


def time_of_words(text: str) -> Time:
    """Return the time that English words name (`LATE AFTERNOON`, `5:30 AM`), or ''."""
    text = text.strip(" .")
    clock = _CLOCK.fullmatch(text)
    if clock is not None and (clock[2] or ":" in text):
        return _time_of_hour(int(clock[1]), clock[2])
    words = text.upper().replace("’", "'").replace("/", " / ").split()
    if not words or len(words) > 8:
        return ""
    found: list[Time] = []
    for word in (w.strip(".,") for w in words):
        if word in _TIMES_EN:
            found.append(_TIMES_EN[word])
        elif word not in _BESIDE and not word.isdigit():
            return ""
    if found == ["same"] and len(words) > 2:
        return ""
    return next(
        (time for time in found if time not in ("later", "same")), found[0] if found else ""
    )


def _time_of_hour(hour: int, half: str | None) -> Time:
    if half:
        hour = hour % 12 + (12 if half.upper() == "P" else 0)
    bounds: tuple[tuple[int, Time], ...] = (
        (5, "night"),
        (7, "dawn"),
        (18, "day"),
        (20, "dusk"),
    )
    return next((time for end, time in bounds if hour < end), "night")


def read_chinese_fields(text: str) -> HeadingFields:
    """Return the fields of 内 客厅 日, 夜-内-宴会厅, 医务室夜内 …, in any order."""
    bare = " ".join(without_remarks(text).split()).strip("【】[]")
    interior = ""
    times: list[tuple[str, Time]] = []
    places: list[str] = []
    for token in _tokens(bare):
        glued = _GLUED.fullmatch(token)
        if glued is not None:
            interior = interior or _INTERIOR.get(glued["ie"] or glued["ie2"] or "", "")
            if glued["time"]:
                times.append((glued["time"], _TIMES_ZH[glued["time"]]))
        elif english := time_of_words(token):
            times.append((token, english))
        elif token not in _REMARKS_ZH:
            places.append(token)
    if not interior and places:
        interior, places = _unglue_interior(places)
    if not times and places:
        times, places = _unglue_time(places)
    time_text, time = times[0] if times else ("", "")
    return HeadingFields(_interior(interior), " ".join(places), time, time_text)


def without_remarks(text: str) -> str:
    """Return a heading without what stands in brackets, unless that is a field: 工地（外）."""
    return _BRACKETS.sub(lambda remark: f" {_field_in(remark[0])} ", text)


def _field_in(remark: str) -> str:
    inner = remark[1:-1].strip()
    return inner if inner and _GLUED.fullmatch(inner) else ""


def _interior(word: str) -> Literal["INT", "EXT", "INT/EXT", ""]:
    match word:
        case "INT" | "EXT" | "INT/EXT":
            return word
        case _:
            return ""


def _tokens(text: str) -> list[str]:
    """Fields are parted by separators; `/` parts them only beside a field that is no place."""
    tokens: list[str] = []
    for token in _SEPARATORS.split(text):
        parts = token.split("/")
        if "/" in token and not _GLUED.fullmatch(token) and any(map(_GLUED.fullmatch, parts)):
            tokens.extend(parts)
        else:
            tokens.append(token)
    return [token for token in tokens if token]


def _unglue_interior(places: list[str]) -> tuple[str, list[str]]:
    """内景客厅 and 客厅内 lose what says inside; 银行外 keeps it, for it is another place."""
    first, last = places[0], places[-1]
    for word in ("内景", "外景"):
        if first.startswith(word) and len(first) > 2:
            return _INTERIOR[word], [first[2:], *places[1:]]
    if len(last) > 2 and last[-1] in "内外":
        interior = _INTERIOR[last[-1]]
        return interior, [*places[:-1], last[:-1]] if interior == "INT" else places
    return "", places


def _unglue_time(places: list[str]) -> tuple[list[tuple[str, Time]], list[str]]:
    """医务室夜 is the place 医务室 at night, but 平安夜 and 生日 are no times."""
    for index in (len(places) - 1, 0):
        place = places[index]
        for size in (3, 2, 1):
            word = place[-size:]
            if (
                word in _TIMES_ZH
                and len(place) >= size + 2
                and not place.endswith(_NO_TIME_ENDINGS)
            ):
                if word == "天":
                    continue
                kept = [*places[:index], place[:-size], *places[index + 1 :]]
                return [(word, _TIMES_ZH[word])], kept
    return [], places
