"""A script in, its scenes shot out: read, played with estimated voices, designed; no pictures.

Every step is the film's own (breakdown, bodies, sets, staging, shots, takes); only the voices are
estimates: their lengths are the breakdown's, their words are spread over them. Scenes come one
after the other, so a feature needs no more memory than its longest scene.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from mstation.breakdown import break_down
from mstation.breakdown.playing import speech_seconds
from mstation.breakdown.scene import Breakdown, Line, Scene
from mstation.screenplay import read
from mstation.shots.design import design_shots
from mstation.shots.notes import wishes_of
from mstation.shots.shot import ShotList, Take
from mstation.shots.styles import Style, style_for, style_named
from mstation.shots.takes import cut_takes
from mstation.space import Sensor, sensor_for
from mstation.stage.bodies import dress
from mstation.stage.layout import Layout
from mstation.stage.performance import Body, Motion, Performance
from mstation.stage.sets import design_set
from mstation.stage.staging import stage_scene
from mstation.timebase import FrameRate
from mstation.voices.speech import Mouth, Speech, Word
from mstation.voices.written import written_words

RATE = FrameRate(24)
_COMMAS, _STOPS = ",;:—–，、；：", ".!?…。！？"
_COMMA, _STOP, _HAN = 4.0, 8.0, 2.5  # lengths in letters: of pauses, and of a Han character


class Designer(Protocol):
    """Whatever designs shots as `shots.design.design_shots` does."""

    def __call__(
        self,
        scene: Scene,
        layout: Layout,
        performance: Performance,
        motions: tuple[Motion, ...],
        *,
        sensor: Sensor,
        rate: FrameRate,
        opening: bool = False,
        closing: bool = False,
        style: Style | None = None,
    ) -> ShotList:
        """Return the shots of a scene, in order, covering every frame."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """One scene as it is played, ready to be shot."""

    scene: Scene
    layout: Layout
    performance: Performance
    motions: tuple[Motion, ...]
    speeches: Mapping[str, Speech]  # by line id


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """How a film is shot: the picture's size, the camera's sensor, the rate, the style."""

    width: int
    height: int
    sensor: Sensor
    rate: FrameRate
    style: Style

    @classmethod
    def of(cls, width: int = 1280, height: int = 720, style: str = "") -> Picture:
        """Return the picture of a size in pixels, in the style that is named, or the usual one."""
        chosen = style_named(style) if style else style_for(width, height)
        return cls(width, height, sensor_for(width, height), RATE, chosen)


@dataclass(frozen=True, slots=True, eq=False)
class Filmed:
    """One scene as it was shot."""

    staged: Staged
    shots: ShotList
    takes: tuple[Take, ...]

    @property
    def without_curves(self) -> Filmed:
        """The same without what takes memory: joints and cameras frame by frame."""
        return replace(self, staged=replace(self.staged, motions=()), takes=())


def read_breakdown(path: Path) -> Breakdown:
    """Return the breakdown of a screenplay of any format."""
    return break_down(read(path.read_bytes(), path=path.name))


def spoken(line: Line) -> Speech:
    """Return a line as it may be spoken: its estimated length, its words spread over it."""
    words = written_words(line.text)
    # the estimate holds the turn after the line, which the staging adds by itself
    seconds = max(0.3, speech_seconds(line.text, line.manner) - speech_seconds("", ""))
    lengths = np.array([_HAN if len(w.text) == 1 and not w.text.isascii() else max(2.0, len(w.text))
                        for w in words])  # fmt: skip
    ends = [*(word.start for word in words[1:]), len(line.text)]
    pauses = np.array([_pause(line.text[word.end : end])
                       for word, end in zip(words, ends, strict=True)])  # fmt: skip
    if not words:
        return Speech(seconds, (), (), "espeak", -18.0)
    pauses[-1] = 0.0
    starts = np.concatenate([[0.0], np.cumsum(lengths + pauses)])
    scale = seconds / starts[-1]
    times = tuple(
        Word(word.text, float(start * scale), float((start + length) * scale))
        for word, start, length in zip(words, starts, lengths, strict=False)
    )
    mouths = tuple(
        mouth
        for word in times
        for mouth in (Mouth(word.start_s, 0.7, 0.2), Mouth(word.end_s, 0, 0))
    )
    return Speech(float(seconds), times, mouths, "espeak", -18.0)


def _pause(between: str) -> float:
    if any(mark in _STOPS for mark in between):
        return _STOP
    return _COMMA if any(mark in _COMMAS for mark in between) else 0.0


def staged_scenes(breakdown: Breakdown, rate: FrameRate = RATE) -> Iterator[Staged]:
    """Return the scenes of a film as they are played, one after the other."""
    bodies = dress(tuple(replace(each, lines=0, words=0, number=0) for each in breakdown.cast))
    fullest: dict[str, int] = {}
    for scene in breakdown.scenes:
        fullest[scene.set_key] = max(fullest.get(scene.set_key, 0), len(scene.present))
    for scene in breakdown.scenes:
        yield stage(scene, bodies, people=fullest[scene.set_key], rate=rate)


def stage(
    scene: Scene, bodies: tuple[Body, ...], *, people: int = 0, rate: FrameRate = RATE
) -> Staged:
    """Return one scene as it is played, on a set with room for so many."""
    layout = design_set(
        scene.set_key,
        scene.place,
        scene.interior,
        scene.time,
        people=max(people, len(scene.present)),
        mood=scene.mood,
    )
    speeches = {beat.line.id: spoken(beat.line) for beat in scene.beats if beat.line is not None}
    performance, motions = stage_scene(scene, layout, bodies, speeches, rate)
    return Staged(scene, layout, performance, motions, speeches)


def shoot(
    staged: Staged,
    picture: Picture,
    *,
    designer: Designer = design_shots,
    opening: bool = False,
    closing: bool = False,
) -> Filmed:
    """Return a scene as a designer shoots it."""
    shots = design(staged, picture, designer=designer, opening=opening, closing=closing)
    takes = cut_takes(
        shots, staged.performance, staged.motions, sensor=picture.sensor, rate=picture.rate
    )
    return Filmed(staged, shots, takes)


def design(
    staged: Staged,
    picture: Picture,
    *,
    designer: Designer = design_shots,
    opening: bool = False,
    closing: bool = False,
) -> ShotList:
    """Return a scene's shots as a designer chooses them."""
    return designer(
        staged.scene,
        staged.layout,
        staged.performance,
        staged.motions,
        sensor=picture.sensor,
        rate=picture.rate,
        opening=opening,
        closing=closing,
        style=picture.style,
    )


def film_scenes(
    breakdown: Breakdown, picture: Picture, *, designer: Designer = design_shots
) -> Iterator[Filmed]:
    """Return a film's scenes as they are shot, one after the other."""
    last = len(breakdown.scenes) - 1
    names = {who.id: (who.name, *who.aliases) for who in breakdown.cast}
    for index, staged in enumerate(staged_scenes(breakdown, picture.rate)):
        directed = designer
        if designer is design_shots:  # it alone obeys the notes of the script
            wishes, changes, _ = wishes_of(staged.scene, names)
            directed = partial(design_shots, wishes=wishes, style_changes=changes)
        yield shoot(staged, picture, designer=directed, opening=not index, closing=index == last)
