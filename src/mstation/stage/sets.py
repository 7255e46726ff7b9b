"""A place and a time in, a set out: floor, walls, pieces, marks, light.

Everything but the marks' number and the light comes from the set's key, so a place looks the
same whenever the film returns to it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

from mstation.breakdown.scene import Interior, Mood, TimeOfDay, Weather
from mstation.identity import seed_of
from mstation.stage.collision import obstacles
from mstation.stage.layout import WET_LEFT, Layout, Lighting, Rgb
from mstation.stage.lighting import light, under
from mstation.stage.set_dressing import (
    BEYOND_M,
    Dressing,
    Shell,
    build_shell,
    dress,
    lamps_of,
    wall_frame,
)
from mstation.stage.set_marks import marks_and_entrances
from mstation.stage.set_mirror import mirrored
from mstation.stage.set_places import find_place
from mstation.stage.set_plans import SetPlan, piece_kinds, set_plans, themes

_WETTING = (Weather.WET, Weather.RAIN, Weather.STORM)


def design_set(
    set_key: str,
    place: str,
    interior: Interior,
    time: TimeOfDay,
    *,
    people: int,
    mood: Mood,
    weather: Weather = Weather.CLEAR,
) -> Layout:
    """Return the set of a place: dressed, lit for the time and mood, marked for the people."""
    found = find_place(place, interior, set_plans())
    random = Random(seed_of("set", set_key))
    is_mirrored = random.random() < 0.5
    plan = mirrored(found.plan) if is_mirrored else found.plan
    dressing = _dressed(plan, random)
    shell = dressing.shell
    lamps = lamps_of(dressing)
    is_interior = plan.is_interior and not plan.is_open_frame
    window_azimuth_deg = _window_azimuth_deg(shell) if is_interior else None
    lighting = light(
        plan.name, is_interior, time, mood, lamps, window_azimuth_deg=window_azimuth_deg
    )
    if is_mirrored and window_azimuth_deg is None:
        lighting = _from_other_side(lighting)
    lighting = under(lighting, weather, is_interior=is_interior)
    is_wet = not is_interior and weather in _WETTING
    floor_colour = dressing.colour(plan.floor_material)
    low, high = _floor(shell)
    layout = Layout(
        set_key=set_key,
        kind=plan.name,
        is_interior=is_interior,
        time=time,
        floor_min=low,
        floor_max=high,
        floor_colour=_wetted(floor_colour) if is_wet else floor_colour,
        floor_pattern=plan.floor,
        ceiling_m=shell.ceiling_m if is_interior else 0.0,
        walls=shell.walls,
        pieces=tuple(dressing.pieces),
        marks=(),
        entrances=(),
        lighting=lighting,
        stood_in=found.stood_in,
        is_wet=is_wet,
    )
    marks, entrances = marks_and_entrances(layout, dressing, obstacles(layout), people)
    return replace(layout, marks=marks, entrances=entrances)


def _dressed(plan: SetPlan, random: Random) -> Dressing:
    colours = themes()
    theme, plain = colours[plan.theme], colours["any"]
    scheme = random.randrange(theme.schemes)
    walls = theme.materials.get("wall") or plain.materials["wall"]
    shell = build_shell(plan, random, walls[scheme % len(walls)])
    dressing = Dressing(shell, piece_kinds(), theme, plain, scheme, random)
    dress(dressing)
    return dressing


def _floor(shell: Shell) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the floor's corners: the room's, and a strip behind each wall with a door."""
    half = {"x": shell.width_m / 2, "z": shell.depth_m / 2}
    sides = {door.wall for door in shell.plan.doors}
    west, east, north, south = (
        BEYOND_M if side in sides else 0.0 for side in ("west", "east", "north", "south")
    )
    return (-half["x"] - west, -half["z"] - north), (half["x"] + east, half["z"] + south)


def _wetted(dry: Rgb) -> Rgb:
    """Return the colour of ground that is wet: it is darker."""
    red, green, blue = dry
    return (red * WET_LEFT, green * WET_LEFT, blue * WET_LEFT)


def _from_other_side(lighting: Lighting) -> Lighting:
    x, y, z = lighting.towards_sun
    return replace(lighting, towards_sun=(-x, y, z))


def _window_azimuth_deg(shell: Shell) -> float | None:
    """Return where the wall with most glass looks, from the west turning south, or None."""
    glass = {
        wall: sum(hole.width_m * hole.height_m for hole in wall.openings if hole.kind == "window")
        for wall in shell.walls
    }
    wall = max(shell.walls, key=lambda each: glass[each], default=None)
    if wall is None or not glass[wall]:
        return None
    _, (x, z) = wall_frame(wall)
    return math.degrees(math.atan2(-z, x))
