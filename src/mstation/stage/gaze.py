"""Where people look: eyes first, then the head, then a little of the chest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mstation.identity import seed_of
from mstation.stage.channels import COLUMN, YAW, Array, Measures, X, Y, Z

# Looks that name no point: (yaw, pitch) in degrees, seen from the chest.
_FREE_LOOKS = {"": (0.0, 0.0), "hands": (0.0, -40.0), "down": (0.0, -24.0), "up": (0.0, 26.0)}
FREE_LOOKS = frozenset(_FREE_LOOKS)

# Limits in degrees: comfortable, inside the anatomical ones (eyes 45, head 70).
_EYE_YAW, _EYE_UP, _EYE_DOWN = 32.0, 22.0, 30.0
_HEAD_YAW, _HEAD_UP, _HEAD_DOWN = 62.0, 32.0, 38.0
_CHEST_YAW = 16.0
_HEAD_SHARE, _CHEST_SHARE, _PITCH_SHARE = 0.70, 0.18, 0.62
# When each part starts after the decision to look, and how long it takes, seconds.
_EYES, _HEAD, _CHEST = (0.0, 0.13), (0.09, 0.40), (0.16, 0.55)
_JUMP_S, _JUMP_DEG, _EYES_STILL_S = 0.045, 1.3, 0.2  # of a small saccade
SETTLED_S = _CHEST[0] + _CHEST[1]


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A target of the eyes from a moment on, as a direction seen from the chest."""

    start_s: float
    yaw: Array  # (frames,) radians, + left
    pitch: Array  # (frames,) radians, + up


def free_sight(start_s: float, look: str, frames: int) -> Sight:
    """Return the sight of someone who looks at nothing in the world."""
    yaw, pitch = np.deg2rad(_FREE_LOOKS[look])
    return Sight(start_s, np.full(frames, yaw), np.full(frames, pitch))


def eye_points(pose: Array, measures: Measures) -> Array:
    """Return (frames, 3): the point between someone's eyes, near enough to look at or from."""
    pitch, yaw = pose[:, COLUMN["hip_pitch"]], pose[:, YAW]
    lean = pitch + 0.7 * pose[:, COLUMN["spine_pitch"]]
    back = measures.eyes * np.sin(lean) - 0.05 * measures.stature * np.cos(lean)
    points = pose[:, [X, Y, Z]].copy()
    points[:, 0] += back * np.sin(yaw)
    points[:, 1] += measures.eyes * np.cos(lean)
    points[:, 2] += back * np.cos(yaw)
    return points


def sight_of(start_s: float, pose: Array, eyes: Array, target: Array) -> Sight:
    """Return the sight of a target (frames, 3) from someone's eyes (frames, 3)."""
    way = target - eyes
    yaw = pose[:, YAW] + pose[:, COLUMN["hip_yaw"]]
    cos, sin = np.cos(yaw), np.sin(yaw)
    right = way[:, 0] * cos - way[:, 2] * sin
    ahead = -way[:, 0] * sin - way[:, 2] * cos
    lean = sum(pose[:, COLUMN[f"{part}_pitch"]] for part in ("hip", "spine", "chest"))
    up = way[:, 1] * np.cos(lean) - ahead * np.sin(lean)
    front = ahead * np.cos(lean) + way[:, 1] * np.sin(lean)
    # Seen lying down, what is overhead is ahead: the chest's own axes count.
    side = np.arctan2(-right, front)
    return Sight(start_s, _tame(side), np.arctan2(up, np.hypot(right, front)))


def _tame(yaw: Array) -> Array:
    """Return the turn one makes for a target: none for what is right behind one's back."""
    away = np.abs(yaw)
    share = np.clip((np.deg2rad(165) - away) / np.deg2rad(50), 0.0, 1.0)
    out: Array = np.clip(yaw, -np.pi / 2, np.pi / 2) * share * share * (3 - 2 * share)
    return out


