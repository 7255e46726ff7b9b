"""The grammar's numbers and words in, typed: sizes, tolerances, rhythm, what gives way first."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mstation.shots.shot import Angle, Size

# Widest first: the distance between two places is the number of steps of size.
SIZES = (Size.EWS, Size.WS, Size.FS, Size.MLS, Size.MS, Size.MCU, Size.CU, Size.ECU)
STEP = {size: step for step, size in enumerate(SIZES)}


@dataclass(frozen=True, slots=True)
class SizeRule:
    """How a size stands on a figure, in fractions of stature and of frame height."""

    cut: float
    headroom: float
    eye_line: float
    lens_mm: float
    visible: float  # height of the picture at the subject, in statures


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a picture may be from its rule."""

    cut: float
    headroom: float
    eye_line: float
    joint: float
    neutral_deg: float
    line_turn_deg: float
    thirty_deg: float
    size_steps: int
    wall_m: float
    body_m: float
    reverse: float


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long shots last, and where cuts may fall."""

    min_s: float
    min_wide_s: float
    offset_frames: tuple[int, int]
    establishing_s: float


@dataclass(frozen=True, slots=True)
class Grammar:
    """All numbers and words of the grammar."""

    sizes: dict[Size, SizeRule]
    tolerance: Tolerance
    rhythm: Rhythm
    ots: dict[str, float]
    lead: dict[str, float]
    angles: dict[Angle, float]
    level: dict[str, float]
    eyeline: dict[str, float]
    insert: dict[str, float]
    relax: dict[str, float]
    moves: dict[str, float]
    fade_s: float
    fade_in_words: tuple[str, ...]
    fade_out_words: tuple[str, ...]
    acts: dict[str, frozenset[str]]
    intensity_words: tuple[str, ...]
    intensity_marks: tuple[str, ...]


@cache
def grammar() -> Grammar:
    """Return the grammar as `grammar.toml` has it."""
    text = files("mstation.shots").joinpath("grammar.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    rhythm = dict(table["rhythm"])
    rhythm["offset_frames"] = tuple(rhythm["offset_frames"])
    return Grammar(
        sizes={size: SizeRule(**table["sizes"][size.value]) for size in SIZES},
        tolerance=Tolerance(**table["tolerance"]),
        rhythm=Rhythm(**rhythm),
        ots=table["ots"],
        lead=table["lead"],
        angles={Angle(name): value for name, value in table["angles"].items()},
        level=table["level"],
        eyeline=table["eyeline"],
        insert=table["insert"],
        relax=table["relax"],
        moves=table["moves"],
        fade_s=table["fades"]["seconds"],
        fade_in_words=tuple(table["fades"]["in"]),
        fade_out_words=tuple(table["fades"]["out"]),
        acts={kind: frozenset(words) for kind, words in table["acts"].items()},
        intensity_words=tuple(table["intensity"]["words"]),
        intensity_marks=tuple(table["intensity"]["marks"]),
    )
