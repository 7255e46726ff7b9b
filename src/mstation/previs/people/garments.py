"""Clothes: the surface of the base body's tights, cut along hems and pushed out into cloth.

What cloth covers is not there beneath it, so nothing can pierce it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mstation.previs.people import lines
from mstation.previs.people.cloth import Ink, Piece, kept, painted, split
from mstation.previs.people.collars import collar
from mstation.previs.people.drape import ribbon
from mstation.previs.people.lines import smooth
from mstation.previs.people.skirts import Cut
from mstation.previs.primitives import tone
from mstation.stage.layout import Rgb
from mstation.stage.performance import Body

LINEN: Rgb = (0.62, 0.6, 0.56)
DARK: Rgb = (0.02, 0.02, 0.022)
BRASS: Rgb = (0.45, 0.3, 0.08)
_YOKE_M, _LINING_M, _LINING_THICK_M = 0.05, 0.05, 0.006
_LINING_SHADE = 0.55


@dataclass(frozen=True, slots=True)
class Upper:
    """How what is worn above the waist is cut, in metres of the base body.

    hem: height of the lower edge; sleeve: where it ends, 1 at the elbow, 2 at the wrist.
    open: the point and the spread of an opening in front, or None.
    """

    hem: float
    sleeve: float
    torso_m: float
    arm_m: float
    neck: float = 0.567
    opening: tuple[float, float] | None = None
    collar: bool = False
    placket: bool = False
    cuffs: bool = False
    lapel_m: float = 0.0


SHIRT = Upper(-0.035, 1.93, 0.011, 0.010, collar=True, placket=True, cuffs=True)
TUCKED = Upper(0.112, 1.93, 0.010, 0.010, collar=True, placket=True, cuffs=True)
TEE = Upper(-0.02, 0.62, 0.011, 0.014, neck=0.56)
HOODIE = Upper(-0.02, 1.93, 0.022, 0.018, neck=0.58, cuffs=True)
UNIFORM = Upper(-0.06, 1.95, 0.018, 0.013, collar=True, placket=True, cuffs=True)
JACKET = Upper(-0.075, 1.9, 0.022, 0.016, neck=0.563, opening=(0.235, 0.14), lapel_m=0.032)
COAT = Upper(0.06, 1.92, 0.028, 0.021, neck=0.567, opening=(0.31, 0.165), lapel_m=0.04)
BODICE = Upper(0.10, 0.55, 0.009, 0.012, neck=0.545)
BLOUSE = Upper(0.10, 1.9, 0.010, 0.012, neck=0.56, cuffs=True)


def shod(tights: Piece, body: Body) -> tuple[list[Piece], Piece]:
    """Return the shoes, and the tights above them."""
    is_low = body.garment in {"dress", "skirt"}
    rim = -0.762 if is_low else -0.735
    y, z = lines.height(tights), tights.home[:, 2]
    line = rim - (0.16 * np.maximum(0.0, -z) if is_low else 0.0) - y
    foot, above = split(tights, line)
    flat = smooth(-foot.home[:, 1], 0.76, 0.815)
    shoe = foot.pushed(0.004 + 0.006 * flat).dyed(body.shoes, Ink.SHOES)
    shoe.points[:, 1] = np.maximum(shoe.points[:, 1], 0.0)
    return [painted(shoe, -0.797 - shoe.home[:, 1], tone(body.shoes, 0.45), Ink.SHOES)], above


def trousers(body: Body, tights: Piece) -> list[Piece]:
    """Return trousers from the waist to the ankles, and the socks in them."""
    y = lines.height(tights)
    cloth = kept(tights, lines.off_arms(tights, lines.WAIST - y))
    sock = kept(cloth, -0.66 - lines.height(cloth))
    wide = 0.012 if body.sex == "female" else 0.02
    cloth = kept(cloth, lines.height(cloth) + 0.755)
    calf = smooth(-lines.height(cloth), 0.1, 0.62)
    legs = cloth.pushed(0.007 + wide * calf).smoothed()
    return [legs.dyed(body.bottom, Ink.BOTTOM), sock.dyed(DARK, Ink.BOTTOM)]


def upper(tights: Piece, cut: Upper, colour: Rgb, ink: Ink) -> list[Piece]:
    """Return a closed top: trunk and sleeves, its collar, placket and cuffs."""
    whole = _body_of(tights, cut)
    cloth = _eased(whole, cut).dyed(colour, ink)
    if cut.cuffs:
        cuff = np.where(cloth.home[:, 0] == 0, -1.0, lines.along_arm(cloth) - cut.sleeve + 0.16)
        cloth = painted(cloth, cuff, tone(colour, 0.82), Ink.TRIM)
    pieces = [cloth, lining(cloth, cut)]
    if cut.placket:
        y = np.linspace(0.53, max(cut.hem, 0.0) + 0.02, 9)
        band = np.full(len(y), 0.011)
        left, right = np.column_stack([-band, y]), np.column_stack([band, y])
        pieces.append(ribbon(cloth, left, right, tone(colour, 1.13), Ink.TRIM, lift_m=0.002))
    if cut.collar:
        pieces += collar(tights, tone(colour, 1.1), cut.torso_m)
    return pieces


def _body_of(tights: Piece, cut: Upper) -> Piece:
    """Return the tights from hem to neck and down to the sleeves' ends."""
    arm = lines.arm_share(tights) > 0.3
    cloth = kept(tights, np.where(arm, 1.0, lines.height(tights) - cut.hem))
    cloth = kept(cloth, lines.below_neck(cloth, cut.neck))
    return kept(
        cloth, np.where(lines.arm_share(cloth) > 0.3, cut.sleeve - lines.along_arm(cloth), 1.0)
    )


