import itertools
import math

import numpy as np
import pytest

from mstation.stage.bodies import dress
from mstation.stage.changes import change_seconds
from mstation.stage.channels import Measures, pose_table
from mstation.stage.face import blinks
from mstation.stage.gestures import gesture_seconds, stressed_words
from mstation.stage.motion import move
from mstation.stage.performance import Shape
from mstation.stage.stances import Playing, Stance, Step, Utterance
from mstation.voices.speech import Mouth, Speech, Word
from tests.stage.staged import JOINT, KID, MARA, RATE, TOM, joints, said

BODIES = {"adult": dress((TOM,)), "child": dress((KID,))}
HERE = Stance(0.0, 0.0, 0.0)


def _moved(playing: Playing, *, body="adult", seconds=None):
    bodies = BODIES[body]
    measures = Measures(bodies[0])
    needed = max(change_seconds(playing, measures), playing.delay_s + playing.gesture_s, 1.0)
    frames = RATE.frames_ceil(seconds or needed)
    return move((Step("bt", "bt", frames, (playing,)),), bodies, RATE)[0], measures


def _playing(before, after, path=(), body="adult", **more):
    return Playing(BODIES[body][0].character_id, before, after, path, **more)


WALKS = {
    "ahead": ((0.0, 0.0), (0.0, -4.0)),
    "behind": ((0.0, 0.0), (0.0, 3.0)),
    "corner": ((0.0, 0.0), (2.0, -1.0), (2.5, -4.0), (-1.0, -5.0)),
    "short": ((0.0, 0.0), (0.4, -0.3)),
}


@pytest.mark.parametrize("way", WALKS)
@pytest.mark.parametrize("body", BODIES)
def test_feet_do_not_slide_while_they_stand(way, body):
    path = WALKS[way]
    after = Stance(*path[-1], 1.0)
    motion, measures = _moved(_playing(HERE, after, path, body=body), body=body)
    places = joints(motion)
    for side in ("Left", "Right"):
        toe, ankle = places[:, JOINT[f"{side}Toe"]], places[:, JOINT[f"{side}Ankle"]]
        is_flat = (toe[:, 1] < 0.004) & (ankle[:, 1] < measures.ankle + 0.004)
        for standing, run in itertools.groupby(range(len(toe)), key=lambda i: bool(is_flat[i])):
            spots = toe[list(run)][:, [0, 2]]
            if standing:
                assert np.linalg.norm(spots - spots[0], axis=1).max() < 0.01


@pytest.mark.parametrize("way", WALKS)
def test_a_walk_ends_where_and_how_it_should(way):
    path = WALKS[way]
    motion, measures = _moved(_playing(HERE, Stance(*path[-1], 1.0), path), seconds=9.0)
    assert np.allclose(motion.positions[-1, [0, 2]], path[-1], atol=0.03)
    forward = -motion.world_from_joints()[-1, 0, :3, 2]
    assert math.atan2(-forward[0], -forward[2]) == pytest.approx(1.0, abs=0.05)
    assert motion.positions[-1, 1] == pytest.approx(measures.hips, abs=0.02)


def test_a_walker_goes_at_a_walkers_pace_without_a_jolt():
    motion, _ = _moved(_playing(HERE, Stance(0, -5, 0), ((0, 0), (0, -5))))
    steps = np.linalg.norm(np.diff(motion.positions[:, [0, 2]], axis=0), axis=1) * 24
    assert 1.0 < np.median(steps) < 1.8
    assert np.abs(np.diff(motion.positions[:, 1])).max() < 0.02  # hips up and down


def test_a_runner_is_faster_than_a_walker():
    path = ((0.0, 0.0), (0.0, -6.0))
    after = Stance(0, -6, 0)
    measures = Measures(BODIES["adult"][0])
    walk, run = (
        change_seconds(_playing(HERE, after, path, is_running=fast), measures)
        for fast in (False, True)
    )
    assert run < 0.75 * walk


CHANGES = [
    (HERE, Stance(0, 0.45, 0, "sit", 0.45)),
    (Stance(0, 0.45, 0, "sit", 0.45), HERE),
    (HERE, Stance(0, 0, 0, "kneel")),
    (HERE, Stance(0, 0.6, 0, "lie", 0.5)),
    (HERE, Stance(0, 0, 0, "lie", 0.0)),
    (HERE, Stance(0, 0, 2.8)),
    (HERE, Stance(0, 0, 0, carry="read", look="hands")),
    (HERE, Stance(0, 0, 0, weight=1)),
]


