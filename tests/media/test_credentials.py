"""Content credentials: what was signed is known again, and what was changed since is found."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, UnidentifiedImageError

from mstation.errors import InvalidInput
from mstation.media.aigc_types import EMBEDS
from mstation.media.credentials import (
    Claim,
    Found,
    Ingredient,
    Relationship,
    Trust,
    sign,
    verify,
)
from mstation.media.sniff import media_type_of
from tests.media.credentialed import BESIDE, HOLDING, Signing, picture

OURS = Signing("Lantern Archive")
CLAIM = Claim(
    "lantern 灯笼", "trainedAlgorithmicMedia", ("wan-vace 1.3",),
    licence={"policy": "urn:mstation:policy:1", "digest": "ab" * 32},
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def no_network() -> Iterator[None]:
    """Whoever asked the network here would hear of it."""
    real = socket.socket.connect

    def refused(*_: object) -> None:
        raise AssertionError("the network was asked")

    socket.socket.connect = refused  # type: ignore[method-assign]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A signed file of each media type that holds credentials."""
    folder = tmp_path_factory.mktemp("signed")
    made = {}
    for media_type, content in HOLDING.items():
        name = media_type.replace("/", ".")
        source, made[media_type] = folder / f"{name}.source", folder / name
        source.write_bytes(content(folder))
        assert sign(source, made[media_type], media_type, CLAIM, chain=OURS.chain, key=OURS) is None
    return made


def test_every_type_that_holds_credentials_is_tried() -> None:
    assert set(HOLDING) == EMBEDS


@pytest.mark.parametrize("media_type", HOLDING)
def test_what_was_signed_is_trusted_and_says_what_was_said(
    signed: dict[str, Path], media_type: str
) -> None:
    path = signed[media_type]
    assert media_type_of(path.read_bytes()[:4096]) == media_type
    found = verify(path, media_type, OURS.anchors)
    assert found == Found(
        Trust.TRUSTED, (), "Lantern Archive signer", "Lantern Archive", CLAIM.title,
        ("trainedAlgorithmicMedia",), "notAllowed", CLAIM.licence,
    )  # fmt: skip


@pytest.mark.parametrize("media_type", HOLDING)
def test_an_unknown_signer_is_valid_and_said_to_be_unknown(
    signed: dict[str, Path], media_type: str
) -> None:
    for anchors in ("", Signing("Somebody else").anchors):
        found = verify(signed[media_type], media_type, anchors)
        assert (found.trust, found.reasons) == (Trust.VALID, ("signingCredential.untrusted",))


def _media_data(data: bytes, media_type: str) -> range:
    """Return where the content itself lies, as each format says."""
    source = data
    match media_type:
        case "image/png":
            start = source.index(b"IDAT") + 4
            return range(start, start + int.from_bytes(source[start - 8 : start - 4]))
        case "image/jpeg":
            start = source.index(b"\xff\xda") + 14
            return range(start, len(source) - 2)
        case "image/webp" | "audio/wav":
            start = source.index(b"VP8 " if media_type == "image/webp" else b"data") + 8
            return range(start, start + int.from_bytes(source[start - 4 : start], "little"))
        case "image/tiff":
            start = source.index(HOLDING[media_type](Path())[200:240]) - 100
            return range(start, start + 10_000)
        case "video/mp4" | "video/quicktime":
            start = source.index(b"mdat") + 4
            return range(start, start + int.from_bytes(source[start - 8 : start - 4]) - 8)
        case "application/pdf":
            start = source.index(b"stream") + 7
            return range(start, source.index(b"endstream"))
        case "application/zip":
            start = source.index(b"#usda")
            return range(start, start + 500)
        case "audio/mpeg":
            return range(len(source) - 600, len(source))
    raise AssertionError(media_type)


