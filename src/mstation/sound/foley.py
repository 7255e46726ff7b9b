"""Acts and things in, what is heard of them out: seats, what is put down, what hands do."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from mstation.identity import seed_of
from mstation.sound.noises import Heard, once
from mstation.stage.contacts import passings
from mstation.stage.layout import Vec3
from mstation.stage.performance import Act, Motion, Performance, Prop
from mstation.timebase import SAMPLE_RATE, FrameRate

_SEATED_M = 0.03  # over where they come to rest: hips meet the seat
_TAKEN_DB = -6.0  # what is taken up, against what is put down
_PAPER = "paper"
_HAND_M = 1.0


def foley(performance: Performance, motions: Sequence[Motion], rate: FrameRate) -> Iterator[Heard]:
    """Yield what is heard of a scene's acts and things; steps and doors are made elsewhere."""
    by_id = {motion.character_id: motion for motion in motions}
    yield from _things(performance.props, rate)
    for index, act in enumerate(performance.acts):
        motion = by_id.get(act.character_id)
        if motion is not None and act.first_frame < len(motion.positions):
            yield from _act(act, index, motion, rate)


def _things(props: tuple[Prop, ...], rate: FrameRate) -> Iterator[Heard]:
    """Yield things that are put down, taken up, or paper that goes from hand to hand."""
    kinds = {prop.first_frame: prop.kind for prop in props}
    for index, passing in enumerate(passings(props)):
        name = _table()["things"].get(kinds[passing.frame], "wood")
        if passing.giver_id and passing.taker_id and name != _PAPER:
            continue
        seed = seed_of("thing", str(index), str(passing.frame))
        gain_db = _TAKEN_DB if passing.taker_id else 0.0
        yield once(rate.sample_of_frame(passing.frame), name, seed, passing.place, gain_db)


def _act(act: Act, index: int, motion: Motion, rate: FrameRate) -> Iterator[Heard]:
    seed = seed_of("act", act.character_id, act.kind, str(index))
    if act.kind == "sit_down":
        frame = _seated(act, motion)
        yield once(rate.sample_of_frame(frame), "seat", seed, _hips(motion, frame))
    elif act.kind == "rise":
        first = act.first_frame
        yield once(rate.sample_of_frame(first), "rise", seed, _hips(motion, first))
    elif (row := _table()["acts"].get(act.kind)) is not None:
        dice = np.random.default_rng(seed)
        for number, at_s in enumerate(_times(act, row["per_s"], rate, dice)):
            frame = min(round(at_s / rate.seconds(1)), len(motion.positions) - 1)
            first, gain_db = round(at_s * SAMPLE_RATE), float(dice.normal(0.0, 1.5))
            yield once(first, row["noise"], seed + number, _hips(motion, frame), gain_db)


def _times(act: Act, per_s: float, rate: FrameRate, dice: np.random.Generator) -> list[float]:
    """Return when an act is heard: once in its middle, or again and again but never evenly."""
    start, end = rate.seconds(act.first_frame), rate.seconds(act.end_frame)
    if per_s == 0:
        return [start + 0.45 * (end - start)]
    times, now = [], start + 0.35
    while now < end - 0.2:
        times.append(now)
        now += float(dice.gamma(6.0, 1 / (6.0 * per_s)))
    return times


def _seated(act: Act, motion: Motion) -> int:
    """Return the frame in which hips that sit down come to the seat."""
    end = min(act.end_frame, len(motion.positions))
    height = motion.positions[act.first_frame : end, 1]
    above = np.flatnonzero(height > height[-1] + _SEATED_M)
    return min(act.first_frame + (int(above[-1]) + 1 if len(above) else 0), end - 1)


def _hips(motion: Motion, frame: int) -> Vec3:
    x, y, z = motion.positions[frame].tolist()
    return (x, min(y, _HAND_M), z)


@cache
def _table() -> dict[str, Any]:
    text = (resources.files(__package__) / "foley.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
