"""Both renderers, for the tests of what each must do."""

from __future__ import annotations

import importlib

import pytest

from mstation.errors import Unsupported
from tests.previs.both_renderers import Draw, by_numba


@pytest.fixture(scope="session")
def gpu():
    """The module of the renderer `gpu`, where this machine can run it."""
    egl = pytest.importorskip("mstation.previs.egl", reason="the extra `gpu` is not installed")
    try:
        egl.open_context().release()
    except Unsupported as missing:
        pytest.skip(str(missing))
    return importlib.import_module("mstation.previs.gpu")


@pytest.fixture(scope="session")
def by_gpu(gpu) -> Draw:
    return lambda picture, shown: [frame.copy() for frame in gpu.draw_frames(picture, shown)]


@pytest.fixture(params=["numba", "gpu"])
def draw(request) -> Draw:
    return by_numba if request.param == "numba" else request.getfixturevalue("by_gpu")
