"""A shot in, its view from the side out: how high the camera is, how it tilts, how far people are.

x counts metres before the camera along its level way, y is down from the floor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from mstation.breakdown.reports.typeface import printable, width_of
from mstation.screenplay.script import Language
from mstation.sheets.camera import CameraFacts, aim_of
from mstation.sheets.drawn_camera import (
    FIRST,
    LAST,
    SCALES,
    camera_body,
    camera_way,
    lens_field,
)
from mstation.sheets.figures import Figure, seen_from_aside
from mstation.sheets.floor_set import PIECE, PIECE_EDGE, WALL, piece_corners
from mstation.sheets.plan import (
    POINTS_A_METRE,
    Item,
    Outline,
    Point,
    View,
    Window,
    Words,
    cut,
    polygon,
    round_scale,
)
from mstation.sheets.wording import metres_text
from mstation.shots.shot import Shot, Take
from mstation.shots.takes import camera_curve
from mstation.space import Array
from mstation.stage.layout import Layout

_BEHIND_M, _BEYOND_M, _OVER_M = 1.3, 1.0, 0.25
_UNDER_PT = 13.0  # under the floor, for the measures
_TALL_M = 2.0
_LEG, _MEASURE = "#9E9E9E", "#37474F"
_SIZE_PT = 6.6
_FAR_M = 40.0
_LEFT_M = -0.6  # where the camera's height is measured


def side_view(
    layout: Layout,
    shot: Shot,
    take: Take,
    facts: CameraFacts,
    figures: tuple[Figure, ...],
    *,
    place: tuple[float, float, float, float],
    language: Language,
) -> View:
    """Return the view from the side, as large as `place` (left, top, width, height)."""
    left, top, width, height = place
    curve, _ = camera_curve(shot.camera, shot.frames)
    eye, ahead = curve[0, :3, 3], _level(curve[0])
    seen = _seen(figures, shot, facts, eye, ahead)
    aim = aim_of(shot, take)[0]
    reach = float((aim - eye) @ ahead)
    depths = [float((figure.joint("Hips") - eye) @ ahead) for figure in seen]
    last = float((curve[-1, :3, 3] - eye) @ ahead)
    far = max([reach, last, *depths]) + _BEYOND_M
    near = min(0.0, reach, last) - _BEHIND_M
    high = max([float(curve[:, 1, 3].max()) + 0.2, float(aim[1]) + 0.2, _TALL_M]) + _OVER_M
    shown = Window((near, -high), (far, 0.0))
    scale = round_scale(shown, width, height - _UNDER_PT, SCALES)
    metre = POINTS_A_METRE / scale
    low = _UNDER_PT / metre
    window = Window((near, low - height / metre), (near + width / metre, low))
    items: list[Item] = [*_set(layout, eye, ahead, facts), *_field(curve[0], facts)]
    items += _ground(layout, window)
    for figure in seen:
        items += seen_from_aside(figure, eye, ahead)
    items += _camera(curve, eye, ahead, facts)
    items += _measures(eye, aim, reach, metre, language)
    return View("side", window, left, top, scale, tuple(items))


def _level(camera: Array) -> Array:
    """Return the level direction that a camera looks along; straight down, where its top points."""
    ahead = -camera[:3, 2] * np.array([1.0, 0.0, 1.0])
    if np.linalg.norm(ahead) < 1e-4:
        ahead = camera[:3, 1] * np.array([1.0, 0.0, 1.0])
    return np.asarray(ahead / max(float(np.linalg.norm(ahead)), 1e-9))


def _seen(
    figures: tuple[Figure, ...], shot: Shot, facts: CameraFacts, eye: Array, ahead: Array
) -> list[Figure]:
    """Return whom the shot is of, and who else stands within the lens's angle."""
    aside = np.array([-ahead[2], 0.0, ahead[0]])
    within = math.tan(math.radians(facts.across_deg / 2))

    def is_in_view(figure: Figure) -> bool:
        way = figure.joint("Neck") - eye
        depth = float(way @ ahead)
        return 0.2 < depth < max(facts.distance_m * 2, 3.0) and abs(way @ aside) < within * depth

    return [each for each in figures if each.character_id in shot.subjects or is_in_view(each)]


