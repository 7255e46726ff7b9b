"""Pictures, mirrors, shelves and lamps on a wall: a hook in, meshes out.

A thing hangs around x = 0 on a wall at z = 0, faces −Z, and stands out by less than 0.15 m.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mstation.previs.finish import DARK_WOOD, GOLD, IRON, LAMPLIGHT, LINEN, PAPER, STEEL, disc
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import (
    box,
    cylinder,
    mixed,
    panel,
    placed,
    prism,
    spread,
    tone,
    turned,
    upright,
)
from mstation.previs.wording import wording, written
from mstation.screenplay.script import Language
from mstation.stage.layout import Rgb


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a thing hangs: the wall it may cover, its trim, the film's language, its dice."""

    room_m: float
    wall_m: float  # the wall's height
    trim: Rgb
    language: Language
    dice: np.random.Generator

    def pick(self, colours: tuple[Rgb, ...]) -> Rgb:
        """Return one of some colours."""
        return colours[int(self.dice.integers(len(colours)))]


Hanging = Callable[[Hook], list[Mesh]]

_INKS: tuple[Rgb, ...] = (
    (0.36, 0.1, 0.07), (0.08, 0.2, 0.3), (0.42, 0.29, 0.08), (0.1, 0.22, 0.13),
    (0.3, 0.14, 0.2), (0.1, 0.11, 0.14),
)  # fmt: skip
_GROUNDS: tuple[Rgb, ...] = ((0.6, 0.56, 0.47), (0.42, 0.48, 0.5), (0.55, 0.45, 0.34))


def flat(x: float, y: float, wide: float, high: float, out: float, colour: Rgb) -> Mesh:
    """Return an upright rectangle that faces −Z: the middle of its foot, and how far it is out."""
    return panel(upright(x - wide / 2, x + wide / 2, y, y + high, -out), colour)


def framed(hook: Hook, x: float, y: float, wide: float, high: float) -> list[Mesh]:
    """Return a picture in its frame; what it shows is as the dice fall."""
    frame = hook.pick((DARK_WOOD, GOLD, (0.05, 0.05, 0.055), (0.4, 0.37, 0.32)))
    edge = min(0.04, 0.1 * wide)
    meshes = [
        box((x, y, -0.015), (wide, high, 0.03), frame),
        flat(x, y + edge, wide - 2 * edge, high - 2 * edge, 0.032, hook.pick(_GROUNDS)),
    ]
    draw = _ARTS[int(hook.dice.integers(len(_ARTS)))]
    return meshes + draw(hook, x, y + edge, wide - 2 * edge, high - 2 * edge)


def _abstract(hook: Hook, x: float, y: float, wide: float, high: float) -> list[Mesh]:
    meshes = []
    for index in range(3):
        w, h = (float(v) for v in hook.dice.uniform(0.2, 0.6, 2))
        px, py = (float(v) for v in hook.dice.uniform(0, 1, 2))
        meshes.append(
            flat(
                x + (px - 0.5) * wide * (1 - w),
                y + py * high * (1 - h),
                w * wide,
                h * high,
                0.034 + 0.001 * index,
                hook.pick(_INKS),
            )
        )
    return meshes


def _landscape(hook: Hook, x: float, y: float, wide: float, high: float) -> list[Mesh]:
    phase = float(hook.dice.uniform(0, 6))
    ink = hook.pick(_INKS)
    meshes = []
    for layer in range(3):
        steps = [i / 6 for i in range(7)]
        crest = [
            (
                x + wide * (0.5 - t),
                y + high * (0.6 - 0.18 * layer + 0.09 * math.sin(phase + 2 * layer + 6 * t)),
            )
            for t in steps
        ]
        outline = [(x - wide / 2, y), (x + wide / 2, y), *crest]
        out = 0.034 + 0.001 * layer
        colour = mixed(ink, (0.5, 0.5, 0.48), 0.5 - 0.22 * layer)
        meshes.append(panel([(px, py, -out) for px, py in outline[::-1]], colour))
    return meshes


