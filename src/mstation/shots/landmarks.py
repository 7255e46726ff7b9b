"""Joint curves in, figures out: where heads, eyes and the heights that frames cut at are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.grammar import SIZES, grammar
from mstation.space import Array
from mstation.stage.collision import Obstacles
from mstation.stage.performance import JOINTS, Motion, Performance

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
_PALM = np.array([0.0, -0.085, -0.025, 1.0])  # from the wrist, in its frame
_LEAST_LOOK = 0.05  # the level part of a look that still has a direction

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Everybody of a scene as points; each array has rows (people, frames).

    statures  # (people,)
    present   # bool
    joints    # (…, 22, 3) metres
    facing    # (…, 3) unit, level: where the face looks; nought where it looks straight down
    fronts    # (…, 3) unit, level: where the hips point
    heads     # (…, 3) where the head joint is
    eyes      # (…, 3) the middle between the eyes
    tops      # (…, 3) the crown
    palms     # (…, 3) in the right hand, where things are held
    paths     # (…, 3) the hips' way over the floor, smoothed, height nought
    cuts      # (…, sizes, 3) what the lower edge of each size cuts at
    seated    # bool: legs folded, so that a frame cannot cut along them
    lying     # bool: the back nearer to level than to upright
    """

    ids: tuple[str, ...]
    statures: Array
    present: Flags
    joints: Array
    facing: Array
    fronts: Array
    heads: Array
    eyes: Array
    tops: Array
    palms: Array
    paths: Array
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
    fronts = np.zeros((len(bodies), frames, 3))
    for row, body in enumerate(bodies):
        motion = known[body.character_id]
        world = motion.world_from_joints()
        joints[row, : len(world)] = world[:, :, :3, 3]
        palms[row, : len(world)] = world[:, J["RightWrist"], :3] @ _PALM
        facing[row, : len(world)] = _levelled(-world[:, J["Head"], :3, 2])
        fronts[row, : len(world)] = _levelled(-world[:, J["Hips"], :3, 2])
        floor = world[:, J["Hips"], :3, 3][:, [0, 2]]
        present[row, : len(world)] = motion.present & _is_within(floor, obstacles.room)
    statures = np.array([body.stature_m for body in bodies])
    ids = tuple(body.character_id for body in bodies)
    return _figures(ids, statures, present, joints, facing, fronts, palms)


def _levelled(ways: Array) -> Array:
    """Return directions (n, 3) laid level, nought where they are nearly upright."""
    flat = ways * np.array([1.0, 0.0, 1.0])
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(np.where(length > _LEAST_LOOK, flat / np.maximum(length, _LEAST_LOOK), 0.0))


def _figures(
    ids: tuple[str, ...],
    statures: Array,
    present: Flags,
    joints: Array,
    facing: Array,
    fronts: Array,
    palms: Array,
) -> Figures:
    eyes = joints[:, :, [J["LeftEye"], J["RightEye"]]].mean(axis=2)
    back = joints[:, :, J["Neck"]] - joints[:, :, J["Hips"]]
    lying = back[..., 1] < _LYING_RISE * np.linalg.norm(back, axis=-1)
    ankles = joints[:, :, [J["LeftAnkle"], J["RightAnkle"]], 1].min(axis=2)
    seated = joints[:, :, J["Hips"], 1] - ankles < _SEATED_BELOW * statures[:, None]
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
        fronts=fronts,
        heads=joints[:, :, J["Head"]],
        eyes=eyes,
        tops=joints[:, :, J["HeadTop"]],
        palms=palms,
        paths=_smoothed(joints[:, :, J["Hips"]], present),
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
        point = eyes.copy()
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
    """Return ways over the floor, averaged over about half a second while someone is there."""
    paths = np.zeros_like(hips)
    reach = min(_SMOOTH_FRAMES, hips.shape[1])
    for person in range(len(hips)):
        there = present[person].astype(float)
        weight = np.convolve(there, np.ones(reach), mode="same")
        for axis in (0, 2):
            total = np.convolve(hips[person, :, axis] * there, np.ones(reach), mode="same")
            paths[person, :, axis] = np.where(weight > 0, total / np.maximum(weight, 1.0), 0.0)
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
