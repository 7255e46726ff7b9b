"""What a cut takes of media files: a piece of the pictures for each clip, slices of the sound."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from mstation.media.kinds import Limits

CUT = "cut"  # what the process apart is told to make
# With another number every segment, and every sound, is made again.
SEGMENT_RECIPE = 1
PIECE_LIMITS = Limits(6 * 3600, 3072, 65_536)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of pictures of a media file, and the segment that is made of it."""

    first: int  # its first frame, counted from 0
    frames: int
    rate: str  # of the segment, whatever the file's is: one frame for one frame
    width: int
    height: int
    speed: str = "1"  # frames of the file a frame of the segment, exact: "3/2"; "0": one is held

    @property
    def numbers(self) -> list[int]:
        """The number of the file's frame that each frame of the segment shows."""
        speed = Fraction(self.speed)
        return [self.first + math.floor(number * speed) for number in range(self.frames)]


@dataclass(frozen=True, slots=True)
class Slice:
    """A run of a film's sound, or silence."""

    first: int | None  # frame of the film's sound; None: silence
    frames: int
