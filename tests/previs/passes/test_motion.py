import math

import numpy as np
import pytest

from mstation.previs.passes.geometry import geometry_of
from mstation.previs.passes.motion import motion_of_frame
from mstation.previs.passes.surface import metres_ahead
from tests.previs.passes.shown import (
    HEIGHT,
    LENS_MM,
    WIDTH,
    open_air,
    panning,
    person,
    room,
    still,
    take,
)


def _geometry(layout, shown):
    return geometry_of(layout, shown, width=WIDTH, height=HEIGHT)


def test_a_still_camera_on_still_people_moves_nothing():
    geometry = _geometry(room(), take(still(3), person("MARA", 3, at=(0.0, -0.4))))
    for frame in range(3):
        assert not motion_of_frame(geometry, frame).any()


@pytest.mark.parametrize("layout", [room, open_air])
def test_a_pan_moves_the_picture_as_the_lens_turns(layout):
    step = 0.02
    shown = take(panning(3, step), person("MARA", 3, at=(0.0, -0.4)))
    geometry = _geometry(layout(), shown)
    moved = motion_of_frame(geometry, 0)
    focal = LENS_MM / shown.sheet.sensor.width_mm * WIDTH
    rows, columns = np.indices((HEIGHT, WIDTH))
    x, y = (columns + 0.5 - WIDTH / 2) / focal, (rows + 0.5 - HEIGHT / 2) / focal
    ahead = math.cos(step) - x * math.sin(step)
    right = (x * math.cos(step) + math.sin(step)) / ahead
    analytic = np.stack([(right - x) * focal, (y / ahead - y) * focal], axis=-1)
    assert np.abs(moved - analytic).max() < 0.05
    assert moved[..., 0].min() > 2.0


def test_the_last_frame_moves_on_as_it_came():
    geometry = _geometry(room(), take(panning(3, 0.004)))
    before, last = motion_of_frame(geometry, 1), motion_of_frame(geometry, 2)
    assert np.abs(last - before).max() < 0.05
    assert before[..., 0].min() > 0.5


def test_somebody_who_slides_takes_their_pixels_along():
    step_m = 0.05
    shown = take(still(2, (0.0, 1.1, 2.4)), person("MARA", 2, at=(0.0, -0.4), step_m=step_m))
    geometry = _geometry(room(), shown)
    moved = motion_of_frame(geometry, 0)
    metres, seen = metres_ahead(geometry, nothing=1.0), geometry.seen
    focal = LENS_MM / shown.sheet.sensor.width_mm * WIDTH
    assert (seen == 0).sum() > 300
    assert np.abs(moved[..., 0] - focal * step_m / metres)[seen == 0].max() < 0.05
    assert np.abs(moved[..., 1])[seen == 0].max() < 0.05
    assert not moved[seen != 0].any()


def test_who_leaves_by_the_next_frame_stands_still_for_it():
    body, motion = person("MARA", 2, at=(0.0, -0.4), step_m=0.3)
    motion.present[1] = False
    geometry = _geometry(room(), take(still(2), (body, motion)))
    assert not motion_of_frame(geometry, 0).any()
    assert (geometry.seen == 0).any()
