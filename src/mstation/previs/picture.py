"""A set, its players and a lens in; the canvas of one frame out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.previs.beauty import PLAIN, Beauty, face_light, flatter, shares_of
from mstation.previs.canvas import (
    CONTACT_RADII,
    TILE_COLUMNS,
    TILE_ROWS,
    Bools,
    Bytes,
    Camera,
    Canvas,
    Floats,
    Ints,
    Light,
    Scratch,
    Surfaces,
    Volume,
    scratch,
)
from mstation.previs.defocus import Lens, Soft, blur, soft_room
from mstation.previs.edges import EdgeRoom, Pen, edge_room, finish
from mstation.previs.glass import Glazing
from mstation.previs.light import (
    MOVING_TEXELS,
    NOTHING,
    PATCH_SOFTNESS,
    STILL_TEXELS,
    ShadowMap,
    cast_still_shadow,
    light_of,
    shadow_map,
    sun_axes,
    survey_shadow,
    tone_table,
)
from mstation.previs.look import TOON, Look
from mstation.previs.mesh import Mesh, SkinnedMesh, join, spans_of
from mstation.previs.occlusion import open_places
from mstation.previs.outlines import Edges, edges_of
from mstation.previs.raster import (
    NEAR_M,
    draw,
    draw_shadow,
    face_normals,
    skin,
    to_light,
    to_picture,
)
from mstation.previs.shade import light_points, shade
from mstation.previs.sunlight import sun_on
from mstation.previs.tiles import mark, mark_changed, restore_colours, restore_depth, survey
from mstation.previs.weather import Fall
from mstation.space import Sensor
from mstation.stage.layout import Lighting
from mstation.stage.performance import JOINTS

Places = NDArray[np.float64]

_CHUNK = 192
HEAD = JOINTS.index("Head")
_EYES = [JOINTS.index("LeftEye"), JOINTS.index("RightEye")]
_WRAP_SET, _WRAP_FIGURE = np.float32(0.0), np.float32(0.25)
_INK = {"toon": 0.78, "clay": 0.0, "pencil": 1.0}  # how dark a style's lines are
_FLUSH = {"toon": 0.0, "clay": 0.0, "pencil": 0.8}  # of lines round features of a face
_INK_ROWS = 720  # the picture height at which a line is as wide as `edges` says


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
class Scenery:
    """The empty set and everything about it that no frame changes."""

    mesh: Mesh
    normals: Floats
    casters: Mesh
    walls: Mesh  # what keeps out the sun that comes through the windows
    softness: float
    chunks: Places  # (n, 2, 3) least and most of every chunk of triangles
    light: Light
    axes: Floats
    volume: Volume
    tone: Bytes
    exposure: float


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


def scenery_of(
    mesh: Mesh,
    casters: Mesh,
    lighting: Lighting,
    low: Places,
    high: Places,
    *,
    walls: Mesh | None = None,
) -> Scenery:
    """An empty set made ready; `low` and `high` are the corners of where people play.

    `casters` is what keeps the sun out; `walls` is what does so where it comes through windows.
    """
    order = _near_ones_together(mesh)
    mesh = Mesh(
        mesh.points,
        mesh.normals,
        np.ascontiguousarray(mesh.triangles[order]),
        mesh.colours[order],
        mesh.parts[order],
        mesh.smooth[order],
        mesh.glow[order],
    )
    normals = np.zeros((len(mesh.triangles), 3), np.float32)
    face_normals(mesh.points, mesh.triangles, 0, len(mesh.triangles), normals)
    corners = mesh.points[mesh.triangles].astype(float)
    starts = range(0, len(corners), _CHUNK)
    chunks = [
        [corners[i : i + _CHUNK].min(axis=(0, 1)), corners[i : i + _CHUNK].max(axis=(0, 1))]
        for i in starts
    ]
    light = light_of(lighting)
    return Scenery(
        mesh,
        normals,
        casters,
        casters if walls is None else walls,
        lighting.softness,
        np.array(chunks, float).reshape(-1, 2, 3),
        light,
        sun_axes(light.towards_sun),
        open_places(mesh, low, high),
        tone_table(lighting.exposure),
        lighting.exposure,
    )


def _near_ones_together(mesh: Mesh) -> NDArray[np.intp]:
    """An order of the triangles in which neighbours on the set follow each other."""
    if not len(mesh.triangles):
        return np.zeros(0, np.intp)
    middles = mesh.points[mesh.triangles].mean(axis=1)
    cells = np.floor((middles - middles.min(axis=0)) / 2.0).astype(np.int64)
    return np.lexsort((cells[:, 0] + cells[:, 2] * 1000,))


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
        _WRAP_SET,
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


def camera_of(
    world_from_camera: NDArray[np.floating],
    focal_length_mm: float,
    sensor: Sensor,
    width: int,
    height: int,
) -> Camera:
    """The lens as the loops read it."""
    world = world_from_camera.astype(float)
    right, up, back, eye = world[:3, 0], world[:3, 1], world[:3, 2], world[:3, 3]
    wide = focal_length_mm / sensor.width_mm * width
    tall = focal_length_mm / sensor.height_mm * height
    rows = np.stack([wide * right - width / 2 * back, -tall * up - height / 2 * back, -back])
    project = np.concatenate([rows, -(rows @ eye)[:, None]], axis=1)
    ray_x, ray_y = right / wide, -up / tall
    ray = -back - width / 2 * ray_x - height / 2 * ray_y
    return Camera(*(np.ascontiguousarray(a, np.float32) for a in (eye, ray, ray_x, ray_y, project)))


def draw_set(picture: Picture, camera: Camera) -> None:
    """Draw the empty set's depth and triangles afresh."""
    scenery, canvas, surfaces = picture.scenery, picture.canvas, picture.surfaces
    canvas.depth.fill(0.0)
    canvas.ids.fill(-1)
    points = len(scenery.mesh.points)
    to_picture(
        picture.points[:points],
        camera.project,
        surfaces.homogeneous[:points],
        picture.screen[:points],
        np.zeros(6, np.float32),
    )
    faces = len(scenery.mesh.triangles)
    height, width = canvas.ids.shape
    for chunk in np.flatnonzero(_in_view(scenery.chunks, camera, width, height)):
        first = int(chunk) * _CHUNK
        draw(
            picture.points,
            surfaces.homogeneous,
            picture.screen,
            surfaces.triangles,
            surfaces.normals,
            camera.eye,
            first,
            min(first + _CHUNK, faces),
            canvas.depth,
            canvas.ids,
        )


