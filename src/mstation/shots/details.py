"""Inserts and empty places in, cameras out: things as their holder reads them, sets as seen."""

from __future__ import annotations

import math

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
INSERT_WAYS = tuple(
    (angle, lens)
    for lens in (50.0, 40.0, 32.0, 65.0, 85.0, 25.0)
    for angle in (0.0, 22.0, -22.0, 34.0, -34.0, 46.0, -46.0, 58.0, -58.0)
)
# Degrees from the outlook, share of the ideal distance.
PLACE_WAYS = tuple(
    (angle, share)
    for share in (1.0, 0.8, 0.65, 0.5)
    for angle in (0.0, 20.0, -20.0, 40.0, -40.0, 60.0, -60.0, 80.0, -80.0)
)
_FLAT = 0.4  # a thing this much lower than it is deep or wide lies, and is seen from above
_DOWN_RAD = math.radians(58.0)
_HAND_M = 0.28  # nearer than this the lens cannot focus
_PLACE_EYE_M = 1.55

Index = NDArray[np.intp]


def take_inserts(
    setups: list[Setup], epochs: list[Epoch], ground: Ground, way: tuple[float, float], mates: Index
) -> Taken:
    """Return inserts: the thing large, its writing upright, from where its holder looks."""
    del epochs, mates
    frames = np.array([setup.frame for setup in setups])
    middles = np.array([_middle(ground.props[setup.prop]) for setup in setups])
    views = np.array([_view(ground, setup, way[0]) for setup in setups])
    lens = np.full(len(setups), lens_near(way[1], 0))
    tall = np.array(
        [_tall(ground.props[s.prop], v, ground) for s, v in zip(setups, views, strict=True)]
    )
    distance = np.maximum(tall * lens / ground.sensor.height_mm, _HAND_M)
    cameras = Cameras(middles + views * distance[:, None], middles, lens)
    near = ground.around.nearest_body(cameras.position, frames)
    free = ground.around.obstacles.points_free(cameras.position, 0.05) & (near > 0.2)
    spare = np.zeros((len(setups), len(ground.figures.ids)), bool)
    lifted = middles + views * 0.06
    seen = ground.around.sees(cameras.position, lifted, frames, spare)
    broken = (~free * CLEARANCE + ~seen * VISIBILITY).astype(np.intp)
    cost = 0.01 * abs(way[0]) + np.where(distance < 0.4, 0.3, 0.0)
    step = np.full(len(setups), INSERT_STEP, np.intp)
    return Taken(cameras, step, broken, np.asarray(cost))


def _middle(prop: Prop) -> Array:
    return np.array(prop.position, float) + np.array([0.0, prop.size[1] / 2, 0.0])


def _is_flat(prop: Prop) -> bool:
    width, height, depth = prop.size
    return height < _FLAT * max(width, depth) and depth > 0.5 * height


def _view(ground: Ground, setup: Setup, angle_deg: float) -> Array:
    """Return the unit way from the thing to the camera: that of its reader's eyes."""
    prop = ground.props[setup.prop]
    holder = ground.figures.index(prop.holder_id)
    level: Array = forward(prop.yaw_rad)
    down = _DOWN_RAD if _is_flat(prop) else math.radians(8.0)
    if holder >= 0 and ground.figures.present[holder, setup.frame]:
        to_eyes = ground.figures.eyes[holder, setup.frame] - _middle(prop)
        flat = np.array([to_eyes[0], 0.0, to_eyes[2]])
        length = float(np.linalg.norm(flat))
        if length > 0.05:
            level = flat / length
        down = max(math.radians(15.0), math.atan2(to_eyes[1], max(length, 1e-3)))
    level = turned(level, math.radians(angle_deg))
    return np.asarray(level * math.cos(down) + np.array([0.0, math.sin(down), 0.0]))


def _tall(prop: Prop, view: Array, ground: Ground) -> float:
    """Return the height of the picture in which the thing fills what it should."""
    width, height, depth = prop.size
    down = math.asin(min(1.0, abs(float(view[1]))))
    held = _is_flat(prop) and bool(prop.holder_id)
    seen_high = depth if held else height * math.cos(down) + depth * math.sin(down)
    aspect = ground.sensor.width_mm / ground.sensor.height_mm
    return max(seen_high, width / aspect, 0.03) / grammar().insert["fill"]


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
    target[:, 1] = 1.15
    cameras = Cameras(position, target, lens)
    free = ground.around.has_room(position, frames)
    broken = np.asarray(~free * CLEARANCE, dtype=np.intp)
    step = np.array([STEP[setup.size] for setup in setups], dtype=np.intp)
    cost = np.full(len(setups), 0.004 * abs(way[0]) + 0.8 * (1.0 - way[1]))
    return Taken(cameras, step, broken, cost)
