"""A dressed set in, its marks and ways in out: where people stand, sit, work, come and go.

`a1`, `a2` … are the main group, in order of use: the first two face each other. `seat1` and
`seat2` are the best pair of seats. `b1`, `b2` stand apart from the group; `c1` … are what else
is free; `window`, `door`, `desk` … are places to do something.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mstation.space import Array, wrap_angle, yaw_towards
from mstation.stage.collision import Obstacles
from mstation.stage.layout import Entrance, Layout, Mark, Piece
from mstation.stage.set_dressing import Dressing, open_edges, out_of, wall_frame

_CLEAR_M = 0.36  # a mark keeps this free around it
_WALK_M = 0.25  # radius of a body that walks to its mark
_PAIR_M = 1.3
_GROUP_SPACING_M = 1.15
_GROUP_LIMIT = 8
_CELL_M = 0.25
_GROUND_REACH_M = 14.0  # marks of an open set lie within
_SPACINGS_M = (1.0, 0.8, 0.65, 0.5)
_AT_WORK_M = 0.42  # from the edge of a piece that one works at
_SIDES = {  # the way from a piece's middle, and the turn that faces it from there
    "front": (0, -1, math.pi),
    "back": (0, 1, 0.0),
    "left": (-1, 0, -math.pi / 2),
    "right": (1, 0, math.pi / 2),
}
_SEAT_WIDTH_M = 0.6


@dataclass(frozen=True, slots=True)
class _Ground:
    """The set as a grid of cells: which are free to stand on and can be walked to.

    points   # (n, 2) x, z
    is_good  # (n,)
    """

    obstacles: Obstacles
    points: Array
    is_good: NDArray[np.bool_]

    def holds(self, x: float, z: float) -> bool:
        """Return whether a mark may lie here."""
        if not self.obstacles.is_free(x, z, _CLEAR_M):
            return False
        near = np.hypot(*(self.points - (x, z)).T)
        return bool(self.is_good[near < _CELL_M].any())


def marks_and_entrances(
    layout: Layout, dressing: Dressing, obstacles: Obstacles, people: int
) -> tuple[tuple[Mark, ...], tuple[Entrance, ...]]:
    """Return every mark of a set for a scene with so many people, and its ways in."""
    entrances = _entrances(layout, dressing, obstacles)
    ground = _ground(layout, obstacles, entrances)
    group = _group(dressing, ground, people)
    seats = _ordered_seats([*_seats(layout, dressing)], dressing.shell.plan.seats_in_order)
    standing = list(group)
    for mark in (*_work_marks(dressing), *_window_marks(layout), *_door_marks(entrances, dressing)):
        x, _, z = mark.position
        if ground.holds(x, z) and _is_apart(mark, standing, 0.5):
            standing.append(mark)
    standing += _apart_pair(dressing, ground, standing)
    standing += _fillers(dressing, ground, standing, people + 2 - len(standing))
    return (*standing[: len(group)], *seats, *standing[len(group) :]), entrances


def _entrances(layout: Layout, dressing: Dressing, obstacles: Obstacles) -> tuple[Entrance, ...]:
    plan = dressing.shell.plan
    found = [
        Entrance(edge.name, (edge.outside[0], 0.0, edge.outside[1]),
                 (edge.inside[0], 0.0, edge.inside[1]))
        for edge in plan.edges
    ]  # fmt: skip
    names = {door.wall: [d.name for d in plan.doors if d.wall == door.wall] for door in plan.doors}
    for wall in layout.walls:
        openings = [opening for opening in wall.openings if opening.kind != "window"]
        for opening, name in zip(openings, names.get(wall.name, []), strict=False):  # type: ignore[call-overload]
            along, inward = wall_frame(wall)
            middle = opening.start_m + opening.width_m / 2
            is_late = middle > math.dist(wall.start, wall.end) / 2
            aside = middle + (opening.width_m / 2 + 0.7) * (-1 if is_late else 1)
            found.append(
                Entrance(
                    name,
                    _at(wall.start, along, inward, aside, -0.8),
                    _at(wall.start, along, inward, middle, 0.8),
                )
            )
    return tuple(found) or _open_edges(dressing, obstacles)


def _at(
    start: tuple[float, float],
    along: tuple[float, float],
    inward: tuple[float, float],
    along_m: float,
    inward_m: float,
) -> tuple[float, float, float]:
    x = start[0] + along[0] * along_m + inward[0] * inward_m
    z = start[1] + along[1] * along_m + inward[1] * inward_m
    return (x, 0.0, z)


def _open_edges(dressing: Dressing, obstacles: Obstacles) -> tuple[Entrance, ...]:
    """Return ways on from left, right and far, as near to their line as the set is free."""
    found = []
    for edge in open_edges(dressing.shell.plan, dressing.shell.width_m):
        far = _nearest_free(obstacles, edge.outside)
        near = _nearest_free(obstacles, edge.inside)
        if far is not None and near is not None:
            found.append(Entrance(edge.name, (far[0], 0.0, far[1]), (near[0], 0.0, near[1])))
    return tuple(found)


def _nearest_free(obstacles: Obstacles, wanted: tuple[float, float]) -> tuple[float, float] | None:
    steps = sorted(
        itertools.product(range(-16, 17), repeat=2), key=lambda s: (s[0] ** 2 + s[1] ** 2, s)
    )
    points = np.array(wanted) + np.array(steps) * 0.25
    free = np.flatnonzero(obstacles.floor_free(points, _CLEAR_M))
    if len(free) == 0:
        return None
    x, z = points[free[0]]
    return (float(x), float(z))


def _ground(layout: Layout, obstacles: Obstacles, entrances: tuple[Entrance, ...]) -> _Ground:
    low = np.maximum(layout.floor_min, -_GROUND_REACH_M)
    high = np.minimum(layout.floor_max, _GROUND_REACH_M)
    counts = np.ceil((high - low) / _CELL_M).astype(int) + 1
    columns, rows = np.meshgrid(np.arange(counts[0]), np.arange(counts[1]), indexing="ij")
    points = low + np.column_stack([columns.ravel(), rows.ravel()]) * _CELL_M
    walkable = obstacles.walkable(points, _WALK_M).reshape(counts[0], counts[1])
    reached = np.zeros_like(walkable)
    for entrance in entrances:
        column, row = np.round((np.array(entrance.inside[::2]) - low) / _CELL_M).astype(int)
        reached[max(column - 1, 0) : column + 2, max(row - 1, 0) : row + 2] = True
    reached &= walkable
    size = -1
    while size != int(reached.sum()):
        size = int(reached.sum())
        for axis in (0, 1):
            for way in (1, -1):
                reached |= _shifted(reached, axis, way) & walkable
    standing = obstacles.floor_free(points, _CLEAR_M)
    return _Ground(obstacles, points, reached.ravel() & standing)


def _shifted(cells: NDArray[np.bool_], axis: int, way: int) -> NDArray[np.bool_]:
    """Return cells moved one step along an axis; nothing comes round from the other edge."""
    moved = np.roll(cells, way, axis=axis)
    edge = 0 if way == 1 else -1
    if axis == 0:
        moved[edge, :] = False
    else:
        moved[:, edge] = False
    return moved


def _group(dressing: Dressing, ground: _Ground, people: int) -> list[Mark]:
    """Return the main group: a pair, a triangle, an arc open to the south."""
    x, z = dressing.shell.plan.stage
    for count in range(min(max(people, 2), _GROUP_LIMIT), 1, -1):
        for spacing in (_GROUP_SPACING_M, 0.9, 0.75):
            spots = _formation(count, spacing)
            if all(ground.holds(x + dx, z + dz) for dx, dz in spots):
                return [
                    _standing(f"a{number}", (x + dx, z + dz), (x, z))
                    for number, (dx, dz) in enumerate(spots, 1)
                ]
    return []


def _formation(count: int, spacing_m: float) -> list[tuple[float, float]]:
    """Return where people of a group stand around its middle, in order of use."""
    if count == 2:
        return [(-_PAIR_M / 2, 0.0), (_PAIR_M / 2, 0.0)]
    if count == 3:
        radius, angles = spacing_m * 1.15 / math.sqrt(3), [180.0, 0.0, 90.0]
        angles = [210.0, -30.0, 90.0]
    else:
        span = 240.0
        step = span / (count - 1)
        radius = spacing_m / (2 * math.sin(math.radians(step) / 2))
        arc = [90.0 + span / 2 - step * index for index in range(count)]
        angles = [arc.pop(0 if index % 2 == 0 else -1) for index in range(count)]
    return [
        (radius * math.cos(math.radians(angle)), -radius * math.sin(math.radians(angle)))
        for angle in angles
    ]


def _standing(name: str, spot: tuple[float, float], facing: tuple[float, float]) -> Mark:
    position = (spot[0], 0.0, spot[1])
    yaw = yaw_towards(np.array(position), np.array([facing[0], 0.0, facing[1]]))
    return Mark(name, position, yaw)


def _is_apart(mark: Mark, others: list[Mark], distance_m: float) -> bool:
    return all(math.dist(mark.position, other.position) >= distance_m for other in others)


def _work_marks(dressing: Dressing) -> Iterator[Mark]:
    """Yield a mark in front of, or behind, each piece that the plan gives one."""
    taken: dict[str, int] = {}
    for plan, piece in dressing.places:
        if not plan.mark:
            continue
        taken[plan.mark] = taken.get(plan.mark, 0) + 1
        name = plan.mark if taken[plan.mark] == 1 else f"{plan.mark}{taken[plan.mark]}"
        way_x, way_z, turn = _SIDES[plan.mark_side]
        reach_x, reach_z = piece.size[0] / 2 + _AT_WORK_M, piece.size[2] / 2 + _AT_WORK_M
        x, z = out_of(piece, way_x * reach_x, way_z * reach_z)
        yield Mark(name, (x, 0.0, z), wrap_angle(piece.yaw_rad + turn), piece=piece.name)


def _window_marks(layout: Layout) -> Iterator[Mark]:
    """Yield one mark that looks out of the first window."""
    if not layout.is_interior:
        return
    for wall in layout.walls:
        for opening in wall.openings:
            if opening.kind == "window":
                along, inward = wall_frame(wall)
                middle = opening.start_m + opening.width_m / 2
                position = _at(wall.start, along, inward, middle, 0.75)
                yield Mark("window", position, math.atan2(inward[0], inward[1]))
                return


def _door_marks(entrances: tuple[Entrance, ...], dressing: Dressing) -> Iterator[Mark]:
    for entrance in entrances:
        x, _, z = entrance.inside
        yield _standing(entrance.name, (x, z), dressing.shell.plan.stage)


def _seats(layout: Layout, dressing: Dressing) -> Iterator[Mark]:
    for piece in layout.pieces:
        kind = dressing.kinds[piece.kind]
        if not kind.seats:
            continue
        height = kind.seat_height_m or piece.size[1]
        for x, z, turn in _places_on(piece, dressing):
            floor_x, floor_z = out_of(piece, x, z)
            if _seat_is_free(layout, piece, floor_x, floor_z):
                yaw = wrap_angle(piece.yaw_rad + turn)
                position = (floor_x, 0.0, floor_z)
                yield Mark("", position, yaw, "sit", height, piece.name)
        if kind.lies:
            position = (piece.position[0], 0.0, piece.position[2])
            yield Mark("", position, piece.yaw_rad, "lie", height, piece.name)


def _places_on(piece: Piece, dressing: Dressing) -> list[tuple[float, float, float]]:
    """Return x, z in the piece's axes and the turn of each seat on it."""
    kind = dressing.kinds[piece.kind]
    if kind.seats == "edge":
        return [(-piece.size[0] / 2 + 0.22, 0.0, math.pi / 2)]
    if kind.seats == "one":
        return [(0.0, kind.seat_back_m, 0.0)]
    arms = 0.3 if piece.kind == "sofa" else 0.0
    length = piece.size[0] - arms
    count = max(1, int(length / _SEAT_WIDTH_M))
    return [
        (length * ((index + 0.5) / count - 0.5), kind.seat_back_m, 0.0) for index in range(count)
    ]


