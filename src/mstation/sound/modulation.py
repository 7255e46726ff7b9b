"""Two keys in, the way between them out: a chord of both, a tone of both, or a step aside."""

from __future__ import annotations

from collections.abc import Sequence

from mstation.sound.cue import Modulation
from mstation.sound.harmony import chord, named_chord
from mstation.sound.palette import MODES
from mstation.sound.phrases import is_bright
from mstation.sound.spots import Told

KEYS = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
# Into the new key a pivot leads best as its supertonic or subdominant, then as its submediant.
_PIVOTS = (2, 5, 9, 8, 10, 7, 3, 4)  # semitones above the new tonic
_RELATIONS = {
    0: ("the same key", "同一调"),
    1: ("a semitone up: everything is lifted, nothing is shared", "上移半音：一切抬高，毫无共音"),
    2: ("a whole tone up", "上移全音"),
    3: ("a minor third up, a mediant", "上行小三度，属中音关系"),
    4: ("a major third up, a mediant", "上行大三度，属中音关系"),
    5: ("the subdominant side", "下属方向"),
    6: ("a tritone away, as far as keys go", "相隔三全音，两调之间最远"),
    7: ("the dominant side", "属方向"),
    8: ("a major third down, a mediant", "下行大三度，属中音关系"),
    9: ("a minor third down, a mediant", "下行小三度，属中音关系"),
    10: ("a whole tone down", "下移全音"),
    11: ("a semitone down", "下移半音"),
}


def modulate(from_tonic: int, from_mode: str, to_tonic: int, to_mode: str) -> Modulation | None:
    """Return how to come from one key into another; None when they are the same."""
    if (from_tonic, from_mode) == (to_tonic, to_mode):
        return None
    here, there = KEYS[from_tonic], KEYS[to_tonic]
    pivot = _pivot(from_tonic, from_mode, to_tonic, to_mode)
    if pivot:
        told = Told(
            f"from {here} to {there} by a pivot: {pivot[0]} of {here} is {pivot[1]} of {there}",
            f"由 {here} 转入 {there}，共同和弦：{here} 的 {pivot[0]} 即 {there} 的 {pivot[1]}",
        )
        return Modulation("pivot", here, pivot[0], told)
    home = (from_tonic, is_bright(from_mode))
    shared = _shared(home, (to_tonic, is_bright(to_mode)))
    numeral = named_chord(from_tonic, from_tonic, is_major=home[1])
    if shared:
        tones = " and ".join(KEYS[tone] for tone in shared)
        told_zh = "、".join(KEYS[tone] for tone in shared)
        return Modulation(
            "common tone",
            here,
            numeral,
            Told(
                f"from {here} to {there} over a common tone: {tones} is held, all else moves",
                f"由 {here} 转入 {there}，共同音 {told_zh} 保持，其余移动",
            ),
        )
    relation = _RELATIONS[(to_tonic - from_tonic) % 12]
    return Modulation(
        "mediant",
        here,
        numeral,
        Told(
            f"from {here} straight to {there}, {relation[0]}",
            f"由 {here} 直接进入 {there}：{relation[1]}",
        ),
    )


def _pivot(from_tonic: int, from_mode: str, to_tonic: int, to_mode: str) -> tuple[str, str] | None:
    """Return a triad of both modes, named in the old key and in the new."""
    old, new = set(_triads(from_tonic, from_mode)), set(_triads(to_tonic, to_mode))
    for step in _PIVOTS:
        for is_major in (False, True):
            triad = ((to_tonic + step) % 12, is_major)
            if triad in old & new and triad[0] != from_tonic:
                names = (
                    named_chord(triad[0], key, is_major=is_major) for key in (from_tonic, to_tonic)
                )
                return next(names), next(names)
    return None


def _triads(tonic: int, mode: str) -> Sequence[tuple[int, bool]]:
    """Return the major and minor triads whose tones all lie in a mode."""
    tones = {(tonic + step) % 12 for step in MODES[mode]}
    return [
        (root, is_major)
        for root in sorted(tones)
        for is_major in (True, False)
        if {(root + (4 if is_major else 3)) % 12, (root + 7) % 12} <= tones
    ]


def _shared(one: tuple[int, bool], other: tuple[int, bool]) -> list[int]:
    return sorted(set(_tones(one)) & set(_tones(other)))


def _tones(triad: tuple[int, bool]) -> tuple[int, ...]:
    return chord("I" if triad[1] else "i", triad[0])


def relation(before: int | None, after: int) -> Told:
    """Return how a cue's key follows from the key that the cue before it ended in."""
    if before is None:
        return Told(f"the film's first key, {KEYS[after]}", f"全片第一个调：{KEYS[after]}")
    told = _RELATIONS[(after - before) % 12]
    return Told(
        f"from {KEYS[before]} to {KEYS[after]}: {told[0]}",
        f"由 {KEYS[before]} 到 {KEYS[after]}：{told[1]}",
    )
