from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.check.axis import axis, eyelines, order, screen_direction
from mstation.check.film import Scene
from mstation.check.finding import Fault
from mstation.check.lines import side_of, spoken_lines
from mstation.space import look_at
from tests.check.film_of import (
    Camera,
    eyes,
    film,
    framed,
    insert,
    mirrored,
    pair_scene,
    person,
    single,
    single_scene,
    table_scene,
    travelling,
    turned,
    two_shot,
    unit,
    walk_scene,
    with_camera,
    with_shot,
)
from tests.check.told import found

UP = np.array([0.0, 1.0, 0.0])
SINGLES = (2, 3, 4, 5, 8, 9, 10)


def mirror(scene: Scene, *numbers: int) -> Scene:
    """Put the cameras of some shots of the pair's scene on the other side of its line."""
    ann, ben = eyes(scene.people["ANN"]), eyes(scene.people["BEN"])
    for number in numbers:
        moved = mirrored(scene.shots[number - 1], ann, ben)
        scene = with_shot(scene, number, world_from_camera=moved)
    return scene


def mends(fault: Fault, kind: str) -> dict[str, object]:
    return dict(dict(fault.mends)[kind])


@pytest.mark.parametrize("scene", [pair_scene, table_scene, walk_scene, single_scene])
def test_a_correct_scene_breaks_no_rule_of_the_line(scene):
    whole = film(scene())
    for check in (axis, order, eyelines, screen_direction):
        row = check(whole)
        assert not row.faults
        assert row.state in ("passed", "unmeasured")


def test_every_pair_that_talks_is_tested_and_printed():
    row = axis(film(pair_scene("001"), table_scene("002")))
    pairs = [value for name, value in row.detail if name == "pair"]
    assert pairs == ["001 ANN – BEN: 8", "002 ANN – CAY: 4", "002 BEN – CAY: 4"]
    assert row.tested == 16


@pytest.mark.parametrize("number", [*SINGLES, 6])
def test_a_camera_across_the_line_is_found_at_its_own_shot_and_at_the_way_back(number):
    scene = mirror(pair_scene(), number)
    places = {f"001-{n:03d}" for n in (number, number + 1 if number != 6 else 8) if n <= 10}
    assert found(axis(film(scene))) == [("across", place) for place in sorted(places)]


def test_a_master_across_the_line_is_found_at_the_cut_out_of_it():
    assert found(axis(film(mirror(pair_scene(), 1)))) == [("across", "001-002")]


def test_a_fault_names_the_people_the_shot_before_and_the_line_that_is_spoken():
    (fault,) = axis(film(single_scene(), mirror(pair_scene("002"), 10))).faults
    assert (fault.scene, fault.shot, fault.frame) == ("002", "002-010", 288 + 624)
    assert dict(fault.values) == {"one": "ANN", "other": "BEN", "before": "002-009"}
    assert fault.line == ""  # it cuts in the pause before the last line
    over_a_voice = axis(film(mirror(pair_scene(), 3))).faults[0]
    assert (over_a_voice.shot, over_a_voice.line) == ("001-003", "001-l2")


def test_the_mend_of_a_crossing_is_the_camera_where_it_was():
    right = pair_scene()
    fault = axis(film(mirror(right, 5))).faults[0]
    place = mends(fault, "mirror")
    where = right.shots[4].world_from_camera[0, :3, 3]
    assert [place[name] for name in "xyz"] == pytest.approx(where, abs=0.01)
    assert set(dict(fault.mends)) == {"mirror", "on_line", "look_away", "declare"}


def test_the_mended_film_is_whole_again_with_the_camera_on_the_line_that_is_named():
    wrong = mirror(pair_scene(), 6, 7, 8, 9, 10)
    (fault,) = axis(film(wrong)).faults
    place = np.array([mends(fault, "on_line")[name] for name in "xyz"], float)
    neutral = Camera(look_at(place, eyes(wrong.people["ANN"])), 40.0)
    assert not axis(film(with_camera(wrong, 6, neutral))).faults


