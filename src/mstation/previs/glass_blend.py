"""Clear triangles over a picture: what is behind them, their own colour, what they mirror."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mstation.previs.canvas import Bools, Bytes, Camera, Floats
from mstation.previs.kernel import inlined, kernel
from mstation.previs.raster import NEAR_M

_ZERO, _HALF, _ONE = np.float32(0.0), np.float32(0.5), np.float32(1.0)
_NEAR = np.float32(NEAR_M)
_STEP = 16  # pixels between the places where the sheen is found
_PER_STEP = np.float32(1.0 / _STEP)
# What one face of glass mirrors, looked at straight. Source: ((1.5 − 1) / (1.5 + 1))².
STRAIGHT = np.float32(0.04)
# The share that a bright band of what is mirrored adds.
GLEAM = np.float32(0.075)


class Mirrored(NamedTuple):
    """Display colours (3,) of what glass mirrors."""

    above: Floats
    ahead: Floats
    below: Floats
    bright: Floats


class Room(NamedTuple):
    """Where a triangle is worked on."""

    sides: Floats  # (3, 4) its sides as functions of a pixel, and how many pixels 1 of each is
    nodes: Floats  # (2, 4)
    covers: Floats  # (_STEP,) how much of each pixel is covered


class Facet(NamedTuple):
    """A triangle of glass as it lies in the picture."""

    sides: Floats  # of the room that it is worked on in
    normals: Floats  # (3, 3) of its corners
    tint: Floats  # (3,) display colour
    opacity: np.float32


def room_for_glass() -> Room:
    """Room to work on one triangle."""
    return Room(
        np.zeros((3, 4), np.float32), np.zeros((2, 4), np.float32), np.zeros(_STEP, np.float32)
    )


@inlined
def mirrored_share(cosine: np.float32) -> np.float32:
    """The share that a sheet of glass mirrors, by the angle it is seen at.

    Source: Schlick 1994; two faces mirror 2 F / (1 + F).
    """
    left = _ONE - cosine
    squared = left * left
    one = STRAIGHT + (_ONE - STRAIGHT) * squared * squared * left
    return np.float32((one + one) / (_ONE + one))


@inlined
def _band(place: np.float32) -> np.float32:
    """How bright the stripe of light is that is mirrored from a place, 0 … 1."""
    at = place - np.floor(place)
    wide = min(max((np.float32(0.11) - abs(at - np.float32(0.3))) * np.float32(25.0), _ZERO), _ONE)
    thin = min(max((np.float32(0.03) - abs(at - np.float32(0.5))) * np.float32(40.0), _ZERO), _ONE)
    return np.float32(max(wide, thin))


@inlined
def _side(
    sides: Floats, k: int, b: tuple[np.float32, ...], c: tuple[np.float32, ...], per: np.float32
) -> None:
    """Write a side's function of a pixel, `x · first + y · second + third`, 1 at its far corner."""
    sides[k, 0] = (b[1] * c[2] - b[2] * c[1]) * per
    sides[k, 1] = (b[2] * c[0] - b[0] * c[2]) * per
    sides[k, 2] = (b[0] * c[1] - b[1] * c[0]) * per
    length = np.sqrt(sides[k, 0] * sides[k, 0] + sides[k, 1] * sides[k, 1])
    sides[k, 3] = _ONE / max(length, np.float32(1e-12))


