"""What a cut takes of media files: a piece of the pictures for each clip, slices of the sound."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.media.kinds import Limits

CUT = "cut"  # what the process apart is told to make
# With another number every segment is made again.
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


@dataclass(frozen=True, slots=True)
class Slice:
    """A run of a film's sound, or silence."""

    first: int | None  # frame of the film's sound; None: silence
    frames: int
