"""Placed setups as arrays: what the search compares, one row each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.axis import Epoch
from mstation.shots.eyelines import Looks, looks_of
from mstation.shots.setup import Setup
from mstation.shots.shot import Role
from mstation.shots.taken import Ground, Taken

PAN, TRACK = 1, 2
_ROLES = tuple(Role)

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Setups as arrays, n rows.

    role      # (n,) its place in `Role`
    members   # (n, people) bool: whom a group holds
    chain     # (n,) the number of its chain of epochs
    frame     # (n,) when it is composed
    follow    # (n,) 0 still, PAN, TRACK
    looker    # (n,) whose eyes a point of view is at, −1 for none
    looks     # how the principals' faces look past the lens
    """

    point: Index
    world: Index
    role: Index
    step: Index
    principal: Index
    partner: Index
    prop: Index
    is_group: Flags
    members: Flags
    chain: Index
    frame: Index
    follow: Index
    looker: Index
    looks: Looks

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
        return cls(
            point=column([s.point for s in setups]),
            world=column([s.world for s in setups]),
            role=column([_ROLES.index(s.role) for s in setups]),
            step=taken.step,
            principal=principal,
            partner=column([s.partner for s in setups]),
            prop=column([s.prop for s in setups]),
            is_group=np.array([s.family == "group" for s in setups]),
            members=members,
            chain=column([epochs[s.point].chain for s in setups]),
            frame=frame,
            follow=column([s.follow for s in setups]),
            looker=column([s.looker for s in setups]),
            looks=looks_of(taken.cameras, principal, frame, ground.figures),
        )

    def role_is(self, *roles: Role) -> Flags:
        """Return which rows have one of these roles."""
        found = np.zeros(len(self.role), bool)
        for role in roles:
            found |= self.role == _ROLES.index(role)
        return found
