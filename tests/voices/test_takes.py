"""Recordings as people make them: read, told by name what is wrong, brought to the line."""

import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput, MStationError
from mstation.timebase import SAMPLE_RATE
from mstation.voices.loudness import loudness
from mstation.voices.resample import resampled
from mstation.voices.speak import LINE_LUFS, speak
from mstation.voices.speech import Voice
from mstation.voices.takes import fitted, read_take
from mstation.voices.wav import write_wav

TEXT = "Then sit down. It is getting cold."
WOMAN = Voice("w", "hibari", "f2")
MAN = Voice("m", "hibari", "m3", 0.55, 0.88, 0.95, 0.9)


@pytest.fixture(scope="module")
def spoken():
    return speak(TEXT, "", MAN, seed=11)[0]


def _wav(samples, rate, coding, bits):
    """Return a WAV of (n, channels) in any coding."""
    sound = np.asarray(samples, np.float64)
    sound = sound[:, None] if sound.ndim == 1 else sound
    full = 2 ** (bits - 1)
    whole = np.clip(np.round(sound * full), -full, full - 1)
    data = {
        (1, 8): lambda: (whole + 128).astype(np.uint8).tobytes(),
        (1, 16): lambda: whole.astype("<i2").tobytes(),
        (1, 24): lambda: write_wav(sound.astype(np.float32), rate)[44:],
        (1, 32): lambda: whole.astype("<i4").tobytes(),
        (3, 32): lambda: sound.astype("<f4").tobytes(),
        (3, 64): lambda: sound.astype("<f8").tobytes(),
    }[coding, bits]()
    channels = sound.shape[1]
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", coding, channels, rate, rate * block, block, bits)
    body = (
        b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _level_db(sound):
    return 10 * np.log10(np.square(sound, dtype=np.float64).mean())


@pytest.mark.parametrize(("coding", "bits"), [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)])
def test_every_plain_coding_is_read(spoken, coding, bits):
    take = read_take(_wav(spoken, SAMPLE_RATE, coding, bits))
    assert abs(len(take.samples) - len(spoken)) < 0.2 * SAMPLE_RATE
    assert _level_db(take.samples) == pytest.approx(_level_db(spoken), abs=1.0)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000, 192_000])
def test_every_rate_is_read_and_said(spoken, rate):
    take = read_take(_wav(resampled(spoken, SAMPLE_RATE, rate), rate, 1, 16))
    assert abs(len(take.samples) - len(spoken)) < 0.2 * SAMPLE_RATE
    (remark,) = take.remarks
    assert f"{rate} Hz" in remark.text
    assert f"{rate} Hz" in remark.zh


@pytest.mark.parametrize(
    "sides", [(1, 1), (1, 0), (0, 1), (1, -1)], ids=["both", "left", "right", "out of phase"]
)
def test_a_voice_is_heard_whichever_side_it_is_on(spoken, sides):
    take = read_take(_wav(spoken[:, None] * sides, SAMPLE_RATE, 1, 16))
    assert _level_db(take.samples) > _level_db(spoken) - 7