def _portrait(hook: Hook, x: float, y: float, wide: float, high: float) -> list[Mesh]:
    ink = hook.pick(_INKS)
    head, out = 0.16 * high, 0.035
    ring = [(math.cos(a), math.sin(a)) for a in np.linspace(0, 2 * math.pi, 13)[:-1]]
    face = [(x + head * 0.8 * u, y + high * 0.62 + head * v, -out - 0.001) for u, v in ring]
    chest = [
        (x - wide * 0.34, y, -out), (x - wide * 0.26, y + high * 0.36, -out),
        (x, y + high * 0.46, -out), (x + wide * 0.26, y + high * 0.36, -out),
        (x + wide * 0.34, y, -out),
    ]  # fmt: skip
    return [panel(chest, ink), panel(face[::-1], (0.45, 0.3, 0.22))]


def _still_life(hook: Hook, x: float, y: float, wide: float, high: float) -> list[Mesh]:
    table = flat(x, y, wide, high * 0.34, 0.034, (0.2, 0.12, 0.07))
    ring = [(math.cos(a), math.sin(a)) for a in np.linspace(0, 2 * math.pi, 11)[:-1]]
    meshes = [table]
    for index, share in enumerate((-0.2, 0.05, 0.24)):
        size = high * (0.2 if index == 1 else 0.12)
        fruit = [
            (x + share * wide + size * u, y + high * 0.3 + size * (v + 0.8), -0.035 - 0.001 * index)
            for u, v in ring
        ]
        meshes.append(panel(fruit[::-1], hook.pick(_INKS)))
    return meshes


_ARTS = (_abstract, _landscape, _portrait, _still_life)


def _frames(hook: Hook) -> list[Mesh]:
    """Return one large picture, a pair, or a cluster of small ones."""
    choice = int(hook.dice.integers(3))
    if choice == 0 or hook.room_m < 0.8:
        wide = min(0.95, hook.room_m * 0.75)
        return framed(hook, 0.0, 1.42, wide, wide * 0.72)
    if choice == 1:
        wide = min(0.46, hook.room_m * 0.4)
        return [
            *framed(hook, -wide * 0.62, 1.4, wide, wide * 1.32),
            *framed(hook, wide * 0.62, 1.4, wide, wide * 1.32),
        ]
    unit = min(0.3, hook.room_m / 4)
    meshes = []
    for x, y, wide, high in ((-1.1, 0, 1.2, 1.5), (0.35, 0.15, 1.3, 1.0), (0.2, 1.3, 1.0, 1.2),
                             (-1.0, 1.65, 1.0, 0.8), (1.45, 0.7, 0.8, 1.0)):  # fmt: skip
        meshes += framed(hook, x * unit, 1.32 + y * unit, wide * unit, high * unit)
    return meshes


def _mirror(hook: Hook) -> list[Mesh]:
    wide = min(0.62, hook.room_m * 0.7)
    glass = flat(0, 1.14, wide - 0.08, 0.84, 0.034, (0.42, 0.48, 0.5))
    gleam = [
        (-wide * 0.1, 1.2, -0.035), (wide * 0.28, 1.94, -0.035), (wide * 0.12, 1.94, -0.035),
        (-wide * 0.26, 1.2, -0.035),
    ]  # fmt: skip
    frame = box((0, 1.1, -0.015), (wide, 0.92, 0.03), tone(hook.trim, 0.7))
    return [frame, glass, panel(gleam[::-1], (0.55, 0.6, 0.61))]


def _plates(hook: Hook) -> list[Mesh]:
    meshes = []
    for index, (x, y) in enumerate(((-0.3, 0.0), (0.05, 0.16), (0.38, -0.03))):
        size = 0.11 + 0.025 * (index % 2)
        spot = (x, 1.62 + y, -0.012)
        meshes.append(disc(spot, size, 0.02, (0.6, 0.6, 0.57), sides=14))
        ring = (spot[0], spot[1], -0.014)
        meshes.append(disc(ring, size * 0.72, 0.022, hook.pick(_INKS), sides=14))
        meshes.append(disc(ring, size * 0.55, 0.024, (0.6, 0.6, 0.57), sides=14))
    return meshes


