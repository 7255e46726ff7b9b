"""Footfalls in, a body that goes out: feet that roll, hips that pass over them, arms that swing."""

from __future__ import annotations

import math

import numpy as np

from mstation.stage.channels import COLUMN, FOOT_L, FOOT_R, YAW, Array, Measures, X, Y, Z
from mstation.stage.gait import FLIGHT, LEAST_RISE_M, Footfall, Stride, smooth
from mstation.stage.joints import sink

_JOLT_FRAMES = 3
_RUNS = 1.32  # of vigour: above it a step is one of a run
_LEG_OUT = 0.985  # of the leg: how far a runner's foot is from the hip at most
_BOUND = 0.03  # of stature: how far a runner rises between steps
_BOTH_UP = math.sin(math.pi * 0.5 * FLIGHT / (1 + FLIGHT)) ** 4  # of both lifts, midway


def set_stride(
    pose: Array, plan: Stride, seconds: Array, measures: Measures, swinging: str = "lr"
) -> None:
    """Write a stride into the pose's dials (frames, channels): root, feet, and what they move.

    `swinging` are the arms that are free to swing.
    """
    place = _hermite(plan, seconds)
    pose[:, X], pose[:, Z] = place.T
    pose[:, Y] += np.interp(seconds, plan.times_s, plan.heights)
    pose[:, YAW] = _yaw_curve(plan, seconds)
    lifts = []
    for side, span in (("l", FOOT_L), ("r", FOOT_R)):
        falls = [fall for fall in plan.footfalls if fall.side == side]
        first = pose[0, span].copy()
        first[1] += plan.heights[0]
        pose[:, span], lift = _foot_curve(first, falls, seconds, measures)
        lifts.append(lift)
    _set_upper_body(pose, plan, seconds, lifts, measures, swinging)


def _hermite(plan: Stride, seconds: Array) -> Array:
    """Return (frames, 2): the body's place, smooth through its keys."""
    times = plan.times_s
    at = np.clip(seconds, times[0], times[-1])
    k = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
    span = np.maximum(times[k + 1] - times[k], 1e-9)[:, None]
    u = (at - times[k])[:, None] / span
    p, q, v, w = plan.places[k], plan.places[k + 1], plan.speeds[k], plan.speeds[k + 1]
    out: Array = (
        (2 * u**3 - 3 * u**2 + 1) * p
        + (u**3 - 2 * u**2 + u) * span * v
        + (3 * u**2 - 2 * u**3) * q
        + (u**3 - u**2) * span * w
    )
    return out


def _yaw_curve(plan: Stride, seconds: Array) -> Array:
    """Return (frames,): the body's yaw; single turns ease in and out."""
    times, yaws = plan.yaw_times_s, plan.yaws
    at = np.clip(seconds, times[0], times[-1])
    k = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
    span = np.maximum(times[k + 1] - times[k], 1e-9)
    u = (at - times[k]) / span
    is_turn = span > 0.5
    u = np.where(is_turn, smooth(u), u)
    out: Array = yaws[k] + (yaws[k + 1] - yaws[k]) * u
    return out


