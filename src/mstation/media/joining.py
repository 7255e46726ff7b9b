"""Segments and sound in, the movie out: packets joined as they are, sound encoded beside them.

Source: ISO/IEC 14496-12 for edit lists; ISO/IEC 14496-15 for H.264 in MP4.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import OutputContainer

from mstation.errors import InvalidInput
from mstation.media.text_track import TextTrack, switch_off, text_packets
from mstation.timebase import SAMPLE_RATE, START_TIMECODE, FrameRate, timecode

_AAC_BITS = 192_000
_AAC_FRAME = 1024
# Fast start rewrites the file once at its end, in blocks; bit-exact leaves out dates and names;
# a movie clock of 48 kHz lets the edit lists end on the sample.
_OPTIONS = {
    "movflags": "+faststart",
    "fflags": "+bitexact",
    "movie_timescale": str(SAMPLE_RATE),
}

Sounds = Callable[[OutputContainer, int], Iterator[Any]]
"""Adds the stream of sound to a movie, and returns its packets: so many samples."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """What is known of a segment before it is joined."""

    path: Path
    frames: int
    first_pts: int  # in the file's own time base
    reorder: int  # the most frames that a frame is decoded after its turn


def assemble(
    segments: Sequence[Path],
    audio: Path,
    out: Path,
    *,
    width: int,
    height: int,
    rate: FrameRate,
    tracks: Sequence[TextTrack] = (),
) -> None:
    """Write the movie: every frame of the segments in order, and the sound that belongs to them.

    Subtitles come as tracks of their own, which players show when they are asked to.

    The picture is not encoded again. Sound of frame n starts at sample floor(n · 48000 / fps):
    an edit list hides what the AAC encoder puts before it, and the sound ends with the picture.
    The same inputs give the same bytes.

    Raises:
        InvalidInput: when a segment is not H.264 of this size, or not cut like the first.
    """
    _write(segments, partial(_encoded, audio), out, (width, height), rate, tracks)


def join(
    segments: Sequence[Path],
    sound: Path,
    out: Path,
    *,
    width: int,
    height: int,
    rate: FrameRate,
) -> None:
    """Write the movie as `assemble` does, with sound that `encode_sound` wrote: nothing is encoded.

    Raises:
        InvalidInput: when a segment is not H.264 of this size, or not cut like the first.
    """
    _write(segments, partial(_copied, sound), out, (width, height), rate)


def encode_sound(audio: Path, out: Path, samples: int) -> None:
    """Write so many samples of a sound as AAC, cut or padded with silence."""
    with av.open(out, "w", format="mp4", options=_OPTIONS) as movie:
        for packet in _encoded(audio, movie, samples):
            movie.mux(packet)


def _write(
    segments: Sequence[Path],
    sounds: Sounds,
    out: Path,
    size: tuple[int, int],
    rate: FrameRate,
    tracks: Sequence[TextTrack] = (),
) -> None:
    known = [_survey(path, *size, rate) for path in segments]
    if not known:
        raise InvalidInput("a film needs at least one shot", zh="影片至少要有一个镜头")
    total = sum(segment.frames for segment in known)
    with av.open(out, "w", format="mp4", options=_OPTIONS) as movie:
        movie.metadata["timecode"] = timecode(0, rate, start=START_TIMECODE)
        with av.open(segments[0]) as first:
            picture = movie.add_stream_from_template(first.streams.video[0])
            header = first.streams.video[0].codec_context.extradata
        picture.time_base = Fraction(rate.denominator, rate.numerator)
        packets = heapq.merge(
            _pictures(known, picture, header, rate),
            sounds(movie, rate.sample_of_frame(total)),
            *(text_packets(track, movie, rate) for track in tracks),
            key=lambda packet: (packet.dts * packet.time_base, packet.stream.index),
        )
        for packet in packets:
            movie.mux(packet)
    if tracks:
        switch_off(out)


def _survey(path: Path, width: int, height: int, rate: FrameRate) -> _Segment:
    """Return how long a segment is, checked to be a picture that can be joined."""
    with av.open(path) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        if codec.name != "h264" or (codec.width, codec.height) != (width, height):
            raise InvalidInput(
                f"{codec.name} of {codec.width} x {codec.height}; "
                f"the film needs H.264 of {width} x {height}",
                path=str(path),
                zh=f"这段是 {codec.width} x {codec.height} 的 {codec.name}；"
                f"影片要用 {width} x {height} 的 H.264",
            )
        times = [packet.pts for packet in container.demux(stream) if packet.size]
        base = stream.time_base
    order = [_frames(time - min(times), base, rate) for time in times]
    if sorted(order) != list(range(len(order))):
        raise InvalidInput(
            f"the frames do not follow each other at {rate} a second",
            path=str(path),
            zh=f"各帧没有按每秒 {rate} 帧依次相接",
        )
    reorder = max((turn - frame for turn, frame in enumerate(order)), default=0)
    return _Segment(path, len(order), min(times, default=0), reorder)


def _frames(time: int, base: Fraction, rate: FrameRate) -> int:
    return round(time * base * rate.fraction)


def _pictures(
    segments: Iterable[_Segment], picture: Any, header: bytes | None, rate: FrameRate
) -> Iterator[Any]:
    """Return all packets of the film's picture, timed in frames of the film."""
    segments = list(segments)
    delay = max(segment.reorder for segment in segments)
    first_frame = turn = 0
    for segment in segments:
        with av.open(segment.path) as container:
            stream = container.streams.video[0]
            if stream.codec_context.extradata != header:
                raise InvalidInput(
                    "encoded unlike the first segment",
                    path=str(segment.path),
                    zh="编码方式与第一段不同",
                )
            for packet in container.demux(stream):
                if not packet.size:
                    continue
                frame = _frames(packet.pts - segment.first_pts, stream.time_base, rate)
                packet.stream = picture
                packet.time_base = Fraction(rate.denominator, rate.numerator)
                packet.pts, packet.dts, packet.duration = first_frame + frame, turn - delay, 1
                turn += 1
                yield packet
        first_frame += segment.frames


