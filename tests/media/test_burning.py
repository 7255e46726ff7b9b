"""Titles are in the picture while they are to be read, and nothing else of it changes."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from mstation.media.burning import Title, TitleRow, burn_titles, draw_title
from mstation.media.joining import encode_sound, join
from mstation.previs.encode import encode_segment
from mstation.timebase import FrameRate

RATE = FrameRate(24)
WIDTH, HEIGHT = 320, 182
TITLES = [
    Title(4, 9, (TitleRow("Where is the reel?"), TitleRow("那盘胶片在哪里？"))),
    Title(11, 14, (TitleRow("It was winter.", is_italic=True),)),
]


def _segment(path: Path, frames: int = 16) -> Path:
    grey = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    grey[:HEIGHT] = 70
    encode_segment([grey] * frames, path, width=WIDTH, height=HEIGHT, rate=RATE)
    return path


def _bright(path: Path) -> NDArray[np.uint8]:
    with av.open(str(path)) as movie:
        return np.stack([f.to_ndarray(format="yuv420p")[:HEIGHT] for f in movie.decode(video=0)])


def test_a_title_stands_from_its_first_frame_to_its_last(tmp_path: Path) -> None:
    burn_titles(_segment(tmp_path / "a.mp4"), TITLES, tmp_path / "b.mp4", rate=RATE)
    frames = _bright(tmp_path / "b.mp4")
    with_letters = [int(frame.max()) > 180 for frame in frames]
    assert with_letters == [n in {*range(4, 9), *range(11, 14)} for n in range(16)]
    assert abs(frames[:, : HEIGHT // 2].astype(int) - 70).max() < 6


def test_a_burnt_segment_joins_those_that_have_no_words(tmp_path: Path) -> None:
    plain, burnt = _segment(tmp_path / "a.mp4"), tmp_path / "b.mp4"
    burn_titles(plain, TITLES, burnt, rate=RATE)
    again = tmp_path / "c.mp4"
    burn_titles(plain, TITLES, again, rate=RATE)
    assert again.read_bytes() == burnt.read_bytes()
    segment = tmp_path / "silence.wav"
    with av.open(str(segment), "w") as wav:
        stream = wav.add_stream("pcm_s16le", rate=48_000, layout="stereo")
        silent = av.AudioFrame.from_ndarray(np.zeros((1, 192_000), np.int16), "s16", "stereo")
        silent.sample_rate = 48_000
        wav.mux(stream.encode(silent))
        wav.mux(stream.encode(None))
    encode_sound(segment, tmp_path / "sound.mp4", 96_000)
    film = tmp_path / "film.mp4"
    join([plain, burnt, plain], tmp_path / "sound.mp4", film, width=WIDTH, height=HEIGHT, rate=RATE)
    assert len(_bright(film)) == 48


@pytest.mark.parametrize(("width", "height"), [(640, 360), (1920, 1080), (720, 1280), (1280, 536)])
@pytest.mark.parametrize("text", ["W" * 42, "胶" * 16, "- " + "胶" * 15])
def test_titles_stay_within_the_safe_area_and_large_enough_to_read(
    width: int, height: int, text: str
) -> None:
    drawn = draw_title(Title(0, 1, (TitleRow(text), TitleRow("g"))), width, height)
    rows, columns = (np.flatnonzero(drawn.edge.max(axis)) for axis in (1, 0))
    assert drawn.top + rows[-1] < height * 0.95
    assert width * 0.04 < columns[0] < columns[-1] < width * 0.96
    if text[0] != "W":
        em = min(height / 20, width * 0.86 / 22.5)
        assert columns[-1] - columns[0] > 14.5 * em
