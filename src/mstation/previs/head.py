"""A face in, a head out: skin, ears, eyes that turn and blink, brows, a mouth that speaks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mstation.identity import seed_of
from mstation.previs.face import EYE_HEIGHT, Face, Floats, in_metres, normals_in_world
from mstation.previs.hair import covers, hides_ears
from mstation.previs.primitives import mixed, pigments, point_normals, tone
from mstation.previs.tailoring import (
    BLINK,
    BROW,
    MORPHS,
    MOUTH_OPEN,
    MOUTH_SPREAD,
    Ink,
    Measures,
    Patch,
    chained,
    mirrored,
    patch,
    rigid,
    ring,
    sheet,
    sleeve,
)  # fmt: skip
from mstation.stage.layout import Rgb

_ANGLES = np.radians([0, 4.5, 9, 14, 20, 27, 35, 44, 54, 66, 80, 96, 114, 136, 158, 180])
_ROWS = np.array([
    -0.03, 0.0, 0.025, 0.06, 0.1, 0.14, 0.165, 0.188, 0.21, 0.24, 0.268, 0.288, 0.312, 0.338,
    0.37, 0.41, 0.455, 0.495, 0.535, 0.58, 0.62, 0.67, 0.74, 0.81, 0.87, 0.92, 0.96, 0.985,
])  # fmt: skip
MOUTH_HEIGHT = 0.19
_WHITE: Rgb = (0.72, 0.71, 0.69)
_SOFTNESS = 0.45  # how much the shading of a face follows its oval instead of its features
_MOUTH_DARK: Rgb = (0.06, 0.012, 0.012)
_TEETH: Rgb = (0.68, 0.66, 0.6)
_LINE: Rgb = (0.035, 0.018, 0.012)
_JAW_DROP = 0.062  # of the head's height, when the mouth is wide open
_OPENING_RAD = np.radians(44)  # half the width of the eye's opening, seen from its middle
_OUTWARD_RAD = np.radians(5.5)  # eyes open a little to the side


def head_patches(measures: Measures, face: Face) -> list[Patch]:
    """Return skull and face, neck, ears, eyes, brows and mouth."""
    eye = _eye(measures, face)
    brow = _brow(measures, face)
    ear = _ear(measures, face)
    return [
        _skull(measures, face),
        _neck(measures, face),
        *([] if hides_ears(measures.body.hair_style) else [ear, mirrored(ear, Ink.HEAD)]),
        *eye, *(mirrored(piece, piece.ink) for piece in eye),
        brow, mirrored(brow, Ink.HEAD),
        *_mouth(measures, face),
        *_lines_of_age(measures, face),
    ]  # fmt: skip


def skin_of(measures: Measures) -> Rgb:
    """Return the colour of the skin."""
    return measures.body.skin


def _jaw_drop(x: Floats, y: Floats) -> Floats:
    """Return how far the skin sinks when the mouth opens wide, in heads."""
    share = np.clip((0.215 - y) / 0.05, 0, 1)
    share = share * share * (3 - 2 * share)
    return -_JAW_DROP * share * np.exp(-((x / 0.3) ** 4))


def _skull(measures: Measures, face: Face) -> Patch:
    angles = np.concatenate([_ANGLES, -_ANGLES[-2:0:-1]])[::-1]
    grid = face.around(angles[None, :], _ROWS[:, None] + 0 * angles[None, :])
    points, faces = sheet(grid, closed=True)
    columns = len(angles)
    hidden = covers(measures.body.hair_style, angles[None, :], _ROWS[:, None])
    top = np.array([[0.0, 1.0, face.shift - 0.03]])
    last = (len(_ROWS) - 1) * columns
    around = np.arange(columns)
    lid = np.column_stack(
        [last + around, last + (around + 1) % columns, np.full(columns, len(points))]
    )
    points = np.concatenate([points, top])
    morphs = np.zeros((MORPHS, len(points), 3))
    ahead = np.clip(points[:, 2] / 0.25, 0, 1)
    morphs[MOUTH_OPEN, :, 1] = _jaw_drop(points[:, 0], points[:, 1]) * ahead
    morphs[MOUTH_OPEN, :, 2] = 0.35 * morphs[MOUTH_OPEN, :, 1]
    metres = in_metres(points, measures)
    triangles = np.concatenate([faces, lid])
    shaped = point_normals(metres, triangles)
    middles = points[faces].mean(axis=1).reshape(-1, 2, 3).mean(axis=1)  # of the quads
    complexion = np.concatenate(
        [
            np.repeat(_complexion(measures, middles), 2, axis=0),
            pigments(skin_of(measures), len(lid)),
        ]
    )
    is_seen = ~np.append(hidden.ravel(), hidden[-1].all())[triangles].all(axis=1)
    triangles, complexion = triangles[is_seen], complexion[is_seen]
    soft = shaped + _SOFTNESS * normals_in_world(face.oval_normals(points))
    whole = patch(
        metres,
        triangles,
        complexion,
        rigid(len(points), "Head"),
        Ink.HEAD,
        _morphs_in_metres(morphs, measures),
    )
    return replace(whole, normals=soft / np.linalg.norm(soft, axis=1, keepdims=True))


def _complexion(measures: Measures, middles: Floats) -> NDArray[np.float32]:
    """Return the skin's colour a triangle: darker under the nose, a little red on the cheeks."""
    x, y, ahead = np.abs(middles[:, 0]), middles[:, 1], middles[:, 2]
    is_front = ahead > 0.2
    skin = np.asarray(skin_of(measures))
    under = np.exp(-((x / 0.062) ** 4) - ((y - 0.290) / 0.018) ** 4) * is_front
    cheek = np.exp(-(((x - 0.20) / 0.075) ** 2) - ((y - 0.36) / 0.07) ** 2) * is_front
    red = skin * np.array([1.0, 0.84, 0.82])
    warm = skin + (red - skin) * cheek[:, None] * (0.3 + 0.35 * measures.female)
    return np.asarray(warm * (1 - 0.24 * under[:, None]), np.float32)


