"""A set and its figures in, answers out: may a camera be here, is a face seen from there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.compiled import kernel
from mstation.shots.grammar import grammar
from mstation.shots.landmarks import Figures, J
from mstation.space import Array
from mstation.stage.collision import Obstacles

_HIDING_M = (0.16, 0.22)  # half widths of heads and of trunks that hide what is behind
_NEAR_SHARE = 0.02  # of the way: what is this near to either end hides nothing
_OVER_CROWN_M = 0.03
_OVERHEAD_M = 0.25  # a camera this far above a crown is clear of the body

_UPRIGHT_JOINTS = _HIDING_JOINTS = (J["Head"], J["Hips"])
_CROWN = J["HeadTop"]
_LIMB_JOINTS = tuple(J[side + name] for side in ("Left", "Right")
                     for name in ("Shoulder", "Elbow", "Wrist", "Knee", "Ankle"))  # fmt: skip
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

    def nearest_body(self, position: Array, frames: Index, lookers: Index | None = None) -> Array:
        """Return metres to the nearest body: on the floor to heads and hips, in space to limbs.

        Who is wholly below the camera, or out of all reach, is infinitely far; so are `lookers`,
        (n,), at whose eyes cameras are.
        """
        figures = self.figures
        nearest = np.full(len(position), np.inf)
        spare = np.full(len(position), -1) if lookers is None else lookers
        if len(figures.ids) and len(position):
            _nearest(np.asarray(position, float), np.asarray(frames, np.intp), figures.joints,
                     figures.tops, figures.present, spare, nearest)  # fmt: skip
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
        if len(self.figures.ids) and len(position):
            _hides(np.asarray(position, float), np.asarray(points, float),
                   np.asarray(frames, np.intp), self.figures.joints,
                   self.figures.present, spare, hides)  # fmt: skip
        return hides


@kernel
def _nearest(
    position: Array, frames: Index, joints: Array, tops: Array, present: Flags, spare: Index,
    nearest: Array,
) -> None:  # fmt: skip
    for row in range(len(position)):
        x, y, z = position[row, 0], position[row, 1], position[row, 2]
        frame = frames[row]
        for person in range(len(joints)):
            top = tops[person, frame]
            away = math.hypot(top[0] - x, top[2] - z)
            if not present[person, frame] or away >= _REACH_M or person == spare[row]:
                continue
            body = joints[person, frame]
            gap = np.inf
            if y <= top[1] + _OVERHEAD_M:
                for joint in _UPRIGHT_JOINTS:
                    gap = min(gap, math.hypot(body[joint, 0] - x, body[joint, 2] - z))
            least = np.inf
            for joint in _LIMB_JOINTS:
                dx, dy, dz = body[joint, 0] - x, body[joint, 1] - y, body[joint, 2] - z
                least = min(least, dx * dx + dy * dy + dz * dz)
            nearest[row] = min(nearest[row], gap, math.sqrt(least) + _LIMB_M)


@kernel
def _hides(
    position: Array, points: Array, frames: Index, joints: Array, present: Flags, spare: Flags,
    hides: Flags,
) -> None:  # fmt: skip
    for row in range(len(position)):
        x, y, z = position[row, 0], position[row, 1], position[row, 2]
        rx, ry, rz = points[row, 0] - x, points[row, 1] - y, points[row, 2] - z
        squared = max(rx * rx + rz * rz, 1e-9)
        frame = frames[row]
        for person in range(len(joints)):
            if not present[person, frame] or spare[row, person]:
                continue
            body = joints[person, frame]
            crown = body[_CROWN, 1] + _OVER_CROWN_M
            for part in range(2):
                joint = _HIDING_JOINTS[part]
                share = ((body[joint, 0] - x) * rx + (body[joint, 2] - z) * rz) / squared
                if share <= _NEAR_SHARE or share >= 1.0 - _NEAR_SHARE:
                    continue
                miss = math.hypot(x + rx * share - body[joint, 0], z + rz * share - body[joint, 2])
                if miss < _HIDING_M[part] and y + ry * share < crown:
                    hides[row] = True
