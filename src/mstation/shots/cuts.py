"""Two shots that meet in, what their cut costs out: the line, the jump, the order on screen."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mstation.shots.following import cameras_at
from mstation.shots.grammar import grammar
from mstation.shots.rows import Rows
from mstation.shots.shot import Role
from mstation.shots.taken import AXIS, INSERT_STEP, JUMP, ORDER, REVERSE, Ground, Taken, weight_of
from mstation.space import Array

_APART_X = 0.02  # of frame width: heads nearer than this have no order
_HOLD = 12  # frames that a following camera rests before the cut
_LOOK = 0.05  # sine off the lens from which a face looks to one side
_CROSSED_WIDE = 1.0  # a re-establishing view from the other side
_SAME_SIZE, _SIZE_LEAP = 0.06, 0.22
_WIDE_ROLES = (Role.MASTER, Role.TWO_SHOT, Role.ESTABLISHING)

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


def cut_costs(
    old: Index, new: Index, frame: int, rows: Rows, taken: Taken, ground: Ground
) -> tuple[Array, Index]:
    """Return (old, new): what each cut costs, and the bits of the rules that it breaks."""
    broken = np.where(_jumps(old, new, frame, rows, taken, ground), JUMP, 0)
    broken |= np.where(_flips(old, new, frame, rows, taken, ground), ORDER, 0)
    broken |= np.where(_mismatches(old, new, rows, taken), REVERSE, 0)
    same_chain = rows.chain[old][:, None] == rows.chain[new][None]
    across = rows.world[old][:, None] != rows.world[new][None]
    wide = rows.role_is(*_WIDE_ROLES)[new][None]
    crossed = ~same_chain & _crosses(old, new, rows)
    broken |= np.where(crossed & ~wide, AXIS, 0)
    cost = weight_of(broken.ravel()).reshape(broken.shape)
    cost = np.where(same_chain & across, np.inf, cost)
    step_old, step_new = rows.step[old][:, None], rows.step[new][None]
    leap = np.abs(step_old - step_new)
    soft = np.where(leap == 0, _SAME_SIZE, 0.0)
    soft = soft + _SIZE_LEAP * np.clip(leap - 3, 0, 4)
    plain = (step_old == INSERT_STEP) | (step_new == INSERT_STEP)
    soft = np.where(plain, 0.0, soft) + np.where(crossed & wide, _CROSSED_WIDE, 0.0)
    return cost + soft, broken


def _crosses(old: Index, new: Index, rows: Rows) -> Flags:
    """Return which cuts change the side of a line that both shots keep and that has not turned."""
    a, b = rows.line[old][:, None], rows.line[new][None]
    same = (a == b).all(axis=2) & (rows.line[new, 0] >= 0)[None]
    turn = rows.heading[old][:, None] - rows.heading[new][None]
    turn = np.abs((turn + math.pi) % (2 * math.pi) - math.pi)
    held = turn < math.radians(grammar().tolerance.line_turn_deg)
    return np.asarray(same & held & (rows.side[old][:, None] != rows.side[new][None]))


def _jumps(old: Index, new: Index, frame: int, rows: Rows, taken: Taken, ground: Ground) -> Flags:
    """Return which cuts jump: the same principal, nearly the same place and size."""
    rules = grammar().tolerance
    principal = rows.principal[new]
    heads = np.broadcast_to(ground.middle, (len(new), 3)).copy()
    if len(ground.figures.ids):
        there = principal >= 0
        heads[there] = ground.figures.heads[principal[there], frame]
    before = cameras_at(old, frame, rows, taken, ground, hold=_HOLD)
    one = before.position[:, None] - heads[None]
    other = taken.cameras.position[new][None] - heads[None]
    turn = np.arctan2(one[..., 0], one[..., 2]) - np.arctan2(other[..., 0], other[..., 2])
    turn = np.abs((turn + math.pi) % (2 * math.pi) - math.pi)
    near = turn < math.radians(rules.thirty_deg + 0.5)
    alike = np.abs(rows.step[old][:, None] - rows.step[new][None]) < rules.size_steps
    same = rows.principal[old][:, None] == principal[None]
    alone = rows.step[new] == INSERT_STEP
    return np.asarray(same & near & alike & ~alone[None])


def _mismatches(old: Index, new: Index, rows: Rows, taken: Taken) -> Flags:
    """Return which cuts go between two sides of a pair that do not mirror each other."""
    limit = 1.0 + grammar().tolerance.reverse * 0.95

    def apart(values: Array) -> Flags:
        one, other = values[old][:, None], values[new][None]
        return np.asarray(np.maximum(one, other) > np.minimum(one, other) * limit)

    facing = (rows.principal[old][:, None] == rows.partner[new][None]) & (
        rows.partner[old][:, None] == rows.principal[new][None]
    )
    paired = facing & (rows.partner[old] >= 0)[:, None] & (rows.partner[new] >= 0)[None]
    alike = paired & (rows.step[old][:, None] == rows.step[new][None])
    alike &= rows.role[old][:, None] == rows.role[new][None]
    uneven = apart(taken.cameras.lens_mm) | apart(rows.reach_m) | apart(rows.height_m)
    looks = rows.gaze[old][:, None], rows.gaze[new][None]
    astray = paired & (np.abs(looks[0]) > _LOOK) & (np.abs(looks[1]) > _LOOK)
    return np.asarray((alike & uneven) | (astray & (looks[0] * looks[1] > 0)))


def _flips(old: Index, new: Index, frame: int, rows: Rows, taken: Taken, ground: Ground) -> Flags:
    """Return which cuts change the order from left to right of two who are seen in both."""
    people = np.flatnonzero(ground.figures.present[:, frame])
    flips = np.zeros((len(old), len(new)), bool)
    if len(people) < 2:
        return flips
    heads = ground.figures.heads[people, frame]
    seen = []
    before = cameras_at(old, frame, rows, taken, ground, hold=_HOLD)
    for cameras in (before, taken.cameras.rows(new)):
        points = np.repeat(heads[None], len(cameras), axis=0)
        x, y, depth = np.moveaxis(cameras.project(points, ground.sensor), -1, 0)
        seen.append((x, (x > 0) & (x < 1) & (y > 0) & (y < 1) & (depth > 0.1)))
    for a in range(len(people)):
        for b in range(a + 1, len(people)):
            signs = []
            for x, inside in seen:
                apart = inside[:, a] & inside[:, b] & (np.abs(x[:, a] - x[:, b]) > _APART_X)
                signs.append(np.where(apart, np.sign(x[:, a] - x[:, b]), 0.0))
            flips |= signs[0][:, None] * signs[1][None] < 0
    return flips
