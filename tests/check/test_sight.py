"""In correct scenes everybody is seen from free places; each seeded fault is found at its shot."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mstation.check.film import Thing
from mstation.check.sight import clear_cameras, clear_figures, faces_seen
from mstation.check.telling import sentence
from mstation.space import look_at
from tests.check import film_of, singled

ROWS = (faces_seen, clear_cameras, clear_figures)
SECOND = "001-002"


def room(size=(12.0, 2.8, 12.0)):
    """Return a room that is drawn from inside only."""
    shell = film_of.box("shell", (0.0, size[1] / 2, 0.0), size)
    return Thing("shell", shell.triangles[:, ::-1])


def film_with(shots, *people, things=(), said=True):
    """Return a film of a room in which EVE speaks through all shots."""
    line = film_of.line("001", 1, "EVE", "one two three four five six seven eight nine ten",
                        2, shots[-1].end_frame - 2)  # fmt: skip
    return singled.film_with(
        shots, *people, things=(room(), *things), lines=(line,) if said else ()
    )


def faults(film):
    return set().union(*(singled.told(row(film)) for row in ROWS))


def between(shot, one, share, size=(0.5, 0.6, 0.5), name="lamp"):
    """Return a box that stands between a shot's camera and a face."""
    eye, face = shot.world_from_camera[0, :3, 3], film_of.eyes(one)
    return film_of.box(name, eye + share * (face - eye), size)


def test_correct_scenes_have_no_fault():
    film = film_of.film(film_of.pair_scene("001"), film_of.table_scene("002"),
                        film_of.walk_scene("003"), film_of.single_scene("004"))  # fmt: skip
    assert faults(film) == set()
    assert all(row(film).state == "passed" for row in ROWS)
    assert faces_seen(film).tested > 60
    detail = dict(faces_seen(film).detail)
    assert detail["words_seen"] == 1.0
    assert detail["speakers_in_scenes"] == 5


@settings(max_examples=30, deadline=None)
@given(
    size=st.sampled_from(sorted(singled.TABLE)),
    stature_m=st.floats(1.1, 2.0),
    sensor=st.sampled_from((singled.WIDE, singled.SCOPE, singled.UPRIGHT)),
    look_deg=st.floats(-85.0, 85.0),
)
def test_a_correct_single_of_any_size_stature_and_aspect_has_no_fault(
    size, stature_m, sensor, look_deg
):
    assume(sensor is not singled.UPRIGHT or size != "ECU")  # as narrow as a turned face
    one = singled.somebody(stature_m, frames=72)
    lens = singled.LENS[size]
    camera = singled.level_camera(one, *singled.TABLE[size], lens, sensor, look_deg=look_deg)
    things = (film_of.box("table", (0.0, 0.35, -1.0), (1.0, 0.7, 1.0)),)
    film = singled.film_with(
        [singled.still(1, camera, size, lens, sensor)], one,
        things=(room((24.0, 2.8, 24.0)), *things),
        lines=(film_of.line("001", 1, "EVE", "one two three", 2, 70),),
    )  # fmt: skip
    assert faults(film) == set()
    assert faces_seen(film).tested == 3


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_what_stands_before_a_face_hides_it_and_the_way_round_frees_it(share):
    one, shots = singled.three()
    film = film_with(shots, one, things=[between(shots[1], one, share, (0.3, 0.3, 0.3))])
    assert singled.told(clear_figures(film)) == {("figure_hidden", SECOND)}
    said = film_of.line("001", 1, "EVE", "only here", 74, 140)
    scene = replace(film.scenes[0], lines=(said,))
    row = faces_seen(film_of.film(scene))
    assert singled.told(row) == {("face_hidden", SECOND)}
    fault = row.faults[0]
    assert (fault.line, fault.frame) == (said.id, 90)
    assert dict(fault.values)["by"] == "lamp"
    kind, values = fault.mends[0]
    assert kind == "move_aside"
    way = {"left": {"right_m": -1}, "right": {"right_m": 1}, "up": {"up_m": 1}}[dict(values)["way"]]
    aside = {name: sign * dict(values)["metres"] for name, sign in way.items()}
    freed = film_with([shots[0], singled.moved_by(shots[1], **aside), shots[2]], one,
                      things=scene.things[1:])  # fmt: skip
    assert singled.told(clear_figures(freed)) == set()


