"""The film as a graph: the one page where stages become steps.

No stage is imported here; a step names its function, and `making` holds those functions. What
passes between steps is digests; what this page reads of a document, it reads as plain JSON.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mstation.graph.build import Build
from mstation.graph.step import Made, Step
from mstation.timebase import FrameRate

READ = Step("read", 3, "mstation.making.text:read", ("pydantic",))
IDENTIFY = Step("identify", 3, "mstation.making.text:identify", ("pydantic",))
BREAK_DOWN = Step("breakdown", 3, "mstation.making.text:break_down", ("pydantic",))
CAST = Step("cast", 3, "mstation.making.people:cast", ("pydantic", "numpy"))
SPEAK = Step(
    "speak",
    3,
    "mstation.making.people:speak",
    ("numpy", "hibari-tts", "onnxruntime", "espeakng-loader", "av"),
)
BUILD_SET = Step("set", 3, "mstation.making.staging:build_set", ("numpy", "pydantic"))
STAGE = Step("stage", 3, "mstation.making.staging:stage", ("numpy", "pydantic"))
DESIGN = Step("shots", 3, "mstation.making.staging:design", ("numpy", "pydantic"))
RENDER = Step(
    "render",
    3,
    "mstation.making.pictures:render",
    ("numpy", "numba", "av", "fonttools", "mapbox-earcut"),
    (
        "share/mstation/fonts/CourierPrime_400Regular.ttf",
        "share/mstation/fonts/NotoSansSC_400Regular.ttf",
    ),
)
SCENE_USD = Step("usd", 3, "mstation.making.pictures:scene_usd", ("numpy", "usd-core"))
FILM_USD = Step("film usd", 3, "mstation.making.pictures:film_usd", ("usd-core",))
CUE = Step(
    "score",
    3,
    "mstation.making.audio:cue",
    ("numpy", "symusic", "av"),
    ("share/mstation/soundfonts/FluidR3Mono_GM.sf3",),
)
MIX = Step("mix", 3, "mstation.making.audio:mix", ("numpy", "av"))
MIDI = Step("midi", 3, "mstation.making.audio:midi", ("numpy", "symusic"))
SHOT_LIST = Step("shot list", 3, "mstation.making.editing:shot_list", ("pydantic",))
TIMELINE = Step("otio", 3, "mstation.making.editing:timeline", ("opentimelineio",))
SUBTITLES = Step("subtitles", 3, "mstation.making.editing:subtitles")
MOVIE = Step("movie", 3, "mstation.making.editing:movie", ("av", "numpy"))

STEPS = (
    READ, IDENTIFY, BREAK_DOWN, CAST, SPEAK, BUILD_SET, STAGE, DESIGN, RENDER, SCENE_USD,
    FILM_USD, CUE, MIX, MIDI, SHOT_LIST, TIMELINE, SUBTITLES, MOVIE,
)  # fmt: skip

_LINEAGE = "lineage.json"

Json = dict[str, Any]
ShotsPlanned = Callable[[dict[str, int]], None]
"""Told each scene's shots as soon as they are designed: label → frames."""


@dataclass(frozen=True, slots=True)
class FilmSettings:
    """What the person asked for."""

    name: str  # the screenplay's file name, for messages
    width: int = 1280
    height: int = 720
    rate: FrameRate = FrameRate(24)  # noqa: RUF009 - frozen, shared safely
    language: str = "auto"
    seed: int = 0

    @property
    def picture(self) -> Json:
        """The settings that pictures depend on."""
        return {"width": self.width, "height": self.height, "rate": str(self.rate)}


@dataclass(frozen=True, slots=True)
class Film:
    """The finished film: file name → digest, and facts for the report."""

    files: dict[str, str]
    frames: int
    facts: Json


@dataclass(frozen=True, slots=True)
class _Script:
    """The script and what all its scenes share."""

    digest: str
    broken: Made
    cast: Made
    breakdown: Json
    casting: Json


@dataclass(frozen=True, slots=True)
class _Scene:
    """One scene as it is staged and shot; its place in the film is known by its order."""

    scene: Json
    digest: str
    layout: str
    staged: Made
    designed: Made
    speeches: dict[str, Made]  # by line id
    performance: Json
    shots: list[Json]

    @property
    def number(self) -> str:
        return str(self.scene["number"])

    @property
    def frames(self) -> int:
        return int(self.performance["frames"])

    @property
    def label(self) -> str:
        return str(self.shots[0]["label"].rpartition("-")[0])