def _wall_shelf(hook: Hook) -> list[Mesh]:
    """Return two boards with books, jars and a small plant."""
    wide = min(1.1, hook.room_m * 0.85)
    wood = mixed((0.24, 0.14, 0.08), hook.trim, 0.25)
    meshes: list[Mesh] = []
    for y in (1.36, 1.74):
        meshes.append(box((0, y, -0.07), (wide, 0.025, 0.14), wood))
        for side in (-1, 1):
            meshes.append(box((side * wide * 0.38, y - 0.09, -0.03), (0.02, 0.09, 0.06), IRON))
        x = -wide / 2 + 0.06
        while x < wide / 2 - 0.08:
            kind = float(hook.dice.random())
            if kind < 0.62:
                thick, tall = (
                    float(hook.dice.uniform(0.025, 0.05)),
                    float(hook.dice.uniform(0.16, 0.25)),
                )
                meshes.append(box((x, y + 0.025, -0.065), (thick, tall, 0.1), hook.pick(_INKS)))
                x += thick + 0.004
            elif kind < 0.85:
                jar = (x + 0.05, y + 0.025, -0.07)
                meshes.append(cylinder(jar, 0.04, 0.12, hook.pick(_GROUNDS), sides=8))
                x += 0.14
            else:
                x += 0.12
    return meshes


def _sconce(hook: Hook) -> list[Mesh]:
    """Return a pair of wall lamps that are not lit, a picture between them where there is room."""
    reach = min(0.75, hook.room_m * 0.4)
    shade = mixed(LAMPLIGHT, LINEN, 0.5)
    meshes: list[Mesh] = []
    for side in (-1, 1):
        x = side * reach
        meshes.append(box((x, 1.62, -0.01), (0.09, 0.16, 0.02), GOLD))
        meshes.append(box((x, 1.68, -0.05), (0.02, 0.02, 0.08), GOLD))
        profile = [(0.075, 0.0), (0.04, 0.14)]
        meshes.append(turned((x, 1.7, -0.075), profile, shade, sides=10, glow=0.25))
    if hook.room_m > 1.5:
        meshes += framed(hook, 0.0, 1.4, 0.6, 0.5)
    return meshes


def _coat_hooks(hook: Hook) -> list[Mesh]:
    wide = min(0.9, hook.room_m * 0.85)
    meshes = [box((0, 1.66, -0.012), (wide, 0.1, 0.024), DARK_WOOD)]
    count = max(3, round(wide / 0.2))
    for x in spread(wide, count):
        meshes.append(box((x, 1.68, -0.045), (0.02, 0.025, 0.06), STEEL))
        if hook.dice.random() < 0.45:
            cloth = hook.pick(_INKS)
            long = float(hook.dice.uniform(0.55, 0.95))
            coat = [
                (-0.15, 0),
                (0.16, 0),
                (0.13, long * 0.6),
                (0.07, long),
                (-0.07, long),
                (-0.13, long * 0.6),
            ]
            meshes.append(placed(prism(coat, -0.015, -0.1, cloth), at=(x, 1.7 - long, 0)))
    return meshes


def _scrolls(hook: Hook) -> list[Mesh]:
    """Return a pair of couplets, and between them an ink landscape where there is room."""
    reach = min(0.62, hook.room_m * 0.36)
    meshes: list[Mesh] = []
    for side, where in ((-1, "couplet_left"), (1, "couplet_right")):
        text = wording(where, hook.language, hook.dice)
        meshes += [
            box(
                (side * reach, 1.0, -0.008),
                (0.26, 1.25, 0.012),
                hook.pick(((0.42, 0.06, 0.04), PAPER)),
            ),
            box((side * reach, 0.97, -0.014), (0.32, 0.035, 0.03), DARK_WOOD),
            box((side * reach, 2.24, -0.014), (0.32, 0.035, 0.03), DARK_WOOD),
        ]
        each = 1.05 / max(len(text), 1)
        for index, letter in enumerate(text):
            centre = (side * reach, 2.08 - each * index, -0.017)
            size = min(0.22, each)
            meshes.append(written(letter, centre, size, size, (0.04, 0.035, 0.03), hook.language))
    if hook.room_m > 1.4:
        meshes += [
            box((0, 0.95, -0.008), (0.55, 1.36, 0.012), PAPER),
            box((0, 0.92, -0.014), (0.62, 0.035, 0.03), DARK_WOOD),
            *_landscape(Hook(0.5, 2, hook.trim, hook.language, hook.dice), 0, 1.05, 0.47, 1.1),
        ]
    return meshes


