"""Three designers to be measured against: they frame well and know nothing of the line.

`random_shots` does as a storyboard program's shot explorer: any size, any angle, from anywhere
round the subject. `one_camera_a_speaker` cuts to a fixed medium close-up of whoever speaks.
`fixed_coverage` is a master, then over-the-shoulders and singles by templates whose offsets are
each character's own. All take `design_shots`'s arguments, keep cameras out of the set where a
shorter lens can, and leave no shot under a second.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps
from random import Random

import numpy as np
from benchmarks.shot_shooting import Designer

from mstation.breakdown.scene import Presence, Scene
from mstation.identity import opaque_id, seed_of
from mstation.shots.framing import Framing, cameras_at, solve_distance, turned
from mstation.shots.grammar import SIZES, STEP, grammar
from mstation.shots.landmarks import Figures, figures_of
from mstation.shots.shot import Angle, CameraKey, Move, Role, Shot, ShotList, Size
from mstation.shots.styles import Style
from mstation.space import PRIME_KIT_MM, Array, Sensor
from mstation.stage.collision import Obstacles, obstacles
from mstation.stage.layout import Layout
from mstation.stage.performance import BeatTiming, Motion, Performance
from mstation.timebase import FrameRate

_LEAST_S, _LONG_S = 1.0, 3.5
_CLEAR_M, _SAME_M = 0.3, 0.4
_SIDE_M, _MARGIN = 0.3, 0.04  # beside a head, and of the picture's width
_HEIGHTS: dict[Angle, float] = {Angle.EYE: 0.0, Angle.HIGH: 0.45, Angle.LOW: -0.4}  # m a metre off
_FRONT_DEG, _THREE_QUARTER_DEG, _SHOULDER_DEG = 20.0, 35.0, 17.0


def _designer(shots_of: Callable[[_Crew], list[Shot]]) -> Designer:
    """Return a designer of these shots of a scene, whatever its style and its place in the film."""

    @wraps(shots_of)
    def designed(
        scene: Scene,
        layout: Layout,
        performance: Performance,
        motions: tuple[Motion, ...],
        *,
        sensor: Sensor,
        rate: FrameRate,
        opening: bool = False,
        closing: bool = False,
        style: Style | None = None,
    ) -> ShotList:
        crew = _Crew.of(scene, layout, performance, motions, sensor, rate)
        return crew.listed(shots_of(crew))

    return designed


@_designer
def random_shots(crew: _Crew) -> list[Shot]:
    """Return shots of any size and angle round whoever a beat is about, one or two a beat."""
    random = Random(seed_of("random shots", crew.scene.id))
    stretches: list[_Stretch] = []
    for stretch in crew.stretches():
        frames = stretch.end - stretch.first
        if frames > crew.rate.frames_ceil(_LONG_S) and random.random() < 0.6:
            middle = stretch.first + round(frames * random.uniform(0.35, 0.65))
            stretches += [stretch.part(stretch.first, middle), stretch.part(middle, stretch.end)]
        else:
            stretches.append(stretch)
    shots = []
    for stretch in stretches:
        there = crew.there(stretch.first)
        size = random.choice(SIZES)
        angle = random.choice((Angle.EYE, Angle.EYE, Angle.HIGH, Angle.LOW))
        turn = random.uniform(-100.0, 100.0)
        who = stretch.about if stretch.about in there else random.choice(there) if there else -1
        if who < 0:
            shots.append(crew.wide(stretch, there))
        else:
            shots.append(crew.single(stretch, who, size, turn, angle=angle))
    return shots


@_designer
def one_camera_a_speaker(crew: _Crew) -> list[Shot]:
    """Return a medium close-up in front of each speaker, a wide shot for what is done."""
    shots = []
    for stretch in crew.stretches():
        there = crew.there(stretch.first)
        if stretch.is_line and stretch.about in there:
            shots.append(crew.single(stretch, stretch.about, Size.MCU, _FRONT_DEG))
        else:
            shots.append(crew.wide(stretch, there))
    return shots


@_designer
def fixed_coverage(crew: _Crew) -> list[Shot]:
    """Return a master, then over-the-shoulders and singles in turn, by each one's own offsets."""
    shots, spoken = [], 0
    for stretch in crew.stretches():
        there = crew.there(stretch.first)
        if not (stretch.is_line and stretch.about in there):
            shots.append(crew.wide(stretch, there))
            continue
        partner = crew.listener(stretch.about, there, stretch.first)
        template = (spoken // 2) % 3
        if template == 0 and partner >= 0:
            shots.append(crew.over(stretch, stretch.about, partner))
        else:
            size = Size.MCU if template < 2 else Size.CU
            shots.append(crew.single(stretch, stretch.about, size, _THREE_QUARTER_DEG,
                                     partner=partner))  # fmt: skip
        spoken += 1
    return shots


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some frames of one beat, and the row of the person that it is about, or −1."""

    first: int
    end: int
    about: int
    is_line: bool

    def part(self, first: int, end: int) -> _Stretch:
        return _Stretch(first, end, self.about, self.is_line)


@dataclass(frozen=True, slots=True, eq=False)
class _Crew:
    """A scene, ready to be framed."""

    scene: Scene
    performance: Performance
    figures: Figures
    around: Obstacles
    middle: Array
    sensor: Sensor
    rate: FrameRate

    @classmethod
    def of(
        cls,
        scene: Scene,
        layout: Layout,
        performance: Performance,
        motions: tuple[Motion, ...],
        sensor: Sensor,
        rate: FrameRate,
    ) -> _Crew:
        around = obstacles(layout)
        figures = figures_of(performance, motions, around)
        marks = [mark.position for mark in layout.marks] or [(0.0, 0.0, 0.0)]
        return cls(scene, performance, figures, around, np.mean(marks, axis=0), sensor, rate)

    def there(self, frame: int) -> list[int]:
        """Return the rows of who is on the set."""
        return [int(row) for row in np.flatnonzero(self.figures.present[:, frame])]

    def stretches(self) -> list[_Stretch]:
        """Return the beats without gaps; what is under a second joins the one before."""
        least = self.rate.frames_ceil(_LEAST_S)
        found: list[_Stretch] = []
        first, about, is_line = 0, -1, False
        for timing in (*self.performance.beats, None):
            start = self.performance.frames if timing is None else timing.first_frame
            if start - first >= least:
                found.append(_Stretch(first, start, about, is_line))
                first = start
            elif found and start > first:
                found[-1] = found[-1].part(found[-1].first, start)
                first = start
            if timing is not None:
                about, is_line = self._about(timing)
        if not found:
            return [_Stretch(0, self.performance.frames, about, is_line)]
        found[-1] = found[-1].part(found[-1].first, self.performance.frames)
        return found

    def _about(self, timing: BeatTiming) -> tuple[int, bool]:
        beat = next(each for each in self.scene.beats if each.id == timing.beat_id)
        if beat.line is not None:
            is_seen = beat.line.presence is Presence.ON
            return (self.figures.index(beat.line.character_id) if is_seen else -1), True
        named = beat.action.character_ids if beat.action is not None else ()
        rows = [self.figures.index(who) for who in named]
        return next((row for row in rows if row >= 0), -1), False

    def listener(self, who: int, there: Iterable[int], frame: int) -> int:
        """Return whom somebody looks at: who is most in front."""
        heads, look = self.figures.heads[:, frame], self.figures.facing[who, frame]
        best, least = -1, 0.3
        for other in there:
            way = (heads[other] - heads[who]) * np.array([1.0, 0.0, 1.0])
            length = float(np.linalg.norm(way))
            if other != who and length > 0.3 and float(way @ look) / length > least:
                best, least = other, float(way @ look) / length
        return best

    def single(
        self,
        stretch: _Stretch,
        who: int,
        size: Size,
        turn_deg: float,
        *,
        angle: Angle = Angle.EYE,
        partner: int = -1,
    ) -> Shot:
        """Return one person, the camera turned so far off the face, with room for the look."""
        frame = min(stretch.first + 4, stretch.end - 1)
        look = self._level(self.figures.facing[who, frame])
        view = turned(look, math.radians(turn_deg))
        sharp = abs(turn_deg) > grammar().lead["centred_deg"]
        room = 0.5 - 1.0 / (1.0 + grammar().lead["ratio"]) if sharp else 0.0
        screen_x = 0.5 + math.copysign(room, turn_deg)
        role = Role.SINGLE if stretch.is_line else Role.ACTION
        axis = (who, partner) if partner >= 0 else ()
        return self._framed(stretch, frame, who, size, view, screen_x, angle, role, (who,), axis)

    def over(self, stretch: _Stretch, who: int, partner: int) -> Shot:
        """Return one person over another's right shoulder, whoever they are."""
        frame = min(stretch.first + 4, stretch.end - 1)
        way = self._level(self.figures.heads[partner, frame] - self.figures.heads[who, frame])
        view = turned(way, math.radians(-_SHOULDER_DEG))
        people = (who, partner)
        return self._framed(stretch, frame, who, Size.MS, view, 0.4, Angle.EYE, Role.OTS, people,
                            people)  # fmt: skip

    def _framed(
        self,
        stretch: _Stretch,
        frame: int,
        who: int,
        size: Size,
        view: Array,
        screen_x: float,
        angle: Angle,
        role: Role,
        subjects: tuple[int, ...],
        axis: tuple[int, ...],
    ) -> Shot:
        rule, figures = grammar().sizes[size], self.figures
        eyes, stature = figures.eyes[who, frame], figures.statures[who]
        for lens in _shorter(rule.lens_mm):
            reach = rule.visible * stature * lens / self.sensor.height_mm
            top, cut = figures.tops[who, frame], figures.cuts[who, frame, STEP[size]].copy()
            if STEP[size] < STEP[Size.FS]:
                cut[1] = top[1] - (1.0 - rule.headroom) * rule.visible * stature
            framing = Framing(
                top=top[None],
                cut=cut[None],
                anchor=eyes[None],
                view=view[None],
                lens_mm=np.array([lens]),
                height_m=np.array([max(0.3, eyes[1] + _HEIGHTS[angle] * reach)]),
                headroom=np.array([rule.headroom]),
                screen_x=np.array([screen_x]),
            )
            distance = solve_distance(framing, self.sensor, np.array([reach]))
            cameras = cameras_at(framing, self.sensor, distance)
            if self.around.points_free(cameras.position, _CLEAR_M)[0]:
                break
        return self._shot(stretch, role, size, angle, lens, subjects, axis, cameras.position[0],
                          cameras.target[0])  # fmt: skip

    def wide(self, stretch: _Stretch, there: list[int]) -> Shot:
        """Return everybody from the side of the set that is most open, or the place without."""
        frame = min(stretch.first + 4, stretch.end - 1)
        best: tuple[tuple[bool, int, float], Size, float, Array, Array] | None = None
        for turn in range(0, 360, 15):
            view = turned(np.array([0.0, 0.0, 1.0]), math.radians(turn))
            for lens in _shorter(35.0):
                size, position, target = self._group(
                    there, frame, view, lens, is_opening=not stretch.first
                )
                is_free = bool(self.around.points_free(position[None], _CLEAR_M)[0])
                heads = self.figures.heads[there, frame]
                seen = self.around.sees_many(np.broadcast_to(position, heads.shape), heads)
                facing = self.figures.facing[there, frame] @ view if there else np.zeros(1)
                grade = (
                    is_free,
                    int(seen.sum()),
                    float(np.minimum(facing, 0.5).sum()) + lens / 200.0,
                )
                if best is None or grade > best[0]:
                    best = (grade, size, lens, position, target)
        assert best is not None
        role = Role.MASTER if stretch.first else Role.ESTABLISHING
        return self._shot(stretch, role, best[1], Angle.EYE, best[2], tuple(there),
                          tuple(there) if len(there) == 2 else (), best[3], best[4])  # fmt: skip

    def _group(
        self, there: list[int], frame: int, view: Array, lens: float, *, is_opening: bool
    ) -> tuple[Size, Array, Array]:
        """Return the closest full view of people, or of the place's middle; a wide one to open."""
        right = np.array([view[2], 0.0, -view[0]])
        heads = self.figures.eyes[there, frame] if there else self.middle[None] + [0.0, 1.6, 0.0]
        tops = self.figures.tops[there, frame, 1] if there else heads[:, 1] + 0.12
        stature = float(self.figures.statures[there].mean()) if there else 1.7
        across, deep = heads @ right, heads @ view
        centre = right * (across.min() + across.max()) / 2 + view * deep.mean()
        needed = (np.ptp(across) / 2 + _SIDE_M) * lens / ((0.5 - _MARGIN) * self.sensor.width_mm)
        needed += float(deep.max() - deep.mean())
        size, distance = Size.EWS, needed
        for size in (Size.WS, Size.EWS) if is_opening else (Size.FS, Size.WS, Size.EWS):
            distance = grammar().sizes[size].visible * stature * lens / self.sensor.height_mm
            if distance >= needed:
                break
        distance = max(distance, needed)
        tall = distance * self.sensor.height_mm / lens
        height = float(tops.max()) + tall * (grammar().sizes[size].headroom - 0.5)
        centre[1] = max(height, 0.4)
        return size, centre + view * distance, centre

    def _level(self, way: Array) -> Array:
        flat = np.array([way[0], 0.0, way[2]])
        length = float(np.linalg.norm(flat))
        return flat / length if length > 0.05 else np.array([0.0, 0.0, 1.0])

    def _shot(
        self,
        stretch: _Stretch,
        role: Role,
        size: Size,
        angle: Angle,
        lens: float,
        subjects: tuple[int, ...],
        axis: tuple[int, ...],
        position: Array,
        target: Array,
    ) -> Shot:
        ids = self.figures.ids
        x, y, z = (float(value) for value in position)
        to_x, to_y, to_z = (float(value) for value in target)
        return Shot(
            id="",
            label="",
            scene_id=self.scene.id,
            role=role,
            size=size,
            angle=angle,
            move=Move.STATIC,
            lens_mm=lens,
            subjects=tuple(ids[row] for row in subjects),
            axis=tuple(sorted(ids[row] for row in axis)),
            side=0,
            first_frame=stretch.first,
            end_frame=stretch.end,
            beats=(),
            lines=(),
            camera=(CameraKey(0, (x, y, z), (to_x, to_y, to_z), lens),),
        )

    def listed(self, shots: list[Shot]) -> ShotList:
        """Return the shots with ids and labels; a cut to the same camera is none."""
        joined: list[Shot] = []
        for shot in shots:
            if joined and _is_same_camera(joined[-1], shot):
                joined[-1] = replace(joined[-1], end_frame=shot.end_frame)
            else:
                joined.append(shot)
        named = tuple(
            _named(shot, number, self.scene, self.performance)
            for number, shot in enumerate(joined, start=1)
        )
        return ShotList(self.scene.id, self.scene.label, self.performance.frames, named)


def _is_same_camera(one: Shot, other: Shot) -> bool:
    is_alike = (one.size, one.subjects, one.lens_mm) == (other.size, other.subjects, other.lens_mm)
    return is_alike and math.dist(one.camera[0].position, other.camera[0].position) < _SAME_M


def _shorter(lens_mm: float) -> list[float]:
    """Return the kit from a focal length down, the longest first."""
    return [lens for lens in reversed(PRIME_KIT_MM) if lens <= lens_mm + 0.5]


def _named(shot: Shot, number: int, scene: Scene, performance: Performance) -> Shot:
    first, end = shot.first_frame, shot.end_frame
    heard = [timing for timing in performance.beats
             if timing.first_frame < end and timing.end_frame > first]  # fmt: skip
    return replace(
        shot,
        id=opaque_id("sh", (scene.id, "baseline", str(number))),
        label=f"{scene.label}-{number:03d}",
        beats=tuple(timing.beat_id for timing in heard),
        lines=tuple(timing.line_id for timing in heard if timing.line_id),
    )
