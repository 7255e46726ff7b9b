"""Boards, charts, pipes and gear on the walls of working rooms: a hook in, meshes out."""

from __future__ import annotations

import math

import numpy as np

from mstation.previs.finish import BLACK, DARK_WOOD, IRON, METAL, PAPER, SCREENLIGHT, STEEL, disc
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import (
    box,
    cylinder,
    join_as_part,
    mixed,
    panel,
    panels,
    pigments,
    spread,
    tone,
    tube,
    upright,
)  # fmt: skip
from mstation.previs.wall_things import Hanging, Hook, flat
from mstation.previs.wording import wording, written
from mstation.stage.layout import Rgb

_NOTES: tuple[Rgb, ...] = (
    (0.66, 0.64, 0.56), (0.62, 0.56, 0.3), (0.5, 0.6, 0.6), (0.62, 0.48, 0.44), (0.6, 0.62, 0.5),
)  # fmt: skip
_MARKS: tuple[Rgb, ...] = ((0.4, 0.08, 0.06), (0.07, 0.18, 0.34), (0.1, 0.27, 0.12))


def _lines(x: float, y: float, wide: float, count: int, out: float, gap: float) -> Mesh:
    """Return rows of writing too small to read, as one part."""
    quads = []
    for index in range(count):
        low = y - gap * index
        short = wide * (0.62 if index % 3 == 2 else 1.0)
        quads.append(upright(x - wide / 2, x - wide / 2 + short, low, low + gap * 0.4, -out))
    return panels(np.array(quads), pigments((0.2, 0.19, 0.18), count))


def _notice_board(hook: Hook) -> list[Mesh]:
    wide, high, foot = min(1.5, hook.room_m * 0.85), 0.95, 1.12
    meshes = [
        box((0, foot, -0.012), (wide, high, 0.024), DARK_WOOD),
        flat(0, foot + 0.035, wide - 0.07, high - 0.07, 0.025, (0.36, 0.25, 0.14)),
    ]
    columns = max(2, int(wide / 0.3))
    for middle in spread(wide, columns):
        for row in range(2):
            if hook.dice.random() < 0.12:
                continue
            x = middle + float(hook.dice.uniform(-0.02, 0.02))
            w, h = float(hook.dice.uniform(0.15, 0.22)), float(hook.dice.uniform(0.2, 0.3))
            y = foot + 0.09 + row * 0.42 + float(hook.dice.uniform(0, 0.08))
            meshes.append(flat(x, y, w, h, 0.028, hook.pick(_NOTES)))
            meshes.append(_lines(x, y + h - 0.08, w * 0.7, 3, 0.03, 0.045))
    heading = wording("notice", hook.language, hook.dice)
    label = flat(0, foot + high + 0.02, 0.5, 0.13, 0.01, (0.08, 0.14, 0.22))
    words = written(heading, (0, foot + high + 0.085, -0.012), 0.44, 0.11, PAPER, hook.language)
    return [*meshes, label, words]


def _planner(hook: Hook) -> list[Mesh]:
    """Return a whiteboard with a month of squares, some filled."""
    wide, high, foot = min(1.3, hook.room_m * 0.8), 0.85, 1.15
    meshes = [
        box((0, foot, -0.012), (wide, high, 0.024), METAL),
        flat(0, foot + 0.03, wide - 0.06, high - 0.06, 0.026, (0.62, 0.63, 0.63)),
        box((0, foot - 0.03, -0.04), (wide * 0.5, 0.02, 0.07), METAL),
    ]
    for column in range(7):
        for row in range(4):
            if hook.dice.random() < 0.45:
                x = -wide / 2 + 0.06 + (wide - 0.12) * (column + 0.5) / 7
                y = foot + 0.08 + row * (high - 0.2) / 4
                meshes.append(flat(x, y, wide * 0.09, 0.07, 0.028, hook.pick(_MARKS)))
    return meshes


def _calendar(hook: Hook) -> list[Mesh]:
    return [
        flat(0, 1.3, 0.34, 0.5, 0.006, PAPER),
        flat(0, 1.54, 0.34, 0.26, 0.008, hook.pick(_MARKS)),
        _lines(0, 1.49, 0.26, 4, 0.009, 0.048),
        box((0, 1.79, -0.01), (0.36, 0.02, 0.02), IRON),
    ]


