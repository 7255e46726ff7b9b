"""What is measured of delivered media, and what is found wrong with them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from mstation.errors import InvalidInput
from mstation.media.apart import derive
from mstation.media.kinds import Kind
from mstation.media.nouns import Probe
from mstation.media.quality import Measured, is_black, measured
from mstation.media.sequences import probe_image, probe_sequence
from mstation.media.specification import Specification
from mstation.media.verdict import finding_of_name, findings
from mstation.timebase import FrameRate
from tests.media.making import HEIGHT, WIDTH, numbered, write_exr, write_movie

BLACK = np.zeros((HEIGHT, WIDTH, 3), np.uint8)


def shown(path: Path, pictures: list[NDArray[np.uint8]]) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(24))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = 1
        context.color_range = 1
        for number, picture in enumerate(pictures):
            frame = VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 24)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def sounding(path: Path, level: float) -> Path:
    """Write five seconds of 1 kHz on both sides, its peak at a part of full scale."""
    times = np.arange(5 * 48000) / 48000
    wave = (level * np.sin(2 * np.pi * 1000 * times)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(np.repeat(wave, 2)[None], "flt", "stereo")
    frame.sample_rate, frame.pts = 48000, 0
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=48000, layout="stereo")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def look(path: Path, rate: FrameRate | None = None) -> tuple[Probe, Measured]:
    is_sequence = "%" in path.name
    probe = probe_sequence(str(path), rate) if is_sequence else probe_image(str(path))
    return probe, measured(str(path), probe)


def codes(path: Path, wanted: Specification, frames: int | None = None) -> list[str]:
    return [each.code for each in findings(*look(path), wanted, frames=frames)]


def test_what_is_as_asked_for_passes(tmp_path: Path) -> None:
    path = shown(tmp_path / "a.mp4", [numbered(n) for n in range(20)])
    wanted = Specification(
        rate="24", width=WIDTH, height=HEIGHT, codec="h264", pixel_format="yuv420p",
        primaries="bt709", transfer="bt709", matrix="bt709", colour_range="limited",
        handles_frames=4,
    )  # fmt: skip
    assert codes(path, wanted, frames=12) == []


def test_each_fault_is_named_in_both_languages(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.mov", codec="prores_ks", pixels="yuv422p10le", frames=10)
    wanted = Specification(
        rate="25", width=1920, height=1080, codec="h264", transfer="smpte2084", handles_frames=8,
        has_sound=True,
    )  # fmt: skip
    found = findings(*look(path), wanted, frames=10)
    assert [each.code for each in found] == ["rate", "size", "codec", "colour", "length", "sound"]
    assert "asked for were 26" in found[4].en
    assert "前后余量各 8 帧" in found[4].zh


def test_black_is_found_to_the_frame_and_may_stand_where_it_was_agreed(tmp_path: Path) -> None:
    lit = [numbered(number + 1) for number in range(12)]
    path = shown(tmp_path / "a.mp4", [BLACK] * 3 + lit[:6] + [BLACK] + lit[6:] + [BLACK] * 2)
    probe, seen = look(path)
    assert seen.black == ((0, 3), (9, 10), (16, 18))
    free = Specification(black_head_frames=3, black_tail_frames=2)
    (found,) = findings(probe, seen, free)
    assert (found.code, found.first_frame, found.end_frame) == ("black", 9, 10)
    less = Specification(black_head_frames=1, black_tail_frames=1)
    stretches = [(each.first_frame, each.end_frame) for each in findings(probe, seen, less)]
    assert stretches == [(1, 3), (9, 10), (16, 17)]


def test_two_seconds_that_stand_still_are_found_and_less_is_not(tmp_path: Path) -> None:
    moving = [numbered(number + 1) for number in range(10)]
    path = shown(tmp_path / "a.mp4", moving[:5] + [moving[4]] * 47 + moving[5:])
    (found,) = findings(*look(path), Specification())
    assert (found.code, found.first_frame, found.end_frame) == ("frozen", 4, 52)
    short = shown(tmp_path / "b.mp4", moving[:5] + [moving[4]] * 46 + moving[5:])
    assert codes(short, Specification()) == []


def test_the_level_at_which_a_picture_is_black_is_the_tenth_of_the_range() -> None:
    grey = np.full((100, 100), 25, np.uint8)
    assert is_black(grey)
    grey[:2] = 255  # two of a hundred
    assert is_black(grey)
    grey[2, 0] = 255
    assert not is_black(grey)
    assert not is_black(np.full((10, 10), 26, np.uint8))


def test_loudness_is_that_of_r_128(tmp_path: Path) -> None:
    # EBU Tech 3341, case 1: a stereo tone of 1 kHz that peaks at -23 dBFS has -23 LUFS
    path = sounding(tmp_path / "a.wav", 10 ** (-23 / 20))
    probe, seen = look(path)
    assert seen.loudness_lufs == pytest.approx(-23.0, abs=0.1)
    assert seen.true_peak_dbtp == pytest.approx(-23.0, abs=0.2)
    assert findings(probe, seen, Specification(loudness_lufs=-23.0, true_peak_dbtp=-1.0)) == []
    (found,) = findings(probe, seen, Specification(loudness_lufs=-27.0, loudness_tolerance_lu=2.0))
    assert (found.code, "-23.0 LUFS" in found.en, "响度" in found.zh) == ("loudness", True, True)
    (found,) = findings(probe, seen, Specification(true_peak_dbtp=-30.0))
    assert found.code == "peak"


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    probe, seen = look(sounding(tmp_path / "a.wav", 0.0))
    assert (seen.loudness_lufs, seen.true_peak_dbtp) == (None, None)
    (found,) = findings(probe, seen, Specification(loudness_lufs=-23.0))
    assert "silence" in found.en


def test_a_hole_in_a_sequence_is_named(tmp_path: Path) -> None:
    for number in (7, 8, 10):
        write_exr(tmp_path / f"a.{number:04}.exr", (numbered(number) / 255.0).astype(np.float32))
    found = findings(*look(tmp_path / "a.%04d.exr", FrameRate(24)), Specification(), frames=4)
    assert [each.code for each in found] == ["sequence", "length"]
    assert "missing: 9" in found[0].en


def test_a_name_is_held_against_its_pattern() -> None:
    pattern = "{label}_comp_v*.mov"
    assert finding_of_name("014-002_comp_v003.mov", pattern, label="014-002") is None
    found = finding_of_name("014-003_comp_v003.mov", pattern, label="014-002")
    assert found is not None
    assert found.code == "name"
    assert finding_of_name("whatever", "", label="x") is None


def test_it_is_measured_in_a_process_apart(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.mp4", frames=6, has_sound=False)
    derive(path, Kind.QUALITY, tmp_path / "quality.json")
    assert '"frames": 6' in (tmp_path / "quality.json").read_text()
    (tmp_path / "rubbish").write_bytes(b"\0\0\0\x14ftypqt  rubbish")
    with pytest.raises(InvalidInput):
        derive(tmp_path / "rubbish", Kind.QUALITY, tmp_path / "none.json")


def test_unknown_colours_are_refused_with_those_that_are_known() -> None:
    with pytest.raises(InvalidInput, match="bt709"):
        Specification(primaries="rec709")
