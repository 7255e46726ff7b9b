"""A set and its players in; the canvas on which a take's frames are painted out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.previs.beauty import PLAIN, Beauty, shares_of
from mstation.previs.canvas import (
    Bools,
    Bytes,
    Canvas,
    Floats,
    Ints,
    Scratch,
    Surfaces,
    scratch,
)
from mstation.previs.defocus import Soft, soft_room
from mstation.previs.glass import Glazing
from mstation.previs.light import (
    MOVING_TEXELS,
    PATCH_SOFTNESS,
    STILL_TEXELS,
    ShadowMap,
    cast_still_shadow,
    shadow_map,
)
from mstation.previs.look import TOON, Look
from mstation.previs.mesh import Mesh, SkinnedMesh, join, spans_of
from mstation.previs.outlines import Edges, edges_of
from mstation.previs.pen import EdgeRoom, edge_room
from mstation.previs.scenery import Scenery
from mstation.previs.shade import light_points
from mstation.previs.weather import Fall

Places = NDArray[np.float64]

_WRAP = np.float32(0.0)  # lamps do not reach round the things of a set


@dataclass(frozen=True, slots=True, eq=False)
class Player:
    """A figure or a prop over the frames of a take.

    places      # (frames, joints, 4, 4) world from rest of every joint; props have one
    face        # (frames, shapes) weights of the morphs
    present     # (frames,) bool
    occluders   # (frames, spheres, 4) middle and radius of what dims the floor below
    """

    figure: SkinnedMesh
    places: Floats
    face: Floats
    present: Bools
    occluders: Floats
    is_toon: bool


@dataclass(frozen=True, slots=True)
class _Span:
    first_point: int
    end_point: int
    first_face: int
    end_face: int


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Everything that is written again for every frame, and what is counted but once.

    moved is (shapes, 2) of each player: which points each of its morphs moves.
    """

    scenery: Scenery
    players: tuple[Player, ...]
    spans: tuple[_Span, ...]
    moved: tuple[Ints, ...]
    canvas: Canvas
    still: Canvas
    surfaces: Surfaces
    edges: Edges
    points: Floats
    point_normals: Floats
    screen: Floats
    light_screen: Floats
    still_shadow: ShadowMap
    window_shadow: ShadowMap  # the sun that comes through windows; in the open, the same
    moving_shadow: ShadowMap
    room: Scratch
    edge_room: EdgeRoom
    beauties: tuple[Beauty, ...]  # of the players
    face_shares: tuple[Floats, ...]  # (points,) of each player
    look: Look
    page: Bytes  # (3, rows, columns) the drawing, where the style is one; (3, 0, 0)
    soft: Soft | None  # where what is out of focus is blurred; none where all is sharp
    over: Bytes | None = None  # (3, rows, columns) where glass and weather are laid over a frame
    fall: Fall | None = None  # rain, snow
    glazing: Glazing | None = None  # panes, drinking glasses


def picture_of(
    scenery: Scenery,
    players: tuple[Player, ...],
    cameras: Places,
    *,
    width: int,
    height: int,
    look: Look = TOON,
    is_shallow: bool = False,
) -> Picture:
    """The canvas for one take; `cameras` (n, 3) are places that its lens sees from or at."""
    meshes = [scenery.mesh]
    spans: list[_Span] = []
    part = int(scenery.mesh.parts.max(initial=0)) + 1
    points, faces = len(scenery.mesh.points), len(scenery.mesh.triangles)
    toon = [np.zeros(faces, np.bool_)]
    for player in players:
        mesh = player.figure.mesh
        spans.append(_Span(points, points + len(mesh.points), faces, faces + len(mesh.triangles)))
        points, faces = points + len(mesh.points), faces + len(mesh.triangles)
        meshes.append(_with_parts(mesh, part))
        part += int(mesh.parts.max(initial=0)) + 1
        is_toon = player.is_toon and look.style == "toon"
        toon.append(np.full(len(mesh.triangles), is_toon))
    whole = join(meshes)
    still_shadow, window_shadow = _still_shadows(scenery, cameras)
    surfaces = _surfaces(whole, scenery.normals, np.concatenate(toon))
    picture = Picture(
        scenery,
        players,
        tuple(spans),
        tuple(spans_of(player.figure.morphs) for player in players),
        canvas_of(width, height, has_ink=look.style == "pencil"),
        canvas_of(width, height, has_ink=look.style == "pencil"),
        surfaces,
        edges_of([scenery.mesh, *(player.figure.mesh for player in players)], whole.parts),
        whole.points.copy(),
        whole.normals.copy(),
        np.zeros((points, 3), np.float32),
        np.zeros((points, 3), np.float32),
        still_shadow,
        window_shadow,
        shadow_map(scenery.axes, _reached(players), MOVING_TEXELS, scenery.softness),
        scratch(width, height),
        edge_room(width),
        (PLAIN,) * len(players),
        tuple(shares_of(player.figure) for player in players),
        look,
        np.zeros((3, height, width) if look.style == "pencil" else (3, 0, 0), np.uint8),
        soft_room(width, height) if is_shallow else None,
    )
    light_points(
        picture.points,
        picture.point_normals,
        0,
        len(scenery.mesh.points),
        scenery.light,
        scenery.volume,
        _WRAP,
        surfaces.soft,
    )
    return picture


