"""A scene and its playing in, segments out: where cuts may fall, and what each stretch wants.

Every choice here hangs on a beat's own words, acts and ids, never on when it is played, so a
longer line elsewhere moves the cut points of other beats without changing them.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

import numpy as np

from mstation.breakdown.scene import Beat, Line, Presence, Scene
from mstation.identity import seed_of
from mstation.shots.grammar import grammar
from mstation.shots.landmarks import Figures
from mstation.space import Array
from mstation.stage.performance import Act, BeatTiming, Performance, Prop
from mstation.timebase import FrameRate

_GLIMPSE = 8  # frames: a cut to someone who comes on waits this long
_APART = 5  # frames: cut points are never nearer than this
_GAP_BEFORE_SPEECH = 4  # frames: a cut on the boundary comes this much before the voice
_WIDE, _LOOSE, _TALK = 1.6, 3.0, 4.4
_LEAST_INSERT_S, _SETTLE_S = 0.8, 0.7
_LONG_LINE_S = 3.2  # a speech this long may look at who listens
_PEAK = 0.6  # of intensity
_REESTABLISH_EVERY = 7  # lines


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
    pair: tuple[int, int] | None = None  # speaker and addressee
    movers: tuple[int, ...] = ()
    prop: int = -1  # the prop whose insert belongs here
    is_reaction: bool = False
    is_opening: bool = False
    is_peak: bool = False
    speaker: int = -1  # who is heard here and seen on the set


@dataclass(frozen=True, slots=True)
class Window:
    """When an insert of a prop belongs on screen."""

    first_frame: int
    end_frame: int
    prop: int


@dataclass(slots=True)
class _Plan:
    """What is known of the scene while its segments are laid out."""

    scene: Scene
    performance: Performance
    figures: Figures
    rate: FrameRate
    timings: dict[str, BeatTiming] = field(default_factory=dict)
    pairs: dict[int, tuple[int, int]] = field(default_factory=dict)
    opens_until: int = 0  # the place is shown until here


def segments_of(
    scene: Scene, performance: Performance, figures: Figures, rate: FrameRate
) -> tuple[Segment, ...]:
    """Return the scene cut at every point where a shot may begin."""
    plan = _Plan(scene, performance, figures, rate)
    plan.timings = {timing.beat_id: timing for timing in performance.beats}
    plan.pairs = _pairs(plan)
    if scene.opens_place:
        plan.opens_until = rate.frames_ceil(grammar().rhythm.min_wide_s)
    windows = _windows(plan)
    points = _cut_points(plan, windows)
    tightness = _tightness(plan)
    return tuple(
        _segment(plan, first, end, windows, tightness) for first, end in itertools.pairwise(points)
    )


def reading_seconds(text: str) -> float:
    """Return how long an audience needs for these words on an insert."""
    rules = grammar().insert
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    words = len(re.findall(r"[A-Za-z0-9']+", text))
    if not han and not words:
        return rules["base_s"]
    reading = han * rules["han_s"] + words * rules["word_s"] + rules["reading_extra_s"]
    return float(min(rules["base_s"] + reading, rules["longest_s"]))


def _beat_at(plan: _Plan, frame: int) -> int:
    last = 0
    for index, beat in enumerate(plan.scene.beats):
        timing = plan.timings.get(beat.id)
        if timing is not None and timing.first_frame <= frame:
            last = index
    return last


def _pairs(plan: _Plan) -> dict[int, tuple[int, int]]:
    """Return who speaks to whom, by the index of the beat; −1 for a voice without a body."""
    spoken = {act.line_id: act for act in plan.performance.acts if act.line_id}
    lines = [(i, beat.line) for i, beat in enumerate(plan.scene.beats) if beat.line]
    pairs = {}
    for place, (index, line) in enumerate(lines):
        speaker = plan.figures.index(line.character_id)
        act = spoken.get(line.id)
        listener = plan.figures.index(act.towards) if act else -1
        near = [lines[k][1] for k in (place - 1, place + 1, place - 2, place + 2)
                if 0 <= k < len(lines)]  # fmt: skip
        others = [plan.figures.index(other.character_id) for other in near]
        for other in others:
            if listener in (-1, speaker) and other not in (-1, speaker):
                listener = other
        pairs[index] = (speaker, -1 if listener == speaker else listener)
    return pairs


def _windows(plan: _Plan) -> list[Window]:
    """Return when things want to be seen large: what is read always, what is handled once."""
    windows: list[Window] = []
    shown: set[str] = set()
    for beat in plan.scene.beats:
        timing = plan.timings.get(beat.id)
        if beat.action is None or timing is None:
            continue
        start = max(timing.first_frame, plan.opens_until)
        for index in _things_of(plan, timing):
            prop = plan.performance.props[index]
            if not prop.writing and prop.name.lower() in shown:
                continue
            window = _window(plan, prop, index, start, timing)
            if window.end_frame - window.first_frame >= plan.rate.frames_ceil(_LEAST_INSERT_S):
                shown.add(prop.name.lower())
                windows.append(window)
                start = window.end_frame
    return windows


def _things_of(plan: _Plan, timing: BeatTiming) -> list[int]:
    """Return what a beat shows, each thing once, in the hand rather than where it lies."""
    best: dict[str, int] = {}
    for index, prop in enumerate(plan.performance.props):
        is_held = bool(prop.holder_id) and plan.figures.index(prop.holder_id) >= 0
        first, end = _stretch(plan, prop)
        is_there = first < timing.end_frame and end > timing.first_frame
        if prop.beat_id != timing.beat_id or not is_there or not (prop.writing or is_held):
            continue
        name = prop.name.lower()
        if name not in best or (is_held and not plan.performance.props[best[name]].holder_id):
            best[name] = index
    return sorted(best.values())


def _stretch(plan: _Plan, prop: Prop) -> tuple[int, int]:
    return prop.first_frame, prop.end_frame or plan.performance.frames


def _window(plan: _Plan, prop: Prop, index: int, start: int, timing: BeatTiming) -> Window:
    """Return when a thing is shown: once it is still in the hand, for as long as it reads."""
    needed = plan.rate.frames_ceil(reading_seconds(prop.writing))
    first, until = _stretch(plan, prop)
    kinds = grammar().acts["reading"] if prop.writing else grammar().acts["handling"]
    handled = [act.first_frame for act in plan.performance.acts
               if act.beat_id == timing.beat_id and act.character_id == prop.holder_id
               and act.kind in kinds]  # fmt: skip
    ready = max([first, timing.first_frame, *handled]) + plan.rate.frames_ceil(_SETTLE_S)
    begin = max(start, first, min(ready, min(timing.end_frame, until) - needed))
    end = min(begin + needed, until, plan.performance.frames)
    return Window(begin, max(begin, end), index)


def _cut_points(plan: _Plan, windows: list[Window]) -> list[int]:
    """Return the frames where shots may begin, the scene's start and end included."""
    frames = plan.performance.frames
    firm = {0, frames, *(w.first_frame for w in windows), *(w.end_frame for w in windows)}
    free = _comings(plan)
    beats = [beat for beat in plan.scene.beats if beat.id in plan.timings]
    for before, beat in zip([None, *beats], beats, strict=False):
        free.append(_boundary(plan, before, beat))
        free.extend(_inside(plan, beat))
    inside_window = {f for w in windows for f in range(w.first_frame + 1, w.end_frame)}
    points = sorted(frame for frame in firm if 0 <= frame <= frames)
    for frame in free:
        is_apart = all(abs(frame - other) > _APART for other in points)
        if is_apart and 0 < frame < frames and frame not in inside_window:
            points.append(frame)
    return sorted(points)


