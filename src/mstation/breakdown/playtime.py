"""How long a scene plays: an estimate, and the range in which the film may keep it.

The pace is the film's own: a director who plays one scene fast plays the next one fast, so the
ends of the ranges of scenes are added, not averaged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mstation.breakdown.names import is_chinese
from mstation.breakdown.playing import speech_seconds
from mstation.breakdown.scene import Beat
from mstation.screenplay.lexicon import lexicon

_SPEECH = lexicon("mstation.breakdown", "playing")["speech"]
_RANGE: dict[str, list[float]] = lexicon("mstation.breakdown", "sheets")["seconds"]


def _factors(usual: float, paces: list[float]) -> tuple[float, float]:
    slow, fast = paces
    return usual / fast, usual / slow


_SPOKEN_EN = _factors(_SPEECH["words_a_minute"], _RANGE["words_a_minute"])
_SPOKEN_ZH = _factors(60 * _SPEECH["characters_a_second"], _RANGE["characters_a_minute"])
_PLAYED = (_RANGE["action"][0], _RANGE["action"][1])


@dataclass(frozen=True, slots=True)
class PlayTime:
    """Seconds that a scene plays; `low` <= `estimate` <= `high`."""

    low: float
    estimate: float
    high: float


def play_time(beats: Iterable[Beat]) -> PlayTime:
    """Return the seconds of actions and speeches; a dual speech only adds what is longer."""
    low = estimate = high = last = 0.0
    for beat in beats:
        added, factors = 0.0, _PLAYED
        if beat.action is not None:
            added = last = beat.action.est_seconds
        elif beat.line is not None:
            spoken = speech_seconds(beat.line.text, beat.line.manner)
            added = max(0.0, spoken - last) if beat.line.is_dual else spoken
            last = spoken
            factors = _SPOKEN_ZH if is_chinese(beat.line.text) else _SPOKEN_EN
        estimate += added
        low += added * factors[0]
        high += added * factors[1]
    return PlayTime(round(low, 3), round(estimate, 3), round(high, 3))
