from __future__ import annotations

import math

import numpy as np
import pytest

from mstation.shots.coverage import Setup
from mstation.shots.direction import Wish
from mstation.shots.shot import Angle, Move, Role, Size
from mstation.shots.taken import Ground, Taken
from mstation.space import sensor_for
from tests.shots.placed import placed, segmented
from tests.shots.plays import Person, Play, conversation, facing_pair, room, triangle

WIDE = sensor_for(1280, 720)
PITCH = {Angle.EYE: (-7.5, 7.5), Angle.HIGH: (-35.0, -10.0), Angle.LOW: (10.0, 30.0),
         Angle.WORM: (30.0, 90.0), Angle.DUTCH: (-7.5, 7.5)}  # fmt: skip


def pitch(taken: Taken, row: int) -> float:
    way = taken.cameras.target[row] - taken.cameras.position[row]
    return math.degrees(math.atan2(way[1], math.hypot(way[0], way[2])))


def wished(play: Play, wish: Wish) -> tuple[list[tuple[Setup, int]], Taken, Ground]:
    setups, taken, ground = placed(play, WIDE, wishes={2: wish})
    return [(s, row) for row, s in enumerate(setups) if s.wished], taken, ground


def exact(play: Play, wish: Wish) -> tuple[Setup, int, Taken, Ground]:
    """Return the best of what is exactly wished."""
    found, taken, ground = wished(play, wish)
    rows = [(s, row) for s, row in found if s.wished == 1]
    setup, row = min(rows, key=lambda each: (taken.broken[each[1]] != 0, taken.cost[each[1]]))
    return setup, row, taken, ground


def talk() -> Play:
    play = conversation(facing_pair(), lines=8)
    play.layout = room(20.0, 18.0)
    return play


@pytest.mark.parametrize("lens_mm", [35.0, 50.0, 85.0, 100.0])
@pytest.mark.parametrize("size", [Size.MLS, Size.MS, Size.MCU, Size.CU])
def test_a_wished_single_has_its_size_and_its_lens(size: Size, lens_mm: float) -> None:
    wish = Wish("b", "", size=size, lens_mm=lens_mm, subjects=("ann",))
    setup, row, taken, ground = exact(talk(), wish)
    assert taken.broken[row] == 0
    assert (setup.point, setup.principal, taken.cameras.lens_mm[row]) == (2, 0, lens_mm)
    points = np.stack([ground.figures.tops[0, setup.frame],
                       ground.figures.cuts[0, setup.frame, taken.step[row]]])  # fmt: skip
    seen = taken.cameras.rows(np.array([row])).project(points[None], WIDE)[0]
    assert seen[1, 1] == pytest.approx(1.0, abs=0.04)


def test_a_lens_that_is_not_in_the_kit_becomes_the_nearest() -> None:
    setup, _, _, _ = exact(talk(), Wish("b", "", size=Size.CU, lens_mm=80.0, subjects=("ann",)))
    assert setup.lens_mm in (75.0, 85.0)


@pytest.mark.parametrize("angle", list(PITCH))
def test_a_wished_angle_is_that_angle(angle: Angle) -> None:
    setup, row, taken, _ = exact(talk(), Wish("b", "", angle=angle, subjects=("bob",)))
    assert setup.angle is angle
    low, high = PITCH[angle]
    assert low <= pitch(taken, row) <= high
    assert taken.broken[row] == 0


@pytest.mark.parametrize(
    ("role", "family"),
    [(Role.OTS, "ots"), (Role.MASTER, "group"), (Role.TWO_SHOT, "group"), (Role.POV, "pov"),
     (Role.ESTABLISHING, "group"), (Role.SINGLE, "single")],
)  # fmt: skip
def test_a_wished_role_is_that_role(role: Role, family: str) -> None:
    names = ("ann",) if role in (Role.SINGLE, Role.OTS) else ("ann", "bob")
    wish = Wish("b", "", role=role, size=None if role is Role.ESTABLISHING else Size.MS,
                subjects=() if role is Role.ESTABLISHING else names)  # fmt: skip
    setup, row, taken, _ = exact(talk(), wish)
    assert (setup.role, setup.family) == (role, family)
    assert taken.broken[row] == 0


def test_an_insert_is_of_the_thing_that_is_named() -> None:
    play = Play([Person("ann", [(0, 0.0, 0.0, 0.0)])])
    play.do("ann", "look", 4).do("ann", "read", 6, reads="come home").say("ann", 3)
    at = next(i for i, s in enumerate(segmented(play)) if s.first_frame >= 4 * 24)
    wish = Wish("b", "", role=Role.INSERT, size=Size.INSERT, prop="Letter")
    setups, taken, _ = placed(play, WIDE, wishes={at: wish})
    rows = [row for row, s in enumerate(setups) if s.wished == 1]
    assert rows
    assert {setups[row].prop for row in rows} == {0}
    assert {setups[row].family for row in rows} == {"insert"}
    assert any(taken.broken[row] == 0 for row in rows)


