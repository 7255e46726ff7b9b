from __future__ import annotations

import numpy as np
import pytest

from mstation.shots.aspects import group_lens, is_upright, single_lens
from mstation.shots.shot import Role, Shot, Size, Take
from mstation.space import Sensor, project, sensor_for
from mstation.stage.performance import Motion
from tests.shots import measure
from tests.shots.placed import placed
from tests.shots.plays import conversation, facing_pair, triangle
from tests.shots.test_rules import shoot

WIDE, SCOPE, FLAT, UPRIGHT = (
    sensor_for(1280, 720), sensor_for(1920, 804), sensor_for(960, 720), sensor_for(720, 1280),
)  # fmt: skip
ALL = [WIDE, SCOPE, FLAT, UPRIGHT]


def heads(shot: Shot, take: Take, motions: tuple[Motion, ...], sensor: Sensor) -> np.ndarray:
    points = [
        m.world_from_joints()[shot.first_frame, 4, :3, 3]
        for m in motions
        if m.character_id in shot.subjects
    ]
    matrix = take.world_from_camera[0].astype(float)
    return project(np.array(points), matrix, float(take.focal_length_mm[0]), sensor)


@pytest.mark.parametrize("sensor", ALL)
def test_a_size_is_the_same_size_in_every_shape(sensor: Sensor) -> None:
    shots, takes, _ = shoot(conversation(facing_pair(), lines=10), sensor)
    assert measure.framings(measure.witness(shots.shots, takes)) == []


@pytest.mark.parametrize("sensor", ALL)
def test_lenses_keep_the_distance_to_a_face(sensor: Sensor) -> None:
    lens = single_lens(np.array([50.0]), sensor)[0]
    assert 0.56 * lens / sensor.height_mm == pytest.approx(2.0)  # a medium close-up


def test_several_must_fit_across_an_upright_picture() -> None:
    two, one = group_lens(np.array([35.0, 35.0]), np.array([2, 1]), UPRIGHT)
    assert two < one


@pytest.mark.parametrize("sensor", ALL)
def test_everybody_in_a_master_is_in_the_picture(sensor: Sensor) -> None:
    play = conversation(triangle(), lines=8)
    motions = play.staged()[3]
    shots, takes, _ = shoot(play, sensor)
    together = (Role.MASTER, Role.TWO_SHOT, Role.ESTABLISHING)
    groups = [(s, t) for s, t in zip(shots.shots, takes, strict=True)
              if s.role in together and s.subjects]  # fmt: skip
    assert groups
    for shot, take in groups:
        seen = heads(shot, take, motions, sensor)
        assert ((seen[:, :2] > 0) & (seen[:, :2] < 1)).all()


def test_an_upright_film_lives_of_singles() -> None:
    def share(sensor: Sensor) -> float:
        shots, _, _ = shoot(conversation(facing_pair(), lines=14), sensor)
        alone = [s for s in shots.shots if s.role in (Role.SINGLE, Role.REACTION, Role.OTS)]
        return len(alone) / len(shots.shots)

    assert is_upright(UPRIGHT)
    assert share(UPRIGHT) >= share(WIDE) - 0.05
    assert share(UPRIGHT) > 0.5


def test_two_fit_into_an_upright_picture_one_behind_the_other() -> None:
    setups, taken, ground = placed(conversation(facing_pair(1.6), lines=6), UPRIGHT)
    pairs = [
        (setup, row) for row, setup in enumerate(setups)
        if len(setup.group) == 2 and setup.role is Role.MASTER and setup.size is Size.MS
    ]  # fmt: skip
    assert pairs
    for setup, row in pairs:
        assert taken.broken[row] == 0
        eyes = ground.figures.eyes[list(setup.group), setup.frame]
        seen = taken.cameras.rows(np.array([row])).project(eyes[None], UPRIGHT)[0]
        assert ((seen[:, 0] > 0.02) & (seen[:, 0] < 0.98)).all()
        assert np.ptp(seen[:, 2]) > 0.6


@pytest.mark.parametrize("sensor", ALL)
def test_a_face_is_seen_over_a_shoulder_in_every_shape(sensor: Sensor) -> None:
    setups, taken, _ = placed(conversation(facing_pair(1.3), lines=6), sensor)
    over = [row for row, setup in enumerate(setups) if setup.family == "ots"]
    assert over
    assert np.mean(taken.broken[over] == 0) > 0.5
