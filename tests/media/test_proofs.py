"""Files of strangers are read and labelled in a process of its own, with limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from mstation.errors import InvalidInput, Unsupported
from mstation.media import apart
from mstation.media.ai_labels import Certainty, Label
from mstation.media.credentials import Claim, sign
from tests.media.credentialed import BESIDE, Signing, picture, sound

OURS = Signing()
LABEL = Label(Certainty.IS, "Lantern", "001-v003")


def test_a_file_is_labelled_marked_signed_and_proved(tmp_path: Path) -> None:
    source, labelled, signed = (tmp_path / name for name in ("source", "labelled", "signed"))
    source.write_bytes(picture("JPEG", (320, 200)))
    told = apart.labelled(source, "image/jpeg", labelled, LABEL, is_marked=True)
    assert told == ("picture",)
    sign(labelled, signed, "image/jpeg", Claim("a", "trainedAlgorithmicMedia"),
         chain=OURS.chain, key=OURS)  # fmt: skip
    proof = apart.proof(signed, "image/jpeg", OURS.anchors)
    assert (proof.trust, proof.labels) == ("trusted", (LABEL,))
    assert proof.source_types == ("trainedAlgorithmicMedia",)
    assert apart.proof(labelled, "image/jpeg", OURS.anchors).trust == "none"


def test_what_lies_beside_a_file_is_proved_with_it(tmp_path: Path) -> None:
    source = tmp_path / "source.exr"
    source.write_bytes(BESIDE["image/x-exr"])
    beside = sign(source, tmp_path / "out", "image/x-exr", Claim("a"), chain=OURS.chain, key=OURS)
    assert apart.proof(source, "image/x-exr", OURS.anchors, beside).trust == "trusted"
    assert apart.proof(source, "image/x-exr", OURS.anchors).trust == "none"


def test_a_label_that_is_none_is_told_and_hides_nothing_else(tmp_path: Path) -> None:
    source, broken = tmp_path / "a.wav", tmp_path / "b.wav"
    source.write_bytes(sound("wav"))
    apart.labelled(source, "audio/wav", broken, LABEL, is_marked=False)
    broken.write_bytes(broken.read_bytes().replace(b'{"Label"', b'{"Lbael"'))
    proof = apart.proof(broken, "audio/wav", "")
    assert (proof.trust, proof.labels) == ("none", ())
    assert "GB 45438-2025" in proof.label_fault


def test_what_cannot_be_opened_is_refused_with_the_reason(tmp_path: Path) -> None:
    path, out = tmp_path / "a", tmp_path / "out"
    path.write_bytes(b"<html>")
    with pytest.raises(InvalidInput, match="damaged"):
        apart.proof(path, "image/png", "")
    with pytest.raises(Unsupported, match="holds no AIGC label"):
        apart.labelled(path, "image/x-exr", out, LABEL, is_marked=False)
