"""A lens and what stands before it in, the picture shaded, blurred and inked out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import TILE_ROWS, TILE_WIDTH, Bools, Camera, Floats
from mstation.previs.defocus import Lens, blur
from mstation.previs.edges import finish
from mstation.previs.light import NOTHING
from mstation.previs.pen import Pen
from mstation.previs.picture import Picture
from mstation.previs.raster import draw, to_picture
from mstation.previs.scenery import CHUNK
from mstation.previs.shade import shade
from mstation.previs.sunlight import sun_on
from mstation.previs.tiles import mark, mark_changed, restore_colours, restore_depth, survey
from mstation.space import Sensor

Places = NDArray[np.float64]

_INK = {"toon": 0.78, "clay": 0.0, "pencil": 1.0}  # how dark a style's lines are
_FLUSH = {"toon": 0.0, "clay": 0.0, "pencil": 0.8}  # of lines round features of a face
_INK_ROWS = 720  # the picture height at which a line is as wide as `pen` says


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
        first = int(chunk) * CHUNK
        draw(
            picture.points,
            surfaces.homogeneous,
            picture.screen,
            surfaces.triangles,
            surfaces.normals,
            camera.eye,
            first,
            min(first + CHUNK, faces),
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
        surfaces,
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
    return np.full((-(-height // TILE_ROWS), -(-width // TILE_WIDTH)), marked)


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