def _morphs_in_metres(morphs: Floats, measures: Measures) -> Floats:
    return np.asarray(morphs * np.array([1.0, 1.0, -1.0]) * measures.head)


def neck_radius(measures: Measures) -> float:
    """Return half the width of the neck in metres."""
    middling = 0.5 * (0.0335 * measures.unit + 0.24 * measures.head)
    return (
        middling
        * (1.0 - 0.13 * measures.female - 0.1 * measures.child)
        * (0.6 + 0.4 * measures.girth)
    )


def _neck(measures: Measures, face: Face) -> Patch:
    radius, unit = neck_radius(measures), measures.unit
    head = measures.head
    base, top = 0.832 * unit, measures.chin + 0.34 * head
    ahead = (face.shift - 0.03) * head
    rings = []
    for share, swell in ((0, 1.16), (0.16, 1.08), (0.3, 1.02), (0.5, 1.0), (0.72, 1.0), (1, 0.92)):
        y = base + (top - base) * share
        z = 0.010 * unit * (1 - share) - ahead * share
        rings.append(
            ring((0, y, z), radius * swell, radius * 1.02 * swell, radius * 1.05 * swell, sides=16)
        )
    stack = np.array(rings)
    weights = chained(stack.reshape(-1, 3)[:, 1], [
        (0.82 * unit, "Chest"), (0.85 * unit, "Neck"),
        (measures.at("Head")[1] - 0.1 * head, "Neck"),
        (measures.at("Head")[1] + 0.12 * head, "Head"),
    ])  # fmt: skip
    shaded = tone(skin_of(measures), 0.93)
    return sleeve(stack, shaded, weights, Ink.HEAD, start_lid=False, end_lid=False)


