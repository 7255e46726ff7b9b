import json

import numpy as np
import pytest

from mstation.previs.passes.geometry import geometry_of
from mstation.previs.passes.pose import keypoints_in_world, people_of_frame, pose_pass
from mstation.previs.passes.skeleton import COLOURS, POINTS, skeleton_picture
from tests.previs.passes.reading import pictures
from tests.previs.passes.shown import HEIGHT, WIDTH, order, person, room, still, take

AWAY = (0.0, 1.3, 2.6)


def _people(*people, eye=AWAY):
    shown = take(still(1, eye), *people)
    geometry = geometry_of(room(), shown, width=WIDTH, height=HEIGHT)
    return people_of_frame(geometry, 0, keypoints_in_world(shown))


def _point(who, name: str) -> np.ndarray:
    return who.points[POINTS.index(name)]


def test_left_is_the_persons_own_left():
    (facing,) = _people(person("MARA", 1, at=(0.0, -0.6)))
    assert _point(facing, "RSho")[0] < _point(facing, "Neck")[0] < _point(facing, "LSho")[0]
    assert _point(facing, "REye")[0] < _point(facing, "Nose")[0] < _point(facing, "LEye")[0]
    (turned,) = _people(person("MARA", 1, at=(0.0, -0.6), turned=True))
    assert _point(turned, "LSho")[0] < _point(turned, "RSho")[0]


def test_who_faces_the_lens_is_seen_whole_and_who_turns_away_shows_no_face():
    (facing,) = _people(person("MARA", 1, at=(0.0, -0.6)))
    assert set(facing.points[:8, 2]) == {1.0}
    assert _point(facing, "Nose")[2] == _point(facing, "LEye")[2] == 1.0
    (turned,) = _people(person("MARA", 1, at=(0.0, -0.6), turned=True))
    for name in ("Nose", "REye", "LEye"):
        assert list(_point(turned, name)) == [0.0, 0.0, 0.0]
    assert _point(turned, "LSho")[2] == 1.0


def test_points_behind_somebody_else_are_less_sure():
    behind = person("MARA", 1, at=(0.0, -0.6))
    alone, hidden = _people(behind), _people(behind, person("TOM", 1, at=(0.05, 0.2)))
    mara = next(who for who in hidden if who.name == "MARA")
    covered = mara.points[:, 2] == 0.25
    assert covered[POINTS.index("Neck")]
    assert covered.sum() >= 6
    assert (alone[0].points[covered, 2] > 0.25).all()
    np.testing.assert_allclose(mara.points[covered, :2], alone[0].points[covered, :2], atol=1e-6)


def test_what_is_outside_the_picture_is_left_out():
    (close,) = _people(person("MARA", 1, at=(0.0, 1.5)))
    assert not close.points[[POINTS.index("RAnk"), POINTS.index("LKne")]].any()
    assert _people(person("MARA", 1, at=(0.0, 9.0))) == []


def test_a_point_has_its_colour_in_the_picture(tmp_path):
    shown = take(still(2, AWAY), person("MARA", 2, at=(0.0, -0.6)))
    delivery = pose_pass(room(), shown, order(tmp_path))
    told = json.loads(delivery.files["pose.json"].read_bytes())
    drawn = pictures(delivery.files["pose.mp4"])
    assert len(told) == len(drawn) == 2
    (mara,) = told[0]["people"]
    assert mara["name"] == "MARA"
    points = np.array(mara["pose_keypoints_2d"]).reshape(18, 3)
    checked = 0
    for index, (x, y, confidence) in enumerate(points):
        apart = np.hypot(*(points[index + 1 :, :2] - (x, y)).T)
        if confidence >= 0.3 and (apart > 4.5).all():  # nothing is drawn over it later
            assert tuple(drawn[0][int(y), int(x)]) == COLOURS[index]
            checked += 1
    assert checked >= 8
    assert mara["hand_left_keypoints_2d"] == mara["face_keypoints_2d"] == []


def test_limbs_are_dimmed_and_end_at_their_points():
    points = np.zeros((18, 3))
    points[POINTS.index("RElb")] = 20, 20, 1
    points[POINTS.index("RWri")] = 60, 20, 1
    picture = skeleton_picture([points], 80, 40)
    assert tuple(picture[20, 40]) == (153, 153, 0)
    assert tuple(picture[20, 20]) == COLOURS[POINTS.index("RElb")]
    assert tuple(picture[23, 40]) == (153, 153, 0)
    assert not picture[25, 40].any()
    points[POINTS.index("RWri"), 2] = 0.25
    assert not skeleton_picture([points], 80, 40)[20, 40].any()


@pytest.mark.parametrize("confidence", [0.0, 0.25])
def test_who_is_hardly_seen_is_not_drawn(confidence):
    points = np.full((18, 3), 20.0)
    points[:, 2] = confidence
    assert not skeleton_picture([points], 40, 40).any()
