"""Takes in, pictures out, drawn by a GPU through moderngl on EGL.

It reads the same scene description as the numba renderer (`picture.Picture`) and lights it by the
same model; players are posed by the same code. Pictures differ from the numba renderer's in how
edges are smoothed, and from one kind of GPU to another in the last bits.
"""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
from numpy.typing import NDArray

from mstation.errors import Unsupported
from mstation.previs.gpu_take import GpuTake
from mstation.previs.look import TOON, Look
from mstation.previs.meter import camera_at, metered
from mstation.previs.picture import (
    Picture,
    cast_moving_shadow,
    light_players,
    pose,
)
from mstation.previs.render import fade_of, set_up
from mstation.shots.shot import Take
from mstation.stage.layout import Layout

_OPENGL = 430  # shader storage buffers
_INK_PX, _INK_STRENGTH, _INK_FADE_M = 0.6, 0.72, 45.0
_INK_ROWS = 720  # the picture height at which a line is _INK_PX wide to each side


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
        for frame in range(len(take.focal_length_mm)):
            yield _draw(drawn, take, frame)
    finally:
        context.release()


def open_context() -> moderngl.Context:
    """A context of OpenGL without a window.

    Raises:
        Unsupported: this machine has no EGL with OpenGL 4.3.
    """
    try:
        # moderngl's annotation asks for a dict here; it takes the backend's name.
        context = moderngl.create_context(require=_OPENGL, standalone=True, backend="egl")  # type: ignore[arg-type]
    except Exception as error:
        raise Unsupported(
            f"the renderer `gpu` needs EGL with OpenGL 4.3, which this machine does not give "
            f"({error}); leave out --renderer to draw on the processor",
            zh=f"渲染器 gpu 需要支持 OpenGL 4.3 的 EGL，本机没有（{error}）；"
            "去掉 --renderer 即由处理器绘制",
        ) from error
    context.gc_mode = "context_gc"
    return context


def _draw(drawn: GpuTake, take: Take, frame: int) -> NDArray[np.uint8]:
    picture, (width, height) = drawn.picture, drawn.size
    camera = camera_at(take, frame, width, height)
    here, spheres, groups = pose(picture, frame)
    light_players(picture, frame, here, camera.eye)
    cast_moving_shadow(picture, here)
    drawn.write_players(spheres, groups)
    counts = len(spheres), len(groups)
    drawn.write_lens(camera, counts, _ink_of(height), fade_of(take, frame))
    drawn.bind()
    _draw_surfaces(drawn, here)
    _draw_picture(drawn)
    planes = np.frombuffer(drawn.video.read(components=1, alignment=1), np.uint8)
    return planes.reshape(height * 3 // 2, width)


def _ink_of(height: int) -> tuple[float, float, float]:
    """Half the width of an ink line in pixels, its strength, and the metres at which it fades."""
    return min(_INK_PX, _INK_PX * height / _INK_ROWS), _INK_STRENGTH, _INK_FADE_M


def _draw_surfaces(drawn: GpuTake, here: list[int]) -> None:
    """Draw the backdrop, the set and whoever is there into the samples of every pixel."""
    context, picture = drawn.context, drawn.picture
    drawn.samples.use()
    drawn.samples.clear(depth=0.0)
    drawn.tone.use(0)
    drawn.openness.use(1)
    drawn.still_shadow.use(2)
    drawn.moving_shadow.use(3)
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


def _draw_picture(drawn: GpuTake) -> None:
    """Smooth and ink the samples into the picture, and turn it into video planes."""
    context = drawn.context
    context.disable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
    drawn.picture_target.use()
    drawn.colours.use(0)
    drawn.shown.use(1)
    drawn.depths.use(2)
    drawn.whole["finish"].render(vertices=3)
    drawn.video.use()
    drawn.finished.use(0)
    drawn.whole["video"].render(vertices=3)
