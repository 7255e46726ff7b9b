"""The film's MIDI puts every cue where the film has it."""

from __future__ import annotations

import pytest
from symusic import Score

from mstation.breakdown.scene import Mood
from mstation.sound.compose import realise
from mstation.sound.cue import CuePlan
from mstation.sound.midi import film_midi
from mstation.sound.score import plan_score
from mstation.sound.spots import PlacedSpot, Spotting
from mstation.timebase import FrameRate
from tests.sound.spotted import spot

RATE = FrameRate(24_000, 1001)


def _cues() -> list[tuple[int, CuePlan]]:
    placed, first = [], 0
    for index, mood in enumerate((Mood.SAD, Mood.ACTION, Mood.WONDER)):
        frames = 500 + 37 * index
        made = spot(mood, id=f"sc-{index}", frames=frames, hits=(211,), speech=())
        placed.append(PlacedSpot(f"1M{index}", first, made))
        first += frames + (120 if index == 1 else 0)  # a stretch without music between
    plan = plan_score(Spotting("film", str(RATE), first, 2, tuple(placed)))
    return [(cue.first_frame, cue.plan) for cue in plan.cues]


def test_markers_and_notes_lie_at_their_film_times() -> None:
    cues = _cues()
    score = Score.from_midi(film_midi(cues, RATE)).to("second")
    assert [marker.text for marker in score.markers] == ["sc-0", "sc-1", "sc-2"]
    for marker, (first, _) in zip(score.markers, cues, strict=True):
        assert marker.time == pytest.approx(RATE.seconds(first), abs=0.001)
    starts = sorted(note.time for track in score.tracks for note in track.notes)
    expected = sorted(
        RATE.seconds(first) + note.time
        for first, plan in cues
        for track in realise(plan, RATE).to("second").tracks
        for note in track.notes
    )
    assert len(starts) == len(expected)
    assert starts == pytest.approx(expected, abs=0.002)


def test_tracks_are_named_for_their_instruments() -> None:
    cues = _cues()
    names = {track.name for track in Score.from_midi(film_midi(cues, RATE)).tracks}
    played = {t.name for _, plan in cues for t in realise(plan, RATE).tracks}
    assert names == played


def test_the_same_cues_give_the_same_bytes() -> None:
    assert film_midi(_cues(), RATE) == film_midi(_cues(), RATE)


def test_a_film_without_cues_is_an_empty_score() -> None:
    assert Score.from_midi(film_midi([], RATE)).note_num() == 0
