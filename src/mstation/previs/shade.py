"""The visible triangle of every pixel and the sun on it in, its colour out.

A row is shaded in runs of one triangle. What changes slowly along a run (ambient light, lamps,
corners, fog) is computed every few pixels and drawn out between. Rows go by twos: the second
keeps the colours of the first wherever it shows the same flat triangle.

Points and runs are lit by the same loops, which have to lie in one module (see `kernel`); the
sun, which needs none of them, is found beforehand in `sunlight`.
"""

from __future__ import annotations

import numpy as np

from mstation.previs.canvas import (
    CONTACT_RADII,
    STEP,
    TILE_ROWS,
    TILE_WIDTH,
    TONE_BASE,
    TONE_CEILING,
    TONE_FLOOR,
    TONE_SHIFT,
    Bools,
    Bytes,
    Camera,
    Canvas,
    Floats,
    Ints,
    Light,
    Scratch,
    Surfaces,
    Volume,
)
from mstation.previs.kernel import inlined, kernel

GLOW = np.float32(1.3)  # how much brighter than a lit white wall a lampshade is
# Haze is a little darker than the sky behind it, so that what is far still stands before it.
HAZE = np.float32(0.82)
_SMOOTH_STEP = 8  # pixels of a round surface between which its light is drawn out
_BESIDE = 5  # pixels that a node of a run must stand from the next to be lit by itself
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
    i, j, k = np.uint32(u), np.uint32(v), np.uint32(w)  # never below 0: no look from the end
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
        reach = lamps[k, 6] * lamps[k, 6]
        along = dx * normal[0] + dy * normal[1] + dz * normal[2]
        if squared >= reach or (wrap == _ZERO and along <= _ZERO):
            continue
        inside = _ONE - squared / reach
        slant = along / np.sqrt(squared + np.float32(1e-4))
        if wrap > _ZERO:
            slant = _band((slant + wrap) / (_ONE + wrap), _ZERO, _ONE)
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
def _is_beside(first: int, last: int, count: int, k: int) -> bool:
    """Whether a node at a run's end is as good as lit by the node next to it.

    One that hangs on the picture is always lit by itself, so that a run may be cut there.
    """
    x = _node_at(first, last, k)
    if count == 1 or x % STEP == 0:
        return False
    if k == 0:
        other = _node_at(first, last, 1)
        return other % STEP == 0 and other - x < _BESIDE
    return k == count - 1 and x - _node_at(first, last, k - 1) < _BESIDE


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
        for x in range(np.uint32(begin), np.uint32(end if k + 2 >= count else stop)):
            t = np.float32(np.int32(x) - np.int32(begin))
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
    count, shown = _node_count(first, last), np.uint32(face)
    py = np.float32(y) + _HALF
    normal = (surfaces.normals[shown, 0], surfaces.normals[shown, 1], surfaces.normals[shown, 2])
    up = normal[1] * _HALF + _HALF
    bright, unlit = surfaces.glow[shown] * GLOW, _ONE - surfaces.glow[shown]
    for k in range(count):
        x = _node_at(first, last, k)
        if _is_beside(first, last, count, k):
            continue
        px = np.float32(x) + _HALF
        w = _ONE / depth[np.uint32(y), np.uint32(x)]
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
            seen = surfaces.colours[shown, c] * ((ambient + lamps[c] * shade) * unlit + bright)
            nodes[k, c] = seen * clear + light.horizon[c] * HAZE * (_ONE - clear)
        nodes[k, 3] = clear
    for c in range(4):
        if _is_beside(first, last, count, 0):
            nodes[0, c] = nodes[1, c]
        if _is_beside(first, last, count, count - 1):
            nodes[count - 1, c] = nodes[count - 2, c]
    return count


