"""The shape of the picture in, the lenses that suit it out.

The table of lenses is made for 16:9. A picture of another shape keeps the distances to people,
not the lenses: an upright one is taller, so its lenses are longer; a wide one is lower, so they
are shorter. Several people must also fit across.
"""

from __future__ import annotations

import numpy as np

from mstation.space import Array, Sensor

_TABLE = Sensor(24.89, 14.0)  # what the table of lenses is made for
_LONGEST_GROUP_MM = 35.0  # groups are taken no longer than a normal lens
_GROUP_OF_ONE_MM = 50.0


def single_lens(lens_mm: Array, sensor: Sensor) -> Array:
    """Return the ideal focal lengths (n,) for one person in a picture of this shape."""
    return np.asarray(lens_mm * sensor.height_mm / _TABLE.height_mm)


def group_lens(lens_mm: Array, count: Array, sensor: Sensor) -> Array:
    """Return the ideal focal lengths (n,) for so many people in a picture of this shape."""
    taller = sensor.height_mm / _TABLE.height_mm
    wider = min(taller, sensor.width_mm / _TABLE.width_mm)
    several = np.minimum(lens_mm, _LONGEST_GROUP_MM) * wider
    alone = np.minimum(np.minimum(lens_mm, _LONGEST_GROUP_MM) * taller, _GROUP_OF_ONE_MM)
    return np.asarray(np.where(count > 1, several, alone))


def is_upright(sensor: Sensor) -> bool:
    """Return whether a picture is taller than it is wide."""
    return sensor.height_mm > sensor.width_mm
