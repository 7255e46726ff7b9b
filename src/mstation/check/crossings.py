"""A scene in, its cuts over the line out, with every legal way back.

For every pair the side that was last shown is remembered. A cut that shows the other side,
inside the same epoch, is a crossing; it is legal after a look away that ends in a shot of both,
or declared. A camera that travels over the line inside its shot, people who turn the line, and
a shot on the line itself change what is remembered, so that they need no permission.

Source: reference sheet of cinematography, section 5 and check 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from mstation.check.faults import Mend, Values
from mstation.check.film import Scene, Shot
from mstation.check.geometry import (
    SIZES,
    VISIBLE,
    angle_between,
    camera_position,
    heads_seen,
    lens_direction,
    step_of_size,
)
from mstation.check.lines import (
    TURNED_RAD,
    Pair,
    Talk,
    bearing,
    heads_of,
    is_of,
    pair_shown,
    side_of,
    someone_came_or_went,
    talk_of,
)
from mstation.space import Array

AXIS = "axis"  # what a shot declares that crosses the line on purpose
_WIDEST_STEP = SIZES.index("MS") + 0.5  # of a two-shot that may re-establish
_SPREAD = 0.7  # of the frame's width that two heads fill in a two-shot
_BEHIND_M = 0.8  # a camera on the line stands this far behind the nearer one


@dataclass(frozen=True, slots=True)
class Crossing:
    """A cut that changes the side of a pair's line: the shot before it, the shot after it."""

    pair: Pair
    before: Shot
    after: Shot


@dataclass(frozen=True, slots=True)
class Crossings:
    """What the cuts of one scene amount to: `tested` counts the cuts of each pair examined."""

    illegal: tuple[Crossing, ...]
    legal: tuple[Crossing, ...]
    tested: dict[Pair, int]


@dataclass(frozen=True, slots=True)
class _Shown:
    """The side of a pair's line that was last shown, and the bearing that its epoch keeps."""

    side: int
    bearing: float  # of the line when its side was first taken
    frame: int  # of the scene, the last at which the side was shown
    shot: int  # its place in the scene


@dataclass(slots=True)
class _Walk:
    """Where a walk through the shots of a scene has come to."""

    memory: dict[Pair, _Shown] = field(default_factory=dict)
    illegal: list[Crossing] = field(default_factory=list)
    legal: list[Crossing] = field(default_factory=list)
    tested: Counter[Pair] = field(default_factory=Counter)


def crossings_of(scene: Scene) -> Crossings:
    """Return the cuts over a line of a scene; where no exchange is shown, of who is nearest."""
    found = _walk(scene, talk_of(scene))
    return found if found.tested else _walk(scene, talk_of(scene, is_heard=False))


def _walk(scene: Scene, talk: Talk) -> Crossings:
    walk = _Walk()
    for index, shot in enumerate(scene.shots):
        pair = pair_shown(scene, talk, shot, 0)
        if pair is not None and pair in walk.memory:
            _meet(scene, index, pair, walk)
        for shown, frame in _last_shown(scene, talk, shot):
            one, other = heads_of(scene, shown, frame)
            side = side_of(one, other, camera_position(shot, frame - shot.first_frame))
            base = walk.memory.get(shown)
            if base is None or _is_new_epoch(scene, shown, base, frame):
                base = _Shown(side, bearing(one, other), frame, index)
            walk.memory[shown] = replace(base, side=side, frame=frame, shot=index)
            walk.tested[shown] += 0
    return Crossings(tuple(walk.illegal), tuple(walk.legal), dict(sorted(walk.tested.items())))


def _last_shown(scene: Scene, talk: Talk, shot: Shot) -> Iterator[tuple[Pair, int]]:
    """Yield every pair whose line a shot shows, and the last frame of the scene at which it does.

    Asked at the shot's ends and at the ends of the lines that are heard in it.
    """
    edges = {shot.first_frame, shot.end_frame - 1}
    for one in talk.spoken:
        edges |= {one.line.first_frame, one.line.end_frame - 1}
    last: dict[Pair, int] = {}
    for frame in sorted(edge for edge in edges if shot.first_frame <= edge < shot.end_frame):
        pair = pair_shown(scene, talk, shot, frame - shot.first_frame)
        if pair is not None:
            last[pair] = frame
    leaving = shot.end_frame - 1
    there = set(scene.there(leaving))
    for pair, frame in last.items():
        still = there.issuperset(pair) and is_of(scene, shot, shot.frames - 1, pair)
        yield pair, leaving if still else frame


def _is_new_epoch(scene: Scene, pair: Pair, base: _Shown, frame: int) -> bool:
    """Return whether the line's epoch has ended: it turned, or somebody came or went."""
    turned = angle_between(bearing(*heads_of(scene, pair, frame)), base.bearing) > TURNED_RAD
    return turned or someone_came_or_went(scene, base.frame, frame)


def _meet(scene: Scene, index: int, pair: Pair, walk: _Walk) -> None:
    """Hold the first frame of a shot against the side of the pair that was last shown."""
    shot, base = scene.shots[index], walk.memory[pair]
    side = side_of(*heads_of(scene, pair, shot.first_frame), camera_position(shot, 0))
    if _is_new_epoch(scene, pair, base, shot.first_frame):
        del walk.memory[pair]
        return
    if not side or not base.side:
        return
    walk.tested[pair] += 1
    if side == base.side:
        return
    crossing = Crossing(pair, scene.shots[base.shot], shot)
    if AXIS in shot.declared or _re_establishes(scene, index, pair, base):
        walk.legal.append(crossing)
        del walk.memory[pair]
    else:
        walk.illegal.append(crossing)


def _re_establishes(scene: Scene, index: int, pair: Pair, base: _Shown) -> bool:
    """Return whether a shot shows both of a pair, not close, after the film had looked away."""
    shot = scene.shots[index]
    seen = heads_seen(scene, shot, 0)
    return (
        index - base.shot > 1
        and pair[0] in seen
        and pair[1] in seen
        and all(step_of_size(scene, shot, 0, name) <= _WIDEST_STEP for name in pair)
    )


def ways_back(scene: Scene, shot: Shot, pair: Pair) -> tuple[Mend, ...]:
    """Return what makes a crossing legal, with places in metres, the nearest first."""
    one, other = heads_of(scene, pair, shot.first_frame)
    camera = camera_position(shot, 0)
    along = (other - one) * np.array([1.0, 0.0, 1.0])
    length = max(float(np.linalg.norm(along)), 1e-6)
    along /= length
    normal = np.array([along[2], 0.0, -along[0]])
    mirrored = camera - 2 * float((camera - one) @ normal) * normal
    looks_back = float(lens_direction(shot, 0) @ along) < 0
    ahead, start = (along, one) if looks_back else (-along, other)
    reach = max(abs(float((camera - start) @ ahead)), length + _BEHIND_M)
    on_line = start + reach * ahead
    on_line[1] = camera[1]
    focal = float(shot.focal_mm[0])
    tall = max(scene.people[name].stature_m for name in pair)
    wide_m = max(
        length / _SPREAD * focal / shot.sensor.width_mm,
        float(VISIBLE[SIZES.index("MS")]) * tall * focal / shot.sensor.height_mm,
    )
    return (
        ("mirror", _place(mirrored)),
        ("on_line", _place(on_line)),
        ("look_away", (("distance_m", round(wide_m, 2)), ("lens_mm", round(focal, 1)))),
        ("declare", ()),
    )


def _place(point: Array) -> Values:
    return tuple((name, round(float(value), 2)) for name, value in zip("xyz", point, strict=True))
