"""A plan in, the stretches out in which a thing wants to be seen large: read, or handled."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mstation.shots.grammar import grammar
from mstation.shots.plan import Plan
from mstation.stage.performance import BeatTiming, Prop

_LEAST_INSERT_S, _SETTLE_S = 0.8, 0.7


@dataclass(frozen=True, slots=True)
class Window:
    """When an insert of a prop belongs on screen."""

    first_frame: int
    end_frame: int
    prop: int


def reading_seconds(text: str) -> float:
    """Return how long an audience needs for these words on an insert."""
    rules = grammar().insert
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    words = len(re.findall(r"[A-Za-z0-9']+", text))
    if not han and not words:
        return rules["base_s"]
    reading = han * rules["han_s"] + words * rules["word_s"] + rules["reading_extra_s"]
    return float(min(rules["base_s"] + reading, rules["longest_s"]))


def windows_of(plan: Plan) -> list[Window]:
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


def _things_of(plan: Plan, timing: BeatTiming) -> list[int]:
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


def _stretch(plan: Plan, prop: Prop) -> tuple[int, int]:
    return prop.first_frame, prop.end_frame or plan.performance.frames


def _window(plan: Plan, prop: Prop, index: int, start: int, timing: BeatTiming) -> Window:
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
