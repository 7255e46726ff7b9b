"""A shot and a frame in, what its camera really shows out: heads, sizes, whose shot it is.

Frames count from the shot's own start. Everything is measured from joints and the camera's
matrix; what a shot says of itself is not asked.
"""

from __future__ import annotations

import math

import numpy as np

from mstation import space
from mstation.check.film import Flags, Person, Scene, Shot
from mstation.space import Array

# What each size shows, widest first: the share of a stature that the frame's height holds, and
# the height on the body, in statures, that the lower edge cuts at.
# Source: reference sheet of cinematography, section 2.
SIZES = ("EWS", "WS", "FS", "MLS", "MS", "MCU", "CU", "ECU")
VISIBLE = np.array([5.0, 2.0, 1.12, 0.652, 0.467, 0.323, 0.211, 0.115])
_CUTS = np.array([-0.03, 0.40, 0.57, 0.70, 0.80, 0.855])  # of FS and of all that are closer
_FS = SIZES.index("FS")
_WIDE_STEP = SIZES.index("WS") + 0.5

# Which joints stand at which height of the body, in statures, the legs' as two; the soles are
# found apart.
# Source: classical anthropometry, as in the reference sheet, section 2.
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
HEIGHTS = np.array([0.0, *(height for height, _ in _LADDER)])
FACE_RAD = math.radians(100.0)  # a face turned further from the lens is not seen
_LYING_RISE = 0.5  # of the back's length: who rises less than this lies
_HEAD_HALF = 0.05  # of stature: half of a head's width
_NEAREST_M = 0.1
_AWAY = 0.25  # what a head seen from behind counts against a face
_MIDDLE = 0.35  # of the frame's width: how fast a head counts less off the middle


def project(shot: Shot, frame: int, points: Array) -> Array:
    """Return (n, 3): x and y in the picture, 0 to 1 from the left and top, and the depth."""
    return space.project(
        points, shot.world_from_camera[frame], float(shot.focal_mm[frame]), shot.sensor
    )


def camera_position(shot: Shot, frame: int) -> Array:
    """Return where the camera stands, (3,)."""
    return np.asarray(shot.world_from_camera[frame][:3, 3], float)


def lens_direction(shot: Shot, frame: int) -> Array:
    """Return where the camera looks, (3,) unit."""
    return np.asarray(-shot.world_from_camera[frame][:3, 2], float)


def is_any_in_frame(shot: Shot, frame: int, points: Array) -> bool:
    """Return whether any of some points of the world, (n, 3), is within the frame."""
    x, y, depth = project(shot, frame, points).T
    return bool(((depth > _NEAREST_M) & (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)).any())


def head_of(person: Person, frame: int) -> Array:
    """Return the middle between somebody's eyes, (3,), at a frame of the scene."""
    eyes = person.joint("LeftEye")[frame] + person.joint("RightEye")[frame]
    return np.asarray(eyes / 2, float)


def heads_seen(scene: Scene, shot: Shot, frame: int) -> dict[str, tuple[float, float, float]]:
    """Return x, y and depth of the head of everybody who is present and within the frame."""
    now = shot.first_frame + frame
    names = scene.there(now)
    if not names:
        return {}
    points = project(shot, frame, np.array([head_of(scene.people[name], now) for name in names]))
    return {
        name: (float(x), float(y), float(depth))
        for name, (x, y, depth) in zip(names, points, strict=True)
        if depth > _NEAREST_M and 0 <= x <= 1 and 0 <= y <= 1
    }


def stature_share(scene: Scene, shot: Shot, frame: int, name: str) -> float:
    """Return how many statures of somebody the frame is high where they are: about 0.5 in MS."""
    person = scene.people[name]
    head = head_of(person, shot.first_frame + frame)
    depth = max(float(project(shot, frame, head)[0, 2]), _NEAREST_M)
    visible_m = depth * shot.sensor.height_mm / float(shot.focal_mm[frame])
    return visible_m / person.stature_m


def lower_cut(scene: Scene, shot: Shot, frame: int, name: str) -> float:
    """Return the height on the body, in statures, where the frame's lower edge cuts it.

    Below 0 the soles are in the frame, so that the whole figure stands in it; more than 1 says
    that even the crown is below the edge. Who lies has no such height: NaN.
    """
    person, now = scene.people[name], shot.first_frame + frame
    if is_lying(person, slice(now, now + 1))[0]:
        return math.nan
    seen = project(shot, frame, ladder_of(person, slice(now, now + 1))[0])
    below = np.where(seen[:, 2] > _NEAREST_M, seen[:, 1], np.inf) - 1.0
    outside = np.flatnonzero(below > 0)
    if not len(outside):
        return float(below[0]) * stature_share(scene, shot, frame, name)
    rung = int(outside[-1])
    if rung == len(HEIGHTS) - 1:
        return 1.01
    low, high = HEIGHTS[rung], HEIGHTS[rung + 1]
    if not math.isfinite(below[rung]):
        return float(high)
    return float(low + (high - low) * below[rung] / (below[rung] - below[rung + 1]))


