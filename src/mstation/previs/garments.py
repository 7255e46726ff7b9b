"""What people wear: measures and trunk in, shirt, jacket, coat or dress out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mstation.previs.head import neck_radius, skin_of
from mstation.previs.limbs import (
    arm_patch,
    hand_patch,
    leg_patch,
    shoe_patches,
    shoulder_pull,
)  # fmt: skip
from mstation.previs.primitives import mixed, tone
from mstation.previs.tailoring import (
    Floats,
    Ink,
    Measures,
    Patch,
    blended,
    chained,
    mirrored,
    patch,
    rigid,
    ring,
    sheet,
    sleeve,
)  # fmt: skip
from mstation.previs.trunk import Trunk
from mstation.stage.layout import Rgb

_SIDES = 20
_SHIRT_WHITE: Rgb = (0.62, 0.61, 0.58)
_BUTTON: Rgb = (0.5, 0.48, 0.42)
_TRUNK_KNOTS = (
    (0.535, "Hips"),
    (0.60, "Spine"),
    (0.64, "Spine"),
    (0.72, "Chest"),
    (0.82, "Chest"),
    (0.875, "Neck"),
)


def clothes_patches(measures: Measures, trunk: Trunk) -> list[Patch]:
    """Return everything below the neck: clothes, hands, legs, shoes."""
    match measures.body.garment:
        case "shirt":
            pieces = _shirt(measures, trunk)
        case "jacket":
            pieces = _jacket(measures, trunk)
        case "coat":
            pieces = _coat(measures, trunk)
        case "dress":
            pieces = _dress(measures, trunk)
    hand = hand_patch(measures, skin_of(measures))
    shoes = shoe_patches(measures, light=measures.body.garment == "dress")
    return [
        *pieces,
        hand, mirrored(hand, Ink.RIGHT_HAND),
        *shoes, *(mirrored(shoe, Ink.RIGHT_SHOE) for shoe in shoes),
    ]  # fmt: skip


def trunk_weights(measures: Measures, points: Floats) -> Floats:
    """Return weights of points on the trunk, from the hips to the neck."""
    knots = [(share * measures.unit, joint) for share, joint in _TRUNK_KNOTS]
    return shoulder_pull(measures, points, chained(points[:, 1], knots))


def _bodice(
    measures: Measures, trunk: Trunk, hem: float, colour: Rgb, *, ease: float, hem_ease: float = 0.0
) -> Patch:
    """Return the upper garment's trunk from its hem (in units) to the collar."""
    shares = np.array(
        [
            hem,
            *(
                s
                for s in (
                    0.525,
                    0.56,
                    0.60,
                    0.64,
                    0.68,
                    0.71,
                    0.735,
                    0.76,
                    0.785,
                    0.804,
                    0.815,
                    0.824,
                    0.832,
                    0.840,
                    0.848,
                    0.855,
                )
                if s > hem + 0.008
            ),
        ]
    )
    heights = shares * measures.unit
    rings = trunk.rings(heights, sides=_SIDES, ease=ease)
    for index, share in enumerate(shares):
        flare = hem_ease * float(np.clip((0.60 - share) / 0.12, 0, 1))
        rings[index, :, [0, 2]] *= 1 + flare
    throat = neck_radius(measures) * 1.06
    rings[-1] = ring(
        (0, heights[-1], 0.004 * measures.unit),
        throat,
        throat,
        throat * 1.04,
        sides=_SIDES,
        power=2.0,
    )
    points = rings.reshape(-1, 3)
    return sleeve(rings, colour, trunk_weights(measures, points), Ink.TOP, end_lid=True)


def _pelvis(measures: Measures, trunk: Trunk, colour: Rgb, top: float) -> Patch:
    shares = np.array([0.462, 0.470, 0.482, 0.50, 0.525, 0.555, top])
    rings = trunk.rings(shares * measures.unit, sides=_SIDES, ease=0.0)
    weights = trunk_weights(measures, rings.reshape(-1, 3))
    seat = sleeve(rings, colour, weights, Ink.BOTTOM)
    is_right = seat.points[seat.triangles].mean(axis=1)[:, 0] > 0
    return replace(
        seat, inks=np.where(is_right, int(Ink.RIGHT_LEG), int(Ink.LEFT_LEG)).astype(np.int32)
    )


def _legs(
    measures: Measures, colour: Rgb, *, trousers: bool, is_covered: bool = False
) -> list[Patch]:
    leg = leg_patch(measures, colour, trousers=trousers, is_covered=is_covered)
    return [leg, mirrored(leg, Ink.RIGHT_LEG)]