@inlined
def _smooth_run(
    y: int,
    first: int,
    end: int,
    face: np.uint32,
    depth: Floats,
    surfaces: Surfaces,
    light: Light,
    room: Scratch,
) -> None:
    """Write the soft light of a run of a smooth triangle, and what the sun would add to it.

    The light is that of its corners, mixed as the lens sees them every few pixels.
    """
    a = np.uint32(surfaces.triangles[face, 0])
    b = np.uint32(surfaces.triangles[face, 1])
    c = np.uint32(surfaces.triangles[face, 2])
    h, soft = surfaces.homogeneous, surfaces.soft
    px, py = np.float32(first) + _HALF, np.float32(y) + _HALF
    ax, ay, aw = h[a, 0] - px * h[a, 2], h[a, 1] - py * h[a, 2], h[a, 2]
    bx, by, bw = h[b, 0] - px * h[b, 2], h[b, 1] - py * h[b, 2], h[b, 2]
    cx, cy, cw = h[c, 0] - px * h[c, 2], h[c, 1] - py * h[c, 2], h[c, 2]
    ea, eb, ec = bx * cy - by * cx, cx * ay - cy * ax, ax * by - ay * bx
    da, db, dc = by * cw - bw * cy, cy * aw - cw * ay, ay * bw - aw * by
    clear = _clear_air(light, _ONE / depth[np.uint32(y), np.uint32(first)])
    glow, unlit, fog = surfaces.glow[face] * GLOW, _ONE - surfaces.glow[face], HAZE * (_ONE - clear)
    red = surfaces.colours[face, 0] * clear
    green = surfaces.colours[face, 1] * clear
    blue = surfaces.colours[face, 2] * clear
    banded = _ONE if surfaces.toon[face] else _ZERO
    r, g, b_, s = _ZERO, _ZERO, _ZERO, _ZERO
    before = first
    for node in range(first, end + _SMOOTH_STEP - 1, _SMOOTH_STEP):
        x = min(node, end - 1)
        d = np.float32(x - first)
        wa, wb, wc = ea + d * da, eb + d * db, ec + d * dc
        total = wa + wb + wc
        per = _ONE / total if total != _ZERO else _ZERO
        wa = min(max(wa * per, _ZERO), _ONE)
        wb = min(max(wb * per, _ZERO), _ONE - wa)
        wc = _ONE - wa - wb
        nr = wa * soft[a, 0] + wb * soft[b, 0] + wc * soft[c, 0]
        ng = wa * soft[a, 1] + wb * soft[b, 1] + wc * soft[c, 1]
        nb = wa * soft[a, 2] + wb * soft[b, 2] + wc * soft[c, 2]
        ns = wa * soft[a, 3] + wb * soft[b, 3] + wc * soft[c, 3]
        nr = red * (nr * unlit + glow) + light.horizon[0] * fog
        ng = green * (ng * unlit + glow) + light.horizon[1] * fog
        nb = blue * (nb * unlit + glow) + light.horizon[2] * fog
        if x > before:
            step = _ONE / np.float32(x - before)
            dr, dg, db_, ds = (nr - r) * step, (ng - g) * step, (nb - b_) * step, (ns - s) * step
            for k in range(np.uint32(before), np.uint32(x)):
                t = np.float32(np.int32(k) - np.int32(before))
                room.rows[0, k] = r + dr * t
                room.rows[1, k] = g + dg * t
                room.rows[2, k] = b_ + db_ * t
                room.slant[k] = s + ds * t
        r, g, b_, s, before = nr, ng, nb, ns, x
    last = np.uint32(end - 1)
    room.rows[0, last], room.rows[1, last], room.rows[2, last] = r, g, b_
    room.slant[last] = s
    red, green, blue = red * light.sun[0], green * light.sun[1], blue * light.sun[2]
    for k in range(np.uint32(first), np.uint32(end)):
        room.sunny[0, k], room.sunny[1, k], room.sunny[2, k] = red, green, blue
        room.banded[k] = banded


@inlined
def _add_sun(first: int, end: int, sunlight: Floats, room: Scratch) -> None:
    """Add the sun to round surfaces; on figures it falls in bands."""
    slant, banded, lit = room.slant[first:end], room.banded[first:end], sunlight[first:end]
    for x in range(lit.shape[0]):
        toon = np.float32(0.58) * _band(slant[x], np.float32(-0.05), np.float32(0.22)) + np.float32(
            0.42
        ) * _band(slant[x], np.float32(0.30), np.float32(0.75))
        plain = max(slant[x], _ZERO)
        slant[x] = (plain + (toon - plain) * banded[x]) * lit[x]
    for c in range(3):
        row, sunny = room.rows[c, first:end], room.sunny[c, first:end]
        for x in range(row.shape[0]):
            row[x] += sunny[x] * slant[x]


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
def _flat_run(
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
    sunlight: Floats,
    room: Scratch,
) -> None:
    """Write the light of a run of one flat triangle, or of the backdrop."""
    nodes = room.nodes
    red, green, blue = _ZERO, _ZERO, _ZERO
    if face < 0:
        count = _backdrop_nodes(y, first, last, camera, light, nodes)
    else:
        count = _flat_nodes(
            y, first, last, face, depth, camera, surfaces, light, volume, occluders, groups, nodes
        )
        strength = max(_slant(surfaces, face, light), _ZERO)
        red = surfaces.colours[face, 0] * light.sun[0] * strength
        green = surfaces.colours[face, 1] * light.sun[1] * strength
        blue = surfaces.colours[face, 2] * light.sun[2] * strength
    _draw_out(first, end, last, count, nodes, (red, green, blue), sunlight, room.rows)


