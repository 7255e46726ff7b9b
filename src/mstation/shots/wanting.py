"""A stretch of a scene in, what it wants to be seen out: whose faces, how close, whose reaction.

Every choice here hangs on a beat's own words, acts and ids, never on when it is played, so a
longer line elsewhere moves the cut points of other beats without changing them.
"""

from __future__ import annotations

import numpy as np

from mstation.breakdown.scene import Beat, Line, Presence
from mstation.identity import seed_of
from mstation.shots.grammar import grammar
from mstation.shots.plan import Plan, intensity_of
from mstation.space import Array
from mstation.stage.performance import Act, BeatTiming

_WIDE, _LOOSE = 1.6, 3.0
_RISE, _RISE_MOST, _EDGE = 0.42, 4.9, 1.2
_INTENSE = 0.8
_RELEASE, _RELEASE_LAST = 1.5, 0.8
_LONG_LINE_S = 3.2  # a speech this long may look at who listens
_REESTABLISH_EVERY = 7  # lines
_SILENCE_S = 2.0  # a silence this long lets the picture out
_AFTER_VOICE = 5  # frames before a voice ends from which the answer is in the face that listens
_ENTERED_S = 2.5
_NAMED = 0.85  # how much somebody is wanted whom the action names, doing nothing


def tightness_of(plan: Plan) -> dict[int, float]:
    """Return the wanted size of each beat: tightening with the talk, released by movement."""
    beats, tension = plan.scene.beats, plan.scene.tension
    steps: dict[int, float] = {}
    run = 0
    last_lines = [i for i, beat in enumerate(beats) if beat.line][-1:]
    for index, beat in enumerate(beats):
        style = plan.styles[index]
        if beat.line is None:
            steps[index] = _action_step(plan, beat)
            if steps[index] < _LOOSE:
                run = 0
            continue
        run += 1
        rise = _RISE * (run - 1) * (0.6 + 0.8 * tension)
        step = min(_LOOSE + 0.6 + rise, _RISE_MOST + _EDGE * tension)
        step += _INTENSE * intensity_of(beat.line)
        step = _LOOSE + 0.6 + style.gain * (step - _LOOSE - 0.6) + style.tightness
        if run % _REESTABLISH_EVERY == 0:
            step -= _RELEASE
        steps[index] = step - _RELEASE_LAST if index in last_lines and run > 2 else step
    return steps


def _action_step(plan: Plan, beat: Beat) -> float:
    timing = plan.timings.get(beat.id)
    if timing is None:
        return _LOOSE
    acts = plan.acts_of(beat.id, timing.first_frame, timing.end_frame)
    return step_of_acts([act.kind for act in acts])


def step_of_acts(kinds: list[str]) -> float:
    """Return the size that shows such acts."""
    rules = grammar().acts
    table = (("moving", _WIDE), ("rising", _LOOSE - 0.5), ("handling", 4.0), ("looking", 4.7))
    for name, step in table:
        if any(kind in rules[name] for kind in kinds):
            return step
    return _LOOSE + 0.4


def line_wants(
    plan: Plan, line: Line, first: int, end: int, pair: tuple[int, int] | None
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
    is_silent = first >= timing.speech_end_frame - _AFTER_VOICE
    reaction = bool(others) and (
        is_silent or (length > _LONG_LINE_S and is_late and _looks_aside(line, first, timing))
    )
    if reaction:
        wants[speaker], wants[others[0]] = 0.6, 1.0
    return wants, reaction, _shift(plan, first, end, is_silent=is_silent)


def _shift(plan: Plan, first: int, end: int, *, is_silent: bool) -> float:
    """Return how much looser a silence or an entrance wants the picture."""
    shift = 0.0
    if is_silent and plan.rate.seconds(end - first) > _SILENCE_S:
        shift -= 0.8
    present = plan.figures.present
    before = max(first - plan.rate.frames_ceil(_ENTERED_S), 0)
    if (present[:, first] & ~present[:, before]).any():
        shift -= 1.0
    return shift


def _looks_aside(line: Line, first: int, timing: BeatTiming) -> bool:
    """Return whether this part of a long speech is one that looks at the listener."""
    share = (first - timing.speech_first_frame) / max(
        1, timing.speech_end_frame - timing.speech_first_frame
    )
    start = 0.25 + 0.2 * (seed_of("reaction", line.id) % 100) / 100
    return start <= share < start + 0.34


def action_wants(plan: Plan, beat: Beat, acts: list[Act], frame: int) -> Array:
    """Return whose faces a stretch of action wants: who does something, and whom it names."""
    there = plan.figures.present[:, frame]
    wants = np.where(there, 0.35, 0.0)
    for who in beat.action.character_ids if beat.action else ():
        person = plan.figures.index(who)
        if person >= 0 and there[person]:
            wants[person] = _NAMED
    resting = grammar().acts["resting"]
    for act in acts:
        person = plan.figures.index(act.character_id)
        if person >= 0 and there[person] and act.kind not in resting:
            wants[person] = 1.0
    return np.asarray(wants)
