"""Over-the-shoulders in, cameras out: a face free beside the shoulder of whom it talks to."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mstation.shots.asked import Asked
from mstation.shots.faults import gaze_deg
from mstation.shots.framing import Aimed, Cameras, Framing, turned
from mstation.shots.grammar import grammar
from mstation.shots.landmarks import J
from mstation.shots.singles import (
    CLEAR_RAD,
    common_faults,
    eyeline_cost,
    framing_of,
    reach_of,
    stood,
    to_partner,
    way_cost,
)
from mstation.shots.taken import VISIBILITY, Ground, Taken
from mstation.shots.toric import Pair, angle_for_reach, azimuth_beside, cameras_of
from mstation.space import Array

# Columns of a way over a shoulder: the share of the frame's width under the foreground, steps of
# the lens, degrees over the eyes, the lower edge.
OVER_ROUNDS: tuple[Array, ...] = (
    np.array([(x, s, 0, 0) for x in (0.25, 0.19, 0.31) for s in (0, 1, -1)]),
    np.array([(x, s, r, c) for x in (0.27, 0.18, 0.34) for s in (0, 1, 2, -1)
              for r, c in ((0.0, 0.022), (4.0, 0.0))]),
)  # fmt: skip
_FACE_HALF_M, _SHOULDER_M, _HEAD_M, _SHOULDER_SPAN_M = 0.10, 0.05, 0.09, 0.2
_AT_EDGE, _HEAD_IN = 0.02, 0.1
_BACK_TURNED = -0.25  # cosine of a foreground's look to the camera: it must look away
_NUDGE_M = 0.3  # further than this a composition is another one

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


def aim_over_shoulders(asked: Asked, ground: Ground, ways: Array, mates: Index) -> Aimed:
    """Return over-the-shoulders: the partner's shoulder on one side, the face free."""
    line, gap = to_partner(ground.figures, asked)
    level = framing_of(
        asked, ground, ways, turned(line, math.radians(20.0) * asked.side.astype(float))
    )
    reach = reach_of(level, asked, ground)
    inner = ways[:, 0] - _half_over(level, reach, gap, asked, ground)
    beside_x = np.where(level.screen_x < 0.5, 1.0 - inner, inner)
    aside = azimuth_beside(level.screen_x, beside_x, reach, gap, level.lens_mm, ground.sensor)
    view = turned(line, asked.side.astype(float) * np.maximum(aside, CLEAR_RAD))
    cameras = stood(framing_of(asked, ground, ways, view), asked, ground, mates, ways)
    exact = _composed(cameras, level.screen_x, beside_x, asked, ground)
    keeps = (aside >= CLEAR_RAD)[:, None]  # nearer to the line, the foreground is as it may be
    position = np.where(keeps, exact.position, cameras.position)
    target = np.where(keeps, exact.target, cameras.target)
    return Aimed(Cameras(position, target, cameras.lens_mm), asked.step, way_cost(ways))


def _half_over(framing: Framing, reach: Array, gap: Array, asked: Asked, ground: Ground) -> Array:
    """Return how far a foreground goes from its head towards the face, of the frame's width.

    That is to its shoulder where that is in the picture, else to the edge of its head.
    """
    joints = ground.figures.joints[asked.partner, asked.frame]
    shoulders = joints[:, [J["LeftShoulder"], J["RightShoulder"]], 1].max(axis=1)
    depth = np.maximum(reach - gap, _NUDGE_M)
    floor = framing.height_m + (framing.cut[:, 1] - framing.height_m) * depth / reach
    half_m = np.where(shoulders > floor, _SHOULDER_SPAN_M + _SHOULDER_M, _HEAD_M)
    return np.asarray(half_m * framing.lens_mm / depth / ground.sensor.width_mm)


