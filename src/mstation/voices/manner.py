"""A parenthetical and the scene's feeling in, how they change the voice out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any

from mstation.breakdown.scene import Mood


@dataclass(frozen=True, slots=True)
class Manner:
    """How a line is said, against the voice's plain way."""

    level_lu: float = 0.0
    rate: float = 1.0
    pitch: float = 1.0
    range: float = 1.0
    breath: float = 0.0  # 0 all voice … 1 all whisper
    tremor: float = 0.0  # depth of a shaking voice, a share of the pitch


PLAIN = Manner()


@dataclass(frozen=True, slots=True)
class Feeling:
    """How the scene of a line feels: its mood, and how near the edge it is, in three steps."""

    mood: Mood = Mood.CALM
    tension: int = 1  # 0 at ease, 1 awake, 2 at the edge


EASY = Feeling()

# A word that takes back the one after it: "not angry", 没有哭, 不快.
_TAKEN_BACK = r"(?:\b(?:not|no|never|without|isn't|barely)\s+(?:\w+\s+)?|[不没别未]有?)"
_TURN_S = 0.4  # a speaker who turns to someone, or to another tone, takes this long
_LEAST = {"level_lu": -10.0, "rate": 0.65, "pitch": 0.85, "range": 0.45, "breath": 0.0, "tremor": 0}
_MOST = {"level_lu": 6.0, "rate": 1.4, "pitch": 1.35, "range": 1.6, "breath": 0.95, "tremor": 0.08}


def read_manner(text: str) -> Manner:
    """Return how a line with this parenthetical is said; words not known change nothing."""
    text = text.casefold()
    level_lu, rate, pitch, span, breath, tremor = 0.0, 1.0, 1.0, 1.0, 0.0, 0.0
    for pattern, change in _table():
        if not any(match["back"] is None for match in pattern.finditer(text)):
            continue
        level_lu += change.level_lu
        rate *= change.rate
        pitch *= change.pitch
        span *= change.range
        breath = max(breath, change.breath)
        tremor = max(tremor, change.tremor)
    return Manner(
        level_lu=_held("level_lu", level_lu),
        rate=_held("rate", rate),
        pitch=_held("pitch", pitch),
        range=_held("range", span),
        breath=_held("breath", breath),
        tremor=_held("tremor", tremor),
    )


def coloured(said: Manner, feeling: Feeling) -> Manner:
    """Return the manner with the scene's feeling where the parenthetical leaves the voice alone.

    What the parenthetical changes, it alone decides: who whispers in a tense scene whispers.
    """
    mood, tension = _moods()[feeling.mood], _tensions()[feeling.tension]
    felt = {
        "level_lu": mood.level_lu + tension.level_lu,
        "rate": mood.rate * tension.rate,
        "pitch": mood.pitch * tension.pitch,
        "range": mood.range * tension.range,
        "breath": max(mood.breath, tension.breath),
        "tremor": max(mood.tremor, tension.tremor),
    }
    plain = asdict(PLAIN)
    return Manner(**felt | {k: v for k, v in asdict(said).items() if v != plain[k]})


def says_how(text: str) -> bool:
    """Whether a parenthetical says anything of the voice."""
    return read_manner(text) != PLAIN


def pause_of(text: str) -> float:
    """Return how long a speech rests at a parenthetical in its midst, in seconds."""
    text = text.casefold()
    found = [length_s for pattern, length_s in _rests() if pattern.search(text)]
    return max(found, default=_TURN_S)


def _held(field: str, value: float) -> float:
    return min(max(value, _LEAST[field]), _MOST[field])


@cache
def _table() -> tuple[tuple[re.Pattern[str], Manner], ...]:
    """Return each manner's words as one pattern; read once, never changed."""
    return tuple(_row(row) for row in _file()["manner"])


@cache
def _moods() -> dict[Mood, Manner]:
    return {Mood(name): Manner(**row) for name, row in _file()["mood"].items()}


@cache
def _tensions() -> tuple[Manner, ...]:
    return tuple(Manner(**row) for row in _file()["tension"])


@cache
def _rests() -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((re.compile(_words_of(row)), row["length_s"]) for row in _file()["rest"])


def _file() -> dict[str, Any]:
    text = resources.files("mstation.voices").joinpath("manners.toml").read_text("utf-8")
    return tomllib.loads(text)


def _words_of(row: Mapping[str, Any]) -> str:
    english = "|".join(_beginning(word) for word in row["en"])
    chinese = "|".join(re.escape(word) for word in row["zh"])
    return rf"(?:\b(?:{english})|{chinese})"


def _row(row: Mapping[str, Any]) -> tuple[re.Pattern[str], Manner]:
    pattern = re.compile(rf"(?P<back>{_TAKEN_BACK})?{_words_of(row)}")
    change = {key: value for key, value in row.items() if key not in ("name", "en", "zh")}
    return pattern, Manner(**change)


def _beginning(word: str) -> str:
    """Return the pattern of a word's beginning, or of the whole word when it ends in a stop."""
    return re.escape(word[:-1]) + r"\b" if word.endswith(".") else re.escape(word)
