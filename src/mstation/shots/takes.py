"""Shots in, takes out: the camera frame by frame, the bodies and things that are there."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import numpy as np

from mstation.identity import seed_of
from mstation.shots.shot import CameraKey, Shot, ShotList, Take, TakeSheet
from mstation.space import Array, Sensor, looks_at
from mstation.stage.performance import Motion, Performance, Prop
from mstation.timebase import FrameRate

_EASE = 0.22  # share of a move that gathers speed, and that loses it
_WAVES, _ROLL_SHARE = 5, 0.35  # of the sway of hands
_RATE = FrameRate(24)
# Source: reference sheet of cinematography, section 4, handheld.
_SWAY_HZ = (0.3, 1.5)


def cut_takes(
    shots: ShotList, performance: Performance, motions: tuple[Motion, ...], *, sensor: Sensor,
    rate: FrameRate = _RATE,
) -> tuple[Take, ...]:  # fmt: skip
    """Return what a renderer needs for each shot, counted from the shot's own start.

    Nothing in a take says when in the scene it happens, so that a shot which only moved in
    time gives the same bytes.
    """
    return tuple(_take(shot, performance, motions, sensor, rate) for shot in shots.shots)


def _take(
    shot: Shot, performance: Performance, motions: tuple[Motion, ...], sensor: Sensor,
    rate: FrameRate,
) -> Take:  # fmt: skip
    first, end = shot.first_frame, shot.end_frame
    cut = [motion.cut(first, end) for motion in motions]
    seen = tuple(motion for motion in cut if motion.present.any())
    ids = {motion.character_id for motion in seen}
    sheet = TakeSheet(
        bodies=tuple(
            body for body in (*performance.bodies, *performance.extras) if body.character_id in ids
        ),
        props=_props(performance, first, end),
        sensor=sensor,
        fade_in_frames=shot.fade_in_frames,
        fade_out_frames=shot.fade_out_frames,
    )
    world_from_camera, lens_mm = camera_curve(shot.camera, shot.frames)
    if shot.shake_deg > 0:
        seed = seed_of("sway", shot.id)
        world_from_camera = swayed(world_from_camera, shot.shake_deg, seed, rate)
    return Take(world_from_camera.astype(np.float32), lens_mm.astype(np.float32), seen, sheet)


def _props(performance: Performance, first: int, end: int) -> tuple[Prop, ...]:
    """Return the things that are there, their frames counted from the take's start.

    A thing without an end is there to the end of the scene.
    """
    props = []
    for prop in performance.props:
        until = prop.end_frame or performance.frames
        if prop.first_frame < end and until > first:
            begin = max(prop.first_frame, first) - first
            props.append(replace(prop, first_frame=begin, end_frame=min(until, end) - first))
    return tuple(props)


def camera_curve(keys: tuple[CameraKey, ...], frames: int) -> tuple[Array, Array]:
    """Return the camera over a shot: (frames, 4, 4) world_from_camera and (frames,) lens.

    Between two keys the camera gathers speed, runs evenly and slows down; through more keys
    it glides without stopping; it starts and ends at rest, unless its keys are the first frame
    and the last: then it is under way already. Outside the keys it stands still.
    """
    curve = key_curve(keys, frames)
    return looks_at(curve[:, :3], curve[:, 3:6], curve[:, 7]), curve[:, 6]


def key_curve(keys: tuple[CameraKey, ...], frames: int) -> Array:
    """Return (frames, 8): the camera's place, its target, its focal length and its roll."""
    at = np.arange(frames, dtype=float)
    times = np.array([key.frame for key in keys], float)
    values = np.array([[*key.position, *key.target, key.focal_length_mm, key.roll_rad]
                       for key in keys])  # fmt: skip
    if len(keys) == 2:
        share = np.clip((at - times[0]) / max(times[1] - times[0], 1.0), 0.0, 1.0)
        return np.asarray(values[0] + eased(share)[:, None] * (values[1] - values[0]))
    if len(keys) > 2:
        return _glide(times, values, at)
    return np.repeat(values[:1], frames, axis=0)


def eased(share: Array) -> Array:
    """Return how far a move has come (0 … 1): speed swells, holds and dies away."""
    top = 1.0 / (1.0 - _EASE)
    rising = top * (share / 2 - _EASE / (2 * math.pi) * np.sin(math.pi * share / _EASE))
    even = top * (share - _EASE / 2)
    left = 1.0 - share
    falling = 1.0 - top * (left / 2 - _EASE / (2 * math.pi) * np.sin(math.pi * left / _EASE))
    whole = np.where(share < _EASE, rising, np.where(left < _EASE, falling, even))
    return np.asarray(np.clip(whole, 0.0, 1.0))


def swayed(matrices: Array, sway_deg: float, seed: int, rate: FrameRate) -> Array:
    """Return cameras (frames, 4, 4) as hands hold them: turned by a slow unrest, within bounds.

    Each of pan, tilt and roll is a sum of a few slow waves; the same seed sways alike.
    """
    random = Random(seed)
    seconds = np.arange(len(matrices)) * rate.seconds(1)
    turns = []
    for part in (1.0, 1.0, _ROLL_SHARE):
        hertz = np.array([random.uniform(*_SWAY_HZ) for _ in range(_WAVES)])
        phases = np.array([random.uniform(0, 2 * math.pi) for _ in range(_WAVES)])
        widths = math.radians(sway_deg) * part / hertz / (1.0 / hertz).sum()
        turns.append(np.sin(2 * math.pi * seconds[:, None] * hertz + phases) @ widths)
    held = matrices.copy()
    held[:, :3, :3] = matrices[:, :3, :3] @ _turned(*turns)
    return held


def _turned(pan: Array, tilt: Array, roll: Array) -> Array:
    """Return rotations (n, 3, 3) by small angles about a camera's own axes."""
    one, none = np.ones_like(pan), np.zeros_like(pan)
    cp, sp, ct, st, cr, sr = (np.cos(pan), np.sin(pan), np.cos(tilt), np.sin(tilt), np.cos(roll),
                              np.sin(roll))  # fmt: skip
    yaw = np.array([[cp, none, sp], [none, one, none], [-sp, none, cp]])
    pitch = np.array([[one, none, none], [none, ct, -st], [none, st, ct]])
    bank = np.array([[cr, -sr, none], [sr, cr, none], [none, none, one]])
    return np.asarray(np.einsum("ijn,jkn,kln->nil", yaw, pitch, bank))


def _glide(times: Array, values: Array, at: Array) -> Array:
    """Return cubic Hermite curves through keys (k, n) at frames `at`, at rest at both ends."""
    slopes = np.zeros_like(values)
    span = (times[2:] - times[:-2])[:, None]
    slopes[1:-1] = (values[2:] - values[:-2]) / np.maximum(span, 1e-9)
    if times[0] <= at[0]:
        slopes[0] = (values[1] - values[0]) / max(times[1] - times[0], 1e-9)
    if times[-1] >= at[-1]:
        slopes[-1] = (values[-1] - values[-2]) / max(times[-1] - times[-2], 1e-9)
    inside = np.clip(at, times[0], times[-1])
    left = np.clip(np.searchsorted(times, inside, side="right") - 1, 0, len(times) - 2)
    width = (times[left + 1] - times[left])[:, None]
    s = (inside - times[left])[:, None] / width
    return np.asarray(
        (1 + 2 * s) * (1 - s) ** 2 * values[left]
        + s * (1 - s) ** 2 * width * slopes[left]
        + s**2 * (3 - 2 * s) * values[left + 1]
        + s**2 * (s - 1) * width * slopes[left + 1]
    )
