"""The visible triangle of every pixel in, how much of the sun reaches it out.

Most stretches of a row are all lit or all dark, as their bounds tell. In the others every fourth
pixel is looked up in the shadow maps, and all where those differ. Rows go by twos: the second
keeps what the first found wherever it shows the same surface.
"""

from __future__ import annotations

import numpy as np

from mstation.previs.canvas import (
    NARROWEST,
    SHADOW_BIAS_M,
    STEP,
    TILE_ROWS,
    TILE_WIDTH,
    WIDEST,
    Bools,
    Camera,
    Canvas,
    Floats,
    Ints,
    Light,
    Shadow,
    Surfaces,
)
from mstation.previs.kernel import inlined, kernel

Triple = tuple[np.float32, np.float32, np.float32]

_ALIKE = np.float32(0.15)  # of the sun: so much may four pixels differ and be drawn out between
_BESIDE = np.float32(0.02)  # of its nearness: so much may the next row of one body differ
_BANDED = np.float32(-0.05)  # the slant at which a figure's bands begin
_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@inlined
def _between(
    values: Floats,
    i: np.uint32,
    j: np.uint32,
    fu: np.float32,
    fv: np.float32,
    near: np.float32,
    most: np.float32,
) -> np.float32:
    """How far before a place its casters may stand, drawn out between four blocks."""
    a = min(max(values[j, i] - near, _ZERO), most)
    b = min(max(values[j, i + 1] - near, _ZERO), most)
    c = min(max(values[j + 1, i] - near, _ZERO), most)
    d = min(max(values[j + 1, i + 1] - near, _ZERO), most)
    top, bottom = a + (b - a) * fu, c + (d - c) * fu
    return np.float32(top + (bottom - top) * fv)


@inlined
def _lit(shadow: Shadow, u_m: np.float32, v_m: np.float32, near: np.float32) -> np.float32:
    """How much of the sun reaches a place, 0…1: the share of a square of texels.

    The square is as wide as the edge of the shadow is soft there: the farther before the place
    its caster stands, the wider.
    """
    u = u_m * shadow.scale + shadow.origin[0]
    v = v_m * shadow.scale + shadow.origin[1]
    x, y = u - WIDEST * _HALF, v - WIDEST * _HALF
    rows, columns = shadow.near.shape
    if (
        x < np.float32(4.0)
        or y < np.float32(4.0)
        or x >= np.float32(columns - 20)
        or y >= np.float32(rows - 20)
    ):
        return _ONE
    # Unsigned: an index that cannot be below 0 is not looked at from the end.
    i, j = np.uint32(x * np.float32(0.125)), np.uint32(y * np.float32(0.125))
    if near >= shadow.highest[j, i]:
        return _ONE
    if near < shadow.lowest[j, i]:
        return _ZERO
    bu, bv = (x - np.float32(4.0)) * np.float32(0.125), (y - np.float32(4.0)) * np.float32(0.125)
    i, j = np.uint32(bu), np.uint32(bv)
    away = _between(
        shadow.highest, i, j, bu - np.float32(i), bv - np.float32(j), near, WIDEST / shadow.spread
    )
    width = min(max(away * shadow.spread, NARROWEST), WIDEST)
    # A wide square is counted by every second texel: as even, and four times as fast.
    step = 2 if width > np.float32(4.5) else 1
    per = _ONE / np.float32(step)
    width, u, v = width * per, u * per, v * per
    left, right = u - width * _HALF, u + width * _HALF
    top, bottom = v - width * _HALF, v + width * _HALF
    i0, i1, j0, j1 = int(left), int(right), int(top), int(bottom)
    first, last = _ONE - (left - np.float32(i0)), right - np.float32(i1)
    total = _ZERO
    for k in range(j0, j1 + 1):
        row = shadow.near[np.uint32(k * step)]
        share = first if near >= row[np.uint32(i0 * step)] else _ZERO
        for m in range(i0 + 1, i1):
            share += _ONE if near >= row[np.uint32(m * step)] else _ZERO
        share += last if near >= row[np.uint32(i1 * step)] else _ZERO
        if k == j0:
            share *= _ONE - (top - np.float32(j0))
        elif k == j1:
            share *= bottom - np.float32(j1)
        total += share
    lit = min(total / (width * width), _ONE)
    return np.float32(lit * lit * (np.float32(3.0) - (lit + lit)))