@pytest.mark.parametrize(("before", "after"), CHANGES)
@pytest.mark.parametrize("body", BODIES)
def test_nobody_sinks_into_the_floor(before, after, body):
    motion, _ = _moved(_playing(before, after, body=body), body=body)
    assert joints(motion)[..., 1].min() > -0.03


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_nothing_jumps_from_one_frame_to_the_next(before, after):
    motion, _ = _moved(_playing(before, after))
    speed = np.linalg.norm(np.diff(joints(motion), axis=0), axis=-1) * 24
    assert speed.max() < 5.5


def test_who_sits_has_the_hips_on_the_seat_and_the_knees_square():
    sitting = Stance(0, 0, 0, "sit", 0.45)
    motion, measures = _moved(_playing(sitting, sitting))
    places = joints(motion)[12]
    assert places[0, 1] == pytest.approx(0.45 + measures.sit_flesh, abs=0.02)
    hip, knee, ankle = (places[JOINT[f"Left{part}"]] for part in ("Hip", "Knee", "Ankle"))
    cosine = (
        (hip - knee) @ (ankle - knee) / (np.linalg.norm(hip - knee) * np.linalg.norm(ankle - knee))
    )
    assert 75 < math.degrees(math.acos(cosine)) < 105
    assert places[JOINT["LeftToe"], 1] == pytest.approx(0.0, abs=0.01)


def test_a_childs_feet_hang_from_a_high_seat():
    sitting = Stance(0, 0, 0, "sit", 0.6)
    motion, _ = _moved(_playing(sitting, sitting, body="child"), body="child")
    assert joints(motion)[:, JOINT["LeftToe"], 1].min() > 0.02


@pytest.mark.parametrize("carry", ["", "hold", "bag", "read", "phone", "write", "wheel", "aim"])
@pytest.mark.parametrize("posture", ["stand", "sit"])
def test_arms_stay_out_of_the_body(carry, posture):
    seat = 0.45 if posture == "sit" else 0.0
    stance = Stance(0, 0, 0, posture, seat, carry=carry)
    motion, _ = _moved(_playing(stance, stance))
    _assert_arms_free(motion)


@pytest.mark.parametrize("gesture", sorted(pose_table()["gestures"]))
@pytest.mark.parametrize("posture", ["stand", "sit"])
def test_gestures_keep_the_arms_out_of_the_body(gesture, posture):
    stance = Stance(0, 0, 0, posture, 0.45 if posture == "sit" else 0.0)
    playing = _playing(stance, stance, gesture=gesture, gesture_s=gesture_seconds(gesture))
    _assert_arms_free(_moved(playing)[0])


def _assert_arms_free(motion):
    """Elbows and wrists keep clear of an upright oval around hips, spine and chest."""
    world = motion.world_from_joints()
    chest_from_world = np.linalg.inv(world[:, JOINT["Chest"]])
    for name in ("LeftElbow", "LeftWrist", "RightElbow", "RightWrist"):
        point = (chest_from_world @ world[:, JOINT[name], :, 3:])[:, :3, 0]
        in_torso = (point[:, 1] > -0.42) & (point[:, 1] < 0.16)
        oval = np.hypot(point[:, 0] / 0.15, point[:, 2] / 0.11)
        assert not (in_torso & (oval < 1.0)).any(), name


def test_rotations_are_unit_quaternions():
    motion, _ = _moved(_playing(HERE, Stance(1, -3, 2), ((0, 0), (1, -3))))
    assert np.allclose(np.linalg.norm(motion.rotations, axis=-1), 1.0, atol=1e-5)
    assert np.isfinite(motion.positions).all()


def test_steps_meet_without_a_seam():
    first = _playing(HERE, Stance(0, -2, 0.5), ((0, 0), (0, -2)))
    second = _playing(first.after, Stance(0, -2, 0.5, weight=1), gesture="wave", gesture_s=2.2)
    measures = Measures(BODIES["adult"][0])
    frames = RATE.frames_ceil(change_seconds(first, measures))
    steps = (Step("a", "a", frames, (first,)), Step("b", "b", 60, (second,)))
    motion = move(steps, BODIES["adult"], RATE)[0]
    speed = np.linalg.norm(np.diff(joints(motion), axis=0), axis=-1) * 24
    assert speed[frames - 2 : frames + 1].max() < 0.8


