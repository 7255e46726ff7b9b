"""The film's sound as steps: a cue for each scene, the mix with its stems, the score as MIDI."""

from __future__ import annotations

import asyncio

from mstation.film import FilmSettings, Json, Scene, Script
from mstation.graph.build import Build, gather
from mstation.graph.step import Made
from mstation.steps import CUE, MIDI, MIX


async def make_sound(
    build: Build, script: Script, scenes: list[Scene], settings: FilmSettings
) -> tuple[Made, Made]:
    """Return the mix with its stems, and the score as MIDI."""
    rate = str(settings.rate)
    cues = await gather(
        build.make(CUE, shot.number, params=_cue_params(script, shot, settings)) for shot in scenes
    )
    starts = _starts(scenes)
    plans = {f"cue/{index:04d}": cue["plan"] for index, cue in enumerate(cues)}
    music = {f"music/{index:04d}": cue["music"] for index, cue in enumerate(cues)}
    lines = sorted(
        (start + beat["speech_first_frame"], shot.speeches[beat["line_id"]]["sound"])
        for start, shot in zip(starts, scenes, strict=True)
        for beat in shot.performance["beats"]
        if beat["line_id"]
    )
    voices = {f"voice/{index:05d}": sound for index, (_, sound) in enumerate(lines)}
    rooms = [
        [start, start + shot.frames, shot.scene["interior"] != "EXT", shot.scene["set_key"]]
        for start, shot in zip(starts, scenes, strict=True)
    ]
    params = {
        "rate": rate,
        "frames": sum(shot.frames for shot in scenes),
        "cues": starts,
        "lines": [frame for frame, _ in lines],
        "rooms": rooms,
    }
    mix, midi = await asyncio.gather(
        build.make(MIX, params=params, inputs={**music, **voices}),
        build.make(MIDI, params={"rate": rate, "cues": starts}, inputs=plans),
    )
    return mix, midi


def _starts(scenes: list[Scene]) -> list[int]:
    """Return each scene's first frame in the film."""
    starts, frame = [], 0
    for shot in scenes:
        starts.append(frame)
        frame += shot.frames
    return starts


def _cue_params(script: Script, shot: Scene, settings: FilmSettings) -> Json:
    scene = shot.scene
    return {
        **{name: scene[name] for name in ("mood", "tension", "language")},
        "title": script.breakdown["title"],
        "scene_id": scene["id"],
        "frames": shot.frames,
        "rate": str(settings.rate),
        "hits": [each["first_frame"] for each in shot.shots if each["role"] != "ots"],
        "speech": [
            [beat["speech_first_frame"], beat["speech_end_frame"]]
            for beat in shot.performance["beats"]
            if beat["line_id"]
        ],
        "seed": settings.seed,
    }
