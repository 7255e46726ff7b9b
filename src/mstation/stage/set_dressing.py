"""A plan in, a dressed set out: walls with their openings, pieces where the plan wants them.

The plan says what and roughly where; a piece slides along its wall, or steps aside, until it
stands free of doors, windows, the acting area and what stands already; one that finds no room
is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from mstation.stage.layout import Lamp, Opening, Piece, Rgb, Vec3, Wall
from mstation.stage.lighting import WINDOW_LIGHT
from mstation.stage.set_plans import (
    Around,
    EdgePlan,
    PieceKind,
    PiecePlan,
    SetPlan,
    Side,
    Theme,
    WindowPlan,
)

_WALL_GAP_M = 0.03
_DOOR_CLEAR_M = 1.0  # in front of a door
_WINDOW_CLEAR_M = 0.45  # nothing tall before a window
BEYOND_M = 1.6  # floor behind a wall with a door
_SEAT_REACH_M = 0.36  # from the hips to the edge of the table
_TALL_M = 1.25
_WALK_ON_M = 11.0  # how far off people wait beside an open set
_WINDOW_LIGHT_M = 1.2  # how far outside a window its light stands
_WINDOW_REACH_M = 10.0
_WINDOW_STRENGTH = 4.0  # of a square metre of window
_MOST_WINDOWS = 3  # beyond these, more windows share the same light
_FAR_M = 6.6  # and behind it: nearer than the houses of a street
YAW_OF_SIDE: dict[Side, float] = {
    "north": math.pi,
    "south": 0.0,
    "east": math.pi / 2,
    "west": -math.pi / 2,
}  # a piece against this wall looks into the room


@dataclass(frozen=True, slots=True)
class Shell:
    """The bare set: its room or ground, walls, and what must stay free."""

    plan: SetPlan
    width_m: float
    depth_m: float
    ceiling_m: float
    walls: tuple[Wall, ...]
    clear: tuple[Piece, ...]  # boxes that no piece may enter


@dataclass(slots=True)
class Dressing:
    """What has been placed so far."""

    shell: Shell
    kinds: dict[str, PieceKind]
    theme: Theme
    plain: Theme
    scheme: int
    random: Random
    pieces: list[Piece] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    places: list[tuple[PiecePlan, Piece]] = field(default_factory=list)  # for activity marks
    tables: dict[str, str] = field(default_factory=dict)  # seat's name -> the piece it faces

    def colour(self, material: str) -> Rgb:
        """Return the scheme's colour of a material."""
        variants = self.theme.materials.get(material) or self.plain.materials[material]
        return variants[self.scheme % len(variants)]

    def any_colour(self, material: str) -> Rgb:
        """Return any of the theme's colours of a material."""
        return self.random.choice(
            self.theme.materials.get(material) or self.plain.materials[material]
        )


def build_shell(plan: SetPlan, random: Random, wall_colour: Rgb) -> Shell:
    """Return the walls of an interior or the free walls of an open set."""
    width = round(random.uniform(*plan.width_m), 1)
    depth = round(random.uniform(*plan.depth_m), 1)
    height = round(random.uniform(*plan.height_m), 1)
    x, z = plan.stage
    reach = 2 * plan.stage_radius_m
    clear = [Piece("acting area", "clear", (x, 0, z), (reach, _TALL_M * 2, reach))]
    if plan.is_interior and plan.height_m[1] > 0 and not plan.walls:
        walls, doors = _room(plan, width, depth, height, wall_colour)
    else:
        walls, doors = _free_walls(plan, wall_colour), []
        for edge in plan.edges:
            clear += _lane(edge.outside, edge.inside) + _lane(edge.inside, plan.stage)
        for edge in () if plan.edges else open_edges(plan, width):
            clear += _lane(edge.outside, plan.stage)
    return Shell(plan, width, depth, height, tuple(walls), (*clear, *doors))


def open_edges(plan: SetPlan, width_m: float) -> tuple[EdgePlan, ...]:
    """Return the ways on to an open set whose plan names none: from left, right and far."""
    x, z = plan.stage
    reach = min(width_m / 2 - 0.8, _WALK_ON_M)
    return (
        EdgePlan("left", (-reach, z), (x - 3.2, z)),
        EdgePlan("right", (reach, z), (x + 3.2, z)),
        EdgePlan("far", (x, z - _FAR_M), (x, z - 3.2)),
    )