def set_gaze(
    pose: Array, sights: list[Sight], seconds: Array, length_s: float, *, key: tuple[str, str]
) -> None:
    """Add the turns of eyes, head and chest that follow a row of sights to a pose.

    Eyes stay on what they look at while the head nods or sways; `key` seeds their small jumps.
    """
    squeeze = _squeeze(sights, length_s)
    eye_yaw, eye_pitch = _followed(sights, seconds, _EYES, squeeze)
    head_yaw, head_pitch = _followed(sights, seconds, _HEAD, squeeze)
    chest_yaw, _ = _followed(sights, seconds, _CHEST, squeeze)
    pose[:, COLUMN["chest_yaw"]] += _within(_CHEST_SHARE * chest_yaw, -_CHEST_YAW, _CHEST_YAW)
    pose[:, COLUMN["head_yaw"]] += _within(_HEAD_SHARE * head_yaw, -_HEAD_YAW, _HEAD_YAW)
    pose[:, COLUMN["head_pitch"]] += _within(_PITCH_SHARE * head_pitch, -_HEAD_DOWN, _HEAD_UP)
    turned = pose[:, COLUMN["head_yaw"]] + pose[:, COLUMN["chest_yaw"]]
    jump_yaw, jump_pitch = _saccades(key, seconds, length_s)
    eye_yaw, eye_pitch = eye_yaw - turned, eye_pitch - pose[:, COLUMN["head_pitch"]]
    pose[:, COLUMN["eye_yaw"]] += _within(eye_yaw + jump_yaw, -_EYE_YAW, _EYE_YAW)
    pose[:, COLUMN["eye_pitch"]] += _within(eye_pitch + jump_pitch, -_EYE_DOWN, _EYE_UP)


def _saccades(key: tuple[str, str], seconds: Array, length_s: float) -> tuple[Array, Array]:
    """Return (frames,) of yaw and pitch: small jumps of eyes that rest on something."""
    random = np.random.default_rng(seed_of("saccade", *key))
    yaw, pitch = np.zeros_like(seconds), np.zeros_like(seconds)
    at = float(random.uniform(0.4, 1.4))
    while at + _JUMP_S < length_s - _EYES_STILL_S:
        aside, up = random.normal(0.0, _JUMP_DEG), random.normal(0.0, 0.6 * _JUMP_DEG)
        held = float(random.uniform(0.25, 1.3))
        end = min(at + held, length_s - _EYES_STILL_S)
        share = np.clip((seconds - at) / _JUMP_S, 0, 1) - np.clip((seconds - end) / _JUMP_S, 0, 1)
        yaw += np.deg2rad(np.clip(aside, -3.0, 3.0)) * share
        pitch += np.deg2rad(np.clip(up, -2.0, 2.0)) * share
        at = end + float(random.uniform(0.2, 1.6))
    return yaw, pitch


def _squeeze(sights: list[Sight], length_s: float) -> float:
    """Return how much faster the last look must be to settle before the step ends."""
    if len(sights) < 2:
        return 1.0
    return float(np.clip((length_s - sights[-1].start_s) / SETTLED_S, 0.15, 1.0))


def _followed(
    sights: list[Sight], seconds: Array, part: tuple[float, float], squeeze: float
) -> tuple[Array, Array]:
    yaw, pitch = sights[0].yaw.copy(), sights[0].pitch.copy()
    lag, span = part[0] * squeeze, part[1] * squeeze
    for before, sight in pairwise(sights):
        share = np.clip((seconds - sight.start_s - lag) / span, 0.0, 1.0)
        share = share * share * (3 - 2 * share)
        yaw += (sight.yaw - before.yaw) * share
        pitch += (sight.pitch - before.pitch) * share
    return yaw, pitch


def _within(angle: Array, low_deg: float, high_deg: float) -> Array:
    out: Array = np.clip(angle, np.deg2rad(low_deg), np.deg2rad(high_deg))
    return out
