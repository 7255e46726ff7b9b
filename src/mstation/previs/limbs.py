"""Arms, hands, legs and shoes: measures and colours in, patches of the left side out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.previs.primitives import lofted, tone
from mstation.previs.tailoring import (
    Floats,
    Ink,
    Measures,
    Patch,
    blended,
    chained,
    patch,
    rigid,
    ring,
    sleeve,
)  # fmt: skip
from mstation.stage.layout import Rgb

# Level against the shoulder, elbow or wrist, shift outwards, half width, half depth; in units.
_Row = tuple[str, float, float, float, float]
_ARM: tuple[_Row, ...] = (
    ("LeftShoulder", -0.001, -0.016, 0.0105, 0.013),
    ("LeftShoulder", -0.005, -0.011, 0.0205, 0.023),
    ("LeftShoulder", -0.014, -0.0075, 0.0268, 0.029),
    ("LeftShoulder", -0.030, -0.006, 0.0298, 0.032),
    ("LeftShoulder", -0.060, -0.006, 0.0300, 0.0315),
    ("LeftShoulder", -0.115, -0.003, 0.0268, 0.0285),
    ("LeftElbow", 0.026, 0.000, 0.0248, 0.0262),
    ("LeftElbow", 0.000, 0.000, 0.0242, 0.0256),
    ("LeftElbow", -0.026, 0.000, 0.0245, 0.0262),
    ("LeftElbow", -0.060, 0.000, 0.0235, 0.0248),
    ("LeftWrist", 0.050, 0.000, 0.0206, 0.0216),
    ("LeftWrist", 0.020, 0.000, 0.0176, 0.0190),
    ("LeftWrist", 0.004, 0.000, 0.0160, 0.0180),
)
_LEG = (
    ("LeftHip", 0.018, 0.004, 0.0400, 0.0500, 0.0560),
    ("LeftHip", -0.004, 0.001, 0.0455, 0.0555, 0.0620),
    ("LeftHip", -0.028, 0.000, 0.0480, 0.0560, 0.0640),
    ("LeftHip", -0.060, 0.001, 0.0478, 0.0540, 0.0585),
    ("LeftHip", -0.110, 0.001, 0.0435, 0.0490, 0.0500),
    ("LeftHip", -0.170, 0.000, 0.0380, 0.0430, 0.0425),
    ("LeftKnee", 0.035, 0.000, 0.0335, 0.0375, 0.0355),
    ("LeftKnee", 0.000, 0.000, 0.0313, 0.0355, 0.0328),
    ("LeftKnee", -0.035, 0.000, 0.0305, 0.0320, 0.0345),
    ("LeftKnee", -0.075, 0.000, 0.0300, 0.0285, 0.0380),
    ("LeftKnee", -0.125, 0.000, 0.0255, 0.0245, 0.0320),
    ("LeftKnee", -0.175, 0.000, 0.0205, 0.0205, 0.0250),
    ("LeftAnkle", 0.020, 0.000, 0.0185, 0.0190, 0.0225),
    ("LeftAnkle", -0.012, 0.000, 0.0190, 0.0195, 0.0230),
)
_SIDES = 11
_FINGERS = ((-0.0168, 0.041), (-0.0056, 0.047), (0.0056, 0.044), (0.0163, 0.034))


def _limb_rings(
    measures: Measures,
    table: tuple[tuple[str, float, float, float, float, float], ...],
    swell: Floats,
    floor: float,
) -> Floats:
    """Return rings from below upwards around the joints that a table names."""
    unit = measures.unit
    rings = []
    for (joint, level, shift, wide, front, back), thick in zip(table, swell, strict=True):
        centre = measures.at(joint) + np.array([-shift, level, 0.0]) * unit
        if centre[1] < floor:
            centre[1] = floor
        rings.append(
            ring(
                centre,
                wide * unit * thick,
                front * unit * thick,
                back * unit * thick,
                sides=_SIDES,
                power=2.1,
            )
        )
    return np.array(rings[::-1])


def arm_girth(measures: Measures) -> float:
    """Return how thick the arms are, 1 middling."""
    return measures.girth * (1 - 0.13 * measures.female) * (1 + 0.04 * measures.child)


def arm_patch(
    measures: Measures, colour: Rgb, ink: Ink, *, ease: float, last: int = len(_ARM)
) -> Patch:
    """Return the left arm, bare or sleeved, its first rings down to the wrist or higher.

    `ease` widens it, 1 being skin; `last` says how many rings of the arm are covered.
    """
    table = tuple(
        (joint, level, shift, wide, deep, deep) for joint, level, shift, wide, deep in _ARM
    )
    swell = np.full(len(table), arm_girth(measures) * ease)
    if last == len(table) and ease > 1:
        swell[-3:] *= (1.02, 1.12, 1.22)
    rings = _limb_rings(measures, table[:last], swell[:last], -1.0)
    return sleeve(
        rings, colour, arm_weights(measures, rings.reshape(-1, 3)), ink, start_lid=last < len(table)
    )


def arm_weights(measures: Measures, points: Floats) -> Floats:
    """Return the weights of the left arm's points."""
    unit = measures.unit
    elbow, wrist = measures.at("LeftElbow")[1], measures.at("LeftWrist")[1]
    shoulder = measures.at("LeftShoulder")[1]
    return chained(points[:, 1], [
        (wrist - 0.012 * unit, "LeftWrist"), (wrist + 0.010 * unit, "LeftElbow"),
        (elbow - 0.024 * unit, "LeftElbow"), (elbow + 0.024 * unit, "LeftShoulder"),
        (shoulder - 0.014 * unit, "LeftShoulder"), (shoulder + 0.026 * unit, "Chest"),
    ])  # fmt: skip