def side_line(side: Side, width: float, depth: float) -> tuple[tuple[float, float], ...]:
    """Return start and end of a room's wall, the room on its left."""
    w, d = width / 2, depth / 2
    return {
        "south": ((-w, d), (w, d)),
        "east": ((w, d), (w, -d)),
        "north": ((w, -d), (-w, -d)),
        "west": ((-w, -d), (-w, d)),
    }[side]


def from_start(side: Side, at: float, length: float) -> float:
    """Return metres from a wall's start for a share counted from west or north."""
    return (1 - at) * length if side in ("north", "east") else at * length


def _room(
    plan: SetPlan, width: float, depth: float, height: float, colour: Rgb
) -> tuple[list[Wall], list[Piece]]:
    walls: list[Wall] = []
    clear: list[Piece] = []
    sides: tuple[Side, ...] = ("south", "east", "north", "west")
    for side in sides:
        start, end = side_line(side, width, depth)
        length = math.dist(start, end)
        doors = [
            Opening(
                door.kind,
                min(
                    max(from_start(side, door.at, length) - door.width_m / 2, 0.2),
                    length - door.width_m - 0.2,
                ),
                door.width_m,
                0.0,
                min(door.height_m, height - 0.2),
            )
            for door in plan.doors
            if door.wall == side
        ]
        windows = [
            opening
            for window in plan.windows
            if window.wall == side
            for opening in _windows(window, length, doors, height)
        ]
        wall = Wall(side, start, end, height, colour, (*doors, *windows))
        walls.append(wall)
        clear += [_before(wall, door, _DOOR_CLEAR_M, 0.0) for door in doors]
        clear += [_before(wall, window, _WINDOW_CLEAR_M, window.sill_m) for window in windows]
    return walls + [
        _behind(wall, opening)
        for wall in walls
        for opening in wall.openings
        if opening.kind != "window"
    ], clear


def _windows(
    window: WindowPlan, length: float, doors: list[Opening], height: float
) -> Iterator[Opening]:
    """Yield windows evenly along a wall, without those that a door takes the place of."""
    tall = min(window.height_m, height - window.sill_m - 0.25)
    for index in range(window.count):
        start = length * (index + 0.5) / window.count - window.width_m / 2
        end = start + window.width_m
        meets = any(start < d.start_m + d.width_m + 0.2 and end > d.start_m - 0.2 for d in doors)
        if not meets and start > 0.15 and end < length - 0.15:
            yield Opening("window", start, window.width_m, window.sill_m, tall)


