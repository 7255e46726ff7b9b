"""Hair and hats: the scalp pushed outwards inside a hairline, and what hangs or sits on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mstation.identity import seed_of
from mstation.previs.people.cloth import Floats, Ink, Piece, drawn, split
from mstation.previs.people.lines import smooth
from mstation.previs.primitives import tone
from mstation.stage.layout import Rgb
from mstation.stage.performance import JOINTS, Body

_CENTRE = np.array([0.0, 0.745, -0.055])  # of the skull of the base head
# A hairline: height on the base head by degrees from the front to the back.
_Line = tuple[tuple[float, float], ...]
_FULL: _Line = ((0, 0.797), (20, 0.795), (38, 0.786), (52, 0.768), (64, 0.742), (74, 0.706),
                (84, 0.702), (100, 0.702), (112, 0.694), (122, 0.682), (140, 0.66),
                (180, 0.645))  # fmt: skip
_RECEDED: _Line = ((0, 0.806), (20, 0.822), (38, 0.808), (52, 0.772), *_FULL[4:])
_WREATH: _Line = ((0, 0.66), *_FULL[5:])
_WREATH_FROM_DEG, _METRES_A_DEG, _ROUND_M = 62, 0.0014, 0.003
# An ear on the base head: height, depth, half of each, and how far it leans back as it rises.
_EAR_AT, _EAR_HALF, _EAR_LEAN = (0.711, -0.050), (0.031, 0.019), 0.2
_COVERED: _Line = ((0, 0.797), (20, 0.795), (38, 0.786), (50, 0.765), (60, 0.735), (70, 0.70),
                   (80, 0.69), (95, 0.68), (115, 0.67), (180, 0.645))  # fmt: skip
_CROWN: _Line = ((0, 0.788), (60, 0.783), (90, 0.783), (130, 0.765), (180, 0.75))


@dataclass(frozen=True, slots=True)
class Wig:
    """A hair style: its line, its thickness and what is added."""

    line: _Line
    crown_m: float
    sides_m: float
    wave_m: float = 0.0
    ends: float | None = None  # height on the base body down to which hair hangs
    knot: tuple[float, float, float] | None = None  # middle of a bun on the base body
    knot_m: float = 0.0
    tail: bool = False


WIGS: dict[str, Wig] = {
    "short": Wig(_FULL, 0.017, 0.009, 0.003),
    "long": Wig(_COVERED, 0.017, 0.006, ends=0.46),
    "bun": Wig(_FULL, 0.011, 0.006, knot=(0.0, 0.812, 0.052), knot_m=0.036),
    "bald": Wig(_WREATH, 0.005, 0.009),
    "cap": Wig(_FULL, 0.006, 0.007),
    "bob": Wig(_COVERED, 0.017, 0.007, ends=0.615),
    "ponytail": Wig(_FULL, 0.010, 0.006, knot=(0.0, 0.785, 0.056), knot_m=0.02, tail=True),
    "curly": Wig(_FULL, 0.036, 0.024, 0.006),
    "hat": Wig(_FULL, 0.006, 0.007),
}


def hair_pieces(
    skin: Piece, body: Body, place: Callable[[Floats], Floats], scale: float
) -> list[Piece]:
    """Return the skin without its scalp, and the hair.

    place: Gives where points (n, 3) on the base head are on this head; `scale` is its size.
    """
    style = body.hair_style
    wig = WIGS[style]
    if style == "short" and body.sex != "female" and body.age > 42:
        wig = Wig(_RECEDED, wig.crown_m, wig.sides_m, wig.wave_m)
    if style == "bald" and body.age < 45:
        return [skin]
    inside = _inside(skin, wig.line)
    scalp, bare = split(skin, inside)
    line = _inside(scalp, wig.line)
    hair = _grown(scalp, line, wig, body, scale).dyed(body.hair, Ink.HAIR)
    if wig.line is _COVERED:
        bare = split(bare, _off_ears(bare))[0]
    pieces = [bare, hair]
    if wig.ends is not None:
        pieces.append(_curtain(wig, body, place))
    if wig.knot is not None:
        pieces.append(_knot(wig, body, place, scale))
    if wig.tail:
        pieces.append(_tail(body, place))
    if style in {"cap", "hat"}:
        pieces = [bare, *_headgear(skin, hair, body, place, scale)]
    return pieces


def _angle(home: Floats) -> Floats:
    """Return degrees around the skull, 0 in front, 180 behind."""
    return np.asarray(np.degrees(np.arctan2(np.abs(home[:, 0]), _CENTRE[2] - home[:, 2])))


def _inside(piece: Piece, line: _Line) -> Floats:
    degrees, heights = zip(*line, strict=True)
    above = piece.home[:, 1] - np.interp(_angle(piece.home), degrees, heights)
    inside = np.minimum(above, _off_ears(piece))
    if line is _WREATH:
        angle = _angle(piece.home)
        top = 0.786 + 0.016 * smooth(angle, 80, 170)
        beside = (angle - _WREATH_FROM_DEG) * _METRES_A_DEG
        # Rounded where the lines meet: a corner would show the triangles that it cuts.
        rows = np.stack([inside, top - piece.home[:, 1], beside]) / _ROUND_M
        inside = -_ROUND_M * np.log(np.exp(-rows).sum(axis=0))
    return np.asarray(inside)


def _off_ears(piece: Piece) -> Floats:
    """Return (n,) about how many metres a point is outside the ears; inside is below zero."""
    x, y, z = piece.home.T
    (high, deep), (half_y, half_z) = _EAR_AT, _EAR_HALF
    up = y - high
    away = np.hypot(up / half_y, (z - deep - _EAR_LEAN * up) / half_z) - 1
    return np.where(np.abs(x) > 0.05, half_z * away, 0.1)


def _grown(scalp: Piece, line: Floats, wig: Wig, body: Body, scale: float) -> Piece:
    """Return the scalp pushed out to the hair's surface; it thins out towards the hairline."""
    home = scalp.home
    up = smooth(home[:, 1], 0.74, 0.85)
    thick = wig.sides_m + (wig.crown_m - wig.sides_m) * up
    thick = thick * (0.35 + 0.65 * smooth(home[:, 1], 0.66, 0.74))
    phase = (seed_of("hair", body.character_id) % 628) / 100
    turn = np.arctan2(home[:, 0], -home[:, 2])
    wave = np.sin(7 * turn + phase) * np.sin(60 * home[:, 1] + 2 * turn + phase)
    thick = thick + wig.wave_m * wave
    side = 1 if seed_of("parting", body.character_id) % 2 else -1
    if body.hair_style in {"short", "bob", "long"}:
        # A parting: a groove off the middle, from the front to the crown.
        away = np.abs(home[:, 0] - side * 0.028)
        thick = thick - 0.006 * (1 - smooth(away, 0.0, 0.018)) * (home[:, 2] < -0.03)
        thick = thick + 0.007 * smooth(-home[:, 2], 0.07, 0.14) * smooth(
            -side * home[:, 0], -0.05, 0.03
        )
    edge = smooth(line, 0.0, 0.018)
    pushed = scalp.pushed(thick * edge * scale).smoothed()
    return pushed


