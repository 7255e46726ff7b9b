"""The movie's stills and the stage in, whether the people of the stage are in the picture out.

Where the camera stands still, little but people and what they carry changes in the picture. So
what changes between two stills of a shot must lie along the bones that the stage has there; a
picture of another shot changes elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from mstation.check.film import Film, Flags, Person, Scene, Shot
from mstation.check.finding import Fault, Row
from mstation.check.noting import share_of
from mstation.check.survey import Survey
from mstation.space import Array, project

_CHANGED = 6  # levels of 255
_LEAST = 0.003  # of a picture that must change in a shot, for it to say anything
_EXPLAINED = 0.7  # of them lie along somebody's bones; the rest are shadows, and doors that open
_FADES = 4.0  # levels of mean luma: the whole picture changes its light
_NEAREST_M = 0.1
_SHADOW = 1.2  # statures from the feet: how far a shadow on the ground may reach
_FLESH_M, _THING_M = 0.2, 0.05  # around a bone: clothes, hair; around a thing
_BONES = (
    ("Hips", "Neck"), ("Neck", "HeadTop"),
    ("LeftShoulder", "RightShoulder"), ("LeftHip", "RightHip"),
    ("LeftShoulder", "LeftElbow"), ("LeftElbow", "LeftWrist"),
    ("RightShoulder", "RightElbow"), ("RightElbow", "RightWrist"),
    ("LeftHip", "LeftKnee"), ("LeftKnee", "LeftAnkle"), ("LeftAnkle", "LeftToe"),
    ("RightHip", "RightKnee"), ("RightKnee", "RightAnkle"), ("RightAnkle", "RightToe"),
)  # fmt: skip


def figures(film: Film, seen: Survey | None) -> Row:
    """Return the row of people in the picture: the share of shots whose changes are theirs.

    Looked at are shots whose camera stands still while somebody is there. A shot passes when
    seven tenths of all pixels that change between its stills lie within 20 cm of somebody's
    bones as its camera sees them, or on a thing that hands touch. The ground around feet, where
    shadows move, is left out.
    """
    if seen is None:
        return _told(0, [], "no_movie")
    faults, tested = [], 0
    least = _LEAST * max((still.size for still in seen.stills.values()), default=0)
    for scene in film.scenes:
        for shot in scene.shots:
            inside, changed = _changes(scene, shot, seen)
            if changed <= least:
                continue
            tested += 1
            if inside < _EXPLAINED * changed:
                faults.append(_fault(scene, shot, inside / changed))
    return _told(tested, faults, "no_still_shots")


def _told(tested: int, faults: list[Fault], missing: str) -> Row:
    return share_of("figures", 18, tested, faults, missing, is_hard=False)


def _fault(scene: Scene, shot: Shot, share: float) -> Fault:
    return Fault(
        "changes_elsewhere",
        scene.label,
        shot=shot.label,
        frame=scene.film_first_frame + shot.first_frame,
        values=(("percent", round(100 * share)),),
        mends=(("join_again", ()),),
    )


def _changes(scene: Scene, shot: Shot, seen: Survey) -> tuple[int, int]:
    """Return how many pixels change where somebody is, and how many change at all."""
    inside = changed = 0
    for first, second in _still_pairs(scene, shot, seen):
        before, after = (seen.stills[scene.film_first_frame + at] for at in (first, second))
        is_changed = np.abs(before.astype(np.int16) - after) > _CHANGED
        if abs(float(before.mean()) - float(after.mean())) > _FADES:
            continue
        pixels = _middles(is_changed)
        theirs = _is_theirs(scene, shot, (first, second), pixels)
        if theirs is not None:
            inside += int(np.count_nonzero(theirs))
            changed += int(np.count_nonzero(theirs | ~_is_ground(scene, shot, first, pixels)))
    return inside, changed


def _middles(mask: Flags) -> Array:
    """Return the pixels of a mask, (n, 2): x and y in widths of the picture."""
    rows, columns = np.nonzero(mask)
    return np.asarray(np.column_stack([columns + 0.5, rows + 0.5]) / mask.shape[1])


def _still_pairs(scene: Scene, shot: Shot, seen: Survey) -> Iterator[tuple[int, int]]:
    """Yield the scene's frames of stills that follow each other in a shot, its camera at rest."""
    is_locked = np.ptp(shot.focal_mm) == 0 and not np.any(np.ptp(shot.world_from_camera, axis=0))
    if not is_locked:
        return
    start = scene.film_first_frame
    frames = [at for at in range(shot.first_frame, shot.end_frame) if start + at in seen.stills]
    yield from pairwise(frames)


