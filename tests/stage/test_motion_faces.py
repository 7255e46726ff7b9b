"""Faces over a line and a look: lips press and round by the sounds, eyes lead, lids follow."""

import numpy as np
import pytest

from mstation.stage.channels import COLUMN, NAMES
from mstation.stage.face import blinks
from mstation.stage.gaze import free_sight, set_gaze
from mstation.stage.performance import Shape
from mstation.stage.stances import Stance, Utterance
from mstation.voices.mouths import mouths_of
from mstation.voices.speech import Speech, Word
from mstation.voices.utterance import Phone
from tests.stage.moving import HERE, played, playing, spins, turns
from tests.stage.staged import JOINT

_RATE = 16_000


def _said(*phones: tuple[str, float]) -> Speech:
    rows, at = [], 0.0
    for symbol, seconds in phones:
        rows.append(Phone(symbol, at, at + seconds))
        at += seconds
    samples = (0.3 * np.sin(np.arange(int(at * _RATE)) * 0.05)).astype(np.float32)
    words = (Word("x", 0.0, at),)
    return Speech(at, words, mouths_of(rows, samples, _RATE), "espeak", -18.0)


def _face(speech: Speech, manner: str = "") -> np.ndarray:
    says = Utterance("ln", speech, manner, 0.25)
    return played(playing(HERE, utterances=(says,)), seconds=3.0).face


def _at(face: np.ndarray, seconds: float, shape: Shape) -> float:
    return float(face[round((0.25 + seconds) * 24), shape])


@pytest.mark.parametrize("sound", ["m", "b", "p"])
def test_lips_press_for_what_is_said_with_shut_lips(sound):
    face = _face(_said(("ɑ", 0.3), (sound, 0.14), ("ɑ", 0.3)))
    assert _at(face, 0.37, Shape.MOUTH_PRESSED) > 0.8
    assert _at(face, 0.37, Shape.MOUTH_OPEN) < 0.1
    assert _at(face, 0.15, Shape.MOUTH_PRESSED) < 0.1
    assert _at(face, 0.15, Shape.MOUTH_OPEN) > 0.5


def test_the_lower_lip_meets_the_teeth_for_f_and_v_less_tightly():
    face = _face(_said(("ɑ", 0.3), ("f", 0.16), ("ɑ", 0.3)))
    assert 0.2 < _at(face, 0.38, Shape.MOUTH_PRESSED) < 0.8


def test_lips_are_round_for_u_and_wide_for_i_and_round_before_they_are_heard():
    face = _face(_said(("i", 0.4), ("t", 0.06), ("u", 0.4)))
    assert _at(face, 0.2, Shape.MOUTH_WIDE) > 0.4
    assert _at(face, 0.7, Shape.MOUTH_ROUND) > 0.5
    rounds = np.argmax(face[:, Shape.MOUTH_ROUND] > 0.05) / 24 - 0.25
    assert rounds < 0.46


def test_pauses_do_not_press_the_lips():
    face = _face(_said(("ɑ", 0.3), ("_", 0.3), ("ɑ", 0.3)))
    assert face[:, Shape.MOUTH_PRESSED].max() < 0.05


def test_a_manner_shows_and_is_gone_when_the_step_ends():
    speech = _said(("ɑ", 0.8), ("m", 0.1), ("ɑ", 0.5))
    happy, angry = _face(speech, "(laughing)"), _face(speech, "(angrily)")
    assert happy[:, Shape.SMILE].max() > 0.5
    assert angry[:, Shape.BROW_DOWN].max() > 0.5
    for face in (happy, angry):
        assert face[-1, : Shape.LEFT_GRIP].max() < 0.02


def test_most_turns_of_the_eyes_bring_a_blink():
    seconds = np.arange(24 * 6) / 24
    at_turn = 0
    for number in range(40):
        shut = blinks(f"bt-{number}", "ch", seconds, 6.0, (3.0,))
        at_turn += bool(shut[72:78].max() > 0.5)
    assert 16 <= at_turn <= 36


def test_eyes_make_small_jumps_and_come_to_rest():
    seconds = np.arange(24 * 5) / 24
    pose = np.zeros((len(seconds), len(NAMES)))
    set_gaze(pose, [free_sight(0.0, "", len(seconds))], seconds, 5.0, key=("bt", "ch"))
    yaw = np.degrees(pose[:, COLUMN["eye_yaw"]])
    assert 0.3 < np.abs(yaw).max() < 4.0
    assert np.abs(yaw[-3:]).max() < 1e-6


def test_eyes_stay_on_what_they_see_while_the_head_nods():
    looks = Stance(0, 0, 0, look=(0.0, 1.6, -2.0))
    motion = played(playing(looks, gesture="nod"))
    world = motion.world_from_joints()
    eye, head = -world[:, JOINT["LeftEye"], :3, 2], -world[:, JOINT["Head"], :3, 2]
    assert np.ptp(np.degrees(np.arcsin(head[:, 1]))) > 6
    assert np.ptp(np.degrees(np.arcsin(eye[:, 1]))) < 4.5


@pytest.mark.parametrize("yaw", [0.4, 1.0, 1.5, -1.4])
def test_a_look_aside_goes_eyes_then_head_then_chest_within_limits(yaw):
    target = (-3 * np.sin(yaw), 1.6, -3 * np.cos(yaw))
    motion = played(playing(HERE, Stance(0, 0, 0, look=target)), seconds=2.5)
    turned = turns(motion)
    begins = [int(np.argmax(spins(motion)[:, JOINT[n]] > 0.35)) for n in ("LeftEye", "Head")]
    assert begins[0] <= begins[1]
    assert turned[:, JOINT["LeftEye"]].max() < 36
    assert (turned[:, JOINT["Head"]] + turned[:, JOINT["Neck"]]).max() < 70
    assert np.degrees(np.abs(motion.rotations[:, JOINT["Chest"], 2] * 2)).max() < 20
