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
    QUALITY = "quality"  # JSON: what a check of a delivery must know, measured over all of it


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
    Kind.QUALITY: Limits(3600, 2048, 64),
}

PREVIEW = "preview"  # what the process apart is told to make


class Preview(StrEnum):
    """What is shown of a file before it is paid for, marked with whose it is."""

    PICTURE = "picture"  # JPEG: the picture, the middle of a movie, or the first page
    THUMBNAIL = "thumbnail"  # the same, small; of a sound its waveform
    MOVIE = "movie"  # H.264 and AAC in MP4
    SOUND = "sound"  # the first minute, AAC in MP4
    WAVEFORM = "waveform"  # PNG


PREVIEW_LIMITS = {
    Preview.PICTURE: Limits(120, 3072, 64),
    Preview.THUMBNAIL: Limits(120, 3072, 16),
    Preview.MOVIE: Limits(6 * 3600, 3072, 65_536),
    Preview.SOUND: Limits(600, 2048, 64),
    Preview.WAVEFORM: Limits(600, 2048, 16),
}

FINGERPRINTS = "fingerprints"  # what a file is known by: asked for by itself, not kept as a file
FINGERPRINT_LIMITS = Limits(3600, 3072, 64)
ASKING_LIMITS = Limits(60, 2048, 64)  # of who only asks what is like a file

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