def _in_view(boxes: Places, camera: Camera, width: int, height: int) -> Bools:
    """(n,) whether any of a box can be in the picture."""
    if not len(boxes):
        return np.zeros(0, np.bool_)
    x, y, w = camera.project.astype(float)
    inside = np.ones(len(boxes), np.bool_)
    for plane in (w, x, width * w - x, y, height * w - y):
        furthest = np.where(plane[:3] > 0, boxes[:, 1], boxes[:, 0])
        inside &= furthest @ plane[:3] + plane[3] > 0
    return inside


def pose(picture: Picture, frame: int) -> tuple[list[int], Floats, Floats]:
    """Put the players where they stand in a frame.

    Returns who is there, the spheres that dim the floor and, of each player who has them,
    the box they reach and which spheres are theirs.
    """
    surfaces = picture.surfaces
    here: list[int] = []
    spheres: list[Floats] = [np.zeros((0, 4), np.float32)]
    groups: list[list[float]] = []
    count = 0
    for number, (player, span) in enumerate(zip(picture.players, picture.spans, strict=True)):
        if not player.present[frame]:
            continue
        here.append(number)
        points = slice(span.first_point, span.end_point)
        figure = player.figure
        skin(
            figure.mesh.points,
            figure.mesh.normals,
            figure.joints,
            figure.weights,
            figure.morphs,
            picture.moved[number],
            player.face[frame],
            player.places[frame],
            picture.points[points],
            picture.point_normals[points],
        )
        face_normals(
            picture.points, surfaces.triangles, span.first_face, span.end_face, surfaces.normals
        )
        own = player.occluders[frame]
        if len(own):
            reach = own[:, 3:] * CONTACT_RADII
            low, high = (own[:, :3] - reach).min(axis=0), (own[:, :3] + reach).max(axis=0)
            groups.append([*low, *high, count, count + len(own)])
            spheres.append(own)
            count += len(own)
    return here, np.concatenate(spheres), np.array(groups, np.float32).reshape(-1, 8)


