"""Chords are spelled in their key and led by small steps."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.scene import Mood
from mstation.sound.harmony import chord, lead, parallels, pitch_of_degree
from mstation.sound.palette import INSTRUMENTS, MODES, ROLES, palette_of
from mstation.sound.tempo import bars_of, beats_of_sections


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
    for numeral in [*itertools.chain(*palette.progressions), *palette.cadence]:
        assert chord(numeral, 0)
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


@given(st.lists(st.floats(6, 30), min_size=1, max_size=8))
def test_tempi_stay_within_reach_and_turn_gently(lengths: list[float]) -> None:
    beats = beats_of_sections(lengths, [[] for _ in lengths], tempo=(60, 76), ideal=66, meter=4)
    tempi = [60 * count / length for count, length in zip(beats, lengths, strict=True)]
    assert all(60 / 1.13 <= tempo <= 76 * 1.13 for tempo in tempi)
    assert all(0.75 < a / b < 1.34 for a, b in itertools.pairwise(tempi))