@pytest.mark.parametrize(
    ("called", "language", "told"),
    [
        ("tea table", "en", "tea table hides EVE's head for more than half of the shot"),
        ("茶几", "zh", "茶几遮挡 EVE 的头部超过半个镜头"),
    ],
)
def test_what_hides_somebody_is_told_by_the_word_of_its_film(called, language, told):
    one, shots = singled.three()
    piece = replace(between(shots[1], one, 0.5, (0.3, 0.3, 0.3)), written=called)
    row = clear_figures(film_with(shots, one, things=[piece]))
    (fault,) = row.faults
    assert dict(fault.values)["by"] == called
    assert sentence(row, "fault", fault.kind, fault.values, language) == told


def test_a_wall_put_between_is_found_from_its_front_and_from_its_back():
    one, shots = singled.three()
    eye, face = shots[1].world_from_camera[0, :3, 3], film_of.eyes(one)
    middle, way = (eye + face) / 2, film_of.unit((face - eye) * [1, 0, 1])
    side = np.array([-way[2], 0.0, way[0]])
    low, high = middle * [1, 0, 1], middle * [1, 0, 1] + np.array([0.0, 2.6, 0.0])
    a, b, c, d = low - 2 * side, low + 2 * side, high + 2 * side, high - 2 * side
    panel = np.array([[a, b, c], [a, c, d]])
    fronts = {True: Thing("wall", panel), False: Thing("wall", panel[:, ::-1])}
    normal = np.cross(b - a, c - a)
    shown = fronts[bool(normal @ way < 0)]
    hidden = fronts[not normal @ way < 0]
    assert ("figure_hidden", SECOND) in faults(film_with(shots, one, things=[shown]))
    behind = film_with(shots, one, things=[hidden])
    assert ("wall_flies", SECOND) in faults(behind)
    assert ("figure_hidden", SECOND) not in faults(behind)
    declared = [replace(shot, declared=("clearance",)) for shot in shots]
    assert singled.told(clear_cameras(film_with(declared, one, things=[hidden]))) == set()


def test_somebody_before_a_face_hides_it():
    one, shots = singled.three()
    eye, face = shots[1].world_from_camera[0, :3, 3], film_of.eyes(one)
    spot = (eye + face) / 2 * [1, 0, 1]
    ben = film_of.person("BEN", spot, (0.0, 0.0, 1.0), 216, stature_m=1.7)
    row = faces_seen(film_with(shots[1:2], one, ben))
    assert singled.told(row) == {("face_hidden", SECOND)}
    assert dict(row.faults[0].values)["by"] == "BEN"
    gone = replace(ben, present=np.zeros(216, bool))
    assert singled.told(faces_seen(film_with(shots[1:2], one, gone))) == set()


def test_a_speaker_from_behind_is_not_seen():
    one, shots = singled.three()
    away = replace(one, facing=-one.facing)
    row = faces_seen(film_with(shots, away))
    assert singled.told(row) == {("face_turned", f"001-00{n}") for n in (1, 2, 3)}
    assert row.faults[0].mends[0][0] == "go_round"
    half = one.facing.copy()
    half[:60] *= -1
    assert faces_seen(film_with(shots, replace(one, facing=half))).state == "passed"
    most = one.facing.copy()
    most[:110] *= -1
    film = film_with(shots, replace(one, facing=most))
    assert singled.told(faces_seen(film)) == {("face_turned", "001-001"), ("face_turned", SECOND)}


def test_a_face_half_out_of_the_frame_is_not_seen_and_a_head_outside_is_off_camera():
    one, shots = singled.three()
    crown_only = [singled.turned_by(shot, tilt_deg=shot_tilt(shot, one)) for shot in shots]
    row = faces_seen(film_with(crown_only, one))
    assert {kind for kind, _ in singled.told(row)} == {"face_out"}
    assert dict(row.faults[0].mends[0][1])["way"] == "down"
    elsewhere = [singled.turned_by(shot, pan_deg=70.0) for shot in shots]
    off = faces_seen(film_with(elsewhere, one))
    assert (off.state, off.tested) == ("unmeasured", 0)