@inlined
def _all_alike(shadow: Shadow, low: Triple, high: Triple) -> np.float32:
    """The sun's share of everything between two places, −1 where it is not all the same."""
    half = WIDEST * _HALF
    u0 = low[0] * shadow.scale + shadow.origin[0] - half
    u1 = high[0] * shadow.scale + shadow.origin[0] - half
    v0 = low[1] * shadow.scale + shadow.origin[1] - half
    v1 = high[1] * shadow.scale + shadow.origin[1] - half
    least, most = np.float32(4.0), np.float32(20.0)
    rows, columns = shadow.near.shape
    right, bottom = np.float32(columns) - most, np.float32(rows) - most
    if u1 < least or v1 < least or u0 >= right or v0 >= bottom:
        return _ONE
    if u0 < least or v0 < least or u1 >= right or v1 >= bottom:
        return -_ONE
    i0, i1, j0, j1 = int(u0) >> 3, int(u1) >> 3, int(v0) >> 3, int(v1) >> 3
    if (i1 - i0 + 1) * (j1 - j0 + 1) > 12:
        return -_ONE
    highest, lowest = np.float32(-3e9), np.float32(3e9)
    for j in range(j0, j1 + 1):
        tops, bottoms = shadow.highest[np.uint32(j)], shadow.lowest[np.uint32(j)]
        for i in range(i0, i1 + 1):
            highest = max(highest, tops[np.uint32(i)])
            lowest = min(lowest, bottoms[np.uint32(i)])
    if low[2] >= highest:
        return _ONE
    return _ZERO if high[2] < lowest else -_ONE


@inlined
def _along(axis: Floats, camera: Camera, y: int) -> tuple[np.float32, np.float32, np.float32]:
    """A place's measure along an axis, as (a + b · x) / nearness + c over a row's pixels."""
    py = np.float32(y) + _HALF
    start, each, whole = _ZERO, _ZERO, _ZERO
    for k in range(3):
        start += axis[k] * (camera.ray[k] + camera.ray_y[k] * py)
        each += axis[k] * camera.ray_x[k]
        whole += axis[k] * camera.eye[k]
    return start, each, whole


@inlined
def _alike_shares(
    patch: np.float32, low: Triple, high: Triple, still: Shadow, windows: Shadow, moving: Shadow
) -> Triple:
    """What the set, its windows and the players leave of the sun to all of a stretch, or −1."""
    by_still, by_windows = _all_alike(still, low, high), _ZERO
    if by_still == _ZERO:
        return _ZERO, _ZERO, _ONE
    if patch > _ZERO:
        by_windows = _all_alike(windows, low, high)
    return by_still, by_windows, _all_alike(moving, low, high)