def _wall_map(hook: Hook) -> list[Mesh]:
    """Return a map: sea, some lands, a scale."""
    wide, high, foot = min(1.5, hook.room_m * 0.85), 1.0, 1.1
    meshes = [
        box((0, foot - 0.02, -0.01), (wide, 0.03, 0.03), DARK_WOOD),
        box((0, foot + high, -0.01), (wide, 0.03, 0.03), DARK_WOOD),
        flat(0, foot, wide, high, 0.012, (0.36, 0.48, 0.52)),
    ]
    for index in range(4):
        x, y = (float(v) for v in hook.dice.uniform(-0.34, 0.34, 2))
        angles = np.linspace(0, 2 * math.pi, 10)[:-1]
        radii = hook.dice.uniform(0.6, 1.15, 9) * (0.22 if index < 2 else 0.12) * high
        coast = [
            (x * wide + r * 1.3 * math.cos(a), foot + high / 2 + y * high * 0.7 + r * math.sin(a))
            for a, r in zip(angles, radii, strict=True)
        ]
        land = [
            (min(max(px, -wide / 2 + 0.03), wide / 2 - 0.03),
             min(max(py, foot + 0.03), foot + high - 0.03))
            for px, py in coast
        ]  # fmt: skip
        centre = (x * wide, foot + high / 2 + y * high * 0.7)
        colour = hook.pick(((0.42, 0.44, 0.22), (0.5, 0.42, 0.24), (0.36, 0.42, 0.28)))
        out = -0.014 - 0.001 * index
        fan = [
            panel([(*centre, out), (*land[(i + 1) % 9], out), (*land[i], out)], colour)
            for i in range(9)
        ]
        meshes += fan
    return [*meshes[:3], *([join_as_part(m) for m in meshes[3:]])]


def _children_art(hook: Hook) -> list[Mesh]:
    """Return a row of sheets: suns, houses, trees."""
    count = max(2, min(5, int(hook.room_m / 0.42)))
    meshes: list[Mesh] = []
    for index in range(count):
        x = (index - (count - 1) / 2) * 0.42
        y = 1.42 + 0.05 * (index % 2)
        meshes.append(flat(x, y, 0.34, 0.26, 0.004, (0.66, 0.65, 0.6)))
        meshes.append(flat(x, y + 0.02, 0.3, 0.07, 0.006, (0.2, 0.42, 0.16)))
        meshes.append(disc((x + 0.1, y + 0.2, -0.004), 0.032, 0.006, (0.66, 0.48, 0.08), sides=9))
        meshes.append(flat(x - 0.05, y + 0.07, 0.09, 0.08, 0.007, hook.pick(_MARKS)))
        roof = [
            (x - 0.11, y + 0.15, -0.008),
            (x + 0.01, y + 0.15, -0.008),
            (x - 0.05, y + 0.21, -0.008),
        ]
        meshes.append(panel(roof[::-1], (0.34, 0.1, 0.06)))
    return meshes


def _bed_head_rail(hook: Hook) -> list[Mesh]:
    """Return the supply rail of a ward: sockets, gas, a lamp."""
    wide = min(1.5, hook.room_m * 0.9)
    meshes = [box((0, 1.38, -0.03), (wide, 0.16, 0.06), (0.52, 0.55, 0.55))]
    for index, colour in enumerate(((0.08, 0.3, 0.12), (0.6, 0.6, 0.58), (0.5, 0.42, 0.06))):
        spot = (-wide * 0.3 + 0.14 * index, 1.46, -0.06)
        meshes.append(disc(spot, 0.034, 0.04, colour, sides=10))
    meshes.append(box((wide * 0.26, 1.42, -0.06), (0.3, 0.07, 0.02), (0.2, 0.22, 0.23)))
    meshes.append(box((wide * 0.26, 1.62, -0.06), (0.42, 0.06, 0.1), (0.6, 0.6, 0.57)))
    return meshes


