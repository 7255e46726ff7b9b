from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from mstation.errors import InvalidInput, NotFound
from mstation.media.exr import probe_exr
from mstation.media.movies import exact_rate, probe_movie
from mstation.media.sequences import probe_image, probe_sequence
from mstation.media.timecode import frame_of, timecode_at, timecode_of
from mstation.timebase import FrameRate
from tests.media.making import numbered, write_exr, write_movie, write_sound

NTSC = Fraction(30_000, 1001)
COUNTINGS = [
    ("23.976", Fraction(24_000, 1001), "01:00:00:00", "01:00:00:11"),
    ("24", Fraction(24), "09:59:59:20", "10:00:00:07"),
    ("25", Fraction(25), "00:00:59:24", "00:01:00:10"),
    ("29.97 drop", NTSC, "01:00:59;28", "01:01:00;11"),
    ("29.97 non-drop", NTSC, "01:00:59:28", "01:01:00:09"),
    ("30", Fraction(30), "23:59:59:29", "00:00:00:10"),
]
KINDS = [
    ("mov", {"codec": "prores_ks", "pixels": "yuv422p10le"}),
    ("mp4", {"options": {"bf": "2"}}),
    ("mkv", {}),
    (
        "mxf",
        {
            "codec": "dnxhd", "pixels": "yuv422p", "size": (1280, 720),
            "options": {"profile": "dnxhr_lb"},
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("ending", "how"), KINDS, ids=[kind[0] for kind in KINDS])
@pytest.mark.parametrize(
    ("rate", "start", "last"), [c[1:] for c in COUNTINGS], ids=[c[0] for c in COUNTINGS]
)
def test_rate_frames_and_timecode_are_exact(
    rate: Fraction, start: str, last: str, ending: str, how: dict[str, object],
    tmp_path: Path,
) -> None:  # fmt: skip
    path = write_movie(tmp_path / f"shot.{ending}", rate=rate, timecode=start, **how)  # type: ignore[arg-type]
    probe = probe_image(str(path))
    exact = FrameRate(rate.numerator, rate.denominator)
    assert (probe.rate, probe.frames, probe.start_timecode) == (exact, 12, start)
    assert timecode_at(11, exact, start) == last


def test_drop_frame_and_non_drop_count_the_same_frames_differently() -> None:
    rate = FrameRate(30_000, 1001)
    assert frame_of("01:00:00;00", rate) == 107_892
    assert frame_of("01:00:00:00", rate) == 108_000
    for frame in (0, 1799, 1800, 17_982, 107_892, 2_000_000):
        for is_drop in (True, False):
            text = timecode_of(frame, rate, is_drop_frame=is_drop)
            assert frame_of(text, rate) == frame


def test_a_rate_blurred_by_rounded_stamps_is_made_exact() -> None:
    assert exact_rate(Fraction("23.976")) == FrameRate(24_000, 1001)
    assert exact_rate(Fraction("29.97003")) == FrameRate(30_000, 1001)
    assert exact_rate(Fraction("59.94")) == FrameRate(60_000, 1001)
    assert exact_rate(Fraction(25)) == FrameRate(25)
    assert exact_rate(Fraction("14.5")) == FrameRate(29, 2)


def test_sound_is_counted_in_samples(tmp_path: Path) -> None:
    probe = probe_movie(str(write_sound(tmp_path / "a.wav", 1.5)), "audio/wav")
    assert [(each.sample_rate, each.channels, each.samples) for each in probe.sounds] == [
        (48000, 2, 72_000)
    ]
    assert probe.pictures == ()


def test_an_exr_sequence_knows_its_rate_timecode_and_what_is_missing(tmp_path: Path) -> None:
    picture = np.full((18, 32, 3), 0.18, np.float32)
    for number in (1001, 1002, 1004):
        code = OpenEXR.TimeCode(1, 2, 3, 4, *[0] * 14)
        header = {"framesPerSecond": Fraction(24_000, 1001), "timeCode": code}
        write_exr(tmp_path / f"shot.{number}.exr", picture, **header)
    (tmp_path / "shot.notes.exr").write_bytes(b"no number")
    for pattern in ("shot.%04d.exr", "shot.####.exr"):
        probe = probe_sequence(str(tmp_path / pattern), None)
        assert (probe.rate, probe.frames) == (FrameRate(24_000, 1001), 3)
        assert (probe.first_number, probe.missing) == (1001, (1003,))
        assert probe.start_timecode == "01:02:03:04"


def test_a_sequence_without_files_or_rate_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        probe_sequence(str(tmp_path / "none.%04d.exr"), None)
    write_exr(tmp_path / "a.0001.exr", np.zeros((8, 8, 3), np.float32))
    with pytest.raises(InvalidInput, match="give it"):
        probe_sequence(str(tmp_path / "a.%04d.exr"), None)
    assert probe_sequence(str(tmp_path / "a.%04d.exr"), FrameRate(25)).rate == FrameRate(25)


def test_an_exr_of_monstrous_windows_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = write_exr(tmp_path / "a.exr", np.zeros((8, 8, 3), np.float32))
    data = bytearray(path.read_bytes())
    place = data.index(b"displayWindow") + len(b"displayWindow\0box2i\0") + 4 + 8
    data[place : place + 8] = (2**30).to_bytes(4, "little") * 2
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match=r"pixels|damaged"):
        probe_exr(str(path))


def test_numbers_survive_being_drawn() -> None:
    from tests.media.making import number_of

    assert [number_of(numbered(each)) for each in (0, 1, 37, 255)] == [0, 1, 37, 255]
