"""A film's movie in; a movie of each shot, and the film's sound, out: packets as they are.

Nothing is encoded again, and nothing of a shot's place in the film is in its file, so that a shot
that did not change has the same bytes whatever moved around it. It begins at the timecode
01:00:00:00, as a shot's own source does in cut lists.

Source: ISO/IEC 14496-12 for edit lists; ISO/IEC 14496-15 for H.264 in MP4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from mstation.errors import InvalidInput
from mstation.media.faults import damaged
from mstation.timebase import SAMPLE_RATE, START_TIMECODE, FrameRate, timecode

_LEAST_TICKS = 10_000  # a second: less than that, and players round a frame's time


@dataclass(frozen=True, slots=True)
class Span:
    """The frames of the film that are a shot's: `first_frame` counts from the film's first."""

    label: str
    first_frame: int
    frames: int

    @property
    def end_frame(self) -> int:
        """The first frame that is no more of it."""
        return self.first_frame + self.frames


def cut_shots(
    film: Path, spans: Sequence[Span], rate: FrameRate, folder: Path
) -> Iterator[tuple[Span, Path]]:
    """Write each shot's movie into a folder, and give them as they are whole, in the film's order.

    Raises:
        InvalidInput: when the film is damaged or has not the frames of a shot, or when a shot does
            not begin with a picture of its own (a closed group of pictures).
    """
    ordered = sorted(spans, key=lambda span: span.first_frame)
    try:
        with av.open(film) as movie:
            stream = movie.streams.video[0]
            groups = _groups(movie.demux(stream), ordered, rate)
            for place, (span, packets) in enumerate(groups):
                path = folder / f"{place:05d}.mp4"
                _write(path, stream, packets, rate)
                yield span, path
    except (av.FFmpegError, IndexError) as error:
        raise damaged("movie") from error


def take_sound(film: Path, out: Path) -> bool:
    """Write the film's sound as a file of its own (M4A); return whether it has any.

    The edit list goes with it: it begins and ends on the sample that it does in the film.

    Raises:
        InvalidInput: when the film is damaged.
    """
    try:
        with av.open(film) as movie:
            if not movie.streams.audio:
                return False
            stream = movie.streams.audio[0]
            ticks = str(stream.codec_context.sample_rate or SAMPLE_RATE)
            with av.open(out, "w", format="ipod", options=_options(ticks)) as written:
                sound = written.add_stream_from_template(stream)
                for packet in movie.demux(stream):
                    if packet.size:
                        packet.stream = sound
                        written.mux(packet)
    except av.FFmpegError as error:
        raise damaged("movie") from error
    return True


def _groups(
    packets: Iterator[Any], spans: Sequence[Span], rate: FrameRate
) -> Iterator[tuple[Span, list[tuple[int, Any]]]]:
    """Give the packets of each shot as they are stored, each with its frame within the shot."""
    waiting = iter(spans)
    span = next(waiting, None)
    group: list[tuple[int, Any]] = []
    first_pts = None
    for packet in packets:
        if not packet.size:
            continue
        if packet.pts is None:
            raise damaged("movie")
        first_pts = packet.pts if first_pts is None else first_pts
        frame = round((packet.pts - first_pts) * packet.time_base * rate.fraction)
        if span is not None and group and frame >= span.end_frame:
            yield span, _whole(span, group)
            span, group = next(waiting, None), []
        if span is None:
            return
        if frame < span.first_frame and not group:
            continue  # nobody's frames
        group.append((frame - span.first_frame, packet))
    for left in (span, *waiting) if span is not None else ():
        yield left, _whole(left, group)
        group = []


def _whole(span: Span, group: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """Return a shot's packets, checked to be all of its frames and to need no others."""
    if sorted(frame for frame, _ in group) != list(range(span.frames)):
        raise InvalidInput(
            f"the film has not all frames of shot {span.label}, or mixes them with its neighbour's",
            zh=f"影片缺少镜头 {span.label} 的部分帧，或与相邻镜头的帧混在一起",
        )
    frame, packet = group[0]
    if frame != 0 or not packet.is_keyframe:
        raise InvalidInput(
            f"shot {span.label} does not begin with a picture of its own; make the film again",
            zh=f"镜头 {span.label} 不是以独立的画面开头；请重新生成影片",
        )
    return group


def _write(path: Path, stream: Any, group: list[tuple[int, Any]], rate: FrameRate) -> None:
    """Write a shot's packets under times that count from its own first frame."""
    delay = max(turn - frame for turn, (frame, _) in enumerate(group))
    with av.open(path, "w", format="mp4", options=_options(_ticks(rate))) as movie:
        movie.metadata["timecode"] = timecode(0, rate, start=START_TIMECODE)
        picture = movie.add_stream_from_template(stream)
        picture.metadata.clear()
        picture.time_base = Fraction(rate.denominator, rate.numerator)
        for turn, (frame, packet) in enumerate(group):
            packet.stream = picture
            packet.time_base = Fraction(rate.denominator, rate.numerator)
            packet.pts, packet.dts, packet.duration = frame, turn - delay, 1
            movie.mux(packet)


def _options(ticks: str) -> dict[str, str]:
    """Return a file without dates, names and the film's bit rate; its clock is exact to a frame."""
    clock = {"movie_timescale": ticks, "video_track_timescale": ticks}
    return {"movflags": "+faststart", "fflags": "+bitexact", "write_btrt": "0", **clock}


def _ticks(rate: FrameRate) -> str:
    ticks = rate.numerator
    while ticks < _LEAST_TICKS:
        ticks *= 2
    return str(ticks)
