"""Time of day and mood in, light out: where the sun stands, what the sky gives, which lamps burn.

The renderer adds sun, sky and ground, and lamps, then multiplies by the exposure; a total of
1.0 on a grey of one half is a comfortable middle. Every table is balanced to that.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Literal

from mstation.breakdown.scene import Mood, TimeOfDay, Weather
from mstation.stage.layout import Lamp, Lighting, Rgb, Vec3

WINDOW_LIGHT = "window light"  # lamps named so are windows, not things that one switches on


@dataclass(frozen=True, slots=True)
class _Sky:
    """One row of `lighting.toml`."""

    azimuth_deg: float  # from the west (−X), turning to the south (+Z)
    elevation_deg: float
    sun: Rgb
    sky: Rgb
    ground: Rgb
    top: Rgb
    horizon: Rgb
    lamps: float  # share of their strength that practicals burn with
    exposure: float
    fog_m: float = 0.0
    window: Rgb = (0.0, 0.0, 0.0)
    patch: float = 0.0  # how many times stronger the sun is where a window lets it in
    softness: float = 0.03


@dataclass(frozen=True, slots=True)
class _Tint:
    """What a mood does to a light."""

    sun: float
    ambient: float
    warmth: float  # −1 bluer … 1 redder


def light(
    kind: str,
    is_interior: bool,
    time: TimeOfDay,
    mood: Mood,
    lamps: tuple[Lamp, ...],
    *,
    window_azimuth_deg: float | None = None,
) -> Lighting:
    """Return the light of a set of this kind, at this time, in this mood.

    `window_azimuth_deg` is where a room's windows look, counted as the sun's azimuth is: the sun
    stands before them. A room without windows (None) has no sun on its floor.
    """
    tables = _tables()
    place = "int" if is_interior else "ext"
    row = dict(tables[place][time.value])
    row.update(tables.get("kind", {}).get(kind, {}).get("any", {}))
    row.update(tables.get("kind", {}).get(kind, {}).get(time.value, {}))
    sky = _Sky(**row)
    tint = _Tint(**tables["mood"][mood.value])
    fog_m = sky.fog_m or _mist(is_interior, time, mood)
    return Lighting(
        towards_sun=_direction(sky.azimuth_deg + (window_azimuth_deg or 0.0), sky.elevation_deg),
        sun_colour=_tinted(sky.sun, tint.sun, tint.warmth),
        sky_colour=_tinted(sky.sky, tint.ambient, tint.warmth),
        ground_colour=_tinted(sky.ground, tint.ambient, tint.warmth),
        backdrop_top=_tinted(sky.top, 1.0, tint.warmth / 2),
        backdrop_horizon=_tinted(sky.horizon, 1.0, tint.warmth / 2),
        lamps=tuple(burning for lamp in lamps if (burning := _burning(lamp, sky)) is not None),
        exposure=sky.exposure,
        fog_m=fog_m,
        patch=sky.patch if window_azimuth_deg is not None else 0.0,
        softness=sky.softness,
    )


# Sun left, sky gained, share of the sky's colours that is cloud, metres that the air half hides at.
_AIR = {
    Weather.CLEAR: (1.0, 1.0, 0.0, 0.0),
    Weather.WET: (0.75, 1.05, 0.3, 130.0),
    Weather.RAIN: (0.3, 1.15, 0.75, 45.0),
    Weather.STORM: (0.14, 0.95, 0.9, 28.0),
    Weather.SNOW: (0.35, 1.25, 0.8, 38.0),
    Weather.FOG: (0.3, 1.15, 0.95, 20.0),
}

_Falling = Literal["", "rain", "snow"]
_FALLS: dict[Weather, tuple[_Falling, float]] = {
    Weather.RAIN: ("rain", 1.0),
    Weather.STORM: ("rain", 1.7),
    Weather.SNOW: ("snow", 1.0),
}


def under(lighting: Lighting, weather: Weather, *, is_interior: bool) -> Lighting:
    """Return a light under a sky with this weather; in a room only what the windows let in."""
    sun, sky, cloud, air_m = _AIR[weather]
    if is_interior:
        return replace(lighting, patch=lighting.patch * sun)
    red, green, blue = lighting.backdrop_horizon
    grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    nothing: tuple[_Falling, float] = ("", 0.0)
    falling, share = _FALLS.get(weather, nothing)
    horizon = _mixed(lighting.backdrop_horizon, (grey * 0.82, grey * 0.86, grey * 0.92), cloud)
    return replace(
        lighting,
        sun_colour=_tinted(lighting.sun_colour, sun, -cloud),
        sky_colour=_tinted(lighting.sky_colour, sky, 0.0),
        backdrop_top=_mixed(lighting.backdrop_top, horizon, cloud),
        backdrop_horizon=horizon,
        fog_m=min(lighting.fog_m or air_m, air_m) if air_m else lighting.fog_m,
        softness=lighting.softness + 0.1 * cloud,
        falling=falling,
        falling_share=share,
    )


def _mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return (red, green, blue)


@cache
def _tables() -> dict[str, Any]:
    """Return `lighting.toml`."""
    text = resources.files("mstation.stage").joinpath("lighting.toml").read_text("utf-8")
    return tomllib.loads(text)


def _direction(azimuth_deg: float, elevation_deg: float) -> Vec3:
    azimuth, elevation = math.radians(azimuth_deg), math.radians(elevation_deg)
    flat = math.cos(elevation)
    return (-math.cos(azimuth) * flat, math.sin(elevation), math.sin(azimuth) * flat)


def _tinted(colour: Rgb, strength: float, warmth: float) -> Rgb:
    red, green, blue = colour
    shift = 0.12 * warmth
    return (red * strength * (1 + shift), green * strength, blue * strength * (1 - shift))


def _burning(lamp: Lamp, sky: _Sky) -> Lamp | None:
    """Return a lamp as it burns at this hour; a window shines with what is outside."""
    if lamp.name.startswith(WINDOW_LIGHT):
        return replace(lamp, colour=_tinted(sky.window, 1.0, 0.0)) if max(sky.window) > 0 else None
    return replace(lamp, intensity=lamp.intensity * sky.lamps) if sky.lamps > 0 else None


def _mist(is_interior: bool, time: TimeOfDay, mood: Mood) -> float:
    """Return the haze of open air: thin by day, mist in uneasy nights and at dawn."""
    if is_interior:
        return 0.0
    if time is TimeOfDay.NIGHT and mood in (Mood.TENSE, Mood.SAD, Mood.WONDER):
        return 30.0
    return {TimeOfDay.DAWN: 90.0, TimeOfDay.DAY: 220.0, TimeOfDay.DUSK: 140.0}.get(time, 110.0)
