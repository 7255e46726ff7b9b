"""Pieces of media become segments frame for frame; slices of a sound are laid to the sample."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from mstation.errors import InvalidInput
from mstation.media import apart
from mstation.media.pieces import Piece, Slice
from mstation.previs.encode import encode_segment
from mstation.timebase import FrameRate
from tests.media.making import HEIGHT, WIDTH, numbered, numbers_in, write_exr, write_movie

NTSC, FILM = FrameRate(30_000, 1001), FrameRate(24_000, 1001)


def piece(first: int, frames: int, rate: str = "24", speed: str = "1") -> Piece:
    return Piece(first, frames, rate, WIDTH, HEIGHT, speed)


def pictures(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("open.mkv", {"options": {"bf": "3", "x264-params": "keyint=9:open-gop=1"}, "rate": FILM}),
        ("long.mp4", {"options": {"bf": "2", "g": "250"}, "rate": NTSC}),
        ("pro.mov", {"codec": "prores_ks", "pixels": "yuv422p10le", "timecode": "01:00:00;00"}),
        ("dnx.mov", {"codec": "dnxhd", "pixels": "yuv422p", "options": {"profile": "dnxhr_hq"}}),
        ("motion.avi", {"codec": "mpeg4", "rate": FrameRate(25)}),
    ],
)
def test_frames_are_found_by_counting_in_every_kind_of_movie(
    tmp_path: Path, name: str, how: dict[str, object]
) -> None:
    rate = how.pop("rate", NTSC)
    assert isinstance(rate, FrameRate)
    movie = write_movie(tmp_path / name, frames=40, rate=rate.fraction, **how)  # type: ignore[arg-type]
    out = tmp_path / "out.mp4"
    made = apart.segment(movie, piece(17, 12, "24"), out)
    assert made.details == {"rate": str(rate), "is_kept": False}
    assert numbers_in(out) == list(range(17, 29))
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == 24
        whole = [packet.is_keyframe for packet in container.demux(stream) if packet.size]
    assert whole[0]


@pytest.mark.parametrize(
    ("speed", "shown"),
    [
        ("2", [8, 10, 12, 14, 16, 18]),
        ("1/2", [8, 8, 9, 9, 10, 10]),
        ("0", [8] * 6),
        ("-1", [8, 7, 6, 5, 4, 3]),
        ("-1/2", [8, 7, 7, 6, 6, 5]),
    ],
)
def test_a_clip_runs_faster_slower_backwards_or_stands(
    tmp_path: Path, speed: str, shown: list[int]
) -> None:
    movie = write_movie(tmp_path / "a.mp4", frames=24, options={"bf": "2"})
    apart.segment(movie, piece(8, 6, speed=speed), tmp_path / "out.mp4")
    assert numbers_in(tmp_path / "out.mp4") == shown


def test_packets_that_are_a_segment_of_ours_are_kept_and_others_are_not(tmp_path: Path) -> None:
    movie, rate = tmp_path / "a.mp4", FrameRate(24)
    planes = (_planes(number) for number in range(60))
    encode_segment(planes, movie, width=WIDTH, height=HEIGHT, rate=rate, crf=28)
    whole, part = tmp_path / "whole.mp4", tmp_path / "part.mp4"
    assert apart.segment(movie, piece(0, 30), whole).details["is_kept"]
    assert numbers_in(whole) == list(range(30))
    assert _packets(whole) == _packets(movie)[:30]
    assert apart.segment(movie, piece(48, 12), part).details["is_kept"]
    assert numbers_in(part) == list(range(48, 60))
    assert not apart.segment(movie, piece(1, 29), part).details["is_kept"]
    assert numbers_in(part) == list(range(1, 30))
    assert _header(whole) == _header(part)
    other = Piece(0, 30, "25", WIDTH, HEIGHT)
    assert not apart.segment(movie, other, part).details["is_kept"]


def _planes(number: int) -> NDArray[np.uint8]:
    frame = av.VideoFrame.from_ndarray(numbered(number), "rgb24")
    return np.asarray(frame.reformat(format="yuv420p").to_ndarray())


def _packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def _header(path: Path) -> bytes | None:
    with av.open(str(path)) as container:
        header: bytes | None = container.streams.video[0].codec_context.extradata
        return header


def test_pictures_of_another_shape_stand_whole_between_black_bars(tmp_path: Path) -> None:
    tall = write_movie(tmp_path / "tall.mp4", size=(240, 240), frames=2)
    apart.segment(tall, piece(0, 2), tmp_path / "out.mp4")
    picture = pictures(tmp_path / "out.mp4")[0]
    assert picture[:, :68].max() < 8
    assert picture[:, -68:].max() < 8
    assert picture[:, 74:-74].min() > 25


def test_anamorphic_pictures_are_shown_wide(tmp_path: Path) -> None:
    bright = np.full((180, 160, 3), 0.5, np.float32)
    for aspect, bars in ((2.0, 0), (1.5, 40), (1.0, 80), (20.0, 80)):
        path = write_exr(tmp_path / "wide.exr", bright, pixelAspectRatio=aspect)
        apart.segment(path, piece(0, 1), tmp_path / "out.mp4")
        row = pictures(tmp_path / "out.mp4")[0][90, :, 1]
        assert abs(int((row > 60).argmax()) - bars) <= 1, aspect


def test_full_range_and_still_pictures_look_as_they_are(tmp_path: Path) -> None:
    for name, pixels in (("full.mov", "yuvj420p"), ("still.png", "rgb24")):
        codec = "mjpeg" if name == "full.mov" else "png"
        write_movie(tmp_path / name, codec=codec, pixels=pixels, frames=1)
        apart.segment(tmp_path / name, piece(0, 1), tmp_path / "out.mp4")
        difference = pictures(tmp_path / "out.mp4")[0].astype(int) - numbered(0)
        assert abs(float(np.median(difference))) <= 4, name
    apart.segment(tmp_path / "still.png", piece(7, 3), tmp_path / "out.mp4")
    assert numbers_in(tmp_path / "out.mp4") == [0, 0, 0]


def test_exr_pictures_are_seen_by_the_aces_view(tmp_path: Path) -> None:
    for number in range(2):
        grey = np.full((HEIGHT, WIDTH, 3), 0.18, np.float32)
        write_exr(tmp_path / f"frame.{number:07}", grey)
    apart.segment(tmp_path / "frame.%07d", piece(0, 2), tmp_path / "out.mp4")
    assert abs(int(pictures(tmp_path / "out.mp4")[1][90, 160, 1]) - 89) <= 3


def test_what_is_cut_off_too_short_or_no_picture_is_refused(tmp_path: Path) -> None:
    movie = write_movie(tmp_path / "a.mov", codec="prores_ks", pixels="yuv422p10le", frames=8)
    with pytest.raises(InvalidInput, match="it has 8 frames, and frames 4 to 8 of it are wanted"):
        apart.segment(movie, piece(4, 5), tmp_path / "out.mp4")
    (tmp_path / "cut.mov").write_bytes(movie.read_bytes()[:-2000])
    (tmp_path / "noise.mov").write_bytes(b"\0\0\0\x14ftypqt  " + bytes(500))
    for name in ("cut.mov", "noise.mov"):
        with pytest.raises(InvalidInput, match="damaged or cut off"):
            apart.segment(tmp_path / name, piece(0, 8), tmp_path / "out.mp4")


@pytest.mark.parametrize("name", ["014-002", "第十二场 镜 3", "a name longer than any " * 8])
def test_a_slate_shows_its_name_inside_the_picture_and_counts(tmp_path: Path, name: str) -> None:
    apart.slate(name, piece(0, 3), tmp_path / "out.mp4")
    first, second, third = (page[:, :, 1].astype(int) for page in pictures(tmp_path / "out.mp4"))
    lines, numbers = slice(60, 98), slice(100, 124)
    assert first[lines].max() > 110
    assert max(first[:, :8].max(), first[:, -8:].max(), first[:40].max()) < 50
    for one, other in ((first, second), (second, third)):
        assert np.abs(one[numbers] - other[numbers]).max() > 60
        assert np.abs(one[lines] - other[lines]).mean() < 1


def test_a_clip_without_a_name_is_black(tmp_path: Path) -> None:
    apart.slate("", piece(0, 2), tmp_path / "out.mp4")
    assert max(page.max() for page in pictures(tmp_path / "out.mp4")) < 4


@pytest.mark.parametrize("rate", [FrameRate(24), FILM, NTSC], ids=str)
def test_slices_are_laid_to_the_sample_and_fade_only_where_they_do_not_follow(
    tmp_path: Path, rate: FrameRate
) -> None:
    length = rate.sample_of_frame(60)
    ramp = (np.arange(length) / length - 0.5).astype(np.float32)
    sound = _write_wav(tmp_path / "a.wav", np.stack([ramp, -ramp]))
    slices = [Slice(0, 5), Slice(5, 7), Slice(40, 10), Slice(None, 4), Slice(20, 6), Slice(58, 9)]
    apart.laid(sound, slices, rate, tmp_path / "out.wav")
    heard = _read_wav(tmp_path / "out.wav")
    starts = [rate.sample_of_frame(frame) for frame in (0, 12, 22, 26, 32, 41)]
    froms = [0, 40, None, 20, 58]
    assert heard.shape == (2, starts[-1])
    for start, end, first in zip(starts, starts[1:], froms, strict=False):
        kept = np.zeros(end - start, np.float32)
        if first is not None:
            found = ramp[rate.sample_of_frame(first) :][: end - start]
            kept[: len(found)] = found
        until = end - start - (240 if end < starts[-1] else 0)
        np.testing.assert_array_equal(heard[0, start : start + until], kept[:until])
        np.testing.assert_array_equal(heard[1, start : start + until], -kept[:until])
    steps = np.abs(np.diff(heard[0]))
    assert steps[: starts[-1] - 240 - 10].max() < 0.5
    around = heard[0, starts[1] - 240 : starts[1]]
    assert around[0] != around[-1]


def test_no_sound_is_silence(tmp_path: Path) -> None:
    apart.laid(None, [Slice(None, 12), Slice(3, 12)], FrameRate(24), tmp_path / "out.wav")
    heard = _read_wav(tmp_path / "out.wav")
    assert heard.shape == (2, 48_000)
    assert not heard.any()


def _write_wav(path: Path, samples: NDArray[np.float32]) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=48_000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T).reshape(1, -1), "flt", "stereo"
        )
        frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _read_wav(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as container:
        return np.concatenate(
            [frame.to_ndarray().reshape(-1, 2).T for frame in container.decode(audio=0)], 1
        )
