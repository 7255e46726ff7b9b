"""The visible triangle of every pixel in, its colour out.

A row is shaded in runs of one triangle. What changes slowly along a run (ambient light,
lamps, corners, fog) is computed every few pixels and drawn out between; the sun and its
shadow are computed at every pixel.
"""

from __future__ import annotations

import numpy as np

from mstation.previs.canvas import (
    CONTACT_RADII,
    NARROWEST,
    SHADOW_BIAS_M,
    STEP,
    TILE_COLUMNS,
    TILE_ROWS,
    TONE_BASE,
    TONE_CEILING,
    TONE_FLOOR,
    TONE_SHIFT,
    WIDEST,
    Bools,
    Bytes,
    Camera,
    Canvas,
    Floats,
    Ints,
    Light,
    Scratch,
    Shadow,
    Surfaces,
    Volume,
)
from mstation.previs.kernel import inlined, kernel

Triple = tuple[np.float32, np.float32, np.float32]

GLOW = np.float32(1.3)  # how much brighter than a lit white wall a lampshade is
# Haze is a little darker than the sky behind it, so that what is far still stands before it.
HAZE = np.float32(0.82)
_ALIKE = np.float32(0.3)  # of the sun: so much may four pixels differ and be drawn out between
_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
_FLOOR = np.float32(TONE_FLOOR)
_CEILING = np.float32(TONE_CEILING)


@inlined
def _open(volume: Volume, x: np.float32, y: np.float32, z: np.float32) -> np.float32:
    """How much of the ambient light reaches a place, 0…1."""
    layers, rows, columns = volume.cells.shape
    u = min(
        max((x - volume.origin[0]) * volume.per_m, _ZERO), np.float32(columns) - np.float32(1.01)
    )
    v = min(max((y - volume.origin[1]) * volume.per_m, _ZERO), np.float32(rows) - np.float32(1.01))
    w = min(
        max((z - volume.origin[2]) * volume.per_m, _ZERO), np.float32(layers) - np.float32(1.01)
    )
    i, j, k = int(u), int(v), int(w)
    fu, fv, fw = u - np.float32(i), v - np.float32(j), w - np.float32(k)
    c = volume.cells
    a = c[k, j, i] + (c[k, j, i + 1] - c[k, j, i]) * fu
    b = c[k, j + 1, i] + (c[k, j + 1, i + 1] - c[k, j + 1, i]) * fu
    near = a + (b - a) * fv
    a = c[k + 1, j, i] + (c[k + 1, j, i + 1] - c[k + 1, j, i]) * fu
    b = c[k + 1, j + 1, i] + (c[k + 1, j + 1, i + 1] - c[k + 1, j + 1, i]) * fu
    return np.float32(near + (a + (b - a) * fv - near) * fw)


@inlined
def _contact(
    occluders: Floats,
    groups: Floats,
    place: tuple[np.float32, np.float32, np.float32],
    normal: tuple[np.float32, np.float32, np.float32],
) -> np.float32:
    """How much of the sky the figures' bodies leave to a place, 0…1.

    Source: the closed form for a sphere over a plane, radius² / distance² × cosine.
    """
    left = _ONE
    px, py, pz = place
    for g in range(groups.shape[0]):
        if (
            px < groups[g, 0]
            or px > groups[g, 3]
            or py < groups[g, 1]
            or py > groups[g, 4]
            or pz < groups[g, 2]
            or pz > groups[g, 5]
        ):
            continue
        for s in range(int(groups[g, 6]), int(groups[g, 7])):
            dx, dy, dz = occluders[s, 0] - px, occluders[s, 1] - py, occluders[s, 2] - pz
            squared = dx * dx + dy * dy + dz * dz
            radius = occluders[s, 3]
            fade = _ONE - squared / (radius * radius * CONTACT_RADII * CONTACT_RADII)
            cosine = dx * normal[0] + dy * normal[1] + dz * normal[2]
            if fade > _ZERO and cosine > _ZERO:
                distance = np.sqrt(max(squared, radius * radius))
                covered = radius * radius / (distance * distance) * min(_ONE, cosine / distance)
                left *= _ONE - np.float32(0.75) * fade * min(_ONE, covered)
    return left


