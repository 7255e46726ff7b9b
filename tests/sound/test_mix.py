"""Stems, ducking, loudness, the limiter: measured, not believed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mstation.errors import InvalidInput, Unsupported
from mstation.sound.loudness import limit, measure
from mstation.sound.mix import dialogue_stem, lay_stem, mix_film
from mstation.sound.wavefile import StereoWriter, open_wav

Sound = NDArray[np.float32]


def _tone(seconds: float, pitch: float, level: float) -> Sound:
    time = np.arange(round(seconds * 48_000)) / 48_000
    return (level * np.sin(2 * np.pi * pitch * time)).astype(np.float32)


def _voice(seconds: float) -> Sound:
    """Return something with the rhythm of speech: noise in syllables."""
    noise = np.random.default_rng(5).standard_normal(round(seconds * 48_000))
    time = np.arange(len(noise)) / 48_000
    return (0.15 * noise * np.abs(np.sin(2 * np.pi * 2 * time))).astype(np.float32)


def _lay(path: Path, pieces: list[tuple[int, Sound]], total: int) -> Path:
    lay_stem(pieces, total, path)
    return path


def _nothing(tmp_path: Path, total: int) -> Path:
    return _lay(tmp_path / "e.wav", [], total)


def _read(path: Path) -> Sound:
    wav = open_wav(path)
    return wav.read(0, wav.samples)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 300)), max_size=8))
def test_a_stem_on_disk_is_the_stem_in_memory(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[int, int]]
) -> None:
    random = np.random.default_rng(1)
    lines = [(at, random.random(length).astype(np.float32)) for at, length in sorted(pieces)]
    path = _lay(tmp_path_factory.mktemp("stem") / "a.wav", lines, 1000)
    assert np.allclose(_read(path), dialogue_stem(lines, 1000))


def test_pieces_out_of_order_are_a_mistake(tmp_path: Path) -> None:
    piece = np.ones(10, np.float32)
    with pytest.raises(ValueError, match="comes after"):
        lay_stem([(50, piece), (20, piece)], 100, tmp_path / "a.wav")


def test_the_film_is_as_loud_as_promised_and_stays_under_its_ceiling(tmp_path: Path) -> None:
    total = 30 * 48_000
    lines = [(4 * 48_000, _voice(4)), (16 * 48_000, _voice(3))]
    dialogue = _lay(tmp_path / "d.wav", lines, total)
    music = _lay(tmp_path / "m.wav", [(0, _tone(30, 220, 0.02))], total)
    found = mix_film(dialogue, _nothing(tmp_path, total), music, tmp_path / "mix.wav")
    assert found == measure(tmp_path / "mix.wav")
    assert abs(found.integrated_lufs + 16) < 1
    assert found.true_peak_dbtp < -1


def test_music_makes_way_for_voices_and_comes_back(tmp_path: Path) -> None:
    total = 30 * 48_000
    dialogue = _lay(tmp_path / "d.wav", [(10 * 48_000, _voice(5))], total)
    music = _lay(tmp_path / "m.wav", [(0, _tone(30, 220, 0.05))], total)
    mix_film(dialogue, _nothing(tmp_path, total), music, tmp_path / "mix.wav")
    level = np.abs(_read(music)[:, 0]).reshape(-1, 480).max(axis=1)  # every 10 ms
    depth = 20 * np.log10(level[1010:1490].max() / level[700])
    assert -14 < depth < -10
    assert level[2500] == pytest.approx(level[700], rel=0.01)
    steps = np.abs(np.diff(20 * np.log10(level)))
    assert steps.max() < 0.6  # decibels in 10 ms: heard as a swell, not as a switch


def test_stems_add_up_to_the_mix_before_its_limiter(tmp_path: Path) -> None:
    total = 12 * 48_000
    dialogue = _lay(tmp_path / "d.wav", [(2 * 48_000, _voice(3))], total)
    music = _lay(tmp_path / "m.wav", [(0, _tone(12, 220, 0.05))], total)
    mix_film(dialogue, _nothing(tmp_path, total), music, tmp_path / "mix.wav")
    together, mixed = _read(dialogue) + _read(music), _read(tmp_path / "mix.wav")
    quiet = np.abs(together).max(axis=1) < 0.2
    assert len(mixed) == total
    near = np.abs(mixed - together)[quiet]
    assert np.median(near) < 1e-4
    assert (np.abs(mixed) <= np.abs(together) + 1e-6).all()


@pytest.mark.parametrize("silent", ["dialogue", "music", "both"])
def test_a_film_without_one_of_its_sounds_is_mixed_all_the_same(
    tmp_path: Path, silent: str
) -> None:
    total = 6 * 48_000
    lines = [] if silent in ("dialogue", "both") else [(48_000, _voice(3))]
    cues = [] if silent in ("music", "both") else [(0, _tone(6, 220, 0.05))]
    dialogue = _lay(tmp_path / "d.wav", lines, total)
    music = _lay(tmp_path / "m.wav", cues, total)
    found = mix_film(dialogue, _nothing(tmp_path, total), music, tmp_path / "mix.wav")
    if silent == "both":
        assert found.is_silent
        assert not _read(tmp_path / "mix.wav").any()
    else:
        assert abs(found.integrated_lufs + 16) < 1


def test_the_limiter_catches_peaks_between_samples(tmp_path: Path) -> None:
    # A quarter of the sampling rate, an eighth of a turn late: samples at 0.7, peaks at 1.
    time = np.arange(48_000)
    swell = np.sin(np.pi * time / 48_000) ** 2  # an edge would ring in any meter
    sound = (swell * np.sin(np.pi / 2 * time + np.pi / 4)).astype(np.float32)
    with StereoWriter(tmp_path / "a.wav") as writer:
        writer.write(np.stack([sound, sound], axis=1))
    assert measure(tmp_path / "a.wav").true_peak_dbtp > -0.3
    limit(tmp_path / "a.wav", tmp_path / "b.wav", gain=1.0, ceiling_dbtp=-3.0)
    assert measure(tmp_path / "b.wav").true_peak_dbtp <= -2.9


def test_what_is_under_the_ceiling_passes_untouched(tmp_path: Path) -> None:
    sound = np.stack([_tone(25, 300, 0.3)] * 2, axis=1)
    with StereoWriter(tmp_path / "a.wav") as writer:
        writer.write(sound)
    limit(tmp_path / "a.wav", tmp_path / "b.wav", gain=0.5, ceiling_dbtp=-1.0)
    assert np.allclose(_read(tmp_path / "b.wav"), 0.5 * sound, atol=1e-6)


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
