"""Cuts: which frames of which shots make the film, one after another; one cut of a project plays.

A cut never changes, but for whether it plays. The script's cut comes with a build; an editor's is
taken in by `conforming`. A clip's frames count from its shot's own first frame, as the script has
it: those before are negative, and lie in the handle of whatever plays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
)

from mstation.errors import InvalidInput
from mstation.station.accounts import written
from mstation.station.change import Change, find, find_where, hold
from mstation.station.files import File
from mstation.station.ids import new_id
from mstation.station.organisations import Project, projects
from mstation.station.production.entities import Entity, Kind
from mstation.station.production.script import ListedClip, ShotList
from mstation.station.schema import Id, Moment, keep, metadata, own_columns, project_columns
from mstation.timebase import START_TIMECODE, FrameRate, frame_of_timecode

_MOST_NAMED = 5  # in one message
_SOUNDS = ("audio/", "video/")


class Origin(StrEnum):
    """Who made a cut."""

    SCRIPT = "script"  # a build of the film
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Clip:
    """A shot's use in a cut; ranges are half-open."""

    entity_id: str | None  # None: no tracked shot
    label: str
    record_first_frame: int  # of the film, from 0
    record_end_frame: int
    first_frame: int  # of the shot, from 0; negative: before its first frame
    end_frame: int
    speed: str = "1"  # frames of the shot a frame of the film, exact: "3/2"; 0: one frame held
    dissolve_frames: int = 0  # of the transition into it

    @property
    def frames(self) -> int:
        """How many frames of the film it lasts."""
        return self.record_end_frame - self.record_first_frame


@dataclass(frozen=True, slots=True)
class Cut:
    """One state of the edit."""

    id: str
    revision: int
    organisation_id: str
    project_id: str
    number: int  # from 1, in the project
    origin: Origin
    title: str
    rate: str  # exact: 24000/1001
    start_frame: int  # the timecode of the film's first frame, as frames from 00:00:00:00
    frames: int  # of the film
    account_id: str | None
    made_at: datetime
    # Thousands in a long film: no feed and no list tells them.
    clips: tuple[Clip, ...] = field(default=(), metadata={"secret": True})  # in record order
    build: str | None = None  # which build of the film it came with
    document: str = ""  # which document of an editor it was read from
    sound_digest: str | None = None  # of the mix that lies under it from its first frame on
    plays: bool = False


cuts = keep(
    Cut,
    Table(
        "cuts",
        metadata,
        *own_columns(),
        *project_columns(),
        Column("number", Integer, nullable=False),
        Column("origin", String(16), nullable=False),
        Column("title", String(200), nullable=False),
        Column("rate", String(16), nullable=False),
        Column("start_frame", Integer, nullable=False),
        Column("frames", Integer, nullable=False),
        Column("account_id", Id, ForeignKey("accounts.id")),
        Column("made_at", Moment, nullable=False),
        Column("clips", JSON, nullable=False),
        Column("build", String(64)),
        Column("document", String(200), nullable=False),
        Column("sound_digest", String(64)),
        Column("plays", Boolean, nullable=False),
        UniqueConstraint("project_id", "number"),
    ),
)


def add_script_cut(
    change: Change,
    project: Project,
    shots: ShotList,
    *,
    build: str | None = None,
    sound_file_id: str | None = None,
) -> Cut:
    """Make the cut that a build came with; it plays, unless an editor's does.

    The same cut again is not made again: the last of the script's is returned. Whoever calls this
    lets it be seen: `rendering.screen_again`.

    Raises:
        InvalidInput: when it runs at another rate than the project, a shot of it is not tracked,
            its clips overlap, or the sound is none.
    """
    hold(change.connection, projects, project.id)  # one number after another
    rate = rate_of(project, shots.rate)
    clips = _script_clips(change.connection, project, shots)
    cut = _new(
        change, project, Origin.SCRIPT, shots.title, rate, clips,
        build=None if build is None else written(build, "build", "构建"),
        sound_digest=sound_of(change.connection, project, sound_file_id),
    )  # fmt: skip
    last = last_cut(change.connection, project.id, Origin.SCRIPT)
    if last is not None and _says(last) == _says(cut):
        return last
    playing = playing_cut(change.connection, project.id)
    cut = change.add(cut)
    if playing is None or playing.origin is Origin.SCRIPT:
        cut = choose_cut(change, project, cut)
    return cut


def add_editor_cut(
    change: Change,
    project: Project,
    clips: tuple[Clip, ...],
    *,
    title: str,
    rate: FrameRate,
    start_frame: int,
    document: str,
    sound_digest: str | None = None,
) -> Cut:
    """Make a cut of an editor's; it plays.

    Raises:
        InvalidInput: when its clips overlap.
    """
    hold(change.connection, projects, project.id)
    cut = _new(
        change, project, Origin.EDITOR, title, rate, clips, start_frame=start_frame,
        document=document, sound_digest=sound_digest,
    )  # fmt: skip
    return choose_cut(change, project, change.add(cut))


def choose_cut(change: Change, project: Project, cut: Cut) -> Cut:
    """Let a cut play, and no other of its project.

    Raises:
        Stale: when somebody else changed it since it was read.
    """
    hold(change.connection, projects, project.id)
    for other in find_where(change.connection, Cut, project_id=project.id, plays=True):
        if other.id != cut.id:
            change.edit(other, plays=False)
    return change.edit(cut, plays=True)


