"""Masters, two-shots and establishing views in, cameras out: all heads within, nobody hidden."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mstation.shots.asked import Asked
from mstation.shots.aspects import group_lens, is_upright
from mstation.shots.faults import cuts_joint, side_signs
from mstation.shots.framing import Aimed, Cameras, Framing, cameras_at, primes_near, turned
from mstation.shots.grammar import SIZES, STEP, grammar
from mstation.shots.landmarks import Figures
from mstation.shots.rows import PAN, TRACK
from mstation.shots.shot import Size
from mstation.shots.taken import AXIS, CLEARANCE, PLACE, SIZE, VISIBILITY, Ground, Taken
from mstation.shots.toric import azimuth_between
from mstation.space import Array

# Columns of a way: degrees from the square view, steps of the lens, degrees that the camera
# stands over its height, how much of a wide shot's width will do.
_ROUND = (0.0, 12.0, -12.0, 25.0, -25.0, 38.0, -38.0, 52.0, -52.0)
_FURTHER = (66.0, -66.0, 78.0, -78.0)
GROUP_ROUNDS: tuple[Array, ...] = (
    np.array([(angle, 0, 0, 1) for angle in _ROUND]),
    np.array([(angle, shift, rise, 1) for angle in _ROUND for shift, rise in
              ((-1, 0), (-2, 0), (0, 6), (-1, 6))]),
    np.array([(angle, shift, rise, wide) for angle in (*_ROUND, *_FURTHER) for shift, rise, wide in
              ((-3, 0, 1), (-4, 0, 1), (-2, 10, 1), (-4, 0, 0.76))]),
)  # fmt: skip
# In an upright picture people stand one behind the other: it is taken along their line.
_DEEP = (52.0, -52.0, 66.0, -66.0, 38.0, -38.0, 78.0, -78.0, 25.0, -25.0, 12.0, -12.0, 0.0)
UPRIGHT_GROUP_ROUNDS: tuple[Array, ...] = (
    np.array([(angle, 0, 0, 1) for angle in _DEEP]),
    np.array([(angle, shift, rise, 1) for angle in _DEEP for shift, rise in
              ((-1, 0), (-2, 0), (0, 6))]),
    np.array([(angle, shift, rise, wide) for angle in _DEEP for shift, rise, wide in
              ((-3, 0, 1), (-4, 0, 0.76), (-2, 10, 1))]),
)  # fmt: skip
_SWING_DEG = 33.0
_SIDE_M, _MARGIN = 0.28, 0.03
_EDGE, _HEADROOM, _LOWEST_M = 0.02, 0.08, 0.4
_ASIDE_COST, _DEEP_COST = 0.008, 0.002  # a degree off the square view
_NEARER = 0.88  # of the distance: a walker who comes this near is of another size
_PAN_DEG, _TRACK_DEG = 76.0, 50.0  # off the way that people walk
_FPS = 24  # near enough for who outruns a dolly
_STRIDE_FRAMES, _LEAST_STRIDE_M = 16, 0.12
_PITCH = math.tan(math.radians(4.5))
_GOES_ACROSS = 0.3  # sine: who walks straight at the camera has no side to leave room on
_THIRDS_MOST_DEG = 58.0  # further round, one of two hides the other
_THIRDS_UNTIL_DEG = 30.0  # ways further off are for sets that have no room for thirds
_PAST_DEG = 14.0  # a shoulder that people are seen past is this far off the axis
_LINE_M = 0.3  # two who stand nearer than this have no line to look square at

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


def aim_groups(asked: Asked, ground: Ground, ways: Array, mates: Index) -> Aimed:
    """Return views of several people from one side, as wide as asked or as they need."""
    del mates  # groups have no reverse
    ideal = group_lens(asked.lens_mm, asked.members.sum(axis=1), ground.sensor)
    lens = np.where(asked.own_lens > 0, asked.own_lens, primes_near(ideal, ways[:, 1]))
    crowd = _crowd(asked, ground, ways[:, 0] + _to_thirds(asked, ground, lens, ways[:, 0]))
    framing, distance, steps = _fitted(crowd, ground, asked, lens, ways)
    cameras = cameras_at(framing, ground.sensor, distance)
    upright = is_upright(ground.sensor)
    aside = (_DEEP_COST if upright else _ASIDE_COST) * np.abs(ways[:, 0])
    cost = aside + 0.1 * np.abs(ways[:, 1]) + 0.03 * ways[:, 2] + 4.0 * (1.0 - ways[:, 3])
    depth = 0.0 if upright else 0.15 * np.minimum(crowd.front_m, 3.0)
    return Aimed(cameras, steps, cost + depth)


def judge_groups(asked: Asked, aimed: Aimed, ground: Ground) -> Taken:
    """Return what views of several people break and cost as these cameras take them."""
    figures, cameras, steps = ground.figures, aimed.cameras, aimed.step
    broken = np.where(ground.around.has_room(cameras.position, asked.frame), 0, CLEARANCE)
    hidden, outside, crowded = _faces(cameras, asked, ground)
    broken |= np.where(hidden | outside, VISIBILITY, 0)
    broken |= np.where(steps > asked.step, SIZE, 0)
    broken |= np.where(_outruns(asked, figures), CLEARANCE, 0)
    broken |= np.where(_comes_or_goes(asked, cameras, figures), SIZE, 0)
    broken |= np.where(asked.is_place & (steps > STEP[Size.WS]), PLACE, 0)
    first = np.maximum(asked.pair[:, 0], 0)
    alone = asked.members.sum(axis=1) == 1
    cut = cuts_joint(cameras, first, asked.frame, figures, ground.sensor)
    broken |= np.where(cut & alone & (asked.follow == 0), SIZE, 0)
    a, b = asked.line.T
    heads = figures.heads
    signs = side_signs(heads[a, asked.frame], heads[b, asked.frame], cameras.position)
    broken |= np.where((a >= 0) & (asked.line_side * signs < 0), AXIS, 0)
    cost = aimed.cost + 0.6 * crowded + _unshown(cameras, asked, ground)
    return Taken(cameras, steps, np.asarray(broken, dtype=np.intp), np.asarray(cost))


def _to_thirds(asked: Asked, ground: Ground, lens: Array, offset_deg: Array) -> Array:
    """Return how many degrees two-shots are taken off the square view: heads at the thirds."""
    figures, sensor = ground.figures, ground.sensor
    a, b = asked.pair.T
    way = figures.eyes[b, asked.frame] - figures.eyes[a, asked.frame]
    apart = np.hypot(way[:, 0], way[:, 2])
    reach = asked.visible * figures.statures[np.maximum(a, 0)] * lens / sensor.height_mm
    third = np.full(len(lens), 1.0 / 3.0)
    round_rad = azimuth_between(third, 1.0 - third, reach, apart, lens, sensor)
    most = np.minimum(np.degrees(round_rad), _THIRDS_MOST_DEG)
    wanted = asked.is_two & (asked.over < 0) & (asked.line_side != 0)
    wanted &= np.abs(offset_deg) < _THIRDS_UNTIL_DEG
    return np.where(wanted, most * np.where(offset_deg >= 0, 1.0, -1.0), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Crowd:
    """Groups as seen from their sides, n rows.

    view     # (n, 3) unit, level, from the group to the camera
    centre   # (n, 3) between the outermost, at the height of eyes
    half_m   # (n,) half of what must fit across
    front_m  # (n,) how much nearer than the middle the nearest stands
    top_m    # (n,) the highest crown
    eye_m    # (n,) the mean height of eyes
    low_m    # (n, sizes) the lowest cut of each size
    stature  # (n,) the mean
    """

    view: Array
    centre: Array
    half_m: Array
    front_m: Array
    top_m: Array
    eye_m: Array
    low_m: Array
    stature: Array


def _crowd(asked: Asked, ground: Ground, offset_deg: Array) -> _Crowd:
    figures, members, frames = ground.figures, asked.members, asked.frame
    count = np.maximum(members.sum(axis=1), 1)
    view = _views(asked, figures, offset_deg)
    right = np.column_stack([view[:, 2], np.zeros(len(view)), -view[:, 0]])
    eyes = figures.eyes[:, frames].transpose(1, 0, 2)
    # A camera that stays where it is has room for where its people go, too.
    stay = figures.present[:, asked.until].T & members & (asked.follow == 0)[:, None]
    places = np.concatenate([eyes, figures.eyes[:, asked.until].transpose(1, 0, 2)], axis=1)
    there = np.concatenate([members, stay], axis=1)
    across = np.einsum("npk,nk->np", places, right)
    towards = np.einsum("npk,nk->np", places, view)
    left, rightmost = _least(across, there), -_least(-across, there)
    deep = (towards * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    eye = (eyes[..., 1] * members).sum(axis=1) / count
    centre = right * ((left + rightmost) / 2)[:, None] + view * deep[:, None]
    centre[:, 1] = eye
    cuts = figures.cuts[..., 1][:, frames].transpose(1, 2, 0)  # rows, sizes, people
    return _Crowd(
        view=view,
        centre=centre,
        half_m=(rightmost - left) / 2 + _SIDE_M,
        front_m=-_least(-towards, there) - deep,
        top_m=-_least(-figures.tops[..., 1][:, frames].T, members),
        eye_m=eye,
        low_m=np.where(members[:, None], cuts, np.inf).min(axis=2),
        stature=(figures.statures * members).sum(axis=1) / count,
    )


def _least(values: Array, members: Flags) -> Array:
    return np.asarray(np.where(members, values, np.inf).min(axis=1))


def _fitted(
    crowd: _Crowd, ground: Ground, asked: Asked, lens: Array, ways: Array
) -> tuple[Framing, Array, Index]:
    """Return framings, distances and sizes: the asked size, or the first that holds everybody."""
    sensor, rows = ground.sensor, np.arange(len(lens))
    lead_x = _leading(asked, crowd.view, ground.figures)
    half = 0.5 - _MARGIN - np.abs(lead_x - 0.5)
    far = crowd.half_m * lens / (half * sensor.width_mm) + crowd.front_m
    steps = asked.step.copy()
    distance, headroom = np.zeros(len(lens)), np.zeros(len(lens))
    open_ = np.ones(len(lens), bool)
    for step in range(int(steps.max()), -1, -1):
        rule = grammar().sizes[SIZES[step]]
        span = crowd.top_m - crowd.low_m[rows, step]
        tall = span / (1.0 - _HEADROOM)
        if step <= STEP[Size.WS]:
            tall = np.maximum(tall, rule.visible * crowd.stature * ways[:, 3])
        nearer = np.where(asked.is_place, 1.0, 0.0) if step <= STEP[Size.WS] else 0.6
        wanted = tall * lens / sensor.height_mm + nearer * crowd.front_m
        here = open_ & (asked.step >= step)
        steps = np.where(here, step, steps)
        distance = np.where(here, wanted, distance)
        headroom = np.where(here, rule.headroom, headroom)
        open_ &= ~(here & (wanted >= 0.98 * far))
    distance = np.where(steps <= STEP[Size.WS], np.maximum(distance, far), distance)
    tall = distance * sensor.height_mm / lens
    bottom = crowd.top_m - (1.0 - headroom) * tall
    middle = crowd.top_m + headroom * tall - tall / 2
    top, cut = crowd.centre.copy(), crowd.centre.copy()
    top[:, 1], cut[:, 1] = crowd.top_m, bottom
    height = np.minimum(np.maximum(crowd.eye_m, middle), middle + distance * _PITCH)
    height = height + distance * np.tan(np.radians(ways[:, 2]))
    tilted = middle - distance * np.tan(np.radians(asked.pitch_deg))
    height = np.where(asked.pitch_deg == 0.0, height, tilted)
    framing = Framing(
        top=top,
        cut=cut,
        anchor=crowd.centre,
        view=crowd.view,
        lens_mm=lens,
        height_m=np.maximum(height, _LOWEST_M),
        headroom=headroom,
        screen_x=lead_x,
    )
    return framing, distance, steps


def _leading(asked: Asked, view: Array, figures: Figures) -> Array:
    """Return where groups stand in the picture: one alone, and walkers, have room before them."""
    lead = grammar().lead
    shift = 0.5 - 1.0 / (1.0 + lead["ratio"])
    right = np.column_stack([view[:, 2], np.zeros(len(view)), -view[:, 0]])
    first = np.maximum(asked.pair[:, 0], 0)
    gaze = figures.gazes[first, asked.frame]
    across, along = np.einsum("nk,nk->n", gaze, right), np.einsum("nk,nk->n", gaze, view)
    looks_past = np.degrees(np.arctan2(np.abs(across), along)) > lead["centred_deg"] / 2
    alone = (asked.members.sum(axis=1) == 1) & looks_past
    way, length = _strides(asked, figures)
    goes = np.einsum("nk,nk->n", way, right)
    walks = (asked.follow > 0) & (length >= _LEAST_STRIDE_M) & (np.abs(goes) > _GOES_ACROSS)
    side = np.where(walks, np.sign(goes), np.where(alone, np.sign(across), 0.0))
    return np.asarray(0.5 - shift * side)


def _unshown(cameras: Cameras, asked: Asked, ground: Ground) -> Array:
    """Return the cost of faces turned away, and of others whom the edges cut through."""
    figures, members, frames = ground.figures, asked.members, asked.frame
    heads = figures.heads[:, frames].transpose(1, 0, 2)
    sight = cameras.position[:, None] - heads
    sight[..., 1] = 0.0
    sight /= np.maximum(np.linalg.norm(sight, axis=2, keepdims=True), 1e-6)
    towards = np.einsum("npk,npk->np", figures.facing[:, frames].transpose(1, 0, 2), sight)
    away = np.clip(0.15 - towards, 0.0, 1.0) * members
    x, y, depth = np.moveaxis(cameras.project(heads, ground.sensor), -1, 0)
    others = figures.present[:, frames].T & ~members & (depth > 0.3) & (y > 0) & (y < 1)
    half = _SIDE_M * cameras.lens_mm[:, None] / ground.sensor.width_mm / np.maximum(depth, 0.3)
    cut = others & ((np.abs(x) < half) | (np.abs(x - 1.0) < half))
    count = np.maximum(members.sum(axis=1), 1)
    return np.asarray(1.2 * away.sum(axis=1) / count + 0.8 * cut.sum(axis=1))


def _views(asked: Asked, figures: Figures, offset_deg: Array) -> Array:
    """Return whence each group is looked at, (n, 3) unit and level."""
    a, b = asked.pair.T
    line = figures.heads[b, asked.frame] - figures.heads[a, asked.frame]
    line[:, 1] = 0.0
    length = np.linalg.norm(line, axis=1)
    square = turned(line / np.maximum(length, 1e-9)[:, None], asked.line_side * math.pi / 2)
    two = asked.is_two & (length > _LINE_M) & (asked.line_side != 0)
    view = np.where(two[:, None], square, asked.outlook)
    past = asked.over >= 0
    if past.any():
        view = np.where(past[:, None], _past_shoulder(asked, figures), view)
    swing = asked.swing * _SWING_DEG * np.where(offset_deg >= 0, 1, -1)
    view = turned(view, np.radians(offset_deg + swing))
    walking = asked.follow > 0
    if walking.any():
        view = np.where(walking[:, None], _walk_views(asked, view, figures, offset_deg), view)
    return np.asarray(view)


def _past_shoulder(asked: Asked, figures: Figures) -> Array:
    """Return the ways from groups to somebody whose shoulder they are seen past."""
    heads = figures.heads[:, asked.frame].transpose(1, 0, 2)
    count = np.maximum(asked.members.sum(axis=1), 1)
    middle = (heads * asked.members[..., None]).sum(axis=1) / count[:, None]
    way = figures.heads[asked.over, asked.frame] - middle
    way[:, 1] = 0.0
    way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6)
    return turned(way, np.radians(_PAST_DEG) * np.where(asked.line_side >= 0, 1.0, -1.0))


def _walk_views(asked: Asked, otherwise: Array, figures: Figures, offset_deg: Array) -> Array:
    """Return the views of walkers from ahead and aside, on the outlook's side of their way."""
    way, length = _strides(asked, figures)
    left = way[:, 2] * asked.outlook[:, 0] - way[:, 0] * asked.outlook[:, 2] >= 0
    base = np.where(asked.follow == 1, _PAN_DEG, _TRACK_DEG) + 0.8 * offset_deg
    ahead = turned(way, np.radians(base) * np.where(left, 1, -1))
    return np.asarray(np.where((length < _LEAST_STRIDE_M)[:, None], otherwise, ahead))


