"""A form and a skeleton in, the form on the skeleton out.

The skeleton's joints are the truth: the shot designer frames by them. The trunk and the head
are stretched level by level; each limb keeps the slant of the base mesh, so that shoulders
and hips bend as little as can be, and is stretched along its bones to the joints' distances.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mstation.previs.people.data import MIRROR, Stock
from mstation.previs.people.shape import Form
from mstation.stage.performance import JOINTS, PARENTS, Body

Floats = NDArray[np.float64]

J = {name: index for index, name in enumerate(JOINTS)}
_CHIN_SHARE = 0.508  # of the head's height, from the chin to the eyes
_LIMBS = ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")
# Shoulders fall towards the arms: inwards and down, as shares of the stature.
_FALL = 0.028
_SLOPE = {"Shoulder": (-0.008, -_FALL), "Elbow": (-0.004, 0.0)}
# The base mesh holds its arms out. Where they hang its deltoids would stand out like pads.
_PADS, _PADS_M = 0.14, 0.12  # how much of them is taken off, how far around the joint
# How much of the base mesh's stance a leg keeps beside its joint: flesh is wider than joints.
_OUTSET = {"Hip": 0.75, "Knee": 0.35, "Ankle": 0.0}


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A form on its skeleton.

    Attributes:
        points: (n, 3) metres, the floor at Y = 0.
        shapes: (shapes, n, 3).
        frames: (22, 4, 4) where each joint stands as the form is bound; unturned joints
            bring the limbs from there to hang straight down.
        head: metres from chin to crown.
        eyes: (3,) the middles of the left and the right eyeball.
    """

    points: Floats
    shapes: Floats
    frames: Floats
    head: float
    eyes: tuple[Floats, Floats]


def fitted(form: Form, stock: Stock, body: Body, offsets: NDArray[np.float32]) -> Fitted:
    """Return the form as it stands on joints with these rest offsets (22, 3)."""
    rest = _rest(offsets)
    levels = _levels(form, stock, rest, body)
    frames = _frames(form, rest)
    limbs = {
        side + limb: _limb_map(form, frames, side, limb, levels, rest)
        for side in ("Left", "Right")
        for limb in _LIMBS
    }
    held = stock.weights
    points = _mapped(_unpadded(form), held, levels, limbs)
    shapes = np.zeros_like(form.shapes)
    for index, move in enumerate(form.shapes):
        there = np.flatnonzero(np.abs(move).max(axis=1) > 1e-5)
        from_there, to_there = (
            _mapped(form.points[there] + share * move[there], held[there], levels, limbs)
            for share in (0.0, 1.0)
        )
        shapes[index, there] = to_there - from_there
    head = levels.to[-1] - levels.to[2]
    left = levels.at(form.landmarks["LeftEye"][None])[0]
    return Fitted(points, shapes, frames, float(head), (left, left * MIRROR))


def _unpadded(form: Form) -> Floats:
    """Return the form's points (n, 3) with the caps of its shoulders nearer to the joints."""
    points = form.points.copy()
    for flip in (np.ones(3), MIRROR):
        shoulder, elbow = (form.landmarks[name] * flip for name in ("LeftShoulder", "LeftElbow"))
        along = (elbow - shoulder) / np.linalg.norm(elbow - shoulder)
        away = form.points - shoulder
        down = away @ along
        radial = away - down[:, None] * along
        near = np.clip(1 - (down / _PADS_M) ** 2, 0, 1) * np.clip(
            2 - np.linalg.norm(radial, axis=1) / 0.06, 0, 1
        )
        points -= _PADS * near[:, None] * radial
    return points


def _rest(offsets: NDArray[np.float32]) -> Floats:
    rest = np.zeros((len(JOINTS), 3))
    for joint, parent in enumerate(PARENTS):
        rest[joint] = offsets[joint] + (rest[parent] if parent >= 0 else 0.0)
    return rest


@dataclass(frozen=True, slots=True, eq=False)
class _Levels:
    """Heights of the form (hips, shoulders, chin, eyes, crown) and what happens there."""

    of: Floats
    to: Floats
    width: Floats
    depth: Floats
    ahead: Floats

    def at(self, points: Floats) -> Floats:
        """Return where points of trunk and head go."""
        x, y, z = points.T
        return np.column_stack([
            x * np.interp(y, self.of, self.width),
            self._height(y),
            z * np.interp(y, self.of, self.depth) + np.interp(y, self.of, self.ahead),
        ])  # fmt: skip

    def _height(self, y: Floats) -> Floats:
        slopes = np.diff(self.to) / np.diff(self.of)
        below = self.to[0] + (y - self.of[0]) * slopes[0]
        above = self.to[-1] + (y - self.of[-1]) * slopes[-1]
        inside = np.interp(y, self.of, self.to)
        return np.where(y < self.of[0], below, np.where(y > self.of[-1], above, inside))


