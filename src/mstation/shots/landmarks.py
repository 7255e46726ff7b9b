"""Joint curves in, figures out: where heads, eyes and the heights that frames cut at are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.grammar import SIZES, grammar
from mstation.space import Array
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
_LEAST_LOOK = 0.05  # the level part of a look that still has a direction

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Everybody of a scene as points; each array has rows (people, frames).

    statures  # (people,)
    present   # bool
    joints    # (…, 22, 3) metres
    facing    # (…, 3) unit, level: where the face looks; nought where it looks straight down
    heads     # (…, 3) where the head joint is
    eyes      # (…, 3) the middle between the eyes
    tops      # (…, 3) the crown
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
    heads: Array
    eyes: Array
    tops: Array
    paths: Array
    cuts: Array
    seated: Flags
    lying: Flags

    def index(self, character_id: str) -> int:
        """Return the row of a person, or −1 for one who is never seen."""
        return self.ids.index(character_id) if character_id in self.ids else -1


def figures_of(performance: Performance, motions: tuple[Motion, ...]) -> Figures:
    """Return everybody who moves in the scene, in the order of the performance's bodies."""
    known = {motion.character_id: motion for motion in motions}
    bodies = [body for body in performance.bodies if body.character_id in known]
    frames = performance.frames
    joints = np.zeros((len(bodies), frames, len(JOINTS), 3))
    facing = np.zeros((len(bodies), frames, 3))
    present = np.zeros((len(bodies), frames), bool)
    for row, body in enumerate(bodies):
        motion = known[body.character_id]
        world = motion.world_from_joints()
        joints[row, : len(world)] = world[:, :, :3, 3]
        look = -world[:, J["Head"], :3, 2]
        look[:, 1] = 0.0
        length = np.linalg.norm(look, axis=1, keepdims=True)
        facing[row, : len(world)] = np.where(
            length > _LEAST_LOOK, look / np.maximum(length, _LEAST_LOOK), 0.0
        )
        present[row, : len(world)] = motion.present
    statures = np.array([body.stature_m for body in bodies])
    return _figures(tuple(body.character_id for body in bodies), statures, present, joints, facing)


def _figures(
    ids: tuple[str, ...], statures: Array, present: Flags, joints: Array, facing: Array
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
        heads=joints[:, :, J["Head"]],
        eyes=eyes,
        tops=joints[:, :, J["HeadTop"]],
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
