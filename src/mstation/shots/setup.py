"""The noun of coverage: a camera that is asked for, not yet placed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.shots.shot import Angle, Move, Role, Size

Family = Literal["single", "ots", "group", "insert", "place", "pov"]


@dataclass(frozen=True, slots=True)
class Setup:
    """A camera that is asked for, not yet placed.

    `mate` is the index, in the same list, of the setup it must mirror, or −1. `wished` is 0 for
    what the designer asks for, 1 for exactly what a wish wants, more for answers further off.
    """

    point: int
    frame: int
    family: Family
    role: Role
    size: Size
    world: int
    principal: int = -1
    partner: int = -1
    group: tuple[int, ...] = ()
    prop: int = -1
    mate: int = -1
    follow: int = 0  # 1 pans after its people, 2 tracks along with them
    swing: int = 0  # groups: which of the ways to look comes first
    lines: tuple[tuple[int, int], ...] = ()  # groups: the lines of interest that they hold
    angle: Angle = Angle.EYE
    lens_mm: float = 0.0  # a focal length that is asked for; nought is the size's own
    move: Move | None = None  # that is asked for; None is what the moment asks for
    looker: int = -1  # points of view: through whose eyes
    over: int = -1  # groups: over whose shoulder they are seen
    wished: int = 0
