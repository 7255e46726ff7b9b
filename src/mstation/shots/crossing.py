"""Chosen shots in, those that cross a line which was last shown long before out.

The search knows the shot before a cut. A line may come back, after others, to where it was last
shown: whether its side was kept only the whole run of shots can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mstation.shots.choose import Board, Choice
from mstation.shots.exchanges import Pair
from mstation.shots.glimpses import lines_shown
from mstation.shots.grammar import STEP, grammar
from mstation.shots.shot import Size
from mstation.space import wrap_angles

_WIDE_STEP = STEP[Size.MS] + 0.4  # of a shot of both that may show a line anew


@dataclass(frozen=True, slots=True)
class _Kept:
    """The side of a line that was shown last, the bearing of the line then, when, in which shot."""

    side: int
    bearing: float
    frame: int
    shot: int


def crossed(board: Board, choices: Sequence[Choice]) -> list[int]:
    """Return the places of shots that show a line from the other side than it was last shown."""
    memory: dict[Pair, _Kept] = {}
    found = []
    for number, choice in enumerate(choices):
        if _crosses(board, choice, number, memory):
            found.append(number)
        _remember(board, choice, number, memory)
    return found


def _crosses(board: Board, choice: Choice, number: int, memory: dict[Pair, _Kept]) -> bool:
    film, runs = board.film, board.runs
    begins = runs.first[choice.first_segment]
    seen = begins.pick(np.flatnonzero(begins.index == choice.row))
    pairs = film.pairs(seen.frame, begins=True)
    shown, sides = lines_shown(seen, pairs, film.ground)
    held = film.held(shown, seen)[0]
    for place, pair in enumerate(pairs):
        if not held[place] or pair not in memory:
            continue
        kept = memory[pair]
        if _is_new(board, pair, kept, seen.frame):
            del memory[pair]
        elif sides[0, place] * kept.side < 0:
            both = seen.inside[0, list(pair)].all() and seen.step[0, list(pair)].max() <= _WIDE_STEP
            del memory[pair]
            if not (both and number - kept.shot > 1):
                return True
    return False


def _remember(board: Board, choice: Choice, number: int, memory: dict[Pair, _Kept]) -> None:
    last = choice.end_segment - 1
    at = int(np.flatnonzero(board.runs.live[last] == choice.row)[0])
    frame = board.film.segments[last].end_frame - 1
    for place, pair in enumerate(board.film.all_pairs):
        side = int(board.runs.left[last][at, place])
        if not side:
            continue
        kept = memory.get(pair)
        bearing = float(board.film.bearings(frame, (pair,))[0])
        if kept is not None and not _is_new(board, pair, kept, frame):
            bearing = kept.bearing
        memory[pair] = _Kept(side, bearing, frame, number)


def _is_new(board: Board, pair: Pair, kept: _Kept, frame: int) -> bool:
    """Return whether a line has turned since it was shown, or somebody came or went."""
    turn = np.abs(wrap_angles(board.film.bearings(frame, (pair,)) - kept.bearing))
    there = board.film.ground.figures.present[:, kept.frame : frame + 1]
    gone = bool((there != there[:, :1]).any())
    return gone or bool(turn[0] > np.radians(grammar().tolerance.line_turn_deg))
