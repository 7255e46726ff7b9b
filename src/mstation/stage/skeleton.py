"""A body in, its rest skeleton out: joint offsets by stature, age, build and sex."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.stage.performance import JOINTS, PARENTS, Body

# Heights of adult landmarks as fractions of stature.
# Source: Drillis and Contini (1966), body segment lengths; the designer's reference sheet,
# section 2, for what the frame cuts at.
_HEIGHTS = {
    "Hips": 0.53,
    "Spine": 0.60,
    "Chest": 0.72,
    "Neck": 0.835,
    "Head": 0.885,
    "LeftShoulder": 0.818,
    "LeftElbow": 0.632,
    "LeftWrist": 0.486,
    "LeftHip": 0.53,
    "LeftKnee": 0.285,
    "LeftAnkle": 0.045,
    "LeftToe": 0.0,
}
_CHIN, _EYES = 0.87, 0.936
# Height of the head (chin to crown) as a fraction of stature, by age in years.
# Source: the artist's canon of heads: four at one year, five at four, six at nine, 7.5 grown.
_HEAD_BY_AGE = ((1.0, 0.24), (4.0, 0.195), (9.0, 0.165), (14.0, 0.142), (18.0, 0.13))

# Half of what is between the middles of the shoulder joints. They lie inside the acromia, whose
# breadth is 400 of 1740 mm (men) and 355 of 1610 mm (women); how far inside is ours, chosen
# by the breadth of the dressed figures.
# Source: Pheasant and Haslegrave, Bodyspace (2006), British adults, shoulder breadth.
_SHOULDER_HALF = {"male": 0.108, "female": 0.093, "unknown": 0.1005}
_HIP_HALF = {"male": 0.050, "female": 0.053, "unknown": 0.051}
_FOOT_AHEAD = 0.112  # from the ankle to the tip of the foot
_EYE_AHEAD, _EYE_HALF = 0.37, 0.15  # of the height of the head


def head_height(body: Body) -> float:
    """Return metres from chin to crown; a child's head is large for the body."""
    ages, heads = zip(*_HEAD_BY_AGE, strict=True)
    return float(np.interp(body.age, ages, heads)) * body.stature_m


def rest_offsets(body: Body) -> NDArray[np.float32]:
    """Return (22, 3): metres from the parent joint to each joint of `JOINTS`, at rest.

    The body stands upright, faces −Z, its left is −X, its arms hang straight down. The
    offset of the Hips is their height above the floor.
    """
    rest = _rest_positions(body)
    offsets = np.empty((len(JOINTS), 3))
    for joint, parent in enumerate(PARENTS):
        offsets[joint] = rest[joint] - (rest[parent] if parent >= 0 else 0.0)
    return offsets.astype(np.float32)


def _rest_positions(body: Body) -> NDArray[np.float64]:
    """Return (22, 3): where each joint is at rest, the floor under the hips at the origin."""
    stature, head = body.stature_m, head_height(body)
    below = (stature - head) / _CHIN  # metres for one adult fraction beneath the chin
    within = head / (1.0 - _CHIN)  # metres for one adult fraction of the head itself
    at = {name: np.array([0.0, share * below, 0.0]) for name, share in _HEIGHTS.items()}
    chin = _CHIN * below
    at["Head"][1] = chin + (_HEIGHTS["Head"] - _CHIN) * within
    at["HeadTop"] = np.array([0.0, stature, 0.0])
    eyes = chin + (_EYES - _CHIN) * within
    at["LeftEye"] = np.array([-_EYE_HALF * head, eyes, -_EYE_AHEAD * head])
    breadth = 0.5 + 0.5 * body.build
    shoulder = _SHOULDER_HALF[body.sex] * below * breadth
    for name in ("LeftShoulder", "LeftElbow", "LeftWrist"):
        at[name][0] = -shoulder
    for name in ("LeftHip", "LeftKnee", "LeftAnkle", "LeftToe"):
        at[name][0] = -_HIP_HALF[body.sex] * below * breadth
    at["LeftToe"][2] = -_FOOT_AHEAD * below
    mirror = np.array([-1.0, 1.0, 1.0])
    for name in JOINTS:
        if name.startswith("Right"):
            at[name] = at[name.replace("Right", "Left")] * mirror
    return np.stack([at[name] for name in JOINTS])
