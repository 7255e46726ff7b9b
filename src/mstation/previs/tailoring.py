"""A body's measures, and the cloth and skin that a figure is sewn from.

A patch is a piece of surface with its joint weights; patches sewn together are a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mstation.previs.mesh import Mesh, SkinnedMesh
from mstation.previs.primitives import lofted, point_normals
from mstation.stage.layout import Rgb
from mstation.stage.performance import JOINTS, PARENTS, Body, Shape

Floats = NDArray[np.float64]

JOINT = {name: index for index, name in enumerate(JOINTS)}
MORPHS = 4  # what the features of a face are built with; `_SHAPED` makes shapes of them
MOUTH_OPEN, MOUTH_SPREAD, BLINK, BROW = range(MORPHS)
_SHAPED = {
    Shape.MOUTH_OPEN: (MOUTH_OPEN, 1.0),
    Shape.MOUTH_WIDE: (MOUTH_SPREAD, 1.0),
    Shape.MOUTH_ROUND: (MOUTH_SPREAD, -1.0),
    Shape.SMILE: (MOUTH_SPREAD, 1.0),
    Shape.SAD: (MOUTH_SPREAD, -0.5),
    Shape.BLINK: (BLINK, 1.0),
    Shape.BROW_UP: (BROW, 1.0),
    Shape.BROW_DOWN: (BROW, -1.0),
}

_HIPS_SHARE = 0.53  # height of the hips as a fraction of an adult's stature
_EYES_TO_TOP = 0.492  # of the height of the head


class Ink(IntEnum):
    """Outlines are drawn between these."""

    HEAD = 0
    HAIR = 1
    TOP = 2
    LEFT_SLEEVE = 3
    RIGHT_SLEEVE = 4
    TRIM = 5
    BOTTOM = 6
    LEFT_LEG = 7
    RIGHT_LEG = 8
    LEFT_HAND = 9
    RIGHT_HAND = 10
    LEFT_SHOE = 11
    RIGHT_SHOE = 12
    COLLAR = 13
    FACE = 14
    HEADGEAR = 15


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What a tailor and a wigmaker ask: metres, at rest, the floor under the hips at the origin."""

    body: Body
    rest: Floats  # (22, 3)
    unit: float  # metres for the whole stature of an adult who has this body below the chin
    head: float  # chin to crown
    chin: float  # height above the floor
    girth: float  # 1 is middling; scales widths and depths of trunk and limbs
    female: float  # 0 … 1: shapes that differ between the sexes
    child: float  # 0 grown … 1 small child

    def at(self, joint: str) -> Floats:
        """Return where a joint is."""
        place: Floats = self.rest[JOINT[joint]]
        return place


