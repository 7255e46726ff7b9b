"""The film as a graph: the one page where stages become steps.

No stage is imported here; a step names its function (`steps.py`), and `making` holds those
functions. What passes between steps is digests; what this page reads of a document, it reads as
plain JSON.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mstation.graph.build import Build
from mstation.graph.step import Made
from mstation.handoff import FinalWish, make_finals
from mstation.passes import PassSettings, make_passes
from mstation.steps import (
    BREAK_DOWN,
    BUILD_SET,
    CAST,
    CUE,
    DESIGN,
    DIRECT,
    DIRECTIONS,
    DOUBTS,
    FILM_USD,
    FRAME,
    IDENTIFY,
    LINED,
    MIDI,
    MIX,
    MOVIE,
    NOTES,
    READ,
    RENDERERS,
    SCENE_GLTF,
    SCENE_USD,
    SHEETS,
    SHOT_LIST,
    SPEAK,
    STAGE,
    STORYBOARD,
    SUBTITLES,
    TECHVIS,
    TIMELINE,
)
from mstation.timebase import FrameRate

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
    style: str = ""  # of coverage, in any word for it; empty: `direction.toml`'s, or by the shape
    passes: PassSettings = PassSettings()  # noqa: RUF009 - frozen, shared safely
    final: FinalWish = FinalWish()  # noqa: RUF009 - frozen, shared safely
    renderer: str = "numba"  # or gpu
    look: str = "toon"  # of the pictures: toon, clay or pencil
    figures: str = "people"  # or mannequin
    depth_of_field: bool = True
    slate: bool = False

    @property
    def picture(self) -> Json:
        """The settings that pictures depend on."""
        return {"width": self.width, "height": self.height, "rate": str(self.rate)}

    @property
    def looks(self) -> Json:
        """What the pictures are drawn as; the cut and the sound do not depend on it."""
        return {
            "look": self.look,
            "figures": self.figures,
            "depth_of_field": self.depth_of_field,
            "slate": self.slate,
        }


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
    noted: Made | None  # what the notes want, where the script has any
    directed: Made  # the film's style, and a row for each shot that a person directs
    style: str
    directions: str  # the digest of direction.toml, or nothing


@dataclass(frozen=True, slots=True)
class _Scene:
    """One scene as it is staged and shot; its place in the film is known by its order."""

    scene: Json
    digest: str
    layout: str
    staged: Made
    undirected: str  # the digest of the shots without directions
    designed: Made
    speeches: dict[str, Made]  # by line id
    performance: Json
    listed: Json  # its shot list

    @property
    def shots(self) -> list[Json]:
        shots: list[Json] = self.listed["shots"]
        return shots

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
    directions: bytes = b"",
    on_shots: ShotsPlanned | None = None,
) -> Film:
    """Return the film of a screenplay, making whatever the store does not hold.

    `film_notes` is the text of its `film.toml`, where people correct what was found;
    `directions` that of its `direction.toml`, where they say how shots are to be.

    Raises:
        MStationError: what a step found wrong with the input, or `StepFailed`.
    """
    script = await _read(build, source, film_notes, directions, settings)
    work: list[asyncio.Task[Any]] = []  # pictures start as soon as their scene is shot

    async def shoot(index: int) -> _Scene:
        shot = await _shoot(build, script, index, settings)
        if on_shots:
            on_shots(
                {each["label"]: each["end_frame"] - each["first_frame"] for each in shot.shots}
            )
        work.extend(
            asyncio.ensure_future(task) for task in _pictures(build, script, shot, settings)
        )
        return shot

    try:
        scenes = await _gather(shoot(index) for index in range(len(script.breakdown["scenes"])))
        settings.passes.check(each["label"] for shot in scenes for each in shot.shots)
        return await _finish(build, script, scenes, settings, work)
    finally:
        for task in work:
            task.cancel()


async def _read(
    build: Build, source: bytes, film_notes: bytes, directions: bytes, settings: FilmSettings
) -> _Script:
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
    breakdown = build.json(broken["breakdown"])
    wanted = build.put(directions) if directions else ""
    cast, noted, directed = await asyncio.gather(
        build.make(CAST, inputs={"cast": broken["cast"]}),
        _notes(build, breakdown, broken),
        build.make(
            DIRECTIONS,
            params={
                "width": settings.width,
                "height": settings.height,
                "style": settings.style,
            },
            inputs={"directions": wanted} if wanted else {},
        ),
    )
    return _Script(
        digest,
        broken,
        cast,
        breakdown,
        build.json(cast["casting"]),
        noted,
        directed,
        build.json(directed["style"]),
        wanted,
    )


async def _notes(build: Build, breakdown: Json, broken: Made) -> Made | None:
    """Return what the script's notes want, or None where it has none."""
    if not any(beat["marks"] for scene in breakdown["scenes"] for beat in scene["beats"]):
        return None
    return await build.make(NOTES, inputs={"breakdown": broken["breakdown"]})


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
    if script.noted is not None and f"wanted/{scene['id']}" in script.noted.outputs:
        played["wanted"] = script.noted[f"wanted/{scene['id']}"]
    ends = {"opening": index == 0, "closing": index == len(script.breakdown["scenes"]) - 1}
    params = {**settings.picture, **ends, "style": script.style}
    undirected = await build.make(DESIGN, number, params=params, inputs=played)
    designed = await _direct(build, script, undirected, number, params, played)
    return _Scene(
        scene,
        digest,
        layout,
        staged,
        undirected["shots"],
        designed,
        speeches,
        build.json(staged["performance"]),
        build.json(designed["shots"]),
    )


