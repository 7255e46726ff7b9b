"""Shots in, what is wrong with their size labels out.

A size is told by where the frame's lower edge cuts an upright body, or how much of the frame a
whole figure fills. Of a group it is enough that all the heads are in, and the size of the
largest is within a step of the label.

Source: reference sheet of cinematography, section 2, and row 4 of its table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mstation.check import geometry
from mstation.check.faults import Mend, fault_at
from mstation.check.figure import Figure, pictured, sampled
from mstation.check.film import Film, Flags, Index, Scene, Shot
from mstation.check.finding import Fault
from mstation.check.noting import mend
from mstation.check.singles import SINGLE_ROLES, Single, figures_of
from mstation.space import PRIME_KIT_MM, Array


@dataclass(frozen=True, slots=True)
class Frame:
    """What a size shows: where the lower edge cuts, the room over the crown, the eyes' line."""

    cut: float  # of stature
    headroom: float  # of the frame's height
    eye_line: float  # of the frame's height, from the top

    @property
    def statures(self) -> float:
        """How many statures of an upright figure the frame is high."""
        return (1.0 - self.cut) / (1.0 - self.headroom)


# Source: reference sheet, section 2; an extreme close-up runs from the mouth to the forehead.
FRAMES = {
    "FS": Frame(-0.03, 0.08, 0.14),
    "MLS": Frame(0.40, 0.08, 0.18),
    "MS": Frame(0.57, 0.08, 0.22),
    "MCU": Frame(0.70, 0.07, 0.27),
    "CU": Frame(0.80, 0.05, 0.35),
    "ECU": Frame(0.86, -0.16, 0.40),
}
TOLERANCE = 0.04  # of stature, about the landmark
_STEPS = 1.6  # sizes: how far a moved camera may be from its label by the frame's height
_HALF_STEP = 0.6  # wide shots of one: how far off its label a figure's share of the frame may be
_SITTERS_SHIN = 0.16  # of stature: as low as a medium long shot of folded legs may cut
_SAME_SCALE = 0.06  # a frame as high as it should be is aimed wrong, not placed wrong
_LENS_NEAR = 0.12  # a lens of the kit this near to the ideal one mends the size
_FOLLOWS_M = 0.5  # a camera after somebody who goes this far may drift by a size
_LEAST_LEAN = 0.3
_NEAREST_M = 0.1
_GROUP_EVERY = 12  # frames
_MARK_M, _WALKS_OFF_M = 0.1, 0.5  # who is this far off all marks in the picture has walked off
_HELD = 0.94  # of the frame: heads that are brought in stand within this
_LOST = 9.0  # statures: a landmark behind the lens is told as this far off


@dataclass(frozen=True, slots=True, eq=False)
class SizeTest:
    """One shot's label: how many frames were measured, how many agree, by how much they miss."""

    tested: int
    good: int
    errors: Array  # (n,) statures, of the frames that tell a landmark
    fault: Fault | None


def lower_edge_m(single: Single, points: Array) -> Array:
    """Return how far points of the body are over the frame's lower edge, in metres along it.

    points: (scene frames, 3). What is behind the lens is infinitely far off.
    """
    seen = single.picture(points)
    leans = upright_share(single.shot, single.frames, single.figure.up[single.now])
    over = (1.0 - seen[:, 1]) * single.visible_m(seen[:, 2]) / leans
    return np.asarray(np.where(seen[:, 2] > _NEAREST_M, over, -np.inf))


def upright_share(shot: Shot, frames: Index, ways: Array) -> Array:
    """Return how much of a way (n, 3) the picture's height shows; little from above."""
    up = shot.world_from_camera[frames, :3, 1]
    return np.asarray(np.maximum(np.abs(np.einsum("nk,nk->n", ways, up)), _LEAST_LEAN))


def size_test(single: Single) -> SizeTest:
    """Return whether a single is what its label says, in the frames that tell."""
    shot = single.shot
    if not single.inside.any():
        lost = single.fault("principal_out", 0)
        return SizeTest(len(single.frames), 0, np.zeros(0), lost)
    errors = _misses(single) if shot.size in FRAMES else np.zeros(0)
    is_true = np.abs(errors) <= TOLERANCE if shot.size in FRAMES else _is_wide(single)
    if single.is_moved:
        rows = single.ends
        bad = rows[[not _is_neighbour(single, int(row)) for row in rows]]
        if not len(bad) and not is_true[rows].any() and not _goes_far(single):
            bad = rows
        count, passed = len(single.frames), 0 if len(bad) else len(single.frames)
    elif single.settled.any():
        rows = np.flatnonzero(single.on_mark)
        count, passed = len(rows), int(is_true[rows].sum())
        bad = rows[~is_true[rows]]
    else:  # somebody who only passes has the size at some moment of the way
        rows = np.flatnonzero(single.inside)
        count = passed = len(rows)
        bad = rows[:0]
        if not is_true[rows].any():
            passed, bad = 0, rows[[np.argmin(np.abs(errors[rows]))] if len(errors) else [0]]
    wrong = _size_fault(single, int(bad[0]), errors) if len(bad) else None
    told = errors[rows] if len(errors) else errors
    return SizeTest(count, int(passed), told[np.isfinite(told)], wrong)


