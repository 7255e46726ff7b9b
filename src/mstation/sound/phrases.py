"""Bars in, phrases out: chords by mood, each phrase led to a cadence."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mstation.breakdown.scene import Mood
from mstation.sound.cue import Cadence, Phrase
from mstation.sound.harmony import triad_after
from mstation.sound.spots import Told

_FAMILIES = {
    "ionian": "major",
    "lydian": "major",
    "aeolian": "minor",
    "dorian": "minor",
    "phrygian": "minor",
    "gong": "five bright",
    "zhi": "five middle",
    "shang": "five middle",
    "yu": "five dark",
    "jue": "five dark",
}
_SLOTS = 4  # chords in a phrase
_CADENCES: dict[Cadence, tuple[str, str]] = {
    "half": ("stops on a half cadence, a question", "停在半终止上，如一问"),
    "authentic": ("closes with an authentic cadence", "以完全终止收束"),
    "plagal": ("settles by a plagal cadence", "以变格终止落定"),
    "deceptive": (
        "turns aside in a deceptive cadence: nothing is settled",
        "以阻碍终止转开，悬而未决",
    ),
    "open": ("stays open between two chords", "在两和弦间徘徊，不作终止"),
}
_ASKING: tuple[Cadence, ...] = ("half", "open")
_CLOSING: tuple[Cadence, ...] = ("authentic", "plagal")


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """A phrase of the table."""

    harmony: tuple[str, ...]
    cadence: Cadence
    source: str


def is_bright(mode: str) -> bool:
    """Whether a mode's tonic triad is major, or at least not minor."""
    return _FAMILIES[mode] in ("major", "five bright", "five middle")


@cache
def phrase_rows(mood: Mood, mode: str) -> tuple[PhraseRow, ...]:
    """Return the phrases that a mood has in a mode."""
    table = tomllib.loads((resources.files(__package__) / "harmony.toml").read_text("utf-8"))
    return tuple(
        PhraseRow(
            tuple(row.get("harmony", ()))
            or tuple(triad_after(word, is_major=is_bright(mode)) for word in row["words"]),
            row["cadence"],
            table["sources"][row["source"]],
        )
        for row in table["phrase"]
        if row["family"] == _FAMILIES[mode] and mood.value in row["moods"]
    )


def phrases_for(
    bars: int, held: int, mood: Mood, mode: str, last: Cadence, chance: random.Random
) -> tuple[Phrase, ...]:
    """Return the phrases of a section: questions and answers in turn, the last as asked for.

    A chord lasts `held` bars; a phrase has four chords, and the last one takes what bars are left
    by staying longer on its first chord.
    """
    rows = phrase_rows(mood, mode)
    lengths = _lengths(bars, held * _SLOTS)
    phrases: list[Phrase] = []
    before: PhraseRow | None = None
    for index, length in enumerate(lengths):
        is_last = index == len(lengths) - 1
        wanted: tuple[Cadence, ...] = _ASKING if index % 2 == 0 else _CLOSING
        if is_last:
            wanted = (last,) if last in ("deceptive", "half") else _CLOSING
        row = _chosen(rows, wanted, before, chance)
        phrases.append(_phrase(row, length, held))
        before = row
    return tuple(phrases)


def _lengths(bars: int, whole: int) -> list[int]:
    count = max(1, bars // whole)
    lengths = [whole] * count
    lengths[-1] = bars - whole * (count - 1)
    return lengths


def _chosen(
    rows: Sequence[PhraseRow],
    wanted: Sequence[Cadence],
    before: PhraseRow | None,
    chance: random.Random,
) -> PhraseRow:
    found = [row for row in rows if row.cadence in wanted and row != before]
    return chance.choice(found or [row for row in rows if row != before])


def _phrase(row: PhraseRow, bars: int, held: int) -> Phrase:
    """Return a row over so many bars: too few keep its end, too many stay on its beginning."""
    slots = [chord for chord in row.harmony for _ in range(held)]
    harmony = tuple(slots[-bars:]) if bars < len(slots) else ()
    harmony = harmony or (*(slots[0],) * (bars - len(slots)), *slots)
    told = _CADENCES[row.cadence]
    told_bars = "1 bar" if bars == 1 else f"{bars} bars"
    return Phrase(
        bars,
        harmony,
        row.cadence,
        row.source,
        Told(
            f"{told_bars}, {' – '.join(_distinct(harmony))}: {told[0]}",
            f"{bars} 小节，{'—'.join(_distinct(harmony))}：{told[1]}",
        ),
    )


def _distinct(harmony: Sequence[str]) -> list[str]:
    return [
        chord for index, chord in enumerate(harmony) if not index or chord != harmony[index - 1]
    ]
