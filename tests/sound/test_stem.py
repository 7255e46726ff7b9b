"""A stem written piece by piece is the one that lies in memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.sound.stem import lay_stem
from mstation.sound.wavefile import open_wav
from tests.sound.summing import summed


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 300)), max_size=8))
def test_a_stem_on_disk_is_the_stem_in_memory(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[int, int]]
) -> None:
    random = np.random.default_rng(1)
    lines = [(at, random.random(length).astype(np.float32)) for at, length in sorted(pieces)]
    path = tmp_path_factory.mktemp("stem") / "a.wav"
    lay_stem(lines, 1000, path)
    assert np.allclose(open_wav(path).read(0, 1000), summed(lines, 1000))


def test_pieces_out_of_order_are_a_mistake(tmp_path) -> None:
    piece = np.ones(10, np.float32)
    with pytest.raises(ValueError, match="comes after"):
        lay_stem([(50, piece), (20, piece)], 100, tmp_path / "a.wav")
