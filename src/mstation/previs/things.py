"""What people handle: size and finish in, solids out. The foot at the origin, front to −Z."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mstation.previs.finish import (
    BLACK,
    DARK_WOOD,
    GLASS,
    GOLD,
    IRON,
    LAMPLIGHT,
    LEAF,
    METAL,
    PAPER,
    STEEL,
    WOOD,
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
    placed,
    prism,
    tone,
    tube,
    turned,
)  # fmt: skip


def _cup(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w * 0.42, d / 2)
    glaze = (0.7, 0.72, 0.7)
    handle = [
        (radius * 0.9, h * 0.78, 0),
        (min(w / 2, radius * 1.35), h * 0.7, 0),
        (min(w / 2, radius * 1.35), h * 0.38, 0),
        (radius * 0.85, h * 0.25, 0),
    ]
    return [
        turned(
            (0, 0, 0),
            [
                (radius * 0.6, 0),
                (radius * 0.92, h * 0.25),
                (radius, h),
                (radius * 0.88, h),
                (radius * 0.84, h * 0.82),
            ],
            glaze,
            sides=16,
        ),
        cylinder((0, h * 0.8, 0), radius * 0.86, 0.003, (0.12, 0.06, 0.02), sides=16),
        tube(handle, h * 0.06, glaze),
    ]


def _glass(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    return [*_tumbler(w, h, d, finish), *_drink(w, h, d, finish)]


def _tumbler(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a drinking glass, empty."""
    radius = min(w, d) / 2
    wall = [(radius * 0.75, 0), (radius, h), (radius * 0.9, h), (radius * 0.78, h * 0.6)]
    return [turned((0, 0, 0), wall, (0.55, 0.62, 0.64), sides=14)]


