"""Placed setups as arrays: what the search compares, one row each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.axis import Epoch
from mstation.shots.coverage import Setup
from mstation.shots.shot import Role
from mstation.shots.taken import Ground, Taken
from mstation.space import Array

PAN, TRACK = 1, 2

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Setups as arrays, n rows.

    members   # (n, people) bool: whom a group holds
    chain     # (n,) the number of its chain of epochs
    frame     # (n,) when it is composed
    follow    # (n,) 0 still, PAN, TRACK
    line      # (n, 2) the pair whose line is kept, lower index first; −1 −1 for none
    side      # (n,) the side of that line
    heading   # (n,) where that line points, radians
    gaze      # (n,) which way the principal's face looks in the picture, −1 left … 1 right
    reach_m   # (n,) from the camera to its principal, on the floor
    height_m  # (n,) of the camera
    """

    point: Index
    world: Index
    role: NDArray[np.str_]
    step: Index
    principal: Index
    partner: Index
    prop: Index
    is_group: Flags
    members: Flags
    chain: Index
    frame: Index
    follow: Index
    line: Index
    side: Index
    heading: Array
    gaze: Array
    reach_m: Array
    height_m: Array

    @classmethod
    def of(cls, setups: list[Setup], epochs: list[Epoch], taken: Taken, ground: Ground) -> Rows:
        """Return the rows of setups as they were taken."""
        members = np.zeros((len(setups), len(ground.figures.ids)), bool)
        for row, setup in enumerate(setups):
            members[row, list(setup.group)] = True

        def column(values: list[int]) -> Index:
            return np.array(values, dtype=np.intp)

        principal = column([s.group[0] if s.group else s.principal for s in setups])
        frame = column([s.frame for s in setups])
        reach, gaze = np.ones(len(setups)), np.zeros(len(setups))
        if len(ground.figures.ids):
            sight = taken.cameras.target - taken.cameras.position
            right = np.column_stack([-sight[:, 2], sight[:, 0]])
            right /= np.maximum(np.linalg.norm(right, axis=1, keepdims=True), 1e-9)
            faces = ground.figures.facing[principal, frame][:, [0, 2]]
            gaze = np.einsum("nk,nk->n", faces, right)
            offset = taken.cameras.position - ground.figures.eyes[principal, frame]
            reach = np.hypot(offset[:, 0], offset[:, 2])
        line = np.array([_line_of(setup) for setup in setups], dtype=np.intp).reshape(-1, 2)
        side, heading = _sides(setups, epochs, line, ground)
        return cls(
            point=column([s.point for s in setups]),
            world=column([s.world for s in setups]),
            role=np.array([s.role.value for s in setups]),
            step=taken.step,
            principal=principal,
            partner=column([s.partner for s in setups]),
            prop=column([s.prop for s in setups]),
            is_group=np.array([s.family == "group" for s in setups]),
            members=members,
            chain=column([epochs[s.point].chain for s in setups]),
            frame=frame,
            follow=column([s.follow for s in setups]),
            line=line,
            side=side,
            heading=heading,
            gaze=gaze,
            reach_m=reach,
            height_m=taken.cameras.position[:, 1],
        )

    def role_is(self, *roles: Role) -> Flags:
        """Return which rows have one of these roles."""
        return np.isin(self.role, [role.value for role in roles])


def _line_of(setup: Setup) -> tuple[int, int]:
    pair = (setup.principal, setup.partner) if setup.partner >= 0 else (-1, -1)
    if setup.lines:
        pair = setup.lines[0]
    return (min(pair), max(pair))


def _sides(
    setups: list[Setup], epochs: list[Epoch], line: Index, ground: Ground
) -> tuple[Index, Array]:
    side, heading = np.zeros(len(setups), np.intp), np.zeros(len(setups))
    for row, setup in enumerate(setups):
        a, b = line[row]
        if a >= 0:
            side[row] = epochs[setup.point].side(int(a), int(b), setup.world)
            way = ground.figures.heads[b, setup.frame] - ground.figures.heads[a, setup.frame]
            heading[row] = math.atan2(way[0], way[2])
    return side, heading
