"""People, pieces and the camera on a floor plan in, their names out, none over another."""

from __future__ import annotations

import math

import numpy as np

from mstation.breakdown.reports.typeface import printable, width_of
from mstation.screenplay.script import Language
from mstation.sheets.figures import Figure, flat
from mstation.sheets.floor_set import HANGS_M, piece_corners
from mstation.sheets.plan import Item, Point, View, Words
from mstation.space import Array
from mstation.stage.layout import Layout, Piece
from mstation.stage.piece_names import piece_text

_LABEL_PT, _NAME_PT = 6.0, 7.4
_PIECE_INK = "#5A5346"
_PERSON_M, _WALL_STEP_M = 0.3, 0.2


def plan_names(
    layout: Layout, curve: Array, figures: tuple[Figure, ...], view: View, language: Language
) -> list[Item]:
    """Return the names of people and pieces, none over another, nor over who stands there."""
    labels = _Labels(view)
    for point in (curve[0], curve[-1]):
        labels.block(flat(point[:3, 3]), 0.3)
    for wall in layout.walls:
        labels.block_line(wall.start, wall.end)
    for figure in figures:
        labels.block(flat(figure.joint("Head")), 0.22)
        if figure.has_moved:
            labels.block(flat(figure.joint("Head", at_end=True)), 0.2)
    for figure in figures:
        if figure.is_background:
            continue
        labels.name(figure.name, flat(figure.joint("Head")), figure.colour)
    named: set[str] = set()
    for piece in sorted(layout.pieces, key=lambda piece: -piece.size[0] * piece.size[2]):
        stands = view.window.holds((piece.position[0], piece.position[2]), 0.1)
        stands = stands and piece.position[1] < HANGS_M
        if stands and _name_piece(piece, labels, named, language):
            named.add(piece.kind)
    return labels.items


def _name_piece(piece: Piece, labels: _Labels, named: set[str], language: Language) -> bool:
    """Write a piece's name within it, or beside it where no other of its kind has one."""
    text = piece_text(piece.kind, language)
    middle = (piece.position[0], piece.position[2])
    corners = piece_corners(piece)
    if labels.inside(text, middle, corners):
        return True
    return piece.kind not in named and labels.beside(text, middle, corners)


class _Labels:
    """Words that keep off each other."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.metre = view.points_a_metre
        self.items: list[Item] = []
        self.taken: list[tuple[float, float, float, float]] = []

    def block(self, middle: Point, half_m: float) -> None:
        """Keep words off a square."""
        x, y = middle
        self.taken.append((x - half_m, y - half_m, x + half_m, y + half_m))

    def block_line(self, start: Point, end: Point) -> None:
        """Keep words off a wall."""
        steps = max(2, round(math.dist(start, end) / _WALL_STEP_M))
        for x, z in zip(
            np.linspace(start[0], end[0], steps), np.linspace(start[1], end[1], steps), strict=True
        ):
            self.block((float(x), float(z)), _WALL_STEP_M / 2)

    def name(self, text: str, middle: Point, colour: str) -> None:
        """Write a person's name below, above or beside them; below where nothing is free."""
        width, height = self._size(text, _NAME_PT)
        places = self._around(middle, (_PERSON_M, _PERSON_M), width, height)
        free = next((place for place in places if self._is_free(place, width, height)), places[0])
        self._put(text, free, width, height, _NAME_PT, colour, is_strong=True)

    def inside(self, text: str, middle: Point, corners: tuple[Point, ...]) -> bool:
        """Write a piece's name within it, if it fits there and nothing else is."""
        width, height = self._size(text, _LABEL_PT)
        box = np.ptp(np.array(corners), axis=0)
        fits = width <= box[0] - 2 / self.metre and height <= box[1]
        if not fits or not self._is_free(middle, width, height):
            return False
        self._put(text, middle, width, height, _LABEL_PT, _PIECE_INK)
        return True

    def beside(self, text: str, middle: Point, corners: tuple[Point, ...]) -> bool:
        """Write a piece's name beside it, if there is room."""
        width, height = self._size(text, _LABEL_PT)
        across, deep = (float(half) for half in np.ptp(np.array(corners), axis=0) / 2)
        for place in self._around(middle, (across, deep), width, height):
            if self._is_free(place, width, height):
                self._put(text, place, width, height, _LABEL_PT, _PIECE_INK)
                return True
        return False

    def _size(self, text: str, size: float) -> tuple[float, float]:
        return width_of(printable(text), size) / self.metre, size * 1.15 / self.metre

    def _around(
        self, middle: Point, half: tuple[float, float], width: float, height: float
    ) -> list[Point]:
        """Return where words may stand about a box: under it, over it, right of it, left."""
        x, y = middle
        gap = 1.0 / self.metre
        aside, off = half[0] + width / 2 + gap, half[1] + height / 2 + gap
        return [(x, y + off), (x, y - off), (x + aside, y), (x - aside, y)]

    def _is_free(self, middle: Point, width: float, height: float) -> bool:
        x, y = middle
        box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        if not all(self.view.window.holds(at, 0.05) for at in (box[:2], box[2:])):
            return False
        return not any(
            box[0] < other[2] and box[2] > other[0] and box[1] < other[3] and box[3] > other[1]
            for other in self.taken
        )

    def _put(
        self,
        text: str,
        middle: Point,
        width: float,
        height: float,
        size: float,
        colour: str,
        *,
        is_strong: bool = False,
    ) -> None:
        x, y = middle
        self.taken.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
        base = (x, y + height * 0.32)
        self.items.append(Words(base, text, size, colour, "middle", is_strong, has_halo=True))
