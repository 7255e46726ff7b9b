"""A film in, whom its cameras see out: speakers' faces, and nobody hidden behind the set.

Source: reference sheet of cinematography, row 9 of its table.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from mstation.check.clearance import clear_cameras
from mstation.check.faults import Mend, Values, fault_at
from mstation.check.figure import Figure, pictured, sampled
from mstation.check.film import Film, Flags, Index, Scene, Shot
from mstation.check.finding import Fault, Row
from mstation.check.noting import figures, in_order, mend, verdict
from mstation.check.occlusion import (
    Surroundings,
    face_points,
    hidden_by_people,
    hidden_by_set,
    surroundings,
    way_round,
)

__all__ = ["clear_cameras", "clear_figures", "faces_seen"]

_SEEN_SHARE = 0.70
_AWAY_RAD = math.radians(100.0)  # a face turned further from the lens shows nothing
_EVERY = 6  # frames
_NEAREST_M = 0.1
_MOUTH = 3  # of a face's points
_CHIN_SPARE = 0.02  # of the frame's height: a mouth may be this far under the edge


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """The words that one person speaks in one shot: n rows, a word each, at its middle.

    now      # (n,) frames of the scene
    on       # (n,) bool: the picture holds the head, or a part of it
    over     # (n,) bool: on, but as the shoulder in somebody else's shot
    seen     # (n,) bool: the face is in the picture, turned to it, and free
    why      # (n,) why it is not: face_out, face_turned, face_hidden
    by       # (n,) what hides it
    """

    shot: Shot
    who: str
    now: Index
    on: Flags
    over: Flags
    seen: Flags
    why: tuple[str, ...]
    by: tuple[str, ...]


def faces_seen(film: Film) -> Row:
    """Return row 9: whether a speaker's face is seen over most words that he says on camera."""
    faults: list[Fault] = []
    words = on = seen = over = pairs = good = 0
    for scene in film.scenes:
        around = surroundings(scene, film.rate)
        by_speaker: dict[str, list[Spoken]] = defaultdict(list)
        for spoken in _spoken(around):
            by_speaker[spoken.who].append(spoken)
        for parts in by_speaker.values():
            words += sum(len(part.now) for part in parts)
            over += sum(int(part.over.sum()) for part in parts)
            counted = sum(int((part.on & ~part.over).sum()) for part in parts)
            free = sum(int(part.seen.sum()) for part in parts)
            on, seen = on + counted, seen + free
            if counted:
                pairs += 1
                good += free >= _SEEN_SHARE * counted
                if free < _SEEN_SHARE * counted:
                    faults += [_unseen(around, part) for part in parts if _fails(part)]
    return Row(
        check="faces_seen",
        number=9,
        state=verdict(pairs, passes=good == pairs),
        is_hard=True,
        tested=on,
        value=good / max(pairs, 1),
        bar="100 %",
        faults=in_order(faults),
        detail=figures(
            pairs,
            "no_words",
            speakers_in_scenes=pairs,
            words_on_camera=round(on / max(words, 1), 4),
            words_seen=round(seen / max(on, 1), 4),
            words_over_shoulder=round(over / max(words, 1), 4),
        ),
    )


def _fails(part: Spoken) -> bool:
    return bool((part.on & ~part.over & ~part.seen).any())


def _spoken(around: Surroundings) -> list[Spoken]:
    """Return all words that somebody on the set speaks, by shot and speaker."""
    scene = around.scene
    middles: dict[tuple[int, str], list[int]] = defaultdict(list)
    for line in scene.lines:
        if line.presence != "on" or line.speaker not in around.people:
            continue
        spans = [(word.first, word.end) for word in line.words]
        for first, end in spans or [(line.first_frame, line.end_frame)]:
            now = int((first + end) / 2)
            for index, shot in enumerate(scene.shots):
                if shot.first_frame <= now < shot.end_frame:
                    middles[index, line.speaker].append(now)
    return [
        _looked_at(around, scene.shots[index], who, np.array(frames))
        for (index, who), frames in sorted(middles.items())
    ]


