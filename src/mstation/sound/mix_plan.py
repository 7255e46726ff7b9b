"""The noun of a mix that is planned: where its faders stand, and how beds make way for voices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.sound import columns

STEMS = ("dialogue", "effects", "music")
SUMS = ("mix", "m-and-e")
BEDS = ("effects", "music")  # what makes way for voices


@dataclass(frozen=True, slots=True, eq=False)
class MixPlan:
    """How the stems of a film, or of a section of it, are played.

    at      # (n,), samples, rising
    ways    # each bed's way at these, (n,), hundredths of a decibel, 0 or less
    """

    faders_db: Mapping[str, float]  # each stem's
    whole_db: float  # the fader of all of it
    is_most: bool  # the film is not to be made louder than this
    at: NDArray[np.int64]
    ways: Mapping[str, NDArray[np.int16]]

    def gain(self, stem: str) -> float:
        """Return what a stem is played at, its way for voices aside."""
        return float(10 ** ((self.faders_db[stem] + self.whole_db) / 20))

    def way(self, bed: str) -> NDArray[np.float64]:
        """Return a bed's gain where it makes way for voices, at each of the samples."""
        return np.asarray(10 ** (self.ways[bed] / (20.0 * 100)))

    def cut(self, first: int, end: int, zero: int) -> MixPlan:
        """Return the plan of a stretch of the film, counted from the sample `zero`."""
        low = max(0, int(np.searchsorted(self.at, first, "right")) - 1)
        high = int(np.searchsorted(self.at, end)) + 1
        ways = {bed: way[low:high] for bed, way in self.ways.items()}
        at = self.at[low:high] - zero
        return MixPlan(self.faders_db, self.whole_db, self.is_most, at, ways)


def write(plan: MixPlan) -> bytes:
    """Return a plan as bytes."""
    facts = {
        "faders_db": {stem: round(db, 6) for stem, db in plan.faders_db.items()},
        "whole_db": round(plan.whole_db, 6),
        "is_most": plan.is_most,
    }
    ways = {f"way/{bed}": plan.ways[bed].astype("<i2") for bed in BEDS}
    return columns.write(facts, {"at": plan.at.astype("<i8"), **ways})


def read(data: bytes) -> MixPlan:
    """Return the plan that `write` wrote."""
    found = columns.read(data)
    ways = {bed: found.columns[f"way/{bed}"] for bed in BEDS}
    return MixPlan(**found.facts, at=found.columns["at"], ways=ways)
