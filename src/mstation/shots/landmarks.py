"""Joint curves in, figures out: where heads, eyes and the heights that frames cut at are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.grammar import SIZES, grammar
from mstation.space import Array
from mstation.stage.collision import Obstacles
from mstation.stage.performance import JOINTS, PARENTS, Motion, Performance

J = {name: index for index, name in enumerate(JOINTS)}

# Which joints stand at which fraction of stature, along the spine and down the legs.
# Source: classical anthropometry, as in the designer's reference sheet, section 2.
_LADDER: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.045, ("LeftAnkle", "RightAnkle")),
    (0.285, ("LeftKnee", "RightKnee")),
    (0.53, ("Hips",)),
    (0.60, ("Spine",)),
    (0.72, ("Chest",)),
    (0.835, ("Neck",)),
    (0.885, ("Head",)),
    (1.0, ("HeadTop",)),
)
_SEATED_BELOW = 0.42  # hips this near the ankles, in statures: seated
_LYING_RISE = 0.5  # share of the back's length that it rises: less is lying
_EYES = 0.936
_SMOOTH_FRAMES = 13
_GAZE_FRAMES = 24
_AHEAD = np.array([0.0, 0.0, -1.0])
_PALM = np.array([0.0, -0.085, -0.025])  # from the wrist, in its frame
_SKULL = 0.565  # a head is a ball: its radius, of the way from the skull's base to the crown
_LEVEL = np.array([1.0, 0.0, 1.0])
_LEAST_LOOK = 0.05  # the level part of a look that still has a direction

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Everybody of a scene as points; each array has rows (people, frames).

    statures  # (people,)
    present   # bool
    joints    # (…, 22, 3) metres
    facing    # (…, 3) unit, level: where the face looks; nought where it looks straight down
    gazes     # (…, 3) unit, level: where the face looks over the next second, on the whole
    fronts    # (…, 3) unit, level: where the hips point
    heads     # (…, 3) where the head joint is
    looks     # (…, 3) unit: where the face looks, up and down too
    eyes      # (…, 3) the middle between the eyes
    skulls    # (…, 3) the middle of the skull
    tops      # (…, 3) the crown: the highest place of the skull, of a bowed head too
    palms     # (…, 3) in the right hand, where things are held
    paths     # (…, 3) the hips' way over the floor, smoothed, height nought
    crowns    # (…) how high the crown is, smoothed as the ways are
    cuts      # (…, sizes, 3) what the lower edge of each size cuts at
    seated    # bool: legs folded, so that a frame cannot cut along them
    lying     # bool: the back nearer to level than to upright
    """

    ids: tuple[str, ...]
    statures: Array
    present: Flags
    joints: Array
    facing: Array
    gazes: Array
    fronts: Array
    heads: Array
    looks: Array
    eyes: Array
    skulls: Array
    tops: Array
    palms: Array
    paths: Array
    crowns: Array
    cuts: Array
    seated: Flags
    lying: Flags

    def index(self, character_id: str) -> int:
        """Return the row of a person, or −1 for one who is never seen."""
        return self.ids.index(character_id) if character_id in self.ids else -1


