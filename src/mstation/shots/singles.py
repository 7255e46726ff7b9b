"""Singles and over-the-shoulders in, cameras out: framed by landmarks, mirrored in pairs."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mstation.shots.axis import Epoch, side_sign
from mstation.shots.coverage import Setup
from mstation.shots.framing import (
    Cameras,
    Framing,
    cameras_at,
    solve_distance,
    turned,
)
from mstation.shots.grammar import STEP, grammar
from mstation.shots.landmarks import Figures, J
from mstation.shots.taken import (
    AXIS,
    CLEARANCE,
    EYELINE,
    SIZE,
    VISIBILITY,
    Ground,
    Taken,
    lens_near,
)
from mstation.space import Array

# Degrees off the look, steps of the lens. The first is the ideal; the rest are for tight sets.
SINGLE_WAYS = tuple(
    (angle, shift)
    for shift in (0, -1, 1, -2, -3)
    for angle in (26.0, 32.0, 20.0, 15.0, 40.0, 12.0, 50.0, 62.0, 75.0)
)
OVER_WAYS = tuple(
    (angle, shift)
    for shift in (1, 0, 2, 3, -1, -2)
    for angle in (18.0, 22.0, 26.0, 14.0, 30.0, 34.0)
)
_SOLO_SWING = 34.0  # degrees between two ways of looking at someone alone
_PITCH = math.tan(math.radians(4.0))
_FACE_HALF_M, _SHOULDER_M, _HEAD_M = 0.10, 0.05, 0.09
_FACELESS_DEG = 84.0  # further round than this, a face is not seen
_SHOULDER_SPAN_M = 0.2
_AT_EDGE, _HEAD_IN = 0.02, 0.1
_ON_LENS = 0.03  # sine of how far off the lens a face must look to look past one side of it
_MATCH = 0.9  # of each tolerance is used, so that a small sway keeps within it
_TALL_SHARE = 0.35
_BACK_TURNED = -0.25  # cosine of a foreground's look to the camera: it must look away
_FACES_PARTNER = 0.57  # cosine: a face further off than this looks at something else
_JOINTS = (0.045, 0.285, 0.60, 0.835)  # ankle, knee, waist, neck, in statures

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


def take_singles(
    setups: list[Setup], epochs: list[Epoch], ground: Ground, way: tuple[float, float], mates: Index
) -> Taken:
    """Return singles taken at an angle off the look, on the side that the epoch keeps."""
    framing, look = _framing(setups, epochs, ground, way, is_over=False)
    cameras, framing = _stand(framing, setups, ground, mates)
    broken = _common_faults(cameras, framing, setups, epochs, ground, look)
    cost = 0.02 * abs(way[0] - SINGLE_WAYS[0][0]) + 0.15 * abs(way[1]) + np.zeros(len(setups))
    cost += _eyeline_cost(framing, look) + _dirt(cameras, setups, ground)
    return Taken(cameras, _steps(setups), broken, cost)


def take_over_shoulders(
    setups: list[Setup], epochs: list[Epoch], ground: Ground, way: tuple[float, float], mates: Index
) -> Taken:
    """Return over-the-shoulders: the partner's shoulder on one side, the face free."""
    framing, look = _framing(setups, epochs, ground, way, is_over=True)
    cameras, framing = _stand(framing, setups, ground, mates)
    broken = _common_faults(cameras, framing, setups, epochs, ground, look)
    share, gap, headless = _foreground(cameras, setups, ground)
    rules = grammar().ots
    short = (share < rules["least"]) | (share > rules["most"]) | (gap < rules["face_gap"])
    short |= _shows_partner(cameras, setups, ground)
    broken |= np.where(short, VISIBILITY, 0)
    cost = (
        1.5 * abs(share - 0.25) + 1.5 * headless + 0.02 * abs(way[1]) + _eyeline_cost(framing, look)
    )
    return Taken(cameras, _steps(setups), broken, cost)


def _shows_partner(cameras: Cameras, setups: list[Setup], ground: Ground) -> Flags:
    """Return where the partner looks towards the camera: no shoulder to look over."""
    frames = np.array([setup.frame for setup in setups])
    partners = np.array([setup.partner for setup in setups])
    sight = cameras.position - ground.figures.heads[partners, frames]
    sight[:, 1] = 0.0
    sight /= np.maximum(np.linalg.norm(sight, axis=1, keepdims=True), 1e-6)
    towards = np.einsum("nk,nk->n", ground.figures.facing[partners, frames], sight)
    return np.asarray((towards > _BACK_TURNED) | ground.figures.lying[partners, frames])


