"""A movie or an image sequence in, a small H.264 movie out: every frame kept, under its number.

Frame n of the proxy is frame n of the source. What starts at a timecode goes on doing so. A file
whose frames last unequally gets their mean: the numbers stay true, and so does the whole length.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mstation.errors import InvalidInput
from mstation.media.faults import damaged, no_pictures
from mstation.media.kinds import Derived
from mstation.media.nouns import Probe
from mstation.media.opening import open_media, shown_size
from mstation.media.pictures import converted, pictures_of
from mstation.timebase import SAMPLE_RATE, FrameRate

_MOST = (1920, 1080)
_CRF, _PRESET = "23", "veryfast"
_BT709, _LIMITED = 1, 1  # Source: ITU-T H.273
_SOUND_BITS = 160_000  # a second

Seen = Callable[[VideoFrame], VideoFrame]


def _as_it_is(frame: VideoFrame) -> VideoFrame:
    return frame


def write_proxy(
    path: str, probe: Probe, out: Path, *, most: tuple[int, int] = _MOST, seen: Seen = _as_it_is
) -> Derived:
    """Write the proxy.

    most: pixels, wide and high.
    seen: what is done to each picture when it has its size.

    Raises:
        Unsupported: when there is nothing to see.
        InvalidInput: when the file is damaged or cut off, or is one still picture.
    """
    if not probe.pictures:
        raise no_pictures(probe.media_type)
    rate = probe.rate
    if rate is None:
        raise InvalidInput(
            "a still picture needs no proxy; take its thumbnail",
            zh="单张图片无需代理文件，请使用缩略图",
        )
    with av.open(
        os.fspath(out),
        "w",
        format="mp4",
        options={"movflags": "+faststart", "video_track_timescale": str(rate.numerator)},
    ) as container:
        if probe.start_timecode is not None:
            container.metadata["timecode"] = probe.start_timecode
        size, frames = _encode(container, path, probe, rate, most, seen)
    details = {"width": size[0], "height": size[1], "frames": frames, "rate": str(rate)}
    return Derived("video/mp4", details)


def _encode(
    container: OutputContainer,
    path: str,
    probe: Probe,
    rate: FrameRate,
    most: tuple[int, int],
    seen: Seen,
) -> tuple[tuple[int, int], int]:
    """Write pictures and sound side by side; return the pictures' size and number."""
    frames = pictures_of(path, probe)
    frame = next(frames)
    size = shown_size(frame, probe.pictures[0].pixel_aspect, most)
    stream = _video(container, size, rate)
    sound = _sound(container, path, probe)
    number = 0
    while True:
        small = seen(converted(frame, *size, "yuv420p"))
        small.pts, small.time_base = number, 1 / rate.fraction
        small.pict_type = 0  # the encoder chooses
        container.mux(stream.encode(small))
        number += 1
        _mux_until(container, sound, number / rate.fraction)
        following = next(frames, None)
        if following is None:
            break
        frame = following
    container.mux(stream.encode(None))
    _mux_until(container, sound, None)
    return size, number


def _video(container: OutputContainer, size: tuple[int, int], rate: FrameRate) -> VideoStream:
    options = {"preset": _PRESET, "crf": _CRF, "bf": "0"}
    stream = container.add_stream("libx264", rate=rate.fraction, options=options)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = 1 / rate.fraction
    context.gop_size = rate.nominal  # a second: scrubbing finds a whole picture soon
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = _LIMITED
    return stream


def _sound(container: OutputContainer, path: str, probe: Probe) -> Iterator[Packet[Any]]:
    """Return the packets of the first sound, two channels; none where there is no sound."""
    if not probe.sounds or probe.first_number is not None:
        return iter(())
    stream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
    stream.bit_rate = _SOUND_BITS
    return _sound_packets(stream, path, probe)


def _sound_packets(stream: AudioStream, path: str, probe: Probe) -> Iterator[Packet[Any]]:
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
    with open_media(path, probe.media_type) as container:
        try:
            for frame in container.decode(container.streams.audio[0]):
                for piece in resampler.resample(frame):
                    yield from stream.encode(piece)
            for piece in resampler.resample(None):
                yield from stream.encode(piece)
            yield from stream.encode(None)
        except av.FFmpegError as error:
            raise damaged(probe.media_type) from error


def _mux_until(
    container: OutputContainer, packets: Iterator[Packet[Any]], end: Fraction | None
) -> None:
    """Write the sound that belongs before a moment, in seconds; None: all that is left."""
    for packet in packets:
        container.mux(packet)
        at: Any = packet.pts
        if end is not None and at is not None and at * packet.time_base >= end:
            return