def _composed(
    cameras: Cameras, face_x: Array, beside_x: Array, asked: Asked, ground: Ground
) -> Cameras:
    """Return cameras moved a little, so that face and foreground are just where they belong."""
    figures, sensor = ground.figures, ground.sensor
    eyes = figures.eyes[asked.principal, asked.frame]
    near = figures.heads[asked.partner, asked.frame]
    seen = cameras.project(np.stack([eyes, near], axis=1), sensor)
    pair = Pair(
        first=eyes,
        second=near,
        first_at=np.column_stack([face_x, seen[:, 0, 1]]),
        second_at=np.column_stack([beside_x, seen[:, 1, 1]]),
        lens_mm=cameras.lens_mm,
    )
    reach = np.linalg.norm(cameras.position - eyes, axis=1)
    at_face = np.nan_to_num(angle_for_reach(pair, reach, sensor), nan=-1.0)
    exact, exists = cameras_of(pair, at_face, sensor)
    moved = np.linalg.norm(exact.position - cameras.position, axis=1)
    use = (exists & (moved < _NUDGE_M) & (seen[:, 1, 2] > _NUDGE_M))[:, None]
    ahead = exact.target - exact.position
    ahead = ahead / np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    return Cameras(
        np.where(use, exact.position, cameras.position),
        np.where(use, exact.position + ahead * reach[:, None], cameras.target),
        cameras.lens_mm,
    )


def judge_over_shoulders(asked: Asked, aimed: Aimed, ground: Ground) -> Taken:
    """Return what over-the-shoulders break and cost as these cameras take them."""
    cameras = aimed.cameras
    broken = common_faults(asked, cameras, ground)
    share, gap, headless = _foreground(cameras, asked, ground)
    rules = grammar().ots
    short = (share < rules["least"]) | (share > rules["most"]) | (gap < rules["face_gap"])
    short |= _shows_partner(cameras, asked, ground)
    broken |= np.where(short, VISIBILITY, 0)
    cost = eyeline_cost(gaze_deg(cameras, asked.principal, asked.frame, ground.figures))
    cost = cost + aimed.cost + 1.5 * np.abs(share - 0.25) + 1.5 * headless
    return Taken(cameras, aimed.step, broken, np.asarray(cost))


def _shows_partner(cameras: Cameras, asked: Asked, ground: Ground) -> Flags:
    """Return where the partner looks towards the camera: no shoulder to look over."""
    figures = ground.figures
    sight = cameras.position - figures.heads[asked.partner, asked.frame]
    sight[:, 1] = 0.0
    sight /= np.maximum(np.linalg.norm(sight, axis=1, keepdims=True), 1e-6)
    towards = np.einsum("nk,nk->n", figures.facing[asked.partner, asked.frame], sight)
    return np.asarray((towards > _BACK_TURNED) | figures.lying[asked.partner, asked.frame])


def _foreground(cameras: Cameras, asked: Asked, ground: Ground) -> tuple[Array, Array, Array]:
    """Return the width's share under the partner, the gap to the face, the head over the top."""
    figures = ground.figures
    joints = figures.joints[asked.partner, asked.frame]
    names = ("Head", "Neck", "LeftShoulder", "RightShoulder")
    radii = np.array([_HEAD_M, _SHOULDER_M, _SHOULDER_M, _SHOULDER_M])
    near = cameras.project(joints[:, [J[name] for name in names]], ground.sensor)
    depth = np.maximum(near[..., 2], 0.05)
    half = radii * cameras.lens_mm[:, None] / depth / ground.sensor.width_mm
    behind = (near[..., 2] < 0.2).any(axis=1)
    tall = radii * cameras.lens_mm[:, None] / depth / ground.sensor.height_mm
    within = (near[..., 1] - tall < 1.0) & (near[..., 1] + tall > 0.0)
    left = np.clip(np.where(within, near[..., 0] - half, 1.0).min(axis=1), 0.0, 1.0)
    right = np.clip(np.where(within, near[..., 0] + half, 0.0).max(axis=1), 0.0, 1.0)
    eyes = figures.eyes[asked.principal, asked.frame]
    face = cameras.project(eyes[:, None], ground.sensor)[:, 0]
    face_half = _FACE_HALF_M * cameras.lens_mm / np.maximum(face[:, 2], 0.05)
    face_half = face_half / ground.sensor.width_mm
    gap = np.maximum(left - (face[:, 0] + face_half), (face[:, 0] - face_half) - right)
    at_edge = (left < _AT_EDGE) | (right > 1.0 - _AT_EDGE)
    share = np.where(behind | ~at_edge, 0.0, right - left)
    headless = np.clip(_HEAD_IN - near[:, 0, 1], 0.0, 0.5)  # how far its head is over the top
    return np.asarray(share), np.asarray(gap), np.asarray(headless)
