"""Where a shot's camera stands, how it looks and moves, and what is in its way, in numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mstation.shots.shot import Shot, Size, Take
from mstation.shots.takes import camera_curve
from mstation.space import Array, Sensor
from mstation.stage.collision import Obstacles, obstacles
from mstation.stage.layout import Layout
from mstation.stage.performance import JOINTS, Motion
from mstation.timebase import FrameRate

SCHEMA = "mstation.shot_cameras/1"

CLEARANCE_M = 0.3  # Source: reference sheet of the designer, section 1
_STILL_M, _STILL_DEG = 0.02, 0.5  # what is less is no move
_SAMPLES = 9  # of the camera's way that are looked at for walls
_EVERYWHERE_M = 1e4
_LOWEST_M = 0.06
_EYES = [JOINTS.index("LeftEye"), JOINTS.index("RightEye")]


@dataclass(frozen=True, slots=True)
class Flying:
    """A thing of the set that has to go for the camera."""

    kind: Literal["wall", "piece", "ceiling"]
    name: str  # the wall's name, the piece's kind


@dataclass(frozen=True, slots=True)
class CameraFacts:
    """One shot's camera in numbers; where it moves, at its first frame."""

    shot_id: str
    lens_mm: float
    end_lens_mm: float
    across_deg: float  # the horizontal angle of view
    upright_deg: float
    height_m: float  # over the floor
    distance_m: float  # to the principal's eyes, or to what it is aimed at
    distance_to: str  # the principal's id, or nobody's
    tilt_deg: float  # upwards is positive
    pan_deg: float  # clockwise from north, which is −Z
    roll_deg: float
    travel_m: float  # along its way
    rise_m: float
    mean_speed_m_s: float  # while it moves
    most_speed_m_s: float
    turn_deg: float
    most_turn_deg_s: float
    move_s: float  # from its first moving frame to its last
    flies: tuple[Flying, ...]


@dataclass(frozen=True, slots=True)
class SceneCameras:
    """The cameras of one scene's shots, in order."""

    cameras: tuple[CameraFacts, ...]


def angle_of_view(lens_mm: float, sensor: Sensor) -> tuple[float, float]:
    """Return how wide and how high a lens sees, in degrees: 2 · atan(side / 2f)."""
    return (
        math.degrees(2 * math.atan(sensor.width_mm / 2 / lens_mm)),
        math.degrees(2 * math.atan(sensor.height_mm / 2 / lens_mm)),
    )


def scene_cameras(
    shots: tuple[Shot, ...], takes: tuple[Take, ...], layout: Layout, rate: FrameRate
) -> SceneCameras:
    """Return the numbers of every camera of a scene."""
    things = _things(layout)
    facts = (_facts(shot, take, things, rate) for shot, take in zip(shots, takes, strict=True))
    return SceneCameras(tuple(facts))


def _facts(
    shot: Shot, take: Take, things: list[tuple[Flying, Obstacles]], rate: FrameRate
) -> CameraFacts:
    curve, lenses = camera_curve(shot.camera, shot.frames)
    first, ways = curve[0], curve[:, :3, 3]
    ahead = -first[:3, 2]
    across, upright = angle_of_view(float(lenses[0]), take.sheet.sensor)
    aim, of = aim_of(shot, take)
    steps = np.linalg.norm(np.diff(ways, axis=0), axis=1)
    turns = _turns(curve)
    fps = float(rate.fraction)
    going = np.flatnonzero((steps * fps > _STILL_M) | (turns * fps > _STILL_DEG))
    move_s = (going[-1] - going[0] + 1) / fps if len(going) else 0.0
    travel = float(steps.sum())
    return CameraFacts(
        shot_id=shot.id,
        lens_mm=float(lenses[0]),
        end_lens_mm=float(lenses[-1]),
        across_deg=across,
        upright_deg=upright,
        height_m=float(first[1, 3]),
        distance_m=float(np.linalg.norm(aim - first[:3, 3])),
        distance_to=of,
        tilt_deg=math.degrees(math.asin(max(-1.0, min(1.0, float(ahead[1]))))),
        pan_deg=math.degrees(math.atan2(ahead[0], -ahead[2])) % 360.0,
        roll_deg=math.degrees(math.asin(max(-1.0, min(1.0, float(first[1, 0]))))),
        travel_m=travel if travel > _STILL_M else 0.0,
        rise_m=float(ways[-1, 1] - ways[0, 1]),
        mean_speed_m_s=travel / move_s if move_s and travel > _STILL_M else 0.0,
        most_speed_m_s=float(steps.max(initial=0.0)) * fps if travel > _STILL_M else 0.0,
        turn_deg=float(turns.sum()),
        most_turn_deg_s=float(turns.max(initial=0.0)) * fps,
        move_s=float(move_s),
        flies=_flies(ways, aim, things),
    )


def _turns(curve: Array) -> Array:
    """Return by how many degrees the camera turns from each frame to the next."""
    ahead = curve[:, :3, 2]
    cosines = (ahead[1:] * ahead[:-1]).sum(axis=1)
    sines = np.linalg.norm(np.cross(ahead[1:], ahead[:-1]), axis=1)
    return np.asarray(np.degrees(np.arctan2(sines, cosines)))


def aim_of(shot: Shot, take: Take) -> tuple[Array, str]:
    """Return what the camera is for: the eyes of its principal, whose id too, or its target."""
    target = np.array(shot.camera[0].target)
    if shot.size is Size.INSERT or not shot.subjects:
        return target, ""
    for motion in take.motions:
        if motion.character_id == shot.subjects[0]:
            return eyes_of(motion, int(np.flatnonzero(motion.present)[0])), motion.character_id
    return target, ""


def eyes_of(motion: Motion, frame: int) -> Array:
    """Return the middle between somebody's eyes at a frame."""
    joints = motion.cut(frame, frame + 1).world_from_joints()[0]
    return np.asarray(joints[_EYES, :3, 3].mean(axis=0))


def _things(layout: Layout) -> list[tuple[Flying, Obstacles]]:
    """Return every wall and piece of a set, and the ceiling, as if it stood alone."""
    bare = replace(
        layout,
        is_interior=False,
        ceiling_m=0.0,
        walls=(),
        pieces=(),
        floor_min=(-_EVERYWHERE_M, -_EVERYWHERE_M),
        floor_max=(_EVERYWHERE_M, _EVERYWHERE_M),
    )
    alone = [(Flying("wall", wall.name), replace(bare, walls=(wall,))) for wall in layout.walls]
    alone += [
        (Flying("piece", piece.kind), replace(bare, pieces=(piece,))) for piece in layout.pieces
    ]
    if layout.ceiling_m > 0:
        alone.append((Flying("ceiling", ""), replace(bare, ceiling_m=layout.ceiling_m)))
    return [(thing, obstacles(set_of_one)) for thing, set_of_one in alone]


def _flies(ways: Array, aim: Array, things: list[tuple[Flying, Obstacles]]) -> tuple[Flying, ...]:
    """Return what stands within reach of the camera's way, or between it and what it is for."""
    picked = np.linspace(0, len(ways) - 1, min(_SAMPLES, len(ways))).astype(int)
    points = ways[picked].copy()
    points[:, 1] = np.maximum(points[:, 1], _LOWEST_M)
    aims = np.repeat(aim[None], len(points), axis=0)
    flying = (
        thing
        for thing, alone in things
        if not alone.points_free(points, CLEARANCE_M).all()
        or not alone.sees_many(points, aims).all()
    )
    return tuple(dict.fromkeys(flying))