@inlined
def _band(slant: np.float32, low: np.float32, high: np.float32) -> np.float32:
    t = min(max((slant - low) / (high - low), _ZERO), _ONE)
    return t * t * (np.float32(3.0) - _ONE * (t + t))


@inlined
def _lamps(
    lamps: Floats,
    place: tuple[np.float32, np.float32, np.float32],
    normal: tuple[np.float32, np.float32, np.float32],
    wrap: np.float32,
) -> tuple[np.float32, np.float32, np.float32]:
    """Light of the practicals at a place; `wrap` lets it reach round soft bodies."""
    red, green, blue = _ZERO, _ZERO, _ZERO
    for k in range(lamps.shape[0]):
        dx, dy, dz = lamps[k, 0] - place[0], lamps[k, 1] - place[1], lamps[k, 2] - place[2]
        squared = dx * dx + dy * dy + dz * dz
        inside = _ONE - squared / (lamps[k, 6] * lamps[k, 6])
        if inside <= _ZERO:
            continue
        cosine = (dx * normal[0] + dy * normal[1] + dz * normal[2]) / np.sqrt(
            squared + np.float32(1e-4)
        )
        slant = (cosine + wrap) / (_ONE + wrap)
        if wrap > _ZERO:
            slant = _band(slant, _ZERO, _ONE)
        if slant > _ZERO:
            amount = slant * inside * inside / (squared + np.float32(0.06))
            red += lamps[k, 3] * amount
            green += lamps[k, 4] * amount
            blue += lamps[k, 5] * amount
    return red, green, blue


@kernel
def light_points(
    points: Floats,
    normals: Floats,
    first: int,
    end: int,
    light: Light,
    volume: Volume,
    wrap: np.float32,
    soft: Floats,
) -> None:
    """Write the soft light at points, for surfaces that are shaded smoothly."""
    for i in range(first, end):
        place = (points[i, 0], points[i, 1], points[i, 2])
        normal = (normals[i, 0], normals[i, 1], normals[i, 2])
        reach = volume.reach_m
        room = _open(
            volume,
            place[0] + normal[0] * reach,
            place[1] + normal[1] * reach,
            place[2] + normal[2] * reach,
        )
        up = normal[1] * _HALF + _HALF
        red, green, blue = _lamps(light.lamps, place, normal, wrap)
        soft[i, 0] = (light.ground[0] + (light.sky[0] - light.ground[0]) * up) * room + red
        soft[i, 1] = (light.ground[1] + (light.sky[1] - light.ground[1]) * up) * room + green
        soft[i, 2] = (light.ground[2] + (light.sky[2] - light.ground[2]) * up) * room + blue
        soft[i, 3] = (
            normal[0] * light.towards_sun[0]
            + normal[1] * light.towards_sun[1]
            + normal[2] * light.towards_sun[2]
        )