def _curtain(wig: Wig, body: Body, place: Callable[[Floats], Floats]) -> Piece:
    """Return hair that hangs around the back of the head from ear to ear and beyond."""
    assert wig.ends is not None
    columns, rows = 19, 7
    first = np.radians(58)
    turns = np.linspace(first, 2 * np.pi - first, columns)
    is_long = wig.ends < 0.6
    share = np.linspace(0, 1, rows)
    # Beside the face the hair ends a little higher than behind.
    rise = (0.06 if is_long else -0.012) * np.abs(np.cos(turns / 2)) ** 2
    y = 0.815 + (wig.ends + rise - 0.815) * share[:, None]
    knots = (0.0, 0.2, 0.5, 0.8, 1.0)
    wide = np.interp(share, knots, (0.07, 0.092, 0.095, 0.088, 0.078 if is_long else 0.074))
    deep = np.interp(share, knots, (0.09, 0.12, 0.118, 0.104, 0.1 if is_long else 0.086))
    back = (0.035 if is_long else 0.0) * smooth(share, 0.35, 1.0)
    outer = np.stack(
        [
            -wide[:, None] * np.sin(turns),
            y,
            -deep[:, None] * np.cos(turns) + _CENTRE[2] + back[:, None],
        ],
        axis=-1,
    )
    inner = (outer - _CENTRE) * np.array([0.87, 1.0, 0.87]) + _CENTRE
    points, faces = _slab(outer, inner)
    return _hung(place(points), points, faces, body.hair)


def _slab(outer: Floats, inner: Floats) -> tuple[Floats, np.ndarray]:
    """Return a closed cloth of two sheets (rows, columns, 3), first row highest."""
    rows, columns = outer.shape[:2]
    r, c = np.meshgrid(np.arange(rows - 1), np.arange(columns - 1), indexing="ij")
    a = (r * columns + c).ravel()
    b, d = a + 1, a + columns
    e = d + 1
    front = np.concatenate([np.column_stack([a, b, e]), np.column_stack([a, e, d])])
    count = rows * columns
    faces = [front, front[:, ::-1] + count]
    low = (rows - 1) * columns + np.arange(columns)
    rims = [low, np.arange(rows) * columns, np.arange(rows) * columns + columns - 1]
    for rim, sign in zip(rims, (1, 1, -1), strict=True):
        one, two = rim[:-1], rim[1:]
        quad = np.concatenate(
            [
                np.column_stack([one, two, two + count]),
                np.column_stack([one, two + count, one + count]),
            ]
        )
        faces.append(quad if sign > 0 else quad[:, ::-1])
    return np.concatenate([outer.reshape(-1, 3), inner.reshape(-1, 3)]), np.concatenate(faces)


