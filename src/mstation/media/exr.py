"""An OpenEXR file in; its header's rate and timecode, and its pixels as they are shown, out.

Source: OpenEXR, Standard Attributes (`timeCode`, `framesPerSecond`, `chromaticities`,
`pixelAspectRatio`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from mstation.errors import InvalidInput
from mstation.media.faults import damaged, no_pictures, too_large
from mstation.media.movies import exact_rate, is_timecode
from mstation.media.nouns import Picture, Probe
from mstation.media.opening import MOST_PIXELS
from mstation.timebase import FrameRate

MEDIA_TYPE = "image/x-exr"
_SHOWN = ("RGBA", "RGB", "Y")  # what of a file is the picture, the first that it has
_LEAST_ASPECT = 1 / 8  # of a pixel, wide by high
_MOST_SAMPLES = 256 * 1024 * 1024  # over all channels

Header = dict[str, Any]


def probe_exr(path: str, rate: FrameRate | None = None) -> Probe:
    """Return what an EXR file holds; `rate`: by which its timecode counts, where it says none.

    Raises:
        InvalidInput: when it is damaged, or larger than anything that is shown.
    """
    header = _header(path)
    width, height = _size(header["displayWindow"])
    names = "".join(sorted(each.name for each in header["channels"] if "." not in each.name))
    rate = _rate(header) or rate
    aspect = _pixel_aspect(header)
    picture = Picture("exr", width, height, names, None, 1, aspect, colour=_colour(header))
    return Probe(MEDIA_TYPE, (picture,), start_timecode=_timecode(header, rate))


def rate_of_exr(path: str) -> FrameRate | None:
    """Return the rate that a file's header names, if any."""
    return _rate(_header(path))


def linear_picture(path: str) -> tuple[NDArray[np.float32], Header]:
    """Return the display window's pixels (height, width, 3), scene-linear, and the header.

    What lies outside the data window is black.

    Raises:
        InvalidInput: when the file is damaged.
        Unsupported: when it has neither colours nor brightness.
    """
    header = _header(path)
    with OpenEXR.File(path, num_threads=2) as file:
        if not file.parts:
            raise damaged("EXR")
        channels = file.parts[0].channels
        name = next((each for each in _SHOWN if each in channels), None)
        if name is None:
            raise no_pictures("EXR")
        pixels = np.asarray(channels[name].pixels, np.float32)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, 2)
    pixels = np.nan_to_num(pixels[:, :, :3], posinf=65504.0, neginf=0.0)
    return _in_display_window(pixels, header), header


def _header(path: str) -> Header:
    try:
        with OpenEXR.File(path, header_only=True) as file:
            header: Header = dict(file.parts[0].header)
    except (RuntimeError, ValueError, IndexError) as error:
        raise damaged("EXR") from error
    for window in ("dataWindow", "displayWindow"):
        width, height = _size(header[window])
        if min(width, height) < 1 or width * height > MOST_PIXELS:
            raise too_large(width, height, MOST_PIXELS)
    _refuse_many_channels(header)
    return header


def _refuse_many_channels(header: Header) -> None:
    width, height = _size(header["dataWindow"])
    channels = len(header["channels"])
    if width * height * channels > _MOST_SAMPLES:
        raise InvalidInput(
            f"the EXR has {channels} channels of {width} × {height}, more than can be opened here; "
            "send the beauty pass alone",
            zh=f"EXR 有 {channels} 个 {width} × {height} 的通道，超出可打开的范围；请只上传主画面",
        )


def _size(window: tuple[NDArray[np.int32], NDArray[np.int32]]) -> tuple[int, int]:
    """Return width and height of a window, whose last row and column are its own."""
    (left, top), (right, bottom) = window
    return int(right) - int(left) + 1, int(bottom) - int(top) + 1


def _in_display_window(pixels: NDArray[np.float32], header: Header) -> NDArray[np.float32]:
    (left, top), _ = header["displayWindow"]
    (data_left, data_top), _ = header["dataWindow"]
    width, height = _size(header["displayWindow"])
    if pixels.shape[:2] == (height, width) and (left, top) == (data_left, data_top):
        return pixels
    x, y = int(data_left) - int(left), int(data_top) - int(top)
    shown = np.zeros((height, width, 3), np.float32)
    inside = pixels[max(0, -y) : max(0, height - y), max(0, -x) : max(0, width - x)]
    rows, columns = inside.shape[:2]
    shown[max(0, y) : max(0, y) + rows, max(0, x) : max(0, x) + columns] = inside
    return shown


def _rate(header: Header) -> FrameRate | None:
    named = header.get("framesPerSecond")
    if named is None:
        return None
    top, bottom = (
        (named.numerator, named.denominator)
        if isinstance(named, Fraction)
        else (int(named.n), int(named.d))
    )
    return exact_rate(Fraction(top, bottom)) if top > 0 and bottom > 0 else None


def _timecode(header: Header, rate: FrameRate | None) -> str | None:
    named = header.get("timeCode")
    if named is None or rate is None:
        return None
    sign = ";" if named.dropFrame else ":"
    text = f"{named.hours:02}:{named.minutes:02}:{named.seconds:02}{sign}{named.frame:02}"
    return text if is_timecode(text, rate) else None


def _pixel_aspect(header: Header) -> tuple[int, int]:
    """Return how wide and how high a pixel is shown; what no lens does is square."""
    told = float(header.get("pixelAspectRatio", 1.0))
    if not _LEAST_ASPECT <= told <= 1 / _LEAST_ASPECT:
        return 1, 1
    aspect = Fraction(told).limit_denominator(1000)
    return aspect.numerator, aspect.denominator


def _colour(header: Header) -> str:
    named = header.get("chromaticities")
    return "" if named is None else " ".join(f"{float(each):.4f}" for each in tuple(named))
