"""Singles in, cameras out: framed by landmarks, mirrored in pairs."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mstation.shots.asked import Asked
from mstation.shots.aspects import single_lens
from mstation.shots.faults import gaze, gaze_deg, lacks_lead_room, misframed, side_signs
from mstation.shots.framing import (
    Aimed,
    Cameras,
    Framing,
    cameras_at,
    primes_near,
    solve_distance,
    turned,
)
from mstation.shots.grammar import grammar
from mstation.shots.landmarks import Figures
from mstation.shots.taken import (
    AXIS,
    CLEARANCE,
    EYELINE,
    SIZE,
    VISIBILITY,
    Ground,
    Taken,
)
from mstation.space import Array, Sensor

# Columns of a way: degrees off the look, steps of the lens, degrees that the camera stands over
# the eyes, statures that the lower edge is off its mark. The first is the ideal; the rest are
# for tight sets, hidden faces and hands at the edge.
SINGLE_ROUNDS: tuple[Array, ...] = (
    np.array([(26.0, 0, 0, 0), (30.0, 0, 0, 0), (22.0, 0, 0, 0)]),
    np.array([(a, s, 0, c) for a in (26.0, 33.0, 17.0) for s in (0, -1)
              for c in (0.0, 0.022, -0.022)]),
    np.array([(a, s, r, 0) for a in (28.0, 34.5, 20.0, 13.0) for s in (1, -1, -3)
              for r in (0.0, 6.0, -6.0)]),
    np.array([(a, s, r, 0) for a in (42.0, 52.0, 66.0) for s in (0, -2, -4)
              for r in (0.0, 6.0)]),
)  # fmt: skip
_SOLO_SWING = 34.0  # degrees between two ways of looking at someone alone
_FACELESS_DEG = 84.0  # further round than this, a face is not seen
_SHOULDER_SPAN_M = 0.2
_LOOK_DEG, _OFF_COST = (21.0, 31.0), 0.05  # off the lens, in a pair's singles; a degree more
_MINDS = math.cos(math.pi / 4)  # a face turned further off its partner looks ahead
_ON_LENS = 0.03  # sine of how far off the lens a face must look to look past one side of it
_MATCH, _MIRROR = 0.9, 0.6  # shares of tolerances, so that a small sway keeps within them
_TALL_SHARE = 0.35
CLEAR_RAD = math.radians(11.0)  # a camera this far off the line, seen at a face, is beside it
_SOUTH = np.array([0.0, 0.0, 1.0])  # where a face looks that looks nowhere
_LOWEST_M = 0.12
_TURNS_COST = 0.6  # of a face that soon looks the other way, where there is no room
_LATER_SLACK = 2.2  # people sway and nod until the end of a stretch
_STEEP_LENS = 0.5
_STEEP_DEG = 30.0  # from straight above or below, no landmark and no face tell

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


def aim_singles(asked: Asked, ground: Ground, ways: Array, mates: Index) -> Aimed:
    """Return singles taken at an angle off the look, on the side that the epoch keeps."""
    off = np.radians(ways[:, 0] + np.where(asked.partner < 0, asked.swing * _SOLO_SWING, 0.0))
    look, aside = _aside(asked, ground.figures, off)
    cameras = stood(
        framing_of(asked, ground, ways, turned(look, aside)), asked, ground, mates, ways
    )
    return Aimed(cameras, asked.step, way_cost(ways) + 0.02 * np.abs(ways[:, 0] - 26.0))


def way_cost(ways: Array) -> Array:
    """Return the price of lenses, heights and edges that are not the size's own."""
    return np.asarray(
        0.15 * np.abs(ways[:, 1]) + 0.03 * np.abs(ways[:, 2]) + 4.0 * np.abs(ways[:, 3])
    )


def judge_singles(asked: Asked, aimed: Aimed, ground: Ground) -> Taken:
    """Return what singles break and cost as these cameras take them."""
    figures, cameras = ground.figures, aimed.cameras
    broken = common_faults(asked, cameras, ground)
    cost = eyeline_cost(gaze_deg(cameras, asked.principal, asked.frame, figures))
    turns = lacks_lead_room(cameras, asked.principal, asked.until, figures, ground.sensor)
    cost = cost + aimed.cost + _dirt(cameras, asked, ground) + _TURNS_COST * turns
    return Taken(cameras, aimed.step, broken, cost)