def _seat_is_free(layout: Layout, own: Piece, x: float, z: float) -> bool:
    """Return whether no other piece is too near for someone on this seat."""
    for other in layout.pieces:
        if not other.is_solid or other.name == own.name:
            continue
        cos, sin = math.cos(other.yaw_rad), math.sin(other.yaw_rad)
        dx, dz = x - other.position[0], z - other.position[2]
        beyond_x = max(abs(cos * dx - sin * dz) - other.size[0] / 2, 0.0)
        beyond_z = max(abs(sin * dx + cos * dz) - other.size[2] / 2, 0.0)
        if math.hypot(beyond_x, beyond_z) < 0.35 - 1e-9:
            return False
    return True


def _ordered_seats(seats: list[Mark], keeps_order: bool) -> list[Mark]:
    """Return seats named in order of use: the two that face each other best come first."""
    sitting = [seat for seat in seats if seat.posture == "sit"]
    lying = [seat for seat in seats if seat.posture == "lie"]
    if len(sitting) >= 2 and not keeps_order:
        first, second = min(itertools.permutations(sitting, 2), key=lambda pair: _unfit(*pair))
        rest = [seat for seat in sitting if seat is not first and seat is not second]
        middle = (np.array(first.position) + np.array(second.position)) / 2
        rest.sort(key=lambda seat: round(float(np.linalg.norm(middle - seat.position)), 4))
        sitting = [first, second, *rest]
    return [
        *(replace(seat, name=f"seat{number}") for number, seat in enumerate(sitting, 1)),
        *(replace(seat, name=f"bed{number}") for number, seat in enumerate(lying, 1)),
    ]