def _ear(measures: Measures, face: Face) -> Patch:
    """Return the left ear: a leaf that leans back, hollow before."""
    turns = 2 * np.pi * np.arange(12) / 12
    tall, deep = 0.092, 0.052
    outline = np.column_stack([np.sin(turns) * tall, np.cos(turns) * deep])
    outline[:, 1] *= np.where(outline[:, 0] < 0, 0.75, 1.0)
    rows = []
    for share, out in ((1.0, -0.02), (1.04, 0.022), (0.86, 0.034), (0.62, 0.012), (0.2, 0.01)):
        y = 0.455 + outline[:, 0] * share
        ahead = face.shift - 0.055 - outline[:, 1] * share - 0.22 * outline[:, 0]
        lean = 0.10 * (0.06 - (ahead - face.shift))
        x = -(0.345 + out + lean)
        rows.append(np.column_stack([np.broadcast_to(x, y.shape), y, ahead]))
    points, faces = sheet(np.array(rows), closed=True)
    metres = in_metres(points, measures)
    faces = _outwards(metres, faces, np.array([-1.0, 0.0, 0.0]))
    colours = pigments(skin_of(measures), len(faces))
    colours[len(faces) // 2 :] = tone(skin_of(measures), 0.82)
    return patch(metres, faces, colours, rigid(len(points), "Head"), Ink.HEAD)


def _outwards(points: Floats, faces: NDArray[np.int32], way: Floats) -> NDArray[np.int32]:
    """Return the triangles, all turned over when their sum faces against `way`."""
    corners = points[faces]
    area = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).sum(axis=0)
    return faces if area @ way > 0 else faces[:, ::-1]


def _ball(centre: Floats, radius: float, across: Floats, up: Floats) -> Floats:
    """Return points on the eye at angles to the right and up, in heads."""
    return np.stack(
        [
            centre[0] + radius * np.sin(across) * np.cos(up),
            centre[1] + radius * np.sin(up),
            centre[2] + radius * np.cos(across) * np.cos(up),
        ],
        axis=-1,
    )


def _eye(measures: Measures, face: Face) -> list[Patch]:
    """Return the left eye: white, iris, lids and lashes."""
    centre = np.array([-face.eye_half, EYE_HEIGHT, 0.0])
    centre[2] = -measures.at("LeftEye")[2] / measures.head
    white = _eye_white(measures, face, centre)
    joint = "LeftEye" if face.gaze_holds else "Head"
    return [white, *_iris(measures, face, centre, joint), *_lids(measures, face, centre)]


def _eye_white(measures: Measures, face: Face, centre: Floats) -> Patch:
    across, up = np.meshgrid(np.radians(np.linspace(-48, 56, 7)), np.radians([-30, -12, 10, 32]))
    points, faces = sheet(_ball(centre, face.eye_radius, -across, up))
    return patch(in_metres(points, measures), faces, _WHITE, rigid(len(points), "Head"), Ink.HEAD)


def _iris_colour(measures: Measures) -> Rgb:
    """Return brown eyes, or grey, green and blue ones with fair hair and skin."""
    body = measures.body
    choice = seed_of("iris", body.character_id, body.name) % 3
    fair = body.skin[0] > 0.45 and (sum(body.hair) > 0.45 or choice == 0) and sum(body.hair) > 0.1
    if fair:
        return ((0.05, 0.10, 0.16), (0.06, 0.10, 0.055), (0.085, 0.105, 0.12))[choice]
    return ((0.07, 0.03, 0.012), (0.045, 0.02, 0.01), (0.1, 0.05, 0.018))[choice]