def framing_of(asked: Asked, ground: Ground, ways: Array, view: Array) -> Framing:
    """Return what is framed from these level ways."""
    figures = ground.figures
    people, frames = asked.principal, asked.frame
    faces = figures.gazes[people, frames]
    right = np.column_stack([view[:, 2], np.zeros(len(view)), -view[:, 0]])
    across = np.einsum("nk,nk->n", faces, right)
    along = np.einsum("nk,nk->n", faces, view)
    # From straight below or above, a camera comes near to be steep.
    ideal = asked.lens_mm * np.where(np.abs(asked.pitch_deg) > _STEEP_DEG, _STEEP_LENS, 1.0)
    own = primes_near(single_lens(ideal, ground.sensor), ways[:, 1])
    cut = figures.cuts[people, frames, asked.step].copy()
    cut[:, 1] += ways[:, 3] * figures.statures[people]
    return Framing(
        top=figures.tops[people, frames],
        cut=cut,
        anchor=figures.eyes[people, frames],
        view=view,
        lens_mm=np.where(asked.own_lens > 0, asked.own_lens, own),
        height_m=_eye_height(figures, asked),
        headroom=asked.headroom,
        screen_x=_screen_x(across, along, asked.is_over),
    )


def _aside(asked: Asked, figures: Figures, off_rad: Array) -> tuple[Array, Array]:
    """Return where each face looks, level (n, 3), and how far round from there the camera goes.

    The camera goes to the epoch's side of the line to the partner. A face that is turned a
    little off the partner is still the one that the lens is set beside, as long as the camera
    keeps clear of the line.
    """
    people, frames = asked.principal, asked.frame
    line, _ = to_partner(figures, asked)
    nose = figures.gazes[people, frames]
    blank = np.linalg.norm(nose, axis=1) < 0.5
    paired = asked.partner >= 0
    nose = np.where(blank[:, None], np.where(paired[:, None], line, _SOUTH), nose)
    turn = np.arctan2(line[:, 2] * nose[:, 0] - line[:, 0] * nose[:, 2],
                      line[:, 0] * nose[:, 0] + line[:, 2] * nose[:, 2])  # fmt: skip
    side = np.where(asked.side >= 0, 1.0, -1.0)
    # Side by side, the camera keeps clear of the partner, or looks across; face to face, it
    # keeps clear of the line.
    beside = np.abs(turn) > math.pi / 4
    clear = np.maximum(side * turn + off_rad, CLEAR_RAD) * side - turn
    outward = np.where(turn > 0, off_rad, -off_rad) * np.where(asked.swing == 1, -1.0, 1.0)
    paired_off = np.where(beside, outward, clear)
    return nose, np.where(paired, paired_off, asked.world * off_rad)


def to_partner(figures: Figures, asked: Asked) -> tuple[Array, Array]:
    """Return the level ways from principals to their partners, unit (n, 3), and how far (n,)."""
    people, frames = asked.principal, asked.frame
    way = figures.eyes[asked.partner, frames] - figures.eyes[people, frames]
    way[:, 1] = 0.0
    length = np.linalg.norm(way, axis=1)
    return way / np.maximum(length, 1e-6)[:, None], length


def _eye_height(figures: Figures, asked: Asked) -> Array:
    """Return camera heights: between the eyes of a pair, at the eyes of one."""
    own = figures.eyes[asked.principal, asked.frame, 1]
    other = np.where(asked.partner >= 0, figures.eyes[asked.partner, asked.frame, 1], own)
    return np.asarray((own + other) / 2)


def _screen_x(across: Array, along: Array, is_over: Flags) -> Array:
    """Return where the eyes stand in the picture: room on the side of the look."""
    lead = grammar().lead
    off = np.degrees(np.arctan2(np.abs(across), along))
    share = np.clip((off - lead["centred_deg"] / 2) / (lead["centred_deg"] / 2), 0.0, 1.0)
    shift = 0.5 - 1.0 / (1.0 + lead["ratio"])
    share = np.where(is_over, 1.0, share)
    return np.asarray(0.5 - np.sign(across) * shift * share)