@pytest.mark.parametrize("media_type", HOLDING)
@settings(max_examples=8, deadline=None)
@given(chance=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_of_the_content_is_found(
    signed: dict[str, Path], media_type: str, chance: float, bit: int
) -> None:
    data = bytearray(signed[media_type].read_bytes())
    where = _media_data(bytes(data), media_type)
    data[where[int(chance * len(where))]] ^= 1 << bit
    changed = signed[media_type].with_suffix(".changed")
    changed.write_bytes(data)
    found = verify(changed, media_type, OURS.anchors)
    assert found.trust is Trust.INVALID
    assert any("mismatch" in reason for reason in found.reasons)


@settings(max_examples=60, deadline=None)
@given(chance=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_flipped_bit_anywhere_changes_what_is_trusted(
    signed: dict[str, Path], chance: float, bit: int
) -> None:
    data = bytearray(signed["image/png"].read_bytes())
    data[int(chance * len(data))] ^= 1 << bit
    changed = signed["image/png"].with_suffix(".anywhere")
    changed.write_bytes(data)
    try:
        found = verify(changed, "image/png", OURS.anchors)
    except InvalidInput:
        return  # it is no picture any more
    if found.trust is Trust.TRUSTED:  # the bit lay in what fills the credentials up
        assert found == verify(signed["image/png"], "image/png", OURS.anchors)
        assert _pixels(changed) in (_pixels(signed["image/png"]), b"")


def _pixels(path: Path) -> bytes:
    """Return the pixels; none where it opens no more."""
    try:
        with Image.open(path) as image:
            return image.tobytes()
    except (UnidentifiedImageError, SyntaxError):
        return b""


@pytest.mark.parametrize("media_type", BESIDE)
def test_a_file_that_cannot_hold_credentials_has_them_beside_it(
    tmp_path: Path, media_type: str
) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    source.write_bytes(BESIDE[media_type])
    beside = sign(source, out, media_type, CLAIM, chain=OURS.chain, key=OURS)
    assert beside is not None
    assert not out.exists()
    found = verify(source, media_type, OURS.anchors, beside)
    assert (found.trust, found.title) == (Trust.TRUSTED, CLAIM.title)
    assert verify(source, media_type, OURS.anchors).trust is Trust.NONE
    data = bytearray(BESIDE[media_type])
    data[len(data) // 2] ^= 1
    source.write_bytes(data)
    changed = verify(source, media_type, OURS.anchors, beside)
    assert (changed.trust, changed.reasons) == (Trust.INVALID, ("assertion.dataHash.mismatch",))
    assert verify(source, media_type, OURS.anchors, beside[: len(beside) // 2]).trust in (
        Trust.INVALID, Trust.NONE,
    )  # fmt: skip


def test_a_version_names_what_it_came_from_and_what_is_in_it(
    tmp_path: Path, signed: dict[str, Path]
) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    source.write_bytes(picture("JPEG", seed=2))
    claim = Claim(
        "version 2", "compositeWithTrainedAlgorithmicMedia",
        ingredients=(
            Ingredient(Relationship.COMPONENT, "smoke", signed["image/tiff"], "image/tiff"),
            Ingredient(Relationship.PARENT, "version 1", signed["image/png"], "image/png"),
        ),
    )  # fmt: skip
    sign(source, out, "image/jpeg", claim, chain=OURS.chain, key=OURS)
    found = verify(out, "image/jpeg", OURS.anchors)
    assert found.trust is Trust.TRUSTED
    assert set(found.ingredients) == {("componentOf", "smoke"), ("parentOf", "version 1")}
    assert found.source_types == ("compositeWithTrainedAlgorithmicMedia",)


def test_where_a_file_comes_from_may_be_unknown(tmp_path: Path) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    source.write_bytes(picture("PNG"))
    sign(source, out, "image/png", Claim("found"), chain=OURS.chain, key=OURS)
    found = verify(out, "image/png", OURS.anchors)
    assert (found.trust, found.source_types) == (Trust.TRUSTED, ())


def test_what_has_no_credentials_has_none_and_what_is_no_picture_is_refused(
    tmp_path: Path,
) -> None:
    path, out = tmp_path / "a", tmp_path / "out"
    path.write_bytes(picture("PNG"))
    assert verify(path, "image/png", OURS.anchors) == Found(Trust.NONE)
    path.write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    with pytest.raises(InvalidInput, match="damaged or cut off"):
        sign(path, out, "image/png", CLAIM, chain=OURS.chain, key=OURS)
    assert not out.exists()
    path.write_bytes(b"<html>")
    with pytest.raises(InvalidInput):
        verify(path, "image/jpeg", OURS.anchors)


def test_a_swapped_certificate_signs_nothing(tmp_path: Path) -> None:
    thief = Signing("Lantern Archive")  # the same names, another key
    path, out = tmp_path / "a", tmp_path / "out"
    path.write_bytes(picture("PNG"))
    sign(path, out, "image/png", CLAIM, chain=thief.chain, key=thief)
    assert verify(out, "image/png", OURS.anchors).trust is Trust.VALID  # and not trusted
    try:
        sign(path, out, "image/png", CLAIM, chain=OURS.chain, key=thief)
    except InvalidInput:
        assert not out.exists()
    else:
        assert verify(out, "image/png", OURS.anchors).trust is Trust.INVALID
