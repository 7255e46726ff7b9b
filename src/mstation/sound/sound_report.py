"""A mixed film's levels and what happens in it in, what is said of its sound out: `sound.json`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mstation.sound.intelligibility import CLEAR_DB, SpokenSecond
from mstation.sound.levels import FilmLevels
from mstation.sound.metering import SILENCE_LUFS, gated, power_of
from mstation.sound.spots import Told
from mstation.sound.targets import Target, target_of
from mstation.timebase import FrameRate, timecode
from mstation.voices.gaps import LONGEST_GAP_S

SCHEMA = "mstation.sound/1"
_A_SECOND = 10  # values of a curve
_BLOCK, _SHORT = 4, 30  # values that a block of 400 ms, and one of 3 s, are made of


@dataclass(frozen=True, slots=True)
class Stretch:
    """A scene, a cue or a line in the film; film frames, half-open."""

    label: str
    first_frame: int
    end_frame: int
    text: str = ""  # what a line says
    who: str = ""
    gap_s: float = 0.0  # the longest silence inside one of a line's words


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens in a film as far as its sound goes."""

    title: str
    language: str
    rate: FrameRate
    frames: int
    scenes: tuple[Stretch, ...]
    lines: tuple[Stretch, ...]
    cues: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class SceneLoudness:
    """How loud one scene is."""

    label: str
    first_frame: int
    end_frame: int
    integrated_lufs: float
    max_short_term_lufs: float


@dataclass(frozen=True, slots=True)
class UnclearSecond:
    """A spoken second in which speech does not stand far enough over music or effects."""

    timecode: str
    lines: tuple[str, ...]  # ids
    who: tuple[str, ...]
    over_music_db: float
    over_effects_db: float


@dataclass(frozen=True, slots=True)
class BrokenWord:
    """A line with a silence inside a word that is long enough to be taken for a fault."""

    line: str  # its id
    who: str
    gap_s: float


@dataclass(frozen=True, slots=True)
class Speech:
    """How clear the film's speech is."""

    seconds: int  # in which somebody is heard
    wanted_db: float
    least_over_music_db: float | None
    least_over_effects_db: float | None
    unclear: tuple[UnclearSecond, ...]  # empty is the goal
    longest_gap_s: float  # the longest silence inside a word, of all lines
    broken: tuple[BrokenWord, ...]  # empty is the goal


@dataclass(frozen=True, slots=True)
class SoundReport:
    """What is said of a film's sound; −70 LUFS is silence."""

    target: str
    asked: dict[str, Any]  # the target's figures
    is_reached: bool
    told: Told
    integrated_lufs: float
    dialogue_lufs: float
    range_lu: float
    max_momentary_lufs: float
    max_short_term_lufs: float
    true_peak_dbtp: float
    clipped_samples: int
    stems_lufs: dict[str, float]
    speech: Speech
    scenes: tuple[SceneLoudness, ...]


def sound_report(target: str, levels: FilmLevels, happening: Happening) -> SoundReport:
    """Return what is said of a film's sound."""
    asked = target_of(target)
    figures = {name: value for name, value in asdict(asked).items() if name not in ("en", "zh")}
    return SoundReport(
        target,
        figures,
        levels.is_reached,
        _told(asked, levels),
        levels.integrated_lufs,
        levels.dialogue_lufs,
        levels.range_lu,
        levels.max_momentary_lufs,
        levels.max_short_term_lufs,
        levels.true_peak_dbtp,
        levels.clipped_samples,
        {
            name: round(_loudness(curve), 2)
            for name, curve in levels.momentary_lufs.items()
            if name != "mix"
        },
        _speech(levels.spoken, happening),
        tuple(_scene(scene, levels, happening.rate) for scene in happening.scenes),
    )


def printed(value: float, digits: int = 1) -> str:
    """Return a number as prose has it, with a true minus."""
    return f"{value:.{digits}f}".replace("-", "−")


def _told(target: Target, levels: FilmLevels) -> Told:
    """Return in a sentence whether the film is as loud as it was to be, and why it is not."""
    whole, voices = levels.integrated_lufs, levels.dialogue_lufs
    if levels.max_momentary_lufs <= SILENCE_LUFS:
        return Told("the film is silent", "影片没有声音")
    by_voices = target.levelled == "dialogue" and voices > SILENCE_LUFS
    found = voices if by_voices else whole
    en = f"{'dialogue' if by_voices else 'programme'} at {printed(found)} LUFS"
    zh = f"{'对白' if by_voices else '整体'}响度 {printed(found)} LUFS"
    if levels.is_reached:
        return Told(f"{en}, as {target.en} asks", f"{zh}，符合{target.zh}标准")
    asked = printed(target.loudness_lufs)
    return Told(
        f"{en}; {target.en} asks for {asked}: what has no voices or music is not made louder than "
        f"it would be beside them, and peaks are not flattened for loudness",
        f"{zh}；{target.zh}标准为 {asked}：没有对白和音乐的影片不会被抬高到不自然的响度",
    )


def _loudness(curve: Sequence[float]) -> float:
    """Return the gated loudness of momentary values."""
    return gated(np.array([power_of(value) for value in curve]))


def _scene(scene: Stretch, levels: FilmLevels, rate: FrameRate) -> SceneLoudness:
    first_s, end_s = rate.seconds(scene.first_frame), rate.seconds(scene.end_frame)
    blocks = _within(levels.momentary_lufs["mix"], first_s, end_s, _BLOCK)
    shorts = _within(levels.short_term_lufs, first_s, end_s, _SHORT) or blocks
    loudest = max(shorts, default=SILENCE_LUFS)
    return SceneLoudness(
        scene.label, scene.first_frame, scene.end_frame, round(_loudness(blocks), 2), loudest
    )


def _within(curve: Sequence[float], first_s: float, end_s: float, width: int) -> Sequence[float]:
    """Return the values of a curve whose blocks lie within a stretch, or the one in its middle."""
    first, end = round(first_s * _A_SECOND), round(end_s * _A_SECOND) - width + 1
    if end <= first:
        first = max(0, min(len(curve) - 1, (first + end) // 2))
        end = first + 1
    return curve[first:end]


def _speech(spoken: Sequence[SpokenSecond], happening: Happening) -> Speech:
    unclear = [
        second for second in spoken if min(second.over_music_db, second.over_effects_db) < CLEAR_DB
    ]
    return Speech(
        len(spoken),
        CLEAR_DB,
        min((second.over_music_db for second in spoken), default=None),
        min((second.over_effects_db for second in spoken), default=None),
        tuple(_unclear(second, happening) for second in unclear),
        max((line.gap_s for line in happening.lines), default=0.0),
        tuple(
            BrokenWord(line.label, line.who, line.gap_s)
            for line in happening.lines
            if line.gap_s > LONGEST_GAP_S
        ),
    )


def _unclear(second: SpokenSecond, happening: Happening) -> UnclearSecond:
    rate = happening.rate
    first, end = (rate.frames_ceil(second.second + after) for after in (0, 1))
    lines = [line for line in happening.lines if line.first_frame < end and line.end_frame > first]
    return UnclearSecond(
        timecode(first, rate),
        tuple(line.label for line in lines),
        tuple(line.who for line in lines),
        second.over_music_db,
        second.over_effects_db,
    )