def reach_of(framing: Framing, asked: Asked, ground: Ground) -> Array:
    """Return how far off each camera stands when its height is that of the eyes."""
    statures = ground.figures.statures[asked.principal]
    guess = asked.visible * statures * framing.lens_mm / ground.sensor.height_mm
    return solve_distance(framing, ground.sensor, guess)


def stood(framing: Framing, asked: Asked, ground: Ground, mates: Index, ways: Array) -> Cameras:
    """Return cameras at the right distance; a setup and its reverse stand equally far off."""
    sensor = ground.sensor
    distance = reach_of(framing, asked, ground)
    is_tilted = asked.pitch_deg != 0.0
    for _ in range(2):
        level = _heights(framing, distance, mates, ways)
        if is_tilted.any():
            near, height = _tilted(framing, asked, mates, sensor)
            level = np.where(is_tilted, height, level)
            distance = np.where(is_tilted, near, distance)
        framing = replace(framing, height_m=level)
        distance = solve_distance(framing, sensor, distance)
    shared = np.where(mates < 0, distance, _mirrored(distance, distance[mates]))
    eased = replace(framing, headroom=_spread_headroom(framing, distance, shared))
    return cameras_at(eased, sensor, shared)


def _heights(framing: Framing, distance: Array, mates: Index, ways: Array) -> Array:
    """Return camera heights: as level as may be, the same on both sides of a pair.

    Where one of a pair is much the taller, the looks go up and down and the cameras with them.
    """
    middle = (framing.top[:, 1] + framing.cut[:, 1]) / 2
    level = distance * math.tan(math.radians(grammar().level["most_deg"]))
    low, high = middle - level, middle + level
    paired = mates >= 0
    low_both = np.where(paired, np.maximum(low, low[mates]), low)
    high_both = np.where(paired, np.minimum(high, high[mates]), high)
    tilt = distance * math.tan(math.radians(grammar().level["unequal_deg"]))
    between = np.clip((low_both + high_both) / 2, middle - tilt, middle + tilt)
    eye = np.where(low_both <= high_both, np.clip(framing.height_m, low_both, high_both), between)
    eye = eye + distance * np.tan(np.radians(ways[:, 2]))
    return np.asarray(np.maximum(np.clip(eye, middle - tilt, middle + tilt), _LOWEST_M))


def _tilted(framing: Framing, asked: Asked, mates: Index, sensor: Sensor) -> tuple[Array, Array]:
    """Return the distances and heights of cameras that look up or down by a given angle."""
    half = sensor.height_mm / framing.lens_mm
    pitch = np.radians(asked.pitch_deg)
    up_top = np.tan(pitch + np.arctan((0.5 - framing.headroom) * half))
    up_cut = np.tan(pitch - np.arctan(0.5 * half))
    distance = (framing.top[:, 1] - framing.cut[:, 1]) / np.maximum(up_top - up_cut, 1e-3)
    height = framing.cut[:, 1] - distance * up_cut
    height = np.where(mates >= 0, (height + height[mates]) / 2, height)
    return distance, np.maximum(height, _LOWEST_M)


def _mirrored(own: Array, other: Array) -> Array:
    """Return distances for a reverse: as near each one's ideal as a matching pair allows.

    The taller stays nearer to the ideal, since a higher cut soon meets the waist.
    """
    excess = np.log(own / other)
    allowed = math.log(1.0 + _MIRROR * grammar().tolerance.reverse)
    surplus = np.sign(excess) * np.maximum(np.abs(excess) - allowed, 0.0)
    share = np.where(excess > 0, _TALL_SHARE, 1.0 - _TALL_SHARE)
    return np.asarray(own * np.exp(-surplus * share))


