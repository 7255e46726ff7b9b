"""Shot lengths in, how well they fit a lognormal law out.

Source: A. N. Kolmogorov (1933) for the law of the greatest distance; M. A. Stephens (1970) for
its correction at few samples; B. Salt, as in the reference sheet, section 8, for shot lengths.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

_LEAST_SIGMA, _MOST_SIGMA = 0.6, 0.944  # of the evenest cutting; of whole films
_TERMS = 100


def spread_of(lengths_s: Sequence[float]) -> float:
    """Return the spread of the logarithms of some lengths."""
    return float(np.std(np.log(lengths_s), ddof=1)) if len(lengths_s) > 1 else 0.0


def lawful_spread(spread: float) -> float:
    """Return the spread of the law that a film is held to: its own, if films are so cut."""
    return min(max(spread, _LEAST_SIGMA), _MOST_SIGMA)


def kolmogorov_smirnov(lengths_s: Sequence[float], mean_s: float, sigma: float) -> float:
    """Return how likely lengths lie this far from the lognormal law of a mean and a spread."""
    mu = math.log(mean_s) - sigma**2 / 2
    ordered = np.sort(np.log(np.asarray(lengths_s, float)))
    share = np.array([0.5 * (1 + math.erf((x - mu) / (sigma * math.sqrt(2)))) for x in ordered])
    count = len(ordered)
    steps = np.arange(count + 1) / count
    farthest = max(float((steps[1:] - share).max()), float((share - steps[:-1]).max()))
    return p_value(farthest, count)


def p_value(distance: float, count: int) -> float:
    """Return the chance that `count` samples of a law lie this far from it, or further."""
    root = math.sqrt(count)
    scaled = (root + 0.12 + 0.11 / root) * distance
    if scaled < 0.2:
        return 1.0  # the series does not settle so near nought, where it is 1 to ten places
    total = 0.0
    for k in range(1, _TERMS):
        total += (1 if k % 2 else -1) * math.exp(-2 * (k * scaled) ** 2)
    return min(max(2 * total, 0.0), 1.0)
