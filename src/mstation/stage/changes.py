"""Stances in, the way between them out: walks, turns, and changes of posture with weight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mstation.space import wrap_angle
from mstation.stage.channels import (
    ARM,
    ARM_L,
    ARM_R,
    COLUMN,
    FOOT_L,
    FOOT_R,
    NAMES,
    YAW,
    Array,
    Measures,
    X,
    Y,
    Z,
    plain_pose,
    pose_table,
)
from mstation.stage.face import swell
from mstation.stage.footwork import set_stride
from mstation.stage.gait import Stride, flight, stride, turn_on_spot, way_length
from mstation.stage.stances import Playing

# How long a change of posture takes, seconds.
CHANGE_S = {
    ("stand", "sit"): 1.5, ("sit", "stand"): 1.4, ("stand", "kneel"): 1.3,
    ("kneel", "stand"): 1.3, ("stand", "lie"): 2.4, ("lie", "stand"): 2.8,
    ("sit", "lie"): 2.0, ("lie", "sit"): 2.0, ("kneel", "lie"): 1.6, ("lie", "kneel"): 1.8,
    ("sit", "kneel"): 1.6, ("kneel", "sit"): 1.6,
}  # fmt: skip
_SETTLE_S = 0.9  # a change of arms or weight within a posture
_TURN_RAD = np.deg2rad(2.0)
_YAWS = (YAW, FOOT_L.start + 3, FOOT_R.start + 3)
# How much later than the hips a channel starts, as a share of the change: what hangs follows.
_LAGS = {"flex": 0.03, "abd": 0.03, "twist": 0.05, "swing": 0.03, "elbow": 0.07, "wrist": 0.11,
         "hand": 0.11}  # fmt: skip
_LEFT_LATER = 0.035  # no two arms move as one
# When hips go over (x, z) and down or up (y), and how far the trunk leans, by change.
_WEIGHTS = {
    ("stand", "sit"): ((0.0, 0.72), (0.10, 0.80), 44.0, (0.0, 0.55, 1.0)),
    ("sit", "stand"): ((0.18, 0.80), (0.30, 0.98), 46.0, (0.0, 0.38, 0.95)),
}
# Who lies down sits first, and brings the legs up last; who gets up, the other way round.
_DOWN = ((0.0, 0.55), (0.0, 0.5), (0.42, 1.0), 20.0)
_UP = ((0.45, 1.0), (0.5, 1.0), (0.0, 0.58), 20.0)
_LYING = {("stand", "lie"): _DOWN, ("lie", "stand"): _UP, ("kneel", "lie"): _DOWN,
          ("lie", "kneel"): _UP, ("sit", "lie"): _DOWN, ("lie", "sit"): _UP}  # fmt: skip
_FEET_IN_TURN = ((0.02, 0.5), (0.42, 0.92))
_FEET = dict.fromkeys(_LYING, ((0.45, 0.88), (0.52, 0.97))) | dict.fromkeys(
    (change for change, row in _LYING.items() if row is _UP), ((0.06, 0.5), (0.0, 0.44))
)
# Onto the floor itself the feet go out while the hips come down, or knees would fold flat.
_LOW_M = 0.25
_FEET_LOW = {_DOWN: ((0.06, 0.44), (0.14, 0.54)), _UP: ((0.46, 0.86), (0.56, 0.94))}
_LIFTS = 0.16  # of a step: a foot is off the floor before it goes anywhere
_LEAN_DEG = 30.0
_FELL = 0.62  # of the time of a fall, when the body strikes the floor
_BOUNCE = 0.055


def walk_of(playing: Playing, measures: Measures) -> Stride | None:
    """Return the footfalls of a playing that walks or turns; None when the feet stay."""
    before, after = playing.before, playing.after
    if before.posture != "stand" or after.posture != "stand":
        return None
    if len(playing.path) > 1:
        return stride(
            playing.path,
            before.yaw_rad,
            after.yaw_rad,
            measures,
            start_s=playing.delay_s,
            is_running=playing.is_running,
            pace_m_s=playing.pace_m_s,
            floor_m=before.floor_m,
            treads=playing.treads
            or flight(before.floor_m, after.floor_m, way_length(playing.path)),
        )
    if abs(wrap_angle(after.yaw_rad - before.yaw_rad)) > _TURN_RAD:
        place = (before.x, before.z)
        return turn_on_spot(
            place,
            before.yaw_rad,
            after.yaw_rad,
            measures,
            start_s=playing.delay_s,
            floor_m=before.floor_m,
        )
    return None


def change_seconds(playing: Playing, measures: Measures) -> float:
    """Return how long someone needs from stance to stance, the delay before it included."""
    walk = walk_of(playing, measures)
    if walk is not None:
        return walk.end_s
    before, after = playing.before, playing.after
    if before.posture != after.posture:
        return playing.delay_s + CHANGE_S[before.posture, after.posture]
    settles = before.carry != after.carry or before.weight != after.weight
    return playing.delay_s + (_SETTLE_S if settles else 0.0)


def changed_share(playing: Playing, measures: Measures, seconds: Array, length_s: float) -> Array:
    """Return (frames,): 0 in the stance before … 1 in the stance after, eased."""
    return _eased(_share(playing, measures, seconds, length_s))


def _share(playing: Playing, measures: Measures, seconds: Array, length_s: float) -> Array:
    needed = change_seconds(playing, measures) - playing.delay_s
    span = max(min(needed or _SETTLE_S, length_s - playing.delay_s), 1e-3)
    out: Array = np.clip((seconds - playing.delay_s) / span, 0.0, 1.0)
    return out


def _eased(share: Array) -> Array:
    u = np.clip(share, 0.0, 1.0)
    out: Array = u**3 * (u * (6 * u - 15) + 10)
    return out


def carried_over(playing: Playing, measures: Measures, seconds: Array, length_s: float) -> Array:
    """Return (frames, channels): the way from one plain pose to the other."""
    walk = walk_of(playing, measures)
    stances = (playing.before, playing.after)
    if walk is not None:  # whose feet know how high the floor is
        stances = (replace(stances[0], floor_m=0.0), replace(stances[1], floor_m=0.0))
    before, after = (plain_pose(stance, measures) for stance in stances)
    by = after - before
    for column in _YAWS:
        by[column] = wrap_angle(float(by[column]))
    share = _share(playing, measures, seconds, length_s)
    pose = _in_turn(before, by, share)
    if walk is not None:
        carried = pose_table()["arms"].get(playing.after.carry, {})
        swinging = "".join(side for side in "lr" if side not in carried)
        set_stride(pose, walk, seconds, measures, swinging)
        _meet_ends(pose, before, after, walk, seconds)
        return pose
    if playing.falls:
        _fall(pose, before, by, share, measures)
        return pose
    change = (playing.before.posture, playing.after.posture)
    windows = _FEET.get(change, _FEET_IN_TURN)
    lowest = min(playing.before.seat_height_m, playing.after.seat_height_m)
    if change in _LYING and lowest < _LOW_M and "sit" not in change:
        windows = _FEET_LOW[_LYING[change]]
    _step_feet(pose, before, by, share, measures, windows)
    if playing.before.posture != playing.after.posture:
        _bear(pose, playing, before, by, share)
    return pose


def _in_turn(before: Array, by: Array, share: Array) -> Array:
    """Return the poses of a change in which hands follow arms and arms follow the trunk."""
    lags = np.zeros(len(NAMES))
    for span, later in ((ARM_L, _LEFT_LATER), (ARM_R, 0.0)):
        lags[span] = [_LAGS[name] + later for name in ARM]
    most = float(lags.max())
    late = (share[:, None] - lags) / np.where(lags > 0, 1.0 - most, 1.0)
    out: Array = before[None, :] + by[None, :] * _eased(late)
    return out


def _bear(pose: Array, playing: Playing, before: Array, by: Array, share: Array) -> None:
    """Carry the weight over the feet while a posture changes: lean, and hips in their own time."""
    change = (playing.before.posture, playing.after.posture)
    if change in _WEIGHTS:
        over, down, lean_deg, lean_at = _WEIGHTS[change]
        _move_within(pose, [X, Z], before, by, share, over)
        _move_within(pose, [Y], before, by, share, down)
        rise = _eased(np.clip((share - lean_at[0]) / (lean_at[1] - lean_at[0]), 0.0, 1.0))
        fall = _eased(np.clip((share - lean_at[1]) / (lean_at[2] - lean_at[1]), 0.0, 1.0))
        lean = np.deg2rad(lean_deg) * (rise - fall)
    elif change in _LYING:
        over, down, tip, most = _LYING[change]
        trunk = [COLUMN["hip_pitch"], COLUMN["spine_pitch"], COLUMN["head_pitch"]]
        for columns, window in (([X, Z], over), ([Y], down), (trunk, tip)):
            _move_within(pose, columns, before, by, share, window)
        seated = share / tip[0] if tip[0] > 0 else (share - tip[1]) / (1.0 - tip[1])
        lean = np.deg2rad(most) * np.sin(np.pi * np.clip(seated, 0.0, 1.0)) ** 2
    else:
        lean = np.deg2rad(_LEAN_DEG) * np.sin(np.pi * share) ** 2
    pose[:, COLUMN["spine_pitch"]] -= 0.40 * lean
    pose[:, COLUMN["hip_pitch"]] -= 0.60 * lean
    pose[:, COLUMN["head_pitch"]] += 0.45 * lean
    for side in "lr":  # arms come forward against the weight that goes back
        pose[:, COLUMN[f"{side}_flex"]] += 0.55 * lean


def _move_within(
    pose: Array,
    columns: list[int],
    before: Array,
    by: Array,
    share: Array,
    window: tuple[float, float],
) -> None:
    """Move some channels of a change within a part of it."""
    eased = _eased((share - window[0]) / (window[1] - window[0]))
    pose[:, columns] = before[columns] + by[columns] * eased[:, None]


def _fall(pose: Array, before: Array, by: Array, share: Array, measures: Measures) -> None:
    """Let knees give way, the body drop faster and faster, strike the floor and come to rest."""
    u = np.clip(share / _FELL, 0.0, 1.0)
    rest = np.clip((share - _FELL) / (1.0 - _FELL), 0.0, 1.0)
    bounce = _BOUNCE * np.sin(np.pi * np.clip(rest / 0.45, 0, 1)) ** 2
    gone = u * u * (1.6 - 0.6 * u * u) - bounce
    tipped = np.clip((u - 0.12) / 0.88, 0.0, 1.0) ** 2.2 - 0.6 * bounce
    for column in (X, Y, Z):
        pose[:, column] = before[column] + by[column] * gone
    for name in ("hip_pitch", "hip_roll", "hip_yaw"):
        pose[:, COLUMN[name]] = before[COLUMN[name]] + by[COLUMN[name]] * tipped
    for span in (FOOT_L, FOOT_R):
        late = _eased((u - 0.35) / 0.65)
        pose[:, span] = before[span] + by[span] * late[:, None]
        pose[:, span.start + 1] += 0.05 * measures.stature * np.sin(np.pi * _eased(late)) ** 0.5
    limp = np.sin(np.pi * np.clip(u * 1.1 - 0.1, 0.0, 1.0)) ** 2
    after = np.sin(np.pi * np.clip(rest / 0.7, 0.0, 1.0)) ** 2
    pose[:, COLUMN["spine_pitch"]] -= np.deg2rad(26.0) * limp
    pose[:, COLUMN["head_pitch"]] -= np.deg2rad(18.0) * limp + np.deg2rad(9.0) * after
    pose[:, COLUMN["spine_roll"]] += np.deg2rad(10.0) * limp
    for side, size in (("l", 1.0), ("r", 0.72)):
        pose[:, COLUMN[f"{side}_abd"]] += np.deg2rad(52.0) * size * limp
        pose[:, COLUMN[f"{side}_flex"]] -= np.deg2rad(24.0) * size * limp
        pose[:, COLUMN[f"{side}_elbow"]] += np.deg2rad(30.0) * (limp + 0.3 * after)


def _meet_ends(pose: Array, before: Array, after: Array, walk: Stride, seconds: Array) -> None:
    """Lead the root from the weight it stood on, and onto the weight it comes to stand on."""
    leave = 1.0 - swell(seconds, float(walk.times_s[0]), 1e9, 0.4)
    arrive = swell(seconds, walk.end_s - 0.4, 1e9, 0.4)
    for column, axis in ((X, 0), (Z, 1)):
        pose[:, column] += (before[column] - walk.places[0, axis]) * leave
        pose[:, column] += (after[column] - walk.places[-1, axis]) * arrive


def _step_feet(
    pose: Array,
    before: Array,
    by: Array,
    share: Array,
    measures: Measures,
    windows: tuple[tuple[float, float], tuple[float, float]],
) -> None:
    """Move feet one after the other, lifted, instead of sliding both."""
    for span, window in zip((FOOT_L, FOOT_R), windows, strict=True):
        moved = float(np.hypot(by[span.start], by[span.start + 2]))
        if moved < 1e-4 and abs(by[span.start + 3]) < 1e-4:
            continue
        u = np.clip((share - window[0]) / (window[1] - window[0]), 0.0, 1.0)
        eased = _eased((u - _LIFTS) / (1.0 - 2 * _LIFTS))
        pose[:, span] = before[span] + by[span] * eased[:, None]
        lift = min(0.03, 0.3 * moved) * measures.stature
        pose[:, span.start + 1] += lift * np.sin(np.pi * u) ** 2