def _looked_at(around: Surroundings, shot: Shot, who: str, now: Index) -> Spoken:
    """Return how one speaker is seen at the words of one shot."""
    figure, frames = around.people[who], now - shot.first_frame
    eyes = shot.world_from_camera[frames, :3, 3]
    points = face_points(figure, now)
    on = in_picture(shot, frames, figure, now)
    middle, mouth = pictured(shot, frames, points[:, 0]), pictured(shot, frames, points[:, _MOUTH])
    within = (middle[:, 2] > _NEAREST_M) & (np.abs(middle[:, 0] - 0.5) <= 0.5)
    within &= (middle[:, 1] >= 0) & (middle[:, 1] <= 1) & (mouth[:, 1] <= 1 + _CHIN_SPARE)
    sight = eyes - figure.eyes[now]
    sight = sight / np.maximum(np.linalg.norm(sight, axis=1, keepdims=True), 1e-9)
    turned = np.einsum("nk,nk->n", figure.person.facing[now], sight) < math.cos(_AWAY_RAD)
    by_set, things = hidden_by_set(around, eyes, points, now)
    by_people, people = hidden_by_people(around, eyes, points, now, who)
    over = on & ~within & _is_foreground(around, shot, frames, who, now)
    over |= on & turned & _is_foreground(around, shot, frames, who, now)
    why = np.where(by_set | by_people, "face_hidden", "")
    why = np.where(turned, "face_turned", np.where(within, why, "face_out"))
    return Spoken(
        shot=shot,
        who=who,
        now=now,
        on=on,
        over=over,
        seen=on & ~over & (why == ""),
        why=tuple(why.tolist()),
        by=tuple(a if hides else b for a, b, hides in zip(things, people, by_set, strict=True)),
    )


def in_picture(shot: Shot, frames: Index, figure: Figure, now: Index) -> Flags:
    """Return whether the picture holds a head, or a part of it."""
    seen = pictured(shot, frames, figure.head[now])
    depth = np.maximum(seen[:, 2], _NEAREST_M)
    wide = figure.skull_m[now] * shot.focal_mm[frames] / depth / shot.sensor.width_mm
    tall = figure.skull_m[now] * shot.focal_mm[frames] / depth / shot.sensor.height_mm
    across = np.abs(seen[:, 0] - 0.5) < 0.5 + wide
    return np.asarray(
        figure.person.present[now] & (seen[:, 2] > _NEAREST_M)
        & across & (np.abs(seen[:, 1] - 0.5) < 0.5 + tall)
    )  # fmt: skip


def _is_foreground(around: Surroundings, shot: Shot, frames: Index, who: str, now: Index) -> Flags:
    """Return whether somebody is only a shoulder in another's shot: nearer, and not its subject."""
    subject = shot.subjects[0] if shot.subjects else ""
    if subject not in around.people or subject == who or shot.role in ("two_shot", "master"):
        return np.zeros(len(frames), bool)
    own = pictured(shot, frames, around.people[who].head[now])[:, 2]
    theirs = pictured(shot, frames, around.people[subject].head[now])[:, 2]
    return np.asarray(own < theirs)


def _unseen(around: Surroundings, part: Spoken) -> Fault:
    """Return the fault of one shot, told at the first word whose face is not seen."""
    failed = np.flatnonzero(part.on & ~part.over & ~part.seen)
    kind = Counter(part.why[row] for row in failed).most_common(1)[0][0]
    row = next(int(row) for row in failed if part.why[row] == kind)
    figure, shot = around.people[part.who], part.shot
    counted = int((part.on & ~part.over).sum())
    values: Values = (("who", figure.person.written), ("unseen", len(failed)), ("words", counted),
                      ("by", part.by[row]))  # fmt: skip
    mends = _unhidden(around, part, row) if kind == "face_hidden" else _turned_to(around, part, row)
    return fault_at(around.scene, shot, kind, values, mends, frame=int(part.now[row]))


