"""Drops in; where each is at a moment, and its streak over a picture, out: the loops."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mstation.previs.canvas import (
    TONE_BASE,
    TONE_CEILING,
    TONE_FLOOR,
    TONE_SHIFT,
    Bytes,
    Camera,
    Floats,
    Ints,
)
from mstation.previs.kernel import inlined, kernel

_ZERO, _HALF, _ONE = np.float32(0.0), np.float32(0.5), np.float32(1.0)
_FLOOR, _CEILING = np.float32(TONE_FLOOR), np.float32(TONE_CEILING)
_CLOSEST_M, _CLEAR_M = np.float32(0.35), np.float32(1.0)  # nearer drops are blurred to nothing
_LEAST_PX = np.float32(0.55)  # half a streak's width; a thinner one is as wide and fainter
_CELL_M = np.float32(0.4)  # of the ground, in which splashes follow each other
_SPLASH_S = np.float32(0.16)
_RING_M = np.float32(0.045)
_LIFT_M = np.float32(0.01)
_SWAY_RAD_S = np.float32(1.9)
_TURN_RAD = np.float32(6.2831853)
_ROWS = np.float32(720.0)  # the picture height that widths in pixels are given for
_FRACTION = np.float32(1.0 / 16777216.0)


class Roofs(NamedTuple):
    """How high the highest thing over a place lies."""

    height: Floats  # (rows, columns) metres
    texel: Floats  # (3, 4) texel across and down, metres up, of a place


class Brush(NamedTuple):
    """What drops look like."""

    own: Floats  # (3,) the light of the sky in them
    lamps: Floats  # (n, 7) as `Light` has them
    caught: np.float32  # of a lamp's light
    fog_m: np.float32
    tone: Bytes
    drawn: Floats  # (3,) the colour that a pencil gives them; negative: their own
    shown: Floats  # (3,) the display colour of the drop in hand
    light: Floats  # (3,) where its light is worked out
    bits: Ints  # the same memory


@inlined
def _thrown(seed: int, one: int, other: int, salt: int) -> np.float32:
    """A number from 0 to 1 that these four always give.

    Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
    """
    z = np.uint64(seed) + np.uint64(one) * np.uint64(0x9E3779B97F4A7C15)
    z += np.uint64(other) * np.uint64(0xD1B54A32D192ED03)
    z += np.uint64(salt) * np.uint64(0x8CB92BA72F3D8DD7)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return np.float32(np.float32(z >> np.uint64(40)) * _FRACTION)


@inlined
def _within(place: np.float32, centre: np.float32, box: np.float32) -> np.float32:
    """The one of the places a box apart that lies within half a box of the centre."""
    low = centre - box * _HALF
    return np.float32(place + box * np.ceil((low - place) / box))


@kernel
def place_drops(
    seed: int,
    box: np.float32,
    centre: Floats,
    velocity: Floats,
    time: np.float32,
    exposure: np.float32,
    sway: np.float32,
    heads: Floats,
    tails: Floats,
) -> None:
    """Write where drops are at a time, and where they were an exposure before.

    Each falls on for ever; one that has left the box at its foot is followed by another,
    at another place, at its head.
    """
    for i in range(heads.shape[0]):
        pace = np.float32(0.82) + np.float32(0.36) * _thrown(seed, i, 0, 1)
        line = _thrown(seed, i, 0, 2) * box + velocity[1] * pace * time
        y = _within(line, centre[1], box)
        lap = int(np.round((y - line) / box))
        x = _thrown(seed, i, lap, 3) * box + velocity[0] * time
        z = _thrown(seed, i, lap, 4) * box + velocity[2] * time
        x, z = _within(x, centre[0], box), _within(z, centre[2], box)
        back_x, back_z = velocity[0] * exposure, velocity[2] * exposure
        if sway > _ZERO:
            phase = _TURN_RAD * _thrown(seed, i, lap, 5)
            rate = _SWAY_RAD_S * (np.float32(0.6) + np.float32(0.8) * _thrown(seed, i, lap, 6))
            now = rate * time + phase
            x += sway * np.sin(now)
            z += sway * np.cos(now * np.float32(0.83))
        heads[i, 0], heads[i, 1], heads[i, 2] = x, y, z
        tails[i, 0], tails[i, 2] = x - back_x, z - back_z
        tails[i, 1] = y - velocity[1] * pace * exposure


@inlined
def _row_of(m: Floats, row: int, x: np.float32, y: np.float32, z: np.float32) -> np.float32:
    """What one row of a matrix (rows, 4) makes of a place."""
    return np.float32(m[row, 0] * x + m[row, 1] * y + m[row, 2] * z + m[row, 3])


@inlined
def _roof_over(roofs: Roofs, x: np.float32, y: np.float32, z: np.float32) -> np.float32:
    """How high the highest thing over a place lies; far below where nothing is known."""
    m = roofs.texel
    column, row = int(_row_of(m, 0, x, y, z)), int(_row_of(m, 1, x, y, z))
    rows, columns = roofs.height.shape
    if row < 0 or column < 0 or row >= rows or column >= columns:
        return np.float32(-1e9)
    return np.float32(roofs.height[row, column])


@inlined
def _lit(brush: Brush, x: np.float32, y: np.float32, z: np.float32) -> None:
    """Write the display colour of a drop at a place: the table is read by a float's own bits."""
    if brush.drawn[0] >= _ZERO:
        brush.shown[0], brush.shown[1], brush.shown[2] = (
            brush.drawn[0],
            brush.drawn[1],
            brush.drawn[2],
        )
        return
    red, green, blue = brush.own[0], brush.own[1], brush.own[2]
    for k in range(brush.lamps.shape[0]):
        dx, dy, dz = brush.lamps[k, 0] - x, brush.lamps[k, 1] - y, brush.lamps[k, 2] - z
        squared = dx * dx + dy * dy + dz * dz
        inside = _ONE - squared / (brush.lamps[k, 6] * brush.lamps[k, 6])
        if inside > _ZERO:
            amount = brush.caught * inside * inside / (squared + np.float32(0.25))
            red += brush.lamps[k, 3] * amount
            green += brush.lamps[k, 4] * amount
            blue += brush.lamps[k, 5] * amount
    brush.light[0], brush.light[1], brush.light[2] = (
        min(max(red, _FLOOR), _CEILING),
        min(max(green, _FLOOR), _CEILING),
        min(max(blue, _FLOOR), _CEILING),
    )
    for c in range(3):
        brush.shown[c] = np.float32(brush.tone[(brush.bits[c] >> TONE_SHIFT) - TONE_BASE])


