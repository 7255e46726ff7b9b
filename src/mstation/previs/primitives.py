"""Solids in metres: boxes, turned solids, tubes, prisms, lofts, panels. Numbers in, meshes out.

Every solid is one ink part until `assembled` gives each its own. Colours are linear Rec. 709.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import mapbox_earcut
import numpy as np
from numpy.typing import ArrayLike, NDArray

from mstation.previs.mesh import Mesh, join
from mstation.stage.layout import Rgb, Vec3

Points = NDArray[np.float64]  # (n, 3) metres
Triangles = NDArray[np.int32]  # (m, 3) counter-clockwise from outside

_CREASE_COS = 0.6  # turned solids are smooth over an edge that bends less than about 53°

_CUBE_NORMALS = np.array(
    [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], float
)


def tone(colour: Rgb, factor: float) -> Rgb:
    """Return the colour lighter (above 1) or darker (below 1), never out of range."""
    red, green, blue = (min(1.0, max(0.0, channel * factor)) for channel in colour)
    return red, green, blue


def mixed(first: Rgb, second: Rgb, share: float) -> Rgb:
    """Return the colour that lies `share` of the way from the first to the second."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


def pigments(colour: Rgb, count: int) -> NDArray[np.float32]:
    """Return one colour for each of `count` triangles, (count, 3)."""
    return np.tile(np.asarray(colour, np.float32), (count, 1))


def solid(
    points: ArrayLike,
    triangles: ArrayLike,
    colour: Rgb | NDArray[np.float32],
    *,
    normals: NDArray[np.floating] | None = None,
    glow: float = 0.0,
    smooth: bool = False,
) -> Mesh:
    """Return a mesh of these triangles, one colour or one a triangle, as a single ink part."""
    points = np.asarray(points, float)
    faces = np.asarray(triangles, np.int32).reshape(-1, 3)
    count = len(faces)
    if normals is None:
        normals = point_normals(points, faces)
    return Mesh(
        points.astype(np.float32),
        normals.astype(np.float32),
        faces,
        np.ascontiguousarray(np.broadcast_to(np.asarray(colour, np.float32), (count, 3))),
        np.zeros(count, np.int32),
        np.full(count, smooth),
        np.full(count, glow, np.float32),
    )


def point_normals(points: Points, triangles: Triangles) -> Points:
    """Return (n, 3) unit normals at points: the mean of the faces that meet, by area."""
    corners = points[triangles]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.empty((len(points), 3))
    index = triangles.T.ravel()
    for axis in range(3):
        normals[:, axis] = np.bincount(index, np.tile(faces[:, axis], 3), len(points))
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.where(lengths > 1e-12, normals / np.maximum(lengths, 1e-12), [0.0, 1.0, 0.0])


def _cube() -> tuple[Points, Triangles]:
    points, faces = [], []
    for index, normal in enumerate(_CUBE_NORMALS):
        across = np.roll(np.abs(normal), 1)
        along = np.cross(normal, across)
        for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            points.append((normal + u * across + v * along) / 2 + [0, 0.5, 0])
        start = 4 * index
        faces += [[start, start + 1, start + 2], [start, start + 2, start + 3]]
    return np.array(points), np.array(faces, np.int32)


_CUBE_POINTS, _CUBE_FACES = _cube()
_CUBE_POINT_NORMALS = np.repeat(_CUBE_NORMALS, 4, axis=0)


def box(foot: Vec3, size: Vec3, colour: Rgb, *, glow: float = 0.0) -> Mesh:
    """Return a box whose foot has its middle at `foot`; size is width, height, depth."""
    points = _CUBE_POINTS * size + foot
    return solid(points, _CUBE_FACES, colour, normals=_CUBE_POINT_NORMALS, glow=glow)


