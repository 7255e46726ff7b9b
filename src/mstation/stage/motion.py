"""Steps in, joint curves out: what bodies do from stance to stance.

Every step is made from itself alone (its stances, its words, its own clock), and at its ends
everyone is in a plain pose; so steps can be laid end to end, and a step that grows moves the
others in time without changing them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.identity import seed_of
from mstation.space import wrap_angle
from mstation.stage.channels import (
    COLUMN,
    FOOT_L,
    FOOT_R,
    YAW,
    Array,
    Measures,
    X,
    Y,
    Z,
    plain_pose,
    pose_table,
)
from mstation.stage.face import face_curves, swell
from mstation.stage.gait import Stride, set_stride, stride, turn_on_spot
from mstation.stage.gaze import FREE_LOOKS, Sight, eye_points, free_sight, set_gaze, sight_of
from mstation.stage.gestures import set_gestures
from mstation.stage.joints import joints_of_pose
from mstation.stage.performance import Body, Motion
from mstation.stage.stances import Look, Playing, Step
from mstation.timebase import FrameRate

# How long a change of posture takes, seconds.
CHANGE_S = {
    ("stand", "sit"): 1.5, ("sit", "stand"): 1.4, ("stand", "kneel"): 1.3,
    ("kneel", "stand"): 1.3, ("stand", "lie"): 2.4, ("lie", "stand"): 2.8,
    ("sit", "lie"): 2.0, ("lie", "sit"): 2.0, ("kneel", "lie"): 1.6, ("lie", "kneel"): 1.8,
    ("sit", "kneel"): 1.6, ("kneel", "sit"): 1.6,
}  # fmt: skip
_SETTLE_S = 0.9  # a change of arms or weight within a posture
_TURN_RAD = np.deg2rad(2.0)
_LEAN_RAD = np.deg2rad(30.0)
_YAWS = (YAW, FOOT_L.start + 3, FOOT_R.start + 3)


def move(steps: tuple[Step, ...], bodies: tuple[Body, ...], rate: FrameRate) -> tuple[Motion, ...]:
    """Return everyone's joint curves over all the steps, in the order of the bodies."""
    measures = {body.character_id: Measures(body) for body in bodies}
    poses: dict[str, list[Array]] = {body.character_id: [] for body in bodies}
    faces: dict[str, list[Array]] = {body.character_id: [] for body in bodies}
    present: dict[str, list[NDArray[np.bool_]]] = {body.character_id: [] for body in bodies}
    for step in steps:
        for who, (pose, face, is_there) in _play(step, measures, rate).items():
            poses[who].append(pose)
            faces[who].append(face)
            present[who].append(is_there)
    motions = []
    for body in bodies:
        who = body.character_id
        positions, rotations = joints_of_pose(np.concatenate(poses[who]), measures[who])
        motions.append(
            Motion(
                who,
                positions,
                rotations,
                measures[who].offsets,
                np.concatenate(faces[who]).astype(np.float32),
                np.concatenate(present[who]),
            )
        )
    return tuple(motions)


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
        )
    if abs(wrap_angle(after.yaw_rad - before.yaw_rad)) > _TURN_RAD:
        place = (before.x, before.z)
        return turn_on_spot(place, before.yaw_rad, after.yaw_rad, measures, start_s=playing.delay_s)
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


_Curves = tuple[Array, Array, NDArray[np.bool_]]


def _play(step: Step, measures: dict[str, Measures], rate: FrameRate) -> dict[str, _Curves]:
    """Return each person's pose, face and presence over one step."""
    seconds: Array = np.arange(step.frames, dtype=np.float64) * float(1 / rate.fraction)
    length_s = rate.seconds(step.frames)
    poses = {
        playing.character_id: _body_pose(playing, step, measures, seconds, length_s)
        for playing in step.playings
    }
    eyes = {who: eye_points(pose, measures[who]) for who, pose in poses.items()}
    sights = {
        playing.character_id: _sights(playing, poses, eyes, step.frames)
        for playing in step.playings
    }
    out: dict[str, _Curves] = {}
    for playing in step.playings:
        who = playing.character_id
        set_gaze(poses[who], sights[who], seconds, length_s)
        face = face_curves(playing, step.key, seconds, length_s)
        out[who] = (poses[who], face, _presence(playing, measures[who], seconds))
    return out


def _presence(playing: Playing, measures: Measures, seconds: Array) -> NDArray[np.bool_]:
    before, after = playing.before.is_present, playing.after.is_present
    if before == after:
        return np.full(len(seconds), before)
    change = playing.delay_s if after else change_seconds(playing, measures)
    is_late: NDArray[np.bool_] = seconds >= change - 1e-9
    return is_late if after else ~is_late


def _body_pose(
    playing: Playing, step: Step, all_measures: dict[str, Measures], seconds: Array, length_s: float
) -> Array:
    """Return (frames, channels): the body from stance to stance, before it looks anywhere."""
    measures = all_measures[playing.character_id]
    pose = _carried_over(playing, measures, seconds, length_s)
    _set_idle(pose, playing, step.key, seconds, length_s, measures)
    set_gestures(pose, playing, step.key, seconds, length_s, measures)
    return pose


