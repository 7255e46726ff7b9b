"""A take's set, players and light as a GPU holds them; what moves is written anew each frame."""

from __future__ import annotations

import moderngl
import numpy as np
from numpy.typing import NDArray

from mstation.previs.canvas import Camera, Floats, Light, Shadow
from mstation.previs.glsl import program
from mstation.previs.pen import Pen
from mstation.previs.picture import Picture

_SMOOTH, _TOON = 1, 2
_LENS, _LIGHT = 0, 1  # bindings, as scene.glsl names them
_POINTS, _FACES, _PLANES, _LAMPS, _SPHERES, _GROUPS, _SIDES = 0, 2, 3, 4, 5, 6, 7
_SPHERES_MOST, _GROUPS_MOST = 4096, 256
_LENS_ROWS = 10


class GpuTake:
    """Buffers, textures and programs of one take.

    The set is written once. A frame writes the points, normals and soft light of the players
    and their shadow map, all posed as the numba renderer poses them.
    """

    def __init__(self, context: moderngl.Context, picture: Picture) -> None:
        self.context = context
        self.picture = picture
        surfaces, scenery = picture.surfaces, picture.scenery
        _, height, width = picture.canvas.final.shape
        self.size = (width, height)
        self.points = context.buffer(picture.points.tobytes() or bytes(12), dynamic=True)
        self.soft = context.buffer(surfaces.soft.tobytes() or bytes(16), dynamic=True)
        self.planes = context.buffer(_planes(picture, 0).tobytes() or bytes(16), dynamic=True)
        self.faces = context.buffer(_faces(picture) or bytes(32))
        self.sides = context.buffer(_sides(picture) or bytes(32))
        self.lamps = context.buffer(_lamps(scenery.light) or bytes(32))
        self.spheres = context.buffer(reserve=_SPHERES_MOST * 16, dynamic=True)
        self.groups = context.buffer(reserve=_GROUPS_MOST * 32, dynamic=True)
        self.lens = context.buffer(reserve=_LENS_ROWS * 16, dynamic=True)
        self.light = context.buffer(_light(picture))
        self.tone = context.texture((len(scenery.tone), 1), 1, scenery.tone.tobytes(), alignment=1)
        self.openness = _volume(context, scenery.volume.cells)
        self.shadows = [
            _shadow_textures(context, each.shadow)
            for each in (picture.still_shadow, picture.window_shadow, picture.moving_shadow)
        ]
        self.programs = {
            name: program(context, name) for name in ("backdrop", "surface", "finish", "video")
        }
        self.whole = {
            name: context.vertex_array(self.programs[name], [])
            for name in ("backdrop", "finish", "video")
        }
        indices = context.buffer(surfaces.triangles.tobytes() or bytes(12))
        self.triangles = context.vertex_array(
            self.programs["surface"],
            [(self.points, "3f", "place"), (self.soft, "4f", "soft")],
            index_buffer=indices,
            index_element_size=4,
        )
        self._make_targets()

    def _make_targets(self) -> None:
        context, (width, height) = self.context, self.size
        self.colours = context.texture(self.size, 4)
        self.shown = context.texture(self.size, 2, dtype="i4")
        depths = context.depth_renderbuffer(self.size)
        self.raw = context.framebuffer([self.colours, self.shown], depths)
        self.finished = context.texture(self.size, 4)
        self.finished_target = context.framebuffer([self.finished])
        self.video = context.framebuffer([context.texture((width, height * 3 // 2), 1)])

    def write_players(self, spheres: Floats, groups: Floats) -> None:
        """Hand over where the players stand in this frame, as `pose` left them."""
        picture = self.picture
        point = len(picture.scenery.mesh.points)
        face = len(picture.scenery.mesh.triangles)
        if point < len(picture.points):
            self.points.write(picture.points[point:].tobytes(), offset=point * 12)
            self.soft.write(picture.surfaces.soft[point:].tobytes(), offset=point * 16)
        if face < len(picture.surfaces.triangles):
            self.planes.write(_planes(picture, face).tobytes(), offset=face * 16)
            near, blocks = self.shadows[-1]
            near.write(picture.moving_shadow.shadow.near.tobytes())
            blocks.write(_blocks(picture.moving_shadow.shadow).tobytes())
        if len(groups):
            self.spheres.write(np.ascontiguousarray(spheres, np.float32).tobytes())
            boxes = groups[:, [0, 1, 2, 6, 3, 4, 5, 7]]
            self.groups.write(np.ascontiguousarray(boxes, np.float32).tobytes())

    def write_lens(self, camera: Camera, pen: Pen, groups: int, fade: int) -> None:
        """Hand over the lens, its lines, how many groups of spheres dim the floor, and the fade."""
        rows = np.zeros((_LENS_ROWS, 4), np.float32)
        for row, vector in enumerate((camera.eye, camera.ray, camera.ray_x, camera.ray_y)):
            rows[row, :3] = vector
        rows[4:7] = camera.project
        is_apart = len(self.picture.canvas.ink) > 0
        rows[7] = (*self.size, fade, groups)
        rows[8] = (pen.strength, pen.scale, pen.per_m, pen.flush)
        rows[9] = (pen.blur_px, pen.focus_m, pen.margin, is_apart)
        self.lens.write(rows.tobytes())

    def bind(self) -> None:
        """Put every buffer where the shaders look for it."""
        self.lens.bind_to_uniform_block(_LENS)
        self.light.bind_to_uniform_block(_LIGHT)
        for buffer, binding in (
            (self.points, _POINTS),
            (self.sides, _SIDES),
            (self.faces, _FACES),
            (self.planes, _PLANES),
            (self.lamps, _LAMPS),
            (self.spheres, _SPHERES),
            (self.groups, _GROUPS),
        ):
            buffer.bind_to_storage_buffer(binding)


def _planes(picture: Picture, first: int) -> Floats:
    """(faces, 4) normals and how far along them the face lies."""
    normals = picture.surfaces.normals[first:]
    corners = picture.points[picture.surfaces.triangles[first:, 0]]
    away = np.einsum("ij,ij->i", normals, corners)
    return np.concatenate([normals, away[:, None]], axis=1).astype(np.float32)


def _faces(picture: Picture) -> bytes:
    surfaces, edges = picture.surfaces, picture.edges
    rows = np.zeros((len(surfaces.triangles), 8), np.float32)
    rows[:, :3], rows[:, 3] = surfaces.colours, surfaces.glow
    what = rows.view(np.int32)
    what[:, 4], what[:, 5] = edges.surfaces, edges.parts
    what[:, 6] = surfaces.smooth * _SMOOTH + surfaces.toon * _TOON
    return rows.tobytes()


def _sides(picture: Picture) -> bytes:
    triangles = picture.surfaces.triangles
    rows = np.zeros((len(triangles), 8), np.int32)
    rows[:, :3], rows[:, 4:7] = triangles, picture.edges.beside
    return rows.tobytes()


def _lamps(light: Light) -> bytes:
    rows = np.zeros((len(light.lamps), 8), np.float32)
    rows[:, :3], rows[:, 3], rows[:, 4:7] = (
        light.lamps[:, :3], light.lamps[:, 6], light.lamps[:, 3:6],
    )  # fmt: skip
    return rows.tobytes()


def _light(picture: Picture) -> bytes:
    scenery = picture.scenery
    light, volume = scenery.light, scenery.volume
    rows = [
        (*light.towards_sun, 0), (*light.sun, light.patch), (*light.sky, 0), (*light.ground, 0),
        (*light.top, 0), (*light.horizon, light.fog_m),
        *((*axis, 0) for axis in scenery.axes),
        _texels(picture.still_shadow.shadow), _texels(picture.window_shadow.shadow),
        _texels(picture.moving_shadow.shadow),
        (*volume.origin, volume.per_m), (volume.reach_m, len(light.lamps), 0, 0),
    ]  # fmt: skip
    return np.array(rows, np.float32).tobytes()


def _texels(shadow: Shadow) -> tuple[float, float, float, float]:
    across, down = (float(each) for each in shadow.origin)
    return across, down, float(shadow.scale), float(shadow.spread)


def _volume(context: moderngl.Context, cells: Floats) -> moderngl.Texture3D:
    layers, rows, columns = cells.shape
    return context.texture3d((columns, rows, layers), 1, cells.tobytes(), dtype="f4")


def _shadow_textures(
    context: moderngl.Context, shadow: Shadow
) -> tuple[moderngl.Texture, moderngl.Texture]:
    """A map of metres towards the sun, and the least and most of its blocks."""
    near: NDArray[np.float32] = shadow.near
    blocks = _blocks(shadow)
    return (
        context.texture(near.shape[::-1], 1, near.tobytes(), dtype="f4"),
        context.texture(blocks.shape[1::-1], 2, blocks.tobytes(), dtype="f4"),
    )


def _blocks(shadow: Shadow) -> Floats:
    """(rows, columns, 2) least and most that look-ups starting in a block can meet."""
    return np.stack([shadow.lowest, shadow.highest], axis=-1)