def _sleeves(
    measures: Measures, colour: Rgb, *, ease: float, cuff: Rgb | None = None
) -> list[Patch]:
    arm = arm_patch(measures, colour, Ink.LEFT_SLEEVE, ease=ease)
    pieces = [arm, mirrored(arm, Ink.RIGHT_SLEEVE)]
    if cuff is not None:
        unit, wrist = measures.unit, measures.at("LeftWrist")
        wide = 0.0205 * unit * ease
        rings = np.array(
            [
                ring(wrist + np.array([0, level * unit, 0]), wide * 0.94, wide, wide, sides=12)
                for level in (-0.006, 0.006)
            ]
        )
        band = sleeve(rings, cuff, rigid(24, "LeftWrist"), Ink.LEFT_SLEEVE, end_lid=False)
        pieces += [band, mirrored(band, Ink.RIGHT_SLEEVE)]
    return pieces


def _belt(measures: Measures, trunk: Trunk, colour: Rgb, level: float, *, ease: float) -> Patch:
    heights = np.array([level - 0.009, level - 0.009, level + 0.009, level + 0.009]) * measures.unit
    rings = trunk.rings(heights, sides=_SIDES, ease=ease)
    rings[[0, 3]] -= (rings[[0, 3]] - rings[[0, 3]].mean(axis=1, keepdims=True)) * 0.05
    weights = trunk_weights(measures, rings.reshape(-1, 3))
    return sleeve(rings, colour, weights, Ink.TRIM, start_lid=False, end_lid=False)


def _collar(measures: Measures, colour: Rgb, *, tall: float = 0.014, flare: float = 1.12) -> Patch:
    """Return a collar that stands around the neck, open ahead, its inside seen too."""
    unit, radius = measures.unit, neck_radius(measures)
    turns = np.radians(np.linspace(-152, 152, 19))  # from the nape around to the throat
    rows = []
    for level, wide, fold in (
        (0.832, 1.35, 0.0),
        (0.846 + tall, flare, 0.0),
        (0.846 + tall, flare * 0.96, 0.0),
        (0.836, 1.12, 0.0),
    ):
        x = np.sin(turns) * radius * wide
        z = np.cos(turns) * radius * wide * 1.06 + 0.006 * unit + fold
        dip = 0.012 * unit * np.clip((np.abs(turns) - 1.6) / 1.05, 0, 1) ** 2
        rows.append(np.column_stack([x, np.full(19, level * unit) - dip * (level > 0.84), z]))
    points, faces = sheet(np.array(rows))
    weights = chained(points[:, 1], [(0.82 * unit, "Chest"), (0.88 * unit, "Neck")])
    return patch(points, faces, colour, weights, Ink.COLLAR)


def _on_chest(
    measures: Measures,
    trunk: Trunk,
    outline: list[tuple[float, float]],
    lift: float,
    colour: Rgb,
    ink: Ink,
) -> Patch:
    """Return a strip that lies on the chest.

    The outline is given as points in units, right edge and left edge in turn from below; the
    strip is woven finer than that, so that it follows the chest.
    """
    unit = measures.unit
    edges = np.array(outline).reshape(-1, 2, 2) * unit
    levels = edges[:, 0, 1]
    fine = np.unique(np.concatenate([levels, np.arange(levels[0], levels[-1], 0.03 * unit)]))
    right, left = (np.interp(fine, levels, edges[:, side, 0]) for side in (0, 1))
    columns = 2 if float(np.abs(right - left).max()) < 0.02 * unit else 5
    across = np.linspace(0, 1, columns)
    x = right[:, None] + (left - right)[:, None] * across
    y = np.broadcast_to(fine[:, None], x.shape)
    points, faces = sheet(np.stack([x, y, trunk.ahead(x, y) - lift * unit], axis=-1))
    return patch(points, faces, colour, trunk_weights(measures, points), ink)


def _strip(levels: list[float], right: list[float], left: list[float]) -> list[tuple[float, float]]:
    """Return an outline for `_on_chest`: at each level the two edges, right (+X) first."""
    pairs = zip(levels, right, left, strict=True)
    return [point for level, r, l_ in pairs for point in ((r, level), (l_, level))]


def _buttons(
    measures: Measures, trunk: Trunk, levels: tuple[float, ...], x: float, colour: Rgb, lift: float
) -> list[Patch]:
    unit = measures.unit
    turns = 2 * np.pi * np.arange(7) / 7
    patches = []
    for level in levels:
        rim_x = x * unit + np.cos(turns) * 0.0042 * unit
        rim_y = level * unit + np.sin(turns) * 0.0042 * unit
        z = trunk.ahead(rim_x, rim_y) - lift * unit
        points = np.column_stack([rim_x, rim_y, z])
        points = np.concatenate([points, points.mean(axis=0, keepdims=True)])
        points[-1, 2] -= 0.0012 * unit
        rim = np.arange(7)
        faces = np.column_stack([np.roll(rim, -1), rim, np.full(7, 7)])
        patches.append(patch(points, faces, colour, trunk_weights(measures, points), Ink.TRIM))
    return patches


