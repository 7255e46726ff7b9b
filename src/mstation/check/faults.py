"""A place in the film in, a fault there out: every check tells scene, shot, line and frame so."""

from __future__ import annotations

from mstation.check.film import Scene, Shot
from mstation.check.finding import Fault, Value
from mstation.check.lines import line_at

Values = tuple[tuple[str, Value], ...]
Mend = tuple[str, Values]


def fault_at(
    scene: Scene,
    shot: Shot,
    kind: str,
    values: Values = (),
    mends: tuple[Mend, ...] = (),
    *,
    frame: int | None = None,
) -> Fault:
    """Return a fault in a shot, at a frame of the scene: where none is said, at the cut into it."""
    now = shot.first_frame if frame is None else frame
    return Fault(
        kind=kind,
        scene=scene.label,
        shot=shot.label,
        line=line_at(scene, now),
        frame=scene.film_first_frame + now,
        values=values,
        mends=mends,
    )
