"""The baked file in, the stock that every person is made of out.

Everything is metres in the pose of the base mesh: facing −Z, its left at −X, arms and legs a
little apart. Half a body is stored; the stock is whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from mstation.stage.performance import JOINTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CHIN, _CROWN = 0.62, 0.8497
MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """The base body and how it varies.

    Attributes:
        points: (n, 3) of the base body, its fingers at ease.
        triangles: (m, 3) counter-clockwise seen from outside.
        parts: the triangles (of m) of each part, by name; of hands and lashes both sides.
        weights: (n, 22) joint weights, each row summing to 1.
        lips: (n,) 0 … 1 how much of a lip a point is.
        moves: (half, 3) by target: where the left half's points go.
        landmarks: (k, 3) the left half's joints and knuckles; rows by `landmark_names`.
        landmark_moves: (k, 3) by target.
        head: metres from chin to crown of the base head.
        landmark_names: What the rows of the landmarks are.
        left: (n,) the point of the left half that each point is made from.
        is_right: (n,) whether it is its mirror image.
    """

    points: Floats
    triangles: Ints
    parts: dict[str, Ints]
    weights: Floats
    lips: Floats
    moves: dict[str, NDArray[np.float32]]
    landmarks: Floats
    landmark_moves: dict[str, Floats]
    landmark_names: tuple[str, ...]
    head: float
    left: Ints
    is_right: NDArray[np.bool_]


@cache
def stock() -> Stock:
    """Return the stock of the shipped file. Source: MakeHuman, CC0 1.0 (LICENSE-CC0.md)."""
    path = files("mstation.previs.people").joinpath("people.npz")
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    half = held["points"] * 1e-5
    count = len(half)
    beside = np.flatnonzero(~held["middle"])
    twin = np.arange(count)
    twin[beside] = count + np.arange(len(beside))
    left = np.concatenate([np.arange(count), beside])
    is_right = np.arange(len(left)) >= count
    faces = held["faces"].astype(np.int64)
    triangles = np.concatenate([faces, twin[faces[:, ::-1]]])
    parts = np.concatenate([held["parts"], held["parts"]])
    names = held["target_names"].tolist()
    moves = held["moves"] * held["move_scales"][:, None, None]
    shifts = held["landmark_moves"].astype(float)
    return Stock(
        points=mirrored(half, left, is_right),
        triangles=triangles,
        parts={str(n): np.flatnonzero(parts == i) for i, n in enumerate(held["part_names"])},
        weights=_both(_weights(held), left, is_right),
        lips=held["lips"][left] / 255.0,
        moves={name: moves[i].astype(np.float32) for i, name in enumerate(names)},
        landmarks=held["landmarks"].astype(float),
        landmark_moves={name: shifts[i] for i, name in enumerate(names)},
        landmark_names=tuple(held["landmark_names"].tolist()),
        head=_CROWN - _CHIN,
        left=left,
        is_right=is_right,
    )


def mirrored(half: Floats, left: Ints, is_right: NDArray[np.bool_]) -> Floats:
    """Return (n, 3) of the whole body from (half, 3): places or moves."""
    whole = half[left]
    whole[is_right] *= MIRROR
    return whole


def _weights(held: dict[str, NDArray[np.generic]]) -> Floats:
    """Return (half, 22). What the file numbers beyond its joints belongs to the other side."""
    names = [str(name) for name in held["joint_names"]]
    columns = [JOINTS.index(n) for n in (*names, *(n.replace("Left", "Right") for n in names))]
    dense = np.zeros((len(held["joints"]), len(JOINTS)))
    rows = np.arange(len(dense))[:, None]
    np.add.at(
        dense, (rows, np.array(columns)[held["joints"].astype(int)]), held["weights"].astype(float)
    )
    return np.asarray(dense / dense.sum(axis=1, keepdims=True))


def _both(half: Floats, left: Ints, is_right: NDArray[np.bool_]) -> Floats:
    other = [JOINTS.index(_other(name)) for name in JOINTS]
    whole = half[left]
    whole[is_right] = whole[is_right][:, other]
    return whole


def _other(name: str) -> str:
    if name.startswith("Left"):
        return name.replace("Left", "Right", 1)
    return name.replace("Right", "Left", 1)
