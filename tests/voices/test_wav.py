import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput, Unsupported
from mstation.voices.wav import read_wav, write_wav


@given(
    st.lists(st.floats(-1, 1, width=32), max_size=60),
    st.sampled_from([1, 2, 3]),
    st.sampled_from([8_000, 48_000]),
)
def test_a_wav_gives_back_its_sound_to_24_bits(values, channels, rate):
    samples = np.array(values[: len(values) // channels * channels], np.float32)
    if channels > 1:
        samples = samples.reshape(-1, channels)
    back, back_rate = read_wav(write_wav(samples, rate))
    assert back_rate == rate
    assert back.shape == samples.shape
    assert np.all(np.abs(back - samples) <= 2**-23)


def test_writing_what_was_read_gives_the_same_bytes():
    samples = np.linspace(-0.9, 0.9, 1001, dtype=np.float32)
    data = write_wav(samples, 48_000)
    assert write_wav(*read_wav(data)) == data


def test_sound_over_full_scale_is_clipped_and_never_wraps():
    back, _ = read_wav(write_wav(np.array([1.5, -1.5], np.float32), 48_000))
    assert back[0] > 0.99999
    assert back[1] == -1.0


def test_an_odd_length_is_padded_to_an_even_chunk():
    assert len(write_wav(np.zeros(1, np.float32), 48_000)) % 2 == 0


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"OggS" + bytes(40)])
def test_what_is_not_a_wav_is_refused(data):
    with pytest.raises(InvalidInput):
        read_wav(data)


def test_a_coding_that_is_not_known_is_named():
    data = bytearray(write_wav(np.zeros(8, np.float32), 48_000))
    data[20] = 6
    with pytest.raises(Unsupported, match="coding 6"):
        read_wav(bytes(data))
