"""What somebody orders of a pass, and what a pass delivers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from mstation.shots.shot import Take
from mstation.stage.layout import Layout
from mstation.timebase import FrameRate

Json = dict[str, Any]
Norm = Literal["shot", "frame"]

EVERY, ENDS = "every", "ends"


@dataclass(frozen=True, slots=True)
class Order:
    """How a pass is wanted.

    exr: of which frames EXR files are written: `ends` (the first, the middle one, the last),
    `every`, or a number: every so many frames.
    norm: whether near and far of the depth picture hold for the shot or for each frame.
    """

    folder: Path  # where its files are written
    width: int
    height: int
    rate: FrameRate
    exr: str = ENDS
    norm: Norm = "shot"

    def exr_frames(self, frames: int) -> frozenset[int]:
        """Return the frames of a take that get EXR files."""
        if self.exr == ENDS:
            return frozenset({0, frames // 2, frames - 1})
        return frozenset(range(0, frames, 1 if self.exr == EVERY else int(self.exr)))


@dataclass(frozen=True, slots=True)
class Delivery:
    """A pass of one shot.

    files: by the name under the shot's folder, `depth.mp4`, `depth/depth.0000.exr`
    facts: what `passes.json` tells of it beside its conventions: numbers that were measured
    """

    files: dict[str, Path]
    facts: Json = field(default_factory=dict)


PassOf = Callable[[Layout, Take, Order], Delivery]
