"""A file and a mark in, what may be seen and heard of it before it is paid for out."""

from __future__ import annotations

import itertools
import os
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mstation.errors import InvalidInput
from mstation.media.faults import damaged, no_pictures, no_sound
from mstation.media.kinds import Derived, Preview
from mstation.media.marks import Mark, marked, marked_frame, marked_sound
from mstation.media.nouns import Probe
from mstation.media.opening import open_media, shown_size
from mstation.media.pictures import converted, pictures_at
from mstation.media.proxies import write_proxy
from mstation.media.slates import font_of
from mstation.media.waveforms import peaks_of

_PICTURE, _THUMBNAIL, _MOVIE = (1600, 1600), (480, 480), (960, 540)  # pixels, at most
_BEHIND = 200  # grey, behind what is transparent
_QUALITY = 85  # of JPEG
_HEARD_S, _RATE = 60, 48_000
_WAVE = (1200, 320)
_WAVE_GROUND, _WAVE_INK, _WAVE_LINE = (22, 24, 29), (94, 190, 214), (52, 57, 66)
_PAGE, _MARGIN, _LINES, _LINE_SIGNS = (850, 1100), 70, 56, 2000
_PAPER, _TEXT = 252, 34
_READ_BYTES = 64_000  # of a text, for its first page


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made, and with which mark."""

    what: Preview
    mark: Mark


def write_preview(path: str, probe: Probe | None, wanted: Wanted, out: Path) -> Derived:
    """Write one preview; `probe` is None for texts and documents.

    Raises:
        InvalidInput: when the file is damaged.
        Unsupported: when it has nothing of the kind in it.
    """
    if probe is None:
        return _write_page(path, wanted, out)
    match wanted.what:
        case Preview.MOVIE:
            seen = partial(marked_frame, mark=wanted.mark)
            return write_proxy(path, probe, out, most=_MOVIE, seen=seen)
        case Preview.SOUND:
            return _write_sound(path, probe, out)
        case Preview.WAVEFORM:
            return _write_waveform(path, probe, out)
        case Preview.THUMBNAIL if not probe.pictures:
            return _write_waveform(path, probe, out)
    if not probe.pictures:
        raise no_pictures(probe.media_type)
    (frame,) = pictures_at(path, probe, [probe.frames // 2])
    most = _THUMBNAIL if wanted.what is Preview.THUMBNAIL else _PICTURE
    size = shown_size(frame, probe.pictures[0].pixel_aspect, most)
    return write_marked(_flat(converted(frame, *size, "rgba")), wanted.mark, out)


def write_marked(picture: NDArray[np.uint8], mark: Mark, out: Path) -> Derived:
    """Write a picture (height, width, 3) uint8, sRGB, with its mark, as JPEG."""
    shown = Image.fromarray(marked(picture, mark))
    shown.save(out, "JPEG", quality=_QUALITY)
    return Derived("image/jpeg", {"width": shown.width, "height": shown.height})


def _flat(frame: VideoFrame) -> NDArray[np.uint8]:
    """Return a picture with grey behind what is transparent: (height, width, 3) uint8."""
    pixels = frame.to_ndarray().astype(np.float32)
    cover = pixels[..., 3:] / 255
    return np.rint(pixels[..., :3] * cover + _BEHIND * (1 - cover)).astype(np.uint8)


def _write_sound(path: str, probe: Probe, out: Path) -> Derived:
    """Write the first minute of a sound, with the tones of the mark, as AAC."""
    if not probe.sounds:
        raise no_sound(probe.media_type)
    with av.open(os.fspath(out), "w", format="mp4") as container:
        stream: Any = container.add_stream("aac", rate=_RATE, layout="stereo")
        stream.bit_rate = 128_000
        at = 0
        for samples in _heard(path, probe):
            samples = samples[:, : _HEARD_S * _RATE - at]
            plain = np.ascontiguousarray(marked_sound(samples, at, _RATE))
            frame = AudioFrame.from_ndarray(plain, "fltp", "stereo")
            frame.sample_rate, frame.pts = _RATE, at
            container.mux(stream.encode(frame))
            at += samples.shape[1]
            if at >= _HEARD_S * _RATE:
                break
        container.mux(stream.encode(None))
    return Derived("audio/mp4", {"samples": at, "sample_rate": _RATE})


def _heard(path: str, probe: Probe) -> Iterator[NDArray[np.float32]]:
    """Return a file's first sound in pieces (2, samples), 48 kHz, full scale 1.0."""
    plain = av.AudioResampler(format="fltp", layout="stereo", rate=_RATE)
    with open_media(path, probe.media_type) as container:
        try:
            for frame in container.decode(container.streams.audio[0]):
                yield from (piece.to_ndarray() for piece in plain.resample(frame))
        except av.FFmpegError as error:
            raise damaged(probe.media_type) from error


