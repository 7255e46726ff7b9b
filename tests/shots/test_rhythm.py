from __future__ import annotations

import math
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mstation.shots.rhythm import chance_of, drawn_seconds, length_cost, point_seconds
from mstation.shots.shot import Role, Shot, Size
from mstation.shots.styles import styles
from tests.shots.plays import Person, Play, conversation, facing_pair, random_play, triangle
from tests.shots.test_rules import shoot

_STYLE = styles()["classical"]


def talks() -> list[Play]:
    return [conversation(people, lines=26, tension=0.4)
            for people in (facing_pair(), triangle(), facing_pair(2.0))]  # fmt: skip


@cache
def filmed() -> list[tuple[Play, tuple[Shot, ...]]]:
    return [(play, shoot(play)[0].shots) for play in talks()]


def entropy(shots: tuple[Shot, ...]) -> float:
    sizes = [shot.size for shot in shots]
    shares = [sizes.count(size) / len(sizes) for size in set(sizes)]
    return -sum(share * math.log2(share) for share in shares)


def test_drawn_lengths_are_lognormal_about_the_styles_mean() -> None:
    drawn = np.array([drawn_seconds(_STYLE, seed * 7919 + 13) for seed in range(4000)])
    assert np.exp(np.log(drawn).mean()) == pytest.approx(
        _STYLE.asl_s * math.exp(-(_STYLE.sigma**2) / 2), rel=0.05
    )
    assert np.log(drawn).std() == pytest.approx(_STYLE.sigma, rel=0.12)


@given(st.integers(0, 10**6), st.floats(0.3, 60.0))
def test_the_drawn_length_costs_no_more_than_another_of_a_usual_length(
    seed: int, seconds: float
) -> None:
    drawn = min(drawn_seconds(_STYLE, seed), _STYLE.asl_s)
    assert length_cost(drawn, drawn, _STYLE) <= length_cost(seconds, drawn, _STYLE) + 1e-9


@given(st.sampled_from(sorted(styles())))
def test_cut_points_stand_close_enough_for_the_styles_shots(name: str) -> None:
    style = styles()[name]
    assert point_seconds(style) <= max(0.5 * style.asl_s, 0.9)


def test_chances_fall_as_often_as_their_share() -> None:
    fallen = sum(chance_of(0.42, "cut", str(number)) for number in range(2000))
    assert fallen / 2000 == pytest.approx(0.42, abs=0.04)


def test_every_long_scene_keeps_the_mean_length() -> None:
    for _, shots in filmed():
        mean = sum(shot.frames for shot in shots) / len(shots) / 24
        assert mean == pytest.approx(_STYLE.asl_s, rel=0.15)


def test_lengths_are_not_all_alike() -> None:
    logs = [math.log(shot.frames) for _, shots in filmed() for shot in shots]
    assert np.std(logs) > 0.4


def test_sizes_vary() -> None:
    for _, shots in filmed():
        assert entropy(shots) >= 1.5
        assert len({shot.size for shot in shots} - {Size.INSERT}) >= 3


def listens(play: Play, shot: Shot) -> bool:
    """Return whether a shot is for the most part of somebody who listens."""
    people = shot.subjects[:1] if shot.role is Role.OTS else shot.subjects
    heard = 0
    for beat, timing in zip(play.beats, play.timings, strict=True):
        first = max(shot.first_frame, timing.speech_first_frame)
        if beat.line and beat.line.character_id not in people:
            heard += max(0, min(shot.end_frame, timing.speech_end_frame) - first)
    return bool(people) and 2 * heard > shot.frames


def test_some_shots_are_of_who_listens_and_most_are_not() -> None:
    shots = [(play, shot) for play, each in filmed() for shot in each]
    listening = [shot for play, shot in shots if listens(play, shot)]
    assert 0.08 <= len(listening) / len(shots) <= 0.30
    assert any(shot.role is Role.REACTION for shot in listening)
    assert all(listens(play, shot) for play, shot in shots if shot.role is Role.REACTION)


def test_a_third_to_a_half_of_the_turns_are_cut_over_a_voice() -> None:
    over = turns = 0
    for play, shots in filmed():
        for cut in (shot.first_frame for shot in shots[1:]):
            for one, other in zip(play.timings, play.timings[1:], strict=False):
                if one.speech_end_frame - 20 <= cut <= other.speech_first_frame + 20:
                    turns += 1
                    over += not (one.speech_end_frame - 3 <= cut <= other.speech_first_frame + 3)
    assert turns > 20
    assert 0.25 <= over / turns <= 0.55


def test_whoever_an_action_names_is_seen_in_it() -> None:
    people = [*facing_pair(), Person("cy", [(0, 0.0, -1.6, math.pi)], 1.7)]
    play = Play(people)
    for who in ("ann", "cy", "bob", "cy"):
        play.do(who, "look", 3.0).say("ann", 2.5, "bob")
    shots = shoot(play)[0].shots
    for beat, timing in zip(play.beats, play.timings, strict=True):
        if beat.action is not None:
            seen = {who for shot in shots for who in shot.subjects
                    if shot.first_frame < timing.end_frame
                    and shot.end_frame > timing.first_frame}  # fmt: skip
            assert set(beat.action.character_ids) & seen


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000))
def test_the_same_scene_always_gives_the_same_shots(seed: int) -> None:
    assert shoot(random_play(Random(seed)))[0] == shoot(random_play(Random(seed)))[0]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000))
def test_no_shot_is_too_short_to_be_seen_unless_it_says_so(seed: int) -> None:
    for shot in shoot(random_play(Random(seed)))[0].shots:
        least = 1.8 if shot.size in (Size.EWS, Size.WS) else 0.75
        assert shot.frames / 24 >= least - 1e-6 or "minimum" in shot.breaks
