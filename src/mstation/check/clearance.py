"""A film in, where its cameras cannot stand out: in a piece, at a wall, behind it, in somebody.

Walls and ceilings are drawn from inside only: a camera behind one looks through it, and the wall
must fly. That is a fault unless the shot says so.

Source: reference sheet of cinematography, section 1 and rows 9 and 22 of its table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mstation.check.faults import Mend, Values, fault_at
from mstation.check.figure import Figure, sampled
from mstation.check.film import Film, Index, Scene, Shot, Thing
from mstation.check.finding import Fault, Row
from mstation.check.noting import figures, in_order, mend, none_of
from mstation.check.occlusion import Surroundings, bars, surroundings
from mstation.check.rays import FAR_M, Surfaces, hits, nearest_m
from mstation.check.setting import Setting
from mstation.space import Array

_EVERY = 6  # frames
_TOUCHES_M, _WALL_M, _BODY_M, _HOLDER_M = 0.05, 0.29, 0.24, 0.03
_TALL_M, _PANEL_M2, _GROUND_M2 = 1.8, 0.8, 4.0  # a wall is tall, and has a large upright face
_UPRIGHT = 0.3  # of a normal's length: how much an upright face may lean
_FAR_M = 60.0
_TWO_SIDED = 1e-4  # of the way: faces this near to each other are one
_EYES_M = 0.25  # whose view a shot is: the camera is at his eyes
_FLIES = "clearance"  # what a shot says whose wall is taken away on purpose


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What cameras of a scene must keep clear of."""

    every: Setting
    walls: Surfaces  # upright faces of walls and of what stands like one
    sides: Surfaces  # all of what has walls, a floor or a ceiling
    people: dict[str, Figure]  # the cast
    bodies: tuple[Figure, ...]  # and the background


def clear_cameras(film: Film) -> Row:
    """Return row 9, its third part: cameras in geometry, behind walls, or in somebody's body."""
    faults: list[Fault] = []
    tested = stands = 0
    nearest = _FAR_M
    for scene in (scene for scene in film.scenes if scene.things):
        ground = _ground(surroundings(scene, film.rate))
        for shot in scene.shots:
            if shot.frames < 1:
                continue
            frames = sampled(shot, _EVERY)
            tested += 1
            stands += len(frames)
            found, apart = _stood(scene, shot, ground, frames)
            faults += found
            nearest = min(nearest, apart)
    detail = figures(tested, "no_set", camera_places=stands, nearest_wall_m=round(nearest, 2))
    return none_of("clear_cameras", 9, tested, in_order(faults), detail)


def _ground(around: Surroundings) -> Ground:
    still, stays = around.set_.still, around.set_.stays
    walls = [index for index, thing in enumerate(stays) if _has_walls(thing)]
    sides = [index for index, thing in enumerate(stays) if _has_ground(thing)]
    upright = np.abs(still.normals[:, 1]) < _UPRIGHT
    return Ground(
        every=around.set_,
        walls=still.some(np.isin(still.thing, walls) & upright),
        sides=still.some(np.isin(still.thing, [*walls, *sides])),
        people=around.people,
        bodies=around.bodies,
    )


def _faces(thing: Thing) -> tuple[Array, Array]:
    """Return the area of a thing's faces, m², and how level they lie, 0 to 1."""
    corners = thing.triangles
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    twice = np.linalg.norm(cross, axis=1)
    return twice / 2, np.abs(cross[:, 1]) / np.maximum(twice, 1e-12)


def _has_walls(thing: Thing) -> bool:
    if not len(thing.triangles) or thing.is_prop:
        return False
    area, level = _faces(thing)
    tall = float(np.ptp(thing.triangles[..., 1]))
    return tall >= _TALL_M and bool(((area > _PANEL_M2) & (level < _UPRIGHT)).any())


def _has_ground(thing: Thing) -> bool:
    if not len(thing.triangles) or thing.is_prop:
        return False
    area, level = _faces(thing)
    return bool(((area > _GROUND_M2) & (level > 0.9)).any())


def _stood(scene: Scene, shot: Shot, ground: Ground, frames: Index) -> tuple[list[Fault], float]:
    """Return the faults of one shot's camera, each kind once, and how near a wall it comes."""
    eyes, now = shot.world_from_camera[frames, :3, 3], shot.first_frame + frames
    inside, touches = ground.every.inside(eyes, now), ground.every.nearest(eyes, now)
    apart = nearest_m(ground.walls, eyes)
    faults: list[Fault] = []
    within = [row for row, name in enumerate(inside) if name]
    if within:
        row = within[0]
        values: Values = (("thing", inside[row]),)
        out = _way_out(ground, shot, int(frames[row]))
        faults.append(_fault(scene, shot, "camera_inside", int(frames[row]), values, out))
    elif touches.min() < _TOUCHES_M:
        row = int(touches.argmin())
        thing = ground.every.nearest_name(eyes[row], int(now[row]))
        values = (("thing", thing), ("metres", round(float(touches[row]), 3)))
        out = _way_out(ground, shot, int(frames[row]))
        faults.append(_fault(scene, shot, "camera_touches", int(frames[row]), values, out))
    elif apart.min() < _WALL_M and shot.size != "INSERT" and _FLIES not in shot.declared:
        row = int(apart.argmin())
        gap = float(apart[row])
        values = (("metres", round(gap, 2)), ("least", 0.3))
        away = (mend("away_from_wall", metres=round(0.3 - gap + 0.005, 2)),)
        faults.append(_fault(scene, shot, "camera_at_wall", int(frames[row]), values, away))
    faults += _flying(scene, shot, ground, frames)
    faults += _in_bodies(scene, shot, ground, frames)
    return faults, float(apart.min())


