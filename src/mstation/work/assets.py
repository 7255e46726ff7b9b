"""The kind `asset.prepare`: a version of an asset in, what is seen of it before a licence out.

What it is known by is kept with it, and a case opened where it is like another party's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mstation import media
from mstation.errors import InvalidInput, NotFound
from mstation.media.apart import made_apart, preview
from mstation.media.kinds import Limits, Preview
from mstation.media.nouns import Probe
from mstation.station.change import find
from mstation.station.exchange.assets import AssetVersion
from mstation.station.exchange.cases import take_fingerprints
from mstation.station.exchange.fingerprints import fingerprints_of
from mstation.station.exchange.gallery import Gallery
from mstation.station.exchange.preparing import (
    Made,
    RenditionKind,
    keep_previews,
    renditions_of,
)
from mstation.station.parties import Party
from mstation.station.station import Station
from mstation.work.desk import Desk
from mstation.work.kinds import AssetPrepare

_SHOWING = "mstation.previs.showing"  # run, never imported: it draws
_SHOWING_LIMITS = Limits(1800, 6144, 512)
_PICTURES = ((RenditionKind.WATERMARKED, Preview.PICTURE),)
_MOVIES = (*_PICTURES, (RenditionKind.PROXY, Preview.MOVIE))
_SOUNDS = (
    (RenditionKind.WAVEFORM, Preview.WAVEFORM),
    (RenditionKind.WATERMARKED, Preview.SOUND),
)
_DOCUMENTS = ("text/plain", "application/pdf")
_JPEG = "image/jpeg"


@dataclass(frozen=True, slots=True)
class _Source:
    """What previews are made of, and whose it is."""

    path: Path
    version: AssetVersion
    owner: str


def prepare(parameters: AssetPrepare, desk: Desk) -> dict[str, Any]:
    """Make the previews of a version, where they are not kept; the result tells how many.

    Raises:
        InvalidInput: when there is no such version, or its content cannot be used.
    """
    with desk.station() as station:
        try:
            version, owner = _found(station, parameters.asset_version_id)
            desk.tell(0.0, version.name)
            with station.reading() as connection:
                known = renditions_of(connection, version.id)
            if known:
                return {"previews": len(known)}
            return _prepare(station, desk, version, owner)
        except NotFound as error:  # it is gone: to try again does not help
            raise InvalidInput(str(error), zh=error.told("zh")) from error


def _found(station: Station, version_id: str) -> tuple[AssetVersion, str]:
    with station.reading() as connection:
        version = find(connection, AssetVersion, version_id)
        owner = find(connection, Party, version.party_id)
    names = dict.fromkeys(name for name in (owner.name, owner.name_zh) if name)
    return version, " ".join(names)


def _prepare(station: Station, desk: Desk, version: AssetVersion, owner: str) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(dir=station.uploads, prefix="prepared-") as folder,
        station.blobs.file(version.digest) as path,
    ):
        source = _Source(path, version, owner)
        if version.media_type.startswith("model/"):
            facts, made = _shown(station, source, Path(folder))
        else:
            facts = {} if version.media_type in _DOCUMENTS else _facts(media.probe(path))
            made = list(_previews(station, desk, source, facts, Path(folder)))
        prints = fingerprints_of(path, version.media_type)
        with station.change(desk.actor) as change:
            cases = take_fingerprints(change, Gallery(), version, prints)
            keep_previews(change, version, facts, made, waits=bool(cases))
    return {"previews": len(made), "cases": len(cases)}


def _previews(
    station: Station, desk: Desk, source: _Source, facts: Mapping[str, Any], folder: Path
) -> Iterator[Made]:
    wanted = [*_wanted(source.version, facts), (RenditionKind.THUMBNAIL, Preview.THUMBNAIL)]
    for place, (kind, what) in enumerate(wanted):
        desk.tell(place / len(wanted), f"{source.version.name}: {kind}")
        out = folder / kind
        made = preview(
            source.path, what, out, owner=source.owner, number=source.version.asset_id,
            is_document=source.version.media_type in _DOCUMENTS,
        )  # fmt: skip
        yield Made(kind, station.blobs.take(out), made.media_type, made.details)


def _wanted(
    version: AssetVersion, facts: Mapping[str, Any]
) -> tuple[tuple[RenditionKind, Preview], ...]:
    if version.media_type in _DOCUMENTS:
        return _PICTURES
    if "width" not in facts:
        return _SOUNDS
    return _MOVIES if "rate" in facts else _PICTURES


def _shown(station: Station, source: _Source, folder: Path) -> tuple[dict[str, Any], list[Made]]:
    """Return what is known of a model, and its previews."""
    wanted = {
        "owner": source.owner,
        "number": source.version.asset_id,
        "media_type": source.version.media_type,
    }
    where = [str(source.path), str(folder)]
    made = made_apart(_SHOWING, where, [], _SHOWING_LIMITS, wanted)
    triangles = made.details.pop("triangles")
    movie = station.blobs.take(folder / "turntable.mp4")
    previews = [Made(RenditionKind.TURNTABLE, movie, made.media_type, made.details)]
    for kind in (RenditionKind.WATERMARKED, RenditionKind.THUMBNAIL):
        previews.append(Made(kind, station.blobs.take(folder / f"{kind}.jpg"), _JPEG, {}))
    return {"triangles": triangles}, previews


def _facts(probe: Probe) -> dict[str, Any]:
    """Return what a file says of itself, as the catalogue is filtered by it."""
    facts: dict[str, Any] = {}
    if probe.pictures:
        picture = probe.pictures[0]
        facts |= {"width": picture.width, "height": picture.height, "codec": picture.codec}
        if probe.rate is not None:
            duration_s = probe.frames / probe.rate.fraction
            facts |= {"rate": str(probe.rate), "frames": probe.frames}
            facts["duration_s"] = round(float(duration_s), 3)
    if probe.sounds:
        sound = probe.sounds[0]
        facts |= {"sample_rate": sound.sample_rate, "channels": sound.channels}
        facts.setdefault("duration_s", round(sound.samples / sound.sample_rate, 3))
    return facts
