"""The same geometry by moderngl on EGL with MSAA 4: one sun, no shadow, no ink, read back as RGB.

It does far less for a frame than M-Station's renderers do; it shows what Mesa's llvmpipe takes to
draw the triangles at all. Bodies are posed by M-Station.
"""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
from benchmarks.previs_takes import Filmed
from numpy.typing import NDArray

from mstation.previs.canvas import Camera
from mstation.previs.painting import camera_of
from mstation.previs.picture import Picture
from mstation.previs.posing import pose
from mstation.previs.raster import NEAR_M
from mstation.previs.render import set_up

SAMPLES = 4
_VERTEX = """
#version 330
uniform mat4 clip_from_world;
in vec3 place; in vec3 normal; in vec3 colour;
out vec3 v_normal; out vec3 v_colour;
void main() {
    v_normal = normal; v_colour = colour;
    gl_Position = clip_from_world * vec4(place, 1);
}
"""
_FRAGMENT = """
#version 330
uniform vec3 sun; uniform vec3 towards_sun; uniform vec3 sky; uniform vec3 ground;
in vec3 v_normal; in vec3 v_colour;
out vec4 seen;
void main() {
    vec3 n = normalize(v_normal);
    vec3 light = mix(ground, sky, n.y * 0.5 + 0.5) + sun * max(dot(n, towards_sun), 0.0);
    seen = vec4(pow(min(v_colour * light, 1.0), vec3(1.0 / 2.2)), 1);
}
"""


def frames(shot: Filmed, width: int, height: int) -> Iterator[NDArray[np.uint8]]:
    """Return a shot's frames, (height, width · 3) uint8 RGB, bottom row first."""
    picture = set_up(shot.layout, shot.take, width, height)
    context = moderngl.create_standalone_context(backend="egl")
    try:
        yield from _drawn(context, picture, shot, width, height)
    finally:
        context.release()


def _drawn(
    context: moderngl.Context, picture: Picture, shot: Filmed, width: int, height: int
) -> Iterator[NDArray[np.uint8]]:
    context.enable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
    program = context.program(vertex_shader=_VERTEX, fragment_shader=_FRAGMENT)
    light = picture.scenery.light
    for name in ("sun", "towards_sun", "sky", "ground"):
        program[name].value = tuple(float(each) for each in getattr(light, name))
    corners = _corners(picture, slice(None))
    buffer = context.buffer(corners.tobytes())
    vertices = context.vertex_array(program, [(buffer, "3f 3f 3f", "place", "normal", "colour")])
    samples = context.framebuffer(
        [context.renderbuffer((width, height), samples=SAMPLES)],
        context.depth_renderbuffer((width, height), samples=SAMPLES),
    )
    resolved = context.framebuffer([context.renderbuffer((width, height), components=3)])
    still = len(picture.scenery.mesh.triangles)
    for frame in range(shot.frames):
        here, _, _ = pose(picture, frame)
        moving = _corners(picture, slice(still, None))
        if len(moving):
            buffer.write(moving.tobytes(), offset=still * 3 * 9 * 4)
        take = shot.take
        focal_mm = float(take.focal_length_mm[frame])
        lens = camera_of(take.world_from_camera[frame], focal_mm, take.sheet.sensor, width, height)
        program["clip_from_world"].write(_clip_from_world(lens, width, height))
        samples.use()
        samples.clear(0.6, 0.7, 0.8, 1.0, depth=1.0)
        vertices.render(vertices=still * 3)
        for number in here:
            span = picture.spans[number]
            vertices.render(
                first=3 * span.first_face, vertices=3 * (span.end_face - span.first_face)
            )
        context.copy_framebuffer(resolved, samples)
        yield np.frombuffer(resolved.read(components=3), np.uint8).reshape(height, width * 3)


def _corners(picture: Picture, faces: slice) -> NDArray[np.float32]:
    """(corners, 9) place, normal and colour."""
    surfaces = picture.surfaces
    triangles = surfaces.triangles[faces].reshape(-1)
    flat = np.repeat(surfaces.normals[faces], 3, axis=0)
    is_smooth = np.repeat(surfaces.smooth[faces], 3)[:, None]
    return np.concatenate(
        [
            picture.points[triangles],
            np.where(is_smooth, picture.point_normals[triangles], flat),
            np.repeat(surfaces.colours[faces], 3, axis=0),
        ],
        axis=1,
    ).astype(np.float32)


def _clip_from_world(lens: Camera, width: int, height: int) -> bytes:
    """Return the lens as a GL matrix, column by column: bottom row first, far plane at 500 m."""
    x, y, w = lens.project.astype(float)
    far = 500.0
    depth = (far + NEAR_M) / (far - NEAR_M) * w
    depth[3] -= 2 * far * NEAR_M / (far - NEAR_M)
    matrix = np.stack([2 / width * x - w, w - 2 / height * y, depth, w])
    return matrix.T.astype(np.float32).tobytes()
