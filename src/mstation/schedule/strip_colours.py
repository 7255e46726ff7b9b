"""A production's own colours of strips, from `production.toml`; the others stay the field's.

[colours.EXT]
night = "#BFE3B4"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mstation.breakdown.handwritten import Row
from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.schedule.production import StripColour

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def read_colours(table: Mapping[str, Any], where: Row) -> tuple[StripColour, ...]:
    """Return the colours that people chose, in the table's order.

    Raises:
        InvalidInput: a place, a light or a colour that is none.
    """
    where.check_keys(table, tuple(Interior))
    found = []
    for interior, lights in table.items():
        if not isinstance(lights, dict):
            raise where.refuse(
                f'`{interior}` is a table: {interior} = {{ night = "#BFE3B4" }}',
                f'`{interior}` 应为一个表：{interior} = {{ night = "#BFE3B4" }}',
            )
        where.check_keys(lights, tuple(TimeOfDay))
        for light, colour in lights.items():
            if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
                raise where.refuse(
                    f"`{interior}.{light}` is a colour: #BFE3B4",
                    f"`{interior}.{light}` 应为颜色，例如 #BFE3B4",
                )
            found.append((Interior(interior), TimeOfDay(light), colour.upper()))
    return tuple(found)