def wall_frame(wall: Wall) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the unit ways along a wall and into its inside (to its left)."""
    length = math.dist(wall.start, wall.end)
    along = ((wall.end[0] - wall.start[0]) / length, (wall.end[1] - wall.start[1]) / length)
    return along, (along[1], -along[0])


def _before(wall: Wall, opening: Opening, depth_m: float, low_m: float) -> Piece:
    """Return the box inside a wall that an opening keeps free."""
    along, inward = wall_frame(wall)
    middle = opening.start_m + opening.width_m / 2
    x = wall.start[0] + along[0] * middle + inward[0] * depth_m / 2
    z = wall.start[1] + along[1] * middle + inward[1] * depth_m / 2
    size = (opening.width_m + 0.1, opening.height_m, depth_m)
    return Piece(opening.kind, "clear", (x, low_m, z), size, math.atan2(-inward[0], -inward[1]))


def _behind(wall: Wall, door: Opening) -> Wall:
    """Return the piece of corridor wall that is seen through an open door."""
    along, inward = wall_frame(wall)
    length = math.dist(wall.start, wall.end)
    low = max(door.start_m - 1.3, -BEYOND_M)
    high = min(door.start_m + door.width_m + 1.3, length + BEYOND_M)
    ends = [
        (
            wall.start[0] + along[0] * at - inward[0] * BEYOND_M,
            wall.start[1] + along[1] * at - inward[1] * BEYOND_M,
        )
        for at in (low, high)
    ]
    dim: Rgb = tuple(channel * 0.7 for channel in wall.colour)  # type: ignore[assignment]
    return Wall(f"beyond {wall.name}", ends[0], ends[1], wall.height_m, dim)


def _free_walls(plan: SetPlan, colour: Rgb) -> list[Wall]:
    return [
        Wall(
            f"wall {number}",
            wall.start,
            wall.end,
            wall.height_m,
            colour,
            (
                *(Opening("door", start, width, 0.0, high) for start, width, high in wall.doors),
                *(Opening("window", *opening) for opening in wall.windows),
            ),
        )
        for number, wall in enumerate(plan.walls, 1)
    ]


def _lane(start: tuple[float, float], end: tuple[float, float]) -> list[Piece]:
    """Return the box that a way on to the set keeps free."""
    length = math.dist(start, end)
    if length < 0.1:
        return []
    yaw = math.atan2(start[0] - end[0], start[1] - end[1])
    middle = ((start[0] + end[0]) / 2, 0.0, (start[1] + end[1]) / 2)
    return [Piece("lane", "clear", middle, (1.1, 2.0, length + 0.8), yaw)]


def dress(dressing: Dressing) -> None:
    """Place every piece of the plan."""
    for plan in dressing.shell.plan.pieces:
        if dressing.random.random() >= plan.chance:
            continue
        number = dressing.random.randint(*plan.count)
        for index in range(number):
            _place(dressing, plan, index, number)


def _place(dressing: Dressing, plan: PiecePlan, index: int, number: int) -> None:
    kind = dressing.kinds[plan.kind]
    size = _size(kind, plan, dressing.random)
    material = plan.material or kind.material
    colour = dressing.any_colour(material) if kind.mixed else dressing.colour(material)
    colour = _varied(colour, dressing.random)
    base = Piece("", plan.kind, (0, 0, 0), size, 0.0, colour, kind.is_solid, kind.blocks_view)
    for position, yaw in _tries(dressing, plan, kind, base, index, number):
        piece = replace(base, position=position, yaw_rad=yaw)
        if _is_free(dressing, piece, bool(plan.on)):
            _put(dressing, plan, piece)
            if plan.around is not None:
                _seat_around(dressing, plan, dressing.pieces[-1], plan.around)
            return


def _put(dressing: Dressing, plan: PiecePlan, piece: Piece) -> None:
    count = dressing.counts.get(piece.kind, 0) + 1
    dressing.counts[piece.kind] = count
    name = piece.kind if count == 1 else f"{piece.kind}_{count}"
    named = replace(piece, name=name)
    dressing.pieces.append(named)
    dressing.places.append((plan, named))


def _size(kind: PieceKind, plan: PiecePlan, random: Random) -> Vec3:
    width, height, depth = plan.size or kind.size
    if kind.variety == 0:
        return (width, height, depth)
    wide, high = (random.uniform(1 - kind.variety, 1 + kind.variety) for _ in range(2))
    return (round(width * wide, 2), round(height * high, 2), round(depth * wide, 2))


def _varied(colour: Rgb, random: Random) -> Rgb:
    """Return a colour a little lighter or darker, so that no two chairs are printed alike."""
    share = random.uniform(0.92, 1.08)
    red, green, blue = colour
    return (round(red * share, 4), round(green * share, 4), round(blue * share, 4))


Try = tuple[Vec3, float]


def _tries(
    dressing: Dressing, plan: PiecePlan, kind: PieceKind, base: Piece, index: int, number: int
) -> Iterator[Try]:
    """Yield positions and yaws for a piece, the wanted one first."""
    y = plan.hang_m or kind.hang_m
    if plan.kind == "ceiling_lamp" and dressing.shell.ceiling_m > 0:
        y = dressing.shell.ceiling_m - base.size[1]
    if plan.on:
        yield from _on_top(dressing, plan)
    elif plan.wall is not None:
        yield from _along_wall(dressing.shell, plan, plan.wall, base.size, y, index, number)
    elif plan.ring is not None:
        yield from _in_ring(dressing, plan, y)
    else:
        yield from _near_spot(dressing, plan, y, index)


def _on_top(dressing: Dressing, plan: PiecePlan) -> Iterator[Try]:
    under = next((piece for piece in reversed(dressing.pieces) if piece.kind == plan.on), None)
    if under is not None:
        x, z = out_of(under, *plan.offset)
        yaw = under.yaw_rad + math.radians(plan.yaw_deg)
        yield (x, under.position[1] + under.size[1], z), yaw


def _along_wall(
    shell: Shell, plan: PiecePlan, side: Side, size: Vec3, y: float, index: int, number: int
) -> Iterator[Try]:
    start, end = side_line(side, shell.width_m, shell.depth_m)
    length = math.dist(start, end)
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    inward = (along[1], -along[0])
    share = plan.at if number == 1 else (index + 0.5) / number
    low, high = size[0] / 2 + 0.05, length - size[0] / 2 - 0.05
    wanted = min(max(from_start(side, share, length), low), max(low, high))
    gap = size[2] / 2 + _WALL_GAP_M
    for step in range(0, math.ceil(length / 0.1)):
        for way in (1, -1) if step else (1,):
            at = wanted + way * step * 0.1
            if low - 1e-9 <= at <= high + 1e-9:
                x = start[0] + along[0] * at + inward[0] * gap
                z = start[1] + along[1] * at + inward[1] * gap
                yield (x, y, z), YAW_OF_SIDE[side] + math.radians(plan.yaw_deg)


def _in_ring(dressing: Dressing, plan: PiecePlan, y: float) -> Iterator[Try]:
    near, far = plan.ring or (0.0, 0.0)
    random, (x, z) = dressing.random, dressing.shell.plan.stage
    for _ in range(24):
        angle, share = random.uniform(-math.pi, math.pi), random.random()
        radius = math.sqrt(near * near + share * (far * far - near * near))
        yaw = random.uniform(-math.pi, math.pi)
        yield (x + radius * math.cos(angle), y, z + radius * math.sin(angle)), yaw


def _near_spot(dressing: Dressing, plan: PiecePlan, y: float, index: int) -> Iterator[Try]:
    spot = plan.spot or (0.0, 0.0)
    jitter = [dressing.random.uniform(-plan.jitter_m, plan.jitter_m) for _ in range(2)]
    x = spot[0] + plan.step[0] * index + jitter[0]
    z = spot[1] + plan.step[1] * index + jitter[1]
    yaw = math.radians(plan.yaw_deg)
    for radius in (0.0, 0.2, 0.4, 0.6):
        for turn in range(8 if radius else 1):
            angle = turn * math.pi / 4
            yield (x + radius * math.cos(angle), y, z + radius * math.sin(angle)), yaw


def _seat_around(dressing: Dressing, plan: PiecePlan, table: Piece, around: Around) -> None:
    """Place the seats of a table, opposite ones in turn, so that neighbours in order face."""
    kind = dressing.kinds[plan.chair]
    width, _, depth = table.size
    reach = max(_SEAT_REACH_M, kind.size[2] / 2 + 0.08)
    sides = [
        ((width / 2 + reach, 0.0), math.pi / 2, around.right, depth, False),
        ((-width / 2 - reach, 0.0), -math.pi / 2, around.left, depth, False),
        ((0.0, depth / 2 + reach), 0.0, around.back, width, True),
        ((0.0, -depth / 2 - reach), math.pi, around.front, width, True),
    ]
    for seat in range(max(around.left, around.right, around.front, around.back)):
        for (x, z), yaw, count, length, is_across in sides:
            if seat >= count:
                continue
            slide = length * ((seat + 0.5) / count - 0.5)
            local = (x + slide, z) if is_across else (x, z + slide)
            floor_x, floor_z = out_of(table, *local)
            colour = _varied(dressing.colour(kind.material), dressing.random)
            chair = Piece(
                "",
                plan.chair,
                (floor_x, 0.0, floor_z),
                kind.size,
                table.yaw_rad + yaw,
                colour,
                kind.is_solid,
                kind.blocks_view,
            )
            if _is_free(dressing, chair, False):
                _put(dressing, PiecePlan(plan.chair), chair)
                dressing.tables[dressing.pieces[-1].name] = table.name


def out_of(piece: Piece, x: float, z: float) -> tuple[float, float]:
    """Return the floor point (x, z) that lies at x, z in a piece's own axes."""
    cos, sin = math.cos(piece.yaw_rad), math.sin(piece.yaw_rad)
    return (
        piece.position[0] + cos * x + sin * z,
        piece.position[2] - sin * x + cos * z,
    )


