import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.sheets.camera import Flying, angle_of_view, scene_cameras
from mstation.shots.shot import CameraKey, Move, Shot, Size
from mstation.space import Sensor, look_at, project
from mstation.timebase import FrameRate
from tests.sheets.film import RATE, Shooting, film


def shooting() -> Shooting:
    return film("en").shootings[0]


def facts_of(shot: Shot):  # type: ignore[no-untyped-def]
    each = shooting()
    take = each.takes[
        each.listed.shots.index(next(s for s in each.listed.shots if s.id == shot.id))
    ]
    return scene_cameras((shot,), (take,), each.layout, RATE).cameras[0]


def placed(position, target, **changes):  # type: ignore[no-untyped-def]
    shot = shooting().listed.shots[4]
    key = CameraKey(0, position, target, 50.0)
    return replace(shot, camera=(key,), move=Move.STATIC, **changes)


@given(st.floats(10.0, 200.0), st.floats(5.0, 40.0), st.floats(5.0, 40.0))
def test_an_angle_of_view_ends_where_the_picture_does(
    f: float, width: float, height: float
) -> None:
    sensor = Sensor(width, height)
    across, upright = (math.radians(angle) / 2 for angle in angle_of_view(f, sensor))
    camera = look_at(np.zeros(3), np.array([0.0, 0.0, -1.0]))
    edge = np.array([[math.tan(across), math.tan(upright), -1.0]])
    x, y, _ = project(edge, camera, f, sensor)[0]
    assert x == pytest.approx(1.0)
    assert y == pytest.approx(0.0, abs=1e-9)


def test_height_tilt_and_pan_are_the_cameras() -> None:
    facts = facts_of(placed((0.0, 1.5, 1.0), (1.0, 0.5, 1.0)))
    assert facts.height_m == pytest.approx(1.5)
    assert facts.tilt_deg == pytest.approx(-45.0)
    assert facts.pan_deg == pytest.approx(90.0)  # east is +X
    assert facts_of(placed((0.0, 1.5, 1.0), (0.0, 1.5, 2.0))).pan_deg == pytest.approx(180.0)


def test_a_move_is_measured_in_metres_and_metres_a_second() -> None:
    shot = next(each for each in shooting().listed.shots if each.move is Move.PUSH_IN)
    facts = facts_of(shot)
    assert facts.travel_m == pytest.approx(0.6, abs=1e-3)
    assert facts.mean_speed_m_s <= facts.most_speed_m_s
    assert facts.mean_speed_m_s == pytest.approx(facts.travel_m / facts.move_s)
    assert facts.move_s <= RATE.seconds(shot.frames)
    still = facts_of(replace(shot, move=Move.STATIC, camera=shot.camera[:1]))
    assert (still.travel_m, still.most_speed_m_s, still.turn_deg, still.move_s) == (0, 0, 0, 0)


def test_a_pan_is_measured_in_degrees() -> None:
    shot = next(each for each in shooting().listed.shots if each.move is Move.PAN)
    start, end = (np.subtract(key.target, key.position) for key in shot.camera)
    angle = math.degrees(math.acos(start @ end / np.linalg.norm(start) / np.linalg.norm(end)))
    assert facts_of(shot).turn_deg == pytest.approx(angle, abs=0.2)
    assert facts_of(shot).travel_m == 0


def test_the_distance_is_that_to_the_principals_eyes() -> None:
    shot = placed((0.0, 1.5, 2.0), (0.0, 1.5, 0.0))
    take = shooting().takes[4]
    facts = facts_of(shot)
    motion = next(each for each in take.motions if each.character_id == shot.subjects[0])
    first = int(np.flatnonzero(motion.present)[0])
    eyes = motion.world_from_joints()[first, 6:8, :3, 3].mean(axis=0)
    assert facts.distance_to == shot.subjects[0]
    assert facts.distance_m == pytest.approx(
        float(np.linalg.norm(eyes - (0.0, 1.5, 2.0))), abs=1e-4
    )
    aimed = facts_of(replace(shot, size=Size.INSERT))
    assert (aimed.distance_to, aimed.distance_m) == ("", pytest.approx(2.0))


def test_a_wall_beside_the_camera_or_before_it_flies() -> None:
    inside = facts_of(placed((0.0, 1.5, 2.0), (0.0, 1.5, 0.0)))
    assert inside.flies == ()
    beside = facts_of(placed((0.0, 1.5, 2.8), (0.0, 1.5, 0.0)))
    assert beside.flies == (Flying("wall", "south"),)
    outside = facts_of(placed((-6.0, 1.5, 0.5), (0.0, 1.5, 0.5)))
    assert Flying("wall", "west") in outside.flies
    high = facts_of(placed((0.0, 2.5, 2.0), (0.0, 1.5, 0.0)))
    assert high.flies == (Flying("ceiling", ""),)
    in_bed = facts_of(placed((2.6, 0.7, 0.4), (0.0, 1.5, 0.0)))
    assert Flying("piece", "bed") in in_bed.flies


def test_speeds_are_those_of_the_films_rate() -> None:
    each = shooting()
    slow = scene_cameras(each.listed.shots, each.takes, each.layout, FrameRate(12)).cameras
    for one, other in zip(each.numbers.cameras, slow, strict=True):
        assert other.most_speed_m_s == pytest.approx(one.most_speed_m_s / 2)
