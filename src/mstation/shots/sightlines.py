"""A set and its figures in, answers out: may a camera be here, is a face seen from there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.grammar import grammar
from mstation.shots.landmarks import Figures, J
from mstation.space import Array
from mstation.stage.collision import Obstacles

_HEAD_M, _TORSO_M = 0.16, 0.22  # half widths that hide what is behind
_OVERHEAD_M = 0.25  # a camera this far above a crown is clear of the body

_UPRIGHT_JOINTS = [J["Head"], J["Hips"]]
_LIMB_JOINTS = [J[side + name] for side in ("Left", "Right")
                for name in ("Shoulder", "Elbow", "Wrist", "Knee", "Ankle")]  # fmt: skip
_REACH_M = 1.8  # from a head: nobody's limbs are further off
_LIMB_M = 0.12  # limbs may be this much nearer than a body

Flags = NDArray[np.bool_]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What cameras must keep clear of: the set and whoever is on it."""

    obstacles: Obstacles
    figures: Figures

    def has_room(self, position: Array, frames: Index) -> Flags:
        """Return whether cameras (n, 3) are clear of walls, pieces and bodies at frames (n,)."""
        rules = grammar().tolerance
        free = self.obstacles.points_free(position, rules.wall_m)
        return np.asarray(free & (self.nearest_body(position, frames) >= rules.body_m))

    def nearest_body(self, position: Array, frames: Index) -> Array:
        """Return metres to the nearest body: on the floor to heads and hips, in space to limbs.

        Who is wholly below the camera, or out of all reach, is infinitely far.
        """
        figures = self.figures
        nearest = np.full(len(position), np.inf)
        for person in range(len(figures.ids)):
            head = figures.tops[person, frames]
            away = np.hypot(head[:, 0] - position[:, 0], head[:, 2] - position[:, 2])
            close = np.flatnonzero((away < _REACH_M) & figures.present[person, frames])
            if not len(close):
                continue
            place, when = position[close], frames[close]
            floor = figures.joints[person, when[:, None], _UPRIGHT_JOINTS] - place[:, None]
            gap = np.hypot(floor[..., 0], floor[..., 2]).min(axis=1)
            below = place[:, 1] > head[close, 1] + _OVERHEAD_M
            limbs = figures.joints[person, when[:, None], _LIMB_JOINTS] - place[:, None]
            reach = np.sqrt(np.einsum("nmk,nmk->nm", limbs, limbs).min(axis=1)) + _LIMB_M
            gap = np.minimum(np.where(below, np.inf, gap), reach)
            nearest[close] = np.minimum(nearest[close], gap)
        return nearest

    def sees(self, position: Array, points: Array, frames: Index, spare: Flags) -> Flags:
        """Return whether cameras (n, 3) see points (n, 3).

        Args:
            position: of the cameras.
            points: what is to be seen.
            frames: when, (n,).
            spare: (n, people) bool, bodies that do not count: the one looked at, a foreground.
        """
        clear = self.obstacles.sees_many(position, points)
        hidden = self._body_hides(position, points, frames, spare)
        return np.asarray(clear & ~hidden)

    def _body_hides(self, position: Array, points: Array, frames: Index, spare: Flags) -> Flags:
        hides = np.zeros(len(position), bool)
        ray = points - position
        squared = np.maximum(ray[:, 0] ** 2 + ray[:, 2] ** 2, 1e-9)
        for person in range(len(self.figures.ids)):
            joints = self.figures.joints[person, frames]
            there = self.figures.present[person, frames] & ~spare[:, person]
            for joint, radius in (("Head", _HEAD_M), ("Hips", _TORSO_M)):
                offset = joints[:, J[joint]] - position
                share = (offset[:, 0] * ray[:, 0] + offset[:, 2] * ray[:, 2]) / squared
                near = position + ray * share[:, None]
                miss = np.hypot(near[:, 0] - joints[:, J[joint], 0],
                                near[:, 2] - joints[:, J[joint], 2])  # fmt: skip
                low = near[:, 1] < joints[:, J["HeadTop"], 1] + 0.03
                hides |= there & (miss < radius) & (share > 0.02) & (share < 0.98) & low
        return hides
