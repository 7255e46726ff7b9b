from __future__ import annotations

import hashlib
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path

import av
import numpy as np
import pytest

from mstation.previs.encode import encode_segment
from mstation.timebase import FrameRate

WIDTH, HEIGHT = 160, 90
FILM = FrameRate(24000, 1001)


def pictures(count: int, seed: int) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    frames = []
    for number in range(count):
        frame = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        frame[:HEIGHT] = np.linspace(16, 235, WIDTH).astype(np.uint8)
        left = (seed * 17 + number * 3) % (WIDTH - 20)
        frame[20:60, left : left + 20] = random.integers(16, 235, (40, 20))
        frames.append(frame)
    return frames


def encode(tmp_path, name: str, count: int, seed: int, rate: FrameRate = FILM):
    path = tmp_path / name
    frames = pictures(count, seed)
    assert encode_segment(frames, path, width=WIDTH, height=HEIGHT, rate=rate) == count
    return path


def decoded(path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray() for frame in container.decode(video=0)]


@pytest.mark.parametrize("count", [1, 2, 3, 60])
def test_every_frame_is_kept_in_its_place(tmp_path, count):
    path = encode(tmp_path, "a.mp4", count, 1)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert stream.time_base == Fraction(1, 24000)
        assert stream.average_rate == FILM.fraction
        assert [packet.pts for packet in packets] == [1001 * n for n in range(count)]
        assert [packet.dts for packet in packets] == [1001 * n for n in range(count)]
        assert packets[0].is_keyframe
    shown = decoded(path)
    assert len(shown) == count
    for before, after in zip(pictures(count, 1), shown, strict=True):
        assert np.abs(before[:HEIGHT].astype(int) - after[:HEIGHT]).mean() < 6


def test_the_same_frames_give_the_same_bytes(tmp_path):
    assert (
        encode(tmp_path, "a.mp4", 30, 3).read_bytes()
        == encode(tmp_path, "b.mp4", 30, 3).read_bytes()
    )


def test_a_segment_says_its_colours(tmp_path):
    with av.open(str(encode(tmp_path, "a.mp4", 3, 1))) as container:
        context = container.streams.video[0].codec_context
        assert context.pix_fmt == "yuv420p"
        tags = context.color_primaries, context.color_trc, context.colorspace
        assert (*tags, context.color_range) == (1, 1, 1, 1)


@pytest.mark.parametrize("rate", [FILM, FrameRate(25), FrameRate(24)], ids=str)
def test_segments_join_by_their_packets(tmp_path, rate):
    counts = (5, 1, 60, 2)
    paths = [encode(tmp_path, f"{i}.mp4", n, i, rate) for i, n in enumerate(counts)]
    whole = tmp_path / "film.mp4"
    extras = set()
    with av.open(str(whole), "w", options={"video_track_timescale": str(rate.numerator)}) as film:
        out, position = None, 0
        for path, count in zip(paths, counts, strict=True):
            with av.open(str(path)) as segment:
                source = segment.streams.video[0]
                extras.add(source.codec_context.extradata)
                out = out or film.add_stream_from_template(source)
                for packet in segment.demux(source):
                    if packet.dts is None:
                        continue
                    packet.pts += position * rate.denominator
                    packet.dts += position * rate.denominator
                    packet.stream = out
                    film.mux(packet)
            position += count
    assert len(extras) == 1
    apart = [frame for path in paths for frame in decoded(path)]
    together = decoded(whole)
    assert len(together) == sum(counts)
    assert all(np.array_equal(a, b) for a, b in zip(apart, together, strict=True))
    with av.open(str(whole)) as film:
        times = [frame.pts for frame in film.decode(video=0)]
    assert times == [n * rate.denominator for n in range(sum(counts))]


def _digest_of_a_busy_shot(turn: int) -> str:
    """Encode a noisy shot at the film's own size, as a worker of the build does."""
    random = np.random.default_rng(7)
    width, height = 1280, 720
    ground = random.integers(16, 235, (height, width)).astype(np.uint8)
    frames = []
    for number in range(36):
        frame = np.full((height * 3 // 2, width), 128, np.uint8)
        frame[:height] = np.roll(ground, number * 5, axis=1)
        frame[200:400, 100 + number * 7 : 300 + number * 7] = 40 + number
        frames.append(frame)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shot.mp4"
        encode_segment(frames, path, width=width, height=height, rate=FILM)
        return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
def test_the_encoder_gives_the_same_bytes_under_load():
    # more workers than cores: with x264's look-ahead on, 6 of 243 encodes came out otherwise
    workers = 2 * (os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        digests = set(pool.map(_digest_of_a_busy_shot, range(160)))
    assert len(digests) == 1
