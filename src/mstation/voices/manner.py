"""A parenthetical in, how it changes the voice out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


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

# A word that takes back the one after it: "not angry", 没有哭, 不快.
_TAKEN_BACK = r"(?:\b(?:not|no|never|without|isn't|barely)\s+(?:\w+\s+)?|[不没别未]有?)"
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


def _held(field: str, value: float) -> float:
    return min(max(value, _LEAST[field]), _MOST[field])


@cache
def _table() -> tuple[tuple[re.Pattern[str], Manner], ...]:
    """Return each manner's words as one pattern; read once, never changed."""
    text = resources.files("mstation.voices").joinpath("manners.toml").read_text("utf-8")
    return tuple(_row(row) for row in tomllib.loads(text)["manner"])


def _row(row: Mapping[str, Any]) -> tuple[re.Pattern[str], Manner]:
    english = "|".join(_beginning(word) for word in row["en"])
    chinese = "|".join(re.escape(word) for word in row["zh"])
    pattern = re.compile(rf"(?P<back>{_TAKEN_BACK})?(?:\b(?:{english})|{chinese})")
    change = {key: value for key, value in row.items() if key not in ("name", "en", "zh")}
    return pattern, Manner(**change)


def _beginning(word: str) -> str:
    """Return the pattern of a word's beginning, or of the whole word when it ends in a stop."""
    return re.escape(word[:-1]) + r"\b" if word.endswith(".") else re.escape(word)
