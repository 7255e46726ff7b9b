from __future__ import annotations

import json
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from mstation.errors import InvalidInput, Unsupported
from mstation.media.display import shown, space_of
from mstation.media.kinds import Kind
from mstation.media.movies import probe_movie
from mstation.media.sniff import media_type_of
from mstation.media.worker import make
from mstation.timebase import FrameRate
from tests.media.making import (
    number_of,
    numbered,
    numbers_in,
    write_exr,
    write_movie,
    write_sound,
)

NTSC = Fraction(30_000, 1001)
FILM = Fraction(24_000, 1001)
SOURCES = {
    "prores.mov": {
        "codec": "prores_ks", "pixels": "yuv422p10le", "rate": NTSC, "timecode": "01:00:00;00",
        "has_sound": True,
    },
    "dnxhr.mov": {
        "codec": "dnxhd", "pixels": "yuv422p", "rate": FILM, "timecode": "01:00:00:00",
        "size": (1280, 720), "options": {"profile": "dnxhr_lb"},
    },
    "b-frames.mkv": {"rate": NTSC, "timecode": "01:00:00:00", "options": {"bf": "3"}},
    "motion.avi": {"codec": "mpeg4", "rate": Fraction(25)},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_proxy_keeps_every_frame_under_its_number(name: str, tmp_path: Path) -> None:
    how = SOURCES[name]
    path = write_movie(tmp_path / name, frames=50, **how)  # type: ignore[arg-type]
    out = tmp_path / "proxy.mp4"
    made = make(str(path), Kind.PROXY, out, None)
    rate = Fraction(how["rate"])  # type: ignore[call-overload]
    assert (made.media_type, made.details["frames"]) == ("video/mp4", 50)
    assert numbers_in(out) == list(range(50))
    probe = probe_movie(str(out), "video/mp4")
    assert probe.rate == FrameRate(rate.numerator, rate.denominator)
    assert probe.start_timecode == how.get("timecode")
    assert probe.pictures[0].pixel_format == "yuv420p"
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        stamps = [frame.pts * stream.time_base for frame in container.decode(stream)]
    assert stamps == [number / rate for number in range(50)]
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    if "has_sound" in how:
        (sound,) = probe.sounds
        assert abs(sound.samples / 48000 - 50 / rate) < 0.05


def test_an_exr_sequence_becomes_a_proxy_frame_by_frame(tmp_path: Path) -> None:
    for number in range(7, 12):
        write_exr(tmp_path / f"a.{number:04}.exr", (numbered(number) / 255.0).astype(np.float32))
    out = tmp_path / "proxy.mp4"
    make(str(tmp_path / "a.%04d.exr"), Kind.PROXY, out, FrameRate(24))
    assert numbers_in(out) == [7, 8, 9, 10, 11]


def test_scene_linear_is_shown_by_the_aces_view() -> None:
    greys = np.array([0, 0.18, 1, 4, 16], np.float32)[None, :, None].repeat(3, 2)
    linear = space_of(None)
    (row,) = shown(greys, linear)[:, :, 1]
    assert row[0] == 0
    assert abs(int(row[1]) - 89) <= 1  # ACES 2.0: 0.18 is shown at a tenth of white
    assert row[1] < row[2] < row[3] < row[4] < 255
    by_table = shown(greys, linear, exactly=False)
    assert np.abs(by_table.astype(int) - shown(greys, linear)).max() <= 3


def test_a_file_says_by_its_chromaticities_what_its_numbers_mean(tmp_path: Path) -> None:
    assert space_of((0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)) == "ACEScg"
    assert space_of((0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767)) == "ACES2065-1"
    red = np.zeros((16, 16, 3), np.float32)
    red[..., 0] = 0.5
    plain = write_exr(tmp_path / "plain.exr", red)
    wide = (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)
    aces = write_exr(tmp_path / "aces.exr", red, chromaticities=wide)
    pictures = []
    for path in (plain, aces):
        make(str(path), Kind.THUMBNAIL, tmp_path / "out.jpg", None)
        with av.open(str(tmp_path / "out.jpg")) as container:
            pictures.append(next(container.decode(video=0)).to_ndarray(format="rgb24")[8, 8])
    assert int(pictures[1][0]) > int(pictures[0][0])


def test_a_thumbnail_is_small_and_keeps_transparency(tmp_path: Path) -> None:
    movie = write_movie(tmp_path / "a.mp4", size=(1920, 1080), frames=9)
    out = tmp_path / "thumbnail"
    made = make(str(movie), Kind.THUMBNAIL, out, None)
    assert (made.media_type, made.details) == ("image/jpeg", {"width": 480, "height": 270})
    assert media_type_of(out.read_bytes()) == "image/jpeg"
    with av.open(str(out), format="jpeg_pipe") as container:
        assert number_of(next(container.decode(video=0)).to_ndarray(format="rgb24")) == 4
    clear = VideoFrame.from_ndarray(np.zeros((20, 30, 4), np.uint8), "rgba")
    from mstation.media.thumbnails import _encoded

    (tmp_path / "clear.png").write_bytes(_encoded(clear, "png"))
    made = make(str(tmp_path / "clear.png"), Kind.THUMBNAIL, out, None)
    assert made.media_type == media_type_of(out.read_bytes()) == "image/png"


def test_a_filmstrip_shows_the_frames_that_it_says(tmp_path: Path) -> None:
    movie = write_movie(tmp_path / "a.mp4", frames=150, options={"bf": "2", "g": "40"})
    out = tmp_path / "strip"
    made = make(str(movie), Kind.FILMSTRIP, out, None).details
    with av.open(str(out), format="jpeg_pipe") as container:
        sheet = next(container.decode(video=0)).to_ndarray(format="rgb24")
    width, height = made["width"], made["height"]
    assert sheet.shape == (made["rows"] * height, made["columns"] * width, 3)
    shown_numbers = [
        number_of(sheet[row * height : (row + 1) * height, column * width : (column + 1) * width])
        for row in range(made["rows"])
        for column in range(made["columns"])
    ]
    assert shown_numbers[: len(made["frames"])] == made["frames"]
    assert made["frames"][0] == 0
    assert made["frames"] == sorted(set(made["frames"]))


def test_a_waveform_holds_the_least_and_the_greatest_of_each_stretch(tmp_path: Path) -> None:
    wav = write_sound(tmp_path / "a.wav", 1.0)
    out = tmp_path / "peaks"
    make(str(wav), Kind.WAVEFORM, out, None)
    told = json.loads(out.read_bytes())
    assert (told["length"], told["channels"], told["samples_per_pixel"]) == (188, 2, 256)
    data = np.array(told["data"], np.int8).reshape(188, 2, 2)
    assert data[:-1, 0].min() == -64
    assert data[:-1, 0].max() in (63, 64)
    assert not data[:, 1].any()
    make(str(wav), Kind.PEAKS, out, None)
    binary = out.read_bytes()
    head = struct.unpack("<iIiiII", binary[:24])
    assert head == (2, 1, 48000, 256, 188, 2)
    assert binary[24:] == data.tobytes()


def test_what_is_not_in_a_file_is_said(tmp_path: Path) -> None:
    wav = write_sound(tmp_path / "a.wav", 0.1)
    silent = write_movie(tmp_path / "a.mp4")
    still = write_exr(tmp_path / "a.exr", np.zeros((8, 8, 3), np.float32))
    for path, kind in ((wav, Kind.PROXY), (wav, Kind.FILMSTRIP), (silent, Kind.WAVEFORM)):
        with pytest.raises(Unsupported):
            make(str(path), kind, tmp_path / "out", None)
    with pytest.raises(InvalidInput, match="thumbnail"):
        make(str(still), Kind.PROXY, tmp_path / "out", None)
