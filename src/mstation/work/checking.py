"""The kind `delivery.check`: a delivery in, what is not as its package asked for out.

Every content is measured in a process apart; the report names each finding in both languages, and
what was measured. A sequence is measured as one.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from mstation import media
from mstation.errors import InvalidInput, NotFound, Unsupported
from mstation.media.kinds import Kind
from mstation.media.nouns import Probe
from mstation.media.quality import Measured
from mstation.media.specification import Specification
from mstation.media.verdict import Finding, finding_of_name, findings
from mstation.station.blobs import Blobs
from mstation.station.change import find
from mstation.station.organisations import Project
from mstation.station.production.playing import media_of
from mstation.station.production.shown import media_types
from mstation.station.production.versions import VersionFile
from mstation.station.station import Station
from mstation.station.work_orders.contracts import Contract
from mstation.station.work_orders.deliveries import Delivered, Delivery, note_quality
from mstation.station.work_orders.packages import WorkPackage
from mstation.timebase import FrameRate
from mstation.work.desk import Desk
from mstation.work.kinds import DeliveryCheck

REPORT = "mstation.delivery-check/1"


@dataclass(frozen=True, slots=True)
class _Told:
    """What the process apart says of a content."""

    probe: Probe
    measured: Measured


def check(parameters: DeliveryCheck, desk: Desk) -> dict[str, Any]:
    """Check a delivery and keep the report; the result says how many findings it has.

    Raises:
        InvalidInput: when the project has no such delivery.
    """
    with desk.station() as station:
        delivery, wanted = _delivery(station, parameters.delivery_id, desk.project_id)
        with station.reading() as connection:
            rate = wanted.rate or find(connection, Project, desk.project_id).rate
        lines = []
        for number, line in enumerate(delivery.manifest):
            desk.tell(number / len(delivery.manifest), line.label)
            lines.append(_checked(station, desk.project_id, line, wanted, FrameRate.parse(rate)))
        told = [finding for line in lines for finding in line["findings"]]
        report = {"schema": REPORT, "lines": lines, "findings": told}
        with station.change(desk.actor) as change:
            delivery = note_quality(change, delivery.id, report)
    return {"quality": delivery.quality, "findings": len(told)}


def _delivery(
    station: Station, delivery_id: str, project_id: str
) -> tuple[Delivery, Specification]:
    """Return a delivery of the project whose job it is, and what was asked for.

    Raises:
        InvalidInput: when there is none: to try again does not help.
    """
    try:
        with station.reading() as connection:
            delivery = find(connection, Delivery, delivery_id)
            contract = find(connection, Contract, delivery.contract_id)
            package = find(connection, WorkPackage, contract.package_id)
    except NotFound as error:
        raise InvalidInput(str(error), zh=error.told("zh")) from error
    if delivery.project_id != project_id:
        raise InvalidInput(f"no delivery `{delivery_id}`", zh=f"没有交付 `{delivery_id}`")
    return delivery, package.specification


def _checked(
    station: Station, project_id: str, line: Delivered, wanted: Specification, rate: FrameRate
) -> dict[str, Any]:
    """Return one line of the report."""
    found = [
        each
        for file in line.files
        if (each := finding_of_name(file.name, wanted.naming, label=line.label)) is not None
    ]
    measured = None
    try:
        with station.reading() as connection:
            digests = {file.digest for file in line.files}
            types = media_types(connection, project_id, digests)
        media_files = _shown(line.files, types)
        if media_files:
            told = _measure(station.blobs, media_files, rate)
            found += findings(told.probe, told.measured, wanted, frames=line.shot_frames)
            measured = asdict(told)
        elif line.version_id is not None:
            found.append(Finding("media", "there is no media in it", "没有可检查的媒体文件"))
    except NotFound as error:
        found.append(Finding("media", str(error), error.told("zh")))
    except Unsupported:
        if line.version_id is not None:
            found.append(Finding("media", "there is no media in it", "没有可检查的媒体文件"))
    except InvalidInput as error:
        found.append(Finding("media", str(error), error.told("zh")))
    named = [{"label": line.label, **asdict(finding)} for finding in found]
    return {"label": line.label, "findings": named, "measured": measured}


def _shown(files: Sequence[VersionFile], types: dict[str, str]) -> tuple[VersionFile, ...]:
    """Return the files that are one movie, sequence, still or sound."""
    found = media_of(files, types, None)
    if found is not None:
        return found.files
    return tuple(f for f in files if types.get(f.digest, "").startswith("audio/"))[:1]


def _measure(blobs: Blobs, files: Sequence[VersionFile], rate: FrameRate) -> _Told:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mstation-")))
        paths = [stack.enter_context(blobs.file(file.digest)) for file in files]
        path = paths[0]
        if len(paths) > 1:
            path = folder / "frame.%07d"
            for file, each in zip(files, paths, strict=True):
                (folder / f"frame.{_number(file.name):07}").symlink_to(each.resolve())
        out = folder / "quality.json"
        media.derive(path, Kind.QUALITY, out, rate=rate)
        reader: TypeAdapter[_Told] = TypeAdapter(_Told)
        return reader.validate_python(json.loads(out.read_bytes()), strict=False)


def _number(name: str) -> int:
    """Return the frame number in a file's name: the last digits before its ending."""
    digits = ""
    for sign in reversed(Path(name).stem):
        if not sign.isdecimal():
            if digits:
                break
            continue
        digits = sign + digits
    return int(digits)
