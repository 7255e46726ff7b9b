"""The film as a graph: the one page where stages become steps.

No stage is imported here; a step names its function (`steps.py`), and `making` holds those
functions. What passes between steps is digests; what this page reads of a document, it reads as
plain JSON.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any

from mstation.film import Film, FilmSettings, Json, Scene, Script, Written, in_order, spoken
from mstation.film_mix import make_stems
from mstation.film_own_voices import bring_voices
from mstation.film_paper import make_sheets
from mstation.film_plan import ShootingPlan, make_plan
from mstation.film_score import Planned, plan_score
from mstation.film_sound import Sound, make_sound
from mstation.film_titles import make_subtitled, make_titles
from mstation.film_voices import list_lines, match_takes, speak
from mstation.graph.build import Build, gather
from mstation.graph.step import Made
from mstation.handoff import make_finals
from mstation.passes import make_passes
from mstation.steps import (
    BREAK_DOWN,
    BUILD_SET,
    CAST,
    DESIGN,
    DIRECT,
    DIRECTIONS,
    DOUBTS,
    FILM_USD,
    IDENTIFY,
    MOVIE,
    NOTES,
    READ,
    RENDERERS,
    SCENE_GLTF,
    SCENE_USD,
    SHOT_LIST,
    STAGE,
    TIMELINE,
)

_LINEAGE = "lineage.json"

ShotsPlanned = Callable[[dict[str, int]], None]
"""Told each scene's shots as soon as they are designed: label → frames."""


async def make_film(
    build: Build,
    written: Written,
    settings: FilmSettings,
    *,
    on_shots: ShotsPlanned | None = None,
) -> Film:
    """Return the film of what people wrote, making whatever the store does not hold.

    Raises:
        MStationError: what a step found wrong with the input, or `StepFailed`.
    """
    script = await _voiced(build, written, settings)
    work: list[asyncio.Task[Any]] = []  # pictures start as soon as their scene is shot

    async def shoot(index: int) -> Scene:
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
        scenes = await gather(shoot(index) for index in range(len(script.breakdown["scenes"])))
        settings.passes.check(each["label"] for shot in scenes for each in shot.shots)
        planned = await plan_score(build, script, scenes, settings, written.score_wishes)
        return await _finish(build, script, scenes, planned, written, settings, work)
    finally:
        for task in work:
            task.cancel()


async def hear_film(build: Build, source: bytes, settings: FilmSettings) -> Sound:
    """Return a film's sound without its pictures: what is said, played and mixed; no stems.

    Raises:
        MStationError: as `make_film` does.
    """
    script = await _read(build, Written(source), settings)
    numbers = range(len(script.breakdown["scenes"]))
    scenes = await gather(_shoot(build, script, index, settings) for index in numbers)
    planned = await plan_score(build, script, scenes, settings)
    shots = await _list_shots(build, script, scenes, planned, settings)
    return await make_sound(build, planned, scenes, shots["shots"], settings)


async def plan_film(build: Build, written: Written, settings: FilmSettings) -> ShootingPlan:
    """Return the plan of a film's shooting without its pictures.

    Raises:
        MStationError: as `make_film` does.
    """
    script = await _voiced(build, written, settings)
    numbers = range(len(script.breakdown["scenes"]))
    scenes = await gather(_shoot(build, script, index, settings) for index in numbers)
    return await make_plan(build, script, scenes, written, settings)


async def _list_shots(
    build: Build, script: Script, scenes: list[Scene], planned: Planned, settings: FilmSettings
) -> Made:
    """Return the film's shot list, and its table."""
    return await build.make(
        SHOT_LIST,
        params={
            "rate": str(settings.rate),
            "title": script.breakdown["title"],
            "style": script.style,
        },
        inputs={**_scene_inputs(script, scenes), "spotting": planned.spotting},
    )


async def _voiced(build: Build, written: Written, settings: FilmSettings) -> Script:
    """Return the script with the recordings and the voices that people brought."""
    script = await _read(build, written, settings)
    recorded = await match_takes(build, script.broken["breakdown"], written.recordings)
    rows = build.json(script.broken["own voices"])
    brought = await bring_voices(build, rows, script.breakdown["cast"], written.beside)
    return replace(script, recorded=recorded, brought=brought)


