"""The shape of placed setups: cameras in arrays, what each breaks, what each costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mstation.shots.framing import Cameras
from mstation.shots.grammar import grammar
from mstation.shots.landmarks import Figures
from mstation.shots.sightlines import Surroundings
from mstation.space import Array, Sensor
from mstation.stage.performance import Prop

# What a placed setup can break, as bits, the first to give way first.
PLACE, REVERSE, EYELINE, SIZE, MINIMUM, ORDER, VISIBILITY, JUMP, CLEARANCE, AXIS = (
    1 << bit for bit in range(10)
)
RULES = {
    PLACE: "establishing",
    REVERSE: "reverse",
    EYELINE: "eyeline",
    SIZE: "size",
    MINIMUM: "minimum",
    ORDER: "order",
    VISIBILITY: "visibility",
    JUMP: "jump",
    CLEARANCE: "clearance",
    AXIS: "axis",
}
# Rules that only give way where no run of shots keeps them: beyond all that is soft together.
HARD = PLACE | EYELINE | SIZE | MINIMUM | ORDER | VISIBILITY | JUMP | CLEARANCE | AXIS
INSERT_STEP = 99  # far from every size
_HARD_WEIGHT = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Where setups are placed: the figures, what is around them, the lens, the things."""

    figures: Figures
    around: Surroundings
    sensor: Sensor
    props: tuple[Prop, ...]
    middle: Array  # (3,) of the place, at the height of eyes
    called: NDArray[np.bool_]  # (people, frames): on the set, if only behind a door of it
    is_interior: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """Setups taken one way, n rows each.

    step    # (n,) the size as a step of `grammar.SIZES`
    broken  # (n,) bits of rules that this camera breaks at its first frame
    cost    # (n,) what is less than ideal in it
    """

    cameras: Cameras
    step: NDArray[np.intp]
    broken: NDArray[np.intp]
    cost: Array

    def put(self, rows: NDArray[np.intp], other: Taken, chosen: NDArray[np.intp]) -> None:
        """Set some rows from the chosen rows of another."""
        self.cameras.position[rows] = other.cameras.position[chosen]
        self.cameras.target[rows] = other.cameras.target[chosen]
        self.cameras.lens_mm[rows] = other.cameras.lens_mm[chosen]
        self.step[rows] = other.step[chosen]
        self.broken[rows] = other.broken[chosen]
        self.cost[rows] = other.cost[chosen]


def empty_taken(count: int) -> Taken:
    """Return room for `count` placed setups."""
    cameras = Cameras(np.zeros((count, 3)), np.zeros((count, 3)), np.zeros(count))
    whole = np.zeros(count, np.intp)
    return Taken(cameras, whole, whole.copy(), np.zeros(count))


def weight_of(broken: NDArray[np.intp]) -> Array:
    """Return what broken rules cost, in the shape of `broken`."""
    return np.asarray(_weights()[broken])


@cache
def _weights() -> Array:
    """Return the cost of every set of broken rules, by its bits."""
    relax, sets = grammar().relax, np.arange(1 << len(RULES))
    total = np.zeros(len(sets))
    for bit, rule in RULES.items():
        weight = relax[rule] * (_HARD_WEIGHT if bit & HARD else 1.0)
        total += np.where(sets & bit, weight, 0.0)
    return total
