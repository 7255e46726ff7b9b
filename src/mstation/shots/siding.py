"""Glimpses in, sides out: on which side of each line a running shot is seen to be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.shots.exchanges import Pair
from mstation.shots.film import Film
from mstation.shots.glimpses import Glimpse, lines_shown
from mstation.shots.taken import AXIS

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

    last  # (n, pairs)
    """

    def __init__(self, film: Film) -> None:
        self.film, self.pairs = film, film.all_pairs
        self.last = np.zeros((len(film.rows.point), len(self.pairs)), np.intp)
        self.met = np.zeros(self.last.shape, bool)

    def go_on(self, s: int, within: Glimpse, ends: Glimpse) -> Index:
        """Return the sides that shots leave which end with a stretch, (n, pairs).

        A line that is chosen anew at the cut leaves none, but where it is shown to the last.
        """
        film, index = self.film, ends.index
        if s and film.epochs[s] is not film.epochs[s - 1]:
            self._forget(s)
        for seen in (within, ends):
            order = film.pairs(seen.frame, begins=False)
            shown, side = lines_shown(seen, order, film.ground)
            first = film.held(shown, seen)
            for place, pair in enumerate(order):
                if pair not in self.pairs:
                    continue
                number = self.pairs.index(pair)
                self.met[index, number] |= first[:, place]
                fresh = first[:, place]
                self.last[index[fresh], number] = side[fresh, place]
        shown, side = lines_shown(ends, self.pairs, film.ground)
        still = shown & self.met[index]
        self.last[index] = np.where(still, side, self.last[index])
        return np.asarray(self.last[index] * (still | film.lines_last(s)))

    def _forget(self, s: int) -> None:
        """Forget the sides of lines that are chosen anew where an epoch begins."""
        anew = ~self.film.lines_last(s - 1)
        self.last[:, anew] = 0
        self.met[:, anew] = False
