"""Lamps, screens, kitchen and wall things, and small things: size and finish in, solids out."""

from __future__ import annotations

import math

from mstation.previs.finish import (
    BLACK,
    CLAY,
    DARK_WOOD,
    GLASS,
    GOLD,
    IRON,
    LAMPLIGHT,
    LEAF,
    LINEN,
    METAL,
    PAPER,
    RED_PAPER,
    SCREENLIGHT,
    STEEL,
    Builder,
    Finish,
    disc,
    wheel,
)  # fmt: skip
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import (
    ball,
    box,
    cylinder,
    mixed,
    panel,
    placed,
    prism,
    tilted,
    tone,
    tube,
    turned,
)  # fmt: skip
from mstation.stage.layout import Rgb


def _shade(finish: Finish) -> tuple[Rgb, float]:
    """Return a lampshade's colour and glow."""
    if finish.is_lit:
        return mixed(finish.light, LAMPLIGHT, 0.6), 0.9
    return finish.light, 0.0


def _lamp(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius, shade = min(w, d) / 2, min(0.34, 0.3 * h)
    colour, glow = _shade(finish)
    return [
        turned((0, 0, 0), [(radius * 0.62, 0), (radius * 0.6, 0.02), (0.03, 0.045)], IRON),
        cylinder((0, 0.03, 0), 0.014, h - shade * 0.7, IRON, sides=8),
        turned(
            (0, h - shade, 0), [(radius, 0), (radius * 0.62, shade)], colour, sides=18, glow=glow
        ),
    ]


def _table_lamp(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius, shade = min(w, d) / 2, 0.45 * h
    colour, glow = _shade(finish)
    return [
        turned(
            (0, 0, 0),
            [
                (radius * 0.5, 0),
                (radius * 0.5, 0.015),
                (radius * 0.18, 0.05),
                (radius * 0.34, h * 0.25),
                (radius * 0.12, h * 0.42),
                (0.012, h * 0.6),
            ],
            finish.dark,
            sides=12,
        ),
        turned(
            (0, h - shade, 0), [(radius, 0), (radius * 0.55, shade)], colour, sides=16, glow=glow
        ),
    ]


def _ceiling_lamp(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius, shade = min(w, d) / 2, min(0.26, 0.6 * h)
    colour, glow = _shade(finish)
    return [
        turned(
            (0, 0, 0),
            [(radius, 0), (radius * 0.85, shade * 0.4), (radius * 0.3, shade)],
            finish.base if glow == 0 else tone(colour, 0.8),
            sides=18,
            glow=glow * 0.8,
        ),
        disc_down((0, 0.012, 0), radius * 0.92, colour, glow),
        cylinder((0, shade, 0), 0.01, h - shade, IRON, sides=6),
    ]


def disc_down(centre: tuple[float, float, float], radius: float, colour: Rgb, glow: float) -> Mesh:
    """Return a bright disc that faces the floor: the mouth of a lampshade."""
    x, y, z = centre
    rim = [
        (x + radius * math.cos(a * math.pi / 8), y - 0.014, z + radius * math.sin(a * math.pi / 8))
        for a in range(16)
    ]
    return panel(rim, colour, glow=glow)


def _lantern(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2
    red = finish.base if finish.base[0] > 2 * finish.base[1] else RED_PAPER
    body, foot = h * 0.6, h * 0.2
    ribs = [
        (radius * (0.45 + 0.55 * math.sin(math.pi * (i + 0.5) / 9)), body * i / 8) for i in range(9)
    ]
    glow = 0.85 if finish.is_lit else 0.25
    colour = mixed(red, LAMPLIGHT, 0.18) if finish.is_lit else red
    return [
        turned((0, foot, 0), ribs, colour, sides=16, glow=glow),
        cylinder((0, foot - 0.02, 0), radius * 0.5, 0.03, GOLD, sides=12),
        cylinder((0, foot + body - 0.01, 0), radius * 0.5, 0.03, GOLD, sides=12),
        cylinder((0, 0, 0), 0.018, foot, tone(red, 0.7), sides=6, top_radius=0.006),
        cylinder((0, foot + body, 0), 0.006, h - foot - body, IRON, sides=5),
    ]


def _set_screen(w: float, h: float, front: float, foot: float, finish: Finish) -> Mesh:
    """Return the shining face of a set, dark when it is off."""
    colour, glow = (SCREENLIGHT, 0.75) if finish.is_lit else ((0.03, 0.04, 0.05), 0.0)
    return panel(
        [
            (w / 2, foot, front),
            (-w / 2, foot, front),
            (-w / 2, foot + h, front),
            (w / 2, foot + h, front),
        ],
        colour,
        glow=glow,
    )


def _tv(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    stand = 0.08
    return [
        box((0, stand, 0), (w, h - stand, min(d, 0.06)), BLACK),
        _set_screen(w - 0.05, h - stand - 0.05, -min(d, 0.06) / 2 - 0.002, stand + 0.025, finish),
        box((0, 0, 0), (w * 0.35, 0.015, d), IRON),
        box((0, 0.01, 0), (0.06, stand, 0.03), IRON),
    ]


def _monitor(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    return [
        box((0, h * 0.24, -0.01), (w, h * 0.76, 0.035), finish.dark),
        _set_screen(w - 0.035, h * 0.76 - 0.035, -0.0295, h * 0.24 + 0.0175, finish),
        box((0, 0.012, 0.02), (0.045, h * 0.4, 0.025), IRON),
        box((0, 0, 0.01), (w * 0.38, 0.015, min(d, 0.2)), IRON),
    ]


def _computer(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    screen = [placed(mesh, at=(0, 0, d * 0.25)) for mesh in _monitor(w, h, d * 0.4, finish)]
    keys = tone(finish.base, 0.8)
    return [
        *screen,
        box((-0.03, 0, -d * 0.28), (w * 0.78, 0.02, d * 0.3), keys),
        box((-0.03, 0.02, -d * 0.28), (w * 0.72, 0.006, d * 0.24), tone(keys, 1.8)),
        ball((w * 0.43, 0.012, -d * 0.28), (0.03, 0.018, 0.05), keys, sides=8, rings=4),
    ]


def _cinema_screen(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    front = -d / 2
    sheet = mixed(LINEN, (0.9, 0.9, 0.88), 0.6)
    return [
        box((0, 0, 0.01), (w, h, max(0.02, d - 0.02)), BLACK),
        panel(
            [
                (w / 2 - 0.15, 0.15, front),
                (-w / 2 + 0.15, 0.15, front),
                (-w / 2 + 0.15, h - 0.15, front),
                (w / 2 - 0.15, h - 0.15, front),
            ],
            sheet,
            glow=0.55 if finish.is_lit else 0.0,
        ),
    ]


def _projector(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    head, reel = h * 0.62, min(0.24, 0.28 * d, 0.17 * h)
    grey = finish.or_natural(METAL)
    meshes = [
        turned(
            (0, 0, 0),
            [(w * 0.45, 0), (w * 0.42, 0.04), (w * 0.16, 0.1), (w * 0.13, head * 0.8)],
            tone(grey, 0.6),
        ),
        box((0, head - h * 0.14, d * 0.05), (w * 0.5, h * 0.26, d * 0.5), grey),
        box((w * 0.27, head - h * 0.08, d * 0.05), (0.03, h * 0.14, d * 0.3), tone(grey, 1.3)),
        placed(wheel((0, 0, 0), 0.055, 0.16, IRON), at=(0, head, -d * 0.27), yaw_rad=math.pi / 2),
        placed(
            wheel((0, 0, 0), 0.04, 0.02, LAMPLIGHT),
            at=(0, head, -d * 0.27 - 0.085),
            yaw_rad=math.pi / 2,
        ),
        box((0, head + h * 0.12, d * 0.3), (w * 0.34, h * 0.12, d * 0.22), tone(grey, 0.7)),
    ]
    for y, z in ((h - reel, d * 0.18), (head - h * 0.2, -d * 0.28)):
        meshes.append(wheel((w * 0.32, y, z), reel, 0.03, tone(grey, 1.4), sides=18))
        meshes.append(wheel((w * 0.32, y, z), reel * 0.8, 0.045, (0.06, 0.04, 0.035), sides=16))
        meshes.append(wheel((w * 0.32, y, z), reel * 0.2, 0.06, GOLD, sides=8))
        meshes.append(tube([(w * 0.18, head, 0.05), (w * 0.26, y, z)], 0.02, IRON))
    return meshes


def _film_cans(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2 - 0.02
    count = max(1, min(8, round(h / 0.05)))
    step = h / count
    meshes = []
    for index in range(count):
        x, z = (float(v) for v in finish.dice.uniform(-0.018, 0.018, 2))
        colour = tone(finish.base, float(finish.dice.uniform(0.7, 1.35)))
        meshes.append(
            turned(
                (x, index * step, z),
                [(radius * 0.96, 0), (radius, step * 0.4), (radius, step * 0.94)],
                colour,
                sides=14,
            )
        )
    return meshes


def _fridge(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    split = h * 0.66
    front = -d / 2
    return [
        box((0, 0, 0.03), (w - 0.04, 0.06, d - 0.1), IRON),
        box((0, 0.06, 0.025), (w, h - 0.06, d - 0.05), finish.base),
        box((0, 0.07, front + 0.025), (w - 0.01, split - 0.09, 0.045), finish.light),
        box((0, split, front + 0.025), (w - 0.01, h - split - 0.01, 0.045), finish.light),
        box((w * 0.38, split - 0.5, front - 0.003), (0.025, 0.42, 0.02), METAL),
        box((w * 0.38, split + 0.05, front - 0.003), (0.025, 0.3, 0.02), METAL),
    ]


def _stove(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    front = -d / 2
    meshes = [
        box((0, 0, 0.02), (w, h - 0.03, d - 0.04), finish.base),
        box((0, h - 0.03, 0.02), (w, 0.02, d - 0.04), BLACK),
        box((0, 0.2, front + 0.02), (w - 0.08, h - 0.42, 0.03), finish.light),
        box((0, 0.3, front + 0.004), (w - 0.22, h - 0.6, 0.006), GLASS),
        box((0, h - 0.25, front - 0.005), (w - 0.16, 0.022, 0.022), METAL),
    ]
    for x in (-0.25, 0.25):
        for z in (-0.2, 0.24):
            meshes.append(
                cylinder((x * w, h - 0.012, z * d), min(w, d) * 0.15, 0.012, IRON, sides=14)
            )
    for index in range(4):
        meshes.append(
            disc(((index - 1.5) * w * 0.2, h - 0.13, front + 0.004), 0.022, 0.03, IRON, sides=8)
        )
    return meshes


def _sink(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    front, rim = -d / 2, h - 0.12
    bowl_w, bowl_d = w * 0.7, d * 0.6
    meshes = [
        box((0, 0.09, 0.02), (w, rim - 0.29, d - 0.04), finish.dark),
        box((0, 0, 0.04), (w - 0.04, 0.09, d - 0.1), IRON),
        box((0, rim - 0.2, 0), (bowl_w, 0.04, bowl_d), tone(STEEL, 0.7)),
    ]
    for side in (-1, 1):
        strip_w, strip_d = (w - bowl_w) / 2, (d - bowl_d) / 2
        meshes.append(box((side * (w - strip_w) / 2, rim - 0.2, 0), (strip_w, 0.2, d), STEEL))
        meshes.append(box((0, rim - 0.2, side * (d - strip_d) / 2), (bowl_w, 0.2, strip_d), STEEL))
        meshes.append(
            box((side * w / 4, 0.12, front + 0.012), (w / 2 - 0.02, rim - 0.36, 0.02), finish.base)
        )
    z = d * 0.4
    meshes.append(
        tube(
            [(0, rim, z), (0, h - 0.01, z), (0, h - 0.01, z - 0.1), (0, h - 0.05, z - 0.13)],
            0.011,
            METAL,
        )
    )
    return meshes


def _rug(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    thick = max(0.006, h)
    rings = (
        (1.0, finish.dark),
        (0.86, finish.light),
        (0.8, finish.base),
        (0.34, finish.dark),
        (0.26, finish.light),
    )
    shortest = min(w, d)
    return [
        box(
            (0, 0, 0),
            (w - (1 - share) * shortest, thick * (0.6 + 0.1 * index), d - (1 - share) * shortest),
            colour,
        )
        for index, (share, colour) in enumerate(rings)
    ]


def _picture(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a framed landscape: sky, hills, a sun or a moon."""
    front = -d / 2
    frame = min(0.05, 0.12 * min(w, h))
    inner_w, inner_h = w / 2 - frame, h - 2 * frame
    sky = mixed(finish.light, (0.5, 0.6, 0.7), 0.55)
    turns = [i / 8 for i in range(9)]
    phase = float(finish.dice.uniform(0, 6))
    meshes = [
        box((0, 0, 0), (w, h, d), DARK_WOOD),
        box((0, frame, 0), (2 * inner_w, inner_h, d + 0.004), sky),
        disc(
            (float(finish.dice.uniform(-0.5, 0.5)) * inner_w, frame + inner_h * 0.72, 0),
            inner_h * 0.1,
            d + 0.008,
            mixed(sky, (1.0, 0.9, 0.7), 0.7),
            sides=14,
        ),
    ]
    for layer in range(2):
        crest = [
            (
                inner_w * (1 - 2 * t),
                frame + inner_h * (0.42 - 0.17 * layer + 0.1 * math.sin(phase + layer * 2 + t * 7)),
            )
            for t in turns
        ]
        outline = [(-inner_w, frame), (inner_w, frame), *crest]
        meshes.append(
            prism(outline, 0, front - 0.006 - 0.003 * layer, tone(finish.base, 0.85 - 0.3 * layer))
        )
    return meshes


def _poster(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    front = -max(d, 0.006) / 2
    figure = tone(finish.base, 0.35)
    layers = (
        ((0, h * 0.05), (w * 0.9, h * 0.9), finish.base),
        ((0, h * 0.74), (w * 0.72, h * 0.13), finish.light),
        ((0, h * 0.1), (w * 0.6, h * 0.035), PAPER),
        ((0, h * 0.17), (w * 0.45, h * 0.025), PAPER),
    )
    meshes = [box((0, 0, 0), (w, h, -2 * front), PAPER)]
    for index, ((x, y), (wide, tall), colour) in enumerate(layers):
        z = front - 0.001 * (index + 1)
        meshes.append(
            panel(
                [
                    (x + wide / 2, y, z),
                    (x - wide / 2, y, z),
                    (x - wide / 2, y + tall, z),
                    (x + wide / 2, y + tall, z),
                ],
                colour,
            )
        )
    meshes.append(disc((0, h * 0.5, front - 0.003), w * 0.13, 0.002, figure))
    meshes.append(
        prism(
            [
                (-w * 0.24, h * 0.24),
                (w * 0.24, h * 0.24),
                (w * 0.1, h * 0.42),
                (-w * 0.1, h * 0.42),
            ],
            front,
            front - 0.004,
            figure,
        )
    )
    return meshes


def _clock(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius, middle = min(w, h) / 2, h / 2
    front = -d / 2
    meshes = [
        disc((0, middle, 0), radius, d, DARK_WOOD, sides=22),
        disc((0, middle, 0), radius * 0.88, d + 0.006, PAPER, sides=22),
    ]
    for index in range(12):
        angle = index * math.pi / 6
        x, y = math.sin(angle) * radius * 0.74, middle + math.cos(angle) * radius * 0.74
        meshes.append(box((x, y - 0.01, front - 0.004), (0.012, 0.02, 0.004), BLACK))
    for turn, long, thick in ((-0.9, 0.45, 0.018), (0.75, 0.66, 0.012)):
        hand = tilted(box((0, -0.02, 0), (thick, radius * long, 0.004), BLACK), roll_rad=turn)
        meshes.append(placed(hand, at=(0, middle, front - 0.007)))
    return meshes


def _window_curtain(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    folds = max(3, round(w / 0.09))
    crest = [
        (w / 2 - w * i / (2 * folds), (0.5 if i % 2 else -0.5) * d * 0.9)
        for i in range(2 * folds + 1)
    ]
    meshes = []
    for index in range(len(crest) - 1):
        (x0, z0), (x1, z1) = crest[index], crest[index + 1]
        colour = finish.base if index % 2 else finish.dark
        quad = [(x0, 0, z0), (x1, 0, z1), (x1, h - 0.03, z1), (x0, h - 0.03, z0)]
        meshes += [panel(quad, colour), panel(quad[::-1], colour)]
    rod = tube([(-w / 2, h - 0.02, 0), (w / 2, h - 0.02, 0)], 0.016, DARK_WOOD)
    return [*meshes, rod]


def _plant(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    pot, radius = min(0.35, 0.32 * h), min(w, d) / 2
    green = finish.or_natural(LEAF)
    meshes = [
        turned(
            (0, 0, 0),
            [
                (radius * 0.42, 0),
                (radius * 0.58, pot * 0.85),
                (radius * 0.64, pot * 0.86),
                (radius * 0.64, pot),
            ],
            CLAY,
            sides=14,
        ),
        cylinder((0, pot - 0.01, 0), radius * 0.58, 0.016, (0.03, 0.02, 0.015)),
    ]
    leaves = 13
    for index in range(leaves):
        angle = 2.4 * index + float(finish.dice.uniform(-0.3, 0.3))
        reach = radius * float(finish.dice.uniform(0.55, 0.95))
        tip = pot + (h - pot) * (0.45 + 0.52 * index / leaves)
        meshes += _leaf(
            angle,
            reach,
            pot,
            tip,
            radius * 0.22,
            tone(green, float(finish.dice.uniform(0.75, 1.45))),
        )
    return meshes


def _leaf(
    angle: float, reach: float, foot: float, tip: float, wide: float, colour: Rgb
) -> list[Mesh]:
    """Return one long leaf that bends outwards, seen from both sides."""
    ax, az = math.cos(angle), math.sin(angle)
    bend = foot + (tip - foot) * 0.92
    side = (-az * wide, ax * wide)
    base = (ax * 0.02, foot, az * 0.02)
    left = (ax * reach * 0.45 + side[0], bend, az * reach * 0.45 + side[1])
    right = (ax * reach * 0.45 - side[0], bend, az * reach * 0.45 - side[1])
    end = (ax * reach, tip, az * reach)
    outline = [base, left, end, right]
    return [panel(outline, colour), panel(outline[::-1], tone(colour, 0.8))]


def _crate(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    edge = min(0.07, 0.15 * min(w, h, d))
    meshes = [box((0, 0.004, 0), (w - 0.02, h - 0.008, d - 0.02), finish.base)]
    for sx in (-1, 1):
        for sz in (-1, 1):
            meshes.append(
                box((sx * (w - edge) / 2, 0, sz * (d - edge) / 2), (edge, h, edge), finish.light)
            )
    for y in (0.0, h - edge):
        for side in (-1, 1):
            meshes.append(
                box((0, y, side * (d - edge) / 2), (w - 2 * edge, edge, edge), finish.light)
            )
            meshes.append(
                box((side * (w - edge) / 2, y, 0), (edge, edge, d - 2 * edge), finish.light)
            )
    for side in (-1, 1):
        meshes.append(
            box(
                (0, h / 2 - edge / 2, side * (d / 2 - 0.012)),
                (w - 2 * edge, edge * 0.9, 0.016),
                finish.dark,
            )
        )
    return meshes


def _barrel(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2
    bulge = [(radius * (0.8 + 0.19 * math.sin(math.pi * i / 6)), h * i / 6) for i in range(7)]
    meshes = [
        turned((0, 0, 0), bulge, finish.base, sides=16),
        cylinder((0, h - 0.02, 0), radius * 0.7, 0.021, finish.dark, sides=16),
    ]
    for share in (0.12, 0.33, 0.64, 0.85):
        around = radius * (0.8 + 0.19 * math.sin(math.pi * share)) + 0.006
        meshes.append(cylinder((0, h * share, 0), min(radius, around), 0.045, IRON, sides=16))
    return meshes


def _door_leaf(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    thick = max(0.03, min(d, 0.05))
    meshes = [box((0, 0, 0), (w, h, thick), finish.base)]
    for side in (-1, 1):
        for foot, tall in ((0.1, 0.34), (0.52, 0.42)):
            meshes.append(
                box((0, foot * h, side * thick / 2), (w * 0.7, tall * h, 0.012), finish.light)
            )
        meshes.append(
            ball(
                (w * 0.4, h * 0.48, side * (thick / 2 + 0.03)),
                (0.028, 0.028, 0.028),
                GOLD,
                sides=8,
                rings=4,
            )
        )
    return meshes


def _sign(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    return [
        box((0, 0, 0), (w, h, d), finish.dark),
        box((0, 0.03, 0), (w - 0.06, h - 0.06, d + 0.01), finish.base),
        box((0, h * 0.46, 0), (w * 0.62, h * 0.08, d + 0.014), PAPER),
        box((0, h * 0.3, 0), (w * 0.44, h * 0.05, d + 0.014), PAPER),
        box((0, h * 0.64, 0), (w * 0.5, h * 0.12, d + 0.014), PAPER),
    ]


BUILDERS: dict[str, Builder] = {
    "lamp": _lamp,
    "table_lamp": _table_lamp,
    "ceiling_lamp": _ceiling_lamp,
    "lantern": _lantern,
    "tv": _tv,
    "monitor": _monitor,
    "computer": _computer,
    "screen": _cinema_screen,
    "projector": _projector,
    "film_cans": _film_cans,
    "fridge": _fridge,
    "stove": _stove,
    "sink": _sink,
    "rug": _rug,
    "picture": _picture,
    "poster": _poster,
    "clock": _clock,
    "window_curtain": _window_curtain,
    "plant": _plant,
    "crate": _crate,
    "barrel": _barrel,
    "door_leaf": _door_leaf,
    "sign": _sign,
}