def panel(corners: ArrayLike, colour: Rgb, *, glow: float = 0.0) -> Mesh:
    """Return a flat one-sided polygon, convex, counter-clockwise from the side that is seen."""
    points = np.asarray(corners, float)
    fan = [[0, i, i + 1] for i in range(1, len(points) - 1)]
    normal = np.cross(points[1] - points[0], points[2] - points[0])
    normal /= max(float(np.linalg.norm(normal)), 1e-12)
    return solid(points, fan, colour, normals=np.tile(normal, (len(points), 1)), glow=glow)


def upright(x0: float, x1: float, y0: float, y1: float, z: float = 0.0) -> list[list[float]]:
    """Return the corners of an upright rectangle that faces −Z."""
    return [[x1, y0, z], [x0, y0, z], [x0, y1, z], [x1, y1, z]]


def spread(length: float, count: int) -> list[float]:
    """Return where the middles of so many equal parts of a length lie, around 0."""
    return [-length / 2 + (index + 0.5) * length / count for index in range(count)]


def panels(quads: Points, colours: NDArray[np.float32], *, glow: float = 0.0) -> Mesh:
    """Return many one-sided quads (k, 4, 3) with their colours (k, 3) as one ink part."""
    quads = np.asarray(quads, float)
    count = len(quads)
    starts = 4 * np.arange(count)[:, None]
    faces = (starts + np.array([0, 1, 2, 0, 2, 3])).reshape(-1, 3)
    normals = np.cross(quads[:, 1] - quads[:, 0], quads[:, 2] - quads[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return solid(
        quads.reshape(-1, 3),
        faces,
        np.repeat(colours, 2, axis=0),
        normals=np.repeat(normals, 4, axis=0),
        glow=glow,
    )


def turned(
    foot: Vec3,
    profile: Sequence[tuple[float, float]],
    colour: Rgb,
    *,
    sides: int = 12,
    glow: float = 0.0,
    start_rad: float = 0.0,
) -> Mesh:
    """Return a solid turned on a lathe: (radius, height) from below upwards, smooth over bends.

    A profile that starts or ends away from the axis is closed with a flat lid.
    """
    outline = list(profile)
    if outline[0][0] > 0:
        outline.insert(0, (0.0, outline[0][1]))
    if outline[-1][0] > 0:
        outline.append((0.0, outline[-1][1]))
    line = np.array(outline, float)
    steps = np.diff(line, axis=0)
    slopes = np.column_stack([steps[:, 1], -steps[:, 0]])
    slopes /= np.maximum(np.linalg.norm(slopes, axis=1, keepdims=True), 1e-12)
    angles = start_rad + 2 * math.pi * np.arange(sides + 1) / sides
    around = np.column_stack([np.cos(angles), np.zeros(sides + 1), -np.sin(angles)])
    points, normals, faces = [], [], []
    quad = _strip(sides)
    for index in range(len(steps)):
        for end in (0, 1):
            radius, height = line[index + end]
            slope = _slope_between(slopes, index, index + (1 if end else -1))
            points.append(around * radius + [0, height, 0])
            normals.append(around * slope[0] + [0, slope[1], 0])
        faces.append(quad + 2 * (sides + 1) * index)
    triangles = np.concatenate(faces)
    cloud = np.concatenate(points) + foot
    corners = cloud[triangles]
    area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    return solid(
        cloud,
        triangles[area > 1e-12],
        colour,
        normals=np.concatenate(normals),
        glow=glow,
        smooth=True,
    )


def _slope_between(slopes: Points, index: int, beside: int) -> Points:
    """Return the slope where two steps of a profile meet: shared over a bend, not over an edge."""
    slope = slopes[index]
    if 0 <= beside < len(slopes) and slopes[beside] @ slope > _CREASE_COS:
        slope = slope + slopes[beside]
    return np.asarray(slope / np.linalg.norm(slope))


def _strip(sides: int) -> Triangles:
    """Return the triangles between two rings of `sides + 1` points each."""
    low = np.arange(sides)
    high = low + sides + 1
    first = np.column_stack([low, low + 1, high + 1])
    second = np.column_stack([low, high + 1, high])
    return np.stack([first, second], axis=1).reshape(-1, 3).astype(np.int32)


def cylinder(
    foot: Vec3,
    radius: float,
    height: float,
    colour: Rgb,
    *,
    top_radius: float | None = None,
    sides: int = 10,
    glow: float = 0.0,
) -> Mesh:
    """Return an upright cylinder, or a cone with another `top_radius`."""
    top = radius if top_radius is None else top_radius
    return turned(foot, [(radius, 0.0), (top, height)], colour, sides=sides, glow=glow)


def ball(
    centre: Vec3,
    radii: Vec3,
    colour: Rgb,
    *,
    sides: int = 10,
    rings: int = 6,
    glow: float = 0.0,
) -> Mesh:
    """Return an ellipsoid; few sides and rings make a leafy or stony lump."""
    angles = np.linspace(-math.pi / 2, math.pi / 2, rings + 1)
    profile = [(max(0.0, math.cos(angle)), math.sin(angle)) for angle in angles]
    profile[0], profile[-1] = (0.0, -1.0), (0.0, 1.0)
    unit = turned((0.0, 0.0, 0.0), profile, colour, sides=sides, glow=glow)
    points = unit.points * np.asarray(radii, np.float32) + np.asarray(centre, np.float32)
    normals = unit.normals / np.asarray(radii, np.float32)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return replace(unit, points=points, normals=normals.astype(np.float32))


def tube(
    path: Sequence[Vec3], radius: float, colour: Rgb, *, sides: int = 6, glow: float = 0.0
) -> Mesh:
    """Return a bent rod along a path, closed at both ends."""
    line = np.asarray(path, float)
    ways = np.gradient(line, axis=0)
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    angles = 2 * math.pi * np.arange(sides) / sides
    rings = []
    for centre, way in zip(line, ways, strict=True):
        aside = np.cross(way, [0.0, 1.0, 0.0] if abs(way[1]) < 0.9 else [1.0, 0.0, 0.0])
        aside /= np.linalg.norm(aside)
        over = np.cross(way, aside)
        rings.append(
            centre + radius * (np.outer(np.cos(angles), aside) + np.outer(np.sin(angles), over))
        )
    return loft(np.array(rings), colour, glow=glow)


def loft(rings: Points, colour: Rgb, *, glow: float = 0.0, smooth: bool = True) -> Mesh:
    """Return a skin over closed rings (k, n, 3), counter-clockwise seen from the last ring."""
    points, faces = lofted(rings)
    return solid(points, faces, colour, glow=glow, smooth=smooth)


def lofted(
    rings: Points, *, start_lid: bool = True, end_lid: bool = True
) -> tuple[Points, Triangles]:
    """Return the points and triangles of a skin over closed rings (k, n, 3).

    Points of the rings come first, in order; a lid adds one point in its middle.
    """
    count, sides = rings.shape[:2]
    row, column = np.meshgrid(np.arange(count - 1), np.arange(sides), indexing="ij")
    beside = (column + 1) % sides
    low, low_next = row * sides + column, row * sides + beside
    first = np.stack([low, low_next, low_next + sides], axis=-1)
    second = np.stack([low, low_next + sides, low + sides], axis=-1)
    faces = [np.stack([first, second], axis=2).reshape(-1, 3)]
    points = [rings.reshape(-1, 3)]
    around = np.arange(sides)
    after = (around + 1) % sides
    middle = count * sides
    if start_lid:
        points.append(rings[0].mean(axis=0, keepdims=True))
        faces.append(np.column_stack([after, around, np.full(sides, middle)]))
        middle += 1
    if end_lid:
        points.append(rings[-1].mean(axis=0, keepdims=True))
        last = (count - 1) * sides
        faces.append(np.column_stack([last + around, last + after, np.full(sides, middle)]))
    return np.concatenate(points), np.concatenate(faces).astype(np.int32)


def prism(
    outline: Sequence[tuple[float, float]],
    back_m: float,
    front_m: float,
    colour: Rgb,
    *,
    holes: Sequence[Sequence[tuple[float, float]]] = (),
) -> Mesh:
    """Return a flat shape (x, y) cut out of a board between z = `front_m` and z = `back_m`.

    The outline runs counter-clockwise seen from +Z; the front is the smaller z.
    """
    rings = [np.asarray(ring, float) for ring in (outline, *holes)]
    flat = np.concatenate(rings)
    ends = np.cumsum([len(ring) for ring in rings]).astype(np.uint32)
    lid = mapbox_earcut.triangulate_float64(flat, ends).reshape(-1, 3).astype(np.int32)
    lid = _counter_clockwise(flat, lid)
    rear = np.column_stack([flat, np.full(len(flat), back_m)])
    front = np.column_stack([flat, np.full(len(flat), front_m)])
    pieces = [
        solid(rear, lid, colour, normals=np.tile([0.0, 0.0, 1.0], (len(flat), 1))),
        solid(front, lid[:, ::-1], colour, normals=np.tile([0.0, 0.0, -1.0], (len(flat), 1))),
    ]
    for index, ring in enumerate(rings):
        forward = ring if (_area(ring) > 0) == (index == 0) else ring[::-1]
        after = np.roll(forward, -1, axis=0)
        quads = np.stack(
            [
                np.column_stack([forward, np.full(len(ring), front_m)]),
                np.column_stack([after, np.full(len(ring), front_m)]),
                np.column_stack([after, np.full(len(ring), back_m)]),
                np.column_stack([forward, np.full(len(ring), back_m)]),
            ],
            axis=1,
        )
        pieces.append(panels(quads, pigments(colour, len(ring))))
    return join(pieces)


def _area(ring: NDArray[np.float64]) -> float:
    x, y = ring.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def _counter_clockwise(flat: NDArray[np.float64], faces: Triangles) -> Triangles:
    """Return the triangles, each turned counter-clockwise."""
    a, b, c = (flat[faces[:, corner]] for corner in range(3))
    turn = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    return np.where((turn < 0)[:, None], faces[:, ::-1], faces)


def placed(mesh: Mesh, *, at: Vec3 = (0.0, 0.0, 0.0), yaw_rad: float = 0.0) -> Mesh:
    """Return the mesh turned about Y (counter-clockwise from above), then moved."""
    cos, sin = math.cos(yaw_rad), math.sin(yaw_rad)
    turn = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    return moved(mesh, turn, at)


def moved(mesh: Mesh, rotation: NDArray[np.float64], at: ArrayLike = (0.0, 0.0, 0.0)) -> Mesh:
    """Return the mesh rotated by a matrix (3, 3), then moved."""
    points = mesh.points @ rotation.T + np.asarray(at, float)
    normals = mesh.normals @ rotation.T
    return replace(mesh, points=points.astype(np.float32), normals=normals.astype(np.float32))


def tilted(mesh: Mesh, *, pitch_rad: float = 0.0, roll_rad: float = 0.0) -> Mesh:
    """Return the mesh rolled about Z, then pitched about X, around the origin."""
    cos, sin = math.cos(pitch_rad), math.sin(pitch_rad)
    pitch = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])
    cos, sin = math.cos(roll_rad), math.sin(roll_rad)
    roll = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    return moved(mesh, pitch @ roll)


def assembled(meshes: Sequence[Mesh]) -> Mesh:
    """Return the meshes as one, their ink parts numbered on so that none is shared."""
    numbered, first = [], 0
    for mesh in meshes:
        if len(mesh.parts):
            numbered.append(replace(mesh, parts=mesh.parts + np.int32(first)))
            first += int(mesh.parts.max()) + 1
    return join(numbered)


def join_as_part(mesh: Mesh) -> Mesh:
    """Return the mesh with all its triangles in one ink part: no outline runs within it."""
    return replace(mesh, parts=np.zeros_like(mesh.parts))
