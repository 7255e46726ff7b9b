"""What `--renderer` asks for."""

import os
import subprocess
import sys

import pytest

from mstation.cli.renderer import read_renderer
from mstation.errors import InvalidInput, Unsupported


def test_an_unknown_renderer_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="numba, gpu, not `cuda`") as refused:
        read_renderer("cuda")
    assert "cuda" in refused.value.told("zh")
    assert refused.value.told("zh") != refused.value.told("en")


def test_the_gpu_renderer_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_renderer("numba") == "numba"
    monkeypatch.setitem(sys.modules, "moderngl", None)
    with pytest.raises(Unsupported, match="mstation\\[gpu\\]") as refused:
        read_renderer("gpu")
    assert "mstation[gpu]" in refused.value.told("zh")


def test_a_machine_without_egl_is_told_so_before_anything_is_made() -> None:
    pytest.importorskip("moderngl", reason="the extra `gpu` is not installed")
    without = {**os.environ, "__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent"}
    asked = """
from mstation.cli.renderer import read_renderer
from mstation.errors import Unsupported
try:
    read_renderer("gpu")
except Unsupported as missing:
    print(missing.told("en"), missing.told("zh"))
"""
    told = subprocess.run(
        [sys.executable, "-c", asked],
        env={**without, "EGL_PLATFORM": "none"},
        capture_output=True,
        text=True,
    )
    assert "needs EGL with OpenGL 4.3" in told.stdout, told.stderr
    assert "需要支持 OpenGL 4.3 的 EGL" in told.stdout
