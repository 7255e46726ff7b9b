"""Chords are spelled in their key and led by small steps."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.scene import Mood
from mstation.sound.beatmap import bars_of
from mstation.sound.harmony import chord, lead, parallels, pitch_of_degree, triad_after
from mstation.sound.modulation import modulate
from mstation.sound.palette import INSTRUMENTS, MODE_WORDS, MODES, ROLES, palette_of
from mstation.sound.phrases import phrase_rows, phrases_for


@pytest.mark.parametrize(
    ("numeral", "tonic", "tones"),
    [
        ("I", 0, (0, 4, 7)),
        ("bVI", 0, (8, 0, 3)),
        ("iv", 9, (2, 5, 9)),
        ("Isus2", 2, (2, 4, 9)),
        ("V5", 7, (2, 9)),
        ("iadd9", 0, (0, 3, 7, 2)),
    ],
)
def test_a_numeral_spells_its_chord(numeral: str, tonic: int, tones: tuple[int, ...]) -> None:
    assert chord(numeral, tonic) == tones


def test_what_is_no_chord_is_refused() -> None:
    with pytest.raises(ValueError, match="not a chord"):
        chord("IX", 0)


@pytest.mark.parametrize("mood", list(Mood))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_palette_names_what_exists(mood: Mood, language: str) -> None:
    palette = palette_of(mood, language)
    assert palette.mode in MODES
    assert palette.mode in MODE_WORDS
    cadences = {row.cadence for row in phrase_rows(mood, palette.mode)}
    assert cadences & {"half", "open"}
    assert cadences & {"authentic", "plagal"}
    for row in phrase_rows(mood, palette.mode):
        assert row.source
        assert all(chord(numeral, 0) for numeral in row.harmony)
    assert all(name in INSTRUMENTS for names in palette.parts.values() for name in names)
    assert set(palette.textures) == {"open", "talk", "gap", "climax", "close"}
    for texture in palette.textures.values():
        assert set(ROLES[texture]) <= set(palette.parts)


@given(st.lists(st.sampled_from(["I", "vi", "IV", "V", "ii", "iii", "bVI"]), min_size=2))
def test_voices_move_little_and_hold_the_whole_chord(numerals: list[str]) -> None:
    before: tuple[int, ...] = ()
    for numeral in numerals:
        tones = chord(numeral, 0)
        voicing = lead(tones, before, voices=3, low=53, high=77)
        assert {pitch % 12 for pitch in voicing} == set(tones)
        if before:
            assert sum(abs(a - b) for a, b in zip(voicing, before, strict=True)) <= 14
        before = voicing


@pytest.mark.parametrize(
    ("word", "is_major", "numeral"),
    [
        ("P", True, "i"),
        ("L", True, "iii"),
        ("R", True, "vi"),
        ("N", True, "iv"),
        ("S", True, "bii"),
        ("H", True, "bvi"),
        ("H", False, "III"),
        ("PL", True, "bVI"),
        ("LP", True, "III"),
    ],
)
def test_a_word_makes_its_triad(word: str, *, is_major: bool, numeral: str) -> None:
    assert triad_after(word, is_major=is_major) == numeral


@given(st.text("PLR", max_size=6), st.sampled_from("PLRNSH"), st.booleans())
def test_every_transformation_undoes_itself(word: str, letter: str, is_major: bool) -> None:
    assert triad_after(word + letter * 2, is_major=is_major) == triad_after(word, is_major=is_major)


@given(st.text("PLR", min_size=1, max_size=1), st.booleans())
def test_a_simple_transformation_keeps_two_tones(letter: str, is_major: bool) -> None:
    tonic = set(chord("I" if is_major else "i", 0))
    assert len(tonic & set(chord(triad_after(letter, is_major=is_major), 0))) == 2


@given(st.integers(1, 60), st.integers(1, 4), st.sampled_from(Mood), st.integers(0, 99))
def test_phrases_hold_all_bars_and_end_as_asked(
    bars: int, held: int, mood: Mood, seed: int
) -> None:
    mode = palette_of(mood, "en").mode
    phrases = phrases_for(bars, held, mood, mode, "deceptive", random.Random(seed))
    assert sum(phrase.bars for phrase in phrases) == bars
    assert all(len(phrase.harmony) == phrase.bars for phrase in phrases)
    assert phrases[-1].cadence == "deceptive" or mood is Mood.WONDER


@given(st.integers(0, 11), st.integers(0, 11), st.sampled_from(sorted(MODES)))
def test_a_pivot_is_a_chord_of_both_keys(one: int, other: int, mode: str) -> None:
    way = modulate(one, mode, other, mode)
    assert (way is None) == (one == other)
    if way and way.kind == "pivot":
        tones = set(chord(way.chord, one))
        for tonic in (one, other):
            assert tones <= {(tonic + step) % 12 for step in MODES[mode]}


def test_parallel_fifths_are_seen() -> None:
    assert parallels((48, 55), (50, 57)) == 1
    assert parallels((48, 55), (48, 55)) == 0
    assert parallels((48, 55), (50, 55)) == 0


def test_degrees_climb_through_the_octaves() -> None:
    gong = MODES["gong"]
    assert [pitch_of_degree(n, gong, 0, octave=4) for n in (0, 2, 5, -1)] == [60, 64, 72, 57]


@given(st.integers(1, 60), st.sampled_from((3, 4)))
def test_bars_hold_all_beats(beats: int, meter: int) -> None:
    bars = bars_of(beats, meter)
    assert sum(bars) == beats
    assert all(1 <= bar <= meter + 1 for bar in bars)
