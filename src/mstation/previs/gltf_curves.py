"""Curves out as glTF animation: keys only where a straight line between two others would not do.

Source: Khronos, glTF 2.0 specification, 3.11 (animations).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Bools, Floats
from mstation.previs.gltf_file import GltfFile, Json
from mstation.previs.kernel import kernel
from mstation.timebase import FrameRate

_TURN = 1e-4  # how far a quaternion may be off between its keys
_MOVE_M = 2e-4
_GONE = 1e-4  # not nought: some players cannot turn such a matrix round
_TURN_FULL = 32767


@dataclass(slots=True)
class Curves:
    """One animation as it grows; curves that have keys at the same frames share their times."""

    file: GltfFile
    rate: FrameRate
    channels: list[Json] = field(default_factory=list)
    samplers: list[Json] = field(default_factory=list)
    _times: dict[bytes, int] = field(default_factory=dict)

    def turn(self, node: int, turns: NDArray[np.floating], first_frame: int = 0) -> None:
        """Turn a node by quaternions (frames, 4), w x y z."""
        near = _continuous(turns)
        frames = kept(near, _TURN)
        if len(frames) == 1:
            return
        ordered = np.roll(near[frames], -1, axis=1)
        short = np.round(ordered * _TURN_FULL).astype(np.int16)
        self._add(node, "rotation", frames + first_frame, short, is_normalized=True)

    def move(self, node: int, places: NDArray[np.floating], first_frame: int = 0) -> None:
        """Move a node through places (frames, 3) in metres."""
        frames = kept(places, _MOVE_M)
        if len(frames) > 1:
            values = np.ascontiguousarray(places[frames], np.float32)
            self._add(node, "translation", frames + first_frame, values)

    def shape(self, node: int, played: NDArray[np.floating]) -> None:
        """Play a node's morph targets by weights (frames, shapes), 0 to 1."""
        levels = np.round(np.clip(played, 0, 1) * 255)
        frames = kept(levels, 0.5)
        if len(frames) > 1:
            values = levels[frames].astype(np.uint8).reshape(-1)
            self._add(node, "weights", frames, values, is_normalized=True)

    def show(self, node: int, present: NDArray[np.bool_]) -> None:
        """Let a node be there in some frames (frames,): elsewhere it is too small to be seen."""
        frames = np.append(0, np.flatnonzero(np.diff(present)) + 1)
        if len(frames) > 1:
            sizes = np.where(present[frames, None], np.ones((1, 3)), _GONE).astype(np.float32)
            self._add(node, "scale", frames, sizes, interpolation="STEP")

    def _add(
        self,
        node: int,
        path: str,
        frames: NDArray[np.integer],
        values: NDArray[np.generic],
        *,
        is_normalized: bool = False,
        interpolation: str = "LINEAR",
    ) -> None:
        seconds = (frames * float(1 / self.rate.fraction)).astype(np.float32)
        times = self._times.get(seconds.tobytes())
        if times is None:
            times = self.file.array(seconds, has_bounds=True)
            self._times[seconds.tobytes()] = times
        output = self.file.array(values, is_normalized=is_normalized)
        self.samplers.append({"input": times, "output": output, "interpolation": interpolation})
        target = {"node": node, "path": path}
        self.channels.append({"sampler": len(self.samplers) - 1, "target": target})


def kept(values: NDArray[np.floating], tolerance: float) -> NDArray[np.intp]:
    """Return the frames of a curve (frames, width) that hold it within a tolerance; one if still.

    Between two kept frames a straight line is nowhere further off than the tolerance.
    """
    table = np.ascontiguousarray(values, np.float32)
    if np.all(np.abs(table - table[0]) <= tolerance):
        return np.zeros(1, np.intp)
    keep = np.zeros(len(table), np.bool_)
    _thin(table, np.float32(tolerance), keep)
    return np.flatnonzero(keep)


def _continuous(turns: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the same turns with the nearer of each quaternion's two signs."""
    table = turns.astype(np.float32)
    signs = np.where(np.sum(table[1:] * table[:-1], axis=1) < 0, -1.0, 1.0)
    return np.concatenate([table[:1], table[1:] * np.cumprod(signs)[:, None]]).astype(np.float32)


@kernel
def _thin(values: Floats, tolerance: np.float32, keep: Bools) -> None:
    """Mark the frames to keep: each line runs on as long as it passes near all it leaves out."""
    frames, width = values.shape
    keep[0] = keep[frames - 1] = True
    start = 0
    while start < frames - 1:
        end = start + 1
        for other in range(start + 2, frames):
            span = np.float32(other - start)
            fits = True
            for k in range(width):
                slope = (values[other, k] - values[start, k]) / span
                for i in range(start + 1, other):
                    off = values[start, k] + slope * np.float32(i - start) - values[i, k]
                    if off > tolerance or off < -tolerance:
                        fits = False
                        break
                if not fits:
                    break
            if not fits:
                break
            end = other
        keep[end] = True
        start = end
