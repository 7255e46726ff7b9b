"""What a film hands on beside its movie: pictures of chosen shots by another renderer.

Imports no stage: a step names its function.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mstation.errors import InvalidInput
from mstation.graph.build import Build
from mstation.graph.step import Made
from mstation.steps import FINAL

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FinalWish:
    """Which shots are to be rendered again, and how."""

    renderer: str = ""  # `cycles`, or nothing
    shots: tuple[str, ...] = ()  # labels; none: all shots
    frames: str = "first"  # or `all`
    samples: int = 64


@dataclass(frozen=True, slots=True)
class Finals:
    """The pictures that were made: file name → digest, and what made them, for the report."""

    files: dict[str, str]
    used: list[Json]


async def make_finals(
    build: Build,
    wish: FinalWish,
    picture: Mapping[str, Any],
    takes: Sequence[tuple[str, str, str]],
) -> Finals:
    """Return the final pictures of chosen shots; `takes` are label, layout and take of each shot.

    Raises:
        InvalidInput: a shot was named that the film does not have.
    """
    if not wish.renderer:
        return Finals({}, [])
    wanted = _chosen(wish, [label for label, _, _ in takes])
    made: list[Made] = await asyncio.gather(
        *(
            build.make(
                FINAL,
                label,
                params={**picture, "frames": wish.frames, "samples": wish.samples, "label": label},
                inputs={"layout": layout, "take": take},
            )
            for label, layout, take in takes
            if label in wanted
        )
    )
    files = {}
    for each in made:
        files[f"final/{each.label}.png"] = each["still"]
        if "movie" in each.outputs:
            files[f"final/{each.label}.mp4"] = each["movie"]
    told = {each["made by"]: build.json(each["made by"]) for each in made}
    return Finals(files, [told[digest] for digest in sorted(told)])


def _chosen(wish: FinalWish, labels: Iterable[str]) -> frozenset[str]:
    known = list(labels)
    if unknown := [label for label in wish.shots if label not in known]:
        some = ", ".join(known[:3])
        raise InvalidInput(
            f"--shots: the film has no shot {unknown[0]}; its shots are {some} …",
            zh=f"--shots：影片中没有镜头 {unknown[0]}；镜头号如 {some} 等",
        )
    return frozenset(wish.shots or known)
