"""Masters, two-shots and establishing views in, cameras out: all heads within, nobody hidden."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.axis import Epoch, side_sign
from mstation.shots.coverage import Setup
from mstation.shots.framing import Cameras, Framing, cameras_at, turned
from mstation.shots.grammar import SIZES, STEP, grammar
from mstation.shots.landmarks import Figures
from mstation.shots.shot import Role, Size
from mstation.shots.taken import AXIS, CLEARANCE, PLACE, SIZE, VISIBILITY, Ground, Taken, lens_near
from mstation.space import Array

# Degrees from the square view, steps of the lens.
GROUP_WAYS = tuple(
    (angle, shift)
    for shift in (0, -1, -2, -3, -4)
    for angle in (0.0, 12.0, -12.0, 25.0, -25.0, 38.0, -38.0, 52.0, -52.0)
) + tuple((angle, -4.0) for angle in (66.0, -66.0, 78.0, -78.0))
_SWING_DEG = 33.0
_SIDE_M, _MARGIN = 0.28, 0.03
_EDGE, _HEADROOM, _LONGEST_MM, _LOWEST_M = 0.02, 0.08, 35.0, 0.4
_PAN_DEG, _TRACK_DEG = 66.0, 50.0  # off the way that people walk
_STRIDE_FRAMES, _LEAST_STRIDE_M = 16, 0.12
_PITCH = math.tan(math.radians(4.5))

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
Way = tuple[float, float]


def take_groups(
    setups: list[Setup], epochs: list[Epoch], ground: Ground, way: Way, mates: Index
) -> Taken:
    """Return views of several people from one side, as wide as asked or as they need."""
    del mates  # groups have no reverse
    frames = np.array([setup.frame for setup in setups])
    crowd = _crowd(setups, epochs, ground, way[0], frames)
    asked = np.array([STEP[setup.size] for setup in setups])
    lens = np.array([lens_near(_lens(setup), int(way[1])) for setup in setups])
    framing, distance, steps = _fitted(crowd, ground, asked, lens)
    cameras = cameras_at(framing, ground.sensor, distance)
    broken = np.where(ground.around.has_room(cameras.position, frames), 0, CLEARANCE)
    hidden, outside, crowded = _faces(cameras, crowd.members, frames, ground)
    broken |= np.where(hidden | outside, VISIBILITY, 0)
    place = np.array([setup.role is Role.ESTABLISHING for setup in setups])
    broken |= np.where(steps > asked, SIZE, 0) | np.where(place & (steps > STEP[Size.WS]), PLACE, 0)
    broken |= np.where(_crosses(setups, epochs, cameras, ground), AXIS, 0)
    cost = 0.008 * abs(way[0]) + 0.1 * abs(way[1]) + 0.6 * crowded
    cost = cost + _unshown(cameras, crowd, frames, ground) + 0.15 * np.minimum(crowd.front_m, 3.0)
    return Taken(cameras, steps, broken, np.asarray(cost))


def _lens(setup: Setup) -> float:
    """Return the ideal focal length: groups are taken no longer than a normal lens."""
    return min(grammar().sizes[setup.size].lens_mm, _LONGEST_MM)


@dataclass(frozen=True, slots=True, eq=False)
class _Crowd:
    """Groups as seen from their sides, n rows.

    members  # (n, people) bool
    view     # (n, 3) unit, level, from the group to the camera
    centre   # (n, 3) between the outermost, at the height of eyes
    half_m   # (n,) half of what must fit across
    front_m  # (n,) how much nearer than the middle the nearest stands
    top_m    # (n,) the highest crown
    eye_m    # (n,) the mean height of eyes
    low_m    # (n, sizes) the lowest cut of each size
    stature  # (n,) the mean
    """

    members: Flags
    view: Array
    centre: Array
    half_m: Array
    front_m: Array
    top_m: Array
    eye_m: Array
    low_m: Array
    stature: Array


def _crowd(
    setups: list[Setup], epochs: list[Epoch], ground: Ground, offset_deg: float, frames: Index
) -> _Crowd:
    figures = ground.figures
    members = np.zeros((len(setups), len(figures.ids)), bool)
    for row, setup in enumerate(setups):
        members[row, list(setup.group)] = True
    count = members.sum(axis=1)
    view = np.array([_view(setup, epochs, figures, offset_deg) for setup in setups])
    right = np.column_stack([view[:, 2], np.zeros(len(view)), -view[:, 0]])
    eyes = figures.eyes[:, frames].transpose(1, 0, 2)
    across = np.einsum("npk,nk->np", eyes, right)
    towards = np.einsum("npk,nk->np", eyes, view)
    left, rightmost = _least(across, members), -_least(-across, members)
    deep = (towards * members).sum(axis=1) / count
    eye = (eyes[..., 1] * members).sum(axis=1) / count
    centre = right * ((left + rightmost) / 2)[:, None] + view * deep[:, None]
    centre[:, 1] = eye
    cuts = figures.cuts[..., 1][:, frames].transpose(1, 2, 0)  # rows, sizes, people
    return _Crowd(
        members=members,
        view=view,
        centre=centre,
        half_m=(rightmost - left) / 2 + _SIDE_M,
        front_m=-_least(-towards, members) - deep,
        top_m=-_least(-figures.tops[..., 1][:, frames].T, members),
        eye_m=eye,
        low_m=np.where(members[:, None], cuts, np.inf).min(axis=2),
        stature=(figures.statures * members).sum(axis=1) / count,
    )


def _least(values: Array, members: Flags) -> Array:
    return np.asarray(np.where(members, values, np.inf).min(axis=1))


def _fitted(
    crowd: _Crowd, ground: Ground, asked: Index, lens: Array
) -> tuple[Framing, Array, Index]:
    """Return framings, distances and sizes: the asked size, or the first that holds everybody."""
    sensor, rows = ground.sensor, np.arange(len(lens))
    far = crowd.half_m * lens / ((0.5 - _MARGIN) * sensor.width_mm) + crowd.front_m
    steps = asked.copy()
    distance, headroom = np.zeros(len(lens)), np.zeros(len(lens))
    open_ = np.ones(len(lens), bool)
    for step in range(int(asked.max()), -1, -1):
        rule = grammar().sizes[SIZES[step]]
        span = crowd.top_m - crowd.low_m[rows, step]
        tall = span / (1.0 - _HEADROOM)
        if step <= STEP[Size.WS]:
            tall = np.maximum(tall, rule.visible * crowd.stature)
        wanted = tall * lens / sensor.height_mm + 0.6 * crowd.front_m * (step > STEP[Size.WS])
        here = open_ & (asked >= step)
        steps = np.where(here, step, steps)
        distance = np.where(here, wanted, distance)
        headroom = np.where(here, rule.headroom, headroom)
        open_ &= ~(here & (wanted >= 0.98 * far))
    distance = np.where(steps <= STEP[Size.WS], np.maximum(distance, far), distance)
    tall = distance * sensor.height_mm / lens
    bottom = crowd.top_m - (1.0 - headroom) * tall
    middle = crowd.top_m + headroom * tall - tall / 2
    top, cut = crowd.centre.copy(), crowd.centre.copy()
    top[:, 1], cut[:, 1] = crowd.top_m, bottom
    height = np.minimum(np.maximum(crowd.eye_m, middle), middle + distance * _PITCH)
    framing = Framing(
        top=top,
        cut=cut,
        anchor=crowd.centre,
        view=crowd.view,
        lens_mm=lens,
        height_m=np.maximum(height, _LOWEST_M),
        headroom=headroom,
        screen_x=np.full(len(lens), 0.5),
    )
    return framing, distance, steps


def _unshown(cameras: Cameras, crowd: _Crowd, frames: Index, ground: Ground) -> Array:
    """Return the cost of faces turned away, and of others whom the edges cut through."""
    figures = ground.figures
    heads = figures.heads[:, frames].transpose(1, 0, 2)
    sight = cameras.position[:, None] - heads
    sight[..., 1] = 0.0
    sight /= np.maximum(np.linalg.norm(sight, axis=2, keepdims=True), 1e-6)
    towards = np.einsum("npk,npk->np", figures.facing[:, frames].transpose(1, 0, 2), sight)
    away = np.clip(0.15 - towards, 0.0, 1.0) * crowd.members
    x, y, depth = np.moveaxis(cameras.project(heads, ground.sensor), -1, 0)
    others = figures.present[:, frames].T & ~crowd.members & (depth > 0.3) & (y > 0) & (y < 1)
    half = _SIDE_M * cameras.lens_mm[:, None] / ground.sensor.width_mm / np.maximum(depth, 0.3)
    cut = others & ((np.abs(x) < half) | (np.abs(x - 1.0) < half))
    return np.asarray(1.2 * away.sum(axis=1) / crowd.members.sum(axis=1) + 0.8 * cut.sum(axis=1))


def _crosses(setups: list[Setup], epochs: list[Epoch], cameras: Cameras, ground: Ground) -> Flags:
    """Return which views of a group are on the wrong side of a line between two of it."""
    wrong = np.zeros(len(setups), bool)
    heads = ground.figures.heads
    for row, setup in enumerate(setups):
        epoch = epochs[setup.point]
        for a, b in setup.lines:
            here = heads[:, setup.frame]
            side = side_sign(here[a], here[b], cameras.position[row])
            wrong[row] |= side * epoch.side(a, b, setup.world) < 0
    return wrong


def _view(setup: Setup, epochs: list[Epoch], figures: Figures, offset_deg: float) -> Array:
    epoch = epochs[setup.point]
    view = epoch.outlook * setup.world
    if setup.follow:
        return _walk_view(setup, view, figures, offset_deg)
    if setup.role is Role.TWO_SHOT and len(setup.group) == 2:
        a, b = setup.group
        line = figures.heads[b, setup.frame] - figures.heads[a, setup.frame]
        line[1] = 0.0
        length = float(np.linalg.norm(line))
        if length > 0.3:
            side = epoch.side(a, b, setup.world)
            view = turned(line / length, side * math.pi / 2)
    swing = setup.swing * _SWING_DEG * (1 if offset_deg >= 0 else -1)
    return np.asarray(turned(view, math.radians(offset_deg + swing)))


def _walk_view(setup: Setup, outlook: Array, figures: Figures, offset_deg: float) -> Array:
    """Return the view of walkers from ahead and aside, on the outlook's side of their way."""
    members = list(setup.group)
    later = min(setup.frame + _STRIDE_FRAMES, figures.paths.shape[1] - 1)
    way = (figures.paths[members, later] - figures.paths[members, setup.frame]).mean(axis=0)
    length = float(np.linalg.norm(way))
    if length < _LEAST_STRIDE_M:
        return outlook
    way = way / length
    left = way[2] * outlook[0] - way[0] * outlook[2] >= 0
    base = _PAN_DEG if setup.follow == 1 else _TRACK_DEG
    return np.asarray(turned(way, math.radians((base + 0.8 * offset_deg) * (1 if left else -1))))