def shot_tilt(shot, one):
    """Return the tilt that leaves a little of the crown above the frame's lower edge."""
    crown = one.joint("HeadTop")[0] - shot.world_from_camera[0, :3, 3]
    half = np.arctan(shot.sensor.height_mm / 2 / shot.lens_mm)
    return float(np.degrees(np.arctan2(crown[1], np.hypot(crown[0], crown[2])) + half)) - 1.0


def test_a_voice_without_a_body_there_is_not_looked_for():
    one, shots = singled.three()
    film = film_with(shots, one)
    away = replace(film.scenes[0].lines[0], presence="voice_over")
    off = film_of.film(replace(film.scenes[0], lines=(away,)))
    assert faces_seen(off).state == "unmeasured"


@pytest.mark.parametrize(
    ("kind", "centre", "size"),
    [("camera_inside", 0.0, (0.8, 0.8, 0.8)), ("camera_touches", 0.43, (0.8, 0.8, 0.8))],
)
def test_a_camera_in_a_piece_is_found_and_led_out(kind, centre, size):
    one, shots = singled.three()
    matrix = shots[1].world_from_camera[0]
    piece = film_of.box("shelf_3", matrix[:3, 3] + [0.0, -centre, 0.0], size)
    row = clear_cameras(film_with(shots, one, things=[piece]))
    mine = [fault for fault in row.faults if fault.shot == SECOND]
    assert [fault.kind for fault in mine] == [kind]
    assert dict(mine[0].values)["thing"] == "shelf"
    way = dict(mine[0].mends[0][1])
    axes = {"left": {"right_m": -1}, "right": {"right_m": 1}, "in": {"in_m": 1},
            "back": {"in_m": -1}, "up": {"up_m": 1}}[way["way"]]  # fmt: skip
    moved = singled.moved_by(shots[1], **{key: sign * way["metres"] for key, sign in axes.items()})
    freed = clear_cameras(film_with([shots[0], moved, shots[2]], one, things=[piece]))
    assert (kind, SECOND) not in singled.told(freed)


@pytest.mark.parametrize(("gap", "is_fault"), [(0.31, False), (0.2, True)])
def test_a_camera_keeps_off_the_walls(gap, is_fault):
    one = singled.somebody(frames=72)
    shot = replace(singled.sized(1, one, "MS"), first_frame=0, end_frame=72)
    depth = 2 * (shot.world_from_camera[0, 2, 3] + gap)
    film = singled.film_with([shot], one, things=[room((12.0, 2.8, depth))])
    row = clear_cameras(film)
    assert (singled.told(row) == {("camera_at_wall", "001-001")}) == is_fault
    assert dict(row.detail)["nearest_wall_m"] == pytest.approx(gap, abs=0.01)
    if is_fault:
        assert dict(row.faults[0].mends[0][1])["metres"] == pytest.approx(0.3 - gap, abs=0.02)


def test_a_camera_outside_the_room_needs_a_wall_that_flies():
    one = singled.somebody(frames=72)
    shot = singled.sized(1, one, "MS")
    depth = 2 * (shot.world_from_camera[0, 2, 3] - 0.8)
    film = singled.film_with([shot], one, things=[room((12.0, 2.8, depth))])
    row = clear_cameras(film)
    assert singled.told(row) == {("wall_flies", "001-001")}
    assert dict(row.faults[0].mends[0][1])["metres"] > 0.8
    flown = singled.film_with([replace(shot, declared=("clearance",))], one,
                              things=[room((12.0, 2.8, depth))])  # fmt: skip
    assert clear_cameras(flown).state == "passed"


def test_a_camera_in_somebody_is_found_but_an_insert_may_be_near_its_holder():
    one, shots = singled.three()
    near = film_of.person("BEN", shots[1].world_from_camera[0, :3, 3] * [1, 0, 1] + [0.1, 0, 0],
                          (0.0, 0.0, -1.0), 216)  # fmt: skip
    row = clear_cameras(film_with(shots, one, near))
    assert ("camera_in_body", SECOND) in singled.told(row)
    eye = film_of.eyes(one) + np.array([0.26, -0.05, 0.1])
    letter = np.array([0.1, 1.1, 0.35])
    insert = replace(singled.still(1, look_at(eye, letter), "INSERT", 50.0), role="insert")
    assert singled.told(clear_cameras(film_with([insert], one, said=False))) == set()
    within = replace(insert, size="CU", role="single")
    assert singled.told(clear_cameras(film_with([within], one, said=False))) == {
        ("camera_in_body", "001-001")
    }


