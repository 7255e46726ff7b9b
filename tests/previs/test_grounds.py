"""The ground of open sets: where puddles stand, and that nothing else moves for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mstation.breakdown.scene import Interior, Mood, TimeOfDay, Weather
from mstation.breakdown.weather import weather_of
from mstation.previs.floors import floor_meshes
from mstation.previs.grounds import ground_colour, ground_of, laid_ground
from mstation.stage.layout import WET_LEFT, Layout
from mstation.stage.set_plans import set_plans
from mstation.stage.sets import design_set

PUDDLE_QUADS = 4
PLANS = set_plans()


def place(word: str, weather: Weather, interior: Interior = Interior.EXT) -> Layout:
    return design_set(
        "puddles", word, interior, TimeOfDay.NIGHT, people=1, mood=Mood.CALM, weather=weather
    )


def quads(layout: Layout) -> np.ndarray:
    rect = (*layout.floor_min, *layout.floor_max)
    return laid_ground(layout, rect, np.random.default_rng(7))[0]


def puddles(layout: Layout) -> float:
    """How many lie on a place beyond what lies there on a dry day."""
    return (len(quads(layout)) - len(quads(replace(layout, is_wet=False)))) / PUDDLE_QUADS


@pytest.mark.parametrize("word", ["street", "alley", "market", "街道", "巷子", "集市"])
@pytest.mark.parametrize(
    ("action", "is_wet"),
    [
        ("Nobody is about.", False),
        ("It is raining.", True),
        ("A storm breaks.", True),
        ("The rain has just stopped.", True),
        ("A wet night.", True),
        ("It is snowing.", False),
        ("Thick fog.", False),
        ("四下无人。", False),
        ("天下着小雨。", True),
        ("暴雨打在地上。", True),
        ("雨刚停，地面湿滑。", True),
        ("湿漉漉的夜。", True),
        ("天下雪。", False),
        ("大雾。", False),
    ],
)
def test_puddles_stand_on_a_street_when_it_is_wet(word: str, action: str, is_wet: bool) -> None:
    layout = place(word, weather_of([action]))
    assert layout.is_wet == is_wet
    assert puddles(layout) == (ground_of(layout.kind).puddles if is_wet else 0)
    assert ground_of(layout.kind).puddles > 0


@pytest.mark.parametrize("kind", [plan for plan in PLANS if not PLANS[plan].is_interior])
def test_rain_darkens_the_ground_of_every_open_place(kind: str) -> None:
    word = (PLANS[kind].zh + PLANS[kind].zh_general)[0]
    dry, wet = (ground_colour(place(word, weather)) for weather in (Weather.CLEAR, Weather.RAIN))
    np.testing.assert_allclose(wet, np.multiply(dry, WET_LEFT))


@pytest.mark.parametrize("word", ["road", "公路"])
def test_lanes_are_wet_as_the_grass_beside_them_is(word: str) -> None:
    dry, wet = (
        laid_ground(place(word, weather), (-9.0, -7.0, 9.0, 7.0), np.random.default_rng(7))
        for weather in (Weather.CLEAR, Weather.RAIN)
    )
    np.testing.assert_array_equal(dry[0], wet[0])
    share = wet[1].mean(axis=1) / dry[1].mean(axis=1)
    is_lane = np.isclose(dry[0][:, 0, 1], 0.008)
    assert is_lane.any()
    np.testing.assert_allclose(share[is_lane], WET_LEFT, atol=1e-3)


@pytest.mark.parametrize("word", ["kitchen", "厨房"])
def test_rain_leaves_a_room_dry(word: str) -> None:
    assert not place(word, Weather.RAIN, Interior.INT).is_wet


def test_grass_and_stones_lie_where_they_do_in_rain() -> None:
    wet = place("village street", Weather.WET)
    dry = replace(wet, is_wet=False)
    assert ground_of(wet.kind).tufts
    points = [
        {tuple(point) for mesh in floor_meshes(layout, np.random.default_rng(7))
         for point in mesh.points.tolist()}
        for layout in (wet, dry)
    ]  # fmt: skip
    assert points[1] < points[0]
