"""A movie, a sound or an image file in, what it holds out: without decoding it."""

from __future__ import annotations

import os
from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from mstation.errors import InvalidInput
from mstation.media.faults import damaged, no_media
from mstation.media.nouns import Picture, Probe, Sound
from mstation.media.opening import IMAGES, open_media, video_of
from mstation.media.timecode import frame_of
from mstation.timebase import FrameRate

_NEAR = Fraction(1, 5000)  # 24 and 23.976 are five times as far apart
_NOMINAL = (24, 25, 30, 48, 50, 60, 96, 100, 120)
_RATES = (
    *(Fraction(each) for each in _NOMINAL),
    *(Fraction(each * 1000, 1001) for each in _NOMINAL if each % 25),
)


def probe_movie(path: str, media_type: str) -> Probe:
    """Return what a file holds.

    Raises:
        Unsupported: when it is no media file.
        InvalidInput: when it is damaged or cut off.
    """
    with open_media(path, media_type) as container:
        try:
            return _probe(container, path, media_type)
        except av.FFmpegError as error:
            raise damaged(media_type) from error


def _probe(container: InputContainer, path: str, media_type: str) -> Probe:
    if _is_cut_off(container, path):
        raise damaged(media_type)
    pictures: tuple[Picture, ...] = ()
    if any(stream.codec_context is not None for stream in container.streams.video):
        stream = video_of(container, media_type)
        pictures = (_picture(container, stream, media_type),)
    sounds = tuple(_sound(stream, container) for stream in container.streams.audio)
    if not pictures and not sounds:
        raise no_media(media_type)
    start = _start_timecode(container, pictures[0].rate if pictures else None)
    return Probe(media_type, pictures, sounds, start)


def _is_cut_off(container: InputContainer, path: str) -> bool:
    """Return whether the index names bytes that the file does not have."""
    size = os.stat(path).st_size
    entries = (stream.index_entries for stream in container.streams)
    return any(len(each) and each[-1].pos + each[-1].size > size for each in entries)


def _picture(container: InputContainer, stream: VideoStream, media_type: str) -> Picture:
    context = stream.codec_context
    is_image = media_type in IMAGES and media_type != "image/gif"
    rate = None if is_image else exact_rate(stream.average_rate or stream.guessed_rate)
    frames = 1 if is_image else stream.frames or _counted(container, stream, media_type)
    aspect = stream.sample_aspect_ratio or context.sample_aspect_ratio
    return Picture(
        codec=context.name,
        width=context.width,
        height=context.height,
        pixel_format=context.pix_fmt or "",
        rate=rate,
        frames=frames,
        pixel_aspect=(aspect.numerator, aspect.denominator) if aspect else (1, 1),
        is_variable=not is_image and _is_variable(stream),
        colour=_colour(stream),
    )


def exact_rate(found: Fraction | None) -> FrameRate | None:
    """Return the rate that a file means: what rounded stamps blurred is made exact again."""
    if not found:
        return None
    for rate in _RATES:
        if abs(found - rate) <= rate * _NEAR:
            return FrameRate(rate.numerator, rate.denominator)
    return FrameRate(found.numerator, found.denominator)


def _is_variable(stream: VideoStream) -> bool:
    mean, base = stream.average_rate, stream.base_rate
    return bool(mean and base and abs(mean - base) > mean * _NEAR)


def _counted(container: InputContainer, stream: VideoStream, media_type: str) -> int:
    """Return the frames of a file that does not say how many it has."""
    found = sum(1 for packet in container.demux(stream) if packet.size)
    rate = stream.average_rate
    if rate and stream.time_base == 1 / rate and (stream.duration or 0) > found:
        raise damaged(media_type)
    return found


def _colour(stream: VideoStream) -> str:
    context = stream.codec_context
    named = (context.color_primaries, context.color_trc, context.colorspace)
    return "" if all(int(each) == 2 for each in named) else "/".join(str(int(n)) for n in named)


def _sound(stream: AudioStream, container: InputContainer) -> Sound:
    rate = stream.codec_context.sample_rate
    duration, base = stream.duration, stream.time_base
    if duration is None:
        duration, base = container.duration or 0, Fraction(1, av.time_base)
    start = container.metadata.get("time_reference", "")
    return Sound(
        codec=stream.codec_context.name,
        sample_rate=rate,
        channels=stream.codec_context.channels,
        samples=round(duration * (base or 0) * rate),
        start_sample=int(start) if start.isascii() and start.isdecimal() else None,
    )


def _start_timecode(container: InputContainer, rate: FrameRate | None) -> str | None:
    """Return the timecode of the first frame; what is no timecode at its rate is none."""
    if rate is None:
        return None
    tables = [container.metadata, *(stream.metadata for stream in container.streams)]
    named = [text for table in tables for name, text in table.items() if name.lower() == "timecode"]
    return next((text for text in named if is_timecode(text, rate)), None)


def is_timecode(text: str, rate: FrameRate) -> bool:
    """Return whether a text names a frame at a rate."""
    try:
        frame_of(text, rate)
    except InvalidInput:
        return False
    return True