def _dispenser(hook: Hook) -> list[Mesh]:
    return [
        box((0, 1.2, -0.05), (0.13, 0.26, 0.1), (0.58, 0.6, 0.6)),
        box((0, 1.16, -0.05), (0.06, 0.05, 0.06), METAL),
        flat(0, 1.52, 0.3, 0.22, 0.006, (0.6, 0.6, 0.56)),
        flat(0, 1.68, 0.3, 0.06, 0.008, (0.1, 0.28, 0.4)),
    ]


def _chart(hook: Hook) -> list[Mesh]:
    """Return an anatomical or technical plate: a figure and its legends."""
    meshes = [
        flat(0, 1.05, 0.58, 0.92, 0.006, (0.6, 0.58, 0.5)),
        box((0, 1.95, -0.012), (0.62, 0.03, 0.025), DARK_WOOD),
        disc((-0.08, 1.74, -0.004), 0.07, 0.008, (0.42, 0.2, 0.15), sides=10),
        flat(-0.08, 1.36, 0.16, 0.3, 0.008, (0.42, 0.2, 0.15)),
        flat(-0.12, 1.1, 0.055, 0.26, 0.008, (0.42, 0.2, 0.15)),
        flat(-0.04, 1.1, 0.055, 0.26, 0.008, (0.42, 0.2, 0.15)),
    ]
    return [*meshes, _lines(0.17, 1.76, 0.15, 8, 0.009, 0.07)]


def _extinguisher(hook: Hook) -> list[Mesh]:
    red: Rgb = (0.42, 0.03, 0.025)
    return [
        cylinder((0, 0.62, -0.085), 0.065, 0.4, red, sides=10),
        cylinder((0, 1.02, -0.085), 0.025, 0.09, BLACK, sides=8),
        tube([(0.03, 1.06, -0.085), (0.1, 0.96, -0.085), (0.08, 0.7, -0.1)], 0.012, BLACK, sides=4),
        flat(0, 1.3, 0.2, 0.2, 0.006, red),
        flat(0, 1.34, 0.1, 0.1, 0.008, (0.6, 0.58, 0.54)),
    ]


def _menu_board(hook: Hook) -> list[Mesh]:
    wide, high, foot = min(1.4, hook.room_m * 0.8), 0.95, 1.25
    heading = wording("menu", hook.language, hook.dice)
    meshes = [
        box((0, foot, -0.015), (wide, high, 0.03), (0.2, 0.12, 0.07)),
        flat(0, foot + 0.04, wide - 0.08, high - 0.08, 0.032, (0.03, 0.035, 0.032)),
        written(heading, (0, foot + high - 0.17, -0.034), wide * 0.7, 0.2, PAPER, hook.language),
    ]
    quads = []
    for row in range(5):
        y = foot + high - 0.38 - row * 0.1
        for x0, x1 in ((-0.4, 0.12), (0.26, 0.4)):
            a, b = x0 * wide, x1 * wide * (0.8 if row % 2 and x0 < 0 else 1.0)
            quads.append(upright(a, b, y, y + 0.03, -0.034))
    return [*meshes, panels(np.array(quads), pigments((0.42, 0.42, 0.38), len(quads)))]


def _neon(hook: Hook) -> list[Mesh]:
    """Return a lit word on a dark plate."""
    wide = min(1.1, hook.room_m * 0.8)
    colour: Rgb = hook.pick(((1.0, 0.16, 0.2), (0.12, 0.6, 0.9), (1.0, 0.5, 0.12)))
    text = wording("neon", hook.language, hook.dice)
    letters = written(text, (0, 1.85, -0.05), wide * 0.85, 0.36, colour, hook.language)
    glowing = type(letters)(
        letters.points, letters.normals, letters.triangles, letters.colours, letters.parts,
        letters.smooth, np.full_like(letters.glow, 0.9),
    )  # fmt: skip
    return [box((0, 1.62, -0.02), (wide, 0.46, 0.04), (0.03, 0.03, 0.035)), glowing]