def hand_patch(measures: Measures, colour: Rgb) -> Patch:
    """Return the left hand: palm to the thigh, fingers a little bent, thumb ahead."""
    size = measures.unit * (1.0 - 0.07 * measures.female) * (0.55 + 0.45 * measures.girth)
    pieces = [_palm(), *(_finger(z, long) for z, long in _FINGERS), _thumb()]
    points, faces, start = [], [], 0
    for rings in pieces:
        cloud, triangles = lofted(rings[::-1], start_lid=True, end_lid=True)
        points.append(cloud)
        faces.append(triangles + start)
        start += len(cloud)
    cloud = np.concatenate(points) * size + measures.at("LeftWrist")
    return patch(
        cloud, np.concatenate(faces), colour, rigid(len(cloud), "LeftWrist"), Ink.LEFT_HAND
    )


def _palm() -> Floats:
    table = (
        (0.012, 0.0145, 0.0165, 0.0),
        (-0.004, 0.0135, 0.0170, 0.0),
        (-0.018, 0.0125, 0.0205, 0.0),
        (-0.034, 0.0122, 0.0235, 0.0),
        (-0.048, 0.0108, 0.0238, 0.0),
        (-0.057, 0.0085, 0.0225, 0.0),
    )
    return np.array(
        [
            ring((0.0015 * (y < -0.03), y, z), thick, wide, wide, sides=8, power=2.6)
            for y, thick, wide, z in table
        ]
    )


def _digit(path: Floats, radii: tuple[float, ...]) -> Floats:
    """Return rings across a finger's path, from its root to its tip."""
    rings = []
    turns = 2 * np.pi * np.arange(5) / 5
    for point, radius in zip(path, radii, strict=True):
        rings.append(point + radius * np.column_stack([np.cos(turns), np.zeros(5), -np.sin(turns)]))
    return np.array(rings)


def _finger(z: float, long: float) -> Floats:
    spread = 1 + 0.12 * np.array([0, 0.5, 1.0])
    path = np.array(
        [
            (0.0005, -0.050, z),
            (0.0035, -0.052 - 0.50 * long, z * spread[1]),
            (0.0120, -0.052 - 0.97 * long, z * spread[2]),
        ]
    )
    thick = 0.0060 if long > 0.04 else 0.0053
    return _digit(path, (thick * 1.05, thick, thick * 0.62))


def _thumb() -> Floats:
    path = np.array(
        [
            (0.002, -0.010, -0.012),
            (0.006, -0.028, -0.0265),
            (0.010, -0.046, -0.0325),
            (0.0135, -0.058, -0.0335),
        ]
    )
    return _digit(path, (0.0095, 0.0078, 0.0068, 0.0042))


