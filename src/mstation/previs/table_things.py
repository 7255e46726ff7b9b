"""What lies on tops and nobody in the script handles. A layout in, meshes out.

Small and near the far edge of a top, so that hands, lamps and the things of the script have room.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from mstation.identity import seed_of
from mstation.previs.finish import CLAY, GLASS, LEAF, METAL, PAPER, STEEL
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import ball, box, cylinder, placed, tone, turned
from mstation.stage.layout import Layout, Piece, Rgb

_LEAST_TOP_M, _MOST_TOP_M = 0.35, 1.3
_EDGE_M = 0.16
_NEAR_M = 0.3  # no thing stands so near to what the plan put on the same top
_INKS: tuple[Rgb, ...] = (
    (0.34, 0.1, 0.07), (0.07, 0.16, 0.26), (0.4, 0.28, 0.09), (0.1, 0.2, 0.12), (0.26, 0.22, 0.2),
)  # fmt: skip
_WHITE: Rgb = (0.58, 0.57, 0.53)

Thing = Callable[[np.random.Generator], list[Mesh]]


def _ink(dice: np.random.Generator) -> Rgb:
    return _INKS[int(dice.integers(len(_INKS)))]


def _books(dice: np.random.Generator) -> list[Mesh]:
    meshes, y = [], 0.0
    for _ in range(int(dice.integers(2, 5))):
        thick = float(dice.uniform(0.02, 0.045))
        size = (float(dice.uniform(0.14, 0.17)), thick, float(dice.uniform(0.2, 0.24)))
        book = box((0, y, 0), size, _ink(dice))
        meshes.append(placed(book, yaw_rad=float(dice.uniform(-0.25, 0.25))))
        y += thick
    return meshes


def _papers(dice: np.random.Generator) -> list[Mesh]:
    return [
        placed(box((0, 0.003 * i, 0), (0.21, 0.003, 0.29), tone(PAPER, 1 - 0.06 * i)),
               yaw_rad=float(dice.uniform(-0.4, 0.4)))
        for i in range(3)
    ]  # fmt: skip


def _cup(dice: np.random.Generator) -> list[Mesh]:
    colour = _WHITE if dice.random() < 0.6 else _ink(dice)
    return [
        cylinder((0, 0, 0), 0.07, 0.012, _WHITE, sides=10),
        turned((0, 0.012, 0), [(0.028, 0), (0.042, 0.07)], colour, sides=9),
    ]


def _vase(dice: np.random.Generator) -> list[Mesh]:
    body = turned((0, 0, 0), [(0.04, 0), (0.065, 0.07), (0.03, 0.17)], _ink(dice), sides=9)
    meshes = [body]
    for index in range(5):
        angle = index * 2.5
        at = (0.06 * math.cos(angle), 0.26 + 0.02 * (index % 2), 0.06 * math.sin(angle))
        petal = tone(_ink(dice), 1.8)
        meshes.append(ball(at, (0.035, 0.03, 0.035), petal, sides=5, rings=3))
    return [*meshes, cylinder((0, 0.16, 0), 0.03, 0.1, LEAF, sides=5)]


def _fruit(dice: np.random.Generator) -> list[Mesh]:
    meshes = [turned((0, 0, 0), [(0.05, 0), (0.13, 0.06)], _WHITE, sides=11)]
    for index, colour in enumerate(((0.45, 0.1, 0.05), (0.5, 0.35, 0.06), (0.2, 0.3, 0.07))):
        angle = index * 2.1
        at = (0.05 * math.cos(angle), 0.075, 0.05 * math.sin(angle))
        meshes.append(ball(at, (0.042, 0.042, 0.042), colour, sides=7, rings=4))
    return meshes


def _bottles(dice: np.random.Generator) -> list[Mesh]:
    meshes = []
    for index in range(int(dice.integers(2, 4))):
        profile = [(0.035, 0), (0.035, 0.16), (0.013, 0.21), (0.013, 0.28)]
        colour = ((0.03, 0.1, 0.05), (0.2, 0.08, 0.03), GLASS)[int(dice.integers(3))]
        meshes.append(turned((0.09 * index, 0, 0.03 * (index % 2)), profile, colour, sides=7))
    return meshes


def _plate(dice: np.random.Generator) -> list[Mesh]:
    return [
        turned((0, 0, 0), [(0.07, 0), (0.12, 0.016)], _WHITE, sides=12),
        box((0.17, 0, 0), (0.014, 0.006, 0.18), STEEL),
        box((-0.17, 0, 0), (0.014, 0.006, 0.18), STEEL),
    ]


def _teapot(dice: np.random.Generator) -> list[Mesh]:
    clay = CLAY if dice.random() < 0.5 else _WHITE
    pot = turned((0, 0, 0), [(0.05, 0), (0.08, 0.05), (0.05, 0.1), (0.015, 0.13)], clay, sides=10)
    spout = box((0, 0.05, -0.1), (0.02, 0.03, 0.06), clay)
    cups = [turned((x, 0, 0.1), [(0.02, 0), (0.032, 0.04)], _WHITE, sides=8) for x in (-0.15, 0.15)]
    return [pot, spout, *cups]


def _pens(dice: np.random.Generator) -> list[Mesh]:
    meshes = [cylinder((0, 0, 0), 0.035, 0.1, _ink(dice), sides=8)]
    for index in range(4):
        at = (0.012 * (index - 1.5), 0.08, 0.012 * (index % 2))
        meshes.append(box(at, (0.008, 0.09, 0.008), _ink(dice)))
    return meshes


def _files(dice: np.random.Generator) -> list[Mesh]:
    return [
        box((0.05 * i, 0, 0), (0.045, 0.28, 0.22), _ink(dice))
        for i in range(int(dice.integers(3, 6)))
    ]


def _till(dice: np.random.Generator) -> list[Mesh]:
    return [
        box((0, 0, 0), (0.36, 0.14, 0.34), METAL),
        box((0, 0.14, 0.06), (0.3, 0.14, 0.16), tone(METAL, 0.6)),
        box((0, 0.18, -0.03), (0.22, 0.07, 0.01), (0.1, 0.2, 0.14)),
    ]


def _vessels(dice: np.random.Generator) -> list[Mesh]:
    meshes = []
    for index, colour in enumerate(((0.12, 0.3, 0.4), (0.36, 0.3, 0.08), (0.14, 0.34, 0.16))):
        profile = [(0.05, 0), (0.05, 0.02), (0.016, 0.1), (0.016, 0.15)]
        meshes.append(turned((0.13 * index, 0, 0), profile, colour, sides=8))
    return meshes


_HOME = (_vase, _fruit, _cup, _books)
_MEAL = (_plate, _bottles, _cup, _vase)
_DESK = (_papers, _books, _pens, _cup, _files)
_TEA = (_teapot, _cup)
_KITCHEN = (_fruit, _cup, _bottles, _teapot, _plate)
_BY_SET: dict[str, tuple[Thing, ...]] = {
    "living_room": _HOME, "bedroom": _HOME, "hotel_room": _HOME, "dining_room": _MEAL,
    "kitchen": _KITCHEN, "restaurant": _MEAL, "cafe": (_cup, _vase, _plate),
    "bar": (_bottles, _cup),
    "teahouse": _TEA, "temple": _TEA, "palace_hall": _TEA, "courtyard": _TEA,
    "shop": (_till, _papers, _files), "laboratory": (_vessels, _papers, _pens),
    "hospital_room": (_cup, _vase, _papers), "workshop": (_bottles, _papers),
    "bathroom": (_bottles, _vase), "train_carriage": _HOME,
}  # fmt: skip
_TOPS = ("table", "round_table", "desk", "tea_table", "counter", "bar", "cupboard")
_BARE = ("tea_table",)  # its builder lays it already


def table_things(layout: Layout) -> list[Mesh]:
    """Return what lies on the tops of a set."""
    choices = _BY_SET.get(layout.kind, _DESK if layout.is_interior else ())
    meshes: list[Mesh] = []
    for piece in layout.pieces if choices else ():
        top = piece.position[1] + piece.size[1]
        if piece.kind not in _TOPS or piece.kind in _BARE or piece.position[1] > 0.1:
            continue
        if _LEAST_TOP_M <= top <= _MOST_TOP_M:
            meshes += _on(piece, layout, choices)
    return meshes


def _on(piece: Piece, layout: Layout, choices: tuple[Thing, ...]) -> list[Mesh]:
    dice = np.random.default_rng(seed_of(layout.set_key, "things", piece.name))
    width, height, depth = piece.size
    reach_x, reach_z = width / 2 - _EDGE_M, depth / 2 - _EDGE_M
    count = max(1, min(4, round(width * depth / 0.42)))
    others = [
        other for other in layout.pieces
        if abs(other.position[1] - piece.position[1] - height) < 0.05
    ]  # fmt: skip
    cos, sin = math.cos(piece.yaw_rad), math.sin(piece.yaw_rad)
    meshes: list[Mesh] = []
    order = dice.permutation(len(choices))
    for index in range(min(count, len(choices))):
        share = (index + 0.5) / count * 2 - 1
        along, across = (share * reach_x, 0.55 * reach_z) if width >= depth else (
            0.25 * reach_x, share * reach_z)  # fmt: skip
        built = choices[int(order[index])](dice)
        x = piece.position[0] + cos * along + sin * across
        z = piece.position[2] - sin * along + cos * across
        is_near = any(math.dist((x, z), other.position[::2]) < _NEAR_M for other in others)
        if reach_x <= 0 or reach_z <= 0 or is_near:
            continue
        at = (x, piece.position[1] + height, z)
        turn = piece.yaw_rad + float(dice.uniform(-0.3, 0.3))
        meshes += [placed(mesh, at=at, yaw_rad=turn) for mesh in built]
    return meshes
