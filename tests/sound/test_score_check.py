"""The examiner of scores: it finds what is wrong, and finds nothing wrong in two hundred cues."""

from __future__ import annotations

import pytest
from symusic import Note, Score, Tempo, Track

from mstation.screenplay.script import Language
from mstation.sound.midi import film_midi
from mstation.sound.score import plan_score
from mstation.sound.score_check import ScoreCheck, check_score
from mstation.timebase import FrameRate
from tests.sound.spotted import film_of

RATES = ("24", "25", "24000/1001", "30")


def _checked(seed: int, language: Language) -> ScoreCheck:
    plan = plan_score(film_of(seed, 10, language, RATES[seed % 4]))
    rate = FrameRate.parse(plan.rate)
    midi = film_midi([(cue.first_frame, cue.plan) for cue in plan.cues], rate)
    return check_score(
        midi,
        rate,
        hits=[cue.first_frame + hit.frame for cue in plan.cues for hit in cue.plan.met],
        speech=[
            (cue.first_frame + first, cue.first_frame + end)
            for cue in plan.cues
            for first, end in cue.plan.speech
        ],
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_hundred_cues_keep_range_and_voice_leading_and_land_their_hits(
    language: Language,
) -> None:
    found = [_checked(seed, language) for seed in range(10)]
    assert sum(each.notes for each in found) > 5000
    assert sum(each.out_of_range for each in found) == 0
    assert sum(each.speech_breaches for each in found) == 0
    assert sum(each.hits for each in found) > 100
    assert sum(each.hits_met for each in found) == sum(each.hits for each in found)
    assert max(each.worst_hit_frames for each in found) <= 0.51
    moves = sum(each.outer_moves for each in found)
    assert moves > 300
    assert sum(each.outer_parallels for each in found) < 0.01 * moves


def _midi(*chords: tuple[int, ...], name: str = "strings") -> bytes:
    score = Score(480)
    score.tempos.append(Tempo(0, qpm=60))
    track = Track(name, 48, False)
    for beat, pitches in enumerate(chords):
        for pitch in pitches:
            track.notes.append(Note(480 * beat, 480, pitch, 80))
    score.tracks.append(track)
    return bytes(score.dumps_midi())


def test_parallels_ranges_misses_and_breaches_are_found() -> None:
    rate = FrameRate(24)
    assert check_score(_midi((48, 55), (50, 57)), rate).outer_parallels == 1
    assert check_score(_midi((48, 60), (50, 62)), rate).outer_parallels == 1
    assert check_score(_midi((48, 55), (50, 59)), rate).outer_parallels == 0
    assert check_score(_midi((48,), (50,)), rate).outer_moves == 0
    assert check_score(_midi((20,)), rate).out_of_range == 1
    missed = check_score(_midi((48,), (50,)), rate, hits=(24, 30))
    assert (missed.hits, missed.hits_met, missed.worst_hit_frames) == (2, 1, 6.0)
    assert check_score(_midi((70,)), rate, speech=((10, 20),)).speech_breaches == 1
    assert check_score(_midi((50,)), rate, speech=((10, 20),)).speech_breaches == 0