def _encoded(audio: Path, movie: OutputContainer, samples: int) -> Iterator[Any]:
    """Return the film's sound as packets of a new stream: so many samples."""
    sound: Any = movie.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
    sound.codec_context.bit_rate = _AAC_BITS
    sound.codec_context.options = {"flags": "+bitexact"}
    return _sounds(audio, sound, samples)


def _copied(source: Path, movie: OutputContainer, _samples: int) -> Iterator[Any]:
    """Return the packets of sound that is encoded already, for a new stream."""
    with av.open(source) as container:
        sound = movie.add_stream_from_template(container.streams.audio[0])
    sound.time_base = Fraction(1, SAMPLE_RATE)
    return _packets(source, sound)


def _packets(source: Path, sound: Any) -> Iterator[Any]:
    with av.open(source) as container:
        for packet in container.demux(audio=0):
            if packet.size:
                packet.stream = sound
                yield packet


def _sounds(audio: Path, sound: Any, samples: int) -> Iterator[Any]:
    """Return the film's sound as packets: so many samples, cut or padded with silence."""
    at = 0
    for block in _blocks(audio, samples):
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), at
        at += block.shape[1]
        yield from sound.encode(frame)
    yield from sound.encode(None)


def _blocks(audio: Path, samples: int) -> Iterator[Any]:
    """Return the sound (2, n) float32 in the encoder's own frame length."""
    left = samples
    waiting = np.zeros((2, 0), np.float32)
    with av.open(audio) as container:
        for decoded in _converted(container):
            waiting = np.concatenate([waiting, decoded], axis=1)
            while waiting.shape[1] >= _AAC_FRAME and left:
                count = min(_AAC_FRAME, left)
                yield np.ascontiguousarray(waiting[:, :count])
                waiting, left = waiting[:, count:], left - count
    while left:
        count = min(_AAC_FRAME, left)
        block = np.zeros((2, count), np.float32)
        rest = waiting[:, :count]
        block[:, : rest.shape[1]] = rest
        yield block
        waiting, left = waiting[:, count:], left - count


def _converted(container: Any) -> Iterator[Any]:
    """Return the sound's frames as (2, n) float32 at 48 kHz."""
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
    for frame in container.decode(audio=0):
        for converted in resampler.resample(frame):
            yield converted.to_ndarray()
    for converted in resampler.resample(None):
        yield converted.to_ndarray()
