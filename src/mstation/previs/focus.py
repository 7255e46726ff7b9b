"""A take in, where its lens is focused out: on whom, how far, how soft all else becomes.

Only long lenses and close-ups are shallow. The focus stays where it is while the subject stays
within it, as an assistant would keep it, and follows otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.previs.defocus import SHARP, Lens
from mstation.previs.props import prop_transform
from mstation.shots.shot import Take
from mstation.stage.performance import JOINTS, Motion

_STOP = 2.8
_LONG_MM = 50.0  # from this lens on, everything is shallow
_CLOSE_MM, _CLOSE_M = 35.0, 1.5  # and this one when the subject is as near as that
_SPAN_M = 0.35  # before and behind the focus, a person is sharp
_KEPT_PX = 1.5  # how soft a subject may become, at 1280 pixels across, before focus follows
_OTHER_PX = 4.0  # and how soft a second face may be
_FOLLOW_FRAMES = 9
_LEAST_M = 0.3
_FACE = 0.12  # a score below this is the back of a head
_WIDEST_PX, _WIDE_PX = 44.0, 1280.0  # the softest that a picture so wide becomes

Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Focus:
    """Where a take's lens is focused.

    distance_m  # (frames,)
    stop        # f-number
    """

    distance_m: Places
    stop: float

    @property
    def is_held(self) -> bool:
        """Whether the focus never moves."""
        return bool(np.all(self.distance_m == self.distance_m[0]))


def focus_of(take: Take) -> Focus | None:
    """Return the focus of a take; none where everything is to be sharp."""
    longest = float(take.focal_length_mm.max())
    if longest < _CLOSE_MM:
        return None
    seen = [_seen(_eyes(motion), take) for motion in take.motions if motion.present.any()]
    faces = [
        (_score(motion, where, take), where[:, 2])
        for motion, where in zip((m for m in take.motions if m.present.any()), seen, strict=True)
    ]
    faces = sorted((face for face in faces if face[0] > 0), key=lambda face: -face[0])
    thing = None if faces and faces[0][0] > _FACE else _nearest_thing(take)
    distance = faces[0][1] if faces and thing is None else thing
    if distance is None:
        return None
    if longest < _LONG_MM and float(distance.min()) > _CLOSE_M:
        return None
    stop = _STOP
    for score, other in faces[1:2]:
        if score > 0.5 * faces[0][0]:
            # Two people who are both looked at: the lens is stopped down until both are sharp.
            blur = _circle_px(take, float(np.median(distance)), float(np.median(other)), _STOP)
            stop = _STOP * max(1.0, blur / _OTHER_PX)
    return Focus(_held(np.maximum(distance, _LEAST_M), take, stop), stop)


def lens_at(focus: Focus | None, take: Take, frame: int, width: int) -> Lens:
    """Return how a frame's lens blurs, for a picture of some width in pixels.

    Source: the thin lens, circle = focal² / (stop · (focus − focal)) · |1 − focus / distance|.
    """
    if focus is None:
        return SHARP
    focal_m = float(take.focal_length_mm[frame]) / 1000
    distance = float(focus.distance_m[frame])
    circle_m = focal_m**2 / (focus.stop * (distance - focal_m))
    circle_px = circle_m * 1000 / take.sheet.sensor.width_mm * width
    margin = min(_SPAN_M / distance, 0.3)
    widest = _WIDEST_PX * width / _WIDE_PX
    return Lens(np.float32(circle_px), np.float32(distance), np.float32(margin), np.float32(widest))


def _circle_px(take: Take, focus_m: float, distance_m: float, stop: float) -> float:
    focal_m = float(np.median(take.focal_length_mm)) / 1000
    circle_m = focal_m**2 / (stop * (focus_m - focal_m)) * abs(1 - focus_m / distance_m)
    return circle_m * 1000 / take.sheet.sensor.width_mm * _WIDE_PX


def _eyes(motion: Motion) -> Places:
    """Return (frames, 2, 3) where the middle of the eyes is, and a place 1 m before them."""
    world = motion.world_from_joints()
    eyes = world[:, JOINTS.index("LeftEye"), :3, 3] + world[:, JOINTS.index("RightEye"), :3, 3]
    ahead = eyes / 2 - world[:, JOINTS.index("Head"), :3, 2]
    return np.stack([eyes / 2, ahead], axis=1)


def _seen(places: Places, take: Take) -> Places:
    """Return (frames, 4): place in the frame, −1 … 1 across and up, metres ahead, and turn."""
    world = take.world_from_camera.astype(float)
    offset = places - world[:, None, :3, 3]
    local = np.einsum("fji,fkj->fki", world[:, :3, :3], offset)
    ahead = np.maximum(-local[:, 0, 2], 1e-3)
    sensor = take.sheet.sensor
    x = local[:, 0, 0] / ahead * take.focal_length_mm / (sensor.width_mm / 2)
    y = local[:, 0, 1] / ahead * take.focal_length_mm / (sensor.height_mm / 2)
    look = local[:, 1] - local[:, 0]
    to_lens = -local[:, 0] / np.linalg.norm(local[:, 0], axis=1, keepdims=True)
    facing = np.einsum("fi,fi->f", look, to_lens)
    return np.stack([x, y, -local[:, 0, 2], facing], axis=1)


def _score(motion: Motion, where: Places, take: Take) -> float:
    """Return how much a face is what the frame is about; 0 for one out of it."""
    x, y, ahead, facing = where.T
    inside = motion.present & (ahead > _LEAST_M) & (np.abs(x) < 1) & (np.abs(y) < 1.05)
    if inside.mean() < 0.4:
        return 0.0
    weight = np.clip(facing + 0.35, 0.05, 1.0) / np.sqrt(np.maximum(ahead, _LEAST_M))
    return float((weight * (1 - 0.4 * np.abs(x)) * inside).mean())


def _nearest_thing(take: Take) -> Places | None:
    """Return how far the prop is that an insert shows, (frames,); none where it shows none."""
    frames = len(take.focal_length_mm)
    best: tuple[float, Places] | None = None
    for prop in take.sheet.props:
        spots = np.stack([prop_transform(prop, take.motions, f)[:3, 3] for f in range(frames)])
        where = _seen(np.stack([spots, spots + np.array([0.0, 0.0, 1e-3])], axis=1), take)
        off = float(np.hypot(where[:, 0], where[:, 1]).mean())
        if off < 0.6 and where[:, 2].min() > _LEAST_M and (best is None or off < best[0]):
            best = (off, where[:, 2])
    return None if best is None else best[1]


def _held(distance: Places, take: Take, stop: float) -> Places:
    """Return the focus, held where that keeps the subject sharp, else following it smoothly."""
    middle = float(np.round(np.median(distance), 2))
    worst = max(
        _circle_px(take, middle, float(far), stop) for far in (distance.min(), distance.max())
    )
    slack = _circle_px(take, middle, middle + _SPAN_M, stop)
    if worst <= _KEPT_PX + slack:
        return np.full(len(distance), middle)
    reach = _FOLLOW_FRAMES
    padded = np.pad(distance, reach, mode="edge")
    kernel = np.hanning(2 * reach + 1)
    smooth = np.convolve(padded, kernel / kernel.sum(), mode="valid")
    return np.asarray(np.round(smooth, 3), np.float64)
