"""Cars, lamps and what stands at the kerb: size and finish in, solids out."""

from __future__ import annotations

import math

from mstation.previs.finish import (
    BLACK,
    GLASS,
    LAMPLIGHT,
    METAL,
    PAPER,
    STEEL,
    WOOD,
    Builder,
    Finish,
    lengthwise,
    wheel,
)  # fmt: skip
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import (
    ball,
    box,
    prism,
    spread,
    tube,
    turned,
)  # fmt: skip
from mstation.stage.layout import Rgb


def _wheels(track: float, base: float, radius: float, width: float, shift: float) -> list[Mesh]:
    meshes = []
    for x in (-track / 2, track / 2):
        for z in (-base / 2 + shift, base / 2 + shift):
            meshes.append(wheel((x, radius, z), radius, width, BLACK, sides=14))
            meshes.append(wheel((x, radius, z), radius * 0.58, width + 0.02, STEEL, sides=10))
    return meshes


def _side_cut(outline: list[tuple[float, float]], width: float, colour: Rgb) -> Mesh:
    """Return a body of which the outline, drawn ahead and up, is its side view."""
    return lengthwise(prism(outline, width / 2, -width / 2, colour))


def _car(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    front, back = d / 2, -d / 2
    sill, belt, roof = h * 0.18, h * 0.58, h
    body = [
        (back, sill),
        (front, sill),
        (front, h * 0.4),
        (front - 0.05 * d, h * 0.47),
        (front - 0.26 * d, belt),
        (back + 0.05 * d, belt * 1.02),
        (back, h * 0.5),
    ]
    cabin = [
        (back + 0.08 * d, belt),
        (front - 0.28 * d, belt),
        (front - 0.42 * d, roof - 0.03),
        (back + 0.24 * d, roof - 0.03),
    ]
    top = [
        (back + 0.23 * d, roof - 0.06),
        (front - 0.41 * d, roof - 0.06),
        (front - 0.45 * d, roof),
        (back + 0.27 * d, roof),
    ]
    meshes = [
        _side_cut(body, w, finish.base),
        _side_cut(cabin, w * 0.86, GLASS),
        _side_cut(top, w * 0.87, finish.light),
        box((0, sill * 0.9, 0), (w + 0.0, 0.05, d * 0.96), finish.dark),
        box((0, h * 0.22, -front + 0.02), (w * 0.96, 0.12, 0.06), finish.dark),
        box((0, h * 0.22, front - 0.02), (w * 0.96, 0.12, 0.06), finish.dark),
        box((0, belt * 0.99, -0.0 * d), (w * 0.875, h - belt - 0.03, 0.07), finish.base),
    ]
    glow = 0.9 if finish.is_lit else 0.0
    for side in (-1, 1):
        x = side * w * 0.36
        meshes.append(box((x, h * 0.33, -front), (0.26, 0.1, 0.03), (0.9, 0.86, 0.7), glow=glow))
        meshes.append(
            box((x, h * 0.4, front), (0.24, 0.1, 0.03), (0.5, 0.02, 0.02), glow=glow * 0.6)
        )
        meshes.append(box((side * w * 0.5, h * 0.48, d * 0.03), (0.02, 0.03, 0.14), METAL))
    return meshes + _wheels(w - 0.2, d * 0.6, h * 0.22, 0.2, -0.01 * d)


def _van(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    front, back = d / 2, -d / 2
    sill = h * 0.14
    body = [
        (back, sill),
        (front, sill),
        (front, h * 0.45),
        (front - 0.05 * d, h * 0.52),
        (front - 0.17 * d, h * 0.95),
        (front - 0.22 * d, h),
        (back + 0.02 * d, h),
        (back, h * 0.96),
    ]
    meshes = [
        _side_cut(body, w, finish.base),
        _side_cut(
            [
                (front - 0.28 * d, h * 0.55),
                (front - 0.062 * d, h * 0.55),
                (front - 0.165 * d, h * 0.9),
                (front - 0.28 * d, h * 0.9),
            ],
            w + 0.015,
            GLASS,
        ),
        _side_cut(
            [
                (front - 0.05 * d, h * 0.54),
                (front - 0.038 * d, h * 0.54),
                (front - 0.155 * d, h * 0.93),
                (front - 0.17 * d, h * 0.93),
            ],
            w * 0.88,
            GLASS,
        ),
        box((0, h * 0.4, d * 0.12), (w + 0.01, 0.03, d * 0.62), finish.dark),
        box((0, sill, 0), (w + 0.01, 0.06, d - 0.1), finish.dark),
        box((0, h * 0.55, back * -1), (w * 0.7, h * 0.3, 0.02), GLASS),
    ]
    return meshes + _van_lights(w, h, front, finish) + _wheels(w - 0.22, d * 0.6, h * 0.16, 0.22, 0)


def _van_lights(w: float, h: float, front: float, finish: Finish) -> list[Mesh]:
    glow = 0.9 if finish.is_lit else 0.0
    meshes = []
    for side in (-1, 1):
        meshes.append(
            box((side * w * 0.38, h * 0.3, -front), (0.24, 0.16, 0.03), (0.9, 0.86, 0.7), glow=glow)
        )
        meshes.append(
            box(
                (side * w * 0.44, h * 0.3, front),
                (0.1, 0.3, 0.03),
                (0.5, 0.02, 0.02),
                glow=glow * 0.6,
            )
        )
    return meshes


def _bicycle(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    radius = min(0.34, d * 0.2)
    hub = d / 2 - radius
    meshes = []
    for z in (-hub, hub):
        rim = [
            (
                0,
                radius + (radius - 0.02) * math.sin(a * math.pi / 8),
                z + (radius - 0.02) * math.cos(a * math.pi / 8),
            )
            for a in range(17)
        ]
        meshes.append(tube(rim, 0.02, BLACK, sides=5))
        for a in range(4):
            y, along = (
                math.sin(a * math.pi / 4) * radius * 0.93,
                math.cos(a * math.pi / 4) * radius * 0.93,
            )
            meshes.append(
                tube(
                    [(0, radius - y, z - along), (0, radius + y, z + along)], 0.004, STEEL, sides=3
                )
            )
    crank, saddle, head = (0, radius, 0.05), (0, h * 0.78, 0.18), (0, h * 0.8, -hub + 0.16)
    for start, end in (
        ((0, radius, hub), crank),
        (crank, saddle),
        (crank, head),
        ((0, h * 0.7, 0.15), head),
        ((0, radius, hub), saddle),
        ((0, radius, -hub), (0, h * 0.92, -hub + 0.2)),
    ):
        meshes.append(tube([start, end], 0.017, finish.base, sides=6))
    handle = -hub + 0.24
    meshes.append(
        tube(
            [
                (-w / 2, h * 0.95, handle + 0.12),
                (0, h * 0.94, handle),
                (w / 2, h * 0.95, handle + 0.12),
            ],
            0.014,
            STEEL,
            sides=6,
        )
    )
    meshes.append(ball((0, h * 0.82, 0.2), (0.07, 0.035, 0.13), BLACK, sides=8, rings=4))
    meshes.append(wheel(crank, 0.09, 0.03, METAL))
    return meshes


def _street_lamp(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    glow = 1.0 if finish.is_lit else 0.0
    light = LAMPLIGHT if finish.is_lit else (0.6, 0.58, 0.5)
    reach = max(0.05, min(w, d) / 2 - 0.12)
    return [
        turned(
            (0, 0, 0),
            [(0.13, 0), (0.12, 0.3), (0.07, 0.42), (0.05, h * 0.5), (0.04, h * 0.93)],
            finish.dark,
            sides=10,
        ),
        tube(
            [(0, h * 0.92, 0), (0, h * 0.985, -reach * 0.4), (0, h * 0.985, -reach)],
            0.025,
            finish.dark,
        ),
        turned(
            (0, h * 0.955, -reach), [(0.115, 0), (0.05, 0.07), (0.02, 0.1)], finish.dark, sides=12
        ),
        ball((0, h * 0.955, -reach), (0.1, 0.07, 0.1), light, glow=glow, sides=10, rings=5),
    ]


def _bus_stop(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    pane = (0.35, 0.42, 0.45)
    meshes = [
        box((0, h - 0.08, 0), (w, 0.08, d), finish.dark),
        box((0, 0.45, d * 0.28), (w * 0.7, 0.05, 0.36), WOOD),
        box((0, 0, d * 0.28), (w * 0.5, 0.45, 0.05), METAL),
    ]
    for side in (-1, 1):
        for z in (-1, 1):
            meshes.append(
                box(
                    (side * (w / 2 - 0.05), 0, z * (d / 2 - 0.05)),
                    (0.06, h - 0.08, 0.06),
                    finish.base,
                )
            )
    bays = max(2, round(w / 1.0))
    for x in spread(w, bays):
        meshes.append(box((x, 0.35, d / 2 - 0.04), (w / bays - 0.1, h - 0.6, 0.02), pane))
    meshes.append(box((w * 0.28, 0.8, d / 2 - 0.07), (0.5, 0.8, 0.02), PAPER))
    meshes.append(box((w * 0.28, 1.15, d / 2 - 0.085), (0.4, 0.3, 0.02), finish.light))
    return meshes


BUILDERS: dict[str, Builder] = {
    "car": _car,
    "van": _van,
    "bicycle": _bicycle,
    "street_lamp": _street_lamp,
    "bus_stop": _bus_stop,
}
