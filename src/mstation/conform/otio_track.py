"""A cut in, an OpenTimelineIO timeline out: clips, gaps, dissolves and speeds on one track.

Source: OpenTimelineIO, Timeline.1, Clip.2, Gap.1, Transition.1, LinearTimeWarp.1, FreezeFrame.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import opentimelineio as otio

from mstation.conform.cutlist import CutClip, CutList
from mstation.conform.media import MediaFile
from mstation.timebase import FrameRate

SCHEMA = "mstation.conform/1"


def timeline_of(cut: CutList, media: Mapping[str, MediaFile]) -> Any:
    """Return a cut as an OpenTimelineIO timeline."""
    rate = cut.rate
    timeline = otio.schema.Timeline(cut.title, global_start_time=_time(cut.start_frame, rate))
    timeline.metadata["mstation"] = {"schema": SCHEMA, "rate": str(rate)}
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    track.extend(list(_items(cut, media)))
    timeline.tracks.append(track)
    return timeline


def _time(frame: int, rate: FrameRate) -> Any:
    return otio.opentime.RationalTime(frame, rate.numerator / rate.denominator)


def _range(first: int, frames: int, rate: FrameRate) -> Any:
    return otio.opentime.TimeRange(_time(first, rate), _time(frames, rate))


def _items(cut: CutList, media: Mapping[str, MediaFile]) -> Iterator[Any]:
    at = 0
    for clip in cut.clips:
        if clip.record_first_frame > at:
            gap = _range(0, clip.record_first_frame - at, cut.rate)
            yield otio.schema.Gap(source_range=gap)
        if clip.dissolve_frames:
            yield otio.schema.Transition(
                "dissolve",
                otio.schema.TransitionTypes.SMPTE_Dissolve,
                in_offset=_time(0, cut.rate),
                out_offset=_time(clip.dissolve_frames, cut.rate),
            )
        yield _clip(clip, media.get(clip.name), cut.rate)
        at = clip.record_end_frame


def _clip(clip: CutClip, file: MediaFile | None, rate: FrameRate) -> Any:
    told = {"label": clip.name, "shot": clip.shot_id, "reel": clip.reel}
    frames = clip.record_end_frame - clip.record_first_frame
    made = otio.schema.Clip(
        clip.name,
        _reference(clip, file, rate),
        _range(clip.source_first_frame, frames, rate),
        metadata={"mstation": {field: text for field, text in told.items() if text}},
    )
    if not clip.speed:
        made.effects.append(otio.schema.FreezeFrame())
    elif clip.speed != 1:
        made.effects.append(otio.schema.LinearTimeWarp(time_scalar=float(clip.speed)))
    return made


def _reference(clip: CutClip, file: MediaFile | None, rate: FrameRate) -> Any:
    if file is not None:
        available = _range(file.start_frame, file.frames, rate)
        return otio.schema.ExternalReference(file.path, available)
    available = None
    if clip.head_frames is not None and clip.tail_frames is not None:
        first = clip.source_first_frame - clip.head_frames
        available = _range(first, clip.source_end_frame + clip.tail_frames - first, rate)
    if clip.file:
        return otio.schema.ExternalReference(clip.file, available)
    return otio.schema.MissingReference(clip.name, available_range=available)
