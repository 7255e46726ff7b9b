"""The film's shot list as it passes between steps, and as `shots.json` keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.breakdown.scene import Scene
from mstation.cut.timeline import Clip, MusicClip, VoiceClip
from mstation.identity import prim_names
from mstation.making.cast import Cast
from mstation.screenplay.script import Language
from mstation.shots.shot import ShotList
from mstation.stage.performance import Performance
from mstation.voices.speech import Speech

SCHEMA = "mstation.shots/1"


@dataclass(frozen=True, slots=True)
class FilmShots:
    """Every shot of the film, every voice, every cue, at their film frames."""

    title: str
    language: Language
    rate: str
    frames: int
    clips: tuple[Clip, ...]
    voices: tuple[VoiceClip, ...]
    music: tuple[MusicClip, ...]


@dataclass(frozen=True, slots=True)
class ShotScene:
    """One scene as it was shot."""

    scene: Scene
    performance: Performance
    shots: ShotList


def names_of(cast: Cast) -> dict[str, str]:
    """Return each character's prim name by id."""
    ids = [character.id for character in cast.characters]
    names = prim_names(character.name for character in cast.characters)
    return dict(zip(ids, names, strict=True))


def assemble_shots(
    title: str, rate: str, cast: Cast, scenes: list[ShotScene], speeches: dict[str, Speech]
) -> FilmShots:
    """Return the scenes one after the other, in film frames."""
    prims = names_of(cast)
    spoken = {character.id: character.name for character in cast.characters}
    clips: list[Clip] = []
    voices: list[VoiceClip] = []
    music: list[MusicClip] = []
    start = 0
    for shot_scene in scenes:
        label, frames = shot_scene.shots.scene_label, shot_scene.performance.frames
        clips += [
            Clip(
                shot, label, start + shot.first_frame, tuple(prims[each] for each in shot.subjects)
            )
            for shot in shot_scene.shots.shots
        ]
        voices += _voices(shot_scene, label, start, spoken, speeches)
        music.append(MusicClip(label, start, frames))
        start += frames
    return FilmShots(title, cast.language, rate, start, tuple(clips), tuple(voices), tuple(music))


def _voices(
    shot_scene: ShotScene,
    label: str,
    start: int,
    names: dict[str, str],
    speeches: dict[str, Speech],
) -> list[VoiceClip]:
    lines = {beat.line.id: beat.line for beat in shot_scene.scene.beats if beat.line}
    return [
        VoiceClip(
            line.id,
            label,
            line.character_id,
            names[line.character_id],
            line.text,
            start + timing.speech_first_frame,
            timing.speech_end_frame - timing.speech_first_frame,
            speeches[line.id].words,
            line.presence,
            line.is_dual,
        )
        for timing in shot_scene.performance.beats
        if timing.line_id
        for line in (lines[timing.line_id],)
    ]
