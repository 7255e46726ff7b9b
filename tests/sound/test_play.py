"""The player: in tune, in time, in silence without a soundfont."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from symusic import ControlChange, Note, Score, Tempo, Track

from mstation.errors import InvalidInput
from mstation.sound.palette import INSTRUMENTS
from mstation.sound.play import TAIL_S, find_soundfont, play
from mstation.sound.room import impulse_response, reverberate
from mstation.sound.soundfont import SoundFont
from mstation.sound.tone import sound_note
from mstation.timebase import FrameRate

RATE = FrameRate(24_000, 1001)
needs_font = pytest.mark.skipif(find_soundfont() is None, reason="the soundfont is not installed")


def _score() -> Score:
    score = Score(480)
    score.tempos.append(Tempo(0, qpm=120))
    track = Track("grand", 0, False)
    track.notes.append(Note(480, 480, 69, 90))
    track.controls.append(ControlChange(0, 10, 0))
    score.tracks.append(track)
    return score


def test_without_a_soundfont_there_is_silence_of_the_right_length() -> None:
    sound = play(_score(), frames=48, rate=RATE, soundfont=None)
    assert sound.shape == (RATE.sample_of_frame(48) + round(TAIL_S * 48_000), 2)
    assert sound.dtype == np.float32
    assert not sound.any()


@needs_font
def test_a_note_sounds_when_and_where_it_is_written() -> None:
    sound = play(_score(), frames=96, rate=RATE, soundfont=find_soundfont())
    assert len(sound) == RATE.sample_of_frame(96) + round(TAIL_S * 48_000)
    heard = int(np.flatnonzero(np.abs(sound[:, 0]) > 1e-3)[0])
    assert 24_000 - 10 <= heard <= 24_000 + 960
    assert np.abs(sound[24_000:30_000, 0]).max() > 3 * np.abs(sound[24_000:30_000, 1]).max()
    assert np.abs(sound[-1]).max() == 0
    assert np.abs(sound).max() < 1


@needs_font
@pytest.mark.parametrize("name", ["grand", "strings", "cello", "flute", "guzheng", "warm_pad"])
def test_instruments_play_in_tune(name: str) -> None:
    path = find_soundfont()
    assert path is not None
    font, instrument = SoundFont(path), INSTRUMENTS[name]
    for pitch in range(max(instrument.low, 48), min(instrument.high, 76), 7):
        sound = sound_note(font, instrument.program, False, pitch, 90, 1.5)
        assert abs(_cents(sound, pitch)) < 35, pitch


def _cents(sound: np.ndarray, pitch: int) -> float:
    """Return how far off the pitch lies, found as the period at which the sound repeats."""
    part = sound[12_000:60_000] * np.hanning(48_000)
    size = 1 << 17
    power = np.abs(np.fft.rfft(part, size)) ** 2
    repeats = np.fft.irfft(power)[: size // 2]
    wanted = 48_000 / (440 * 2 ** ((pitch - 69) / 12))
    low, high = int(wanted / 1.3), int(wanted * 1.3) + 2
    peak = low + int(repeats[low:high].argmax())
    left, here, right = repeats[peak - 1 : peak + 2]
    period = peak + 0.5 * (left - right) / (left - 2 * here + right)
    return float(1200 * np.log2(wanted / period))


@needs_font
def test_every_instrument_of_the_orchestra_sounds_over_its_range() -> None:
    path = find_soundfont()
    assert path is not None
    font = SoundFont(path)
    for instrument in INSTRUMENTS.values():
        for pitch in (instrument.low, instrument.high):
            sound = sound_note(font, instrument.program, False, pitch, 80, 0.3)
            assert np.abs(sound).max() > 1e-3, (instrument.name, pitch)
            assert np.abs(sound[-1]) < 1e-3


@needs_font
def test_a_harder_stroke_is_louder() -> None:
    path = find_soundfont()
    assert path is not None
    font = SoundFont(path)
    soft, hard = (np.abs(sound_note(font, 0, False, 60, v, 1.0)).max() for v in (40, 110))
    assert hard > 3 * soft


@needs_font
def test_two_processes_play_the_same_bytes() -> None:
    program = (
        "import hashlib; from symusic import Score, Track, Note; "
        "from mstation.sound.play import play, find_soundfont; "
        "from mstation.timebase import FrameRate; s = Score(480); t = Track('x', 48, False); "
        "t.notes.append(Note(0, 480, 60, 80)); s.tracks.append(t); "
        "a = play(s, frames=24, rate=FrameRate(24), soundfont=find_soundfont()); "
        "print(hashlib.sha256(a.tobytes()).hexdigest())"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    score, track = Score(480), Track("x", 48, False)
    track.notes.append(Note(0, 480, 60, 80))
    score.tracks.append(track)
    here = play(score, frames=24, rate=FrameRate(24), soundfont=find_soundfont())
    assert run.stdout.decode().strip() == hashlib.sha256(here.tobytes()).hexdigest()


def test_what_is_no_soundfont_is_refused(tmp_path) -> None:
    path = tmp_path / "font.sf2"
    path.write_bytes(b"RIFF0000WAVE")
    with pytest.raises(InvalidInput, match="not a SoundFont"):
        SoundFont(path)


def test_the_room_answers_to_a_click_wherever_it_falls() -> None:
    response = impulse_response()
    send = np.zeros(200_000, np.float32)
    send[60_000] = 1.0
    out = np.zeros((200_000, 2), np.float32)
    reverberate(send, out)
    assert not out[:60_000].any() or np.abs(out[:60_000]).max() < 1e-6
    assert np.allclose(out[60_000 : 60_000 + 50_000], response[:50_000], atol=1e-5)
