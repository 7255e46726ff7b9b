"""Sets and scenes that tests of sound are heard in."""

from __future__ import annotations

from functools import cache

from mstation.breakdown.scene import Interior, Mood, Scene, TimeOfDay, Weather
from mstation.stage.layout import Layout
from mstation.stage.sets import design_set


@cache
def layout(
    place: str, *, is_interior: bool = True, time: TimeOfDay = TimeOfDay.DAY, weather=Weather.CLEAR
) -> Layout:
    where = Interior.INT if is_interior else Interior.EXT
    return design_set(place, place, where, time, people=2, mood=Mood.CALM, weather=weather)


def scene(
    place: str, *, is_interior: bool = True, time: TimeOfDay = TimeOfDay.DAY, weather=Weather.CLEAR
) -> Scene:
    return Scene(
        id="sc-1", number="1", heading=place,
        interior=Interior.INT if is_interior else Interior.EXT,
        place=place, set_key=place, time=time, time_text=time.value, mood=Mood.CALM, tension=0.2,
        beats=(), present=(), weather=weather,
    )  # fmt: skip
