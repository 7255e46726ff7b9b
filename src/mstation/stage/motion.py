"""Steps in, joint curves out: what bodies do from stance to stance.

Every step is made from itself alone (its stances, its words, its own clock), and at its ends
everyone is in a plain pose; so steps can be laid end to end, and a step that grows moves the
others in time without changing them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.stage.changes import carried_over, change_seconds
from mstation.stage.channels import Array, Measures
from mstation.stage.contacts import Moment, Passing, passings, set_contacts
from mstation.stage.face import face_curves
from mstation.stage.gaze import FREE_LOOKS, Sight, eye_points, free_sight, set_gaze, sight_of
from mstation.stage.gestures import set_gestures
from mstation.stage.idle import set_idle
from mstation.stage.joints import joints_of_pose
from mstation.stage.performance import Body, Motion, Presence, Prop
from mstation.stage.stances import Look, Playing, Step
from mstation.timebase import FrameRate


def move(
    steps: tuple[Step, ...],
    bodies: tuple[Body, ...],
    rate: FrameRate,
    props: tuple[Prop, ...] = (),
) -> tuple[Motion, ...]:
    """Return everyone's joint curves over all the steps, in the order of the bodies.

    Hands meet the `props` that they hold and pass on.
    """
    measures = {body.character_id: Measures(body) for body in bodies}
    poses: dict[str, list[Array]] = {body.character_id: [] for body in bodies}
    faces: dict[str, list[Array]] = {body.character_id: [] for body in bodies}
    present: dict[str, list[NDArray[np.bool_]]] = {body.character_id: [] for body in bodies}
    passed, first = passings(props), 0
    for step in steps:
        here = _Things(
            tuple(
                (rate.seconds(each.frame - first), each)
                for each in passed
                if first < each.frame < first + step.frames
            ),
            _widths(props, first, first + step.frames),
        )
        for who, (pose, face, is_there) in _play(step, measures, rate, here).items():
            poses[who].append(pose)
            faces[who].append(face)
            present[who].append(is_there)
        first += step.frames
    motions = []
    for body in bodies:
        who = body.character_id
        positions, rotations = joints_of_pose(np.concatenate(poses[who]), measures[who])
        motions.append(
            Motion(
                who,
                positions,
                rotations,
                measures[who].offsets,
                np.concatenate(faces[who]).astype(np.float32),
                np.concatenate(present[who]),
            )
        )
    return tuple(motions)


def presences_of(
    steps: tuple[Step, ...], bodies: tuple[Body, ...], rate: FrameRate
) -> tuple[Presence, ...]:
    """Return the stretches of frames in which each body is on the set, body by body."""
    found: list[Presence] = []
    for body in bodies:
        who, measures = body.character_id, Measures(body)
        is_there = np.concatenate(
            [
                _presence(playing, measures, _seconds(step, rate))
                for step in steps
                for playing in step.playings
                if playing.character_id == who
            ]
        )
        edges = np.flatnonzero(np.diff(np.concatenate([[False], is_there, [False]]).astype(int)))
        found += [
            Presence(who, int(start), int(end))
            for start, end in zip(edges[::2], edges[1::2], strict=True)
        ]
    return tuple(found)


_Curves = tuple[Array, Array, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class _Things:
    """What hands have to do with things in a step: seconds count from its start."""

    passed: tuple[tuple[float, Passing], ...]
    widths_m: dict[str, float]  # of what each has in hand


def _widths(props: tuple[Prop, ...], first: int, end: int) -> dict[str, float]:
    return {
        prop.holder_id: prop.size[0]
        for prop in props
        if prop.holder_id and prop.first_frame < end and prop.end_frame > first
    }


def _seconds(step: Step, rate: FrameRate) -> Array:
    out: Array = np.arange(step.frames, dtype=np.float64) * float(1 / rate.fraction)
    return out


def _play(
    step: Step, measures: dict[str, Measures], rate: FrameRate, things: _Things
) -> dict[str, _Curves]:
    """Return each person's pose, face and presence over one step."""
    seconds, length_s = _seconds(step, rate), rate.seconds(step.frames)
    poses = {
        playing.character_id: _body_pose(playing, step, measures, seconds, length_s)
        for playing in step.playings
    }
    eyes = {who: eye_points(pose, measures[who]) for who, pose in poses.items()}
    sights = {
        playing.character_id: _sights(playing, poses, eyes, step.frames)
        for playing in step.playings
    }
    for playing in step.playings:
        who = playing.character_id
        set_gaze(poses[who], sights[who], seconds, length_s, key=(step.key, who))
    moment = Moment(
        step.key, step.playings, measures, seconds, length_s, things.passed, things.widths_m
    )
    set_contacts(poses, moment)
    out: dict[str, _Curves] = {}
    for playing in step.playings:
        who = playing.character_id
        turns = tuple(sight.start_s for sight in sights[who][1:])
        face = face_curves(playing, step.key, seconds, length_s, turns)
        out[who] = (poses[who], face, _presence(playing, measures[who], seconds))
    return out


def _presence(playing: Playing, measures: Measures, seconds: Array) -> NDArray[np.bool_]:
    before, after = playing.before.is_present, playing.after.is_present
    if before == after:
        return np.full(len(seconds), before)
    change = playing.delay_s if after else change_seconds(playing, measures)
    is_late: NDArray[np.bool_] = seconds >= change - 1e-9
    return is_late if after else ~is_late


def _body_pose(
    playing: Playing, step: Step, all_measures: dict[str, Measures], seconds: Array, length_s: float
) -> Array:
    """Return (frames, channels): the body from stance to stance, before it looks anywhere."""
    measures = all_measures[playing.character_id]
    pose = carried_over(playing, measures, seconds, length_s)
    set_idle(pose, playing, step.key, seconds, length_s, measures)
    set_gestures(pose, playing, step.key, seconds, length_s, measures)
    return pose


def _sights(
    playing: Playing, poses: dict[str, Array], eyes: dict[str, Array], frames: int
) -> list[Sight]:
    """Return what someone looks at over the step, first to last."""
    who = playing.character_id

    def sight(start_s: float, look: Look) -> Sight:
        if isinstance(look, str):
            if look in FREE_LOOKS or look not in eyes or look == who:
                return free_sight(start_s, look if look in FREE_LOOKS else "", frames)
            return sight_of(start_s, poses[who], eyes[who], eyes[look])
        target = np.broadcast_to(np.array(look, float), (frames, 3))
        return sight_of(start_s, poses[who], eyes[who], target)

    sights = [sight(0.0, playing.before.look)]
    now: Look = playing.before.look
    for start_s, end_s, look in playing.glances:
        sights.append(sight(start_s, look))
        now = playing.after.look
        sights.append(sight(end_s, now))
    if now != playing.after.look:
        sights.append(sight(playing.delay_s, playing.after.look))
    return sights
