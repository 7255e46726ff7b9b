"""What a file proves is told offline: by whom it was signed, that it is whole, what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from mstation.cli.app import app
from mstation.media import apart
from mstation.media.ai_labels import Certainty, Label
from mstation.media.credentials import Claim, sign
from mstation.station.exchange.authority import signer_of
from mstation.station.exchange.certificate_facts import CertificateFacts
from mstation.station.exchange.certificate_json import write_json
from mstation.station.exchange.certificate_pdf import draw_certificate
from mstation.station.exchange.chains import Signer
from mstation.station.exchange.pades import sign_paper
from mstation.station.station import open_station
from tests.media.credentialed import BESIDE, Signing, picture

OURS, OTHERS = Signing("Park"), Signing("Somebody")
LABEL = Label(Certainty.IS, "Lantern", "001-v003")
FACTS = CertificateFacts(
    "MS-2026-7K3F9Q-T", "0" * 20, "The Film Park", "Lantern Archive", "灯笼资料馆",
    "Harbour\x1b[2J Post", "", "Bronze mask", "青铜面具", "1" * 20, 3, "ab" * 32, "rights_managed",
    "copyright", ("NL", "DE"), ("svod",), datetime(2026, 1, 1, tzinfo=UTC), None, False, None,
    None, "", "", "cd" * 32, datetime.now(UTC),
)  # fmt: skip


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    folder = tmp_path_factory.mktemp("park")
    station = open_station(f"sqlite:///{folder / 'station.db'}", folder=folder)
    made = signer_of(station)
    station.close()
    return made


def prove(*words: object, language: str = "en") -> Result:
    told = ["prove", *map(str, words)]
    return CliRunner().invoke(app, told, env={"MSTATION_LANG": language})


def trusting(folder: Path, pem: str) -> tuple[str, Path]:
    path = folder / "trust.pem"
    path.write_text(pem)
    return "--trust", path


def flipped(path: Path, at: int) -> Path:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    other = path.with_name(f"flipped-{path.name}")
    other.write_bytes(data)
    return other


def test_a_labelled_and_signed_picture_says_by_whom_and_one_flipped_byte_is_found(
    tmp_path: Path,
) -> None:
    source, labelled, signed = (tmp_path / name for name in ("a.png", "b.png", "mask.png"))
    source.write_bytes(picture("PNG", (320, 200)))
    apart.labelled(source, "image/png", labelled, LABEL, is_marked=False)
    claim = Claim("mask", "trainedAlgorithmicMedia")
    sign(labelled, signed, "image/png", claim, chain=OURS.chain, key=OURS)
    believed = trusting(tmp_path, OURS.anchors)
    told = prove(signed, *believed)
    assert told.exit_code == 0, told.output
    assert "mask.png: intact, by a signer who is trusted" in told.stdout
    assert "source: trainedAlgorithmicMedia" in told.stdout
    assert "AIGC label: 1, by Lantern, number 001-v003" in told.stdout
    assert (prove(signed).exit_code, "not known" in prove(signed).stdout) == (0, True)
    told = prove(signed, *trusting(tmp_path, OTHERS.anchors))
    assert (told.exit_code, "not known here" in told.stdout) == (1, True)
    broken = prove(flipped(signed, signed.stat().st_size - 2000), "--json")
    proof = json.loads(broken.stdout)
    assert (broken.exit_code, proof["trust"], proof["schema"]) == (1, "invalid", "mstation.proof/1")
    assert proof["reasons"]
    told = prove(source, language="zh")
    assert (told.exit_code, told.stdout) == (1, "a.png: 没有任何签名\n")


def test_credentials_beside_a_file_are_found_by_its_name(tmp_path: Path) -> None:
    plate = tmp_path / "plate.exr"
    plate.write_bytes(BESIDE["image/x-exr"])
    beside = sign(plate, tmp_path / "out", "image/x-exr", Claim("a"), chain=OURS.chain, key=OURS)
    assert prove(plate).exit_code == 1
    assert beside is not None
    (tmp_path / "plate.exr.c2pa").write_bytes(beside)
    assert prove(plate, *trusting(tmp_path, OURS.anchors)).exit_code == 0


@pytest.mark.parametrize("kind", ["pdf", "json"])
def test_a_certificate_is_intact_by_its_signer_and_altered_by_a_byte(
    signer: Signer, tmp_path: Path, kind: str
) -> None:
    drawn = draw_certificate(replace(FACTS, licensee="Harbour Post"), "https://park.example.org")
    made = {
        "pdf": lambda: sign_paper(drawn, signer, name="a", reason="b"),
        "json": lambda: write_json(FACTS, signer),
    }[kind]()
    path = tmp_path / f"licence.{kind}"
    path.write_bytes(made)
    believed = trusting(tmp_path, signer.pem)
    told = prove(path, *believed)
    assert told.exit_code == 0, told.output
    assert "signer who is trusted" in told.stdout
    if kind == "json":
        assert "Bronze mask, to Harbour\ufffd[2J Post: NL, DE; svod; 2026-01-01 to …" in told.stdout
    assert "\x1b" not in told.stdout
    unknown = prove(path, "--json")
    assert (unknown.exit_code, json.loads(unknown.stdout)["trust"]) == (0, "valid")
    assert prove(path, *trusting(tmp_path, OTHERS.anchors)).exit_code == 1
    broken = flipped(path, made.index(b"MS-2026" if kind == "json" else b"/Contents <") + 20)
    for more in ((), trusting(tmp_path, signer.pem)):
        told = prove(broken, *more)
        assert told.exit_code != 0, told.output
        assert "MS-2026" not in told.stdout


def test_what_proves_nothing_and_what_is_no_file_are_said(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("no certificate")
    assert (prove(words).exit_code, "nothing in it is signed" in prove(words).stdout) == (1, True)
    assert prove(tmp_path / "nothing").exit_code == 3
    assert prove(words, "--trust", words).exit_code == 2
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7\n")
    assert prove(tmp_path / "cut.pdf").exit_code == 2