@inlined
def _draw_between(begin: int, stop: int, sunlight: Floats) -> None:
    """Draw the sun out between looked-up pixels that are nearly alike; elsewhere write −1."""
    x = begin
    while x < stop - 1:
        other = min((x // 4 + 1) * 4, stop - 1)
        here, change = sunlight[x], sunlight[other] - sunlight[x]
        step = change / np.float32(other - x)
        alike = abs(change) < _ALIKE
        for k in range(x + 1, other):
            sunlight[k] = here + step * np.float32(k - x) if alike else -_ONE
        x = other


@inlined
def _is_turned_away(surfaces: Surfaces, face: int, towards: Floats) -> bool:
    """Whether a triangle has its back to the sun, so that no shadow falls on it."""
    if face < 0:
        return True
    if surfaces.smooth[face]:
        corners, soft = surfaces.triangles[face], surfaces.soft
        a, b, c = np.uint32(corners[0]), np.uint32(corners[1]), np.uint32(corners[2])
        return bool(max(soft[a, 3], soft[b, 3], soft[c, 3]) <= _BANDED)
    n = surfaces.normals[face]
    return bool(n[0] * towards[0] + n[1] * towards[1] + n[2] * towards[2] <= _ZERO)


@inlined
def _seen_by_sun(
    begin: int, near: Floats, start: Triple, each: Triple, whole: Triple, places: Floats
) -> None:
    """Write where the sun sees what a stretch shows.

    places  # (3, STEP) across, down, towards the sun
    """
    across, down, towards = places[0], places[1], places[2]
    for k in range(near.shape[0]):
        w = _ONE / max(near[k], np.float32(1e-6))
        x = np.float32(k + begin) + _HALF
        across[k] = (start[0] + each[0] * x) * w + whole[0]
        down[k] = (start[1] + each[1] * x) * w + whole[1]
        towards[k] = (start[2] + each[2] * x) * w + whole[2]


@inlined
def _widened(
    low: Triple, high: Triple, near: Floats, step: int, places: Floats
) -> tuple[Triple, Triple]:
    """The least and most of a stretch's places, read at every so manieth pixel."""
    for k in range(0, near.shape[0], step):
        if near[k] > _ZERO:
            u, v, n = places[0, k], places[1, k], places[2, k]
            low = (min(low[0], u), min(low[1], v), min(low[2], n))
            high = (max(high[0], u), max(high[1], v), max(high[2], n))
    return low, high


@inlined
def _share(
    k: int,
    places: Floats,
    patch: np.float32,
    shares: Triple,
    still: Shadow,
    windows: Shadow,
    moving: Shadow,
) -> np.float32:
    """How much of the sun reaches one pixel, where a stretch as a whole does not tell."""
    over, through, amount = shares
    across, down, near = places[0, k], places[1, k], places[2, k]
    if amount < _ZERO:
        amount = _lit(moving, across, down, near)
    if amount > _ZERO:
        if over < _ZERO:
            over = _lit(still, across, down, near)
        if through < _ZERO:
            through = _lit(windows, across, down, near)
        amount *= over + patch * through
    return amount


@inlined
def _others(ids: Ints, face: int) -> int:
    """How many pixels of a stretch show something else than a triangle."""
    others = 0
    for k in range(ids.shape[0]):
        others += int(ids[k] != face)
    return others


@inlined
def _keep_above(
    ids: Ints, above: Ints, near: Floats, near_above: Floats, smooth: Bools, light: Floats
) -> int:
    """Keep the sunlight of the row above, which `light` holds, where the surface goes on.

    Writes −1 elsewhere; returns how many pixels that is. A body goes on where the next of its
    triangles is as near.
    """
    others = 0
    for k in range(ids.shape[0]):
        if ids[k] == above[k]:
            continue
        is_body = ids[k] >= 0 and above[k] >= 0 and smooth[ids[k]] and smooth[above[k]]
        if not (is_body and abs(near[k] - near_above[k]) < near[k] * _BESIDE):
            light[k] = -_ONE
            others += 1
    return others


@kernel
def sun_on(  # noqa: C901 - one loop, so that nothing is handed over within it
    canvas: Canvas,
    camera: Camera,
    surfaces: Surfaces,
    light: Light,
    axes: Floats,
    still: Shadow,
    windows: Shadow,
    moving: Shadow,
    tiles: Bools,
    places: Floats,
    sunlight: Floats,
) -> None:
    """Write how much of the sun reaches the marked tiles, over walls and through windows.

    The second of two rows is written only where it does not show what is above it, or where
    that is round.

    places    # (2, 3, STEP) room to work in
    sunlight  # (rows, columns) strengths of the sun
    """
    height, width = canvas.ids.shape
    towards, patch = light.towards_sun, light.patch
    for y in range(0, height, 2):
        u, v, n = _along(axes[0], camera, y), _along(axes[1], camera, y), _along(axes[2], camera, y)
        start, each = (u[0], v[0], n[0]), (u[1], v[1], n[1])
        whole = (u[2], v[2], n[2] + SHADOW_BIAS_M)
        below = min(y + 1, height - 1)
        u, v = _along(axes[0], camera, below), _along(axes[1], camera, below)
        start_below = (u[0], v[0], _along(axes[2], camera, below)[0])
        for begin in range(0, width, STEP):
            if not tiles[y // TILE_ROWS, begin // TILE_WIDTH]:
                continue
            stop = min(begin + STEP, width)
            last = stop - begin - 1
            ids, near, lit = (
                canvas.ids[y, begin:stop],
                canvas.depth[y, begin:stop],
                sunlight[y, begin:stop],
            )
            ids_below, near_below, lit_below = (
                canvas.ids[below, begin:stop],
                canvas.depth[below, begin:stop],
                sunlight[below, begin:stop],
            )
            face = ids[0]
            is_one = _others(ids, face) + _others(ids_below, face) == 0
            is_flat = is_one and (face < 0 or not surfaces.smooth[face])
            shares = (_ZERO, _ZERO, _ZERO)
            if not (is_one and _is_turned_away(surfaces, face, towards)):
                far = np.float32(3e9)
                _seen_by_sun(begin, near, start, each, whole, places[0])
                low, high = _widened(
                    (far, far, far),
                    (-far, -far, -far),
                    near,
                    max(1, last) if is_flat else 1,
                    places[0],
                )
                if not is_one:
                    _seen_by_sun(begin, near_below, start_below, each, whole, places[1])
                    low, high = _widened(low, high, near_below, 1, places[1])
                shares = _alike_shares(patch, low, high, still, windows, moving)
            if min(shares[0], shares[1], shares[2]) >= _ZERO:
                alike = (shares[0] + patch * shares[1]) * shares[2]
                for k in range(lit.shape[0]):
                    lit[k] = alike
                if not is_flat:
                    for k in range(lit_below.shape[0]):
                        lit_below[k] = alike
                continue
            for is_between in range(2):
                for k in range(last + 1):
                    if lit[k] >= _ZERO if is_between else k & 3 and k != last:
                        continue
                    lit[k] = _ZERO
                    if not _is_turned_away(surfaces, ids[k], towards):
                        lit[k] = _share(k, places[0], patch, shares, still, windows, moving)
                if not is_between:
                    _draw_between(0, last + 1, lit)
            if is_flat or below == y:
                continue
            for k in range(lit_below.shape[0]):
                lit_below[k] = lit[k]
            if not is_one and _keep_above(
                ids_below, ids, near_below, near, surfaces.smooth, lit_below
            ):
                for k in range(last + 1):
                    if lit_below[k] < _ZERO:
                        lit_below[k] = _ZERO
                        if not _is_turned_away(surfaces, ids_below[k], towards):
                            lit_below[k] = _share(
                                k, places[1], patch, shares, still, windows, moving
                            )