def _spread_headroom(framing: Framing, ideal: Array, stands: Array) -> Array:
    """Return headroom that takes a part of what a shared distance adds or takes."""
    change = 1.0 - ideal / stands  # of the frame height, more than nought when further off
    most = _MATCH * grammar().tolerance.headroom * 0.8
    return np.asarray(framing.headroom + np.clip(change / 2, -most, most))


def common_faults(asked: Asked, cameras: Cameras, ground: Ground) -> Index:
    """Return the bits that a camera of one person breaks, a shoulder in front of it or not."""
    figures, sensor = ground.figures, ground.sensor
    people, frames = asked.principal, asked.frame
    eyes = figures.eyes[people, frames]
    spare = np.zeros((len(asked), len(figures.ids)), bool)
    spare[np.arange(len(asked)), people] = True
    over = np.flatnonzero(asked.is_over)
    spare[over, asked.partner[over]] = True
    broken = np.where(ground.around.has_room(cameras.position, frames), 0, CLEARANCE)
    seen = ground.around.sees(cameras.position, eyes, frames, spare)
    off = np.abs(gaze_deg(cameras, people, frames, figures))
    steep = np.abs(asked.pitch_deg) > _STEEP_DEG
    broken |= np.where(seen & ((off < _FACELESS_DEG) | steep), 0, VISIBILITY)
    wrong = misframed(cameras, people, frames, asked.step, figures, sensor)
    wrong |= ~asked.is_over & lacks_lead_room(cameras, people, frames, figures, sensor)
    wrong |= misframed(
        cameras, people, asked.until, asked.step, figures, sensor, slack=_LATER_SLACK
    )
    broken |= np.where(wrong & ~steep, SIZE, 0)
    broken |= np.where(_is_astray(cameras, asked, ground), EYELINE, 0)
    paired = asked.partner >= 0
    heads = figures.heads
    signs = side_signs(heads[people, frames], heads[asked.partner, frames], cameras.position)
    broken |= np.where(paired & (asked.side * signs < 0), AXIS, 0)
    return np.asarray(broken, dtype=np.intp)


def _is_astray(cameras: Cameras, asked: Asked, ground: Ground) -> Flags:
    """Return where a face of a pair looks past the other side of the lens than its partner is.

    Side by side, looking ahead, it may.
    """
    figures = ground.figures
    line, _ = to_partner(figures, asked)
    back = cameras.position - figures.skulls[asked.principal, asked.frame]
    right = np.column_stack([back[:, 2], np.zeros(len(back)), -back[:, 0]])
    right /= np.maximum(np.linalg.norm(right, axis=1, keepdims=True), 1e-9)
    across, _ = gaze(cameras, asked.principal, asked.frame, figures)
    partner = np.einsum("nk,nk->n", line, right)
    minds = np.einsum("nk,nk->n", line, figures.gazes[asked.principal, asked.frame])
    astray = (partner * across < 0) & (np.abs(across) > _ON_LENS) & (minds > _MINDS)
    return np.asarray((asked.partner >= 0) & astray)


def eyeline_cost(off: Array) -> Array:
    """Return the cost of looks off the lens from which a reverse may differ too much."""
    wide = np.abs(off)
    return np.asarray(
        _OFF_COST * (np.maximum(0.0, wide - _LOOK_DEG[1]) + np.maximum(0.0, _LOOK_DEG[0] - wide))
    )


def _dirt(cameras: Cameras, asked: Asked, ground: Ground) -> Array:
    """Return the cost of others who stand in a single, more when nearer than its principal."""
    figures = ground.figures
    heads = figures.heads[:, asked.frame].transpose(1, 0, 2)
    x, y, depth = np.moveaxis(cameras.project(heads, ground.sensor), -1, 0)
    half = _SHOULDER_SPAN_M * cameras.lens_mm[:, None] / ground.sensor.width_mm
    reach = half / np.maximum(depth, 0.1)
    inside = (x > -reach) & (x < 1 + reach) & (y < 1.0) & (depth > 0.1)
    inside &= figures.present[:, asked.frame].T
    rows = np.arange(len(asked))
    own = depth[rows, asked.principal]
    inside[rows, asked.principal] = False
    return np.asarray((inside * np.where(depth < own[:, None], 1.6, 0.15)).sum(axis=1))