async def _direct(
    build: Build, script: _Script, undirected: Made, number: str, params: Json, played: Json
) -> Made:
    """Return a scene's shots with what a person wants of them; a row touches its own scene only."""
    rows = script.directed.group("row")
    ids = [shot["id"] for shot in build.json(undirected["shots"])["shots"]]
    named = {f"row/{each}": rows[each] for each in ids if each in rows}
    if not named:
        return undirected
    inputs = {**played, **named, "cast": script.broken["cast"], "undirected": undirected["shots"]}
    return await build.make(DIRECT, number, params=params, inputs=inputs)


async def _build_set(build: Build, script: _Script, scene: Json, settings: FilmSettings) -> str:
    # The set is built for the fullest scene that returns to it, so that it always looks the same.
    people = max(
        len(other["present"])
        for other in script.breakdown["scenes"]
        if other["set_key"] == scene["set_key"]
    )
    params = {
        name: scene[name] for name in ("set_key", "place", "interior", "time", "mood", "weather")
    }
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


def _slate(script: _Script, shot: Json, settings: FilmSettings) -> Json | None:
    """Return what a shot's slate says, if it has one; never where in the film the shot is."""
    if not settings.slate:
        return None
    told = {name: shot[name] for name in ("label", "size")}
    return {**told, "language": script.breakdown["language"]}


def _pictures(
    build: Build, script: _Script, shot: _Scene, settings: FilmSettings
) -> Iterable[Awaitable[Made]]:
    """Return the renders of a scene's shots, to be awaited."""
    takes = shot.designed.group("take")
    for each in shot.shots:
        yield build.make(
            RENDERERS[settings.renderer],
            each["label"],
            params={**settings.picture, **settings.looks, "slate": _slate(script, each, settings)},
            inputs={"layout": shot.layout, "take": takes[each["id"]]},
        )


async def _passes(
    build: Build, shot: _Scene, each: Json, segment: str, settings: FilmSettings
) -> dict[str, str]:
    """Return the passes of a shot, by the names of their files in the film's folder."""
    take = shot.designed.group("take")[each["id"]]
    inputs = {"layout": shot.layout, "take": take, "segment": segment}
    return await make_passes(build, each, inputs, settings.passes, settings.picture)


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
        params={"rate": rate, "title": script.breakdown["title"], "style": script.style},
        inputs=_scene_inputs(script, scenes),
    )
    stages = _gather(_scene_stage(build, script, shot, settings) for shot in scenes)
    sound = _sound(build, script, scenes, settings)
    (mix, midi), usds, film_usd, timeline, subtitles, finals = await asyncio.gather(
        sound,
        stages,
        build.make(FILM_USD, params={"rate": rate}, inputs={"shots": shot_list["shots"]}),
        build.make(TIMELINE, params=settings.picture, inputs={"shots": shot_list["shots"]}),
        build.make(SUBTITLES, params={"rate": rate}, inputs={"shots": shot_list["shots"]}),
        make_finals(build, settings.final, settings.picture, _takes(scenes)),
    )
    segments = {made.label: made["segment"] for made in await _gather(work)}
    labels = [each["label"] for shot in scenes for each in shot.shots]
    inputs = {f"segment/{index:05d}": segments[label] for index, label in enumerate(labels)}
    movie, sheets, passes = await asyncio.gather(
        build.make(MOVIE, params=settings.picture, inputs={**inputs, "audio": mix["mix"]}),
        _sheets(build, script, scenes, shot_list["shots"], segments, rate),
        _gather(
            _passes(build, shot, each, segments[each["label"]], settings)
            for shot in scenes
            for each in shot.shots
            if settings.passes.of(each["label"])
        ),
    )
    files = {
        "film.mp4": movie["movie"],
        "film.otio": timeline["otio"],
        "film.usda": film_usd["stage"],
        **{
            name: digest
            for shot, (usd, gltf) in zip(scenes, usds, strict=True)
            for name, digest in (
                (f"scenes/{shot.label}.usdc", usd["stage"]),
                (f"gltf/{shot.label}.glb", gltf["glb"]),
            )
        },
        "script.json": script.digest,
        "breakdown.json": script.broken["breakdown"],
        "shots.json": shot_list["shots"],
        "shots.csv": shot_list["table"],
        "subtitles.srt": subtitles["subtitles"],
        "stems/dialogue.wav": mix["dialogue"],
        "stems/music.wav": mix["music"],
        "score.mid": midi["midi"],
        **sheets,
        **{name: digest for files in passes for name, digest in files.items()},
        **finals.files,
    }
    facts = _facts(build, script, scenes, mix)
    facts["used"] = [*facts["used"], *finals.used]
    facts["doubts"] = await _doubts(build, script, scenes, settings)
    return Film(files, sum(shot.frames for shot in scenes), facts)


