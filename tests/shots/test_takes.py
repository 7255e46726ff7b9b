from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mstation.shots.design import design_shots
from mstation.shots.direction import Wish
from mstation.shots.grammar import grammar
from mstation.shots.shot import CameraKey, Move, Size, write_take
from mstation.shots.takes import camera_curve, cut_takes, eased
from tests.shots.plays import Person, Play, conversation, facing_pair
from tests.shots.test_rules import RATE, WIDE, shoot


def still(play: Play) -> Play:
    """Return the play without idle sway, so that a pose does not tell the time."""
    for person in play.people:
        person.sways = 0.0
    return play


def takes_by_id(play: Play) -> dict[str, bytes]:
    shots, takes, _ = shoot(play)
    return {s.id: write_take(t) for s, t in zip(shots.shots, takes, strict=True)}


def test_the_same_scene_gives_the_same_takes() -> None:
    assert takes_by_id(conversation(facing_pair())) == takes_by_id(conversation(facing_pair()))


def test_a_longer_line_leaves_most_other_takes_as_they_were() -> None:
    def talk(seconds: float) -> Play:
        play = Play(facing_pair())
        for i in range(14):
            who, to = ("ann", "bob") if i % 2 else ("bob", "ann")
            play.say(who, seconds if i == 3 else (2.0, 3.5, 1.5)[i % 3], to)
        return still(play)

    one, other = takes_by_id(talk(2.0)), takes_by_id(talk(2.4))
    same = [shot for shot, data in one.items() if other.get(shot) == data]
    assert len(same) > 0.5 * len(one)


def test_a_take_holds_only_who_is_there() -> None:
    people = facing_pair()
    people[1].enters = 150
    play = Play(people).do("ann", "look", 7).do("bob", "enter", 2).say("bob", 4, "ann")
    shots, takes, _ = shoot(play)
    for shot, take in zip(shots.shots, takes, strict=True):
        there = {"ann"} | ({"bob"} if shot.end_frame > 150 else set())
        assert {body.character_id for body in take.sheet.bodies} == there
        assert {motion.character_id for motion in take.motions} == there


def test_the_frames_of_things_count_from_the_take() -> None:
    play = Play([Person("ann", [(0, 0.0, 0.0, 0.0)])])
    play.do("ann", "look", 5).do("ann", "read", 6, reads="come home")
    shots, takes, _ = shoot(play)
    prop = play.props[0]
    for shot, take in zip(shots.shots, takes, strict=True):
        for each in take.sheet.props:
            assert 0 <= each.first_frame < each.end_frame <= shot.frames
            assert each.first_frame + shot.first_frame >= prop.first_frame


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20).map(sorted))
def test_easing_never_turns_back(shares: list[float]) -> None:
    values = eased(np.array(shares))
    assert (np.diff(values) >= -1e-12).all()
    assert ((values >= 0) & (values <= 1)).all()


def test_a_moving_camera_rests_at_both_ends() -> None:
    keys = (CameraKey(12, (0.0, 1.5, 4.0), (0.0, 1.4, 0.0), 40.0),
            CameraKey(84, (0.0, 1.5, 3.4), (0.0, 1.4, 0.0), 40.0))  # fmt: skip
    matrices, lens = camera_curve(keys, 96)
    assert np.allclose(matrices[:12], matrices[0])
    assert np.allclose(matrices[84:], matrices[-1])
    assert set(lens) == {40.0}


def test_pushes_are_slow_and_straight() -> None:
    play = conversation(facing_pair(), lines=10, tension=0.8).say("ann", 8, "bob", "Look at me!!")
    scene, layout, performance, motions = play.staged()
    push = Wish("bt-10", "slow push in", size=Size.MCU, subjects=("ann",), move=Move.PUSH_IN)
    shots = design_shots(scene, layout, performance, motions, sensor=WIDE, rate=RATE,
                         wishes=(push,))  # fmt: skip
    takes = cut_takes(shots, performance, motions, sensor=WIDE)
    moved = [(s, t) for s, t in zip(shots.shots, takes, strict=True)
             if s.move in (Move.PUSH_IN, Move.PULL_OUT)]  # fmt: skip
    assert moved
    for shot, take in moved:
        path = take.world_from_camera[:, :3, 3].astype(float)
        speed = np.linalg.norm(np.diff(path, axis=0), axis=1) * 24
        assert speed.max() < 0.5
        still_frames = round(grammar().moves["still_s"] * 24) - 1
        assert speed[:still_frames].max() < 1e-4
        assert speed[-still_frames:].max() < 1e-4
        inwards = path[-1] - path[0]
        sight = -take.world_from_camera[0, :3, 2]
        assert (float(inwards @ sight) > 0) == (shot.move is Move.PUSH_IN)