def _is_free(dressing: Dressing, piece: Piece, is_on_top: bool) -> bool:
    shell = dressing.shell
    reach = 0.0 if shell.plan.is_interior else 0.2
    for x, z in corners(piece):
        if abs(x) > shell.width_m / 2 - reach + 1e-9 or abs(z) > shell.depth_m / 2 - reach + 1e-9:
            return False
    if is_on_top or piece.size[1] < 0.05:
        return True
    others = [other for other in dressing.pieces if other.size[1] >= 0.05]
    return not any(overlap(piece, other, 0.02) for other in (*others, *shell.clear))


def corners(piece: Piece) -> list[tuple[float, float]]:
    """Return the four floor corners of a piece."""
    w, d = piece.size[0] / 2, piece.size[2] / 2
    return [out_of(piece, x, z) for x, z in ((-w, -d), (w, -d), (w, d), (-w, d))]


def overlap(a: Piece, b: Piece, gap_m: float) -> bool:
    """Return whether two turned boxes come nearer than a gap: no axis parts them."""
    low_a, low_b = a.position[1], b.position[1]
    if low_a + a.size[1] <= low_b or low_b + b.size[1] <= low_a:
        return False
    reach = (math.hypot(a.size[0], a.size[2]) + math.hypot(b.size[0], b.size[2])) / 2 + gap_m
    if math.dist(a.position[::2], b.position[::2]) > reach:
        return False
    corners_a, corners_b = corners(a), corners(b)
    for yaw in (a.yaw_rad, b.yaw_rad):
        for x, z in ((math.cos(yaw), -math.sin(yaw)), (math.sin(yaw), math.cos(yaw))):
            spans = [[px * x + pz * z for px, pz in box] for box in (corners_a, corners_b)]
            if min(spans[0]) >= max(spans[1]) + gap_m or min(spans[1]) >= max(spans[0]) + gap_m:
                return False
    return True


