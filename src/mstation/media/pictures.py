"""A media file in, its pictures out: all of them in order, or some by their numbers."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import av
from av.packet import Packet
from av.video.frame import VideoFrame

from mstation.media import display
from mstation.media.exr import MEDIA_TYPE as EXR
from mstation.media.exr import linear_picture
from mstation.media.faults import damaged, no_pictures
from mstation.media.nouns import Probe
from mstation.media.opening import IMAGES, open_media, video_of
from mstation.media.sequences import find_sequence, found_type

_UNSPECIFIED = 2  # Source: ITU-T H.273
_HELD = 24  # pictures at a time of what runs backwards
_SD_LINES = 720  # fewer are of standard definition: BT.601 where a file names no matrix


def pictures_of(path: str, probe: Probe) -> Iterator[VideoFrame]:
    """Return every picture of a file or sequence, in order.

    Raises:
        Unsupported: when there are none.
        InvalidInput: when one is damaged, or there are fewer than the file says.
    """
    _require_pictures(probe)
    if probe.first_number is not None:
        for file in find_sequence(path).files.values():
            yield image(file, exactly=False)
    elif is_image(probe):
        yield image(path)
    else:
        yield from _of_movie(path, probe)


def pictures_at(path: str, probe: Probe, numbers: Iterable[int]) -> Iterator[VideoFrame]:
    """Return the pictures with these numbers, counted from 0, in rising order."""
    _require_pictures(probe)
    if probe.first_number is not None:
        files = list(find_sequence(path).files.values())
        yield from (image(files[number]) for number in numbers)
    elif is_image(probe):
        yield from (image(path) for _ in numbers)
    else:
        yield from _of_movie_at(path, probe, numbers)


def pictures_from(path: str, probe: Probe, first: int) -> Iterator[VideoFrame]:
    """Return every picture from number `first` on: found by counting pictures, not by the clock."""
    _require_pictures(probe)
    if probe.first_number is not None:
        files = list(find_sequence(path).files.values())
        yield from (image(file, exactly=False) for file in files[first:])
    elif is_image(probe) or first == 0:
        yield from itertools.islice(pictures_of(path, probe), first, None)
    else:
        yield from _of_movie_from(path, probe, first)


def pictures_numbered(path: str, probe: Probe, numbers: Sequence[int]) -> Iterator[VideoFrame]:
    """Return the pictures with these numbers in this order, each as often as it is named.

    What runs backwards is read in stretches, forwards, a few pictures at a time.
    """
    at = 0
    while at < len(numbers):
        end = at + 1
        if end < len(numbers) and numbers[end] < numbers[at]:
            while end < min(len(numbers), at + _HELD) and numbers[end] < numbers[end - 1]:
                end += 1
            stretch = list(_rising(path, probe, numbers[at:end][::-1]))
            yield from stretch[::-1]
        else:
            while end < len(numbers) and numbers[end] >= numbers[end - 1]:
                end += 1
            yield from _rising(path, probe, numbers[at:end])
        at = end


def _rising(path: str, probe: Probe, numbers: Sequence[int]) -> Iterator[VideoFrame]:
    """Return the pictures with these numbers, none of them smaller than the one before."""
    frames = pictures_from(path, probe, numbers[0])
    frame, at = next(frames, None), numbers[0]
    for number in numbers:
        while frame is not None and at < number:
            frame, at = next(frames, None), at + 1
        if frame is None:
            raise damaged(probe.media_type)
        yield frame


def is_image(probe: Probe) -> bool:
    """Return whether a file is one picture."""
    return probe.media_type == EXR or (
        probe.media_type in IMAGES and probe.pictures[0].rate is None
    )


def image(path: str, *, exactly: bool = True) -> VideoFrame:
    """Return an image file's picture, as it is shown."""
    media_type = found_type(path)
    if media_type == EXR:
        pixels, header = linear_picture(path)
        space = display.space_of(header.get("chromaticities"))
        return VideoFrame.from_ndarray(display.shown(pixels, space, exactly=exactly), "rgb24")
    with open_media(path, media_type) as container:
        try:
            return next(container.decode(video_of(container, media_type)))
        except (av.FFmpegError, StopIteration) as error:
            raise damaged(media_type) from error