def leg_weights(measures: Measures, points: Floats) -> Floats:
    """Return the weights of the left leg's points."""
    unit = measures.unit
    hip, knee, ankle = (measures.at(name)[1] for name in ("LeftHip", "LeftKnee", "LeftAnkle"))
    return chained(points[:, 1], [
        (ankle - 0.020 * unit, "LeftAnkle"), (ankle + 0.015 * unit, "LeftKnee"),
        (knee - 0.030 * unit, "LeftKnee"), (knee + 0.030 * unit, "LeftHip"),
        (hip - 0.045 * unit, "LeftHip"), (hip + 0.025 * unit, "Hips"),
    ])  # fmt: skip


def leg_patch(measures: Measures, colour: Rgb, *, trousers: bool, is_covered: bool) -> Patch:
    """Return the left leg, bare or in trousers that end on the shoe.

    Under a skirt (`is_covered`) the thigh is slimmer, so that it never shows through.
    """
    girth = measures.girth * (1 + 0.02 * measures.female + 0.05 * measures.child)
    swell = np.full(len(_LEG), girth)
    if trousers:
        # How much wider the cloth is than the leg, from the hip down to the hem.
        swell *= (1.0, 1.0, 1.0, 1.01, 1.03, 1.07, 1.10, 1.13, 1.13, 1.10, 1.22, 1.46, 1.62, 1.66)
    if is_covered:
        swell[:6] *= (0.7, 0.75, 0.78, 0.8, 0.84, 0.92)
    rings = _limb_rings(measures, _LEG, swell, 0.022 * measures.unit)
    return sleeve(rings, colour, leg_weights(measures, rings.reshape(-1, 3)), Ink.LEFT_LEG)


def shoe_patches(measures: Measures, *, light: bool) -> list[Patch]:
    """Return the left shoe and its sole; `light` ones leave the ankle free."""
    unit = measures.unit * (0.94 + 0.06 * (1 - measures.female)) * (0.6 + 0.4 * measures.girth)
    ankle = measures.at("LeftAnkle")
    high = 0.040 if light else 0.062
    table = (
        (0.040, 0.0140, 0.030),
        (0.030, 0.0235, min(high, 0.054)),
        (0.006, 0.0265, high),
        (-0.030, 0.0270, 0.043),
        (-0.060, 0.0308, 0.033),
        (-0.090, 0.0315, 0.027),
        (-0.108, 0.0250, 0.023),
        (-0.118, 0.0140, 0.017),
    )
    upper, sole = [], []
    for z, wide, tall in table:
        upper.append(_arch(wide, 0.008, tall, z, 7))
        sole.append(_arch(wide * 1.07, 0.0, 0.011, z * 1.02, 4))
    patches = []
    for rings, colour in ((upper, measures.body.shoes), (sole, tone(measures.body.shoes, 0.45))):
        points, faces = lofted(np.array(rings[::-1]) * unit)
        points = points + np.array([ankle[0], 0.0, ankle[2]])
        weights = rigid(len(points), "LeftAnkle")
        patches.append(patch(points, _facing_out(points, faces), colour, weights, Ink.LEFT_SHOE))
    return patches


def _arch(wide: float, low: float, high: float, z: float, count: int) -> Floats:
    """Return a ring across a shoe: flat below, domed above."""
    turns = np.linspace(0, np.pi, count)
    dome = np.column_stack(
        [np.cos(turns) * wide, low + (high - low) * np.sin(turns) ** 0.7, np.full(count, z)]
    )
    ground = np.array([(-wide * 0.8, low, z), (wide * 0.8, low, z)])
    return np.concatenate([dome, ground])


def _facing_out(points: Floats, faces: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the triangles of a closed skin, turned so that its volume is positive."""
    a, b, c = (points[faces[:, corner]] - points.mean(axis=0) for corner in range(3))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum()
    return faces if volume > 0 else faces[:, ::-1]


def shoulder_pull(measures: Measures, points: Floats, weights: Floats) -> Floats:
    """Return the trunk's weights, its shoulders drawn a little after the arms."""
    unit = measures.unit
    result = weights
    for side, joint in ((-1, "LeftShoulder"), (1, "RightShoulder")):
        shoulder = measures.at(joint)
        out = np.clip(
            (side * points[:, 0] - 0.55 * abs(shoulder[0])) / (0.5 * abs(shoulder[0])), 0, 1
        )
        near = np.exp(-(((points[:, 1] - shoulder[1]) / (0.05 * unit)) ** 2))
        result = blended(result, rigid(len(points), joint), 0.6 * out * near)
    return result
