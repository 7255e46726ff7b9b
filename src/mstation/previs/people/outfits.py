"""Outfits: what a body wears from head to foot, by its garment."""

from __future__ import annotations

import numpy as np

from mstation.identity import seed_of
from mstation.previs.people import lines
from mstation.previs.people.cloth import Floats, Ink, Piece, kept, painted
from mstation.previs.people.collars import hood
from mstation.previs.people.drape import ribbon
from mstation.previs.people.garments import (
    BLOUSE,
    BODICE,
    BRASS,
    COAT,
    DARK,
    HOODIE,
    JACKET,
    LINEN,
    SHIRT,
    TEE,
    TUCKED,
    UNIFORM,
    Upper,
    band,
    bare_arms,
    bare_shoulders,
    legs_below,
    open_jacket,
    patch,
    shirt_front,
    shod,
    trousers,
    upper,
)
from mstation.previs.people.skirts import Cut, skirt
from mstation.previs.primitives import mixed, tone
from mstation.stage.layout import Rgb
from mstation.stage.performance import Body


def dressed(body: Body, tights: Piece, skin: Rgb, frames: Floats) -> list[Piece]:
    """Return everything that is worn, bare legs and arms included."""
    feet, above = shod(tights, body)
    match body.garment:
        case "dress":
            return [*feet, *_dress(body, above, skin, frames)]
        case "skirt":
            return [*feet, *_blouse_and_skirt(body, above, skin, frames)]
        case "coat":
            return [*feet, *_coat(body, above, frames)]
        case "hoodie":
            return [*feet, *trousers(body, above), *_hoodie(body, above)]
        case "uniform":
            return [*feet, *trousers(body, above), *_uniform(body, above)]
        case "jacket":
            return [*feet, *trousers(body, above), *_jacket(body, above)]
        case "shirt":
            return [*feet, *trousers(body, above), *_shirt(body, above, skin)]


def _shirt(body: Body, tights: Piece, skin: Rgb) -> list[Piece]:
    cut = TEE if body.age < 14 else TUCKED if _chance(body, "tucked") < 0.5 else SHIRT
    pieces = [*upper(tights, cut, body.top, Ink.TOP), *bare_arms(tights, cut, skin)]
    return [*pieces, band(tights, DARK)] if cut is TUCKED else pieces


def _jacket(body: Body, tights: Piece) -> list[Piece]:
    pieces = open_jacket(tights, JACKET, body.top)
    flap = tone(body.top, 0.78)
    pockets = [
        patch(pieces[0], (side * 0.1, 0.015), (0.035, 0.011), flap, 0.006) for side in (-1, 1)
    ]
    return [*pieces, *pockets, *_front_of_shirt(body, tights, JACKET)]


def _coat(body: Body, tights: Piece, frames: Floats) -> list[Piece]:
    cut = Cut(1.09, 0.42 + 0.1 * _chance(body, "hem"), 0.024, 0.06)
    trunk = kept(tights, 0.3 - lines.arm_share(tights))
    tails = skirt(trunk, frames, cut, body.top, Ink.OVER, slit=True)
    legs = trousers(body, legs_below(tights, cut))
    belt = band(tights, tone(body.top, 0.7)).pushed(0.02)
    upper_half = open_jacket(tights, COAT, body.top)
    return [*legs, *upper_half, *_front_of_shirt(body, tights, COAT), *tails, belt]


def _front_of_shirt(body: Body, tights: Piece, over: Upper) -> list[Piece]:
    has_tie = body.sex != "female" and body.age > 17 and _chance(body, "tie") < 0.5
    tie = mixed(body.bottom, (0.22, 0.02, 0.03), 0.7) if has_tie else None
    return shirt_front(tights, over, _under(body), tie)


def _chance(body: Body, what: str) -> float:
    return (seed_of("dress", body.character_id, what) % 10_007) / 10_007


def _under(body: Body) -> Rgb:
    """Return the colour of what is worn beneath a jacket: light under dark, dark under light."""
    return mixed(LINEN, body.top, 0.12) if max(body.top) < 0.45 else mixed(DARK, body.bottom, 0.7)


def _dress(body: Body, tights: Piece, skin: Rgb, frames: Floats) -> list[Piece]:
    hem = 0.44 + 0.16 * _chance(body, "hem") if body.age < 50 else 0.36
    cloth = upper(tights, BODICE, body.top, Ink.TOP)
    trunk = kept(tights, 0.3 - lines.arm_share(tights))
    flare = 0.03 + 0.07 * _chance(body, "flare")
    cut = Cut(1.085, hem, 0.012, flare)
    below = skirt(trunk, frames, cut, body.top, Ink.TOP)
    legs = legs_below(tights, cut).dyed(skin, Ink.SKIN)
    bare = [*bare_arms(tights, BODICE, skin), legs, bare_shoulders(tights, BODICE, skin)]
    return [*cloth, *below, *bare, band(tights, body.bottom)]


def _blouse_and_skirt(body: Body, tights: Piece, skin: Rgb, frames: Floats) -> list[Piece]:
    cloth = upper(tights, BLOUSE, body.top, Ink.TOP)
    trunk = kept(tights, 0.3 - lines.arm_share(tights))
    cut = Cut(1.085, 0.5 + 0.08 * _chance(body, "hem"), 0.014, 0.015)
    below = skirt(trunk, frames, cut, body.bottom, Ink.BOTTOM)
    hose = mixed(skin, DARK, 0.6)
    bare = [legs_below(tights, cut).dyed(hose, Ink.SKIN), bare_shoulders(tights, BLOUSE, skin)]
    return [*cloth, *below, *bare, band(tights, tone(body.bottom, 0.7))]


def _hoodie(body: Body, tights: Piece) -> list[Piece]:
    cloth, *rest = upper(tights, HOODIE, body.top, Ink.TOP)
    knitted = lines.off_arms(cloth, 0.025 - lines.height(cloth))
    cloth = painted(cloth, knitted, tone(body.top, 0.82), Ink.TRIM)
    left = np.array([[-0.045, 0.15], [-0.085, 0.07], [-0.085, 0.03]])
    right = left * np.array([-1.0, 1.0])
    pocket = ribbon(cloth, left, right, tone(body.top, 0.86), Ink.TRIM, lift_m=0.006)
    return [cloth, *rest, hood(tights, tone(body.top, 0.9)), pocket]


def _uniform(body: Body, tights: Piece) -> list[Piece]:
    pieces = upper(tights, UNIFORM, body.top, Ink.TOP)
    cloth = pieces[0]
    belt = band(tights, DARK).pushed(0.009)
    flap = tone(body.top, 0.8)
    pockets = [patch(cloth, (side * 0.078, 0.4), (0.03, 0.026), flap, 0.007) for side in (-1, 1)]
    heights = (0.48, 0.4, 0.32, 0.24, 0.06)
    buttons = [patch(cloth, (0.0, y), (0.007, 0.007), BRASS, 0.007) for y in heights]
    return [*pieces, belt, *pockets, *buttons]
