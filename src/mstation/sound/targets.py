"""How loud a film is to be where it is shown: the table `targets.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from mstation.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Target:
    """What a film's sound is levelled to."""

    levelled: Literal["programme", "dialogue"]
    loudness_lufs: float
    true_peak_dbtp: float  # the film's sound stays under it
    tolerance_lu: float  # what whoever asks for it lets pass
    source: str
    en: str
    zh: str


@cache
def targets() -> dict[str, Target]:
    """Return every target by its name."""
    text = resources.files("mstation.sound").joinpath("targets.toml").read_text("utf-8")
    return {name: Target(**row) for name, row in tomllib.loads(text).items()}


def target_of(name: str) -> Target:
    """Return a target.

    Raises:
        InvalidInput: there is none of this name.
    """
    if name not in targets():
        known = ", ".join(targets())
        raise InvalidInput(
            f"no loudness `{name}`; there are {known}", zh=f"没有响度标准“{name}”；可用：{known}"
        )
    return targets()[name]