def _foot_curve(
    first: Array, falls: list[Footfall], seconds: Array, measures: Measures
) -> tuple[Array, Array]:
    """Return (frames, 5) of one ankle and (frames,) of how far its foot is off the floor, 0..1."""
    foot = np.repeat(first[None, :], len(seconds), axis=0)
    lift = np.zeros(len(seconds))
    pitch = np.zeros(len(seconds))
    x, z, yaw, y = first[0], first[2], first[3], first[1] - measures.ankle
    for fall in falls:
        u = (seconds - fall.start_s) / (fall.end_s - fall.start_s)
        flight = smooth((u - 0.06) / 0.92)
        if fall.vigour > _RUNS:  # a runner's foot leaves the floor as fast as the runner goes
            flight = 0.35 * flight + 0.65 * np.clip((u - 0.03) / 0.97, 0.0, 1.0)
        foot[:, 0] += (fall.x - x) * flight
        foot[:, 2] += (fall.z - z) * flight
        foot[:, 3] += (fall.yaw - yaw) * flight
        bump = np.where((u > 0) & (u < 1), np.sin(np.pi * np.clip(u, 0, 1)) ** 2, 0.0)
        lift = np.maximum(lift, bump)
        height = 0.030 * min(fall.vigour, 2.0)
        if fall.vigour > _RUNS:  # the heel is thrown up behind before the knee comes through
            height = 0.088
            bump = np.where((u > 0) & (u < 1), _thrown(u), 0.0)
        foot[:, 1] += height * measures.stature * bump
        by = fall.y - y
        # Up before it goes over the edge, down after it has.
        foot[:, 1] += by * smooth(u / 0.55 if by > 0 else (u - 0.4) / 0.58)
        v = min(fall.vigour, 1.3) * (0.3 if abs(by) > LEAST_RISE_M else 1.0)
        # The heel of a foot that goes on walking rises before the foot does.
        knots = (-0.45 if fall.follows else 0.0, 0.08 if fall.follows else 0.25, 0.5, 0.9, 1.22)
        angles = (0.0, -30.0 * v, -16.0 * v, 13.0 * v, 0.0)
        if fall.vigour > _RUNS:
            angles = (0.0, -48.0, -52.0, 4.0, 0.0)
        pitch += _eased(u, knots, angles)
        x, z, yaw, y = fall.x, fall.z, fall.yaw, fall.y
    _roll_over(foot, np.deg2rad(pitch), measures)
    return foot, lift


def _thrown(u: Array) -> Array:
    """Return a rise and fall from 0 to 1 and back that peaks early."""
    v = np.clip(u, 0.0, 1.0) ** 0.8
    out: Array = np.maximum(np.sin(np.pi * v), 0.0) ** 1.45
    return out


def _eased(u: Array, knots: tuple[float, ...], values: tuple[float, ...]) -> Array:
    out = np.zeros(len(u))
    pieces = zip(knots, knots[1:], values, values[1:], strict=False)
    for start, end, low, high in pieces:
        inside = (u >= start) & (u < end)
        share = (u[inside] - start) / (end - start)
        out[inside] = low + (high - low) * share * share * (3 - 2 * share)
    return out


def _roll_over(foot: Array, pitch: Array, measures: Measures) -> None:
    """Turn the foot about its toe (heel up) or its heel (toe up), which stay on the floor."""
    foot[:, 4] += pitch
    ahead = np.where(pitch < 0, measures.foot, -0.4 * measures.foot)
    below = -measures.ankle
    cos, sin = np.cos(pitch), np.sin(pitch)
    forward = ahead - (ahead * cos - below * sin)
    foot[:, 1] += below - (ahead * sin + below * cos)
    foot[:, 0] += forward * -np.sin(foot[:, 3])
    foot[:, 2] += forward * -np.cos(foot[:, 3])


