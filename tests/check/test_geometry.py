import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.check.geometry import (
    SIZES,
    angle_between,
    azimuth,
    faces_seen,
    head_of,
    heads_seen,
    is_wide,
    lower_cut,
    principal,
    size_of,
    stature_share,
    step_of_share,
    step_of_size,
)
from tests.check.film_of import (
    FRAMING,
    eyes,
    framed,
    pair_scene,
    person,
    single_scene,
    table_scene,
    turned,
    two_shot,
    with_camera,
)

AHEAD = np.array([0.0, 0.0, 1.0])


def of_eve(size: str, degrees: float = 0.0, *, seated: bool = False, **framing: float):
    """Eve's scene with its second shot in another size."""
    scene = single_scene()
    eve = person("EVE", (0.0, 0.0, 0.0), AHEAD, scene.frames, stature_m=1.7, seated=seated)
    scene.people["EVE"] = eve
    camera = framed(eve, size, turned(AHEAD, degrees), **framing)
    scene = with_camera(scene, 2, camera)
    return scene, scene.shots[1]


@pytest.mark.parametrize("size", SIZES)
def test_a_size_is_measured_as_it_was_framed(size):
    scene, shot = of_eve(size, 40.0)
    assert size_of(scene, shot, 0, "EVE") == size
    assert step_of_size(scene, shot, 0, "EVE") == pytest.approx(SIZES.index(size), abs=0.3)


@pytest.mark.parametrize("size", ["MLS", "MS", "MCU", "CU", "ECU"])
def test_the_lower_edge_cuts_the_body_where_the_camera_was_made_to(size):
    scene, shot = of_eve(size)
    assert lower_cut(scene, shot, 0, "EVE") == pytest.approx(FRAMING[size][0], abs=0.01)


@pytest.mark.parametrize("size", ["MS", "MCU", "CU", "ECU"])
def test_who_sits_is_cut_at_the_same_places(size):
    scene = single_scene()
    eve = person("EVE", (0.0, 0.0, 0.0), AHEAD, scene.frames, seated=True)
    scene.people["EVE"] = eve
    crown = eve.joint("HeadTop")[0][1]
    standing = person("EVE", (0.0, crown - 1.75, 0.0), AHEAD, 1)
    scene = with_camera(scene, 2, framed(standing, size, AHEAD))
    assert size_of(scene, scene.shots[1], 0, "EVE") == size


def test_a_long_lens_from_afar_gives_the_same_size():
    for lens in (32.0, 50.0, 100.0):
        scene, shot = of_eve("MCU", lens_mm=lens)
        assert size_of(scene, shot, 0, "EVE") == "MCU"


def test_the_visible_height_in_statures_is_the_sheet_s():
    for size, share in (("FS", 1.12), ("MLS", 0.652), ("MS", 0.467), ("MCU", 0.323), ("CU", 0.211)):
        scene, shot = of_eve(size)
        assert stature_share(scene, shot, 0, "EVE") == pytest.approx(share, rel=0.08)


@given(st.floats(0.02, 20.0), st.floats(0.02, 20.0))
def test_the_less_of_a_stature_fits_the_closer_the_shot(one, other):
    if one < other:
        assert step_of_share(one) >= step_of_share(other)


def test_heads_out_of_the_frame_or_off_the_set_are_not_seen():
    scene = pair_scene()
    assert set(heads_seen(scene, scene.shots[0], 0)) == {"ANN", "BEN"}
    assert set(heads_seen(scene, scene.shots[1], 0)) == {"ANN"}
    assert not heads_seen(scene, scene.shots[6], 0)
    scene.people["ANN"].present[:] = False
    assert set(heads_seen(scene, scene.shots[0], 0)) == {"BEN"}


def test_a_head_stands_where_the_single_has_its_room_to_look():
    scene = pair_scene()
    x, y, depth = heads_seen(scene, scene.shots[4], 0)["BEN"]
    assert x == pytest.approx(1 - 1 / 2.6, abs=0.01)
    assert y == pytest.approx(0.27, abs=0.01)
    assert depth == pytest.approx(1.85, abs=0.05)


def test_over_a_shoulder_the_shot_is_of_the_face():
    scene = pair_scene()
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    over = framed(ann, "MS", turned(eyes(ben) - eyes(ann), -14.0), screen_x=0.35, lens_mm=60.0)
    scene = with_camera(scene, 2, over)
    seen = heads_seen(scene, scene.shots[1], 0)
    assert seen["BEN"][2] < seen["ANN"][2]
    assert principal(scene, scene.shots[1], 0) == "ANN"
    assert faces_seen(scene, scene.shots[1], 0) == {"ANN"}


def test_a_shot_of_nobody_has_no_principal():
    scene = pair_scene()
    assert principal(scene, scene.shots[6], 0) == ""


def test_a_view_is_wide_when_the_nearest_is_small_in_it():
    scene = table_scene()
    assert is_wide(scene, scene.shots[0], 0)
    assert not is_wide(scene, scene.shots[1], 0)
    pair = pair_scene()
    ann, ben = pair.people["ANN"], pair.people["BEN"]
    mls = with_camera(pair, 1, two_shot(ann, ben, "MLS", -1))
    assert not is_wide(mls, mls.shots[0], 0)


@given(st.floats(-180.0, 180.0), st.floats(-180.0, 180.0))
def test_azimuths_are_as_far_apart_as_the_cameras_round_a_head(one, other):
    scene = single_scene()
    head = head_of(scene.people["EVE"], 0)
    bearings = []
    for degrees in (one, other):
        camera = framed(scene.people["EVE"], "MS", turned(AHEAD, degrees))
        shot = with_camera(scene, 2, camera).shots[1]
        bearings.append(azimuth(shot, 0, head))
    apart = abs((one - other + 180.0) % 360.0 - 180.0)
    assert angle_between(*bearings) == pytest.approx(math.radians(apart), abs=1e-6)
