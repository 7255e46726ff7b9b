from dataclasses import replace

import numpy as np
import pytest

from mstation.check.coverage import (
    actions_covered,
    dragnet,
    establishing,
    neutral_shots,
    reactions,
    words_covered,
    words_on_camera,
)
from mstation.check.film import Action, Scene, Shot
from tests.check.film_of import (
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
    walk_scene,
    with_camera,
    with_cut,
    with_shot,
)
from tests.check.told import found

LETTER = insert((0.0, 0.78, 0.0), (0.1, 1.0, 0.8))
CHECKS = (
    establishing,
    words_covered,
    actions_covered,
    words_on_camera,
    reactions,
    dragnet,
    neutral_shots,
)


@pytest.mark.parametrize("scene", [pair_scene, table_scene, walk_scene, single_scene])
def test_a_correct_scene_is_covered(scene):
    whole = film(scene())
    for check in CHECKS:
        row = check(whole)
        assert not row.faults
        assert row.state != "failed"


def test_a_correct_pair_passes_every_bar_of_coverage():
    rows = {row.check: row for row in (check(film(pair_scene())) for check in CHECKS)}
    assert {row.state for row in rows.values()} == {"passed"}
    assert rows["reactions"].value == pytest.approx(0.2)
    assert rows["dragnet"].value == pytest.approx(3 / 7)
    assert dict(rows["neutral_shots"].detail) == {"on_line": 0, "inserts": 1}


def test_a_new_place_that_opens_close_is_found():
    scene = pair_scene()
    close = with_camera(scene, 1, single(scene.people["ANN"], scene.people["BEN"], "MCU", -1))
    row = establishing(film(close))
    assert found(row) == [("not_wide", "001-001")]
    assert dict(row.faults[0].values) == {"place": "KITCHEN", "size": "MCU"}
    assert not establishing(film(with_shot(close, 1, declared=("establishing",)))).faults


def test_a_place_may_open_with_somebody_whole_in_the_foreground():
    scene = pair_scene()
    near = scene.shots[0].world_from_camera[0, :3, 3] * [0.25, 0.0, 0.45]
    for share, kinds in ((1.0, []), (1.6, [("not_wide", "001-001")])):
        cay = person("CAY", near * [1.0, 0.0, share], (0.0, 0.0, -1.0), scene.frames)
        three = replace(scene, people={**scene.people, "CAY": cay})
        assert found(establishing(film(three))) == kinds


def test_a_place_that_was_seen_two_scenes_ago_needs_no_new_look():
    scene = pair_scene("001")
    close = single(scene.people["ANN"], scene.people["BEN"], "MCU", -1)
    again = with_camera(pair_scene("003"), 1, close)
    row = establishing(film(scene, single_scene("002"), again))
    assert (row.tested, row.faults) == (2, ())
    far = film(scene, single_scene("002"), walk_scene("004"), again)
    assert found(establishing(far)) == [("not_wide", "003-001")]


def test_a_view_of_the_place_alone_establishes_it():
    scene = single_scene()
    empty = insert((0.0, 1.5, -6.0), (0.0, 0.2, 1.0))
    assert not establishing(film(with_camera(scene, 1, empty))).faults
    close = with_shot(with_camera(scene, 1, empty), 1, size="INSERT")
    assert found(establishing(film(close))) == [("not_wide", "001-001")]


def test_a_word_after_the_last_shot_is_found_with_its_line():
    scene = pair_scene()
    shorter = with_cut(replace(scene, shots=(*scene.shots, scene.shots[-1])), 10, 662)
    shorter = replace(shorter, shots=shorter.shots[:10])
    row = words_covered(film(shorter))
    assert {(fault.kind, fault.line) for fault in row.faults} == {("word_outside", "001-l8")}
    assert [dict(fault.values)["word"] for fault in row.faults] == ["would", "know"]
    assert row.faults[-1].shot == "001-010"
    assert dict(row.faults[-1].mends[0][1])["frames"] == 690
    assert row.value == pytest.approx(1 - 2 / row.tested)


def test_a_hole_between_two_shots_is_found():
    scene = pair_scene()
    holed = replace(scene, shots=(*scene.shots[:3], *scene.shots[4:]))
    assert {fault.line for fault in words_covered(film(holed)).faults} == {"001-l3"}


def test_a_pre_lap_is_heard_over_the_scene_beside_its_own():
    scene = pair_scene()
    first, last = scene.lines[0], scene.lines[-1]

    def moved(line, frames):
        words = [replace(w, first=w.first + frames, end=w.end + frames) for w in line.words]
        return replace(line, words=tuple(words))

    over = (moved(first, -first.first_frame - 12), moved(last, scene.frames - last.end_frame + 12))
    row = words_covered(film(replace(scene, lines=(*over, *scene.lines[1:-1]))))
    assert {fault.line for fault in row.faults} == {first.id, last.id}
    ahead = tuple(replace(line, presence="pre_lap") for line in over)
    row = words_covered(film(replace(scene, lines=(*ahead, *scene.lines[1:-1]))))
    assert row.faults == ()
    holed = replace(scene, shots=scene.shots[1:], lines=ahead)
    assert {fault.line for fault in words_covered(film(holed)).faults} == {first.id}


def test_a_line_without_word_times_counts_as_one_word():
    scene = pair_scene()
    plain = replace(scene, lines=tuple(replace(one, words=()) for one in scene.lines))
    row = words_covered(film(plain))
    assert (row.tested, row.faults) == (8, ())


def test_an_action_during_which_its_people_are_off_screen_is_found():
    scene = pair_scene()
    action = Action("a9", "Ann folds the letter.", ("ANN",), 640, 700)  # Ben's close-up
    row = actions_covered(film(replace(scene, actions=(*scene.actions, action))))
    assert found(row) == [("action_unseen", "001-010")]
    assert row.faults[0].line == "a9"
    assert dict(row.faults[0].values)["names"] == "ANN"


