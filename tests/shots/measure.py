"""Takes in, faults out: an independent witness that reads camera matrices and joints only.

What a shot says of itself (its size, its principal, its line) is compared with what its take
shows; nothing of the designer is imported.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from mstation.shots.shot import Role, Shot, Size, Take
from mstation.space import project
from mstation.stage.performance import JOINTS

# The lower cut, headroom: the reference sheet, section 2.
TABLE = {
    Size.FS: (-0.03, 0.08),
    Size.MLS: (0.40, 0.08),
    Size.MS: (0.57, 0.08),
    Size.MCU: (0.70, 0.07),
    Size.CU: (0.80, 0.05),
}
ORDER = (Size.EWS, Size.WS, Size.FS, Size.MLS, Size.MS, Size.MCU, Size.CU, Size.ECU)
JOINT_HEIGHTS = {"LeftKnee": 0.285, "LeftAnkle": 0.045, "Spine": 0.60, "Neck": 0.835}
SPINE = ((0.53, "Hips"), (0.60, "Spine"), (0.72, "Chest"), (0.835, "Neck"), (0.885, "Head"),
         (1.0, "HeadTop"))  # fmt: skip


def joint(name: str) -> int:
    return JOINTS.index(name)


@dataclass
class Seen:
    """One shot with everybody's joints in it."""

    shot: Shot
    take: Take
    joints: dict[str, np.ndarray]
    faces: dict[str, np.ndarray]

    def head(self, who: str, frame: int) -> np.ndarray:
        return self.joints[who][frame, joint("Head")]

    def skull(self, who: str, frame: int) -> np.ndarray:
        """Return the middle of a head: the joint itself is at its foot, in front when it bows."""
        return self.joints[who][frame, [joint("Head"), joint("HeadTop")]].mean(axis=0)

    @property
    def looker(self) -> str:
        """Whose eyes the camera is at, as a point of view says of itself; nobody's otherwise."""
        shot = self.shot
        if shot.role is not Role.POV or shot.why is None:
            return ""
        bodies = self.take.sheet.bodies
        return next((b.character_id for b in bodies if b.name in shot.why.people), "")

    def there(self, frame: int) -> list[str]:
        return [m.character_id for m in self.take.motions if m.present[frame]]

    def picture(self, points: np.ndarray, frame: int) -> np.ndarray:
        matrix = self.take.world_from_camera[frame].astype(float)
        return project(points, matrix, float(self.take.focal_length_mm[frame]),
                       self.take.sheet.sensor)  # fmt: skip

    def eye(self, frame: int) -> np.ndarray:
        return self.take.world_from_camera[frame, :3, 3].astype(float)


def witness(shots: tuple[Shot, ...], takes: tuple[Take, ...]) -> list[Seen]:
    seen = []
    for shot, take in zip(shots, takes, strict=True):
        joints, faces = {}, {}
        for motion in take.motions:
            world = motion.world_from_joints()
            joints[motion.character_id] = world[:, :, :3, 3]
            faces[motion.character_id] = -world[:, joint("Head"), :3, 2]
        seen.append(Seen(shot, take, joints, faces))
    return seen


def side(a: np.ndarray, b: np.ndarray, camera: np.ndarray, along_deg: float = 8.0) -> int:
    """Return the side of the line on which a camera stands; 0: it looks along the line."""
    line, sight = b - a, camera - (a + b) / 2
    cross = line[2] * sight[0] - line[0] * sight[2]
    dot = line[0] * sight[0] + line[2] * sight[2]
    off = math.degrees(math.atan2(abs(cross), abs(dot)))
    return 0 if off < along_deg else int(math.copysign(1, cross))


def line_angle(seen: Seen, frame: int) -> float:
    a, b = (seen.head(who, frame) for who in seen.shot.axis)
    return math.atan2(b[0] - a[0], b[2] - a[2])


def turn(a: float, b: float) -> float:
    return abs(math.degrees(math.remainder(a - b, 2 * math.pi)))


def crossings(film: list[Seen]) -> list[str]:
    """Return cuts and shots that cross a pair's line without a right to."""
    faults = []
    held: dict[tuple[str, ...], tuple[int, float, list[str]]] = {}
    for seen in film:
        shot = seen.shot
        there = seen.there(0)
        if "axis" in shot.declared:
            held.clear()  # the director breaks the line; the new side holds from here on
        for pair in list(held):
            if held[pair][2] != there:
                del held[pair]  # an entrance or an exit is a new epoch
        if not shot.axis or shot.role is Role.INSERT:
            continue
        a, b = (seen.head(who, 0) for who in shot.axis)
        if np.hypot(*(b - a)[[0, 2]]) < 0.35:
            continue
        here = side(a, b, seen.eye(0))
        if here != shot.side:
            faults.append(f"{shot.label}: says side {shot.side}, is {here}")
        angle = line_angle(seen, 0)
        before = held.get(shot.axis)
        if before and here and here != before[0] and turn(angle, before[1]) < 45:
            faults.append(f"{shot.label}: crosses the line of {shot.axis}")
        if left := left_on(seen):
            held[shot.axis] = (left, angle, there)
        else:
            held.pop(shot.axis, None)  # after a view along the line either side is new
    return faults


