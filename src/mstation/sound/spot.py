"""Scenes as they were shot in, the film's spotting out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mstation.breakdown.scene import Scene
from mstation.shots.shot import ShotList
from mstation.sound.spots import HitPoint, PlacedSpot, Spot, Spotting, Told
from mstation.stage.performance import Performance

_CUT = Told("a cut", "切镜")
_WHOLE = Told("music runs through the scene", "音乐贯穿全场")


@dataclass(frozen=True, slots=True)
class SceneToScore:
    """A scene in the film, as it is played and shot."""

    first_frame: int
    scene: Scene
    performance: Performance
    shots: ShotList


def spot_film(title: str, rate: str, scenes: Sequence[SceneToScore], *, seed: int) -> Spotting:
    """Return where the film has music: a cue a scene."""
    cues = tuple(
        PlacedSpot(f"1M{number}", each.first_frame, _spot(each))
        for number, each in enumerate(scenes, 1)
    )
    frames = sum(each.performance.frames for each in scenes)
    return Spotting(title, rate, frames, seed, cues)


def _spot(each: SceneToScore) -> Spot:
    scene, frames = each.scene, each.performance.frames
    return Spot(
        id=scene.id,
        scene_ids=(scene.id,),
        frames=frames,
        mood=scene.mood,
        strength=scene.tension,
        tension=scene.tension,
        language=scene.language,
        hits=tuple(
            HitPoint(shot.first_frame, "cut", 0.5, _CUT)
            for shot in each.shots.shots
            if shot.role != "ots" and 0 < shot.first_frame < frames
        ),
        speech=tuple(
            (beat.speech_first_frame, beat.speech_end_frame)
            for beat in each.performance.beats
            if beat.line_id
        ),
        characters=scene.present,
        place=scene.set_key,
        why=(_WHOLE,),
    )
