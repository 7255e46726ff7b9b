"""The process apart: limits itself, then opens a file from outside, and says what came of it.

Usage: python -P -m mstation.media.worker KIND PATH OUT SECONDS MEGABYTES OUT_MEGABYTES [RATE]
With KIND `cut`, `proof` or `label` standard input says in JSON what of the file is wanted. One line
of JSON comes out: what was made, or the fault in two languages. The limits are set before a codec
is loaded.
"""

from __future__ import annotations

import json
import resource
import sys
from base64 import b64decode
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mstation.errors import InvalidInput, MStationError, Unsupported
from mstation.media.kinds import FINGERPRINTS, PREVIEW, Derived, Kind, Limits, Preview
from mstation.media.pieces import CUT, Piece, Slice
from mstation.media.proofs import LABEL, PROOF
from mstation.timebase import FrameRate

_MEGABYTE = 1024 * 1024


def main(arguments: list[str]) -> None:
    """Make one thing of one file."""
    kind, path, out, *numbers = arguments[:6]
    limit(Limits(*(int(number) for number in numbers)))
    rate = FrameRate.parse(arguments[6]) if len(arguments) > 6 else None

    def made() -> Derived:
        if kind in _DOINGS:
            return _DOINGS[kind](path, json.load(sys.stdin), Path(out))
        return make(path, Kind(kind), Path(out), rate)

    answer(made, int(numbers[1]))


def answer(make: Callable[[], Derived], megabytes: int) -> None:
    """Make something, and say what was made, or the fault."""
    try:
        said: dict[str, Any] = asdict(make())
    except MStationError as error:
        said = _told(error)
    except MemoryError:
        said = _told(_too_big(megabytes))
    sys.stdout.write(json.dumps(said))


def limit(limits: Limits) -> None:
    """Let this process have no more than this, from now on."""
    for what, most in (
        (resource.RLIMIT_AS, limits.megabytes * _MEGABYTE),
        (resource.RLIMIT_CPU, 2 * limits.seconds),  # two threads decode
        (resource.RLIMIT_FSIZE, limits.out_megabytes * _MEGABYTE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def cut(path: str, wanted: dict[str, Any], out: Path) -> Derived:
    """Write a piece of a file, a slate or slices of a sound; `path` is empty where there is none.

    Raises:
        InvalidInput: when the file cannot be used.
        NotFound: when the font of slates is not there.
    """
    from mstation.media import segments, sounds
    from mstation.media.sequences import is_pattern, probe_image, probe_sequence

    rate = FrameRate.parse(wanted["rate"])
    probe = None
    if path:
        probe = probe_sequence(path, rate) if is_pattern(path) else probe_image(path)
    if "slices" in wanted:
        slices = [Slice(*each) for each in wanted["slices"]]
        return sounds.write_laid(path, probe, slices, rate, out)
    piece = Piece(**wanted["piece"])
    if probe is None:
        return segments.write_slate(wanted["name"], piece, out)
    return segments.write_segment(path, probe, piece, out)


def preview(path: str, wanted: dict[str, Any], out: Path) -> Derived:
    """Write a preview of a file, marked with whose it is.

    Raises:
        InvalidInput: when the file cannot be used.
        NotFound: when the font of marks is not there.
    """
    from mstation.media.marks import Mark
    from mstation.media.previews import Wanted, write_preview
    from mstation.media.sequences import probe_image

    probe = None if wanted["is_document"] else probe_image(path)
    return write_preview(path, probe, Wanted(Preview(wanted["what"]), Mark(**wanted["mark"])), out)


def known(path: str, _wanted: None, out: Path) -> Derived:
    """Write what a file is known by.

    Raises:
        InvalidInput: when the file cannot be used.
    """
    from mstation.media import fingerprinting
    from mstation.media.sequences import probe_image

    return fingerprinting.write_fingerprints(path, probe_image(path), out)


def prove(path: str, wanted: dict[str, Any], _out: Path) -> Derived:
    """Say what a file's credentials and labels tell.

    Raises:
        InvalidInput: when the file cannot be used.
    """
    from mstation.media.proofs import prove_file

    told = wanted["sidecar"]
    sidecar = None if told is None else b64decode(told)
    return prove_file(Path(path), wanted["media_type"], wanted["anchors"], sidecar)


def write_labelled(path: str, wanted: dict[str, Any], out: Path) -> Derived:
    """Write a file with its AIGC label.

    Raises:
        InvalidInput: when the file cannot be used.
        NotFound: when the font of marks is not there.
    """
    from mstation.media.proofs import label_file

    media_type, is_marked = wanted["media_type"], wanted["is_marked"]
    return label_file(Path(path), media_type, out, wanted["label"], is_marked=is_marked)


_DOINGS: dict[str, Callable[[str, Any, Path], Derived]] = {
    CUT: cut,
    FINGERPRINTS: known,
    LABEL: write_labelled,
    PREVIEW: preview,
    PROOF: prove,
}


def make(path: str, kind: Kind, out: Path, rate: FrameRate | None) -> Derived:
    """Write what is wanted of a file; `rate`: of a sequence that does not name its own.

    Raises:
        InvalidInput: when the file cannot be used.
        NotFound: when a sequence has no files.
    """
    # The codecs come in only now, under the limits.
    from mstation.media import proxies, quality, thumbnails, waveforms
    from mstation.media.sequences import is_pattern, probe_image, probe_sequence

    probe = probe_sequence(path, rate) if is_pattern(path) else probe_image(path)
    match kind:
        case Kind.PROBE:
            out.write_text(json.dumps(asdict(probe)), encoding="utf-8")
            return Derived("application/json")
        case Kind.THUMBNAIL:
            return thumbnails.write_thumbnail(path, probe, out)
        case Kind.FILMSTRIP:
            return thumbnails.write_filmstrip(path, probe, out)
        case Kind.WAVEFORM | Kind.PEAKS:
            return waveforms.write_waveform(path, probe, out, is_binary=kind is Kind.PEAKS)
        case Kind.PROXY:
            return proxies.write_proxy(path, probe, out)
        case Kind.QUALITY:
            return quality.write_quality(path, probe, out)


def _told(error: MStationError) -> dict[str, Any]:
    unsupported = isinstance(error, Unsupported)
    return {"fault": str(error), "zh": error.told("zh"), "is_unsupported": unsupported}


def _too_big(megabytes: int) -> InvalidInput:
    return InvalidInput(
        f"the file needs more than {megabytes} MB of memory to open; export it smaller",
        zh=f"打开此文件需要超过 {megabytes} MB 内存；请缩小后导出",
    )


if __name__ == "__main__":
    main(sys.argv[1:])
