"""The film's voices as steps: recorded takes where there are any, the temp voice where not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mstation.film import (
    VOICES,
    FilmSettings,
    Json,
    Recorded,
    Recording,
    Scene,
    Script,
    in_order,
    spoken,
)
from mstation.given_files import read_given
from mstation.graph.build import Build, gather
from mstation.graph.step import Made
from mstation.steps import SPEAK, TAKE, TAKES, VOICE_LINES

LINES = f"{VOICES}/lines.csv"
MOST_TAKE_BYTES = 1_000_000_000  # ten minutes in stereo, at the highest rate that is read
_MISSING = {"en": "is gone; it was there a moment ago", "zh": "已不在原处"}
_TOO_LARGE = {
    "en": "is larger than 1 GB; cut it to its line",
    "zh": "大于 1 GB；请剪成一句台词",
}


@dataclass(frozen=True, slots=True)
class Voices:
    """The list of the film's lines, who speaks them, and what is to be said of recordings."""

    files: dict[str, str]
    lines: list[Json]
    used: list[Json]
    doubts: list[Json]


async def match_takes(build: Build, breakdown: str, recordings: tuple[Recording, ...]) -> Recorded:
    """Return the recordings that are for lines of the film; each is an input by its content."""
    if not recordings:
        return Recorded()
    by_name = {each.name: each for each in recordings}
    found = await build.make(
        TAKES, params={"names": sorted(by_name)}, inputs={"breakdown": breakdown}
    )
    folder = recordings[0].folder
    recorded = Recorded(
        doubts=tuple({"file": folder, **doubt} for doubt in build.json(found["doubts"]))
    )
    for line, name in build.json(found["files"]).items():
        recorded = _with(build, recorded, line, by_name[name])
    return recorded


def _with(build: Build, recorded: Recorded, line: str, recording: Recording) -> Recorded:
    with recording.opened() as path:
        data = read_given(path, MOST_TAKE_BYTES, missing=_MISSING, too_large=_TOO_LARGE)
    if isinstance(data, dict):
        doubt = {"file": recording.shown, **data}
        return replace(recorded, doubts=(*recorded.doubts, doubt))
    return replace(
        recorded,
        digests={**recorded.digests, line: build.put(data)},
        shown={**recorded.shown, line: recording.shown},
    )


async def speak(
    build: Build, script: Script, scene: Json, settings: FilmSettings
) -> tuple[dict[str, Made], dict[str, Made]]:
    """Return a scene's lines as they are heard, and its takes as they were read, by line id."""
    lines = [beat["line"] for beat in scene["beats"] if beat["line"]]
    spoken = await gather(_speak(build, script, scene, line, settings) for line in lines)
    heard = {line["id"]: made for line, (made, _) in zip(lines, spoken, strict=True)}
    takes = {line["id"]: take for line, (_, take) in zip(lines, spoken, strict=True) if take}
    return heard, takes


async def _speak(
    build: Build, script: Script, scene: Json, line: Json, settings: FilmSettings
) -> tuple[Made, Made | None]:
    voice = next(
        voice for voice in script.casting["voices"] if voice["character_id"] == line["character_id"]
    )
    label = f"{scene['number']}, line {line['source_line']}"
    params = {
        "text": line["text"],
        "manner": line["manner"],
        "turns": line["turns"],
        "mood": scene["mood"],
        "tension": min(2, int(scene["tension"] * 3)),  # coarse: others keep their takes
        "voice": {**voice, "character_id": ""},
        "seed": settings.seed,
    }
    take: Made | None = None
    if digest := script.recorded.digests.get(line["id"]):
        take = await build.make(TAKE, label, params=params, inputs={"take": digest})
        if "sound" in take.outputs:
            return take, take
    if own := script.brought.params.get(line["character_id"]):
        files = script.brought.inputs[line["character_id"]]
        return await build.make(SPEAK, label, params={**params, "own": own}, inputs=files), take
    return await build.make(SPEAK, label, params=params), take


async def list_lines(build: Build, script: Script, scenes: list[Scene]) -> Voices:
    """Return the list of lines, and the takes among them with what is to be said of each."""
    shown = script.recorded.shown
    inputs = {
        "cast": script.broken["cast"],
        **in_order(scenes, ("scene",)),
        **spoken(scenes),
    }
    made = await build.make(VOICE_LINES, params={"files": shown}, inputs=inputs)
    doubts = [
        {"file": shown[line], **doubt}
        for shot in scenes
        for line, take in shot.takes_read.items()
        for doubt in build.json(take["doubts"])
    ]
    lines = build.json(made["lines"])
    return Voices(
        {LINES: made["table"]},
        lines,
        [*script.brought.used, *(_used(line) for line in lines if line["file"])],
        [*script.brought.doubts, *script.recorded.doubts, *doubts],
    )


def _used(line: Json) -> Json:
    """Return what the report says of a recorded line: whose voice it is, the film cannot know."""
    return {
        "kind": "voice",
        "character": line["character"],
        "name": f"recorded take {line['file']} of line {line['label']}, a human voice",
        "engine": "take",
        "licence": "as agreed with who speaks",
        "commerce": "as agreed with who speaks",
    }
