"""How a scene feels by its own words: mood and tension, the same each time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from mstation.breakdown.scene import Mood, TimeOfDay
from mstation.screenplay.lexicon import lexicon

_FEELING = lexicon("mstation.breakdown", "feeling")
_TENSION: dict[str, float] = _FEELING["tension"]
_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ENDINGS = frozenset(
    ("", "s", "e", "es", "d", "ed", "ing", "er", "ers", "y", "ly", "ful", "en", "ning", "ting",
     "ping", "ned", "ted", "ped", "den", "ging", "ged")
)  # fmt: skip
_FREE_STEM = 5  # a stem as long as this takes any ending
_CHARACTERS_A_WORD = 1.6
_MOODS = (Mood.TENSE, Mood.SAD, Mood.WARM, Mood.WONDER, Mood.ACTION, Mood.CALM)

_STEMS: dict[str, list[Mood]] = {}
_PARTS: dict[str, list[tuple[str, Mood]]] = {}
for _each in _MOODS:
    for _stem in _FEELING["mood"][_each.value]["en"]:
        _STEMS.setdefault(_stem, []).append(_each)
    for _part in _FEELING["mood"][_each.value]["zh"]:
        _PARTS.setdefault(_part[0], []).append((_part, _each))
_FIRST_OF_PART = re.compile(f"[{''.join(map(re.escape, sorted(_PARTS)))}]")
_STEM_SIZES = tuple(sorted({len(stem) for stem in _STEMS}))


def feel(texts: Iterable[str], time: TimeOfDay) -> tuple[Mood, float]:
    """Return the mood and the tension, 0 to 1, of a scene's texts."""
    scores: Counter[Mood] = Counter()
    words = han = exclamations = questions = breaks = 0
    for text in texts:
        found = _WORD.findall(text)
        han_here = 0 if text.isascii() else len(_HAN.findall(text))
        words += len(found)
        han += han_here
        for word in found:
            for mood in _moods_of_word(word.lower()):
                scores[mood] += 1
        if han_here:
            scores.update(_moods_in_chinese(text))
        exclamations += text.count("!") + text.count("！")
        questions += text.count("?") + text.count("？")
        breaks += text.count("--") + text.count("—")
    size = max(60.0, words + han / _CHARACTERS_A_WORD)
    shares = {mood: 100 * scores[mood] / size for mood in _MOODS}
    tension = _tension(shares, 100 / size, exclamations, questions, breaks)
    if time is TimeOfDay.NIGHT:
        tension += _TENSION["night"]
    return _strongest(scores), round(min(1.0, max(0.0, tension)), 3)


def _strongest(scores: Counter[Mood]) -> Mood:
    best = max(_MOODS, key=lambda mood: scores[mood])
    return best if scores[best] >= 2 and scores[best] > scores[Mood.CALM] else Mood.CALM


def _tension(
    shares: dict[Mood, float], a_word: float, exclamations: int, questions: int, breaks: int
) -> float:
    marks = (
        _TENSION["exclamation"] * min(4.0, a_word * exclamations)
        + _TENSION["question"] * min(4.0, a_word * questions)
        + _TENSION["interruption"] * min(3.0, a_word * breaks)
    )
    words = (
        _TENSION["tense_word"] * min(6.0, shares[Mood.TENSE])
        + _TENSION["action_word"] * min(5.0, shares[Mood.ACTION])
        + _TENSION["sad_word"] * min(5.0, shares[Mood.SAD])
        + _TENSION["calm_word"] * min(3.0, shares[Mood.CALM])
        + _TENSION["warm_word"] * min(4.0, shares[Mood.WARM])
    )
    return _TENSION["base"] + words + marks


@lru_cache(maxsize=16_384)
def _moods_of_word(word: str) -> list[Mood]:
    for size in _STEM_SIZES:
        if size > len(word):
            break
        moods = _STEMS.get(word[:size])
        if moods is not None and (size >= _FREE_STEM or word[size:] in _ENDINGS):
            return moods
    return []


def _moods_in_chinese(text: str) -> list[Mood]:
    return [
        mood
        for first in _FIRST_OF_PART.finditer(text)
        for part, mood in _PARTS[first[0]]
        if text.startswith(part, first.start())
    ]