def _misses(single: Single) -> Array:
    """Return how far the lower edge is from the label's landmark, in statures, every frame.

    More than nought: the frame shows too much below.
    """
    frame, stature = FRAMES[single.shot.size], single.figure.stature_m
    miss = lower_edge_m(single, single.figure.at(frame.cut)) / stature
    if single.shot.size != "MLS":
        return miss
    # Folded legs come forward: between lap and shin there is no thigh to cut across.
    shin = lower_edge_m(single, single.figure.at(_SITTERS_SHIN)) / stature
    low, high = np.minimum(miss, shin), np.maximum(miss, shin)
    folded = np.where(low > 0, low, np.where(high < 0, high, 0.0))
    return np.where(single.figure.seated[single.now], folded, miss)


def _is_wide(single: Single) -> Flags:
    """Return whether a figure fills as much of the frame as its wide label says, every frame."""
    if single.shot.size not in geometry.SIZES:
        return np.ones(len(single.frames), bool)
    depth = np.maximum(single.picture(single.figure.eyes)[:, 2], _NEAREST_M)
    share = single.visible_m(depth) / single.figure.stature_m
    step = np.interp(-np.log(share), -np.log(geometry.VISIBLE), np.arange(len(geometry.SIZES)))
    return np.asarray(np.abs(step - geometry.SIZES.index(single.shot.size)) <= _HALF_STEP)


def _is_neighbour(single: Single, row: int) -> bool:
    """Return whether the picture is of the label's size or the next one."""
    shot = single.shot
    if shot.size not in geometry.SIZES:
        return True
    at, label = int(single.frames[row]), geometry.SIZES.index(shot.size)
    by_cut = geometry.step_of_size(single.scene, shot, at, single.who)
    share = geometry.stature_share(single.scene, shot, at, single.who)
    # A lower edge that stays in its place while the crown is cropped is a closer size too.
    return abs(round(by_cut) - label) <= 1 and abs(geometry.step_of_share(share) - label) <= _STEPS


def _goes_far(single: Single) -> bool:
    hips = single.figure.person.joint("Hips")[single.now[single.ends]]
    return bool(np.linalg.norm(hips[-1] - hips[0]) > _FOLLOWS_M)


def _size_fault(single: Single, row: int, errors: Array) -> Fault:
    shot, at = single.shot, int(single.frames[row])
    measured = geometry.size_of(single.scene, shot, at, single.who)
    cut = geometry.lower_cut(single.scene, shot, at, single.who)
    values = (("size", shot.size), ("measured", measured))
    again = [mend("call_it", size=measured)] if measured != shot.size else []
    if shot.size not in FRAMES or (shot.size == "FS" and cut <= 0 and again):
        return single.fault("size_wide", row, values, again)
    error = float(np.clip(errors[row], -_LOST, _LOST))
    mends = [*_placings(single, row, error), *again]
    if cut <= 0 and again:
        return single.fault("size_all", row, values, mends)
    told = (*values, ("cut", round(cut, 3)), ("want", FRAMES[shot.size].cut))
    return single.fault("size_untrue", row, (*told, ("off", round(error, 3))), mends)


def _placings(single: Single, row: int, error: float) -> list[Mend]:
    """Return the tilt, or the step and the lens, that would bring the label's landmark down."""
    shot, frames = single.shot, single.frames[[row]]
    seen = pictured(shot, frames, single.figure.head[single.now[[row]]])
    depth, focal = float(seen[0, 2]), float(shot.focal_mm[frames[0]])
    if depth < _NEAREST_M:
        return []
    leans = float(upright_share(shot, frames, single.figure.up[single.now[[row]]])[0])
    stature = single.figure.stature_m
    high = depth * shot.sensor.height_mm / focal / leans / stature
    ratio = FRAMES[shot.size].statures / high
    if abs(ratio - 1.0) < _SAME_SCALE:
        angle = math.degrees(math.atan2(abs(error) * stature * leans, depth))
        return [mend("tilt", way="up" if error > 0 else "down", degrees=round(angle, 1))]
    step = mend("step", way="back" if ratio > 1 else "in", metres=round(depth * abs(ratio - 1), 2))
    near = min(PRIME_KIT_MM, key=lambda lens: abs(math.log(lens * ratio / focal)))
    if near == focal or abs(near * ratio / focal - 1.0) > _LENS_NEAR:
        return [step]
    return [step, mend("lens", lens_mm=near)]


