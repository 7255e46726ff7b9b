"""What the floor plan and the side view of a shot share: scales, colours, the camera itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mstation.sheets.plan import Item, Outline, Point, polygon, turned

SCALES = (20, 25, 50, 75, 100, 125, 150, 200, 250, 300, 400, 500, 750, 1000)
FIRST, LAST = "#111111", "#8A8A8A"  # a camera as its shot begins, and where its move ends
_SEEN, _SEEN_EDGE = "#FBC02D", "#B28704"


def lens_field(corners: Iterable[Point], name: str) -> Outline:
    """Return the yellow field that a lens sees."""
    return polygon(corners, fill=_SEEN, stroke=_SEEN_EDGE, width_pt=0.7, opacity=0.22, name=name)


def camera_way(points: Sequence[Point]) -> Outline:
    """Return the line that a camera goes along."""
    return Outline(tuple(points), FIRST, 1.3, name="camera way")


def camera_body(
    shapes: Iterable[Sequence[Point]], at: Point, turn_rad: float, colour: str, name: str
) -> Iterator[Item]:
    """Yield a camera's shapes (metres about its lens), turned clockwise and set at a point."""
    for shape in shapes:
        corners = turned(shape, at, turn_rad)
        yield polygon(corners, fill=colour, stroke="#FFFFFF", width_pt=0.4, name=name)