def lamps_of(dressing: Dressing) -> tuple[Lamp, ...]:
    """Return the practical lights that pieces carry, those nearest the acting area first."""
    x, z = dressing.shell.plan.stage
    lamps = [
        Lamp(
            piece.name,
            (piece.position[0], piece.position[1] + kind.lamp_height_m, piece.position[2]),
            kind.lamp_colour,
            kind.lamp_strength,
            kind.lamp_radius_m,
        )
        for piece in dressing.pieces
        if (kind := dressing.kinds[piece.kind]).lamp
    ]
    lamps += _window_lights(dressing.shell)
    lamps.sort(key=lambda lamp: math.dist((x, z), lamp.position[::2]))
    return tuple(lamps)


def _window_lights(shell: Shell) -> list[Lamp]:
    """Return the light that windows lend a room, from as far outside as spares their own wall."""
    lights: list[Lamp] = []
    for wall in shell.walls:
        along, inward = wall_frame(wall)
        for opening in wall.openings:
            if opening.kind != "window" or not shell.plan.is_interior:
                continue
            middle = opening.start_m + opening.width_m / 2
            position = (
                wall.start[0] + along[0] * middle - inward[0] * _WINDOW_LIGHT_M,
                opening.sill_m + opening.height_m * 0.75,
                wall.start[1] + along[1] * middle - inward[1] * _WINDOW_LIGHT_M,
            )
            strength = round(_WINDOW_STRENGTH * opening.width_m * opening.height_m, 3)
            name = f"{WINDOW_LIGHT} {len(lights) + 1}"
            lights.append(Lamp(name, position, (1.0, 1.0, 1.0), strength, _WINDOW_REACH_M))
    share = _MOST_WINDOWS / max(len(lights), _MOST_WINDOWS)
    return [replace(lamp, intensity=lamp.intensity * share) for lamp in lights]
