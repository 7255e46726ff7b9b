"""A version's files in; how many of their frames lie before the shot's first one out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from mstation.errors import InvalidInput
from mstation.laying import lay
from mstation.media.kinds import Kind
from mstation.media.nouns import Probe
from mstation.station import blobs
from mstation.station.derived import derive
from mstation.station.organisations import Project
from mstation.station.production.playing import media_of
from mstation.station.production.shown import media_types
from mstation.station.production.versions import VersionFile
from mstation.station.station import Station
from mstation.timebase import FrameRate

_PROBE = TypeAdapter(Probe)


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


def head_frames_of(media: Measured, project_rate: FrameRate, shot_frames: int | None) -> int:
    """Return how many frames of media lie before the shot's first.

    Raises:
        InvalidInput: when they run at another rate, or a person must say how they lie.
    """
    if media.rate is not None and media.rate != project_rate:
        raise InvalidInput(
            f"{media.name} runs at {media.rate} frames a second, the project at {project_rate}",
            zh=f"{media.name} 为每秒 {media.rate} 帧，项目为 {project_rate}",
        )
    try:
        laid = lay(
            media.frames,
            shot_frames,
            first_number=media.first_number,
            start_timecode=media.start_timecode,
            rate=project_rate,
        )
    except InvalidInput as error:
        raise InvalidInput(f"{media.name}: {error}", zh=f"{media.name}：{error.zh}") from error
    return laid.head_frames
