"""Inserts and empty places in, cameras out: things as their holder reads them, sets as seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.axis import Epoch
from mstation.shots.coverage import Setup
from mstation.shots.framing import Cameras, turned
from mstation.shots.grammar import STEP, grammar
from mstation.shots.taken import CLEARANCE, INSERT_STEP, VISIBILITY, Ground, Taken, lens_near
from mstation.space import Array, forward
from mstation.stage.performance import Prop

# Degrees off the reader's own look around the thing, length of the lens. The shorter the lens,
# the nearer the camera: beside the reader's cheek, not behind his head.
_ASIDE = ((0.0, 16.0, -16.0), (28.0, -28.0, 36.0), (-36.0, 46.0, -46.0), (58.0, -58.0, 0.0))
INSERT_WAYS = tuple(
    (angle, lens)
    for angles in _ASIDE
    for lens in (50.0, 40.0, 32.0, 65.0, 25.0)
    for angle in angles
)
# Degrees from the outlook, share of the ideal distance.
PLACE_WAYS = tuple(
    (angle, share)
    for share in (1.0, 0.8, 0.65, 0.5)
    for angle in (0.0, 20.0, -20.0, 40.0, -40.0, 60.0, -60.0, 80.0, -80.0)
)
_DOWN_RAD = math.radians(58.0)
_HELD_MOST_RAD = math.radians(50.0)
_UPRIGHT = np.array([0.0, 1.0, 0.0])
_MOST_ROLL_RAD = math.radians(40.0)
_FOCUS_M, _LIFT_M, _LEAST_M = 0.28, 0.05, 0.03
_LOOK_M, _STAND_OFF_M = 1.5, 2.2  # from how high, and how far, an upright thing is looked at
_PLACE_EYE_M = 1.55
_SKY_RISE = 0.14  # of the picture's height, at most 5 degrees at the wide end of the kit

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class _Thing:
    """A thing as it is to be seen: its middle, the way it is read from, its face's two sides."""

    middle: Array
    view: Array
    wide_m: float
    tall_m: float
    up: Array  # the way up its writing


def take_inserts(
    setups: list[Setup], epochs: list[Epoch], ground: Ground, way: tuple[float, float], mates: Index
) -> Taken:
    """Return inserts: the thing large, its writing upright, from where its holder looks."""
    del mates
    frames = np.array([setup.frame for setup in setups])
    things = [_thing(ground, setup, epochs[setup.point], way[0]) for setup in setups]
    middles = np.array([thing.middle for thing in things])
    views = np.array([thing.view for thing in things])
    aspect = ground.sensor.width_mm / ground.sensor.height_mm
    tall = np.array([max(t.tall_m, t.wide_m / aspect, _LEAST_M) for t in things])
    lens = np.full(len(setups), lens_near(way[1], 0))
    distance = tall / grammar().insert["fill"] * lens / ground.sensor.height_mm
    distance = np.maximum(distance, _FOCUS_M)
    cameras = Cameras(middles + views * distance[:, None], middles, lens)
    near = ground.around.nearest_body(cameras.position, frames)
    free = ground.around.obstacles.points_free(cameras.position, 0.05) & (near > 0.2)
    seen = _whole_is_seen(cameras, things, frames, ground)
    broken = (~free * CLEARANCE + ~seen * VISIBILITY).astype(np.intp)
    cost = 0.01 * abs(way[0]) + np.where(distance < 0.4, 0.3, 0.0)
    step = np.full(len(setups), INSERT_STEP, np.intp)
    return Taken(cameras, step, broken, np.asarray(cost))


def _whole_is_seen(
    cameras: Cameras, things: list[_Thing], frames: Index, ground: Ground
) -> NDArray[np.bool_]:
    """Return whether the middle and the corners of each thing are seen."""
    spare = np.zeros((len(things), len(ground.figures.ids)), bool)
    right = np.cross([0.0, 1.0, 0.0], np.array([thing.view for thing in things]))
    right /= np.maximum(np.linalg.norm(right, axis=1, keepdims=True), 1e-6)
    up = np.cross(np.array([thing.view for thing in things]), right)
    lifted = np.array([thing.middle + thing.view * _LIFT_M for thing in things])
    wide = 0.45 * np.array([[thing.wide_m] for thing in things])
    tall = 0.45 * np.array([[thing.tall_m] for thing in things])
    seen = np.ones(len(things), bool)
    for x, y in ((0, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)):
        point = lifted + x * wide * right + y * tall * up
        seen &= ground.around.sees(cameras.position, point, frames, spare)
    return seen


def _is_flat(prop: Prop) -> bool:
    width, height, depth = prop.size
    return height < 0.5 * min(width, depth)