def _eased(cloth: Piece, cut: Upper) -> Piece:
    """Return the cloth off the body: hollows are bridged, hems stand away."""
    arm = smooth(lines.arm_share(cloth), 0.2, 0.8)
    y = lines.height(cloth)
    loose = 0.008 * smooth(-y, -0.3, -0.05)
    away = (1 - arm) * (cut.torso_m + loose) + arm * cut.arm_m
    least = 0.45 if cut.opening or cut.neck > 0.57 else 0.12  # shirts lie on the skin
    edge = np.clip(lines.below_neck(cloth, cut.neck) / 0.03, least, 1)
    return cloth.pushed(away * edge).smoothed()


def lining(cloth: Piece, cut: Upper) -> Piece:
    """Return the inside of a cloth around its neckline: nobody sees through it."""
    inside = kept(cloth, _LINING_M - lines.below_neck(cloth, cut.neck)).turned()
    inside = inside.pushed(_LINING_THICK_M)
    shaded = inside.colours * _LINING_SHADE
    return replace(inside, colours=shaded, inks=np.full(len(shaded), Ink.COLLAR))


def bare_arms(tights: Piece, cut: Upper, skin: Rgb) -> list[Piece]:
    """Return the bare arms below short sleeves."""
    line = np.where(
        lines.arm_share(tights) > 0.3, lines.along_arm(tights) - cut.sleeve + 0.12, -1.0
    )
    arm = kept(tights, line)
    narrow = -0.004 * smooth(lines.along_arm(arm), 1.5, 2.0)
    return [arm.pushed(narrow).dyed(skin, Ink.SKIN)] if cut.sleeve < 1.5 else []


def legs_below(tights: Piece, cut: Cut) -> Piece:
    """Return the legs from a little above a skirt's hem down: no knee can come through it."""
    hem = lines.SOLE + cut.hem * (lines.HIPS - lines.SOLE)
    line = hem + 0.09 - lines.height(tights)
    return kept(tights, lines.off_arms(tights, line))


