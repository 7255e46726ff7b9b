from dataclasses import replace

import numpy as np
import pytest

from mstation.check.film import Scene
from mstation.check.joins import jumps, reverses, size_step
from mstation.space import look_at
from tests.check.film_of import (
    Camera,
    eyes,
    film,
    framed,
    insert,
    pair_scene,
    person,
    single,
    single_scene,
    table_scene,
    turned,
    two_shot,
    walk_scene,
    with_camera,
    with_shot,
)
from tests.check.told import found

AHEAD = np.array([0.0, 0.0, 1.0])


def of_eve(size: str, degrees: float) -> Scene:
    """Eve alone: her medium shot at −35° to her face, then another of her."""
    scene = single_scene()
    return with_camera(scene, 3, framed(scene.people["EVE"], size, turned(AHEAD, degrees)))


@pytest.mark.parametrize("scene", [pair_scene, table_scene, walk_scene, single_scene])
def test_a_correct_scene_has_no_jump_and_no_reverse_that_does_not_match(scene):
    whole = film(scene())
    assert not jumps(whole).faults
    assert jumps(whole).tested == len(scene().shots) - 1
    assert not reverses(whole).faults


@pytest.mark.parametrize(
    ("size", "degrees", "is_jump"),
    [
        ("MS", -35.0 + 28.0, True),
        ("MS", -35.0 + 32.0, False),
        ("MCU", -35.0 + 28.0, True),
        ("MLS", -35.0 - 28.0, True),
        ("CU", -35.0, False),
        ("FS", -35.0, False),
        ("MCU", 10.0, False),
    ],
)
def test_a_cut_jumps_where_angle_and_size_both_change_too_little(size, degrees, is_jump):
    expected = [("jump", "001-003")] if is_jump else []
    assert found(jumps(film(of_eve(size, degrees)))) == expected


def test_a_jump_is_told_with_how_far_the_camera_must_still_go():
    (fault,) = jumps(film(of_eve("MCU", -15.0))).faults
    values = dict(fault.values)
    assert values["name"] == "EVE"
    assert values["deg"] == pytest.approx(20.0, abs=0.5)
    assert values["steps"] == pytest.approx(1.0, abs=0.1)
    sizes = [dict(blanks)["size"] for kind, blanks in fault.mends if kind == "other_size"]
    assert sizes == ["CU", "FS"]
    assert dict(dict(fault.mends)["go_round"])["deg"] == pytest.approx(10.0, abs=0.5)


def test_going_round_as_far_as_the_mend_says_makes_it_a_cut():
    (fault,) = jumps(film(of_eve("MCU", -15.0))).faults
    more = float(dict(dict(fault.mends)["go_round"])["deg"])
    assert not jumps(film(of_eve("MCU", -15.0 + more + 0.2))).faults


def test_a_shot_that_is_shown_twice_jumps():
    scene = pair_scene()
    doubled = with_shot(
        scene,
        5,
        world_from_camera=scene.shots[3].world_from_camera[:1].repeat(80, 0),
        focal_mm=scene.shots[3].focal_mm[:1].repeat(80),
    )
    assert found(jumps(film(doubled))) == [("jump", "001-005")]


def test_a_join_within_one_camera_jumps_though_nobody_is_in_it():
    scene = single_scene()
    wall = Camera(insert((0.0, 1.5, -4.0), (0.0, 0.2, 1.0)).matrix, 50.0)
    scene = with_camera(with_camera(scene, 2, wall), 3, wall)
    assert found(jumps(film(scene))) == [("same_camera", "001-003")]
    longer = Camera(wall.matrix, 85.0)
    assert not jumps(film(with_camera(scene, 3, longer))).faults


def test_two_shots_of_one_pair_jump_whoever_is_called_their_subject():
    scene = pair_scene()
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    again = with_shot(
        with_camera(scene, 5, two_shot(ann, ben, "FS", -1)), 5, subjects=("BEN", "ANN")
    )
    assert found(jumps(film(again))) == [("jump", "001-006")]


