"""Hits in, beats out: how many beats each stretch of a scene holds, so that cuts fall on them.

Every section holds a whole number of beats between two frames that matter, so it lands on them
exactly; among those, the counts are chosen that keep the tempo near one pace, put bars whole,
and let the hits inside a section fall on a beat.
Source: the "find tempo" of film sequencers; a Viterbi search over beat counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_STRETCH = 1.12  # a section's tempo may leave the mood's range by so much
_STEP_BPM = 2.0


def beats_of_sections(
    lengths_s: Sequence[float],
    inner_hits_s: Sequence[Sequence[float]],
    *,
    tempo: tuple[float, float],
    ideal: float,
    meter: int,
) -> tuple[int, ...]:
    """Return the beats of each section; `inner_hits_s` count from their section's start.

    Lengths are in seconds; `ideal` is the pace that the scene's tension asks for.
    """
    counts = [_counts(length, tempo) for length in lengths_s]
    best_cost, best = math.inf, tuple(options[0] for options in counts)
    for pace in _paces(tempo):
        away = 2.0 * abs(math.log(pace / ideal))
        cost, beats = _path(lengths_s, inner_hits_s, counts, pace, meter)
        if cost + away * len(lengths_s) < best_cost:
            best_cost, best = cost + away * len(lengths_s), beats
    return best


def _paces(tempo: tuple[float, float]) -> list[float]:
    steps = max(1, round((tempo[1] - tempo[0]) / _STEP_BPM))
    return [tempo[0] + (tempo[1] - tempo[0]) * step / steps for step in range(steps + 1)]


def _counts(length_s: float, tempo: tuple[float, float]) -> list[int]:
    """Return the beat counts whose tempo is in reach; the nearest one when none is."""
    low = math.ceil(length_s * tempo[0] / _STRETCH / 60)
    high = math.floor(length_s * tempo[1] * _STRETCH / 60)
    nearest = max(1, round(length_s * (tempo[0] + tempo[1]) / 120))
    return list(range(max(1, low), high + 1)) or [nearest]


def _path(
    lengths_s: Sequence[float],
    inner_hits_s: Sequence[Sequence[float]],
    counts: Sequence[Sequence[int]],
    pace: float,
    meter: int,
) -> tuple[float, tuple[int, ...]]:
    """Return the cheapest row of beat counts around one pace, and its cost."""
    paths: dict[float, tuple[float, tuple[int, ...]]] = {pace: (0.0, ())}
    for length, hits, options in zip(lengths_s, inner_hits_s, counts, strict=True):
        further: dict[float, tuple[float, tuple[int, ...]]] = {}
        for beats in options:
            bpm = 60 * beats / length
            own = abs(math.log(bpm / pace)) + 0.12 * (beats % meter != 0)
            own += 0.15 * sum(_off_beat(hit, bpm) for hit in hits)
            cost, before = min(
                (cost + 2 * abs(math.log(bpm / last)), path) for last, (cost, path) in paths.items()
            )
            further[bpm] = (cost + own, (*before, beats))
        paths = further
    return min(paths.values())


def _off_beat(hit_s: float, bpm: float) -> float:
    """Return how far a hit lies from its nearest beat: 0 on it … 1 between two."""
    beat = hit_s * bpm / 60
    return 2 * abs(beat - round(beat))


def bars_of(beats: int, meter: int) -> tuple[int, ...]:
    """Return the lengths of a section's bars; a lone beat left over joins the last bar."""
    whole, rest = divmod(beats, meter)
    if rest == 0:
        return (meter,) * whole
    if rest == 1 and whole:
        return (*(meter,) * (whole - 1), meter + 1)
    return (*(meter,) * whole, rest)
