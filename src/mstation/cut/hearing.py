"""A spoken line in, when each of its words is heard out."""

from __future__ import annotations

from fractions import Fraction

from mstation.cut.timeline import VoiceClip
from mstation.timebase import FrameRate

_MOST_PASSED_OVER = 24  # characters between a word and the next, spoken as no word says


def words_heard(text: str, voice: VoiceClip, rate: FrameRate) -> list[tuple[int, tuple[int, int]]]:
    """Return when words of the text are heard: place in it, milliseconds from its first sound.

    Words are found in order; what cannot be found (a number spoken in words) is passed over.
    Without any word times the text is taken to be spoken evenly.
    """
    heard: list[tuple[int, tuple[int, int]]] = []
    lowered, cursor = text.lower(), 0
    for word in voice.words:
        at = lowered.find(word.text.strip().lower(), cursor)
        if word.text.strip() and 0 <= at <= cursor + _MOST_PASSED_OVER:
            heard.append((at, (round(word.start_s * 1000), round(word.end_s * 1000))))
            cursor = at + len(word.text.strip())
    length = milliseconds(voice.frames, rate)
    if len(heard) * 2 >= len(voice.words) > 0:
        return heard
    spread = max(1, len(text))
    return [(at, (length * at // spread, length * (at + 1) // spread)) for at in range(len(text))]


def milliseconds(frames: int, rate: FrameRate) -> int:
    """Return how long some frames are, to the nearest millisecond."""
    return round(Fraction(frames * 1000) / rate.fraction)