def _strides(asked: Asked, figures: Figures) -> tuple[Array, Array]:
    """Return the way that groups walk, unit and level (n, 3), and how far they soon are (n,)."""
    later = np.minimum(asked.frame + _STRIDE_FRAMES, figures.paths.shape[1] - 1)
    gone = (figures.paths[:, later] - figures.paths[:, asked.frame]).transpose(1, 0, 2)
    count = np.maximum(asked.members.sum(axis=1), 1)
    way = (gone * asked.members[..., None]).sum(axis=1) / count[:, None]
    length = np.linalg.norm(way, axis=1)
    return way / np.maximum(length, 1e-9)[:, None], length


def _outruns(asked: Asked, figures: Figures) -> Flags:
    """Return where people go faster than a camera can track along with them."""
    fast = np.zeros(len(asked), bool)
    most = grammar().moves["track_m_s"]
    for row in np.flatnonzero(asked.follow == TRACK):
        way = figures.paths[asked.members[row], asked.frame[row] : asked.until[row] + 1]
        steps = np.linalg.norm(np.diff(way.mean(axis=0), axis=0), axis=1)
        fast[row] = steps.max(initial=0.0) * _FPS > most
    return fast


def _comes_or_goes(asked: Asked, cameras: Cameras, figures: Figures) -> Flags:
    """Return where who is panned after comes so near, or goes so far, that the size is another."""
    count = np.maximum(asked.members.sum(axis=1), 1)[:, None]
    away = []
    for frames in (asked.frame, asked.until):
        ways = figures.paths[:, frames].transpose(1, 0, 2) * asked.members[..., None]
        away.append(np.hypot(*(ways.sum(axis=1) / count - cameras.position)[:, [0, 2]].T))
    ratio = away[1] / np.maximum(away[0], 1e-3)
    wrong = (ratio < _NEARER) | (ratio > 1.0 / _NEARER)
    return np.asarray((asked.follow == PAN) & (asked.step >= STEP[Size.FS]) & wrong)