def _steps(setups: list[Setup]) -> Index:
    return np.array([STEP[setup.size] for setup in setups], dtype=np.intp)


def _framing(
    setups: list[Setup], epochs: list[Epoch], ground: Ground, way: tuple[float, float], *,
    is_over: bool,
) -> tuple[Framing, Array]:  # fmt: skip
    """Return what is framed, and where each face looks, level (n, 3)."""
    figures = ground.figures
    frames = np.array([setup.frame for setup in setups])
    people = np.array([setup.principal for setup in setups])
    partners = np.array([setup.partner for setup in setups])
    rules = [grammar().sizes[setup.size] for setup in setups]
    eyes = figures.eyes[people, frames]
    look = _looks(figures, people, partners, frames)
    signs = _signs(setups, epochs, figures, look)
    swing = np.array([setup.swing * _SOLO_SWING for setup in setups])
    view = turned(look, signs * np.radians(way[0] + swing))
    faces = figures.facing[people, frames]
    faces = np.where(np.linalg.norm(faces, axis=1, keepdims=True) > 0.5, faces, look)
    right = np.column_stack([view[:, 2], np.zeros(len(view)), -view[:, 0]])
    across = np.einsum("nk,nk->n", faces, right)
    along = np.einsum("nk,nk->n", faces, view)
    lens = np.array([lens_near(rule.lens_mm, int(way[1])) for rule in rules])
    return Framing(
        top=figures.tops[people, frames],
        cut=figures.cuts[people, frames, _steps(setups)],
        anchor=eyes,
        view=view,
        lens_mm=lens,
        height_m=_heights(figures, people, partners, frames),
        headroom=np.array([rule.headroom for rule in rules]),
        screen_x=_screen_x(across, along, is_over=is_over),
    ), faces


def _signs(setups: list[Setup], epochs: list[Epoch], figures: Figures, look: Array) -> Array:
    """Return which way to go round from each look, so as to be on the epoch's side of the line."""
    signs = np.empty(len(setups))
    for row, setup in enumerate(setups):
        signs[row] = setup.world
        if setup.partner >= 0:
            side = epochs[setup.point].side(setup.principal, setup.partner, setup.world)
            line = (figures.eyes[setup.partner, setup.frame]
                    - figures.eyes[setup.principal, setup.frame])  # fmt: skip
            cross = line[2] * look[row, 0] - line[0] * look[row, 2]
            along = line[0] * look[row, 0] + line[2] * look[row, 2]
            if abs(cross) > abs(along):  # side by side: the camera keeps clear of the partner
                signs[row] = 1.0 if cross > 0 else -1.0
            else:
                signs[row] = side if along > 0 else -side
    return signs


def _looks(figures: Figures, people: Index, partners: Index, frames: Index) -> Array:
    """Return the level way each looks: to the partner, else where the nose points."""
    to_partner = figures.eyes[partners, frames] - figures.eyes[people, frames]
    to_partner[:, 1] = 0.0
    length = np.linalg.norm(to_partner, axis=1, keepdims=True)
    nose = figures.facing[people, frames]
    has_partner = (partners >= 0)[:, None] & (length > 0.2)
    look = np.where(has_partner, to_partner / np.maximum(length, 1e-6), nose)
    turned_off = np.einsum("nk,nk->n", look, nose) < _FACES_PARTNER
    look = np.where((turned_off & (np.linalg.norm(nose, axis=1) > 0.5))[:, None], nose, look)
    none = np.linalg.norm(look, axis=1) < 0.5
    look[none] = np.array([0.0, 0.0, 1.0])
    return look


def _heights(figures: Figures, people: Index, partners: Index, frames: Index) -> Array:
    """Return camera heights: between the eyes of a pair, at the eyes of one."""
    own = figures.eyes[people, frames, 1]
    other = np.where(partners >= 0, figures.eyes[partners, frames, 1], own)
    return np.asarray((own + other) / 2)


def _screen_x(across: Array, along: Array, *, is_over: bool) -> Array:
    """Return where the eyes stand in the picture: room on the side of the look."""
    lead = grammar().lead
    off = np.degrees(np.arctan2(np.abs(across), along))
    share = np.clip((off - lead["centred_deg"] / 2) / (lead["centred_deg"] / 2), 0.0, 1.0)
    shift = 0.5 - 1.0 / (1.0 + lead["ratio"])
    if is_over:
        share = np.ones_like(share)
    return np.asarray(0.5 - np.sign(across) * shift * share)