async def _read(build: Build, written: Written, settings: FilmSettings) -> Script:
    read = await build.make(
        READ,
        params={"name": settings.name, "language": settings.language},
        inputs={"source": build.put(written.screenplay)},
    )
    digest = await _identify(build, read["script"])
    inputs = {"script": digest}
    if written.film_notes:
        inputs["film notes"] = build.put(written.film_notes)
    broken = await build.make(BREAK_DOWN, params={"name": settings.name}, inputs=inputs)
    breakdown = build.json(broken["breakdown"])
    wanted = build.put(written.directions) if written.directions else ""
    cast, noted, directed = await asyncio.gather(
        build.make(CAST, inputs={"cast": broken["cast"], "call": broken["call"]}),
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
    return Script(
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


async def _shoot(build: Build, script: Script, index: int, settings: FilmSettings) -> Scene:
    """Voice, stage and shoot one scene."""
    scene = script.breakdown["scenes"][index]
    digest = script.broken[f"scene/{scene['id']}"]
    layout, (speeches, takes_read) = await asyncio.gather(
        _build_set(build, script, scene, settings), speak(build, script, scene, settings)
    )
    played = {"scene": digest, "layout": layout, "bodies": script.cast["bodies"]}
    spoken = {f"speech/{line}": made["speech"] for line, made in speeches.items()}
    number, rate = scene["number"], str(settings.rate)
    over = {"runs_ahead": _runs_ahead(script, index), "runs_on": _runs_on(script, index)}
    acted = {"rate": rate, **{name: True for name, is_so in over.items() if is_so}}
    staged = await build.make(STAGE, number, params=acted, inputs={**played, **spoken})
    played |= {"performance": staged["performance"], "motions": staged["motions"]}
    if script.noted is not None and f"wanted/{scene['id']}" in script.noted.outputs:
        played["wanted"] = script.noted[f"wanted/{scene['id']}"]
    ends = {"opening": index == 0, "closing": index == len(script.breakdown["scenes"]) - 1}
    params = {**settings.picture, **ends, "style": script.style}
    undirected = await build.make(DESIGN, number, params=params, inputs=played)
    designed = await _direct(build, script, undirected, number, params, played)
    return Scene(
        scene,
        digest,
        layout,
        staged,
        undirected["shots"],
        designed,
        speeches,
        build.json(staged["performance"]),
        build.json(designed["shots"]),
        takes_read,
    )


def _runs_on(script: Script, index: int) -> bool:
    """Whether a scene's last line is the next one's, heard before it is seen."""
    scenes = script.breakdown["scenes"]
    beats = scenes[index]["beats"]
    line = beats[-1]["line"] if beats and index + 1 < len(scenes) else None
    return bool(line and line["presence"] == "pre_lap")


def _runs_ahead(script: Script, index: int) -> bool:
    """Whether a scene's first line is heard before it is seen, in the silence of the one before."""
    beats = script.breakdown["scenes"][index]["beats"]
    lines = [beat["line"] for beat in beats if beat["line"]]
    if not index or not lines or lines[0]["presence"] != "pre_lap":
        return False
    is_alone = not any(line["is_dual"] for line in lines[1:2])
    is_last = _runs_on(script, index) and len(lines) == 1
    return is_alone and not is_last and not _runs_on(script, index - 1)


async def _direct(
    build: Build, script: Script, undirected: Made, number: str, params: Json, played: Json
) -> Made:
    """Return a scene's shots with what a person wants of them; a row touches its own scene only."""
    rows = script.directed.group("row")
    ids = [shot["id"] for shot in build.json(undirected["shots"])["shots"]]
    named = {f"row/{each}": rows[each] for each in ids if each in rows}
    if not named:
        return undirected
    inputs = {**played, **named, "cast": script.broken["cast"], "undirected": undirected["shots"]}
    return await build.make(DIRECT, number, params=params, inputs=inputs)


async def _build_set(build: Build, script: Script, scene: Json, settings: FilmSettings) -> str:
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


def _slate(script: Script, shot: Json, settings: FilmSettings) -> Json | None:
    """Return what a shot's slate says, if it has one; never where in the film the shot is."""
    if not settings.slate:
        return None
    told = {name: shot[name] for name in ("label", "size")}
    return {**told, "language": script.breakdown["language"]}


def _pictures(
    build: Build, script: Script, shot: Scene, settings: FilmSettings
) -> Iterable[Awaitable[Made]]:
    """Return the renders of a scene's shots, to be awaited."""
    for each in shot.shots:
        yield build.make(
            RENDERERS[settings.renderer],
            each["label"],
            params={**settings.picture, **settings.looks, "slate": _slate(script, each, settings)},
            inputs={"layout": shot.layout, "take": shot.takes[each["id"]]},
        )


async def _passes(
    build: Build, shot: Scene, each: Json, segment: str, settings: FilmSettings
) -> dict[str, str]:
    """Return the passes of a shot, by the names of their files in the film's folder."""
    inputs = {"layout": shot.layout, "take": shot.takes[each["id"]], "segment": segment}
    return await make_passes(build, each, inputs, settings.passes, settings.picture)


async def _finish(
    build: Build,
    script: Script,
    scenes: list[Scene],
    planned: Planned,
    written: Written,
    settings: FilmSettings,
    work: list[asyncio.Task[Any]],
) -> Film:
    """Score and mix, write the stage and the cut, and join the movie."""
    rate = str(settings.rate)
    cues = {"spotting": planned.spotting, "plan": planned.plan}
    shot_list = await _list_shots(build, script, scenes, planned, settings)
    stages = gather(_scene_stage(build, script, shot, settings) for shot in scenes)
    sound = make_sound(build, planned, scenes, shot_list["shots"], settings)
    mixed, usds, film_usd, timeline, titles, (finals, shooting) = await asyncio.gather(
        sound,
        stages,
        build.make(FILM_USD, params={"rate": rate}, inputs={"shots": shot_list["shots"]}),
        build.make(TIMELINE, params=settings.picture, inputs={"shots": shot_list["shots"], **cues}),
        make_titles(build, shot_list["shots"], settings),
        asyncio.gather(
            make_finals(build, settings.final, settings.picture, _takes(scenes)),
            make_plan(build, script, scenes, written, settings),
        ),
    )
    segments = {made.label: made["segment"] for made in await gather(work)}
    labels = [each["label"] for shot in scenes for each in shot.shots]
    inputs = {f"segment/{index:05d}": segments[label] for index, label in enumerate(labels)}
    in_order = {label: segments[label] for label in labels}
    movie, stems, voices, sheets, subtitled, passes = await asyncio.gather(
        build.make(MOVIE, params=settings.picture, inputs={**inputs, **mixed.mix.inputs}),
        make_stems(build, mixed.mix, settings),
        list_lines(build, script, scenes),
        make_sheets(build, script, scenes, shot_list["shots"], segments, rate),
        make_subtitled(build, titles, in_order, mixed.mix.inputs, settings),
        gather(
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
        **titles.files,
        **subtitled,
        **mixed.files,
        **stems,
        **voices.files,
        **sheets,
        **{name: digest for files in passes for name, digest in files.items()},
        **finals.files,
        **shooting.files,
    }
    facts = _facts(build, script, scenes, mixed)
    facts["used"] = [*facts["used"], *voices.used, *finals.used]
    facts["lines"] = voices.lines
    facts["plan"] = shooting.facts
    about_score = [{"file": "score.toml", **doubt} for doubt in build.json(planned.doubts)]
    said = [*voices.doubts, *about_score, *titles.doubts, *shooting.doubts]
    facts["doubts"] = [*await _doubts(build, script, scenes, settings), *said]
    return Film(files, sum(shot.frames for shot in scenes), facts)


async def _doubts(
    build: Build, script: Script, scenes: list[Scene], settings: FilmSettings
) -> list[Json]:
    """Return what fits no scene and no shot of the film, of all that people wrote."""
    noted = [script.noted] if script.noted else []
    made = {"film.toml": [script.broken], settings.name: [script.cast, *noted]}
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


def _scene_inputs(script: Script, scenes: list[Scene]) -> dict[str, str]:
    """Return what the film's shot list is made of, scenes in order."""
    return {
        "cast": script.broken["cast"],
        **in_order(scenes, ("scene", "performance", "shots")),
        **spoken(scenes),
    }


async def _scene_stage(
    build: Build, script: Script, shot: Scene, settings: FilmSettings
) -> tuple[Made, Made]:
    """Return a scene as USD, and as glTF."""
    inputs = {
        **shot.played,
        "cast": script.broken["cast"],
        **{f"take/{name}": digest for name, digest in shot.takes.items()},
    }
    usd, gltf = await asyncio.gather(
        build.make(SCENE_USD, shot.number, params=settings.picture, inputs=inputs),
        build.make(SCENE_GLTF, shot.number, params={"rate": str(settings.rate)}, inputs=inputs),
    )
    return usd, gltf


def _takes(scenes: list[Scene]) -> list[tuple[str, str, str]]:
    """Return label, layout and take of every shot."""
    return [
        (each["label"], shot.layout, shot.takes[each["id"]])
        for shot in scenes
        for each in shot.shots
    ]


def _facts(build: Build, script: Script, scenes: list[Scene], mixed: Sound) -> Json:
    """Return what the report says beside its steps: loudness, and what stood in for what."""
    language = script.breakdown["language"]
    stood_in = [build.json(shot.layout)["stood_in"] for shot in scenes]
    score = build.json(mixed.files["score-plan.json"])
    stood_in += [row["why"][language] for row in score["stand_ins"]]
    used = build.json(script.cast["used"])
    return {
        "title": script.breakdown["title"],
        "language": script.breakdown["language"],
        "scenes": len(scenes),
        "shots": sum(len(shot.shots) for shot in scenes),
        "loudness": mixed.loudness,
        "score": mixed.score,
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
