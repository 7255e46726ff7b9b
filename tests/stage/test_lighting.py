import itertools

import numpy as np
import pytest

from mstation.breakdown.scene import Mood, TimeOfDay, Weather
from mstation.stage.layout import Lamp, Lighting
from mstation.stage.lighting import light, under

LAMP = Lamp("lamp", (0.0, 2.0, 0.0), (1.0, 0.7, 0.4), 1.5, 8.0)
CASES = list(itertools.product((True, False), TimeOfDay, Mood))


def _face(lighting: Lighting, is_shaded: bool = False) -> float:
    """Light on an upright face half turned to the sun, in luminance, before the tone curve."""
    sun, sky, ground = (
        np.array(colour)
        for colour in (lighting.sun_colour, lighting.sky_colour, lighting.ground_colour)
    )
    light_on = (sky + ground) / 2 + (0 if is_shaded else 0.6) * sun
    return float(light_on @ (0.2126, 0.7152, 0.0722)) * lighting.exposure


@pytest.mark.parametrize(("is_interior", "time", "mood"), CASES)
def test_the_light_is_a_unit_from_above(is_interior: bool, time: TimeOfDay, mood: Mood) -> None:
    lighting = light("kitchen", is_interior, time, mood, ())
    assert np.linalg.norm(lighting.towards_sun) == pytest.approx(1.0)
    assert lighting.towards_sun[1] > 0.15
    colours = (lighting.sky_colour, lighting.backdrop_top, lighting.backdrop_horizon)
    assert all(0 <= channel <= 1.3 for colour in colours for channel in colour)


@pytest.mark.parametrize("is_interior", [True, False])
def test_day_is_brighter_than_dusk_and_night(is_interior: bool) -> None:
    day, dusk, night = (
        _face(light("kitchen", is_interior, time, Mood.CALM, ()))
        for time in (TimeOfDay.DAY, TimeOfDay.DUSK, TimeOfDay.NIGHT)
    )
    assert day > dusk > night
    assert 0.6 < day < 1.3


@pytest.mark.parametrize(("is_interior", "mood"), list(itertools.product((True, False), Mood)))
def test_faces_can_be_read_at_night(is_interior: bool, mood: Mood) -> None:
    assert _face(light("street", is_interior, TimeOfDay.NIGHT, mood, ())) > 0.15


def test_night_is_blue_and_dusk_is_orange() -> None:
    night = light("street", False, TimeOfDay.NIGHT, Mood.CALM, ())
    dusk = light("street", False, TimeOfDay.DUSK, Mood.CALM, ())
    assert night.sun_colour[2] > night.sun_colour[0]
    assert dusk.sun_colour[0] > 2 * dusk.sun_colour[2]
    assert dusk.towards_sun[1] < 0.5


def test_lamps_burn_at_night_and_not_by_day() -> None:
    (burning,) = light("kitchen", True, TimeOfDay.NIGHT, Mood.CALM, (LAMP,)).lamps
    assert burning.intensity >= LAMP.intensity
    assert burning.position == LAMP.position
    assert light("kitchen", True, TimeOfDay.DAY, Mood.CALM, (LAMP,)).lamps == ()


@pytest.mark.parametrize("time", TimeOfDay)
def test_the_sun_stands_before_the_windows_and_falls_through_them(time: TimeOfDay) -> None:
    for azimuth_deg, outward in ((0, (-1, 0)), (90, (0, 1)), (180, (1, 0)), (270, (0, -1))):
        lit = light("kitchen", True, time, Mood.CALM, (), window_azimuth_deg=azimuth_deg)
        x, _, z = lit.towards_sun
        assert x * outward[0] + z * outward[1] > 0.6
        assert lit.patch > 2
    assert light("kitchen", True, time, Mood.CALM, ()).patch == 0


def test_shadows_are_softer_in_rooms_than_in_the_sun() -> None:
    room, street = (light("kitchen", inside, TimeOfDay.DAY, Mood.CALM, ()) for inside in (1, 0))
    assert room.softness > 2 * street.softness


@pytest.mark.parametrize("mood", [Mood.TENSE, Mood.SAD])
def test_uneasy_rooms_have_more_contrast_than_calm_ones(mood: Mood) -> None:
    calm, uneasy = (light("kitchen", True, TimeOfDay.DAY, each, ()) for each in (Mood.CALM, mood))
    ratio, calmer = (max(lit.sun_colour) / max(lit.sky_colour) for lit in (uneasy, calm))
    assert ratio > calmer


def test_a_room_without_windows_burns_its_lamps_by_day() -> None:
    assert light("cinema", True, TimeOfDay.DAY, Mood.CALM, (LAMP,)).lamps


def test_mist_lies_over_dawns_and_uneasy_nights() -> None:
    assert 0 < light("forest", False, TimeOfDay.DAWN, Mood.CALM, ()).fog_m < 60
    assert 0 < light("road", False, TimeOfDay.NIGHT, Mood.TENSE, ()).fog_m < 40
    assert light("kitchen", True, TimeOfDay.DAWN, Mood.CALM, ()).fog_m == 0


@pytest.mark.parametrize("weather", [Weather.RAIN, Weather.STORM, Weather.SNOW, Weather.FOG])
def test_bad_weather_hides_the_sun_and_what_is_far(weather: Weather) -> None:
    clear = light("street", False, TimeOfDay.DAY, Mood.CALM, ())
    shut = under(clear, weather, is_interior=False)
    assert max(shut.sun_colour) < 0.5 * max(clear.sun_colour)
    assert 0 < shut.fog_m < clear.fog_m
    assert under(clear, Weather.CLEAR, is_interior=False) == clear


def test_rain_takes_the_sun_off_the_floor_of_a_room() -> None:
    sunny = light("kitchen", True, TimeOfDay.DAY, Mood.CALM, (), window_azimuth_deg=0.0)
    assert under(sunny, Weather.RAIN, is_interior=True).patch < 0.5 * sunny.patch
