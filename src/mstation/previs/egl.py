"""OpenGL without a window, for the renderer `gpu`."""

from __future__ import annotations

import moderngl

from mstation.errors import Unsupported

_OPENGL = 430  # shader storage buffers


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
