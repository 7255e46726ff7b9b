"""A scene's shots in, its setups out: what one camera position serves, and what comes when."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mstation.shots.shot import CameraKey, Shot, Size

_SAME_PLACE_M, _SAME_LENS, _SAME_TURN_DEG = 0.2, 0.03, 8.0
_ONE_SIDE_DEG = 60.0  # cameras that look within this of each other share their light
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # slates leave out I and O
_ORDER = {size: place for place, size in enumerate(Size)}


@dataclass(frozen=True, slots=True)
class Setup:
    """One place of the camera in a scene, and the shots that are taken from it."""

    letter: str
    shots: tuple[Shot, ...]

    @property
    def first(self) -> Shot:
        """The shot that names it."""
        return self.shots[0]

    @property
    def widest(self) -> Size:
        """The widest size that is shot from it."""
        return min((shot.size for shot in self.shots), key=lambda size: _ORDER[size])


def setups_of(shots: Sequence[Shot]) -> dict[str, str]:
    """Return the letter of each shot's setup, by shot id; letters go in script order."""
    return {shot.id: setup.letter for setup in list_setups(shots) for shot in setup.shots}


def list_setups(shots: Sequence[Shot]) -> tuple[Setup, ...]:
    """Return a scene's setups in order of their first shot.

    Shots share a setup where the camera begins and ends in the same place with the same lens,
    looking the same way; shots of different scenes never do.
    """
    found: list[list[Shot]] = []
    for shot in shots:
        same = next((each for each in found if _is_same(each[0], shot)), None)
        if same is None:
            found.append([shot])
        else:
            same.append(shot)
    return tuple(Setup(letter_of(place), tuple(each)) for place, each in enumerate(found))


def letter_of(place: int) -> str:
    """Return the letter of the setup at a place from 0: A to Z without I and O, then AA."""
    letters = ""
    place += 1
    while place > 0:
        place, rest = divmod(place - 1, len(_LETTERS))
        letters = _LETTERS[rest] + letters
    return letters


def shooting_order(setups: Sequence[Setup]) -> tuple[Setup, ...]:
    """Return a scene's setups as a crew shoots them: a side at a time, from wide to tight.

    The widest setup says which side is lit first; what looks its way follows before the camera
    turns round.
    """
    return tuple(setup for side in sides_of(setups) for setup in side)


def sides_of(setups: Sequence[Setup]) -> tuple[tuple[Setup, ...], ...]:
    """Return a scene's setups by the side that is lit for them, each side from wide to tight."""
    waiting = sorted(setups, key=lambda setup: _ORDER[setup.widest])
    sides: list[tuple[Setup, ...]] = []
    while waiting:
        way = _bearing(waiting[0].first.camera[0])
        side = [
            each for each in waiting if _turn(way, _bearing(each.first.camera[0])) <= _ONE_SIDE_DEG
        ]
        sides.append(tuple(side))
        waiting = [each for each in waiting if each not in side]
    return tuple(sides)


def _is_same(one: Shot, other: Shot) -> bool:
    if one.move is not other.move:
        return False
    ends = ((one.camera[0], other.camera[0]), (one.camera[-1], other.camera[-1]))
    return all(_is_like(a, b) for a, b in ends)


def _is_like(one: CameraKey, other: CameraKey) -> bool:
    return (
        math.dist(one.position, other.position) <= _SAME_PLACE_M
        and abs(one.focal_length_mm / other.focal_length_mm - 1) <= _SAME_LENS
        and _turn(_bearing(one), _bearing(other)) <= _SAME_TURN_DEG
        and abs(_tilt(one) - _tilt(other)) <= _SAME_TURN_DEG
    )


def _bearing(key: CameraKey) -> float:
    across, ahead = (key.target[axis] - key.position[axis] for axis in (0, 2))
    return math.degrees(math.atan2(across, -ahead))


def _tilt(key: CameraKey) -> float:
    rise = key.target[1] - key.position[1]
    level = math.hypot(key.target[0] - key.position[0], key.target[2] - key.position[2])
    return math.degrees(math.atan2(rise, level))


def _turn(one_deg: float, other_deg: float) -> float:
    return abs(math.remainder(one_deg - other_deg, 360.0))