def _stand(
    framing: Framing, setups: list[Setup], ground: Ground, mates: Index
) -> tuple[Cameras, Framing]:
    """Return cameras at the right distance; a setup and its reverse stand equally far off."""
    sensor = ground.sensor
    statures = ground.figures.statures[[setup.principal for setup in setups]]
    visible = np.array([grammar().sizes[s.size].visible for s in setups]) * statures
    guess = visible * framing.lens_mm / sensor.height_mm
    alone = mates < 0
    distance = solve_distance(framing, sensor, guess)
    middle = (framing.top[:, 1] + framing.cut[:, 1]) / 2
    height = np.clip(framing.height_m, middle - distance * _PITCH, middle + distance * _PITCH)
    lifted = replace(framing, height_m=np.where(alone, height, framing.height_m))
    distance = solve_distance(lifted, sensor, distance)
    shared = np.where(alone, distance, _mirrored(distance, distance[mates]))
    eased = replace(lifted, headroom=_spread_headroom(lifted, distance, shared))
    return cameras_at(eased, sensor, shared), eased


def _mirrored(own: Array, other: Array) -> Array:
    """Return distances for a reverse: as near each one's ideal as a matching pair allows.

    The taller stays nearer to the ideal, since a higher cut soon meets the waist.
    """
    excess = np.log(own / other)
    allowed = math.log(1.0 + _MATCH * grammar().tolerance.reverse)
    surplus = np.sign(excess) * np.maximum(np.abs(excess) - allowed, 0.0)
    share = np.where(excess > 0, _TALL_SHARE, 1.0 - _TALL_SHARE)
    return np.asarray(own * np.exp(-surplus * share))


def _spread_headroom(framing: Framing, ideal: Array, stands: Array) -> Array:
    """Return headroom that takes a part of what a shared distance adds or takes."""
    change = 1.0 - ideal / stands  # of the frame height, more than nought when further off
    most = _MATCH * grammar().tolerance.headroom * 0.8
    return np.asarray(framing.headroom + np.clip(change / 2, -most, most))


def _common_faults(
    cameras: Cameras, framing: Framing, setups: list[Setup], epochs: list[Epoch],
    ground: Ground, faces: Array,
) -> Index:  # fmt: skip
    figures = ground.figures
    frames = np.array([setup.frame for setup in setups])
    people = np.array([setup.principal for setup in setups])
    partners = np.array([setup.partner for setup in setups])
    broken = np.where(ground.around.has_room(cameras.position, frames), 0, CLEARANCE)
    spare = np.zeros((len(setups), len(figures.ids)), bool)
    spare[np.arange(len(setups)), people] = True
    over = np.array([setup.family == "ots" for setup in setups])
    spare[np.flatnonzero(over), partners[over]] = True
    seen = ground.around.sees(cameras.position, framing.anchor, frames, spare)
    off = np.degrees(np.arccos(np.clip(np.einsum("nk,nk->n", faces, framing.view), -1, 1)))
    broken |= np.where(seen & (off < _FACELESS_DEG), 0, VISIBILITY)
    broken |= np.where(_is_misframed(cameras, framing, setups, ground), SIZE, 0)
    broken |= np.where(_looks_across(framing, setups, ground), EYELINE, 0)
    return np.asarray(broken | np.where(_crosses(cameras, setups, epochs, ground), AXIS, 0))


def _crosses(cameras: Cameras, setups: list[Setup], epochs: list[Epoch], ground: Ground) -> Flags:
    """Return which cameras are on the wrong side of their pair's line."""
    wrong = np.zeros(len(setups), bool)
    for row, setup in enumerate(setups):
        if setup.partner >= 0:
            a, b = ground.figures.heads[[setup.principal, setup.partner], setup.frame]
            side = epochs[setup.point].side(setup.principal, setup.partner, setup.world)
            wrong[row] = side * side_sign(a, b, cameras.position[row]) < 0
    return wrong


