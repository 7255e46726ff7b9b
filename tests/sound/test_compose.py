"""What a cue promises: beats on cuts, room for voices, an end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation import document
from mstation.breakdown.scene import Mood
from mstation.sound.compose import plan_cue, realise
from mstation.sound.cue import SCHEMA, CuePlan
from mstation.sound.palette import INSTRUMENTS
from mstation.timebase import FrameRate

RATES = (FrameRate(24), FrameRate(25), FrameRate(24_000, 1001))


@st.composite
def cues(draw: st.DrawFn) -> tuple[CuePlan, FrameRate]:
    frames = draw(st.integers(1, 3000))
    inside = st.integers(0, frames)
    speech = tuple(
        tuple(sorted(pair)) for pair in draw(st.lists(st.tuples(inside, inside), max_size=6))
    )
    rate = draw(st.sampled_from(RATES))
    plan = plan_cue(
        draw(st.text(max_size=8)),
        frames,
        rate,
        draw(st.sampled_from(Mood)),
        draw(st.floats(0, 1)),
        draw(st.sampled_from(("en", "zh"))),
        hits=tuple(draw(st.lists(inside, max_size=12))),
        speech=speech,
        seed=draw(st.integers(0, 5)),
    )
    return plan, rate


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
        assert section.harmony
        assert section.why


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
def test_a_hit_is_reported_as_it_lands(cue: tuple[CuePlan, FrameRate]) -> None:
    plan, _ = cue
    starts = {section.first_frame for section in plan.sections}
    for hit in plan.hits:
        if hit.frame in starts:
            assert (hit.kind, hit.error_frames) == ("downbeat", 0.0)
        assert (hit.kind == "miss") == (abs(hit.error_frames) > 3.0)


def test_a_section_turns_on_the_cut() -> None:
    plan = _plan(Mood.SAD, hits=(290,))
    assert 290 in {section.first_frame for section in plan.sections}


def test_a_scene_ends_with_its_cadence_and_dies_away() -> None:
    plan = _plan(Mood.WARM, hits=())
    assert plan.sections[-1].texture == "ring"
    assert plan.sections[-1].harmony[-1] == "I"
    assert plan.sections[-1].dynamics[1] < 0.1


def test_all_scenes_of_a_film_share_one_theme_and_home() -> None:
    one, other = _plan(Mood.SAD, scene="sc-1"), _plan(Mood.SAD, scene="sc-2")
    assert (one.motif, one.tonic) == (other.motif, other.tonic)
    assert _plan(Mood.SAD, seed=4).motif != one.motif


def test_chinese_films_are_scored_in_five_tones_on_their_own_instruments() -> None:
    plan = _plan(Mood.SAD, language="zh")
    played = {part.instrument for section in plan.sections for part in section.orchestration}
    assert plan.mode == "yu"
    assert played & {"guzheng", "erhu", "xiao"}


@pytest.mark.parametrize("mood", list(Mood))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_mood_makes_music(mood: Mood, language: str) -> None:
    plan = _plan(mood, language=language)
    assert realise(plan, RATES[0]).note_num() > 10


def test_action_is_quicker_and_denser_than_sadness() -> None:
    action, sad = _plan(Mood.ACTION), _plan(Mood.SAD)
    assert action.bpm > 1.5 * sad.bpm
    assert realise(action, RATES[0]).note_num() > 2 * realise(sad, RATES[0]).note_num()


def _plan(
    mood: Mood,
    *,
    hits: tuple[int, ...] = (97, 290, 600),
    scene: str = "sc-1",
    language: str = "en",
    seed: int = 1,
) -> CuePlan:
    return plan_cue(
        scene, 1000, RATES[0], mood, 0.6, language, hits=hits, speech=((350, 480),), seed=seed
    )
