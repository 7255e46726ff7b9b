"""What a body does while it does nothing: breath, sway, the weight from leg to leg."""

from __future__ import annotations

import numpy as np

from mstation.identity import seed_of
from mstation.space import Array
from mstation.stage.channels import COLUMN, YAW, Measures, X, Y, Z
from mstation.stage.face import swell
from mstation.stage.stances import Playing

_BREATH_S = 3.7
_STILL_S = 0.7  # before a step ends, when everyone comes to rest
_SWAYS = (
    ("spine_roll", 0.8), ("spine_yaw", 1.2), ("chest_yaw", 0.7), ("head_roll", 1.6),
    ("head_yaw", 1.8), ("head_pitch", 1.3), ("l_flex", 1.8), ("r_flex", 1.8),
    ("l_elbow", 2.6), ("r_elbow", 2.6), ("l_twist", 2.4), ("r_twist", 2.4),
)  # fmt: skip
_SHIFT, _SHIFT_ROLL = 0.017, np.deg2rad(2.4)  # of stature; of the hips
_SHIFT_FROM_S = 2.5  # a shorter step leaves no time to change legs
_TILT = np.deg2rad(4.5)  # of a listener's head


def set_idle(
    pose: Array, playing: Playing, key: str, seconds: Array, length_s: float, measures: Measures
) -> None:
    """Add breath, sway and shifts of weight to a pose, still at both ends of the step."""
    _breathe(pose, seconds, length_s)
    random = np.random.default_rng(seed_of("sway", key, playing.character_id))
    inside = swell(seconds, 0.0, length_s - _STILL_S, _STILL_S)
    walks = len(playing.path) > 1
    for name, degrees in _SWAYS:
        pose[:, COLUMN[name]] += np.deg2rad(degrees) * inside * drift(random, seconds)
    aside, ahead = drift(random, seconds), drift(random, seconds)
    is_standing = playing.before.posture == playing.after.posture == "stand" and not walks
    if is_standing:
        sway = 0.006 * measures.stature * inside
        _move_root(pose, sway * aside, 0.5 * sway * ahead)
        pose[:, Y] -= 0.2 * sway * np.abs(aside)
        if length_s >= _SHIFT_FROM_S:
            _shift(pose, inside * _settling(random, seconds), measures)
    if not playing.utterances and not walks:
        tilt = random.choice((-1.0, 1.0)) * (0.35 + 0.65 * random.random())
        slow = swell(seconds, 0.4, length_s - 1.3, 1.2) if length_s > 3.0 else 0.0
        pose[:, COLUMN["head_roll"]] += _TILT * tilt * slow


def _breathe(pose: Array, seconds: Array, length_s: float) -> None:
    """Lift chest and shoulders: in faster than out, whole breaths within the step."""
    breaths = max(1, round(length_s / _BREATH_S))
    period = length_s / breaths
    depth = min(1.0, period / 3.0) ** 2
    phase = np.mod(seconds / period, 1.0)
    phase = np.where(phase < 0.4, phase / 0.8, 0.5 + (phase - 0.4) / 1.2)
    breath = 0.5 * depth * (1.0 - np.cos(2 * np.pi * phase))
    pose[:, COLUMN["chest_pitch"]] += np.deg2rad(1.7) * breath
    pose[:, COLUMN["head_pitch"]] -= np.deg2rad(1.2) * breath
    for side in "lr":
        pose[:, COLUMN[f"{side}_abd"]] += np.deg2rad(1.3) * breath
        pose[:, COLUMN[f"{side}_flex"]] += np.deg2rad(0.7) * breath


def _shift(pose: Array, weight: Array, measures: Measures) -> None:
    """Take the hips over one leg (−1 left … 1 right), the shoulders the other way."""
    _move_root(pose, _SHIFT * measures.stature * weight, np.zeros_like(weight))
    roll = _SHIFT_ROLL * weight
    pose[:, Y] -= 0.002 * measures.stature * np.abs(weight)
    pose[:, COLUMN["hip_roll"]] += roll
    pose[:, COLUMN["spine_roll"]] -= 1.5 * roll
    pose[:, COLUMN["head_roll"]] += 0.4 * roll


def _move_root(pose: Array, aside: Array, ahead: Array) -> None:
    yaw = pose[:, YAW]
    pose[:, X] += aside * np.cos(yaw) - ahead * np.sin(yaw)
    pose[:, Z] += -aside * np.sin(yaw) - ahead * np.cos(yaw)


def drift(random: np.random.Generator, seconds: Array) -> Array:
    """Return slow, aimless movement within about −1 and 1."""
    phases = random.uniform(0, 2 * np.pi, 3)
    speeds = random.uniform([0.11, 0.23, 0.41], [0.17, 0.31, 0.55])
    waves = np.sin(2 * np.pi * speeds * seconds[:, None] + phases)
    out: Array = waves @ np.array([0.55, 0.3, 0.15])
    return out


def _settling(random: np.random.Generator, seconds: Array) -> Array:
    """Return movement from −1 to 1 that stays at either for a while."""
    phase, speed = random.uniform(0, 2 * np.pi), random.uniform(0.07, 0.12)
    out: Array = np.tanh(2.4 * np.sin(2 * np.pi * speed * seconds + phase))
    return out
