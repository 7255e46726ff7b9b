"""Labels of what a machine made: written once, read back, seen and heard; nothing else changes."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mstation.errors import InvalidInput, Unsupported
from mstation.media.ai_labels import (
    Certainty,
    Disclosure,
    Involvement,
    Label,
    certainty_of,
    notice_of,
    read_label,
    source_of,
)
from mstation.media.aigc_files import is_traced, labels_in, write_label
from mstation.media.aigc_marks import SECONDS, SHARE, mark_of, rhythm, write_mark
from mstation.media.aigc_types import LABELLED
from mstation.media.credentials import Claim, Trust, sign, verify
from tests.media.credentialed import HOLDING, Signing, picture, sound
from tests.media.making import write_movie

OURS = Signing()
LABEL = Label(Certainty.IS, "00119144010130MA59PT00001", "lantern-001-v003")
FILES = {
    **{name: HOLDING[name] for name in LABELLED & HOLDING.keys()},
    "audio/flac": lambda _: sound("flac"),
    "audio/mp4": lambda folder: write_movie(folder / "a.mp4", frames=3, has_sound=False,
                                            size=(64, 48)).read_bytes(),
}  # fmt: skip
CODES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=200)


@given(st.builds(Label, st.sampled_from(Certainty), CODES, CODES, CODES, CODES, CODES, CODES))
def test_a_label_reads_back_as_it_was_written(label: Label) -> None:
    assert read_label(label.written()) == label


@given(st.text(max_size=60))
def test_what_is_no_label_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="GB 45438-2025"):
        read_label(text)


@pytest.mark.parametrize("code", ["two words", "灯笼", "line\n", "x" * 201])
def test_a_code_is_printable_ascii(code: str) -> None:
    with pytest.raises(InvalidInput, match="printable ASCII"):
        Label(Certainty.IS, code, "")


def test_how_sure_it_is_follows_from_who_says_it() -> None:
    def certainty(involvement: Involvement, *, produced: bool = False, label: Label | None = None,
                  is_traced: bool = False) -> Certainty | None:  # fmt: skip
        return certainty_of(involvement, produced=produced, label=label, is_traced=is_traced)

    assert certainty(Involvement.GENERATED, produced=True) is Certainty.IS
    assert certainty(Involvement.GENERATED) is Certainty.MAY_BE  # declared, no metadata
    assert certainty(Involvement.ASSISTED) is Certainty.MAY_BE
    assert certainty(Involvement.NONE, is_traced=True) is Certainty.SUSPECTED
    assert certainty(Involvement.UNKNOWN, is_traced=True) is Certainty.SUSPECTED
    assert certainty(Involvement.NONE, label=LABEL) is Certainty.IS  # the file says so itself
    assert certainty(Involvement.NONE) is None
    assert certainty(Involvement.UNKNOWN) is None


def test_one_answer_gives_the_source_and_the_notice() -> None:
    assert source_of(Involvement.GENERATED) == "trainedAlgorithmicMedia"
    assert source_of(Involvement.ASSISTED) == "compositeWithTrainedAlgorithmicMedia"
    assert source_of(Involvement.UNKNOWN) == ""
    for involvement in Involvement:
        assert notice_of(involvement, Disclosure.NONE) is None
    for disclosure in (Disclosure.CREDIT, Disclosure.OVERLAY):
        english, chinese = notice_of(Involvement.GENERATED, disclosure) or ("", "")
        assert "artificial intelligence" in english
        assert "人工智能" in chinese
        assert notice_of(Involvement.NONE, disclosure) is None


@pytest.mark.parametrize("media_type", sorted(LABELLED))
def test_a_file_has_exactly_one_label_and_a_signature_after_it_leaves_it(
    tmp_path: Path, media_type: str
) -> None:
    source, once, twice = (tmp_path / name for name in ("source", "once", "twice"))
    source.write_bytes(FILES[media_type](tmp_path))
    assert labels_in(source, media_type) == ()
    write_label(source, media_type, once, LABEL)
    assert labels_in(once, media_type) == (LABEL,)
    other = Label(Certainty.MAY_BE, "Another", "7")
    write_label(once, media_type, twice, other)
    assert labels_in(twice, media_type) == (other,)
    signed = tmp_path / "signed"
    beside = sign(twice, signed, media_type, Claim("a"), chain=OURS.chain, key=OURS)
    where = signed if beside is None else twice
    assert labels_in(where, media_type) == (other,)
    assert verify(where, media_type, OURS.anchors, beside).trust is Trust.TRUSTED


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_labelled_picture_keeps_its_pixels_and_its_own_xmp(tmp_path: Path, kind: str) -> None:
    media_type = f"image/{kind.lower()}"
    source, out = tmp_path / "source", tmp_path / "out"
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf='
        '"http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="Lantern"/></rdf:RDF></x:xmpmeta>'
    )
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp, zip=True)
    with Image.open(io.BytesIO(picture(kind))) as image:
        told = {"xmp": xmp.encode()} if kind == "JPEG" else {"pnginfo": info}
        image.save(source, kind, **told)
    write_label(source, media_type, out, LABEL)
    with Image.open(source) as before, Image.open(out) as after:
        assert np.array_equal(np.asarray(before), np.asarray(after))
        found = after.info["xmp"]
        assert b"Lantern" in found
        assert found.count(b"TC260:AIGC") == 1


def test_a_labelled_movie_keeps_its_packets_and_its_timecode(tmp_path: Path) -> None:
    source, out = tmp_path / "source.mov", tmp_path / "out.mov"
    write_movie(source, frames=30, timecode="01:00:00:00", has_sound=True)
    write_label(source, "video/quicktime", out, LABEL)

    def packets(path: Path, kind: str) -> list[bytes]:
        with av.open(str(path)) as container:
            return [bytes(each) for each in container.demux(**{kind: 0}) if each.size]

    for kind in ("video", "audio"):
        assert packets(source, kind) == packets(out, kind)
    with av.open(str(out)) as container:
        tags = [container.metadata, *(each.metadata for each in container.streams)]
        assert any(each.get("timecode") == "01:00:00:00" for each in tags)


def test_damaged_and_hostile_files_are_refused(tmp_path: Path) -> None:
    path, out = tmp_path / "a", tmp_path / "out"
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    )
    body = b"http://ns.adobe.com/xap/1.0/\0" + bomb
    jpeg = picture("JPEG")
    path.write_bytes(jpeg[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body + jpeg[2:])
    with pytest.raises(InvalidInput, match="XMP is damaged"):
        write_label(path, "image/jpeg", out, LABEL)
    for media_type in ("image/jpeg", "image/png", "video/mp4", "audio/wav"):
        path.write_bytes(FILES[media_type](tmp_path)[:70])
        with pytest.raises(InvalidInput, match="damaged"):
            write_label(path, media_type, out, LABEL)
    with pytest.raises(Unsupported, match="holds no AIGC label"):
        write_label(path, "image/x-exr", out, LABEL)


def test_what_a_generator_leaves_in_a_picture_is_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "a"
    info = PngInfo()
    info.add_text("parameters", "a lantern, 20 steps")
    Image.new("RGB", (9, 9)).save(path, "PNG", pnginfo=info)
    assert is_traced(path, "image/png")
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf='
        '"http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:Iptc4xmpExt='
        f'"http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType="{source}"'
        "/></rdf:RDF></x:xmpmeta>"
    )
    Image.new("RGB", (9, 9)).save(path, "JPEG", xmp=xmp.encode())
    assert is_traced(path, "image/jpeg")
    path.write_bytes(picture("PNG"))
    assert not is_traced(path, "image/png")


@pytest.mark.parametrize("size", [(1920, 1080), (300, 900), (64, 64), (4000, 200)])
def test_the_mark_is_a_twentieth_high_and_lies_in_the_picture(size: tuple[int, int]) -> None:
    mark, x, y = mark_of(*size)
    ink = np.argwhere(mark[..., :3].min(axis=2) > 200)
    assert np.ptp(ink[:, 0]) + 1 >= SHARE * min(size)
    assert x >= 0
    assert y >= 0
    assert x + mark.shape[1] <= size[0]
    assert y + mark.shape[0] <= size[1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_marked_in_its_corner_and_nowhere_else(tmp_path: Path, kind: str) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    Image.new("RGB", (640, 360), (40, 90, 60)).save(source, kind)
    assert write_mark(source, f"image/{kind.lower()}", out) == {"encoded": ["picture"]}
    with Image.open(out) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    changed = np.argwhere(np.abs(pixels - (40, 90, 60)).max(axis=2) > 6)
    assert changed[:, 0].min() > 180
    assert np.ptp(changed[:, 0]) >= SHARE * 360


def test_a_movie_is_marked_for_two_seconds_and_keeps_its_frames_and_sound(tmp_path: Path) -> None:
    source, out = tmp_path / "source.mov", tmp_path / "out.mov"
    write_movie(source, frames=60, has_sound=True)
    assert write_mark(source, "video/quicktime", out) == {"encoded": ["video"]}

    def frames(path: Path) -> np.ndarray:
        with av.open(str(path)) as container:
            return np.stack([each.to_ndarray(format="gray") for each in container.decode(video=0)])

    before, after = frames(source).astype(int), frames(out).astype(int)
    assert before.shape == after.shape
    differs = np.abs(before - after).max(axis=(1, 2)) > 60
    assert differs[: SECONDS * 24].all()
    assert not differs[SECONDS * 24 :].any()


def test_a_sound_begins_with_the_rhythm_and_goes_on_as_it_was(tmp_path: Path) -> None:
    source, out = tmp_path / "source.wav", tmp_path / "out.wav"
    source.write_bytes(sound("wav"))
    write_mark(source, "audio/wav", out)

    def samples(path: Path) -> np.ndarray:
        with av.open(str(path)) as container:
            return np.concatenate([each.to_ndarray()[0] for each in container.decode(audio=0)])

    before, after, cue = samples(source), samples(out), rhythm(48000)
    assert np.array_equal(after[len(cue) :], before)
    assert np.abs(after[: len(cue)] / 32768 - cue).max() < 1e-3


def test_what_is_not_marked_here_says_so(tmp_path: Path) -> None:
    path, out = tmp_path / "a", tmp_path / "out"
    Image.fromarray(np.zeros((9, 9), np.uint16)).save(path, "PNG")
    with pytest.raises(Unsupported, match="8 bits"):
        write_mark(path, "image/png", out)
    with pytest.raises(Unsupported, match="not marked here"):
        write_mark(path, "image/x-exr", out)
