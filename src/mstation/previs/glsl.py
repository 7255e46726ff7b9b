"""The shader files made into programs, with the film's constants written in."""

from __future__ import annotations

from importlib.resources import files

import moderngl

from mstation.previs.canvas import (
    CONTACT_RADII,
    NARROWEST,
    SHADOW_BIAS_M,
    TONE_BASE,
    TONE_CEILING,
    TONE_FLOOR,
    TONE_SHIFT,
    WIDEST,
)
from mstation.previs.pen import INK
from mstation.previs.raster import NEAR_M
from mstation.previs.shade import GLOW, HAZE

_VERSION = "#version 430 core\n"
_CONSTANTS = {
    "NEAR_M": NEAR_M,
    "SHADOW_BIAS_M": float(SHADOW_BIAS_M),
    "CONTACT_RADII": float(CONTACT_RADII),
    "GLOW": float(GLOW),
    "HAZE": float(HAZE),
    "WIDEST": float(WIDEST),
    "NARROWEST": float(NARROWEST),
    "TONE_SHIFT": TONE_SHIFT,
    "TONE_BASE": TONE_BASE,
    "TONE_FLOOR": TONE_FLOOR,
    "TONE_CEILING": TONE_CEILING,
    **INK,
}
_SURFACE = ("scene.glsl", "tone.glsl", "shadow.glsl", "surface.frag")
# Every program: its vertex and its fragment shader, each the files it is made of, in order.
_PROGRAMS = {
    "backdrop": (("backdrop.vert",), ("scene.glsl", "tone.glsl", "backdrop.frag")),
    "surface": (("scene.glsl", "surface.vert"), _SURFACE),
    "finish": (("backdrop.vert",), ("scene.glsl", "outline.glsl", "finish.frag")),
    "video": (("backdrop.vert",), ("scene.glsl", "video.frag")),
}


def program(context: moderngl.Context, name: str) -> moderngl.Program:
    """A program by its name: backdrop, surface, finish or video."""
    vertex, fragment = (_source(parts) for parts in _PROGRAMS[name])
    return context.program(vertex_shader=vertex, fragment_shader=fragment)


def _source(parts: tuple[str, ...]) -> str:
    folder = files("mstation.previs") / "shaders"
    text = _VERSION + "".join((folder / part).read_text("utf-8") for part in parts)
    for name, value in _CONSTANTS.items():
        text = text.replace(f"@{name}@", repr(value))
    return text