def _set_upper_body(
    pose: Array,
    plan: Stride,
    seconds: Array,
    lifts: list[Array],
    measures: Measures,
    swinging: str,
) -> None:
    """Swing arms and pelvis against the legs; nothing moves when the feet stand together."""
    yaw = pose[:, YAW]
    ahead = -(pose[:, FOOT_L.start] - pose[:, FOOT_R.start]) * np.sin(yaw) - (
        pose[:, FOOT_L.start + 2] - pose[:, FOOT_R.start + 2]
    ) * np.cos(yaw)
    inside = smooth((seconds - plan.times_s[0]) / 0.25) * smooth(
        (plan.times_s[-1] - seconds) / 0.25
    )
    swing = np.clip(ahead / measures.stride, -1.3, 1.3) * inside  # + when the left foot leads
    runs = plan.is_running
    bend = np.deg2rad(72.0 if runs else 10.0) * inside
    for side in swinging:
        ahead_of = -swing if side == "l" else swing
        flex, elbow = (34.0, 12.0) if runs else (20.0, 9.0)
        pose[:, COLUMN[f"{side}_flex"]] += np.deg2rad(flex) * ahead_of
        pose[:, COLUMN[f"{side}_flex"]] -= np.deg2rad(10.0 if runs else 0.0) * inside
        # A forearm bends as it comes forward and hangs as it goes back.
        pose[:, COLUMN[f"{side}_elbow"]] += bend + np.deg2rad(elbow) * ahead_of
        pose[:, COLUMN[f"{side}_swing"]] -= np.deg2rad(7.0) * np.maximum(ahead_of, 0.0)
    turn = 8.0 if runs else 5.0
    pose[:, COLUMN["hip_yaw"]] -= np.deg2rad(turn) * swing
    pose[:, COLUMN["spine_yaw"]] += np.deg2rad(0.6 * turn) * swing
    pose[:, COLUMN["chest_yaw"]] += np.deg2rad(turn + 2.0) * swing
    pose[:, COLUMN["head_yaw"]] -= np.deg2rad(0.6 * turn + 2.0) * swing  # the face stays ahead
    pose[:, COLUMN["hip_pitch"]] += np.deg2rad(-5.0 if runs else -1.0) * inside
    pose[:, COLUMN["spine_pitch"]] += np.deg2rad(-7.0 if runs else -2.0) * inside
    pose[:, COLUMN["head_pitch"]] += np.deg2rad(7.0 if runs else 1.5) * inside
    sway = (0.004 if runs else 0.011) * measures.stature * (lifts[1] - lifts[0]) * inside
    pose[:, X] -= sway * np.cos(yaw)  # + to the left
    pose[:, Z] += sway * np.sin(yaw)
    pose[:, COLUMN["hip_roll"]] += np.deg2rad(3.2) * (lifts[0] - lifts[1]) * inside
    pose[:, COLUMN["spine_roll"]] -= np.deg2rad(3.2) * (lifts[0] - lifts[1]) * inside
    pose[:, Y] -= (0.012 if runs else 0.004) * measures.stature * inside
    if runs:
        aloft = np.clip(lifts[0] * lifts[1] / _BOTH_UP, 0.0, 1.0)
        pose[:, Y] += _BOUND * measures.stature * aloft * inside
        _draw_up(pose, lifts, measures)
    pose[:, Y] -= _bob(pose, measures)


def _draw_up(pose: Array, lifts: list[Array], measures: Measures) -> None:
    """Draw feet that are off the floor after the hips, instead of the hips down to the feet."""
    yaw = pose[:, YAW]
    for span, lift, sign in zip((FOOT_L, FOOT_R), lifts, (-1.0, 1.0), strict=True):
        hip = pose[:, [X, Y, Z]].copy()
        hip[:, 0] += sign * measures.hip_half * np.cos(yaw)
        hip[:, 2] -= sign * measures.hip_half * np.sin(yaw)
        way = pose[:, span.start : span.start + 3] - hip
        length = np.linalg.norm(way, axis=1)
        most = _LEG_OUT * measures.leg
        share = np.where((lift > 0) & (length > most), most / np.maximum(length, 1e-9), 1.0)
        pose[:, span.start : span.start + 3] = hip + way * share[:, None]


def _bob(pose: Array, measures: Measures) -> Array:
    """Return how far the hips come down for long steps, without a jolt."""
    yaw = pose[:, YAW]
    right = np.column_stack([np.cos(yaw), np.zeros(len(yaw)), -np.sin(yaw)]) * measures.hip_half
    ankles = [pose[:, span][:, :3] for span in (FOOT_L, FOOT_R)]
    needed = sink(pose[:, [X, Y, Z]], ankles, [-right, right], measures)
    reach = _JOLT_FRAMES
    padded = np.pad(needed, reach)
    widest = np.max([padded[k : k + len(needed)] for k in range(2 * reach + 1)], axis=0)
    kernel = np.hanning(2 * reach + 3)[1:-1]
    out: Array = np.convolve(np.pad(widest, reach), kernel / kernel.sum(), mode="valid")
    return out
