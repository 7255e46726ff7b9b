"""Inserts and empty places in, cameras out: things as their holder reads them, sets as seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.asked import Asked
from mstation.shots.aspects import group_lens
from mstation.shots.axis import Epoch
from mstation.shots.framing import Aimed, Cameras, primes_near, turned
from mstation.shots.grammar import grammar
from mstation.shots.setup import Setup
from mstation.shots.taken import CLEARANCE, INSERT_STEP, PLACE, VISIBILITY, Ground, Taken
from mstation.space import Array, forward
from mstation.stage.performance import Prop

# Columns of a way: degrees off the reader's own look around the thing, length of the lens. The
# shorter the lens, the nearer the camera: beside the reader's cheek, not behind his head.
_ASIDE = ((0.0, 16.0, -16.0), (28.0, -28.0, 36.0), (-36.0, 46.0, -46.0), (58.0, -58.0, 0.0))
INSERT_ROUNDS: tuple[Array, ...] = tuple(
    np.array([(angle, lens) for lens in lenses for angle in angles])
    for angles in _ASIDE
    for lenses in ((50.0,), (40.0, 32.0, 65.0, 25.0))
)
# Columns of a way: degrees from the outlook, share of the ideal distance, steps of the lens,
# whether the camera looks out from among the people, away from them.
_ROUND = (0.0, 20.0, -20.0, 40.0, -40.0, 60.0, -60.0, 80.0, -80.0)
_NEARER = ((1.0, 0), (0.8, 0), (0.65, -1), (0.5, -2), (0.35, -2), (0.25, -2))
PLACE_ROUNDS: tuple[Array, ...] = (
    *(np.array([(angle, share, lens, 0.0) for angle in _ROUND]) for share, lens in _NEARER),
    np.array([(angle, away, -2, 1.0) for angle in _ROUND for away in (0.1, 0.3)]),
)
_DOWN_RAD = math.radians(58.0)
_HELD_MOST_RAD = math.radians(50.0)
_UPRIGHT = np.array([0.0, 1.0, 0.0])
_MOST_ROLL_RAD = math.radians(40.0)
_FOCUS_M, _LIFT_M, _LEAST_M = 0.28, 0.05, 0.03
_LOOK_M, _STAND_OFF_M = 1.5, 2.2  # from how high, and how far, an upright thing is looked at
_PLACE_EYE_M = 1.55
_OUTWARD_M = 3.0
_NOBODY, _WIDE_STATURES = 5.0, 1.6  # the price of leaving people out; how small they are
_TABLE_MM = 14.0  # the sensor's height that the table of lenses is made for
_STATURE_M = 1.7  # of the people that a place is measured by
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


def aim_inserts(asked: Asked, ground: Ground, ways: Array, mates: Index) -> Aimed:
    """Return inserts: the thing large, its writing upright, from where its holder looks."""
    del mates
    things = [
        _thing(ground, prop, frame, outlook, angle)
        for prop, frame, outlook, angle in zip(
            asked.prop.tolist(), asked.frame.tolist(), asked.outlook, ways[:, 0], strict=True
        )
    ]
    middles = np.array([thing.middle for thing in things])
    views = np.array([thing.view for thing in things])
    aspect = ground.sensor.width_mm / ground.sensor.height_mm
    tall = np.array([max(t.tall_m, t.wide_m / aspect, _LEAST_M) for t in things])
    asked_lens = np.where(asked.own_lens > 0, asked.own_lens, ways[:, 1])
    lens = np.where(asked.own_lens > 0, asked_lens, primes_near(asked_lens, 0 * asked_lens))
    distance = tall / grammar().insert["fill"] * lens / ground.sensor.height_mm
    distance = np.maximum(distance, _FOCUS_M)
    cameras = Cameras(middles + views * distance[:, None], middles, lens)
    cost = 0.01 * np.abs(ways[:, 0]) + np.where(distance < 0.4, 0.3, 0.0)
    return Aimed(cameras, np.full(len(asked), INSERT_STEP, np.intp), np.asarray(cost))


def judge_inserts(asked: Asked, aimed: Aimed, ground: Ground) -> Taken:
    """Return what inserts break as these cameras take them."""
    things = [
        _thing(ground, prop, frame, outlook, 0.0)
        for prop, frame, outlook in zip(
            asked.prop.tolist(), asked.frame.tolist(), asked.outlook, strict=True
        )
    ]
    cameras, frames = aimed.cameras, asked.frame
    near = ground.around.nearest_body(cameras.position, frames)
    free = ground.around.obstacles.points_free(cameras.position, 0.05) & (near > 0.2)
    seen = _whole_is_seen(cameras, things, frames, ground)
    broken = (~free * CLEARANCE + ~seen * VISIBILITY).astype(np.intp)
    return Taken(cameras, aimed.step, broken, aimed.cost)


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


def _thing(ground: Ground, index: int, frame: int, outlook: Array, angle_deg: float) -> _Thing:
    """Return a thing in its holder's hand, or where it lies, as it is to be seen."""
    prop, figures = ground.props[index], ground.figures
    width, height, depth = prop.size
    holder = figures.index(prop.holder_id)
    is_held = prop.first_frame <= frame < prop.end_frame and holder >= 0
    if is_held and figures.present[holder, frame]:
        palm, eyes = figures.palms[holder, frame], figures.eyes[holder, frame]
        middle, up = palm, _UPRIGHT
        if _is_flat(prop):
            up = _page_up(eyes - palm, figures.facing[holder, frame])
            middle = palm + 0.3 * depth * up
        view = _tilted(eyes - middle, angle_deg, _HELD_MOST_RAD)
        return _Thing(middle, view, width, depth if _is_flat(prop) else height, up)
    middle = np.array(prop.position, float) + np.array([0.0, prop.size[1] / 2, 0.0])
    front: Array = forward(prop.yaw_rad)
    if _is_flat(prop):
        view = _tilted(front + np.array([0.0, math.tan(_DOWN_RAD), 0.0]), angle_deg, _DOWN_RAD)
        return _Thing(middle, view, width, depth * math.sin(_DOWN_RAD), -front)
    if not prop.writing and float(front @ outlook) < 0:
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
    up = _thing(ground, setup.prop, setup.frame, epoch.outlook * setup.world, 0.0).up
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


