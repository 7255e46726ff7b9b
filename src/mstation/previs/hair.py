"""A face in, its hair out: a cap of hair over the skull, and what hangs or sits on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.identity import seed_of
from mstation.previs.face import Face, Floats, in_metres
from mstation.previs.primitives import ball, tone
from mstation.previs.tailoring import (
    Ink,
    Measures,
    Patch,
    chained,
    patch,
    rigid,
    sheet,
)  # fmt: skip
from mstation.stage.layout import Rgb

_COLUMNS = 28
_BARE_AGE = 42  # from this age a bald head keeps a wreath of hair

# Where the hair begins, by angle from the nose (degrees) and level in heads.
_HAIRLINES = {
    "short": ((0, 0.785), (25, 0.790), (42, 0.775), (56, 0.700), (68, 0.600), (76, 0.470),
              (86, 0.440), (95, 0.585), (112, 0.480), (128, 0.300), (150, 0.185), (180, 0.165)),
    "long": ((0, 0.790), (18, 0.785), (36, 0.750), (52, 0.655), (64, 0.540), (78, 0.400),
             (92, 0.380), (112, 0.300), (128, 0.200), (150, 0.120), (180, 0.100)),
    "bob": ((0, 0.665), (20, 0.660), (38, 0.645), (50, 0.600), (60, 0.460), (70, 0.300),
            (85, 0.260), (112, 0.240), (128, 0.180), (150, 0.130), (180, 0.110)),
    "bun": ((0, 0.790), (25, 0.785), (42, 0.755), (56, 0.680), (68, 0.580), (76, 0.490),
            (86, 0.470), (95, 0.590), (112, 0.450), (128, 0.300), (150, 0.200), (180, 0.180)),
    "wreath": ((0, 0.60), (66, 0.60), (76, 0.50), (86, 0.45), (95, 0.585), (112, 0.470),
               (128, 0.300), (150, 0.185), (180, 0.165)),
    "cap": ((0, 0.700), (48, 0.700), (60, 0.640), (70, 0.560), (77, 0.470), (86, 0.440),
            (95, 0.585), (112, 0.480), (128, 0.300), (150, 0.185), (180, 0.165)),
}  # fmt: skip
_THICK = {"short": 0.045, "long": 0.048, "bob": 0.058, "bun": 0.030, "wreath": 0.026, "cap": 0.022}
_TOPS = {"wreath": 0.68, "cap": 0.76}  # where hair ends that does not go over the crown
_HIDDEN = 0.075  # so far above the hairline no skin is seen


# Hair that hangs: level in heads (0 the chin), half width, behind, where it ends ahead, thickness.
_Fall = tuple[tuple[float, float, float, float, float], ...]
_LONG_FALL: _Fall = (
    (0.62, 0.385, 0.43, 58, 0.05),
    (0.40, 0.410, 0.46, 60, 0.06),
    (0.15, 0.420, 0.47, 66, 0.07),
    (-0.10, 0.415, 0.475, 78, 0.075),
    (-0.32, 0.395, 0.50, 100, 0.07),
    (-0.55, 0.365, 0.535, 118, 0.06),
    (-0.82, 0.335, 0.545, 124, 0.045),
    (-0.98, 0.27, 0.535, 132, 0.02),
)
_SHORT_FALL: _Fall = (
    (0.60, 0.385, 0.43, 52, 0.05),
    (0.40, 0.410, 0.46, 51, 0.06),
    (0.20, 0.425, 0.475, 50, 0.075),
    (0.05, 0.425, 0.47, 51, 0.085),
    (-0.05, 0.405, 0.45, 54, 0.07),
    (-0.09, 0.37, 0.41, 60, 0.02),
)


def covers(style: str, angles: Floats, levels: Floats) -> NDArray[np.bool_]:
    """Return whether hair hides the skin of the skull at angles from the nose and levels."""
    if style == "bald":
        return np.zeros(np.broadcast(angles, levels).shape, np.bool_)
    line = np.array(_HAIRLINES[style])
    degrees = np.abs(np.degrees(np.angle(np.exp(1j * angles))))
    hidden: NDArray[np.bool_] = levels > np.interp(degrees, line[:, 0], line[:, 1]) + _HIDDEN
    return hidden


def hides_ears(style: str) -> bool:
    """Whether the hair falls over the ears."""
    return style in ("long", "bob")


def hair_patches(measures: Measures, face: Face) -> list[Patch]:
    """Return the hair of a body, by its style; a bald old head keeps a wreath."""
    match measures.body.hair_style:
        case "short":
            return [_cap_of_hair(measures, face, "short")]
        case "long":
            return [_cap_of_hair(measures, face, "long"), _fall(measures, face, long=True)]
        case "bob":
            return [_cap_of_hair(measures, face, "bob"), _fall(measures, face, long=False)]
        case "bun":
            return [_cap_of_hair(measures, face, "bun"), _bun(measures, face)]
        case "cap":
            return [_cap_of_hair(measures, face, "cap"), *_headgear(measures, face)]
        case "bald":
            if measures.body.age < _BARE_AGE:
                return []
            return [_cap_of_hair(measures, face, "wreath")]


def _shades(measures: Measures, count: int, columns: int) -> NDArray[np.float32]:
    """Return a colour a triangle: strands a little lighter and darker, column by column."""
    dice = np.random.default_rng(seed_of("hair", measures.body.character_id))
    strands = 1 + dice.uniform(-0.16, 0.16, columns)
    index = np.repeat(np.arange(columns), 2)
    index = np.tile(index, count // (2 * columns) + 1)[:count]
    base = np.asarray(measures.body.hair)
    return np.minimum(1.0, base * strands[index][:, None]).astype(np.float32)


def _cap_of_hair(measures: Measures, face: Face, style: str) -> Patch:
    """Return hair that follows the skull from its hairline to the crown."""
    line = np.array(_HAIRLINES[style])
    angles = -2 * np.pi * np.arange(_COLUMNS) / _COLUMNS
    degrees = np.abs(np.degrees(np.angle(np.exp(1j * angles))))
    foot = np.interp(degrees, line[:, 0], line[:, 1])
    top = _TOPS.get(style, 0.985)
    shares = np.array([0.0, 0.02, 0.10, 0.22, 0.38, 0.56, 0.74, 0.89, 1.0])
    levels = foot[None, :] + (top - foot[None, :]) * shares[:, None]
    skin = face.around(np.broadcast_to(angles, levels.shape), levels)
    out = skin - np.array([0.0, 0.56, face.shift - 0.02])
    out /= np.linalg.norm(out, axis=-1, keepdims=True)
    rise = np.clip(np.array([-0.25, 0.62, 0.95, 1, 1, 1, 1, 1, 1.0]), -1, 1)[:, None]
    thick = _THICK[style] * rise * _volume(style, angles, degrees, levels, measures)
    if style == "wreath":
        edge = 64 + 110 * np.clip(levels - 0.44, 0, 1)  # the wreath recedes towards its top
        grown = np.clip((degrees[None, :] - edge) / 22, 0, 1) ** 0.8
        thick = thick * grown - 0.04 * (1 - grown)
        thick[-2:] = thick[-2:] * [[0.6], [0.0]] - [[0.0], [0.012]]
    shell = skin + out * thick[..., None]
    points, faces = sheet(shell, closed=True)
    if style not in _TOPS:
        crown = shell[-1].mean(axis=0, keepdims=True) + np.array([0.0, 0.006, 0.0])
        last = (len(shares) - 1) * _COLUMNS
        around = np.arange(_COLUMNS)
        lid = np.column_stack(
            [last + around, last + (around + 1) % _COLUMNS, np.full(_COLUMNS, len(points))]
        )
        points, faces = np.concatenate([points, crown]), np.concatenate([faces, lid])
    colours = _shades(measures, len(faces), _COLUMNS)
    return patch(in_metres(points, measures), faces, colours, rigid(len(points), "Head"), Ink.HAIR)


def _volume(
    style: str, angles: Floats, degrees: Floats, levels: Floats, measures: Measures
) -> Floats:
    """Return how thick the hair is, 1 middling: fuller above the brow and at a parting's side."""
    front = (0.5 + 0.5 * np.cos(np.pi * np.clip(degrees / 85, 0, 1)))[None, :]
    high = np.clip((levels - 0.62) / 0.25, 0, 1) * np.clip((1.04 - levels) / 0.16, 0, 1)
    side = np.sin(angles)[None, :]
    match style:
        case "short":
            lift = 1 + 0.75 * front * high * (1 + 0.45 * side)
            waves = 1 + 0.10 * np.sin(5 * angles + 1.3)[None, :] * high
            return np.asarray(lift * waves * (0.42 + 0.58 * np.clip((levels - 0.3) / 0.35, 0, 1)))
        case "long":
            return np.asarray(
                1 + 0.55 * front * high * (1 + 0.6 * side) + 0.15 * np.sin(4 * angles)[None, :]
            )
        case "bob":
            return np.asarray(
                0.95 + 0.25 * np.clip((degrees - 40) / 60, 0, 1)[None, :] + 0.1 * high
            )
        case "bun":
            return np.asarray(1 + 0.25 * front * high + 0 * levels)
        case _:
            return np.ones_like(levels)


