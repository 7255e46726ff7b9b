"""A shot in, the way of its camera out: where it stands, turns and zooms, frame by frame.

The sway of a camera held in the hands is taken off first, so that what is left is the move.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mstation.check.film import Shot
from mstation.space import Array
from mstation.timebase import FrameRate

STILL_M, STILL_DEG, STILL_FOCAL = 0.01, 0.2, 0.005  # what nobody sees: on a tripod
_STEEP_RAD = math.radians(75)  # a lens that points this far up or down has no bearing
_SWAY_S = 1.6  # hands are steadied over this long
_SWAY_LEFT = 0.9  # of the sway's width may be left after that
_SWAY_M = 0.03  # how far hands carry a camera of themselves, for a degree of sway
_WINDOW_S = 0.25  # speeds and accelerations are means over this long


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """What a camera does over a shot, its hands steadied.

    at        # (frames, 3) metres in the world
    turn      # (frames, 3) rad: pan, tilt and roll since the first frame; left and up are plus
    zoom      # (frames,) natural logarithm of the focal length since the first frame
    first     # (4, 4) world_from_camera at the first frame
    slack_m, slack_rad: what the steadied hands may still sway
    """

    at: Array
    turn: Array
    zoom: Array
    first: Array
    rate: FrameRate
    slack_m: float
    slack_rad: float

    @property
    def level_ahead(self) -> Array:
        """Where the lens points at first, laid on the floor; unit (3,)."""
        way = (
            -self.first[:3, 2]
            if abs(self.first[1, 2]) < math.sin(_STEEP_RAD)
            else self.first[:3, 1]
        )
        flat = np.array([way[0], 0.0, way[2]])
        return np.asarray(flat / max(float(np.linalg.norm(flat)), 1e-9))

    @property
    def gone_m(self) -> Array:
        """How far the camera is from where it was at first, (frames,)."""
        return np.asarray(np.linalg.norm(self.at - self.at[0], axis=1))

    @property
    def turned_rad(self) -> Array:
        """How far the camera is turned from where it looked at first, (frames,)."""
        return np.asarray(np.linalg.norm(self.turn, axis=1))

    @property
    def goes(self) -> bool:
        """Whether the camera leaves its place."""
        return bool(self.gone_m.max() > STILL_M + self.slack_m)

    @property
    def turns(self) -> bool:
        """Whether the camera turns on its place."""
        return bool(self.turned_rad.max() > math.radians(STILL_DEG) + self.slack_rad)

    @property
    def zooms(self) -> bool:
        """Whether the lens changes its focal length."""
        return bool(np.abs(self.zoom).max() > STILL_FOCAL)

    @property
    def is_still(self) -> bool:
        """Whether the camera does nothing."""
        return not (self.goes or self.turns or self.zooms)

    def speed(self, values: Array) -> Array:
        """Return the rate of change, in a second, of values (frames,) or (frames, n)."""
        return self._change(values, max(1, round(_WINDOW_S * float(self.rate.fraction) / 2)))

    def briefly(self, values: Array) -> Array:
        """Return the same rate between each frame's two neighbours: what a jolt shows in."""
        return self._change(values, 1)

    def _change(self, values: Array, reach: int) -> Array:
        now, frames = np.arange(len(values)), len(values)
        before, after = np.maximum(now - reach, 0), np.minimum(now + reach, frames - 1)
        seconds = np.maximum(after - before, 1) / float(self.rate.fraction)
        change = values[after] - values[before]
        return np.asarray((change.T / seconds).T)


def path_of(shot: Shot, rate: FrameRate) -> Path:
    """Return the way of a shot's camera."""
    at = shot.world_from_camera[:, :3, 3]
    turn = turns_of(shot.world_from_camera[:, :3, :3])
    zoom = np.log(shot.focal_mm / shot.focal_mm[0])
    if shot.shake_deg > 0:
        at, turn = _steadied(at, rate), _steadied(turn, rate)
        turn = turn - turn[0]
    return Path(
        at=at,
        turn=turn,
        zoom=zoom,
        first=shot.world_from_camera[0],
        rate=rate,
        slack_m=_SWAY_M * shot.shake_deg,
        slack_rad=_SWAY_LEFT * math.radians(shot.shake_deg),
    )


def turns_of(rotations: Array) -> Array:
    """Return pan, tilt and roll (frames, 3), rad, of cameras (frames, 3, 3) since the first."""
    ahead, right, up = -rotations[:, :, 2], rotations[:, :, 0], rotations[:, :, 1]
    if np.abs(ahead[:, 1]).max() > math.sin(_STEEP_RAD):
        return _turns_in_camera(rotations)
    pan = np.unwrap(np.arctan2(-ahead[:, 0], -ahead[:, 2]))
    tilt = np.arcsin(np.clip(ahead[:, 1], -1.0, 1.0))
    roll = np.unwrap(np.arctan2(right[:, 1], up[:, 1]))
    turns = np.column_stack([pan, tilt, roll])
    return np.asarray(turns - turns[0])


def _turns_in_camera(rotations: Array) -> Array:
    """Return turns about the camera's own axes at first, for one that looks straight down."""
    since = np.einsum("ji,njk->nik", rotations[0], rotations)
    angle = np.arccos(np.clip((np.trace(since, axis1=1, axis2=2) - 1) / 2, -1.0, 1.0))
    axis = np.column_stack(
        [
            since[:, 0, 2] - since[:, 2, 0],
            since[:, 2, 1] - since[:, 1, 2],
            since[:, 1, 0] - since[:, 0, 1],
        ]
    )
    length = np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-12)
    return np.asarray(axis / length * angle[:, None])


def _steadied(values: Array, rate: FrameRate) -> Array:
    """Return values (frames, n) averaged over hands' sway; the ends are held."""
    reach = max(1, min(round(_SWAY_S * float(rate.fraction) / 2), (len(values) - 1) // 2))
    if len(values) < 3:
        return values
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    window = np.full(2 * reach + 1, 1.0 / (2 * reach + 1))
    return np.column_stack(
        [np.convolve(padded[:, column], window, mode="valid") for column in range(values.shape[1])]
    )


def has_moved(shot: Shot, rate: FrameRate) -> bool:
    """Return whether a shot's camera moves, turns or zooms; hands may sway."""
    return not path_of(shot, rate).is_still
