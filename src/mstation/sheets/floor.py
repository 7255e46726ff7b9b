"""A set and a shot in, its floor plan out: walls, pieces, people, the camera and what it sees."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from mstation.screenplay.script import Language
from mstation.sheets.camera import CameraFacts
from mstation.sheets.drawn_camera import (
    FIRST,
    LAST,
    SCALES,
    camera_body,
    camera_way,
    lens_field,
)
from mstation.sheets.figures import Figure, flat, seen_from_above
from mstation.sheets.floor_labels import plan_names
from mstation.sheets.floor_set import set_outlines
from mstation.sheets.plan import (
    POINTS_A_METRE,
    Item,
    Outline,
    Point,
    View,
    Window,
    arrow_head,
    half_plane,
    polygon,
    round_scale,
    widened,
    window_around,
)
from mstation.shots.shot import Shot, Size
from mstation.shots.takes import camera_curve
from mstation.space import Array
from mstation.stage.collision import room_of
from mstation.stage.layout import Layout

_SMALLEST_WHOLE = 125  # a room that needs a smaller scale is shown in part
_AROUND_M, _BESIDE_WALL_M = 1.1, 0.45
_WIDE, _PLACE_M = (Size.EWS, Size.WS), 16.0  # how much of its place a wide shot's plan shows
_FAR_M = 60.0
_AXIS, _LEGAL = "#C2185B", "#2E7D32"


def floor_plan(
    layout: Layout,
    shot: Shot,
    facts: CameraFacts,
    figures: tuple[Figure, ...],
    *,
    place: tuple[float, float, float, float],
    language: Language,
) -> View:
    """Return the floor plan of a shot, north up, as large as `place` (left, top, width, height)."""
    left, top, width, height = place
    curve, _ = camera_curve(shot.camera, shot.frames)
    cast = tuple(figure for figure in figures if not figure.is_background)
    shown = _shown(layout, shot, curve, cast, facts)
    window, scale = _window(layout, shown, width, height)
    items: list[Item] = []
    items += _line_of_interest(shot, figures, window)
    items += set_outlines(layout)
    items += _camera(curve, facts)
    for figure in sorted(figures, key=lambda figure: not figure.is_background):
        items += seen_from_above(figure)
    view = View("plan", window, left, top, scale, tuple(items))
    names = plan_names(layout, curve, figures, view, language)
    return replace(view, items=(*items, *names))


def _shown(
    layout: Layout, shot: Shot, curve: Array, figures: tuple[Figure, ...], facts: CameraFacts
) -> list[Point]:
    """Return what a plan has to hold: the camera's way, everybody's, what the shot is of."""
    ways = [flat(at) for at in (*curve[:: max(1, len(curve) // 8), :3, 3], curve[-1, :3, 3])]
    played = [(float(x), float(z)) for figure in figures for x, z in figure.way]
    ahead = math.radians(facts.pan_deg)
    reach = facts.distance_m * math.cos(math.radians(facts.tilt_deg))
    aim = (ways[0][0] + math.sin(ahead) * reach, ways[0][1] - math.cos(ahead) * reach)
    seen = _pieces_seen(layout, ways[0], facts) if shot.size in _WIDE else []
    return [*ways, *played, aim, *seen]


def _pieces_seen(layout: Layout, eye: Point, facts: CameraFacts) -> list[Point]:
    """Return where the pieces stand that a wide shot of the place sees, up to a distance."""
    ahead, half = math.radians(facts.pan_deg), math.radians(facts.across_deg / 2)
    found = []
    for piece in layout.pieces:
        x, z = piece.position[0] - eye[0], piece.position[2] - eye[1]
        off = math.remainder(math.atan2(x, -z) - ahead, 2 * math.pi)
        if abs(off) <= half and math.hypot(x, z) <= _PLACE_M:
            found.append((piece.position[0], piece.position[2]))
    return found


def _window(layout: Layout, shown: list[Point], width: float, height: float) -> tuple[Window, int]:
    """Return what is drawn, and how small: a room whole where it may, else where it is played."""
    window = window_around(shown, _AROUND_M)
    room = [(float(x), float(z)) for x, z in room_of(layout.walls)]
    if room:
        whole = window_around([*shown, *room], _BESIDE_WALL_M)
        if round_scale(whole, width, height, SCALES) <= _SMALLEST_WHOLE:
            window = whole
    scale = round_scale(window, width, height, SCALES)
    metre = POINTS_A_METRE / scale
    return widened(window, width / metre, height / metre), scale


def _line_of_interest(shot: Shot, figures: tuple[Figure, ...], window: Window) -> Iterator[Item]:
    """Yield the line between two people, and the side of it that the camera keeps to."""
    known = {figure.character_id: figure for figure in figures}
    pair = [known[each] for each in shot.axis if each in known]
    if len(pair) != 2:
        return
    a, b = (flat(figure.joint("Head")) for figure in pair)
    length = math.dist(a, b)
    if length < 0.05:
        return
    if shot.side:
        legal = half_plane(window, a, b, shot.side)
        if len(legal) > 2:
            yield polygon(
                legal, fill=_LEGAL, stroke=_LEGAL, width_pt=0, opacity=0.08, name="legal side"
            )
    way = ((b[0] - a[0]) / length * _FAR_M, (b[1] - a[1]) / length * _FAR_M)
    ends = ((a[0] - way[0], a[1] - way[1]), (b[0] + way[0], b[1] + way[1]))
    yield Outline(ends, _AXIS, 0.9, dash_pt=(5.0, 2.5), name="line of interest")


def _camera(curve: Array, facts: CameraFacts) -> Iterator[Item]:
    """Yield what the camera sees, its way, and the camera itself: first black, last grey."""
    reach = max(facts.distance_m * 1.25, 2.0)
    first, last = curve[0], curve[-1]
    has_moved = facts.travel_m > 0 or facts.turn_deg > 1.0 or facts.lens_mm != facts.end_lens_mm
    if has_moved:
        ratio = facts.lens_mm / facts.end_lens_mm
        across = 2 * math.atan(math.tan(math.radians(facts.across_deg) / 2) * ratio)
        wedge = field_of_view(last, across, reach)
        yield Outline(
            tuple(wedge),
            LAST,
            0.6,
            dash_pt=(2.5, 2.0),
            is_closed=True,
            name="field of view, end",
        )
    wedge = field_of_view(first, math.radians(facts.across_deg), reach)
    yield lens_field(wedge, "field of view")
    if facts.travel_m > 0:
        way = [(float(x), float(z)) for x, z in curve[:, [0, 2], 3]]
        yield camera_way(way)
        towards = (way[-1][0] - way[-4][0], way[-1][1] - way[-4][1]) if len(way) > 4 else (0, 0)
        if math.hypot(*towards) > 1e-4:
            yield polygon(arrow_head(way[-1], towards, 0.2), fill=FIRST, width_pt=0)
    if has_moved:
        yield from _body(last, LAST, "camera, end")
    yield from _body(first, FIRST, "camera")


def field_of_view(camera: Array, across_rad: float, reach_m: float) -> list[Point]:
    """Return the triangle that a lens sees on the floor: the camera, its left edge, its right."""
    eye = flat(camera[:3, 3])
    bearing = _bearing(camera)
    edges = (bearing - across_rad / 2, bearing + across_rad / 2)
    long = reach_m / math.cos(across_rad / 2)
    return [eye, *((eye[0] + math.sin(e) * long, eye[1] - math.cos(e) * long) for e in edges)]


def _body(camera: Array, colour: str, name: str) -> Iterator[Item]:
    box = [(-0.12, 0.07), (0.12, 0.07), (0.12, 0.42), (-0.12, 0.42)]
    hood = [(-0.06, 0.07), (0.06, 0.07), (0.13, -0.06), (-0.13, -0.06)]
    yield from camera_body((box, hood), flat(camera[:3, 3]), _bearing(camera), colour, name)


def _bearing(camera: Array) -> float:
    """Return where a camera looks, clockwise from north; straight down, where its top points."""
    ahead = -camera[:3, 2]
    if math.hypot(ahead[0], ahead[2]) < 1e-4:
        ahead = camera[:3, 1]
    return math.atan2(float(ahead[0]), -float(ahead[2]))
