"""Cameras in, what their pictures of single people break out: cut, joints, headroom, lead room.

Everything is asked of cameras as they stand, at any frame, so that a camera which serves again
is looked at again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.shots.framing import Cameras
from mstation.shots.grammar import SIZES, STEP, grammar
from mstation.shots.landmarks import Figures, J
from mstation.shots.shot import Size
from mstation.space import Array, Sensor

_MATCH = 0.85  # of each tolerance is used, so that a small sway keeps within it
_SPARE = 1.25  # of a joint's width is kept free, for the same reason
_CROPPED = STEP[Size.ECU]  # no headroom to keep: the forehead is cut
_AWAY_DEG = 105.0  # a face further round has no side to leave room on
_LYING_CUT = STEP[Size.FS]

# Joints that a lower edge must not cut at. An arm's count only while it hangs: a hand that
# moves through the edge is seen to move.
_BODY_JOINTS = ("Neck", "Spine", "LeftKnee", "RightKnee", "LeftAnkle", "RightAnkle")
_ARMS = (("Left", "LeftShoulder"), ("Right", "RightShoulder"))
_HANGS = np.cos(np.radians(24.0))

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


def misframed(
    cameras: Cameras, people: Index, frames: Index, steps: Index, figures: Figures,
    sensor: Sensor, *, slack: float = 1.0,
) -> Flags:  # fmt: skip
    """Return where a lower edge is off its landmark or at a joint, or the crown is off.

    `slack` is how many times further off than a first frame a later one may be.
    """
    rules = grammar().tolerance
    headroom = _headrooms()[steps]
    top, low = figures.tops[people, frames], figures.cuts[people, frames, steps]
    eyes = figures.eyes[people, frames]
    picture = cameras.project(np.stack([top, low, eyes], axis=1), sensor)
    crown_y, low_y, eyes_y = picture[..., 1].T
    high = picture[:, 1, 2] * sensor.height_mm / cameras.lens_mm / figures.statures[people]
    wrong = np.abs(low_y - 1.0) * high > rules.cut * _MATCH * slack
    room = np.abs(crown_y - headroom) > rules.headroom * _MATCH * slack
    wrong |= room & (steps != _CROPPED) & (steps > STEP[Size.WS])
    blind = np.abs(eyes_y - grammar().sizes[Size.ECU].eye_line) > rules.eye_line * _MATCH * slack
    wrong |= blind & (steps == _CROPPED)
    wrong = np.where(figures.lying[people, frames] | (steps < _LYING_CUT), False, wrong)
    return np.asarray(wrong | cuts_joint(cameras, people, frames, figures, sensor))


def cuts_joint(
    cameras: Cameras, people: Index, frames: Index, figures: Figures, sensor: Sensor
) -> Flags:
    """Return where the lower edge of the picture cuts somebody at a joint."""
    joints = figures.joints[people, frames]
    statures = figures.statures[people]
    legs = ~figures.seated[people, frames]
    upright = ~figures.lying[people, frames]
    cut = np.zeros(len(people), bool)
    margin = grammar().tolerance.joint * _SPARE * statures
    names = [*_BODY_JOINTS, "LeftElbow", "RightElbow", "LeftWrist", "RightWrist"]
    picture = cameras.project(joints[:, [J[name] for name in names]], sensor)
    metres = picture[..., 2] * sensor.height_mm / cameras.lens_mm[:, None]  # the frame's height
    near = np.abs(picture[..., 1] - 1.0) * metres < margin[:, None]
    near &= (picture[..., 0] > 0) & (picture[..., 0] < 1) & (picture[..., 2] > 0.1)
    for place, name in enumerate(_BODY_JOINTS):
        counts = legs & upright if name.endswith(("Knee", "Ankle")) else upright
        cut |= near[:, place] & counts
    for side, (name, shoulder) in enumerate(_ARMS):
        arm = joints[:, J[f"{name}Wrist"]] - joints[:, J[shoulder]]
        hangs = -arm[:, 1] > _HANGS * np.maximum(np.linalg.norm(arm, axis=1), 1e-6)
        for place in (len(_BODY_JOINTS) + side, len(_BODY_JOINTS) + 2 + side):
            cut |= near[:, place] & hangs & upright
    return cut


def lacks_lead_room(
    cameras: Cameras, people: Index, frames: Index, figures: Figures, sensor: Sensor
) -> Flags:
    """Return where a face that looks past the lens has too little room before it."""
    rules = grammar().lead
    across, along = gaze(cameras, people, frames, figures)
    off = np.degrees(np.arctan2(np.abs(across), along))
    x = cameras.project(figures.skulls[people, frames][:, None], sensor)[:, 0, 0]
    ahead = np.where(across > 0, 1.0 - x, x)
    behind = np.maximum(1.0 - ahead, 1e-6)
    counts = (off > rules["centred_deg"]) & (off < _AWAY_DEG)
    return np.asarray(counts & (ahead / behind < rules["least"]))


def gaze(cameras: Cameras, people: Index, frames: Index, figures: Figures) -> tuple[Array, Array]:
    """Return how far each face looks to the picture's right, and how far towards the camera.

    Both are parts of a level unit vector; nought and nought for who looks straight down.
    """
    back = (cameras.position - figures.skulls[people, frames])[:, [0, 2]]
    back /= np.maximum(np.linalg.norm(back, axis=1, keepdims=True), 1e-9)
    face = figures.gazes[people, frames][:, [0, 2]]
    across = face[:, 0] * back[:, 1] - face[:, 1] * back[:, 0]
    return np.asarray(across), np.asarray(np.einsum("nk,nk->n", face, back))


def gaze_deg(cameras: Cameras, people: Index, frames: Index, figures: Figures) -> Array:
    """Return (n,): degrees between each face's level look and the lens; right is positive."""
    across, along = gaze(cameras, people, frames, figures)
    return np.degrees(np.arctan2(across, along))


def side_signs(a: Array, b: Array, camera: Array) -> Index:
    """Return (n,): −1 or +1, on which side of the ways from a to b cameras are; 0 near the line."""
    line, sight = b - a, camera - (a + b) / 2
    cross = line[:, 2] * sight[:, 0] - line[:, 0] * sight[:, 2]
    along = line[:, 0] * sight[:, 0] + line[:, 2] * sight[:, 2]
    off = np.arctan2(np.abs(cross), np.abs(along))
    band = np.radians(grammar().tolerance.neutral_deg)
    return np.where(off < band, 0, np.sign(cross)).astype(np.intp)


def _headrooms() -> Array:
    return np.array([grammar().sizes[size].headroom for size in SIZES])
