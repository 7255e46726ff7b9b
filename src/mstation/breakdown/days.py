"""Scenes to script days: which day of the story each one plays on.

Days are counted from 1 as the story shows them, however many nobody sees lie between. What leaves
the story's own time is a day of its own, FB1, FB2 …; then the day before goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mstation.breakdown.day_signs import DaySigns, Turn, read_days, read_turns
from mstation.breakdown.paging import ScenePages
from mstation.breakdown.scene import Scene

_NEARBY = 6  # scenes within which `BACK TO SCENE` still ends what was begun


@dataclass(frozen=True, slots=True)
class ScriptDay:
    """The day of a scene; a montage's scenes are on it, but in no order of time."""

    label: str  # "1", "2" …; "FB1" for the first flashback
    is_montage: bool = False


@dataclass(slots=True)
class _Clock:
    """A chain of scenes in one time: its day, and the earliest hour that it may be."""

    day: int = 0
    hour: int = 0

    def move(self, signs: DaySigns) -> None:
        """Go on to a scene; another day begins where a word says so or the hours run back."""
        span = signs.span
        if signs.counted is not None:
            is_new = signs.counted != self.day
            self.day = signs.counted
        else:
            runs_back = span is not None and span[1] < self.hour and not signs.is_same
            is_new = not self.day or signs.is_next or runs_back
            self.day += is_new
        start = 0 if span is None else span[0]
        self.hour = start if is_new else max(self.hour, start)


def script_days(pages: Sequence[ScenePages], scenes: Sequence[Scene]) -> list[ScriptDay]:
    """Return the script day of each scene."""
    signs = read_days(pages, scenes)
    turns = read_turns(pages, "flashback")
    away = _spans(turns, signs)
    signs = [_moved_on(each, index, turns, away) for index, each in enumerate(signs)]
    montages = _spans(read_turns(pages, "montage"), signs)
    story, memory = _Clock(), _Clock()
    labels = 0
    days = []
    for index, each in enumerate(signs):
        if not away[index]:
            if not montages[index] or not story.day:
                story.move(each)
            days.append(ScriptDay(str(story.day), montages[index]))
            continue
        if index == 0 or not away[index - 1] or _begins_anew(turns, index):
            memory = _Clock(day=labels)
            each = replace(each, is_next=True)
        memory.move(replace(each, counted=None))
        labels = memory.day
        days.append(ScriptDay(f"FB{labels}", montages[index]))
    return days


def _spans(turns: Sequence[Turn], signs: Sequence[DaySigns]) -> list[bool]:
    """Return which scenes lie between a beginning and its end, or are marked themselves.

    A beginning whose end is never said holds for one scene and those that continue it.
    """
    inside = [False] * len(signs)
    for at, turn in enumerate(turns):
        if turn.kind not in ("begin", "mark") or turn.scene >= len(signs):
            continue
        end = _end_of(turns, at)
        if end is None:
            if not turn.is_tight or (turn.kind == "begin" and turn.is_shown):
                continue
            end = turn.scene + 1
            while end < len(signs) and signs[end].is_same and signs[end].span is None:
                end += 1
        for index in range(turn.scene, min(end, len(signs))):
            inside[index] = True
    return inside


def _end_of(turns: Sequence[Turn], at: int) -> int | None:
    """Return the first scene after what a turn begins, or None where no end is said."""
    begun = turns[at]
    for turn in turns[at + 1 :]:
        match turn.kind:
            case "end":
                return turn.scene
            case "back":
                is_caption = begun.is_shown and begun.kind == "begin"
                is_near = turn.scene - begun.scene <= _NEARBY
                return turn.scene if (turn.is_shown if is_caption else is_near) else None
            case "begin":
                return None
            case "mark" if begun.kind == "mark":
                return None
            case _:
                pass
    return None


def _begins_anew(turns: Sequence[Turn], index: int) -> bool:
    return any(turn.scene == index and turn.kind in ("begin", "end") for turn in turns)


def _moved_on(signs: DaySigns, index: int, turns: Sequence[Turn], away: Sequence[bool]) -> DaySigns:
    """A caption that goes elsewhere, and from which nothing returns, is another day."""
    is_left = not away[index] and any(
        turn.kind == "begin" and turn.is_shown and turn.scene == index for turn in turns
    )
    is_return = index > 0 and away[index - 1] and not away[index]
    is_dated = signs.is_dated and not is_return
    return replace(signs, is_next=True, is_same=False) if is_left or is_dated else signs
