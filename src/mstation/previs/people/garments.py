"""Clothes: the surface of the base body's tights, cut along hems and pushed out into cloth.

What cloth covers is not there beneath it, so nothing can pierce it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mstation.identity import seed_of
from mstation.previs.people import lines
from mstation.previs.people.cloth import Floats, Ink, Piece, kept, painted, split
from mstation.previs.people.collars import collar, hood
from mstation.previs.people.drape import ribbon
from mstation.previs.people.lines import smooth
from mstation.previs.people.skirts import Cut, skirt
from mstation.previs.primitives import mixed, tone
from mstation.stage.layout import Rgb
from mstation.stage.performance import Body

_LINEN: Rgb = (0.62, 0.6, 0.56)
_DARK: Rgb = (0.02, 0.02, 0.022)
_BRASS: Rgb = (0.45, 0.3, 0.08)


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
JACKET = Upper(-0.075, 1.9, 0.022, 0.016, neck=0.575, opening=(0.235, 0.14), lapel_m=0.032)
COAT = Upper(-0.03, 1.92, 0.028, 0.021, neck=0.58, opening=(0.31, 0.165), lapel_m=0.04)
BODICE = Upper(0.10, 0.55, 0.009, 0.012, neck=0.545)
BLOUSE = Upper(0.10, 1.9, 0.010, 0.012, neck=0.56, cuffs=True)


def dressed(body: Body, tights: Piece, skin: Rgb, frames: Floats) -> list[Piece]:
    """Return everything that is worn, bare legs and arms included."""
    feet, above = _shoes(tights, body)
    match body.garment:
        case "dress":
            return [*feet, *_dress(body, above, skin, frames)]
        case "skirt":
            return [*feet, *_blouse_and_skirt(body, above, skin, frames)]
        case "hoodie":
            return [*feet, *_trousers(body, above), *_hoodie(body, above)]
        case "uniform":
            return [*feet, *_trousers(body, above), *_uniform(body, above)]
        case "jacket":
            shirt = _under(body)
            pieces = [*_over(body, above, JACKET, body.top), *_shirt_front(body, above, JACKET, shirt)]
            return [*feet, *_trousers(body, above), *pieces]
        case "coat":
            pieces = [*_over(body, above, COAT, body.top), *_shirt_front(body, above, COAT, _under(body))]
            hem = 0.42 + 0.1 * _chance(body, "hem")
            cut = Cut(1.09, hem, 0.024, 0.06)
            tails = skirt(kept(above, -lines.arm_share(above) + 0.3), frames, cut, body.top, Ink.OVER, slit=True)
            legs = _trousers(body, _under_skirt(above, cut))
            belt = _sash(above, tone(body.top, 0.7)).pushed(0.02)
            return [*feet, *legs, *pieces, *tails, belt]
        case "shirt":
            cut = TEE if body.age < 14 else TUCKED if _chance(body, "tucked") < 0.5 else SHIRT
            pieces = [*_trousers(body, above), *_upper(above, cut, body.top, Ink.TOP), *_arms(above, cut, skin)]
            if cut is TUCKED:
                pieces.append(_belt(above))
            return [*feet, *pieces]


def _chance(body: Body, what: str) -> float:
    return (seed_of("dress", body.character_id, what) % 10_007) / 10_007


def _under(body: Body) -> Rgb:
    """Return the colour of what is worn beneath a jacket: light under dark, dark under light."""
    return mixed(_LINEN, body.top, 0.12) if max(body.top) < 0.45 else mixed(_DARK, body.bottom, 0.7)


def _shoes(tights: Piece, body: Body) -> tuple[list[Piece], Piece]:
    is_low = body.garment in {"dress", "skirt"}
    rim = -0.762 if is_low else -0.735
    y, z = lines.height(tights), tights.home[:, 2]
    line = rim - (0.16 * np.maximum(0.0, -(z + 0.0)) if is_low else 0.0) - y
    foot, above = split(tights, line)
    flat = smooth(-foot.home[:, 1], 0.76, 0.815)
    shoe = foot.pushed(0.004 + 0.006 * flat).dyed(body.shoes, Ink.SHOES)
    points = shoe.points.copy()
    points[:, 1] = np.maximum(points[:, 1], 0.0)
    shoe.points[:] = points
    return [painted(shoe, -0.797 - shoe.home[:, 1], tone(body.shoes, 0.45), Ink.SHOES)], above


def _trousers(body: Body, tights: Piece) -> list[Piece]:
    y = lines.height(tights)
    cloth = kept(tights, np.where(lines.arm_share(tights) > 0.3, -1.0, lines.WAIST - y))
    sock = kept(cloth, -0.66 - lines.height(cloth))
    wide = 0.012 if body.sex == "female" else 0.02
    cloth = kept(cloth, lines.height(cloth) + 0.755)
    calf = smooth(-lines.height(cloth), 0.1, 0.62)
    legs = cloth.pushed(0.007 + wide * calf).smoothed()
    return [legs.dyed(body.bottom, Ink.BOTTOM), sock.dyed(_DARK, Ink.BOTTOM)]


def _belt(tights: Piece) -> Piece:
    y = lines.height(tights)
    band = kept(tights, np.where(lines.arm_share(tights) > 0.3, -1.0, y - 0.098))
    band = kept(band, 0.127 - lines.height(band)).pushed(0.019)
    return band.dyed(_DARK, Ink.BELT)


def _upper(tights: Piece, cut: Upper, colour: Rgb, ink: Ink) -> list[Piece]:
    """Return a closed top: trunk and sleeves, its collar, placket and cuffs."""
    whole = _body_of(tights, cut)
    cloth = _eased(whole, cut).dyed(colour, ink)
    if cut.cuffs:
        cuff = np.where(cloth.home[:, 0] == 0, -1.0, lines.along_arm(cloth) - cut.sleeve + 0.16)
        cloth = painted(cloth, cuff, tone(colour, 0.82), Ink.TRIM)
    pieces = [cloth]
    if cut.placket:
        y = np.linspace(0.53, max(cut.hem, 0.0) + 0.02, 9)
        band = np.full(len(y), 0.011)
        left, right = np.column_stack([-band, y]), np.column_stack([band, y])
        pieces.append(ribbon(cloth, left, right, tone(colour, 1.13), Ink.TRIM, lift_m=0.002))
    if cut.collar:
        pieces.append(collar(tights, tone(colour, 1.1), cut.torso_m))
    return pieces


def _body_of(tights: Piece, cut: Upper) -> Piece:
    """Return the tights from hem to neck and down to the sleeves' ends."""
    arm = lines.arm_share(tights) > 0.3
    cloth = kept(tights, np.where(arm, 1.0, lines.height(tights) - cut.hem))
    cloth = kept(cloth, lines.below_neck(cloth, cut.neck))
    return kept(cloth, np.where(lines.arm_share(cloth) > 0.3, cut.sleeve - lines.along_arm(cloth), 1.0))