def _shirt(measures: Measures, trunk: Trunk) -> list[Patch]:
    body, unit = measures.body, measures.unit
    placket = _strip([0.60, 0.65, 0.70, 0.725, 0.75, 0.78, 0.805, 0.822], [0.007] * 8, [-0.007] * 8)
    return [
        _pelvis(measures, trunk, body.bottom, 0.60),
        *_legs(measures, body.bottom, trousers=True),
        _bodice(measures, trunk, 0.585, body.top, ease=0.004 * unit),
        *_sleeves(measures, body.top, ease=1.13, cuff=tone(body.top, 0.85)),
        _belt(measures, trunk, tone(body.shoes, 0.8), 0.588, ease=0.0065 * unit),
        _collar(measures, tone(body.top, 1.12)),
        _on_chest(measures, trunk, placket, 0.0055, tone(body.top, 0.88), Ink.TOP),
        *_buttons(measures, trunk, (0.64, 0.69, 0.735, 0.78), 0.0, _BUTTON, 0.0065),
    ]  # fmt: skip


def _shirt_front(measures: Measures, trunk: Trunk, foot: float, lift: float) -> list[Patch]:
    """Return the V of shirt between lapels, with a tie for a man."""
    levels = [foot, foot + 0.04, 0.76, 0.79, 0.812, 0.828, 0.840, 0.848]
    wide = [0.001, 0.011, 0.020, 0.027, 0.032, 0.035, 0.036, 0.034]
    under = mixed(_SHIRT_WHITE, measures.body.bottom, 0.12)
    v = _strip(levels, wide, [-x for x in wide])
    pieces = [_on_chest(measures, trunk, v, lift, under, Ink.TRIM)]
    if measures.female < 0.5 and measures.child == 0:
        tie = tone(mixed(measures.body.top, (0.3, 0.03, 0.03), 0.6), 0.8)
        shape = _strip(
            [foot + 0.01, foot + 0.03, 0.76, 0.795, 0.812, 0.826],
            [0.004, 0.010, 0.0095, 0.007, 0.005, 0.009],
            [-0.004, -0.010, -0.0095, -0.007, -0.005, -0.009],
        )
        pieces.append(_on_chest(measures, trunk, shape, lift + 0.0015, tie, Ink.TRIM))
    return pieces


def _lapels(measures: Measures, trunk: Trunk, foot: float, lift: float, colour: Rgb) -> list[Patch]:
    levels = [foot, foot + 0.045, 0.775, 0.795, 0.796, 0.815, 0.832, 0.846]
    inner = [-0.002, -0.013, -0.024, -0.029, -0.029, -0.033, -0.034, -0.032]
    outer = [-0.006, -0.030, -0.050, -0.056, -0.046, -0.049, -0.050, -0.044]
    shape = _strip(levels, inner, outer)
    left = _on_chest(measures, trunk, shape, lift, colour, Ink.COLLAR)
    return [left, mirrored(left, Ink.COLLAR)]


def _jacket(measures: Measures, trunk: Trunk) -> list[Patch]:
    body, unit = measures.body, measures.unit
    edge = _strip(
        [0.492, 0.53, 0.57, 0.61, 0.65],
        [0.010, 0.003, 0.002, 0.002, 0.003],
        [0.004, -0.002, -0.003, -0.003, -0.001],
    )
    return [
        _pelvis(measures, trunk, body.bottom, 0.60),
        *_legs(measures, body.bottom, trousers=True),
        _bodice(measures, trunk, 0.482, body.top, ease=0.0075 * unit, hem_ease=0.05),
        *_sleeves(measures, body.top, ease=1.22, cuff=_SHIRT_WHITE),
        *_shirt_front(measures, trunk, 0.655, 0.0095),
        *_lapels(measures, trunk, 0.652, 0.0120, tone(body.top, 0.72)),
        _on_chest(measures, trunk, edge, 0.0098, tone(body.top, 0.5), Ink.TOP),
        _collar(measures, tone(body.top, 0.8), tall=0.012, flare=1.24),
        *_buttons(measures, trunk, (0.60, 0.645), 0.004, tone(body.top, 0.35), 0.0105),
    ]  # fmt: skip