def _iris(measures: Measures, face: Face, centre: Floats, joint: str) -> list[Patch]:
    turns = 2 * np.pi * np.arange(14) / 14
    colour = _iris_colour(measures)
    size = 1.0 + 0.08 * measures.child
    patches = []
    for lift, inner, outer, shade in (
        (1.010, 0.0, 23.0, tone(colour, 0.35)),
        (1.014, 0.0, 20.5, colour),
        (1.018, 0.0, 10.0, (0.004, 0.004, 0.005)),
    ):
        rim = np.radians(outer * size)
        rings = _ball(centre, face.eye_radius * lift, -rim * np.cos(turns), rim * np.sin(turns))
        middle = _ball(centre, face.eye_radius * lift, np.array([inner]), np.array([0.0]))
        patches.append(_fan(np.concatenate([rings, middle]), shade, measures, joint))
    glint = np.radians(3.6)
    spot = _ball(
        centre,
        face.eye_radius * 1.024,
        np.radians(-7) - glint * np.cos(turns[::2]),
        np.radians(7) + glint * np.sin(turns[::2]),
    )
    patches.append(
        _fan(
            np.concatenate([spot, spot.mean(axis=0, keepdims=True)]),
            (0.95, 0.95, 0.95),
            measures,
            joint,
        )
    )
    return patches


def _fan(points: Floats, colour: Rgb, measures: Measures, joint: str) -> Patch:
    """Return a disc: a rim and its middle, the last point."""
    rim = np.arange(len(points) - 1)
    faces = np.column_stack([rim, np.roll(rim, -1), np.full(len(rim), len(rim))])
    metres = in_metres(points, measures)
    faces = _outwards(metres, faces, np.array([0.0, 0.0, -1.0]))
    return patch(metres, faces, colour, rigid(len(points), joint), Ink.HEAD)


def _lid_edges(measures: Measures, across: Floats) -> tuple[Floats, Floats]:
    """Return how high the upper and the lower lid's edge stand, at angles to the right."""
    across = across + _OUTWARD_RAD
    share = np.clip(1 - (across / _OPENING_RAD) ** 2, 0, 1)
    slant = np.radians(2.2 + 1.5 * measures.female) * -across / _OPENING_RAD
    age = float(np.clip((measures.body.age - 55) / 25, 0, 1))
    upper = np.radians(18.5 + 2.5 * measures.female + 3.5 * measures.child - 4.0 * age)
    lower = np.radians(14.5 + 2.0 * measures.child)
    return slant + upper * share**0.6, slant - lower * share**0.75


