"""Roman numerals and triads in, chords out: spelled in the key, led by the smallest moves."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_DEGREES = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
_NUMERAL = re.compile(r"([b#]?)([iv]+|[IV]+)(.*)")
_ALTERED = {"": 0, "b": -1, "#": 1}
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
_NAMES = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII")
_COMPOUNDS = {"N": "RLP", "S": "LPR", "H": "LPL"}
_MOVES = {"P": 0, "L": 4, "R": -3}  # of the root of a major triad; a minor one's goes the other way


def chord(numeral: str, tonic: int) -> tuple[int, ...]:
    """Return the pitch classes of a chord, root first: `bVI` on C is A♭, C, E♭.

    Raises:
        ValueError: when the text is no chord of the tables.
    """
    match = _NUMERAL.fullmatch(numeral)
    if match is None or match[2].lower() not in _DEGREES or match[3] not in _SUFFIXES:
        raise ValueError(f"`{numeral}` is not a chord")
    root = tonic + _DEGREES[match[2].lower()] + _ALTERED[match[1]]
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


def triad_after(word: str, *, is_major: bool) -> str:
    """Return the numeral of the triad that a word makes of the tonic's, read from the left.

    P keeps root and fifth, L the minor third, R the major third; N is RLP, S is LPR, H is LPL.
    Source: R. Cohn, Audacious Euphony (2012), chapters 2 and 4.

    Example:
        >>> triad_after("PL", is_major=True), triad_after("H", is_major=False)
        ('bVI', 'III')

    Raises:
        ValueError: when a letter is none of these.
    """
    root = 0
    for letter in "".join(_COMPOUNDS.get(letter, letter) for letter in word):
        if letter not in _MOVES:
            raise ValueError(f"`{letter}` is no transformation")
        root = (root + _MOVES[letter] * (1 if is_major else -1)) % 12
        is_major = not is_major
    name = _NAMES[root]
    return name if is_major else name.lower()


def named_chord(root: int, tonic: int, *, is_major: bool) -> str:
    """Return the numeral of a triad in a key: A♭ major in C is `bVI`."""
    name = _NAMES[(root - tonic) % 12]
    return name if is_major else name.lower()
