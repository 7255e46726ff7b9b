"""A layout in, the set's mesh out: floor, walls with their openings, pieces, what lies beyond."""

from __future__ import annotations

import numpy as np

from mstation.breakdown.scene import TimeOfDay
from mstation.identity import prim_names, seed_of
from mstation.previs.ceilings import ceiling_meshes
from mstation.previs.floors import floor_meshes
from mstation.previs.horizon import horizon_meshes
from mstation.previs.mesh import Mesh, with_only
from mstation.previs.pieces import piece_mesh
from mstation.previs.primitives import assembled
from mstation.previs.table_things import table_things
from mstation.previs.vehicles import vehicle_meshes
from mstation.previs.walls import wall_meshes
from mstation.stage.layout import Layout

_LAMPS_ARE_ON = (TimeOfDay.DUSK, TimeOfDay.NIGHT)


def set_mesh(layout: Layout) -> Mesh:
    """Return the whole set in world metres, every solid its own ink part.

    Walls and ceiling are seen from inside only, so that a camera behind them looks in.
    """
    return assembled([mesh for _, mesh in set_parts(layout)])


def set_and_casters(layout: Layout) -> tuple[Mesh, Mesh, Mesh]:
    """Return the whole set, what keeps the key light out, and what keeps the sun out of a room.

    A stage is lit over its walls and through its missing ceiling; so is a room here, or every
    face in it would lie in shadow: its pieces alone cast shadows in the key. Outdoors all that is
    near does. The sun comes into a room by its windows only: all that does not shine keeps it out.
    """
    parts = set_parts(layout)
    whole = assembled([mesh for _, mesh in parts])
    hidden = {"shell"} if layout.is_interior else {"horizon"}
    casters = assembled([mesh for name, mesh in parts if name not in hidden])
    return whole, casters, with_only(whole, (whole.glow <= 0) & layout.is_interior)


def set_parts(layout: Layout) -> list[tuple[str, Mesh]]:
    """Return the set's meshes by name, names as USD takes them: shell, walls, pieces, horizon."""
    dice = np.random.default_rng(seed_of(layout.set_key, "floor"))
    is_lit = layout.is_interior or layout.time in _LAMPS_ARE_ON
    shell = floor_meshes(layout, dice)
    for wall in layout.walls:
        shell += wall_meshes(wall, layout)
    if layout.is_interior and layout.ceiling_m > 0:
        shell += ceiling_meshes(layout)
    shell += vehicle_meshes(layout, is_lit=is_lit)
    shell += table_things(layout)
    parts = [("shell", assembled(shell))]
    if not layout.is_interior:
        beyond = horizon_meshes(layout, is_lit=layout.time in _LAMPS_ARE_ON)
        if beyond:
            parts.append(("horizon", assembled(beyond)))
    taken = ["shell", "horizon", "glass"]
    names = prim_names([*taken, *(piece.name for piece in layout.pieces)])[len(taken) :]
    for name, piece in zip(names, layout.pieces, strict=True):
        parts.append((name, piece_mesh(piece, set_key=layout.set_key, is_lit=is_lit)))
    return parts
