"""A style in, the lengths of its shots out: what each stretch is drawn to, and what it costs.

Lengths are lognormal. Every cut point has drawn the length of a shot that would begin there, by
its beat's own id, so that a scene's shots are as unequal as a film's are and no edit elsewhere
changes them.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from mstation.breakdown.scene import Scene
from mstation.identity import seed_of
from mstation.shots.direction import StyleChange
from mstation.shots.styles import Style, style_named

_MOST_DEVIATIONS = 1.8
_SPREAD = 0.42  # of the logarithm about the length that was drawn
_WEIGHT = 0.9
_SLOW, _SLOW_FROM = 0.05, 1.6  # longer than this many mean lengths drags
_USUAL_ASL_S = 5.5
_OVERLONG = 2.5  # for each second over the longest shot
_POINTS_A_SHOT = 0.42
_LEAST_POINT_S, _MOST_POINT_S = 0.9, 4.0


def styles_at(scene: Scene, style: Style, changes: tuple[StyleChange, ...]) -> tuple[Style, ...]:
    """Return the style of each beat; where the scene has no beat, its one style."""
    at = {change.beat_id: change.style for change in changes}
    found = []
    for beat in scene.beats:
        style = style_named(at[beat.id]) if beat.id in at else style
        found.append(style)
    return tuple(found) or (style,)


def drawn_seconds(style: Style, seed: int) -> float:
    """Return the length of a shot that this style draws by a seed."""
    median = style.asl_s * math.exp(-(style.sigma**2) / 2)
    chance = (seed % 9973 + 0.5) / 9973
    off = NormalDist().inv_cdf(chance)
    return median * math.exp(style.sigma * max(-_MOST_DEVIATIONS, min(_MOST_DEVIATIONS, off)))


def point_seconds(style: Style) -> float:
    """Return how far apart cut points inside long beats stand."""
    return max(_LEAST_POINT_S, min(_MOST_POINT_S, _POINTS_A_SHOT * style.asl_s))


def length_cost(seconds: float, drawn_s: float, style: Style) -> float:
    """Return the price of a length: −log of a lognormal about the drawn one, and of dragging."""
    off = math.log(max(seconds, 0.05) / drawn_s) / _SPREAD
    scale = _USUAL_ASL_S / style.asl_s
    slow = max(0.0, seconds - _SLOW_FROM * style.asl_s) * scale
    over = max(0.0, seconds - style.longest_s) * scale
    return _WEIGHT * off * off / 2 + _SLOW * slow * slow + _OVERLONG * over


def chance_of(share: float, *parts: str) -> bool:
    """Return whether a seeded chance of this share falls."""
    return seed_of(*parts) % 100_003 < share * 100_003