def _eased(cloth: Piece, cut: Upper) -> Piece:
    """Return the cloth off the body: hollows are bridged, hems stand away."""
    arm = smooth(lines.arm_share(cloth), 0.2, 0.8)
    y = lines.height(cloth)
    loose = 0.008 * smooth(-y, -0.3, -0.05)
    away = (1 - arm) * (cut.torso_m + loose) + arm * cut.arm_m
    edge = np.clip(lines.below_neck(cloth, cut.neck) / 0.03, 0.45, 1)
    return cloth.pushed(away * edge).smoothed()


def _arms(tights: Piece, cut: Upper, skin: Rgb) -> list[Piece]:
    """Return the bare arms below short sleeves."""
    line = np.where(lines.arm_share(tights) > 0.3, lines.along_arm(tights) - cut.sleeve + 0.12, -1.0)
    arm = kept(tights, line)
    narrow = -0.004 * smooth(lines.along_arm(arm), 1.5, 2.0)
    return [arm.pushed(narrow).dyed(skin, Ink.SKIN)] if cut.sleeve < 1.5 else []


def _under_skirt(tights: Piece, cut: Cut) -> Piece:
    """Return the legs from a little above a skirt's hem down: no knee can come through it."""
    hem = lines.SOLE + cut.hem * (lines.HIPS - lines.SOLE)
    line = hem + 0.09 - lines.height(tights)
    return kept(tights, np.where(lines.arm_share(tights) > 0.3, -1.0, line))


