"""What hangs where a wall is free: a room's set in, its pictures, boards, switches out.

Nothing here is a piece of the layout: it lies flat on the wall, in nobody's way and nobody's view.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mstation.identity import seed_of
from mstation.previs import wall_boards, wall_things
from mstation.previs.decor import look_of
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import box, placed, tone
from mstation.previs.wall_things import Hanging, Hook
from mstation.previs.wording import language_of
from mstation.stage.layout import Layout, Opening, Piece, Wall
from mstation.stage.set_dressing import corners

BUILDERS: dict[str, Hanging] = {**wall_things.BUILDERS, **wall_boards.BUILDERS}

_NEAR_WALL_M = 0.75  # a piece nearer than this stands against the wall
_EYE_LOW_M, _EYE_HIGH_M = 1.15, 2.1  # where things hang
_DOOR_M, _PIECE_M = 0.22, 0.12  # things keep this far from casings and from pieces
_EVERY_M = 2.3  # wall for one thing
_LEAST_M = 0.45
_SWITCH_M, _SOCKET_M = 1.2, 0.28
_RADIATOR_SILL_M = 0.75

Span = tuple[float, float]


def hangings(wall: Wall, length: float, openings: Sequence[Opening], layout: Layout) -> list[Mesh]:
    """Return what hangs on a wall of a room, drawn along +X, the room at −Z."""
    if wall.name.startswith("beyond") or wall.height_m < _EYE_HIGH_M:
        return []
    look = look_of(layout.kind)
    dice = np.random.default_rng(seed_of(layout.set_key, "hangings", wall.name))
    meshes = [*_switches(openings, length), *_radiators(openings, wall, layout)]
    stretches = free_stretches(wall, length, openings, layout)
    order = list(look.things)
    if order:
        first = int(dice.integers(len(order)))
        order = order[first:] + order[:first]
    language = language_of(layout.set_key)
    used = 0
    for start, end in stretches if order else ():
        count = max(1, round((end - start) / _EVERY_M))
        each = (end - start) / count
        for index in range(count):
            name = order[used % len(order)]
            room = min(each - 0.1, 2.4)
            if room < _LEAST_M:
                continue
            used += 1
            x = start + (index + 0.5) * each
            hook = Hook(room, wall.height_m, look.trim, language, dice)
            meshes += [placed(mesh, at=(x, 0, 0)) for mesh in BUILDERS[name](hook)]
    return meshes


def free_stretches(
    wall: Wall, length: float, openings: Sequence[Opening], layout: Layout
) -> list[Span]:
    """Return where a wall is bare at eye height: no opening, nothing standing or hanging there."""
    taken = [
        (opening.start_m - _DOOR_M, opening.start_m + opening.width_m + _DOOR_M)
        for opening in openings
    ]
    taken += [
        (low - _PIECE_M, high + _PIECE_M)
        for piece in layout.pieces
        for low, high in [_along(piece, wall)]
        if low < high
    ]
    spans, cursor = [], 0.15
    for low, high in sorted([*taken, (length - 0.15, length)]):
        if low - cursor > _LEAST_M:
            spans.append((round(cursor, 4), round(low, 4)))
        cursor = max(cursor, high)
    return spans


def _along(piece: Piece, wall: Wall) -> Span:
    """Return the stretch of a wall that a piece covers at eye height; empty when none."""
    low_y, high_y = piece.position[1], piece.position[1] + piece.size[1]
    start = np.array(wall.start)
    along = (np.array(wall.end) - start) / math.dist(wall.start, wall.end)
    inward = np.array([along[1], -along[0]])
    spots: NDArray[np.float64] = np.array(corners(piece)) - start
    gaps = spots @ inward
    is_near = bool(gaps.min() < _NEAR_WALL_M and gaps.max() > -0.05)
    if not is_near or high_y < _EYE_LOW_M or low_y > _EYE_HIGH_M:
        return (0.0, 0.0)
    shares = spots @ along
    return (float(shares.min()), float(shares.max()))


def _switches(openings: Sequence[Opening], length: float) -> list[Mesh]:
    """Return a light switch by each door and a socket low on the wall."""
    plate = (0.6, 0.59, 0.55)
    meshes = []
    for door in openings:
        if door.kind != "door":
            continue
        x = door.start_m - 0.17
        if x < 0.1:
            x = door.start_m + door.width_m + 0.17
        meshes.append(box((x, _SWITCH_M, -0.006), (0.085, 0.085, 0.014), plate))
        meshes.append(box((x, _SWITCH_M + 0.025, -0.014), (0.035, 0.04, 0.012), tone(plate, 0.8)))
    free = not any(o.start_m < 0.75 < o.start_m + o.width_m for o in openings)
    if free and length > 2.5:
        meshes.append(box((0.75, _SOCKET_M, -0.006), (0.14, 0.08, 0.014), plate))
        meshes.append(box((0.72, _SOCKET_M + 0.025, -0.012), (0.03, 0.03, 0.01), (0.1, 0.1, 0.1)))
    return meshes


def _radiators(openings: Sequence[Opening], wall: Wall, layout: Layout) -> list[Mesh]:
    """Return a radiator below each window, where nothing stands before it."""
    if not look_of(layout.kind).is_heated:
        return []
    meshes: list[Mesh] = []
    for window in openings:
        if window.kind != "window" or window.sill_m < _RADIATOR_SILL_M:
            continue
        ribs = max(5, round(window.width_m * 0.72 / 0.11))
        high = min(0.55, window.sill_m - 0.28)
        left = window.start_m + window.width_m / 2 - ribs * 0.11 / 2
        for index in range(ribs):
            foot = (left + (index + 0.5) * 0.11, 0.13, -0.075)
            meshes.append(box(foot, (0.085, high, 0.1), (0.5, 0.5, 0.47)))
        rail = (window.start_m + window.width_m / 2, 0.13 + high * 0.1, -0.07)
        meshes.append(box(rail, (ribs * 0.11, 0.05, 0.06), (0.42, 0.42, 0.39)))
    return meshes