def _thing(ground: Ground, setup: Setup, epoch: Epoch, angle_deg: float) -> _Thing:
    """Return a thing in its holder's hand, or where it lies, as it is to be seen."""
    prop, figures = ground.props[setup.prop], ground.figures
    width, height, depth = prop.size
    holder = figures.index(prop.holder_id)
    is_held = prop.first_frame <= setup.frame < prop.end_frame and holder >= 0
    if is_held and figures.present[holder, setup.frame]:
        palm, eyes = figures.palms[holder, setup.frame], figures.eyes[holder, setup.frame]
        middle, up = palm, _UPRIGHT
        if _is_flat(prop):
            up = _page_up(eyes - palm, figures.facing[holder, setup.frame])
            middle = palm + 0.3 * depth * up
        view = _tilted(eyes - middle, angle_deg, _HELD_MOST_RAD)
        return _Thing(middle, view, width, depth if _is_flat(prop) else height, up)
    middle = np.array(prop.position, float) + np.array([0.0, prop.size[1] / 2, 0.0])
    front: Array = forward(prop.yaw_rad)
    if _is_flat(prop):
        view = _tilted(front + np.array([0.0, math.tan(_DOWN_RAD), 0.0]), angle_deg, _DOWN_RAD)
        return _Thing(middle, view, width, depth * math.sin(_DOWN_RAD), -front)
    if not prop.writing and float(front @ epoch.outlook) * setup.world < 0:
        front = -front
    rise = float(np.clip((_LOOK_M - middle[1]) / _STAND_OFF_M, -0.25, 0.6))
    view = _tilted(front + np.array([0.0, rise, 0.0]), angle_deg, _DOWN_RAD)
    return _Thing(middle, view, width, height, _UPRIGHT)


def levelling_roll(setup: Setup, epoch: Epoch, ground: Ground, back: Array) -> float:
    """Return the roll with which an insert's writing runs level; nought for a thing without any.

    `back` is the unit way from the thing to the camera.
    """
    if not ground.props[setup.prop].writing:
        return 0.0
    up = _thing(ground, setup, epoch, 0.0).up
    right = np.cross(_UPRIGHT, back)
    right /= max(float(np.linalg.norm(right)), 1e-6)
    roll = math.atan2(-float(up @ right), max(float(up @ np.cross(back, right)), 1e-6))
    return float(np.clip(roll, -_MOST_ROLL_RAD, _MOST_ROLL_RAD))


def _page_up(towards: Array, facing: Array) -> Array:
    """Return the way up a held page: away from its reader, across his look."""
    normal = towards / max(float(np.linalg.norm(towards)), 1e-6)
    up = facing - float(facing @ normal) * normal
    return np.asarray(up / max(float(np.linalg.norm(up)), 1e-6))


def _tilted(way: Array, angle_deg: float, most_rad: float) -> Array:
    """Return a unit way turned about the upright, no steeper than `most_rad`."""
    flat = np.array([way[0], 0.0, way[2]])
    length = float(np.linalg.norm(flat))
    level = turned(flat / length if length > 0.02 else np.array([0.0, 0.0, 1.0]),
                   math.radians(angle_deg))  # fmt: skip
    rise = float(np.clip(math.atan2(way[1], max(length, 1e-3)), -most_rad, most_rad))
    return np.asarray(level * math.cos(rise) + np.array([0.0, math.sin(rise), 0.0]))


def take_places(
    setups: list[Setup], epochs: list[Epoch], ground: Ground, way: tuple[float, float], mates: Index
) -> Taken:
    """Return views of the place without people, from as far as the set allows."""
    del mates
    frames = np.array([setup.frame for setup in setups])
    lens = np.array([grammar().sizes[setup.size].lens_mm for setup in setups])
    views = np.array([
        turned(epochs[s.point].outlook * s.world, math.radians(way[0] + 40.0 * s.swing))
        for s in setups
    ])  # fmt: skip
    tall = np.array([grammar().sizes[setup.size].visible * 1.7 for setup in setups])
    distance = tall * lens / ground.sensor.height_mm * way[1]
    position = ground.middle + views * distance[:, None]
    position[:, 1] = _PLACE_EYE_M + 0.04 * distance
    target = np.repeat((ground.middle * np.array([1.0, 0.0, 1.0]))[None], len(setups), axis=0)
    # Outdoors the horizon lies on the lower third: the place is above it, not the ground.
    rise = _SKY_RISE * distance * ground.sensor.height_mm / lens
    target[:, 1] = 1.15 if ground.is_interior else position[:, 1] + rise
    cameras = Cameras(position, target, lens)
    free = ground.around.has_room(position, frames)
    broken = np.asarray(~free * CLEARANCE, dtype=np.intp)
    step = np.array([STEP[setup.size] for setup in setups], dtype=np.intp)
    cost = np.full(len(setups), 0.004 * abs(way[0]) + 0.8 * (1.0 - way[1]))
    return Taken(cameras, step, broken, cost)