def aim_places(asked: Asked, ground: Ground, ways: Array, mates: Index) -> Aimed:
    """Return views of the place without people, from as far as the set allows."""
    del mates
    own = primes_near(group_lens(asked.lens_mm, np.ones(len(asked)), ground.sensor), ways[:, 2])
    lens = np.where(asked.own_lens > 0, asked.own_lens, own)
    views = turned(asked.outlook, np.radians(ways[:, 0] + 40.0 * asked.swing))
    tall = asked.visible * _STATURE_M
    distance = tall * asked.lens_mm / _TABLE_MM * ways[:, 1]
    position = ground.middle + views * distance[:, None]
    position[:, 1] = _PLACE_EYE_M + 0.04 * distance
    target = np.repeat((ground.middle * np.array([1.0, 0.0, 1.0]))[None], len(asked), axis=0)
    # Outdoors the horizon lies on the lower third: the place is above it, not the ground.
    rise = _SKY_RISE * distance * ground.sensor.height_mm / lens
    target[:, 1] = 1.15 if ground.is_interior else position[:, 1] + rise
    outward = ways[:, 3] > 0
    target[outward, ::2] = (position + views * _OUTWARD_M)[outward, ::2]
    cost = 0.004 * np.abs(ways[:, 0]) + 0.8 * (1.0 - ways[:, 1]) + 3.0 * outward
    return Aimed(Cameras(position, target, lens), asked.step, cost)


def judge_places(asked: Asked, aimed: Aimed, ground: Ground) -> Taken:
    """Return what views of the place break as these cameras take them.

    Whoever is in one is as small as the place is wide; somebody there is better seen with it.
    """
    figures, cameras, frames = ground.figures, aimed.cameras, asked.frame
    broken = np.where(ground.around.has_room(cameras.position, frames), 0, CLEARANCE)
    there = figures.present[:, frames].T
    cost = aimed.cost + _NOBODY * there.any(axis=1)
    if there.any():
        heads = figures.heads[:, frames].transpose(1, 0, 2)
        x, y, depth = np.moveaxis(cameras.project(heads, ground.sensor), -1, 0)
        seen = there & (np.abs(x - 0.5) < 0.55) & (np.abs(y - 0.5) < 0.55) & (depth > 0.1)
        tall = depth * ground.sensor.height_mm / cameras.lens_mm[:, None]
        near = seen & (tall < _WIDE_STATURES * figures.statures)
        broken |= np.where(near.any(axis=1), PLACE | VISIBILITY, 0)
    return Taken(cameras, aimed.step, np.asarray(broken, dtype=np.intp), np.asarray(cost))