def _fans(hook: Hook) -> list[Mesh]:
    angles = np.linspace(math.radians(20), math.radians(160), 11)
    meshes = []
    for index, (x, y) in enumerate(((-0.28, 1.45), (0.3, 1.62))):
        rim = [(x + 0.36 * math.cos(a), y + 0.36 * math.sin(a)) for a in angles]
        leaf = [(x, y), *rim]
        meshes.append(
            panel([(px, py, -0.02) for px, py in leaf[::-1]], (PAPER, (0.45, 0.1, 0.07))[index])
        )
        for a in angles[::2]:
            end = (x + 0.34 * math.cos(a), y + 0.34 * math.sin(a))
            thin = [
                (x - 0.006, y),
                (x + 0.006, y),
                (end[0] + 0.004, end[1]),
                (end[0] - 0.004, end[1]),
            ]
            meshes.append(panel([(px, py, -0.022) for px, py in thin[::-1]], DARK_WOOD))
    return meshes


def _lattice_panel(hook: Hook) -> list[Mesh]:
    """Return a carved screen on the wall: a frame, a ground of paper, squares within squares."""
    wide, high, foot = min(0.95, hook.room_m * 0.75), 1.25, 1.02
    wood = tone(mixed(hook.trim, DARK_WOOD, 0.4), 0.9)
    meshes = [
        flat(0, foot, wide, high, 0.006, mixed(PAPER, hook.trim, 0.25)),
        box((0, foot, -0.015), (wide, 0.05, 0.03), wood),
        box((0, foot + high - 0.05, -0.015), (wide, 0.05, 0.03), wood),
    ]
    for index in range(5):
        x = -wide / 2 + 0.02 + (wide - 0.04) * index / 4
        meshes.append(box((x, foot, -0.012), (0.028, high, 0.02), wood))
    for index in range(1, 5):
        meshes.append(box((0, foot + high * index / 5, -0.012), (wide, 0.024, 0.02), wood))
    return meshes


def _banner(hook: Hook) -> list[Mesh]:
    wide, top = min(0.62, hook.room_m * 0.6), min(hook.wall_m - 0.35, 2.9)
    cloth = hook.pick(((0.4, 0.05, 0.04), (0.08, 0.12, 0.3), (0.45, 0.3, 0.07)))
    long = top - 1.0
    outline = [(-wide / 2, 0.14), (0, 0), (wide / 2, 0.14), (wide / 2, long), (-wide / 2, long)]
    text = wording("banner", hook.language, hook.dice)
    return [
        placed(prism(outline, -0.008, -0.02, cloth), at=(0, 1.0, 0)),
        flat(0, 1.22, wide * 0.8, long - 0.34, 0.022, tone(cloth, 1.25)),
        box((0, top - 0.02, -0.02), (wide + 0.14, 0.04, 0.04), GOLD),
        written(text, (0, 1.0 + long * 0.55, -0.024), wide * 0.7, 0.34, GOLD, hook.language),
    ]


def _cross(hook: Hook) -> list[Mesh]:
    return [
        box((0, 1.5, -0.025), (0.1, 1.1, 0.05), DARK_WOOD),
        box((0, 2.1, -0.025), (0.62, 0.1, 0.05), DARK_WOOD),
    ]


def _drape_panel(hook: Hook) -> list[Mesh]:
    """Return folds of heavy cloth from near the ceiling to the floor."""
    wide, top = min(1.3, hook.room_m * 0.8), hook.wall_m - 0.3
    cloth: Rgb = (0.2, 0.035, 0.03)
    folds = 2 * max(3, round(wide / 0.2))
    meshes = []
    for index in range(folds):
        a, b = (-wide / 2 + wide * i / folds for i in (index, index + 1))
        za, zb = (-0.04, -0.12) if index % 2 else (-0.12, -0.04)
        quad = [(b, 0.02, zb), (a, 0.02, za), (a, top, za), (b, top, zb)]
        meshes.append(panel(quad, tone(cloth, 1.15 if index % 2 else 0.8)))
    return [*meshes, box((0, top - 0.04, -0.07), (wide + 0.1, 0.12, 0.12), GOLD)]


BUILDERS: dict[str, Hanging] = {
    "frames": _frames,
    "mirror": _mirror,
    "plates": _plates,
    "wall_shelf": _wall_shelf,
    "sconce": _sconce,
    "coat_hooks": _coat_hooks,
    "scrolls": _scrolls,
    "fans": _fans,
    "lattice_panel": _lattice_panel,
    "banner": _banner,
    "cross": _cross,
    "drape_panel": _drape_panel,
}