def figures_of(
    performance: Performance, motions: tuple[Motion, ...], obstacles: Obstacles
) -> Figures:
    """Return everybody who moves in the scene, in the order of the performance's bodies.

    Who is still behind a door of the set is not yet there.
    """
    known = {motion.character_id: motion for motion in motions}
    bodies = [body for body in performance.bodies if body.character_id in known]
    frames = performance.frames
    joints = np.zeros((len(bodies), frames, len(JOINTS), 3))
    facing = np.zeros((len(bodies), frames, 3))
    present = np.zeros((len(bodies), frames), bool)
    palms = np.zeros((len(bodies), frames, 3))
    looks = np.zeros((len(bodies), frames, 3))
    fronts = np.zeros((len(bodies), frames, 3))
    for row, body in enumerate(bodies):
        motion = known[body.character_id]
        points, turns = posed(motion)
        count = len(points)
        joints[row, :count] = points
        palms[row, :count] = points[:, J["RightWrist"]] + rotated(turns[:, J["RightWrist"]], _PALM)
        looks[row, :count] = rotated(turns[:, J["Head"]], _AHEAD)
        facing[row] = _levelled(looks[row])
        fronts[row, :count] = _levelled(rotated(turns[:, J["Hips"]], _AHEAD))
        floor = points[:, J["Hips"], [0, 2]]
        present[row, :count] = motion.present & _is_within(floor, obstacles.room)
    statures = np.array([body.stature_m for body in bodies])
    ids = tuple(body.character_id for body in bodies)
    return _figures(ids, statures, present, joints, (facing, looks), fronts, palms)


def posed(motion: Motion) -> tuple[Array, Array]:
    """Return where joints are, (frames, 22, 3), and how they are turned, (frames, 22, 4), w first.

    Both in the world.
    """
    own = motion.rotations.astype(np.float64)
    turns, points = np.empty_like(own), np.empty((*own.shape[:2], 3))
    turns[:, 0], points[:, 0] = own[:, 0], motion.positions
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            above = turns[:, parent]
            turns[:, joint] = _times(above, own[:, joint])
            points[:, joint] = points[:, parent] + rotated(above, motion.offsets[joint])
    return points, turns


def rotated(turns: Array, vector: Array) -> Array:
    """Return a vector (3,) as turned by unit quaternions (n, 4), w first."""
    w, axis = turns[:, :1], turns[:, 1:]
    x, y, z = (float(value) for value in vector)
    across = np.column_stack([
        axis[:, 1] * z - axis[:, 2] * y,
        axis[:, 2] * x - axis[:, 0] * z,
        axis[:, 0] * y - axis[:, 1] * x,
    ])  # fmt: skip
    further = np.column_stack([
        axis[:, 1] * across[:, 2] - axis[:, 2] * across[:, 1],
        axis[:, 2] * across[:, 0] - axis[:, 0] * across[:, 2],
        axis[:, 0] * across[:, 1] - axis[:, 1] * across[:, 0],
    ])  # fmt: skip
    return np.asarray(np.array([x, y, z]) + 2.0 * (w * across + further))


def _times(one: Array, other: Array) -> Array:
    """Return products of quaternions (n, 4): first the other turn, then the one."""
    aw, ax, ay, az = one.T
    bw, bx, by, bz = other.T
    return np.column_stack([
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    ])  # fmt: skip


def _ahead_mean(values: Array) -> Array:
    """Return values (people, frames, 3) averaged over the frames of the next second."""
    frames = values.shape[1]
    total = np.concatenate([np.zeros_like(values[:, :1]), np.cumsum(values, axis=1)], axis=1)
    until = np.minimum(np.arange(frames) + _GAZE_FRAMES, frames)
    span = (until - np.arange(frames))[None, :, None]
    return np.asarray((total[:, until] - total[:, :frames]) / span)


def _levelled(ways: Array) -> Array:
    """Return directions (…, 3) laid level, nought where they are nearly upright."""
    flat = ways * np.array([1.0, 0.0, 1.0])
    length = np.linalg.norm(flat, axis=-1, keepdims=True)
    return np.asarray(np.where(length > _LEAST_LOOK, flat / np.maximum(length, _LEAST_LOOK), 0.0))