def light_players(picture: Picture, frame: int, here: list[int], eye: Floats) -> None:
    """Light the points of whoever is there in a frame, faces for the lens at `eye`."""
    scenery, surfaces = picture.scenery, picture.surfaces
    for number in here:
        player, span = picture.players[number], picture.spans[number]
        light_points(
            picture.points,
            picture.point_normals,
            span.first_point,
            span.end_point,
            scenery.light,
            scenery.volume,
            _WRAP_FIGURE,
            surfaces.soft,
        )
        if player.is_toon:
            beauty, head = picture.beauties[number], head_of(player, frame)
            flatter(
                picture.points,
                picture.point_normals,
                span.first_point,
                span.end_point,
                picture.face_shares[number],
                face_light(beauty, head, eye.astype(float), scenery.light, scenery.exposure),
                surfaces.soft,
            )


def head_of(player: Player, frame: int) -> Places:
    """Return the middle of a figure's face in a frame, (3,) metres: a little below its eyes."""
    rest = player.figure.rest_from_joints[:, :3, 3].astype(float)
    middle = 0.3 * rest[HEAD] + 0.7 * rest[_EYES].mean(axis=0)
    spot: Places = player.places[frame, HEAD].astype(float) @ np.append(middle, 1.0)
    return spot[:3]


def cast_moving_shadow(picture: Picture, here: list[int]) -> None:
    """Draw the players' shadows."""
    shadows, scenery, surfaces = picture.moving_shadow, picture.scenery, picture.surfaces
    shadows.clear()
    extent = np.zeros(4, np.float32)
    drawn: list[Floats] = []
    for number in here:
        span = picture.spans[number]
        points = slice(span.first_point, span.end_point)
        to_light(
            picture.points[points], shadows.light_from_world, picture.light_screen[points], extent
        )
        draw_shadow(
            picture.light_screen,
            surfaces.triangles,
            surfaces.normals,
            scenery.light.towards_sun,
            span.first_face,
            span.end_face,
            shadows.shadow.near,
            shadows.ids,
        )
        drawn.append(extent.copy())
    if drawn:
        reached = np.array(drawn)
        survey_shadow(shadows, reached[:, :2].min(axis=0), reached[:, 2:].max(axis=0))


def draw_players(picture: Picture, camera: Camera, here: list[int]) -> Places:
    """Draw the players over the set; returns (players, 4) left, right, top, bottom in pixels."""
    surfaces, canvas = picture.surfaces, picture.canvas
    height, width = canvas.ids.shape
    boxes = np.zeros((len(here), 4))
    extent = np.zeros(6, np.float32)
    for index, number in enumerate(here):
        span = picture.spans[number]
        points = slice(span.first_point, span.end_point)
        to_picture(
            picture.points[points],
            camera.project,
            surfaces.homogeneous[points],
            picture.screen[points],
            extent,
        )
        left, top, nearest, right, bottom, furthest = (float(edge) for edge in extent)
        if furthest <= NEAR_M:
            continue
        # What reaches behind the lens has no corners in the picture: it may be anywhere.
        is_across = nearest <= NEAR_M
        boxes[index] = (
            (0, width, 0, height) if is_across else (left - 3, right + 3, top - 3, bottom + 3)
        )
        draw(
            picture.points,
            surfaces.homogeneous,
            picture.screen,
            surfaces.triangles,
            surfaces.normals,
            camera.eye,
            span.first_face,
            span.end_face,
            canvas.depth,
            canvas.ids,
        )
    return boxes