def test_a_camera_that_travels_over_the_line_in_its_shot_crosses_legally():
    scene = mirror(pair_scene(), 7, 8, 9, 10)
    centre = (eyes(scene.people["ANN"]) + eyes(scene.people["BEN"])) / 2
    start = scene.shots[5].world_from_camera[0, :3, 3]
    assert found(axis(film(scene))) == [("across", "001-008")]
    path = travelling(centre, start, 180.0, scene.shots[5].frames)
    assert not axis(film(with_shot(scene, 6, world_from_camera=path))).faults


def test_a_neutral_shot_between_makes_the_other_side_legal():
    scene = mirror(pair_scene(), 6, 7, 8, 9, 10)
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    assert found(axis(film(scene))) == [("across", "001-006")]
    on_line = framed(ann, "MS", eyes(ben) - eyes(ann))
    row = axis(film(with_camera(scene, 6, on_line)))
    assert not row.faults


def test_a_look_away_then_a_two_shot_makes_the_other_side_legal():
    scene = mirror(pair_scene(), 7, 8, 9, 10)
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    away = with_camera(scene, 6, insert((0.0, 0.78, 0.0), (0.1, 1.0, 0.8)))
    wide = with_camera(away, 7, two_shot(ann, ben, "MLS", 1))
    row = axis(film(wide))
    assert not row.faults
    assert dict(row.detail)["legal_crossings"] == 1
    close = with_camera(away, 7, single(ann, ben, "MCU", 1))
    assert ("across", "001-007") in found(axis(film(close)))


def test_a_declared_break_is_legal_and_holds_from_there_on():
    scene = mirror(pair_scene(), 5, 6, 7, 8, 9, 10)
    assert found(axis(film(scene))) == [("across", "001-005")]
    row = axis(film(with_shot(scene, 5, declared=("axis",))))
    assert not row.faults
    assert dict(row.detail)["legal_crossings"] == 1


def turning_pair(degrees: float) -> Scene:
    """Ann and Ben go round each other in the sixth shot; then the cameras are on the other side."""
    scene = pair_scene()
    angles = np.clip((np.arange(720) - 382) / 90, 0.0, 1.0) * degrees
    people = {}
    for name, sign in (("ANN", -1.0), ("BEN", 1.0)):
        ways = np.array([turned(np.array([sign, 0.0, 0.0]), a) for a in angles])
        people[name] = person(name, 0.8 * ways, -ways, 720, stature_m=1.68)
    scene = replace(scene, people=people)
    for number, who, partner, size in (
        (8, "BEN", "ANN", "CU"),
        (9, "ANN", "BEN", "CU"),
        (10, "BEN", "ANN", "CU"),
    ):
        one, other = people[who], people[partner]
        side = 1 if who == "ANN" else -1
        first = scene.shots[number - 1].first_frame
        line = eyes(other, first) - eyes(one, first)
        camera = framed(one, size, turned(line, side * 30.0), frame=first)
        scene = with_camera(scene, number, camera)
    return scene


def test_people_who_turn_the_line_by_more_than_45_degrees_begin_it_anew():
    assert not axis(film(turning_pair(100.0))).faults
    assert found(axis(film(turning_pair(30.0)))) == [("across", "001-008")]


def test_somebody_who_comes_in_while_the_film_looks_away_begins_the_line_anew():
    scene = mirror(pair_scene(), 8, 9, 10)  # after the letter, frames 478 to 512

    def with_cay_from(frame: int) -> Scene:
        there = np.arange(720) >= frame
        cay = person("CAY", (0.0, 0.0, -3.0), (0.0, 0.0, 1.0), 720, present=there)
        return replace(scene, people={**scene.people, "CAY": cay})

    assert not axis(film(with_cay_from(490))).faults
    assert found(axis(film(with_cay_from(470)))) == [("across", "001-008")]
    assert found(axis(film(with_cay_from(530)))) == [("across", "001-008")]


