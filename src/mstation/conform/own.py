"""A cut of the film's one movie in, a cut of its shots out, each in its own timecode.

`film.otio` points every clip into `film.mp4`, and an editor may cut that movie with nothing but its
timecode left. The film's own cut says which shot lies where in it: a clip over several shots
becomes as many clips. A shot's first frame is 01:00:00:00 of a source called by its label.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

from mstation.conform.cutlist import CutClip, CutList
from mstation.conform.faults import unsupported
from mstation.conform.sources import loose
from mstation.timebase import START_TIMECODE, frame_of_timecode

_source_first = attrgetter("source_first_frame")
_source_end = attrgetter("source_end_frame")


def in_own_timecode(cut: CutList, film: CutList) -> CutList:
    """Return a cut with the film's movie replaced by the shots that lie in it.

    Args:
        cut: A cut that may play the movie; clips of other sources stay as they are.
        film: The film's own cut, as `film.otio` has it.

    Raises:
        Unsupported: a clip of another speed lies over several shots.
    """
    start = frame_of_timecode(START_TIMECODE, film.rate)
    movies = {loose(shot.file) for shot in film.clips if shot.file}
    shots = sorted(film.clips, key=_source_first)
    clips: list[CutClip] = []
    for clip in cut.clips:
        plays = {loose(clip.file), loose(clip.reel), loose(clip.name)} & movies
        parts = list(_parts(clip, shots, start)) if plays else []
        is_whole = sum(_length(part) for part in parts) == _length(clip)
        clips += parts if parts and is_whole else [clip]
    return replace(cut, clips=tuple(clips))


def _length(clip: CutClip) -> int:
    return clip.record_end_frame - clip.record_first_frame


def _parts(clip: CutClip, shots: Sequence[CutClip], start: int) -> Iterator[CutClip]:
    first_over = bisect_right(shots, clip.source_first_frame, key=_source_end)
    end_over = bisect_left(shots, clip.source_end_frame, key=_source_first)
    over = shots[first_over:end_over]
    if clip.speed != 1 and len(over) > 1:
        raise unsupported(
            "film",
            f"`{clip.name}` changes the speed of {len(over)} shots at once; cut it at each of them",
            f"`{clip.name}` 对 {len(over)} 个镜头整体变速；请在每个镜头处切开",
        )
    for shot in over:
        first = max(shot.source_first_frame, clip.source_first_frame)
        end = min(shot.source_end_frame, clip.source_end_frame)
        skipped = first - clip.source_first_frame
        is_first = first == clip.source_first_frame
        record_first = clip.record_first_frame + skipped
        at = start - shot.source_first_frame
        yield replace(
            clip,
            name=shot.name,
            shot_id=shot.shot_id,
            reel="",
            file="",
            source_first_frame=first + at,
            source_end_frame=end + at,
            record_first_frame=record_first if clip.speed == 1 else clip.record_first_frame,
            record_end_frame=record_first + end - first
            if clip.speed == 1
            else clip.record_end_frame,
            head_frames=None,
            tail_frames=None,
            dissolve_frames=clip.dissolve_frames if is_first else 0,
        )