def test_silence_at_the_ends_is_taken_off_even_in_a_noisy_room(spoken):
    room = np.random.default_rng(1).standard_normal(len(spoken) + 5 * SAMPLE_RATE)
    sound = room * np.abs(spoken).max() * 10 ** (-45 / 20)
    sound[2 * SAMPLE_RATE :][: len(spoken)] += spoken
    sound[SAMPLE_RATE // 2] = 0.9  # somebody touches the microphone
    take = read_take(_wav(sound, SAMPLE_RATE, 1, 24))
    assert len(spoken) - 0.1 * SAMPLE_RATE < len(take.samples) < len(spoken) + 0.3 * SAMPLE_RATE


def test_a_clipped_take_is_used_and_said(spoken):
    take = read_take(_wav(spoken * (4 / np.abs(spoken).max()), SAMPLE_RATE, 1, 16))
    (remark,) = take.remarks
    assert "clipped" in remark.text
    assert "削波" in remark.zh
    assert read_take(_wav(spoken * (0.98 / np.abs(spoken).max()), SAMPLE_RATE, 1, 16)).remarks == ()


_TONE = 0.3 * np.sin(np.arange(SAMPLE_RATE) * 0.1)
_HEADER = _wav(_TONE, SAMPLE_RATE, 1, 16)
UNUSABLE = {
    "nothing": (b"", "not a WAV"),
    "a song": (b"ID3" + bytes(200), "not a WAV"),
    "a header alone": (_HEADER[:36], "not a whole WAV"),
    "no samples": (_wav(np.zeros(0), SAMPLE_RATE, 1, 16), "no sound"),
    "a blink": (_wav(_TONE[:1000], SAMPLE_RATE, 1, 16), "only 21 ms"),
    "a blink in silence": (
        _wav(np.concatenate([np.zeros(9000), _TONE[:700]]), SAMPLE_RATE, 1, 16), "only"
    ),
    "silence": (_wav(np.zeros(SAMPLE_RATE), SAMPLE_RATE, 1, 16), "silent"),
    "silence with an offset": (_wav(np.full(SAMPLE_RATE, 0.2), SAMPLE_RATE, 1, 16), "silent"),
    "a reel": (_wav(np.ones(8_000 * 601) * 0.1, 8_000, 1, 8), "10 minutes at most"),
    "a low rate": (_wav(_TONE, 4_000, 1, 16), "4000 Hz"),
    "a high rate": (_wav(_TONE, 400_000, 1, 16), "400000 Hz"),
    "no numbers": (_wav(_TONE * np.nan, SAMPLE_RATE, 3, 32), "no sound"),
    "a telephone's coding": (_HEADER[:20] + b"\7" + _HEADER[21:], "coding 7"),
    "no channels": (_HEADER[:22] + b"\0" + _HEADER[23:], "no sound"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNUSABLE)
def test_what_cannot_be_used_is_refused_with_its_reason_in_both_languages(what):
    data, reason = UNUSABLE[what]
    with pytest.raises(InvalidInput) as refused:
        read_take(data)
    assert reason in str(refused.value)
    assert refused.value.told("zh") != str(refused.value)


@given(st.binary(max_size=80), st.integers(0, 44))
def test_no_bytes_crash_the_reader(junk, kept):
    for data in (junk, _HEADER[:kept] + junk, b"RIFF\0\0\0\0WAVE" + junk):
        with suppress(MStationError):
            read_take(data)


@pytest.mark.parametrize("manner", ["", "whispering", "大喊"])
def test_a_take_is_brought_to_its_lines_loudness_by_one_gain(spoken, manner):
    take = read_take(_wav(spoken * 0.05, SAMPLE_RATE, 1, 24))
    samples, speech, doubts = fitted(take, TEXT, manner, WOMAN, seed=3)
    _, temp = speak(TEXT, manner, WOMAN, seed=3)
    assert speech.loudness_lufs == pytest.approx(temp.loudness_lufs, abs=1.0)
    assert speech.engine == "take"
    assert [word.text for word in speech.words] == [word.text for word in temp.words]
    assert speech.duration_s == pytest.approx(len(samples) / SAMPLE_RATE, abs=1e-5)
    assert doubts == ()
    if not manner:
        assert loudness(samples, SAMPLE_RATE) == pytest.approx(LINE_LUFS, abs=0.5)
        inner = slice(SAMPLE_RATE // 4, -SAMPLE_RATE // 4)  # what the ends' fades leave alone
        lag = np.argmax(np.correlate(take.samples, samples[: SAMPLE_RATE // 2], "valid"))
        source = take.samples[lag : lag + len(samples)][inner].astype(np.float64)
        gain = float(samples[inner] @ source / (source @ source))
        assert np.abs(samples[inner] - gain * source).max() < 0.02 * np.abs(samples).max()


def test_a_take_moves_the_mouth_by_what_is_said(spoken):
    _, speech, _ = fitted(read_take(write_wav(spoken, SAMPLE_RATE)), TEXT, "", WOMAN, seed=3)
    assert len(speech.mouths) > 8 * speech.duration_s
    assert max(mouth.open for mouth in speech.mouths) > 0.4
    assert speech.mouths[-1].open == 0


def test_a_take_of_another_length_than_its_line_is_asked_about(spoken):
    long = np.concatenate([spoken] * 5)
    _, _, doubts = fitted(read_take(write_wav(long, SAMPLE_RATE)), TEXT, "", WOMAN, seed=3)
    (doubt,) = doubts
    assert "right line" in doubt.text
    assert "录错" in doubt.zh


def test_the_same_take_gives_the_same_line(spoken):
    data = write_wav(spoken, SAMPLE_RATE)
    one, other = (fitted(read_take(data), TEXT, "", WOMAN, seed=3) for _ in range(2))
    assert one[0].tobytes() == other[0].tobytes()
    assert one[1:] == other[1:]