def _lids(measures: Measures, face: Face, centre: Floats) -> list[Patch]:
    across = np.radians([-64, -54, -48, -40, -28, -15, 0, 12, 24, 33, 38.5, 46, 60])
    upper, lower = _lid_edges(measures, across)
    radius = face.eye_radius * 1.055
    skin = skin_of(measures)
    high, low = np.radians(54), np.radians(-50)
    rows, shut = [], []
    for share in (0.0, 0.22, 0.55, 1.0):
        rows.append(
            _ball(
                centre,
                radius * (1 + 0.02 * (share == 0.22)),
                across,
                upper + (high - upper) * share,
            )
        )
        closed = lower + np.radians(1.0)
        shut.append(_ball(centre, radius, across, closed + (high - closed) * share))
    top, faces = sheet(np.array(rows)[:, ::-1])
    rest = np.array(rows)[:, ::-1].reshape(-1, 3)
    morphs = np.zeros((MORPHS, len(top), 3))
    morphs[BLINK] = np.array(shut)[:, ::-1].reshape(-1, 3) - rest
    shaded = pigments(skin, len(faces))
    shaded[: len(faces) // 3] = tone(skin, 0.9)
    lid = patch(
        in_metres(top, measures),
        faces,
        shaded,
        rigid(len(top), "Head"),
        Ink.HEAD,
        _morphs_in_metres(morphs, measures),
    )
    lid = replace(lid, normals=normals_in_world(face.oval_normals(top)))
    below = np.array(
        [_ball(centre, radius, across, lower + (low - lower) * share) for share in (1.0, 0.4, 0.0)]
    )
    points, faces = sheet(below[:, ::-1])
    under = patch(in_metres(points, measures), faces, skin, rigid(len(points), "Head"), Ink.HEAD)
    under = replace(under, normals=normals_in_world(face.oval_normals(points)))
    return [lid, under, _lashes(measures, face, centre)]


def _lashes(measures: Measures, face: Face, centre: Floats) -> Patch:
    """Return the dark edge of the upper lid, which gives the eye its drawing."""
    reach = np.radians(43 + 5 * measures.female)
    across = np.linspace(-reach, reach * 0.96, 11) - _OUTWARD_RAD
    upper, lower = _lid_edges(measures, across)
    thick = np.radians(2.6 + 2.2 * measures.female) * np.clip(
        1 - ((across + _OUTWARD_RAD) / (reach * 1.04)) ** 4, 0.05, 1
    )
    radius = face.eye_radius * 1.085
    rows = [
        _ball(centre, radius, across, upper - np.radians(0.8)),
        _ball(centre, radius, across, upper + thick),
    ]
    closed = lower + np.radians(1.0)
    shut = [
        _ball(centre, radius, across, closed - np.radians(1.6)),
        _ball(centre, radius, across, closed - np.radians(0.8) + thick * 0.7),
    ]
    points, faces = sheet(np.array(rows)[:, ::-1])
    morphs = np.zeros((MORPHS, len(points), 3))
    morphs[BLINK] = (np.array(shut) - np.array(rows))[:, ::-1].reshape(-1, 3)
    dark = mixed(_LINE, tone(measures.body.hair, 0.4), 0.3)
    return patch(
        in_metres(points, measures),
        faces,
        dark,
        rigid(len(points), "Head"),
        Ink.HEAD,
        _morphs_in_metres(morphs, measures),
    )


def _on_face(face: Face, x: Floats, y: Floats, lift: Floats | float) -> Floats:
    return np.stack([x, y, face.ahead(x, y) + lift], axis=-1)


def _brow(measures: Measures, face: Face) -> Patch:
    """Return the left brow, a ridge of hair that rises and falls."""
    share = np.linspace(0, 1, 7)
    x = -(face.eye_half - 0.088 + share * 0.195)
    arch = 0.022 + 0.010 * measures.female
    y = (
        0.592
        + 0.008 * measures.female
        + arch * np.sin(np.pi * (0.12 + 0.72 * share))
        - 0.012 * share
    )
    thick = (0.020 - 0.008 * measures.female - 0.005 * measures.child) * (1 - 0.72 * share**1.6)
    rows = np.array(
        [
            _on_face(face, x, y - thick, -0.004),
            _on_face(face, x, y, 0.011),
            _on_face(face, x, y + thick, -0.004),
        ]
    )[:, ::-1]
    points, faces = sheet(rows)
    morphs = np.zeros((MORPHS, len(points), 3))
    inner = np.tile((1 - share)[::-1], 3)
    morphs[BROW, :, 1] = 0.026 + 0.016 * inner
    morphs[BROW, :, 0] = 0.012 * inner * -1.0
    hair = measures.body.hair
    colour = tone(hair, 0.7) if sum(hair) < 1.2 else tone(hair, 0.8)
    metres = in_metres(points, measures)
    faces = _outwards(metres, faces, np.array([0.0, 0.0, -1.0]))
    return patch(
        metres,
        faces,
        colour,
        rigid(len(points), "Head"),
        Ink.HEAD,
        _morphs_in_metres(morphs, measures),
    )


def _lip_curves(
    measures: Measures, x: Floats, half: float, fullness: float
) -> tuple[Floats, Floats, Floats]:
    """Return the height of the mouth's line, the upper lip's top, the lower lip's foot."""
    share = np.clip(1 - (x / half) ** 2, 0, 1)
    line = MOUTH_HEIGHT + 0.004 - 0.004 * share
    bow = 0.006 * np.exp(-(((np.abs(x) - 0.028) / 0.02) ** 2))
    top = line + fullness * (0.026 * share**0.8 + bow * share)
    foot = line - fullness * 0.036 * share**0.7
    return line, top, foot


_Row = tuple[Floats, float, Floats]  # height, lift off the face, how far the open mouth moves it


def _mouth(measures: Measures, face: Face) -> list[Patch]:
    """Return the dark of the mouth, the teeth and both lips."""
    half = 0.112 - 0.008 * measures.female - 0.014 * measures.child
    x = half * np.sin(np.linspace(-np.pi / 2, np.pi / 2, 11))[::-1]  # right to left, seen so
    line, top, foot = _lip_curves(measures, x, half, face.lips)
    share = np.clip(1 - (x / half) ** 2, 0, 1)
    drop, rise = -_JAW_DROP * 0.92 * share**0.6, 0.012 * share
    gap, teeth, full = 0.0035 * share**0.5, 0.022 * share, face.lips
    rose: Rgb = (0.42, 0.09, 0.08)
    lip = mixed(tone(skin_of(measures), 0.72), rose, 0.22 + 0.28 * measures.female)
    dark: list[_Row] = [(line - gap - 0.004, 0.006, drop), (line + gap + 0.004, 0.006, rise)]
    row: list[_Row] = [
        (line + gap, 0.0066, rise - teeth),
        (line + gap + 0.002, 0.0066, rise),
    ]
    lower: list[_Row] = [
        (foot, -0.001, drop * 1.02),
        ((foot + line) / 2, 0.018 * full, drop),
        (line - gap, 0.009, drop),
    ]
    upper: list[_Row] = [
        (line + gap, 0.010, rise),
        ((top + line) / 2, 0.015 * full, rise * 0.8),
        (top, -0.001, rise * 0.3),
    ]
    strips = (
        (dark, _MOUTH_DARK),
        (row, _TEETH),
        (lower, tone(lip, 1.08)),
        (upper, tone(lip, 0.86)),
    )
    return [_mouth_strip(measures, face, x, rows, colour) for rows, colour in strips]


def _mouth_strip(measures: Measures, face: Face, x: Floats, rows: list[_Row], colour: Rgb) -> Patch:
    """Return one strip of the mouth, rows from below upwards, with how it opens and spreads."""
    points, faces = sheet(np.array([_on_face(face, x, y, lift) for y, lift, _ in rows]))
    morphs = np.zeros((MORPHS, len(points), 3))
    opened = np.concatenate([move for _, _, move in rows])
    morphs[MOUTH_OPEN, :, 1] = opened
    morphs[MOUTH_OPEN, :, 2] = 0.35 * np.minimum(opened, 0)
    across = np.tile(x / np.abs(x).max(), len(rows))
    morphs[MOUTH_SPREAD, :, 0] = 0.024 * across
    morphs[MOUTH_SPREAD, :, 1] = 0.008 * across**4
    morphs[MOUTH_SPREAD, :, 2] = -0.010 * across**2
    weights = rigid(len(points), "Head")
    in_world = _morphs_in_metres(morphs, measures)
    return patch(in_metres(points, measures), faces, colour, weights, Ink.HEAD, in_world)


def _lines_of_age(measures: Measures, face: Face) -> list[Patch]:
    """Return the folds from nose to mouth that come with age."""
    age = float(np.clip((measures.body.age - 48) / 25, 0, 1))
    if age == 0:
        return []
    share = np.linspace(0, 1, 6)
    x = -(0.082 + 0.055 * np.sin(share * 1.9))
    y = 0.315 - 0.135 * share
    thick = (0.0035 + 0.0035 * age) * np.sin(np.pi * (0.1 + 0.85 * share))
    rows = np.array([_on_face(face, x - thick, y, 0.0045), _on_face(face, x + thick, y, 0.0045)])
    points, faces = sheet(rows)
    metres = in_metres(points, measures)
    faces = _outwards(metres, faces, np.array([0.0, 0.0, -1.0]))
    fold = patch(metres, faces, tone(skin_of(measures), 0.72), rigid(len(points), "Head"), Ink.HEAD)
    return [fold, mirrored(fold, Ink.HEAD)]