def _price_posters(hook: Hook) -> list[Mesh]:
    count = max(1, min(3, int(hook.room_m / 0.7)))
    meshes = []
    for index in range(count):
        x = (index - (count - 1) / 2) * 0.7
        ground = hook.pick(((0.6, 0.45, 0.06), (0.5, 0.07, 0.05), (0.08, 0.26, 0.42)))
        meshes += [
            flat(x, 1.32, 0.56, 0.7, 0.006, ground),
            flat(x, 1.38, 0.46, 0.26, 0.008, (0.64, 0.62, 0.56)),
            written(wording("price", hook.language, hook.dice), (x, 1.84, -0.009), 0.48, 0.2,
                    (0.64, 0.62, 0.56), hook.language),
        ]  # fmt: skip
    return meshes


def _timetable(hook: Hook) -> list[Mesh]:
    wide, high, foot = min(1.7, hook.room_m * 0.85), 0.9, 1.5
    foot = min(foot, hook.wall_m - high - 0.3)
    meshes = [
        box((0, foot, -0.03), (wide, high, 0.06), (0.04, 0.045, 0.05)),
        written(wording("timetable", hook.language, hook.dice), (0, foot + high - 0.13, -0.064),
                wide * 0.6, 0.17, (0.6, 0.5, 0.12), hook.language),
    ]  # fmt: skip
    quads = []
    for row in range(5):
        y = foot + high - 0.36 - row * 0.11
        for x0, x1 in ((-0.45, -0.3), (-0.25, 0.2), (0.28, 0.44)):
            quads.append(upright(x0 * wide, x1 * wide, y, y + 0.05, -0.062))
    rows = panels(np.array(quads), pigments((0.5, 0.46, 0.3), len(quads)), glow=0.3)
    return [*meshes, rows]


def _film_posters(hook: Hook) -> list[Mesh]:
    count = max(1, min(2, int(hook.room_m / 0.9)))
    meshes = []
    for index in range(count):
        x = (index - (count - 1) / 2) * 0.9
        ground = hook.pick(
            ((0.1, 0.16, 0.24), (0.36, 0.1, 0.06), (0.45, 0.34, 0.1), (0.06, 0.2, 0.17))
        )
        pale = mixed(ground, (0.6, 0.55, 0.4), 0.6)
        meshes += [
            box((x, 1.0, -0.012), (0.74, 1.06, 0.024), IRON),
            flat(x, 1.03, 0.68, 1.0, 0.026, ground),
            disc((x + 0.12, 1.6, -0.02), 0.17, 0.014, pale, sides=14),
            flat(x - 0.12, 1.18, 0.16, 0.48, 0.029, tone(ground, 0.35)),
            disc((x - 0.12, 1.72, -0.02), 0.065, 0.02, tone(ground, 0.35), sides=10),
            written(wording("film", hook.language, hook.dice), (x, 1.11, -0.03), 0.6, 0.16, pale,
                    hook.language),
        ]  # fmt: skip
    return meshes


def _pan_rack(hook: Hook) -> list[Mesh]:
    """Return a rail with pans and ladles."""
    wide = min(1.1, hook.room_m * 0.85)
    meshes = [box((0, 1.86, -0.05), (wide, 0.02, 0.02), IRON)]
    count = max(3, int(wide / 0.22))
    for index, x in enumerate(spread(wide, count)):
        if index % 2:
            meshes.append(box((x, 1.5, -0.05), (0.018, 0.36, 0.012), STEEL))
            meshes.append(disc((x, 1.48, -0.05), 0.045, 0.03, STEEL, sides=8))
        else:
            size = float(hook.dice.uniform(0.09, 0.13))
            meshes.append(
                disc(
                    (x, 1.6 - size, -0.045),
                    size,
                    0.05,
                    hook.pick((IRON, (0.36, 0.16, 0.07))),
                    sides=12,
                )
            )
            meshes.append(box((x, 1.6, -0.045), (0.025, 0.26, 0.015), IRON))
    return meshes


def _towel_rail(hook: Hook) -> list[Mesh]:
    wide = min(0.7, hook.room_m * 0.8)
    cloth = hook.pick(((0.5, 0.53, 0.5), (0.18, 0.32, 0.36), (0.46, 0.3, 0.22)))
    return [
        box((0, 1.3, -0.07), (wide, 0.022, 0.022), STEEL),
        box((-wide * 0.1, 0.78, -0.085), (wide * 0.5, 0.53, 0.02), cloth),
        box((-wide * 0.1, 0.84, -0.1), (wide * 0.5, 0.03, 0.012), tone(cloth, 0.7)),
    ]


