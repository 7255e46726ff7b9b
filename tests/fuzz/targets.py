"""What is fed to each reader: bytes as they come, or dressed so that they get past the door.

Run as a program: `python tests/fuzz/targets.py NAME SECONDS CORPUS_FOLDER`.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mstation.screenplay"]):
    from mstation.errors import MStationError
    from mstation.screenplay import docx, fdx, pdf, read
    from mstation.screenplay.decode import decode
    from mstation.screenplay.reading import read_text

ROOT = Path(__file__).parents[2]
MEMORY_MB = 500
LONGEST_S = 20  # one input may take this long; a hang is longer

_DOCX_DOOR = {
    "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'content-types"><Default Extension="xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.wordprocessingml.document.main+xml"/><Default Extension="rels" '
    b'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
    "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
    b'officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    b"</Relationships>",
}


def _fountain(data: bytes) -> None:
    read_text(decode(data, path="x"), language="en")


def _chinese(data: bytes) -> None:
    read_text(decode(data, path="x"), language="zh")


def _any(data: bytes) -> None:
    read(data, path="x")


def _fdx(data: bytes) -> None:
    fdx.read(data, path="x")


def _docx(data: bytes) -> None:
    """Half of all inputs are the archive itself, the others the document inside a sound one."""
    docx.read(data if data.startswith(b"PK") else docx_of(data), path="x")


def _pdf(data: bytes) -> None:
    pdf.read(data, path="x")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "fountain": _fountain,
    "chinese": _chinese,
    "fdx": _fdx,
    "docx": _docx,
    "pdf": _pdf,
    "any": _any,
}


def docx_of(document: bytes) -> bytes:
    """Return a sound DOCX around the bytes of its document part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in {**_DOCX_DOOR, "word/document.xml": document}.items():
            archive.writestr(name, part)
    return out.getvalue()


def feed(name: str) -> Callable[[bytes], None]:
    """Return the target: a refusal of ours is an answer, anything else that is raised a defect."""
    target = TARGETS[name]

    def one(data: bytes) -> None:
        refusal: MStationError | None = None
        try:
            target(data)
        except MStationError as error:
            refusal = error
        assert refusal is None or refusal.told("zh") != str(refusal), "no Chinese for a refusal"

    return one


def main() -> None:
    """Feed one target for so many seconds; libFuzzer ends the process at the first defect."""
    name, seconds, corpus = sys.argv[1:4]
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={LONGEST_S}",
        f"-rss_limit_mb={MEMORY_MB}",
        "-max_len=65536",
        f"-artifact_prefix={corpus}/",
    ]
    atheris.Setup([sys.argv[0], *options, corpus], feed(name))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