def _skirt(
    measures: Measures,
    trunk: Trunk,
    top: float,
    hem: float,
    flare: float,
    colour: Rgb,
    ink: Ink,
    *,
    ease: float,
) -> Patch:
    """Return a skirt from the waist to its hem, held by hips and thighs."""
    unit = measures.unit
    shares = np.linspace(hem, top, 9)
    rings = []
    for share in shares:
        fall = float(np.clip((0.51 - share) / (0.51 - hem), 0, 1))
        level = max(share, 0.51) * unit
        base = trunk.rings(np.array([level]), sides=26, ease=ease)[0].copy()
        folds = 1 + 0.028 * fall * np.sin(13 * 2 * np.pi * np.arange(26) / 26)
        grow = (1 + flare * fall) * folds
        base[:, 0] *= grow
        base[:, 2] = base[:, 2] * grow
        base[:, 1] = share * unit
        rings.append(base)
    points = np.array(rings).reshape(-1, 3)
    side = np.clip(points[:, 0] / (0.055 * unit), -1, 1)
    right = 0.5 + 0.5 * side * (1.5 - 0.5 * side * side)
    hip, knee = measures.at("LeftHip")[1], measures.at("LeftKnee")[1]
    knots = [
        (knee - 0.05 * unit, "LeftKnee"),
        (knee + 0.035 * unit, "LeftHip"),
        (hip - 0.06 * unit, "LeftHip"),
        (hip + 0.035 * unit, "Hips"),
    ]
    left_leg = chained(points[:, 1], knots)
    right_leg = chained(points[:, 1], [(y, j.replace("Left", "Right")) for y, j in knots])
    weights = blended(left_leg, right_leg, right)
    above = points[:, 1] > hip + 0.03 * unit
    weights[above] = trunk_weights(measures, points)[above]
    return sleeve(np.array(rings), colour, weights, ink)


def _coat(measures: Measures, trunk: Trunk) -> list[Patch]:
    body, unit = measures.body, measures.unit
    ease = 0.0095 * unit
    edge = _strip([0.53, 0.57, 0.61, 0.65, 0.69], [0.006] * 5, [-0.001] * 5)
    return [
        _pelvis(measures, trunk, body.bottom, 0.58),
        *_legs(measures, body.bottom, trousers=True, is_covered=True),
        _skirt(measures, trunk, 0.60, 0.305, 0.30, body.top, Ink.TOP, ease=ease),
        _bodice(measures, trunk, 0.585, body.top, ease=ease),
        *_sleeves(measures, body.top, ease=1.30, cuff=tone(body.top, 0.6)),
        _belt(measures, trunk, tone(body.top, 0.62), 0.605, ease=0.0135 * unit),
        *_shirt_front(measures, trunk, 0.70, 0.0115),
        *_lapels(measures, trunk, 0.695, 0.0145, tone(body.top, 0.74)),
        _on_chest(measures, trunk, edge, 0.0118, tone(body.top, 0.5), Ink.TOP),
        _collar(measures, tone(body.top, 0.85), tall=0.016, flare=1.30),
        *_buttons(measures, trunk, (0.64, 0.675), 0.022, tone(body.top, 0.35), 0.0125),
        *_buttons(measures, trunk, (0.64, 0.675), -0.022, tone(body.top, 0.35), 0.0125),
    ]  # fmt: skip


def _bare_above(bodice: Patch, height_m: float, skin: Rgb) -> Patch:
    """Return a bodice that ends at a height: what is above it is skin."""
    is_bare = bodice.points[bodice.triangles].mean(axis=1)[:, 1] > height_m
    colours = np.where(is_bare[:, None], np.array([skin], np.float32), bodice.colours)
    inks = np.where(is_bare, int(Ink.HEAD), int(bodice.ink)).astype(np.int32)
    return replace(bodice, colours=colours.astype(np.float32), inks=inks)


def _dress(measures: Measures, trunk: Trunk) -> list[Patch]:
    body, unit = measures.body, measures.unit
    skin = skin_of(measures)
    levels = [0.783, 0.794, 0.806, 0.820, 0.830, 0.837, 0.843]
    wide = [0.010, 0.026, 0.036, 0.043, 0.047, 0.049, 0.049]
    neckline = _strip(levels, wide, [-x for x in wide])
    bodice = _bodice(measures, trunk, 0.585, body.top, ease=0.003 * unit)
    bare = arm_patch(measures, skin, Ink.LEFT_HAND, ease=1.0)
    short = arm_patch(measures, body.top, Ink.LEFT_SLEEVE, ease=1.16, last=6)
    skirt = body.bottom if body.bottom != body.top else tone(body.top, 0.9)
    return [
        *_legs(measures, skin, trousers=False, is_covered=True),
        _skirt(measures, trunk, 0.60, 0.255, 0.52, skirt, Ink.BOTTOM, ease=0.006 * unit),
        _bare_above(bodice, 0.841 * unit, skin),
        bare, mirrored(bare, Ink.RIGHT_HAND),
        short, mirrored(short, Ink.RIGHT_SLEEVE),
        _belt(measures, trunk, tone(body.top, 0.55), 0.603, ease=0.0075 * unit),
        _on_chest(measures, trunk, neckline, 0.0065, skin, Ink.HEAD),
    ]  # fmt: skip
