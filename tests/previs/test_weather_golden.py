"""Weather and glass as they look: golden pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mstation.breakdown.scene import Interior, Mood, TimeOfDay, Weather
from mstation.previs.render import frame_of
from mstation.previs.stills import filmed, rgb_of
from mstation.previs.vantage import Vantage, pose_of, wide_views
from mstation.shots.shot import Take, TakeSheet
from mstation.space import sensor_for
from mstation.stage.layout import Layout
from mstation.stage.performance import Prop
from mstation.stage.sets import design_set
from tests.previs.bodies import a_body
from tests.previs.golden_images import Likeness, assert_golden

SIZE = WIDTH, HEIGHT = 320, 180
AS_IT_WAS = Likeness(far_share=0.002, mean=0.5, colours=0)  # the rain alone is 0.006 and 0.8
CAST = (
    a_body(),
    a_body(character_id="ch-b", sex="female", stature_m=1.65, garment="coat", hair_style="long",
           top=(0.74, 0.39, 0.03)),
)  # fmt: skip
PLACES = {
    "rain": ("a street", "street", TimeOfDay.DAY, Weather.RAIN),
    "storm": ("一条巷子", "巷子", TimeOfDay.DUSK, Weather.STORM),
    "snow": ("一座院子", "院子", TimeOfDay.DAY, Weather.SNOW),
    "fog": ("一处站台", "站台", TimeOfDay.DAWN, Weather.FOG),
    "wet": ("city_street golden", "street", TimeOfDay.NIGHT, Weather.WET),
}


def out_of_doors(name: str) -> Layout:
    key, word, time, weather = PLACES[name]
    return design_set(key, word, Interior.EXT, time, people=2, mood=Mood.CALM, weather=weather)


def indoors(key: str, word: str) -> Layout:
    return design_set(key, word, Interior.INT, TimeOfDay.DAY, people=2, mood=Mood.CALM)


def picture(
    layout: Layout, view: Vantage, marks: tuple[str, ...] = ("a1", "a2")
) -> NDArray[np.uint8]:
    """Two people on marks of a place."""
    spots = [mark for mark in layout.marks if mark.name in marks]
    people = tuple(zip(CAST, spots, strict=True))
    return rgb_of(next(filmed(layout, (view,), people, width=WIDTH, height=HEIGHT)))


def without_weather(layout: Layout) -> Layout:
    """The place under the same sky, with nothing falling, or no fog, or no puddles."""
    light = layout.lighting
    if light.falling:
        return replace(layout, lighting=replace(light, falling="", falling_share=0.0))
    if layout.is_wet:
        return replace(layout, is_wet=False)
    return replace(layout, lighting=replace(light, fog_m=0.0))


@pytest.mark.parametrize("name", PLACES)
def test_golden_weather(name: str, tmp_path: Path) -> None:
    layout = out_of_doors(name)
    view = wide_views(layout)[0]
    shown = picture(layout, view)
    assert_golden(f"weather-{name}", shown, tmp_path, AS_IT_WAS)
    assert not AS_IT_WAS.holds(shown, picture(without_weather(layout), view))


def test_golden_windows_of_a_car(tmp_path: Path) -> None:
    view = Vantage((2.1, 1.35, -2.9), (0.1, 1.05, 0.2), 32.0)
    shown = picture(indoors("一辆汽车", "汽车"), view, ("seat1", "seat2"))
    assert_golden("glass-car", shown, tmp_path, AS_IT_WAS)


def at_the_window() -> Take:
    """A tumbler and a bottle on the sill of the kitchen's north window, nobody about."""
    things = (
        Prop("glass", "glass", (0.05, 1.08, -3.02), 0.0, (0.07, 0.13, 0.07), "bt-1"),
        Prop("bottle", "bottle", (-0.25, 1.08, -3.02), 0.0, (0.08, 0.27, 0.08), "bt-1"),
    )
    eye = pose_of(Vantage((-0.95, 1.6, -1.75), (0.05, 1.36, -3.1), 30.0))
    sheet = TakeSheet((), things, sensor_for(*SIZE))
    return Take(eye[None], np.array([30.0], np.float32), (), sheet)


def test_golden_pane_and_tumbler(tmp_path: Path) -> None:
    kitchen = indoors("glass", "kitchen")
    shown = frame_of(kitchen, at_the_window(), 0, width=WIDTH, height=HEIGHT)
    assert_golden("glass-pane", shown, tmp_path, AS_IT_WAS)