def _comings(plan: _Plan) -> list[int]:
    """Return the frames a moment after someone comes on, and where someone has gone."""
    present = plan.figures.present.astype(int)
    changes = np.diff(present, axis=1)
    came = [int(f) + 1 + _GLIMPSE for f in np.flatnonzero((changes > 0).any(axis=0))]
    gone = [int(f) + 1 for f in np.flatnonzero((changes < 0).any(axis=0))]
    return came + gone


def _boundary(plan: _Plan, before: Beat | None, beat: Beat) -> int:
    """Return the one cut point between two beats: on the pause, or over either voice."""
    timing = plan.timings[beat.id]
    if before is None or before.line is None or beat.line is None:
        return timing.first_frame
    rhythm = grammar().rhythm
    ended = plan.timings[before.id].speech_end_frame
    starts = max(timing.speech_first_frame, ended)
    chance = seed_of("cut", before.line.id, beat.line.id)
    low, high = rhythm.offset_frames
    offset = low + chance // 1000 % (high - low + 1)
    if chance % 1000 >= 1000 * rhythm.off_boundary:
        return max(ended, starts - _GAP_BEFORE_SPEECH)
    length = timing.speech_end_frame - starts
    spoken = ended - plan.timings[before.id].speech_first_frame
    if chance // 100_000 % 2 and length > 3 * offset:
        return starts + offset
    return ended - offset if spoken > 3 * offset else starts