def _fall(measures: Measures, face: Face, *, long: bool) -> Patch:
    """Return hair that hangs: to the jaw all around the back, or down over the shoulders."""
    table = _LONG_FALL if long else _SHORT_FALL
    arc = 15
    rings = []
    behind = 1 - face.shift / 0.47
    for level, wide, back, edge, thick in reversed(table):
        turns = np.radians(np.linspace(edge, 360 - edge, arc))
        wave = 1 + (0.018 * np.sin(3 * turns + 9 * level) if level < 0.3 else 0)
        deep = back * (behind if level > 0 else behind + (1 - behind) * min(1.0, -level / 0.5))
        outer = np.column_stack(
            [-np.sin(turns) * wide * wave, np.full(arc, level), np.cos(turns) * deep * wave]
        )
        inner = np.column_stack(
            [-np.sin(turns) * (wide - thick), np.full(arc, level), np.cos(turns) * (deep - thick)]
        )
        rings.append(np.concatenate([outer, inner[::-1]]))
    stack = np.array(rings)
    points, faces = sheet(stack, closed=True)
    sides = 2 * arc
    under = _lid(0, arc, sides, is_top=False)
    over = _lid((len(rings) - 1) * sides, arc, sides, is_top=True)
    faces = np.concatenate([faces, under, over])
    metres = in_metres(points, measures)
    corners = metres[faces[: 2 * sides]]
    away = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    outer_side = away[: 2 * (arc - 1)].sum(axis=0)
    if outer_side[2] < 0:  # the arc's outer side faces back, +Z
        faces = faces[:, ::-1]
    heights = metres[:, 1]
    head = measures.head
    weights = chained(heights, [
        (measures.chin - 0.75 * head, "Chest"), (measures.chin - 0.30 * head, "Neck"),
        (measures.chin + 0.05 * head, "Head"),
    ])  # fmt: skip
    colours = _shades(measures, len(faces), sides)
    return patch(metres, faces, colours, weights, Ink.HAIR)


