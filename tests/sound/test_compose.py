"""What a cue promises: beats on cuts, room for voices, an end."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation import document
from mstation.breakdown.scene import Mood
from mstation.screenplay.script import Language
from mstation.sound.compose import realise
from mstation.sound.cue import SCHEMA, CuePlan
from mstation.sound.palette import INSTRUMENTS
from mstation.sound.score import plan_score
from mstation.sound.spots import HitPoint, PlacedSpot, Spot, Spotting, Told
from mstation.timebase import FrameRate
from tests.sound.spotted import spot

RATES = (FrameRate(24), FrameRate(25), FrameRate(24_000, 1001))


@st.composite
def cues(draw: st.DrawFn) -> tuple[CuePlan, FrameRate]:
    frames = draw(st.integers(1, 3000))
    inside = st.integers(0, frames)
    speech = tuple(
        tuple(sorted(pair)) for pair in draw(st.lists(st.tuples(inside, inside), max_size=6))
    )
    rate = draw(st.sampled_from(RATES))
    made = spot(
        draw(st.sampled_from(Mood)),
        id=draw(st.text(max_size=8)),
        frames=frames,
        language=draw(st.sampled_from(("en", "zh"))),
        strength=draw(st.floats(0, 1)),
        tension=draw(st.floats(0, 1)),
        hits=tuple(draw(st.lists(inside, max_size=12))),
        speech=speech,
    )
    return _planned(made, rate=rate, seed=draw(st.integers(0, 5))), rate


@settings(max_examples=60, deadline=None)
@given(cues())
def test_sections_tile_the_scene_and_hold_a_chord_a_bar(cue: tuple[CuePlan, FrameRate]) -> None:
    plan, _ = cue
    assert plan.sections[0].first_frame == 0
    assert plan.sections[-1].end_frame == plan.frames
    for before, after in zip(plan.sections, plan.sections[1:], strict=False):
        assert before.end_frame == after.first_frame
    for section in plan.sections:
        assert section.beats >= 1
        assert len(section.harmony) == len(section.bars)
        assert section.why.en
        assert section.why.zh


@settings(max_examples=60, deadline=None)
@given(cues())
def test_no_note_sounds_among_the_voices(cue: tuple[CuePlan, FrameRate]) -> None:
    plan, rate = cue
    score = realise(plan, rate).to("second")
    for track in score.tracks:
        for note in track.notes:
            if not 63 <= note.pitch <= 98:
                continue
            for first, end in plan.speech:
                start_s, end_s = rate.seconds(first), rate.seconds(end)
                assert note.time >= end_s - 0.01 or note.time + note.duration <= start_s + 0.01


@settings(max_examples=40, deadline=None)
@given(cues())
def test_notes_stay_in_the_scene_and_in_their_instruments(
    cue: tuple[CuePlan, FrameRate],
) -> None:
    plan, rate = cue
    score = realise(plan, rate).to("second")
    for track in score.tracks:
        instrument = INSTRUMENTS[track.name]
        for note in track.notes:
            assert note.time >= 0
            assert note.time + note.duration <= rate.seconds(plan.frames) + 0.01
            assert instrument.low <= note.pitch <= instrument.high


@settings(max_examples=30, deadline=None)
@given(cues())
def test_a_plan_survives_its_document_and_plays_the_same(
    cue: tuple[CuePlan, FrameRate],
) -> None:
    plan, rate = cue
    again = document.read(document.write(plan, SCHEMA), CuePlan, SCHEMA)
    assert document.write(again, SCHEMA) == document.write(plan, SCHEMA)
    assert realise(again, rate).dumps_midi() == realise(plan, rate).dumps_midi()


@settings(max_examples=40, deadline=None)
@given(cues())
def test_every_hit_with_an_accent_has_a_note_within_half_a_frame(
    cue: tuple[CuePlan, FrameRate],
) -> None:
    plan, rate = cue
    score = realise(plan, rate).to("second")
    onsets = [note.time for track in score.tracks for note in track.notes]
    half = float(rate.seconds(1)) / 2 + 0.001
    for hit in plan.hits:
        assert (hit.kind == "passed") == (abs(hit.error_frames) > 0.5 or not hit.frame >= 0)
        assert hit.accent == "none" or hit.kind != "passed"
        if hit.accent != "none":
            assert min(abs(onset - float(rate.seconds(hit.frame))) for onset in onsets) <= half


def test_a_section_turns_on_the_cut() -> None:
    plan = _plan(Mood.SAD, hits=(290,))
    assert 290 in {section.first_frame for section in plan.sections}


def test_a_cue_ends_with_a_cadence_and_dies_away() -> None:
    last = _plan(Mood.WARM, hits=()).sections[-1]
    assert last.texture == "ring"
    assert last.phrases[-1].cadence in ("authentic", "plagal")
    assert last.harmony[-1].startswith("I")
    assert last.dynamics[1] < 0.1


def test_a_tense_cue_is_left_unsettled() -> None:
    plan = _plan(Mood.TENSE, tension=0.9)
    assert plan.sections[-1].phrases[-1].cadence == "deceptive"


def test_a_cue_that_changes_key_says_through_which_door_and_comes_home() -> None:
    plan = _plan(Mood.WONDER, frames=4000, hits=(), speech=((600, 700), (2500, 2600)))
    keys = [section.tonic for section in plan.sections]
    assert len(set(keys)) > 1
    assert keys[0] == keys[-1] == plan.tonic
    for before, after in itertools.pairwise(plan.sections):
        assert (after.modulation is not None) == (before.tonic != after.tonic)
        if after.modulation:
            assert before.harmony[-1] == after.modulation.chord


def test_a_faint_sadness_stays_in_the_major() -> None:
    assert _plan(Mood.SAD, strength=0.2).mode == "ionian"
    assert _plan(Mood.SAD, strength=0.8).mode == "aeolian"


def test_chinese_films_are_scored_in_five_tones_on_their_own_instruments() -> None:
    plan = _plan(Mood.SAD, language="zh")
    played = {part.instrument for section in plan.sections for part in section.orchestration}
    assert plan.mode == "yu"
    assert played & {"guzheng", "erhu", "xiao"}


@pytest.mark.parametrize("mood", list(Mood))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_mood_makes_music(mood: Mood, language: Language) -> None:
    plan = _plan(mood, language=language)
    assert realise(plan, RATES[0]).note_num() > 10


def test_action_is_quicker_and_denser_than_sadness() -> None:
    action, sad = _plan(Mood.ACTION), _plan(Mood.SAD)
    assert action.bpm > 1.5 * sad.bpm
    assert realise(action, RATES[0]).note_num() > 2 * realise(sad, RATES[0]).note_num()


def test_a_stinger_is_struck_and_a_stop_leaves_a_silence() -> None:
    cut = Told("a blow", "一击")
    struck = replace(spot(Mood.TENSE, speech=()), hits=(HitPoint(480, "action", 1.0, cut),))
    left = replace(spot(speech=()), hits=(HitPoint(480, "exit", 1.0, cut),))
    hit, stop = _planned(struck), _planned(left)
    assert [each.accent for each in (*hit.hits, *stop.hits)] == ["stinger", "stop"]
    drums = [t for t in realise(hit, RATES[0]).to("second").tracks if t.name == "timpani"]
    assert [note.time for note in drums[0].notes] == pytest.approx([20.0], abs=0.02)
    beat_s = 60 / next(s.bpm for s in stop.sections if s.first_frame <= 480 < s.end_frame)
    quiet = (20 + beat_s + 0.05, 20 + 3 * beat_s - 0.05)
    for track in realise(stop, RATES[0]).to("second").tracks:
        for note in track.notes:
            assert note.time >= quiet[1] or note.time + note.duration <= quiet[0]


def _plan(mood: Mood, **given: Any) -> CuePlan:
    return _planned(spot(mood, **given))


def _planned(made: Spot, *, rate: FrameRate = RATES[0], seed: int = 1) -> CuePlan:
    spotting = Spotting("film", str(rate), made.frames, seed, (PlacedSpot("1M1", 0, made),))
    return plan_score(spotting).cues[0].plan
