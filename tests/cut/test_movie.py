"""The movie's laws: every frame once, sound on its frame, the same bytes again."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from mstation.cut.movie import assemble
from mstation.errors import InvalidInput
from mstation.media.joining import encode_sound, join
from mstation.sound.wavefile import StereoWriter
from mstation.timebase import FrameRate

SIZE = (160, 96)
RATES = (FrameRate(24), FrameRate(25), FrameRate(24_000, 1001), FrameRate(30_000, 1001))


def _segment(
    path: Path, frames: int, rate: FrameRate, *, size: tuple[int, int] = SIZE, bframes: int = 2
) -> Path:
    with av.open(path, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=rate.fraction)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = 1 / rate.fraction
        stream.codec_context.options = {
            "preset": "ultrafast",
            "threads": "1",
            "x264-params": f"bframes={bframes}:b-adapt=0:scenecut=0:stitchable=1",
        }
        stream.codec_context.colorspace = stream.codec_context.color_primaries = 1
        stream.codec_context.color_trc = stream.codec_context.color_range = 1
        for number in range(frames):
            picture = np.full((size[1], size[0], 3), 40 + 5 * number % 150, np.uint8)
            picture[:, number % size[0]] = 255
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, 1 / rate.fraction
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _clicks(path: Path, frames: list[int], total: int, rate: FrameRate) -> Path:
    sound = np.zeros((rate.sample_of_frame(total), 2), np.float32)
    for frame in frames:
        sound[rate.sample_of_frame(frame)] = 0.9
    with StereoWriter(path) as writer:
        writer.write(sound)
    return path


def _film(folder: Path, rate: FrameRate) -> tuple[Path, int, list[int]]:
    lengths = (14, 1, 2, 33, 25)
    segments = [
        _segment(folder / f"{index}.mp4", frames, rate) for index, frames in enumerate(lengths)
    ]
    total, clicks = sum(lengths), [0, 1, 15, 40, 74]
    out = folder / "film.mp4"
    audio = _clicks(folder / "a.wav", clicks, total, rate)
    assemble(segments, audio, out, width=SIZE[0], height=SIZE[1], rate=rate)
    return out, total, clicks


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_every_frame_is_there_once_in_time(tmp_path: Path, rate: FrameRate) -> None:
    film, total, _ = _film(tmp_path, rate)
    with av.open(film) as container:
        stream = container.streams.video[0]
        times = [frame.pts * stream.time_base * rate.fraction for frame in container.decode(stream)]
        assert stream.average_rate == rate.fraction
    assert times == list(range(total))


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_click_is_heard_on_the_sample_of_its_frame(tmp_path: Path, rate: FrameRate) -> None:
    film, total, clicks = _film(tmp_path, rate)
    with av.open(film) as container:
        frames = list(container.decode(audio=0))
        assert frames[0].pts == 0
        sound = np.concatenate([frame.to_ndarray() for frame in frames], axis=1)[0]
    assert 0 <= len(sound) - rate.sample_of_frame(total) < 1024
    for click in clicks:
        sample = rate.sample_of_frame(click)
        low = max(0, sample - 500)
        assert abs(low + int(np.abs(sound[low : sample + 500]).argmax()) - sample) <= 1


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_picture_and_sound_end_together(tmp_path: Path, rate: FrameRate) -> None:
    film, total, _ = _film(tmp_path, rate)
    with av.open(film) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        lasts = Fraction(total) / rate.fraction
        assert picture.duration * picture.time_base == lasts
        assert abs(sound.duration * sound.time_base - lasts) <= Fraction(1, 48_000)


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_sound_that_was_encoded_before_is_joined_as_if_it_were_now(
    tmp_path: Path, rate: FrameRate
) -> None:
    film, total, _ = _film(tmp_path, rate)
    encode_sound(tmp_path / "a.wav", tmp_path / "a.m4a", rate.sample_of_frame(total))
    segments = [tmp_path / f"{index}.mp4" for index in range(5)]
    out = tmp_path / "joined.mp4"
    join(segments, tmp_path / "a.m4a", out, width=SIZE[0], height=SIZE[1], rate=rate)
    assert _streams(out) == _streams(film)


def _streams(path: Path) -> list[tuple[object, ...]]:
    """Return every packet with its times, and how long each stream is."""
    with av.open(path) as container:
        lengths = [(each.type, each.start_time, each.duration) for each in container.streams]
        packets = [packet for packet in container.demux() if packet.size]
        times = [(each.stream.index, each.pts, each.dts, each.duration) for each in packets]
        return [*lengths, *times, *((bytes(each),) for each in packets)]


def test_the_movie_says_what_it_is(tmp_path: Path) -> None:
    film, _, _ = _film(tmp_path, RATES[0])
    with av.open(film) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert picture.metadata["timecode"] == "01:00:00:00"
        assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert (sound.codec_context.sample_rate, sound.codec_context.layout.name) == (
            48_000,
            "stereo",
        )
        assert int(picture.codec_context.color_primaries) == 1
        assert int(picture.codec_context.color_range) == 1
        assert "creation_time" not in {**container.metadata, **picture.metadata}
    data = film.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_drop_frame_rates_carry_drop_frame_timecode(tmp_path: Path) -> None:
    film, _, _ = _film(tmp_path, RATES[3])
    with av.open(film) as container:
        assert container.streams.video[0].metadata["timecode"] == "01:00:00;00"


def test_the_same_film_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        film, _, _ = _film(tmp_path / name, RATES[0])
        digests.add(hashlib.sha256(film.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_packets_are_joined_as_they_were_encoded(tmp_path: Path) -> None:
    film, _, _ = _film(tmp_path, RATES[0])
    joined = [size for path in (film,) for size in _sizes(path)]
    apart = [size for index in range(5) for size in _sizes(tmp_path / f"{index}.mp4")]
    assert joined == apart


def _sizes(path: Path) -> list[int]:
    with av.open(path) as container:
        return [packet.size for packet in container.demux(video=0) if packet.size]


def test_sound_too_short_is_followed_by_silence(tmp_path: Path) -> None:
    rate = RATES[0]
    segment = _segment(tmp_path / "s.mp4", 48, rate)
    audio = _clicks(tmp_path / "a.wav", [3], 10, rate)
    out = tmp_path / "film.mp4"
    assemble([segment], audio, out, width=SIZE[0], height=SIZE[1], rate=rate)
    with av.open(out) as container:
        assert container.streams.audio[0].duration == rate.sample_of_frame(48)


def test_what_cannot_be_joined_is_refused(tmp_path: Path) -> None:
    rate = RATES[0]
    audio = _clicks(tmp_path / "a.wav", [], 10, rate)
    out = tmp_path / "film.mp4"
    one = _segment(tmp_path / "1.mp4", 10, rate)
    other = _segment(tmp_path / "2.mp4", 10, rate, size=(96, 96))
    unlike = _segment(tmp_path / "3.mp4", 10, rate, bframes=0)
    with pytest.raises(InvalidInput, match="96 x 96"):
        assemble([one, other], audio, out, width=SIZE[0], height=SIZE[1], rate=rate)
    with pytest.raises(InvalidInput, match="unlike the first"):
        assemble([one, unlike], audio, out, width=SIZE[0], height=SIZE[1], rate=rate)
    with pytest.raises(InvalidInput, match="do not follow"):
        assemble([one], audio, out, width=SIZE[0], height=SIZE[1], rate=FrameRate(30))
    with pytest.raises(InvalidInput, match="at least one shot"):
        assemble([], audio, out, width=SIZE[0], height=SIZE[1], rate=rate)