def test_what_has_no_room_is_answered_by_what_is_nearest() -> None:
    play = conversation(facing_pair(1.2), lines=8)
    play.layout = room(4.0, 3.4)
    wish = Wish("b", "", size=Size.MLS, lens_mm=100.0, subjects=("ann",))
    found, taken, _ = wished(play, wish)
    assert all(taken.broken[row] for s, row in found if s.wished == 1)
    answers = [s for s, row in found if s.wished > 1 and not taken.broken[row]]
    assert answers
    assert all(s.principal == 0 or s.group == (0,) for s in answers)


def test_nobody_who_is_away_is_shot() -> None:
    people = facing_pair()
    people[1].enters = 400
    play = Play(people).say("ann", 4).say("ann", 4).say("ann", 4).say("bob", 4, "ann")
    found, _, _ = wished(play, Wish("b", "", size=Size.CU, subjects=("bob",)))
    assert all(1 not in (s.principal, *s.group) for s, _ in found)


def test_a_wished_move_comes_with_its_setup() -> None:
    wish = Wish("b", "", move=Move.ARC, size=Size.MCU, subjects=("ann",))
    found, _, _ = wished(talk(), wish)
    assert found
    assert {s.move for s, _ in found} == {Move.ARC}


def test_side_by_side_they_are_seen_from_the_front_and_across_each_other() -> None:
    people = [Person("ann", [(0, -0.4, 0.0, 0.0)], 1.66), Person("bob", [(0, 0.4, 0.0, 0.0)], 1.8)]
    setups, taken, ground = placed(conversation(people, lines=6), WIDE)
    front = ground.figures.fronts[0, 0]
    pairs = [row for row, s in enumerate(setups)
             if s.role is Role.TWO_SHOT and s.group and not taken.broken[row]]  # fmt: skip
    assert pairs
    seen_from = [taken.cameras.position[row] - ground.figures.heads[0, 0] for row in pairs]
    assert any(float(way @ front) > 0.7 * np.linalg.norm(way) for way in seen_from)
    assert any(s.swing == 1 and not taken.broken[row] for row, s in enumerate(setups)
               if s.family == "single" and s.partner >= 0)  # fmt: skip


def test_two_of_three_are_seen_past_the_third() -> None:
    setups, taken, ground = placed(conversation(triangle(), lines=6), WIDE)
    past = [(s, row) for row, s in enumerate(setups) if s.over >= 0 and not taken.broken[row]]
    assert past
    for setup, row in past:
        heads = ground.figures.heads[:, setup.frame]
        camera = taken.cameras.position[row]
        far = np.linalg.norm(heads - camera, axis=1)
        assert far[setup.over] < min(far[list(setup.group)])


def test_a_look_at_somebody_far_off_may_be_seen_through_the_lookers_eyes() -> None:
    people = [Person("ann", [(0, -3.0, 0.0, -math.pi / 2)]), Person("bob", [(0, 3.0, 0.0, 0.3)])]
    play = Play(people, layout=room(10.0, 8.0)).do("ann", "look", 6, "bob").say("ann", 3)
    setups, taken, ground = placed(play, WIDE)
    views = [(s, row) for row, s in enumerate(setups) if s.family == "pov"]
    assert views
    for setup, row in views:
        eyes = ground.figures.eyes[setup.looker, setup.frame]
        assert np.linalg.norm(taken.cameras.position[row] - eyes) <= 0.1
        assert setup.principal == 1
        assert taken.broken[row] == 0


def test_the_two_ends_of_a_call_look_against_each_other() -> None:
    worlds = []
    for who, other in (("ann", "zoe"), ("zoe", "ann")):
        play = Play([Person(who, [(0, 0.0, 0.0, 0.0)])], opens_place=False)
        setups, _, _ = placed(play.do(who, "phone", 5, other).say(who, 4), WIDE)
        sides = {s.world for s in setups if s.family == "single"}
        assert len(sides) == 1
        worlds += sides
    assert worlds[0] == -worlds[1]


def test_a_low_style_looks_up() -> None:
    setups, taken, _ = placed(talk(), WIDE, style="low-static")
    singles = [
        row for row, s in enumerate(setups) if s.family == "single" and not taken.broken[row]
    ]
    assert singles
    assert all(10.0 <= pitch(taken, row) <= 30.0 for row in singles)


@pytest.mark.parametrize(("one", "other"), [(1.2, 1.85), (1.5, 1.9)])
def test_between_unequal_heights_no_camera_tilts_further_than_it_may(one, other) -> None:
    people = facing_pair()
    people[0].stature, people[1].stature = one, other
    setups, taken, _ = placed(conversation(people, lines=6), WIDE)
    pairs = [row for row, s in enumerate(setups) if s.mate >= 0 and not taken.broken[row]]
    assert pairs
    assert max(abs(pitch(taken, row)) for row in pairs) <= 15.0


def test_between_nearly_equal_heights_cameras_stand_alike_and_level() -> None:
    setups, taken, _ = placed(talk(), WIDE)
    for row, setup in enumerate(setups):
        if setup.mate >= 0 and not taken.broken[row] and not taken.broken[setup.mate]:
            heights = taken.cameras.position[[row, setup.mate], 1]
            assert max(heights) <= 1.1 * min(heights)
            assert abs(pitch(taken, row)) <= 7.5
