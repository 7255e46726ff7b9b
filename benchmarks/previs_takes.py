"""A film's takes as they are rendered, without voices or sound, and a sample of them.

for shot in every_nth(takes_of(Path("examples/the-last-reel.fountain"), 1280, 720), 20): …
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from benchmarks.shot_shooting import Picture, film_scenes, read_breakdown

from mstation.shots.shot import Take
from mstation.stage.layout import Layout


@dataclass(frozen=True, slots=True, eq=False)
class Filmed:
    """One shot with all that a renderer needs for it."""

    label: str
    layout: Layout
    take: Take
    has_speech: bool  # its scene is a dialogue

    @property
    def frames(self) -> int:
        """How long the shot is."""
        return len(self.take.focal_length_mm)

    @property
    def is_locked(self) -> bool:
        """Whether the camera stands still from the first frame to the last."""
        take = self.take
        return bool(
            np.all(take.world_from_camera == take.world_from_camera[0])
            and np.all(take.focal_length_mm == take.focal_length_mm[0])
        )

    @property
    def is_locked_dialogue(self) -> bool:
        """Whether people talk before a camera that stands still."""
        return self.is_locked and self.has_speech and len(self.take.motions) > 1

    def first(self, frames: int) -> Filmed:
        """Return the same shot, cut off after some frames."""
        take, frames = self.take, min(frames, self.frames)
        cut = replace(
            take,
            world_from_camera=take.world_from_camera[:frames],
            focal_length_mm=take.focal_length_mm[:frames],
            motions=tuple(motion.cut(0, frames) for motion in take.motions),
            sheet=replace(take.sheet, fade_out_frames=0),
        )
        return replace(self, take=cut)


def takes_of(script: Path, width: int, height: int) -> list[Filmed]:
    """Return every shot of a screenplay's film, in order."""
    picture = Picture.of(width, height)
    return [
        Filmed(shot.label, scene.staged.layout, take, bool(scene.staged.speeches))
        for scene in film_scenes(read_breakdown(script), picture)
        for shot, take in zip(scene.shots.shots, scene.takes, strict=True)
    ]


def every_nth(takes: Sequence[Filmed], at_least: int) -> list[Filmed]:
    """Return every nth shot, so that there are at least so many of them."""
    return list(takes[:: max(1, len(takes) // at_least)])
