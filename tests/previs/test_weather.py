"""Rain and snow: where they are seen, what hides them, what they never change."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from mstation.breakdown.scene import Interior, Mood, TimeOfDay, Weather
from mstation.previs.canvas import Canvas
from mstation.previs.light import light_of, tone_table
from mstation.previs.look import Look, Style
from mstation.previs.mesh import Mesh, join
from mstation.previs.meter import camera_at
from mstation.previs.picture import canvas_of
from mstation.previs.primitives import box
from mstation.previs.render import paint_frames, set_up, shown
from mstation.previs.weather import FRAME_S, Fall, draw_fall, drops_at, fall_of
from mstation.previs.weather_strokes import draw_drops
from mstation.shots.shot import Take
from mstation.stage.layout import Layout
from mstation.stage.sets import design_set
from tests.previs.picture_set import take

SIZE = (320, 180)
EYE = (0.0, 1.6, 3.0)
STREET = take([EYE, EYE, EYE], (0.0, 1.6, -3.0), 24, SIZE)
CAMERA = camera_at(STREET, 0, *SIZE)


@cache
def place(word: str, interior: Interior, weather: Weather) -> Layout:
    return design_set(
        "weather", word, interior, TimeOfDay.DUSK, people=1, mood=Mood.CALM, weather=weather
    )


def falling(weather: Weather, mesh: Mesh | None = None, style: Style = "toon") -> Fall | None:
    layout = place("street", Interior.EXT, weather)
    lighting = layout.lighting
    eyes = STREET.world_from_camera[:, :3, 3]
    ground = mesh or join([])
    return fall_of(layout, ground, light_of(lighting), tone_table(1.0), eyes, style)


def rain(mesh: Mesh | None = None) -> Fall:
    fall = falling(Weather.RAIN, mesh)
    assert fall is not None
    return fall


def black() -> tuple[Canvas, NDArray[np.uint8]]:
    return canvas_of(*SIZE), np.zeros((3, SIZE[1], SIZE[0]), np.uint8)


def projected(places: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, 3) pixels right and down, and metres ahead of the lens."""
    whole = np.concatenate([places, np.ones((len(places), 1))], axis=1).astype(float)
    seen = whole @ CAMERA.project.astype(float).T
    return np.column_stack([seen[:, :2] / seen[:, 2:], seen[:, 2]])


def test_rain_and_snow_fall_in_the_open_and_never_in_a_room() -> None:
    for weather, what in (
        (Weather.RAIN, "rain"), (Weather.STORM, "rain"), (Weather.SNOW, "snow"),
        (Weather.FOG, ""), (Weather.WET, ""), (Weather.CLEAR, ""),
    ):  # fmt: skip
        assert place("street", Interior.EXT, weather).lighting.falling == what
        assert place("kitchen", Interior.INT, weather).lighting.falling == ""
    assert falling(Weather.CLEAR) is None
    assert falling(Weather.RAIN, style="clay") is None


def test_a_streak_lies_where_its_drop_is_projected() -> None:
    fall = rain()
    heads, tails = drops_at(fall, 1, CAMERA, 5)
    ends = [projected(heads), projected(tails)]
    inside = np.ones(len(heads), bool)
    for end in ends:
        inside &= (np.abs(end[:, 0] - 160) < 140) & (np.abs(end[:, 1] - 90) < 70)
        inside &= (end[:, 2] > 1.5) & (end[:, 2] < 5)
    assert inside.sum() > 10
    for drop in np.flatnonzero(inside):
        canvas, picture = black()
        one = slice(drop, drop + 1)
        draw_drops(
            heads[one], tails[one], np.float32(0.004), np.float32(1), np.float32(12),
            np.float32(0), fall.roofs, fall.brush, CAMERA, canvas.depth, picture,
        )  # fmt: skip
        rows, columns = np.nonzero(picture.max(axis=0))
        (x0, y0, _), (x1, y1, _) = ends[0][drop], ends[1][drop]
        assert picture[:, int((y0 + y1) / 2), int((x0 + x1) / 2)].max() > 0
        assert abs(columns.min() + 0.5 - min(x0, x1)) < 2
        assert abs(columns.max() + 0.5 - max(x0, x1)) < 2
        assert abs(rows.min() + 0.5 - min(y0, y1)) < 2
        assert abs(rows.max() + 0.5 - max(y0, y1)) < 2


