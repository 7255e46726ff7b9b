"""A person in, a figure out: heights on the body, head and face, posture, over whole scenes.

Everything is an array over the frames of the scene, or of a shot, so that a film of thousands
of frames is measured at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mstation.check.film import Flags, Index, Person, Shot
from mstation.check.geometry import HEIGHTS, is_lying, ladder_of
from mstation.space import Array
from mstation.timebase import FrameRate

_SEATED_BELOW = 0.42  # hips this near the ankles, in statures: seated, kneeling or crouched
_SKULL = 0.565  # a head is a ball: its radius, of the way from the skull's base to the crown
_AT_REST_M_S = 0.35  # hips slower than this do not walk
_STEADY_M_S = 0.30  # a head that rises or sinks faster sits down or gets up
_SPEED_S = 0.5  # speeds are means over this long


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """One person over the frames of a scene.

    rungs     # (frames, 9, 3): the sole, then the body's heights upwards
    eyes      # (frames, 3): the middle between them
    head      # (frames, 3): the middle of the skull
    skull_m   # (frames,): its radius, chin to crown being twice that
    up        # (frames, 3) unit: along the back, from the hips to the neck
    seated    # bool: the legs fold forward, so that no frame cuts along them
    lying     # bool: the back is nearer to level than to upright
    speed     # (frames, 3) m/s: of the hips, over half a second
    settled   # bool: neither walks nor sits down nor gets up
    """

    person: Person
    rungs: Array
    eyes: Array
    head: Array
    skull_m: Array
    up: Array
    seated: Flags
    lying: Flags
    speed: Array
    settled: Flags

    @property
    def stature_m(self) -> float:
        """How tall the person is."""
        return self.person.stature_m

    @property
    def crown(self) -> Array:
        """The highest point of the skull in the world, (frames, 3); bowed heads too."""
        return np.asarray(self.head + self.skull_m[:, None] * np.array([0.0, 1.0, 0.0]))

    def at(self, height: float) -> Array:
        """Return the place at a height of the body, in statures, (frames, 3).

        Down to the soles it follows spine and legs, folded ones too; below, it is under them.
        """
        if height < 0:
            point = self.rungs[:, 0].copy()
            point[:, 1] += height * self.stature_m
            return point
        above = int(np.clip(np.searchsorted(HEIGHTS, height), 1, len(HEIGHTS) - 1))
        share = (height - HEIGHTS[above - 1]) / (HEIGHTS[above] - HEIGHTS[above - 1])
        low, high = self.rungs[:, above - 1], self.rungs[:, above]
        return np.asarray(low + share * (high - low))


def figure_of(person: Person, rate: FrameRate) -> Figure:
    """Return the figure that somebody's joints make."""
    back = person.joint("Neck") - person.joint("Hips")
    length = np.maximum(np.linalg.norm(back, axis=1), 1e-6)
    neck, crown = person.joint("Head"), person.joint("HeadTop")
    tall = np.linalg.norm(crown - neck, axis=1)
    ankles = np.minimum(person.joint("LeftAnkle")[:, 1], person.joint("RightAnkle")[:, 1])
    speed = velocity(person.joint("Hips"), rate)
    rise = velocity(person.joint("Head"), rate)[:, 1]
    walks = np.hypot(speed[:, 0], speed[:, 2]) > _AT_REST_M_S
    return Figure(
        person=person,
        rungs=ladder_of(person, slice(None)),
        eyes=(person.joint("LeftEye") + person.joint("RightEye")) / 2,
        head=crown - _SKULL * (crown - neck),
        skull_m=_SKULL * tall,
        up=back / length[:, None],
        seated=person.joint("Hips")[:, 1] - ankles < _SEATED_BELOW * person.stature_m,
        lying=is_lying(person, slice(None)),
        speed=speed,
        settled=~walks & (np.abs(rise) < _STEADY_M_S),
    )


def velocity(points: Array, rate: FrameRate) -> Array:
    """Return how fast points (frames, 3) go, m/s, as means over half a second around each frame."""
    frames = len(points)
    reach = max(1, round(_SPEED_S * float(rate.fraction) / 2))
    now = np.arange(frames)
    before, after = np.maximum(now - reach, 0), np.minimum(now + reach, frames - 1)
    seconds = np.maximum(after - before, 1) / float(rate.fraction)
    return np.asarray((points[after] - points[before]) / seconds[:, None])


def pictured(shot: Shot, frames: Index, points: Array) -> Array:
    """Return where points (frames, 3) are in the picture at frames (n,) of the shot, (n, 3).

    x and y run 0 to 1 from the left and the top; the third is the depth, metres before the lens.
    """
    matrices = shot.world_from_camera[frames]
    camera = np.einsum("nji,nj->ni", matrices[:, :3, :3], points - matrices[:, :3, 3])
    depth = -camera[:, 2]
    safe = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
    focal = shot.focal_mm[frames]
    x = 0.5 + camera[:, 0] / safe * focal / shot.sensor.width_mm
    y = 0.5 - camera[:, 1] / safe * focal / shot.sensor.height_mm
    return np.column_stack([x, y, depth])


def sampled(shot: Shot, every: int) -> Index:
    """Return every n-th frame of a shot, its last one too."""
    return np.unique(np.r_[np.arange(0, shot.frames, every), shot.frames - 1])
