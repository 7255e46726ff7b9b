"""The film's score as steps: where music is wanted, what it means to do, each cue's sound."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.film import FilmSettings, Json, Scene, Script, in_order
from mstation.graph.build import Build, gather
from mstation.graph.step import Made
from mstation.steps import CUE, MIDI, PLAN_SCORE, SHEET_MUSIC, SPOT


@dataclass(frozen=True, slots=True)
class Score:
    """The film's music: each cue's first film frame and sound, and the files that tell of it."""

    cues: list[tuple[int, Made]]
    files: dict[str, str]
    check: Json  # what an examiner of its notes counts


@dataclass(frozen=True, slots=True)
class Planned:
    """Where the film has music, and what that means to do; digests."""

    spotting: str
    made: Made
    doubts: str  # about what people want of the score
    language: str  # the film's

    @property
    def plan(self) -> str:
        """The plan of the whole score."""
        return self.made["plan"]


async def plan_score(
    build: Build, script: Script, scenes: list[Scene], settings: FilmSettings, wishes: bytes = b""
) -> Planned:
    """Return the film's spotting, and the plan of its score; `wishes` is its `score.toml`."""
    inputs = in_order(scenes, ("scene", "performance", "shots"))
    if wishes:
        inputs["wishes"] = build.put(wishes)
    rate = str(settings.rate)
    params = {"title": script.breakdown["title"], "rate": rate, "seed": settings.seed}
    spotted = await build.make(SPOT, params=params, inputs=inputs)
    names = {person["id"]: person["name"] for person in script.breakdown["cast"]}
    planned = await build.make(
        PLAN_SCORE, params={"names": names}, inputs={"spotting": spotted["spotting"]}
    )
    language = script.breakdown["language"]
    return Planned(spotted["spotting"], planned, spotted["doubts"], language)


async def make_score(build: Build, planned: Planned, settings: FilmSettings) -> Score:
    """Return the score of a film; a cue that is planned as before is not played again."""
    cues = build.json(planned.plan)["cues"]
    midi, sheets, *played = await gather(
        [
            build.make(MIDI, inputs={"plan": planned.plan}),
            build.make(
                SHEET_MUSIC, params={"language": planned.language}, inputs={"plan": planned.plan}
            ),
            *(
                build.make(
                    CUE,
                    cue["label"],
                    params={"rate": str(settings.rate)},
                    inputs={"cue": planned.made[f"cue/{cue['plan']['cue_id']}"]},
                )
                for cue in cues
            ),
        ]
    )
    return Score(
        [(cue["first_frame"], made) for cue, made in zip(cues, played, strict=True)],
        {
            "spotting.json": planned.spotting,
            "score-plan.json": planned.plan,
            "score.mid": midi["midi"],
            "score.musicxml": sheets["musicxml"],
        },
        build.json(midi["check"]),
    )