def _lid(start: int, arc: int, sides: int, *, is_top: bool) -> NDArray[np.int32]:
    """Return the triangles that close a crescent ring: outer points first, inner ones back."""
    faces = []
    for index in range(arc - 1):
        outer, outer_next = start + index, start + index + 1
        inner, inner_next = start + sides - 1 - index, start + sides - 2 - index
        quad = [[outer, outer_next, inner_next], [outer, inner_next, inner]]
        faces += quad if is_top else [triangle[::-1] for triangle in quad]
    return np.array(faces, np.int32)


def _bun(measures: Measures, face: Face) -> Patch:
    knot = ball((0, 0, 0), (0.15, 0.135, 0.13), measures.body.hair, sides=12, rings=8)
    points = np.asarray(knot.points, float) * [1, 1, -1]
    points += [0.0, 0.80, face.shift - 0.47]
    metres = in_metres(points, measures)
    return patch(
        metres,
        knot.triangles,
        _shades(measures, len(knot.triangles), 12),
        rigid(len(points), "Head"),
        Ink.HAIR,
    )


def _headgear(measures: Measures, face: Face) -> list[Patch]:
    """Return a cap with a peak, in the colour of the trousers."""
    cloth = measures.body.bottom if sum(measures.body.bottom) > 0.06 else (0.06, 0.07, 0.09)
    angles = -2 * np.pi * np.arange(_COLUMNS) / _COLUMNS
    rows = []
    for level, out in (
        (0.70, 0.02),
        (0.70, 0.075),
        (0.78, 0.085),
        (0.86, 0.085),
        (0.93, 0.075),
        (0.98, 0.07),
    ):
        skin = face.around(angles, np.full(_COLUMNS, level))
        way = skin - np.array([0.0, 0.5, face.shift])
        way /= np.linalg.norm(way, axis=-1, keepdims=True)
        rows.append(skin + way * out)
    points, faces = sheet(np.array(rows), closed=True)
    last = 5 * _COLUMNS
    around = np.arange(_COLUMNS)
    lid = np.column_stack(
        [last + around, last + (around + 1) % _COLUMNS, np.full(_COLUMNS, len(points))]
    )
    points = np.concatenate([points, [[0.0, 1.075, face.shift - 0.02]]])
    crown = patch(
        in_metres(points, measures),
        np.concatenate([faces, lid]),
        cloth,
        rigid(len(points), "Head"),
        Ink.HEADGEAR,
    )
    return [crown, _peak(measures, face, tone(cloth, 0.7))]


def _peak(measures: Measures, face: Face, cloth: Rgb) -> Patch:
    turns = np.radians(np.linspace(58, -58, 13))
    rim = face.around(turns, np.full(13, 0.715)) * [1.05, 1, 1] + [0, 0, 0.06]
    tip = rim + np.column_stack(
        [0.10 * np.sin(turns), -0.045 * np.ones(13), 0.24 * np.cos(turns) ** 0.8]
    )
    above = sheet(np.array([tip, rim + np.array([0, 0.02, 0])]))
    below = sheet(np.array([rim, tip]))
    points = np.concatenate([above[0], below[0]])
    faces = np.concatenate([above[1], below[1] + len(above[0])])
    return patch(
        in_metres(points, measures), faces, cloth, rigid(len(points), "Head"), Ink.HEADGEAR
    )
