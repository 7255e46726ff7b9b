"""The film on paper as steps: storyboard, shot list, techvis, lined script."""

from __future__ import annotations

import asyncio

from mstation.film import Json, Scene, Script, in_order
from mstation.graph.build import Build, gather
from mstation.graph.step import Made
from mstation.steps import FRAME, LINED, SHEETS, STORYBOARD, TECHVIS


async def make_sheets(
    build: Build,
    script: Script,
    scenes: list[Scene],
    shots: str,
    segments: dict[str, str],
    rate: str,
) -> dict[str, str]:
    """Return the film on paper, by file name: storyboard, shot list, techvis, lined script."""
    reel = {"shots": shots, "cast": script.broken["cast"]}
    reel |= in_order(scenes, ("scene",))
    stills, plans, lined = await asyncio.gather(
        gather(_still(build, each, segments) for shot in scenes for each in shot.shots),
        gather(_techvis(build, shot, rate) for shot in scenes),
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


async def _techvis(build: Build, shot: Scene, rate: str) -> Made:
    takes = {f"take/{name}": digest for name, digest in shot.takes.items()}
    inputs = {"scene": shot.digest, "layout": shot.layout, "shots": shot.designed["shots"]}
    return await build.make(TECHVIS, shot.number, params={"rate": rate}, inputs={**inputs, **takes})
