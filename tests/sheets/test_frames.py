from pathlib import Path

import av
import numpy as np
import pytest

from mstation.sheets.frames import frames_in, stills
from tests.sheets.film import grey_segment


def grey_of(jpeg: bytes) -> float:
    decoder = av.CodecContext.create("mjpeg", "r")
    frames = [*decoder.decode(av.Packet(jpeg)), *decoder.decode(None)]
    return float(np.mean(frames[0].to_ndarray(format="gray")))


def test_a_still_is_the_frame_asked_for(tmp_path: Path) -> None:
    segment = grey_segment(tmp_path / "s.mp4", 60)
    greys = [grey_of(data) for data in stills(segment, range(30))]
    assert np.allclose(np.diff(greys), 5 * 255 / 219, atol=1.2)  # in full range, a step a frame


def test_frames_count_back_from_the_last_and_come_in_the_order_asked(tmp_path: Path) -> None:
    segment = grey_segment(tmp_path / "s.mp4", 30)
    assert frames_in(segment) == 30
    last, first, other = stills(segment, (-1, 0, 29))
    assert last == other
    assert grey_of(first) < grey_of(last)
    assert stills(segment, (-1, 0)) == (last, first)


def test_a_still_keeps_its_shape_and_is_no_larger_than_needed(tmp_path: Path) -> None:
    segment = grey_segment(tmp_path / "s.mp4", 2, 640, 272)
    decoder = av.CodecContext.create("mjpeg", "r")
    data = stills(segment, (0,), height_px=136)[0]
    assert data[:2] == b"\xff\xd8"
    frame = [*decoder.decode(av.Packet(data)), *decoder.decode(None)][0]
    assert (frame.width, frame.height) == (320, 136)


def test_a_frame_that_a_segment_has_not_is_refused(tmp_path: Path) -> None:
    segment = grey_segment(tmp_path / "s.mp4", 3)
    with pytest.raises(ValueError, match="3 frames"):
        stills(segment, (3,))
