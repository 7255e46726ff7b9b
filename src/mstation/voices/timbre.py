"""The timbres that voices are cast from, by name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mstation.errors import NotFound

DEFAULT = "f2"


@dataclass(frozen=True, slots=True)
class Timbre:
    """One timbre: an espeak-ng variant as measured, and its like for the English voice."""

    pitch_hz: float
    formants: float
    whisper: str
    breath: float = 0.0
    roughness: float = 0.0
    tilt_db: float = 0.0


def timbre_of(variant: str) -> Timbre:
    """Return the timbre that a voice's variant names; none named is an everyday one.

    Raises:
        NotFound: when no timbre has that name.
    """
    timbres = _timbres()
    if (variant or DEFAULT) not in timbres:
        raise NotFound(
            f"no voice timbre `{variant}`; there are {', '.join(sorted(timbres))}",
            zh=f"没有音色 `{variant}`；可用的有 {'、'.join(sorted(timbres))}",
        )
    return timbres[variant or DEFAULT]


@cache
def _timbres() -> dict[str, Timbre]:
    """Return the table of timbres; read once, never changed."""
    text = resources.files("mstation.voices").joinpath("timbres.toml").read_text("utf-8")
    return {name: Timbre(**row) for name, row in tomllib.loads(text)["timbre"].items()}
