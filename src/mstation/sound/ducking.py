"""Levels of voices and of a bed in, the bed's gain out: it makes way before somebody speaks.

A bed goes down as far as the words over it need and no further, smoothly, and comes back when
nobody has spoken for a while.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.sound.intelligibility import CLEAR_DB, heard, room_for, short_of
from mstation.sound.limiter import lowest
from mstation.sound.metering import FINE_HOP, Powers
from mstation.timebase import SAMPLE_RATE

_MARGIN_DB = 0.5  # over what is promised, for what filters smear over a second's edge
_HEARD_STEP_DB = 0.5  # in which what counts as heard moves
_HOPS_A_SECOND = SAMPLE_RATE // FINE_HOP
_BRIDGE_S = 0.9  # a pause shorter than this keeps the bed down
_AHEAD_S = 0.25  # the bed is down so long before the voice
_AFTER_S = 0.40
_TURN_S = 0.90  # how long it takes to go down or come back
_HOLD_S = 1.5  # what one word needs is kept on both sides of it


@dataclass(frozen=True, slots=True)
class Manners:
    """How a bed behaves under voices."""

    least_db: float  # it goes down by as much under any voice
    most_db: float  # and by no more than this


MUSIC = Manners(-6.0, -30.0)
EFFECTS = Manners(0.0, -24.0)


def ducked(
    speech: Powers,
    bed: Powers,
    manners: Manners,
    *,
    scenes: Sequence[int] = (0,),
    seconds: NDArray[np.int64] | None = None,
) -> NDArray[np.float64]:
    """Return a bed's gain, a value every 10 ms: 1 where nobody speaks.

    `scenes` are the first hops of scenes: each is looked at by itself, so that one that others
    push back in the film is treated as before. `seconds` says in which second of the film each hop
    lies; where speech is not clear in one of those the bed goes further down there.
    """
    if not len(speech):
        return np.ones(1)
    said = heard(speech, step_db=_HEARD_STEP_DB)
    needed, clear_db = np.zeros(len(speech)), CLEAR_DB + _MARGIN_DB
    for first, end in itertools.pairwise((*scenes, len(speech))):
        span = slice(first, end)
        needed[span] = room_for(speech[span], bed[span], said[span], clear_db=clear_db)
    curve_db = _swelling(needed, said, manners)
    if seconds is None:
        seconds = np.arange(len(speech)) // _HOPS_A_SECOND
    ducked_bed, exactly = bed * 10 ** (curve_db / 10), heard(speech)
    short = short_of(speech, ducked_bed, exactly, seconds, clear_db=clear_db)
    if short.any():
        needed = np.where(short > 0, np.minimum(needed, curve_db - short), needed)
        curve_db = _swelling(needed, said, manners)
    return np.asarray(10 ** (curve_db / 20))


def _swelling(
    needed: NDArray[np.float64], said: NDArray[np.bool_], manners: Manners
) -> NDArray[np.float64]:
    """Return a bed's gain in decibels that is nowhere over what is needed, and never switches."""
    depth = np.maximum(manners.most_db, needed)
    depth = lowest(depth, round(_HOLD_S * _HOPS_A_SECOND))
    for first, end in _phrases(said):
        depth[first:end] = np.minimum(depth[first:end], manners.least_db)
    turn = round(_TURN_S * _HOPS_A_SECOND)
    kernel = np.hanning(turn + 2)[1:-1]
    early, late = turn // 2, turn - 1 - turn // 2
    held = lowest(depth, turn // 2 + 1)
    padded = np.pad(held, (early, late), mode="edge")
    return np.asarray(np.convolve(padded, kernel / kernel.sum(), "valid"))


def _phrases(said: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the stretches in which a bed is down, short pauses taken in."""
    hops = np.flatnonzero(said)
    if not len(hops):
        return []
    turns = np.flatnonzero(np.diff(hops) > round(_BRIDGE_S * _HOPS_A_SECOND))
    firsts = hops[np.concatenate([[0], turns + 1])] - round(_AHEAD_S * _HOPS_A_SECOND)
    ends = hops[np.concatenate([turns, [len(hops) - 1]])] + round(_AFTER_S * _HOPS_A_SECOND) + 1
    return list(zip(np.maximum(firsts, 0).tolist(), ends.tolist(), strict=True))
