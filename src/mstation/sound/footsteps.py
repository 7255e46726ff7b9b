"""Joint curves in, footsteps out: each falls when a heel meets the floor, and no two are alike."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from typing import Any

import numpy as np

from mstation.identity import seed_of
from mstation.screenplay.characters import simplified
from mstation.sound.noises import Dice, Heard, Sound, crumpled, finished, laid, struck
from mstation.sound.panning import joint_places
from mstation.space import Array
from mstation.stage.layout import Layout
from mstation.stage.performance import JOINTS, Body, Motion
from mstation.timebase import SAMPLE_RATE, FrameRate

_HEEL_BACK = 0.4  # of the foot: how far the heel is behind the ankle
_STILL_M_S = 0.22  # a foot slower than this stands
_LIFTED_M, _MOVED_M = 0.006, 0.04  # less is a foot that stirs, not a step
_DOWN_M = 0.001  # over where it comes to stand: the floor is met
_WALK_M_S, _SLIGHTEST = 1.3, 0.22
_LEVEL_DB = -36.0  # a full walking step on wood, two metres away
_STEP_S = 0.42
_GROWN = 14  # years: who is younger wears soft shoes
_HIP_HEIGHT = 0.72  # of the hips' rest: lower is sitting, and the step a scuff
_LIES = 0.35
_FEWEST_FRAMES = 3  # that can hold a step


@dataclass(frozen=True, slots=True)
class Contact:
    """A heel that meets the floor."""

    frame: float  # of the scene, between frames too
    place: tuple[float, float, float]
    force: float  # 0 a scuff … 1 a brisk step … more when running


def contacts(motion: Motion, rate: FrameRate) -> tuple[Contact, ...]:
    """Return when and where a body's feet come down, in order."""
    if len(motion.positions) < _FEWEST_FRAMES:
        return ()
    found: list[Contact] = []
    hips = motion.positions.astype(np.float64)
    for side in ("Left", "Right"):
        ankle, turn = joint_places(motion, f"{side}Ankle")[f"{side}Ankle"]
        toe = motion.offsets[JOINTS.index(f"{side}Toe")].astype(np.float64)
        heel_at = ankle + turn @ np.array([0.0, toe[1], -_HEEL_BACK * toe[2]])
        toe_at = ankle + turn @ toe
        found += _falls(heel_at, toe_at, hips, motion, rate)
    return tuple(sorted(found, key=lambda contact: contact.frame))


def _falls(
    heel: Array, toe: Array, hips: Array, motion: Motion, rate: FrameRate
) -> Iterator[Contact]:
    """Yield one foot's contacts: it stood, was lifted or moved, and stands again."""
    second = 1 / rate.seconds(1)
    is_heel = heel[:, 1] <= toe[:, 1]
    low = np.where(is_heel[:, None], heel, toe)
    height = low[:, 1]
    # The point that bears is followed from frame to frame, be it heel or toe.
    by_heel, by_toe = (np.linalg.norm(np.diff(at, axis=0), axis=1) for at in (heel, toe))
    moved = np.where(is_heel[1:], by_heel, by_toe)
    stands = np.concatenate([[True], moved * second < _STILL_M_S])
    pace = np.linalg.norm(np.gradient(hips[:, [0, 2]], axis=0), axis=1) * second
    for first, end in _stretches(~stands):
        if first == 0 or end >= len(low) or not motion.present[first - 1 : end + 1].all():
            continue
        lift = height[first:end].max() - max(height[first - 1], height[end])
        went = min(np.linalg.norm(at[end] - at[first - 1]) for at in (heel, toe))
        if lift < _LIFTED_M and went < _MOVED_M:
            continue
        rise = hips[end, 1] / float(motion.offsets[0, 1])
        if rise < _LIES:
            continue
        near = slice(max(0, end - 4), end + 4)
        force = _SLIGHTEST + 0.6 * float(pace[near].max()) / _WALK_M_S
        force *= min(1.0, 0.5 + lift / 0.04) * (1.0 if rise > _HIP_HEIGHT else 0.4)
        frame = _met(height, first, end)
        x, y, z = low[end].tolist()
        yield Contact(frame, (x, y, z), float(min(force, 1.6)))