def _over(body: Body, tights: Piece, cut: Upper, colour: Rgb) -> list[Piece]:
    """Return a jacket that is open in front, with its lapels."""
    assert cut.opening is not None
    point, spread = cut.opening
    cloth = _body_of(tights, cut)
    wedge = lines.beside_wedge(cloth, point, spread)
    y = lines.height(cloth)
    away = np.maximum(0.0, 0.05 - y) * 0.35
    wedge = np.minimum(wedge, np.abs(cloth.home[:, 0]) - away + np.maximum(0.0, cloth.home[:, 2] + 0.045) * 10)
    cloth = kept(cloth, wedge)
    coat = _eased(cloth, cut).dyed(colour, Ink.OVER)
    wedge = lines.beside_wedge(coat, point, spread)
    is_front = np.where(lines.arm_share(coat) > 0.3, -1.0, 1.0)
    wide = cut.lapel_m * smooth(coat.home[:, 1], point - 0.01, point + 0.12)
    lapel = kept(coat, np.minimum(wide - wedge, is_front)).pushed(0.006)
    lapel = lapel.dyed(tone(colour, 0.8 if max(colour) > 0.3 else 1.35), Ink.COLLAR)
    pieces = [coat, lapel]
    if body.garment == "jacket":
        flap = tone(colour, 0.78)
        pieces += [_patch(coat, (side * 0.1, 0.015), (0.035, 0.011), flap, 0.003) for side in (-1, 1)]
    return pieces


def _shirt_front(body: Body, tights: Piece, over: Upper, colour: Rgb) -> list[Piece]:
    """Return what shows of a shirt in the opening of a jacket."""
    assert over.opening is not None
    point, spread = over.opening
    front = kept(tights, 0.03 - lines.beside_wedge(tights, point - 0.05, spread + 0.05, least=0.03))
    front = kept(front, np.where(lines.arm_share(front) > 0.3, -1.0, lines.height(front) - 0.1))
    front = kept(front, 0.1 - np.abs(front.home[:, 0]))
    front = kept(front, lines.below_neck(front, SHIRT.neck))
    pieces = [front.pushed(0.006).dyed(colour, Ink.TOP), collar(tights, tone(colour, 1.08), 0.006)]
    if body.sex != "female" and body.age > 17 and _chance(body, "tie") < 0.5:
        y = np.array([0.542, 0.525, 0.518, 0.42, 0.33, 0.2])
        half = np.array([0.012, 0.008, 0.009, 0.017, 0.021, 0.023])
        strong = mixed(body.bottom, (0.22, 0.02, 0.03), 0.7)
        pieces.append(ribbon(front, np.column_stack([-half, y]), np.column_stack([half, y]), strong,
                             Ink.TRIM, lift_m=0.011))  # fmt: skip
    return pieces


