from __future__ import annotations

import pytest

from mstation.shots.design import design_shots
from mstation.shots.direction import StyleChange
from mstation.shots.shot import Shot, Size
from mstation.shots.styles import styles
from mstation.space import sensor_for
from tests.shots.plays import Play, conversation, facing_pair
from tests.shots.test_rules import RATE, WIDE

_ORDER = tuple(Size)


def shot_in(style: str, play: Play | None = None, *changes: StyleChange) -> tuple[Shot, ...]:
    scene, layout, performance, motions = (play or long_talk()).staged()
    return design_shots(scene, layout, performance, motions, sensor=WIDE, rate=RATE,
                        style=styles()[style], style_changes=changes).shots  # fmt: skip


def long_talk() -> Play:
    return conversation(facing_pair(), lines=24)


def mean_s(shots: tuple[Shot, ...]) -> float:
    return sum(shot.frames for shot in shots) / len(shots) / 24


def closeness(shots: tuple[Shot, ...]) -> float:
    return sum(_ORDER.index(s.size) for s in shots if s.axis) / sum(bool(s.axis) for s in shots)


@pytest.mark.parametrize("style", ["classical", "tense", "low-static", "handheld", "vertical"])
def test_shots_are_as_long_as_their_style_says(style: str) -> None:
    assert mean_s(shot_in(style)) == pytest.approx(styles()[style].asl_s, rel=0.15)


def test_a_single_take_is_one_shot() -> None:
    (shot,) = shot_in("single-take")
    assert shot.breaks == ()


def test_tense_is_tighter_than_classical_and_that_than_low_static() -> None:
    tense, classical, low = (closeness(shot_in(s)) for s in ("tense", "classical", "low-static"))
    assert tense > classical + 0.3
    assert classical > low


def test_only_a_camera_on_a_shoulder_sways() -> None:
    assert {shot.shake_deg for shot in shot_in("handheld")} == {styles()["handheld"].shake_deg}
    assert {shot.shake_deg for shot in shot_in("classical")} == {0.0}


def test_a_style_changes_at_its_beat() -> None:
    play = conversation(facing_pair(), lines=36)
    shots = shot_in("classical", play, StyleChange("bt-18", "tense", "STYLE: tense"))
    at = next(t.first_frame for t in play.timings if t.beat_id == "bt-18")
    before, after = (tuple(s for s in shots if (s.first_frame < at - 24) is is_before)
                     for is_before in (True, False))  # fmt: skip
    assert mean_s(after) < 0.85 * mean_s(before)
    assert closeness(after) > closeness(before)


def test_an_upright_picture_is_designed_as_one_without_being_asked() -> None:
    scene, layout, performance, motions = long_talk().staged()
    upright = sensor_for(720, 1280)
    shots = design_shots(scene, layout, performance, motions, sensor=upright, rate=RATE).shots
    assert mean_s(shots) == pytest.approx(styles()["vertical"].asl_s, rel=0.15)
