"""`film.otio` in, the film's plan out: shots, voices, actions and scenes at their film frames.

Only what lies on the tracks says when something is seen or heard; the metadata says what it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from mstation.check.otio import OTIO, Item, Metadata, Time, Track, broken, read_timeline
from mstation.timebase import FrameRate

MOVIE = "film.mp4"
DIALOGUE = "stems/dialogue.wav"
MOST_FRAMES = 1_000_000  # eleven hours: more is no film but a mistake
_LATEST_FRAME = MOST_FRAMES + 120 * 86_400  # of a movie whose timecode starts late in the day
_ENOUGH = 1e-3  # of a frame: what rounding leaves

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class WordTold:
    """A word of a voice, in seconds from its first sound."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class ShotTold:
    """What a clip of the picture says of its shot."""

    scene: str
    shot: str = ""
    role: str = ""
    size: str = ""
    angle: str = ""
    move: str = ""
    lens_mm: float = 0.0
    subjects: tuple[str, ...] = ()
    axis: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    shake_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class VoiceTold:
    """What a clip of a dialogue track says of its line."""

    scene: str
    line: str
    character: str = ""
    speaker: str = ""
    text: str = ""
    presence: str = "on"
    words: tuple[WordTold, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionTold:
    """What a marker says of its paragraph of action."""

    kind: str
    id: str
    scene: str
    text: str = ""
    characters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SceneTold:
    """What the timeline says of a scene, in film frames."""

    label: str
    heading: str = ""
    place: str = ""
    first_frame: int = 0
    frames: int = 0
    eighths: int = 0


@dataclass(frozen=True, slots=True)
class FilmTold:
    """What the timeline says of the film."""

    rate: str
    language: str = ""
    style: str = ""
    asl_s: float = 0.0
    scenes: tuple[SceneTold, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip where it lies in the film; `media_frame` is where it points in its file."""

    name: str
    first_frame: int
    frames: int
    media: str
    media_frame: int
    told: Any

    @property
    def end_frame(self) -> int:
        """The first film frame after it."""
        return self.first_frame + self.frames


@dataclass(frozen=True, slots=True)
class Plan:
    """The film as its timeline has it."""

    title: str
    rate: FrameRate
    frames: int
    told: FilmTold
    scenes: tuple[SceneTold, ...]
    shots: tuple[Placed, ...] = field(default=())
    voices: tuple[Placed, ...] = field(default=())
    actions: tuple[Placed, ...] = field(default=())


_adapters: dict[Any, TypeAdapter[Any]] = {}


def read_plan(folder: Path) -> Plan:
    """Return what `film.otio` says of a film.

    Raises:
        NotFound: there is none.
        InvalidInput: it is no timeline of a film, or its frames do not add up.
    """
    timeline = read_timeline(folder / OTIO)
    told = _told(timeline.metadata, FilmTold, "the timeline", "时间线")
    rate = FrameRate.parse(told.rate)
    tracks = timeline.tracks.children
    pictures = [track for track in tracks if track.kind == "Video" and track.has_clips]
    if not pictures:
        raise broken("it has no picture track with shots", "没有包含镜头的画面轨")
    shots = tuple(_placed(pictures[0], ShotTold, rate))
    voices = tuple(
        placed
        for track in tracks
        if track.kind == "Audio" and (track.name or "").startswith("dialogue")
        for placed in _placed(track, VoiceTold, rate)
    )
    frames = max(shot.end_frame for shot in shots)
    scenes = told.scenes or _scenes_of(shots)
    _check_scenes(scenes, frames)
    actions = tuple(_actions(pictures[0], rate))
    return Plan(timeline.name or "", rate, frames, told, scenes, shots, voices, actions)


def _told(metadata: Metadata, noun: type[Told], what: str, zh: str) -> Told:
    """Return what `metadata["mstation"]` says, as a noun."""
    if "mstation" not in metadata:
        raise broken(
            f'{what} carries no metadata["mstation"], so nothing says what it is',
            f'{zh}没有 metadata["mstation"]，不知道是什么内容',
        )
    if noun not in _adapters:
        _adapters[noun] = TypeAdapter(noun)
    try:
        found: Told = _adapters[noun].validate_python(metadata["mstation"])
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise broken(
            f'{what}: metadata["mstation"], `{where}`: {first["msg"]}',
            f'{zh}：metadata["mstation"] 的 `{where}` 不合格式',
        ) from error
    return found


def _placed(track: Track, noun: type[Any], rate: FrameRate) -> Iterator[Placed]:
    """Yield a track's clips, each at the frame where it lies."""
    at = 0
    for item in track.children:
        if item.kind == "Transition":
            continue  # it lies over two clips and takes no time of its own
        if item.kind not in ("Clip", "Gap"):
            raise broken(
                f"track `{track.name}` holds a {item.kind}; flatten it to clips first",
                f"轨道 `{track.name}` 中有 {item.kind}；请先展平为片段",
            )
        name = item.name or item.kind
        played = item.played
        if played is None:
            raise broken(f"`{name}` has no length", f"`{name}` 没有长度")
        frames = _frames(played.duration, rate, name)
        if item.kind == "Clip":
            if frames < 1:
                raise broken(f"`{name}` has no length", f"`{name}` 没有长度")
            told = _told(item.metadata, noun, f"`{name}`", f"`{name}`")
            yield Placed(name, at, frames, item.media.target_url, _media_frame(item, rate), told)
        at += frames


def _media_frame(clip: Item, rate: FrameRate) -> int:
    """Return which frame of its file a clip starts at."""
    name, available, played = clip.name or clip.kind, clip.media.available_range, clip.played
    first = _frames(available.start_time, rate, name) if available else 0
    return (_frames(played.start_time, rate, name) if played else first) - first


def _frames(time: Time, rate: FrameRate, name: str) -> int:
    """Return a time as a whole number of frames of the film."""
    if not (math.isfinite(time.value) and math.isfinite(time.rate) and time.rate > 0):
        raise broken(f"`{name}` lies at no time at all", f"`{name}` 的时间不是有限数值")
    value = Fraction(time.value)
    if not math.isclose(time.rate, float(rate.fraction), rel_tol=1e-6):
        value = value / Fraction(time.rate) * rate.fraction
    if not 0 <= value + Fraction(_ENOUGH) <= _LATEST_FRAME:
        raise broken(
            f"`{name}`: frame {float(value):g} is beyond any film",
            f"`{name}`：第 {float(value):g} 帧，超出任何影片的长度",
        )
    if abs(value - round(value)) > _ENOUGH:
        raise broken(
            f"`{name}` lies between two frames: {float(value):g} at {rate} a second",
            f"`{name}` 落在两帧之间：按每秒 {rate} 帧计为 {float(value):g}",
        )
    return round(value)


def _actions(track: Track, rate: FrameRate) -> Iterator[Placed]:
    for marker in track.markers:
        if "mstation" not in marker.metadata:
            continue  # an editor's own marker
        name = marker.name or "marker"
        told = _told(marker.metadata, ActionTold, f"`{name}`", f"`{name}`")
        if told.kind == "action":
            first = _frames(marker.marked_range.start_time, rate, name)
            frames = _frames(marker.marked_range.duration, rate, name)
            yield Placed(name, first, frames, "", first, told)


def _scenes_of(shots: Sequence[Placed]) -> tuple[SceneTold, ...]:
    """Return the scenes of a timeline that lists none: runs of shots of one scene."""
    runs = [list(run) for _, run in groupby(shots, key=lambda shot: shot.told.scene)]
    return tuple(
        SceneTold(
            run[0].told.scene,
            first_frame=run[0].first_frame,
            frames=run[-1].end_frame - run[0].first_frame,
        )
        for run in runs
    )


def _check_scenes(scenes: Sequence[SceneTold], frames: int) -> None:
    """Raise unless the scenes follow each other over the whole film, each with its own label."""
    at = 0
    for scene in scenes:
        if scene.first_frame != at or scene.frames < 1:
            raise broken(
                f"scene {scene.label} is listed from frame {scene.first_frame} for {scene.frames} "
                f"frames, but the scenes before it end at {at}",
                f"场 {scene.label} 标为从第 {scene.first_frame} 帧起共 {scene.frames} 帧，"
                f"而之前各场到第 {at} 帧为止",
            )
        at += scene.frames
    if at != frames:
        raise broken(
            f"its scenes add up to {at} frames, its shots to {frames}",
            f"各场共 {at} 帧，各镜头共 {frames} 帧",
        )
    if len({scene.label for scene in scenes}) < len(scenes):
        raise broken("two scenes have the same label", "有两场的编号相同")
    if frames > MOST_FRAMES:
        raise broken(f"{frames} frames is beyond any film", f"{frames} 帧，超出任何影片的长度")
