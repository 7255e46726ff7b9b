"""How far speech stands over the rest, and the room that is made for it: laws."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.sound.ducking import EFFECTS, MUSIC, ducked
from mstation.sound.intelligibility import CLEAR_DB, heard, short_of, spoken_seconds

_powers = st.lists(st.floats(-60, -10), min_size=4, max_size=12)
_spoken = st.lists(st.one_of(st.none(), st.floats(-45, -20)), min_size=4, max_size=12)


def _over_time(levels: list[float | None]) -> np.ndarray:
    """Return powers every 10 ms: half a second a level, None for nothing."""
    powers = [0.0 if level is None else 10 ** (level / 10) for level in levels]
    return np.repeat(powers, 50)


@settings(max_examples=80, deadline=None)
@given(_spoken, _powers)
def test_speech_is_clear_in_every_spoken_second_or_the_bed_is_as_low_as_it_goes(
    voices: list[float | None], bed: list[float]
) -> None:
    count = min(len(voices), len(bed))
    speech, music = _over_time(voices[:count]), _over_time(bed[:count])
    gain = ducked(speech, music, MUSIC)
    lowest = 10 ** (MUSIC.most_db / 20)
    for second in spoken_seconds(speech, music * gain**2, np.zeros(len(speech))):
        there = gain[second.second * 100 : (second.second + 1) * 100]
        assert second.over_music_db >= CLEAR_DB or there.min() <= lowest * 1.01


@settings(max_examples=80, deadline=None)
@given(_spoken, _powers, st.integers(0, 99), st.integers(1, 3))
def test_speech_is_clear_wherever_the_seconds_of_the_film_fall(
    voices: list[float | None], bed: list[float], into: int, cut: int
) -> None:
    count = min(len(voices), len(bed))
    speech, music = _over_time(voices[:count]), _over_time(bed[:count])
    seconds = (np.arange(len(speech)) + into) // 100
    gain = ducked(speech, music, MUSIC, scenes=(0, 50 * cut), seconds=seconds)
    short = short_of(speech, music * gain**2, heard(speech), seconds, clear_db=CLEAR_DB)
    lowest = 10 ** (MUSIC.most_db / 20)
    for second in np.unique(seconds[short > 0]):
        assert gain[seconds == second].min() <= lowest * 1.01


@settings(max_examples=80, deadline=None)
@given(_spoken, _powers)
def test_a_bed_swells_and_never_switches(voices: list[float | None], bed: list[float]) -> None:
    count = min(len(voices), len(bed))
    speech, music = _over_time(voices[:count]), _over_time(bed[:count])
    for manners in (MUSIC, EFFECTS):
        gain_db = 20 * np.log10(ducked(speech, music, manners))
        assert np.abs(np.diff(gain_db)).max(initial=0) < 0.7  # decibels in 10 ms
        assert gain_db.max() <= 1e-9
        assert gain_db.min() >= manners.most_db - 1e-6


def test_where_nobody_speaks_nothing_makes_way() -> None:
    music = _over_time([-20.0] * 8)
    assert np.allclose(ducked(np.zeros(400), music, MUSIC), 1.0)
    assert not heard(np.zeros(400)).any()
    assert spoken_seconds(np.zeros(400), music, music) == []


def test_effects_that_are_low_enough_stay_as_they_are() -> None:
    speech, hush = _over_time([-30.0] * 8), _over_time([-60.0] * 8)
    assert np.allclose(ducked(speech, hush, EFFECTS), 1.0)


def test_a_spoken_second_says_how_far_speech_stands_over_each() -> None:
    speech = _over_time([None, None, -30.0, -30.0, None, None])
    seconds = spoken_seconds(speech, _over_time([-42.0] * 6), _over_time([-35.0] * 6))
    assert [(each.second, each.over_music_db, each.over_effects_db) for each in seconds] == [
        (1, 12.0, 5.0)
    ]
