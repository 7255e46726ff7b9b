"""A cut as every document of an editor can say it: which frames of which source, one by one.

All frames are whole frames at the cut's rate, ranges are half-open, speeds are exact. A dissolve
begins at the first record frame of the clip that comes in; the clip before it plays on under it for
as many frames, which its own ranges leave out, as an EDL has it. Where no clip lies, the film is
black. Clips of one cut do not overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mstation.timebase import FrameRate


@dataclass(frozen=True, slots=True)
class CutClip:
    """One use of a shot in a cut."""

    name: str  # the shot's label as people and EDLs write it: "014-002"
    source_first_frame: int  # in the source's timecode, as frames from 00:00:00:00
    source_end_frame: int
    record_first_frame: int  # in the film, from 0
    record_end_frame: int
    reel: str = ""  # tape name of the source; "" = name
    shot_id: str | None = None  # what the station calls the shot, if the document says it
    file: str = ""  # the source's file name or URL, as the document has it
    head_frames: int | None = None  # frames of the source before source_first_frame; None: unknown
    tail_frames: int | None = None  # and after source_end_frame
    speed: Fraction = Fraction(1)  # source frames a record frame; 0: freeze
    dissolve_frames: int = 0  # of the transition into it; 0: a cut


@dataclass(frozen=True, slots=True)
class CutList:
    """A cut's picture."""

    title: str
    rate: FrameRate
    start_frame: int  # timecode of record frame 0, as frames from 00:00:00:00
    clips: tuple[CutClip, ...]  # picture only, in record order