def left_on(seen: Seen) -> int:
    """Return the side that a shot showed its line from last: who walks turns it before our eyes.

    A view along the line stays one while the two only sway.
    """
    first = side(*(seen.head(who, 0) for who in seen.shot.axis), seen.eye(0))
    along_deg = 8.0 if first else 9.0
    for frame in range(seen.shot.frames - 1, 0, -1):
        heads = [seen.head(who, frame) for who in seen.shot.axis]
        picture = seen.picture(np.array(heads), frame)
        inside = ((picture[:, :2] > 0) & (picture[:, :2] < 1)).all(axis=1) & (picture[:, 2] > 0.1)
        if inside.any() and set(seen.there(frame)).issuperset(seen.shot.axis):
            return side(*heads, seen.eye(frame), along_deg)
    return first


def jumps(film: list[Seen]) -> list[str]:
    faults = []
    for old, new in itertools.pairwise(film):
        if Size.INSERT in (old.shot.size, new.shot.size):
            continue
        if not new.shot.subjects or old.shot.subjects[:1] != new.shot.subjects[:1]:
            continue
        who = new.shot.subjects[0]
        if who not in new.joints:
            continue
        head = new.head(who, 0)
        one, other = old.eye(-1) - head, new.eye(0) - head
        swing = turn(math.atan2(one[0], one[2]), math.atan2(other[0], other[2]))
        steps = abs(ORDER.index(old.shot.size) - ORDER.index(new.shot.size))
        if swing < 30 and steps < 2:
            faults.append(f"{new.shot.label}: jumps, {swing:.0f} degrees, {steps} sizes")
    return faults


def point_at(joints: np.ndarray, fraction: float, stature: float) -> np.ndarray:
    """Return the point at a fraction of stature, up the spine, or down the upright legs."""
    if fraction < 0.53:
        feet = [joints[joint(n), 1] for n in ("LeftToe", "RightToe")]
        ankles = [joints[joint(n), 1] - 0.045 * stature for n in ("LeftAnkle", "RightAnkle")]
        sole = min(*feet, *ankles)
        point = joints[joint("Hips")].copy()
        if fraction < 0:
            point[1] = sole + fraction * stature
            return point
        knees = (joints[joint("LeftKnee")] + joints[joint("RightKnee")]) / 2
        return knees + (fraction - 0.285) / (0.53 - 0.285) * (joints[joint("Hips")] - knees)
    for (low, below), (high, above) in itertools.pairwise(SPINE):
        if fraction <= high:
            share = (fraction - low) / (high - low)
            return joints[joint(below)] * (1 - share) + joints[joint(above)] * share
    raise AssertionError(fraction)


def framings(film: list[Seen]) -> list[str]:
    """Return singles whose lower cut, headroom or joints are not what their size says."""
    faults = []
    for seen in film:
        shot = seen.shot
        if shot.role not in (Role.SINGLE, Role.REACTION, Role.OTS) or shot.size not in TABLE:
            continue
        cut, headroom = TABLE[shot.size]
        who = shot.subjects[0]
        stature = next(b.stature_m for b in seen.take.sheet.bodies if b.character_id == who)
        joints = seen.joints[who][0]
        back = joints[joint("Neck")] - joints[joint("Hips")]
        if back[1] < 0.5 * float(np.linalg.norm(back)):
            continue  # who lies has no height to cut at
        top, low = seen.picture(
            np.stack([joints[joint("HeadTop")], point_at(joints, cut, stature)]), 0
        )[:, 1]
        scale = (1.0 - cut) / (low - top)  # statures in one frame height, here
        if abs(low - 1.0) * scale > 0.04:
            faults.append(f"{shot.label}: {shot.size} cuts {(1 - low) * scale:+.3f} off")
        if abs(top - headroom) > 0.04:
            faults.append(f"{shot.label}: headroom {top:.3f}")
        for name, height in JOINT_HEIGHTS.items():
            if height < cut - 0.06:
                continue
            y = seen.picture(joints[joint(name)], 0)[0, 1]
            if abs(y - 1.0) * scale < 0.015:
                faults.append(f"{shot.label}: cuts {name}")
    return faults