def test_an_insert_shows_what_is_done_by_the_hand_that_does_it_or_by_what_it_holds():
    scene = pair_scene()
    first, end = scene.shots[6].first_frame, scene.shots[6].end_frame
    action = Action("a9", "Ann folds the letter.", ("ANN",), first, end)
    there = replace(scene, actions=(action,))
    assert found(actions_covered(film(there))) == [("action_unseen", "001-007")]
    ann = scene.people["ANN"]
    for spot, is_seen in (((0.02, 0.80, 0.0), True), ((-0.60, 0.80, 0.0), False)):
        joints = ann.joints.copy()
        joints[:, ann.joint_names.index("RightWrist")] = spot
        reads = replace(there, people={**scene.people, "ANN": replace(ann, joints=joints)})
        assert found(actions_covered(film(reads))) == (
            [] if is_seen else [("action_unseen", "001-007")]
        )
    joints = ann.joints.copy()
    joints[:, ann.joint_names.index("RightWrist")] = (0.1, 0.72, 0.27)  # just under the frame
    holds = replace(there, people={**scene.people, "ANN": replace(ann, joints=joints)})
    assert found(actions_covered(film(holds))) == []


@pytest.mark.parametrize("people", [(), ("ZOE",)])
def test_an_action_of_nobody_or_of_somebody_who_is_not_there_needs_only_a_shot(people):
    scene = pair_scene()
    action = Action("a9", "Rain on the window.", people, 640, 700)
    assert not actions_covered(film(replace(scene, actions=(action,)))).faults
    late = replace(action, first_frame=720, end_frame=730)
    row = actions_covered(film(replace(scene, actions=(late,))))
    assert found(row) == [("action_without_shot", "")]


def swapped(scene: Scene) -> Scene:
    """Show Ben where Ann was shown and Ann where Ben was, in all singles."""
    cameras = {"ANN": 2, "BEN": 3}
    for number in (2, 3, 4, 5, 8, 9, 10):
        (shown,) = scene.shots[number - 1].subjects
        other: Shot = pair_scene().shots[cameras["BEN" if shown == "ANN" else "ANN"] - 1]
        frames = scene.shots[number - 1].frames
        scene = with_shot(
            scene,
            number,
            world_from_camera=np.repeat(other.world_from_camera[:1], frames, axis=0),
            focal_mm=np.repeat(other.focal_mm[:1], frames),
        )
    return scene


def test_reverses_that_are_swapped_show_who_listens_all_the_time():
    whole = film(swapped(pair_scene()))
    spoken = words_on_camera(whole)
    assert spoken.state == "failed"
    assert spoken.value < 0.5
    assert found(spoken) == [("few_faces", "001-001")]
    row = reactions(whole)
    assert row.state == "failed"
    assert {kind for kind, _ in found(row)} == {"listens"}


def test_a_face_that_is_turned_away_is_not_seen_to_speak():
    scene = pair_scene()
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    behind = framed(ben, "MCU", turned(eyes(ann) - eyes(ben), 150.0))
    for number in (3, 5, 8, 10):
        scene = with_camera(scene, number, behind)
    assert words_on_camera(film(scene)).value < words_on_camera(film(pair_scene())).value - 0.3


def test_a_film_that_never_shows_who_listens_is_told_where_there_is_room():
    scene = pair_scene()
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    for number, who, partner, side in ((8, ann, ben, -1), (9, ben, ann, 1)):
        scene = with_camera(scene, number, single(who, partner, "CU", side))
    row = reactions(film(with_cut(scene, 6, 490)))
    assert (row.value, row.state) == (0.0, "failed")
    assert found(row) == [("long_speech", "001-006")]
    assert dict(row.faults[0].values) == {"name": "ANN", "seconds": 4.2}
    assert dict(row.faults[0].mends[0][1])["name"] == "BEN"


def test_few_shots_of_talk_are_only_reported():
    scene = pair_scene()
    few = replace(scene, shots=scene.shots[:5])
    assert reactions(film(few)).state == "reported"
    assert dragnet(film(few)).state == "reported"


def test_cuts_that_wait_for_each_speaker_are_a_dragnet():
    scene = pair_scene()
    for number, frame in ((2, 186), (3, 255), (7, 500), (8, 545)):
        scene = with_cut(scene, number, frame)
    row = dragnet(film(scene))
    assert (row.value, row.state) == (0.0, "failed")
    assert len(row.faults) == row.tested == 6
    assert found(row)[0] == ("on_boundary", "001-003")


def test_cuts_that_never_wait_are_too_many():
    scene = pair_scene()
    for number, frame in ((4, 312), (5, 398), (9, 640)):
        scene = with_cut(scene, number, frame)
    row = dragnet(film(scene))
    assert row.value > 0.5
    assert {kind for kind, _ in found(row)} == {"over_voice"}


def test_inserts_and_shots_on_the_line_are_counted_together():
    scene = pair_scene()
    ann, ben = scene.people["ANN"], scene.people["BEN"]
    on_line = with_camera(scene, 6, framed(ann, "MS", eyes(ben) - eyes(ann)))
    row = neutral_shots(film(on_line))
    assert dict(row.detail) == {"on_line": 1, "inserts": 1}
    assert (row.value, row.state) == (pytest.approx(0.2), "failed")
    assert found(row) == [("on_line", "001-006"), ("headless", "001-007")]


def test_a_film_without_talk_has_no_words_to_see():
    for check in (words_covered, words_on_camera, reactions, dragnet):
        assert check(film(single_scene())).state == "unmeasured"
