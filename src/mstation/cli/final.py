"""The final pictures that `--final`, `--shots`, `--frames` and `--samples` ask for."""

from __future__ import annotations

from mstation.cli.options import listed
from mstation.errors import InvalidInput
from mstation.handoff import FinalWish
from mstation.previs.blender.finding import find_blender

RENDERERS = ("cycles",)
FRAMES = ("first", "all")
_MOST_SAMPLES = 16384


def read_final(renderer: str, shots: str, frames: str, samples: int) -> FinalWish:
    """Return what is to be rendered again, checked before anything is made.

    Raises:
        InvalidInput: an argument that cannot be meant.
        NotFound: there is no Blender to render with.
    """
    if not renderer:
        return FinalWish()
    if renderer not in RENDERERS:
        raise InvalidInput(
            f"--final is {', '.join(RENDERERS)}, not `{renderer}`",
            zh=f"--final 可用 {'、'.join(RENDERERS)}，没有 `{renderer}`",
        )
    if frames not in FRAMES:
        raise InvalidInput(
            f"--frames is first or all, not `{frames}`",
            zh=f"--frames 只能是 first 或 all，没有 `{frames}`",
        )
    if not 1 <= samples <= _MOST_SAMPLES:
        raise InvalidInput(
            f"--samples is 1 to {_MOST_SAMPLES}, not {samples}",
            zh=f"--samples 须在 1 到 {_MOST_SAMPLES} 之间，没有 {samples}",
        )
    find_blender()
    return FinalWish(renderer, tuple(listed(shots)), frames, samples)