def reverses(film: list[Seen]) -> list[str]:
    """Return neighbouring singles of a pair that do not mirror each other."""
    faults = []
    for old, new in itertools.pairwise(film):
        a, b = old.shot, new.shot
        singles = all(s.role in (Role.SINGLE, Role.REACTION, Role.OTS) for s in (a, b))
        if not singles or a.axis != b.axis or not a.axis or a.size != b.size or a.role != b.role:
            continue
        if a.subjects[0] == b.subjects[0]:
            continue
        looks = []
        for seen in (old, new):
            who = seen.shot.subjects[0]
            right = seen.take.world_from_camera[0, :3, 0].astype(float)
            looks.append(float(seen.faces[who][0] @ right))
        if looks[0] * looks[1] > 0 and min(map(abs, looks)) > 0.05:
            faults.append(f"{b.label}: both look the same way")
        if a.lens_mm != b.lens_mm:
            faults.append(f"{b.label}: lenses {a.lens_mm} and {b.lens_mm}")
        heights = [seen.eye(0)[1] for seen in (old, new)]
        far = [float(np.linalg.norm((s.eye(0) - s.head(s.shot.subjects[0], 0))[[0, 2]]))
               for s in (old, new)]  # fmt: skip
        for name, pair in (("height", heights), ("distance", far)):
            if abs(pair[0] - pair[1]) / max(pair) > 0.1:
                faults.append(f"{b.label}: {name} {pair[0]:.2f} and {pair[1]:.2f}")
    return faults


def orders(film: list[Seen]) -> list[str]:
    faults = []
    for old, new in itertools.pairwise(film):
        there = [who for who in new.there(0) if who in old.joints]
        xs = []
        for seen, frame in ((old, -1), (new, 0)):
            points = np.array([new.skull(who, 0) for who in there]).reshape(-1, 3)
            xs.append(seen.picture(points, frame) if len(points) else np.zeros((0, 3)))
        for i in range(len(there)):
            for k in range(i + 1, len(there)):
                inside = all(
                    ((x[[i, k], :2] > 0) & (x[[i, k], :2] < 1)).all() and (x[[i, k], 2] > 0.1).all()
                    for x in xs
                )
                gaps = [x[i, 0] - x[k, 0] for x in xs]
                # One behind the other, two heads have no order.
                if inside and min(map(abs, gaps)) > 0.05 and gaps[0] * gaps[1] < 0:
                    faults.append(f"{new.shot.label}: {there[i]} and {there[k]} change sides")
    return faults


def stands(film: list[Seen], layout: object) -> list[str]:
    """Return cameras outside a plain room, near its walls, in a piece, or in somebody."""
    faults = []
    (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
    for seen in film:
        if seen.shot.role is Role.INSERT:
            continue
        for frame in range(0, seen.shot.frames, 6):
            x, y, z = seen.eye(frame)
            wall = min(x - x0, x1 - x, z - z0, z1 - z)
            if wall < 0.3 - 1e-3 or not 0.0 < y < layout.ceiling_m:
                faults.append(f"{seen.shot.label}: {wall:.2f} m from a wall")
            for piece in layout.pieces:
                dx, dz = x - piece.position[0], z - piece.position[2]
                cos, sin = math.cos(piece.yaw_rad), math.sin(piece.yaw_rad)
                lx, lz = cos * dx - sin * dz, sin * dx + cos * dz
                within = abs(lx) < piece.size[0] / 2 and abs(lz) < piece.size[2] / 2
                if within and y < piece.position[1] + piece.size[1]:
                    faults.append(f"{seen.shot.label}: inside {piece.name}")
            for who in seen.there(frame):
                if who == seen.looker:
                    continue
                head = seen.joints[who][frame, joint("HeadTop")]
                near = float(np.hypot(*(seen.eye(frame) - seen.head(who, frame))[[0, 2]]))
                if near < 0.44 and y < head[1] + 0.2:
                    faults.append(f"{seen.shot.label}: {near:.2f} m from {who}")
    return sorted(set(faults))


def faces(film: list[Seen]) -> list[str]:
    """Return singles in which the principal is out of the picture, or seen from behind."""
    faults = []
    for seen in film:
        shot = seen.shot
        if shot.role not in (Role.SINGLE, Role.REACTION, Role.OTS):
            continue
        who = shot.subjects[0]
        eyes = seen.joints[who][0, [joint("LeftEye"), joint("RightEye")]].mean(axis=0)
        x, y, depth = seen.picture(eyes, 0)[0]
        if not (0 < x < 1 and 0 < y < 1 and depth > 0):
            faults.append(f"{shot.label}: {who} is out of the picture")
        sight = seen.eye(0) - seen.head(who, 0)
        if float(seen.faces[who][0][[0, 2]] @ sight[[0, 2]]) < 0 and shot.role is not Role.OTS:
            faults.append(f"{shot.label}: {who} from behind")
    return faults
