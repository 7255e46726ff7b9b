"""A file from outside in, what is made of it out: opened in a process with limits of its own.

Codecs are native code that reads hostile files; a file can take all memory, never end, or take the
process down with it. The process apart may not (see `kinds.LIMITS`), and knows no secret: of our
environment it gets only where the programs are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mstation.errors import InvalidInput, Unsupported
from mstation.media.ai_labels import Label
from mstation.media.aigc_types import PROVING
from mstation.media.faults import damaged
from mstation.media.kinds import (
    FINGERPRINT_LIMITS,
    FINGERPRINTS,
    LIMITS,
    PREVIEW,
    PREVIEW_LIMITS,
    Derived,
    Kind,
    Limits,
    Preview,
)
from mstation.media.nouns import Probe
from mstation.media.pieces import CUT, PIECE_LIMITS, Piece, Slice
from mstation.media.prints import Prints, read_prints
from mstation.media.proofs import LABEL, LABEL_LIMITS, PROOF, PROOF_LIMITS, Proof, read_proof
from mstation.timebase import FrameRate

_WORKER = "mstation.media.worker"
_PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def derive(
    path: str | Path,
    kind: Kind,
    out: Path,
    *,
    rate: FrameRate | None = None,
    limits: Limits | None = None,
) -> Derived:
    """Write what is wanted of a media file, and say what it is.

    path: of a file, or the pattern of an image sequence (`shot.%04d.exr`).
    rate: of a sequence whose files do not name it.

    Raises:
        InvalidInput: when the file is damaged, cut off, too large or takes too long.
        Unsupported: when it is no media file, or has nothing of the kind in it.
    """
    told = [] if rate is None else [str(rate)]
    return _made([kind, os.fspath(path), os.fspath(out)], told, limits or LIMITS[kind])


def segment(path: Path, piece: Piece, out: Path, *, limits: Limits = PIECE_LIMITS) -> Derived:
    """Write a piece of a movie, an image or an image sequence as a segment of a cut.

    `details`: the file's own `rate`, None where it names none; `is_kept`: nothing was encoded.

    Raises:
        InvalidInput: when the file is damaged, cut off or too short, or takes too long.
        Unsupported: when there is nothing to see in it.
    """
    wanted = {"rate": piece.rate, "piece": asdict(piece)}
    return _made([CUT, os.fspath(path), os.fspath(out)], [], limits, wanted)


def slate(name: str, piece: Piece, out: Path) -> Derived:
    """Write a segment that shows a name and counts its frames; `first` of the piece says nothing.

    Raises:
        InvalidInput: when the font is not there.
    """
    wanted = {"rate": piece.rate, "piece": asdict(piece), "name": name}
    return _made([CUT, "", os.fspath(out)], [], PIECE_LIMITS, wanted)


def laid(path: Path | None, slices: Sequence[Slice], rate: FrameRate, out: Path) -> Derived:
    """Write slices of a film's sound one after the other as WAV; None: there is no sound.

    Raises:
        InvalidInput: when the file is damaged or takes too long.
        Unsupported: when there is nothing to hear in it.
    """
    wanted = {"rate": str(rate), "slices": [(each.first, each.frames) for each in slices]}
    where = "" if path is None else os.fspath(path)
    return _made([CUT, where, os.fspath(out)], [], PIECE_LIMITS, wanted)


def preview(
    path: Path, what: Preview, out: Path, *, owner: str, number: str, is_document: bool = False
) -> Derived:
    """Write what is shown of a file before it is paid for, marked with whose it is.

    is_document: a text or a PDF: its first page is shown.

    Raises:
        InvalidInput: when the file is damaged, cut off, too large or takes too long.
        Unsupported: when it has nothing of the kind in it.
    """
    mark = {"owner": owner, "number": number}
    wanted = {"what": what, "mark": mark, "is_document": is_document}
    return _made([PREVIEW, os.fspath(path), os.fspath(out)], [], PREVIEW_LIMITS[what], wanted)


def proof(path: Path, media_type: str, anchors: str, sidecar: bytes | None = None) -> Proof:
    """Return what a file's credentials and labels say; anchors: whose signatures are believed.

    Raises:
        InvalidInput: when the file is damaged or takes too long.
    """
    if sidecar is None and media_type not in PROVING:
        return Proof("none")
    beside = None if sidecar is None else b64encode(sidecar).decode("ascii")
    wanted = {"media_type": media_type, "anchors": anchors, "sidecar": beside}
    return read_proof(_made([PROOF, os.fspath(path), ""], [], PROOF_LIMITS, wanted).details)


def labelled(
    path: Path, media_type: str, out: Path, label: Label, *, is_marked: bool
) -> tuple[str, ...]:
    """Write a file with its AIGC label; return what was encoded again: `picture`, `video`.

    is_marked: whether people are to see or hear it too.

    Raises:
        InvalidInput: when the file is damaged or takes too long.
        Unsupported: when files of this type hold no label, or no mark.
    """
    told = asdict(label)
    wanted = {"media_type": media_type, "label": told, "is_marked": is_marked}
    made = _made([LABEL, os.fspath(path), os.fspath(out)], [], LABEL_LIMITS, wanted)
    return tuple(made.details["encoded"])


def probe(path: str | Path, *, rate: FrameRate | None = None) -> Probe:
    """Return what a media file or an image sequence holds.

    Raises:
        InvalidInput: when the file is damaged, cut off, too large or takes too long.
        Unsupported: when it is no media file.
    """
    with tempfile.TemporaryDirectory(prefix="mstation-") as folder:
        out = Path(folder) / "probe.json"
        derive(path, Kind.PROBE, out, rate=rate)
        return read_probe(out.read_bytes())


def fingerprints(path: str | Path, *, limits: Limits = FINGERPRINT_LIMITS) -> Prints:
    """Return what a media file is known by.

    Raises:
        InvalidInput: when the file is damaged, cut off, too large or takes too long.
        Unsupported: when it is no media file.
    """
    with tempfile.TemporaryDirectory(prefix="mstation-") as folder:
        out = Path(folder) / "prints.json"
        _made([FINGERPRINTS, os.fspath(path), os.fspath(out)], [], limits)
        return read_prints(json.loads(out.read_bytes()))


def read_probe(data: bytes) -> Probe:
    """Return the probe that was written as JSON."""
    from pydantic import TypeAdapter  # not for the process apart: it only writes

    found: Probe = TypeAdapter(Probe).validate_json(data)
    return found


def _made(
    what: list[str], more: list[str], limits: Limits, wanted: dict[str, Any] | None = None
) -> Derived:
    return made_apart(_WORKER, what, more, limits, wanted)


def made_apart(
    module: str, what: list[str], more: list[str], limits: Limits, wanted: dict[str, Any] | None
) -> Derived:
    """Return what a process of its own made: `module` is run with limits, and says it.

    what, more: its arguments before and after the limits.
    wanted: what it reads as JSON.

    Raises:
        InvalidInput: when it cannot use what it was given, or takes too long.
        Unsupported: when there is nothing in it of what is wanted.
    """
    numbers = (limits.seconds, limits.megabytes, limits.out_megabytes)
    told = json.dumps(wanted).encode()
    said = run(module, [*what, *map(str, numbers), *more], told, limits)
    if "fault" in said:
        fault = Unsupported if said["is_unsupported"] else InvalidInput
        raise fault(said["fault"], zh=said["zh"])
    return Derived(said["media_type"], said["details"])


def run(worker: str, arguments: list[str], told: bytes, limits: Limits) -> dict[str, Any]:
    """Return what a module says that is run in a process of its own, and limits itself.

    Raises:
        InvalidInput: when it took too long, or did not survive what it opened.
    """
    command = [sys.executable, "-P", "-m", worker, *arguments]
    try:
        done = subprocess.run(
            command,
            env=_environment(),
            input=told,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=limits.seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise too_slow(limits) from error
    if done.returncode:
        raise damaged("media")
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ONE_THREAD


def too_slow(limits: Limits) -> InvalidInput:
    """Return the error of a file that took longer than it may."""
    return InvalidInput(
        f"the file was not read within {limits.seconds} seconds; export it shorter or smaller",
        zh=f"{limits.seconds} 秒内未能读完此文件；请缩短或缩小后导出",
    )
