"""Pieces of a set in, their meshes out: every kind is built to the size of its box."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib import resources

import numpy as np

from mstation.identity import seed_of
from mstation.previs import facades, fittings, furniture, nature, outdoors, street
from mstation.previs.finish import Builder, finish_of
from mstation.previs.mesh import Mesh
from mstation.previs.primitives import assembled, placed
from mstation.previs.wording import language_of
from mstation.stage.layout import Piece

BUILDERS: dict[str, Builder] = {
    **furniture.BUILDERS,
    **fittings.BUILDERS,
    **nature.BUILDERS,
    **street.BUILDERS,
    **facades.BUILDERS,
    **outdoors.BUILDERS,
}

_WORDS: dict[str, str] = tomllib.loads(
    resources.files("mstation.previs").joinpath("pieces.toml").read_text("utf-8")
)["words"]

_LEAST_M = 0.004  # a piece thinner than this is built this thick
_DRESSED = ("altar", "tea_table", "kang_bed")  # things stand on them, above their box


def builder_of(kind: str) -> Builder:
    """Return who builds a kind, by its name or another word for it; else a neat crate."""
    return BUILDERS.get(kind) or BUILDERS.get(_WORDS.get(kind, ""), BUILDERS["crate"])


def piece_mesh(piece: Piece, *, set_key: str = "", is_lit: bool = True) -> Mesh:
    """Return a piece as it stands on the set, every solid its own ink part.

    The mesh stays inside the piece's box. `set_key` with the piece's name throws its dice;
    `is_lit` says whether lamps, screens and windows shine.
    """
    local = local_piece_mesh(piece, set_key=set_key, is_lit=is_lit)
    return placed(local, at=piece.position, yaw_rad=piece.yaw_rad)


def local_piece_mesh(piece: Piece, *, set_key: str = "", is_lit: bool = True) -> Mesh:
    """Return a piece before it is placed: the middle of its foot at the origin, front to −Z."""
    width, height, depth = (max(_LEAST_M, side) for side in piece.size)
    seed, language = seed_of(set_key, piece.name), language_of(set_key)
    finish = finish_of(piece.colour, seed, is_lit=is_lit, language=language)
    builder = builder_of(piece.kind)
    mesh = assembled(builder(width, height, depth, finish))
    is_dressed = builder in [BUILDERS[kind] for kind in _DRESSED]
    over = facades.OVERHANG_M if builder is BUILDERS["building"] else 0.0
    return _fitted(mesh, width, None if is_dressed else height, depth, over)


def _fitted(
    mesh: Mesh, width: float, height: float | None, depth: float, over: float = 0.0
) -> Mesh:
    """Return the mesh drawn in where it reaches out of its box.

    Without a height it may rise; its front may hang over by `over` metres.
    """
    reach = np.abs(mesh.points).max(axis=0)
    room = [width / 2, reach[1] if height is None else height, depth / 2 + over]
    shrink = np.minimum(1.0, np.array(room) / np.maximum(reach, 1e-6))
    points = (mesh.points * shrink).astype(np.float32)
    points[:, 1] = np.maximum(points[:, 1], 0)
    return replace(mesh, points=points)
