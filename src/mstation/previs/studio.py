"""An empty studio for looking at people, and the ways around a person or a set."""

from __future__ import annotations

import math

from mstation.breakdown.scene import TimeOfDay
from mstation.previs.vantage import Vantage, acting_middle
from mstation.stage.layout import Layout, Lighting, Mark
from mstation.stage.performance import Body

MARK = Mark("a1", (0.0, 0.0, 0.0), 0.0)  # faces −Z

_REACH_M = 6.0
_LIGHT = Lighting(
    towards_sun=(-0.5, 0.62, -0.6),
    sun_colour=(0.85, 0.81, 0.74),
    sky_colour=(0.42, 0.43, 0.46),
    ground_colour=(0.3, 0.28, 0.26),
    backdrop_top=(0.2, 0.21, 0.23),
    backdrop_horizon=(0.42, 0.42, 0.41),
)
_PORTRAIT_MM, _SET_MM = 50.0, 19.0
_WHOLE = 1.18  # of the body's height fits the picture
_QUARTER_RAD = math.radians(28)  # a face is seen from a little to one side
_ROOM_HIGH_RAD, _OPEN_HIGH_RAD = math.radians(38), math.radians(16)
_ROOM_AWAY, _OPEN_AWAY_M = 1.02, 11.0  # of a room's diagonal; metres


def studio() -> Layout:
    """Return a bare floor under even light, without walls or a horizon."""
    return Layout(
        set_key="studio", kind="studio", is_interior=True, time=TimeOfDay.DAY,
        floor_min=(-_REACH_M, -_REACH_M), floor_max=(_REACH_M, _REACH_M),
        floor_colour=(0.3, 0.3, 0.29), floor_pattern="plain", ceiling_m=0.0, walls=(), pieces=(),
        marks=(MARK,), entrances=(), lighting=_LIGHT,
    )  # fmt: skip


def around_person(body: Body, count: int, *, is_upright: bool) -> tuple[Vantage, ...]:
    """Return views all around a person who stands in the studio, the first three-quarter."""
    middle = 0.5 * body.stature_m
    # The sensor's longer side is 24.89 mm; half the height of the picture, in widths of the lens.
    tall = 24.89 if is_upright else 24.89 * 9 / 16
    away = _WHOLE * body.stature_m * _PORTRAIT_MM / tall
    return tuple(
        Vantage(
            (math.sin(turn) * away, middle + 0.12 * away, -math.cos(turn) * away),
            (0.0, middle, 0.0),
            _PORTRAIT_MM,
        )
        for turn in (_QUARTER_RAD + 2 * math.pi * index / count for index in range(count))
    )


def around_set(layout: Layout, count: int) -> tuple[Vantage, ...]:
    """Return views all around a set from above, over its walls."""
    (x0, z0), (x1, z1) = layout.floor_min, layout.floor_max
    if layout.is_interior:
        middle = ((x0 + x1) / 2, (z0 + z1) / 2)
        away, pitch = _ROOM_AWAY * math.dist((x0, z0), (x1, z1)), _ROOM_HIGH_RAD
    else:
        middle = acting_middle(layout)
        away, pitch = _OPEN_AWAY_M, _OPEN_HIGH_RAD
    flat, high = away * math.cos(pitch), away * math.sin(pitch)
    return tuple(
        Vantage(
            (middle[0] + math.sin(turn) * flat, 1.0 + high, middle[1] + math.cos(turn) * flat),
            (middle[0], 1.0, middle[1]),
            _SET_MM,
        )
        for turn in (0.6 + 2 * math.pi * index / count for index in range(count))
    )
