"""What `--renderer` asks for, refused before anything is made where it cannot be had."""

from __future__ import annotations

from importlib.util import find_spec

from mstation.cli.options import not_one_of
from mstation.errors import Unsupported
from mstation.steps import RENDERERS


def read_renderer(name: str) -> str:
    """Return the name of a renderer that can draw on this machine.

    Raises:
        InvalidInput: there is none of this name.
        Unsupported: its packages are not installed, or the machine lacks what it draws with.
    """
    if name not in RENDERERS:
        raise not_one_of("--renderer", name, RENDERERS)
    if name == "gpu":
        _check_gpu()
    return name


def _check_gpu() -> None:
    if find_spec("moderngl") is None:
        raise Unsupported(
            "--renderer gpu needs the extra `gpu`: install mstation[gpu], or leave it out",
            zh="--renderer gpu 需要附加组件 gpu：请安装 mstation[gpu]，或去掉此选项",
        )
    from mstation.previs.egl import open_context

    open_context().release()