def test_a_jump_that_is_declared_is_none():
    assert not jumps(film(with_shot(of_eve("MS", -30.0), 3, declared=("jump",)))).faults


def test_labels_do_not_make_a_jump_legal():
    jumping = with_shot(of_eve("MS", -30.0), 3, size="CU", subjects=("SOMEBODY",), lens_mm=85.0)
    assert found(jumps(film(jumping))) == [("jump", "001-003")]


def test_who_sits_whole_in_the_frame_is_in_full_shot_though_less_of_a_stature_is_seen():
    eve = person("EVE", (0.0, 0.0, 0.0), AHEAD, 288, seated=True)
    as_tall = person("EVE", (0.0, 0.0, 0.0), AHEAD, 1, stature_m=0.73 * 1.75)
    scene = replace(single_scene(), people={"EVE": eve})
    scene = with_camera(scene, 2, framed(as_tall, "FS", turned(AHEAD, -35.0)))
    above = person("EVE", (0.0, -0.27 * 1.75, 0.0), AHEAD, 1)
    scene = with_camera(scene, 3, framed(above, "MS", turned(AHEAD, -35.0)))
    assert size_step(scene, scene.shots[1], scene.shots[2], "EVE") > 1.5
    assert not jumps(film(scene)).faults


def moved(scene: Scene, number: int, shift: np.ndarray) -> Scene:
    """Return the scene with one shot's camera carried elsewhere, looking the same way."""
    cameras = scene.shots[number - 1].world_from_camera.copy()
    cameras[:, :3, 3] += shift
    return with_shot(scene, number, world_from_camera=cameras)


def test_a_reverse_with_another_lens_is_found():
    scene = pair_scene()
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    line = eyes(ann) - eyes(ben)
    longer = framed(ben, "MS", turned(line, 30.0), screen_x=0.615, lens_mm=50.0)
    row = reverses(film(with_camera(scene, 3, longer)))
    assert found(row) == [("other_lens", "001-003")]
    assert dict(row.faults[0].values) == {"before": "001-002", "one": 40.0, "other": 50.0}
    assert row.value == pytest.approx(0.75)
    assert row.state == "failed"


def test_a_reverse_at_another_height_is_found():
    scene = pair_scene()
    old = scene.shots[8].world_from_camera[0]
    eye, aim = old[:3, 3] + [0.0, 0.3, 0.0], old[:3, 3] - 1.64 * old[:3, 2]
    row = reverses(film(with_camera(scene, 9, Camera(look_at(eye, aim), 65.0))))
    assert found(row) == [("other_height", "001-009"), ("other_height", "001-010")]


def test_a_reverse_at_another_distance_is_found():
    scene = pair_scene()
    back = scene.shots[9].world_from_camera[0, :3, 2]
    row = reverses(film(moved(scene, 10, 0.2 * back)))
    assert found(row) == [("other_distance", "001-010")]


def test_a_child_and_a_man_match_at_distances_that_follow_their_statures():
    scene = pair_scene()
    ann = scene.people["ANN"]
    child = person("BEN", (0.8, 0.0, 0.0), (-1.0, 0.0, 0.0), 720, stature_m=1.25)
    scene = replace(scene, people={"ANN": ann, "BEN": child})
    for number, size in ((3, "MS"), (5, "MCU"), (8, "CU"), (10, "CU")):
        scene = with_camera(scene, number, single(child, ann, size, 1))
    row = reverses(film(scene))
    assert row.tested == 4
    assert not row.faults


def test_a_shot_over_a_shoulder_is_not_held_against_a_clean_single():
    scene = pair_scene()
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    over = framed(ann, "MS", turned(eyes(ben) - eyes(ann), -14.0), screen_x=0.35, lens_mm=60.0)
    row = reverses(film(with_camera(scene, 2, over)))
    assert row.tested == 3
    assert not row.faults


def test_a_film_without_reverses_is_not_measured():
    assert reverses(film(single_scene())).state == "unmeasured"
