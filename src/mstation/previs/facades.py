"""House fronts: shops under flats, cottages with pitched roofs, halls with swept tiled ones.

A box and a finish in, solids out. Awnings, balconies and eaves hang over the street beyond the
box, above heads, where nobody walks and no lens hangs.
"""

from __future__ import annotations

import math

import numpy as np

from mstation.previs.finish import (
    BLACK,
    DARK_WOOD,
    IRON,
    LAMPLIGHT,
    METAL,
    RED_PAPER,
    Builder,
    Finish,
)
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import (
    box,
    cylinder,
    mixed,
    panel,
    panels,
    pigments,
    placed,
    prism,
    spread,
    tone,
    turned,
    upright,
)  # fmt: skip
from mstation.previs.wording import wording, written
from mstation.stage.layout import Rgb

OVERHANG_M = 0.75  # how far a front reaches over the street, above heads
_STOREY_M, _WINDOW_EVERY_M, _LOW_M = 3.1, 2.0, 3.4
_AWNING_LOW_M, _AWNING_HIGH_M = 2.25, 2.75
_TILES: tuple[Rgb, ...] = ((0.3, 0.11, 0.07), (0.17, 0.15, 0.15), (0.24, 0.14, 0.09))
_LIT_SHARE = 0.42  # of the windows by night
_GREY_TILES: Rgb = (0.1, 0.11, 0.115)
_LACQUER: Rgb = (0.34, 0.055, 0.03)
_AWNINGS: tuple[Rgb, ...] = (
    (0.36, 0.07, 0.05), (0.07, 0.22, 0.16), (0.08, 0.15, 0.3), (0.42, 0.28, 0.07),
)  # fmt: skip