def _set(layout: Layout, eye: Array, ahead: Array, facts: CameraFacts) -> Iterator[Item]:
    """Yield the pieces within the lens's angle, and the walls that its axis meets."""
    aside = np.array([-ahead[2], 0.0, ahead[0]])
    within = math.tan(math.radians(facts.across_deg / 2))
    for piece in layout.pieces:
        corners = np.array([(x, 0.0, z) for x, z in piece_corners(piece)]) - eye
        near, far = float((corners @ ahead).min()), float((corners @ ahead).max())
        if near > 0.1 and float(np.abs(corners @ aside).min()) < within * far:
            low, high = piece.position[1], piece.position[1] + piece.size[1]
            box = [(near, -low), (far, -low), (far, -high), (near, -high)]
            yield polygon(
                box, fill=PIECE, stroke=PIECE_EDGE, width_pt=0.4, opacity=0.7, name=piece.kind
            )
    for wall in layout.walls:
        start, end = (np.array((x, 0.0, z)) - eye for x, z in (wall.start, wall.end))
        one, other = float(start @ aside), float(end @ aside)
        if one * other < 0:
            depth = float(start @ ahead) + float((end - start) @ ahead) * one / (one - other)
            ends = ((depth, 0.0), (depth, -wall.height_m))
            yield Outline(ends, WALL, 2.0, name=wall.name)


def _field(camera: Array, facts: CameraFacts) -> Iterator[Item]:
    """Yield what the lens sees from low to high, as far as its subject and a little on."""
    tilt, half = math.radians(facts.tilt_deg), math.radians(facts.upright_deg / 2)
    height = float(camera[1, 3])
    long = max(facts.distance_m * 1.2, 1.0) / math.cos(half)
    edges = [
        (math.cos(tilt + off) * long, -height - math.sin(tilt + off) * long)
        for off in (half, -half)
    ]
    over_floor = cut([(0.0, -height), *edges], (0.0, 0.0), (1.0, 0.0), 1)
    yield lens_field(over_floor, "field of view, upright")


def _ground(layout: Layout, window: Window) -> Iterator[Item]:
    yield Outline(((-_FAR_M, 0.0), (_FAR_M, 0.0)), WALL, 1.2, name="floor")
    if layout.ceiling_m > 0:
        ends = ((-_FAR_M, -layout.ceiling_m), (_FAR_M, -layout.ceiling_m))
        yield Outline(ends, WALL, 0.7, dash_pt=(4.0, 2.0), name="ceiling")


def _camera(curve: Array, eye: Array, ahead: Array, facts: CameraFacts) -> Iterator[Item]:
    last = curve[-1]
    end = (float((last[:3, 3] - eye) @ ahead), -float(last[1, 3]))
    if facts.travel_m > 0:
        way = [(float((at - eye) @ ahead), -float(at[1])) for at in curve[:, :3, 3]]
        yield camera_way(way)
        yield from _body(end, math.asin(max(-1.0, min(1.0, -float(last[1, 2])))), LAST)
    here = (0.0, -float(eye[1]))
    for foot in (-0.28, 0.0, 0.28):
        yield Outline(((0.0, here[1]), (foot, 0.0)), _LEG, 0.6)
    yield from _body(here, math.radians(facts.tilt_deg), FIRST)


def _body(at: Point, tilt_rad: float, colour: str) -> Iterator[Item]:
    box = [(-0.36, -0.1), (-0.05, -0.1), (-0.05, 0.1), (-0.36, 0.1)]
    hood = [(-0.05, -0.05), (0.06, -0.11), (0.06, 0.11), (-0.05, 0.05)]
    yield from camera_body((box, hood), at, -tilt_rad, colour, "camera")


def _measures(
    eye: Array, aim: Array, reach: float, metre: float, language: Language
) -> Iterator[Item]:
    """Yield the camera's height on its left, and under the floor how far its subject is."""
    height = float(eye[1])
    yield from _measure((_LEFT_M, 0.0), (_LEFT_M, -height))
    text = metres_text(height, language)
    room = width_of(printable(text), _SIZE_PT) / 2 / metre
    middle = (_LEFT_M - 3.0 / metre, min(-height / 2, -room))
    yield Words(middle, text, _SIZE_PT, _MEASURE, "middle", has_halo=True, turn_deg=-90.0)
    if abs(reach) > 0.3:
        yield from _measure((0.0, 4.0 / metre), (reach, 4.0 / metre))
        text = metres_text(float(np.linalg.norm(aim - eye)), language)
        at = (reach / 2, 10.5 / metre)
        yield Words(at, text, _SIZE_PT, _MEASURE, "middle", has_halo=True)


def _measure(start: Point, end: Point) -> Iterator[Item]:
    yield Outline((start, end), _MEASURE, 0.6)
    across = (0.05, 0.0) if abs(end[0] - start[0]) < abs(end[1] - start[1]) else (0.0, 0.05)
    for one, _ in pairwise((start, end, start)):
        tick = ((one[0] - across[0], one[1] - across[1]), (one[0] + across[0], one[1] + across[1]))
        yield Outline(tick, _MEASURE, 0.6)
