"""Stems, ducking, loudness: measured by a meter that is not ours, not believed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mstation.errors import InvalidInput, Unsupported
from mstation.sound.levels import FilmLevels
from mstation.sound.reel import lay
from mstation.sound.targets import targets
from mstation.sound.wavefile import StereoWriter, open_wav
from mstation.voices.wav import read_wav, write_wav
from tests.sound.ffmpeg_meter import measure
from tests.sound.mixing import mix_film
from tests.sound.summing import summed

Sound = NDArray[np.float32]
Piece = tuple[int, Sound]


def _tone(seconds: float, pitch: float, level: float) -> Sound:
    time = np.arange(round(seconds * 48_000)) / 48_000
    return (level * np.sin(2 * np.pi * pitch * time)).astype(np.float32)


def _voice(seconds: float, level: float = 0.15) -> Sound:
    """Return something with the rhythm of speech: noise in syllables."""
    noise = np.random.default_rng(5).standard_normal(round(seconds * 48_000))
    time = np.arange(len(noise)) / 48_000
    return (level * noise * np.abs(np.sin(2 * np.pi * 2 * time))).astype(np.float32)


def _hush(seconds: float, level: float) -> Sound:
    noise = np.random.default_rng(6).standard_normal(round(seconds * 48_000))
    return (level * noise).astype(np.float32)


def _written(folder: Path, name: str, pieces: list[Piece]) -> list[tuple[int, Path]]:
    paths = []
    for index, (first, sound) in enumerate(pieces):
        path = folder / f"{name}-{index}.in.wav"
        path.write_bytes(write_wav(sound, 48_000))
        paths.append((first, path))
    return paths


@dataclass(frozen=True)
class Mixed:
    levels: FilmLevels
    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.wav"

    def read(self, name: str) -> Sound:
        wav = open_wav(self.path(name))
        return wav.read(0, wav.samples)


def _mix(
    folder: Path,
    seconds: float,
    *,
    dialogue: list[Piece] | None = None,
    effects: list[Piece] | None = None,
    music: list[Piece] | None = None,
    target: str = "web",
) -> Mixed:
    total = round(seconds * 48_000)
    given = {"dialogue": dialogue, "effects": effects, "music": music}
    laid = {name: _written(folder, name, pieces or []) for name, pieces in given.items()}
    return Mixed(mix_film(laid, total, targets()[target], folder), folder)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 300)), max_size=8))
def test_a_reel_reads_as_the_stem_in_memory_in_any_stretch(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[int, int]]
) -> None:
    random = np.random.default_rng(1)
    lines = [(at, random.random(length).astype(np.float32) / 2) for at, length in pieces]
    reel = lay(_written(tmp_path_factory.mktemp("stem"), "a", lines), 1000)
    whole = summed(lines, 1000)
    assert np.allclose(reel.read(0, 1000), whole, atol=1e-6)
    assert np.allclose(reel.read(-5, 400)[5:], whole[:395], atol=1e-6)
    assert not reel.read(1000, 50).any()
    assert not reel.read(-5, 5).any()


@pytest.mark.parametrize("target", sorted(targets()))
def test_a_film_is_as_loud_as_asked_for_and_stays_under_its_ceiling(
    tmp_path: Path, target: str
) -> None:
    asked = targets()[target]
    lines = [(4 * 48_000, _voice(4)), (16 * 48_000, _voice(3))]
    music = [(0, _tone(30, 220, 0.02))]
    mixed = _mix(tmp_path, 30, dialogue=lines, music=music, target=target)
    found = measure(mixed.path("mix"))
    levelled = mixed.path("dialogue" if asked.levelled == "dialogue" else "mix")
    assert abs(measure(levelled).integrated_lufs - asked.loudness_lufs) < 0.5
    assert mixed.levels.is_reached
    assert found.true_peak_dbtp < asked.true_peak_dbtp
    assert mixed.levels.integrated_lufs == pytest.approx(found.integrated_lufs, abs=0.15)
    assert mixed.levels.true_peak_dbtp == pytest.approx(found.true_peak_dbtp, abs=0.3)
    assert mixed.levels.clipped_samples == 0
    assert np.abs(mixed.read("mix")).max() < 1.0


def test_peaks_that_would_pass_the_ceiling_are_held(tmp_path: Path) -> None:
    clicks = _voice(20, 0.02)
    clicks[::12_000] = 0.9  # four a second, far over the rest
    mixed = _mix(tmp_path, 20, dialogue=[(0, clicks)])
    found = measure(mixed.path("mix"))
    assert found.true_peak_dbtp < -1.0
    assert np.abs(mixed.read("dialogue")).max() > 1.0  # the stem is before the limiter
    assert abs(found.integrated_lufs + 16) < 0.5


def test_music_makes_way_for_voices_and_comes_back(tmp_path: Path) -> None:
    line, score = [(10 * 48_000, _voice(5))], [(0, _tone(30, 900, 0.05))]
    mixed = _mix(tmp_path, 30, dialogue=line, music=score)
    level = np.abs(mixed.read("music")[:, 0]).reshape(-1, 480).max(axis=1)  # every 10 ms
    depth = 20 * np.log10(level[1010:1490].max() / level[700])
    assert -30 < depth < -5
    assert level[2500] == pytest.approx(level[700], rel=0.01)
    steps = np.abs(np.diff(20 * np.log10(level)))
    assert steps.max() < 0.7  # decibels in 10 ms: heard as a swell, not as a switch


def test_the_louder_music_is_under_a_quiet_voice_the_more_it_makes_way(tmp_path: Path) -> None:
    lines = [(5 * 48_000, _voice(4)), (20 * 48_000, _voice(4, 0.03))]
    mixed = _mix(tmp_path, 30, dialogue=lines, music=[(0, _hush(30, 0.05))])
    level = np.abs(mixed.read("music")[:, 0]).reshape(-1, 4800).mean(axis=1)
    assert level[220] < 0.6 * level[70]
    assert min(second.over_music_db for second in mixed.levels.spoken) >= 10


def test_effects_make_way_for_voices_only_as_far_as_words_need(tmp_path: Path) -> None:
    lines = [(5 * 48_000, _voice(4)), (20 * 48_000, _voice(4))]
    rain = [(0, _hush(15, 0.08)), (15 * 48_000, _hush(15, 0.002))]
    mixed = _mix(tmp_path, 30, dialogue=lines, effects=rain)
    level = np.abs(mixed.read("effects")[:, 0]).reshape(-1, 4800).mean(axis=1)
    assert level[70] < 0.7 * level[20]
    assert level[220] == pytest.approx(level[280], rel=0.05)
    assert min(second.over_effects_db for second in mixed.levels.spoken) >= 10


def test_stems_add_up_to_the_mix_before_its_limiter(tmp_path: Path) -> None:
    line, score = [(2 * 48_000, _voice(3))], [(0, _tone(12, 220, 0.05))]
    mixed = _mix(tmp_path, 12, dialogue=line, music=score, effects=[(0, _hush(12, 0.002))])
    together = sum(mixed.read(name) for name in ("dialogue", "effects", "music"))
    whole = mixed.read("mix")
    quiet = np.abs(together).max(axis=1) < 0.2
    assert len(whole) == 12 * 48_000
    assert np.median(np.abs(whole - together)[quiet]) < 1e-4
    assert (np.abs(whole) <= np.abs(together) + 1e-6).all()


def test_music_and_effects_for_other_voices_are_full_and_hold_no_voice(tmp_path: Path) -> None:
    line, score = [(4 * 48_000, _voice(4))], [(0, _hush(12, 0.03))]
    spoken = _mix(tmp_path, 12, dialogue=line, music=score)
    filled = spoken.read("m-and-e")
    level = np.abs(filled).reshape(-1, 9600).mean(axis=1)
    assert level.min() > 0.9 * level.max()  # no hole where the voice was
    ducked = spoken.read("music")
    assert np.allclose(filled[:48_000], ducked[:48_000], atol=1e-5)
    assert np.abs(ducked[6 * 48_000]).max() < np.abs(filled[6 * 48_000]).max()


def test_a_film_of_music_alone_is_as_loud_as_asked_for(tmp_path: Path) -> None:
    for target in targets():
        mixed = _mix(tmp_path, 6, music=[(0, _tone(6, 220, 0.05))], target=target)
        found = measure(mixed.path("mix")).integrated_lufs
        assert abs(found - targets()[target].loudness_lufs) < 0.5
        assert mixed.levels.is_reached
        assert mixed.levels.spoken == ()


def test_the_hush_of_a_place_is_not_made_loud_for_want_of_voices(tmp_path: Path) -> None:
    alone = _mix(tmp_path, 6, effects=[(0, _hush(6, 0.001))])
    assert not alone.levels.is_reached
    hush = alone.levels.integrated_lufs
    line = [(12 * 48_000, _voice(4))]
    beside = _mix(tmp_path, 18, dialogue=line, effects=[(0, _hush(18, 0.001))])
    assert -55 < hush < -40
    assert beside.levels.momentary_lufs["effects"][20] == pytest.approx(hush, abs=1.5)


def test_a_silent_film_stays_silent(tmp_path: Path) -> None:
    mixed = _mix(tmp_path, 3)
    assert not mixed.read("mix").any()
    assert mixed.levels.max_momentary_lufs == -70
    assert mixed.levels.true_peak_dbtp == -120


@pytest.mark.parametrize("samples", [1, 480, 5000, 19_201, 480_001])
def test_a_film_of_any_length_is_mixed(tmp_path: Path, samples: int) -> None:
    mixed = _mix(tmp_path, samples / 48_000, dialogue=[(0, _voice(2))], music=[(0, _voice(1))])
    assert len(mixed.read("mix")) == len(mixed.read("m-and-e")) == samples


def test_the_same_sound_is_mixed_to_the_same_bytes(tmp_path: Path) -> None:
    line, score = [(48_000, _voice(2))], [(0, _tone(4, 220, 0.05))]
    one, other = (
        _mix(folder, 4, dialogue=line, music=score)
        for folder in (tmp_path / "one", tmp_path / "other")
        if folder.mkdir() is None
    )
    for name in ("mix", "music", "m-and-e"):
        assert one.path(name).read_bytes() == other.path(name).read_bytes()


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=6, max_size=60).map(lambda data: data[: len(data) // 6 * 6]))
def test_24_bits_read_in_stretches_are_those_read_at_once(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("wav") / "a.wav"
    sound = np.frombuffer(data * 4, "<i4")[: len(data) // 6 * 2].astype(np.float64) / 2**31
    path.write_bytes(write_wav(sound.astype(np.float32).reshape(-1, 2), 48_000))
    wav = open_wav(path)
    assert np.array_equal(wav.read(0, wav.samples), read_wav(path.read_bytes())[0])


def test_a_tone_measures_as_the_standard_says(tmp_path: Path) -> None:
    # Source: EBU Tech 3341, case 1: 1 kHz at −23 dBFS in both channels is −23 LUFS.
    tone = _tone(20, 1000, 10 ** (-23 / 20))
    with StereoWriter(tmp_path / "a.wav") as writer:
        writer.write(np.stack([tone, tone], axis=1))
    assert measure(tmp_path / "a.wav").integrated_lufs == pytest.approx(-23, abs=0.1)


def test_what_cannot_be_mixed_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"not a wav")
    with pytest.raises(InvalidInput, match="not a WAV"):
        open_wav(path)
    with StereoWriter(path) as writer:
        writer.write(np.zeros((4, 2), np.float32))
    data = bytearray(path.read_bytes())
    data[24:28] = (44_100).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match="44100"):
        open_wav(path)
    data[24:28], data[34:36] = (48_000).to_bytes(4, "little"), (64).to_bytes(2, "little")
    path.write_bytes(data)
    with pytest.raises(Unsupported):
        open_wav(path)
