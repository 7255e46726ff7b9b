import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.shots.shot import Angle, CameraKey, Move, Role, Shot, ShotList, Size
from mstation.sound.panning import (
    EFFECT_WIDTH,
    VOICE_WIDTH,
    effect_pan,
    gains,
    joint_places,
    listening,
    placed,
    voice_pan,
)
from mstation.space import project, sensor_for
from mstation.timebase import FrameRate
from tests.stage.moving import HERE, joint, played, playing

RATE = FrameRate(24)
SENSOR = sensor_for(1280, 720)


def shot(first, end, position, target, lens_mm=35.0):
    return Shot(
        f"sh-{first}", f"001-{first:03d}", "sc-1", Role.SINGLE, Size.MS, Angle.EYE, Move.STATIC,
        lens_mm, (), (), 0, first, end, (), (), (CameraKey(0, position, target, lens_mm),),
    )  # fmt: skip


def heard_from(*shots):
    frames = shots[-1].end_frame
    return listening(ShotList("sc-1", "001", frames, shots), SENSOR, RATE)


def at(x, z, frames=48):
    return np.tile([x, 1.5, z], (frames, 1))


@given(st.floats(-1, 1))
def test_a_sound_is_as_loud_wherever_it_lies(pan):
    assert (gains(np.array([pan])) ** 2).sum() == pytest.approx(2.0)


def test_a_voice_in_the_middle_is_on_both_sides_as_it_was():
    assert gains(np.zeros(1)) == pytest.approx(np.ones((1, 2)))


@given(st.floats(-3, 3), st.floats(1, 12))
def test_what_is_in_the_picture_lies_on_its_side_of_it(x, away):
    ears = heard_from(shot(0, 48, (0, 1.5, 0), (0, 1.5, -1)))
    aside = ears.aside(at(x, -away))[0]
    in_picture = project(np.array([[x, 1.5, -away]]), ears.world_from_camera[0], 35.0, SENSOR)[0]
    across = 2 * (in_picture[0] - 0.5)
    assert np.sign(aside) == np.sign(round(x, 9)) or abs(x) < 1e-6
    assert aside == pytest.approx(np.clip(across, -1, 1), abs=0.05)


def test_who_is_out_of_the_picture_is_heard_on_that_side():
    ears = heard_from(shot(0, 48, (0, 1.5, 0), (0, 1.5, -1)))
    assert ears.aside(at(6, -2))[0] == 1.0
    assert ears.aside(at(-6, 2))[0] < -0.8
    assert abs(ears.aside(at(0.0, 4))[0]) < 1e-6


def test_voices_stay_nearer_the_middle_than_other_sounds():
    aside = np.ones(48)
    assert voice_pan(aside, RATE).max() == pytest.approx(VOICE_WIDTH)
    assert effect_pan(-aside, RATE).min() == pytest.approx(-EFFECT_WIDTH)


def test_a_cut_across_moves_a_voice_without_a_click():
    ears = heard_from(
        shot(0, 24, (0, 1.5, 0), (0, 1.5, -1)), shot(24, 48, (0, 1.5, -6), (0, 1.5, -5))
    )
    places = at(0.9, -3.0)
    pan = voice_pan(ears.aside(places), RATE)
    assert pan[0] > 0.1
    assert pan[-1] < -0.1
    out = placed(np.ones(96_000, np.float32), pan, 0, RATE)
    assert np.abs(np.diff(out, axis=0)).max() < 1e-3


@pytest.mark.parametrize("text", ["24", "24000/1001", "29.97", "1"])
def test_a_pan_meets_its_frame_at_every_rate(text):
    rate = FrameRate.parse(text)
    curve = np.linspace(-0.3, 0.3, 12)
    first = rate.sample_of_frame(7)
    out = placed(np.ones(10, np.float32), curve, first, rate)
    assert out[0] == pytest.approx(gains(curve[7:8])[0], abs=1e-3)
    shifted = placed(np.ones(10, np.float32), curve[5:], first, rate, first_frame=5)
    assert np.array_equal(out, shifted)


def test_a_joint_is_followed_to_where_the_body_has_it():
    motion = played(playing(HERE), seconds=1.0)
    assert joint_places(motion, "Head")["Head"][0] == pytest.approx(joint(motion, "Head"), abs=1e-4)