def _unhidden(around: Surroundings, part: Spoken, row: int) -> tuple[Mend, ...]:
    found = way_round(around, part.shot, int(part.now[row]) - part.shot.first_frame, part.who)
    if found is None:
        return (mend("other_side"),)
    return (mend("move_aside", way=found[0], metres=found[1], thing=part.by[row]),)


def _turned_to(around: Surroundings, part: Spoken, row: int) -> tuple[Mend, ...]:
    """Return how far the camera goes round to a face, or pans to it."""
    figure, shot, now = around.people[part.who], part.shot, int(part.now[row])
    frame = now - shot.first_frame
    matrix, face = shot.world_from_camera[frame], figure.person.facing[now]
    sight = matrix[:3, 3] - figure.eyes[now]
    if part.why[row] == "face_turned":
        angle = math.atan2(sight[2] * face[0] - sight[0] * face[2],
                           sight[0] * face[0] + sight[2] * face[2])  # fmt: skip
        more = max(abs(math.degrees(angle)) - 75.0, 0.0)
        return (mend("go_round", way="right" if angle > 0 else "left", degrees=round(more)),)
    seen = pictured(shot, np.array([frame]), figure.eyes[[now]])[0]
    over = seen[1] < 0 or seen[1] > 1
    size = shot.sensor.height_mm if over else shot.sensor.width_mm
    off = float(np.clip(seen[1 if over else 0] - 0.5, -9.0, 9.0))
    angle = math.degrees(math.atan(off * size / float(shot.focal_mm[frame])))
    if over:
        return (mend("tilt_to", way="down" if angle > 0 else "up", degrees=round(abs(angle))),)
    return (mend("pan_to", way="right" if angle > 0 else "left", degrees=round(abs(angle))),)


def clear_figures(film: Film) -> Row:
    """Return row 9, its second part: whether the set hides somebody whom a shot is of."""
    faults: list[Fault] = []
    tested = hidden_people = 0
    for scene in (scene for scene in film.scenes if scene.things):
        around = surroundings(scene, film.rate)
        for shot in scene.shots:
            for who in _shown(scene, shot):
                frames = sampled(shot, _EVERY)
                now = shot.first_frame + frames
                held = in_picture(shot, frames, around.people[who], now)
                if not held.any():
                    continue
                tested += 1
                frames, now = frames[held], now[held]
                points = face_points(around.people[who], now)
                eyes = shot.world_from_camera[frames, :3, 3]
                hidden, things = hidden_by_set(around, eyes, points, now)
                if 2 * hidden.sum() > len(hidden):
                    hidden_people += 1
                    row = int(np.flatnonzero(hidden)[0])
                    faults.append(_behind(around, shot, who, int(frames[row]), things[row]))
    return Row(
        check="clear_figures",
        number=9,
        state=verdict(tested, passes=not faults),
        is_hard=True,
        tested=tested,
        value=hidden_people,
        bar="0",
        faults=in_order(faults),
        detail=figures(tested, "no_subjects"),
    )


def _shown(scene: Scene, shot: Shot) -> list[str]:
    """Return whom a shot is of: its subjects, without the shoulder that it looks over."""
    if shot.size == "INSERT" or shot.frames < 1:
        return []
    subjects = shot.subjects[:1] if shot.role in ("ots", "single", "reaction") else shot.subjects
    return [name for name in subjects if name in scene.people]


def _behind(around: Surroundings, shot: Shot, who: str, frame: int, thing: str) -> Fault:
    found = way_round(around, shot, frame, who)
    mends: tuple[Mend, ...] = (mend("other_side"),)
    if found is not None:
        mends = (mend("move_aside", way=found[0], metres=found[1], thing=thing),)
    values: Values = (("who", around.people[who].person.written), ("by", thing))
    return fault_at(
        around.scene, shot, "figure_hidden", values, mends, frame=shot.first_frame + frame
    )
