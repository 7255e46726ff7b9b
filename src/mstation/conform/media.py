"""A source's file as a turnover hands it over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that holds a source of a cut, handles included."""

    path: str  # written as it is given: a path or a URL
    start_frame: int  # timecode of its first frame, as frames from 00:00:00:00
    frames: int
    width: int = 1920
    height: int = 1080
    has_sound: bool = False

    @property
    def end_frame(self) -> int:
        """The first frame after it."""
        return self.start_frame + self.frames
