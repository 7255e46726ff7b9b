"""A chosen shot in, what its pictures really show out: the rushes.

A setup is judged where it is composed, and at a few frames of each stretch. Here a shot is
looked at from its first frame to its last, with its move and everybody else's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.faults import cuts_joint, gaze
from mstation.shots.film import Film
from mstation.shots.framing import Cameras
from mstation.shots.glimpses import stature_shares, step_of_share
from mstation.shots.grammar import SIZES, STEP, grammar
from mstation.shots.landmarks import Figures, J
from mstation.shots.moves import Moved
from mstation.shots.rows import TRACK
from mstation.shots.setup import Setup
from mstation.shots.shot import Move, Role, Size
from mstation.shots.taken import CLEARANCE, INSERT_STEP, SIZE, VISIBILITY, Ground
from mstation.shots.takes import key_curve
from mstation.space import Array
from mstation.timebase import FrameRate

_EVERY = 3  # frames between two that are looked at
_NEAREST_M = 0.1
_MARK_M = 0.10  # a head that keeps within this is on its mark
_AT_REST_M_S, _STEADY_M_S, _SPEED_S = 0.35, 0.30, 0.5
_PACE, _WALKS = 6, 0.015  # frames either side; metres a frame, from which somebody walks
_MATCH = 0.95  # of each tolerance is used
_LEAST_LEAD = 1.22
_AWAY_DEG = 105.0  # a face further round has no side to leave room on
_FACE_COS = math.cos(math.radians(98.0))  # a face turned further from the lens is not seen
_HEAD_M = 0.11  # half a head
_BODY_SHARE, _INSERT_M = 0.9, 0.24  # of the room that cameras keep; what an insert keeps
_OFF_STEPS = 1.4  # sizes by which people may be larger or smaller than the shot's name
# What the price is of framing that is untrue, of a voice whose face is turned away, by seconds
# and by the share of the line, and of a camera that must run.
_UNTRUE, _NO_ROOM, _RUNS = 25.0, 15.0, 15.0
_HEADLESS = 4.0  # somebody beside whose head the upper edge cuts off
_LOST = 30.0  # of a shot during which its one person stands outside the picture
_FACELESS_S, _FACELESS_LINE = 3.0, 8.0

_CHEST = J["Chest"]
_BODY = [J["Head"], J["Hips"]]  # one of which is seen of who acts; of a thing's, hands
_HANDS = [J["LeftWrist"], J["RightWrist"]]

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Rush:
    """A shot over its whole length.

    frames   # (n,) of the scene: every third one and the last
    cameras  # n, as they are then
    """

    setup: Setup
    step: int
    is_moved: bool
    frames: Index
    cameras: Cameras

    @property
    def is_of_one(self) -> bool:
        """Whether it is one person's shot, whose framing is that person's."""
        if self.setup.family == "group":
            return len(self.setup.group) == 1 and self.setup.role is Role.ACTION
        return self.setup.family in ("single", "ots") and self.step != INSERT_STEP

    @property
    def who(self) -> int:
        """The one whose shot it is."""
        return self.setup.group[0] if self.setup.group else self.setup.principal


@dataclass(frozen=True, slots=True)
class Seen:
    """What is wrong with a shot: bits of rules, and the price of what is softer."""

    broken: int
    cost: float


def rush_of(setup: Setup, step: int, moved: Moved, first: int, end: int) -> Rush:
    """Return a shot from frame to frame, as its camera takes it."""
    picked = np.unique(np.r_[np.arange(0, end - first, _EVERY), end - first - 1])
    curve = key_curve(moved.keys, end - first)[picked]
    cameras = Cameras(curve[:, :3], curve[:, 3:6], curve[:, 6])
    return Rush(setup, step, moved.move is not Move.STATIC, first + picked, cameras)


def settled_of(figures: Figures, rate: FrameRate) -> Flags:
    """Return (people, frames): who neither walks nor sits down nor gets up."""
    count = figures.present.shape[1]
    now, reach = np.arange(count), max(1, rate.frames_ceil(_SPEED_S) // 2)
    before, after = np.maximum(now - reach, 0), np.minimum(now + reach, count - 1)
    seconds = np.maximum(after - before, 1) * rate.seconds(1)
    hips = figures.paths[:, after] - figures.paths[:, before]
    rise = np.abs(figures.heads[:, after, 1] - figures.heads[:, before, 1]) / seconds
    walks = np.hypot(hips[..., 0], hips[..., 2]) / seconds > _AT_REST_M_S
    return np.asarray(~walks & (rise < _STEADY_M_S))


def seen_in(rush: Rush, film: Film, settled: Flags) -> Seen:
    """Return what is wrong with a shot as it really runs."""
    ground = film.ground
    if not len(ground.figures.ids):
        return Seen(0, 0.0)
    broken = _crowded(rush, ground) | _hidden(rush, ground)
    cost = _faceless(rush, film) + _hurry(rush, film.rate) + _size_cost(rush, ground)
    cost += _headless_cost(rush, ground)
    if rush.is_of_one:
        framed = _framing(rush, ground, settled)
        broken, cost = broken | framed.broken, cost + framed.cost
    return Seen(broken, cost)


def shows(rush: Rush, people: tuple[int, ...], first: int, end: int, ground: Ground) -> bool:
    """Return whether one of some people is in the picture between two frames of the scene."""
    rows = np.flatnonzero((rush.frames >= first) & (rush.frames < end))
    figures, frames, cameras = ground.figures, rush.frames[rows], rush.cameras.rows(rows)
    joints = _HANDS if rush.step == INSERT_STEP else _BODY
    for who in people:
        points = figures.joints[who, frames[:, None], joints]
        inside = _within(cameras.project(points, ground.sensor)).any(axis=1)
        if (inside & figures.present[who, frames]).any():
            return True
    return False


def _within(picture: Array) -> Flags:
    """Return which points of a picture are inside it, (…)."""
    middle = np.abs(picture[..., :2] - 0.5)
    return np.asarray((middle <= 0.5).all(axis=-1) & (picture[..., 2] > _NEAREST_M))


def _crowded(rush: Rush, ground: Ground) -> int:
    """Return the bit of clearance where the camera comes too near to somebody, or to the set."""
    place, frames = rush.cameras.position, rush.frames
    near = ground.around.nearest_body(place, frames, np.full(len(frames), rush.setup.looker))
    if rush.step == INSERT_STEP:
        return CLEARANCE if near.min() < _INSERT_M else 0
    least = grammar().tolerance.body_m * _BODY_SHARE
    free = near.min() >= least
    if rush.is_moved:
        free &= bool(ground.around.has_room(place, frames).all())
    return 0 if free else CLEARANCE


def _hidden(rush: Rush, ground: Ground) -> int:
    """Return the bit of visibility where the set hides one of the shot's people for half of it."""
    figures, setup = ground.figures, rush.setup
    people = setup.group or ((setup.principal,) if setup.principal >= 0 else ())
    if rush.step == INSERT_STEP or not people:
        return 0
    rows = np.arange(0, len(rush.frames), 2)
    frames, cameras = rush.frames[rows], rush.cameras.rows(rows)
    eyes = figures.eyes[list(people)][:, frames].transpose(1, 0, 2)
    inside = _within(cameras.project(eyes, ground.sensor))
    inside &= figures.present[list(people)][:, frames].T
    places = np.broadcast_to(cameras.position[:, None], eyes.shape)
    clear = ground.around.obstacles.sees_many(places.reshape(-1, 3), eyes.reshape(-1, 3))
    hidden = inside & ~clear.reshape(inside.shape)
    return VISIBILITY if (2 * hidden.sum(axis=0) > inside.sum(axis=0)).any() else 0