def open_jacket(tights: Piece, cut: Upper, colour: Rgb) -> list[Piece]:
    """Return a jacket that is open in front, with its lapels."""
    assert cut.opening is not None
    point, spread = cut.opening
    cloth = _body_of(tights, cut)
    wedge = lines.beside_wedge(cloth, point, spread)
    y = lines.height(cloth)
    away = np.maximum(0.0, 0.05 - y) * 0.35
    wedge = np.minimum(
        wedge, np.abs(cloth.home[:, 0]) - away + np.maximum(0.0, cloth.home[:, 2] + 0.045) * 10
    )
    cloth = kept(cloth, wedge)
    coat = _eased(cloth, cut).dyed(colour, Ink.OVER)
    wedge = lines.beside_wedge(coat, point, spread)
    is_front = np.where(lines.arm_share(coat) > 0.3, -1.0, 1.0)
    wide = cut.lapel_m * smooth(coat.home[:, 1], point - 0.01, point + 0.12)
    lapel = kept(coat, np.minimum(wide - wedge, is_front))
    lapel = lapel.pushed(0.002 + 0.004 * smooth(lines.below_neck(lapel, cut.neck), 0.0, 0.04))
    lapel = lapel.dyed(tone(colour, 0.8 if max(colour) > 0.3 else 1.35), Ink.COLLAR)
    return [coat, lapel, lining(coat, cut)]


def shirt_front(tights: Piece, over: Upper, colour: Rgb, tie: Rgb | None) -> list[Piece]:
    """Return what shows of a shirt in the opening of a jacket."""
    assert over.opening is not None
    point, spread = over.opening
    wedge = 0.03 - lines.beside_wedge(tights, point - 0.05, spread + 0.05, least=0.03)
    yoke = _YOKE_M - lines.below_neck(tights, over.neck)  # under the coat's edge all around
    front = kept(tights, np.maximum(np.minimum(wedge, 0.1 - np.abs(tights.home[:, 0])), yoke))
    front = kept(front, lines.off_arms(front, lines.height(front) - 0.1))
    beside = 0.015 * smooth(np.abs(front.home[:, 0]), 0.03, 0.06)  # up the neck, under the leaves
    front = kept(front, lines.below_neck(front, SHIRT.neck) + beside)
    leaves = collar(tights, tone(colour, 1.08), 0.006, tucked=True)
    pieces = [front.pushed(0.006).dyed(colour, Ink.TOP), *leaves]
    if tie is not None:
        y = np.array([0.542, 0.525, 0.518, 0.42, 0.33, 0.2])
        half = np.array([0.012, 0.008, 0.009, 0.017, 0.021, 0.023])
        pieces.append(ribbon(front, np.column_stack([-half, y]), np.column_stack([half, y]), tie,
                             Ink.TRIM, lift_m=0.011))  # fmt: skip
    return pieces


def bare_shoulders(tights: Piece, cut: Upper, skin: Rgb) -> Piece:
    """Return the skin between a low neckline and the neck."""
    bare = kept(tights, -lines.below_neck(tights, cut.neck - 0.01))
    bare = kept(bare, lines.below_neck(bare, 0.572))
    return bare.pushed(-0.001).dyed(skin, Ink.HEAD)


def band(tights: Piece, colour: Rgb) -> Piece:
    """Return a belt or sash around the waist."""
    above = kept(tights, lines.off_arms(tights, lines.height(tights) - 0.098))
    return kept(above, 0.13 - lines.height(above)).pushed(0.021).dyed(colour, Ink.BELT)


def patch(
    cloth: Piece, middle: tuple[float, float], half: tuple[float, float], colour: Rgb, lift: float
) -> Piece:
    """Return a small rectangle laid on the front of a cloth."""
    (x, y), (wide, high) = middle, half
    across = np.linspace(x - wide, x + wide, 5)
    top = np.column_stack([across, np.full(5, y + high)])
    bottom = np.column_stack([across, np.full(5, y - high)])
    return ribbon(cloth, top, bottom, colour, Ink.TRIM, lift_m=lift)
