"""An editor's document in; what becomes of every clip of the playing cut out; then the new cut.

Clips are known by the shot's id, by its label, or by the name of a file of its versions. Where a
document plays the film's own movie, the script's cut says which shots lie in it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

import orjson
from sqlalchemy import Connection, select

from mstation.conform import ClipFate, CutClip, CutList, Fate, conform, in_own_timecode
from mstation.conform.sources import Sources
from mstation.errors import InvalidInput, Stale
from mstation.station.change import Change, find_where, hold
from mstation.station.organisations import Project, projects
from mstation.station.production.cuts import (
    Clip,
    Cut,
    Origin,
    add_editor_cut,
    last_cut,
    playing_cut,
)
from mstation.station.production.entities import Entity, Kind
from mstation.station.production.playing import Playing
from mstation.station.production.shown import playing_of
from mstation.station.production.tasks import tasks
from mstation.station.production.turnover import cut_list, source_start
from mstation.station.production.versions import versions
from mstation.station.production.workflow import Phase, statuses
from mstation.timebase import START_TIMECODE, FrameRate, frame_of_timecode

FILM = "film.mp4"
_SIGNS = 200
_MOST_FRAMES = 2**31
_FINEST = 1_000_000  # of a speed: documents that count by floats say more than they mean
_OTHER_FRAMES = {Fate.TRIMMED, Fate.RETIMED, Fate.REPEATED, Fate.MISSING, Fate.NEW}


@dataclass(frozen=True, slots=True)
class ClipStep:
    """What becomes of one clip; frames count from the film's first."""

    fates: tuple[Fate, ...]
    label: str
    entity_id: str | None  # None: no tracked shot
    record_first_frame: int | None  # None: it is missing
    record_end_frame: int | None
    record_first_before: int | None
    record_end_before: int | None
    head_trim_frames: int  # of the shot: positive, it begins later
    tail_trim_frames: int  # positive: it ends earlier
    lacking_head_frames: int  # asked for, and not in what plays
    lacking_tail_frames: int
    candidates: tuple[str, ...]  # of an ambiguous one: what it may be


@dataclass(frozen=True, slots=True)
class TouchedTask:
    """An open task on a shot that loses or gains frames."""

    task_id: str
    entity_id: str
    type_id: str
    assignee_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditPlan:
    """Every clip of the document in its order, then what is missing; a digest to agree by."""

    title: str
    rate: str
    frames: int
    frames_before: int
    counts: dict[Fate, int]
    clips: tuple[ClipStep, ...]
    tasks: tuple[TouchedTask, ...]
    people_ids: tuple[str, ...]  # whom these are given to
    digest: str


def require_countable(read: CutList) -> None:
    """Refuse frames that no film has.

    Raises:
        InvalidInput: when a clip lies beyond them.
    """
    for clip in read.clips:
        told = (clip.record_first_frame, clip.record_end_frame, clip.source_first_frame,
                clip.source_end_frame, clip.dissolve_frames, read.start_frame)  # fmt: skip
        if not all(abs(frame) < _MOST_FRAMES for frame in told):
            raise InvalidInput(
                f"`{_shown(clip.name)}` lies beyond every film",
                zh=f"`{_shown(clip.name)}` 的位置超出范围",
            )


def plan_edit(connection: Connection, project: Project, read: CutList) -> EditPlan:
    """Return what becomes of every clip when an editor's cut is taken in.

    Raises:
        InvalidInput: when the playing cut runs at another rate, or a clip lies beyond every film.
    """
    require_countable(read)
    playing = playing_cut(connection, project.id)
    plays = () if playing is None else playing_of(connection, playing)
    before = CutList("", read.rate, 0, ()) if playing is None else cut_list(playing, plays)
    after = _located(connection, project, read, plays)
    told = conform(before, after)
    steps = tuple(_step(each) for each in told.clips)
    touched = {step.entity_id for step in steps if _OTHER_FRAMES.intersection(step.fates)}
    open_tasks = _open_tasks(connection, project, touched)
    people = dict.fromkeys(who for task in open_tasks for who in task.assignee_ids)
    seen = [
        None if playing is None else (playing.id, playing.revision),
        [asdict(step) for step in steps],
        [asdict(task) for task in open_tasks],
        [asdict(_clip(each, 0)) for each in after.clips],
    ]
    return EditPlan(
        _shown(read.title),
        str(read.rate),
        max((clip.record_end_frame for clip in after.clips), default=0),
        0 if playing is None else playing.frames,
        dict(Counter(fate for step in steps for fate in step.fates)),
        steps,
        open_tasks,
        tuple(people),
        hashlib.sha256(orjson.dumps(seen)).hexdigest(),
    )


def take_in(
    change: Change,
    project: Project,
    read: CutList,
    agreed: str,
    *,
    document: str,
    sound_digest: str | None = None,
) -> Cut:
    """Make an editor's cut of a document, as the agreed plan says; it plays.

    Raises:
        Stale: when anything that the plan tells changed since it was made.
        InvalidInput: when the playing cut runs at another rate.
    """
    hold(change.connection, projects, project.id)  # what plays stays what was planned
    if plan_edit(change.connection, project, read).digest != agreed:
        raise Stale(
            "the project changed since this plan was made; look at the new plan",
            zh="制定计划之后项目已有变动，请查看新的计划",
        )
    playing = playing_cut(change.connection, project.id)
    plays = () if playing is None else playing_of(change.connection, playing)
    after = _located(change.connection, project, read, plays)
    start = source_start(after.rate)
    return add_editor_cut(
        change, project, tuple(_clip(each, start) for each in after.clips),
        title=_shown(read.title), rate=after.rate, start_frame=after.start_frame,
        document=_shown(document), sound_digest=sound_digest,
    )  # fmt: skip


