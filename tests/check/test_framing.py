"""Correct framing of every kind passes; each seeded fault is found at its shot."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mstation.check.framing import headroom, joint_cuts, lead_room, sizes
from mstation.space import PRIME_KIT_MM
from tests.check import film_of, singled

ROWS = (sizes, joint_cuts, headroom, lead_room)
SECOND = "001-002"


def of_second(shot):
    """Return a film of three correct singles, the second of which is this."""
    one, shots = singled.three()
    return singled.film_with([shots[0], shot, shots[2]], one)


def second(**changes):
    return replace(singled.three()[1][1], **changes)


def faults(film):
    return set().union(*(singled.told(row(film)) for row in ROWS))


@settings(max_examples=60, deadline=None)
@given(
    size=st.sampled_from(sorted(singled.TABLE)),
    stature_m=st.floats(1.0, 2.05),
    lens_mm=st.sampled_from(PRIME_KIT_MM[2:]),
    sensor=st.sampled_from((singled.WIDE, singled.SCOPE, singled.UPRIGHT)),
    look_deg=st.floats(-85.0, 85.0).filter(lambda angle: not 10 < abs(angle) < 22),
    seated=st.booleans(),
)
def test_a_correct_single_of_any_size_stature_lens_and_aspect_has_no_fault(
    size, stature_m, lens_mm, sensor, look_deg, seated
):
    one = singled.somebody(stature_m, seated=seated and size not in ("FS", "MLS"), frames=72)
    camera = singled.level_camera(one, *singled.TABLE[size], lens_mm, sensor, look_deg=look_deg)
    # nearer, an elbow at the side of the body is no longer in the picture where it is on the body
    assume(np.linalg.norm(camera[:3, 3] - film_of.eyes(one)) > 1.0)
    film = singled.film_with([singled.still(1, camera, size, lens_mm, sensor)], one)
    for row in ROWS:
        found = row(film)
        assert found.faults == ()
        is_free = row is lead_room and abs(look_deg) < 16
        assert found.state == ("unmeasured" if is_free else "passed")


def test_correct_scenes_of_several_people_have_no_fault():
    film = film_of.film(film_of.pair_scene("001"), film_of.table_scene("002"),
                        film_of.walk_scene("003"))  # fmt: skip
    assert faults(film) == set()
    assert all(row(film).state == "passed" for row in ROWS)
    assert sizes(film).tested > 500
    assert dict(joint_cuts(film).detail)["joint_sitters"] == 8


@pytest.mark.parametrize("size", ["EWS", "WS"])
def test_a_wide_single_is_told_by_its_share_of_the_frame(size):
    one = singled.somebody(frames=72)
    cut, room, lens = film_of.FRAMING[size]
    camera = singled.level_camera(one, cut, room, lens)
    assert faults(singled.film_with([singled.still(1, camera, size, lens)], one)) == set()
    wrong = "WS" if size == "EWS" else "EWS"
    film = singled.film_with([singled.still(1, camera, wrong, lens)], one)
    assert singled.told(sizes(film)) == {("size_wide", "001-001")}


@pytest.mark.parametrize("in_m", [0.6, -0.6])
def test_a_camera_that_stands_too_near_or_too_far_makes_the_label_untrue(in_m):
    row = sizes(of_second(singled.moved_by(second(), in_m=in_m)))
    assert singled.told(row) == {("size_untrue", SECOND)}
    assert row.state == "failed"
    step = dict(row.faults[0].mends[0][1])
    assert row.faults[0].mends[0][0] == "step"
    assert step["way"] == ("back" if in_m > 0 else "in")
    assert step["metres"] == pytest.approx(0.6, abs=0.05)


@pytest.mark.parametrize("tilt_deg", [2.5, -2.5])
def test_a_tilt_spoils_headroom_and_size_and_is_mended_by_tilting_back(tilt_deg):
    film = of_second(singled.turned_by(second(), tilt_deg=tilt_deg))
    assert {("headroom", SECOND), ("size_untrue", SECOND)} <= faults(film)
    assert {shot for _, shot in faults(film)} == {SECOND}
    kind, values = headroom(film).faults[0].mends[0]
    mended = dict(values)
    assert (kind, mended["way"]) == ("tilt", "down" if tilt_deg > 0 else "up")
    assert mended["degrees"] == pytest.approx(2.5, abs=0.3)


def test_a_pan_takes_the_lead_room_and_is_mended_by_panning_back():
    row = lead_room(of_second(singled.turned_by(second(), pan_deg=5.0)))
    assert singled.told(row) == {("lead_room", SECOND)}
    kind, values = row.faults[0].mends[0]
    assert (kind, dict(values)["way"]) == ("pan", "right")
    assert dict(values)["degrees"] == pytest.approx(5.0, abs=1.5)


def test_a_face_turned_to_the_lens_needs_no_lead_room():
    one = singled.somebody(frames=72)
    camera = singled.level_camera(one, 0.70, 0.07, 50.0, look_deg=8.0, screen_x=0.6)
    row = lead_room(singled.film_with([singled.still(1, camera, "MCU", 50.0)], one))
    assert (row.state, row.tested) == ("unmeasured", 0)
    assert row.detail == (("missing", "no_looks"),)


@pytest.mark.parametrize("label", ["FS", "MLS", "MS", "CU", "ECU", "WS", "EWS"])
def test_every_wrong_label_is_found(label):
    assert {shot for _, shot in singled.told(sizes(of_second(second(size=label))))} == {SECOND}


@pytest.mark.parametrize("lens_mm", [32.0, 85.0])
def test_another_lens_makes_the_label_untrue(lens_mm):
    wrong = second(lens_mm=lens_mm, focal_mm=np.full(singled.LENGTH, lens_mm))
    row = sizes(of_second(wrong))
    assert {shot for _, shot in singled.told(row)} == {SECOND}


def test_a_rolled_camera_keeps_its_size():
    assert faults(of_second(singled.turned_by(second(), roll_deg=4.0))) == set()


def test_a_camera_that_looks_elsewhere_has_lost_its_principal():
    film = of_second(singled.turned_by(second(), pan_deg=60.0))
    assert singled.told(sizes(film)) == {("principal_out", SECOND)}
    upside_down = of_second(singled.turned_by(second(), pan_deg=180.0))
    assert singled.told(sizes(upside_down)) == {("principal_out", SECOND)}


@pytest.mark.parametrize(
    ("size", "cut", "joint"),
    [("MS", 0.60, "waist"), ("CU", 0.835, "neck"), ("MLS", 0.285, "knee"), ("FS", 0.045, "ankle"),
     ("MS", 0.63, "elbow"), ("MLS", 0.48, "wrist")],
)  # fmt: skip
def test_an_edge_at_a_joint_is_found_and_one_beside_it_is_not(size, cut, joint):
    one = singled.somebody(frames=72)
    for off in (-0.011, 0.0, 0.011):
        camera = singled.level_camera(one, cut + off, 0.08, 40.0, look_deg=0.0)
        row = joint_cuts(singled.film_with([singled.still(1, camera, size, 40.0)], one))
        assert joint in {dict(fault.values)["joint"] for fault in row.faults}
        assert row.state == "failed"
    for off in (-0.02, 0.02):
        camera = singled.level_camera(one, cut + off, 0.08, 40.0, look_deg=0.0)
        row = joint_cuts(singled.film_with([singled.still(1, camera, size, 40.0)], one))
        assert joint not in {dict(fault.values)["joint"] for fault in row.faults}


def test_the_tilt_that_mends_a_joint_cut_mends_it():
    one = singled.somebody(frames=72)
    camera = singled.level_camera(one, 0.593, 0.08, 40.0)
    shot = singled.still(1, camera, "MS", 40.0)
    fault = joint_cuts(singled.film_with([shot], one)).faults[0]
    for kind, values in fault.mends:
        tilt = dict(values)
        assert kind == "tilt"
        degrees = tilt["degrees"] * (1 if tilt["way"] == "up" else -1)
        mended = singled.film_with([singled.turned_by(shot, tilt_deg=degrees)], one)
        assert joint_cuts(mended).faults == ()


def test_arms_that_do_not_hang_may_be_cut_anywhere():
    one = singled.somebody(frames=72)
    joints = one.joints.copy()
    for side in ("Left", "Right"):
        joints[:, film_of.JOINTS.index(f"{side}Elbow"), 2] += 0.25
    camera = singled.level_camera(one, 0.63, 0.08, 40.0)
    shot = singled.still(1, camera, "MS", 40.0)
    assert joint_cuts(singled.film_with([shot], one)).faults != ()
    assert joint_cuts(singled.film_with([shot], replace(one, joints=joints))).faults == ()


def test_folded_legs_have_no_joint_to_cut_and_a_sitters_medium_long_shot_ends_at_the_shin():
    one = singled.somebody(frames=72, seated=True)
    crown, floor = one.joint("HeadTop")[0, 1], 0.0
    for low in (0.20, 0.26):  # of stature over the floor: knees are at 0.285
        high = (crown - floor - low * one.stature_m) / one.stature_m
        camera = singled.level_camera(one, 1 - high, 0.08, 35.0)
        film = singled.film_with([singled.still(1, camera, "MLS", 35.0)], one)
        assert singled.told(sizes(film)) == set()
        assert joint_cuts(film).faults == ()


def test_who_lies_is_left_out_and_counted():
    one = singled.somebody(frames=72)
    joints = one.joints[..., [2, 0, 1]]  # the body's height runs along z
    joints[..., 1] += 0.6
    camera = singled.level_camera(one, 0.70, 0.07, 50.0)
    lying = replace(one, joints=joints)
    shot = singled.still(1, camera, "MCU", 50.0)
    film = singled.film_with([shot], lying)
    assert faults(film) == set()
    sound, other = singled.three()
    both = singled.film_with([replace(shot, subjects=("LYN",)), *other[1:]], sound,
                             replace(lying, name="LYN"))  # fmt: skip
    assert dict(sizes(both).detail)["lying_left_out"] == 1


def test_who_walks_off_does_not_make_the_label_untrue_but_who_sits_down_loses_the_headroom():
    one, shots = singled.three()
    gone = one.joints.copy()
    frames = np.arange(one.joints.shape[0])
    away = np.clip(frames - 100, 0, None) * 1.2 / 24
    gone[..., 0] += away[:, None]
    assert faults(singled.film_with(shots, replace(one, joints=gone)))
    walks = singled.film_with(shots[:2], replace(one, joints=gone))
    assert faults(walks) == set()
    sunk = one.joints.copy()
    sunk[:, :14, 1] -= 0.35 * np.clip((frames - 80) / 14, 0, 1)[:, None]
    sits = singled.film_with(shots[:2], replace(one, joints=sunk))
    assert singled.told(sizes(sits)) == set()
    assert singled.told(headroom(sits)) == {("headroom", SECOND)}


def test_a_bowed_head_keeps_its_headroom():
    one, shots = singled.three()
    joints = one.joints.copy()
    neck, crown = (film_of.JOINTS.index(name) for name in ("Head", "HeadTop"))
    tall = joints[0, crown, 1] - joints[0, neck, 1]
    joints[:, crown] = joints[:, neck] + tall * np.array([0.0, np.cos(0.5), np.sin(0.5)])
    assert (
        singled.told(headroom(singled.film_with(shots[:2], replace(one, joints=joints)))) == set()
    )


def dolly(shot, metres):
    """Return a shot whose camera goes in evenly between half a second at both ends."""
    share = np.clip((np.arange(shot.frames) - 12) / (shot.frames - 25), 0, 1)
    cameras = shot.world_from_camera.copy()
    cameras[:, :3, 3] -= (share * metres)[:, None] * cameras[0, :3, 2]
    return replace(shot, world_from_camera=cameras, move="push_in")


def test_a_push_in_may_end_at_the_next_size_but_not_beyond():
    assert singled.told(sizes(of_second(dolly(second(), 0.35)))) == set()
    assert {shot for _, shot in singled.told(sizes(of_second(dolly(second(), 1.3))))} == {SECOND}
    both_off = dolly(singled.moved_by(second(), in_m=0.6), 0.1)
    assert {shot for _, shot in singled.told(sizes(of_second(both_off)))} == {SECOND}


def test_a_group_shot_holds_every_head_that_it_names():
    pair = film_of.pair_scene()
    assert dict(sizes(film_of.film(pair)).detail)["size_groups"] == 2
    panned = singled.turned_by(pair.shots[5], pan_deg=14.0)
    wrong = film_of.with_shot(pair, 6, world_from_camera=panned.world_from_camera)
    row = sizes(film_of.film(wrong))
    assert singled.told(row) == {("heads_out", "001-006")}
    assert dict(row.faults[0].values)["who"] in ("ANN", "BEN")
    kind, values = row.faults[0].mends[0]
    assert kind == "pan"
    degrees = dict(values)["degrees"] * (1 if dict(values)["way"] == "left" else -1)
    back = singled.turned_by(panned, pan_deg=degrees).world_from_camera
    assert sizes(film_of.film(film_of.with_shot(pair, 6, world_from_camera=back))).faults == ()
    labelled = film_of.with_shot(pair, 6, size="CU")
    assert singled.told(sizes(film_of.film(labelled))) == {("group_untrue", "001-006")}


@pytest.mark.parametrize("reach_m", [4.0, 0.0])
def test_who_walks_out_of_a_group_shot_is_not_lost_but_who_never_was_in_it_is(reach_m):
    pair = film_of.pair_scene()
    shot = pair.shots[5]
    ann = pair.people["ANN"]
    away = np.zeros(pair.frames)
    away[shot.first_frame + 20 :] = reach_m
    away = np.convolve(away, np.full(12, 1 / 12), mode="same")
    spots = np.column_stack([-0.8 - away, np.zeros(pair.frames), np.zeros(pair.frames)])
    leaver = film_of.person("ANN", spots, ann.facing, pair.frames, stature_m=ann.stature_m)
    walks = replace(pair, people={**pair.people, "ANN": leaver})
    if not reach_m:
        panned = singled.turned_by(shot, pan_deg=-14.0).world_from_camera
        walks = film_of.with_shot(walks, 6, world_from_camera=panned)
    expected = set() if reach_m else {("heads_out", "001-006")}
    assert {one for one in singled.told(sizes(film_of.film(walks))) if one[1] == "001-006"} == (
        expected
    )


def test_an_extreme_close_up_that_holds_the_eyes_holds_its_principal():
    one = singled.somebody(1.85, frames=72)
    camera = singled.level_camera(one, 0.86, -0.16, 85.0, singled.UPRIGHT, look_deg=40.0)
    shot = singled.still(1, camera, "ECU", 85.0, singled.UPRIGHT)
    off = one.joint("HeadTop")[0] - film_of.eyes(one)
    sideways = singled.moved_by(shot, right_m=float(-off @ camera[:3, 0]))
    assert singled.told(sizes(singled.film_with([sideways], one))) == set()


def test_a_film_without_people_is_not_measured():
    empty = singled.film_with([replace(second(), subjects=(), size="INSERT", role="insert")])
    assert {row(empty).state for row in ROWS} == {"unmeasured"}