def _stretches(flags: np.ndarray[Any, np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _met(height: Array, first: int, end: int) -> float:
    """Return when a foot that stands at `end` first came down to where it stands."""
    ground = height[end : end + 2].min()
    above = np.flatnonzero(height[first : end + 1] > ground + _DOWN_M)
    if not len(above):
        return float(end)
    last = first + int(above[-1])
    if last >= end:
        return float(end)
    fall = max(height[last] - height[last + 1], 1e-9)
    return last + float(np.clip((height[last] - ground - _DOWN_M) / fall, 0.0, 1.0))


def footsteps(
    motion: Motion, body: Body, surfaces: Sequence[str], rate: FrameRate
) -> Iterator[Heard]:
    """Yield a person's footsteps through a scene."""
    shoe = shoes_of(body)
    for index, contact in enumerate(contacts(motion, rate)):
        seed = seed_of("footstep", body.character_id, str(index))
        make = partial(footstep, surfaces, shoe, contact.force, body, seed)
        first = round(contact.frame * rate.seconds(1) * SAMPLE_RATE)
        yield Heard(first, make, contact.place)


def footstep(surfaces: Sequence[str], shoe: str, force: float, body: Body, seed: int) -> Sound:
    """Return one footstep on a floor, which may have something lying on it."""
    dice = np.random.default_rng(seed)
    sounds = [_step(name, shoe, force, body, dice) for name in surfaces]
    return np.asarray(np.sum(sounds, axis=0), np.float32)


def _step(surface: str, shoe: str, force: float, body: Body, dice: Dice) -> Sound:
    """Return one footstep: the heel falls, the foot rolls over, the sole slaps down."""
    row, worn = _table()["surfaces"][surface], _table()["shoes"][shoe]
    # A heavier body strikes lower and harder. Stature and build stand for weight.
    weight = float(np.clip(body.build * (body.stature_m / 1.7) ** 2, 0.35, 1.6))
    pitch = weight**-0.25
    heel = struck(_worn(row, worn, 1.0), dice, pitch=pitch, hard=worn["click"])
    sole = struck(_worn(row, worn, 0.5), dice, pitch=1.08 * pitch, hard=worn["click"])
    roll_s = float(dice.uniform(0.055, 0.085)) * (0.6 if force > 1.1 else 1.0)
    parts = [(0.0, heel), (roll_s, 0.55 * sole), (0.0, worn["grit"] * crumpled(row, dice))]
    loud = 20 * np.log10(max(force, 0.05)) * 0.8 + 7 * np.log10(weight)
    level = _LEVEL_DB + row["level_db"] + loud + float(dice.normal(0.0, 1.3))
    return finished(laid(parts, _STEP_S), level)


def _worn(row: dict[str, Any], worn: dict[str, float], share: float) -> dict[str, Any]:
    loud, hertz, decay_ms = row["thud"]
    return {**row, "thud": (loud * worn["thud"] * share, hertz, decay_ms)}


def shoes_of(body: Body) -> str:
    """Return what a person has on the feet, by what else is worn."""
    if body.age < _GROWN:
        return "soft"
    worn: str = _table()["garments"][body.garment]
    return worn


def surfaces_of(layout: Layout, place: str) -> tuple[str, ...]:
    """Return what a set's floor sounds like under a foot; wet ground sounds twice."""
    table = _table()
    surface = table["kinds"].get(layout.kind, table["patterns"][layout.floor_pattern])
    words = simplified(place.lower())
    for row in table["words"]:
        english = "|".join(re.escape(word) for word in row["en"])
        if re.search(rf"\b(?:{english})\b", words) or any(word in words for word in row["zh"]):
            surface = row["surface"]
            break
    return (surface, "wet") if layout.is_wet else (surface,)


@cache
def _table() -> dict[str, Any]:
    text = (resources.files(__package__) / "footsteps.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
