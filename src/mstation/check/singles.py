"""A film in, its singles out: whose shot each is, and the frames that speak for its framing.

A single is a shot of one person, whoever else's shoulder is in it. Its framing is measured
while the person keeps the mark that the shot was composed for: who walks off, sits down or gets
up changes the picture without the camera's fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from mstation.check import geometry
from mstation.check.faults import Mend, Values, fault_at
from mstation.check.figure import Figure, figure_of, pictured, sampled
from mstation.check.film import Film, Flags, Index, Scene, Shot
from mstation.check.finding import Fault
from mstation.check.path import has_moved
from mstation.space import Array
from mstation.timebase import FrameRate

SINGLE_ROLES = ("single", "reaction", "ots")
GROUP_ROLES = ("two_shot", "master")
_EVERY = 2  # frames between two that are measured
_MARK_M = 0.10  # a head that keeps within this is on its mark
_NEAREST_M = 0.1  # what is nearer to the lens has no place in the picture


@dataclass(frozen=True, slots=True, eq=False)
class Single:
    """One person's shot.

    frames   # (n,) of the shot: every second one and the last
    now      # (n,) the same, of the scene
    inside   # (n,) bool: the middle of the head or of its eyes is in the picture
    settled  # (n,) bool: inside, and neither walking nor changing posture
    on_mark  # (n,) bool: settled where the shot was composed for; at least one, if any is inside
    """

    scene: Scene
    shot: Shot
    who: str
    figure: Figure
    is_moved: bool
    frames: Index
    now: Index
    inside: Flags
    settled: Flags
    on_mark: Flags

    @property
    def ends(self) -> Index:
        """The rows of the first and the last frame in which the head is in the picture."""
        rows = np.flatnonzero(self.inside)
        return np.unique(rows[[0, -1]]) if len(rows) else rows

    @property
    def is_lying(self) -> bool:
        """Whether the person lies for most of the shot: no size has a height to cut at."""
        return bool(self.figure.lying[self.now].mean() > 0.5)

    def fault(self, kind: str, row: int, values: Values = (), mends: Iterable[Mend] = ()) -> Fault:
        """Return a fault in this single, at a row of its frames; `who` is told first."""
        told: Values = (("who", self.figure.person.written), *values)
        now = int(self.now[row])
        return fault_at(self.scene, self.shot, kind, told, tuple(mends), frame=now)

    def picture(self, points: Array) -> Array:
        """Return (n, 3): where points (scene frames, 3) are in the picture at `frames`."""
        return pictured(self.shot, self.frames, points[self.now])

    def visible_m(self, depth: Array) -> Array:
        """Return how many metres the frame is high at depths (n,)."""
        return np.asarray(depth * self.shot.sensor.height_mm / self.shot.focal_mm[self.frames])


def singles(film: Film) -> Iterator[Single]:
    """Yield every single of the film, in its order."""
    for scene in film.scenes:
        figures = figures_of(scene, film.rate)
        for shot in scene.shots:
            who = whose(scene, shot)
            if who:
                yield _single(scene, shot, who, figures[who], film.rate)


def figures_of(scene: Scene, rate: FrameRate) -> dict[str, Figure]:
    """Return everybody of a scene as a figure, by prim name."""
    return {name: figure_of(person, rate) for name, person in scene.people.items()}


def whose(scene: Scene, shot: Shot) -> str:
    """Return whose single a shot is, or nothing where it shows several, none, or a thing.

    A shot that calls itself one is one of its first subject; one of another name is one where
    the picture holds one head for most of its length.
    """
    if shot.size == "INSERT" or shot.role in ("insert", *GROUP_ROLES) or shot.frames < 1:
        return ""
    first = shot.subjects[0] if shot.subjects else ""
    if shot.role in SINGLE_ROLES:
        if first in scene.people:
            return first
        return geometry.principal(scene, shot, 0) or geometry.principal(
            scene, shot, shot.frames - 1
        )
    looked = sampled(shot, max(shot.frames // 6, 1))
    heads = [tuple(geometry.heads_seen(scene, shot, int(frame))) for frame in looked]
    alone = [seen[0] for seen in heads if len(seen) == 1]
    if len(shot.subjects) != 1 or first not in scene.people or alone.count(first) <= len(heads) / 2:
        return ""
    return first


def _single(scene: Scene, shot: Shot, who: str, figure: Figure, rate: FrameRate) -> Single:
    frames = sampled(shot, _EVERY)
    now = shot.first_frame + frames
    inside = np.zeros(len(frames), bool)
    for points in (figure.head, figure.eyes):
        seen = pictured(shot, frames, points[now])
        within = ((seen[:, :2] >= 0) & (seen[:, :2] <= 1)).all(axis=1)
        inside |= (seen[:, 2] > _NEAREST_M) & within
    inside &= figure.person.present[now]
    settled = inside & figure.settled[now]
    first = int(np.flatnonzero(settled if settled.any() else inside)[0]) if inside.any() else 0
    away = np.linalg.norm(figure.head[now] - figure.head[now[first]], axis=1)
    on_mark = settled & (away <= _MARK_M)
    on_mark[first] |= inside[first]
    return Single(
        scene=scene,
        shot=shot,
        who=who,
        figure=figure,
        is_moved=has_moved(shot, rate),
        frames=frames,
        now=now,
        inside=inside,
        settled=settled,
        on_mark=on_mark,
    )
