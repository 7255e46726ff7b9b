"""The passes of a shot as steps: what is wanted, and of which shots."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mstation.errors import InvalidInput
from mstation.graph.build import Build
from mstation.steps import PASS, PASSES

Json = dict[str, Any]

_BEAUTY = "beauty.mp4"
# What each pass depends on beside the picture's size and rate.
PASS_OPTIONS: dict[str, tuple[str, ...]] = {
    "depth": ("exr", "norm"),
    "normals": ("exr",),
    "ids": ("exr",),
    "lines": (),
    "pose": (),
    "motion": ("exr",),
    "camera": (),
    "ends": (),
    "paths": (),
}


@dataclass(frozen=True, slots=True)
class PassSettings:
    """Which passes are wanted, of which shots, and how."""

    names: tuple[str, ...] = ()
    shots: tuple[str, ...] = ()  # labels; none: all of them
    exr: str = "ends"
    norm: str = "shot"

    def of(self, label: str) -> tuple[str, ...]:
        """Return the passes that are wanted of a shot."""
        return self.names if not self.shots or label in self.shots else ()

    def check(self, labels: Iterable[str]) -> None:
        """Refuse passes of a shot that the film does not have.

        Raises:
            InvalidInput: it names the shot, and the film's last.
        """
        there = set(labels)
        unknown = sorted(set(self.shots) - there)
        if unknown:
            last = max(there, default="")
            raise InvalidInput(
                f"--shots: the film has no shot {unknown[0]}; its last is {last}",
                zh=f"--shots：影片没有镜头 {unknown[0]}；最后一个是 {last}",
            )


async def make_passes(
    build: Build, shot: Json, inputs: Mapping[str, str], wanted: PassSettings, picture: Json
) -> dict[str, str]:
    """Return the files of a shot's passes: name in the film's folder → digest.

    `inputs` are the digests of its layout, its take and its segment of the film.
    """
    label, options = shot["label"], {"exr": wanted.exr, "norm": wanted.norm}
    names = wanted.of(label)
    played = {"layout": inputs["layout"], "take": inputs["take"]}
    made = await asyncio.gather(
        *(
            build.make(
                PASS,
                f"{label} {name}",
                params={
                    **picture,
                    "pass": name,
                    **{option: options[option] for option in PASS_OPTIONS[name]},
                },
                inputs=played,
            )
            for name in names
        )
    )
    files = {f"file/beauty/{_BEAUTY}": inputs["segment"]}
    facts = {}
    for name, one in zip(names, made, strict=True):
        facts[f"facts/{name}"] = one["facts"]
        files |= {f"file/{name}/{file}": digest for file, digest in one.group("file").items()}
    told = await build.make(
        PASSES,
        label,
        params={
            **picture,
            "label": label,
            "shot": shot["id"],
            "frames": shot["end_frame"] - shot["first_frame"],
        },
        inputs={**facts, **files},
    )
    folder = f"passes/{label}"
    published = {f"{folder}/{name.split('/', 2)[2]}": digest for name, digest in files.items()}
    return {**published, f"{folder}/passes.json": told["passes"]}