def _hurry(rush: Rush, rate: FrameRate) -> float:
    """Return the price of a camera on rails that goes faster than a dolly does."""
    if rush.setup.follow != TRACK or len(rush.frames) < 2:
        return 0.0
    gone = np.linalg.norm(np.diff(rush.cameras.position, axis=0), axis=1)
    speed = gone / (np.diff(rush.frames) * rate.seconds(1))
    return _RUNS if float(speed.max()) > grammar().moves["track_m_s"] else 0.0


def _size_cost(rush: Rush, ground: Ground) -> float:
    """Return the price of people who are seen much larger, or smaller, than the shot's name says.

    A group has the size of its largest figure; a camera that moves keeps near its size to the end.
    """
    figures, people = ground.figures, rush.setup.group
    if rush.step == INSERT_STEP or not (len(people) > 1 or (rush.is_moved and rush.is_of_one)):
        return 0.0
    ends = np.array([0] if len(people) > 1 else [0, len(rush.frames) - 1])
    who = np.array(people or (rush.who,))
    eyes = figures.eyes[who[None, :], rush.frames[ends][:, None]]
    cameras = rush.cameras.rows(ends)
    picture = cameras.project(eyes, ground.sensor)
    there = _within(picture) & figures.present[who[None, :], rush.frames[ends][:, None]]
    share = stature_shares(picture[..., 2], cameras, figures.statures[who], ground.sensor)
    steps = np.where(there, step_of_share(share), -np.inf).max(axis=1)
    off = np.abs(steps[np.isfinite(steps)] - rush.step)
    return _UNTRUE if (off > _OFF_STEPS).any() else 0.0