def _write_waveform(path: str, probe: Probe, out: Path) -> Derived:
    """Write a picture of a sound over its whole length, a lane a channel (two at most)."""
    if not probe.sounds:
        raise no_sound(probe.media_type)
    peaks = peaks_of(path, probe)[:, :2].astype(np.float32) / np.float32(
        127
    )  # (stretches, channels, 2)
    width, height = _WAVE
    page = np.empty((height, width, 3), np.uint8)
    page[:] = _WAVE_GROUND
    lanes = max(peaks.shape[1], 1)
    edges = np.linspace(0, len(peaks), width + 1).astype(int)
    rows = np.arange(height // lanes)[:, None]
    for lane in range(peaks.shape[1]):
        top = lane * (height // lanes)
        low, high = _columns(peaks[:, lane], edges)
        middle, reach = (height // lanes - 1) / 2, (height // lanes) * 0.44
        is_ink = (rows >= middle - high * reach - 0.5) & (rows <= middle - low * reach + 0.5)
        own = page[top : top + len(rows)]
        own[round(middle)] = _WAVE_LINE
        own[is_ink] = _WAVE_INK
    Image.fromarray(page).save(out, "PNG", optimize=True)
    return Derived("image/png", {"width": width, "height": height})


def _columns(
    peaks: NDArray[np.float32], edges: NDArray[np.int_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the least and the greatest of each column of a picture; edges: (columns + 1,)."""
    low, high = np.zeros(len(edges) - 1, np.float32), np.zeros(len(edges) - 1, np.float32)
    for column, (start, end) in enumerate(itertools.pairwise(edges)):
        if len(peaks):
            own = peaks[min(start, len(peaks) - 1) : max(end, start + 1)]
            low[column], high[column] = own[:, 0].min(), own[:, 1].max()
    return low, high


def _write_page(path: str, wanted: Wanted, out: Path) -> Derived:
    """Write the first page of a text or a PDF."""
    with Path(path).open("rb") as file:
        head = file.read(_READ_BYTES)
    page = _pdf_page(path) if head.startswith(b"%PDF-") else _text_page(head)
    if wanted.what is Preview.THUMBNAIL:
        page.thumbnail(_THUMBNAIL)
    return write_marked(np.asarray(page.convert("RGB")), wanted.mark, out)


def _pdf_page(path: str) -> Image.Image:
    import pypdfium2  # for documents alone

    try:
        document = pypdfium2.PdfDocument(path)
        page = document[0]
        scale = min(_PICTURE[0] / page.get_width(), _PICTURE[1] / page.get_height(), 2.0)
        shown: Image.Image = page.render(scale=scale).to_pil()
    except (pypdfium2.PdfiumError, IndexError, ZeroDivisionError) as error:
        raise damaged("application/pdf") from error
    return shown


def _text_page(head: bytes) -> Image.Image:
    """Return the beginning of a text as a page: what is cut off at its end is left out."""
    try:
        text = head.decode("utf-8-sig", errors="strict" if len(head) < _READ_BYTES else "ignore")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            "the text is not UTF-8; save it as that", zh="文本不是 UTF-8 编码，请另存"
        ) from error
    page = Image.new("L", _PAGE, _PAPER)
    draw, font = ImageDraw.Draw(page), font_of(15)
    step = (_PAGE[1] - 2 * _MARGIN) / _LINES
    written = text.expandtabs(4).splitlines()[:_LINES]
    lines = [part for line in written for part in _wrapped(line, font, _PAGE[0] - 2 * _MARGIN)]
    for number, line in enumerate(lines[:_LINES]):
        draw.text((_MARGIN, _MARGIN + number * step), line, fill=_TEXT, font=font)
    return page


def _wrapped(line: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    """Return a line in parts that are no wider, broken at spaces where there are some."""
    left = line[:_LINE_SIGNS]
    while font.getlength(left) > width:
        fits = bisect_right(range(1, len(left)), width, key=lambda end: font.getlength(left[:end]))
        end = left.rfind(" ", 1, fits + 1)
        end = end if end > 0 else max(fits, 1)
        yield left[:end]
        left = left[end:].lstrip(" ")
    yield left
