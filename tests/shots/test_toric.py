from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mstation.shots.toric import (
    Pair,
    angle_for_reach,
    azimuth_beside,
    azimuth_between,
    cameras_of,
    seen_angle,
)
from mstation.space import look_at, project, sensor_for

SENSORS = [sensor_for(1280, 720), sensor_for(720, 1280), sensor_for(1920, 804)]


def one_pair(apart: float, rise: float, at: tuple[float, float, float, float], lens: float) -> Pair:
    return Pair(
        first=np.array([[0.3, 1.6, -0.2]]),
        second=np.array([[0.3 + 0.6 * apart, 1.6 + rise, -0.2 + 0.8 * apart]]),
        first_at=np.array([at[:2]]),
        second_at=np.array([at[2:]]),
        lens_mm=np.array([lens]),
    )


@given(
    apart=st.floats(0.5, 4.0),
    rise=st.floats(-0.4, 0.4),
    x=st.tuples(st.floats(0.05, 0.95), st.floats(0.05, 0.95)),
    y=st.tuples(st.floats(0.1, 0.9), st.floats(0.1, 0.9)),
    share=st.floats(0.05, 0.95),
    lens=st.sampled_from([18.0, 35.0, 50.0, 85.0]),
    sensor=st.sampled_from(SENSORS),
)
def test_both_targets_are_exactly_where_they_belong(apart, rise, x, y, share, lens, sensor) -> None:
    assume(abs(x[0] - x[1]) > 0.05)
    pair = one_pair(apart, rise, (x[0], y[0], x[1], y[1]), lens)
    seen = seen_angle(pair, sensor)
    cameras, exists = cameras_of(pair, share * (math.pi - seen), sensor)
    assume(bool(exists[0]))
    matrix = look_at(cameras.position[0], cameras.target[0])
    assume(abs(matrix[1, 2]) < 0.99)  # straight down there is no level camera
    points = np.concatenate([pair.first, pair.second])
    picture = project(points, matrix, lens, sensor)
    assert np.allclose(picture[0, :2], pair.first_at[0], atol=1e-6)
    assert np.allclose(picture[1, :2], pair.second_at[0], atol=1e-6)
    assert (picture[:, 2] > 0).all()


@given(apart=st.floats(0.6, 2.0), reach=st.floats(1.5, 4.0))
def test_the_azimuth_between_two_puts_them_at_the_thirds(apart: float, reach: float) -> None:
    sensor, lens = SENSORS[0], 40.0
    values = (np.array([v]) for v in (1 / 3, 2 / 3, reach, apart, lens))
    aside = float(azimuth_between(*values, sensor)[0])
    half = math.atan(sensor.width_mm / 6 / lens)
    assume(2 * reach * math.sin(half) < apart)
    flat = one_pair(apart, 0.0, (1 / 3, 0.5, 2 / 3, 0.5), lens)  # in the plane of the two
    seen = float(seen_angle(flat, sensor)[0])
    cameras, exists = cameras_of(flat, np.array([(math.pi - seen) / 2 + aside]), sensor)
    assume(bool(exists[0]))
    far = np.linalg.norm(np.stack([flat.first, flat.second]) - cameras.position, axis=2)
    assert far.mean() == pytest.approx(reach, rel=1e-6)


def test_a_camera_at_a_reach_stands_beyond_the_second_target() -> None:
    sensor = SENSORS[0]
    pair = one_pair(1.4, 0.0, (0.36, 0.3, 0.9, 0.2), 40.0)
    angle = angle_for_reach(pair, np.array([2.3]), sensor)
    cameras, exists = cameras_of(pair, angle, sensor)
    assert exists[0]
    far = np.linalg.norm(np.stack([pair.first, pair.second]) - cameras.position, axis=2)[:, 0]
    assert far[0] == pytest.approx(2.3, abs=1e-9)
    assert far[1] < far[0] - 0.7


def test_there_is_no_camera_where_the_targets_stand_too_near_each_other() -> None:
    pair = one_pair(0.2, 0.0, (0.3, 0.3, 0.9, 0.3), 40.0)
    assert np.isnan(angle_for_reach(pair, np.array([3.0]), SENSORS[0])[0])


@given(first_x=st.floats(0.3, 0.45), second_x=st.floats(0.75, 0.95), gap=st.floats(0.9, 1.9))
def test_the_azimuth_beside_keeps_both_on_their_verticals(first_x, second_x, gap) -> None:
    sensor, lens, reach = SENSORS[0], 40.0, 2.3
    aside = azimuth_beside(*(np.array([v]) for v in (first_x, second_x, reach, gap, lens)), sensor)
    seen = [math.atan((x - 0.5) * sensor.width_mm / lens) for x in (first_x, second_x)]
    assume(reach * math.sin(abs(seen[1] - seen[0])) < gap)
    camera = reach * np.array([math.sin(aside[0]), math.cos(aside[0])])  # the first at 0, 0
    ways = [np.array(target) - camera for target in ((0.0, 0.0), (0.0, gap))]
    turn = math.atan2(*ways[0]) - math.atan2(*ways[1])
    between = abs(math.remainder(turn, 2 * math.pi))
    assert between == pytest.approx(abs(seen[1] - seen[0]), abs=1e-9)