def _pipe_run(hook: Hook) -> list[Mesh]:
    """Return pipes up the wall and along it, with a wheel."""
    reach = hook.room_m / 2 - 0.05
    rust: Rgb = hook.pick(((0.22, 0.12, 0.08), (0.24, 0.25, 0.26), (0.1, 0.18, 0.16)))
    top = hook.wall_m - 0.1
    high = min(2.25, top - 0.2)
    return [
        tube([(-reach, high, -0.08), (reach, high, -0.08)], 0.045, rust, sides=7),
        tube(
            [(-reach, high - 0.16, -0.07), (reach, high - 0.16, -0.07)],
            0.028,
            tone(rust, 1.4),
            sides=6,
        ),
        tube([(reach * 0.5, 0.05, -0.08), (reach * 0.5, high, -0.08)], 0.04, rust, sides=7),
        disc((reach * 0.5, 1.1, -0.12), 0.09, 0.02, (0.35, 0.04, 0.03), sides=10),
    ]


def _tools(hook: Hook) -> list[Mesh]:
    """Return a board with saws, hammers and spanners on it."""
    wide, high, foot = min(1.5, hook.room_m * 0.9), 0.9, 1.12
    meshes = [box((0, foot, -0.01), (wide, high, 0.02), (0.3, 0.22, 0.13))]
    count = max(4, int(wide / 0.17))
    for index, x in enumerate(spread(wide, count)):
        top = foot + high - 0.1
        match index % 3:
            case 0:
                meshes.append(box((x, top - 0.36, -0.03), (0.026, 0.34, 0.02), (0.3, 0.16, 0.07)))
                meshes.append(box((x, top - 0.06, -0.035), (0.13, 0.05, 0.03), IRON))
            case 1:
                meshes.append(box((x, top - 0.3, -0.025), (0.03, 0.3, 0.012), STEEL))
                meshes.append(disc((x, top, -0.025), 0.035, 0.014, STEEL, sides=6))
            case _:
                saw = [
                    (x - 0.02, top - 0.5, -0.025),
                    (x + 0.06, top - 0.06, -0.025),
                    (x - 0.04, top - 0.06, -0.025),
                ]
                meshes.append(panel(saw[::-1], STEEL))
                meshes.append(box((x, top - 0.06, -0.03), (0.1, 0.1, 0.02), DARK_WOOD))
    return meshes