def _unfit(first: Mark, second: Mark) -> float:
    """Return how badly two seats serve a conversation."""
    a, b = np.array(first.position), np.array(second.position)
    distance = float(np.linalg.norm(a - b))
    turned = abs(wrap_angle(yaw_towards(a, b) - first.yaw_rad))
    turned += abs(wrap_angle(yaw_towards(b, a) - second.yaw_rad))
    far = max(0.0, 1.1 - distance) * 3 + max(0.0, distance - 1.7)
    return round(turned + far, 6)


def _apart_pair(dressing: Dressing, ground: _Ground, taken: list[Mark]) -> list[Mark]:
    """Return a second pair that talks away from the main group, when there is room."""
    x, z = dressing.shell.plan.stage
    for distance in (2.6, 2.2, 1.9, 3.2):
        for turn in range(12):
            angle = math.radians(20 + 30 * turn)
            middle = (x + distance * math.cos(angle), z + distance * math.sin(angle))
            spots = [
                (
                    middle[0] - _PAIR_M / 2 * math.sin(angle),
                    middle[1] + _PAIR_M / 2 * math.cos(angle),
                ),
                (
                    middle[0] + _PAIR_M / 2 * math.sin(angle),
                    middle[1] - _PAIR_M / 2 * math.cos(angle),
                ),
            ]
            pair = [_standing(f"b{n}", spot, middle) for n, spot in enumerate(spots, 1)]
            if all(ground.holds(*spot) for spot in spots) and all(
                _is_apart(mark, taken, 1.0) for mark in pair
            ):
                return pair
    return []


def _fillers(dressing: Dressing, ground: _Ground, taken: list[Mark], wanted: int) -> list[Mark]:
    """Return as many further marks as are wanted, the nearest to the acting area first."""
    stage = dressing.shell.plan.stage
    free = ground.points[ground.is_good]
    distances = np.hypot(*(free - stage).T)
    order = np.argsort(np.round(distances, 4), kind="stable")
    spots = [mark.position[::2] for mark in taken]
    found: list[Mark] = []
    for spacing in _SPACINGS_M:
        for index in order:
            if len(found) >= wanted:
                return found
            spot = (float(free[index, 0]), float(free[index, 1]))
            if distances[index] > 0.3 and all(math.dist(spot, o) >= spacing for o in spots):
                found.append(_standing(f"c{len(found) + 1}", spot, stage))
                spots.append(spot)
    return found
