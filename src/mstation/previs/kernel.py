"""How the renderer's inner loops are compiled.

Kernels that call each other live in one module: a compiled kernel on disk does not notice
that a callee in another file has changed. Every literal in them is float32: one double
in a loop turns the whole loop into doubles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


# Only multiply-add contraction is allowed of the fast-math set: it depends on the machine, not
# on how a loop was split. Without numba's reference counts (`_nrt`): each is a locked
# instruction. Kernels make no arrays; they write into those they are given.
_OPTIONS = {
    "nogil": True,
    "cache": True,
    "error_model": "numpy",
    "fastmath": {"contract"},
    "_nrt": False,
}


def kernel(function: Function) -> Function:
    """The function compiled for one thread, the same bits on every run."""
    return cast("Function", numba.njit(**_OPTIONS)(function))


def inlined(function: Function) -> Function:
    """A kernel that is written out wherever another calls it: what a pixel or a span needs.

    A call would hand over every array's shape and strides again, which takes longer than
    the work itself.
    """
    return cast("Function", numba.njit(forceinline=True, **_OPTIONS)(function))