def _carried_over(playing: Playing, measures: Measures, seconds: Array, length_s: float) -> Array:
    """Return the way from one plain pose to the other: a walk, a turn, or a change of posture."""
    before = plain_pose(playing.before, measures)
    after = plain_pose(playing.after, measures)
    by = after - before
    for column in _YAWS:
        by[column] = wrap_angle(float(by[column]))
    walk = walk_of(playing, measures)
    needed = change_seconds(playing, measures) - playing.delay_s
    span = max(min(needed or _SETTLE_S, length_s - playing.delay_s), 1e-3)
    share = np.clip((seconds - playing.delay_s) / span, 0.0, 1.0)
    eased = share**3 * (share * (6 * share - 15) + 10)
    pose: Array = before[None, :] + by[None, :] * eased[:, None]
    if walk is not None:
        carried = pose_table()["arms"].get(playing.after.carry, {})
        swinging = "".join(side for side in "lr" if side not in carried)
        set_stride(pose, walk, seconds, measures, swinging)
        _meet_ends(pose, before, after, walk, seconds)
    else:
        _step_feet(pose, before, by, share, measures)
        if playing.before.posture != playing.after.posture:
            lean = _LEAN_RAD * np.sin(np.pi * share) ** 2
            if "lie" in (playing.before.posture, playing.after.posture):
                lean = 0.4 * lean
            pose[:, COLUMN["spine_pitch"]] -= 0.45 * lean
            pose[:, COLUMN["hip_pitch"]] -= 0.55 * lean
    return pose


def _meet_ends(pose: Array, before: Array, after: Array, walk: Stride, seconds: Array) -> None:
    """Lead the root from the weight it stood on, and onto the weight it comes to stand on."""
    leave = 1.0 - swell(seconds, float(walk.times_s[0]), 1e9, 0.4)
    arrive = swell(seconds, walk.end_s - 0.4, 1e9, 0.4)
    for column, axis in ((X, 0), (Z, 1)):
        pose[:, column] += (before[column] - walk.places[0, axis]) * leave
        pose[:, column] += (after[column] - walk.places[-1, axis]) * arrive


def _step_feet(pose: Array, before: Array, by: Array, share: Array, measures: Measures) -> None:
    """Move feet one after the other, lifted, instead of sliding both."""
    for span, window in ((FOOT_L, (0.02, 0.5)), (FOOT_R, (0.42, 0.92))):
        moved = float(np.hypot(by[span.start], by[span.start + 2]))
        if moved < 1e-4 and abs(by[span.start + 3]) < 1e-4:
            continue
        u = np.clip((share - window[0]) / (window[1] - window[0]), 0.0, 1.0)
        eased = u * u * (3 - 2 * u)
        pose[:, span] = before[span] + by[span] * eased[:, None]
        lift = min(0.03, 0.3 * moved) * measures.stature
        pose[:, span.start + 1] += lift * np.sin(np.pi * u) ** 2


def _set_idle(
    pose: Array, playing: Playing, key: str, seconds: Array, length_s: float, measures: Measures
) -> None:
    """Add breath and sway, still at both ends of the step."""
    breaths = max(1, round(length_s / 3.7))
    period = length_s / breaths
    depth = min(1.0, period / 3.0) ** 2
    breath = 0.5 * depth * (1.0 - np.cos(2 * np.pi * seconds / period))
    pose[:, COLUMN["chest_pitch"]] += np.deg2rad(1.5) * breath
    pose[:, COLUMN["head_pitch"]] -= np.deg2rad(1.0) * breath
    for side in "lr":
        pose[:, COLUMN[f"{side}_abd"]] += np.deg2rad(0.8) * breath
    random = np.random.default_rng(seed_of("sway", key, playing.character_id))
    inside = swell(seconds, 0.0, length_s - 0.7, 0.7)
    walks = len(playing.path) > 1
    still = 0.3 if playing.after.posture != "stand" or walks else 1.0
    for name, degrees in (
        ("spine_roll", 0.8), ("spine_yaw", 1.2), ("head_roll", 1.6), ("head_yaw", 1.8),
        ("head_pitch", 1.3), ("l_flex", 1.6), ("r_flex", 1.6),
    ):  # fmt: skip
        pose[:, COLUMN[name]] += np.deg2rad(degrees) * inside * _drift(random, seconds)
    sway = 0.006 * measures.stature * still * inside
    aside, ahead = _drift(random, seconds), _drift(random, seconds)
    if playing.after.posture == "stand" and not walks:
        yaw = pose[:, YAW]
        pose[:, X] += sway * (aside * np.cos(yaw) - 0.5 * ahead * np.sin(yaw))
        pose[:, Z] += sway * (-aside * np.sin(yaw) - 0.5 * ahead * np.cos(yaw))
        pose[:, Y] -= 0.2 * sway * np.abs(aside)


def _drift(random: np.random.Generator, seconds: Array) -> Array:
    """Return slow, aimless movement within about −1 and 1."""
    phases = random.uniform(0, 2 * np.pi, 3)
    speeds = random.uniform([0.11, 0.23, 0.41], [0.17, 0.31, 0.55])
    waves = np.sin(2 * np.pi * speeds * seconds[:, None] + phases)
    out: Array = waves @ np.array([0.55, 0.3, 0.15])
    return out


def _sights(
    playing: Playing, poses: dict[str, Array], eyes: dict[str, Array], frames: int
) -> list[Sight]:
    """Return what someone looks at over the step, first to last."""
    who = playing.character_id

    def sight(start_s: float, look: Look) -> Sight:
        if isinstance(look, str):
            if look in FREE_LOOKS or look not in eyes or look == who:
                return free_sight(start_s, look if look in FREE_LOOKS else "", frames)
            return sight_of(start_s, poses[who], eyes[who], eyes[look])
        target = np.broadcast_to(np.array(look, float), (frames, 3))
        return sight_of(start_s, poses[who], eyes[who], target)

    sights = [sight(0.0, playing.before.look)]
    now: Look = playing.before.look
    for start_s, end_s, look in playing.glances:
        sights.append(sight(start_s, look))
        now = playing.after.look
        sights.append(sight(end_s, now))
    if now != playing.after.look:
        sights.append(sight(playing.delay_s, playing.after.look))
    return sights