def bare_parts(scene: Scene, shot: Shot, frames: tuple[int, int], shape: tuple[int, int]) -> Flags:
    """Return which parts of the picture, (rows, columns) of them, nobody is in at these frames."""
    rows, columns = shape
    down, across = np.mgrid[:rows, :columns] + 0.5
    aspect = shot.sensor.height_mm / shot.sensor.width_mm
    middles = np.column_stack([across.ravel() / columns, down.ravel() / rows * aspect])
    reach = float(np.hypot(1 / columns, aspect / rows)) / 2
    theirs = _is_theirs(scene, shot, frames, middles, reach)
    return np.ones(shape, np.bool_) if theirs is None else ~theirs.reshape(shape)


def _is_theirs(
    scene: Scene, shot: Shot, frames: tuple[int, int], pixels: Array, reach: float = 0.0
) -> Flags | None:
    """Return which pixels lie on people or things they carry; None where nobody is there.

    Pixels, and `reach`, within which one is on them too, are in widths of the picture.
    """
    theirs = np.zeros(len(pixels), np.bool_)
    everybody = (*scene.people.values(), *scene.extras.values())
    if not any(person.present[list(frames)].any() for person in everybody):
        return None
    for frame in frames:
        for person in everybody:
            if person.present[frame]:
                theirs |= _is_along(shot, frame, *_bones(person, frame), _FLESH_M, pixels, reach)
        for thing in scene.things:
            if thing.is_prop:
                theirs |= _is_on(shot, frame, thing.at(frame).reshape(-1, 3), pixels, reach)
    return theirs


def _is_ground(scene: Scene, shot: Shot, frame: int, pixels: Array) -> Flags:
    """Return which pixels may be shadows: the ground around somebody's feet, where it is seen."""
    at = frame - shot.first_frame
    matrix, sensor = shot.world_from_camera[at], shot.sensor
    across = (pixels[:, 0] - 0.5) * sensor.width_mm
    down = pixels[:, 1] * sensor.width_mm - sensor.height_mm / 2
    ahead = np.full(len(pixels), float(shot.focal_mm[at]))
    ways = np.column_stack([across, -down, -ahead]) @ matrix[:3, :3].T
    near = np.zeros(len(pixels), np.bool_)
    for person in (*scene.people.values(), *scene.extras.values()):
        if not person.present[frame]:
            continue
        foot = person.joint("LeftToe")[frame]
        fall = np.minimum(ways[:, 1], -1e-9)  # what looks up meets the ground beyond all feet
        met = matrix[:3, 3] + ways * ((foot[1] - matrix[1, 3]) / fall)[:, None]
        near |= np.linalg.norm(met - foot, axis=1) < _SHADOW * person.stature_m
    return near


def _is_on(shot: Shot, frame: int, points: Array, pixels: Array, reach: float) -> Flags:
    """Return which pixels are on a thing, as round as it is long."""
    if not len(points):
        return np.zeros(len(pixels), np.bool_)
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high)[None] / 2
    around_m = float(np.linalg.norm(high - low)) / 2 + _THING_M
    return _is_along(shot, frame, middle, middle, around_m, pixels, reach)


def _bones(person: Person, frame: int) -> tuple[Array, Array]:
    starts = np.array([person.joint(start)[frame] for start, _ in _BONES])
    ends = np.array([person.joint(end)[frame] for _, end in _BONES])
    return starts, ends


def _is_along(
    shot: Shot,
    frame: int,
    starts: Array,
    ends: Array,
    around_m: float,
    pixels: Array,
    reach: float,
) -> Flags:
    """Return which pixels are within so many metres, and `reach`, of a line in the world."""
    at = frame - shot.first_frame
    focal, matrix, sensor = float(shot.focal_mm[at]), shot.world_from_camera[at], shot.sensor
    near = np.zeros(len(pixels), np.bool_)
    if not len(starts) or not len(pixels):
        return near
    square = np.array([1.0, sensor.height_mm / sensor.width_mm])
    first, last = (project(points, matrix, focal, sensor) for points in (starts, ends))
    for one, other in zip(first, last, strict=True):
        depth = min(one[2], other[2])
        if depth < _NEAREST_M:
            continue
        line, way = one[:2] * square, (other[:2] - one[:2]) * square
        along = np.clip((pixels - line) @ way / max(float(way @ way), 1e-12), 0.0, 1.0)
        away = np.linalg.norm(pixels - line - along[:, None] * way, axis=1)
        near |= away < around_m * focal / depth / sensor.width_mm + reach
    return near
