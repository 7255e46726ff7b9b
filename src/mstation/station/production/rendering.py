"""What plays in; a job that renders it out: asked for by the station wherever that changed.

The station knows the kind of job by its name, and its parameters as plain JSON. One job of a
project waits at a time: what it is to show is replaced while it does, and it waits until nothing
changed for a few seconds, so that a row of approvals is rendered once.
"""

from __future__ import annotations

import math
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from mstation.station.change import Change, find, hold
from mstation.station.jobs import Job, JobState, cancel, clock, jobs, locked, submit
from mstation.station.organisations import Project, projects
from mstation.station.production.cuts import Clip, Cut, Origin, has_playing_cut, last_cut
from mstation.station.production.playing import Playing
from mstation.station.production.screenings import last_screening
from mstation.station.production.shown import playing_of, require_playing
from mstation.station.schema import noun_of

RENDER_JOB = "cut.render"
_PRIORITY = -10  # what a person asks for comes first
_TRIES = 3
_QUIET_S, _LONGEST_S = 5, 60


def screen_again(change: Change, project: Project) -> Job | None:
    """Ask for a screening of the cut that plays, where it would show something new.

    Returns the job; None: nothing plays, nothing is new, or the project renders no cuts.
    """
    if not project.renders_cuts or not has_playing_cut(change.connection, project.id):
        return None
    hold(change.connection, projects, project.id)  # one of two who ask at once after the other
    cut = require_playing(change.connection, project.id)
    playing = playing_of(change.connection, cut)
    if not any(each.version_id for each in playing):
        return None
    parameters = parameters_of(cut, playing, sound_under(change, cut))
    asked = _asked(change, project)
    screened = last_screening(change.connection, project.id)
    if screened is not None:
        shown = find(change.connection, Job, screened.job_id).parameters
        if shown == parameters:
            for job in asked:
                if job.state is JobState.WAITING:
                    cancel(change, job.id)
            return None
    if asked and asked[-1].parameters == parameters:
        return asked[-1]
    waiting = [job for job in asked if job.state is JobState.WAITING]
    return _asked_for(change, project, parameters, waiting)


def sound_under(change: Change, cut: Cut) -> tuple[str | None, dict[str, Clip] | None]:
    """Return the sound of a cut, and whose clips lie over it; None: its own.

    An editor's cut without a sound of its own is heard with the script's, shot by shot.
    """
    if cut.sound_digest is not None or cut.origin is Origin.SCRIPT:
        return cut.sound_digest, None
    script = last_cut(change.connection, cut.project_id, Origin.SCRIPT)
    if script is None or script.sound_digest is None:
        return None, None
    return script.sound_digest, {clip.entity_id or "": clip for clip in reversed(script.clips)}


def parameters_of(
    cut: Cut, playing: tuple[Playing, ...], sound: tuple[str | None, dict[str, Clip] | None]
) -> dict[str, Any]:
    """Return the parameters of the job that renders a cut; black is a clip without a name."""
    digest, under = sound
    clips: list[dict[str, Any]] = []
    at = 0
    for each in playing:
        clip = each.clip
        if clip.record_first_frame > at:
            black = {"name": "", "digest": None, "first": 0, "frames": clip.record_first_frame - at}
            heard = at if digest is not None and under is None else None
            clips.append({**black, "sound_first": heard})
        clips.append(_clip(each, None if digest is None else _heard(clip, under)))
        at = clip.record_end_frame
    return {"cut_id": cut.id, "rate": cut.rate, "clips": clips, "sound": digest}


def _clip(playing: Playing, sound_first: int | None) -> dict[str, Any]:
    clip, media = playing.clip, playing.media
    told: dict[str, Any] = {
        "name": clip.label,
        "digest": None,
        "first": max(0, clip.first_frame) if playing.first_frame is None else playing.first_frame,
        "frames": clip.frames,
        "sound_first": sound_first,
        "entity_id": clip.entity_id,
        "version_id": playing.version_id,
    }
    if playing.first_frame is None or media is None:
        return told
    if media.is_sequence:  # told picture by picture, each as often as it is seen
        speed = Fraction(clip.speed)
        shown = (playing.first_frame + math.floor(n * speed) for n in range(clip.frames))
        told["digests"] = [media.files[frame].digest for frame in shown]
        return told
    told["digest"] = media.files[0].digest
    if clip.speed != "1":
        told["speed"] = clip.speed
    return told


def _heard(clip: Clip, under: dict[str, Clip] | None) -> int | None:
    """Return the frame of the sound at a clip's first frame; None: it is silent."""
    if under is None:
        return clip.record_first_frame
    found = under.get(clip.entity_id or "")
    if found is None or clip.speed != "1":
        return None
    first = found.record_first_frame + clip.first_frame - found.first_frame
    return first if first >= 0 else None


def _asked(change: Change, project: Project) -> list[Job]:
    """Return the jobs that were asked for and not cancelled: those that wait, and the newest."""
    mine = (jobs.c.project_id == project.id) & (jobs.c.kind == RENDER_JOB)
    stopped = (JobState.CANCELLED, JobState.CANCELLING)
    newest = select(jobs).where(mine, jobs.c.state.not_in(stopped)).order_by(jobs.c.id.desc())
    waiting = select(jobs).where(mine, jobs.c.state == JobState.WAITING)
    found = [
        noun_of(Job, dict(row))
        for query in (newest.limit(1), waiting)
        for row in change.connection.execute(query).mappings()
    ]
    return sorted({job.id: job for job in found}.values(), key=lambda job: job.id)


def _asked_for(
    change: Change, project: Project, parameters: dict[str, Any], waiting: list[Job]
) -> Job:
    at = clock(change.connection)
    for each in waiting:
        job = locked(change.connection, each.id)
        if job.state is JobState.WAITING:
            latest = job.made_at + timedelta(seconds=_LONGEST_S)
            ready_at = max(job.ready_at, min(at + timedelta(seconds=_QUIET_S), latest))
            return change.edit(job, parameters=parameters, ready_at=ready_at)
    job = submit(
        change, project, kind=RENDER_JOB, parameters=parameters, priority=_PRIORITY, tries=_TRIES
    )
    return change.edit(job, ready_at=at + timedelta(seconds=_QUIET_S))
