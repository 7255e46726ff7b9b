"""Glimpses in, sides out: on which side of each line a running shot is seen to be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.shots.exchanges import Pair
from mstation.shots.film import Film
from mstation.shots.glimpses import Glimpse, lines_shown
from mstation.shots.grammar import grammar
from mstation.shots.taken import AXIS
from mstation.space import wrap_angles

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


def crosses_first(seen: Glimpse, film: Film, s: int) -> Index:
    """Return the bit of the axis where a first frame shows the side that its world does not keep.

    Who is about to speak and who has just spoken both count.
    """
    wrong = np.zeros(len(seen.index), bool)
    for begins in (True, False):
        pairs = film.pairs(seen.frame, begins=begins)
        shown, side = lines_shown(seen, pairs, film.ground)
        wrong |= (film.held(shown, seen) & is_off(pairs, side, seen, film, s)).any(axis=1)
    return np.where(wrong, AXIS, 0)


def is_off(pairs: tuple[Pair, ...], side: Index, seen: Glimpse, film: Film, s: int) -> Flags:
    """Return (n, pairs): whether a side is not the one that a shot's world keeps.

    Where another chain of epochs than the shot's own has begun, nothing is kept.
    """
    epoch = film.epochs[min(s, len(film.epochs) - 1)]
    held = np.array([epoch.sides.get(pair, 0) for pair in pairs], dtype=np.intp)
    kept = held[None] * film.rows.world[seen.index][:, None]
    return np.asarray((side * kept < 0) & (film.rows.chain[seen.index] == epoch.chain)[:, None])


class Sides:
    """The side of each pair's line that every running shot has shown last, 0 for none.

    last    # (n, pairs)
    met     # (n, pairs) bool: the shot has shown the pair while its line held
    bearing # (n, pairs) of the line when the shot first showed the side, radians
    """

    def __init__(self, film: Film) -> None:
        self.film, self.pairs = film, film.all_pairs
        self.last = np.zeros((len(film.rows.point), len(self.pairs)), np.intp)
        self.met = np.zeros(self.last.shape, bool)
        self.bearing = np.zeros(self.last.shape)

    def go_on(self, s: int, begins: Glimpse, within: Glimpse, ends: Glimpse) -> Index:
        """Return the sides that shots leave which end with a stretch, (n, pairs).

        A line that turns while nobody is shown by it leaves none.
        """
        for seen in (begins, within, ends):
            self._see(seen)
        shown, side = lines_shown(ends, self.pairs, self.film.ground)
        still = shown & self.met[ends.index]
        self._take(ends.index, np.where(still, side, 0), still, ends.frame)
        bearings = self.film.bearings(ends.frame, self.pairs)
        turned = np.abs(wrap_angles(bearings - self.bearing[ends.index]))
        lasts = self.film.lines_last(s) | (turned <= np.radians(grammar().tolerance.line_turn_deg))
        return np.asarray(self.last[ends.index] * (still | lasts))

    def _see(self, seen: Glimpse) -> None:
        order = self.film.pairs(seen.frame, begins=False)
        shown, side = lines_shown(seen, order, self.film.ground)
        first = self.film.held(shown, seen)
        sides = np.zeros((len(seen.index), len(self.pairs)), np.intp)
        fresh = np.zeros(sides.shape, bool)
        for place, pair in enumerate(order):
            if pair in self.pairs:
                number = self.pairs.index(pair)
                sides[:, number], fresh[:, number] = side[:, place], first[:, place]
        self.met[seen.index] |= fresh
        self._take(seen.index, sides, fresh, seen.frame)

    def _take(self, index: Index, side: Index, fresh: Flags, frame: int) -> None:
        """Set the sides of lines that are shown; a line has its bearing from when it was first."""
        before = self.last[index]
        begun = fresh & (before != side)
        bearings = self.film.bearings(frame, self.pairs)
        self.bearing[index] = np.where(begun, bearings, self.bearing[index])
        self.last[index] = np.where(fresh, side, before)
