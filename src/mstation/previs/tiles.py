"""Which tiles of a picture a frame changes, when the camera stands still."""

from __future__ import annotations

import numpy as np

from mstation.previs.canvas import (
    CONTACT_RADII,
    SHADOW_BIAS_M,
    TILE_ROWS,
    TILE_WIDTH,
    WIDEST,
    Bools,
    Camera,
    Canvas,
    Floats,
    Ints,
    Shadow,
    Surfaces,
)
from mstation.previs.kernel import inlined, kernel

_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@inlined
def _may_be_lit(shadow: Shadow, axes: Floats, x: np.float32, y: np.float32, z: np.float32) -> bool:
    """Whether the empty set leaves any sun at a place, as far as its block tells."""
    u = (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z) * shadow.scale + shadow.origin[0]
    v = (axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z) * shadow.scale + shadow.origin[1]
    near = axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z + SHADOW_BIAS_M
    rows, columns = shadow.lowest.shape
    u, v = u - WIDEST * _HALF, v - WIDEST * _HALF
    i, j = int(u) >> 3, int(v) >> 3
    least, most = np.float32(4.0), np.float32(20.0)
    if u < least or v < least:
        return True
    if u >= np.float32(8 * columns) - most or v >= np.float32(8 * rows) - most:
        return True
    return bool(near >= shadow.lowest[j, i])


