"""Words that describe a person in, how that person's voice differs from others of the age out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of voice somebody has, against an everyday one of the sex and age."""

    pitch: float = 1.0
    tilt_db: float = 0.0
    breath: float = 0.0
    roughness: float = 0.0
    speed: float = 1.0
    range: float = 1.0


EVERYDAY = Kind()

# A word that takes back the one after it: "not a deep voice", 声音不大.
_TAKEN_BACK = r"(?:\b(?:not|no|never|without|isn't|hardly)\s+(?:\w+\s+)?|[不没别未无](?:太|很|有)?)"
_LEAST = Kind(pitch=0.72, tilt_db=-5.0, speed=0.75, range=0.5)
_MOST = Kind(pitch=1.4, tilt_db=5.0, breath=0.4, roughness=0.05, speed=1.25, range=1.5)


def kind_of(words: str) -> Kind:
    """Return the kind of voice that a description tells of; words not known change nothing.

    The words of both languages are always looked for; those that mean the same count once.
    """
    words = words.casefold()
    kinds = [
        change
        for pattern, change in _table()
        if any(match["back"] is None for match in pattern.finditer(words))
    ]
    kind = EVERYDAY
    for change in kinds:
        kind = Kind(
            pitch=kind.pitch * change.pitch,
            tilt_db=kind.tilt_db + change.tilt_db,
            breath=max(kind.breath, change.breath),
            roughness=max(kind.roughness, change.roughness),
            speed=kind.speed * change.speed,
            range=kind.range * change.range,
        )
    return _held(kind)


def _held(kind: Kind) -> Kind:
    values = {
        name: min(max(getattr(kind, name), getattr(_LEAST, name)), getattr(_MOST, name))
        for name in Kind.__dataclass_fields__
    }
    return Kind(**values)


@cache
def _table() -> tuple[tuple[re.Pattern[str], Kind], ...]:
    """Return each kind's words as one pattern; read once, never changed."""
    text = resources.files("mstation.voices").joinpath("described.toml").read_text("utf-8")
    return tuple(_row(row) for row in tomllib.loads(text)["kind"])


def _row(row: Mapping[str, Any]) -> tuple[re.Pattern[str], Kind]:
    english = "|".join(rf"{re.escape(words)}\b" for words in row["en"])
    chinese = "|".join(re.escape(words) for words in row["zh"])
    pattern = re.compile(rf"(?P<back>{_TAKEN_BACK})?(?:\b(?:{english})|{chinese})")
    change = {key: value for key, value in row.items() if key not in ("name", "en", "zh")}
    return pattern, Kind(**change)
