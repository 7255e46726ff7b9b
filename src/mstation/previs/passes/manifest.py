"""What a shot's passes are, as a document: `passes.json`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mstation.previs.passes.order import Json

SCHEMA = "mstation.passes/1"
_EVERYWHERE = "picture"  # the row of what holds for all passes


@dataclass(frozen=True, slots=True)
class PassFile:
    """One file of a pass: its name under the shot's folder."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Passes:
    """The passes of one shot.

    facts: by pass, what was measured of this shot: near and far, colours and ids of things
    conventions: by pass, and `picture` for all of them, in English and Chinese
    """

    label: str
    shot_id: str
    fps: str
    width: int
    height: int
    first_frame: int
    end_frame: int  # half-open
    files: dict[str, list[PassFile]]
    facts: dict[str, Json]
    conventions: dict[str, dict[str, str]]


@cache
def _conventions() -> dict[str, Any]:
    path = files("mstation.previs.passes").joinpath("conventions.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def conventions_of(names: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return what is to be known to read these passes."""
    table = _conventions()
    return {name: dict(table[name]) for name in (_EVERYWHERE, *sorted(names))}