def ladder_of(person: Person, frames: slice) -> Array:
    """Return the points (n, 9, 3) at `HEIGHTS` of a body over some frames of the scene.

    From the soles to the ankles it runs straight down; feet that stand apart count as one.
    """
    rungs = [
        np.mean([person.joint(name)[frames] for name in names], axis=0) for _, names in _LADDER
    ]
    toes = np.minimum(person.joint("LeftToe")[frames, 1], person.joint("RightToe")[frames, 1])
    sole = rungs[0].copy()
    sole[:, 1] = np.minimum(toes, rungs[0][:, 1] - HEIGHTS[1] * person.stature_m)
    return np.stack([sole, *rungs], axis=1)


def is_lying(person: Person, frames: slice) -> Flags:
    """Return whether somebody's back is nearer to level than to upright, (n,)."""
    back = person.joint("Neck")[frames] - person.joint("Hips")[frames]
    return np.asarray(back[:, 1] < _LYING_RISE * np.linalg.norm(back, axis=1))


def step_of_share(share: float) -> float:
    """Return where a visible share of stature lies among the sizes: 0 is EWS, 4 is MS."""
    return float(np.interp(-math.log(share), -np.log(VISIBLE), np.arange(len(SIZES))))


def step_of_size(scene: Scene, shot: Shot, frame: int, name: str) -> float:
    """Return how close the frame is to somebody, 0 (EWS) to 7 (ECU), between the sizes too.

    A body that the lower edge cuts is measured by the place of the cut; one that stands whole
    in the frame, or lies, by how much of the frame it fills.
    """
    by_share = step_of_share(stature_share(scene, shot, frame, name))
    cut = lower_cut(scene, shot, frame, name)
    if not math.isfinite(cut):
        return by_share
    if cut <= _CUTS[0] / 2 or by_share < _FS - 0.5:
        return min(by_share, float(_FS))
    return float(np.interp(cut, _CUTS, np.arange(_FS, len(SIZES))))


def size_of(scene: Scene, shot: Shot, frame: int, name: str) -> str:
    """Return the size, EWS to ECU, in which the camera really has somebody."""
    return SIZES[round(step_of_size(scene, shot, frame, name))]


def prominence(scene: Scene, shot: Shot, frame: int) -> dict[str, float]:
    """Return how much each head within the frame draws the eye: large, central, face to us."""
    now = shot.first_frame + frame
    found = {}
    for name, (x, _, depth) in heads_seen(scene, shot, frame).items():
        person = scene.people[name]
        large = person.stature_m * float(shot.focal_mm[frame]) / (depth * shot.sensor.height_mm)
        central = math.exp(-(((x - 0.5) / _MIDDLE) ** 2))
        turned = max(math.cos(face_turn(person, now, camera_position(shot, frame))), 0.0)
        found[name] = large * central * (_AWAY + (1 - _AWAY) * turned)
    return found


def principal(scene: Scene, shot: Shot, frame: int) -> str:
    """Return whose shot it is: who draws the eye most; empty where no head is in the frame."""
    drawn = prominence(scene, shot, frame)
    return max(drawn, key=lambda name: drawn[name], default="")


def face_turn(person: Person, now: int, target: Array) -> float:
    """Return the angle, in radians, by which a face is turned away from a point of the world."""
    towards = target - head_of(person, now)
    length = float(np.linalg.norm(towards))
    if length < 1e-9:
        return 0.0
    return math.acos(float(np.clip(person.facing[now] @ towards / length, -1.0, 1.0)))


def faces_seen(scene: Scene, shot: Shot, frame: int) -> set[str]:
    """Return whose faces are within the frame, none turned away from the lens."""
    now, camera = shot.first_frame + frame, camera_position(shot, frame)
    return {
        name
        for name in heads_seen(scene, shot, frame)
        if face_turn(scene.people[name], now, camera) < FACE_RAD
    }


def whole_heads(scene: Scene, shot: Shot, frame: int) -> set[str]:
    """Return whose heads stand whole in the frame, seen from whatever side."""
    now, right = shot.first_frame + frame, shot.world_from_camera[frame][:3, 0]
    found = set()
    for name in heads_seen(scene, shot, frame):
        person = scene.people[name]
        head, half = head_of(person, now), _HEAD_HALF * person.stature_m
        ends = [head - half * right, head + half * right]
        points = np.array([person.joint("HeadTop")[now], person.joint("Head")[now], *ends])
        if all(is_any_in_frame(shot, frame, point) for point in points):
            found.add(name)
    return found


def is_wide(scene: Scene, shot: Shot, frame: int) -> bool:
    """Return whether somebody is in the frame, and nobody larger than in a wide shot."""
    seen = heads_seen(scene, shot, frame)
    return bool(seen) and all(step_of_size(scene, shot, frame, name) <= _WIDE_STEP for name in seen)


def azimuth(shot: Shot, frame: int, head: Array) -> float:
    """Return the bearing, in radians, in which the camera stands as seen from a head."""
    away = camera_position(shot, frame) - head
    return math.atan2(away[0], away[2])


def angle_between(one: float, other: float) -> float:
    """Return how far two bearings are apart, 0 to π."""
    return abs(math.remainder(one - other, 2 * math.pi))