def _headless_cost(rush: Rush, ground: Ground) -> float:
    """Return the price of people whose chests are in the picture and whose heads are cut off."""
    if rush.step == INSERT_STEP or rush.step < STEP[Size.MLS]:
        return 0.0
    figures, middle = ground.figures, len(rush.frames) // 2
    frame, camera = int(rush.frames[middle]), rush.cameras.rows(np.array([middle]))
    picture = camera.project(figures.joints[None, :, frame, _CHEST], ground.sensor)[0]
    heads = camera.project(figures.eyes[None, :, frame], ground.sensor)[0]
    cut = _within(picture) & (heads[:, 1] < 0) & figures.present[:, frame]
    return _HEADLESS * float(cut.sum())


def _faceless(rush: Rush, film: Film) -> float:
    """Return the price of speech whose speaker is in the picture, but not the face."""
    ground, cost = film.ground, 0.0
    for one in film.exchanges:
        rows = np.flatnonzero((rush.frames >= one.first_frame) & (rush.frames < one.end_frame))
        if one.is_shown and len(rows):
            unseen = _EVERY * int(_unseen(rush, rows, one.speaker, ground).sum())
            cost += _FACELESS_S * film.rate.seconds(unseen)
            cost += _FACELESS_LINE * unseen / (one.end_frame - one.first_frame)
    return cost


def _unseen(rush: Rush, rows: Index, who: int, ground: Ground) -> Flags:
    """Return where a head is in the picture whose face is turned away, cut off or hidden.

    A shoulder in the foreground of somebody else's shot is none.
    """
    figures, setup = ground.figures, rush.setup
    frames, cameras = rush.frames[rows], rush.cameras.rows(rows)
    eyes = figures.eyes[who, frames]
    points = np.stack([eyes, figures.skulls[who, frames]], axis=1)
    picture = cameras.project(points, ground.sensor)
    half = _HEAD_M * cameras.lens_mm / np.maximum(picture[:, 1, 2], _NEAREST_M)
    across, tall = half / ground.sensor.width_mm, half / ground.sensor.height_mm
    skull = np.abs(picture[:, 1, :2] - 0.5) - 0.5
    on = (skull[:, 0] < across) & (skull[:, 1] < tall) & (picture[:, 1, 2] > _NEAREST_M)
    on &= figures.present[who, frames]
    away = cameras.position - eyes
    reach = np.maximum(np.linalg.norm(away, axis=1), 1e-6)
    turned = (away * figures.looks[who, frames]).sum(axis=1) / reach < _FACE_COS
    spare = np.zeros((len(rows), len(figures.ids)), bool)
    spare[:, who] = True
    free = ground.around.sees(cameras.position, eyes, frames, spare)
    unseen = on & (turned | ~free | ~_within(picture[:, 0]))
    if setup.group or setup.principal in (-1, who):
        return np.asarray(unseen)
    own = cameras.project(figures.skulls[setup.principal, frames][:, None], ground.sensor)
    return np.asarray(unseen & (picture[:, 1, 2] >= own[:, 0, 2]))