@inlined
def _blend(
    picture: Bytes, y: int, x: int, red: np.float32, green: np.float32, blue: np.float32,
    share: np.float32,
) -> None:  # fmt: skip
    """Lay a colour over a pixel."""
    keep = _ONE - share
    picture[0, y, x] = np.uint8(np.float32(picture[0, y, x]) * keep + red * share + _HALF)
    picture[1, y, x] = np.uint8(np.float32(picture[1, y, x]) * keep + green * share + _HALF)
    picture[2, y, x] = np.uint8(np.float32(picture[2, y, x]) * keep + blue * share + _HALF)


@inlined
def _air_left(fog_m: np.float32, away: np.float32) -> np.float32:
    """How much of a thing the fog leaves to be seen."""
    if fog_m <= _ZERO:
        return _ONE
    return np.float32(np.exp(-np.float32(0.6931472) * away / fog_m))


@inlined
def _px_per_m(camera: Camera) -> np.float32:
    """How many pixels wide a metre is that lies a metre ahead of the lens."""
    x, y, z = camera.ray_x[0], camera.ray_x[1], camera.ray_x[2]
    return np.float32(_ONE / np.sqrt(x * x + y * y + z * z))


@kernel
def _stroke(
    from_x: np.float32,
    from_y: np.float32,
    from_near: np.float32,
    by_x: np.float32,
    by_y: np.float32,
    by_near: np.float32,
    half: np.float32,
    share: np.float32,
    taper: np.float32,
    shown: Floats,
    depth: Floats,
    picture: Bytes,
) -> None:
    """Draw a line with round ends, as wide as `half` to each side, behind what is nearer.

    Wide ones have soft edges; `taper` is how much fainter a line is at its ends.
    """
    rows, columns = depth.shape
    pad = half + _ONE
    left = max(0, int(min(from_x, from_x + by_x) - pad))
    right = min(columns, int(max(from_x, from_x + by_x) + pad) + 1)
    top = max(0, int(min(from_y, from_y + by_y) - pad))
    bottom = min(rows, int(max(from_y, from_y + by_y) + pad) + 1)
    red, green, blue = shown[0], shown[1], shown[2]
    per = _ONE / max(by_x * by_x + by_y * by_y, np.float32(1e-6))
    per_edge = _ONE / max(_ONE, half)
    # Only the columns that the line meets in a row are looked at.
    slope = by_x / by_y if abs(by_y) > _ONE else _ZERO
    reach = pad * np.sqrt(_ONE + slope * slope) if abs(by_y) > _ONE else np.float32(columns)
    reach += abs(slope)
    for y in range(top, bottom):
        py = np.float32(y) + _HALF - from_y
        middle = from_x + slope * py
        first = max(left, int(max(middle - reach, _ZERO)))
        end = min(right, int(max(min(middle + reach, np.float32(columns)), _ZERO)) + 1)
        for x in range(first, end):
            px = np.float32(x) + _HALF - from_x
            t = min(max((px * by_x + py * by_y) * per, _ZERO), _ONE)
            dx, dy = px - t * by_x, py - t * by_y
            cover = (half + _HALF - np.sqrt(dx * dx + dy * dy)) * per_edge
            if cover > _ZERO and from_near + t * by_near > depth[y, x]:
                end_on = t + t - _ONE
                cover = min(cover, _ONE) * (_ONE - taper * end_on * end_on)
                _blend(picture, y, x, red, green, blue, cover * share)