def converted(frame: VideoFrame, width: int, height: int, pixels: str) -> VideoFrame:
    """Return a picture in another size and form: Y'CbCr of HD in BT.709, JPEG's in BT.601.

    pixels: `yuv420p` (limited range), `yuvj420p` (full), `rgb24` or `rgba`.
    """
    source: Any = frame.colorspace
    if int(source) == _UNSPECIFIED:
        source = "ITU601" if frame.height < _SD_LINES else "ITU709"
    is_jpeg = pixels.startswith("yuvj")
    is_larger = width > frame.width or height > frame.height
    return frame.reformat(
        width,
        height,
        pixels,
        src_colorspace=source,
        dst_colorspace="ITU601" if is_jpeg else "ITU709",
        dst_color_range="JPEG" if is_jpeg or pixels.startswith("rgb") else "MPEG",
        interpolation="BICUBIC" if is_larger else "AREA",
    )


def _of_movie(path: str, probe: Probe) -> Iterator[VideoFrame]:
    count = 0
    with open_media(path, probe.media_type) as container:
        try:
            for frame in container.decode(video_of(container, probe.media_type)):
                yield frame
                count += 1
        except av.FFmpegError as error:
            raise damaged(probe.media_type) from error
    if count < probe.frames:
        raise damaged(probe.media_type)


def _of_movie_from(path: str, probe: Probe, first: int) -> Iterator[VideoFrame]:
    """Return a movie's pictures from a number on; decoded from the last whole one before it."""
    with open_media(path, probe.media_type) as container:
        stream = video_of(container, probe.media_type)
        try:
            turn = _turn(container.demux(stream), first)
            if turn is not None:
                start, wanted = turn
                container.seek(start, stream=stream)
                frames = itertools.dropwhile(partial(_is_before, wanted), container.decode(stream))
                found = next(frames, None)
                if found is not None and found.pts == wanted:
                    yield found
                    yield from frames
                    return
        except av.FFmpegError as error:
            raise damaged(probe.media_type) from error
    yield from itertools.islice(_of_movie(path, probe), first, None)


def _turn(packets: Iterable[Packet[Any]], first: int) -> tuple[int, int] | None:
    """Return from where to decode, and when picture `first` is shown; None: it cannot be known.

    What is shown after a whole picture needs nothing before it; what is shown before it may.
    """
    times: list[int] = []
    whole: list[tuple[int, int]] = []  # of whole pictures: shown when, decoded when
    for packet in packets:
        if not packet.size or packet.is_discard:
            continue
        if packet.pts is None or packet.dts is None:
            return None
        times.append(packet.pts)
        if packet.is_keyframe:
            whole.append((packet.pts, packet.dts))
    times.sort()
    if first >= len(times) or len(set(times)) < len(times):
        return None
    turns = [dts for pts, dts in whole if pts <= times[first]]
    return (max(turns), times[first]) if turns else None


def _is_before(moment: int, frame: VideoFrame) -> bool:
    return frame.pts is None or frame.pts < moment


def _of_movie_at(path: str, probe: Probe, numbers: Iterable[int]) -> Iterator[VideoFrame]:
    with open_media(path, probe.media_type) as container:
        stream = video_of(container, probe.media_type)
        rate = stream.average_rate or Fraction(24)
        start, tick = stream.start_time or 0, stream.time_base or 1 / rate
        try:
            for number in numbers:
                wanted = start + int(number / rate / tick)
                container.seek(wanted, stream=stream)
                yield _first_at(container.decode(stream), wanted - 1, probe)
        except av.FFmpegError as error:
            raise damaged(probe.media_type) from error


def _first_at(frames: Iterator[VideoFrame], wanted: int, probe: Probe) -> VideoFrame:
    """Return the first picture that is shown at or after a moment, or the last one."""
    last = None
    for last in frames:
        if last.pts is None or last.pts >= wanted:
            break
    if last is None:
        raise damaged(probe.media_type)
    return last


def _require_pictures(probe: Probe) -> None:
    if not probe.pictures:
        raise no_pictures(probe.media_type)