def test_a_pair_that_never_speaks_is_tested_by_who_is_near():
    scene = replace(mirror(pair_scene(), 4), lines=())
    row = axis(film(scene))
    assert row.tested == 8
    assert found(row) == [("across", "001-004"), ("across", "001-005")]


def test_two_people_whose_line_no_shot_shows_are_a_fault():
    scene = pair_scene()
    letter = insert((0.0, 0.78, 0.0), (0.1, 1.0, 0.8))
    for number in range(1, 11):
        scene = with_camera(scene, number, letter)
    assert found(axis(film(scene))) == [("no_pair", "")]


def test_who_is_spoken_to_is_told_by_the_face_before_the_exchange():
    scene = table_scene()
    partners = [one.partner for one in spoken_lines(scene)]
    assert partners == ["CAY", "ANN", "CAY", "ANN", "BEN", "CAY", "BEN"]


def test_who_looks_at_nobody_speaks_to_who_spoke_before():
    scene = table_scene()
    away = {
        name: replace(one, facing=np.broadcast_to(-UP, one.facing.shape).copy())
        for name, one in scene.people.items()
    }
    partners = [one.partner for one in spoken_lines(replace(scene, people=away))]
    assert partners == ["CAY", "ANN", "CAY", "ANN", "ANN", "CAY", "BEN"]


def test_who_is_alone_or_not_on_the_set_speaks_to_nobody():
    scene = pair_scene()
    gone = replace(scene.people["BEN"], present=np.zeros(720, bool))
    alone = replace(scene, people={**scene.people, "BEN": gone})
    assert {one.line.speaker for one in spoken_lines(alone)} == {"ANN"}
    assert {one.partner for one in spoken_lines(alone)} == {""}


def test_people_who_change_places_on_the_screen_are_found():
    scene = pair_scene()
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    right = with_camera(scene, 5, two_shot(ann, ben, "FS", -1))
    assert order(film(right)).tested == 1
    assert not order(film(right)).faults
    wrong = with_camera(scene, 5, two_shot(ann, ben, "FS", 1))
    row = order(film(wrong))
    assert found(row) == [("flip", "001-006")]
    assert row.state == "failed"
    assert not order(film(with_shot(wrong, 6, declared=("axis",)))).faults


@pytest.mark.parametrize("number", SINGLES)
def test_a_single_across_the_line_looks_the_same_way_as_its_reverse(number):
    row = eyelines(film(mirror(pair_scene(), number)))
    assert row.faults
    assert {kind for kind, _ in found(row)} == {"same_way"}
    assert row.value < 1.0
    assert row.is_hard


def test_swapped_reverses_still_meet_but_a_camera_further_round_does_not():
    scene = pair_scene()
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    round_more = with_camera(scene, 9, single(ann, ben, "CU", -1, off_deg=55.0))
    row = eyelines(film(round_more))
    assert found(row) == [("unequal", "001-009"), ("unequal", "001-010")]
    assert dict(mends(row.faults[0], "turn_round")) == {"shot": "001-009", "deg": 25}
    assert row.state == "failed"
    assert not row.is_hard


def test_who_looks_away_from_the_partner_has_no_eyeline_to_match():
    scene = pair_scene()
    ann = scene.people["ANN"]
    aside = np.broadcast_to(unit([0.0, 0.0, 1.0]), ann.facing.shape)
    away = replace(scene, people={**scene.people, "ANN": replace(ann, facing=aside)})
    assert eyelines(film(away)).state == "unmeasured"