@kernel
def draw_drops(
    heads: Floats,
    tails: Floats,
    radius_m: np.float32,
    share: np.float32,
    box: np.float32,
    taper: np.float32,
    roofs: Roofs,
    brush: Brush,
    camera: Camera,
    depth: Floats,
    picture: Bytes,
) -> None:
    """Draw the streaks of drops over a picture, behind what is nearer and under no roof."""
    rows, columns = depth.shape
    m = camera.project
    per_m = _px_per_m(camera)
    least = _LEAST_PX * max(np.float32(rows) / _ROWS, np.float32(0.5))
    for i in range(heads.shape[0]):
        x, y, z = heads[i, 0], heads[i, 1], heads[i, 2]
        w = _row_of(m, 2, x, y, z)
        u, v, s = tails[i, 0], tails[i, 1], tails[i, 2]
        back = _row_of(m, 2, u, v, s)
        if min(w, back) <= _CLOSEST_M:
            continue
        near, back_near = _ONE / w, _ONE / back
        px, py = _row_of(m, 0, x, y, z) * near, _row_of(m, 1, x, y, z) * near
        qx, qy = _row_of(m, 0, u, v, s) * back_near, _row_of(m, 1, u, v, s) * back_near
        if max(px, qx) < -_ONE or min(px, qx) > np.float32(columns):
            continue
        if max(py, qy) < -_ONE or min(py, qy) > np.float32(rows):
            continue
        if _roof_over(roofs, x, y, z) > y:
            continue
        half = radius_m * per_m * near
        seen = share * min(_ONE, half / least) * _air_left(brush.fog_m, w)
        seen *= min(_ONE, (w - _CLOSEST_M) / (_CLEAR_M - _CLOSEST_M))
        seen *= min(max(np.float32(4.0) * (_ONE - w / box), _ZERO), _ONE)
        if seen < np.float32(0.008):
            continue
        _lit(brush, x, y, z)
        _stroke(
            px, py, near, qx - px, qy - py, back_near - near, max(half, least), seen,
            taper, brush.shown, depth, picture,
        )  # fmt: skip