def _dress(body: Body, tights: Piece, skin: Rgb, frames: Floats) -> list[Piece]:
    hem = 0.44 + 0.16 * _chance(body, "hem") if body.age < 50 else 0.36
    cloth = _upper(tights, BODICE, body.top, Ink.TOP)
    trunk = kept(tights, 0.3 - lines.arm_share(tights))
    flare = 0.03 + 0.07 * _chance(body, "flare")
    cut = Cut(1.085, hem, 0.012, flare)
    below = skirt(trunk, frames, cut, body.top, Ink.TOP)
    legs = _under_skirt(tights, cut).dyed(skin, Ink.SKIN)
    bare = [*_arms(tights, BODICE, skin), legs, _shoulders(tights, BODICE, skin)]
    return [*cloth, *below, *bare, _sash(tights, body.bottom)]


def _shoulders(tights: Piece, cut: Upper, skin: Rgb) -> Piece:
    """Return the skin between a low neckline and the neck."""
    bare = kept(tights, -lines.below_neck(tights, cut.neck - 0.01))
    bare = kept(bare, lines.below_neck(bare, 0.572))
    return bare.pushed(-0.003).dyed(skin, Ink.HEAD)


def _blouse_and_skirt(body: Body, tights: Piece, skin: Rgb, frames: Floats) -> list[Piece]:
    cloth = _upper(tights, BLOUSE, body.top, Ink.TOP)
    trunk = kept(tights, 0.3 - lines.arm_share(tights))
    cut = Cut(1.085, 0.5 + 0.08 * _chance(body, "hem"), 0.014, 0.015)
    below = skirt(trunk, frames, cut, body.bottom, Ink.BOTTOM)
    hose = mixed(skin, _DARK, 0.6)
    bare = [_under_skirt(tights, cut).dyed(hose, Ink.SKIN), _shoulders(tights, BLOUSE, skin)]
    return [*cloth, *below, *bare, _sash(tights, tone(body.bottom, 0.7))]


def _sash(tights: Piece, colour: Rgb) -> Piece:
    y = lines.height(tights)
    band = kept(tights, np.where(lines.arm_share(tights) > 0.3, -1.0, y - 0.098))
    return kept(band, 0.13 - lines.height(band)).pushed(0.021).dyed(colour, Ink.BELT)


def _hoodie(body: Body, tights: Piece) -> list[Piece]:
    pieces = _upper(tights, HOODIE, body.top, Ink.TOP)
    band = painted(pieces[0], 0.025 - np.where(lines.arm_share(pieces[0]) > 0.3, 1.0, lines.height(pieces[0])),
                   tone(body.top, 0.82), Ink.TRIM)  # fmt: skip
    x = np.array([0.045, 0.085])
    pocket = [
        ribbon(pieces[0], [[-x[0], 0.15], [-x[1], 0.07], [-x[1], 0.03]], [[x[0], 0.15], [x[1], 0.07], [x[1], 0.03]],
               tone(body.top, 0.86), Ink.TRIM, lift_m=0.006)
    ]  # fmt: skip
    return [band, hood(tights, tone(body.top, 0.9)), *pocket]


def _uniform(body: Body, tights: Piece) -> list[Piece]:
    pieces = _upper(tights, UNIFORM, body.top, Ink.TOP)
    cloth = pieces[0]
    belt = _sash(tights, _DARK).pushed(0.009)
    flap = tone(body.top, 0.8)
    pockets = [_patch(cloth, (side * 0.078, 0.4), (0.03, 0.026), flap, 0.004) for side in (-1, 1)]
    heights = (0.48, 0.4, 0.32, 0.24, 0.06)
    buttons = [_patch(cloth, (0.0, y), (0.007, 0.007), _BRASS, 0.006) for y in heights]
    return [*pieces, belt, *pockets, *buttons]


def _patch(
    cloth: Piece, middle: tuple[float, float], half: tuple[float, float], colour: Rgb, lift: float
) -> Piece:
    """Return a small rectangle laid on the front of a cloth."""
    (x, y), (wide, high) = middle, half
    left = [[x - wide, y + high], [x - wide, y - high]]
    right = [[x + wide, y + high], [x + wide, y - high]]
    return ribbon(cloth, left, right, colour, Ink.TRIM, lift_m=lift)