async def _doubts(
    build: Build, script: _Script, scenes: list[_Scene], settings: FilmSettings
) -> list[Json]:
    """Return what fits no scene and no shot of the film, of all that people wrote."""
    made = {"film.toml": [script.broken], settings.name: [script.noted] if script.noted else []}
    made["direction.toml"] = [shot.designed for shot in scenes if "doubts" in shot.designed.outputs]
    if script.directions:
        listed = {f"shots/{index:04d}": shot.undirected for index, shot in enumerate(scenes)}
        inputs = {"directions": script.directions, **listed}
        made["direction.toml"].insert(0, await build.make(DOUBTS, inputs=inputs))
    return [
        {"file": name, **doubt}
        for name, steps in made.items()
        for step in steps
        for doubt in build.json(step["doubts"])
    ]


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


async def _scene_stage(
    build: Build, script: _Script, shot: _Scene, settings: FilmSettings
) -> tuple[Made, Made]:
    """Return a scene as USD, and as glTF."""
    inputs = {
        "scene": shot.digest,
        "layout": shot.layout,
        "cast": script.broken["cast"],
        "performance": shot.staged["performance"],
        "motions": shot.staged["motions"],
        "shots": shot.designed["shots"],
        **{f"take/{name}": digest for name, digest in shot.designed.group("take").items()},
    }
    usd, gltf = await asyncio.gather(
        build.make(SCENE_USD, shot.number, params=settings.picture, inputs=inputs),
        build.make(SCENE_GLTF, shot.number, params={"rate": str(settings.rate)}, inputs=inputs),
    )
    return usd, gltf


def _takes(scenes: list[_Scene]) -> list[tuple[str, str, str]]:
    """Return label, layout and take of every shot."""
    return [
        (each["label"], shot.layout, shot.designed.group("take")[each["id"]])
        for shot in scenes
        for each in shot.shots
    ]


async def _sheets(
    build: Build,
    script: _Script,
    scenes: list[_Scene],
    shots: str,
    segments: dict[str, str],
    rate: str,
) -> dict[str, str]:
    """Return the film on paper, by file name: storyboard, shot list, techvis, lined script."""
    reel = {"shots": shots, "cast": script.broken["cast"]}
    reel |= {f"scene/{index:04d}": shot.digest for index, shot in enumerate(scenes)}
    stills, plans, lined = await asyncio.gather(
        _gather(_still(build, each, segments) for shot in scenes for each in shot.shots),
        _gather(_techvis(build, shot, rate) for shot in scenes),
        build.make(LINED, inputs={**reel, "script": script.digest}),
    )
    framed: dict[str, str] = {}
    for still in stills:
        framed |= still
    cameras = {f"cameras/{index:04d}": plan["cameras"] for index, plan in enumerate(plans)}
    board, listed = await asyncio.gather(
        build.make(STORYBOARD, inputs={**reel, **framed}),
        build.make(SHEETS, inputs={**reel, **cameras}),
    )
    files = {
        "sheets/storyboard.pdf": board["board"],
        "sheets/shot-list.csv": listed["table"],
        "sheets/shot-list.xlsx": listed["workbook"],
        "sheets/shot-list.pdf": listed["printed"],
        "sheets/lined-script.pdf": lined["lined"],
    }
    for shot, plan in zip(scenes, plans, strict=True):
        files[f"sheets/techvis/{shot.label}.pdf"] = plan["sheets"]
        for label, drawing in plan.group("svg").items():
            files[f"sheets/techvis/{label}.svg"] = drawing
    return files


async def _still(build: Build, shot: Json, segments: dict[str, str]) -> dict[str, str]:
    """Return the pictures of a shot on the storyboard: how it begins, and ends where it moves."""
    params = {
        "fade_in_frames": shot["fade_in_frames"],
        "fade_out_frames": shot["fade_out_frames"],
        "moves": shot["move"] != "static",
    }
    label = shot["label"]
    made = await build.make(FRAME, label, params=params, inputs={"segment": segments[label]})
    return {f"{name}/{shot['id']}": made[name] for name in made.outputs}


async def _techvis(build: Build, shot: _Scene, rate: str) -> Made:
    takes = {f"take/{name}": digest for name, digest in shot.designed.group("take").items()}
    inputs = {"scene": shot.digest, "layout": shot.layout, "shots": shot.designed["shots"]}
    return await build.make(TECHVIS, shot.number, params={"rate": rate}, inputs={**inputs, **takes})


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
        "style": script.style,
        "remarks": [
            {"shot": labels.get(remark["shot_id"], shot.number), **remark}
            for shot in scenes
            for labels in ({each["id"]: each["label"] for each in shot.shots},)
            for remark in shot.listed["remarks"]
        ],
        "used": used,
    }


async def _gather(work: Iterable[Awaitable[Any]]) -> list[Any]:
    return list(await asyncio.gather(*work))