def _faces(
    cameras: Cameras, members: Flags, frames: Index, ground: Ground
) -> tuple[Flags, Flags, Array]:
    """Return whether a face is hidden, whether one is out of the picture, and how crowded."""
    figures, count = ground.figures, len(members)
    hidden, outside = np.zeros(count, bool), np.zeros(count, bool)
    eyes = figures.eyes[:, frames].transpose(1, 0, 2)
    picture = cameras.project(eyes, ground.sensor)
    for person in range(len(figures.ids)):
        rows = np.flatnonzero(members[:, person])
        if not len(rows):
            continue
        spare = np.zeros((len(rows), len(figures.ids)), bool)
        spare[:, person] = True
        position = cameras.position[rows]
        seen = ground.around.sees(position, eyes[rows, person], frames[rows], spare)
        hidden[rows] |= ~seen
        x, y, depth = picture[rows, person].T
        inside = (x > _EDGE) & (x < 1 - _EDGE) & (y > _EDGE) & (y < 1 - _EDGE) & (depth > 0.2)
        outside[rows] |= ~inside
    xs = np.sort(np.where(members, picture[..., 0], np.inf), axis=1)
    xs = np.where(np.isinf(xs), 1e6 * (1 + np.arange(xs.shape[1])), xs)
    gap = np.diff(xs, axis=1).min(axis=1) if xs.shape[1] > 1 else np.full(count, 1.0)
    return hidden, outside, np.asarray(10.0 * np.maximum(0.0, 0.10 - gap))
