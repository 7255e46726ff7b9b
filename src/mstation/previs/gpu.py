"""Takes in, pictures out, drawn by a GPU through moderngl on EGL.

It reads the same scene description as the numba renderer (`picture.Picture`), lights it by the
same model and inks it by the same rules; players are posed by the same code. What only the numba
renderer has loops for, the blur of a shallow lens, a pencil drawing, and glass, rain and snow over
a finished picture, is done by those loops on the picture and its depth, fetched from the GPU.
Pictures differ from the numba renderer's by a few levels, and from one kind of GPU to another in
the last bits.
"""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
from numpy.typing import NDArray

from mstation.previs.defocus import Lens, Soft, blur
from mstation.previs.egl import open_context
from mstation.previs.focus import Focus, focus_of, lens_at
from mstation.previs.gpu_take import GpuTake
from mstation.previs.look import TOON, Look
from mstation.previs.meter import camera_at, metered
from mstation.previs.painting import all_tiles, pen_of
from mstation.previs.picture import Picture
from mstation.previs.posing import cast_moving_shadow, light_players, pose
from mstation.previs.render import fade_of, set_up, slated, video_of
from mstation.shots.shot import Take
from mstation.stage.layout import Layout


def render_take(
    layout: Layout, take: Take, *, width: int, height: int, look: Look = TOON
) -> Iterator[NDArray[np.uint8]]:
    """Every frame of a take, as it goes to the encoder: see `mstation.previs.render`.

    Raises:
        Unsupported: this machine has no EGL with OpenGL 4.3.
    """
    yield from draw_frames(metered(set_up(layout, take, width, height, look), take), take)


def draw_frames(picture: Picture, take: Take) -> Iterator[NDArray[np.uint8]]:
    """Every frame of a take whose set and players are ready.

    Raises:
        Unsupported: this machine has no EGL with OpenGL 4.3.
    """
    context = open_context()
    try:
        drawn = GpuTake(context, picture)
        focus = focus_of(take) if picture.soft is not None else None
        for frame in range(len(take.focal_length_mm)):
            yield _draw(drawn, take, frame, focus)
    finally:
        context.release()


def _draw(drawn: GpuTake, take: Take, frame: int, focus: Focus | None) -> NDArray[np.uint8]:
    picture, (width, height) = drawn.picture, drawn.size
    camera, lens = camera_at(take, frame, width, height), lens_at(focus, take, frame, width)
    here, spheres, groups = pose(picture, frame)
    light_players(picture, frame, here, camera.eye)
    cast_moving_shadow(picture, here)
    drawn.write_players(spheres, groups)
    drawn.write_lens(camera, pen_of(picture, camera, lens), len(groups), fade_of(take, frame))
    drawn.bind()
    _draw_surfaces(drawn, here)
    if picture.soft is not None or picture.over is not None:
        _read_depth(drawn)
    if picture.soft is not None:
        _blur(drawn, picture.soft, lens)
    _finish(drawn)
    if picture.look.style == "pencil" or picture.over is not None:
        _read_finished(drawn)
        return video_of(picture, take, frame)
    return slated(_video(drawn), picture.look, take, frame)


def _draw_surfaces(drawn: GpuTake, here: list[int]) -> None:
    """Draw the backdrop, the set and whoever is there."""
    context, picture = drawn.context, drawn.picture
    drawn.raw.use()
    drawn.raw.clear(depth=0.0)
    drawn.tone.use(0)
    drawn.openness.use(1)
    for number, (near, blocks) in enumerate(drawn.shadows):
        near.use(2 + number)
        blocks.use(5 + number)
    context.disable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
    drawn.whole["backdrop"].render(vertices=3)
    context.enable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
    context.depth_func = ">"
    context.front_face = "cw"  # the top row comes first, which turns every triangle round
    still = len(picture.scenery.mesh.triangles)
    spans = [(0, still)]
    spans += [(picture.spans[each].first_face, picture.spans[each].end_face) for each in here]
    for first, end in spans:
        if first < end:
            drawn.programs["surface"]["first_face"] = first
            drawn.triangles.render(vertices=3 * (end - first), first=3 * first)
    context.disable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)


def _read_depth(drawn: GpuTake) -> None:
    """Fetch how near every pixel is."""
    width, height = drawn.size
    shown = np.frombuffer(drawn.shown.read(), np.float32).reshape(height, width, 2)
    drawn.picture.canvas.depth[:] = shown[..., 1]


def _blur(drawn: GpuTake, soft: Soft, lens: Lens) -> None:
    """Blur what is out of focus by the depth that was read, before its edges are smoothed."""
    picture, (width, height) = drawn.picture, drawn.size
    raw = np.frombuffer(drawn.colours.read(), np.uint8).reshape(height, width, 4)
    picture.canvas.raw[:] = np.moveaxis(raw[..., :3], -1, 0)
    blur(picture.canvas, lens, soft, all_tiles(picture, marked=True))
    blurred = raw.copy()
    blurred[..., :3] = np.moveaxis(soft.raw, 0, -1)
    drawn.colours.write(blurred.tobytes())


def _finish(drawn: GpuTake) -> None:
    """Smooth and ink the raw colours into the picture."""
    drawn.finished_target.use()
    drawn.colours.use(0)
    drawn.shown.use(1)
    drawn.whole["finish"].render(vertices=3)


def _read_finished(drawn: GpuTake) -> None:
    """Fetch the finished picture, and its lines where they are kept apart."""
    canvas, (width, height) = drawn.picture.canvas, drawn.size
    finished = np.frombuffer(drawn.finished.read(), np.uint8).reshape(height, width, 4)
    canvas.final[:] = np.moveaxis(finished[..., :3], -1, 0)
    if canvas.ink.size:
        canvas.ink[:] = finished[..., 3]


def _video(drawn: GpuTake) -> NDArray[np.uint8]:
    """Return the finished picture as planes, faded as the lens was told."""
    width, height = drawn.size
    drawn.video.use()
    drawn.finished.use(0)
    drawn.whole["video"].render(vertices=3)
    planes = np.frombuffer(drawn.video.read(components=1, alignment=1), np.uint8)
    return planes.reshape(height * 3 // 2, width)
