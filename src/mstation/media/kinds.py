"""What can be made of a media file to look at, to listen to or to know it by."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """A small copy of a file, or a description of it."""

    PROBE = "probe"  # JSON: streams, rate, frames, start timecode
    THUMBNAIL = "thumbnail"  # one picture: JPEG, or PNG where it has transparency
    FILMSTRIP = "filmstrip"  # a sheet of pictures over the whole length: JPEG
    WAVEFORM = "waveform"  # least and greatest sample of each stretch: JSON
    PEAKS = "peaks"  # the same, binary
    PROXY = "proxy"  # H.264 and AAC in MP4, every frame kept


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process that opens a file may use."""

    seconds: int  # of the clock and of a processor, whichever is first
    megabytes: int  # of address space
    out_megabytes: int  # of each file that it writes


LIMITS = {
    Kind.PROBE: Limits(60, 2048, 16),
    Kind.THUMBNAIL: Limits(60, 2048, 16),
    Kind.FILMSTRIP: Limits(300, 2048, 64),
    Kind.WAVEFORM: Limits(600, 2048, 256),
    Kind.PEAKS: Limits(600, 2048, 256),
    Kind.PROXY: Limits(6 * 3600, 3072, 65_536),
}

# What is derived is kept under this number too: with another number it is made again.
RECIPE = 2


@dataclass(frozen=True, slots=True)
class Derived:
    """What was made: its media type, and what one must know to use it.

    details, of a filmstrip: `columns`, `rows`, `width`, `height` of a picture, `frames` (the number
    of each picture's frame); of a waveform: `sample_rate`, `samples_per_pixel`, `channels`,
    `length`; of a proxy: `width`, `height`, `frames`, `rate`.
    """

    media_type: str
    details: dict[str, Any] = field(default_factory=dict)