def _scratches(hook: Hook) -> list[Mesh]:
    """Return days counted on the wall in fives."""
    quads = []
    for group in range(int(hook.dice.integers(4, 8))):
        x, y = (group % 4) * 0.19 - 0.3, 1.3 + 0.2 * (group // 4)
        for stroke in range(4):
            a = x + 0.032 * stroke
            quads.append(upright(a, a + 0.009, y, y + 0.12, -0.004))
        quads.append(
            [
                [x + 0.12, y + 0.08, -0.005],
                [x - 0.02, y + 0.02, -0.005],
                [x - 0.02, y + 0.032, -0.005],
                [x + 0.12, y + 0.092, -0.005],
            ]
        )
    return [panels(np.array(quads), pigments((0.5, 0.48, 0.44), len(quads)))]


def _vent(hook: Hook) -> list[Mesh]:
    y = min(hook.wall_m - 0.75, 2.3)
    meshes = [box((0, y, -0.02), (0.7, 0.42, 0.04), METAL)]
    for index in range(5):
        meshes.append(flat(0, y + 0.05 + 0.07 * index, 0.6, 0.035, 0.043, BLACK))
    return meshes


def _lifebuoy(hook: Hook) -> list[Mesh]:
    ring = [
        (0.26 * math.cos(a), 1.6 + 0.26 * math.sin(a), -0.06)
        for a in np.linspace(0, 2 * math.pi, 17)
    ]
    meshes = [
        tube(ring[i : i + 5], 0.055, ((0.6, 0.59, 0.55), (0.5, 0.07, 0.04))[i // 4 % 2], sides=6)
        for i in range(0, 16, 4)
    ]
    return [*meshes, box((0, 1.86, -0.02), (0.04, 0.06, 0.06), IRON)]


def _screens(hook: Hook) -> list[Mesh]:
    """Return a wall of monitors, each with its own picture."""
    columns = max(1, min(3, int(hook.room_m / 0.72)))
    meshes = []
    for column in range(columns):
        for row in range(2):
            x, y = (column - (columns - 1) / 2) * 0.72, 1.15 + 0.48 * row
            meshes.append(box((x, y, -0.03), (0.68, 0.44, 0.06), BLACK))
            glow = tone(SCREENLIGHT, float(hook.dice.uniform(0.35, 0.7)))
            face = upright(x - 0.3, x + 0.3, y + 0.05, y + 0.39, -0.062)
            meshes.append(panel(face, glow, glow=0.7))
            bar = upright(x - 0.2, x + 0.2, y + 0.12, y + 0.2, -0.064)
            meshes.append(panel(bar, tone(glow, 1.7), glow=0.7))
    return meshes


def _panel_lights(hook: Hook) -> list[Mesh]:
    """Return a cabinet door of switches and signal lamps."""
    wide = min(0.9, hook.room_m * 0.8)
    meshes = [box((0, 0.95, -0.04), (wide, 1.0, 0.08), (0.2, 0.22, 0.24))]
    colours: tuple[Rgb, ...] = (
        (0.9, 0.2, 0.1),
        (0.2, 0.8, 0.25),
        (0.9, 0.7, 0.15),
        (0.1, 0.1, 0.1),
    )
    for row in range(4):
        for column in range(5):
            x, y = (column - 2) * wide / 6, 1.12 + 0.2 * row
            colour = hook.pick(colours)
            glow = 0.8 if max(colour) > 0.5 else 0.0
            meshes.append(box((x, y, -0.085), (0.05, 0.05, 0.02), colour, glow=glow))
    return meshes


def _luggage_rack(hook: Hook) -> list[Mesh]:
    reach = hook.room_m / 2
    y = min(hook.wall_m - 0.6, 2.05)
    meshes = [box((0, y, -0.13 + 0.03 * i), (2 * reach, 0.02, 0.015), STEEL) for i in range(4)]
    for index in range(int(hook.dice.integers(1, 4))):
        x = -reach * 0.7 + index * reach * 0.62
        meshes.append(box((x, y + 0.02, -0.07), (0.42, 0.26, 0.13), hook.pick(_MARKS)))
        meshes.append(box((x, y + 0.28, -0.07), (0.12, 0.03, 0.03), BLACK))
    return meshes


def _hand_rail(hook: Hook) -> list[Mesh]:
    reach = hook.room_m / 2
    y = min(hook.wall_m - 0.45, 1.95)
    rail = tube([(-reach, y, -0.1), (reach, y, -0.1)], 0.018, (0.5, 0.42, 0.08), sides=6)
    straps = [
        box((-reach + (i + 0.5) * reach / 2, y - 0.2, -0.1), (0.03, 0.2, 0.012), (0.2, 0.2, 0.2))
        for i in range(4)
    ]
    return [rail, *straps]


BUILDERS: dict[str, Hanging] = {
    "notice_board": _notice_board,
    "planner": _planner,
    "calendar": _calendar,
    "wall_map": _wall_map,
    "children_art": _children_art,
    "bed_head_rail": _bed_head_rail,
    "dispenser": _dispenser,
    "chart": _chart,
    "extinguisher": _extinguisher,
    "menu_board": _menu_board,
    "neon": _neon,
    "price_posters": _price_posters,
    "timetable": _timetable,
    "film_posters": _film_posters,
    "pan_rack": _pan_rack,
    "towel_rail": _towel_rail,
    "pipe_run": _pipe_run,
    "tools": _tools,
    "scratches": _scratches,
    "vent": _vent,
    "lifebuoy": _lifebuoy,
    "screens": _screens,
    "panel_lights": _panel_lights,
    "luggage_rack": _luggage_rack,
    "hand_rail": _hand_rail,
}