def _still_shadows(scenery: Scenery, cameras: Places) -> tuple[ShadowMap, ShadowMap]:
    """The shadows of the empty set: over the walls of a room, and through its windows only."""
    towards_sun, sunned = scenery.light.towards_sun, _sunned(scenery.mesh, cameras)
    over = shadow_map(scenery.axes, sunned, STILL_TEXELS, scenery.softness)
    cast_still_shadow(scenery.casters, towards_sun, over)
    if scenery.light.patch <= 0:
        return over, over
    through = shadow_map(scenery.axes, sunned, STILL_TEXELS, PATCH_SOFTNESS)
    cast_still_shadow(scenery.walls, towards_sun, through)
    return over, through


def _surfaces(whole: Mesh, still_normals: Floats, toon: Bools) -> Surfaces:
    moving = np.zeros((len(whole.triangles) - len(still_normals), 3), np.float32)
    return Surfaces(
        triangles=whole.triangles,
        normals=np.concatenate([still_normals, moving]),
        colours=whole.colours,
        glow=whole.glow,
        smooth=whole.smooth,
        toon=toon,
        homogeneous=np.zeros((len(whole.points), 3), np.float32),
        soft=np.zeros((len(whole.points), 4), np.float32),
    )


def _with_parts(mesh: Mesh, first: int) -> Mesh:
    return Mesh(
        mesh.points,
        mesh.normals,
        mesh.triangles,
        mesh.colours,
        mesh.parts + np.int32(first),
        mesh.smooth,
        mesh.glow,
    )


def canvas_of(width: int, height: int, *, has_ink: bool = False) -> Canvas:
    """Return an empty picture; `has_ink` where its lines are kept apart from its colours."""
    return Canvas(
        np.zeros((height, width), np.float32),
        np.full((height, width), -1, np.int32),
        np.zeros((3, height, width), np.uint8),
        np.zeros((3, height, width), np.uint8),
        np.zeros((height, width) if has_ink else (0, 0), np.uint8),
    )


def _sunned(mesh: Mesh, cameras: Places) -> Places:
    """Corners of the part of a set that a take can see."""
    if not len(mesh.points):
        return np.zeros((1, 3))
    low, high = mesh.points.min(axis=0).astype(float), mesh.points.max(axis=0).astype(float)
    seen = np.clip(cameras, low, high)
    low, high = seen.min(axis=0), seen.max(axis=0)
    low[1], high[1] = mesh.points[:, 1].min(), mesh.points[:, 1].max()
    return _box_corners(low, high)


def _reached(players: tuple[Player, ...]) -> Places:
    """Corners of where the players go in a take."""
    boxes = [_box_corners(*_bounds(player)) for player in players if player.present.any()]
    return np.concatenate(boxes) if boxes else np.zeros((1, 3))


def _bounds(player: Player) -> tuple[Places, Places]:
    rest = player.figure.mesh.points
    if player.is_toon:
        joints = player.figure.rest_from_joints[:, :3, 3].astype(float)
        homes = np.concatenate([joints, np.ones((len(joints), 1))], axis=1)
        places = player.places[player.present].astype(float) @ homes[:, :, None]
        margin = 0.45
    else:
        corners = _box_corners(rest.min(axis=0).astype(float), rest.max(axis=0).astype(float))
        homes = np.concatenate([corners, np.ones((8, 1))], axis=1)
        places = player.places[player.present][:, :1].astype(float) @ homes[None, :, :, None]
        margin = 0.05
    spots = places[..., :3, 0].reshape(-1, 3)
    return spots.min(axis=0) - margin, spots.max(axis=0) + margin


def _box_corners(low: Places, high: Places) -> Places:
    picks = np.array([[i & 1, i >> 1 & 1, i >> 2] for i in range(8)], bool)
    return np.where(picks, high, low)
