"""Files from outside: wrong, cut off, too large, and such as would reach for other files."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from mstation import media
from mstation.errors import InvalidInput, MStationError, Unsupported
from mstation.media import Kind
from mstation.media.kinds import Limits
from mstation.media.sniff import media_type_of
from mstation.media.worker import make
from tests.media.making import write_exr, write_movie, write_sound

MAGIC = {
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "image/x-exr": b"\x76\x2f\x31\x01\x02\0\0\0",
    "image/x-dpx": b"SDPX",
    "image/tiff": b"II*\x00",
    "video/quicktime": b"\0\0\0\x14ftypqt  ",
    "video/mp4": b"\0\0\0\x14ftypisom",
    "video/x-matroska": b"\x1a\x45\xdf\xa3",
    "application/mxf": b"\x06\x0e\x2b\x34\x02\x05\x01\x01",
    "audio/wav": b"RIFF\xff\xff\0\0WAVEfmt ",
}


@pytest.mark.parametrize("media_type", sorted(MAGIC))
def test_noise_behind_a_known_beginning_is_refused(media_type: str, tmp_path: Path) -> None:
    chance = random.Random(media_type)
    path = tmp_path / "noise"
    for _ in range(4):
        path.write_bytes(MAGIC[media_type] + chance.randbytes(5000))
        assert media_type_of(path.read_bytes()) == media_type
        with pytest.raises((MStationError, MemoryError, RuntimeError, ValueError)):
            make(str(path), Kind.THUMBNAIL, tmp_path / "out", None)


@pytest.mark.parametrize("ending", ["mov", "mp4", "exr", "png", "jpg"])
def test_a_file_that_was_cut_off_is_refused(ending: str, tmp_path: Path) -> None:
    whole = tmp_path / f"whole.{ending}"
    if ending in ("mov", "mp4"):
        write_movie(whole, frames=30, container_options={"movflags": "+faststart"})
    elif ending == "exr":
        noise = np.random.default_rng(1).random((90, 160, 3)).astype(np.float32)
        write_exr(whole, noise)
    else:
        _picture(whole)
    cut = tmp_path / f"cut.{ending}"
    data = whole.read_bytes()
    make(str(whole), Kind.THUMBNAIL, tmp_path / "out", None)
    for part in (0.3, 0.6, 0.9):
        cut.write_bytes(data[: int(len(data) * part)])
        with pytest.raises(InvalidInput):
            make(str(cut), Kind.THUMBNAIL, tmp_path / "out", None)


def _picture(path: Path) -> None:
    import av
    from av.video.frame import VideoFrame

    noise = np.random.default_rng(1).integers(0, 255, (90, 160, 3), np.uint8)
    codec, pixels = ("png", "rgb24") if path.suffix == ".png" else ("mjpeg", "yuvj420p")
    frame = VideoFrame.from_ndarray(noise, "rgb24").reformat(format=pixels)
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream(codec, rate=1)
        stream.width, stream.height, stream.pix_fmt = 160, 90, pixels
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_a_picture_of_billions_of_pixels_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(50_000_000), 9)
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    ))  # fmt: skip
    with pytest.raises(InvalidInput):
        media.derive(path, Kind.THUMBNAIL, tmp_path / "out")


def test_archives_are_not_opened_and_types_are_told_by_content(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20_000_000))
    bomb = tmp_path / "shot.mov"
    bomb.write_bytes(packed.getvalue())
    with pytest.raises(Unsupported, match="application/zip"):
        media.derive(bomb, Kind.THUMBNAIL, tmp_path / "out")


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '/etc/passwd'\n",
    ],
)
def test_a_list_of_other_files_opens_none_of_them(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list.mov"
    path.write_text(text)
    with pytest.raises(Unsupported, match="text/plain"):
        make(str(path), Kind.THUMBNAIL, tmp_path / "out", None)


def test_a_process_that_takes_too_long_or_too_much_is_ended(tmp_path: Path) -> None:
    movie = write_movie(tmp_path / "a.mp4", frames=200, size=(1280, 720))
    with pytest.raises(InvalidInput, match="1 seconds"):
        media.derive(movie, Kind.PROXY, tmp_path / "out", limits=Limits(1, 2048, 64))
    with pytest.raises(InvalidInput):
        media.derive(movie, Kind.THUMBNAIL, tmp_path / "out", limits=Limits(60, 120, 64))
    with pytest.raises(InvalidInput):
        media.derive(movie, Kind.PROXY, tmp_path / "out", limits=Limits(60, 2048, 0))


def test_the_process_apart_makes_what_is_asked_and_knows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mstation.media import apart

    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    assert "AWS_SECRET_ACCESS_KEY" not in apart._environment()
    wav = write_sound(tmp_path / "a.wav", 0.5)
    assert media.probe(wav).sounds[0].samples == 24_000
    assert media.derive(wav, Kind.PEAKS, tmp_path / "out").details["channels"] == 2


def test_types_are_told_by_content() -> None:
    told = {
        b"<!DOCTYPE html><html>": "text/html",
        b"\xef\xbb\xbf \n<script>alert(1)</script>": "text/html",
        b"<?xml version='1.0'?><svg xmlns='x'/>": "image/svg+xml",
        b"<?xml version='1.0'?><fcpxml/>": "application/xml",
        "FADE IN 夜".encode()[:-1]: "text/plain",
        b"\0\1\2\3": "application/octet-stream",
        b"": "application/octet-stream",
        b"RIFF....WEBPVP8 ": "image/webp",
        b"\xff\xfb\x90\x64": "audio/mpeg",
        b"%PDF-1.7": "application/pdf",
    }
    assert {head: media_type_of(head) for head in told} == told
