"""A film is cut into its shots by packets: every frame of a shot, and nothing of where it stood."""

from __future__ import annotations

import hashlib
from pathlib import Path

import av
import numpy as np
import pytest

from mstation.cut.movie import assemble
from mstation.errors import InvalidInput
from mstation.media.shot_movies import Span, cut_shots, take_sound
from mstation.sound.wavefile import StereoWriter
from mstation.timebase import FrameRate
from tests.cut.test_movie import SIZE, _segment

NTSC, DROP = FrameRate(24_000, 1001), FrameRate(30_000, 1001)
LENGTHS = {"a": 14, "b": 1, "c": 33}


@pytest.fixture(scope="module", params=[NTSC, DROP, FrameRate(24)], ids=str)
def reel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, FrameRate]:
    """Segments of three shots, with B-frames where they are long enough."""
    folder, rate = tmp_path_factory.mktemp("reel"), request.param
    for name, frames in LENGTHS.items():
        _segment(folder / name, frames, rate)
    return folder, rate


def joined(folder: Path, order: str, rate: FrameRate, out: Path) -> tuple[Path, list[Span]]:
    """Join shots to a film, with as much sound."""
    spans, first = [], 0
    for name in order:
        spans.append(Span(name, first, LENGTHS[name]))
        first += LENGTHS[name]
    sound = np.random.default_rng(7).normal(0, 0.1, (rate.sample_of_frame(first), 2))
    with StereoWriter(out / "sound.wav") as writer:
        writer.write(sound.astype(np.float32))
    film = out / f"{order}.mp4"
    segments = [folder / name for name in order]
    assemble(segments, out / "sound.wav", film, width=SIZE[0], height=SIZE[1], rate=rate)
    return film, spans


def cut(film: Path, spans: list[Span], rate: FrameRate, out: Path) -> dict[str, bytes]:
    out.mkdir()
    return {span.label: path.read_bytes() for span, path in cut_shots(film, spans, rate, out)}


def pictures(path: Path) -> list[str]:
    with av.open(path) as movie:
        return [hashlib.sha256(frame.to_ndarray()).hexdigest() for frame in movie.decode(video=0)]


def test_a_shot_has_the_same_bytes_wherever_it_stands(
    reel: tuple[Path, FrameRate], tmp_path: Path
) -> None:
    folder, rate = reel
    one = cut(*joined(folder, "abc", rate, tmp_path), rate, tmp_path / "one")
    other = cut(*joined(folder, "cab", rate, tmp_path), rate, tmp_path / "other")
    alone = cut(*joined(folder, "a", rate, tmp_path), rate, tmp_path / "alone")
    assert one == other
    assert alone["a"] == one["a"]


def test_a_shot_has_its_own_frames_under_its_own_timecode(
    reel: tuple[Path, FrameRate], tmp_path: Path
) -> None:
    folder, rate = reel
    film, spans = joined(folder, "bca", rate, tmp_path)
    whole = pictures(film)
    for span, path in cut_shots(film, spans, rate, tmp_path):
        assert pictures(path) == whole[span.first_frame : span.end_frame]
        with av.open(path) as movie:
            stream = movie.streams.video[0]
            assert (stream.frames, stream.average_rate) == (span.frames, rate.fraction)
            assert stream.duration * stream.time_base == span.frames / rate.fraction
            assert stream.start_time == 0
            start = "01:00:00;00" if rate is DROP else "01:00:00:00"
            assert stream.metadata["timecode"] == start


def test_the_sound_goes_as_it_is(reel: tuple[Path, FrameRate], tmp_path: Path) -> None:
    folder, rate = reel
    film, _ = joined(folder, "ab", rate, tmp_path)
    for name in ("one.m4a", "other.m4a"):
        assert take_sound(film, tmp_path / name)
    assert (tmp_path / "one.m4a").read_bytes() == (tmp_path / "other.m4a").read_bytes()
    heard = [samples(path) for path in (film, tmp_path / "one.m4a")]
    assert heard[0] == heard[1]
    assert not take_sound(folder / "a", tmp_path / "none.m4a")


def samples(path: Path) -> tuple[int | None, bytes]:
    """Return how long the sound is told to be, and all that is heard."""
    with av.open(path) as movie:
        stream = movie.streams.audio[0]
        found = [frame.to_ndarray() for frame in movie.decode(stream)]
        return stream.duration, np.concatenate(found, axis=1).tobytes()


def test_a_shot_that_cannot_be_cut_out_is_told(tmp_path: Path) -> None:
    rate = FrameRate(24)
    film = _segment(tmp_path / "film.mp4", 20, rate, bframes=0)
    for spans, told in (
        ([Span("001-002", 5, 15)], "001-002 does not begin"),
        ([Span("001-001", 0, 21)], "not all frames of shot 001-001"),
        ([Span("001-001", 0, 20), Span("001-002", 20, 4)], "not all frames of shot 001-002"),
    ):
        with pytest.raises(InvalidInput, match=told):
            list(cut_shots(film, spans, rate, tmp_path))
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(film.read_bytes()[:200])
    with pytest.raises(InvalidInput, match="damaged"):
        list(cut_shots(broken, [Span("001-001", 0, 20)], rate, tmp_path))