def _is_misframed(cameras: Cameras, framing: Framing, setups: list[Setup], ground: Ground) -> Flags:
    """Return where the lower edge is off its landmark, or cuts at a joint, or the crown is off."""
    rules = grammar().tolerance
    sizes = [grammar().sizes[setup.size] for setup in setups]
    cut = np.array([size.cut for size in sizes])
    picture = cameras.project(np.stack([framing.top, framing.cut], axis=1), ground.sensor)
    top, low = picture[:, 0, 1], picture[:, 1, 1]
    scale = (1.0 - cut) / np.maximum(np.abs(low - top), 1e-6)  # statures in the frame height
    error = (low - 1.0) * scale
    wrong = np.abs(error) > rules.cut * _MATCH
    wrong |= np.abs(top - np.array([size.headroom for size in sizes])) > rules.headroom * _MATCH
    for height in _JOINTS:
        wrong |= np.abs(cut + error - height) < rules.joint * 1.1
    return np.asarray(wrong)


def _looks_across(framing: Framing, setups: list[Setup], ground: Ground) -> Flags:
    """Return where a face of a pair looks past the other side of the lens than its line does."""
    figures = ground.figures
    people = np.array([setup.principal for setup in setups])
    partners = np.array([setup.partner for setup in setups])
    frames = np.array([setup.frame for setup in setups])
    right = np.column_stack([framing.view[:, 2], np.zeros(len(framing.view)), -framing.view[:, 0]])
    line = np.einsum("nk,nk->n", _looks(figures, people, partners, frames), right)
    face = np.einsum("nk,nk->n", figures.facing[people, frames], right)
    return np.asarray((partners >= 0) & (line * face < 0) & (np.abs(face) > _ON_LENS))


def _eyeline_cost(framing: Framing, faces: Array) -> Array:
    """Return the cost of faces that look too near the lens or too far from it."""
    off = np.degrees(np.arccos(np.clip(np.einsum("nk,nk->n", faces, framing.view), -1.0, 1.0)))
    return np.asarray(0.03 * np.maximum(0.0, off - 38.0) + 0.05 * np.maximum(0.0, 10.0 - off))


def _dirt(cameras: Cameras, setups: list[Setup], ground: Ground) -> Array:
    """Return the cost of others who stand in a single, more when nearer than its principal."""
    figures = ground.figures
    frames = np.array([setup.frame for setup in setups])
    people = np.array([setup.principal for setup in setups])
    picture = cameras.project(figures.heads[:, frames].transpose(1, 0, 2), ground.sensor)
    x, y, depth = np.moveaxis(picture, -1, 0)
    half = _SHOULDER_SPAN_M * cameras.lens_mm[:, None] / ground.sensor.width_mm
    reach = half / np.maximum(depth, 0.1)
    inside = (x > -reach) & (x < 1 + reach) & (y < 1.0) & (depth > 0.1)
    inside &= figures.present[:, frames].T
    rows = np.arange(len(setups))
    own = depth[rows, people]
    inside[rows, people] = False
    return np.asarray((inside * np.where(depth < own[:, None], 1.6, 0.15)).sum(axis=1))


def _foreground(
    cameras: Cameras, setups: list[Setup], ground: Ground
) -> tuple[Array, Array, Array]:
    """Return the width's share under the partner, the gap to the face, the head over the top."""
    figures = ground.figures
    frames = np.array([setup.frame for setup in setups])
    people = np.array([setup.principal for setup in setups])
    partners = np.array([setup.partner for setup in setups])
    joints = figures.joints[partners, frames]
    names = ("Head", "Neck", "LeftShoulder", "RightShoulder")
    radii = np.array([_HEAD_M, _SHOULDER_M, _SHOULDER_M, _SHOULDER_M])
    near = cameras.project(joints[:, [J[name] for name in names]], ground.sensor)
    depth = np.maximum(near[..., 2], 0.05)
    half = radii * cameras.lens_mm[:, None] / depth / ground.sensor.width_mm
    behind = (near[..., 2] < 0.2).any(axis=1)
    left = np.clip((near[..., 0] - half).min(axis=1), 0.0, 1.0)
    right = np.clip((near[..., 0] + half).max(axis=1), 0.0, 1.0)
    face = cameras.project(figures.eyes[people, frames][:, None], ground.sensor)[:, 0]
    face_half = _FACE_HALF_M * cameras.lens_mm / np.maximum(face[:, 2], 0.05)
    face_half = face_half / ground.sensor.width_mm
    gap = np.maximum(left - (face[:, 0] + face_half), (face[:, 0] - face_half) - right)
    at_edge = (left < _AT_EDGE) | (right > 1.0 - _AT_EDGE)
    share = np.where(behind | ~at_edge, 0.0, right - left)
    headless = np.clip(_HEAD_IN - near[:, 0, 1], 0.0, 0.5)  # how far its head is over the top
    return np.asarray(share), np.asarray(gap), np.asarray(headless)