def test_who_walks_out_at_the_right_comes_in_from_the_left():
    scene = walk_scene()
    assert screen_direction(film(scene)).tested == 1
    path = scene.people["DEE"]
    moved = mirrored(scene.shots[1], eyes(path, 0), eyes(path, 100))
    wrong = with_shot(scene, 2, world_from_camera=moved)
    row = screen_direction(film(wrong))
    assert found(row) == [("comes_back", "001-002")]
    assert dict(row.faults[0].values)["way_after"] == "left"
    assert not screen_direction(film(with_shot(wrong, 2, declared=("direction",)))).faults


def seen_walking(degrees: float) -> Scene:
    """Dee is in the frame on both sides of the first cut; the second camera stands where asked."""
    scene = walk_scene()
    dee = scene.people["DEE"]
    scene = with_camera(scene, 1, framed(dee, "WS", np.array([0.0, 0.0, 1.0]), frame=100))
    view = turned(np.array([0.0, 0.0, 1.0]), degrees)
    return with_camera(scene, 2, framed(dee, "FS", view, frame=115))


def test_who_walks_in_both_shots_keeps_their_way_on_the_screen():
    right = screen_direction(film(seen_walking(40.0)))
    assert right.tested == 1
    assert not right.faults
    assert found(screen_direction(film(seen_walking(180.0)))) == [("turns_about", "001-002")]


def test_a_walk_straight_at_the_lens_has_no_way_on_the_screen():
    assert screen_direction(film(seen_walking(90.0))).state == "unmeasured"


def test_who_stops_before_the_cut_has_no_way_to_keep():
    scene = seen_walking(180.0)
    dee = scene.people["DEE"]
    stops = replace(dee, joints=np.concatenate([dee.joints[:90], dee.joints[90:91].repeat(198, 0)]))
    assert screen_direction(film(replace(scene, people={"DEE": stops}))).state == "unmeasured"


metres = st.floats(-6.0, 6.0)
places = st.tuples(metres, metres).map(lambda xz: np.array([xz[0], 1.6, xz[1]]))


@given(places, places, places)
def test_the_side_changes_with_the_way_along_the_line_and_over_it(one, other, camera):
    if np.linalg.norm(other - one) < 0.3:
        return
    side = side_of(one, other, camera)
    assert side_of(other, one, camera) == -side
    normal = unit(turned(other - one, 90.0))
    over = camera - 2 * float((camera - one) @ normal) * normal
    assert side_of(one, other, over) == -side


@given(st.floats(-180.0, 180.0))
def test_within_eight_degrees_of_the_line_there_is_no_side(degrees):
    one, other = np.array([-1.0, 1.6, 0.0]), np.array([1.0, 1.6, 0.0])
    camera = UP * 1.6 + turned(np.array([3.0, 0.0, 0.0]), degrees)
    off = min(abs(degrees), 180.0 - abs(degrees))
    if abs(off - 8.0) < 1e-6:
        return
    expected = 0 if off < 8.0 else 1 if degrees > 0 else -1
    assert side_of(one, other, camera) == expected


def carried(scene: Scene, degrees: float, shift: tuple[float, float]) -> Scene:
    """Return the same scene at another place of the world, turned."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])
    move = np.array([shift[0], 0.0, shift[1]])
    people = {
        name: replace(
            one,
            joints=one.joints @ turn.T + move,
            facing=one.facing @ turn.T,
        )
        for name, one in scene.people.items()
    }
    world = np.eye(4)
    world[:3, :3], world[:3, 3] = turn, move
    shots = tuple(
        replace(each, world_from_camera=world @ each.world_from_camera) for each in scene.shots
    )
    return replace(scene, people=people, shots=shots)


@settings(max_examples=8, deadline=None)
@given(st.floats(-180.0, 180.0), st.tuples(metres, metres), st.sampled_from([0, *SINGLES]))
def test_where_a_scene_stands_in_the_world_changes_nothing(degrees, shift, number):
    scene = mirror(pair_scene(), number) if number else pair_scene()
    here, there = film(scene), film(carried(scene, degrees, shift))
    for check in (axis, order, eyelines):
        assert found(check(there)) == found(check(here))
