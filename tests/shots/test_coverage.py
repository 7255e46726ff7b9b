from __future__ import annotations

import math

import numpy as np

from mstation.breakdown.scene import Presence
from mstation.shots.design import design_shots
from mstation.shots.reasons import told
from mstation.shots.shot import Move, Role, Shot, Size
from mstation.shots.takes import cut_takes
from mstation.space import project
from tests.shots.plays import Person, Play, conversation, facing_pair, triangle
from tests.shots.test_rules import RATE, WIDE, shoot

WIDE_SIZES = (Size.EWS, Size.WS, Size.FS)


def shots_of(play: Play) -> tuple[Shot, ...]:
    return shoot(play)[0].shots


def seconds(shot: Shot) -> float:
    return shot.frames / 24


def test_a_scene_that_opens_a_place_begins_with_the_place() -> None:
    first = shots_of(conversation(facing_pair()))[0]
    assert first.role is Role.ESTABLISHING
    assert first.size in (Size.EWS, Size.WS)


def test_a_return_to_a_place_does_not_establish_it_again() -> None:
    roles = [shot.role for shot in shots_of(conversation(facing_pair(), opens_place=False))]
    assert Role.ESTABLISHING not in roles


def test_two_who_talk_are_seen_from_one_side_over_shoulders_and_alone() -> None:
    shots = shots_of(conversation(facing_pair(), lines=16))
    assert {shot.side for shot in shots if shot.axis} in ({1}, {-1}, {0, 1}, {0, -1})
    roles = {shot.role for shot in shots}
    assert Role.OTS in roles
    assert Role.SINGLE in roles
    assert {shot.subjects[0] for shot in shots if shot.role is Role.SINGLE} == {"ann", "bob"}


def test_talk_tightens_with_tension() -> None:
    order = list(Size)
    tight = [shots_of(conversation(facing_pair(), lines=14, tension=t)) for t in (0.0, 1.0)]
    calm, tense = (np.mean([order.index(s.size) for s in shots if s.axis]) for shots in tight)
    assert tense > calm + 0.3


def test_three_are_seen_together_before_they_are_seen_apart() -> None:
    shots = shots_of(conversation(triangle(), lines=18))
    first = next(shot for shot in shots if shot.subjects)
    assert set(first.subjects) == {"ann", "bob", "cy"}
    near = {who for shot in shots if shot.size not in WIDE_SIZES for who in shot.subjects}
    assert near == {"ann", "bob", "cy"}


def test_a_speaker_is_seen_while_speaking() -> None:
    play = conversation(facing_pair(), lines=14)
    shots = shots_of(play)
    seen = total = 0
    for beat, timing in zip(play.beats, play.timings, strict=True):
        assert beat.line is not None
        for frame in range(timing.speech_first_frame, timing.speech_end_frame):
            shot = next(s for s in shots if s.first_frame <= frame < s.end_frame)
            total += 1
            seen += beat.line.character_id in shot.subjects[:1] or shot.role in (
                Role.MASTER, Role.TWO_SHOT, Role.ESTABLISHING)  # fmt: skip
    assert seen > 0.55 * total


def test_a_read_letter_fills_an_insert_that_can_be_read() -> None:
    play = Play([Person("ann", [(0, 0.0, 0.0, 0.0)])])
    play.do("ann", "look", 4).do("ann", "read", 7, reads="Show it to everyone on the last night")
    scene, layout, performance, motions = play.say("ann", 3.0).staged()
    shots = design_shots(scene, layout, performance, motions, sensor=WIDE, rate=RATE)
    takes = cut_takes(shots, performance, motions, sensor=WIDE)
    insert, take = next(
        (s, t) for s, t in zip(shots.shots, takes, strict=True) if s.role is Role.INSERT
    )
    assert insert.prop == "letter"
    assert insert.size is Size.INSERT
    assert seconds(insert) >= 1.2 + 0.5 + 8 * 0.3 - 0.05
    middle = insert.frames // 2
    eye = take.world_from_camera[middle, :3, 3].astype(float)
    target = np.array(insert.camera[0].target)
    page = 0.21 * float(take.focal_length_mm[middle]) / np.linalg.norm(eye - target)
    assert 0.5 <= page / WIDE.height_mm <= 0.8
    reader = motions[0].world_from_joints()[insert.first_frame + middle, 5, :3, 3] - target
    sight = eye - target
    turn = math.degrees(
        math.acos(reader[[0, 2]] @ sight[[0, 2]]
                  / np.linalg.norm(reader[[0, 2]]) / np.linalg.norm(sight[[0, 2]]))
    )  # fmt: skip
    assert turn < 62  # the lines of the writing stay nearly level