@inlined
def _keep_above(y: int, first: int, end: int, raw: Bytes) -> None:
    """Write the colours of the row above."""
    for c in range(3):
        row, above = raw[c, y, first:end], raw[c, y - 1, first:end]
        for x in range(row.shape[0]):
            row[x] = above[x]


@inlined
def _others(ids: Ints, face: int) -> int:
    """How many pixels of a stretch show something else than a triangle."""
    others = 0
    for k in range(ids.shape[0]):
        others += int(ids[k] != face)
    return others


@inlined
def _flat_end(x: int, stop: int, ids: Ints, above: Ints, is_second: bool) -> int:
    """Where a run of what a pixel shows ends: in a second row, also where it shows from above."""
    face = ids[np.uint32(x)]
    is_kept = above[np.uint32(x)] == face
    end = x + 1
    # Many at a time, where the last of them shows it too.
    while end + STEP <= stop and ids[np.uint32(end + STEP - 1)] == face:
        if _others(ids[end : end + STEP], face) != 0:
            break
        if is_second:
            seen_above = STEP - _others(above[end : end + STEP], face)
            if seen_above != (STEP if is_kept else 0):
                break
        end += STEP
    if is_second:
        while (
            end < stop
            and ids[np.uint32(end)] == face
            and (above[np.uint32(end)] == face) == is_kept
        ):
            end += 1
    else:
        while end < stop and ids[np.uint32(end)] == face:
            end += 1
    return end


@kernel
def shade(  # noqa: C901 - one loop, so that nothing is handed over within it
    canvas: Canvas,
    camera: Camera,
    surfaces: Surfaces,
    light: Light,
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
        marked, is_second = tiles[y // TILE_ROWS], y & 1 == 1
        ids, sunlight = canvas.ids[y], room.sunlight[y]
        above = canvas.ids[y - 1] if is_second else ids
        x = 0
        while x < width:
            if not marked[x // TILE_WIDTH]:
                x = (x // TILE_WIDTH + 1) * TILE_WIDTH
                continue
            stop = x
            while stop < width and marked[stop // TILE_WIDTH]:
                stop = min(width, (stop // TILE_WIDTH + 1) * TILE_WIDTH)
            if is_second:
                _keep_above(y, x, stop, canvas.raw)
            # Since where colours are fresh, and since where of those the sun is to be added.
            fresh, round_ = -1, -1
            while x < stop:
                face = ids[np.uint32(x)]
                if face >= 0 and surfaces.smooth[np.uint32(face)]:
                    # Round surfaces are followed from where they or their tile begin.
                    limit = min(stop, (x // TILE_WIDTH + 1) * TILE_WIDTH)
                    end = x + 1
                    while end < limit and ids[np.uint32(end)] == face:
                        end += 1
                    _smooth_run(y, x, end, np.uint32(face), canvas.depth, surfaces, light, room)
                    fresh, round_ = x if fresh < 0 else fresh, x if round_ < 0 else round_
                    x = end
                    continue
                if round_ >= 0:
                    _add_sun(round_, x, sunlight, room)
                    round_ = -1
                end = _flat_end(x, stop, ids, above, is_second)
                if is_second and above[np.uint32(x)] == face:
                    if fresh >= 0:
                        _tone_row(y, fresh, x, room.rows, room.bits, tone, canvas.raw)
                        fresh = -1
                    x = end
                    continue
                goes_on = end == stop and end < width and ids[end] == face
                if is_second and goes_on:
                    goes_on = above[end] != face
                _flat_run(
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
                    sunlight,
                    room,
                )
                fresh = x if fresh < 0 else fresh
                x = end
            if round_ >= 0:
                _add_sun(round_, stop, sunlight, room)
            if fresh >= 0:
                _tone_row(y, fresh, stop, room.rows, room.bits, tone, canvas.raw)
