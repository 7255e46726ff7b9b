"""The bodies of vehicles around their seats: a car's, a boat's rail and mast, a train's trim.

They are no pieces of the layout: nobody bumps into them and no lens is kept off. A side that
looks away from the lens is not drawn, so that a camera outside looks in.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from mstation.previs.finish import BLACK, DARK_WOOD, IRON, LINEN, METAL, STEEL, WOOD, disc, wheel
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import box, cylinder, panel, placed, tone, tube
from mstation.stage.layout import Layout, Piece, Rgb, Vec3

_CAR_SEATS = 2  # the first two armchairs are the front seats
_BELT_M, _ROOF_M, _FLOOR_M = 0.82, 1.46, 0.24
_HALF_M = 0.86  # half a car's width
_PAINTS: tuple[Rgb, ...] = (
    (0.3, 0.06, 0.05),
    (0.07, 0.13, 0.2),
    (0.3, 0.29, 0.26),
    (0.08, 0.16, 0.12),
)
_PILLAR_M = 0.028


def vehicle_meshes(layout: Layout, *, is_lit: bool) -> list[Mesh]:
    """Return what makes a set a vehicle; nothing for other sets."""
    build = _BODIES.get(layout.kind)
    return build(layout, is_lit) if build is not None else []


def _car(layout: Layout, is_lit: bool) -> list[Mesh]:
    """Return a car around its seats, its front to −Z."""
    seats = [piece for piece in layout.pieces if piece.kind == "armchair"][:_CAR_SEATS]
    if len(seats) < _CAR_SEATS:
        return []
    x = sum(seat.position[0] for seat in seats) / 2
    z = seats[0].position[2]
    paint = _PAINTS[len(layout.set_key) % len(_PAINTS)]
    meshes = [*_car_sides(paint), *_car_ends(paint, is_lit), *_car_inside(seats, x, z)]
    return [placed(mesh, at=(x, 0.0, z)) for mesh in meshes]


def vehicle_panes(layout: Layout) -> list[list[Vec3]]:
    """Return the windows of a car as quads in the world, seen from outside."""
    seats = [piece for piece in layout.pieces if piece.kind == "armchair"][:_CAR_SEATS]
    if layout.kind != "car_interior" or len(seats) < _CAR_SEATS:
        return []
    x = sum(seat.position[0] for seat in seats) / 2
    z = seats[0].position[2]
    w, top, roof = _HALF_M, _HALF_M * 0.86, _ROOF_M - 0.04
    quads: list[list[Vec3]] = [
        [(w, _BELT_M, -0.95), (-w, _BELT_M, -0.95), (-top, roof, -0.3), (top, roof, -0.3)],
        [(-w, _BELT_M, 1.72), (w, _BELT_M, 1.72), (top, roof, 1.3), (-top, roof, 1.3)],
    ]
    for z0, z1, over0, over1 in ((-0.95, 0.63, -0.3, 0.6), (0.63, 1.72, 0.6, 1.3)):
        right: list[Vec3] = [
            (w, _BELT_M, z1), (w, _BELT_M, z0), (top, roof, over0), (top, roof, over1),
        ]  # fmt: skip
        quads += [right, [(-a, b, c) for a, b, c in reversed(right)]]
    return [[(a + x, b, c + z) for a, b, c in quad] for quad in quads]


def _car_sides(paint: Rgb) -> list[Mesh]:
    """Return doors below the belt, pillars and a roof line above, wheels."""
    front, back = -2.2, 2.15
    meshes: list[Mesh] = []
    for side in (-1, 1):
        x = side * _HALF_M
        for z0, z1, shade in ((-0.95, 0.62, 1.0), (0.64, 1.55, 0.96)):
            meshes.append(
                box(
                    (x, _FLOOR_M, (z0 + z1) / 2),
                    (0.06, _BELT_M - _FLOOR_M, z1 - z0),
                    tone(paint, shade),
                )
            )
            meshes.append(
                box(
                    (x - side * 0.035, 0.5, (z0 + z1) / 2),
                    (0.02, 0.2, (z1 - z0) * 0.8),
                    tone(DARK_WOOD, 1.6),
                )
            )
            meshes.append(box((x + side * 0.035, 0.7, z1 - 0.16), (0.02, 0.03, 0.14), STEEL))
        for z0, z1 in ((front, -0.97), (1.57, back)):
            meshes.append(box((x, 0.4, (z0 + z1) / 2), (0.06, 0.36, z1 - z0), paint))
        for path in (
            [(x, _BELT_M, -0.95), (x * 0.86, _ROOF_M - 0.04, -0.3)],
            [(x, _BELT_M, 0.63), (x * 0.86, _ROOF_M - 0.02, 0.6)],
            [(x, _BELT_M, 1.72), (x * 0.86, _ROOF_M - 0.04, 1.3)],
            [
                (x * 0.86, _ROOF_M - 0.03, -0.32),
                (x * 0.86, _ROOF_M, 0.5),
                (x * 0.86, _ROOF_M - 0.04, 1.32),
            ],
        ):
            meshes.append(tube(path, _PILLAR_M, paint, sides=5))
        for z in (-1.45, 1.5):
            meshes.append(wheel((x, 0.31, z), 0.31, 0.18, BLACK, sides=14))
            meshes.append(wheel((x, 0.31, z), 0.18, 0.2, STEEL, sides=10))
        meshes.append(box((side * 0.98, _BELT_M + 0.02, -0.86), (0.18, 0.12, 0.05), paint))
    return meshes


def _car_ends(paint: Rgb, is_lit: bool) -> list[Mesh]:
    """Return bonnet, boot, bumpers, lamps, and the roof, seen from above only."""
    w = _HALF_M
    bonnet = [(w, 0.78, -2.15), (-w, 0.78, -2.15), (-w, _BELT_M, -0.98), (w, _BELT_M, -0.98)]
    boot = [(w, _BELT_M, 1.74), (-w, _BELT_M, 1.74), (-w, 0.78, 2.12), (w, 0.78, 2.12)]
    roof = [(w * 0.86, _ROOF_M, 1.3), (w * 0.86, _ROOF_M, -0.3), (-w * 0.86, _ROOF_M, -0.3),
            (-w * 0.86, _ROOF_M, 1.3)]  # fmt: skip
    glow = 0.9 if is_lit else 0.0
    meshes = [
        panel(bonnet[::-1], paint), panel(boot[::-1], paint), panel(roof, tone(paint, 1.1)),
        box((0, 0.4, -2.18), (2 * w, 0.38, 0.06), paint),
        box((0, 0.4, 2.14), (2 * w, 0.38, 0.06), paint),
        box((0, 0.32, -2.24), (2 * w, 0.14, 0.08), IRON),
        box((0, 0.32, 2.2), (2 * w, 0.14, 0.08), IRON),
        box((0, 0.5, -2.22), (0.9, 0.16, 0.03), BLACK),
    ]  # fmt: skip
    for side in (-1, 1):
        meshes.append(
            box((side * 0.64, 0.52, -2.22), (0.26, 0.14, 0.03), (0.9, 0.86, 0.7), glow=glow)
        )
        meshes.append(
            box((side * 0.68, 0.52, 2.18), (0.24, 0.12, 0.03), (0.5, 0.02, 0.02), glow=glow)
        )
    return meshes


def _car_inside(seats: list[Piece], x: float, z: float) -> list[Mesh]:
    """Return dashboard, steering wheel, mirror, floor."""
    driver = min(seat.position[0] for seat in seats) - x
    ring = [
        (driver + 0.19 * math.cos(a), 0.8 + 0.16 * math.sin(a), -0.56 + 0.07 * math.sin(a))
        for a in np.linspace(0, 2 * math.pi, 17)
    ]
    dash: Rgb = (0.05, 0.05, 0.055)
    mesh = [
        box((0, 0.6, -0.94), (1.62, 0.2, 0.3), dash),
        box((driver, 0.8, -0.88), (0.42, 0.1, 0.16), tone(dash, 1.5)),
        box((0, 0.64, -0.78), (0.26, 0.16, 0.02), (0.12, 0.16, 0.18)),
        tube(ring, 0.017, BLACK, sides=5),
        tube([(driver, 0.8, -0.56), (driver, 0.68, -0.82)], 0.025, IRON, sides=5),
        box((0, _ROOF_M - 0.14, -0.34), (0.24, 0.07, 0.03), BLACK),
        box((0, 0.3, -0.1), (0.22, 0.24, 0.9), tone(dash, 1.3)),
        box((0, 0.18, 0.3), (1.66, 0.05, 2.6), (0.03, 0.03, 0.032)),
    ]
    return mesh


def _boat(layout: Layout, is_lit: bool) -> list[Mesh]:
    """Return the hull's edge, a mast with its stays, a flag and a lamp."""
    (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
    white: Rgb = (0.52, 0.51, 0.48)
    meshes: list[Mesh] = []
    for z, out in ((z0, -1), (z1, 1)):
        meshes.append(box(((x0 + x1) / 2, -0.7, z + out * 0.06), (x1 - x0, 0.86, 0.14), white))
        meshes.append(box(((x0 + x1) / 2, 0.16, z + out * 0.06), (x1 - x0, 0.06, 0.24), WOOD))
    mast_x, mast_z = x1 - 3.2, z0 + 2.2
    meshes += [
        cylinder((mast_x, 0, mast_z), 0.13, 8.2, tone(WOOD, 1.3), top_radius=0.07, sides=9),
        tube([(mast_x - 1.6, 5.6, mast_z), (mast_x + 1.6, 5.6, mast_z)], 0.05, WOOD, sides=6),
        panel(
            [(mast_x + 0.1, 7.2, mast_z), (mast_x + 1.5, 7.5, mast_z), (mast_x + 0.1, 7.9, mast_z)],
            (0.4, 0.06, 0.05),
        ),
        panel(
            [(mast_x + 0.1, 7.9, mast_z), (mast_x + 1.5, 7.5, mast_z), (mast_x + 0.1, 7.2, mast_z)],
            (0.4, 0.06, 0.05),
        ),
    ]
    for end in ((x0 + 1, 1.0, mast_z), (x1 - 0.6, 1.0, mast_z), (mast_x, 0.3, z0 + 0.2)):
        meshes.append(tube([(mast_x, 7.6, mast_z), end], 0.014, IRON, sides=3))
    glow = 0.8 if is_lit else 0.0
    meshes.append(box((mast_x, 5.9, mast_z), (0.2, 0.26, 0.2), (0.8, 0.66, 0.4), glow=glow))
    return meshes


def _rails(layout: Layout, is_lit: bool) -> list[Mesh]:
    """Return upright poles and straps beside the aisle of a train or a bus."""
    (x0, _), (x1, _) = layout.floor_min, layout.floor_max
    y = layout.ceiling_m - 0.32
    meshes = []
    for z in (-0.85, 0.85):
        meshes.append(tube([(x0 + 2.0, y, z), (x1 - 2.0, y, z)], 0.02, METAL, sides=5))
        for x in np.arange(x0 + 2.2, x1 - 2.2, 0.85):
            meshes.append(box((float(x), y - 0.22, z), (0.025, 0.2, 0.01), LINEN))
            meshes.append(disc((float(x), y - 0.27, z), 0.06, 0.012, (0.1, 0.1, 0.1), sides=8))
    return meshes


_BODIES: dict[str, Callable[[Layout, bool], list[Mesh]]] = {
    "car_interior": _car,
    "boat_deck": _boat,
    "bus": _rails,
}