def _located(
    connection: Connection, project: Project, read: CutList, plays: Iterable[Playing]
) -> CutList:
    """Return a cut whose clips say which tracked shot they are of, in the shots' own timecode.

    Media that count from 00:00:00:00, as those without timecode do, are laid by what plays.
    """
    script = last_cut(connection, project.id, Origin.SCRIPT)
    if script is not None and FrameRate.parse(script.rate) == read.rate:
        read = in_own_timecode(read, _film(script))
    shots = find_where(connection, Entity, project_id=project.id, kind=Kind.SHOT)
    ids = {each.script_id: each.id for each in shots} | {each.id: each.id for each in shots}
    labels = {each.id: each.label for each in shots}
    sources = Sources(_sources(connection, project, shots))
    heads = {each.clip.entity_id: each.head_frames for each in plays if each.version_id}
    start, counted = source_start(read.rate), _counted_start(read)
    clips = []
    for clip in read.clips:
        clip = replace(clip, shot_id=ids.get(clip.shot_id))
        found = sources.of(clip)
        if len(found) == 1:
            id_ = found[0][0]
            clip = replace(clip, shot_id=id_, name=labels[id_], reel="")
            by = start - counted
            if clip.source_end_frame <= counted // 2:
                by = start - heads.get(id_, 0)
            first, end = clip.source_first_frame + by, clip.source_end_frame + by
            clip = replace(clip, source_first_frame=first, source_end_frame=end)
        clips.append(clip)
    return replace(read, clips=tuple(clips))


def _counted_start(read: CutList) -> int:
    """Return the frame that 01:00:00:00 is in a document: 29.97 is counted in two ways."""
    dropping = source_start(read.rate)
    plain = frame_of_timecode(START_TIMECODE, FrameRate(read.rate.nominal))
    is_plain = read.start_frame and read.start_frame % plain == 0
    return plain if is_plain else dropping


def _film(script: Cut) -> CutList:
    """Return the script's cut as `film.otio` has it: every shot lies in one movie."""
    rate = FrameRate.parse(script.rate)
    start = source_start(rate)
    clips = tuple(
        CutClip(
            clip.label, start + clip.record_first_frame, start + clip.record_end_frame,
            clip.record_first_frame, clip.record_end_frame, shot_id=clip.entity_id, file=FILM,
        )
        for clip in script.clips
    )  # fmt: skip
    return CutList(script.title, rate, script.start_frame, clips)


def _sources(
    connection: Connection, project: Project, shots: Iterable[Entity]
) -> Iterable[CutClip]:
    """Return every tracked shot as a source: by its label, and by its versions' files."""
    labels = {each.id: each.label for each in shots}
    for id_, label in labels.items():
        yield CutClip(label, 0, 0, 0, 0, shot_id=id_)
    query = select(versions.c.entity_id, versions.c.files)
    for id_, files in connection.execute(query.where(versions.c.project_id == project.id)):
        if files and id_ in labels:
            yield CutClip(labels[id_], 0, 0, 0, 0, shot_id=id_, file=files[0]["name"])


def _step(told: ClipFate) -> ClipStep:
    before, after = told.before, told.after
    clip = after or before
    assert clip is not None
    is_paired = before is not None and Fate.REPEATED not in told.fates
    was = before if is_paired else None
    return ClipStep(
        told.fates,
        _shown(clip.name),
        clip.shot_id,
        None if after is None else after.record_first_frame,
        None if after is None else after.record_end_frame,
        None if was is None else was.record_first_frame,
        None if was is None else was.record_end_frame,
        told.head_trim_frames,
        told.tail_trim_frames,
        told.lacking_head_frames,
        told.lacking_tail_frames,
        told.candidates,
    )


def _open_tasks(
    connection: Connection, project: Project, touched: set[str | None]
) -> tuple[TouchedTask, ...]:
    query = (
        select(tasks.c.id, tasks.c.entity_id, tasks.c.type_id, tasks.c.assignee_ids)
        .join(statuses, statuses.c.id == tasks.c.status_id)
        .where(tasks.c.project_id == project.id, statuses.c.phase != Phase.APPROVED)
        .order_by(tasks.c.id)
    )
    return tuple(
        TouchedTask(row.id, row.entity_id, row.type_id, tuple(row.assignee_ids))
        for row in connection.execute(query)
        if row.entity_id in touched
    )


def _clip(clip: CutClip, start: int) -> Clip:
    return Clip(
        clip.shot_id, _shown(clip.name), clip.record_first_frame, clip.record_end_frame,
        clip.source_first_frame - start, clip.source_end_frame - start,
        str(clip.speed.limit_denominator(_FINEST)), clip.dissolve_frames,
    )  # fmt: skip


def _shown(text: str) -> str:
    """Return what a document says, as it may be shown: one line, of a sane length."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()[:_SIGNS]
