"""Lines of sight in, what hides them out: what is drawn of the set, and other people's bodies.

Bodies, those of the background too, are a ball for the head, and rounded bars for neck, trunk
and shoulders. What hands carry hides where it is at that frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mstation.check.figure import Figure, figure_of
from mstation.check.film import Flags, Index, Scene, Shot
from mstation.check.setting import Setting, setting_of
from mstation.check.singles import figures_of
from mstation.space import Array
from mstation.timebase import FrameRate

HEAD_M, NECK_M, TRUNK_M, SHOULDER_M = 0.12, 0.07, 0.20, 0.08
_ROOM_M = 0.3  # what a camera that is moved aside keeps clear of
_ASIDE_M = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3)

# A face is looked at in five points: between the eyes, both eyes, the mouth, the forehead.
_MOUTH, _FOREHEAD = -0.75, 0.55  # from the eyes, in radii of the skull, up the head


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What may stand between a camera and a face in one scene."""

    scene: Scene
    people: dict[str, Figure]  # the cast
    bodies: tuple[Figure, ...]  # and the background
    set_: Setting


def surroundings(scene: Scene, rate: FrameRate) -> Surroundings:
    """Return what may hide somebody in a scene."""
    people = figures_of(scene, rate)
    extras = [figure_of(person, rate) for person in scene.extras.values()]
    return Surroundings(scene, people, (*people.values(), *extras), setting_of(scene.things))


def face_points(figure: Figure, now: Index) -> Array:
    """Return the places of a face that a lens may see, (n, 5, 3), at frames of the scene."""
    eyes = figure.eyes[now]
    left = figure.person.joint("LeftEye")[now]
    right = figure.person.joint("RightEye")[now]
    axis = figure.person.joint("HeadTop")[now] - figure.person.joint("Head")[now]
    axis = axis / np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-9)
    tall = axis * figure.skull_m[now][:, None]
    return np.stack([eyes, left, right, eyes + _MOUTH * tall, eyes + _FOREHEAD * tall], axis=1)


def hidden_by_set(
    around: Surroundings, eyes: Array, points: Array, now: Index
) -> tuple[Flags, list[str]]:
    """Return whether the set hides points (n, m, 3) from cameras (n, 3), and what does, (n,).

    Most of a face's points must be hidden; the thing named hides the first of them.
    """
    count, each = points.shape[:2]
    starts, frames = np.repeat(eyes, each, axis=0), np.repeat(now, each)
    shares, names = around.set_.met(starts, points.reshape(-1, 3), frames)
    behind = (shares < 1.0).reshape(count, each)
    first = np.arange(count) * each + behind.argmax(axis=1)
    return 2 * behind.sum(axis=1) > each, [names[int(row)] for row in first]


def hidden_by_people(
    around: Surroundings, eyes: Array, points: Array, now: Index, who: str
) -> tuple[Flags, list[str]]:
    """Return whether somebody else hides points (n, m, 3) from cameras (n, 3), and who, (n,)."""
    count = len(eyes)
    hidden, names = np.zeros(count, bool), [""] * count
    for other in around.bodies:
        if other is around.people[who]:
            continue
        near = np.full(points.shape[:2], np.inf)
        for one, end, radius in bars(other, now):
            near = np.minimum(near, _between(eyes, points, one, end) - radius)
        hides = (2 * (near < 0).sum(axis=1) > points.shape[1]) & other.person.present[now]
        for row in np.flatnonzero(hides & ~hidden):
            names[row] = other.person.written
        hidden |= hides
    return hidden, names


def bars(figure: Figure, now: Index) -> list[tuple[Array, Array, float]]:
    """Return a body at frames of the scene as bars: from (n, 3), to (n, 3), and how thick."""
    joint = figure.person.joint
    head = figure.head[now]
    return [
        (head, head, HEAD_M),
        (joint("Chest")[now], head, NECK_M),
        (joint("Hips")[now], joint("Chest")[now], TRUNK_M),
        (joint("LeftShoulder")[now], joint("RightShoulder")[now], SHOULDER_M),
    ]


def _between(eyes: Array, points: Array, one: Array, end: Array) -> Array:
    """Return (n, m): how near sight lines from eyes (n, 3) to points (n, m, 3) pass bars (n, 3).

    Source: Ericson, Real-Time Collision Detection (2005), 5.1.9, closest points of two segments.
    """
    sight, bar = points - eyes[:, None], (end - one)[:, None]
    apart = (eyes - one)[:, None]
    a, e = (sight * sight).sum(-1), (bar * bar).sum(-1)
    b, c, f = (sight * bar).sum(-1), (sight * apart).sum(-1), (bar * apart).sum(-1)
    width = np.maximum(a * e - b * b, 1e-12)
    s = np.where(e > 1e-9, np.clip((b * f - c * e) / width, 0, 1), np.clip(-c / a, 0, 1))
    t = np.where(e > 1e-9, np.clip((b * s + f) / np.maximum(e, 1e-9), 0, 1), 0.0)
    s = np.clip((b * t - c) / np.maximum(a, 1e-12), 0, 1)
    gap = apart + sight * s[..., None] - bar * t[..., None]
    return np.asarray(np.linalg.norm(gap, axis=-1))


def way_round(around: Surroundings, shot: Shot, frame: int, who: str) -> tuple[str, float] | None:
    """Return which way, and how far, a camera moves aside so that a face is free; None: no way."""
    now = np.array([shot.first_frame + frame])
    points, matrix = face_points(around.people[who], now), shot.world_from_camera[frame]
    ways = (("left", -matrix[:3, 0]), ("right", matrix[:3, 0]), ("up", np.array([0.0, 1.0, 0.0])))
    for metres in _ASIDE_M:
        for word, way in ways:
            eye = (matrix[:3, 3] + metres * way)[None]
            if around.set_.nearest(eye, now)[0] < _ROOM_M:
                continue
            by_set, _ = hidden_by_set(around, eye, points, now)
            by_people, _ = hidden_by_people(around, eye, points, now, who)
            if not (by_set[0] or by_people[0]):
                return word, metres
    return None
