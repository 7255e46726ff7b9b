"""Every reader, fed by a fuzzer for ten minutes: no crash, no hang, no memory over 500 MB."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest

from mstation.screenplay import fdx, pdf, read
from mstation.screenplay.script import Script

ROOT = Path(__file__).parents[2]
OTHERS = ROOT.parent / "shared" / "corpus"
NAMES = ("fountain", "chinese", "fdx", "docx", "pdf", "any")
SUFFIXES = {"fountain": (".fountain",), "fdx": (".fdx",), "pdf": (".pdf",)}
SECONDS = int(os.environ.get("MSTATION_FUZZ_SECONDS", "600"))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_reader_survives_ten_minutes_of_fuzzing(name: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this machine")
    for index, data in enumerate(_seeds(name)):
        (tmp_path / f"seed-{index:03d}").write_bytes(data)
    command = [sys.executable, "-m", "tests.fuzz.targets", name, str(SECONDS), str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=False, timeout=SECONDS * 2 + 120
    )
    said = done.stderr.decode(errors="replace")
    assert done.returncode == 0, said[-4000:]
    assert "Done " in said, said[-2000:]


def _seeds(name: str) -> list[bytes]:
    """Return our own scripts in the target's format, and others' where they are at hand."""
    scripts = [path.read_bytes() for path in sorted((ROOT / "examples").glob("*.fountain"))]
    chinese = [
        path.read_bytes() for path in sorted((ROOT / "tests/samples/first/zh").glob("*.txt"))
    ]
    short = [read(data[:3000], path="x") for data in scripts]
    match name:
        case "fountain":
            seeds = scripts
        case "chinese":
            seeds = chinese
        case "fdx":
            seeds = [fdx.write(script) for script in short]
        case "pdf":
            seeds = [pdf.write(script) for script in short[:1]]
        case "docx":
            seeds = _documents(short)
        case _:
            seeds = [*scripts, *chinese, *(fdx.write(script) for script in short)]
    suffixes = SUFFIXES.get(name, ())
    others = [each for each in sorted(OTHERS.rglob("*")) if each.suffix in suffixes]
    return seeds + [path.read_bytes() for path in others]


def _documents(scripts: list[Script]) -> list[bytes]:
    """Return each script as a Word file, and the document part of it alone."""
    seeds: list[bytes] = []
    for script in scripts:
        document = docx.Document()
        for element in script.elements:
            document.add_paragraph(element.text)
        out = io.BytesIO()
        document.save(out)
        seeds.append(out.getvalue())
        seeds.append(zipfile.ZipFile(out).read("word/document.xml"))
    return seeds