async def make_film(
    build: Build,
    source: bytes,
    settings: FilmSettings,
    *,
    film_notes: bytes = b"",
    on_shots: ShotsPlanned | None = None,
) -> Film:
    """Return the film of a screenplay, making whatever the store does not hold.

    `film_notes` is the text of its `film.toml`, where people correct what was found.

    Raises:
        MStationError: what a step found wrong with the input, or `StepFailed`.
    """
    script = await _read(build, source, film_notes, settings)
    work: list[asyncio.Task[Any]] = []  # pictures start as soon as their scene is shot

    async def shoot(index: int) -> _Scene:
        shot = await _shoot(build, script, index, settings)
        if on_shots:
            on_shots(
                {each["label"]: each["end_frame"] - each["first_frame"] for each in shot.shots}
            )
        work.extend(asyncio.ensure_future(task) for task in _pictures(build, shot, settings))
        return shot

    try:
        scenes = await _gather(shoot(index) for index in range(len(script.breakdown["scenes"])))
        return await _finish(build, script, scenes, settings, work)
    finally:
        for task in work:
            task.cancel()


async def _read(build: Build, source: bytes, film_notes: bytes, settings: FilmSettings) -> _Script:
    read = await build.make(
        READ,
        params={"name": settings.name, "language": settings.language},
        inputs={"source": build.put(source)},
    )
    digest = await _identify(build, read["script"])
    inputs = {"script": digest}
    if film_notes:
        inputs["film notes"] = build.put(film_notes)
    broken = await build.make(BREAK_DOWN, params={"name": settings.name}, inputs=inputs)
    cast = await build.make(CAST, inputs={"cast": broken["cast"]})
    return _Script(
        digest, broken, cast, build.json(broken["breakdown"]), build.json(cast["casting"])
    )


async def _identify(build: Build, read: str) -> str:
    """Return the script's digest, its ids kept from the revision that was built here before."""
    lineage = json.loads(build.store.note(_LINEAGE) or b"{}")
    if lineage.get("read") != read:
        lineage = {"read": read, "previous": lineage.get("script")}
    inputs = {"script": read}
    if lineage["previous"]:
        inputs["previous"] = build.put(build.read(lineage["previous"]))
    lineage["script"] = (await build.make(IDENTIFY, inputs=inputs))["script"]
    data = json.dumps(lineage, sort_keys=True).encode()
    if data != build.store.note(_LINEAGE):
        build.store.write_note(_LINEAGE, data)
    return str(lineage["script"])


async def _shoot(build: Build, script: _Script, index: int, settings: FilmSettings) -> _Scene:
    """Voice, stage and shoot one scene."""
    scene = script.breakdown["scenes"][index]
    digest = script.broken[f"scene/{scene['id']}"]
    layout, speeches = await asyncio.gather(
        _build_set(build, script, scene, settings), _speak(build, script, scene, settings)
    )
    played = {"scene": digest, "layout": layout, "bodies": script.cast["bodies"]}
    spoken = {f"speech/{line}": made["speech"] for line, made in speeches.items()}
    number, rate = scene["number"], str(settings.rate)
    staged = await build.make(STAGE, number, params={"rate": rate}, inputs={**played, **spoken})
    played |= {"performance": staged["performance"], "motions": staged["motions"]}
    ends = {"opening": index == 0, "closing": index == len(script.breakdown["scenes"]) - 1}
    designed = await build.make(DESIGN, number, params={**settings.picture, **ends}, inputs=played)
    performance, shots = build.json(staged["performance"]), build.json(designed["shots"])["shots"]
    return _Scene(scene, digest, layout, staged, designed, speeches, performance, shots)


async def _build_set(build: Build, script: _Script, scene: Json, settings: FilmSettings) -> str:
    # The set is built for the fullest scene that returns to it, so that it always looks the same.
    people = max(
        len(other["present"])
        for other in script.breakdown["scenes"]
        if other["set_key"] == scene["set_key"]
    )
    params = {name: scene[name] for name in ("set_key", "place", "interior", "time", "mood")}
    made = await build.make(
        BUILD_SET, scene["number"], params={**params, "people": people, "seed": settings.seed}
    )
    return made["layout"]


async def _speak(
    build: Build, script: _Script, scene: Json, settings: FilmSettings
) -> dict[str, Made]:
    voices = {voice["character_id"]: voice for voice in script.casting["voices"]}
    lines = [beat["line"] for beat in scene["beats"] if beat["line"]]
    made = await _gather(
        build.make(
            SPEAK,
            f"{scene['number']}, line {line['source_line']}",
            params={
                "text": line["text"],
                "manner": line["manner"],
                "voice": {**voices[line["character_id"]], "character_id": ""},
                "seed": settings.seed,
            },
        )
        for line in lines
    )
    return {line["id"]: speech for line, speech in zip(lines, made, strict=True)}


def _pictures(build: Build, shot: _Scene, settings: FilmSettings) -> Iterable[Awaitable[Made]]:
    """Return the renders of a scene's shots, to be awaited."""
    takes = shot.designed.group("take")
    for each in shot.shots:
        yield build.make(
            RENDER,
            each["label"],
            params=settings.picture,
            inputs={"layout": shot.layout, "take": takes[each["id"]]},
        )