def expose(
    picture: Picture, camera: Camera, tiles: Bools, occluders: Floats, groups: Floats
) -> None:
    """Shade the marked tiles."""
    scenery, room = picture.scenery, picture.room
    sun_on(
        picture.canvas,
        camera,
        picture.surfaces,
        scenery.light,
        scenery.axes,
        picture.still_shadow.shadow,
        picture.window_shadow.shadow,
        picture.moving_shadow.shadow,
        tiles,
        room.places,
        room.sunlight,
    )
    shade(
        picture.canvas,
        camera,
        picture.surfaces,
        scenery.light,
        scenery.volume,
        occluders,
        groups,
        tiles,
        scenery.tone,
        room,
    )


def paint(
    picture: Picture,
    camera: Camera,
    lens: Lens,
    tiles: Bools,
    stale: Bools,
    occluders: Floats,
    groups: Floats,
) -> None:
    """Shade the marked tiles and finish them; `stale` ones have changed back to the empty set."""
    surfaces, canvas = picture.surfaces, picture.canvas
    expose(picture, camera, tiles, occluders, groups)
    if picture.soft is not None:
        tiles = blur(canvas, lens, picture.soft, tiles | stale)
        canvas = canvas._replace(raw=picture.soft.raw)
    finish(
        canvas,
        surfaces.triangles,
        surfaces.homogeneous,
        surfaces.normals,
        picture.edges,
        tiles,
        pen_of(picture, camera, lens),
        picture.edge_room,
    )


def pen_of(picture: Picture, camera: Camera, lens: Lens) -> Pen:
    """How the lines of a frame are drawn."""
    height = picture.canvas.ids.shape[0]
    per_m = 1 / float(np.linalg.norm(camera.ray_x))
    return Pen(
        np.float32(_INK[picture.look.style]),
        np.float32(height / _INK_ROWS),
        np.float32(per_m),
        lens.circle_px,
        lens.focus_m,
        lens.margin,
        np.float32(_FLUSH[picture.look.style]),
    )


def all_tiles(picture: Picture, *, marked: bool) -> Bools:
    """Marks for every tile of the picture."""
    height, width = picture.canvas.ids.shape
    return np.full((-(-height // TILE_ROWS), -(-width // TILE_COLUMNS)), marked)


def keep_still(picture: Picture, camera: Camera, lens: Lens) -> Floats:
    """Paint the empty set once, keep it, and return what each of its tiles shows."""
    draw_set(picture, camera)
    picture.moving_shadow.clear()
    tiles = all_tiles(picture, marked=True)
    nobody = np.zeros((0, 4), np.float32), np.zeros((0, 8), np.float32)
    paint(picture, camera, lens, tiles, tiles, *nobody)
    restore_depth(picture.still, picture.canvas, tiles)
    restore_colours(picture.still, picture.canvas, tiles)
    bounds = np.empty((*tiles.shape, 10), np.float32)
    bounds[..., 0::2], bounds[..., 1::2] = np.inf, -np.inf
    scenery = picture.scenery
    survey(
        picture.canvas,
        camera,
        picture.surfaces,
        scenery.light.towards_sun,
        scenery.axes,
        picture.still_shadow.shadow,
        bounds,
    )
    return bounds


def touched_tiles(picture: Picture, bounds: Floats, boxes: Places, occluders: Floats) -> Bools:
    """The tiles in which a frame differs from the empty set."""
    tiles = all_tiles(picture, marked=False)
    height, width = picture.canvas.ids.shape
    for box in boxes:
        left, right, top, bottom = np.clip(box, 0, [width, width, height, height]).astype(np.int32)
        if left < right and top < bottom:
            window = np.array([top, bottom, left, right], np.int32)
            mark_changed(picture.canvas, picture.still, window, tiles)
    dimmed = all_tiles(picture, marked=False)
    mark(bounds, picture.moving_shadow.shadow, occluders, NOTHING, dimmed)
    # An edge on a tile's rim shows some of the pixel beyond it.
    tiles |= dimmed
    tiles[1:] |= dimmed[:-1]
    tiles[:-1] |= dimmed[1:]
    tiles[:, 1:] |= dimmed[:, :-1]
    tiles[:, :-1] |= dimmed[:, 1:]
    return tiles