def measures_of(body: Body, offsets: NDArray[np.float32]) -> Measures:
    """Return the measures of a body with these rest offsets."""
    rest = np.zeros((len(JOINTS), 3))
    for joint, parent in enumerate(PARENTS):
        rest[joint] = offsets[joint] + (rest[parent] if parent >= 0 else 0.0)
    top = rest[JOINT["HeadTop"], 1]
    eyes = (rest[JOINT["LeftEye"], 1] + rest[JOINT["RightEye"], 1]) / 2
    head = (top - eyes) / _EYES_TO_TOP
    child = float(np.clip((15 - body.age) / 9, 0, 1))
    age_thins = 1 - 0.04 * float(np.clip((body.age - 60) / 20, 0, 1))
    return Measures(
        body=body,
        rest=rest,
        unit=float(rest[JOINT["Hips"], 1]) / _HIPS_SHARE,
        head=float(head),
        chin=float(top - head),
        girth=(0.35 + 0.65 * body.build) * age_thins,
        female={"female": 1.0, "male": 0.0, "unknown": 0.5}[body.sex] * (1 - child),
        child=child,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A piece of a figure's surface, smooth, of one ink part.

    weights is (n, 22), one column a joint; morphs is (4, n, 3) or None.
    """

    points: Floats
    triangles: NDArray[np.int32]
    colours: NDArray[np.float32]  # (m, 3)
    weights: Floats
    ink: Ink
    morphs: Floats | None = None
    normals: Floats | None = None  # (n, 3) where the shading is not that of the surface
    inks: NDArray[np.int32] | None = None  # (m,) where a patch has several ink parts


def patch(
    points: Floats,
    triangles: ArrayLike,
    colour: Rgb | NDArray[np.float32],
    weights: Floats,
    ink: Ink,
    morphs: Floats | None = None,
) -> Patch:
    """Return a patch, its triangles of one colour or one each."""
    faces = np.asarray(triangles, np.int32).reshape(-1, 3)
    colours = np.broadcast_to(np.asarray(colour, np.float32), (len(faces), 3))
    return Patch(points, faces, colours, weights, ink, morphs)


def rigid(count: int, joint: str) -> Floats:
    """Return weights (count, 22) that all follow one joint."""
    weights = np.zeros((count, len(JOINTS)))
    weights[:, JOINT[joint]] = 1.0
    return weights


def chained(heights: Floats, knots: Sequence[tuple[float, str]]) -> Floats:
    """Return weights (n, 22) that pass from joint to joint along Y, softly between two knots.

    Knots are heights, lowest first, at which one joint has all the weight.
    """
    weights = np.zeros((len(heights), len(JOINTS)))
    levels = np.array([level for level, _ in knots])
    index = np.clip(np.searchsorted(levels, heights) - 1, 0, len(knots) - 2)
    low, high = levels[index], levels[index + 1]
    share = np.clip((heights - low) / np.maximum(high - low, 1e-9), 0, 1)
    share = share * share * (3 - 2 * share)
    joints = np.array([JOINT[name] for _, name in knots])
    rows = np.arange(len(heights))
    np.add.at(weights, (rows, joints[index]), 1 - share)
    np.add.at(weights, (rows, joints[index + 1]), share)
    return weights


def blended(first: Floats, second: Floats, share: Floats) -> Floats:
    """Return weights between two, row by row."""
    between: Floats = first + (second - first) * share[:, None]
    return between


def ring(
    centre: ArrayLike,
    half_width: float,
    front: float,
    back: float,
    *,
    sides: int,
    power: float = 2.2,
) -> Floats:
    """Return a level ring (sides, 3), counter-clockwise from above, its front to −Z."""
    angles = 2 * np.pi * np.arange(sides) / sides
    cos, sin = np.cos(angles), np.sin(angles)
    bulge = 2 / power
    x = np.sign(cos) * np.abs(cos) ** bulge * half_width
    depth = np.where(sin > 0, front, back)
    z = -np.sign(sin) * np.abs(sin) ** bulge * depth
    return np.asarray(np.column_stack([x, np.zeros(sides), z]) + np.asarray(centre, float))


def sleeve(
    rings: Floats,
    colour: Rgb,
    weights: Floats,
    ink: Ink,
    *,
    start_lid: bool = True,
    end_lid: bool = True,
) -> Patch:
    """Return a skin over rings from below upwards, its lids creased at the rim.

    weights are those of the rings' points, in order.
    """
    points, triangles = lofted(rings, start_lid=False, end_lid=False)
    clouds, faces, holds = [points], [triangles], [weights]
    sides, start = rings.shape[1], len(points)
    rim = np.arange(sides)
    for is_wanted, row, is_top in ((start_lid, 0, False), (end_lid, len(rings) - 1, True)):
        if is_wanted:
            along = np.roll(rim, -1) if is_top else np.roll(rim, 1)
            clouds += [rings[row], rings[row].mean(axis=0, keepdims=True)]
            held = weights[row * sides : (row + 1) * sides]
            holds += [held, held.mean(axis=0, keepdims=True)]
            faces.append(np.column_stack([rim, along, np.full(sides, sides)]) + start)
            start += sides + 1
    return patch(np.concatenate(clouds), np.concatenate(faces), colour, np.concatenate(holds), ink)


def sheet(rows: Floats, *, closed: bool = False) -> tuple[Floats, NDArray[np.int32]]:
    """Return the points and triangles of a cloth over rows (k, n, 3), first row lowest.

    Points run to the right as seen from the side that shows.
    """
    count, columns = rows.shape[:2]
    last = columns if closed else columns - 1
    row, column = np.meshgrid(np.arange(count - 1), np.arange(last), indexing="ij")
    beside = (column + 1) % columns
    low, low_next = row * columns + column, row * columns + beside
    first = np.stack([low, low_next, low_next + columns], axis=-1)
    second = np.stack([low, low_next + columns, low + columns], axis=-1)
    faces = np.stack([first, second], axis=2).reshape(-1, 3)
    return rows.reshape(-1, 3), faces.astype(np.int32)


def mirrored(piece: Patch, ink: Ink) -> Patch:
    """Return the patch of the other side of the body: left for right."""
    swap = np.array([JOINT[_other(name)] for name in JOINTS])
    flip = np.array([-1.0, 1.0, 1.0])
    morphs = None if piece.morphs is None else piece.morphs * flip
    return replace(
        piece,
        points=piece.points * flip,
        triangles=piece.triangles[:, ::-1],
        weights=piece.weights[:, swap],
        morphs=morphs,
        normals=None if piece.normals is None else piece.normals * flip,
        ink=ink,
    )


def _other(name: str) -> str:
    if name.startswith("Left"):
        return name.replace("Left", "Right", 1)
    return name.replace("Right", "Left", 1)


def sewn(patches: Sequence[Patch], rest: Floats) -> SkinnedMesh:
    """Return the figure that the patches make, each point held by at most four joints."""
    starts = np.cumsum([0, *(len(piece.points) for piece in patches[:-1])])
    triangles = [p.triangles + start for p, start in zip(patches, starts, strict=True)]
    points = np.concatenate([piece.points for piece in patches])
    normals = np.concatenate(
        [point_normals(p.points, p.triangles) if p.normals is None else p.normals for p in patches]
    )
    inks = [
        np.full(len(p.triangles), int(p.ink), np.int32) if p.inks is None else p.inks
        for p in patches
    ]
    faces = np.concatenate(triangles).astype(np.int32)
    mesh = Mesh(
        points.astype(np.float32),
        normals.astype(np.float32),
        np.ascontiguousarray(faces),
        np.concatenate([piece.colours for piece in patches]).astype(np.float32),
        np.concatenate(inks),
        np.ones(len(faces), np.bool_),
        np.zeros(len(faces), np.float32),
    )
    dense = np.concatenate([piece.weights for piece in patches])
    joints = np.argsort(-dense, axis=1, kind="stable")[:, :4]
    weights = np.take_along_axis(dense, joints, axis=1)
    weights /= weights.sum(axis=1, keepdims=True)
    morphs = np.concatenate(
        [np.zeros((MORPHS, len(p.points), 3)) if p.morphs is None else p.morphs for p in patches],
        axis=1,
    )
    shapes = np.zeros((len(Shape), *morphs.shape[1:]))
    for shape, (morph, sign) in _SHAPED.items():
        shapes[shape] = sign * morphs[morph]
    rest_from_joints = np.tile(np.eye(4, dtype=np.float32), (len(JOINTS), 1, 1))
    rest_from_joints[:, :3, 3] = rest
    return SkinnedMesh(
        mesh,
        joints.astype(np.int32),
        weights.astype(np.float32),
        rest_from_joints,
        shapes.astype(np.float32),
    )
