"""A plan in, segments out: where cuts may fall, and what each stretch wants."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mstation.breakdown.scene import Beat
from mstation.identity import seed_of
from mstation.shots.exchanges import Pair
from mstation.shots.grammar import grammar
from mstation.shots.inserts import Window, windows_of
from mstation.shots.plan import Plan, intensity_of
from mstation.shots.rhythm import chance_of, point_seconds
from mstation.shots.styles import Style
from mstation.shots.wanting import action_wants, line_wants, step_of_acts, tightness_of
from mstation.space import Array

_GLIMPSE = 8  # frames: a cut to someone who comes on waits this long
_APART = 5  # frames: cut points are never nearer than this
_GAP_BEFORE_SPEECH = 4  # frames: a cut on the boundary comes this much before the voice
_AFTER_VOICE_S = 2.0  # a silence this long after a voice is a stretch of its own
_LOOSE = 3.0
_PEAK = 0.6  # of intensity
_TURN_S = 1.5  # a cut this near to a change of speakers goes from one to the other
_ON_EDGE = 3  # frames: a cut this near to a line's edge is on it
_ROOM = 2.2  # a voice that is cut into is this many times as long as the piece cut off
_OFFERED = 1.35  # cuts over a voice are offered this much oftener than they are wanted


@dataclass(frozen=True, slots=True)
class Acted:
    """An action of which a stretch holds a share: whom it names who is on the set."""

    named: tuple[int, ...]
    share: float
    first_frame: int  # of what the stretch holds of it
    end_frame: int
    begins: int  # the whole action
    ends: int


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A stretch between two cut points, and what it wants to be seen.

    wants   # (people,) 0 … 1: how much each face is wanted
    target  # the wanted size as a step of `grammar.SIZES`
    """

    first_frame: int
    end_frame: int
    beat: int
    wants: Array
    target: float
    style: Style
    seed: int = 0  # of the length that a shot which begins here is drawn to
    pair: Pair | None = None  # speaker and addressee
    movers: tuple[int, ...] = ()
    acted: tuple[Acted, ...] = ()  # the actions that are played here
    prop: int = -1  # the prop whose insert belongs here
    is_reaction: bool = False
    is_opening: bool = False
    is_peak: bool = False
    is_spoken: bool = False  # the beat is a line
    speaker: int = -1  # who is heard here and seen on the set
    turn: Literal["", "on", "over"] = (
        ""  # it begins where speakers change: in the pause, in a voice
    )


