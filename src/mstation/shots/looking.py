"""What people do in, whose eyes to look through out: points of view, and the sides of a phone."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mstation.shots.axis import Epoch
from mstation.shots.cutting import Segment
from mstation.shots.grammar import grammar
from mstation.shots.landmarks import Figures
from mstation.shots.setup import Setup
from mstation.shots.shot import Role, Size
from mstation.stage.performance import Performance

_FAR_M = 2.5  # nearer than this the looker needs no shot of what he sees
_SETTLED_FRAMES = 8  # a look has found what it looks at


def looks_of(
    point: int, segment: Segment, epoch: Epoch, figures: Figures, performance: Performance | None
) -> list[Setup]:
    """Return points of view of those who look far off, at somebody they are not in talk with."""
    if performance is None:
        return []
    found: list[Setup] = []
    for act in performance.acts:
        looker = figures.index(act.character_id)
        begins = act.first_frame + _SETTLED_FRAMES
        is_now = segment.first_frame < act.end_frame and segment.end_frame > begins
        if act.kind not in grammar().acts["seeing"] or looker not in epoch.people or not is_now:
            continue
        frame = max(segment.first_frame, min(begins, segment.end_frame - 1))
        target = figures.index(act.towards)
        talks = segment.is_spoken and target in (segment.pair or ())
        if talks or target == looker:
            continue
        if target >= 0 and not _is_far(looker, target, frame, figures):
            continue
        if any(setup.looker == looker for setup in found):
            continue
        found.append(Setup(point, frame, "pov", Role.POV, Size.MS if target >= 0 else Size.WS,
                           1, principal=target, looker=looker))  # fmt: skip
    return found


def _is_far(looker: int, target: int, frame: int, figures: Figures) -> bool:
    if not figures.present[target, frame]:
        return False
    apart = math.dist(figures.eyes[looker, frame], figures.eyes[target, frame])
    return apart > _FAR_M


def phone_sides(performance: Performance | None, figures: Figures) -> Mapping[int, int]:
    """Return on which side each who is on the phone is seen from, by person.

    The two ends of a call look against each other: whose id comes first looks to the right.
    """
    sides: dict[int, int] = {}
    for act in performance.acts if performance is not None else ():
        person = figures.index(act.character_id)
        if person >= 0 and act.kind in grammar().acts["phoning"]:
            other = act.towards
            sides.setdefault(person, 1 if not other or act.character_id < other else -1)
    return sides
