"""Ways through a set: a grid searched from the start, then pulled straight like a string."""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mstation.space import Array

if TYPE_CHECKING:
    from mstation.stage.collision import Obstacles

Spot = tuple[float, float]  # x, z
Cell = tuple[int, int]

_CELL_M = 0.15
_MARGIN_M = 4.0  # how far a detour may leave the box around both ends, at first
_SQUEEZES = (1.0, 0.75, 0.5)  # narrower and narrower shares of the radius
_CLOSE_M = 0.5  # beside a seat, this much farther than its nearest side will do
_SIDES = ((-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1))


def find_path(
    obstacles: Obstacles, start_xz: Spot, end_xz: Spot, radius_m: float
) -> tuple[Spot, ...]:
    """Return the corners of a walk, both ends included; straight where nothing is in the way."""
    start, end = np.array(start_xz, float), np.array(end_xz, float)
    if obstacles.is_walk_clear(start, end, radius_m):
        return (_spot(start), _spot(end))
    for share in _SQUEEZES:
        for margin in (_MARGIN_M, math.inf):
            way = _search(obstacles, start, end, radius_m * share, margin)
            if way is not None:
                return tuple(_spot(corner) for corner in way)
    return (_spot(start), _spot(end))


def _spot(point: Array) -> Spot:
    return (float(point[0]), float(point[1]))


def _search(
    obstacles: Obstacles, start: Array, end: Array, radius_m: float, margin_m: float
) -> list[Array] | None:
    """Return the pulled way on a grid around both ends, or None when there is none."""
    low = np.maximum(np.minimum(start, end) - margin_m, obstacles.floor_min)
    high = np.minimum(np.maximum(start, end) + margin_m, obstacles.floor_max)
    counts = np.maximum(np.ceil((high - low) / _CELL_M).astype(int) + 1, 1)
    columns, rows = np.meshgrid(np.arange(counts[0]), np.arange(counts[1]), indexing="ij")
    points = low + np.column_stack([columns.ravel(), rows.ravel()]) * _CELL_M
    free = obstacles.walkable(points, radius_m)
    if not free.any():
        return None
    grid = free.reshape(counts[0], counts[1])
    first = _nearest(points, free, start, int(counts[1]))
    last = _nearest(points, free, end, int(counts[1]))
    cells = _climb(grid, first, last)
    corners = [low + np.array(cell) * _CELL_M for cell in _bends(cells)]
    reached = float(np.hypot(*(corners[-1] - end)))
    nearest = float(np.hypot(*(low + np.array(last) * _CELL_M - end)))
    if reached > nearest + _CLOSE_M:
        return None
    return _pulled(obstacles, [start, *corners, end], radius_m)


def _nearest(points: Array, free: NDArray[np.bool_], target: Array, rows: int) -> Cell:
    distances = np.where(free, np.hypot(*(points - target).T), np.inf)
    column, row = divmod(int(np.argmin(distances)), rows)
    return (column, row)


def _bends(cells: list[Cell]) -> list[Cell]:
    """Return the cells where a way turns, and its ends."""
    kept = [
        here
        for before, here, after in zip(cells, cells[1:], cells[2:], strict=False)
        if (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1])
    ]
    return [cells[0], *kept, *cells[-1:]] if len(cells) > 1 else cells


def _climb(grid: NDArray[np.bool_], first: Cell, goal: Cell) -> list[Cell]:
    """Return the cells of the shortest way from `first` to the reachable cell nearest the goal.

    A*; ties fall to the lower cell, so the same set always gives the same walk.
    """

    def left(cell: Cell) -> float:
        return math.hypot(cell[0] - goal[0], cell[1] - goal[1])

    width, depth = grid.shape
    walked: dict[Cell, float] = {first: 0.0}
    came_from: dict[Cell, Cell] = {}
    closed: set[Cell] = set()
    queue = [(left(first), first)]
    best = first
    while queue:
        _, cell = heapq.heappop(queue)
        if cell in closed:
            continue
        closed.add(cell)
        if (left(cell), cell) < (left(best), best):
            best = cell
        if cell == goal:
            break
        for dx, dz in _SIDES:
            beside = (cell[0] + dx, cell[1] + dz)
            if not (0 <= beside[0] < width and 0 <= beside[1] < depth and grid[beside]):
                continue
            length = walked[cell] + math.hypot(dx, dz)
            if length < walked.get(beside, math.inf) - 1e-9:
                walked[beside] = length
                came_from[beside] = cell
                heapq.heappush(queue, (length + left(beside), beside))
    cells = [best]
    while cells[-1] != first:
        cells.append(came_from[cells[-1]])
    return cells[::-1]


def _pulled(obstacles: Obstacles, corners: list[Array], radius_m: float) -> list[Array]:
    """Return the corners that a string through the way would touch."""
    kept, at = [corners[0]], 0
    last = len(corners) - 1
    while at < last:
        reach = next(
            (
                later
                for later in range(last, at + 1, -1)
                if obstacles.is_walk_clear(corners[at], corners[later], radius_m)
            ),
            at + 1,
        )
        kept.append(corners[reach])
        at = reach
    return kept