def playing_cut(connection: Connection, project_id: str) -> Cut | None:
    """Return the cut that plays; None: there is none yet."""
    found = find_where(connection, Cut, project_id=project_id, plays=True)
    return found[0] if found else None


def has_playing_cut(connection: Connection, project_id: str) -> bool:
    """Return whether a cut plays, without reading it."""
    mine = (cuts.c.project_id == project_id) & cuts.c.plays
    return connection.execute(select(cuts.c.id).where(mine).limit(1)).first() is not None


def last_cut(connection: Connection, project_id: str, origin: Origin) -> Cut | None:
    """Return the newest cut of an origin."""
    mine = (cuts.c.project_id == project_id) & (cuts.c.origin == origin)
    query = select(cuts.c.id).where(mine).order_by(cuts.c.number.desc()).limit(1)
    id_ = connection.execute(query).scalar()
    return None if id_ is None else find(connection, Cut, id_)


def rate_of(project: Project, told: str) -> FrameRate:
    """Return the rate of a cut for a project.

    Raises:
        InvalidInput: when it is no rate, or another than the project's.
    """
    rate = FrameRate.parse(told)
    if rate != FrameRate.parse(project.rate):
        raise InvalidInput(
            f"the cut runs at {rate} frames a second, the project at {project.rate}: "
            "change the project's rate, or make the cut at it",
            zh=f"剪辑为每秒 {rate} 帧，项目为 {project.rate}；请修改项目帧率，或按该帧率重新制作",
        )
    return rate


def sound_of(connection: Connection, project: Project, file_id: str | None) -> str | None:
    """Return the digest of a file that is to be heard under a cut.

    Raises:
        NotFound: when there is no such file.
        InvalidInput: when it is another project's, or no sound.
    """
    if file_id is None:
        return None
    file = find(connection, File, file_id)
    if file.project_id != project.id:
        raise InvalidInput(
            f"`{file_id}` belongs to another project", zh=f"`{file_id}` 属于另一个项目"
        )
    if not file.media_type.startswith(_SOUNDS):
        raise InvalidInput(f"{file.name} is no sound", zh=f"{file.name} 不是声音文件")
    return file.digest


def _new(
    change: Change,
    project: Project,
    origin: Origin,
    title: str,
    rate: FrameRate,
    clips: tuple[Clip, ...],
    *,
    start_frame: int | None = None,
    build: str | None = None,
    document: str = "",
    sound_digest: str | None = None,
) -> Cut:
    """Return the next cut of a project, not yet written."""
    _check(clips)
    if start_frame is None:
        start_frame = frame_of_timecode(START_TIMECODE, rate)
    query = select(func.max(cuts.c.number)).where(cuts.c.project_id == project.id)
    number = 1 + (change.connection.execute(query).scalar() or 0)
    return Cut(
        new_id(), 1, project.organisation_id, project.id, number, origin,
        written(title.strip() or project.name, "title", "标题"), str(rate), start_frame,
        max((clip.record_end_frame for clip in clips), default=0), change.actor.account_id,
        change.at, clips, build, document, sound_digest,
    )  # fmt: skip


def _script_clips(connection: Connection, project: Project, shots: ShotList) -> tuple[Clip, ...]:
    """Return a build's clips, in record order, each with its tracked shot."""
    found = find_where(connection, Entity, project_id=project.id, kind=Kind.SHOT)
    tracked = {each.script_id: each for each in found if each.script_id and not each.omitted}
    missing = [clip.shot.label for clip in shots.clips if clip.shot.id not in tracked]
    if missing:
        told = ", ".join(f"{label:.40}" for label in missing[:_MOST_NAMED])
        raise InvalidInput(
            f"{len(missing)} shots of this build are not tracked ({told}); publish its script "
            "first: /script/plan, then /script",
            zh=f"此版成片有 {len(missing)} 个镜头尚未登记（{told}）；"
            "请先发布剧本：/script/plan 与 /script",
        )
    ordered = sorted(shots.clips, key=lambda clip: clip.film_first_frame)
    return tuple(_script_clip(clip, tracked) for clip in ordered)


def _script_clip(clip: ListedClip, tracked: Mapping[str, Entity]) -> Clip:
    shot, first = clip.shot, clip.film_first_frame
    frames = shot.end_frame - shot.first_frame
    return Clip(tracked[shot.id].id, shot.label, first, first + frames, 0, frames)


def _check(clips: tuple[Clip, ...]) -> None:
    for clip in clips:
        if clip.record_first_frame < 0 or clip.frames <= 0:
            raise InvalidInput(
                f"{clip.label:.60} has no frame in the film",
                zh=f"{clip.label:.60} 在影片中没有画面",
            )
    for clip, after in pairwise(clips):
        if after.record_first_frame < clip.record_end_frame:
            raise InvalidInput(
                f"{clip.label:.60} and {after.label:.60} lie over each other",
                zh=f"{clip.label:.60} 与 {after.label:.60} 相互重叠",
            )


def _says(cut: Cut) -> Cut:
    """Return a cut without what tells it from another that says the same."""
    return replace(
        cut, id="", revision=0, number=0, account_id=None, made_at=datetime.min, plays=False
    )
