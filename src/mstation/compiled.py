"""How inner loops over numbers are compiled: for one thread, kept on disk, alike on every run.

Kernels make no arrays; they write into those that they are given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """Return the function compiled."""
    options = {"cache": True, "nogil": True, "error_model": "numpy"}
    return cast("Function", numba.njit(**options)(function))