@kernel
def _sheet_at(
    px: np.float32,
    py: np.float32,
    facet: Facet,
    mirrored: Mirrored,
    camera: Camera,
    node: Floats,
) -> None:
    """Write what glass makes of a pixel: the share of it that stays, and what comes to it."""
    sides, normals = facet.sides, facet.normals
    a = sides[0, 0] * px + sides[0, 1] * py + sides[0, 2]
    b = sides[1, 0] * px + sides[1, 1] * py + sides[1, 2]
    c = sides[2, 0] * px + sides[2, 1] * py + sides[2, 2]
    nx = a * normals[0, 0] + b * normals[1, 0] + c * normals[2, 0]
    ny = a * normals[0, 1] + b * normals[1, 1] + c * normals[2, 1]
    nz = a * normals[0, 2] + b * normals[1, 2] + c * normals[2, 2]
    dx = -(camera.ray[0] + camera.ray_x[0] * px + camera.ray_y[0] * py)
    dy = -(camera.ray[1] + camera.ray_x[1] * px + camera.ray_y[1] * py)
    dz = -(camera.ray[2] + camera.ray_x[2] * px + camera.ray_y[2] * py)
    away = _ONE / np.sqrt(dx * dx + dy * dy + dz * dz)
    unit = _ONE / np.sqrt(nx * nx + ny * ny + nz * nz + np.float32(1e-20))
    dx, dy, dz = dx * away, dy * away, dz * away
    nx, ny, nz = nx * unit, ny * unit, nz * unit
    cosine = dx * nx + dy * ny + dz * nz
    up = np.float32(2.0) * cosine * ny - dy
    aside = np.float32(2.0) * cosine * (nx + nz) - dx - dz
    gleam = GLEAM * _band(np.float32(1.6) * aside + np.float32(1.1) * up)
    mirror = mirrored_share(min(abs(cosine), _ONE)) * (_ONE - gleam)
    own = facet.opacity * (_ONE - mirror - gleam)
    high, low = max(up, _ZERO), max(-up, _ZERO)
    level = _ONE - high - low
    node[0] = _ONE - own - mirror - gleam
    for k in range(3):
        seen = mirrored.above[k] * high + mirrored.below[k] * low + mirrored.ahead[k] * level
        node[k + 1] = facet.tint[k] * own + seen * mirror + mirrored.bright[k] * gleam


@inlined
def _span(sides: Floats, py: np.float32, left: int, right: int) -> tuple[int, int]:
    """Where a row enters and leaves a triangle, half a pixel of edge counted in."""
    first, end = np.float32(left), np.float32(right)
    for k in range(3):
        slope = sides[k, 0] * sides[k, 3]
        start = (sides[k, 1] * py + sides[k, 2]) * sides[k, 3] + _HALF
        if slope > np.float32(1e-6):
            first = max(first, -start / slope - _HALF)
        elif slope < np.float32(-1e-6):
            end = min(end, -start / slope + _HALF)
        elif start <= _ZERO:
            end = first
    return int(min(first, np.float32(right))), int(min(max(end, first), np.float32(right)))


@kernel
def _row(
    y: int,
    span: tuple[int, int],
    facet: Facet,
    mirrored: Mirrored,
    camera: Camera,
    nodes: Floats,
    covers: Floats,
    depth: Floats,
    picture: Bytes,
) -> None:
    """Lay one row of a clear triangle over a picture: its sheen is found every few pixels."""
    py = np.float32(y) + _HALF
    first, end = span
    sides = facet.sides
    a0, a = sides[0, 0] * sides[0, 3], (sides[0, 1] * py + sides[0, 2]) * sides[0, 3] + _HALF
    b0, b = sides[1, 0] * sides[1, 3], (sides[1, 1] * py + sides[1, 2]) * sides[1, 3] + _HALF
    c0, c = sides[2, 0] * sides[2, 3], (sides[2, 1] * py + sides[2, 2]) * sides[2, 3] + _HALF
    near_x = sides[0, 0] + sides[1, 0] + sides[2, 0]
    near_0 = (sides[0, 1] + sides[1, 1] + sides[2, 1]) * py
    near_0 += sides[0, 2] + sides[1, 2] + sides[2, 2]
    known = -1
    for x0 in range(first, end, _STEP):
        stop = min(x0 + _STEP, end)
        start, shown = np.float32(x0) + _HALF, _ZERO
        behind = depth[y, x0:stop]
        for i in range(stop - x0):
            px = start + np.float32(i)
            near = near_0 + near_x * px
            inside = min(a + a0 * px, min(b + b0 * px, c + c0 * px))
            is_seen = (near > behind[i]) & (near <= _ONE / _NEAR)
            covers[i] = min(max(inside, _ZERO), _ONE) if is_seen else _ZERO
            shown = max(shown, covers[i])
        if shown <= _ZERO:
            continue
        if known == x0:
            for k in range(4):
                nodes[0, k] = nodes[1, k]
        else:
            _sheet_at(start, py, facet, mirrored, camera, nodes[0])
        at = start + np.float32(_STEP)
        _sheet_at(at, py, facet, mirrored, camera, nodes[1])
        known = x0 + _STEP
        stays, less = nodes[0, 0], (nodes[1, 0] - nodes[0, 0]) * _PER_STEP
        for k in range(3):
            comes, more = nodes[0, k + 1], (nodes[1, k + 1] - nodes[0, k + 1]) * _PER_STEP
            line = picture[k, y, x0:stop]
            for i in range(stop - x0):
                t, was = np.float32(i), np.float32(line[i])
                through = was * (stays + less * t) + comes + more * t
                mixed = was + (through - was) * covers[i] + _HALF
                line[i] = np.uint8(min(mixed, np.float32(255.0)))


