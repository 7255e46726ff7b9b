"""An OpenTimelineIO document in, its tracks, clips and markers out.

Read as the plain JSON that it is: a document from outside may hold anything, and the format's own
library does not survive everything. What else a document holds is passed over.
Source: OpenTimelineIO, Timeline.1, Track.1, Clip.1 and Clip.2, Gap.1, Transition.1, Marker.2.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mstation.check.files import read_bytes
from mstation.errors import InvalidInput

OTIO = "film.otio"
_MOST_BYTES = 256_000_000
_KNOWN = ("Timeline.1",)

Metadata = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Time:
    """A time: so many units of which `rate` make a second."""

    value: float
    rate: float


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of time."""

    start_time: Time
    duration: Time


@dataclass(frozen=True, slots=True)
class Media:
    """A file that a clip points into; a clip may point at nothing."""

    target_url: str = ""
    available_range: Range | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What lies on a track: a clip, a gap, a transition, or tracks within tracks."""

    OTIO_SCHEMA: str
    name: str | None = ""
    metadata: Metadata = field(default_factory=dict)
    source_range: Range | None = None
    media_reference: Media | None = None  # of a Clip.1
    media_references: dict[str, Media] = field(default_factory=dict)
    active_media_reference_key: str = "DEFAULT_MEDIA"

    @property
    def kind(self) -> str:
        """What it is, whatever its version: a Clip, a Gap, a Transition, a Stack."""
        return self.OTIO_SCHEMA.partition(".")[0]

    @property
    def media(self) -> Media:
        """The file that is played."""
        chosen = self.media_references.get(self.active_media_reference_key)
        return chosen or self.media_reference or Media()

    @property
    def played(self) -> Range | None:
        """The stretch of the file that is played: all of it where none is chosen."""
        return self.source_range or self.media.available_range


@dataclass(frozen=True, slots=True)
class Marker:
    """A mark over a stretch of a track."""

    marked_range: Range
    name: str | None = ""
    metadata: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Track:
    """A track: its items one after the other."""

    kind: str = ""
    name: str | None = ""
    children: tuple[Item, ...] = ()
    markers: tuple[Marker, ...] = ()

    @property
    def has_clips(self) -> bool:
        """Whether anything is played on it."""
        return any(item.kind == "Clip" for item in self.children)


@dataclass(frozen=True, slots=True)
class Stack:
    """Tracks that play at once."""

    children: tuple[Track, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole cut."""

    OTIO_SCHEMA: str
    tracks: Stack
    name: str | None = ""
    metadata: Metadata = field(default_factory=dict)


_TIMELINE = TypeAdapter(Timeline)


def read_timeline(path: Path) -> Timeline:
    """Return the timeline of an OTIO document.

    Raises:
        NotFound: there is no such file.
        InvalidInput: it is no OTIO document, or holds no timeline.
    """
    data = read_bytes(path, most=_MOST_BYTES)
    try:
        timeline = _TIMELINE.validate_python(json.loads(data))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise broken(f"`{where}`: {first['msg']}", f"`{where}` 不合 OpenTimelineIO 格式") from error
    except (ValueError, RecursionError, OverflowError) as error:
        reason = " ".join(str(error).split())[:200]
        raise broken(f"it is not JSON: {reason}", f"不是 JSON 文档：{reason}") from error
    if timeline.OTIO_SCHEMA not in _KNOWN:
        raise broken(
            f"it is a `{timeline.OTIO_SCHEMA}`, not a timeline that is known here",
            f"这是 `{timeline.OTIO_SCHEMA}`，不是可以识别的时间线",
        )
    return timeline


def broken(what: str, zh: str) -> InvalidInput:
    """Return what is said of a timeline that cannot be used."""
    return InvalidInput(
        f"{what}; make the film again, or check the folder that `mstation make` wrote",
        path=OTIO,
        zh=f"{zh}；请重新生成影片，或检查 `mstation make` 写出的目录",
    )