async def _finish(
    build: Build,
    script: _Script,
    scenes: list[_Scene],
    settings: FilmSettings,
    work: list[asyncio.Task[Any]],
) -> Film:
    """Score and mix, write the stage and the cut, and join the movie."""
    rate = str(settings.rate)
    shot_list = await build.make(
        SHOT_LIST,
        params={"rate": rate, "title": script.breakdown["title"]},
        inputs=_scene_inputs(script, scenes),
    )
    stages = _gather(_scene_usd(build, script, shot, settings) for shot in scenes)
    sound = _sound(build, script, scenes, settings)
    (mix, midi), usds, film_usd, timeline, subtitles = await asyncio.gather(
        sound,
        stages,
        build.make(FILM_USD, params={"rate": rate}, inputs={"shots": shot_list["shots"]}),
        build.make(TIMELINE, params=settings.picture, inputs={"shots": shot_list["shots"]}),
        build.make(SUBTITLES, params={"rate": rate}, inputs={"shots": shot_list["shots"]}),
    )
    segments = await _gather(work)
    order = {made.label: made["segment"] for made in segments}
    labels = [each["label"] for shot in scenes for each in shot.shots]
    inputs = {f"segment/{index:05d}": order[label] for index, label in enumerate(labels)}
    movie = await build.make(MOVIE, params=settings.picture, inputs={**inputs, "audio": mix["mix"]})
    files = {
        "film.mp4": movie["movie"],
        "film.otio": timeline["otio"],
        "film.usda": film_usd["stage"],
        **{
            f"scenes/{shot.label}.usdc": made["stage"]
            for shot, made in zip(scenes, usds, strict=True)
        },
        "script.json": script.digest,
        "breakdown.json": script.broken["breakdown"],
        "shots.json": shot_list["shots"],
        "shots.csv": shot_list["table"],
        "subtitles.srt": subtitles["subtitles"],
        "stems/dialogue.wav": mix["dialogue"],
        "stems/music.wav": mix["music"],
        "score.mid": midi["midi"],
    }
    facts = _facts(build, script, scenes, mix)
    return Film(files, sum(shot.frames for shot in scenes), facts)


def _scene_inputs(script: _Script, scenes: list[_Scene]) -> dict[str, str]:
    """Return what the film's shot list is made of, scenes in order."""
    inputs = {"cast": script.broken["cast"]}
    for index, shot in enumerate(scenes):
        inputs[f"scene/{index:04d}"] = shot.digest
        inputs[f"performance/{index:04d}"] = shot.staged["performance"]
        inputs[f"shots/{index:04d}"] = shot.designed["shots"]
        for line, made in shot.speeches.items():
            inputs[f"speech/{line}"] = made["speech"]
    return inputs


async def _scene_usd(build: Build, script: _Script, shot: _Scene, settings: FilmSettings) -> Made:
    return await build.make(
        SCENE_USD,
        shot.number,
        params=settings.picture,
        inputs={
            "scene": shot.digest,
            "layout": shot.layout,
            "cast": script.broken["cast"],
            "performance": shot.staged["performance"],
            "motions": shot.staged["motions"],
            "shots": shot.designed["shots"],
            **{f"take/{name}": digest for name, digest in shot.designed.group("take").items()},
        },
    )


async def _sound(
    build: Build, script: _Script, scenes: list[_Scene], settings: FilmSettings
) -> tuple[Made, Made]:
    """Return the mix with its stems, and the score as MIDI."""
    rate = str(settings.rate)
    cues = await _gather(
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


def _starts(scenes: list[_Scene]) -> list[int]:
    """Return each scene's first frame in the film."""
    starts, frame = [], 0
    for shot in scenes:
        starts.append(frame)
        frame += shot.frames
    return starts


def _cue_params(script: _Script, shot: _Scene, settings: FilmSettings) -> Json:
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


def _facts(build: Build, script: _Script, scenes: list[_Scene], mix: Made) -> Json:
    """Return what the report says beside its steps: loudness, and what stood in for what."""
    stood_in = [build.json(shot.layout)["stood_in"] for shot in scenes]
    used = build.json(script.cast["used"])
    return {
        "title": script.breakdown["title"],
        "language": script.breakdown["language"],
        "scenes": len(scenes),
        "shots": sum(len(shot.shots) for shot in scenes),
        "loudness": build.json(mix["loudness"]),
        "stood_in": sorted({text for text in stood_in if text}),
        "doubts": build.json(script.broken["doubts"]),
        "used": used,
    }


async def _gather(work: Iterable[Awaitable[Any]]) -> list[Any]:
    return list(await asyncio.gather(*work))