def group_tests(film: Film) -> list[SizeTest]:
    """Return a test for every shot of two or more: heads within, the largest near the label."""
    tests = []
    for scene in film.scenes:
        figures = figures_of(scene, film.rate)
        for shot in scene.shots:
            members = [name for name in shot.subjects if name in figures]
            is_group = shot.size in geometry.SIZES and shot.role not in (*SINGLE_ROLES, "insert")
            if is_group and len(members) > 1 and shot.frames > 0:
                tests.append(_group_test(scene, shot, [figures[name] for name in members]))
    return tests


def _group_test(scene: Scene, shot: Shot, members: list[Figure]) -> SizeTest:
    frames = sampled(shot, _GROUP_EVERY)
    now = shot.first_frame + frames
    there = np.stack([figure.person.present[now] for figure in members])
    seen = np.stack([pictured(shot, frames, figure.head[now]) for figure in members])
    inside = (seen[..., 2] > _NEAREST_M) & ((seen[..., :2] >= 0) & (seen[..., :2] <= 1)).all(axis=2)
    gone = np.stack([_has_walked(m, now, inside[row] & there[row])
                     for row, m in enumerate(members)])  # fmt: skip
    kept = ~(gone & ~inside).any(axis=0)
    holds = (inside | ~there).all(axis=0) & (inside.sum(axis=0) > 1)
    if not holds.any() or holds[kept].mean() < 0.5:
        at = int(np.flatnonzero(~holds & kept if (~holds & kept).any() else ~holds)[0])
        out = [
            m.person.written
            for m, there_in in zip(members, inside[:, at], strict=True)
            if not there_in
        ]
        values = (("who", ", ".join(out)), ("size", shot.size))
        mends = _holding(shot, int(frames[at]), seen[there[:, at], at])
        lost = fault_at(scene, shot, "heads_out", values, mends, frame=int(now[at]))
        return SizeTest(shot.frames, 0, np.zeros(0), lost)
    at = int(np.flatnonzero(holds)[0])
    steps = [
        geometry.step_of_share(geometry.stature_share(scene, shot, int(frames[at]), m.person.name))
        for m in members
        if m.person.present[now[at]]
    ]
    largest, label = geometry.SIZES[round(max(steps))], geometry.SIZES.index(shot.size)
    if abs(round(max(steps)) - label) <= 1:
        return SizeTest(shot.frames, shot.frames, np.zeros(0), None)
    values = (("size", shot.size), ("measured", largest))
    again = (mend("call_it", size=largest),)
    wrong = fault_at(scene, shot, "group_untrue", values, again, frame=int(now[at]))
    return SizeTest(shot.frames, 0, np.zeros(0), wrong)


def _has_walked(figure: Figure, now: Index, inside: Flags) -> Flags:
    """Return where somebody is off every mark that the picture holds them at, (n,)."""
    hips = figure.person.joint("Hips")[now]
    if not inside.any():
        return np.zeros(len(now), bool)
    apart = np.linalg.norm(hips[:, None] - hips[inside][None], axis=2)
    return np.asarray((apart.min(axis=1) > _MARK_M) & (apart.max(axis=1) > _WALKS_OFF_M))


def _holding(shot: Shot, frame: int, heads: Array) -> tuple[Mend, ...]:
    """Return the turn that brings heads (n, 3) into the picture, or the step back they need."""
    if heads[:, 2].min() < _NEAREST_M:
        return ()
    low, high = heads[:, :2].min(axis=0), heads[:, :2].max(axis=0)
    span = float((high - low).max())
    if span > _HELD:
        metres = float(heads[:, 2].mean()) * (span / _HELD - 1)
        return (mend("step", way="back", metres=round(metres, 2)),)
    focal, mends = float(shot.focal_mm[frame]), []
    for axis, kind, ways, size in (
        (0, "pan", ("left", "right"), shot.sensor.width_mm),
        (1, "tilt", ("up", "down"), shot.sensor.height_mm),
    ):
        edge = (1 - _HELD) / 2
        off = min(float(low[axis]) - edge, 0.0) + max(float(high[axis]) - 1 + edge, 0.0)
        if off:
            degrees = math.degrees(math.atan(abs(off) * size / focal))
            mends.append(mend(kind, way=ways[int(off > 0)], degrees=round(degrees, 1)))
    return tuple(mends)
