"""A scene's heading and action in, its weather out: what falls or hangs in the air.

Only what is written as there counts: rain that has stopped leaves wet ground, and so does rain that
only a wet street or its puddles tell of; what is merely like rain is no weather. Speech says
nothing of it, for people talk of other days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from mstation.breakdown.scene import Weather
from mstation.screenplay.lexicon import lexicon

_WORDS: dict[str, Any] = lexicon("mstation.breakdown", "weather")
_KINDS = (Weather.STORM, Weather.SNOW, Weather.RAIN, Weather.FOG)
_WETTING = (Weather.STORM, Weather.RAIN)
_CLAUSE = re.compile(r"[,.;:!?，。；：！？、\n]|\s[-–—]+\s")


def _any_of(name: str) -> re.Pattern[str]:
    en = "|".join(map(re.escape, sorted(_WORDS[name]["en"], key=len, reverse=True)))
    zh = "|".join(map(re.escape, sorted(_WORDS[name]["zh"], key=len, reverse=True)))
    return re.compile(rf"\b(?:{en})\b|{zh}", re.IGNORECASE)


_SAID = {kind: _any_of(kind.value) for kind in _KINDS}
_WET, _LIKE = _any_of("wet"), _any_of("like")
_OVER, _NONE, _STILL = _any_of("over"), _any_of("none"), _any_of("still")


def weather_of(texts: Iterable[str]) -> Weather:
    """Return the weather that a scene's heading and action paragraphs, in order, tell of."""
    is_wet = False
    for text in texts:
        for clause in _CLAUSE.split(text):
            if _LIKE.search(clause):
                continue
            said, wet_words = _WET.subn(" ", clause)
            kind = next((kind for kind in _KINDS if _SAID[kind].search(said)), None)
            if kind is not None and (not _OVER.search(said) or _STILL.search(said)):
                return kind
            has_rained = wet_words > 0 or kind in _WETTING
            is_wet |= has_rained and not _NONE.search(clause)
    return Weather.WET if is_wet else Weather.CLEAR