def _building(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a town house: a shop at the street, flats above, a cornice; a low one is a cabin."""
    if h < _LOW_M:
        return _cabin(w, h, d, finish)
    storeys = max(1, round(h / _STOREY_M))
    tall = (h - 0.45) / storeys
    front = -d / 2 + 0.06
    meshes = [
        box((0, 0, 0), (w - 0.12, h - 0.3, d - 0.12), finish.base),
        box((0, 0, 0), (w - 0.07, 0.4, d - 0.07), finish.dark),
        box((0, h - 0.42, 0), (w - 0.02, 0.12, d - 0.02), finish.light),
        box((0, h - 0.3, 0), (w, 0.3, d), tone(finish.base, 1.12)),
        box((0, tall - 0.1, 0), (w - 0.04, 0.12, d - 0.04), finish.light),
        *_dentils(w, h, front, finish),
    ]
    for side in (-1, 1):
        meshes.append(box((side * (w / 2 - 0.16), 0.4, front), (0.22, h - 0.8, 0.1), finish.light))
    meshes += _flats(w, storeys, tall, front, finish) if storeys > 1 else []
    meshes += _shop(w, tall, front, finish)
    for face, out in ((1, w / 2), (2, d / 2), (3, w / 2)):
        long = d if face % 2 else w
        panes = _plain_windows(long, storeys, tall, -out + 0.05, finish)
        meshes += [placed(mesh, yaw_rad=face * math.pi / 2) for mesh in panes]
    return meshes


def _cabin(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a small flat-roofed room: a stairhead, a wheelhouse."""
    front, paint = -d / 2 + 0.08, _pane(finish)
    door = -w * 0.22
    meshes = [
        box((0, 0, 0), (w - 0.16, h - 0.16, d - 0.16), finish.base),
        box((0, 0, 0), (w - 0.1, 0.2, d - 0.1), finish.dark),
        box((0, h - 0.16, 0), (w, 0.16, d), finish.light),
        panel(upright(door - 0.48, door + 0.48, 0.04, 2.12, front - 0.012), finish.light),
        panel(upright(door - 0.4, door + 0.4, 0.06, 2.04, front - 0.024), (0.12, 0.16, 0.17)),
        box((door + 0.3, 1.0, front - 0.03), (0.05, 0.12, 0.05), METAL),
        box((door, 2.2, front - 0.06), (0.2, 0.12, 0.12), LAMPLIGHT, glow=0.8 * finish.is_lit),
    ]
    x = w * 0.2
    meshes.append(panel(upright(x - 0.6, x + 0.6, 1.0, 2.0, front - 0.012), finish.light))
    meshes.append(
        panel(upright(x - 0.52, x + 0.52, 1.08, 1.92, front - 0.024), paint[0], glow=paint[1])
    )
    for face, out in ((1, w / 2), (2, d / 2), (3, w / 2)):
        panes = _plain_windows(d if face % 2 else w, 1, h - 0.2, -out + 0.07, finish)
        meshes += [placed(mesh, yaw_rad=face * math.pi / 2) for mesh in panes]
    return meshes


def _dentils(w: float, h: float, front: float, finish: Finish) -> list[Mesh]:
    count = max(4, round(w / 0.5))
    quads = [
        upright(x - 0.09, x + 0.09, h - 0.54, h - 0.42, front - 0.03) for x in spread(w, count)
    ]
    return [panels(np.array(quads), pigments(finish.light, count))]


def _columns(long: float) -> list[float]:
    return spread(long, max(1, min(7, round(long / _WINDOW_EVERY_M))))


def _plain_windows(long: float, storeys: int, tall: float, z: float, finish: Finish) -> list[Mesh]:
    """Return panes in frames, some lit by night."""
    frames, panes, paints, glows = [], [], [], []
    for storey in range(storeys):
        for x in _columns(long):
            y0, y1 = storey * tall + tall * 0.32, storey * tall + tall * 0.8
            frames.append(upright(x - 0.6, x + 0.6, y0 - 0.08, y1 + 0.08, z - 0.012))
            panes.append(upright(x - 0.5, x + 0.5, y0, y1, z - 0.024))
            paint, glow = _pane(finish)
            paints.append(paint)
            glows.append(glow)
    trim = mixed(finish.light, (0.6, 0.58, 0.54), 0.4)
    lit = [i for i, glow in enumerate(glows) if glow]
    dark = [i for i, glow in enumerate(glows) if not glow]
    meshes = [panels(np.array(frames), pigments(trim, len(frames)))]
    for chosen, glow in ((dark, 0.0), (lit, 0.8)):
        if chosen:
            quads = np.array([panes[i] for i in chosen])
            meshes.append(
                panels(quads, np.array([paints[i] for i in chosen], np.float32), glow=glow)
            )
    return meshes


def _pane(finish: Finish) -> tuple[Rgb, float]:
    """Return the colour of a window and how it glows."""
    # The same throws by day and by night: what comes after them must not change with the hour.
    shines, shade = (float(throw) for throw in finish.dice.random(2))
    if finish.is_lit and shines < _LIT_SHARE:
        return tone(LAMPLIGHT, 0.6 + 0.4 * shade), 0.8
    if finish.is_lit:
        return (0.03, 0.04, 0.055), 0.0
    return mixed((0.12, 0.17, 0.22), (0.3, 0.36, 0.42), shade), 0.0


def _flats(w: float, storeys: int, tall: float, front: float, finish: Finish) -> list[Mesh]:
    """Return the windows above the shop: sills, lintels, curtains, balconies, air-conditioners."""
    meshes: list[Mesh] = []
    stone = mixed(finish.light, (0.55, 0.53, 0.49), 0.5)
    balcony = int(finish.dice.integers(0, 3))
    for storey in range(1, storeys):
        for column, x in enumerate(_columns(w - 0.5)):
            y0, y1 = storey * tall + tall * 0.3, storey * tall + tall * 0.78
            is_balcony = column % 3 == balcony
            if is_balcony:
                y0 = storey * tall + 0.08
                meshes += _balcony(x, storey * tall, front, finish)
            paint, glow = _pane(finish)
            meshes += [
                panel(upright(x - 0.62, x + 0.62, y0 - 0.06, y1 + 0.08, front - 0.012), stone),
                panel(upright(x - 0.5, x + 0.5, y0, y1, front - 0.024), paint, glow=glow),
                panel(upright(x - 0.025, x + 0.025, y0, y1, front - 0.03), stone),
                box((x, y1 + 0.06, front - 0.05), (1.4, 0.14, 0.14), stone),
            ]
            if not is_balcony:
                meshes.append(box((x, y0 - 0.1, front - 0.07), (1.36, 0.08, 0.18), stone))
            if finish.dice.random() < 0.6:
                cloth = tone(finish.cloth(), 1.5)
                glow = 0.5 if glow else 0.0
                for a, b in ((-0.5, -0.3), (0.3, 0.5)):
                    meshes.append(
                        panel(upright(x + a, x + b, y0, y1, front - 0.027), cloth, glow=glow)
                    )
            likes_cool = 0.5 if finish.language == "zh" else 0.18
            if not is_balcony and finish.dice.random() < likes_cool:
                meshes += _cooler(x + 0.85, y0 - 0.15, front)
    return meshes


def _balcony(x: float, y: float, front: float, finish: Finish) -> list[Mesh]:
    deep = 0.6
    z = front - deep / 2
    rail = [box((x, y, z), (1.7, 0.1, deep), finish.light)]
    rail.append(box((x, y + 0.9, front - deep + 0.03), (1.7, 0.05, 0.05), IRON))
    quads = [
        upright(x + a - 0.018, x + a + 0.018, y + 0.1, y + 0.92, front - deep + 0.03)
        for a in np.linspace(-0.8, 0.8, 9)
    ]
    rail.append(panels(np.array(quads), pigments(IRON, len(quads))))
    if finish.dice.random() < 0.6:
        for a in (-0.5, 0.0, 0.45):
            rail.append(box((x + a, y + 0.1, z), (0.3, 0.2, 0.2), (0.3, 0.12, 0.07)))
            rail.append(box((x + a, y + 0.3, z), (0.34, 0.22, 0.24), (0.1, 0.2, 0.06)))
    return rail


def _cooler(x: float, y: float, front: float) -> list[Mesh]:
    fan = [
        (x + 0.16 * math.cos(a), y + 0.25 + 0.16 * math.sin(a), front - 0.345)
        for a in np.linspace(0, 2 * math.pi, 9)[:-1]
    ]
    return [
        box((x, y, front - 0.18), (0.72, 0.5, 0.32), (0.5, 0.5, 0.48)),
        panel(fan[::-1], (0.2, 0.2, 0.21)),
    ]


def _shop(w: float, tall: float, front: float, finish: Finish) -> list[Mesh]:
    """Return a shop front: show window, door, board with its name, awning or lamp."""
    inner = w - 0.9
    door_x = (inner / 2 - 0.65) * (1 if finish.dice.random() < 0.5 else -1)
    wood = mixed(finish.cloth(), DARK_WOOD, 0.45)
    is_open = finish.dice.random() < 0.5
    shows = 0.7 if finish.is_lit and is_open else 0.0
    glass = tone(LAMPLIGHT, 0.7) if shows else (0.13, 0.17, 0.2)
    head = min(tall - 0.75, 2.35)
    a, b = (-inner / 2, door_x - 0.65) if door_x > 0 else (door_x + 0.65, inner / 2)
    meshes = [
        panel(upright(-inner / 2 - 0.12, inner / 2 + 0.12, 0.0, tall - 0.16, front - 0.01), wood),
        panel(upright(a + 0.08, b - 0.08, 0.62, head, front - 0.02), glass, glow=shows),
        panel(upright(a + 0.08, b - 0.08, 0.14, 0.55, front - 0.02), tone(wood, 1.4)),
        panel(upright(door_x - 0.5, door_x + 0.5, 0.02, head, front - 0.02), tone(wood, 0.7)),
        panel(
            upright(door_x - 0.36, door_x + 0.36, 0.9, head - 0.15, front - 0.03), glass, glow=shows
        ),
        box((door_x + 0.4, 1.0, front - 0.05), (0.04, 0.16, 0.05), METAL),
        box((0, 0, front - 0.1), (inner + 0.2, 0.08, 0.22), finish.dark),
    ]
    for index in range(1, 3):
        x = a + (b - a) * index / 3
        meshes.append(box((x, 0.62, front - 0.03), (0.06, head - 0.62, 0.05), tone(wood, 0.8)))
    goods = [
        box(
            (x, 0.64, front - 0.015),
            (0.24, float(finish.dice.uniform(0.2, 0.6)), 0.02),
            tone(finish.cloth(), 1.6),
        )
        for x in np.linspace(a + 0.4, b - 0.4, max(2, round((b - a) / 0.7)))
    ]
    board = tall - 0.62
    plate = finish.cloth()
    text = wording("shop", finish.language, finish.dice)
    ink = (0.62, 0.5, 0.22) if max(plate) < 0.3 else (0.64, 0.62, 0.56)
    meshes += goods
    meshes.append(box((0, board, front - 0.06), (inner * 0.9, 0.42, 0.1), tone(plate, 0.8)))
    meshes.append(
        written(text, (0, board + 0.21, front - 0.115), inner * 0.8, 0.38, ink, finish.language)
    )
    return meshes + (_awning(inner, front, finish) if finish.dice.random() < 0.55 else [])


def _awning(wide: float, front: float, finish: Finish) -> list[Mesh]:
    """Return striped cloth over the pavement, with a scalloped edge."""
    colour = _AWNINGS[int(finish.dice.integers(len(_AWNINGS)))]
    count = max(6, round(wide / 0.42))
    reach = front - OVERHANG_M + 0.15
    quads, fringe = [], []
    for index in range(count):
        a, b = (-wide / 2 + wide * i / count for i in (index, index + 1))
        top = [[b, _AWNING_LOW_M, reach], [a, _AWNING_LOW_M, reach],
               [a, _AWNING_HIGH_M, front], [b, _AWNING_HIGH_M, front]]  # fmt: skip
        quads += [top, top[::-1]]
        low = _AWNING_LOW_M - 0.16
        fringe.append([[b, low, reach], [a, low, reach], [a, _AWNING_LOW_M, reach],
                       [b, _AWNING_LOW_M, reach]])  # fmt: skip
    pale: Rgb = (0.58, 0.56, 0.5)
    stripes = np.array([colour if i // 2 % 2 else pale for i in range(2 * count)], np.float32)
    edge = np.array([colour if i % 2 else pale for i in range(count)], np.float32)
    return [panels(np.array(quads), stripes), panels(np.array(fringe), edge)]


def _house(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a cottage: shuttered windows, a door with a step, a pitched roof, a chimney."""
    eaves = min(h * 0.62, 3.0 * max(1, round(h / 4.2)))
    front = -d / 2 + 0.3
    tiles = _TILES[int(finish.dice.integers(len(_TILES)))]
    half, ridge = d / 2 - 0.02, h - 0.05
    gable = [(half - 0.3, eaves), (-half + 0.3, eaves), (0.0, ridge - 0.18)]
    meshes = [
        box((0, 0, 0), (w - 0.5, eaves, d - 0.6), finish.base),
        box((0, 0, 0), (w - 0.42, 0.45, d - 0.52), tone(finish.dark, 0.8)),
        placed(
            prism([(-z, y) for z, y in gable], w / 2 - 0.26, -w / 2 + 0.26, finish.light),
            yaw_rad=math.pi / 2,
        ),
        *_slopes(w, eaves - 0.12, ridge, half, tiles, finish),
        box((w * 0.28, eaves, d * 0.12), (0.5, h - eaves - 0.02, 0.5), (0.26, 0.13, 0.09)),
    ]
    meshes += _cottage_front(w - 0.5, eaves, front, finish)
    for face, out, long in (
        (1, w / 2 - 0.25, d - 0.6),
        (2, d / 2 - 0.3, w - 0.5),
        (3, w / 2 - 0.25, d - 0.6),
    ):
        panes = _plain_windows(long, 1, eaves, -out, finish)
        meshes += [placed(mesh, yaw_rad=face * math.pi / 2) for mesh in panes]
    return meshes


def _slopes(
    w: float, low: float, ridge: float, half: float, tiles: Rgb, finish: Finish
) -> list[Mesh]:
    """Return two slopes of tiles in courses, and the ridge."""
    courses = 6
    quads, colours = [], []
    for side in (-1, 1):
        for course in range(courses):
            s0, s1 = course / courses, (course + 1) / courses
            y0, y1 = low + (ridge - low) * s0, low + (ridge - low) * s1
            z0, z1 = side * half * (1 - s0), side * half * (1 - s1)
            bays = 5
            for bay in range(bays):
                a, b = -w / 2 + w * bay / bays, -w / 2 + w * (bay + 1) / bays
                quad = [[b, y0, z0], [a, y0, z0], [a, y1, z1], [b, y1, z1]]
                quads.append(quad if side < 0 else quad[::-1])
                shade = (1.0 if course % 2 else 0.86) * float(finish.dice.uniform(0.94, 1.06))
                colours.append(tone(tiles, shade))
    under = [
        quad[::-1]
        for side in (-1, 1)
        for quad in [
            [[w / 2, low - 0.02, side * half], [-w / 2, low - 0.02, side * half],
             [-w / 2, ridge - 0.02, 0.0], [w / 2, ridge - 0.02, 0.0]][:: -side]
        ]
    ]  # fmt: skip
    fascia = box((0, low - 0.08, -half + 0.02), (w, 0.1, 0.04), DARK_WOOD)
    return [
        panels(np.array(quads), np.array(colours, np.float32)),
        panels(np.array(under), pigments(tone(DARK_WOOD, 1.2), 2)),
        box((0, ridge - 0.06, 0), (w, 0.1, 0.18), tone(tiles, 0.8)),
        fascia,
    ]


def _cottage_front(w: float, eaves: float, front: float, finish: Finish) -> list[Mesh]:
    trim: Rgb = (0.55, 0.53, 0.48)
    shutter = finish.cloth()
    xs = _columns(w - 0.4)
    door = len(xs) // 2
    meshes: list[Mesh] = []
    for index, x in enumerate(xs):
        if index == door:
            meshes += [
                panel(upright(x - 0.6, x + 0.6, 0.1, 2.2, front - 0.012), trim),
                panel(
                    upright(x - 0.48, x + 0.48, 0.12, 2.1, front - 0.024),
                    mixed(shutter, DARK_WOOD, 0.4),
                ),
                box((x + 0.36, 1.02, front - 0.04), (0.05, 0.05, 0.05), METAL),
                box((x, 0, front - 0.2), (1.3, 0.14, 0.4), (0.32, 0.31, 0.29)),
                box((x, 2.3, front - 0.22), (1.5, 0.07, 0.45), DARK_WOOD),
            ]
            continue
        paint, glow = _pane(finish)
        meshes += [
            panel(upright(x - 0.55, x + 0.55, 0.85, 2.05, front - 0.012), trim),
            panel(upright(x - 0.46, x + 0.46, 0.94, 1.96, front - 0.024), paint, glow=glow),
            panel(upright(x - 0.02, x + 0.02, 0.94, 1.96, front - 0.03), trim),
            panel(upright(x - 0.46, x + 0.46, 1.5, 1.54, front - 0.03), trim),
            box((x, 0.74, front - 0.1), (1.2, 0.09, 0.22), trim),
        ]
        for side in (-1, 1):
            meshes.append(box((x + side * 0.78, 0.85, front - 0.03), (0.4, 1.2, 0.05), shutter))
        if finish.dice.random() < 0.6:
            meshes.append(box((x, 0.83, front - 0.15), (1.0, 0.16, 0.2), (0.28, 0.13, 0.07)))
            for a in np.linspace(-0.38, 0.38, 5):
                flower = tone(finish.cloth(), 1.8)
                meshes.append(box((x + float(a), 0.99, front - 0.15), (0.13, 0.13, 0.13), flower))
    return meshes


def _hall(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a courtyard hall: lacquered posts, lattice doors, a swept roof of grey tiles."""
    if finish.language != "zh":
        return _house(w, h, d, finish)
    eaves = h * 0.62
    front = -d / 2 + 0.55
    brick: Rgb = mixed(finish.base, (0.24, 0.24, 0.24), 0.6)
    meshes = [
        box((0, 0, 0.1), (w - 0.9, eaves, d - 1.1), brick),
        box((0, 0, 0), (w - 0.3, 0.16, d - 0.1), (0.33, 0.32, 0.3)),
        box((0, eaves - 0.34, front - 0.12), (w - 0.7, 0.3, 0.2), (0.07, 0.19, 0.2)),
        box((0, eaves - 0.42, front - 0.12), (w - 0.7, 0.09, 0.22), _LACQUER),
        *_swept_roof(w, d, eaves, h, finish),
    ]
    bays = max(3, round((w - 1.0) / 1.5))
    each = (w - 1.0) / bays
    for index in range(bays + 1):
        x = -(w - 1.0) / 2 + index * each
        meshes.append(cylinder((x, 0.16, front - 0.14), 0.11, eaves - 0.5, _LACQUER, sides=9))
        meshes.append(cylinder((x, 0.1, front - 0.14), 0.17, 0.12, (0.36, 0.35, 0.33), sides=9))
    for index in range(bays):
        meshes += _lattice_bay(
            -(w - 1.0) / 2 + (index + 0.5) * each, each - 0.22, eaves - 0.5, front, finish
        )
    for x in (-each * 0.5, each * 0.5) if bays % 2 == 0 else (-each, each):
        lamp = [(0.08, 0.0), (0.17, 0.1), (0.17, 0.24), (0.08, 0.34)]
        glow = 0.8 if finish.is_lit else 0.0
        meshes.append(turned((x, eaves - 0.85, front - 0.4), lamp, RED_PAPER, sides=8, glow=glow))
    return meshes


def _lattice_bay(x: float, wide: float, high: float, front: float, finish: Finish) -> list[Mesh]:
    """Return doors of paper behind fretwork over carved boards."""
    paint, glow = _pane(finish)
    paper = paint if glow else mixed((0.5, 0.46, 0.36), paint, 0.3)
    a, b, sill, top = x - wide / 2, x + wide / 2, 0.75, 0.16 + high - 0.1
    meshes = [
        panel(upright(a, b, 0.16, sill, front - 0.02), tone(_LACQUER, 0.85)),
        panel(upright(a, b, sill, top, front - 0.02), paper, glow=glow * 0.8),
        box((x, sill - 0.03, front - 0.03), (wide, 0.06, 0.05), _LACQUER),
    ]
    bars = [
        upright(px - 0.015, px + 0.015, sill, top, front - 0.03) for px in np.linspace(a, b, 7)
    ] + [upright(a, b, py - 0.015, py + 0.015, front - 0.03) for py in np.linspace(sill, top, 6)]
    return [*meshes, panels(np.array(bars), pigments(_LACQUER, len(bars)))]


def _swept_roof(w: float, d: float, eaves: float, top: float, finish: Finish) -> list[Mesh]:
    """Return a roof that curves up to its ridge and lifts at its corners."""
    rows, bays = 5, 12
    xs = np.linspace(-w / 2, w / 2, bays + 1)
    shares = np.linspace(0, 1, rows + 1)
    lift = 0.22 * np.abs(xs / (w / 2)) ** 3
    quads, colours = [], []
    for side in (-1, 1):
        for row in range(rows):
            for bay in range(bays):
                corners = []
                for i, j in ((bay + 1, row), (bay, row), (bay, row + 1), (bay + 1, row + 1)):
                    s = shares[j]
                    y = eaves - 0.1 + (top - 0.14 - eaves + 0.1) * s**1.35 + lift[i] * (1 - s)
                    corners.append([xs[i], y, side * (d / 2) * (1 - s)])
                quads.append(corners if side < 0 else corners[::-1])
                shade = (1.0 if bay % 2 else 0.84) * float(finish.dice.uniform(0.95, 1.05))
                colours.append(tone(_GREY_TILES, shade))
    edge = [
        [[b, eaves - 0.2 + lb, -d / 2], [a, eaves - 0.2 + la, -d / 2],
         [a, eaves - 0.1 + la, -d / 2], [b, eaves - 0.1 + lb, -d / 2]]
        for a, b, la, lb in zip(xs[:-1], xs[1:], lift[:-1], lift[1:], strict=True)
    ]  # fmt: skip
    soffit = [
        [[-w / 2, eaves - 0.15, -d / 2], [w / 2, eaves - 0.15, -d / 2],
         [w / 2, eaves - 0.02, -d / 2 + 0.7], [-w / 2, eaves - 0.02, -d / 2 + 0.7]]
    ]  # fmt: skip
    ridge = box((0, top - 0.2, 0), (w * 0.96, 0.18, 0.22), tone(_GREY_TILES, 0.7))
    ends = [box((s * w * 0.47, top - 0.12, 0), (0.2, 0.12, 0.24), BLACK) for s in (-1, 1)]
    return [
        panels(np.array(quads), np.array(colours, np.float32)),
        panels(np.array(edge), pigments((0.2, 0.2, 0.2), len(edge))),
        panels(np.array(soffit), pigments((0.16, 0.06, 0.04), 1)),
        ridge,
        *ends,
    ]


BUILDERS: dict[str, Builder] = {"building": _building, "house": _house, "hall": _hall}