@pytest.mark.parametrize("yaw", [0.0, 0.6, -1.2, 2.0, 3.1])
@pytest.mark.parametrize("height", [0.3, 1.5, 3.0])
def test_gaze_keeps_within_what_necks_and_eyes_can_do(yaw, height):
    target = (-3 * math.sin(yaw), height, -3 * math.cos(yaw))
    motion, _ = _moved(_playing(HERE, Stance(0, 0, 0, look=target)), seconds=3.0)
    quaternions = motion.rotations.astype(float)
    turn = 2 * np.degrees(np.arccos(np.clip(quaternions[..., 0], -1, 1)))
    assert turn[:, JOINT["LeftEye"]].max() < 45
    assert turn[:, JOINT["Head"]].max() + turn[:, JOINT["Neck"]].max() < 80


def test_eyes_move_before_the_head_and_the_head_before_the_chest():
    motion, _ = _moved(_playing(HERE, Stance(0, 0, 0, look=(-3.0, 1.6, -2.0))), seconds=2.0)
    turn = 2 * np.arccos(np.clip(motion.rotations[..., 0].astype(float), -1, 1))
    begins = [int(np.argmax(turn[:, JOINT[name]] > 0.05)) for name in ("LeftEye", "Head", "Chest")]
    assert begins == sorted(begins)
    assert begins[0] <= 3


def test_mouths_follow_the_speech_to_the_frame():
    mouths = (Mouth(0.25, 1.0, 0.0), Mouth(0.5, 0.0, 0.0), Mouth(0.75, 0.6, -0.5))
    speech = Speech(1.2, (Word("a", 0.2, 1.0),), mouths, "espeak", -18.0)
    voice = Utterance("ln", speech, "", 0.5)
    motion, _ = _moved(_playing(HERE, HERE, utterances=(voice,)), seconds=2.0)
    seconds = np.arange(48) / 24 - 0.5
    expected = np.interp(seconds, [0.19, 0.25, 0.5, 0.75, 1.2], [0, 1, 0, 0.6, 0])
    assert np.allclose(motion.face[:, Shape.MOUTH_OPEN], expected, atol=1e-3)
    assert motion.face[:, Shape.MOUTH_ROUND].max() > 0.4


def test_hands_beat_on_stressed_words_and_rest_between():
    speech = said("Nobody has opened that extraordinary box since nineteen seventy one")
    chosen = stressed_words(speech.words)
    assert len(chosen) >= 2
    gaps = np.diff([word.start_s for word in chosen])
    assert gaps.min() >= 1.2
    voice = Utterance("ln-7", speech, "(angrily)", 0.0)
    motion, _ = _moved(_playing(HERE, HERE, utterances=(voice,)), seconds=4.2)
    still, _ = _moved(_playing(HERE, HERE), seconds=4.2)
    wrists = [JOINT["LeftWrist"], JOINT["RightWrist"]]
    raised = joints(motion)[:, wrists, 1] - joints(still)[:, wrists, 1]
    assert raised.max() > 0.12
    assert abs(raised[-1]).max() < 0.03


def test_people_blink_every_few_seconds_but_not_all_together():
    seconds = np.arange(24 * 40) / 24
    one, two = (blinks("bt", who, seconds, 40.0) for who in ("a", "b"))
    assert 6 <= int(((one[1:] > 0.3) & (one[:-1] <= 0.3)).sum()) <= 20
    assert not np.array_equal(one, two)


def test_people_who_only_stand_are_alive_but_stay_in_place():
    motion, _ = _moved(_playing(HERE, HERE), seconds=8.0)
    places = joints(motion)
    head = places[:, JOINT["HeadTop"]]
    assert 0.004 < np.ptp(head[:, 0]) < 0.12
    for toe in ("LeftToe", "RightToe"):
        assert np.ptp(places[:, JOINT[toe]], axis=0).max() < 0.002


def test_mara_and_tom_do_not_sway_alike():
    bodies = dress((MARA, TOM))
    step = Step("bt", "bt", 96, tuple(Playing(b.character_id, HERE, HERE) for b in bodies))
    one, two = move((step,), bodies, RATE)
    assert np.abs(one.positions[:, 0] - two.positions[:, 0]).max() > 0.002
