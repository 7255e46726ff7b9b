"""Roman numerals in, voiced chords out: spelled in the key, led by the smallest moves."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_DEGREES = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
_NUMERAL = re.compile(r"(b?)([iv]+|[IV]+)(.*)")
_SUFFIXES = {
    "": (0, 3, 7),
    "5": (0, 7),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "add9": (0, 3, 7, 2),
    "maj7": (0, 3, 7, 11),
    "7": (0, 3, 7, 10),
    "dim": (0, 3, 6),
}
_PERFECT = (0, 7)


def chord(numeral: str, tonic: int) -> tuple[int, ...]:
    """Return the pitch classes of a chord, root first: `bVI` on C is A♭, C, E♭.

    Raises:
        ValueError: when the text is no chord of the tables.
    """
    match = _NUMERAL.fullmatch(numeral)
    if match is None or match[2].lower() not in _DEGREES or match[3] not in _SUFFIXES:
        raise ValueError(f"`{numeral}` is not a chord")
    root = tonic + _DEGREES[match[2].lower()] - len(match[1])
    is_major = match[2].isupper()
    steps = (4 if step == 3 and is_major else step for step in _SUFFIXES[match[3]])
    return tuple((root + step) % 12 for step in steps)


def lead(
    pitch_classes: Sequence[int], before: Sequence[int], *, voices: int, low: int, high: int
) -> tuple[int, ...]:
    """Return the chord voiced, lowest first, nearest to the voices `before` it.

    Every tone of the chord sounds where there are voices enough; parallel fifths and octaves,
    crowded low voices and doubled thirds cost more than a longer way.
    """
    choices = [pitch for pitch in range(low, high + 1) if pitch % 12 in pitch_classes]
    if len(choices) < voices:
        return tuple(choices)
    middle = before or _spread(low, high, voices)
    near = [[pitch for pitch in choices if abs(pitch - goal) <= 9] or choices for goal in middle]
    wanted = min(voices, len(set(pitch_classes)))
    best: tuple[float, tuple[int, ...]] | None = None
    for voicing in itertools.product(*near):
        if any(upper <= lower for lower, upper in itertools.pairwise(voicing)):
            continue
        found = (_cost(voicing, middle, pitch_classes, wanted), voicing)
        if best is None or found < best:
            best = found
    return best[1] if best else tuple(choices[:voices])


def _spread(low: int, high: int, voices: int) -> tuple[int, ...]:
    step = (high - low) / (voices + 1)
    return tuple(round(low + step * (voice + 1)) for voice in range(voices))


def _cost(
    voicing: Sequence[int], before: Sequence[int], pitch_classes: Sequence[int], wanted: int
) -> float:
    cost = float(sum(abs(now - then) for now, then in zip(voicing, before, strict=True)))
    sounding = [pitch % 12 for pitch in voicing]
    cost += 12 * (wanted - len(set(sounding)))
    if len(pitch_classes) > 2:
        cost += 3 * (sounding.count(pitch_classes[1]) > 1)
    cost += sum(4 for low, up in itertools.pairwise(voicing) if up - low < 3 and low < 60)
    return cost + 8 * parallels(before, voicing)


def parallels(before: Sequence[int], after: Sequence[int]) -> int:
    """Return how many pairs of voices move together from one fifth or octave to another."""
    count = 0
    for lower, upper in itertools.combinations(range(len(after)), 2):
        then = (before[upper] - before[lower]) % 12
        now = (after[upper] - after[lower]) % 12
        moved = before[lower] != after[lower] and before[upper] != after[upper]
        count += moved and then == now and now in _PERFECT
    return count


def pitch_of_degree(degree: int, mode: Sequence[int], tonic: int, *, octave: int) -> int:
    """Return the MIDI pitch of a step of the mode; `octave` 4 holds middle C."""
    octaves, step = divmod(degree, len(mode))
    return 12 * (octave + 1 + octaves) + tonic + mode[step]