def _fault(
    scene: Scene,
    shot: Shot,
    kind: str,
    frame: int,
    values: Values,
    mends: tuple[Mend, ...],
) -> Fault:
    return fault_at(scene, shot, kind, values, mends, frame=shot.first_frame + frame)


def _way_out(ground: Ground, shot: Shot, frame: int) -> tuple[Mend, ...]:
    """Return the shortest way to a place that is clear: to a side, up, or along the lens."""
    matrix = shot.world_from_camera[frame]
    ways = {
        "left": -matrix[:3, 0], "right": matrix[:3, 0], "in": -matrix[:3, 2],
        "back": matrix[:3, 2], "up": np.array([0.0, 1.0, 0.0]),
    }  # fmt: skip
    for metres in (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 1.2, 1.6, 2.0):
        places = np.array([matrix[:3, 3] + metres * way for way in ways.values()])
        now = np.full(len(places), shot.first_frame + frame)
        inside = ground.every.inside(places, now)
        free = ground.every.nearest(places, now) > 2 * _TOUCHES_M
        free &= nearest_m(ground.walls, places) > _WALL_M
        for way, name, is_free in zip(ways, inside, free, strict=True):
            if is_free and not name:
                return (mend("move_camera", way=way, metres=metres),)
    return ()


def _flying(scene: Scene, shot: Shot, ground: Ground, frames: Index) -> list[Fault]:
    """Return that a camera looks through the back of a wall at its subjects, or straight on."""
    if _FLIES in shot.declared:
        return []
    eyes, ahead = shot.world_from_camera[frames, :3, 3], -shot.world_from_camera[frames, :3, 2]
    targets = [eyes + _FAR_M * ahead]
    now = shot.first_frame + frames
    targets += [ground.people[name].head[now] for name in shot.subjects if name in ground.people]
    for ends in targets:
        met = hits(ground.sides, eyes, ends)
        # What has faces both ways, the ground among them, is met at one place by both.
        behind = (met.back < met.front - _TWO_SIDED) & (met.back < FAR_M)
        if behind.any():
            row = int(np.flatnonzero(behind)[0])
            metres = float(met.back[row] * np.linalg.norm(ends[row] - eyes[row]))
            wall = ground.sides.name(int(met.behind[row]))
            values: Values = (("thing", wall), ("metres", round(metres, 2)))
            mends = (mend("move_camera", way="in", metres=round(metres + 0.3, 2)), mend("declare"))
            return [_fault(scene, shot, "wall_flies", int(frames[row]), values, mends)]
    return []


def _in_bodies(scene: Scene, shot: Shot, ground: Ground, frames: Index) -> list[Fault]:
    """Return whom a camera comes too near to; the one whose eyes it looks through is nobody."""
    eyes, now = shot.world_from_camera[frames, :3, 3], shot.first_frame + frames
    least = _HOLDER_M if shot.size == "INSERT" else _BODY_M
    faults = []
    for figure in ground.bodies:
        gap = np.full(len(frames), np.inf)
        for one, end, radius in bars(figure, now):
            gap = np.minimum(gap, _from_bar(eyes, one, end) - radius)
        gap = np.where(figure.person.present[now], gap, np.inf)
        if shot.role == "pov" and np.linalg.norm(eyes[0] - figure.eyes[now[0]]) < _EYES_M:
            continue
        if gap.min() < least:
            row = int(gap.argmin())
            values: Values = (("who", figure.person.written),
                              ("metres", round(float(gap[row]), 2)), ("least", least))  # fmt: skip
            more = round(least - float(gap[row]) + 0.01, 2)
            away = (mend("away_from_body", who=figure.person.written, metres=more),)
            faults.append(_fault(scene, shot, "camera_in_body", int(frames[row]), values, away))
    return faults


def _from_bar(points: Array, one: Array, end: Array) -> Array:
    """Return how far points (n, 3) are from bars, from (n, 3) to (n, 3)."""
    bar = end - one
    squared = np.maximum((bar * bar).sum(axis=1), 1e-12)
    share = np.clip(((points - one) * bar).sum(axis=1) / squared, 0.0, 1.0)
    return np.asarray(np.linalg.norm(points - one - bar * share[:, None], axis=1))
