"""The drawing model of techvis: outlines and words, in metres within views, in points around them.

Both renderers draw the same model, so that SVG and PDF cannot disagree. x runs to the right and
y down, on the page and in a view: a floor plan takes the world's x and z as they are, north up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

POINTS_A_METRE = 72 / 0.0254  # at full size


@dataclass(frozen=True, slots=True)
class Outline:
    """A line through points, closed or not; a width of 0 draws no line."""

    points: tuple[Point, ...]
    stroke: str = "#111111"
    width_pt: float = 0.7
    fill: str = ""
    opacity: float = 1.0  # of what fills it
    dash_pt: tuple[float, ...] = ()
    is_closed: bool = False
    name: str = ""  # what it shows, for whoever opens the drawing


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `at` is where its baseline begins, is centred or ends."""

    at: Point
    text: str
    size_pt: float = 7.0
    colour: str = "#111111"
    anchor: Anchor = "start"
    is_strong: bool = False
    has_halo: bool = False  # a white edge, to be read over lines
    turn_deg: float = 0.0  # clockwise


Item = Outline | Words


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the world that is drawn: from its least x and y to its greatest, in metres."""

    low: Point
    high: Point

    @property
    def width_m(self) -> float:
        """How wide it is."""
        return self.high[0] - self.low[0]

    @property
    def height_m(self) -> float:
        """How high it is."""
        return self.high[1] - self.low[1]

    def holds(self, point: Point, margin_m: float = 0.0) -> bool:
        """Whether a point is within, that far from its edges at least."""
        return all(
            low + margin_m <= at <= high - margin_m
            for low, at, high in zip(self.low, point, self.high, strict=True)
        )


@dataclass(frozen=True, slots=True)
class View:
    """A window on the world where it stands on the page, to scale; what is outside is cut."""

    name: str
    window: Window
    left_pt: float
    top_pt: float
    scale: int  # 50 is one to fifty
    items: tuple[Item, ...]

    @property
    def points_a_metre(self) -> float:
        """How long a metre is on the page."""
        return POINTS_A_METRE / self.scale

    def on_page(self, point: Point) -> Point:
        """Return where a point of the world stands on the page."""
        return (
            self.left_pt + (point[0] - self.window.low[0]) * self.points_a_metre,
            self.top_pt + (point[1] - self.window.low[1]) * self.points_a_metre,
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One shot's drawing: views, and what stands around them, in points from its upper left."""

    title: str
    width_pt: float
    height_pt: float
    views: tuple[View, ...]
    items: tuple[Item, ...]


def polygon(
    points: Iterable[Point],
    *,
    fill: str,
    stroke: str = "#111111",
    width_pt: float = 0.7,
    opacity: float = 1.0,
    dash_pt: tuple[float, ...] = (),
    name: str = "",
) -> Outline:
    """Return a closed and filled outline."""
    return Outline(tuple(points), stroke, width_pt, fill, opacity, dash_pt, True, name)


def ellipse(
    middle: Point, half_width: float, half_depth: float, turn_rad: float = 0.0
) -> list[Point]:
    """Return the corners of an ellipse, turned clockwise on the page."""
    cos, sin = math.cos(turn_rad), math.sin(turn_rad)
    steps = (2 * math.pi * step / 28 for step in range(28))
    flat = ((half_width * math.cos(angle), half_depth * math.sin(angle)) for angle in steps)
    return [(middle[0] + cos * x - sin * y, middle[1] + sin * x + cos * y) for x, y in flat]


def turned(points: Iterable[Point], middle: Point, turn_rad: float) -> list[Point]:
    """Return points given about a middle, turned clockwise on the page and set there."""
    cos, sin = math.cos(turn_rad), math.sin(turn_rad)
    return [(middle[0] + cos * x - sin * y, middle[1] + sin * x + cos * y) for x, y in points]


def arrow_head(tip: Point, towards: Point, size: float) -> list[Point]:
    """Return the triangle at the end of an arrow that goes in a direction."""
    angle = math.atan2(towards[1], towards[0])
    shape = [(0.0, 0.0), (-size, size * 0.42), (-size, -size * 0.42)]
    return turned(shape, tip, angle)


def half_plane(window: Window, start: Point, end: Point, side: int) -> list[Point]:
    """Return the part of a window on one side of a line; +1 is to the left of its way.

    Left is as seen on the page.
    """
    (x0, y0), (x1, y1) = window.low, window.high
    return cut([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], start, end, side)


def cut(corners: Sequence[Point], start: Point, end: Point, side: int) -> list[Point]:
    """Return the part of a convex outline on one side of a line; +1 is to the left of its way."""

    def off(point: Point) -> float:
        across = (end[0] - start[0]) * (point[1] - start[1])
        return -side * (across - (end[1] - start[1]) * (point[0] - start[0]))

    kept: list[Point] = []
    for one, other in zip(corners, [*corners[1:], corners[0]], strict=True):
        a, b = off(one), off(other)
        if a >= 0:
            kept.append(one)
        if a * b < 0:
            share = a / (a - b)
            x, y = (near + (far - near) * share for near, far in zip(one, other, strict=True))
            kept.append((x, y))
    return kept


def round_scale(window: Window, width_pt: float, height_pt: float, scales: Sequence[int]) -> int:
    """Return the largest of these scales at which a window fits an area of the page."""
    needed = max(window.width_m / width_pt, window.height_m / height_pt) * POINTS_A_METRE
    return next((scale for scale in scales if scale >= needed), max(math.ceil(needed), scales[-1]))


def widened(window: Window, width_m: float, height_m: float) -> Window:
    """Return a window about the same middle that is as wide and as high as said."""
    middle = [(low + high) / 2 for low, high in zip(window.low, window.high, strict=True)]
    return Window(
        (middle[0] - width_m / 2, middle[1] - height_m / 2),
        (middle[0] + width_m / 2, middle[1] + height_m / 2),
    )


def window_around(points: Iterable[Point], margin_m: float) -> Window:
    """Return the window that holds all of these points, that far from its edges."""
    known = list(points)
    xs, ys = [x for x, _ in known], [y for _, y in known]
    return Window(
        (min(xs) - margin_m, min(ys) - margin_m), (max(xs) + margin_m, max(ys) + margin_m)
    )