def _faces(cameras: Cameras, asked: Asked, ground: Ground) -> tuple[Flags, Flags, Array]:
    """Return whether a face is hidden, whether one is out of the picture, and how crowded."""
    figures, count, members = ground.figures, len(asked), asked.members
    hidden, outside = np.zeros(count, bool), np.zeros(count, bool)
    eyes = figures.eyes[:, asked.frame].transpose(1, 0, 2)
    picture = cameras.project(eyes, ground.sensor)
    for person in range(len(figures.ids)):
        rows = np.flatnonzero(members[:, person])
        if not len(rows):
            continue
        spare = np.zeros((len(rows), len(figures.ids)), bool)
        spare[:, person] = True
        position = cameras.position[rows]
        seen = ground.around.sees(position, eyes[rows, person], asked.frame[rows], spare)
        hidden[rows] |= ~seen
        x, y, depth = picture[rows, person].T
        inside = (x > _EDGE) & (x < 1 - _EDGE) & (y > _EDGE) & (y < 1 - _EDGE) & (depth > 0.2)
        outside[rows] |= ~inside
    outside |= _leave(cameras, asked, ground)
    xs = np.sort(np.where(members, picture[..., 0], np.inf), axis=1)
    xs = np.where(np.isinf(xs), 1e6 * (1 + np.arange(xs.shape[1])), xs)
    gap = np.diff(xs, axis=1).min(axis=1) if xs.shape[1] > 1 else np.full(count, 1.0)
    return hidden, outside, np.asarray(10.0 * np.maximum(0.0, 0.10 - gap))


def _leave(cameras: Cameras, asked: Asked, ground: Ground) -> Flags:
    """Return where somebody of a group leaves a still picture before its stretch is over."""
    figures = ground.figures
    heads = figures.skulls[:, asked.until].transpose(1, 0, 2)
    x, y, depth = np.moveaxis(cameras.project(heads, ground.sensor), -1, 0)
    out = (np.abs(x - 0.5) > 0.5) | (np.abs(y - 0.5) > 0.5) | (depth < 0.2)
    out &= asked.members & figures.present[:, asked.until].T
    return np.asarray(out.any(axis=1) & (asked.follow == 0))
