"""Tables, seats, beds and cupboards: size and finish in, solids out."""

from __future__ import annotations

import math

from mstation.previs.finish import (
    BLACK,
    DARK_WOOD,
    GOLD,
    IRON,
    LINEN,
    METAL,
    RED_PAPER,
    STEEL,
    STONE,
    WOOD,
    Builder,
    Finish,
)  # fmt: skip
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import (
    ball,
    box,
    cylinder,
    mixed,
    placed,
    prism,
    spread,
    tilted,
    tone,
    tube,
    turned,
)  # fmt: skip
from mstation.stage.layout import Rgb

SEAT_M = 0.45  # height of a seat of which only the whole height is known


def _legs(width: float, height: float, depth: float, thick: float, colour: Rgb) -> list[Mesh]:
    x, z = width / 2 - thick, depth / 2 - thick
    corners = ((-x, -z), (x, -z), (-x, z), (x, z))
    return [box((cx, 0.0, cz), (thick, height, thick), colour) for cx, cz in corners]


def seat_height(height: float) -> float:
    """Return how high one sits on a seat with a back."""
    return min(SEAT_M, 0.53 * height)


def _table(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    thick = min(0.045, 0.1 * h)
    apron = min(0.09, 0.15 * h)
    return [
        box((0, h - thick, 0), (w, thick, d), finish.light),
        box((0, h - thick - apron, 0), (w - 0.12, apron, d - 0.12), finish.base),
        *_legs(w - 0.04, h - thick, d - 0.04, min(0.065, 0.1 * w), finish.dark),
    ]


def _round_table(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2
    stem = max(0.03, 0.07 * radius)
    return [
        turned(
            (0, h - 0.04, 0),
            [(radius * 0.94, 0), (radius, 0.012), (radius, 0.04)],
            finish.light,
            sides=24,
        ),
        turned(
            (0, 0, 0),
            [
                (radius * 0.55, 0),
                (radius * 0.5, 0.03),
                (stem * 1.4, 0.07),
                (stem, h * 0.5),
                (stem * 1.6, h - 0.04),
            ],
            finish.dark,
            sides=14,
        ),
    ]


def _desk(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    pedestal = min(0.42, 0.32 * w)
    inner = h - 0.04
    meshes = [
        box((0, h - 0.04, 0), (w, 0.04, d), finish.light),
        box((0, 0.25 * h, d / 2 - 0.05), (w - 0.06, 0.7 * h, 0.02), finish.dark),
    ]
    for side in (-1, 1):
        x = side * (w / 2 - pedestal / 2 - 0.02)
        meshes.append(box((x, 0.03, 0), (pedestal, inner - 0.03, d - 0.06), finish.base))
        drawer = (inner - 0.12) / 3
        for row in range(3):
            y = 0.06 + row * (drawer + 0.015)
            meshes.append(
                box((x, y, -d / 2 + 0.025), (pedestal - 0.05, drawer, 0.02), finish.light)
            )
            meshes.append(box((x, y + drawer / 2, -d / 2 + 0.008), (0.1, 0.016, 0.016), METAL))
    return meshes


def _chair(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    seat, thick = seat_height(h), min(0.04, 0.1 * w)
    meshes = _legs(w, seat - 0.03, d, thick, finish.dark)
    meshes.append(box((0, seat - 0.04, 0), (w, 0.04, d), finish.base))
    posts = h - seat
    for side in (-1, 1):
        meshes.append(
            box((side * (w / 2 - thick), seat, d / 2 - thick), (thick, posts, thick), finish.dark)
        )
    slat = posts * 0.2
    for share in (0.28, 0.76):
        meshes.append(
            box((0, seat + posts * share, d / 2 - thick), (w - 2 * thick, slat, 0.02), finish.light)
        )
    return meshes


def _armchair(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    return _upholstered(w, h, d, finish, cushions=1)


def _sofa(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    return _upholstered(w, h, d, finish, cushions=max(2, round(w / 0.75)))


def _upholstered(w: float, h: float, d: float, finish: Finish, *, cushions: int) -> list[Mesh]:
    arm, back, seat = min(0.18, 0.16 * w), min(0.22, 0.26 * d), seat_height(h)
    foot = 0.07
    meshes = _legs(w - 0.08, foot, d - 0.08, 0.05, DARK_WOOD)
    meshes.append(box((0, foot, 0), (w - 0.02, seat - 0.16 - foot, d - 0.02), finish.dark))
    meshes.append(
        box((0, foot, d / 2 - back / 2), (w - 0.06, h - foot - 0.04, back - 0.02), finish.base)
    )
    arm_top = min(h * 0.72, seat + 0.2)
    for side in (-1, 1):
        x = side * (w / 2 - arm / 2)
        meshes.append(box((x, foot, -0.01), (arm, arm_top - foot, d - 0.01), finish.base))
        meshes.append(box((x, arm_top, -0.01), (arm + 0.015, 0.03, d - 0.01), finish.light))
    room = w - 2 * arm
    each = room / cushions
    for index in range(cushions):
        x = -room / 2 + (index + 0.5) * each
        meshes.append(
            box((x, seat - 0.16, -back / 2), (each - 0.012, 0.16, d - back - 0.02), finish.light)
        )
        cushion = box((0, 0, 0), (each - 0.03, h - seat - 0.02, 0.13), finish.light)
        leaning = tilted(cushion, pitch_rad=0.14)
        meshes.append(placed(leaning, at=(x, seat, d / 2 - back - 0.1)))
    return meshes


def _stool(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2
    meshes = [
        turned(
            (0, h - 0.06, 0),
            [(radius * 0.9, 0), (radius, 0.03), (radius * 0.92, 0.06)],
            finish.light,
            sides=16,
        )
    ]
    for index in range(4):
        angle = math.pi * (0.25 + 0.5 * index)
        x, z = math.cos(angle), math.sin(angle)
        inner, outer = radius * 0.6, radius * 0.85
        meshes.append(
            tube([(x * outer, 0, z * outer), (x * inner, h - 0.05, z * inner)], 0.018, finish.dark)
        )
    ring = [
        (
            math.cos(a * math.pi / 6) * radius * 0.75,
            h * 0.35,
            math.sin(a * math.pi / 6) * radius * 0.75,
        )
        for a in range(13)
    ]
    meshes.append(tube(ring, 0.01, finish.dark, sides=4))
    return meshes


def _bench(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    seat = h if h < 0.6 else seat_height(h)
    meshes = [box((0, seat - 0.05, 0), (w, 0.05, d), finish.light)]
    meshes += [
        box((side * (w / 2 - 0.12), 0, 0), (0.06, seat - 0.05, d - 0.04), finish.dark)
        for side in (-1, 1)
    ]
    meshes.append(box((0, seat * 0.3, 0), (w - 0.24, 0.05, 0.03), finish.base))
    if h > seat:
        meshes.append(box((0, seat, d / 2 - 0.02), (w, h - seat, 0.03), finish.base))
    return meshes


def _bench_park(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    seat = seat_height(h)
    wood = finish.or_natural(WOOD)
    meshes = []
    for side in (-1, 1):
        x = side * (w / 2 - 0.15)
        meshes.append(box((x, 0, 0), (0.05, seat, d - 0.06), IRON))
        meshes.append(box((x, seat, d / 2 - 0.07), (0.05, h - seat, 0.04), IRON))
        meshes.append(box((x, seat + 0.18, -0.03), (0.05, 0.03, d - 0.1), IRON))
    for index, z in enumerate(spread(d, 4)):
        meshes.append(box((0, seat, z), (w, 0.03, d / 4 - 0.025), tone(wood, 1 + 0.08 * index)))
    for index in range(3):
        y = seat + 0.1 + (h - seat - 0.1) * index / 3
        meshes.append(box((0, y, d / 2 - 0.1), (w, (h - seat) / 4, 0.025), wood))
    return meshes


def _bed(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    mattress = 0.88 * h if h < 0.75 else min(0.5, 0.6 * h)
    frame = 0.55 * mattress
    pillows = 2 if w > 1.25 else 1
    each = (w - 0.1) / pillows
    blanket = finish.base
    meshes = [
        box((0, 0, d / 2 - 0.03), (w, h, 0.06), WOOD),
        box((0, 0, -d / 2 + 0.03), (w, mattress * 0.95, 0.05), WOOD),
        box((0, 0.08, 0), (w, frame - 0.08, d - 0.1), DARK_WOOD),
        box((0, frame, 0), (w - 0.04, mattress - frame, d - 0.12), LINEN),
        box((0, frame - 0.06, -d * 0.14), (w + 0.02, mattress - frame + 0.09, d * 0.68), blanket),
        box((0, mattress + 0.02, d * 0.17), (w + 0.03, 0.035, d * 0.1), finish.light),
    ]
    for index in range(pillows):
        x = -(w - 0.1) / 2 + (index + 0.5) * each
        meshes.append(
            ball(
                (x, mattress + 0.05, d / 2 - 0.3),
                (each * 0.45, 0.08, 0.2),
                (0.8, 0.78, 0.74),
                sides=12,
                rings=6,
            )
        )
    return meshes


def _hospital_bed(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    deck = min(0.48, 0.55 * h)
    meshes = [
        box((0, deck, -d * 0.16), (w - 0.06, 0.12, d * 0.6), LINEN),
        box((0, deck - 0.05, 0), (w - 0.04, 0.05, d - 0.06), STEEL),
        box((0, deck + 0.1, -d * 0.2), (w - 0.02, 0.035, d * 0.48), finish.light),
        ball((0, deck + 0.38, d / 2 - 0.22), (w * 0.33, 0.07, 0.15), (0.85, 0.85, 0.83)),
    ]
    rest = tilted(box((0, 0, d * 0.18), (w - 0.06, 0.12, d * 0.36), LINEN), pitch_rad=-0.5)
    meshes.append(placed(rest, at=(0, deck, d * 0.12)))
    for end, top in ((1, h), (-1, deck + 0.28)):
        z = end * (d / 2 - 0.02)
        meshes.append(box((0, deck + 0.02, z), (w, top - deck - 0.02, 0.03), finish.base))
        for side in (-1, 1):
            meshes.append(
                cylinder((side * (w / 2 - 0.03), 0.08, z), 0.018, top - 0.08, STEEL, sides=6)
            )
            meshes.append(
                ball((side * (w / 2 - 0.03), 0.05, z), (0.03, 0.05, 0.05), IRON, sides=8, rings=4)
            )
    for side in (-1, 1):
        for y in (0.16, 0.3):
            meshes.append(
                tube(
                    [(side * w / 2, deck + y, -d * 0.3), (side * w / 2, deck + y, 0.1)],
                    0.012,
                    STEEL,
                    sides=5,
                )
            )
    return meshes


def _kang_bed(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    deck = min(0.55, h)
    red = mixed(finish.base, RED_PAPER, 0.5)
    meshes = [
        box((0, 0, 0), (w, deck - 0.05, d), STONE),
        box((0, deck - 0.05, -0.01), (w + 0.02, 0.05, d), WOOD),
        box((0, deck, 0.05), (w - 0.1, 0.012, d - 0.2), (0.45, 0.35, 0.19)),
        box((0, 0.08, -d / 2 + 0.02), (min(0.4, 0.2 * w), 0.25, 0.05), BLACK),
    ]
    for index in range(3):
        meshes.append(
            box(
                (-w / 2 + 0.45, deck + 0.03 + 0.1 * index, d / 2 - 0.3),
                (0.7 - 0.04 * index, 0.1, 0.4),
                (red, finish.light, GOLD)[index],
            )
        )
    return meshes


def _books(
    left: float, right: float, y: float, tall: float, d: float, finish: Finish, most: int
) -> list[Mesh]:
    """Return books in a row between two x, standing on a board."""
    x = left
    books: list[Mesh] = []
    while x < right - 0.07 and len(books) < most:
        thick = float(finish.dice.uniform(0.035, 0.075))
        high = tall * float(finish.dice.uniform(0.62, 0.92))
        red, green, blue = (float(v) for v in finish.dice.uniform(0.03, 0.3, 3))
        colour = mixed((red, green, blue), finish.base, 0.3)
        if finish.dice.random() < 0.9:
            books.append(box((x + thick / 2, y, 0), (thick - 0.004, high, d * 0.72), colour))
        x += thick if finish.dice.random() < 0.94 else thick + 0.09
    return books


def _bookcase(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    rows = max(1, round((h - 0.1) / 0.38))
    step = (h - 0.1) / rows
    meshes = [
        box((0, 0, d / 2 - 0.01), (w, h, 0.02), finish.dark),
        *(box((side * (w / 2 - 0.015), 0, 0), (0.03, h, d), finish.base) for side in (-1, 1)),
        *(
            box((0, 0.05 + row * step, 0), (w - 0.06, 0.025, d - 0.02), finish.light)
            for row in range(rows + 1)
        ),
        box((0, h - 0.04, -0.005), (w + 0.03, 0.04, d + 0.01), finish.base),
    ]
    most = max(4, 40 // rows)
    for row in range(rows):
        meshes += _books(
            -w / 2 + 0.05, w / 2 - 0.05, 0.075 + row * step, step - 0.03, d, finish, most
        )
    return meshes


def _shelf(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    if h > 1.0:
        return _bookcase(w, h, d, finish)
    foot = min(0.1, 0.3 * h)
    board = box((0, foot, 0), (w, 0.03, d), finish.base)
    brackets = [
        box((side * w * 0.36, 0, d / 2 - 0.02), (0.02, foot, 0.02), finish.dark) for side in (-1, 1)
    ]
    return [
        board,
        *brackets,
        *_books(-w * 0.45, w * 0.3, foot + 0.03, h - foot - 0.03, d, finish, 14),
    ]


def _cupboard(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    doors = max(1, round(w / 0.5))
    each = (w - 0.04) / doors
    meshes = [
        box((0, 0, 0.02), (w - 0.04, 0.08, d - 0.06), finish.dark),
        box((0, 0.08, 0.01), (w, h - 0.11, d - 0.02), finish.base),
        box((0, h - 0.03, 0), (w + 0.02, 0.03, d + 0.01), finish.light),
    ]
    for index in range(doors):
        x = -(w - 0.04) / 2 + (index + 0.5) * each
        meshes.append(box((x, 0.11, -d / 2 + 0.012), (each - 0.015, h - 0.17, 0.02), finish.light))
        meshes.append(box((x, 0.18, -d / 2 + 0.002), (each - 0.12, h - 0.31, 0.008), finish.base))
        knob = x + (each / 2 - 0.04) * (1 if index % 2 == 0 else -1)
        meshes.append(box((knob, h * 0.52, -d / 2 - 0.008), (0.02, 0.1, 0.02), METAL))
    return meshes


def _counter(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    bays = max(1, round(w / 0.6))
    each = (w - 0.04) / bays
    meshes = [
        box((0, 0, 0.03), (w - 0.04, 0.09, d - 0.1), finish.dark),
        box((0, 0.09, 0.02), (w, h - 0.13, d - 0.04), finish.base),
        box((0, h - 0.04, 0), (w + 0.02, 0.04, d + 0.02), mixed(finish.light, STONE, 0.6)),
    ]
    for index in range(bays):
        x = -(w - 0.04) / 2 + (index + 0.5) * each
        meshes.append(box((x, 0.12, -d / 2 + 0.012), (each - 0.02, h - 0.34, 0.02), finish.light))
        meshes.append(box((x, h - 0.19, -d / 2 + 0.012), (each - 0.02, 0.13, 0.02), finish.light))
        meshes.append(box((x, h - 0.13, -d / 2 - 0.004), (0.14, 0.016, 0.016), METAL))
    return meshes


def _bar(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    bays = max(2, round(w / 0.7))
    each = w / bays
    meshes = [
        box((0, 0, 0.06), (w - 0.08, h - 0.05, d - 0.16), finish.dark),
        box((0, h - 0.05, -0.02), (w, 0.05, d - 0.02), finish.light),
        tube([(-w / 2, 0.18, -d / 2 + 0.03), (w / 2, 0.18, -d / 2 + 0.03)], 0.02, GOLD),
    ]
    for index in range(bays):
        x = -w / 2 + (index + 0.5) * each
        meshes.append(box((x, 0.25, -d / 2 + 0.13), (each - 0.1, h - 0.4, 0.03), finish.base))
    return meshes


def _altar(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    meshes = [
        box((0, 0, 0), (w - 0.1, h - 0.06, d - 0.1), finish.dark),
        box((0, h - 0.06, 0), (w, 0.06, d), finish.light),
        box((0, h * 0.25, -d / 2 + 0.03), (w * 0.4, h * 0.55, 0.02), RED_PAPER),
        box((0, h - 0.02, 0), (w * 0.44, 0.03, d + 0.02), LINEN),
    ]
    for side in (-1, 1):
        meshes.append(
            turned(
                (side * w * 0.36, h, 0),
                [(0.06, 0), (0.02, 0.03), (0.02, 0.2), (0.04, 0.22)],
                GOLD,
                sides=8,
            )
        )
        meshes.append(cylinder((side * w * 0.36, h + 0.22, 0), 0.015, 0.16, LINEN, sides=6))
    return meshes


def _tea_table(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    cup = (0.75, 0.76, 0.72)
    meshes = _table(w, h, d, finish)
    meshes.append(
        turned(
            (-0.05, h, 0),
            [(0.05, 0), (0.085, 0.05), (0.06, 0.1), (0.02, 0.115), (0.012, 0.13)],
            (0.28, 0.12, 0.07),
            sides=12,
        )
    )
    meshes.append(tube([(0.02, h + 0.04, 0), (0.08, h + 0.1, 0)], 0.012, (0.28, 0.12, 0.07)))
    for x, z in ((0.14, -0.1), (0.18, 0.08), (-0.18, -0.09)):
        meshes.append(turned((x, h, z), [(0.018, 0), (0.032, 0.045)], cup, sides=10))
    return meshes


def _seats_row(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    count = max(1, round(w / 0.56))
    each, seat = w / count, seat_height(h)
    meshes = []
    for index in range(count):
        x = -w / 2 + (index + 0.5) * each
        meshes.append(box((x, seat - 0.1, -0.04), (each - 0.1, 0.1, d * 0.62), finish.base))
        back = tilted(
            box((0, 0, 0), (each - 0.09, h - seat + 0.08, 0.09), finish.base), pitch_rad=0.13
        )
        meshes.append(placed(back, at=(x, seat - 0.1, d / 2 - 0.16)))
    for index in range(count + 1):
        x = -w / 2 + index * each
        meshes.append(box((x, 0, 0.04), (0.05, seat + 0.16, d * 0.5), finish.dark))
        meshes.append(box((x, seat + 0.16, 0), (0.075, 0.03, d * 0.6), DARK_WOOD))
    return meshes


def _screen_folding(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    leaves = max(3, round(w / 0.55))
    each = w / leaves
    fold = math.atan2(max(0.02, d - 0.04), each)
    meshes = []
    for index in range(leaves):
        turn = fold if index % 2 else -fold
        long = each / math.cos(fold)
        leaf = [
            box((0, 0.06, 0), (long, h - 0.06, 0.025), finish.dark),
            box((0, h * 0.36, 0), (long - 0.1, h * 0.58, 0.032), PAPER_SILK),
            box((0, 0.12, 0), (long - 0.1, h * 0.2, 0.032), finish.base),
            prism(
                [
                    (-0.1, h * 0.5),
                    (0.02, h * 0.46),
                    (0.13, h * 0.62),
                    (0.02, h * 0.78),
                    (-0.04, h * 0.62),
                ],
                0.0165,
                -0.0165,
                tone(finish.base, 0.9),
            ),
        ]
        x = -w / 2 + (index + 0.5) * each
        meshes += [placed(mesh, at=(x, 0, 0), yaw_rad=turn) for mesh in leaf]
    return meshes


PAPER_SILK: Rgb = (0.62, 0.54, 0.38)


def _trunk(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    meshes = [
        box((0, 0, 0), (w, h * 0.66, d), finish.base),
        box((0, h * 0.67, 0), (w + 0.02, h * 0.33, d + 0.02), finish.light),
        box((0, h * 0.55, -d / 2 - 0.012), (0.1, h * 0.2, 0.02), GOLD),
    ]
    for share in (-0.32, 0.32):
        meshes.append(box((share * w, -0.0, 0), (0.06, h + 0.008, d + 0.035), finish.dark))
    return meshes


def _blackboard(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    board_foot = 0.8 if h > 1.5 else 0.0
    tall = h - board_foot
    meshes = [
        box((0, board_foot, 0.01), (w, tall, max(0.03, d - 0.03)), WOOD),
        box(
            (0, board_foot + 0.05, -d / 2 + 0.01),
            (w - 0.1, tall - 0.1, 0.015),
            (0.025, 0.06, 0.045),
        ),
        box((0, board_foot, -d / 2 - 0.01), (w * 0.9, 0.02, 0.07), WOOD),
        box((w * 0.2, board_foot + 0.02, -d / 2 - 0.015), (0.09, 0.015, 0.02), LINEN),
    ]
    if board_foot:
        meshes += [
            box((side * (w / 2 - 0.06), 0, 0), (0.05, board_foot, 0.05), DARK_WOOD)
            for side in (-1, 1)
        ]
    return meshes


BUILDERS: dict[str, Builder] = {
    "table": _table,
    "round_table": _round_table,
    "desk": _desk,
    "chair": _chair,
    "armchair": _armchair,
    "sofa": _sofa,
    "stool": _stool,
    "bench": _bench,
    "bench_park": _bench_park,
    "bed": _bed,
    "hospital_bed": _hospital_bed,
    "kang_bed": _kang_bed,
    "bookcase": _bookcase,
    "shelf": _shelf,
    "cupboard": _cupboard,
    "wardrobe": _cupboard,
    "counter": _counter,
    "bar": _bar,
    "altar": _altar,
    "tea_table": _tea_table,
    "seats_row": _seats_row,
    "screen_folding": _screen_folding,
    "trunk": _trunk,
    "blackboard": _blackboard,
}
