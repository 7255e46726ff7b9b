"""Ways and walls in, doors out: a hand on the handle, the hinge, the leaf that falls shut.

A door is heard because somebody goes through it: where a body's way crosses a wall in an opening
with a leaf. In the open, houses have doors too: who leaves or comes right at one goes through it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from mstation.identity import seed_of
from mstation.sound.noises import Heard, once
from mstation.space import Array
from mstation.stage.layout import Layout, Opening, Vec3, Wall
from mstation.stage.performance import Motion, Presence
from mstation.timebase import SAMPLE_RATE, FrameRate

_OPENS_S, _SWINGS_S, _SHUTS_S = -0.75, -0.5, 0.85  # against the step over the threshold
_SAME_S = 2.6  # who follows so soon goes through the open door
_HANDLE_M = 1.0
_AT_HOUSE_M = 1.3
_HOUSE_M = 2.3  # what is taller and solid may be gone into
_HOUSES = ("house", "building", "hall")


@dataclass(frozen=True, slots=True)
class Crossing:
    """Somebody on a threshold."""

    frame: float
    place: Vec3


def crossings(
    motions: Sequence[Motion], presences: Sequence[Presence], layout: Layout
) -> tuple[Crossing, ...]:
    """Return when doors are gone through, in order."""
    found: list[Crossing] = []
    for motion in motions:
        for wall in layout.walls:
            for opening in wall.openings:
                if opening.kind == "door":
                    found += _through(motion, wall, opening)
    if not layout.is_interior:
        by_id = {motion.character_id: motion for motion in motions}
        found += [
            crossing
            for presence in presences
            if presence.character_id in by_id
            for crossing in _at_houses(by_id[presence.character_id], presence, layout)
        ]
    return tuple(sorted(found, key=lambda crossing: crossing.frame))


def _through(motion: Motion, wall: Wall, opening: Opening) -> Iterator[Crossing]:
    """Yield the frames in which hips pass a wall's line within an opening."""
    start, end = np.array(wall.start), np.array(wall.end)
    along = (end - start) / np.linalg.norm(end - start)
    way: Array = motion.positions[:, [0, 2]].astype(np.float64) - start
    at, off = way @ along, way @ np.array([along[1], -along[0]])
    there = motion.present[1:] & motion.present[:-1]
    inside = (at > opening.start_m - 0.3) & (at < opening.start_m + opening.width_m + 0.3)
    passes = there & inside[1:] & ((off[1:] > 0) != (off[:-1] > 0))
    for frame in np.flatnonzero(passes).tolist():
        share = abs(off[frame]) / max(abs(off[frame + 1] - off[frame]), 1e-9)
        x, z = (start + along * (opening.start_m + opening.width_m / 2)).tolist()
        yield Crossing(frame + float(share), (x, _HANDLE_M, z))


def _at_houses(motion: Motion, presence: Presence, layout: Layout) -> Iterator[Crossing]:
    """Yield where somebody comes out of a house or goes into one while the scene is on."""
    frames = len(motion.positions)
    for frame in (presence.first_frame, presence.end_frame):
        if 0 < frame < frames:
            x, _, z = motion.positions[min(frame, presence.end_frame - 1)].tolist()
            if _is_at_house(x, z, layout):
                yield Crossing(float(frame), (x, _HANDLE_M, z))


def _is_at_house(x: float, z: float, layout: Layout) -> bool:
    for piece in layout.pieces:
        if piece.size[1] < _HOUSE_M or not any(name in piece.kind for name in _HOUSES):
            continue
        cos, sin = np.cos(piece.yaw_rad), np.sin(piece.yaw_rad)
        dx, dz = x - piece.position[0], z - piece.position[2]
        across, along = cos * dx - sin * dz, sin * dx + cos * dz
        away = np.hypot(
            max(0.0, abs(across) - piece.size[0] / 2), max(0.0, abs(along) - piece.size[2] / 2)
        )
        if away < _AT_HOUSE_M:
            return True
    return False


def doors(
    motions: Sequence[Motion], presences: Sequence[Presence], layout: Layout, rate: FrameRate
) -> Iterator[Heard]:
    """Yield what is heard of the doors of a scene."""
    row = _table()["doors"][door_of(layout)]
    for index, group in enumerate(_groups(crossings(motions, presences, layout), rate)):
        first, last = group[0], group[-1]
        for name, crossing, by_s in (
            (row["opens"], first, _OPENS_S),
            (row["swings"], first, _SWINGS_S),
            (row["shuts"], last, _SHUTS_S),
        ):
            at_s = crossing.frame * rate.seconds(1) + by_s
            if name:
                first_sample = max(0, round(at_s * SAMPLE_RATE))
                seed = seed_of("door", layout.set_key, str(index), name)
                yield once(first_sample, name, seed, crossing.place)


def _groups(found: Sequence[Crossing], rate: FrameRate) -> list[list[Crossing]]:
    """Return crossings of one door in which it stays open in between."""
    groups: list[list[Crossing]] = []
    for crossing in found:
        near = [
            group
            for group in groups
            if group[-1].place == crossing.place
            and (crossing.frame - group[-1].frame) * rate.seconds(1) < _SAME_S
        ]
        if near:
            near[-1].append(crossing)
        else:
            groups.append([crossing])
    return groups


def door_of(layout: Layout) -> str:
    """Return which kind of door a set has."""
    kind: str = _table()["door_of"].get(layout.kind, "room" if layout.is_interior else "street")
    return kind


@cache
def _table() -> dict[str, Any]:
    text = (resources.files(__package__) / "doors.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
