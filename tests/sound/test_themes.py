"""Themes are tunes of their own: a voice can sing them, and nobody else's arrival changes them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.sound.cue import MotifNote
from mstation.sound.palette import INSTRUMENTS
from mstation.sound.score import plan_score
from mstation.sound.score_plan import Theme
from mstation.sound.spots import Spotting
from mstation.sound.themes import TRANSFORMS, distance, intervals, themes_of, transformed
from tests.sound.spotted import film_of


def _themes(seed: int, language: str = "en") -> tuple[Theme, ...]:
    return themes_of(film_of(seed, 8, language), {"ch-a": "Mara"}, language)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_film_its_people_and_the_place_that_returns_have_themes(language: str) -> None:
    themes = _themes(1, language)
    assert themes[0].kind == "film"
    assert {theme.subject for theme in themes if theme.kind == "character"} == {
        "ch-a",
        "ch-b",
        "ch-c",
        "ch-d",
    }
    assert sum(theme.kind == "place" for theme in themes) == 1
    assert "Mara" in {theme.name for theme in themes}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(("en", "zh")))
def test_a_theme_is_singable(seed: int, language: str) -> None:
    for theme in _themes(seed, language):
        degrees = [note.degree for note in theme.notes]
        assert max(degrees) - min(degrees) <= 9 * theme.steps // 7
        moves = [after - before for before, after in itertools.pairwise(degrees)]
        assert all(abs(move) <= 4 for move in moves)
        for leap, after in itertools.pairwise(moves):
            assert abs(leap) < 3 or (abs(after) == 1 and (after > 0) != (leap > 0))


def test_themes_of_a_film_are_told_apart() -> None:
    nearest = [
        theme.nearest for seed in range(40) for theme in _themes(seed, ("en", "zh")[seed % 2])
    ]
    assert min(nearest) > 0.1
    assert sum(near >= 0.3 for near in nearest) > 0.95 * len(nearest)


def test_a_new_character_leaves_the_tunes_of_the_others_alone() -> None:
    before = film_of(3, 6, "en")
    first, *rest = before.cues
    guest = replace(first, spot=replace(first.spot, characters=("ch-new", *first.spot.characters)))
    after = replace(before, cues=(guest, *rest))
    tunes = {theme.id: theme.notes for theme in themes_of(before, {}, "en")}
    again = {theme.id: theme.notes for theme in themes_of(after, {}, "en")}
    assert len(again) == len(tunes) + 1
    assert tunes.items() <= again.items()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100))
def test_an_inversion_turned_again_is_the_tune_and_an_augmentation_takes_twice_as_long(
    seed: int,
) -> None:
    notes = _themes(seed)[0].notes
    assert transformed(transformed(notes, "inversion"), "inversion") == notes
    beats = sum(note.beats for note in notes)
    assert sum(note.beats for note in transformed(notes, "augmentation")) == 2 * beats
    head = transformed(notes, "fragment")
    assert head == notes[: len(head)]
    assert distance(notes, transformed(notes, "answer")) < 0.2


def test_a_transposed_tune_is_the_same_tune() -> None:
    notes = _themes(1)[0].notes
    higher = tuple(MotifNote(note.degree + 3, note.beats) for note in notes)
    assert intervals(notes) == intervals(higher)
    assert distance(notes, higher) == 0


def test_themes_return_with_their_people_stated_once_and_then_varied() -> None:
    plan = plan_score(film_of(5, 18, "en"))
    used: dict[str, list[str]] = {}
    for cue in plan.cues:
        for section in cue.plan.sections:
            if section.theme:
                used.setdefault(section.theme.theme_id, []).append(section.theme.transform)
                assert section.theme.why.en
                assert section.theme.why.zh
    known = {theme.id for theme in plan.themes}
    assert set(used) <= known
    assert any(len(set(each)) > 2 for each in used.values())
    assert {transform for each in used.values() for transform in each} <= set(TRANSFORMS)


def test_what_the_soundfont_lacks_is_said() -> None:
    plan = plan_score(film_of(2, 8, "zh"))
    told = {row.stands_in_for: row for row in plan.stand_ins}
    assert told["古筝"].program == "日本筝"
    assert told["古筝"].why.en == "guzheng: played by General MIDI koto"
    assert all(
        INSTRUMENTS[part.instrument].zh in told or not INSTRUMENTS[part.instrument].heard[0]
        for cue in plan.cues
        for section in cue.plan.sections
        for part in section.orchestration
    )


def test_a_film_without_music_has_a_theme_and_no_cue() -> None:
    plan = plan_score(Spotting("film", "24", 100, 1, ()))
    assert plan.cues == ()
    assert len(plan.themes) == 1