def test_a_point_of_view_is_at_its_owners_eyes():
    one = singled.somebody(frames=72)
    eye = film_of.eyes(one) + np.array([0.0, 0.0, 0.02])
    shot = singled.still(1, look_at(eye, np.add(eye, (0.0, -0.2, 1.0))), "WS", 25.0)
    pov = replace(shot, subjects=(), role="pov")
    assert singled.told(clear_cameras(film_with([pov], one, said=False))) == set()
    assert singled.told(
        clear_cameras(film_with([replace(pov, role="master")], one, said=False))
    ) == {("camera_in_body", "001-001")}


def test_without_a_set_there_is_nothing_to_stand_in():
    one, shots = singled.three()
    bare = singled.film_with(shots, one)
    assert {clear_cameras(bare).state, clear_figures(bare).state} == {"unmeasured"}


def test_a_moving_camera_is_looked_at_all_along_its_way():
    one, shots = singled.three()
    share = np.linspace(0.0, 1.0, singled.LENGTH)
    cameras = shots[1].world_from_camera.copy()
    cameras[:, :3, 3] += share[:, None] * 3.0 * cameras[0, :3, 0]
    travels = replace(shots[1], world_from_camera=cameras)
    pillar = film_of.box("pillar", cameras[40, :3, 3], (0.3, 2.0, 0.3))
    row = clear_cameras(film_with([shots[0], travels, shots[2]], one, things=[pillar]))
    inside = [fault for fault in row.faults if fault.kind == "camera_inside"]
    assert [fault.shot for fault in inside] == [SECOND]
    assert 100 <= inside[0].frame <= 120


def test_what_a_hand_holds_hides_a_face_where_it_is_at_that_frame():
    one, shots = singled.three()
    frames, before = 3 * singled.LENGTH, between(shots[1], one, 0.8, (0.25, 0.3, 0.05), "letter")
    away = np.tile(np.eye(4), (frames, 1, 1))
    away[:, 1, 3] = -1.0  # at the hip
    for raised, hides in ((slice(80, 140), True), (slice(0, 60), False)):
        moved = away.copy()
        moved[raised] = np.eye(4)
        letter = replace(before, is_prop=True, moved=moved)
        found = singled.told(clear_figures(film_with(shots, one, things=[letter])))
        assert (("figure_hidden", SECOND) in found) == hides
    gone = np.zeros(frames, bool)
    gone[150:] = True
    absent = replace(before, is_prop=True, present=gone)
    assert singled.told(clear_figures(film_with(shots, one, things=[absent]))) == set()


def test_a_camera_is_in_the_way_of_a_thing_only_while_it_is_carried_there():
    one, shots = singled.three()
    frames = 3 * singled.LENGTH
    box = film_of.box("case", shots[1].world_from_camera[0, :3, 3], (0.3, 0.3, 0.3), prop=True)
    moved = np.tile(np.eye(4), (frames, 1, 1))
    moved[:, 0, 3] = 3.0
    elsewhere = replace(box, moved=moved)
    assert singled.told(clear_cameras(film_with(shots, one, things=[elsewhere]))) == set()
    carried = moved.copy()
    carried[100:110] = np.eye(4)
    row = clear_cameras(film_with(shots, one, things=[replace(box, moved=carried)]))
    assert singled.told(row) == {("camera_inside", SECOND)}
    assert 100 <= row.faults[0].frame < 110


def test_the_background_hides_faces_and_stands_in_the_way_as_the_cast_does():
    one, shots = singled.three()
    eye, face = shots[1].world_from_camera[0, :3, 3], film_of.eyes(one)
    for share, found in ((0.5, ("face_hidden", SECOND)), (0.0, ("camera_in_body", SECOND))):
        spot = (eye + share * (face - eye)) * [1, 0, 1]
        passer = film_of.person("PASSER", spot, one.facing[0], 3 * singled.LENGTH)
        film = film_with(shots, one)
        scene = replace(
            film.scenes[0],
            extras={"PASSER": passer},
            lines=(film_of.line("001", 1, "EVE", "only here", 74, 140),),
        )
        assert found in faults(film_of.film(scene))
        there = replace(passer, present=np.zeros(3 * singled.LENGTH, bool))
        assert faults(film_of.film(replace(scene, extras={"PASSER": there}))) == set()
