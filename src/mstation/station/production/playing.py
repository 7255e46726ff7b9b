"""A cut's clips and what was made of their shots in; what plays for each clip, and why, out.

The latest approved version of the latest kind of work that has one plays; where nothing is
approved, the newest of a build does: previs, until something better comes. What cannot fill the
clip is passed over, and told. Nothing here reads a database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from mstation.station.production.cuts import Clip
from mstation.station.production.versions import VersionFile

_MOVIES = ("video/", "application/mxf")  # beginnings of media types that have frames
_PICTURES = "image/"
_NUMBERED = re.compile(r"(.*?)(\d{1,9})(\.[A-Za-z0-9]+)", re.ASCII)  # shot.1001.exr


class Why(StrEnum):
    """Why a version plays."""

    APPROVED = "approved"  # the latest of the latest kind of work
    PREVIS = "previs"  # the newest of a build


class Lack(StrEnum):
    """Why a version is passed over."""

    NO_PICTURE = "no_picture"  # no file of it that the project has is a movie or a sequence
    HOLES = "holes"  # numbers are missing in its sequence
    TOO_SHORT = "too_short"  # for the clip


@dataclass(frozen=True, slots=True)
class Media:
    """What of a version can be shown: a movie, a still, or the pictures of a sequence in order."""

    files: tuple[VersionFile, ...]
    frames: int | None  # None: not known; of a still: as many as are wanted
    is_sequence: bool = False
    first_number: int = 0  # of a sequence
    lacks_some: bool = False  # of a sequence: numbers between the first and the last


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that may play."""

    version_id: str
    number: int
    type_id: str | None
    rank: float  # of its kind of work among the project's: the later, the greater
    is_approved: bool
    is_of_build: bool
    head_frames: int
    media: Media | None


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A version that would play, and why it does not."""

    version_id: str
    number: int
    type_id: str | None
    lack: Lack
    head_frames: int = 0  # so many are missing before its first
    tail_frames: int = 0  # and after its last


@dataclass(frozen=True, slots=True)
class Playing:
    """What plays in a clip; `first_frame` is the one of the media at the clip's first frame."""

    clip: Clip
    why: Why | None = None  # None: nothing plays
    version_id: str | None = None
    number: int | None = None
    type_id: str | None = None
    head_frames: int = 0
    first_frame: int | None = None
    media: Media | None = None
    passed_over: tuple[PassedOver, ...] = ()


def play(clips: Iterable[Clip], made: Mapping[str, Sequence[Candidate]]) -> tuple[Playing, ...]:
    """Return what plays in each clip of a cut.

    made: versions of each shot, by its id, in any order.
    """
    ranked = {entity_id: _ranked(versions) for entity_id, versions in made.items()}
    return tuple(_playing(clip, ranked.get(clip.entity_id or "", ())) for clip in clips)


def media_of(
    files: Sequence[VersionFile], types: Mapping[str, str], frames: int | None
) -> Media | None:
    """Return what of a version's files can be shown: a movie, the longest sequence or a still.

    types: the media types of the files that the project has, by digest.
    frames: how many the version says that it has.
    """
    movies = [file for file in files if types.get(file.digest, "").startswith(_MOVIES)]
    if movies:
        return Media((movies[0],), frames)
    pictures = [file for file in files if types.get(file.digest, "").startswith(_PICTURES)]
    longest = max(_sequences(pictures), key=len, default={})
    if len(longest) < 2:
        return Media((pictures[0],), None) if pictures else None
    numbers = sorted(longest)
    lacks_some = numbers[-1] - numbers[0] + 1 != len(numbers)
    ordered = tuple(longest[number] for number in numbers)
    return Media(ordered, len(numbers), True, numbers[0], lacks_some)


def _sequences(pictures: Sequence[VersionFile]) -> Iterable[dict[int, VersionFile]]:
    """Return pictures by what their names say beside a number, each by its number."""
    found: dict[tuple[str, str], dict[int, VersionFile]] = {}
    for file in pictures:
        named = _NUMBERED.fullmatch(file.name)
        if named:
            found.setdefault((named[1], named[3]), {})[int(named[2])] = file
    return found.values()


def _ranked(versions: Sequence[Candidate]) -> list[tuple[Why, Candidate]]:
    """Return versions in the order in which they would play, each once."""
    approved = [each for each in versions if each.is_approved]
    approved.sort(key=lambda each: (each.rank, each.number), reverse=True)
    previs = [each for each in versions if each.is_of_build and not each.is_approved]
    previs.sort(key=lambda each: each.version_id, reverse=True)  # ids are in the order of time
    return [(Why.APPROVED, each) for each in approved] + [(Why.PREVIS, each) for each in previs]


def _playing(clip: Clip, ranked: Sequence[tuple[Why, Candidate]]) -> Playing:
    passed: list[PassedOver] = []
    for why, each in ranked:
        lack = _lack(clip, each)
        if lack is None:
            first = clip.first_frame if Fraction(clip.speed) >= 0 else clip.end_frame - 1
            return Playing(
                clip, why, each.version_id, each.number, each.type_id, each.head_frames,
                first + each.head_frames, each.media, tuple(passed),
            )  # fmt: skip
        passed.append(lack)
    return Playing(clip, passed_over=tuple(passed))


def _lack(clip: Clip, each: Candidate) -> PassedOver | None:
    """Return why a version cannot fill a clip; None: it can."""
    named = (each.version_id, each.number, each.type_id)
    if each.media is None:
        return PassedOver(*named, Lack.NO_PICTURE)
    if each.media.lacks_some:
        return PassedOver(*named, Lack.HOLES)
    before = max(0, -clip.first_frame - each.head_frames)
    frames = each.media.frames
    after = 0 if frames is None else max(0, clip.end_frame + each.head_frames - frames)
    return PassedOver(*named, Lack.TOO_SHORT, before, after) if before or after else None
