"""What a media file holds: pictures, sound, their exact rate and where they start."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.timebase import FrameRate


@dataclass(frozen=True, slots=True)
class Picture:
    """A stream of pictures, or one picture (`frames` 1, no rate)."""

    codec: str
    width: int  # pixels, as stored
    height: int
    pixel_format: str
    rate: FrameRate | None
    frames: int
    pixel_aspect: tuple[int, int] = (1, 1)  # how wide and how high a pixel is shown
    is_variable: bool = False  # its frames last unequally; `rate` is their mean
    colour: str = ""  # primaries, transfer, matrix as the file names them; "": it does not


@dataclass(frozen=True, slots=True)
class Sound:
    """A stream of sound."""

    codec: str
    sample_rate: int
    channels: int
    samples: int  # a channel
    start_sample: int | None = None  # since midnight, where the file says (Broadcast Wave)


@dataclass(frozen=True, slots=True)
class Probe:
    """A media file: what is known without decoding it."""

    media_type: str
    pictures: tuple[Picture, ...] = ()
    sounds: tuple[Sound, ...] = ()
    start_timecode: str | None = None  # `;` before the frames: drop-frame
    first_number: int | None = None  # of an image sequence: the number of its first file
    missing: tuple[int, ...] = ()  # numbers of files that a sequence lacks

    @property
    def rate(self) -> FrameRate | None:
        """The rate of its pictures."""
        return self.pictures[0].rate if self.pictures else None

    @property
    def frames(self) -> int:
        """How many pictures it shows."""
        return self.pictures[0].frames if self.pictures else 0