@kernel
def survey(
    canvas: Canvas,
    camera: Camera,
    surfaces: Surfaces,
    towards_sun: Floats,
    axes: Floats,
    still: Shadow,
    bounds: Floats,
) -> None:
    """Write what each tile of the empty set shows: where, and which of it the sun falls on.

    bounds  # (rows of tiles, columns of tiles, 10): least and most x, y, z; least and
            # most u, v of what stands in the sun. Empty where least exceeds most.
    """
    height, width = canvas.ids.shape
    for y in range(height):
        py = np.float32(y) + _HALF
        for x in range(width):
            face = canvas.ids[y, x]
            if face < 0:
                continue
            px = np.float32(x) + _HALF
            w = _ONE / canvas.depth[y, x]
            wx = camera.eye[0] + (camera.ray[0] + camera.ray_x[0] * px + camera.ray_y[0] * py) * w
            wy = camera.eye[1] + (camera.ray[1] + camera.ray_x[1] * px + camera.ray_y[1] * py) * w
            wz = camera.eye[2] + (camera.ray[2] + camera.ray_x[2] * px + camera.ray_y[2] * py) * w
            tile = bounds[y // TILE_ROWS, x // TILE_WIDTH]
            tile[0], tile[1] = min(tile[0], wx), max(tile[1], wx)
            tile[2], tile[3] = min(tile[2], wy), max(tile[3], wy)
            tile[4], tile[5] = min(tile[4], wz), max(tile[5], wz)
            slant = surfaces.normals[face, 0] * towards_sun[0]
            slant += surfaces.normals[face, 1] * towards_sun[1]
            slant += surfaces.normals[face, 2] * towards_sun[2]
            if slant <= _ZERO and not surfaces.smooth[face]:
                continue
            if _may_be_lit(still, axes, wx, wy, wz):
                u = axes[0, 0] * wx + axes[0, 1] * wy + axes[0, 2] * wz
                v = axes[1, 0] * wx + axes[1, 1] * wy + axes[1, 2] * wz
                tile[6], tile[7] = min(tile[6], u), max(tile[7], u)
                tile[8], tile[9] = min(tile[8], v), max(tile[9], v)


@inlined
def _blocks(
    least: np.float32, most: np.float32, scale: np.float32, origin: np.float32, count: int
) -> tuple[int, int]:
    """The blocks of a shadow map that look-ups between two places (m) can start in."""
    end = np.float32(8 * count)
    margin = WIDEST * _HALF + _ONE
    first = min(max(least * scale + origin - margin, _ZERO), end)
    last = min(max(most * scale + origin - margin + np.float32(2.0), _ZERO), end)
    return int(first) >> 3, min(count, (int(last) >> 3) + 1)


@inlined
def _is_dimmed(tile: Floats, occluders: Floats) -> bool:
    for s in range(occluders.shape[0]):
        reach = occluders[s, 3] * CONTACT_RADII
        if (
            tile[0] <= occluders[s, 0] + reach
            and tile[1] >= occluders[s, 0] - reach
            and tile[2] <= occluders[s, 1] + reach
            and tile[3] >= occluders[s, 1] - reach
            and tile[4] <= occluders[s, 2] + reach
            and tile[5] >= occluders[s, 2] - reach
        ):
            return True
    return False


@kernel
def mark(
    bounds: Floats, moving: Shadow, occluders: Floats, nothing: np.float32, tiles: Bools
) -> None:
    """Mark the tiles of the empty set on which a shadow falls or that a body dims.

    nothing  # what the shadow map holds where there is no shadow
    """
    rows, columns = moving.highest.shape
    for i in range(tiles.shape[0]):
        for j in range(tiles.shape[1]):
            tile = bounds[i, j]
            touched = tiles[i, j] or _is_dimmed(tile, occluders)
            if not touched and tile[6] <= tile[7]:
                left, right = _blocks(tile[6], tile[7], moving.scale, moving.origin[0], columns)
                top, bottom = _blocks(tile[8], tile[9], moving.scale, moving.origin[1], rows)
                for k in range(top, bottom):
                    for m in range(left, right):
                        touched |= moving.highest[k, m] > nothing
            tiles[i, j] = touched


@kernel
def mark_changed(canvas: Canvas, still: Canvas, window: Ints, tiles: Bools) -> None:
    """Mark the tiles of a window whose pixels show something else than the empty set.

    A changed pixel also changes what is two pixels away: outlines, and the light of the run of
    one triangle that now begins or ends beside it, up to the end of the neighbour's tile.

    window  # first row, end, first column, end
    """
    height, width = canvas.ids.shape
    for y in range(window[0], window[1]):
        above, below = max(y - 2, 0) // TILE_ROWS, min(y + 2, height - 1) // TILE_ROWS
        for tile in range(window[2] // TILE_WIDTH, (window[3] - 1) // TILE_WIDTH + 1):
            first, end = tile * TILE_WIDTH, min(width, (tile + 1) * TILE_WIDTH)
            shown, kept = canvas.ids[y, first:end], still.ids[y, first:end]
            differs = False
            for x in range(shown.shape[0]):
                differs |= shown[x] != kept[x]
            if not differs:
                continue
            begins = shown[0] != kept[0] or shown[1] != kept[1]
            ends = shown[-1] != kept[-1] or shown[-2] != kept[-2]
            left = tile - 1 if tile > 0 and begins else tile
            right = tile + 1 if end < width and ends else tile
            for row in range(above, below + 1):
                for column in range(left, right + 1):
                    tiles[row, column] = True


@kernel
def restore_depth(canvas: Canvas, still: Canvas, tiles: Bools) -> None:
    """Put the empty set's depth and triangles back into the marked tiles."""
    height, width = canvas.ids.shape
    for y in range(height):
        for tile in range(tiles.shape[1]):
            if tiles[y // TILE_ROWS, tile]:
                first, end = tile * TILE_WIDTH, min(width, (tile + 1) * TILE_WIDTH)
                near, kept_near = canvas.depth[y, first:end], still.depth[y, first:end]
                ids, kept_ids = canvas.ids[y, first:end], still.ids[y, first:end]
                for x in range(near.shape[0]):
                    near[x] = kept_near[x]
                for x in range(ids.shape[0]):
                    ids[x] = kept_ids[x]


@kernel
def restore_colours(canvas: Canvas, still: Canvas, tiles: Bools) -> None:
    """Put the empty set's colours back into the marked tiles."""
    height, width = canvas.ids.shape
    for y in range(height):
        for tile in range(tiles.shape[1]):
            if tiles[y // TILE_ROWS, tile]:
                first, end = tile * TILE_WIDTH, min(width, (tile + 1) * TILE_WIDTH)
                if canvas.ink.shape[0] > 0:
                    ink, kept_ink = canvas.ink[y, first:end], still.ink[y, first:end]
                    for x in range(ink.shape[0]):
                        ink[x] = kept_ink[x]
                for c in range(3):
                    raw, kept_raw = canvas.raw[c, y, first:end], still.raw[c, y, first:end]
                    final, kept = canvas.final[c, y, first:end], still.final[c, y, first:end]
                    for x in range(raw.shape[0]):
                        raw[x] = kept_raw[x]
                    for x in range(final.shape[0]):
                        final[x] = kept[x]
