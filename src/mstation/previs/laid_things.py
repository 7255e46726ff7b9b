"""Props in, things out: each thing once, however often it changes hands, and where it is when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mstation.identity import prim_names
from mstation.previs.props import prop_transform
from mstation.stage.performance import Motion, Prop


@dataclass(frozen=True, slots=True)
class LaidThing:
    """A thing and the stretches of the scene in which it lies somewhere or is held."""

    name: str  # as USD takes it
    thing: Prop  # what stays the same of it in all its stretches
    stretches: tuple[Prop, ...]


def laid_things(props: Sequence[Prop]) -> list[LaidThing]:
    """Return every thing of a scene, in the order in which they come."""
    stretches: dict[Prop, list[Prop]] = {}
    for prop in props:
        stretches.setdefault(_thing(prop), []).append(prop)
    names = prim_names(thing.name for thing in stretches)
    return [
        LaidThing(name, thing, tuple(each))
        for name, (thing, each) in zip(names, stretches.items(), strict=True)
    ]


def places_of(
    laid: LaidThing, motions: Sequence[Motion], frames: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return (frames, 4, 4) world_from_thing, and (frames,) whether it is there at all."""
    present = np.zeros(frames, np.bool_)
    places = np.tile(np.eye(4, dtype=np.float32), (frames, 1, 1))
    for prop in laid.stretches:
        end = min(frames, prop.end_frame or frames)  # without an end it stays
        for frame in range(prop.first_frame, end):
            places[frame] = prop_transform(prop, motions, frame)
        present[prop.first_frame : end] = True
    return places, present


def _thing(prop: Prop) -> Prop:
    return replace(
        prop,
        position=(0.0, 0.0, 0.0),
        yaw_rad=0.0,
        beat_id="",
        holder_id="",
        first_frame=0,
        end_frame=0,
    )