def test_a_drop_falls_on_from_frame_to_frame_and_a_lens_that_turns_leaves_it_there() -> None:
    fall = rain()
    before = drops_at(fall, 2, CAMERA, 7)[0].copy()
    after = drops_at(fall, 2, CAMERA, 8)[0].copy()
    fell = before - after
    stayed = np.abs(fell).max(axis=1) < 2
    assert stayed.mean() > 0.9
    pace = fell[stayed, 1] / FRAME_S
    assert pace.min() > 6.5
    assert pace.max() < 10.5
    np.testing.assert_allclose(fell[stayed, 0] / FRAME_S, -fall.velocity[0], atol=0.02)
    turned = camera_at(take([EYE], (2.0, 1.8, -3.0), 24, SIZE), 0, *SIZE)
    moved = np.abs(drops_at(fall, 2, turned, 7)[0] - before).max(axis=1)
    assert (moved < 1e-3).mean() > 0.5
    assert ((moved < 1e-3) | (moved > 1.0)).all(), "a drop is where it was, or another one"


def test_the_same_frame_has_the_same_rain() -> None:
    pictures = []
    for _ in range(2):
        canvas, picture = black()
        fall = rain()
        for frame in (3, 4):
            draw_fall(fall, canvas, CAMERA, frame, picture)
        pictures.append(picture)
    np.testing.assert_array_equal(*pictures)
    assert pictures[0].any()


def test_rain_is_hidden_by_what_is_nearer() -> None:
    canvas, picture = black()
    canvas.depth[:, :160] = 1 / 0.34
    draw_fall(rain(), canvas, CAMERA, 2, picture)
    assert not picture[:, :, :160].any()
    assert picture[:, :, 160:].any()


def test_nothing_falls_under_a_roof() -> None:
    roof = box((0.0, 3.0, 0.0), (90.0, 0.2, 90.0), (0.5, 0.5, 0.5))
    canvas, picture = black()
    draw_fall(rain(roof), canvas, CAMERA, 2, picture)
    horizon = SIZE[1] // 2
    assert not picture[:, horizon:].any(), "below the eye there is neither drop nor splash"


def test_drops_leave_rings_on_the_ground_near_the_lens() -> None:
    ground = box((0.0, -0.2, 0.0), (90.0, 0.2, 90.0), (0.5, 0.5, 0.5))
    bare, wet = rain(), rain(ground)
    seen = []
    for fall in (bare, wet):
        canvas, picture = black()
        for frame in range(4):
            draw_fall(fall, canvas, CAMERA, frame, picture)
        seen.append(picture)
    differ = (seen[0] != seen[1]).any(axis=0)
    assert differ[SIZE[1] // 2 :].sum() > 40


@pytest.mark.parametrize("weather", [Weather.RAIN, Weather.SNOW])
def test_the_frame_itself_stays_dry_so_that_its_set_can_be_kept(weather: Weather) -> None:
    made = set_up(place("street", Interior.EXT, weather), STREET, *SIZE)
    for frame in paint_frames(made, STREET):
        dry = made.canvas.final.copy()
        over = shown(made, STREET, frame)
        np.testing.assert_array_equal(made.canvas.final, dry)
        assert (over != dry).any()


def test_without_weather_a_frame_is_shown_as_it_was_painted() -> None:
    layout = place("street", Interior.EXT, Weather.CLEAR)
    made = set_up(layout, STREET, *SIZE)
    assert made.fall is None
    next(iter(paint_frames(made, STREET)))
    assert shown(made, STREET, 0) is made.canvas.final


def test_a_pencil_draws_rain_in_graphite() -> None:
    layout = place("street", Interior.EXT, Weather.STORM)
    made = set_up(layout, _single(STREET), *SIZE, Look(style="pencil"))
    for frame in paint_frames(made, _single(STREET)):
        drawn = shown(made, _single(STREET), frame).astype(int)
        assert (drawn - made.page).mean() < 0


def _single(whole: Take) -> Take:
    return replace(
        whole,
        world_from_camera=whole.world_from_camera[:1],
        focal_length_mm=whole.focal_length_mm[:1],
    )
