"""Setups asked for in, the same as arrays out: what the placing of cameras reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from mstation.shots.axis import Epoch
from mstation.shots.grammar import STEP, grammar
from mstation.shots.landmarks import Figures
from mstation.shots.setup import Setup
from mstation.shots.shot import Role, Size
from mstation.space import Array

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]

_INSERT_AS = Size.ECU  # what stands in an insert's columns of size


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Setups as arrays, n rows.

    row        # (n,) where each setup is in the list that was asked for
    until      # (n,) the last frame of the stretch that each setup begins in
    step       # (n,) the size as a step of `grammar.SIZES`
    members    # (n, people) bool: whom a group holds
    pair       # (n, 2) the first two of a group, −1 for none
    outlook    # (n, 3) unit, level: whence the epoch's master looks, on this setup's side
    side       # (n,) −1 or +1: the side of the way from principal to partner; 0 without one
    line       # (n, 2) a group's line of interest, −1 −1 for none
    line_side  # (n,) the side of that line
    own_lens   # (n,) mm, a focal length that is asked for, or nought
    cut, headroom, lens_mm, visible  # (n,) the size's rule
    """

    row: Index
    frame: Index
    step: Index
    world: Index
    principal: Index
    until: Index
    partner: Index
    looker: Index
    over: Index
    prop: Index
    swing: Index
    follow: Index
    members: Flags
    pair: Index
    outlook: Array
    side: Index
    line: Index
    line_side: Index
    own_lens: Array
    cut: Array
    headroom: Array
    lens_mm: Array
    visible: Array
    pitch_deg: Array
    is_over: Flags
    is_two: Flags
    is_place: Flags

    @classmethod
    def of(
        cls, setups: list[Setup], epochs: list[Epoch], figures: Figures, lasts: Sequence[int]
    ) -> Asked:
        """Return setups as arrays, in their order; `lasts` are the last frames of stretches."""
        members = np.zeros((len(setups), len(figures.ids)), bool)
        for row, setup in enumerate(setups):
            members[row, list(setup.group)] = True
        rules = [grammar().sizes[_INSERT_AS if s.size is Size.INSERT else s.size] for s in setups]
        sides = [_sides(setup, epochs[setup.point]) for setup in setups]
        lines = [setup.lines[0] if setup.lines else (-1, -1) for setup in setups]
        angles = grammar().angles

        def whole(values: list[int]) -> Index:
            return np.array(values, dtype=np.intp)

        def real(values: list[float]) -> Array:
            return np.array(values, dtype=float)

        return cls(
            row=np.arange(len(setups)),
            frame=whole([s.frame for s in setups]),
            step=whole([STEP.get(s.size, STEP[_INSERT_AS]) for s in setups]),
            world=whole([s.world for s in setups]),
            principal=whole([s.principal for s in setups]),
            until=whole([max(lasts[s.point], s.frame) for s in setups]),
            looker=whole([s.looker for s in setups]),
            over=whole([s.over for s in setups]),
            partner=whole([s.partner for s in setups]),
            prop=whole([s.prop for s in setups]),
            swing=whole([s.swing for s in setups]),
            follow=whole([s.follow for s in setups]),
            members=members,
            pair=whole([p for s in setups for p in (*s.group, -1, -1)[:2]]).reshape(-1, 2),
            outlook=np.array([epochs[s.point].outlook * s.world for s in setups]).reshape(-1, 3),
            side=whole([side for side, _ in sides]),
            line=whole([p for line in lines for p in line]).reshape(-1, 2),
            line_side=whole([side for _, side in sides]),
            own_lens=real([s.lens_mm for s in setups]),
            cut=real([rule.cut for rule in rules]),
            headroom=real([rule.headroom for rule in rules]),
            lens_mm=real([rule.lens_mm for rule in rules]),
            visible=real([rule.visible for rule in rules]),
            pitch_deg=real([angles[s.angle] for s in setups]),
            is_over=np.array([s.family == "ots" for s in setups], bool),
            is_two=np.array([s.role is Role.TWO_SHOT and len(s.group) == 2 for s in setups], bool),
            is_place=np.array([s.role is Role.ESTABLISHING for s in setups], bool),
        )

    def __len__(self) -> int:
        return len(self.row)

    def rows(self, index: Index) -> Asked:
        """Return some of the setups, some of them perhaps several times."""
        return Asked(**{each.name: getattr(self, each.name)[index] for each in fields(self)})


def _sides(setup: Setup, epoch: Epoch) -> tuple[int, int]:
    """Return the sides of the line to the partner, and of a group's own line."""
    own = 0
    if setup.partner >= 0 and setup.principal >= 0:
        own = epoch.side(setup.principal, setup.partner, setup.world)
    return own, epoch.side(*setup.lines[0], setup.world) if setup.lines else 0