@kernel
def draw_splashes(
    seed: int,
    time: np.float32,
    a_metre: np.float32,
    reach_m: np.float32,
    roofs: Roofs,
    brush: Brush,
    camera: Camera,
    depth: Floats,
    picture: Bytes,
) -> None:
    """Draw the rings that drops leave where they land, on the ground and on what lies flat."""
    m = camera.project
    per_m = _px_per_m(camera)
    rows, columns = depth.shape
    side = int(reach_m / _CELL_M)
    middle_i, middle_j = (
        int(np.floor(camera.eye[0] / _CELL_M)),
        int(np.floor(camera.eye[2] / _CELL_M)),
    )
    # Of the time between two splashes in a cell, the share in which one is seen.
    period = _SPLASH_S / min(a_metre * _CELL_M * _CELL_M, _ONE)
    for i in range(middle_i - side, middle_i + side + 1):
        for j in range(middle_j - side, middle_j + side + 1):
            clock = time / period + _thrown(seed, i, j, 11)
            lap = int(np.floor(clock))
            age = (clock - np.float32(lap)) * period / _SPLASH_S
            if age >= _ONE:
                continue
            x = (np.float32(i) + _thrown(seed + lap, i, j, 12)) * _CELL_M
            z = (np.float32(j) + _thrown(seed + lap, i, j, 13)) * _CELL_M
            y = _roof_over(roofs, x, _ZERO, z)
            if y < np.float32(-2.0) or y > camera.eye[1]:
                continue
            y += _LIFT_M
            w = _row_of(m, 2, x, y, z)
            if w < _CLEAR_M or w > reach_m:
                continue
            near = _ONE / w
            px, py = _row_of(m, 0, x, y, z) * near, _row_of(m, 1, x, y, z) * near
            if px < _ZERO or py < _ZERO or px >= np.float32(columns) or py >= np.float32(rows):
                continue
            wide = _RING_M * (np.float32(0.25) + np.float32(0.75) * age) * per_m * near
            flat = min(max((camera.eye[1] - y) * near, np.float32(0.08)), _ONE)
            fade = min(_ONE, np.float32(2.0) * (_ONE - w / reach_m))
            share = np.float32(0.6) * (_ONE - age) * fade * _air_left(brush.fog_m, w)
            _lit(brush, x, y, z)
            _ring(
                px, py, wide, wide * flat, near * np.float32(1.01), share, brush.shown, depth,
                picture,
            )  # fmt: skip


@kernel
def _ring(
    px: np.float32,
    py: np.float32,
    wide: np.float32,
    tall: np.float32,
    near: np.float32,
    share: np.float32,
    shown: Floats,
    depth: Floats,
    picture: Bytes,
) -> None:
    """Draw a ring that lies on the ground, behind what is nearer."""
    rows, columns = depth.shape
    left, right = max(0, int(px - wide - _ONE)), min(columns, int(px + wide + _ONE) + 1)
    top, bottom = max(0, int(py - tall - _ONE)), min(rows, int(py + tall + _ONE) + 1)
    per_wide, per_tall = _ONE / max(wide, _HALF), _ONE / max(tall, _HALF)
    for y in range(top, bottom):
        dy = (np.float32(y) + _HALF - py) * per_tall
        for x in range(left, right):
            dx = (np.float32(x) + _HALF - px) * per_wide
            away = np.sqrt(dx * dx + dy * dy)
            # Pixels from the ring along the way out; the ring is about a pixel wide.
            run = np.sqrt(dx * dx * per_wide * per_wide + dy * dy * per_tall * per_tall)
            off = abs(away - _ONE) * away / max(run, np.float32(1e-3))
            cover = np.float32(1.1) - off
            if cover > _ZERO and near > depth[y, x]:
                _blend(picture, y, x, shown[0], shown[1], shown[2], min(cover, _ONE) * share)