def _hung(points: Floats, home: Floats, faces: np.ndarray, colour: Rgb) -> Piece:
    """Return hair that follows the head above the chin and the chest on the shoulders."""
    weights = np.zeros((len(points), len(JOINTS)))
    head = smooth(home[:, 1], 0.47, 0.62)
    weights[:, JOINTS.index("Head")] = head
    weights[:, JOINTS.index("Neck")] = (1 - head) * 0.5
    weights[:, JOINTS.index("Chest")] = (1 - head) * 0.5
    piece = drawn(points, _outwards(points, faces), weights, colour, Ink.HAIR)
    return piece


def _outwards(points: Floats, faces: np.ndarray) -> np.ndarray:
    """Return the faces of a closed solid, turned over if they look inwards."""
    a, b, c = (points[faces[:, i]] for i in range(3))
    volume = np.einsum("ij,ij->i", a - points.mean(axis=0), np.cross(b - a, c - a)).sum()
    return faces if volume > 0 else faces[:, ::-1]


def _knot(wig: Wig, body: Body, place: Callable[[Floats], Floats], scale: float) -> Piece:
    assert wig.knot is not None
    points, faces = _ball(10, 7)
    home = points * wig.knot_m * np.array([1.1, 0.95, 0.9]) + np.array(wig.knot)
    return _hung(place(home), home, faces, tone(body.hair, 1.0))


def _tail(body: Body, place: Callable[[Floats], Floats]) -> Piece:
    path = np.array([[0, 0.785, 0.058], [0, 0.778, 0.092], [0, 0.73, 0.112], [0, 0.64, 0.106],
                     [0, 0.56, 0.095]])  # fmt: skip
    thick = np.array([0.014, 0.024, 0.029, 0.026, 0.004])
    sides = 8
    around = 2 * np.pi * np.arange(sides) / sides
    rings = path[:, None, :] + thick[:, None, None] * np.stack(
        [np.cos(around), 0.35 * np.sin(around), np.sin(around)], axis=-1
    )
    faces = []
    for ring in range(len(path) - 1):
        for side in range(sides):
            a, b = ring * sides + side, ring * sides + (side + 1) % sides
            faces += [[a, b, b + sides], [a, b + sides, a + sides]]
    points = rings.reshape(-1, 3)
    return _hung(place(points), points, np.array(faces), body.hair)


def _ball(sides: int, rings: int) -> tuple[Floats, np.ndarray]:
    rise = np.pi * np.arange(1, rings) / rings
    around = 2 * np.pi * np.arange(sides) / sides
    middle = np.stack(
        [
            np.sin(rise)[:, None] * np.cos(around),
            np.repeat(np.cos(rise)[:, None], sides, axis=1),
            np.sin(rise)[:, None] * np.sin(around),
        ],
        axis=-1,
    ).reshape(-1, 3)
    points = np.concatenate([[[0, 1, 0]], middle, [[0, -1, 0]]]).astype(float)
    last = len(points) - 1
    faces = []
    for side in range(sides):
        beside = (side + 1) % sides
        faces += [[0, 1 + beside, 1 + side]]
        for ring in range(rings - 2):
            a, b = 1 + ring * sides + side, 1 + ring * sides + beside
            faces += [[a, b, b + sides], [a, b + sides, a + sides]]
        faces += [[last, last - sides + side, last - sides + beside]]
    return points, np.array(faces)


def _headgear(
    skin: Piece, hair: Piece, body: Body, place: Callable[[Floats], Floats], scale: float
) -> list[Piece]:
    """Return hair under the rim, the crown of the cap or hat, and its peak or brim."""
    below = split(hair, _inside(hair, _CROWN) - 0.006)[1]
    crown = split(skin, _inside(skin, _CROWN))[0]
    is_hat = body.hair_style == "hat"
    rise = smooth(crown.home[:, 1], 0.77, 0.84)
    pushed = crown.pushed((0.016 + (0.028 if is_hat else 0.01) * rise) * scale).smoothed()
    colour = tone(body.bottom, 0.9) if is_hat else tone(body.top, 0.55)
    wide = (0, 360) if is_hat else (-62, 62)
    count = 25 if is_hat else 11
    turns = np.radians(np.linspace(*wide, count))
    inner = 0.09
    reach = np.array([inner, 0.158])[:, None]
    if not is_hat:
        reach = np.stack([np.full(count, inner), inner + 0.068 * np.cos(turns * 1.35) ** 0.7])
    x = -reach * np.sin(turns) * 0.86
    z = -reach * np.cos(turns) * 1.12 + _CENTRE[2]
    rise_y = np.interp(
        np.degrees(np.abs(turns)) % 360, [0, 62, 180, 298, 360], [0.792, 0.785, 0.76, 0.785, 0.792]
    )
    y = rise_y + np.array([0.0, -0.012])[:, None]
    top = np.stack([x, y * np.ones_like(x), z], axis=-1)
    points, faces = _slab(top, top - np.array([0, 0.006, 0]))
    brim = _hung(place(points), points, faces, tone(colour, 0.85))
    return [below, pushed.dyed(colour, Ink.HEADGEAR), brim.dyed(tone(colour, 0.85), Ink.HEADGEAR)]
