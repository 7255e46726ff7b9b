"""The film's sound as steps: what is heard in each scene, the score, the mix."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from mstation.film import FilmSettings, Json, Scene, spoken
from mstation.film_mix import Laid, Mix, make_mix
from mstation.film_score import Planned, make_score
from mstation.graph.build import Build, gather
from mstation.graph.step import Made
from mstation.steps import AMBIENCE, DIALOGUE, EFFECTS, SOUND_REPORT

_FIGURES = (
    "target", "is_reached", "told", "integrated_lufs", "dialogue_lufs", "range_lu",
    "max_momentary_lufs", "max_short_term_lufs", "true_peak_dbtp", "clipped_samples",
)  # fmt: skip
_OF_SPEECH = (
    "seconds", "wanted_db", "least_over_music_db", "least_over_effects_db", "longest_gap_s",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sound:
    """The film's sound, the files beside it, and how loud it is."""

    mix: Mix
    files: dict[str, str]
    loudness: Json  # what is said of it
    score: Json  # what an examiner of the score's notes counts


async def make_sound(
    build: Build, planned: Planned, scenes: list[Scene], shots: str, settings: FilmSettings
) -> Sound:
    """Return the mix, and the score; `shots` is the film's shot list."""
    score, voiced, heard = await asyncio.gather(
        make_score(build, planned, settings),
        gather(_dialogue(build, shot, settings) for shot in scenes),
        gather(_effects(build, shot, settings) for shot in scenes),
    )
    at, frames = settings.rate.sample_of_frame, _starts(scenes)
    starts = [at(frame) for frame in frames]
    ahead = [at(frame - shot.ahead_frames) for frame, shot in zip(frames, scenes, strict=True)]
    laid = [
        *(Laid("dialogue", *each) for each in zip(ahead, voiced, strict=True)),
        *(Laid("effects", *each) for each in zip(starts, heard, strict=True)),
        *(Laid("music", at(frame), made) for frame, made in score.cues),
    ]
    samples = at(sum(shot.frames for shot in scenes))
    mix = await make_mix(build, laid, starts, samples, settings)
    told = await build.make(
        SOUND_REPORT,
        params={"loudness": settings.loudness},
        inputs={
            "levels": mix.levels,
            "shots": shots,
            "plan": score.files["score-plan.json"],
            **spoken(scenes),
        },
    )
    files = {"sound.json": told["sound"], "sheets/levels.svg": told["picture"]}
    loudness = _summed_up(build.json(told["sound"]))
    return Sound(mix, {**files, **score.files}, loudness, score.check)


def _summed_up(said: Json) -> Json:
    """Return what the film's report says of its sound: the figures, not the lists."""
    speech = {name: said["speech"][name] for name in _OF_SPEECH}
    counts = {name: len(said["speech"][name]) for name in ("unclear", "broken")}
    figures = {name: said[name] for name in _FIGURES}
    return {**figures, "speech": {**speech, **counts}}


async def _dialogue(build: Build, shot: Scene, settings: FilmSettings) -> Made:
    voices = {f"voice/{line}": made["sound"] for line, made in shot.speeches.items()}
    return await build.make(
        DIALOGUE, shot.number, params=settings.picture, inputs={**shot.played, **voices}
    )


async def _effects(build: Build, shot: Scene, settings: FilmSettings) -> Made:
    heading = {name: shot.scene[name] for name in ("place", "interior", "time", "weather")}
    place = await build.make(AMBIENCE, shot.number, params=heading, inputs={"layout": shot.layout})
    inputs = {**shot.played, "ambience": place["loop"]}
    return await build.make(EFFECTS, shot.number, params=settings.picture, inputs=inputs)


def _starts(scenes: list[Scene]) -> list[int]:
    """Return each scene's first frame in the film."""
    starts, frame = [], 0
    for shot in scenes:
        starts.append(frame)
        frame += shot.frames
    return starts
