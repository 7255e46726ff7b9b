"""What a person wants of single cues, in `score.toml`: bytes to wishes and back, and kept to.

[cues.bt-4tvtchspyz]   # a cue by its id, as spotting.json has it
mood = "sad"           # or a word for it in either language
strength = 0.8         # of the mood: 0 a tint … 1 in full
pace_bpm = 72          # quarters a minute
off = true             # no music here

Every key may be left out; what is not said stays with the spotting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mstation.breakdown.handwritten import Row, near_names, tables_of, text_of
from mstation.breakdown.scene import Mood
from mstation.screenplay.script import ReadingNote
from mstation.sound.spots import PlacedSpot, Silence, Spot, Spotting, Told
from mstation.sound.spotting_table import mood_words, say, told_mood

SLOWEST_BPM, QUICKEST_BPM = 30.0, 240.0
_KEYS = ("mood", "strength", "pace_bpm", "off")
_ROW = re.compile(r"""[ \t]*\[[ \t]*["']?cues["']?[ \t]*\.[ \t]*["']?([^"'\]]+?)["']?[ \t]*\]""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class CueWish:
    """What a person wants of one cue; what is None stays as it was spotted."""

    cue_id: str
    mood: Mood | None = None
    strength: float | None = None
    pace_bpm: float | None = None
    is_off: bool = False


def read_wishes(data: bytes, path: str) -> tuple[CueWish, ...]:
    """Return the wishes that a `score.toml` holds, in its order; an empty file holds none.

    Raises:
        InvalidInput: when it is no TOML, or says what we do not know; names line and remedy.
    """
    text = text_of(data, path)
    tables = tables_of(text, path)
    Row(path).check_keys(tables, ("cues",), "table", "表")
    rows = tables.get("cues", {})
    if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
        raise Row(path).refuse(
            "`cues` holds a table a cue: write [cues.ID] above each of them",
            "`cues` 里每段音乐一个表：每一条上面写一行 [cues.编号]",
        )
    lines = enumerate(text.split("\n"), 1)
    places = {found[1]: at for at, line in lines if (found := _ROW.match(line))}
    return tuple(
        wish_of(cue_id, row, Row(path, *(f"[cues.{cue_id[:60]}]",) * 2, places.get(cue_id, 0)))
        for cue_id, row in rows.items()
    )


def wish_of(cue_id: str, row: Mapping[str, Any], where: Row) -> CueWish:
    """Return the wish that a row says.

    Raises:
        InvalidInput: when it says what we do not know, or what cannot be meant.
    """
    where.check_keys(row, _KEYS)
    is_off = row.get("off", False)
    if not isinstance(is_off, bool):
        raise where.refuse("`off` is true or false", "`off` 应为 true 或 false")
    return CueWish(
        cue_id,
        mood_named(where.words(row, "mood", "sad"), where) if "mood" in row else None,
        _number(row, "strength", (0.0, 1.0), where),
        _number(row, "pace_bpm", (SLOWEST_BPM, QUICKEST_BPM), where),
        is_off,
    )


def mood_named(written: str, where: Row) -> Mood:
    """Return the mood that a word of either language means.

    Raises:
        InvalidInput: when it means none; names those that exist.
    """
    moods = mood_words()
    if written.strip().lower() in moods:
        return moods[written.strip().lower()]
    known = [name for mood in Mood for name in (told_mood(mood).en, told_mood(mood).zh)]
    raise where.unknown("mood", "情绪", written, known, list(moods))


def _number(
    row: Mapping[str, Any], key: str, limits: tuple[float, float], where: Row
) -> float | None:
    if key not in row:
        return None
    value = row[key]
    low, high = limits
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise where.refuse(
            f"`{key}` is a number from {low:g} to {high:g}",
            f"`{key}` 应为 {low:g} 到 {high:g} 之间的数",
        )
    return float(value)


def write_wishes(wishes: Sequence[CueWish]) -> bytes:
    """Return the `score.toml` of wishes; reading it gives the same wishes."""
    return "\n".join(map(_table, wishes)).encode()


def _table(wish: CueWish) -> str:
    key = (
        wish.cue_id
        if _BARE.fullmatch(wish.cue_id)
        else json.dumps(wish.cue_id, ensure_ascii=False).replace("\x7f", "\\u007f")
    )
    lines = [f"[cues.{key}]"]
    if wish.mood is not None:
        lines.append(f'mood = "{wish.mood.value}"')
    if wish.strength is not None:
        lines.append(f"strength = {wish.strength!r}")
    if wish.pace_bpm is not None:
        lines.append(f"pace_bpm = {wish.pace_bpm!r}")
    if wish.is_off:
        lines.append("off = true")
    return "\n".join(lines) + "\n"


def wished(spotting: Spotting, wishes: Sequence[CueWish]) -> Spotting:
    """Return the spotting as people want it; a cue that nobody speaks of stays as it is."""
    asked = {wish.cue_id: wish for wish in wishes}
    cues: list[PlacedSpot] = []
    silences = list(spotting.silences)
    for cue in spotting.cues:
        wish = asked.get(cue.spot.id)
        if wish is None:
            cues.append(cue)
        elif wish.is_off:
            end = cue.first_frame + cue.spot.frames
            silences.append(Silence(cue.first_frame, end, say("asked_off")))
        else:
            cues.append(replace(cue, spot=_as_asked(cue.spot, wish)))
    in_order = sorted(silences, key=lambda each: each.first_frame)
    return replace(spotting, cues=tuple(cues), silences=tuple(in_order))


def _as_asked(spot: Spot, wish: CueWish) -> Spot:
    told: list[Told] = []
    if wish.mood is not None:
        told.append(told_mood(wish.mood))
        spot = replace(spot, mood=wish.mood)
    if wish.strength is not None:
        told.append(Told(f"strength {wish.strength:g}", f"强度 {wish.strength:g}"))
        spot = replace(spot, strength=wish.strength)
    if wish.pace_bpm is not None:
        told.append(Told(f"{wish.pace_bpm:g} a minute", f"每分钟 {wish.pace_bpm:g} 拍"))
        spot = replace(spot, pace_bpm=wish.pace_bpm)
    if not told:
        return spot
    what = Told(", ".join(each.en for each in told), "，".join(each.zh for each in told))
    return replace(spot, why=(*spot.why, say("asked", what=what)))


def doubts(wishes: Sequence[CueWish], spotting: Spotting) -> tuple[ReadingNote, ...]:
    """Return a note for each wish whose cue the film does not have (any more)."""
    known = [cue.spot.id for cue in spotting.cues]
    return tuple(_doubt(wish.cue_id, known) for wish in wishes if wish.cue_id not in known)


def _doubt(cue_id: str, known: Sequence[str]) -> ReadingNote:
    near, near_zh = near_names(cue_id, known)
    return ReadingNote(
        0,
        "warning",
        f"[cues.{cue_id[:60]}] names no cue of the film{near}; spotting.json lists them",
        zh=f"[cues.{cue_id[:60]}] 不是片中的音乐段落{near_zh}；全部段落见 spotting.json",
    )