def _figures(
    ids: tuple[str, ...],
    statures: Array,
    present: Flags,
    joints: Array,
    looking: tuple[Array, Array],
    fronts: Array,
    palms: Array,
) -> Figures:
    facing, looks = looking
    eyes = joints[:, :, [J["LeftEye"], J["RightEye"]]].mean(axis=2)
    back = joints[:, :, J["Neck"]] - joints[:, :, J["Hips"]]
    lying = back[..., 1] < _LYING_RISE * np.linalg.norm(back, axis=-1)
    ankles = joints[:, :, [J["LeftAnkle"], J["RightAnkle"]], 1].min(axis=2)
    seated = joints[:, :, J["Hips"], 1] - ankles < _SEATED_BELOW * statures[:, None]
    head, crown = joints[:, :, J["Head"]], joints[:, :, J["HeadTop"]]
    skulls = crown - _SKULL * (crown - head)
    tops = skulls.copy()
    tops[..., 1] += _SKULL * np.linalg.norm(crown - head, axis=-1)
    cuts = np.stack(
        [landmark(joints, eyes, lying, statures, grammar().sizes[size].cut) for size in SIZES],
        axis=2,
    )
    return Figures(
        ids=ids,
        statures=statures,
        present=present,
        joints=joints,
        facing=facing,
        gazes=_levelled(_ahead_mean(looks)),
        fronts=fronts,
        heads=head,
        looks=looks,
        eyes=eyes,
        skulls=skulls,
        tops=tops,
        palms=palms,
        paths=_smoothed(joints[:, :, J["Hips"]], present) * _LEVEL,
        crowns=_smoothed(tops, present)[..., 1],
        cuts=cuts,
        seated=seated,
        lying=lying,
    )


def landmark(joints: Array, eyes: Array, lying: Flags, statures: Array, fraction: float) -> Array:
    """Return where a fraction of stature is on each figure: up the legs, the spine, the head.

    Who lies has no height to cut at: there it is the place that upright shoulders would give.
    """
    stature = statures[:, None]
    if fraction < _LADDER[0][0]:
        toes = joints[:, :, [J["LeftToe"], J["RightToe"]], 1].min(axis=2)
        ankles = joints[:, :, [J["LeftAnkle"], J["RightAnkle"]], 1].min(axis=2)
        point = joints[:, :, [J["LeftAnkle"], J["RightAnkle"]]].mean(axis=2)
        point[..., 1] = np.minimum(toes, ankles - _LADDER[0][0] * stature) + fraction * stature
    else:
        heights = [height for height, _ in _LADDER]
        above = min(max(int(np.searchsorted(heights, fraction)), 1), len(heights) - 1)
        low, high = (
            joints[:, :, [J[name] for name in _LADDER[rung][1]]].mean(axis=2)
            for rung in (above - 1, above)
        )
        share = (fraction - heights[above - 1]) / (heights[above] - heights[above - 1])
        point = low + share * (high - low)
    hung = eyes.copy()
    hung[..., 1] += (fraction - _EYES) * stature
    return np.asarray(np.where(lying[..., None], hung, point))


def _smoothed(hips: Array, present: Flags) -> Array:
    """Return ways averaged twice over half a second, while someone is there."""
    paths = hips.copy()
    reach = min(_SMOOTH_FRAMES, hips.shape[1])
    for person in range(len(hips)):
        there = present[person].astype(float)
        weight = np.convolve(there, np.ones(reach), mode="same")
        for axis in range(3):
            way = hips[person, :, axis]
            for _ in range(2):
                total = np.convolve(way * there, np.ones(reach), mode="same")
                way = np.where(weight > 0, total / np.maximum(weight, 1.0), 0.0)
            paths[person, :, axis] = way
    return paths


def _is_within(points: Array, corners: Array) -> Flags:
    """Return whether points (n, 2) of the floor are inside the room; outdoors everything is."""
    inside = np.zeros(len(points), bool)
    if not len(corners):
        return ~inside
    for (x0, z0), (x1, z1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        straddles = (z0 > points[:, 1]) != (z1 > points[:, 1])
        rise = z1 - z0 if z1 != z0 else 1.0
        inside ^= straddles & (points[:, 0] < (x1 - x0) * (points[:, 1] - z0) / rise + x0)
    return inside
