"""Shots and bodies in, where a sound is heard out: how far aside, and how far away.

Films keep voices near the middle, whoever speaks from wherever in the picture, for the seats are
spread and cuts are many; what else is heard may lie farther out. A cut moves nothing at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.shot import ShotList
from mstation.shots.takes import camera_curve
from mstation.space import Array, Sensor
from mstation.stage.performance import JOINTS, PARENTS, Motion, matrices_of_quaternions
from mstation.timebase import SAMPLE_RATE, FrameRate

VOICE_WIDTH, EFFECT_WIDTH = 0.35, 0.8  # of the way from the middle to a loudspeaker, at most
_VOICE_GLIDE_S, _EFFECT_GLIDE_S = 0.5, 0.12  # in which a change of place is drawn out


@dataclass(frozen=True, slots=True, eq=False)
class Listening:
    """The camera of every frame of a scene, which is where the scene is heard from.

    world_from_camera  # (frames, 4, 4)
    half_width         # (frames,), of the picture at one metre
    """

    world_from_camera: Array
    half_width: Array
    rate: FrameRate

    @property
    def frames(self) -> int:
        """How long the scene is."""
        return len(self.half_width)

    def aside(self, places: Array) -> Array:
        """Return (frames,): where places (frames, 3) lie, −1 at the left edge … +1 at the right.

        What is outside the picture is on its side; what is behind comes back to the middle.
        """
        right, ahead = self._seen(places)
        away = np.maximum(np.hypot(right, ahead), 1e-9)
        edge = np.sin(np.arctan(self.half_width))
        aside = right / away / np.where(ahead > 0, edge, 1.0)
        return np.asarray(np.clip(aside, -1.0, 1.0))

    def distance_m(self, places: Array) -> Array:
        """Return (frames,): how far places (frames, 3) are from the camera."""
        away: Array = np.linalg.norm(places - self.world_from_camera[:, :3, 3], axis=1)
        return away

    def _seen(self, places: Array) -> tuple[Array, Array]:
        camera = self.world_from_camera
        way = places - camera[:, :3, 3]
        right = np.einsum("fi,fi->f", way, camera[:, :3, 0])
        ahead = -np.einsum("fi,fi->f", way, camera[:, :3, 2])
        return right, ahead

    def over(self, first_frame: int, end_frame: int) -> Listening:
        """Return the same cameras over some of the frames."""
        span = slice(first_frame, end_frame)
        return Listening(self.world_from_camera[span], self.half_width[span], self.rate)


def listening(shots: ShotList, sensor: Sensor, rate: FrameRate) -> Listening:
    """Return the cameras of a scene's frames; handheld sway moves no sound."""
    matrices = np.tile(np.eye(4), (shots.frames, 1, 1))
    lens_mm = np.full(shots.frames, 35.0)
    for shot in shots.shots:
        span = slice(shot.first_frame, shot.end_frame)
        matrices[span], lens_mm[span] = camera_curve(shot.camera, shot.frames)
    return Listening(matrices, 0.5 * sensor.width_mm / lens_mm, rate)


def voice_pan(aside: Array, rate: FrameRate) -> Array:
    """Return (frames,): how a voice lies between the loudspeakers, −1 … +1, gliding over cuts."""
    return _glided(VOICE_WIDTH * aside, _VOICE_GLIDE_S, rate)


def effect_pan(aside: Array, rate: FrameRate) -> Array:
    """Return (frames,): how any other sound lies between the loudspeakers, −1 … +1."""
    return _glided(EFFECT_WIDTH * aside, _EFFECT_GLIDE_S, rate)


def _glided(curve: Array, seconds: float, rate: FrameRate) -> Array:
    reach = max(1, round(seconds / rate.seconds(1) / 2))
    weights = np.hanning(2 * reach + 3)[1:-1]
    padded = np.pad(curve, reach, mode="edge")
    return np.asarray(np.convolve(padded, weights / weights.sum(), mode="valid"))


def gains(pan: Array) -> Array:
    """Return (n, 2): what reaches the left and the right at a pan, as loud at every pan.

    In the middle both are 1, as a voice laid on both sides has always been.
    """
    angle = (np.clip(pan, -1.0, 1.0) + 1) * (np.pi / 4)
    both: Array = np.sqrt(2.0) * np.column_stack([np.cos(angle), np.sin(angle)])
    return both


def placed(
    sound: NDArray[np.float32],
    curve: Array,
    first_sample: int,
    rate: FrameRate,
    *,
    first_frame: int = 0,
) -> NDArray[np.float32]:
    """Return a mono sound between the loudspeakers, (n, 2), by a pan for each frame.

    Between two frames the pan runs evenly, so that nothing clicks. `first_sample` is the scene's,
    `first_frame` the frame of the scene that the curve begins with.
    """
    both = sampled(gains(curve), first_sample, len(sound), rate, first_frame=first_frame)
    return (sound[:, None] * both).astype(np.float32, copy=False)


def sampled(
    values: Array, first_sample: int, samples: int, rate: FrameRate, *, first_frame: int = 0
) -> NDArray[np.float32]:
    """Return frames' values (frames, n) at samples from `first_sample` on, (samples, n)."""
    frames = np.arange(first_frame, first_frame + len(values))
    at = frames * SAMPLE_RATE * rate.denominator // rate.numerator
    low = int(np.clip(np.searchsorted(at, first_sample) - 2, 0, len(at) - 1))
    high = int(np.searchsorted(at, first_sample + samples)) + 2
    when = np.arange(first_sample, first_sample + samples)
    columns = [np.interp(when, at[low:high], column[low:high]) for column in values.T]
    return np.column_stack(columns).astype(np.float32)


def joint_places(motion: Motion, *names: str) -> dict[str, tuple[Array, Array]]:
    """Return joints' places (frames, 3) and turns (frames, 3, 3) in the world.

    Only the bones that lead there are followed: a scene of twenty minutes has many frames.
    """
    found: dict[int, tuple[Array, Array]] = {}

    def follow(joint: int) -> tuple[Array, Array]:
        if joint not in found:
            own = matrices_of_quaternions(motion.rotations[:, joint].astype(np.float64))
            if PARENTS[joint] < 0:
                found[joint] = motion.positions.astype(np.float64), own
            else:
                at, turn = follow(PARENTS[joint])
                offset = motion.offsets[joint].astype(np.float64)
                found[joint] = at + turn @ offset, turn @ own
        return found[joint]

    return {name: follow(JOINTS.index(name)) for name in names}