def _inside(plan: _Plan, beat: Beat) -> list[int]:
    """Return cut points within a beat, evenly apart; in action also just after an act begins."""
    timing = plan.timings[beat.id]
    first, end = timing.first_frame, timing.end_frame
    if beat.line is not None and timing.speech_end_frame > timing.speech_first_frame:
        first, end = timing.speech_first_frame, timing.speech_end_frame
    points = []
    if beat.action is not None:
        points = [act.first_frame + 3 for act in plan.performance.acts
                  if act.beat_id == beat.id and act.kind not in grammar().acts["resting"]
                  and first + 12 < act.first_frame + 3 < end - 12]  # fmt: skip
    pieces = round(plan.rate.seconds(end - first) / grammar().rhythm.point_s)
    points += [first + (end - first) * k // pieces for k in range(1, pieces)]
    if end < timing.end_frame - plan.rate.frames_ceil(2.0):
        points.append(end + _APART)
    return points


def _intensity(line: Line) -> float:
    rules = grammar()
    text = f"{line.text} {line.manner}".lower()
    words = sum(word in text for word in rules.intensity_words)
    marks = sum(mark in text for mark in rules.intensity_marks)
    return min(1.0, 0.5 * words + 0.35 * marks)


def _tightness(plan: _Plan) -> dict[int, float]:
    """Return the wanted size of each beat: tightening with the talk, released by movement."""
    beats, tension = plan.scene.beats, plan.scene.tension
    steps: dict[int, float] = {}
    run = 0
    last_lines = [i for i, beat in enumerate(beats) if beat.line][-1:]
    for index, beat in enumerate(beats):
        if beat.line is None:
            steps[index] = _action_step(plan, beat)
            if steps[index] < _LOOSE:
                run = 0
            continue
        run += 1
        rise = 0.42 * (run - 1) * (0.6 + 0.8 * tension)
        cap = 4.9 + 1.2 * tension
        step = min(_LOOSE + 0.6 + rise, cap) + 0.8 * _intensity(beat.line)
        if run % _REESTABLISH_EVERY == 0:
            step -= 1.5
        steps[index] = step - 0.8 if index in last_lines and run > 2 else step
    return steps


def _acts_of(plan: _Plan, beat_id: str, first: int, end: int) -> list[Act]:
    return [act for act in plan.performance.acts if act.beat_id == beat_id
            and act.first_frame < end and act.end_frame > first]  # fmt: skip


def _action_step(plan: _Plan, beat: Beat) -> float:
    timing = plan.timings.get(beat.id)
    if timing is None:
        return _LOOSE
    acts = _acts_of(plan, beat.id, timing.first_frame, timing.end_frame)
    return _step_of_acts([act.kind for act in acts])


def _step_of_acts(kinds: list[str]) -> float:
    rules = grammar().acts
    table = (("moving", _WIDE), ("rising", _LOOSE - 0.5), ("handling", 4.0), ("looking", 4.7))
    for name, step in table:
        if any(kind in rules[name] for kind in kinds):
            return step
    return _LOOSE + 0.4


def _segment(
    plan: _Plan, first: int, end: int, windows: list[Window], tightness: dict[int, float]
) -> Segment:
    middle = (first + end) // 2
    index = _beat_at(plan, middle)
    beat = plan.scene.beats[index] if plan.scene.beats else None
    prop = next((w.prop for w in windows if w.first_frame <= first and end <= w.end_frame), -1)
    opening = first < plan.rate.frames_ceil(grammar().rhythm.establishing_s)
    target = tightness.get(index, _LOOSE)
    if beat is None:
        wants = np.zeros(len(plan.figures.ids))
        return Segment(first, end, index, wants, target, prop=prop, is_opening=opening)
    pair = _pair_of(plan, index, middle)
    movers = _movers(plan, first, end)
    if beat.line is not None:
        wants, is_reaction, shift = _line_wants(plan, beat.line, first, end, pair)
    else:
        acts = _acts_of(plan, beat.id, first, end)
        wants, is_reaction, shift = _action_wants(plan, acts, middle), False, 0.0
        target = _step_of_acts([act.kind for act in acts])
    is_peak = beat.line is not None and _intensity(beat.line) > _PEAK
    return Segment(first, end, index, wants, target + shift, pair, movers, prop,
                   is_reaction, opening, is_peak, _speaker(plan, beat, first, end))  # fmt: skip


def _speaker(plan: _Plan, beat: Beat, first: int, end: int) -> int:
    if beat.line is None:
        return -1
    timing = plan.timings[beat.id]
    middle = (first + end) // 2
    is_heard = timing.speech_first_frame <= middle < timing.speech_end_frame
    return plan.figures.index(beat.line.character_id) if is_heard else -1


def _pair_of(plan: _Plan, index: int, frame: int) -> tuple[int, int] | None:
    """Return who talks with whom around here, if both are on the set."""
    near = sorted(plan.pairs, key=lambda other: (abs(other - index), other))
    for other in near:
        a, b = plan.pairs[other]
        if a >= 0 and b >= 0 and plan.figures.present[[a, b], frame].all():
            return (a, b)
    there = np.flatnonzero(plan.figures.present[:, frame])
    return (int(there[0]), int(there[1])) if len(there) > 1 else None


def _movers(plan: _Plan, first: int, end: int) -> tuple[int, ...]:
    """Return who walks here, by how far the body really goes."""
    there = plan.figures.present[:, [first, end - 1]].all(axis=1)
    gone = plan.figures.paths[:, end - 1] - plan.figures.paths[:, first]
    speed = np.hypot(gone[:, 0], gone[:, 2]) / max(plan.rate.seconds(end - first), 1e-3)
    return tuple(int(p) for p in np.flatnonzero(there & (speed > grammar().moves["walk_m_s"])))


def _line_wants(
    plan: _Plan, line: Line, first: int, end: int, pair: tuple[int, int] | None
) -> tuple[Array, bool, float]:
    """Return whose faces a stretch of speech wants, whether it is for a reaction, a size shift."""
    there = plan.figures.present[:, (first + end) // 2]
    wants = np.where(there, 0.15, 0.0)
    speaker = plan.figures.index(line.character_id)
    timing = next(t for t in plan.performance.beats if t.line_id == line.id)
    others = [p for p in (pair or ()) if p != speaker]
    for person in others:
        wants[person] = 0.42
    if speaker < 0 or line.presence is not Presence.ON or not there[speaker]:
        wants = np.where(there, np.maximum(wants, 0.7), 0.0)
        return wants, False, 0.0
    wants[speaker] = 1.0
    length = plan.rate.seconds(timing.speech_end_frame - timing.speech_first_frame)
    is_late = first >= timing.speech_first_frame + (end - first) // 2
    is_silent = first >= timing.speech_end_frame - _APART
    reaction = bool(others) and (
        is_silent or (length > _LONG_LINE_S and is_late and _every_other(line, first, timing))
    )
    if reaction:
        wants[speaker], wants[others[0]] = 0.6, 1.0
    return wants, reaction, -0.8 if is_silent else 0.0


def _every_other(line: Line, first: int, timing: BeatTiming) -> bool:
    """Return whether this part of a long speech is one that looks at the listener."""
    share = (first - timing.speech_first_frame) / max(
        1, timing.speech_end_frame - timing.speech_first_frame
    )
    start = 0.25 + 0.2 * (seed_of("reaction", line.id) % 100) / 100
    return start <= share < start + 0.34


def _action_wants(plan: _Plan, acts: list[Act], frame: int) -> Array:
    there = plan.figures.present[:, frame]
    wants = np.where(there, 0.35, 0.0)
    resting = grammar().acts["resting"]
    for act in acts:
        person = plan.figures.index(act.character_id)
        if person >= 0 and there[person] and act.kind not in resting:
            wants[person] = 1.0
    return np.asarray(wants)
