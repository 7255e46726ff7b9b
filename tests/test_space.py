import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.space import (
    forward,
    look_at,
    project,
    sensor_for,
    wrap_angle,
    yaw_towards,
)

ANGLE = st.floats(-math.pi, math.pi)


@given(ANGLE)
def test_yaw_is_where_one_looks(yaw: float) -> None:
    assert wrap_angle(yaw_towards(np.zeros(3), forward(yaw)) - yaw) == pytest.approx(0, abs=1e-9)


def test_yaw_zero_looks_to_minus_z_and_turns_left() -> None:
    assert forward(0.0) == pytest.approx([0, 0, -1])
    assert forward(math.pi / 2) == pytest.approx([-1, 0, 0])


@given(st.tuples(*[st.floats(-9, 9)] * 2), ANGLE)
def test_what_one_looks_at_is_in_the_middle(floor: tuple[float, float], yaw: float) -> None:
    eye = np.array([floor[0], 1.6, floor[1]])
    target = eye + forward(yaw) * 3 + [0, 0.4, 0]
    camera = look_at(eye, target)
    assert project(target, camera, 35.0, sensor_for(1280, 720))[0, :2] == pytest.approx([0.5, 0.5])
    assert camera[:3, :3] @ camera[:3, :3].T == pytest.approx(np.eye(3))
    assert camera[1, 0] == pytest.approx(0)


def test_right_is_right_and_up_is_up() -> None:
    camera = look_at(np.zeros(3), np.array([0.0, 0, -1]))
    x, y, depth = project(np.array([1.0, 1.0, -4.0]), camera, 35.0, sensor_for(1280, 720))[0]
    assert x > 0.5
    assert y < 0.5
    assert depth == pytest.approx(4)


def test_an_upright_picture_turns_the_sensor() -> None:
    assert sensor_for(720, 1280).height_mm == sensor_for(1280, 720).width_mm