def test_who_walks_is_followed_or_kept_in_a_wide_picture() -> None:
    walker = Person("ann", [(0, -3.0, 1.0, -math.pi / 2), (40, -3.0, 1.0, -math.pi / 2),
                            (150, 3.0, 1.0, -math.pi / 2)])  # fmt: skip
    play = Play([walker], opens_place=False).do("ann", "walk", 7).say("ann", 3)
    scene, layout, performance, motions = play.staged()
    shots = design_shots(scene, layout, performance, motions, sensor=WIDE, rate=RATE)
    takes = cut_takes(shots, performance, motions, sensor=WIDE)
    for shot, take in zip(shots.shots, takes, strict=True):
        hips = motions[0].positions[shot.first_frame : shot.end_frame].astype(float)
        inside = 0
        for frame in range(shot.frames):
            x = project(hips[frame], take.world_from_camera[frame].astype(float),
                        float(take.focal_length_mm[frame]), WIDE)[0, 0]  # fmt: skip
            inside += 0 < x < 1
        assert inside > 0.6 * shot.frames
    walking = [s for s in shots.shots if s.first_frame < 140 and s.end_frame > 60]
    assert any(s.move in (Move.PAN, Move.TRACK) or s.size in WIDE_SIZES for s in walking)


def test_someone_who_comes_in_is_shown_coming_in() -> None:
    people = facing_pair()
    people[1].enters = 120
    play = Play(people).do("ann", "look", 5).do("bob", "enter", 3)
    shots = shots_of(play.say("bob", 3, "ann").say("ann", 3, "bob"))
    shot = next(s for s in shots if s.first_frame <= 175 < s.end_frame)
    assert "bob" in shot.subjects


def test_a_voice_over_plays_over_who_is_there() -> None:
    play = Play([Person("ann", [(0, 0.0, 0.0, 0.4)])])
    play.do("ann", "look", 3).say("ghost", 5, presence=Presence.VOICE_OVER).do("ann", "look", 3)
    shots = shots_of(play)
    heard = [shot for shot in shots if shot.lines]
    assert heard
    assert all(shot.subjects == ("ann",) for shot in heard)


def test_an_empty_place_is_still_a_picture() -> None:
    play = Play([]).do("", "", 6)
    shots = shots_of(play)
    assert all(shot.role is Role.ESTABLISHING for shot in shots)
    assert all(shot.subjects == () for shot in shots)


def test_the_rhythm_is_that_of_a_drama() -> None:
    lengths = [
        seconds(shot)
        for people in (facing_pair(), triangle(), facing_pair(2.0))
        for shot in shots_of(conversation(people, lines=20))
    ]
    assert 4.0 <= np.mean(lengths) <= 6.0
    assert min(lengths) >= 0.75
    assert max(lengths) <= 12.0


def test_some_cuts_fall_over_speech_and_some_between() -> None:
    play = conversation(facing_pair(), lines=24)
    cuts = [shot.first_frame for shot in shots_of(play)[1:]]
    over = sum(
        any(t.speech_first_frame + 3 < cut < t.speech_end_frame - 3 for t in play.timings)
        for cut in cuts
    )
    assert 0.15 * len(cuts) < over < 0.85 * len(cuts)


def test_every_shot_says_why_in_one_sentence() -> None:
    for shot in shots_of(conversation(triangle())):
        assert told(shot.why, "en").endswith(".")
        assert len(told(shot.why, "en")) > 25
