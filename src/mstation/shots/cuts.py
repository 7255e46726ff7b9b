"""Two shots that meet in, what their cut costs out: the line, the jump, the order on screen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.axis import Epoch
from mstation.shots.glimpses import Glimpse, Pair, first_shown, lines_shown
from mstation.shots.grammar import STEP, grammar
from mstation.shots.rows import Rows
from mstation.shots.shot import Role, Size
from mstation.shots.taken import (
    AXIS,
    EYELINE,
    INSERT_STEP,
    JUMP,
    ORDER,
    REVERSE,
    Ground,
    Taken,
)
from mstation.space import Array, wrap_angles

_APART_X = 0.015  # of frame width: eyes nearer than this have no order
_HEADS_APART_X = 0.03  # and heads nearer than this: one is behind the other
_EYELINES_DEG = 9.0  # by which the looks of a pair may differ, as they are off the lens
_THIRTY_SPARE_DEG, _STEP_SPARE = 2.5, 0.1  # people sway; close by, eyes turn less than heads
_MEETS = STEP[Size.MLS]  # a wider view is of a place, not of a face that looks at another
_ONE_SIZE = 0.6  # steps: nearer sizes are meant to be one
_MATCH = 0.9  # of each tolerance is used: people sway
_SAME_PLACE_M, _SAME_LENS = 0.12, 0.04
_ONE_LENS = 0.025
_PACE, _WALKS = 6, 0.017  # frames either side; metres a frame, from which somebody walks
_STRAIGHT = math.sin(math.radians(13.0))  # nearer to the lens's line a walk has no way
_SAME_WAY = math.cos(math.radians(4.0))
_OVER_THE_LINE = 3.0  # what a legal way over the line costs
_NOT_OVER = 15_000.0  # where the director wants it crossed: under a wish for a shot
_SAME_SIZE, _SIZE_LEAP = 0.06, 0.22
_NOT_ALL_FIRST = 8.0  # after a place without people, a picture without all of them
_NOT_THE_LOOKER = 0.8  # an insert that neither follows nor precedes who looks at the thing
_WIDE_ROLES = (Role.MASTER, Role.TWO_SHOT, Role.ESTABLISHING)

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """A cut point: who may hold the picture before it and after it, and what is known there.

    over_line says that the director breaks the line here; came_or_went that the people changed.
    """

    old: Glimpse  # at the last frame before the cut
    new: Glimpse  # at the first after it
    pairs: tuple[Pair, ...]  # whose line may hold, the likeliest first
    all_pairs: tuple[Pair, ...]
    left: Index  # (old, all_pairs): the sides that were shown last in this epoch
    epoch: Epoch
    over_line: bool = False
    came_or_went: bool = False


def cut_costs(joint: Joint, rows: Rows, taken: Taken, ground: Ground) -> tuple[Array, Index]:
    """Return (old, new): what each cut costs beside its faults, and the bits of those.

    A cut that mixes two worlds of one chain of epochs without a right to costs infinitely much.
    """
    old, new = joint.old.index, joint.new.index
    broken = np.where(_jumps(joint, rows, taken, ground), JUMP, 0)
    if not joint.over_line:
        broken |= np.where(_flips(joint) | _turns_about(joint, ground), ORDER, 0)
    broken |= _mismatches(joint, rows, taken, ground)
    worlds, across = _worlds(joint, rows, ground)
    broken |= np.where(across, AXIS, 0)
    step_old, step_new = rows.step[old][:, None], rows.step[new][None]
    leap = np.abs(step_old - step_new)
    soft = np.where(leap == 0, _SAME_SIZE, _SIZE_LEAP * np.clip(leap - 3, 0, 4))
    inserts = (step_old == INSERT_STEP) | (step_new == INSERT_STEP)
    soft = np.where(inserts, _look_cost(joint, rows, ground), soft)
    from_place = (rows.principal[old] < 0) & (rows.prop[old] < 0) & bool(joint.epoch.people)
    all_there = rows.members[new].sum(axis=1) >= len(joint.epoch.people)
    soft = soft + _NOT_ALL_FIRST * (from_place[:, None] & ~all_there[None])
    return np.asarray(soft + worlds), broken


def _worlds(joint: Joint, rows: Rows, ground: Ground) -> tuple[Array, Flags]:
    """Return what changing sides costs, and which cuts have no right to."""
    old, new = joint.old.index, joint.new.index
    across = rows.world[old][:, None] != rows.world[new][None]
    same_chain = rows.chain[old][:, None] == rows.chain[new][None]
    if joint.over_line:
        return np.where(across | ~same_chain, 0.0, _NOT_OVER), np.zeros(across.shape, bool)
    if not joint.epoch.sides:  # who is alone has no line
        return np.zeros(across.shape), np.zeros(across.shape, bool)
    wide = (rows.role_is(*_WIDE_ROLES) | rows.is_group)[new][None]
    shown, side = lines_shown(joint.old, joint.pairs, ground)
    first = first_shown(shown)
    free = np.zeros(across.shape, bool) | (wide & joint.came_or_went)
    if len(joint.epoch.people) == 2:
        neutral = ~shown.any(axis=1) | (first & (side == 0)).any(axis=1)
        free = free | (wide & neutral[:, None])
    cost = np.where(same_chain & across, np.where(free, _OVER_THE_LINE, np.inf), 0.0)
    held = np.array([joint.epoch.sides.get(pair, 0) for pair in joint.all_pairs], dtype=np.intp)
    crosses = np.zeros(across.shape, bool)
    for world in (1, -1):
        off: Flags = np.asarray((joint.left * held[None] * world < 0).any(axis=1))
        crosses |= off[:, None] & (rows.world[new] == world)[None]
    crosses &= ~(wide & joint.came_or_went)
    return cost, crosses & ~(same_chain & across)


def _look_cost(joint: Joint, rows: Rows, ground: Ground) -> Array:
    """Return the price of an insert between two shots that are not of who looks at the thing."""
    old, new = joint.old.index, joint.new.index
    holders = np.array([ground.figures.index(prop.holder_id) for prop in ground.props] or [-1])
    into = holders[np.maximum(rows.prop[new], 0)][None]
    out_of = holders[np.maximum(rows.prop[old], 0)][:, None]
    enters = (rows.prop[new] >= 0)[None] & (into >= 0) & (rows.principal[old][:, None] != into)
    leaves = (rows.prop[old] >= 0)[:, None] & (out_of >= 0)
    leaves = leaves & (rows.principal[new][None] != out_of)
    return np.asarray(_NOT_THE_LOOKER * (enters.astype(float) + leaves))


def _jumps(joint: Joint, rows: Rows, taken: Taken, ground: Ground) -> Flags:
    """Return which cuts jump: the same principal, nearly the same place and size.

    By what the pictures really show, for everybody who draws the eye in both.
    """
    old, new = joint.old, joint.new
    rules = grammar().tolerance
    asked = np.abs(rows.step[old.index][:, None] - rows.step[new.index][None])
    jumps = _is_one_camera(joint, taken)
    apart = math.cos(math.radians(rules.thirty_deg + _THIRTY_SPARE_DEG))
    for who in np.flatnonzero(old.drawn.any(axis=0) & new.drawn.any(axis=0)):
        own = np.flatnonzero(old.drawn[:, who]), np.flatnonzero(new.drawn[:, who])
        ways = [np.column_stack([np.sin(b), np.cos(b)])
                for b in (old.bearing[own[0], who], new.bearing[own[1], who])]  # fmt: skip
        near = ways[0] @ ways[1].T > apart
        step = np.abs(old.step[own[0], who][:, None] - new.step[own[1], who][None])
        jumps[np.ix_(*own)] |= near & (step < rules.size_steps - 0.5 + _STEP_SPARE)
    jumps |= _jumps_as_named(joint, rows, asked)
    inserts = (rows.step[old.index] == INSERT_STEP)[:, None]
    inserts = inserts | (rows.step[new.index] == INSERT_STEP)[None]
    empty = (rows.principal[old.index] < 0)[:, None] & (rows.principal[new.index] < 0)[None]
    return np.asarray(~inserts & (jumps | (empty & _places_jump(joint, asked, ground))))


def _jumps_as_named(joint: Joint, rows: Rows, asked: Index) -> Flags:
    """Return which cuts jump by what the shots call themselves: their principal, their size."""
    old, new = joint.old, joint.new
    who = rows.principal[new.index]
    if not old.bearing.shape[1]:
        return np.zeros(asked.shape, bool)
    own = np.maximum(who, 0)
    ways = old.bearing[:, own], new.bearing[np.arange(len(own)), own][None]
    rules = grammar().tolerance
    near = np.cos(ways[0] - ways[1]) > math.cos(math.radians(rules.thirty_deg + _THIRTY_SPARE_DEG))
    same = (rows.principal[old.index][:, None] == who[None]) & (who >= 0)[None]
    return np.asarray(same & near & (asked < rules.size_steps))


def _is_one_camera(joint: Joint, taken: Taken) -> Flags:
    """Return which cuts go from a camera to the same camera."""
    old, new = joint.old, joint.new
    same = np.ones((len(old.index), len(new.index)), bool)
    for axis in range(3):
        gap = old.position[:, axis][:, None] - new.position[:, axis][None]
        same &= np.abs(gap) < _SAME_PLACE_M
    a, b = np.nonzero(same)
    ways = [seen.target[k] - seen.position[k] for seen, k in ((old, a), (new, b))]
    lengths = [np.sqrt((way * way).sum(axis=1)) for way in ways]
    along = (ways[0] * ways[1]).sum(axis=1) > _SAME_WAY * lengths[0] * lengths[1]
    lenses = [taken.cameras.lens_mm[seen.index[k]] for seen, k in ((old, a), (new, b))]
    same[a, b] = along & (np.abs(lenses[0] - lenses[1]) < _SAME_LENS * lenses[0])
    return same


def _places_jump(joint: Joint, asked: Index, ground: Ground) -> Flags:
    """Return which cuts between views of the place itself are from nearly the same camera."""
    rules = grammar().tolerance
    ways = [seen.position - ground.middle for seen in (joint.old, joint.new)]
    bearings = [np.arctan2(way[:, 0], way[:, 2]) for way in ways]
    turn = bearings[0][:, None] - bearings[1][None]
    turn = np.abs(wrap_angles(turn))
    return np.asarray((turn < math.radians(rules.thirty_deg)) & (asked < rules.size_steps))


def _mismatches(joint: Joint, rows: Rows, taken: Taken, ground: Ground) -> Index:
    """Return the bits of cuts between two who look at each other that do not mirror each other."""
    old, new, looks = joint.old.index, joint.new.index, rows.looks
    facing, astray = _met(old, new, rows)
    if not facing.any():
        return np.zeros(facing.shape, np.intp)
    one, other = np.maximum(rows.principal[old], 0), np.maximum(rows.principal[new], 0)
    over = rows.role_is(Role.OTS)
    alike = facing & (over[old][:, None] == over[new][None])
    turned = np.abs(looks.off_deg[old][:, None] - looks.off_deg[new][None]) > _EYELINES_DEG
    steps = [seen.step[np.arange(len(who)), who]
             for seen, who in ((joint.old, one), (joint.new, other))]  # fmt: skip
    same_size = np.abs(steps[0][:, None] - steps[1][None]) < _ONE_SIZE
    uneven = turned | (same_size & _stand_unlike(joint, (one, other), taken, ground))
    bits = np.where(alike & uneven, REVERSE, 0) | np.where(astray, EYELINE, 0)
    return np.asarray(bits, dtype=np.intp)


def looks_astray(first: Index, then: Index, rows: Rows) -> Flags:
    """Return (n,): whether two who look at each other, a row each, look the same way."""
    if not len(first):
        return np.zeros(0, bool)
    _, astray = _met(first, then, rows)
    return np.asarray(astray.diagonal() & (rows.chain[first] == rows.chain[then]))


def _met(old: Index, new: Index, rows: Rows) -> tuple[Flags, Flags]:
    """Return (old, new): singles of two who look at each other, and those whose looks miss."""
    looks = rows.looks
    single = ~rows.is_group & (rows.principal >= 0) & (rows.step >= _MEETS)
    single &= rows.step != INSERT_STEP
    facing = single[old][:, None] & single[new][None]
    if not facing.any():
        return facing, facing
    one, other = np.maximum(rows.principal[old], 0), np.maximum(rows.principal[new], 0)
    facing &= looks.at[old][:, other] & looks.at[new][:, one].T
    return facing, facing & (looks.way[old][:, other] * looks.way[new][:, one].T > 0)


def _stand_unlike(joint: Joint, who: tuple[Index, Index], taken: Taken, ground: Ground) -> Flags:
    """Return which cuts change the lens, the distance or the height from one to the other.

    Distances may follow the statures; heights may be one over the floor or over the eyes, or
    mirrored about them.
    """
    figures, limit = ground.figures, grammar().tolerance.reverse * _MATCH
    seen = joint.old, joint.new
    eyes = [figures.eyes[people, each.frame] for people, each in zip(who, seen, strict=True)]
    away = [each.position - point for each, point in zip(seen, eyes, strict=True)]
    reach = [np.linalg.norm(way, axis=1) for way in away]
    scaled = [far / figures.statures[people] for far, people in zip(reach, who, strict=True)]
    high = [each.position[:, 1] for each in seen]
    over = [way[:, 1] for way in away]

    def gap(one: Array, other: Array) -> Array:
        return np.abs(one[:, None] - other[None])

    def most(one: Array, other: Array) -> Array:
        return np.maximum(one[:, None], other[None])

    lenses = [taken.cameras.lens_mm[each.index] for each in seen]
    unlike = gap(*lenses) > _ONE_LENS * most(*lenses)
    unlike |= (gap(*reach) > limit * most(*reach)) & (gap(*scaled) > limit * most(*scaled))
    level = np.minimum(np.minimum(gap(*high), gap(*over)), gap(over[0], -over[1]))
    return np.asarray(unlike | (level > limit * most(*high)))


def _flips(joint: Joint) -> Flags:
    """Return which cuts change the order from left to right of two who are seen in both."""
    old, new = joint.old, joint.new
    flips = np.zeros((len(old.index), len(new.index)), bool)
    here = np.flatnonzero(old.partly.any(axis=0) & new.partly.any(axis=0)).tolist()
    for place, a in enumerate(here):
        for b in here[place + 1 :]:
            orders = zip(_orders_of(old, a, b), _orders_of(new, a, b), strict=True)
            for one, other in orders:
                flips |= one[:, None] * other[None] < 0
    return flips


def _orders_of(seen: Glimpse, a: int, b: int) -> tuple[Array, Array]:
    """Return (n,), (n,): −1 or +1, on which side of b a's eyes are, and a's head; 0 for no order.

    Of two in profile the eyes may be in line, or the other way about, where the heads are apart.
    """
    both = seen.partly[:, a] & seen.partly[:, b]
    eyes, heads = seen.x[:, a] - seen.x[:, b], seen.head_x[:, a] - seen.head_x[:, b]
    return (
        np.where(both & (np.abs(eyes) > _APART_X), np.sign(eyes), 0.0),
        np.where(both & (np.abs(heads) > _HEADS_APART_X), np.sign(heads), 0.0),
    )


def _turns_about(joint: Joint, ground: Ground) -> Flags:
    """Return which cuts turn the way about in which a walker goes over the screen."""
    old, new = joint.old, joint.new
    turns = np.zeros((len(old.index), len(new.index)), bool)
    hips = ground.figures.paths
    first, last = max(old.frame - _PACE, 0), min(new.frame + _PACE, hips.shape[1] - 1)
    gone = (hips[:, last] - hips[:, first])[:, [0, 2]] / max(last - first, 1)
    pace = np.hypot(gone[:, 0], gone[:, 1])
    for who in np.flatnonzero(pace > _WALKS):
        ways = []
        for seen in (old, new):
            sight = ground.figures.eyes[who, seen.frame] - seen.position
            reach = np.maximum(np.hypot(sight[:, 0], sight[:, 2]), 1e-6)
            across = (gone[who, 1] * sight[:, 0] - gone[who, 0] * sight[:, 2]) / reach / pace[who]
            has_way = seen.inside[:, who] & (np.abs(across) > _STRAIGHT)
            ways.append(np.where(has_way, np.sign(across), 0.0))
        turns |= ways[0][:, None] * ways[1][None] < 0
    return turns