@kernel
def blend_glass(
    homogeneous: Floats,
    normals: Floats,
    tints: Floats,
    opacity: Floats,
    one_sided: Bools,
    mirrored: Mirrored,
    camera: Camera,
    room: Room,
    depth: Floats,
    picture: Bytes,
) -> None:
    """Lay clear triangles over a picture in their order, each behind what is nearer.

    homogeneous, normals  # (m, 3, 3) of every corner: x·w y·w w, unit
    tints                 # (m, 3) display colours

    Source: Olano and Greer 1997, "Triangle scan conversion using 2D homogeneous coordinates".
    """
    rows, columns = depth.shape
    wide, tall = np.float32(columns), np.float32(rows)
    sides = room.sides
    for t in range(homogeneous.shape[0]):
        a = (homogeneous[t, 0, 0], homogeneous[t, 0, 1], homogeneous[t, 0, 2])
        b = (homogeneous[t, 1, 0], homogeneous[t, 1, 1], homogeneous[t, 1, 2])
        c = (homogeneous[t, 2, 0], homogeneous[t, 2, 1], homogeneous[t, 2, 2])
        if max(a[2], max(b[2], c[2])) <= _NEAR:
            continue
        whole = a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2])
        whole += a[2] * (b[0] * c[1] - b[1] * c[0])
        # Counter-clockwise from outside is clockwise where y runs down: the front is negative.
        if whole == _ZERO or (one_sided[t] and whole > _ZERO):
            continue
        per = _ONE / whole
        _side(sides, 0, b, c, per)
        _side(sides, 1, c, a, per)
        _side(sides, 2, a, b, per)
        left, right, top, bottom = 0, columns, 0, rows
        if min(a[2], min(b[2], c[2])) > _NEAR:
            ux, vx, wx = a[0] / a[2], b[0] / b[2], c[0] / c[2]
            uy, vy, wy = a[1] / a[2], b[1] / b[2], c[1] / c[2]
            left = int(min(max(min(ux, min(vx, wx)) - _ONE, _ZERO), wide))
            right = int(min(max(max(ux, max(vx, wx)) + np.float32(2.0), _ZERO), wide))
            top = int(min(max(min(uy, min(vy, wy)) - _ONE, _ZERO), tall))
            bottom = int(min(max(max(uy, max(vy, wy)) + np.float32(2.0), _ZERO), tall))
        facet = Facet(sides, normals[t], tints[t], opacity[t])
        for y in range(top, bottom):
            span = _span(sides, np.float32(y) + _HALF, left, right)
            if span[0] < span[1]:
                _row(y, span, facet, mirrored, camera, room.nodes, room.covers, depth, picture)
