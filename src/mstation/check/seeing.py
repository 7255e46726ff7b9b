"""A shot and a frame in, whom the set does not hide in it out."""

from __future__ import annotations

import numpy as np

from mstation.check.film import Scene, Shot
from mstation.check.geometry import camera_position, head_of, heads_seen
from mstation.check.rays import Surfaces, hits, surfaces


def standing_set(scene: Scene) -> Surfaces:
    """Return what of a scene's set may hide somebody: walls and furniture, no props."""
    return surfaces(tuple(thing for thing in scene.things if not thing.is_prop))


def unhidden(scene: Scene, on: Surfaces, shot: Shot, frame: int) -> set[str]:
    """Return whose heads are within the frame with nothing of the set before them."""
    names = sorted(heads_seen(scene, shot, frame))
    if not names:
        return set()
    ends = np.array([head_of(scene.people[name], shot.first_frame + frame) for name in names])
    starts = np.repeat(camera_position(shot, frame)[None], len(names), axis=0)
    met = hits(on, starts, ends).thing
    return {name for name, thing in zip(names, met, strict=True) if thing < 0}