def segments_of(plan: Plan, firm: tuple[int, ...] = ()) -> tuple[Segment, ...]:
    """Return the scene cut at every point where a shot may begin, the firm ones among them."""
    windows = windows_of(plan)
    points = _cut_points(plan, windows, firm)
    tightness = tightness_of(plan)
    ordinals: dict[int, int] = {}
    found = []
    for first, end in itertools.pairwise(points):
        index = plan.beat_at((first + end) // 2)
        ordinals[index] = ordinals.get(index, -1) + 1
        found.append(_segment(plan, first, end, index, ordinals[index], windows, tightness))
    return tuple(found)


def _cut_points(plan: Plan, windows: list[Window], firm: tuple[int, ...]) -> list[int]:
    """Return the frames where shots may begin, the scene's start and end included."""
    frames = plan.performance.frames
    points = [0, frames]
    edges = sorted({frame for w in windows for frame in (w.first_frame, w.end_frame)})
    for frame in (*firm, *edges):
        near = _APART if frame in firm else 0
        if 0 < frame < frames and all(abs(frame - other) > near for other in points):
            points.append(frame)
    free = [plan.opens_until, *_comings(plan)]
    beats = [beat for beat in plan.scene.beats if beat.id in plan.timings]
    for before, beat in zip([None, *beats], beats, strict=False):
        free.append(boundary_of(plan, before, beat))
        free.extend(_inside(plan, beat))
    inside_window = {f for w in windows for f in range(w.first_frame + 1, w.end_frame)}
    for frame in free:
        is_apart = all(abs(frame - other) > _APART for other in points)
        if is_apart and 0 < frame < frames and frame not in inside_window:
            points.append(frame)
    return sorted(points)


def _comings(plan: Plan) -> list[int]:
    """Return the frames a moment after someone comes on, and where someone has gone."""
    present = plan.figures.present.astype(int)
    changes = np.diff(present, axis=1)
    came = [int(f) + 1 + _GLIMPSE for f in np.flatnonzero((changes > 0).any(axis=0))]
    gone = [int(f) + 1 for f in np.flatnonzero((changes < 0).any(axis=0))]
    return came + gone


def boundary_of(plan: Plan, before: Beat | None, beat: Beat) -> int:
    """Return the one cut point between two beats: on the pause, or over either voice."""
    timing = plan.timings[beat.id]
    if before is None or before.line is None or beat.line is None:
        return timing.first_frame
    style = plan.styles[plan.scene.beats.index(beat)]
    ended = plan.timings[before.id].speech_end_frame
    starts = max(timing.speech_first_frame, ended)
    chance = seed_of("offset", before.line.id, beat.line.id)
    low, high = grammar().rhythm.offset_frames
    offset = low + chance // 1000 % (high - low + 1)
    if not chance_of(_OFFERED * style.off_boundary, "cut", before.line.id, beat.line.id):
        return max(ended, starts - _GAP_BEFORE_SPEECH)
    length = timing.speech_end_frame - starts
    spoken = ended - plan.timings[before.id].speech_first_frame
    into, before_end = length > _ROOM * offset, spoken > _ROOM * offset
    if into and (chance // 100_000 % 2 or not before_end):
        return starts + offset
    return ended - offset if before_end else max(ended, starts - _GAP_BEFORE_SPEECH)


def _inside(plan: Plan, beat: Beat) -> list[int]:
    """Return cut points within a beat, evenly apart; in action also just after an act begins."""
    timing = plan.timings[beat.id]
    style = plan.styles[plan.scene.beats.index(beat)]
    first, end = timing.first_frame, timing.end_frame
    if beat.line is not None and timing.speech_end_frame > timing.speech_first_frame:
        first, end = timing.speech_first_frame, timing.speech_end_frame
    points = []
    if beat.action is not None:
        points = [act.first_frame + 3 for act in plan.performance.acts
                  if act.beat_id == beat.id and act.kind not in grammar().acts["resting"]
                  and first + 12 < act.first_frame + 3 < end - 12]  # fmt: skip
    pieces = round(plan.rate.seconds(end - first) / point_seconds(style))
    points += [first + (end - first) * k // pieces for k in range(1, pieces)]
    if end < timing.end_frame - plan.rate.frames_ceil(_AFTER_VOICE_S):
        points.append(end + _APART)
    return points


def _segment(
    plan: Plan, first: int, end: int, index: int, ordinal: int, windows: list[Window],
    tightness: dict[int, float],
) -> Segment:  # fmt: skip
    middle = (first + end) // 2
    beat = plan.scene.beats[index] if plan.scene.beats else None
    style = plan.styles[index]
    prop = next((w.prop for w in windows if w.first_frame <= first and end <= w.end_frame), -1)
    opening = first < plan.rate.frames_ceil(grammar().rhythm.establishing_s)
    target = tightness.get(index, _LOOSE)
    seed = seed_of("length", plan.scene.id if beat is None else beat.id, str(ordinal))
    if beat is None:
        wants = np.zeros(len(plan.figures.ids))
        return Segment(first, end, index, wants, target, style, seed, prop=prop,
                       is_opening=opening)  # fmt: skip
    pair = _pair_of(plan, index, middle)
    movers = _movers(plan, first, end)
    if beat.line is not None:
        wants, is_reaction, shift = line_wants(plan, beat.line, first, end, pair)
    else:
        acts = plan.acts_of(beat.id, first, end)
        wants, is_reaction, shift = action_wants(plan, beat, acts, middle), False, 0.0
        target = step_of_acts([act.kind for act in acts]) + style.tightness
    is_peak = beat.line is not None and intensity_of(beat.line) > _PEAK
    return Segment(
        first, end, index, wants, target + shift, style, seed, pair, movers,
        acted=_acted(plan, first, end),
        prop=prop,
        is_reaction=is_reaction,
        is_opening=opening,
        is_peak=is_peak,
        is_spoken=beat.line is not None,
        speaker=_speaker(plan, beat, first, end),
        turn=_turn_at(plan, first),
    )  # fmt: skip


def _acted(plan: Plan, first: int, end: int) -> tuple[Acted, ...]:
    """Return the actions that are played in a stretch, with the share of each."""
    found = []
    for beat in plan.scene.beats:
        timing = plan.timings.get(beat.id)
        if beat.action is None or timing is None:
            continue
        begin, until = max(first, timing.first_frame), min(end, timing.end_frame)
        if begin >= until:
            continue
        named = [plan.figures.index(who) for who in beat.action.character_ids]
        present = plan.figures.present[:, begin:until]
        there = tuple(who for who in named if who >= 0 and bool(present[who].any()))
        if there:
            share = (until - begin) / (timing.end_frame - timing.first_frame)
            found.append(Acted(there, share, begin, until, timing.first_frame, timing.end_frame))
    return tuple(found)


def _turn_at(plan: Plan, frame: int) -> Literal["", "on", "over"]:
    """Return whether a cut here goes from one speaker to the next, and whether over a voice."""
    reach = plan.rate.frames_ceil(_TURN_S)
    over = any(one.first_frame + _ON_EDGE < frame < one.end_frame - _ON_EDGE
               for one in plan.exchanges)  # fmt: skip
    for before, after in itertools.pairwise(plan.exchanges):
        if before.speaker == after.speaker and before.speaker >= 0:
            continue
        first = max((before.first_frame + before.end_frame) // 2, before.end_frame - reach)
        end = min((after.first_frame + after.end_frame) // 2, after.first_frame + reach)
        if first <= frame < end:
            return "over" if over else "on"
    return ""


def _speaker(plan: Plan, beat: Beat, first: int, end: int) -> int:
    if beat.line is None:
        return -1
    timing = plan.timings[beat.id]
    middle = (first + end) // 2
    is_heard = timing.speech_first_frame <= middle < timing.speech_end_frame
    return plan.figures.index(beat.line.character_id) if is_heard else -1


def _pair_of(plan: Plan, index: int, frame: int) -> Pair | None:
    """Return who talks with whom around here, if both are on the set."""
    pairs = plan.pairs
    for other in sorted(pairs, key=lambda beat: (abs(beat - index), beat)):
        a, b = pairs[other]
        if a >= 0 and b >= 0 and plan.figures.present[[a, b], frame].all():
            return (a, b)
    there = np.flatnonzero(plan.figures.present[:, frame])
    return (int(there[0]), int(there[1])) if len(there) > 1 else None


def _movers(plan: Plan, first: int, end: int) -> tuple[int, ...]:
    """Return who walks here, by how far the body really goes."""
    there = plan.figures.present[:, [first, end - 1]].all(axis=1)
    gone = plan.figures.paths[:, end - 1] - plan.figures.paths[:, first]
    speed = np.hypot(gone[:, 0], gone[:, 2]) / max(plan.rate.seconds(end - first), 1e-3)
    return tuple(int(p) for p in np.flatnonzero(there & (speed > grammar().moves["walk_m_s"])))