@inlined
def _between(
    values: Floats,
    i: int,
    j: int,
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
    i, j = int(x) >> 3, int(y) >> 3
    if near >= shadow.highest[j, i]:
        return _ONE
    if near < shadow.lowest[j, i]:
        return _ZERO
    bu, bv = (x - np.float32(4.0)) * np.float32(0.125), (y - np.float32(4.0)) * np.float32(0.125)
    i, j = int(bu), int(bv)
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
        row = shadow.near[k * step]
        share = first if near >= row[i0 * step] else _ZERO
        for m in range(i0 + 1, i1):
            share += _ONE if near >= row[m * step] else _ZERO
        share += last if near >= row[i1 * step] else _ZERO
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
        for i in range(i0, i1 + 1):
            highest = max(highest, shadow.highest[j, i])
            lowest = min(lowest, shadow.lowest[j, i])
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
    """Whether a flat triangle has its back to the sun, so that no shadow falls on it."""
    if face < 0:
        return True
    n = surfaces.normals[face]
    return bool(
        not surfaces.smooth[face]
        and n[0] * towards[0] + n[1] * towards[1] + n[2] * towards[2] <= _ZERO
    )


@inlined
def _seen_by_sun(
    begin: int, stop: int, depth: Floats, start: Triple, each: Triple, whole: Triple, places: Floats
) -> None:
    """Write where the sun sees what a stretch shows."""
    near = depth[begin:stop]
    across, down, towards = places[0, begin:stop], places[1, begin:stop], places[2, begin:stop]
    for k in range(near.shape[0]):
        w = _ONE / max(near[k], np.float32(1e-6))
        x = np.float32(k + begin) + _HALF
        across[k] = (start[0] + each[0] * x) * w + whole[0]
        down[k] = (start[1] + each[1] * x) * w + whole[1]
        towards[k] = (start[2] + each[2] * x) * w + whole[2]


@inlined
def _unlike_above(y: int, begin: int, stop: int, ids: Ints, sunlight: Floats) -> int:
    """Keep the sunlight of the row above where the same triangle is seen; write −1 elsewhere."""
    here, above, light = ids[y, begin:stop], ids[y - 1, begin:stop], sunlight[begin:stop]
    others = 0
    for k in range(here.shape[0]):
        others += int(here[k] != above[k])
    if others:
        for k in range(here.shape[0]):
            light[k] = light[k] if here[k] == above[k] else -_ONE
    return others


@inlined
def _bounds(
    begin: int, stop: int, is_one: bool, depth: Floats, places: Floats
) -> tuple[Triple, Triple]:
    """The least and most of a stretch's places; along one triangle its ends tell them."""
    far, near = np.float32(3e9), np.float32(-3e9)
    low, high = (far, far, far), (near, near, near)
    for x in range(begin, stop, stop - 1 - begin if is_one and stop - 1 > begin else 1):
        if depth[x] > _ZERO:
            u, v, n = places[0, x], places[1, x], places[2, x]
            low = (min(low[0], u), min(low[1], v), min(low[2], n))
            high = (max(high[0], u), max(high[1], v), max(high[2], n))
    return low, high


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
def _share(
    x: int,
    places: Floats,
    patch: np.float32,
    shares: Triple,
    still: Shadow,
    windows: Shadow,
    moving: Shadow,
) -> np.float32:
    """How much of the sun reaches one pixel, where a stretch as a whole does not tell."""
    over, through, amount = shares
    across, down, near = places[0, x], places[1, x], places[2, x]
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
def _is_one_triangle(begin: int, stop: int, ids: Ints) -> bool:
    others = 0
    for x in range(begin, stop):
        others += int(ids[x] != ids[begin])
    return others == 0


@kernel
def _sun_row(  # noqa: C901 - one loop, so that nothing is handed over within it
    y: int,
    first: int,
    end: int,
    canvas: Canvas,
    camera: Camera,
    surfaces: Surfaces,
    light: Light,
    axes: Floats,
    still: Shadow,
    windows: Shadow,
    moving: Shadow,
    room: Scratch,
) -> None:
    """Write how much of the sun reaches part of a row, over walls and through windows.

    Most stretches are all lit or all dark, as their bounds tell. In the others every fourth
    pixel is looked up, and all where those differ. Every second row keeps what the row above
    found, wherever it shows the same triangle.
    """
    ids, depth, sunlight, places = canvas.ids[y], canvas.depth[y], room.sunlight, room.places
    u, v, n = _along(axes[0], camera, y), _along(axes[1], camera, y), _along(axes[2], camera, y)
    start, each, whole = (u[0], v[0], n[0]), (u[1], v[1], n[1]), (u[2], v[2], n[2] + SHADOW_BIAS_M)
    for begin in range(first, end, STEP):
        stop = min(begin + STEP, end)
        shares = (-_ONE, -_ONE if light.patch > _ZERO else _ZERO, -_ONE)
        is_second = y & 1
        if is_second:
            if not _unlike_above(y, begin, stop, canvas.ids, sunlight):
                continue
            _seen_by_sun(begin, stop, depth, start, each, whole, places)
        else:
            is_one = _is_one_triangle(begin, stop, ids)
            is_dark = is_one and _is_turned_away(surfaces, ids[begin], light.towards_sun)
            if not is_dark:
                _seen_by_sun(begin, stop, depth, start, each, whole, places)
                low, high = _bounds(begin, stop, is_one, depth, places)
                shares = _alike_shares(light.patch, low, high, still, windows, moving)
            if is_dark or min(shares[0], shares[1], shares[2]) >= _ZERO:
                alike = _ZERO if is_dark else (shares[0] + light.patch * shares[1]) * shares[2]
                for x in range(begin, stop):
                    sunlight[x] = alike
                continue
        for is_between in range(is_second, 2):
            for x in range(begin, stop):
                if sunlight[x] >= _ZERO if is_between else x & 3 and x != stop - 1:
                    continue
                sunlight[x] = _ZERO
                if not _is_turned_away(surfaces, ids[x], light.towards_sun):
                    sunlight[x] = _share(x, places, light.patch, shares, still, windows, moving)
            if not is_between:
                _draw_between(begin, stop, sunlight)


@inlined
def _node_count(first: int, last: int) -> int:
    """How many nodes a run has whose first and last nodes are at these pixels."""
    return 1 + (last - first // STEP * STEP + STEP - 1) // STEP if last > first else 1


@inlined
def _node_at(first: int, last: int, k: int) -> int:
    """The pixel of a node: the run's ends, and every STEP pixels of the picture between.

    They hang on the picture, not on the run, so a run that is cut where tiles end is
    shaded as the whole run would be.
    """
    return first if k == 0 else min((first // STEP + k) * STEP, last)


@inlined
def _draw_out(
    first: int,
    end: int,
    last: int,
    count: int,
    nodes: Floats,
    sun: tuple[np.float32, np.float32, np.float32],
    sunlight: Floats,
    rows: Floats,
) -> None:
    """Write a run's colours from its nodes and its sunlight."""
    for k in range(max(1, count - 1)):
        begin, stop = _node_at(first, last, k), _node_at(first, last, k + 1)
        other = min(k + 1, count - 1)
        per = _ONE / np.float32(max(1, stop - begin))
        r, g, b, s = nodes[k, 0], nodes[k, 1], nodes[k, 2], nodes[k, 3]
        dr, dg = (nodes[other, 0] - r) * per, (nodes[other, 1] - g) * per
        db, ds = (nodes[other, 2] - b) * per, (nodes[other, 3] - s) * per
        for x in range(begin, end if k + 2 >= count else stop):
            t = np.float32(x - begin)
            lit = (s + ds * t) * sunlight[x]
            rows[0, x] = r + dr * t + sun[0] * lit
            rows[1, x] = g + dg * t + sun[1] * lit
            rows[2, x] = b + db * t + sun[2] * lit


@inlined
def _clear_air(light: Light, distance: np.float32) -> np.float32:
    """How much of a thing the fog leaves to be seen."""
    far = distance - np.float32(0.12) * light.fog_m
    if light.fog_m <= _ZERO or far <= _ZERO:
        return _ONE
    return np.float32(np.exp(-np.float32(0.6931472) * far / light.fog_m))


@inlined
def _backdrop_nodes(
    y: int, first: int, last: int, camera: Camera, light: Light, nodes: Floats
) -> int:
    """Write the sky's colours along a run; returns how many nodes it has."""
    count = _node_count(first, last)
    py = np.float32(y) + _HALF
    for k in range(count):
        px = np.float32(_node_at(first, last, k)) + _HALF
        dx = camera.ray[0] + camera.ray_x[0] * px + camera.ray_y[0] * py
        dy = camera.ray[1] + camera.ray_x[1] * px + camera.ray_y[1] * py
        dz = camera.ray[2] + camera.ray_x[2] * px + camera.ray_y[2] * py
        height = dy / np.sqrt(dx * dx + dy * dy + dz * dz)
        t = min(max(height * np.float32(1.8), _ZERO), _ONE)
        t = t * (np.float32(2.0) - t)
        for c in range(3):
            nodes[k, c] = light.horizon[c] + (light.top[c] - light.horizon[c]) * t
        nodes[k, 3] = _ZERO
    return count


@inlined
def _flat_nodes(
    y: int,
    first: int,
    last: int,
    face: int,
    depth: Floats,
    camera: Camera,
    surfaces: Surfaces,
    light: Light,
    volume: Volume,
    occluders: Floats,
    groups: Floats,
    nodes: Floats,
) -> int:
    """Write the soft light along a run of a flat triangle; returns how many nodes it has."""
    count = _node_count(first, last)
    py = np.float32(y) + _HALF
    normal = (surfaces.normals[face, 0], surfaces.normals[face, 1], surfaces.normals[face, 2])
    up = normal[1] * _HALF + _HALF
    bright = surfaces.glow[face] * GLOW
    for k in range(count):
        x = _node_at(first, last, k)
        px = np.float32(x) + _HALF
        w = _ONE / depth[y, x]
        dx = camera.ray[0] + camera.ray_x[0] * px + camera.ray_y[0] * py
        dy = camera.ray[1] + camera.ray_x[1] * px + camera.ray_y[1] * py
        dz = camera.ray[2] + camera.ray_x[2] * px + camera.ray_y[2] * py
        place = (camera.eye[0] + dx * w, camera.eye[1] + dy * w, camera.eye[2] + dz * w)
        reach = volume.reach_m
        room = _open(
            volume,
            place[0] + normal[0] * reach,
            place[1] + normal[1] * reach,
            place[2] + normal[2] * reach,
        ) * _contact(occluders, groups, place, normal)
        lamps = _lamps(light.lamps, place, normal, _ZERO)
        shade = _HALF + _HALF * room
        clear = _clear_air(light, w * np.sqrt(dx * dx + dy * dy + dz * dz))
        for c in range(3):
            ambient = (light.ground[c] + (light.sky[c] - light.ground[c]) * up) * room
            seen = surfaces.colours[face, c] * (
                (ambient + lamps[c] * shade) * (_ONE - surfaces.glow[face]) + bright
            )
            nodes[k, c] = seen * clear + light.horizon[c] * HAZE * (_ONE - clear)
        nodes[k, 3] = clear
    return count


@inlined
def _smooth_run(
    y: int,
    first: int,
    end: int,
    face: int,
    depth: Floats,
    surfaces: Surfaces,
    light: Light,
    sunlight: Floats,
    rows: Floats,
) -> None:
    """Write the colours of a run of a smooth triangle from the light at its corners."""
    a, b, c = surfaces.triangles[face, 0], surfaces.triangles[face, 1], surfaces.triangles[face, 2]
    h, soft = surfaces.homogeneous, surfaces.soft
    px, py = np.float32(first) + _HALF, np.float32(y) + _HALF
    ax, ay, aw = h[a, 0] - px * h[a, 2], h[a, 1] - py * h[a, 2], h[a, 2]
    bx, by, bw = h[b, 0] - px * h[b, 2], h[b, 1] - py * h[b, 2], h[b, 2]
    cx, cy, cw = h[c, 0] - px * h[c, 2], h[c, 1] - py * h[c, 2], h[c, 2]
    ea, eb, ec = bx * cy - by * cx, cx * ay - cy * ax, ax * by - ay * bx
    da, db, dc = by * cw - bw * cy, cy * aw - cw * ay, ay * bw - aw * by
    w = _ONE / depth[y, first]
    clear = _clear_air(light, w)
    glow = surfaces.glow[face] * GLOW
    is_toon = surfaces.toon[face]
    red, green, blue = (
        surfaces.colours[face, 0] * clear,
        surfaces.colours[face, 1] * clear,
        surfaces.colours[face, 2] * clear,
    )
    fog, unlit = HAZE * (_ONE - clear), _ONE - surfaces.glow[face]
    for x in range(first, end):
        d = np.float32(x - first)
        wa, wb, wc = ea + d * da, eb + d * db, ec + d * dc
        total = wa + wb + wc
        per = _ONE / total if total != _ZERO else _ZERO
        wa = min(max(wa * per, _ZERO), _ONE)
        wb = min(max(wb * per, _ZERO), _ONE - wa)
        wc = _ONE - wa - wb
        slant = wa * soft[a, 3] + wb * soft[b, 3] + wc * soft[c, 3]
        if is_toon:
            slant = np.float32(0.58) * _band(
                slant, np.float32(-0.05), np.float32(0.22)
            ) + np.float32(0.42) * _band(slant, np.float32(0.30), np.float32(0.75))
        sun = max(slant, _ZERO) * sunlight[x]
        soft_red = wa * soft[a, 0] + wb * soft[b, 0] + wc * soft[c, 0] + light.sun[0] * sun
        soft_green = wa * soft[a, 1] + wb * soft[b, 1] + wc * soft[c, 1] + light.sun[1] * sun
        soft_blue = wa * soft[a, 2] + wb * soft[b, 2] + wc * soft[c, 2] + light.sun[2] * sun
        rows[0, x] = red * (soft_red * unlit + glow) + light.horizon[0] * fog
        rows[1, x] = green * (soft_green * unlit + glow) + light.horizon[1] * fog
        rows[2, x] = blue * (soft_blue * unlit + glow) + light.horizon[2] * fog


@kernel
def _tone_row(
    y: int, first: int, end: int, rows: Floats, bits: Ints, tone: Bytes, raw: Bytes
) -> None:
    """Write the display colours of part of a row: the table is read by the float's own bits."""
    for c in range(3):
        light, index, out = rows[c, first:end], bits[c, first:end], raw[c, y, first:end]
        for x in range(light.shape[0]):
            light[x] = min(max(light[x], _FLOOR), _CEILING)
        for x in range(light.shape[0]):
            index[x] = (index[x] >> TONE_SHIFT) - TONE_BASE
        for x in range(light.shape[0]):
            out[x] = tone[np.uint32(index[x])]


@inlined
def _slant(surfaces: Surfaces, face: int, light: Light) -> np.float32:
    return np.float32(
        surfaces.normals[face, 0] * light.towards_sun[0]
        + surfaces.normals[face, 1] * light.towards_sun[1]
        + surfaces.normals[face, 2] * light.towards_sun[2]
    )


@inlined
def _run(
    y: int,
    first: int,
    end: int,
    last: int,
    face: int,
    depth: Floats,
    camera: Camera,
    surfaces: Surfaces,
    light: Light,
    volume: Volume,
    occluders: Floats,
    groups: Floats,
    room: Scratch,
) -> None:
    """Write the light of a run of one triangle, or of the backdrop."""
    rows, sunlight, nodes = room.rows, room.sunlight, room.nodes
    red, green, blue = _ZERO, _ZERO, _ZERO
    if face < 0:
        count = _backdrop_nodes(y, first, last, camera, light, nodes)
    else:
        slant = _slant(surfaces, face, light)
        if surfaces.smooth[face]:
            _smooth_run(y, first, end, face, depth, surfaces, light, sunlight, rows)
            return
        count = _flat_nodes(
            y, first, last, face, depth, camera, surfaces, light, volume, occluders, groups, nodes
        )
        strength = max(slant, _ZERO)
        red = surfaces.colours[face, 0] * light.sun[0] * strength
        green = surfaces.colours[face, 1] * light.sun[1] * strength
        blue = surfaces.colours[face, 2] * light.sun[2] * strength
    _draw_out(first, end, last, count, nodes, (red, green, blue), sunlight, rows)


@kernel
def shade(
    canvas: Canvas,
    camera: Camera,
    surfaces: Surfaces,
    light: Light,
    axes: Floats,
    still: Shadow,
    windows: Shadow,
    moving: Shadow,
    volume: Volume,
    occluders: Floats,
    groups: Floats,
    tiles: Bools,
    tone: Bytes,
    room: Scratch,
) -> None:
    """Write the colours of the tiles that are marked.

    tiles  # (rows of tiles, columns of tiles)
    """
    height, width = canvas.ids.shape
    for y in range(height):
        marked = tiles[y // TILE_ROWS]
        x = 0
        while x < width:
            if not marked[x // TILE_COLUMNS]:
                x = (x // TILE_COLUMNS + 1) * TILE_COLUMNS
                continue
            stop = x
            while stop < width and marked[stop // TILE_COLUMNS]:
                stop = min(width, (stop // TILE_COLUMNS + 1) * TILE_COLUMNS)
            begin = x
            _sun_row(
                y, x, stop, canvas, camera, surfaces, light, axes, still, windows, moving, room
            )
            while x < stop:
                face = canvas.ids[y, x]
                # Round surfaces are followed from where they or their tile begin.
                limit = stop
                if face >= 0 and surfaces.smooth[face]:
                    limit = min(stop, (x // TILE_COLUMNS + 1) * TILE_COLUMNS)
                end = x + 1
                while end < limit and canvas.ids[y, end] == face:
                    end += 1
                goes_on = end == limit and end < width and canvas.ids[y, end] == face
                _run(
                    y,
                    x,
                    end,
                    end if goes_on else end - 1,
                    face,
                    canvas.depth,
                    camera,
                    surfaces,
                    light,
                    volume,
                    occluders,
                    groups,
                    room,
                )
                x = end
            _tone_row(y, begin, stop, room.rows, room.bits, tone, canvas.raw)