def _levels(form: Form, stock: Stock, rest: Floats, body: Body) -> _Levels:
    marks = form.landmarks
    head = np.unique(stock.triangles[stock.parts["head"]])
    home = stock.points[head]
    chin = head[(np.abs(home[:, 0]) < 1e-4) & (home[:, 2] < -0.1) & (home[:, 1] < 0.65)]
    chin_y = form.points[chin, 1].min()
    of = np.array([
        marks["LeftHip"][1], marks["LeftShoulder"][1], chin_y, marks["LeftEye"][1],
        form.points[head, 1].max(),
    ])  # fmt: skip
    top, eyes = rest[J["HeadTop"], 1], rest[J["LeftEye"], 1]
    height = (top - eyes) / (1 - _CHIN_SHARE)
    to = np.array(
        [rest[J["Hips"], 1], rest[J["LeftShoulder"], 1] - _FALL * top, top - height, eyes, top]
    )
    below = (to[1] - to[0]) / (of[1] - of[0])
    face = height / (of[4] - of[2])
    ratio = abs(rest[J["LeftShoulder"], 0] / marks["LeftShoulder"][0]) / below
    girth = 0.72 + 0.28 * body.build
    shoulders = float(np.clip(ratio, 0.9, 1.12))
    hips = {"male": 0.9, "female": 0.95, "unknown": 0.93}[body.sex]
    width = np.array([hips * below * girth, below * shoulders, face, face, face])
    depth = np.array([below * girth, below * girth, face, face, face])
    eye_z = rest[J["LeftEye"], 2] - face * marks["LeftEye"][2]
    ahead = np.array([
        -depth[0] * marks["LeftHip"][2], -depth[1] * marks["LeftShoulder"][2], eye_z, eye_z, eye_z
    ])  # fmt: skip
    return _Levels(of, to, width, depth, ahead)


def _frames(form: Form, rest: Floats) -> Floats:
    """Return (22, 4, 4): the joints as the form is bound."""
    frames = np.tile(np.eye(4), (len(JOINTS), 1, 1))
    frames[:, :3, 3] = rest
    turns = _turns(form.landmarks)
    for side, flip in (("Left", np.ones(3)), ("Right", MIRROR)):
        mirror = np.diag(flip)
        for limb in _LIMBS:
            frames[J[side + limb], :3, :3] = mirror @ turns[limb] @ mirror
        for chain in (("Shoulder", "Elbow", "Wrist"), ("Hip", "Knee", "Ankle", "Toe")):
            for upper, lower in pairwise(chain):
                one, other = J[side + upper], J[side + lower]
                frames[other, :3, 3] = frames[one, :3, 3] + frames[one, :3, :3] @ (
                    rest[other] - rest[one]
                )
    return frames


def _turns(marks: dict[str, Floats]) -> dict[str, Floats]:
    """Return how each left limb of the base pose is turned from hanging straight down."""
    arm = marks["LeftElbow"] - marks["LeftShoulder"]
    forearm = marks["LeftWrist"] - marks["LeftElbow"]
    hand = (marks["LeftMiddle"] + marks["LeftIndex"] + marks["LeftPinky"]) / 3 - marks["LeftWrist"]
    thumbwards = marks["LeftIndex"] - marks["LeftPinky"]
    ahead = np.array([0.0, 0.0, -1.0])
    upper = _hanging(arm, forearm)
    wrist = _hanging(hand, thumbwards)
    # The forearm takes half of the hand's twist, so that the wrist does not wring.
    between = -(upper[:, 2] + wrist[:, 2])
    return {
        "Shoulder": upper,
        "Elbow": _hanging(forearm, between),
        "Wrist": wrist,
        "Hip": _hanging(marks["LeftKnee"] - marks["LeftHip"], ahead),
        "Knee": _hanging(marks["LeftAnkle"] - marks["LeftKnee"], ahead),
        "Ankle": np.eye(3),
    }


def _hanging(down: Floats, ahead: Floats) -> Floats:
    """Return axes whose −Y points along `down` and whose −Z is nearest to `ahead`."""
    y = -down / np.linalg.norm(down)
    z = -(ahead - (ahead @ y) * y)
    z /= np.linalg.norm(z)
    return np.column_stack([np.cross(y, z), y, z])


def _limb_map(
    form: Form, frames: Floats, side: str, limb: str, levels: _Levels, rest: Floats
) -> Floats:
    """Return (3, 4): where the points of a limb go."""
    flip = np.ones(3) if side == "Left" else MIRROR
    start = form.landmarks[f"Left{limb}"] * flip
    frame = frames[J[side + limb]]
    below = {"Shoulder": "Elbow", "Elbow": "Wrist", "Hip": "Knee", "Knee": "Ankle"}.get(limb)
    wide = levels.depth[0] if limb in ("Hip", "Knee") else 0.88 * levels.depth[1]
    if limb in ("Wrist", "Ankle"):
        wide = float((levels.to[1] - levels.to[0]) / (levels.of[1] - levels.of[0]))
    if below is not None:
        was = np.linalg.norm(form.landmarks[f"Left{below}"] - form.landmarks[f"Left{limb}"])
        now = np.linalg.norm(rest[J[side + below]] - rest[J[side + limb]])
        along = float(now / was)
    elif limb == "Ankle":
        along = float(frame[1, 3] / (start[1] - form.points[:, 1].min()))
    else:
        along = wide
    linear = frame[:3, :3] @ np.diag([wide, along, wide]) @ frame[:3, :3].T
    at = frame[:3, 3].copy()
    if limb in _OUTSET:
        at[0] += _OUTSET[limb] * (wide * start[0] - at[0])
    if limb in _SLOPE:
        inwards, down = _SLOPE[limb]
        at += np.array([-inwards if side == "Left" else inwards, down, 0.0]) * rest[J["HeadTop"], 1]
    return np.column_stack([linear, at - linear @ start])


def _mapped(points: Floats, weights: Floats, levels: _Levels, limbs: dict[str, Floats]) -> Floats:
    columns = [J[name] for name in limbs]
    rest = 1 - weights[:, columns].sum(axis=1)
    out = rest[:, None] * levels.at(points)
    for name, matrix in limbs.items():
        out += weights[:, J[name], None] * (points @ matrix[:, :3].T + matrix[:, 3])
    return np.asarray(out)
