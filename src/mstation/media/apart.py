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
from pathlib import Path
from typing import Any

from mstation.errors import InvalidInput, Unsupported
from mstation.media.faults import damaged
from mstation.media.kinds import LIMITS, Derived, Kind, Limits
from mstation.media.nouns import Probe
from mstation.timebase import FrameRate

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
    limits = limits or LIMITS[kind]
    numbers = (limits.seconds, limits.megabytes, limits.out_megabytes)
    said = _run([kind, os.fspath(path), os.fspath(out), *map(str, numbers)], rate, limits)
    if "fault" in said:
        fault = Unsupported if said["is_unsupported"] else InvalidInput
        raise fault(said["fault"], zh=said["zh"])
    return Derived(said["media_type"], said["details"])


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


def read_probe(data: bytes) -> Probe:
    """Return the probe that was written as JSON."""
    from pydantic import TypeAdapter  # not for the process apart: it only writes

    found: Probe = TypeAdapter(Probe).validate_json(data)
    return found


def _run(arguments: list[str], rate: FrameRate | None, limits: Limits) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "mstation.media.worker", *arguments]
    if rate is not None:
        command.append(str(rate))
    try:
        done = subprocess.run(
            command,
            env=_environment(),
            stdin=subprocess.DEVNULL,
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
