"""A mix made in sections is one mix: without seams, and a section is the same wherever it lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation import film_mix
from mstation.sound import mix, mix_plan
from mstation.sound.balance import ceiling_of
from mstation.sound.hops import hops_of
from mstation.sound.levels import measured
from mstation.sound.limiter import held_under, play_along
from mstation.sound.metering import (
    FINE_HOP,
    HOP,
    PEAK_HOP,
    PEAK_MARGIN,
    Meter,
    Sound,
    integrated,
    peaks,
)
from mstation.sound.mix_plan import STEMS, MixPlan
from mstation.sound.targets import Target, targets
from mstation.sound.wavefile import StereoWriter, join, open_wav
from tests.sound.mixing import Laid, planned, section

WEB = targets()["web"]
FRAME = 2000


def _noise(seed: int, samples: int, level: float) -> Sound:
    return (level * np.random.default_rng(seed).standard_normal((samples, 2))).astype(np.float32)


def _spoken(seed: int, samples: int, level: float = 0.12) -> Sound:
    rhythm = np.abs(np.sin(2 * np.pi * 2 * np.arange(samples) / 48_000))[:, None]
    return (_noise(seed, samples, level) * rhythm).astype(np.float32)


def _write(path: Path, sound: Sound) -> Path:
    with StereoWriter(path) as writer:
        writer.write(sound)
    return path


@dataclass(frozen=True)
class Film:
    """Three scenes with sounds that ring over into what follows."""

    laid: Laid
    scenes: list[int]
    samples: int

    def mixed(self, target: Target = WEB) -> tuple[list[tuple[int, int]], list[Sound], MixPlan]:
        plan, _ = planned(self.laid, self.scenes, self.samples, target)
        firsts = film_mix.cuts(self.scenes, self.samples)
        spans = list(zip(firsts, [*firsts[1:], self.samples], strict=True))
        made = [section(self.laid, plan, span, self.samples, target).sound for span in spans]
        return spans, made, plan


def _film(folder: Path, first_frames: int, *, loud: float = 0.12) -> Film:
    """Return a film whose first scene is so long; the others never change."""
    folder.mkdir(parents=True, exist_ok=True)
    lengths = [FRAME * frames for frames in (first_frames, 323, 411)]
    scenes = [0, lengths[0], lengths[0] + lengths[1]]
    laid: Laid = {name: [] for name in STEMS}
    for index, (start, length) in enumerate(zip(scenes, lengths, strict=True)):
        words = np.concatenate([np.zeros((90_000, 2), np.float32), _spoken(index, 150_000, loud)])
        hush, theme = _noise(10 + index, length + 40_000, 0.002), _noise(20, length, 0.02)
        for name, sound in (("dialogue", words), ("effects", hush), ("music", theme)):
            path = _write(folder / f"{index}-{name}.wav", sound)
            laid[name].append((start + (48_123 if name == "music" else 0), path))
    return Film(laid, scenes, sum(lengths))


def _whole(film: Film, plan: MixPlan) -> Sound:
    """Return the mix before its limiter, made at once."""
    out = np.zeros((film.samples, 2), np.float32)
    for name in STEMS:
        stem = np.zeros((film.samples + 200_000, 2), np.float32)
        for first, path in film.laid[name]:
            wav = open_wav(path)
            stem[first : first + wav.samples] += wav.read(0, wav.samples)
        stem = stem[: film.samples].copy()
        if name in mix_plan.BEDS:
            play_along(stem, 0, plan.at, plan.way(name), gain=plan.gain(name))
        else:
            stem *= np.float32(plan.gain(name))
        out += stem
    return out


def test_sections_one_after_the_other_are_the_mix_made_at_once(tmp_path: Path) -> None:
    film = _film(tmp_path, 250, loud=0.01)  # too soft to be limited once it is turned down
    _, _, plan = film.mixed()
    soft = replace(plan, whole_db=-12.0)
    spans = film.mixed()[0]
    made = [section(film.laid, soft, span, film.samples, WEB).sound for span in spans]
    assert np.abs(np.concatenate(made) - _whole(film, soft)).max() < 1e-6


def test_a_limiter_holds_a_mix_in_sections_as_it_holds_the_whole(tmp_path: Path) -> None:
    film = _film(tmp_path, 251)
    hard = replace(film.mixed()[2], whole_db=24.0)  # it is at work nearly everywhere
    spans, whole = film.mixed()[0], _whole(film, hard)
    made = [section(film.laid, hard, span, film.samples, WEB).sound for span in spans]
    held = np.concatenate(made)
    padded = np.pad(held, ((PEAK_MARGIN, PEAK_MARGIN), (0, 0)))
    assert peaks(padded).max() <= 1.01 * ceiling_of(WEB)
    loud = np.abs(whole[:, 0]) > 0.05
    gain = np.where(loud, held[:, 0] / np.where(loud, whole[:, 0], 1.0), np.nan)
    assert np.nanmin(gain) < 0.5
    together = held_under(peaks(np.pad(whole, ((PEAK_MARGIN, PEAK_MARGIN), (0, 0)))),
                          ceiling_of(WEB), gain=1.0)  # fmt: skip
    at_once = np.interp(np.arange(len(whole)), PEAK_HOP * np.arange(len(together)) + 32, together)
    assert np.nanmax(np.abs(gain - at_once)) < 0.15  # other hops, no other limiter


@settings(max_examples=15, deadline=None)
@given(st.integers(10_000, 14_000), st.integers(0, 9))
def test_a_limiter_is_where_the_next_section_takes_it_up(join_at: int, seed: int) -> None:
    loud = np.pad(_spoken(seed, 24_000, 0.6), ((mix.BEFORE, mix.AFTER), (0, 0)))
    before = mix._limiter(loud[: join_at + mix.BEFORE + mix.AFTER], join_at, 0.5)
    after = mix._limiter(loud[join_at:], 24_000 - join_at, 0.5)
    assert before is not None
    assert after is not None
    assert before.min() < 0.5
    assert np.allclose(before[mix.BEFORE + join_at :][:200], after[mix.BEFORE :][:200], atol=1e-6)
    assert np.abs(np.diff(before)).max() < 0.005


def test_scenes_that_are_pushed_back_are_mixed_to_the_same_bytes(tmp_path: Path) -> None:
    """By one frame, and by other lengths that are no whole second."""
    one = _film(tmp_path / "one", 250).mixed()
    for frames in (251, 263):
        other = _film(tmp_path / str(frames), frames).mixed()
        assert other[2].faders_db == one[2].faders_db
        assert other[2].whole_db == one[2].whole_db
        late = one[1][-3:]
        assert sum(map(len, late)) > FRAME * 411
        for before, after in zip(late, other[1][-3:], strict=True):
            assert np.array_equal(before, after)


@settings(max_examples=60)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=20), st.sampled_from([1, 37, FRAME]))
def test_sections_cover_the_film_and_are_never_long_or_tiny(lengths: list[int], frame: int) -> None:
    scenes = np.concatenate([[0], np.cumsum(lengths)]) * frame
    firsts = film_mix.cuts(scenes[:-1].tolist(), int(scenes[-1]))
    sizes = np.diff([*firsts, scenes[-1]])
    assert firsts[0] == 0
    assert sizes.max() <= 90 * 48_000
    assert len(sizes) == 1 or sizes.min() >= 48_000 / 2


@settings(max_examples=60)
@given(st.lists(st.integers(100, 3000), min_size=2, max_size=6), st.integers(1, 500))
def test_a_longer_scene_leaves_the_sections_after_it_where_they_were(
    frames: list[int], more: int
) -> None:
    def later(first: int) -> set[int]:
        scenes = FRAME * np.concatenate([[0], np.cumsum([first, *frames])])
        firsts = film_mix.cuts(scenes[:-1].tolist(), int(scenes[-1]))
        return {at - int(scenes[1]) for at in firsts if at > scenes[1]}

    assert later(400) == later(400 + more)


def test_what_a_section_hears_around_it_is_what_the_graph_gives_it() -> None:
    assert (film_mix.BEFORE, film_mix.AFTER, film_mix.STEMS) == (mix.BEFORE, mix.AFTER, STEMS)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 3000), min_size=1, max_size=5),
    st.integers(0, 4000),
    st.integers(0, 9),
)
def test_power_laid_on_a_films_hops_is_all_of_it(lengths: list[int], first: int, seed: int) -> None:
    starts = [0, *np.cumsum(lengths).tolist()]
    hops = hops_of(starts, starts[-1] + 60_000)
    powers = np.random.default_rng(seed).random(50)
    laid = hops.of([(first, powers)])
    energy = powers.sum() * FINE_HOP
    assert (laid * np.diff(hops.edges)).sum() == pytest.approx(energy)
    assert (hops.evenly(laid, HOP) * HOP).sum() == pytest.approx(energy)


def test_loudness_from_sections_is_that_of_the_whole(tmp_path: Path) -> None:
    film = _film(tmp_path, 254)
    plan, _ = planned(film.laid, film.scenes, film.samples, WEB)
    firsts = film_mix.cuts(film.scenes, film.samples)
    spans = zip(firsts, [*firsts[1:], film.samples], strict=True)
    made = [section(film.laid, plan, span, film.samples, WEB) for span in spans]
    heard = measured([each.levels for each in made], firsts, film.samples)
    meter = Meter()
    meter.hear(np.concatenate([each.sound for each in made]))
    whole = meter.levels().weighted
    assert integrated(heard.weighted) == pytest.approx(integrated(whole), abs=0.01)
    assert len(heard.weighted) == len(whole)


def test_sections_on_disk_are_joined_as_they_are(tmp_path: Path) -> None:
    sounds = [_noise(seed, 1000 + seed, 0.2) for seed in range(3)]
    paths = []
    for index, sound in enumerate(sounds):
        paths.append(tmp_path / f"{index}.wav")
        with StereoWriter(paths[-1], bits=24) as writer:
            writer.write(sound)
    join(paths, tmp_path / "all.wav")
    wav = open_wav(tmp_path / "all.wav")
    assert np.abs(wav.read(0, wav.samples) - np.concatenate(sounds)).max() <= 2**-24
    with pytest.raises(ValueError, match="32 bits"):
        join([_write(tmp_path / "float.wav", sounds[0])], tmp_path / "b.wav")
