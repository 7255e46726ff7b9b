"""A scene's set and props in, what stands in a camera's way frame by frame out.

What never moves is one body of triangles. A thing that hands carry, or that is not there all the
time, is met where it is at that frame: the camera is brought into its space, not it into ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mstation.check.film import Flags, Index, Thing
from mstation.check.rays import Surfaces, hits, inside_of, nearest_m, surfaces
from mstation.space import Array


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What a scene's cameras may meet: what stays, and each thing that comes, goes or moves."""

    stays: tuple[Thing, ...]
    still: Surfaces  # of what stays
    moving: tuple[tuple[Thing, Surfaces], ...]

    def met(self, starts: Array, ends: Array, now: Index) -> tuple[Array, list[str]]:
        """Return where lines (n, 3) to (n, 3) at frames (n,) first meet a face, and whose it is.

        The place is a share of the line, 0 to 1: `rays.FAR_M`, without a name, where there is none.
        """
        found = hits(self.still, starts, ends)
        shares = found.front.copy()
        names = [self.still.name(int(thing)) for thing in found.thing]
        for on, rows, (one, other) in self._near(now, starts, ends):
            front = hits(on, one, other).front
            for row in np.flatnonzero(front < shares[rows]):
                names[rows[row]] = on.name(0)
            shares[rows] = np.minimum(shares[rows], front)
        return shares, names

    def nearest(self, points: Array, now: Index) -> Array:
        """Return how far points (n, 3) at frames (n,) are from the nearest thing there is."""
        places, back = _places(points)
        metres = nearest_m(self.still, places)[back]
        for on, rows, (beside,) in self._near(now, points):
            metres[rows] = np.minimum(metres[rows], nearest_m(on, beside))
        return metres

    def nearest_name(self, place: Array, now: int) -> str:
        """Return what the thing is called that a point (3,) is nearest to at a frame."""
        on, frames = self.still, np.array([now])
        gaps = [(float(nearest_m(on.some(on.thing == thing), place[None])[0]), on.name(thing))
                for thing in range(len(on.names))]  # fmt: skip
        gaps += [
            (float(nearest_m(one, there)[0]), one.name(0))
            for one, _, (there,) in self._near(frames, place[None])
        ]
        return min(gaps, default=(0.0, ""))[1]

    def inside(self, points: Array, now: Index) -> list[str]:
        """Return what points (n, 3) at frames (n,) are inside of, by name, or nothing."""
        places, back = _places(points)
        within = inside_of(self.still, places)
        names = [within[place] for place in back]
        for on, rows, (beside,) in self._near(now, points):
            for row, name in zip(rows, inside_of(on, beside), strict=True):
                names[row] = names[row] or name
        return names

    def _near(
        self, now: Index, *points: Array
    ) -> Iterator[tuple[Surfaces, Index, tuple[Array, ...]]]:
        """Yield each moving thing, the rows at which it is there, and their points in its space."""
        for thing, on in self.moving:
            there: Flags = np.ones(len(now), bool)
            if thing.present is not None:
                there = thing.present[now]
            rows = np.flatnonzero(there)
            if len(rows):
                yield on, rows, tuple(_into(thing, now[rows], each[rows]) for each in points)


def _places(points: Array) -> tuple[Array, Index]:
    """Return the different places of points (n, 3), and the place of each: cameras often stay."""
    places, back = np.unique(np.round(points, 4), axis=0, return_inverse=True)
    return places, back.reshape(-1)


def _into(thing: Thing, now: Index, points: Array) -> Array:
    """Return points (n, 3) at frames (n,) as they lie beside a thing where it is first seen."""
    if thing.moved is None:
        return points
    back = np.linalg.inv(thing.moved[now])
    return np.asarray(np.einsum("nij,nj->ni", back[:, :3, :3], points) + back[:, :3, 3])


def setting_of(things: tuple[Thing, ...]) -> Setting:
    """Return the set and the props of a scene as cameras meet them."""
    stays = tuple(one for one in things if _stays(one))
    moving = tuple((one, surfaces((one,))) for one in things if not _stays(one))
    return Setting(stays, surfaces(stays), moving)


def _stays(thing: Thing) -> bool:
    return thing.moved is None and thing.present is None