def _framing(rush: Rush, ground: Ground, settled: Flags) -> Seen:
    """Return what is wrong with the framing of one person, while the person keeps the mark."""
    figures, who, frames = ground.figures, rush.who, rush.frames
    points = [figures.eyes, figures.skulls, figures.tops, figures.cuts[:, :, rush.step]]
    picture = rush.cameras.project(
        np.stack([each[who, frames] for each in points], axis=1), ground.sensor
    )
    inside = _within(picture[:, :2]).any(axis=1) & figures.present[who, frames]
    if not inside.any():
        return Seen(VISIBILITY, 0.0)
    if figures.lying[who, frames].mean() > 0.5:
        return Seen(0, 0.0)
    rest = inside & settled[who, frames]
    told = np.flatnonzero(rest if rest.any() else inside)
    if rush.is_moved:
        told = np.flatnonzero(inside)[[0, -1]]
    lost = ~inside & figures.present[who, frames] & settled[who, frames]
    cost = _LOST * float(lost.mean())
    if rush.step >= STEP[Size.FS]:
        cost += _room_cost(rush, picture, told, ground)
        if rush.is_moved or 2 * rest.sum() >= inside.sum():
            cost += _lead_cost(rush, picture, told, ground)
        if not rush.is_moved and rest.any():
            cost += _cut_cost(rush, picture, np.flatnonzero(rest), ground)
    ends = np.array([row for row in (0, len(frames) - 1) if inside[row]], dtype=np.intp)
    people = np.full(len(ends), who)
    joint = cuts_joint(rush.cameras.rows(ends), people, frames[ends], figures, ground.sensor)
    return Seen(SIZE if joint.any() else 0, cost)


def _room_cost(rush: Rush, picture: Array, told: Index, ground: Ground) -> float:
    """Return the price of headroom that is off, or of an extreme close-up's eyes."""
    size, rules = grammar().sizes[SIZES[rush.step]], grammar().tolerance
    if SIZES[rush.step] is Size.ECU:
        miss, slack = picture[told, 0, 1] - size.eye_line, rules.eye_line
    else:
        miss, slack = picture[told, 2, 1] - size.headroom, rules.headroom
    off = np.abs(miss).max() if rush.is_moved else abs(float(np.median(miss)))
    return _NO_ROOM if off > _MATCH * slack else 0.0


def _lead_cost(rush: Rush, picture: Array, told: Index, ground: Ground) -> float:
    """Return the price of a face that has too little room to look into, on the whole."""
    if rush.setup.role is Role.OTS:
        return 0.0
    figures, cameras = ground.figures, rush.cameras.rows(told)
    people, frames = np.full(len(told), rush.who), rush.frames[told]
    across, along = gaze(cameras, people, frames, figures)
    off = np.degrees(np.arctan2(np.abs(across), along))
    goes, speed = _gone_across(cameras, rush.who, frames, figures)
    walks = np.abs(goes) > np.maximum(_WALKS, 0.5 * speed)
    ahead = np.where(walks, goes, across)
    past = (off > grammar().lead["centred_deg"]) & (off < _AWAY_DEG)
    tells = np.flatnonzero((past | walks) & (ahead != 0))
    if 2 * len(tells) <= len(told):
        return 0.0
    x = np.clip(picture[told[tells], 1, 0], 0.001, 0.999)
    ratio = np.where(ahead[tells] > 0, (1 - x) / x, x / (1 - x))
    return _NO_ROOM if float(np.median(ratio)) < _LEAST_LEAD else 0.0


def _gone_across(
    cameras: Cameras, who: int, frames: Index, figures: Figures
) -> tuple[Array, Array]:
    """Return how far somebody goes to the picture's right, and at all, in metres a frame."""
    last = figures.paths.shape[1] - 1
    before, after = np.maximum(frames - _PACE, 0), np.minimum(frames + _PACE, last)
    gone = (figures.paths[who, after] - figures.paths[who, before])[:, [0, 2]]
    gone /= np.maximum(after - before, 1)[:, None]
    sight = (cameras.target - cameras.position)[:, [0, 2]]
    sight /= np.maximum(np.linalg.norm(sight, axis=1, keepdims=True), 1e-9)
    goes = gone[:, 1] * sight[:, 0] - gone[:, 0] * sight[:, 1]
    return np.asarray(goes), np.hypot(gone[:, 0], gone[:, 1])


def _cut_cost(rush: Rush, picture: Array, rest: Index, ground: Ground) -> float:
    """Return the price of a lower edge that is off its landmark while the person stands there."""
    figures, who = ground.figures, rush.who
    skulls = figures.skulls[who, rush.frames[rest]]
    marked = rest[np.linalg.norm(skulls - skulls[0], axis=1) <= _MARK_M]
    low, lens = picture[marked, 3], rush.cameras.lens_mm[marked]
    high = low[:, 2] * ground.sensor.height_mm / lens / figures.statures[who]
    off = np.abs(low[:, 1] - 1.0) * high
    return _UNTRUE * float((off > _MATCH * grammar().tolerance.cut).mean())