def _drink(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return what is in a drinking glass."""
    radius = min(w, d) / 2
    return [cylinder((0, h * 0.05, 0), radius * 0.8, h * 0.55, (0.4, 0.2, 0.06), sides=14)]


def _bottle(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    return [*_flask(w, h, d, finish), *_label(w, h, d, finish)]


def _flask(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a bottle of green glass."""
    radius = min(w, d) / 2
    wall = [
        (radius * 0.9, 0), (radius, 0.01), (radius, h * 0.55), (radius * 0.36, h * 0.72),
        (radius * 0.32, h * 0.95), (radius * 0.4, h * 0.96), (radius * 0.4, h),
    ]  # fmt: skip
    return [turned((0, 0, 0), wall, (0.03, 0.09, 0.04), sides=14)]


def _label(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    return [cylinder((0, h * 0.18, 0), min(w, d) / 2 * 1.01, h * 0.26, PAPER, sides=14)]


def _bottled(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return what one sees of a bottle without its glass: wine, label, cork."""
    radius = min(w, d) / 2
    wine = cylinder((0, h * 0.02, 0), radius * 0.86, h * 0.46, (0.02, 0.035, 0.02), sides=12)
    cork = cylinder((0, h * 0.9, 0), radius * 0.26, h * 0.1, (0.3, 0.2, 0.1), sides=10)
    return [wine, cork, *_label(w, h, d, finish)]


def _bag(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    leather = mixed(finish.cloth(), (0.14, 0.07, 0.035), 0.6)
    top = h * 0.68
    side = [
        (-d / 2, 0),
        (d / 2, 0),
        (d * 0.42, top * 0.7),
        (d * 0.12, top),
        (-d * 0.12, top),
        (-d * 0.42, top * 0.7),
    ]
    body = placed(prism(side, w / 2, -w / 2, leather), yaw_rad=math.pi / 2)
    meshes = [
        body,
        box((0, top - 0.02, 0), (w * 0.96, 0.025, d * 0.28), tone(leather, 0.6)),
        box((0, top - 0.05, -d * 0.2), (0.04, 0.05, 0.02), GOLD),
    ]
    for z in (-0.08, 0.08):
        handle = [
            (-w * 0.24, top * 0.9, z * d),
            (-w * 0.16, h - 0.02, z * d * 0.5),
            (w * 0.16, h - 0.02, z * d * 0.5),
            (w * 0.24, top * 0.9, z * d),
        ]
        meshes.append(tube(handle, min(0.012, h * 0.04), tone(leather, 0.6)))
    return meshes


def _suitcase(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    leather = mixed(finish.cloth(), (0.2, 0.1, 0.05), 0.5)
    top = h * 0.88
    meshes = [
        box((0, 0, 0), (w, top, d), leather),
        box((0, 0, 0), (w + 0.004, top + 0.002, d * 0.08), tone(leather, 0.5)),
        tube(
            [
                (-w * 0.12, top, 0),
                (-w * 0.1, h - 0.012, 0),
                (w * 0.1, h - 0.012, 0),
                (w * 0.12, top, 0),
            ],
            0.012,
            tone(leather, 0.5),
        ),
    ]
    for x in (-0.3, 0.3):
        meshes.append(box((x * w, 0, 0), (w * 0.06, top + 0.004, d + 0.008), tone(leather, 0.65)))
        meshes.append(box((x * w, top * 0.8, -d / 2 - 0.006), (0.03, 0.04, 0.01), GOLD))
    return meshes


def _box(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    card = (0.32, 0.21, 0.12)
    return [
        box((0, 0, 0), (w - 0.006, h * 0.74, d - 0.006), card),
        box((0, h * 0.74, 0), (w, h * 0.26, d), tone(card, 1.2)),
    ]


def _parcel(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    paper, string = (0.36, 0.24, 0.13), (0.5, 0.42, 0.3)
    return [
        box((0, 0, 0), (w - 0.004, h - 0.002, d - 0.004), paper),
        box((0, 0, 0), (min(0.012, w * 0.1), h, d), string),
        box((0, 0, 0), (w, h, min(0.012, d * 0.1)), string),
    ]


def _lantern(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2
    body = h * 0.62
    meshes = [
        cylinder((0, 0, 0), radius, h * 0.1, IRON, sides=12),
        turned(
            (0, h * 0.1, 0),
            [(radius * 0.6, 0), (radius * 0.78, body * 0.45), (radius * 0.5, body * 0.9)],
            (1.0, 0.72, 0.35),
            sides=12,
            glow=0.9,
        ),
        turned(
            (0, h * 0.1 + body * 0.9, 0),
            [(radius * 0.85, 0), (radius * 0.4, h * 0.1), (radius * 0.2, h * 0.14)],
            IRON,
            sides=12,
        ),
    ]
    hoop = [
        (-radius * 0.8, h * 0.6, 0),
        (-radius * 0.6, h * 0.9, 0),
        (0, h - 0.008, 0),
        (radius * 0.6, h * 0.9, 0),
        (radius * 0.8, h * 0.6, 0),
    ]
    return [*meshes, tube(hoop, 0.006, IRON, sides=5)]


def _flashlight(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, h) / 2
    return [
        placed(
            wheel((0, 0, 0), radius * 0.65, d * 0.7, IRON),
            at=(0, radius, d * 0.14),
            yaw_rad=math.pi / 2,
        ),
        placed(
            wheel((0, 0, 0), radius, d * 0.28, METAL),
            at=(0, radius, -d * 0.35),
            yaw_rad=math.pi / 2,
        ),
        placed(
            wheel((0, 0, 0), radius * 0.85, 0.004, LAMPLIGHT),
            at=(0, radius, -d * 0.495),
            yaw_rad=math.pi / 2,
        ),
    ]


def _gun(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a pistol that lies upright on its grip, the muzzle ahead."""
    grip = [(-d * 0.5, 0), (-d * 0.22, 0), (-d * 0.12, h * 0.62), (-d * 0.42, h * 0.62)]
    slide = [(-d * 0.5, h * 0.6), (d * 0.5, h * 0.66), (d * 0.5, h), (-d * 0.46, h)]
    guard = [(-0.0, h * 0.62), (0.0, h * 0.34), (-d * 0.16, h * 0.34)]
    side = placed(prism(slide, w * 0.42, -w * 0.42, (0.05, 0.05, 0.055)), yaw_rad=math.pi / 2)
    handle = placed(prism(grip, w * 0.5, -w * 0.5, DARK_WOOD), yaw_rad=math.pi / 2)
    bow = tube([(0, y, -x) for x, y in guard], w * 0.08, IRON, sides=4)
    return [side, handle, bow]


def _knife(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    thin = min(w, h) * 0.18
    blade = [(0, 0), (d * 0.5, h * 0.5), (d * 0.4, h * 0.85), (0, h)]
    return [
        placed(prism(blade, thin, -thin, STEEL), yaw_rad=math.pi / 2),
        box((0, h * 0.1, d * 0.24), (w * 0.6, h * 0.8, d * 0.5), DARK_WOOD),
    ]


def _key(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = w / 2
    ring = [
        (
            radius * 0.75 * math.cos(a * math.pi / 6),
            h / 2,
            d / 2 - radius + radius * 0.75 * math.sin(a * math.pi / 6),
        )
        for a in range(13)
    ]
    thin = h * 0.45
    return [
        tube(ring, min(thin, radius * 0.25), GOLD, sides=5),
        tube([(0, h / 2, d / 2 - radius * 1.7), (0, h / 2, -d / 2)], thin, GOLD, sides=6),
        box((w * 0.2, h * 0.2, -d * 0.4), (w * 0.35, h * 0.6, d * 0.07), GOLD),
        box((w * 0.16, h * 0.2, -d * 0.26), (w * 0.28, h * 0.6, d * 0.06), GOLD),
    ]


def _coin(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2
    return [
        cylinder((0, 0, 0), radius, max(0.002, h), GOLD, sides=18),
        cylinder((0, 0, 0), radius * 0.75, max(0.002, h) + 0.0005, tone(GOLD, 1.3), sides=18),
    ]


def _ring(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2
    case = mixed(finish.cloth(), BLACK, 0.3)
    band = [
        (
            radius * 0.42 * math.cos(a * math.pi / 8),
            h + radius * 0.42 * math.sin(a * math.pi / 8),
            0.0,
        )
        for a in range(17)
    ]
    return [
        box((0, 0, 0), (w, h, d), case),
        tube(band, radius * 0.07, GOLD, sides=5),
        ball(
            (0, h + radius * 0.52, 0),
            (radius * 0.14, radius * 0.14, radius * 0.14),
            (0.75, 0.85, 0.9),
            sides=6,
            rings=4,
        ),
    ]


def _film_reel(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    if h > d:
        return [
            placed(mesh, at=(0, h / 2, 0))
            for mesh in (
                disc((0, 0, 0), min(w, h) / 2, d, METAL, sides=20),
                disc((0, 0, 0), min(w, h) * 0.4, d + 0.002, tone(METAL, 1.5), sides=20),
            )
        ]
    radius = min(w, d) / 2
    return [
        turned((0, 0, 0), [(radius * 0.97, 0), (radius, h * 0.5), (radius, h)], METAL, sides=22),
        cylinder((0, 0, 0), radius * 0.86, h + 0.002, tone(METAL, 1.35), sides=22),
        box((0, 0, -radius * 0.1), (radius * 0.8, h + 0.003, radius * 0.42), PAPER),
    ]


def _camera(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    return [
        box((0, 0, d * 0.12), (w, h * 0.82, d * 0.6), BLACK),
        box((0, h * 0.8, d * 0.12), (w * 0.34, h * 0.2, d * 0.4), METAL),
        box((0, h * 0.62, d * 0.12), (w + 0.002, h * 0.18, d * 0.61), METAL),
        disc((0, h * 0.4, -d * 0.32), h * 0.32, d * 0.34, IRON, sides=14),
        disc((0, h * 0.4, -d * 0.47), h * 0.22, d * 0.06, GLASS, sides=14),
    ]


def _flower(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2
    petals = ((0.6, 0.05, 0.06), (0.7, 0.5, 0.1), (0.65, 0.3, 0.4), (0.7, 0.68, 0.62))
    meshes = [
        turned(
            (0, 0, 0),
            [(radius * 0.12, 0), (radius * 0.16, h * 0.3), (radius * 0.75, h * 0.66)],
            PAPER,
            sides=10,
        )
    ]
    for index in range(7):
        angle = index * 2.4
        away = radius * (0.0 if index == 0 else 0.55)
        x, z = math.cos(angle) * away, math.sin(angle) * away
        high = h * (0.86 if index == 0 else 0.78)
        size = radius * 0.32
        meshes.append(
            ball((x, high, z), (size, size * 0.7, size), petals[index % 4], sides=7, rings=4)
        )
        meshes.append(tube([(x * 0.3, h * 0.4, z * 0.3), (x, high, z)], 0.006, LEAF, sides=3))
    return meshes


def _umbrella(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a furled umbrella that stands on its tip."""
    radius, cloth = min(w, d) / 2, finish.cloth()
    hook = [
        (0, h * 0.86, 0),
        (0, h - radius * 0.6, 0),
        (radius * 0.5, h - 0.012, 0),
        (radius * 0.85, h - radius * 0.6, 0),
    ]
    return [
        turned(
            (0, 0, 0),
            [
                (0.006, 0),
                (0.008, h * 0.07),
                (radius * 0.75, h * 0.5),
                (radius * 0.35, h * 0.8),
                (0.01, h * 0.88),
            ],
            cloth,
            sides=10,
        ),
        cylinder((0, h * 0.62, 0), radius * 0.66, 0.012, tone(cloth, 0.6), sides=10),
        tube(hook, 0.01, DARK_WOOD),
    ]


def _hat(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius, cloth = min(w, d) / 2, finish.cloth()
    return [
        turned(
            (0, 0, 0),
            [
                (radius * 0.96, 0),
                (radius, h * 0.08),
                (radius * 0.6, h * 0.12),
                (radius * 0.55, h * 0.85),
                (radius * 0.4, h),
            ],
            cloth,
            sides=18,
        ),
        cylinder((0, h * 0.13, 0), radius * 0.605, h * 0.2, tone(cloth, 0.4), sides=18),
    ]


def _food(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(w, d) / 2
    meshes = [
        turned(
            (0, 0, 0),
            [
                (radius * 0.45, 0),
                (radius * 0.5, h * 0.1),
                (radius, h * 0.55),
                (radius * 0.94, h * 0.55),
                (radius * 0.5, h * 0.25),
            ],
            (0.7, 0.7, 0.66),
            sides=16,
        )
    ]
    for index, colour in enumerate(((0.5, 0.25, 0.08), (0.2, 0.32, 0.08), (0.55, 0.12, 0.05))):
        angle = index * 2.1
        meshes.append(
            ball(
                (math.cos(angle) * radius * 0.36, h * 0.55, math.sin(angle) * radius * 0.36),
                (radius * 0.36, h * 0.44, radius * 0.36),
                colour,
                sides=8,
                rings=5,
            )
        )
    return meshes


def _instrument(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a guitar that stands on its body, strings ahead."""
    lower, upper = w / 2, w * 0.37
    outline = [
        (lower * math.cos(a), lower * 0.9 + lower * 0.9 * math.sin(a))
        for a in (math.pi * (-0.5 + i / 8) for i in range(9))
    ]
    waist = h * 0.3
    outline = [
        (lower * 0.5, 0),
        (lower, h * 0.11),
        (lower * 0.92, h * 0.22),
        (upper * 0.78, waist),
        (upper, h * 0.39),
        (upper * 0.6, h * 0.47),
        (-upper * 0.6, h * 0.47),
        (-upper, h * 0.39),
        (-upper * 0.78, waist),
        (-lower * 0.92, h * 0.22),
        (-lower, h * 0.11),
        (-lower * 0.5, 0),
    ]
    face = -d * 0.4
    return [
        prism(outline, d * 0.4, face, tone(WOOD, 1.8)),
        disc((0, h * 0.33, face), w * 0.13, 0.004, BLACK),
        box((0, h * 0.42, face), (w * 0.13, h * 0.46, 0.03), DARK_WOOD),
        box((0, h * 0.87, face), (w * 0.19, h * 0.13, 0.025), DARK_WOOD),
        box((0, h * 0.12, face), (w * 0.36, 0.02, 0.014), DARK_WOOD),
    ]


def _doll(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a plush bear that sits."""
    fur = (0.3, 0.17, 0.08)
    pale = tone(fur, 1.6)
    meshes = [
        ball((0, h * 0.3, 0), (w * 0.32, h * 0.3, d * 0.36), fur),
        ball((0, h * 0.72, 0), (w * 0.33, h * 0.25, d * 0.38), fur),
        ball((0, h * 0.65, -d * 0.34), (w * 0.14, h * 0.09, d * 0.13), pale),
        ball((0, h * 0.69, -d * 0.46), (w * 0.045, h * 0.03, d * 0.03), BLACK, sides=6, rings=4),
    ]
    for side in (-1, 1):
        meshes += [
            ball(
                (side * w * 0.26, h * 0.92, 0), (w * 0.12, h * 0.08, d * 0.1), fur, sides=8, rings=4
            ),
            ball(
                (side * w * 0.13, h * 0.77, -d * 0.34),
                (w * 0.03, h * 0.02, d * 0.03),
                BLACK,
                sides=6,
                rings=4,
            ),
            ball(
                (side * w * 0.36, h * 0.38, -d * 0.1),
                (w * 0.12, h * 0.17, d * 0.13),
                fur,
                sides=8,
                rings=4,
            ),
            ball(
                (side * w * 0.28, h * 0.1, -d * 0.3),
                (w * 0.15, h * 0.1, d * 0.2),
                fur,
                sides=8,
                rings=4,
            ),
        ]
    return meshes


def _clothes(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    cloth = finish.cloth()
    layers = 3
    return [
        box(
            (0, index * h / layers, 0),
            (w * (1 - 0.04 * index), h / layers * 0.94, d * (1 - 0.05 * index)),
            tone(cloth, 0.8 + 0.25 * index),
        )
        for index in range(layers)
    ]


BUILDERS: dict[str, Builder] = {
    "cup": _cup,
    "glass": _glass,
    "bottle": _bottle,
    "bag": _bag,
    "suitcase": _suitcase,
    "box": _box,
    "lantern": _lantern,
    "flashlight": _flashlight,
    "gun": _gun,
    "knife": _knife,
    "key": _key,
    "coin": _coin,
    "ring": _ring,
    "film_reel": _film_reel,
    "camera": _camera,
    "flower": _flower,
    "umbrella": _umbrella,
    "hat": _hat,
    "food": _food,
    "instrument": _instrument,
    "doll": _doll,
    "clothes": _clothes,
    "parcel": _parcel,
}


@dataclass(frozen=True, slots=True)
class Clear:
    """A thing of glass in two: what one does not look through, and the glass."""

    contents: Builder
    glass: Builder
    opacity: float  # of the glass, looked at straight


CLEAR: dict[str, Clear] = {
    "glass": Clear(_drink, _tumbler, 0.14),
    "bottle": Clear(_bottled, _flask, 0.45),
}
