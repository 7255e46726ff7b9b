"""The film's shot list as it passes between steps, and as `shots.json` keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mstation.breakdown.scene import Line, Presence, Scene
from mstation.cut.timeline import ActionClip, Clip, MusicClip, SceneClip, VoiceClip
from mstation.identity import prim_names
from mstation.making.cast import Cast
from mstation.screenplay.script import Language
from mstation.shots.shot import ShotList
from mstation.shots.styles import CLASSICAL
from mstation.sound.spots import PlacedSpot
from mstation.stage.performance import BeatTiming, Performance
from mstation.timebase import FrameRate
from mstation.voices.speech import Speech

SCHEMA = "mstation.shots/2"


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
    scenes: tuple[SceneClip, ...] = ()
    actions: tuple[ActionClip, ...] = ()
    style: str = CLASSICAL  # a row of the styles' table


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
    title: str,
    rate: str,
    cast: Cast,
    scenes: list[ShotScene],
    speeches: dict[str, Speech],
    *,
    style: str = CLASSICAL,
    music: Iterable[PlacedSpot] = (),
) -> FilmShots:
    """Return the scenes one after the other, and the cues of the score, in film frames."""
    prims = names_of(cast)
    spoken = {character.id: character.name for character in cast.characters}
    clips: list[Clip] = []
    voices: list[VoiceClip] = []
    places: list[SceneClip] = []
    actions: list[ActionClip] = []
    start = 0
    for shot_scene in scenes:
        place = _place(shot_scene, start)
        clips += [
            Clip(
                shot,
                place.label,
                start + shot.first_frame,
                tuple(prims[each] for each in shot.subjects),
                tuple(prims[each] for each in shot.axis),
            )
            for shot in shot_scene.shots.shots
        ]
        voices += _voices(shot_scene, place, spoken, prims, speeches, FrameRate.parse(rate))
        actions += _actions(shot_scene, place, prims)
        places.append(place)
        start += place.frames
    return FilmShots(
        title,
        cast.language,
        rate,
        start,
        tuple(clips),
        tuple(voices),
        _music(music, scenes),
        tuple(places),
        tuple(actions),
        style,
    )


def _music(cues: Iterable[PlacedSpot], scenes: list[ShotScene]) -> tuple[MusicClip, ...]:
    labels = {each.scene.id: each.shots.scene_label for each in scenes}
    return tuple(
        MusicClip(
            cue.label,
            cue.spot.id,
            tuple(labels[scene] for scene in cue.spot.scene_ids),
            cue.first_frame,
            cue.spot.frames,
        )
        for cue in cues
    )


def _place(shot_scene: ShotScene, start: int) -> SceneClip:
    scene, frames = shot_scene.scene, shot_scene.performance.frames
    label = shot_scene.shots.scene_label
    return SceneClip(label, scene.heading, scene.set_key, start, frames, scene.eighths)


def _voices(
    shot_scene: ShotScene,
    place: SceneClip,
    names: dict[str, str],
    prims: dict[str, str],
    speeches: dict[str, Speech],
    rate: FrameRate,
) -> list[VoiceClip]:
    """Return a scene's voices in the film; one may be heard on after the scene has ended."""
    lines = {beat.line.id: beat.line for beat in shot_scene.scene.beats if beat.line}
    staged = {body.character_id for body in shot_scene.performance.bodies}
    return [
        VoiceClip(
            line.id,
            place.label,
            line.character_id,
            names[line.character_id],
            line.text,
            place.film_first_frame + timing.speech_first_frame,
            _heard(line, timing, speeches[line.id], rate),
            speeches[line.id].words,
            line.presence,
            line.is_dual,
            prims[line.character_id] if line.character_id in staged else "",
        )
        for timing in shot_scene.performance.beats
        if timing.line_id
        for line in (lines[timing.line_id],)
    ]


def _heard(line: Line, timing: BeatTiming, speech: Speech, rate: FrameRate) -> int:
    """Return how many frames a line is heard; a voice of the next scene runs on into it."""
    if line.presence is Presence.PRE_LAP:
        return rate.frames_ceil(speech.duration_s)
    return timing.speech_end_frame - timing.speech_first_frame


def _actions(shot_scene: ShotScene, place: SceneClip, prims: dict[str, str]) -> list[ActionClip]:
    timings = {timing.beat_id: timing for timing in shot_scene.performance.beats}
    return [
        ActionClip(
            action.id,
            place.label,
            action.text,
            place.film_first_frame + timings[beat.id].first_frame,
            timings[beat.id].end_frame - timings[beat.id].first_frame,
            tuple(prims[each] for each in action.character_ids),
        )
        for beat in shot_scene.scene.beats
        for action in (beat.action,)
        if action and beat.id in timings
    ]
