"""A scene and its playing in, a plan out: its beats with their times, exchanges and styles."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.breakdown.scene import Line, Scene
from mstation.shots.direction import StyleChange
from mstation.shots.exchanges import Exchange, Flags, exchanges_of
from mstation.shots.grammar import grammar
from mstation.shots.landmarks import Figures
from mstation.shots.rhythm import styles_at
from mstation.shots.styles import Style
from mstation.stage.performance import Act, BeatTiming, Performance
from mstation.timebase import FrameRate


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a scene before it is cut. `styles` has one for each beat."""

    scene: Scene
    performance: Performance
    figures: Figures
    rate: FrameRate
    timings: dict[str, BeatTiming]
    exchanges: tuple[Exchange, ...]
    styles: tuple[Style, ...]
    opens_until: int  # the place is shown until here

    @property
    def pairs(self) -> dict[int, tuple[int, int]]:
        """Who speaks to whom, by the index of the beat; −1 for a voice without a body."""
        return {one.beat: (one.speaker, one.listener) for one in self.exchanges}

    def beat_at(self, frame: int) -> int:
        """Return the index of the beat that is played at a frame."""
        last = 0
        for index, beat in enumerate(self.scene.beats):
            timing = self.timings.get(beat.id)
            if timing is not None and timing.first_frame <= frame:
                last = index
        return last

    def acts_of(self, beat_id: str, first: int, end: int) -> list[Act]:
        """Return what is done in a beat between two frames."""
        return [act for act in self.performance.acts if act.beat_id == beat_id
                and act.first_frame < end and act.end_frame > first]  # fmt: skip


def plan_of(
    scene: Scene,
    performance: Performance,
    figures: Figures,
    rate: FrameRate,
    style: Style,
    changes: tuple[StyleChange, ...] = (),
    *,
    called: Flags,
) -> Plan:
    """Return the plan of a scene that is shot in a style, and in others from some beats on."""
    opens = rate.frames_ceil(grammar().rhythm.min_wide_s) if scene.opens_place else 0
    return Plan(
        scene=scene,
        performance=performance,
        figures=figures,
        rate=rate,
        timings={timing.beat_id: timing for timing in performance.beats},
        exchanges=exchanges_of(scene, performance, figures, called),
        styles=styles_at(scene, style, changes),
        opens_until=opens,
    )


def intensity_of(line: Line) -> float:
    """Return how near the edge a line is, 0 to 1, by its words, marks and parentheticals."""
    rules = grammar()
    text = f"{line.text} {line.manner}".lower()
    words = sum(word in text for word in rules.intensity_words)
    marks = sum(mark in text for mark in rules.intensity_marks)
    return min(1.0, 0.5 * words + 0.35 * marks)
