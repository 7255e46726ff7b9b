"""Media that came back in; how many of their frames lie before the shot's first one out.

A shot's first frame is 01:00:00:00 of its source, and number 1001 of a sequence. Media that say
neither are laid by their length; where that leaves a doubt, the person must say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from mstation.errors import InvalidInput
from mstation.media.kinds import Kind
from mstation.media.nouns import Probe
from mstation.media.timecode import counting_rate, frame_of
from mstation.station import blobs
from mstation.station.derived import derive
from mstation.station.organisations import Project
from mstation.station.production.playing import media_of
from mstation.station.production.shown import media_types
from mstation.station.production.versions import VersionFile
from mstation.station.station import Station
from mstation.timebase import START_TIMECODE, FrameRate, frame_of_timecode

FIRST_NUMBER = 1001
_PROBE = TypeAdapter(Probe)
_NO_NUMBERS = (0, 1)  # what programs begin with that were not told


@dataclass(frozen=True, slots=True)
class Measured:
    """What media say of themselves."""

    name: str
    frames: int
    rate: FrameRate | None = None  # None: they do not say
    start_timecode: str | None = None
    first_number: int | None = None  # of a sequence


def measure(station: Station, project: Project, files: Sequence[VersionFile]) -> Measured:
    """Return what the media among a version's files say; a movie is opened in its own process.

    Raises:
        InvalidInput: when none of the project's files among them is a movie or a sequence, or it
            is damaged.
    """
    with station.reading() as connection:
        types = media_types(connection, project.id, {file.digest for file in files})
    media = media_of(files, types, None)
    if media is None or media.lacks_some or (media.is_sequence and media.frames is None):
        raise InvalidInput(
            "no file of this version is a movie or a whole sequence that the project has",
            zh="此版本中没有本项目的视频或完整序列",
        )
    name = media.files[0].name
    if media.is_sequence:
        return Measured(name, len(media.files), first_number=media.first_number)
    kept = derive(station, media.files[0].digest, Kind.PROBE)
    probe = _PROBE.validate_json(blobs.read(station.blobs, kept.digest))
    return Measured(name, probe.frames, probe.rate, probe.start_timecode)


def lay(media: Measured, project_rate: FrameRate, shot_frames: int | None) -> int:
    """Return how many frames of media lie before the shot's first.

    Raises:
        InvalidInput: when they run at another rate, lie elsewhere, begin after the shot does, or
            say nothing that leaves no doubt.
    """
    if media.rate is not None and media.rate != project_rate:
        raise InvalidInput(
            f"{media.name} runs at {media.rate} frames a second, the project at {project_rate}",
            zh=f"{media.name} 为每秒 {media.rate} 帧，项目为 {project_rate}",
        )
    head = _told(media, project_rate)
    if head is None:
        return _by_length(media, shot_frames)
    if head < 0 or head >= media.frames:
        start = media.start_timecode or media.first_number
        raise InvalidInput(
            f"{media.name} begins at {start}, and the shot's first frame is {START_TIMECODE}, or "
            f"{FIRST_NUMBER} of a sequence; say `head_frames` where it lies otherwise",
            zh=f"{media.name} 始于 {start}，而镜头首帧应为 {START_TIMECODE}"
            f"（序列为 {FIRST_NUMBER}）；如另有约定，请给出 `head_frames`",
        )
    return head


def _told(media: Measured, rate: FrameRate) -> int | None:
    """Return what timecode or numbers say; None: nothing."""
    if media.first_number is not None:
        is_told = media.first_number not in _NO_NUMBERS
        return FIRST_NUMBER - media.first_number if is_told else None
    if media.start_timecode is None:
        return None
    start = frame_of(media.start_timecode, rate)
    first = frame_of_timecode(START_TIMECODE, counting_rate(media.start_timecode, rate))
    return first - start if start else None


def _by_length(media: Measured, shot_frames: int | None) -> int:
    more = -1 if shot_frames is None else media.frames - shot_frames
    if more < 0 or more % 2:
        raise InvalidInput(
            f"{media.name} has {media.frames} frames and says by neither timecode nor numbers how "
            f"they lie in the shot ({shot_frames} frames); say `head_frames`",
            zh=f"{media.name} 有 {media.frames} 帧，既无时间码也无编号可判断其在镜头"
            f"（{shot_frames} 帧）中的位置；请给出 `head_frames`",
        )
    return more // 2
