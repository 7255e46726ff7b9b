"""A piece of a media file in, a segment of a cut out: frame for frame, fitted into its picture.

Pictures that are encoded already as all segments are keep their packets; all others are decoded,
fitted and encoded. Either way segments of one size and rate join by their packets.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame

from mstation.errors import InvalidInput
from mstation.h264 import BT709, CRF, LIMITED, open_movie, segment_stream
from mstation.media.faults import no_pictures
from mstation.media.kinds import Derived
from mstation.media.nouns import Probe
from mstation.media.opening import open_media, video_of
from mstation.media.pictures import converted, is_image, pictures_numbered
from mstation.media.pieces import Piece
from mstation.media.slates import slate_pictures
from mstation.timebase import FrameRate

_BLACK, _GREY = 16, 128  # Source: ITU-R BT.709, limited range
_IDR, _KIND = 5, 0x1F  # Source: ITU-T H.264, 7.3.1: nal_unit_type


def write_segment(path: str, probe: Probe, piece: Piece, out: Path) -> Derived:
    """Write the segment; `details`: the file's own `rate`, if any, and whether packets were kept.

    A still picture stands for as long as the piece lasts.

    Raises:
        Unsupported: when there is nothing to see.
        InvalidInput: when the file is damaged, or has not all the frames that are asked for.
    """
    is_still = bool(probe.pictures) and is_image(probe) and probe.first_number is None
    numbers = [0] * piece.frames if is_still else piece.numbers
    _require(probe, numbers)
    is_kept = not is_still and piece.speed == "1" and _keep_packets(path, probe, piece, out)
    if not is_kept:
        frames = pictures_numbered(path, probe, numbers)
        aspect = probe.pictures[0].pixel_aspect
        _encode((_fitted(frame, aspect, piece) for frame in frames), piece, out)
    rate = None if probe.rate is None else str(probe.rate)
    return Derived("video/mp4", {"rate": rate, "is_kept": is_kept})


def _require(probe: Probe, numbers: Sequence[int]) -> None:
    if not probe.pictures:
        raise no_pictures(probe.media_type)
    first, last = min(numbers), max(numbers)
    if first < 0 or last >= probe.frames:
        raise InvalidInput(
            f"it has {probe.frames} frames, and frames {first} to {last} of it are wanted",
            zh=f"文件只有 {probe.frames} 帧，而剪辑需要第 {first} 至 {last} 帧（从 0 计）",
        )


def write_slate(name: str, piece: Piece, out: Path) -> Derived:
    """Write a segment that shows a name and counts its frames."""
    _encode(slate_pictures(name, piece), piece, out)
    return Derived("video/mp4", {"rate": None, "is_kept": False})


def _encode(pictures: Iterable[VideoFrame], piece: Piece, out: Path) -> None:
    """Write pictures of the piece's size."""
    rate = FrameRate.parse(piece.rate)
    with open_movie(out, rate) as container:
        stream = segment_stream(container, piece.width, piece.height, rate, CRF)
        for number, picture in enumerate(pictures):
            picture.pts, picture.time_base = number, 1 / rate.fraction
            picture.pict_type = 0  # the encoder chooses
            picture.colorspace, picture.color_range = BT709, LIMITED
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


def _fitted(frame: VideoFrame, aspect: tuple[int, int], piece: Piece) -> VideoFrame:
    """Return a picture as large as fits the piece's, black around it."""
    width, height = frame.width * Fraction(*aspect), Fraction(frame.height)
    scale = min(piece.width / width, piece.height / height)
    columns, rows = (max(2, round(side * scale / 2) * 2) for side in (width, height))
    small = converted(frame, columns, rows, "yuv420p")
    return small if (columns, rows) == (piece.width, piece.height) else _framed(small, piece)


def _framed(small: VideoFrame, piece: Piece) -> VideoFrame:
    left, top = ((piece.width - small.width) // 4, (piece.height - small.height) // 4)
    page = VideoFrame(piece.width, piece.height, "yuv420p")
    for place, (plane, part) in enumerate(zip(page.planes, small.planes, strict=True)):
        scale = 1 if place else 2  # `left` and `top` are whole samples of colour
        around, inside = _samples(plane), _samples(part)
        around[:] = _GREY if place else _BLACK
        rows, columns = inside.shape
        x, y = left * scale, top * scale
        around[y : y + rows, x : x + columns] = inside
    return page


def _samples(plane: Any) -> np.typing.NDArray[np.uint8]:
    """Return a plane's own memory (height, width)."""
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _keep_packets(path: str, probe: Probe, piece: Piece, out: Path) -> bool:
    """Write the piece's packets as they are, if they are a segment of ours; return whether."""
    rate = FrameRate.parse(piece.rate)
    picture = probe.pictures[0] if probe.pictures else None
    same = ("h264", piece.width, piece.height, rate, (1, 1), False)
    if picture is None or same != (
        picture.codec,
        picture.width,
        picture.height,
        picture.rate,
        picture.pixel_aspect,
        picture.is_variable,
    ):
        return False
    with open_media(path, probe.media_type) as container:
        stream = video_of(container, probe.media_type)
        header = stream.codec_context.extradata
        if header is None or header != _header(piece, out):
            return False
        try:
            packets = _packets(container.demux(stream), piece)
            if packets is None or not _can_be_seen(packets, header):
                return False
        except av.FFmpegError:
            return False  # whoever decodes it tells what is wrong
        with open_movie(out, rate) as movie:
            copy = movie.add_stream_from_template(stream)
            copy.time_base = 1 / rate.fraction
            for number, packet in enumerate(packets):
                packet.stream, packet.time_base = copy, 1 / rate.fraction
                packet.pts = packet.dts = number
                packet.duration = 1
                movie.mux(packet)
    return True


def _header(piece: Piece, out: Path) -> bytes | None:
    """Return the header that each segment of the piece's size and rate has."""
    picture = VideoFrame.from_ndarray(
        np.full((piece.height * 3 // 2, piece.width), _GREY, np.uint8), "yuv420p"
    )
    _encode([picture], piece, out)
    with av.open(str(out)) as container:
        found: bytes | None = container.streams.video[0].codec_context.extradata
        return found


def _packets(packets: Iterator[Packet[Any]], piece: Piece) -> list[Packet[Any]] | None:
    """Return the piece's packets; None where it does not begin anew, or frames change places."""
    end = piece.first + piece.frames
    found, last = [], None
    for number, packet in enumerate(itertools.islice(packets, end)):
        if packet.pts is None or packet.is_discard or (last is not None and packet.pts <= last):
            return None
        last = packet.pts
        if number >= piece.first:
            found.append(packet)
    return found if len(found) == piece.frames and _begins_anew(bytes(found[0])) else None


def _begins_anew(packet: bytes) -> bool:
    """Return whether a packet holds an IDR picture; before each unit stands its length."""
    at = 0
    while at + 4 < len(packet):
        if packet[at + 4] & _KIND == _IDR:
            return True
        at += 4 + int.from_bytes(packet[at : at + 4])
    return False


def _can_be_seen(packets: list[Packet[Any]], header: bytes) -> bool:
    """Return whether every packet becomes a picture."""
    decoder: Any = av.CodecContext.create("h264", "r")
    decoder.extradata = header
    decoder.thread_count = 2
    count = sum(len(decoder.decode(packet)) for packet in packets)
    return count + len(decoder.decode(None)) == len(packets)
